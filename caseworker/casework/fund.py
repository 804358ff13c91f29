"""The yearly fund: what is committed and paid, what is left, and when a new commitment is too much.

An instalment belongs to one fund year, that of the day it is due, whenever it is paid: so nothing is
counted twice or lost at the turn of the year. A planned later instalment is a forecast, not an entitlement,
and commits nothing before its own decision.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from caseworker.values.money import Money

ZERO = Money(0)
WARN_AT = Fraction(9, 10)  # the desk's own early warning; the policies set none


class InstalmentState(StrEnum):
    PLANNED = "planned"
    DUE = "due"
    ORDERED = "ordered"
    PAID = "paid"
    RETURNED = "returned"  # the bank sent it back: still owed
    ENDED = "ended"


INSTALMENT_NAMES = {
    InstalmentState.PLANNED: "预计",
    InstalmentState.DUE: "待拨付",
    InstalmentState.ORDERED: "已报拨款",
    InstalmentState.PAID: "已拨付",
    InstalmentState.RETURNED: "银行退回",
    InstalmentState.ENDED: "已终止",
}

COMMITTED = frozenset({InstalmentState.DUE, InstalmentState.ORDERED, InstalmentState.RETURNED})


@dataclass(frozen=True, slots=True)
class FundFacts:
    year: int
    budget: Money
    committed: Money
    paid: Money
    forecast: Money = ZERO

    @property
    def used(self) -> Money:
        return self.committed + self.paid

    @property
    def left(self) -> Money:
        return self.budget - self.used


class FundLevel(StrEnum):
    FREE = "free"
    WARN = "warn"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class FundCheck:
    level: FundLevel
    sentence: str = ""


ENOUGH = FundCheck(FundLevel.FREE)


def count_fund(
    year: int, budget: Money, instalments: Iterable[tuple[InstalmentState, Money, date | None]]
) -> FundFacts:
    """Adds up the instalments (state, amount, due day) that belong to `year`."""
    committed = paid = forecast = ZERO
    for state, amount, due_on in instalments:
        if due_on is None or due_on.year != year:
            continue
        if state in COMMITTED:
            committed += amount
        elif state is InstalmentState.PAID:
            paid += amount
        elif state is InstalmentState.PLANNED:
            forecast += amount
    return FundFacts(year, budget, committed, paid, forecast)


def check_commitment(fund: FundFacts, amount: Money) -> FundCheck:
    """Whether `amount` more fits: a warning from 90 % of the budget on, a refusal beyond the whole of it."""
    after = fund.used + amount
    if after > fund.budget:
        return FundCheck(
            FundLevel.OVER,
            f"{fund.year} 年专项资金预算 {fund.budget.shown()} 元，剩余 {fund.left.shown()} 元，"
            f"本次 {amount.shown()} 元超出 {(after - fund.budget).shown()} 元。确需突破的，由负责人写明理由。",
        )
    if after >= fund.budget.share(WARN_AT):
        return FundCheck(
            FundLevel.WARN,
            f"{fund.year} 年专项资金使用将达到预算的 90% 以上，决定后仅剩 {(fund.budget - after).shown()} 元。",
        )
    return ENOUGH
