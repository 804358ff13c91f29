"""不予受理决定书: an application turned away before anything was worked out; registered as a kind of refusal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from caseworker.documents import verification, wording
from caseworker.documents.closing import chinese_date
from caseworker.documents.faces import Face, FaceSet, faces
from caseworker.documents.grid import Block, Paragraph
from caseworker.documents.letter import Letter, addressee, fits_a_title_line, render_letter
from caseworker.documents.letter_head import POLICY, Head, code_of, contact_line, fund, needed, policy_title, told
from caseworker.documents.refusal import FIELDS
from caseworker.documents.seal import CLEAR, SealImage, WetSeal
from caseworker.errors import InvalidInput, Problem

GROUNDS = ("out-of-scope", "papers-late", "not-competent")


@dataclass(frozen=True, slots=True)
class AskedPapers:
    """The 补正告知书 that was not answered in time, and what of it is still lacking."""

    number: str
    day: date
    due: date
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotAcceptedLetter:
    """`clause`: its number, a wide space, its title. `ground`: one of GROUNDS; `said`: the facts found for it.

    `asked`: for papers-late only. `reason`: what the head added to the decision.
    """

    head: Head
    case_number: str
    received_on: date
    clause: str
    ground: str
    said: str
    reconsider_by: str
    reason: str = ""
    asked: AskedPapers | None = None
    two_person: bool = False
    seal: SealImage | WetSeal | None = CLEAR
    practice: bool = False

    def check(self) -> None:
        """Raises InvalidInput for a letter without a ground, or one whose ground has nothing to stand on."""
        founded = self.asked is not None if self.ground == "papers-late" else bool(self.said.strip())
        if self.ground not in GROUNDS or not founded:
            raise InvalidInput("不予受理决定书应写明理由。", (Problem("ground", "没有不予受理的理由。"),))
        needed(reconsider_by=self.reconsider_by)


def verification_of(letter: NotAcceptedLetter) -> verification.Verification:
    """What the letter's QR code says."""
    return code_of(letter, letter.head)


def texts(letter: NotAcceptedLetter) -> list[str]:
    """What the letter takes from outside the wording, for the check of missing characters."""
    asked = () if letter.asked is None else (letter.asked.number, *letter.asked.lacking)
    own = (letter.case_number, letter.clause, letter.said, letter.reason, letter.reconsider_by)
    return [*letter.head.texts(), *own, *asked]


def render(letter: NotAcceptedLetter, faces_used: FaceSet | None = None) -> bytes:
    """The letter as PDF; equal letters give equal bytes. InvalidInput where it lacks something, or a face does."""
    letter.check()
    used = faces_used or faces()
    used.require(texts(letter))
    words = wording.load("refusal", FIELDS, POLICY, letter.head.policy)
    head = letter.head
    title = words.say("declined_title", payee=head.payee, fund=words["fund"])
    if not fits_a_title_line(head.payee, used):
        title = words.say("declined_title_short", fund=words["fund"])
    return render_letter(
        Letter(
            head.issuer,
            head.number,
            head.day,
            title,
            (*_body(letter, words), contact_line(head.contact, words)),
            letter.seal,
            code=(verification_of(letter).text(), words["code_caption"]),
            receipt=words["receipt"],
            practice=letter.practice,
        ),
        used,
    )


def _body(letter: NotAcceptedLetter, words: wording.Wording) -> list[Block]:
    head, asked = letter.head, letter.asked
    opening = words.say(
        "declined_opening",
        you=head.you,
        code_label=head.code_label,
        code=head.code,
        fund=fund(words),
        case_number=letter.case_number,
        clause=letter.clause,
        received_on=chinese_date(letter.received_on),
    )
    if letter.two_person:
        opening += words["two_person"]
    facts: list[Block] = []
    if asked is not None:
        late = words.say(
            "declined_asked",
            number=asked.number,
            day=chinese_date(asked.day),
            due=chinese_date(asked.due),
            you=head.you,
            lacking="、".join(asked.lacking),
        )
        facts.append(Paragraph(late))
    if letter.said.strip():
        facts += told(letter.said.strip().rstrip("。") + "。")
    if letter.reason.strip():
        facts += told(words["reason_lead"] + letter.reason.strip().rstrip("。") + "。")
    field = {
        "out-of-scope": "declined_out_of_scope",
        "papers-late": "declined_papers_late",
        "not-competent": "declined_not_competent",
    }[letter.ground]
    clause = letter.clause.partition("　")
    item = clause[2] or letter.clause
    ground = words.say(field, you=head.you, policy_title=policy_title(head, words), number=clause[0], item=item)
    return [
        addressee(head.payee),
        Paragraph(opening),
        _section(words, "heading_facts", "一"),
        *facts,
        _section(words, "heading_decision", "二"),
        Paragraph(ground + words.say("declined_decides", you=head.you, fund=fund(words))),
        Paragraph(words.say("declined_again", you=head.you)),
        _section(words, "heading_remedy", "三"),
        Paragraph(words.say("remedy", reconsider_by=letter.reconsider_by)),
    ]


def _section(words: wording.Wording, heading: str, number: str) -> Paragraph:
    return Paragraph(f"{number}、{words[heading]}", Face.HEI, keep_next=True)
