"""Days and working days. Natural days where a text says 日 or 天; working days by the office's holiday table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a period, and what a clerk must know about how it was counted."""

    day: date
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class WorkCalendar:
    """Monday to Friday, but for `exceptions`: day -> whether it is worked (a holiday, a weekend day worked)."""

    exceptions: Mapping[date, bool]

    @cached_property
    def years(self) -> frozenset[int]:
        """The years the table has any entry for; others are counted by weekdays alone, with a warning."""
        return frozenset(day.year for day in self.exceptions)

    def is_working_day(self, day: date) -> bool:
        return self.exceptions.get(day, day.weekday() < SATURDAY)

    def after_working_days(self, start: date, count: int) -> Deadline:
        """The `count`-th working day after `start`; the day of the act itself is not counted (民法典 §201)."""
        if count < 0:
            raise ValueError("a period has no negative length")
        day, left, years = start, count, {start.year}
        while left:
            day += timedelta(days=1)
            years.add(day.year)
            left -= self.is_working_day(day)
        return Deadline(day, self._warnings(years))

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days lie after `start`, up to and with `end`; negative where `end` is earlier."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def _warnings(self, years: set[int]) -> tuple[str, ...]:
        return tuple(
            f"{year} 年没有节假日数据，工作日按周一至周五推算，请管理员在“设置—节假日”中补录。"
            for year in sorted(years - self.years)
        )


def day_words(day: date) -> str:
    """2023年12月8日, as sentences and letters have it."""
    return f"{day.year}年{day.month}月{day.day}日"
