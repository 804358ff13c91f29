"""公示 and its lists: payees, persons, standards and amounts; never a whole ID number, never an account or a phone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from caseworker.documents import wording
from caseworker.documents.closing import chinese_date
from caseworker.documents.faces import Face, FaceSet, faces
from caseworker.documents.grid import Block, Note, Paragraph
from caseworker.documents.letter import Attachment, Letter, attachment_note, render_letter
from caseworker.documents.parts import Contact
from caseworker.documents.seal import CLEAR, SealImage, WetSeal
from caseworker.documents.sense import plain
from caseworker.documents.tables import Cell, Column, Row, Table
from caseworker.documents.units import WU_HAO
from caseworker.documents.wording import title_of_policy
from caseworker.errors import InvalidInput, Problem
from caseworker.values.daxie import in_words
from caseworker.values.money import Money

_FIELDS: dict[str, tuple[str, ...]] = wording.plain_fields(
    "number payee clause quantity standard amount person person_id unit total_row"
)
_FIELDS |= {
    "title": ("fund",),
    "body": ("policy_title", "count", "fund", "figures", "words"),
    "period": ("notice_from", "notice_to"),
    "objection": (),
    "contact": ("person", "phone", "address"),
    "payees_title": ("fund",),
    "people_title": ("fund",),
    "payees_note": ("fund",),
    "people_note": ("fund",),
}
_POLICY_FIELDS: dict[str, tuple[str, ...]] = {"fund": (), "policy_title": ("title",)}
_WHOLE_NUMBER = re.compile(r"[0-9]{12,}[0-9Xx]?")


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """One application in the notice."""

    payee: str
    clause: str
    quantity: str
    standard: str
    amount: Money


@dataclass(frozen=True, slots=True)
class NoticePerson:
    """One person in the list; the ID number comes masked (6 figures, 8 stars, 4 figures)."""

    name: str
    masked_id: str
    unit: str
    standard: str
    amount: Money


@dataclass(frozen=True, slots=True)
class PublicNotice:
    """A notice to be posted: it has no number and no red head. `notice_to` is its last day."""

    policy: str
    issuer: str
    day: date
    notice_from: date
    notice_to: date
    items: tuple[NoticeItem, ...]
    contact: Contact
    people: tuple[NoticePerson, ...] = ()
    notes: tuple[str, ...] = ()  # below the payees: why an amount is less than quantity times standard
    people_notes: tuple[str, ...] = ()  # below the persons: why their sum is more than a payee gets
    policy_title: str = ""  # for a policy that the wording file does not know
    seal: SealImage | WetSeal | None = CLEAR
    practice: bool = False

    def check(self) -> None:
        """Raises InvalidInput for a notice without items, with dates out of order, or with an ID number in clear."""
        problems = []
        if not self.items:
            problems.append(Problem("items", "公示至少应有一项。"))
        if self.notice_to < self.notice_from:
            problems.append(Problem("notice_to", "公示截止日期早于开始日期。"))
        problems += [
            Problem(f"people.{number}.masked_id", "公示名单中的证件号码应隐去中间8位。")
            for number, person in enumerate(self.people)
            if _WHOLE_NUMBER.search(person.masked_id)
        ]
        if problems:
            raise InvalidInput(f"公示内容有误：{problems[0].message}", tuple(problems))


def texts(notice: PublicNotice) -> list[str]:
    """What the notice takes from outside the wording, for the check of missing characters."""
    return [
        notice.issuer,
        notice.policy_title,
        notice.contact.person,
        notice.contact.phone,
        notice.contact.address,
        *notice.notes,
        *notice.people_notes,
        *(text for item in notice.items for text in (item.payee, item.clause, item.quantity, item.standard)),
        *(text for person in notice.people for text in (person.name, person.masked_id, person.unit, person.standard)),
    ]


def render(notice: PublicNotice, faces_used: FaceSet | None = None) -> bytes:
    """The notice with its lists as PDF; equal notices give equal bytes."""
    notice.check()
    used = faces_used or faces()
    lists: dict[str, list[tuple[str, ...]]] = {
        "单位名单": [(item.payee, item.clause, item.quantity, item.standard) for item in notice.items],
        "人员名单": [(person.name, person.unit, person.standard) for person in notice.people],
    }
    used.require(texts(notice), lists)
    words = wording.load("public-notice", _FIELDS, _POLICY_FIELDS, notice.policy)
    fund, title = plain(words["fund"]), words.say("title", fund=words["fund"])
    total = sum((item.amount for item in notice.items), Money(0))
    contact = notice.contact
    policy = title_of_policy(words, notice.policy, notice.policy_title)
    notes = [words.say("payees_note", fund=fund)] + ([words.say("people_note", fund=fund)] if notice.people else [])
    blocks: list[Block] = [
        Paragraph(
            words.say(
                "body",
                policy_title=policy,
                count=str(len(notice.items)),
                fund=fund,
                figures=total.shown(),
                words=in_words(total),
            )
        ),
        Paragraph(
            words.say("period", notice_from=chinese_date(notice.notice_from), notice_to=chinese_date(notice.notice_to))
        ),
        Paragraph(words["objection"]),
        Paragraph(words.say("contact", person=contact.person, phone=contact.phone, address=contact.address)),
        *attachment_note(notes),
    ]
    numbered = bool(notice.people)
    attachments = [
        Attachment(
            "附件1" if numbered else "附件",
            words.say("payees_title", fund=words["fund"]),
            (_payees(notice, words, total), *_notes(notice.notes)),
        )
    ]
    if notice.people:
        people_title = words.say("people_title", fund=words["fund"])
        people_blocks: tuple[Block, ...] = (_people(notice, words), *_notes(notice.people_notes))
        attachments.append(Attachment("附件2", people_title, people_blocks))
    return render_letter(
        Letter(
            notice.issuer,
            "",
            notice.day,
            title,
            tuple(blocks),
            notice.seal,
            attachments=tuple(attachments),
            practice=notice.practice,
        ),
        used,
    )


def _notes(sentences: tuple[str, ...]) -> tuple[Block, ...]:
    return tuple(Note(sentence, size=WU_HAO) for sentence in sentences)


def _payees(notice: PublicNotice, words: wording.Wording, total: Money) -> Table:
    columns = (
        Column(words["number"], 0.9, "centre"),
        Column(words["payee"], 4.4),
        Column(words["clause"], 3.2),
        Column(words["quantity"], 1.3, "centre"),
        Column(words["standard"], 2.2, "centre"),
        Column(words["amount"], 2.3, "right"),
    )
    rows = [
        Row(
            (str(number), item.payee, item.clause, item.quantity, item.standard, item.amount.shown()),
            amount=item.amount,
        )
        for number, item in enumerate(notice.items, 1)
    ]
    rows.append(Row((Cell(words["total_row"], "centre"), total.shown()), (5, 1), Face.HEI, with_previous=True))
    return Table(columns, tuple(rows), WU_HAO, page_totals=5)


def _people(notice: PublicNotice, words: wording.Wording) -> Table:
    columns = (
        Column(words["number"], 0.9, "centre"),
        Column(words["person"], 1.6, "centre"),
        Column(words["person_id"], 3.1, "centre"),
        Column(words["unit"], 4.2),
        Column(words["standard"], 2.2, "centre"),
        Column(words["amount"], 2.2, "right"),
    )
    rows = [
        Row(
            (str(number), person.name, person.masked_id, person.unit, person.standard, person.amount.shown()),
            amount=person.amount,
        )
        for number, person in enumerate(notice.people, 1)
    ]
    total = sum((person.amount for person in notice.people), Money(0))
    rows.append(Row((Cell(words["total_row"], "centre"), total.shown()), (5, 1), Face.HEI, with_previous=True))
    return Table(columns, tuple(rows), WU_HAO, page_totals=5)
