"""协查函: another bureau is asked to confirm facts of an application, with a reply slip on a page of its own.

ID numbers stand in it whole. Masking is for what the public sees; a bureau looks a person up by the whole number, and
first six with last four digits fit several people of one county. The letter itself says what they may be used for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from caseworker.documents import verification, wording
from caseworker.documents.closing import chinese_date
from caseworker.documents.faces import Face, FaceSet, faces
from caseworker.documents.grid import TABLE_GAP, Block, Note, Paragraph
from caseworker.documents.letter import Attachment, Letter, addressee, attachment_note, render_letter
from caseworker.documents.parts import Contact
from caseworker.documents.seal import CLEAR, SealImage, WetSeal
from caseworker.documents.tables import Column, Row, Table
from caseworker.documents.units import SI_HAO, WU_HAO
from caseworker.errors import InvalidInput, Problem
from caseworker.values.money import Money

_FIELDS: dict[str, tuple[str, ...]] = wording.plain_fields(
    "title privacy lines_title people_title slip_title number asked name id_number result boxes remark slip_conclusion "
    "slip_boxes slip_more slip_person slip_phone slip_office slip_day slip_date code_caption"
)
_FIELDS |= {
    "opening": ("payee", "code_name", "code", "policy_title", "clause", "case_number"),
    "due": ("due",),
    "contact": ("person", "phone", "address"),
    "slip_opening": ("number", "case_number"),
    "slip_return": ("issuer", "person", "phone", "address"),
}
_BLANK = "　"
_BLANK_LINES = 4  # of the slip's box for whatever else the bureau has to say
_SEAL_LINES = 6  # room for the bureau's seal


@dataclass(frozen=True, slots=True)
class InquiryPerson:
    """One person and all that is asked about them."""

    name: str
    id_number: str
    asked: str


@dataclass(frozen=True, slots=True)
class InquiryLetter:
    """`facts`: what is asked about the applicant, with what the office has. `bureau` is the addressee's full name."""

    issuer: str
    number: str
    day: date
    bureau: str
    payee: str
    code: str
    case_number: str
    policy_title: str
    clause: str
    facts: tuple[str, ...]
    people: tuple[InquiryPerson, ...]
    due: date
    contact: Contact
    code_name: str = "统一社会信用代码"
    seal: SealImage | WetSeal | None = CLEAR
    practice: bool = False

    def check(self) -> None:
        """Raises InvalidInput for a letter that asks nothing, or wants its answer before it is written."""
        problems = []
        if not self.facts and not self.people:
            problems.append(Problem("facts", "协查函至少应列一项需要核实的事项。"))
        if self.due <= self.day:
            problems.append(Problem("due", "回复期限应晚于发函日期。"))
        if problems:
            raise InvalidInput(f"协查函内容有误：{problems[0].message}", tuple(problems))


def verification_of(letter: InquiryLetter) -> verification.Verification:
    """What the letter's QR code says; it is about no sum of money."""
    return verification.Verification(letter.number, letter.day, letter.payee, Money.zero(), verification.digest(letter))


def texts(letter: InquiryLetter) -> list[str]:
    """What the letter takes from outside the wording, for the check of missing characters."""
    return [
        letter.issuer,
        letter.number,
        letter.bureau,
        letter.payee,
        letter.code,
        letter.case_number,
        letter.policy_title,
        letter.clause,
        letter.code_name,
        letter.contact.person,
        letter.contact.phone,
        letter.contact.address,
        *letter.facts,
        *(text for one in letter.people for text in (one.name, one.id_number, one.asked)),
    ]


def render(letter: InquiryLetter, faces_used: FaceSet | None = None) -> bytes:
    """The letter, its lists and the slip as PDF; equal letters give equal bytes."""
    letter.check()
    used = faces_used or faces()
    used.require(texts(letter), {"人员名单": [(one.name, one.asked) for one in letter.people]})
    words = wording.load("inquiry", _FIELDS)
    contact = letter.contact
    annexes: list[tuple[str, tuple[Block, ...]]] = []
    if letter.facts:
        annexes.append((words["lines_title"], (_facts(letter, words),)))
    if letter.people:
        annexes.append((words["people_title"], (_people(letter, words),)))
    annexes.append((words["slip_title"], _slip(letter, words)))
    blocks: list[Block] = [
        addressee(letter.bureau),
        Paragraph(
            words.say(
                "opening",
                payee=letter.payee,
                code_name=letter.code_name,
                code=letter.code,
                policy_title=letter.policy_title,
                clause=letter.clause,
                case_number=letter.case_number,
            )
        ),
        Paragraph(words.say("due", due=chinese_date(letter.due))),
        *([Paragraph(words["privacy"])] if letter.people else []),
        Paragraph(words.say("contact", person=contact.person, phone=contact.phone, address=contact.address)),
        *attachment_note([title for title, _ in annexes]),
    ]
    attachments = tuple(
        Attachment(f"附件{number}" if len(annexes) > 1 else "附件", title, content)
        for number, (title, content) in enumerate(annexes, 1)
    )
    return render_letter(
        Letter(
            letter.issuer,
            letter.number,
            letter.day,
            words["title"],
            tuple(blocks),
            letter.seal,
            code=(verification_of(letter).text(), words["code_caption"]),
            attachments=attachments,
            practice=letter.practice,
        ),
        used,
    )


def _facts(letter: InquiryLetter, words: wording.Wording) -> Table:
    columns = (
        Column(words["number"], 0.9, "centre"),
        Column(words["asked"], 7.4),
        Column(words["result"], 2.2),
        Column(words["remark"], 3.5),
    )
    rows = tuple(Row((str(number), asked, words["boxes"], "")) for number, asked in enumerate(letter.facts, 1))
    return Table(columns, rows, WU_HAO)


def _people(letter: InquiryLetter, words: wording.Wording) -> Table:
    columns = (
        Column(words["number"], 0.9, "centre"),
        Column(words["name"], 1.6, "centre"),
        Column(words["id_number"], 3.3, "centre"),
        Column(words["asked"], 4.6),
        Column(words["result"], 1.8),
        Column(words["remark"], 1.8),
    )
    rows = tuple(
        Row((str(number), one.name, one.id_number, one.asked, words["boxes"], ""))
        for number, one in enumerate(letter.people, 1)
    )
    return Table(columns, rows, WU_HAO)


def _slip(letter: InquiryLetter, words: wording.Wording) -> tuple[Block, ...]:
    contact = letter.contact
    columns = (Column("", 2.2, "centre"), Column("", 5), Column("", 2.2, "centre"), Column("", 5))
    rows = (
        Row((words["slip_conclusion"], words["slip_boxes"] + f"\n{_BLANK}\n{_BLANK}"), (1, 3)),
        Row((words["slip_more"], "\n".join([_BLANK] * _BLANK_LINES)), (1, 3)),
        Row((words["slip_person"], f"{_BLANK}\n{_BLANK}", words["slip_phone"], "")),
        Row((words["slip_office"], "\n".join([_BLANK] * _SEAL_LINES), words["slip_day"], words["slip_date"])),
    )
    return (
        addressee(letter.issuer),
        Paragraph(words.say("slip_opening", number=letter.number, case_number=letter.case_number)),
        Table(columns, rows, SI_HAO, header=False, gap_before=TABLE_GAP),
        Note(
            words.say(
                "slip_return",
                issuer=letter.issuer,
                person=contact.person,
                phone=contact.phone,
                address=contact.address,
            ),
            Face.FANG,
            WU_HAO,
        ),
    )
