"""Two letters about an application's papers: 材料补正一次性告知书 and 受理通知书."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from caseworker.documents import verification, wording
from caseworker.documents.closing import chinese_date
from caseworker.documents.faces import FaceSet, faces
from caseworker.documents.grid import TABLE_GAP, Block, Paragraph
from caseworker.documents.letter import Letter, addressee, render_letter
from caseworker.documents.parts import Contact
from caseworker.documents.seal import CLEAR, SealImage, WetSeal
from caseworker.documents.tables import Column, Row, Table
from caseworker.errors import InvalidInput, Problem
from caseworker.values.money import Money

_SUPPLEMENT: dict[str, tuple[str, ...]] = {
    "title": (),
    "opening": ("you", "received_on", "clause", "case_number"),
    "number": (),
    "paper": (),
    "fault": (),
    "form": (),
    "due": ("due", "you"),
    "contact": ("person", "phone", "address"),
    "receipt": (),
    "code_caption": (),
}
_ACCEPTANCE: dict[str, tuple[str, ...]] = {
    "title": (),
    "opening": ("you", "code", "clause", "case_number", "accepted_on"),
    "opening_tolerated": ("you", "code", "clause", "case_number", "accepted_on"),
    "number": (),
    "paper": (),
    "form": (),
    "tolerated": (),
    "due": (),
    "expected": ("expected",),
    "contact": ("person", "phone", "address"),
    "receipt": (),
    "code_caption": (),
}


@dataclass(frozen=True, slots=True)
class FaultyPaper:
    """A missing or wrong paper, what is wrong with it, and its required form (原件、复印件、盖章)."""

    title: str
    fault: str
    form: str


@dataclass(frozen=True, slots=True)
class SupplementLetter:
    """材料补正一次性告知书: all that is missing, at once."""

    issuer: str
    number: str
    day: date
    payee: str
    case_number: str
    clause: str
    received_on: date
    papers: tuple[FaultyPaper, ...]
    due: date
    contact: Contact
    you: str = "你单位"
    seal: SealImage | WetSeal | None = CLEAR
    practice: bool = False


@dataclass(frozen=True, slots=True)
class ReceivedPaper:
    title: str
    form: str


@dataclass(frozen=True, slots=True)
class ToleratedPaper:
    """容缺: a paper that may come later, and by when."""

    title: str
    due: date


@dataclass(frozen=True, slots=True)
class AcceptanceLetter:
    """受理通知书: what was handed in, and by when a decision is expected."""

    issuer: str
    number: str
    day: date
    payee: str
    code: str
    case_number: str
    clause: str
    accepted_on: date
    expected: date
    papers: tuple[ReceivedPaper, ...]
    contact: Contact
    tolerated: tuple[ToleratedPaper, ...] = ()
    you: str = "你单位"
    seal: SealImage | WetSeal | None = CLEAR
    practice: bool = False


def verification_of(letter: SupplementLetter | AcceptanceLetter) -> verification.Verification:
    """What the letter's QR code says; it is about no sum of money."""
    return verification.Verification(letter.number, letter.day, letter.payee, Money.zero(), verification.digest(letter))


def supplement_texts(letter: SupplementLetter) -> list[str]:
    """What the letter takes from outside the wording, for the check of missing characters."""
    return [
        letter.issuer,
        letter.number,
        letter.payee,
        letter.case_number,
        letter.clause,
        letter.contact.person,
        letter.contact.phone,
        letter.contact.address,
        letter.you,
        *(text for paper in letter.papers for text in (paper.title, paper.fault, paper.form)),
    ]


def acceptance_texts(letter: AcceptanceLetter) -> list[str]:
    """What the letter takes from outside the wording, for the check of missing characters."""
    return [
        letter.issuer,
        letter.number,
        letter.payee,
        letter.code,
        letter.case_number,
        letter.clause,
        letter.contact.person,
        letter.contact.phone,
        letter.contact.address,
        letter.you,
        *(text for paper in letter.papers for text in (paper.title, paper.form)),
        *(paper.title for paper in letter.tolerated),
    ]


def render_supplement(letter: SupplementLetter, faces_used: FaceSet | None = None) -> bytes:
    """The letter as PDF; equal letters give equal bytes. Raises InvalidInput where nothing is to be supplied."""
    if not letter.papers:
        raise InvalidInput("补正告知书至少应列一项需要补正的材料。", (Problem("papers", "没有需要补正的材料。"),))
    used = faces_used or faces()
    used.require(supplement_texts(letter))
    words = wording.load("supplement", _SUPPLEMENT)
    columns = (
        Column(words["number"], 1, "centre"),
        Column(words["paper"], 4),
        Column(words["fault"], 5),
        Column(words["form"], 4),
    )
    rows = tuple(
        Row((str(number), paper.title, paper.fault, paper.form)) for number, paper in enumerate(letter.papers, 1)
    )
    blocks: list[Block] = [
        addressee(letter.payee),
        Paragraph(
            words.say(
                "opening",
                you=letter.you,
                received_on=chinese_date(letter.received_on),
                clause=letter.clause,
                case_number=letter.case_number,
            )
        ),
        Table(columns, rows, gap_before=TABLE_GAP, gap_after=TABLE_GAP),
        Paragraph(words.say("due", due=chinese_date(letter.due), you=letter.you)),
        *_foot(letter.contact, words),
    ]
    return render_letter(
        Letter(
            letter.issuer,
            letter.number,
            letter.day,
            words["title"],
            tuple(blocks),
            letter.seal,
            code=(verification_of(letter).text(), words["code_caption"]),
            receipt=words["receipt"],
            practice=letter.practice,
        ),
        used,
    )


def render_acceptance(letter: AcceptanceLetter, faces_used: FaceSet | None = None) -> bytes:
    """The letter as PDF; equal letters give equal bytes."""
    used = faces_used or faces()
    used.require(acceptance_texts(letter))
    words = wording.load("acceptance", _ACCEPTANCE)
    columns = (Column(words["number"], 1.1, "centre"), Column(words["paper"], 6.0), Column(words["form"], 7.9))
    rows = tuple(Row((str(number), paper.title, paper.form)) for number, paper in enumerate(letter.papers, 1))
    opening = "opening_tolerated" if letter.tolerated else "opening"
    blocks: list[Block] = [
        addressee(letter.payee),
        Paragraph(
            words.say(
                opening,
                you=letter.you,
                code=letter.code,
                clause=letter.clause,
                case_number=letter.case_number,
                accepted_on=chinese_date(letter.accepted_on),
            )
        ),
        Table(columns, rows, gap_before=TABLE_GAP, gap_after=TABLE_GAP),
    ]
    if letter.tolerated:
        late = tuple(
            Row((str(number), paper.title, chinese_date(paper.due))) for number, paper in enumerate(letter.tolerated, 1)
        )
        blocks += [
            Paragraph(words["tolerated"], keep_next=True),
            Table(
                (Column(words["number"], 1, "centre"), Column(words["paper"], 8), Column(words["due"], 5)),
                late,
                gap_before=TABLE_GAP,
                gap_after=TABLE_GAP,
            ),
        ]
    blocks += [Paragraph(words.say("expected", expected=chinese_date(letter.expected))), *_foot(letter.contact, words)]
    return render_letter(
        Letter(
            letter.issuer,
            letter.number,
            letter.day,
            words["title"],
            tuple(blocks),
            letter.seal,
            code=(verification_of(letter).text(), words["code_caption"]),
            receipt=words["receipt"],
            practice=letter.practice,
        ),
        used,
    )


def _foot(contact: Contact, words: wording.Wording) -> list[Block]:
    return [
        Paragraph(words.say("contact", person=contact.person, phone=contact.phone, address=contact.address)),
    ]
