"""追回通知书: money that was paid is ordered back, how much, why, until when, and what can be done against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from caseworker.documents import verification, wording
from caseworker.documents.closing import chinese_date
from caseworker.documents.faces import Face, FaceSet, faces
from caseworker.documents.grid import Block, Paragraph
from caseworker.documents.letter import Attachment, Letter, addressee, attachment_note, render_letter
from caseworker.documents.letter_head import (
    BASIS,
    CODE,
    CONTACT,
    POLICY,
    RECEIPT,
    Head,
    basis,
    code_of,
    contact_line,
    fund,
    needed,
    section,
    told,
)
from caseworker.documents.seal import CLEAR, SealImage, WetSeal
from caseworker.documents.tables import Cell, Column, Row, Table
from caseworker.errors import InvalidInput, Problem
from caseworker.values.daxie import in_words
from caseworker.values.money import Money

_FIELDS: dict[str, tuple[str, ...]] = (
    wording.plain_fields(
        "title heading_facts heading_basis heading_amount heading_payment heading_remedy people_title number person "
        "person_id back total_row consequence"
    )
    | {
        "opening": ("you", "code_label", "code", "fund", "case_number", "clause", "decision", "paid", "paid_on"),
        "opening_before": ("you", "code_label", "code", "fund", "clause", "evidence", "paid", "paid_on"),
        "part": ("no",),
        "decides": ("figures", "words"),
        "people": ("count",),
        "due": ("due",),
        "how": ("number",),
        "remedy": ("reconsider_by",),
    }
    | CONTACT
    | CODE
    | RECEIPT
)


@dataclass(frozen=True, slots=True)
class PersonBack:
    """One person whose award is taken back; the ID number comes masked."""

    name: str
    masked_id: str
    amount: Money


@dataclass(frozen=True, slots=True)
class RecoveryLetter:
    """`part_no`: which instalment was paid, 0 where all was paid at once. `decision_number`: of the letter that had
    granted it; of money paid before this program it and `case_number` are empty, and `evidence` says what shows it."""

    head: Head
    case_number: str
    clause: str
    decision_number: str
    paid: Money
    paid_on: date
    reason: str
    amount: Money
    due: date
    reconsider_by: str
    part_no: int = 0
    ground: str = ""
    people: tuple[PersonBack, ...] = ()
    evidence: str = ""
    seal: SealImage | WetSeal | None = CLEAR
    practice: bool = False

    def check(self) -> None:
        """Raises InvalidInput where the letter's figures do not agree with each other."""
        problems = []
        if not Money.zero() < self.amount <= self.paid:
            problems.append(Problem("amount", "追回金额应大于 0，不超过已拨付的金额。"))
        if self.people and sum((one.amount for one in self.people), Money.zero()) < self.amount:
            problems.append(Problem("people", "所列人员的金额之和少于追回金额。"))
        if not self.decision_number and not self.evidence:
            problems.append(Problem("decision_number", "应写明兑现决定书的文号，或者历史兑现的凭证。"))
        if self.due < self.head.day:
            problems.append(Problem("due", "缴回期限早于发文日期。"))
        if problems:
            raise InvalidInput(f"追回通知书内容有误：{problems[0].message}", tuple(problems))


def verification_of(letter: RecoveryLetter) -> verification.Verification:
    """What the letter's QR code says."""
    return code_of(letter, letter.head, letter.amount)


def render(letter: RecoveryLetter, faces_used: FaceSet | None = None) -> bytes:
    """The letter as PDF; equal letters give equal bytes. InvalidInput where it lacks something, or a face does."""
    letter.check()
    needed(reason=letter.reason, reconsider_by=letter.reconsider_by)
    used = faces_used or faces()
    used.require([*letter.head.texts(), letter.case_number, letter.clause, letter.decision_number, letter.reason])
    used.require([letter.ground, letter.reconsider_by, letter.evidence])
    used.require([], {"人员名单": [(one.name, one.masked_id) for one in letter.people]})
    words = wording.load("recovery", _FIELDS, POLICY | BASIS, letter.head.policy)
    head = letter.head
    attached = [words["people_title"]] if letter.people else []
    return render_letter(
        Letter(
            head.issuer,
            head.number,
            head.day,
            words["title"],
            (*_body(letter, words), contact_line(head.contact, words), *attachment_note(attached)),
            letter.seal,
            code=(verification_of(letter).text(), words["code_caption"]),
            attachments=tuple(Attachment("附件", title, (_people(letter, words),)) for title in attached),
            receipt=words["receipt"],
            practice=letter.practice,
        ),
        used,
    )


def _body(letter: RecoveryLetter, words: wording.Wording) -> list[Block]:
    head = letter.head
    paid = letter.paid.shown()
    said = {
        "you": head.you,
        "code_label": head.code_label,
        "code": head.code,
        "fund": fund(words),
        "clause": letter.clause,
        "paid": words.say("part", no=str(letter.part_no)) + paid if letter.part_no else paid,
        "paid_on": chinese_date(letter.paid_on),
    }
    if letter.decision_number:
        opening = words.say("opening", case_number=letter.case_number, decision=letter.decision_number, **said)
    else:
        opening = words.say("opening_before", evidence=letter.evidence, **said)
    decides = words.say("decides", figures=letter.amount.shown(), words=in_words(letter.amount))
    if letter.people:
        decides += words.say("people", count=str(len(letter.people)))
    return [
        addressee(head.payee),
        Paragraph(opening),
        section(words, "heading_facts"),
        *told(letter.reason),
        section(words, "heading_basis"),
        basis(head, words, letter.ground),
        section(words, "heading_amount"),
        Paragraph(decides),
        section(words, "heading_payment"),
        Paragraph(words.say("due", due=chinese_date(letter.due)) + words.say("how", number=head.number)),
        Paragraph(words["consequence"]),
        section(words, "heading_remedy"),
        Paragraph(words.say("remedy", reconsider_by=letter.reconsider_by)),
    ]


def _people(letter: RecoveryLetter, words: wording.Wording) -> Table:
    columns = (
        Column(words["number"], 1, "centre"),
        Column(words["person"], 2.5, "centre"),
        Column(words["person_id"], 4, "centre"),
        Column(words["back"], 2.5, "right"),
    )
    rows = [
        Row((str(n), one.name, one.masked_id, one.amount.shown()), amount=one.amount)
        for n, one in enumerate(letter.people, 1)
    ]
    total = sum((one.amount for one in letter.people), Money.zero())
    rows.append(Row((Cell(words["total_row"], "centre"), total.shown()), (3, 1), Face.HEI, with_previous=True))
    return Table(columns, tuple(rows), page_totals=3)
