"""The instalment plan of a decision: what is due at once, and what the clause forecasts for later.

A later instalment is not an entitlement: it is claimed, shown and decided in a case of its own, on its own
date, and replaces the forecast that stood for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from caseworker.values.money import Money
from caseworker.values.spans import add_months


@dataclass(frozen=True, slots=True)
class Forecast:
    """How a clause pays over time: `count` instalments within `within_months`, evenly spread. From the pack.

    `weights`: how the instalments stand to one another, where they are not equal (大同 第四条1: 2,500 and 1,250).
    """

    count: int
    within_months: int
    quote: str = ""
    weights: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.count < 1 or self.within_months < 0:
            raise ValueError("a forecast has at least one instalment and no negative time")
        if self.weights and (len(self.weights) != self.count or min(self.weights) < 1):
            raise ValueError("one weight an instalment, each at least 1")

    def amount(self, number: int, paid_number: int, paid: Money) -> Money:
        """What instalment `number` would be, seen from the amount of instalment `paid_number`."""
        if not self.weights:
            return paid
        return paid.share(Fraction(self.weights[number - 1], self.weights[paid_number - 1]))

    @property
    def spacing_months(self) -> int:
        return self.within_months // self.count


@dataclass(frozen=True, slots=True)
class Planned:
    """One instalment. `payable` is false for a forecast."""

    number: int
    amount: Money
    due_on: date
    payable: bool


def plan(
    schedule: Sequence[Mapping[str, Any]], amount: Money, first_number: int, forecast: Forecast | None, decided_on: date
) -> tuple[Planned, ...]:
    """What a grant of `amount` on `decided_on` pays now, as instalment `first_number`, and what may follow.

    `schedule` is the result's own. Where it names later instalments with amounts (大同 第四条3) these are the
    forecast; where it has one entry and the clause pays in several, the later ones are forecast from
    the amount of this one.
    """
    planned = [Planned(first_number, amount, decided_on, True)]
    if forecast is None:
        return tuple(planned)
    named = {int(entry["no"]): Money.parse(entry["amount"]) for entry in schedule} if len(schedule) > 1 else {}
    for number in range(first_number + 1, forecast.count + 1):
        due = add_months(decided_on, forecast.spacing_months * (number - first_number))
        planned.append(Planned(number, named.get(number) or forecast.amount(number, first_number, amount), due, False))
    return tuple(planned)
