"""People with their months, and the valid seats they make (有效坐席, 大同 第二条)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from caseworker.values.spans import Month


class Rule(StrEnum):
    """How the months of the people on one seat are counted: the options of point `dt-2.rule`."""

    DISTINCT = "distinct"  # a calendar month once, however many of them worked in it
    SUMMED = "summed"  # every person's months


@dataclass(frozen=True, slots=True)
class Person:
    """`months` are those that count: with wages and with insurance."""

    key: str
    months: frozenset[Month]

    @classmethod
    def of(cls, key: str, wage_months: Iterable[Month], insurance_months: Iterable[Month]) -> Person:
        return cls(key, frozenset(wage_months) & frozenset(insurance_months))


@dataclass(frozen=True, slots=True)
class OnSeat:
    key: str
    months: tuple[Month, ...]  # ascending


@dataclass(frozen=True, slots=True)
class Seat:
    """People by key. `months` is the number that the rule counts."""

    people: tuple[OnSeat, ...]
    months: int

    @property
    def calendar_months(self) -> tuple[Month, ...]:
        """Every month in which somebody was on the seat, once, ascending."""
        return tuple(sorted({month for person in self.people for month in person.months}))


@dataclass(frozen=True, slots=True)
class Recognition:
    """The seats by their first person's key. `upper_bound`: no answer has more seats, proven.

    `fewest_people`: proven that no answer with as many seats takes fewer people.
    """

    seats: tuple[Seat, ...]
    unused: tuple[str, ...]
    upper_bound: int
    fewest_people: bool

    @property
    def count(self) -> int:
        return len(self.seats)

    @property
    def optimal(self) -> bool:
        """Whether the number of seats is proven to be the largest possible."""
        return self.count == self.upper_bound

    def as_json(self) -> dict[str, object]:
        seats = [{"people": [person.key for person in seat.people], "months": seat.months} for seat in self.seats]
        return {
            "count": self.count,
            "upper_bound": self.upper_bound,
            "optimal": self.optimal,
            "seats": seats,
            "unused": list(self.unused),
        }
