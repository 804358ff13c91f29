"""The yearly fund: what is committed and paid, what is left, and when a new commitment is too much.

An instalment belongs to one fund year, that of the day it is due, whenever it is paid: so nothing is
counted twice or lost at the turn of the year. A planned later instalment is a forecast, not an entitlement,
and commits nothing before its own decision.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
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


class FundLevel(StrEnum):
    FREE = "free"
    WARN = "warn"
    OVER = "over"


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

    @property
    def level(self) -> FundLevel:
        """How much of the budget is used up, committed and paid together."""
        return level_of(self.used, self.budget)


def level_of(used: Money, budget: Money) -> FundLevel:
    """Exact to the fen: `used` is never compared with a rounded share of the budget."""
    if used > budget:
        return FundLevel.OVER
    full = used.fen * WARN_AT.denominator >= budget.fen * WARN_AT.numerator
    return FundLevel.WARN if used and full else FundLevel.FREE


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
    level = level_of(after, fund.budget)
    if level is FundLevel.OVER:
        return FundCheck(
            FundLevel.OVER,
            f"{fund.year} 年专项资金预算 {fund.budget.shown()} 元，剩余 {fund.left.shown()} 元，"
            f"本次 {amount.shown()} 元超出 {(after - fund.budget).shown()} 元。确需突破的，由负责人写明理由。",
        )
    if level is FundLevel.WARN:
        return FundCheck(
            FundLevel.WARN,
            f"{fund.year} 年专项资金使用将达到预算的 90% 以上，决定后仅剩 {(fund.budget - after).shown()} 元。",
        )
    return ENOUGH


# ---- the course of a year ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FundEvent:
    """What one day changed: `committed` and `paid` are differences, and may be negative."""

    day: date
    committed: Money = ZERO
    paid: Money = ZERO


@dataclass(frozen=True, slots=True)
class FundPoint:
    """Where the fund stood at the end of a month (of the present one: today; of a coming one: as today).

    `forecast`: planned instalments that fall due until then and are not decided; nothing is committed by them.
    """

    month: int
    budget: Money
    committed: Money
    paid: Money
    forecast: Money

    @property
    def left(self) -> Money:
        return self.budget - self.committed - self.paid


def commitment_events(
    amount: Money, decided_on: date, paid_on: date | None, ended_on: date | None
) -> tuple[FundEvent, ...]:
    """The life of one instalment in its fund: committed by the decision, then paid, or given up."""
    events = [FundEvent(decided_on, committed=amount)]
    if paid_on is not None:
        events.append(FundEvent(paid_on, committed=-amount, paid=amount))
    elif ended_on is not None:
        events.append(FundEvent(ended_on, committed=-amount))
    return tuple(events)


def fund_course(
    year: int,
    budgets: Iterable[tuple[date, Money]],
    events: Iterable[FundEvent],
    planned: Iterable[tuple[date, Money]],
    today: date,
) -> tuple[FundPoint, ...]:
    """Twelve points of a fund year. Events outside the year count on its first or last day, as the fund is of one year.

    `budgets`: what the budget was from a day on; the earliest stands for the time before it too. `planned`: day due and
    amount of what is forecast.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    known = sorted(budgets, key=lambda entry: entry[0])
    happened = [(min(max(event.day, first), last), event) for event in events]
    coming = list(planned)
    points = []
    for month in range(1, 13):
        end = last if month == 12 else date(year, month + 1, 1) - timedelta(days=1)
        budget = next((amount for day, amount in reversed(known) if day <= end), known[0][1] if known else ZERO)
        reached = end >= today or end == last
        points.append(
            FundPoint(
                month,
                budget,
                sum((event.committed for day, event in happened if day <= end), ZERO),
                sum((event.paid for day, event in happened if day <= end), ZERO),
                sum((amount for day, amount in coming if day <= end), ZERO) if reached else ZERO,
            )
        )
    return tuple(points)
