"""拨款申请 to the finance bureau and 拨付通知 to the payees, each with the payees of one batch as its attachment.

The request names the accounts; the notice goes to all payees at once and names none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from caseworker.documents import verification, wording
from caseworker.documents.faces import Face, FaceSet, faces
from caseworker.documents.grid import Block, Note, Paragraph
from caseworker.documents.letter import Attachment, Letter, addressee, attachment_note, render_letter
from caseworker.documents.letter_head import (
    CODE,
    CONTACT,
    POLICY,
    Head,
    code_of,
    contact_line,
    fund,
    needed,
    policy_title,
)
from caseworker.documents.parts import Account, grouped, short_date
from caseworker.documents.seal import CLEAR, SealImage, WetSeal
from caseworker.documents.tables import Cell, Column, Row, Table
from caseworker.documents.units import WU_HAO
from caseworker.errors import InvalidInput, Problem
from caseworker.values.daxie import in_words
from caseworker.values.money import Money

_LIST = "list_title list_note number payee clause instalment amount total_row unit"
_SUMS = ("policy_title", "batch", "fund", "count", "figures", "words")
_REQUEST: dict[str, tuple[str, ...]] = (
    wording.plain_fields(f"{_LIST} account asks reply")
    | {"title": ("fund", "batch"), "body": _SUMS, "body_noticed": _SUMS}
    | CONTACT
    | CODE
)
_NOTICE: dict[str, tuple[str, ...]] = (
    wording.plain_fields(f"{_LIST} to code paid_on check tax")
    | {"title": ("fund", "batch"), "body": _SUMS}
    | CONTACT
    | CODE
)
_REQUEST_POLICY = POLICY | {"finance": ("place",)}
_NOTICE_POLICY = POLICY | {"use": ()}


@dataclass(frozen=True, slots=True)
class PaidLine:
    """One payment of the batch. `instalment`: 一次性, 第2期. `paid_on` only in the notice."""

    payee: str
    code: str
    clause: str
    instalment: str
    amount: Money
    account: Account | None = None
    paid_on: date | None = None


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """拨款申请. `place` names the finance bureau of a policy that the wording file does not know (寻乌县).

    `noticed`: the payments were shown in a public notice before.
    """

    head: Head
    batch: str
    place: str
    lines: tuple[PaidLine, ...]
    noticed: bool = True
    seal: SealImage | WetSeal | None = CLEAR
    practice: bool = False


@dataclass(frozen=True, slots=True)
class PaymentNotice:
    """拨付通知 of what was paid of a batch."""

    head: Head
    batch: str
    lines: tuple[PaidLine, ...]
    seal: SealImage | WetSeal | None = CLEAR
    practice: bool = False


def total_of(letter: PaymentRequest | PaymentNotice) -> Money:
    return sum((line.amount for line in letter.lines), Money.zero())


def verification_of(letter: PaymentRequest | PaymentNotice) -> verification.Verification:
    """What the letter's QR code says: the sum of all its payments."""
    return code_of(letter, letter.head, total_of(letter))


def render_request(letter: PaymentRequest, faces_used: FaceSet | None = None) -> bytes:
    """The letter as PDF; equal letters give equal bytes. InvalidInput where it lacks something, or a face does."""
    _check(letter)
    if any(line.account is None for line in letter.lines):
        raise InvalidInput("拨款申请应写明每个单位的账户。", (Problem("lines", "缺少账户。"),))
    used = faces_used or faces()
    used.require(_texts(letter), {"拨付明细": [(line.payee, *_account(line).split("\n")) for line in letter.lines]})
    words = wording.load("payment-request", _REQUEST, _REQUEST_POLICY, letter.head.policy)
    said = _sums(letter, words)
    blocks: list[Block] = [
        addressee(words.say("finance", place=letter.place)),
        Paragraph(words.say("body_noticed" if letter.noticed else "body", **said)),
        Paragraph(words["asks"] + words["reply"]),
        contact_line(letter.head.contact, words),
    ]
    columns = (
        Column(words["number"], 1.2, "centre"),
        Column(words["payee"], 4.3),
        Column(words["clause"], 2.7),
        Column(words["instalment"], 1.7, "centre"),
        Column(words["amount"], 2.4, "right"),
        Column(words["account"], 4.8),
    )
    rows = [
        Row(
            (str(n), f"{line.payee}\n{line.code}", line.clause, line.instalment, line.amount.shown(), _account(line)),
            amount=line.amount,
        )
        for n, line in enumerate(letter.lines, 1)
    ]
    total = (Cell(words["total_row"], "centre"), total_of(letter).shown(), "")
    rows.append(Row(total, (4, 1, 1), Face.HEI, with_previous=True))
    return _render(letter, words, blocks, Table(columns, tuple(rows), WU_HAO, page_totals=4), used)


def render_notice(letter: PaymentNotice, faces_used: FaceSet | None = None) -> bytes:
    """As `render_request`."""
    _check(letter)
    if any(line.paid_on is None for line in letter.lines):
        raise InvalidInput("拨付通知只列已经拨付的款项。", (Problem("lines", "有没有拨付的款项。"),))
    used = faces_used or faces()
    used.require(_texts(letter), {"拨付明细": [(line.payee, *_account(line).split("\n")) for line in letter.lines]})
    words = wording.load("payment-notice", _NOTICE, _NOTICE_POLICY, letter.head.policy)
    blocks: list[Block] = [
        addressee(words["to"]),
        Paragraph(words.say("body", **_sums(letter, words))),
        Paragraph(words["check"]),
        Paragraph(words["use"] + words["tax"]),
        contact_line(letter.head.contact, words),
    ]
    columns = (
        Column(words["number"], 1.2, "centre"),
        Column(words["payee"], 3.5),
        Column(words["code"], 4.1, "centre"),
        Column(words["clause"], 2.7),
        Column(words["instalment"], 1.7, "centre"),
        Column(words["amount"], 2.4, "right"),
        Column(words["paid_on"], 2.3, "centre"),
    )
    rows = [
        Row(
            (
                str(n),
                line.payee,
                line.code,
                line.clause,
                line.instalment,
                line.amount.shown(),
                "" if line.paid_on is None else short_date(line.paid_on),
            ),
            amount=line.amount,
        )
        for n, line in enumerate(letter.lines, 1)
    ]
    total = (Cell(words["total_row"], "centre"), total_of(letter).shown(), "")
    rows.append(Row(total, (5, 1, 1), Face.HEI, with_previous=True))
    return _render(letter, words, blocks, Table(columns, tuple(rows), WU_HAO, page_totals=5), used)


def _check(letter: PaymentRequest | PaymentNotice) -> None:
    if not letter.lines:
        raise InvalidInput("这批没有可以列出的款项。", (Problem("lines", "没有款项。"),))
    needed(batch=letter.batch)


def _texts(letter: PaymentRequest | PaymentNotice) -> list[str]:
    texts = [*letter.head.texts(), letter.batch]
    for line in letter.lines:
        texts += [line.payee, line.code, line.clause, line.instalment]
        if line.account is not None:
            texts += [line.account.name, line.account.bank, line.account.number]
    return texts


def _account(line: PaidLine) -> str:
    account = line.account
    return "" if account is None else f"{account.name}\n{account.bank}\n{grouped(account.number)}"


def _sums(letter: PaymentRequest | PaymentNotice, words: wording.Wording) -> dict[str, str]:
    total = total_of(letter)
    return {
        "policy_title": policy_title(letter.head, words),
        "batch": letter.batch,
        "fund": fund(words),
        "count": str(len(letter.lines)),
        "figures": total.shown(),
        "words": in_words(total),
    }


def _render(
    letter: PaymentRequest | PaymentNotice, words: wording.Wording, blocks: list[Block], table: Table, used: FaceSet
) -> bytes:
    head = letter.head
    listed = words["list_note"]
    unit = Note(words["unit"], size=WU_HAO, gap=0, keep_next=True)
    return render_letter(
        Letter(
            head.issuer,
            head.number,
            head.day,
            words.say("title", fund=words["fund"], batch=letter.batch),
            (*blocks, *attachment_note([listed])),
            letter.seal,
            code=(verification_of(letter).text(), words["code_caption"]),
            attachments=(Attachment("附件", words["list_title"], (unit, table)),),
            practice=letter.practice,
        ),
        used,
    )
