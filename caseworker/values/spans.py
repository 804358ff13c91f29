"""Months and spans as the policies count them: half-open, by calendar months, clipped to the month's last day."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


def parse_date(text: str) -> date:
    """Strict YYYY-MM-DD. TypeError for what is not text, ValueError for a bad form or an impossible day."""
    if type(text) is not str:
        raise TypeError(f"a date is text, not {type(text).__name__}")
    found = _DATE.fullmatch(text)
    if found is None:
        raise ValueError(f"not YYYY-MM-DD: {text!r}")
    return date(int(found[1]), int(found[2]), int(found[3]))


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month. Month + 3 and Month - Month count months."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.month <= 12 and 1 <= self.year <= 9999):
            raise ValueError(f"no such month: {self.year}-{self.month}")

    @classmethod
    def parse(cls, text: str) -> Month:
        """Strict YYYY-MM. TypeError for what is not text, ValueError for a bad form or an impossible month."""
        if type(text) is not str:
            raise TypeError(f"a month is text, not {type(text).__name__}")
        return _month(text)

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @property
    def index(self) -> int:
        """Months since year 0, so that months can be subtracted."""
        return self.year * 12 + self.month - 1

    def __add__(self, months: int) -> Month:
        year, month = divmod(self.index + months, 12)
        return Month(year, month + 1)

    def __sub__(self, other: Month) -> int:
        return self.index - other.index

    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    def last_day(self) -> date:
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@lru_cache(maxsize=4096)  # thousands of people have the same few months
def _month(text: str) -> Month:
    found = _MONTH.fullmatch(text)
    if found is None:
        raise ValueError(f"not YYYY-MM: {text!r}")
    return Month(int(found[1]), int(found[2]))


def add_months(day: date, months: int) -> date:
    """The same day `months` later (earlier when negative), clipped to that month's last day.

    2023-08-31 + 6 = 2024-02-29. A day outside the calendar (before year 1, after 9999) is held at its end, which
    keeps every comparison with a real date right.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > 9999:
        return date.max
    if year < 1:
        return date.min
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `start` to just before `end`; `end` None has no end. An end before the start is an empty span."""

    start: date
    end: date | None

    @classmethod
    def through(cls, first: date, last: date | None) -> Span:
        """From the first to the last day, both counted; `last` None is open-ended (a contract without end)."""
        if last is None or last == date.max:
            return cls(first, None)
        return cls(first, last + timedelta(days=1))

    @classmethod
    def until(cls, first: date, last: date | None, as_of: date) -> Span:
        """What has been served by `as_of`: [first, min(as_of, last + 1 day))."""
        if last is None or last >= as_of:
            return cls(first, as_of)
        return cls(first, last + timedelta(days=1))

    def at_least(self, months: int) -> bool:
        """Whether start + months <= end, by calendar months."""
        if self.end is None:
            return True
        if (self.start.year * 12 + self.start.month - 1 + months) // 12 > 9999:
            return False  # beyond the calendar, so later than any end
        return add_months(self.start, months) <= self.end

    def whole_months(self) -> int:
        """The largest n >= 0 for which at_least(n) holds; ValueError for a span without an end."""
        if self.end is None:
            raise ValueError("an open-ended span has no number of months")
        count = max(0, (self.end.year - self.start.year) * 12 + self.end.month - self.start.month)
        while count > 0 and not self.at_least(count):
            count -= 1
        return count
