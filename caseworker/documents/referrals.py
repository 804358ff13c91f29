"""Two letters of oversight to others than the payee: 通报批评, and 移送函 to the organ that takes the matter over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from caseworker.documents import verification, wording
from caseworker.documents.closing import chinese_date
from caseworker.documents.faces import FaceSet, faces
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
    BASIS,
    CODE,
    CONTACT,
    POLICY,
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
from caseworker.documents.sense import plain
from caseworker.documents.tables import Column, Row, Table
from caseworker.documents.units import SAN_HAO

_CRITICISM: dict[str, tuple[str, ...]] = (
    wording.plain_fields("title_short heading_facts heading_decision call")
    | {"title": ("payee",), "opening": ("payee", "code_label", "code", "fund"), "decides": ("payee",)}
    | CONTACT
    | CODE
)
_TRANSFER: dict[str, tuple[str, ...]] = (
    wording.plain_fields(
        "title_short heading_facts heading_basis heading_request request_open papers_title slip_title slip_note "
        "slip_number number paper slip_result slip_reason slip_taken_on slip_department slip_person slip_seal"
    )
    | {
        "title": ("payee",),
        "opening": ("payee", "code_label", "code", "fund"),
        "request": ("due",),
        "slip_opening": ("issuer", "letter", "payee"),
    }
    | CONTACT
    | CODE
)


@dataclass(frozen=True, slots=True)
class Criticism:
    """通报批评: `scope` is whom it is sent to (全市数据呼叫企业), `head.payee` whom it is about."""

    head: Head
    scope: str
    facts: str
    ground: str = ""
    seal: SealImage | WetSeal | None = CLEAR
    practice: bool = False


@dataclass(frozen=True, slots=True)
class Transfer:
    """移送函 to `organ`, with a list of the papers handed over and a slip to answer on. `due` None: no day is set."""

    head: Head
    organ: str
    facts: str
    ground: str = ""
    papers: tuple[str, ...] = ()
    due: date | None = None
    seal: SealImage | WetSeal | None = CLEAR
    practice: bool = False


def verification_of(letter: Criticism | Transfer) -> verification.Verification:
    """What the letter's QR code says."""
    return code_of(letter, letter.head)


def render_criticism(letter: Criticism, faces_used: FaceSet | None = None) -> bytes:
    """The letter as PDF; equal letters give equal bytes. InvalidInput where it lacks something, or a face does."""
    needed(scope=letter.scope, facts=letter.facts)
    used = faces_used or faces()
    used.require([*letter.head.texts(), letter.scope, letter.facts, letter.ground])
    words = wording.load("criticism", _CRITICISM, POLICY | BASIS, letter.head.policy)
    head = letter.head
    blocks: list[Block] = [
        addressee(letter.scope.strip().rstrip("：:。")),
        Paragraph(words.say("opening", payee=head.payee, code_label=head.code_label, code=head.code, fund=fund(words))),
        section(words, "heading_facts"),
        *told(letter.facts),
        section(words, "heading_decision"),
        basis(head, words, letter.ground),
        Paragraph(words.say("decides", payee=head.payee) + words["call"]),
        contact_line(head.contact, words),
    ]
    return render_letter(
        Letter(
            head.issuer,
            head.number,
            head.day,
            _title(head, words, used),
            tuple(blocks),
            letter.seal,
            code=(verification_of(letter).text(), words["code_caption"]),
            practice=letter.practice,
        ),
        used,
    )


def render_transfer(letter: Transfer, faces_used: FaceSet | None = None) -> bytes:
    """As `render_criticism`."""
    needed(organ=letter.organ, facts=letter.facts)
    used = faces_used or faces()
    used.require([*letter.head.texts(), letter.organ, letter.facts, letter.ground, *letter.papers])
    words = wording.load("transfer", _TRANSFER, POLICY | BASIS, letter.head.policy)
    head = letter.head
    asked = words["request_open"] if letter.due is None else words.say("request", due=chinese_date(letter.due))
    attached = [words["papers_title"]] if letter.papers else []
    attached.append(words["slip_title"])
    blocks: list[Block] = [
        addressee(letter.organ.strip().rstrip("：:。")),
        Paragraph(words.say("opening", payee=head.payee, code_label=head.code_label, code=head.code, fund=fund(words))),
        section(words, "heading_facts"),
        *told(letter.facts),
        section(words, "heading_basis"),
        basis(head, words, letter.ground),
        section(words, "heading_request"),
        Paragraph(asked),
        contact_line(head.contact, words),
        *attachment_note(attached),
    ]
    labels = [f"附件{number}" if len(attached) > 1 else "附件" for number in range(1, len(attached) + 1)]
    attachments = [Attachment(labels[-1], words["slip_title"], tuple(_slip(letter, words)))]
    if letter.papers:
        attachments.insert(0, Attachment(labels[0], words["papers_title"], (_papers(letter, words),)))
    return render_letter(
        Letter(
            head.issuer,
            head.number,
            head.day,
            _title(head, words, used),
            tuple(blocks),
            letter.seal,
            code=(verification_of(letter).text(), words["code_caption"]),
            attachments=tuple(attachments),
            practice=letter.practice,
        ),
        used,
    )


def _title(head: Head, words: wording.Wording, used: FaceSet) -> str:
    title = words.say("title", payee=head.payee)
    parts = title.split("｜")
    return title if all(fits_a_title_line(plain(part), used) for part in parts) else words["title_short"]


def _papers(letter: Transfer, words: wording.Wording) -> Table:
    columns = (Column(words["number"], 1, "centre"), Column(words["paper"], 9))
    return Table(columns, tuple(Row((str(n), name)) for n, name in enumerate(letter.papers, 1)))


def _slip(letter: Transfer, words: wording.Wording) -> list[Block]:
    """移送回执: to be filled in by the organ and sent back."""
    columns = (Column("", 3, "centre"), Column("", 9))
    rows = [  # with how many lines of room for a hand
        (words["slip_number"], 2),
        (words["slip_result"], 3),
        (words["slip_reason"], 6),
        (words["slip_taken_on"], 2),
        (words["slip_department"], 2),
        (words["slip_person"], 2),
        (words["slip_seal"], 7),
    ]
    return [
        Paragraph(
            words.say("slip_opening", issuer=letter.head.issuer, letter=letter.head.number, payee=letter.head.payee)
        ),
        Table(
            columns,
            tuple(Row((label, "\n".join("　" * room))) for label, room in rows),
            size=SAN_HAO * 0.75,
            header=False,
            gap_before=TABLE_GAP,
            gap_after=TABLE_GAP,
        ),
        Paragraph(words["slip_note"]),
    ]
