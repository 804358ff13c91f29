"""Three letters of oversight to a payee: 责令整改通知书, 暂停拨付通知书, 解除暂停拨付通知书.

The office imposes no fine: the letters name what the policy's text names, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from caseworker.documents import verification, wording
from caseworker.documents.closing import chinese_date
from caseworker.documents.faces import FaceSet, faces
from caseworker.documents.grid import Block, Paragraph
from caseworker.documents.letter import Letter, addressee, render_letter
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
    policy_title,
    section,
    told,
)
from caseworker.documents.seal import CLEAR, SealImage, WetSeal
from caseworker.errors import InvalidInput, Problem

_OPENING = ("you", "code_label", "code", "fund", "policy_title")
_RECTIFICATION: dict[str, tuple[str, ...]] = (
    wording.plain_fields("title heading_facts heading_basis heading_measures heading_consequence")
    | {"opening": _OPENING, "due": ("due",), "consequence": ("fund",), "statement": ("you",)}
    | CONTACT
    | CODE
    | RECEIPT
)
_SUSPENSION: dict[str, tuple[str, ...]] = (
    wording.plain_fields("title heading_facts heading_basis heading_decision")
    | {
        "opening": _OPENING,
        "decides": ("since", "you", "fund"),
        "condition": ("condition",),
        "condition_none": ("you",),
        "statement": ("you",),
    }
    | CONTACT
    | CODE
    | RECEIPT
)
_RESUMPTION: dict[str, tuple[str, ...]] = (
    {
        "title": (),
        "opening": (*_OPENING, "since"),
        "opening_numbered": (*_OPENING, "since", "number"),
        "decides": ("lifted_on", "you", "fund", "policy_title"),
        "duty": ("you",),
    }
    | CONTACT
    | CODE
    | RECEIPT
)


@dataclass(frozen=True, slots=True)
class Rectification:
    """责令整改通知书. `ground`: what the policy's text names (挪用专项资金), empty for anything else."""

    head: Head
    facts: str
    measures: str
    due: date
    ground: str = ""
    seal: SealImage | WetSeal | None = CLEAR
    practice: bool = False


@dataclass(frozen=True, slots=True)
class Suspension:
    """暂停拨付通知书: every payment stops from `since` on. `condition` empty: none was set."""

    head: Head
    facts: str
    since: date
    ground: str = ""
    condition: str = ""
    seal: SealImage | WetSeal | None = CLEAR
    practice: bool = False


@dataclass(frozen=True, slots=True)
class Resumption:
    """解除暂停拨付通知书. `suspension_number`: of the letter that told of the suspension, empty where none went out."""

    head: Head
    reason: str
    since: date
    lifted_on: date
    suspension_number: str = ""
    seal: SealImage | WetSeal | None = CLEAR
    practice: bool = False

    def check(self) -> None:
        if self.lifted_on < self.since:
            raise InvalidInput("解除日期早于暂停日期。", (Problem("lifted_on", "早于暂停日期。"),))


Order = Rectification | Suspension | Resumption


def verification_of(letter: Order) -> verification.Verification:
    """What the letter's QR code says."""
    return code_of(letter, letter.head)


def render_rectification(letter: Rectification, faces_used: FaceSet | None = None) -> bytes:
    """The letter as PDF; equal letters give equal bytes. InvalidInput where it lacks something, or a face does."""
    needed(facts=letter.facts, measures=letter.measures)
    used = faces_used or faces()
    used.require([*letter.head.texts(), letter.facts, letter.measures, letter.ground])
    words = wording.load("rectification", _RECTIFICATION, POLICY | BASIS, letter.head.policy)
    head = letter.head
    blocks: list[Block] = [
        section(words, "heading_facts"),
        *told(letter.facts),
        section(words, "heading_basis"),
        basis(head, words, letter.ground),
        section(words, "heading_measures"),
        *told(letter.measures),
        Paragraph(words.say("due", due=chinese_date(letter.due))),
        section(words, "heading_consequence"),
        Paragraph(words.say("consequence", fund=fund(words)) + words.say("statement", you=head.you)),
    ]
    return _render(letter, blocks, words, used)


def render_suspension(letter: Suspension, faces_used: FaceSet | None = None) -> bytes:
    """As `render_rectification`."""
    needed(facts=letter.facts)
    used = faces_used or faces()
    used.require([*letter.head.texts(), letter.facts, letter.condition, letter.ground])
    words = wording.load("suspension", _SUSPENSION, POLICY | BASIS, letter.head.policy)
    head = letter.head
    condition = letter.condition.strip().rstrip("。；")
    blocks: list[Block] = [
        section(words, "heading_facts"),
        *told(letter.facts),
        section(words, "heading_basis"),
        basis(head, words, letter.ground),
        section(words, "heading_decision"),
        Paragraph(words.say("decides", since=chinese_date(letter.since), you=head.you, fund=fund(words))),
        Paragraph(
            words.say("condition", condition=condition) if condition else words.say("condition_none", you=head.you)
        ),
        Paragraph(words.say("statement", you=head.you)),
    ]
    return _render(letter, blocks, words, used)


def render_resumption(letter: Resumption, faces_used: FaceSet | None = None) -> bytes:
    """As `render_rectification`."""
    letter.check()
    needed(reason=letter.reason)
    used = faces_used or faces()
    used.require([*letter.head.texts(), letter.reason, letter.suspension_number])
    words = wording.load("resumption", _RESUMPTION, POLICY, letter.head.policy)
    head = letter.head
    blocks: list[Block] = [
        *told(letter.reason),
        Paragraph(
            words.say(
                "decides",
                lifted_on=chinese_date(letter.lifted_on),
                you=head.you,
                fund=fund(words),
                policy_title=policy_title(head, words),
            )
        ),
        Paragraph(words.say("duty", you=head.you)),
    ]
    return _render(letter, blocks, words, used)


def _render(letter: Order, blocks: list[Block], words: wording.Wording, used: FaceSet) -> bytes:
    head = letter.head
    said = {
        "you": head.you,
        "code_label": head.code_label,
        "code": head.code,
        "fund": fund(words),
        "policy_title": policy_title(head, words),
    }
    opening = "opening"
    if isinstance(letter, Resumption):
        said["since"] = chinese_date(letter.since)
        if letter.suspension_number:
            opening = "opening_numbered"
            said["number"] = letter.suspension_number
    return render_letter(
        Letter(
            head.issuer,
            head.number,
            head.day,
            words["title"],
            (
                addressee(head.payee),
                Paragraph(words.say(opening, **said)),
                *blocks,
                contact_line(head.contact, words),
            ),
            letter.seal,
            code=(verification_of(letter).text(), words["code_caption"]),
            receipt=words["receipt"],
            practice=letter.practice,
        ),
        used,
    )
