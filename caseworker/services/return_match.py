"""Which payment of a batch a row of a return file is, by payee, account and amount; all three or a clerk decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from caseworker.intake.bank_return import PAID as FILE_PAID
from caseworker.intake.bank_return import ReturnedRow
from caseworker.services.payment_lines import ORDERED, PAID, RETURNED
from caseworker.store.models import PaymentLine
from caseworker.values.account import normalise
from caseworker.values.money import Money
from caseworker.values.text import compact

Key = tuple[str, str, Money]


@dataclass(frozen=True, slots=True)
class Match:
    """`kind`: matched, differing, unknown, repeat (says what is on record already). `words` say what differs."""

    kind: str
    line: PaymentLine | None
    words: str = ""


def match_rows(rows: Sequence[ReturnedRow], lines: Sequence[PaymentLine]) -> list[Match]:
    """One match for every row, in their order. A payment is claimed by one row only."""
    by_key: dict[Key, list[PaymentLine]] = {}
    for line in lines:
        by_key.setdefault(_key_of_line(line), []).append(line)
    outcomes: dict[Key, set[str]] = {}
    for row in rows:
        outcomes.setdefault(_key_of_row(row), set()).add(row.outcome)
    used: set[int] = set()
    found: list[Match] = []
    for row in rows:
        key = _key_of_row(row)
        same = by_key.get(key, [])
        free = [line for line in same if line.id not in used]
        if not same:
            found.append(_near(row, lines, used))
        elif len(same) > 1 and len(outcomes[key]) > 1:
            # alike to the last fen, some paid and some not: only a clerk can say which case it was
            found.append(Match("differing", None, f"本批有 {len(same)} 笔同户名、同账号、同金额的款项，分不清是哪一笔"))
        elif not free:
            found.append(Match("differing", same[0], "回盘文件中这笔款项出现了不止一次"))
        else:
            line = _fitting(row, free)
            used.add(line.id)
            found.append(Match("repeat" if _says_the_same(row, line) else _standing(row, line), line, ""))
    return [_worded(match) for match in found]


def _fitting(row: ReturnedRow, free: Sequence[PaymentLine]) -> PaymentLine:
    """Of payments that are alike, one that still waits comes first."""
    return min(free, key=lambda line: (line.state != ORDERED, _says_the_same(row, line), line.id))


def _says_the_same(row: ReturnedRow, line: PaymentLine) -> bool:
    return line.state == (PAID if row.outcome == FILE_PAID else RETURNED)


def _standing(row: ReturnedRow, line: PaymentLine) -> str:
    """A payment sent back after all (退票) is one; one that is said to be paid after it was sent back is not."""
    return "differing" if line.state == RETURNED and row.outcome == FILE_PAID else "matched"


def _worded(match: Match) -> Match:
    if match.kind == "differing" and not match.words:
        return Match(match.kind, match.line, "这笔款项已登记为退回，回盘文件却说成功")
    return match


def _near(row: ReturnedRow, lines: Sequence[PaymentLine], used: set[int]) -> Match:
    """Two of the three agree: the payment is probably this one, and a clerk says whether."""
    payee, account, amount = _key_of_row(row)
    for line in lines:
        if line.id in used:
            continue
        of_payee, of_account, of_amount = _key_of_line(line)
        differing = [
            words
            for equal, words in (
                (payee == of_payee, f"户名不同：本批为“{line.account_name}”"),
                (account == of_account, f"账号不同：本批为 {line.account_number}"),
                (amount == of_amount, f"金额不同：本批为 {line.amount.shown()} 元"),
            )
            if not equal
        ]
        if len(differing) == 1:
            return Match("differing", line, differing[0])
    return Match("unknown", None, "本批没有这笔款项")


def _key_of_row(row: ReturnedRow) -> Key:
    return (_payee(row.payee), normalise(row.account_number), row.amount)


def _key_of_line(line: PaymentLine) -> Key:
    return (_payee(line.account_name), normalise(line.account_number), line.amount)


def _payee(name: str) -> str:
    """Full-width and half-width, spaces and brackets aside: banks write either."""
    return compact(name)
