"""兑现决定书: the stamped letter that grants money, clause by clause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from caseworker.documents import verification, wording
from caseworker.documents.closing import chinese_date
from caseworker.documents.faces import Face, FaceSet, faces
from caseworker.documents.grid import TABLE_GAP, Block, Paragraph
from caseworker.documents.letter import Letter, addressee, attachment_note, fits_a_title_line, render_letter
from caseworker.documents.parts import Account, Contact, Instalment
from caseworker.documents.seal import CLEAR, SealImage, WetSeal
from caseworker.documents.sense import plain
from caseworker.documents.tables import Cell, Column, Row, Table, texts_of
from caseworker.errors import InvalidInput, Problem
from caseworker.values.daxie import in_words
from caseworker.values.money import Money

_FIELDS: dict[str, tuple[str, ...]] = {
    "title": ("payee", "fund"),
    "title_short": ("fund",),
    "opening": ("you", "fund", "case_number", "accepted_on", "policy_title"),
    "notice": ("notice_from", "notice_to"),
    "decides": (),
    "reviewed": ("reviews",),
    "two_person": (),
    "heading_items": (),
    "identity": ("code_label", "code"),
    "deduction": (),
    "total_row": (),
    "total": ("figures", "words"),
    "heading_payment": (),
    "payment_once": (),
    "payment_parts": ("count", "you"),
    "payment_part": ("no", "count"),
    "payment_last_part": ("no", "count"),
    "account_name": ("name",),
    "account_bank": ("bank",),
    "account_number": ("number",),
    "parts_lead": (),
    "heading_use": (),
    "heading_remedy": (),
    "remedy": ("reconsider_by",),
    "contact": ("person", "phone", "address"),
    "code_caption": (),
}
_POLICY_FIELDS: dict[str, tuple[str, ...]] = {"fund": (), "policy_title": ("title",), "use": (), "tax": ("you",)}

_NOTHING = Money(0)


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One clause: its number and title, how much of what, at which rate, and what it comes to."""

    clause: str
    quantity: str
    standard: str
    amount: Money


@dataclass(frozen=True, slots=True)
class DecisionLetter:
    """All that a decision letter says. `policy` is the pack's id; `total` is the lines less `deduction`.

    `seal` is the office's seal, a clear circle for the wet one, or None for a letter that needs none.
    `instalments` is empty where all is paid at once. `part_no` of `part_count` is the instalment that this letter
    grants where the later ones need claims of their own; both 0 where there is one only.
    """

    policy: str
    issuer: str
    number: str
    day: date
    payee: str
    code: str
    case_number: str
    accepted_on: date
    lines: tuple[DecisionLine, ...]
    total: Money
    account: Account
    contact: Contact
    reconsider_by: str
    instalments: tuple[Instalment, ...] = ()
    deduction: Money = _NOTHING
    notice_from: date | None = None
    notice_to: date | None = None
    attachments: tuple[str, ...] = ()
    copies_to: tuple[str, ...] = ()
    two_person: bool = False
    you: str = "你单位"
    code_label: str = "统一社会信用代码"
    policy_title: str = ""  # for a policy that the wording file does not know
    part_no: int = 0
    part_count: int = 0
    reviews: tuple[str, ...] = ()  # other bureaus that agreed on paper, each with its day
    seal: SealImage | WetSeal | None = CLEAR
    practice: bool = False

    def check(self) -> None:
        """Raises InvalidInput where the letter's figures do not agree with each other."""
        problems = []
        if not self.lines:
            problems.append(Problem("lines", "决定书至少应有一项兑现事项。"))
        if sum((line.amount for line in self.lines), Money(0)) - self.deduction != self.total:
            problems.append(Problem("total", "各项金额减去扣减后与合计不符。"))
        if self.instalments and sum((part.amount for part in self.instalments), Money(0)) != self.total:
            problems.append(Problem("instalments", "各期金额之和与合计不符。"))
        if self.account.name != self.payee:
            problems.append(Problem("account.name", "收款账户户名与单位名称不一致。"))
        if (self.notice_from is None) != (self.notice_to is None):
            problems.append(Problem("notice_to", "公示起止日期应同时填写。"))
        if not 0 <= self.part_no <= self.part_count or (self.part_no == 0) != (self.part_count == 0):
            problems.append(Problem("part_no", "期次应在总期数之内。"))
        if problems:
            raise InvalidInput(f"决定书内容有误：{problems[0].message}", tuple(problems))


def verification_of(letter: DecisionLetter) -> verification.Verification:
    """What the letter's QR code says."""
    return verification.Verification(letter.number, letter.day, letter.payee, letter.total, verification.digest(letter))


def texts(letter: DecisionLetter) -> list[str]:
    """What the letter takes from outside the wording, for the check of missing characters."""
    table = _items(letter, "", "")
    return [
        letter.issuer,
        letter.number,
        letter.payee,
        letter.code,
        letter.case_number,
        letter.account.name,
        letter.account.bank,
        letter.account.number,
        letter.contact.person,
        letter.contact.phone,
        letter.contact.address,
        letter.reconsider_by,
        letter.policy_title,
        *letter.attachments,
        *letter.copies_to,
        *letter.reviews,
        letter.you,
        letter.code_label,
        *texts_of(table.rows),
        *(part.due for part in letter.instalments),
    ]


def render(letter: DecisionLetter, faces_used: FaceSet | None = None) -> bytes:
    """The letter as PDF; equal letters give equal bytes.

    Raises InvalidInput for figures that disagree, characters that no face has, or wording that is not whole.
    """
    letter.check()
    used = faces_used or faces()
    lines = [(line.clause, line.quantity, line.standard) for line in letter.lines]
    used.require(texts(letter), {"兑现事项": lines})
    words = wording.load("decision", _FIELDS, _POLICY_FIELDS, letter.policy)
    title = words.say("title", payee=letter.payee, fund=words["fund"])
    if not fits_a_title_line(letter.payee, used):
        title = words.say("title_short", fund=words["fund"])
    code = (verification_of(letter).text(), words["code_caption"])
    return render_letter(
        Letter(
            letter.issuer,
            letter.number,
            letter.day,
            title,
            tuple(_body(letter, words)),
            letter.seal,
            letter.copies_to,
            code,
            practice=letter.practice,
        ),
        used,
    )


def _body(letter: DecisionLetter, words: wording.Wording) -> list[Block]:
    you = letter.you
    title = wording.title_of_policy(words, letter.policy, letter.policy_title)
    opening = words.say(
        "opening",
        you=you,
        fund=plain(words["fund"]),
        case_number=letter.case_number,
        accepted_on=chinese_date(letter.accepted_on),
        policy_title=title,
    )
    if letter.notice_from is not None and letter.notice_to is not None:
        opening += words.say(
            "notice", notice_from=chinese_date(letter.notice_from), notice_to=chinese_date(letter.notice_to)
        )
    if letter.reviews:
        opening += words.say("reviewed", reviews="、".join(letter.reviews))
    if letter.two_person:
        opening += words["two_person"]
    blocks: list[Block] = [
        addressee(letter.payee),
        Paragraph(opening + words["decides"]),
        Paragraph(words["heading_items"], Face.HEI, keep_next=True),
        Paragraph(words.say("identity", code_label=letter.code_label, code=letter.code), keep_next=True),
        _items(letter, words["total_row"], words["deduction"]),
        Paragraph(words.say("total", figures=letter.total.shown(), words=in_words(letter.total))),
        Paragraph(words["heading_payment"], Face.HEI, keep_next=True),
    ]
    parts = letter.instalments
    if len(parts) > 1:
        lead = words.say("payment_parts", count=str(len(parts)), you=you)
    elif letter.part_count > 1:
        field = "payment_part" if letter.part_no < letter.part_count else "payment_last_part"
        lead = words.say(field, no=str(letter.part_no), count=str(letter.part_count))
    else:
        lead = words["payment_once"]
    account = letter.account
    blocks += [
        Paragraph(lead, keep_next=True),
        Paragraph(words.say("account_name", name=account.name), hanging=6, keep_next=True, align="left"),
        Paragraph(words.say("account_bank", bank=account.bank), hanging=6, keep_next=True, align="left"),
        Paragraph(words.say("account_number", number=account.number), hanging=6, align="left"),
    ]
    if len(parts) > 1:
        blocks += [Paragraph(words["parts_lead"], keep_next=True), _schedule(letter)]
    blocks += [
        Paragraph(words["heading_use"], Face.HEI, keep_next=True),
        Paragraph(words["use"] + words.say("tax", you=you)),
        Paragraph(words["heading_remedy"], Face.HEI, keep_next=True),
        Paragraph(words.say("remedy", reconsider_by=letter.reconsider_by)),
        Paragraph(
            words.say(
                "contact", person=letter.contact.person, phone=letter.contact.phone, address=letter.contact.address
            )
        ),
    ]
    return blocks + attachment_note(letter.attachments)


def _items(letter: DecisionLetter, total_row: str, deduction: str) -> Table:
    columns = (
        Column("序号", 1.2, "centre"),
        Column("政策条款", 4.6),
        Column("数量", 1.9, "centre"),
        Column("标准", 2.9, "centre"),
        Column("金额（元）", 2.6, "right"),
    )
    rows = [
        Row((str(number), line.clause, line.quantity, line.standard, line.amount.shown()), amount=line.amount)
        for number, line in enumerate(letter.lines, 1)
    ]
    if letter.deduction:
        rows.append(Row((Cell(deduction, "left"), (-letter.deduction).shown()), (4, 1), with_previous=True))
    rows.append(Row((Cell(total_row, "centre"), letter.total.shown()), (4, 1), Face.HEI, with_previous=True))
    return Table(columns, tuple(rows), gap_before=TABLE_GAP, gap_after=TABLE_GAP, page_totals=4)


def _schedule(letter: DecisionLetter) -> Table:
    columns = (Column("期次", 1, "centre"), Column("拨付时间或者条件", 4, "left"), Column("金额（元）", 2, "right"))
    rows = [Row((f"第{part.no}期", part.due, part.amount.shown())) for part in letter.instalments]
    return Table(columns, tuple(rows), gap_before=TABLE_GAP, gap_after=TABLE_GAP)
