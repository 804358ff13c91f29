"""不予兑现决定书: the facts, each condition not met with the policy's words, what can be done against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from caseworker.documents import verification, wording
from caseworker.documents.closing import chinese_date
from caseworker.documents.faces import Face, FaceSet, faces
from caseworker.documents.grid import TABLE_GAP, Block, Paragraph
from caseworker.documents.letter import (
    Attachment,
    Letter,
    addressee,
    attachment_note,
    fits_a_title_line,
    render_letter,
)
from caseworker.documents.letter_head import (
    CODE,
    CONTACT,
    POLICY,
    RECEIPT,
    Head,
    code_of,
    contact_line,
    fund,
    needed,
    policy_title,
    told,
)
from caseworker.documents.seal import CLEAR, SealImage, WetSeal
from caseworker.documents.tables import Column, Row, Table
from caseworker.errors import InvalidInput, Problem

FIELDS: dict[str, tuple[str, ...]] = (
    wording.plain_fields(
        "two_person heading_facts facts_lead fact value source heading_unmet unmet_lead number condition quote missing "
        "reason_lead heading_decision heading_remedy people_title person person_id person_note people"
    )
    | {
        "title": ("payee", "fund"),
        "title_short": ("fund",),
        "opening": ("you", "code_label", "code", "fund", "case_number", "clause", "accepted_on"),
        "decides": ("policy_title", "number", "item", "you", "fund"),
        "again": ("you",),
        "remedy": ("reconsider_by",),
        # 不予受理决定书, in the same file: see not_accepted
        "declined_title": ("payee", "fund"),
        "declined_title_short": ("fund",),
        "declined_opening": ("you", "code_label", "code", "fund", "case_number", "clause", "received_on"),
        "declined_asked": ("number", "day", "due", "you", "lacking"),
        "declined_out_of_scope": ("policy_title", "number", "item"),
        "declined_papers_late": ("you", "policy_title", "number", "item"),
        "declined_not_competent": ("policy_title", "number", "item"),
        "declined_decides": ("you", "fund"),
        "declined_again": ("you",),
    }
    | CONTACT
    | CODE
    | RECEIPT
)


@dataclass(frozen=True, slots=True)
class FactFound:
    """What was found, and the paper that shows it."""

    name: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Unmet:
    """A condition that is not met, in words with its figures, and the policy's own words."""

    text: str
    quote: str


@dataclass(frozen=True, slots=True)
class PersonUnmet:
    """A person nothing is paid for, and why; the ID number comes masked."""

    name: str
    masked_id: str
    note: str


@dataclass(frozen=True, slots=True)
class RefusalLetter:
    """`clause`: its number, a wide space, its title. `missing`: facts that no paper shows.

    `reason`: what the head gave, needed where no condition is unmet.
    """

    head: Head
    case_number: str
    accepted_on: date
    clause: str
    reason: str
    reconsider_by: str
    facts: tuple[FactFound, ...] = ()
    unmet: tuple[Unmet, ...] = ()
    missing: tuple[str, ...] = ()
    people: tuple[PersonUnmet, ...] = ()
    two_person: bool = False
    seal: SealImage | WetSeal | None = CLEAR
    practice: bool = False

    def check(self) -> None:
        """Raises InvalidInput for a refusal without a ground: such a letter must not go out."""
        if not (self.unmet or self.missing or self.reason.strip()):
            raise InvalidInput("不予兑现决定书应写明理由。", (Problem("reason", "没有不予兑现的理由。"),))
        needed(reconsider_by=self.reconsider_by)


def verification_of(letter: RefusalLetter) -> verification.Verification:
    """What the letter's QR code says."""
    return code_of(letter, letter.head)


def texts(letter: RefusalLetter) -> list[str]:
    """What the letter takes from outside the wording, for the check of missing characters."""
    return [
        *letter.head.texts(),
        letter.case_number,
        letter.clause,
        letter.reason,
        letter.reconsider_by,
        *letter.missing,
        *(text for fact in letter.facts for text in (fact.name, fact.value, fact.source)),
        *(text for unmet in letter.unmet for text in (unmet.text, unmet.quote)),
        *(text for one in letter.people for text in (one.name, one.masked_id, one.note)),
    ]


def render(letter: RefusalLetter, faces_used: FaceSet | None = None) -> bytes:
    """The letter as PDF; equal letters give equal bytes. InvalidInput where it lacks something, or a face does."""
    letter.check()
    used = faces_used or faces()
    used.require(texts(letter), {"人员名单": [(one.name, one.note) for one in letter.people]})
    words = wording.load("refusal", FIELDS, POLICY, letter.head.policy)
    head = letter.head
    title = words.say("title", payee=head.payee, fund=words["fund"])
    if not fits_a_title_line(head.payee, used):
        title = words.say("title_short", fund=words["fund"])
    attached = [words["people_title"]] if letter.people else []
    return render_letter(
        Letter(
            head.issuer,
            head.number,
            head.day,
            title,
            (*_body(letter, words), contact_line(head.contact, words), *attachment_note(attached)),
            letter.seal,
            code=(verification_of(letter).text(), words["code_caption"]),
            attachments=tuple(Attachment("附件", one, (_people(letter, words),)) for one in attached),
            receipt=words["receipt"],
            practice=letter.practice,
        ),
        used,
    )


def _body(letter: RefusalLetter, words: wording.Wording) -> list[Block]:
    head = letter.head
    opening = words.say(
        "opening",
        you=head.you,
        code_label=head.code_label,
        code=head.code,
        fund=fund(words),
        case_number=letter.case_number,
        clause=letter.clause,
        accepted_on=chinese_date(letter.accepted_on),
    )
    if letter.two_person:
        opening += words["two_person"]
    numbers = iter("一二三四")  # no number is left out where a section is
    blocks: list[Block] = [
        addressee(head.payee),
        Paragraph(opening),
        _section(words, "heading_facts", next(numbers)),
    ]
    if letter.facts:
        columns = (Column(words["fact"], 3), Column(words["value"], 3), Column(words["source"], 4))
        rows = tuple(Row((fact.name, fact.value, fact.source)) for fact in letter.facts)
        blocks += [Paragraph(words["facts_lead"], keep_next=True), _table(columns, rows)]
    if letter.missing:
        blocks.append(Paragraph(words["missing"] + "、".join(letter.missing) + "。"))
    if letter.reason.strip():
        blocks += told(words["reason_lead"] + letter.reason.strip())
    if letter.unmet:
        columns = (Column(words["number"], 1, "centre"), Column(words["condition"], 5), Column(words["quote"], 6))
        rows = tuple(Row((str(n), one.text, f"“{one.quote}”")) for n, one in enumerate(letter.unmet, 1))
        blocks += [
            _section(words, "heading_unmet", next(numbers)),
            Paragraph(words["unmet_lead"], keep_next=True),
            _table(columns, rows),
        ]
    if letter.people:
        blocks.append(Paragraph(words["people"]))
    return [
        *blocks,
        _section(words, "heading_decision", next(numbers)),
        Paragraph(
            words.say(
                "decides",
                policy_title=policy_title(head, words),
                number=letter.clause.partition("　")[0],
                item=letter.clause.partition("　")[2] or letter.clause,
                you=head.you,
                fund=fund(words),
            )
            + words.say("again", you=head.you)
        ),
        _section(words, "heading_remedy", next(numbers)),
        Paragraph(words.say("remedy", reconsider_by=letter.reconsider_by)),
    ]


def _section(words: wording.Wording, heading: str, number: str) -> Paragraph:
    return Paragraph(f"{number}、{words[heading]}", Face.HEI, keep_next=True)


def _table(columns: tuple[Column, ...], rows: tuple[Row, ...]) -> Table:
    return Table(columns, rows, gap_before=TABLE_GAP, gap_after=TABLE_GAP)


def _people(letter: RefusalLetter, words: wording.Wording) -> Table:
    columns = (
        Column(words["number"], 1, "centre"),
        Column(words["person"], 2, "centre"),
        Column(words["person_id"], 3.4, "centre"),
        Column(words["person_note"], 6),
    )
    return Table(
        columns, tuple(Row((str(n), one.name, one.masked_id, one.note)) for n, one in enumerate(letter.people, 1))
    )
