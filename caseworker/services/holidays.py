"""节假日: the days that are not what their weekday says, by which working days are counted. The administrator's table.

It begins with what the State Council has announced as far as the library knows it; later years are filled in by an
update of the program or by hand. A year without any entry is counted by weekdays alone, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from chinese_calendar import Holiday as KnownHoliday
from chinese_calendar.constants import holidays as known_holidays
from chinese_calendar.constants import workdays as known_workdays
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.casework.calendar import SATURDAY
from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.services.base import text_problem
from caseworker.services.rights import require
from caseworker.services.views import Role
from caseworker.store.models import Holiday

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

FIRST_YEAR = 2022  # the older of the two policies is of May 2022
_LATEST = 2100
_NAMES = {one.value: one.chinese for one in KnownHoliday}
_WEEKDAYS = "一二三四五六日"
_ORDINARY = "平常"


@dataclass(frozen=True, slots=True)
class HolidayRow:
    """A day that differs from its weekday: 放假 on a weekday, 上班 at a weekend."""

    day: date
    weekday: str
    is_workday: bool
    kind_name: str
    name: str


class HolidayService:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def years(self) -> tuple[tuple[int, int], ...]:
        """(year, days off on weekdays and days worked at weekends) from the first year to the next; 0: not known."""
        with self._desk.file.read() as session:
            rows = _exceptions(session)
        last = max([self._desk.clock.today().year + 1, *(row.day.year for row in rows)])
        return tuple((year, sum(row.day.year == year for row in rows)) for year in range(FIRST_YEAR, last + 1))

    def of_year(self, year: int) -> tuple[HolidayRow, ...]:
        with self._desk.file.read() as session:
            return tuple(_row(row) for row in _exceptions(session) if row.day.year == year)

    def set_day(self, day: date, is_workday: bool, name: str) -> None:
        """What a day is. A day set to what its weekday says stands as any other again."""
        require(self._desk, Role.ADMINISTRATOR)
        name = name.strip()
        problems = []
        if not FIRST_YEAR <= day.year < _LATEST:
            problems.append(Problem("day", f"日期应在 {FIRST_YEAR} 年以后。"))
        trouble = text_problem(name, 50) if name else "请写明是什么日子，例如 国庆节、国庆节调休。"
        if trouble and is_workday != _by_weekday(day):
            problems.append(Problem("name", trouble))
        if problems:
            raise InvalidInput("节假日有误，尚未保存。", tuple(problems))
        with self._desk.file.write(self._desk.actor, "holiday.set") as work:
            row = work.session.scalar(select(Holiday).where(Holiday.day == day))
            ordinary = is_workday == _by_weekday(day)
            if row is None:
                if ordinary:
                    kind = "上班" if is_workday else "放假"
                    raise Refusal("ordinary-day", f"{day} 是星期{_WEEKDAYS[day.weekday()]}，本来就{kind}，不用登记。")
                row = Holiday(day=day, is_workday=is_workday, name=name)
                work.session.add(row)
            else:
                row.is_workday, row.name = is_workday, _ORDINARY if ordinary else name
            work.session.flush()
            work.subject("holiday", row.id)
            work.detail(day=day.isoformat(), workday=is_workday)

    def fill(self, year: int) -> int:
        """Enters what the program knows of a year; a day that the office has entered stays. Gives the days added."""
        require(self._desk, Role.ADMINISTRATOR)
        known = list(known_days((year,)))
        if not known:
            raise Refusal(
                "year-unknown", f"本程序还没有 {year} 年的放假安排。请在国务院办公厅公布后逐日登记，或更新程序。"
            )
        with self._desk.file.write(self._desk.actor, "holiday.fill") as work:
            there = set(work.session.scalars(select(Holiday.day)))
            new = [row for row in known if row.day not in there]
            if not new:
                raise Refusal("nothing-new", f"{year} 年的放假安排已在表中。")
            work.session.add_all(new)
            work.subject("holiday", str(year))
            work.detail(year=year, days=len(new))
            return len(new)

    def warning(self) -> str | None:
        """A sentence when the table lacks this year, or the next one from its last two months on."""
        today = self._desk.clock.today()
        years = [today.year, *([today.year + 1] if today.month >= 11 else [])]
        with self._desk.file.read() as session:
            held = {row.day.year for row in _exceptions(session)}
        lacking = [year for year in years if year not in held]
        if not lacking:
            return None
        words = "、".join(f"{year} 年" for year in lacking)
        return f"没有{words}的节假日数据，工作日只按周一至周五推算。请管理员在“设置—节假日”中补录。"


def known_days(years: Iterable[int]) -> Iterable[Holiday]:
    """Rows for every announced day of these years that differs from its weekday, in order of days."""
    wanted = set(years)
    days = [(day, False, _NAMES.get(name, name)) for day, name in known_holidays.items()]
    days += [(day, True, f"{_NAMES.get(name, name)}调休") for day, name in known_workdays.items()]
    for day, is_workday, name in sorted(days):
        if day.year in wanted and is_workday != _by_weekday(day):
            yield Holiday(day=day, is_workday=is_workday, name=name)


def first_table() -> list[Holiday]:
    """What a new office begins with: all years that the program knows, from FIRST_YEAR on."""
    return list(known_days(range(FIRST_YEAR, _LATEST)))


def _by_weekday(day: date) -> bool:
    return day.weekday() < SATURDAY


def _exceptions(session: Session) -> list[Holiday]:
    rows = session.scalars(select(Holiday).order_by(Holiday.day))
    return [row for row in rows if row.is_workday != _by_weekday(row.day)]


def _row(row: Holiday) -> HolidayRow:
    return HolidayRow(
        day=row.day,
        weekday=f"星期{_WEEKDAYS[row.day.weekday()]}",
        is_workday=row.is_workday,
        kind_name="上班" if row.is_workday else "放假",
        name=row.name,
    )
