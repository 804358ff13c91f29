"""Clocks are passed in. Business dates come from `today`, audit times from `now`."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")  # China keeps one zone and no summer time


class Clock(Protocol):
    def now(self) -> datetime:
        """The instant, in UTC."""
        ...

    def today(self) -> date:
        """The office's date, by which law is applied and letters are dated."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        return datetime.now(BEIJING).date()


class SetClock:
    """A clock that stands where it is put: tests, and the sample office's practice date."""

    def __init__(self, day: date, instant: datetime | None = None) -> None:
        self._day = day
        self._instant = instant

    def now(self) -> datetime:
        if self._instant is not None:
            return self._instant
        return datetime(self._day.year, self._day.month, self._day.day, 1, 0, tzinfo=UTC)

    def today(self) -> date:
        return self._day

    def set_day(self, day: date) -> None:
        self._day = day
        if self._instant is not None:
            self._instant = self._instant.replace(year=day.year, month=day.month, day=day.day)


class PracticeClock:
    """The sample office's clock: the practice date, at the time of day that it really is in Beijing."""

    def __init__(self, base: Clock, day: date) -> None:
        self._base = base
        self._day = day

    def now(self) -> datetime:
        here = self._base.now().astimezone(BEIJING)
        return here.replace(year=self._day.year, month=self._day.month, day=self._day.day).astimezone(UTC)

    def today(self) -> date:
        return self._day

    def set_day(self, day: date) -> None:
        self._day = day
