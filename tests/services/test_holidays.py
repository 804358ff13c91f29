"""The holiday table: what it begins with, what the administrator changes, what it lacks."""

from __future__ import annotations

from datetime import date

import pytest
from sample_office import Sample

from caseworker.casework.calendar import WorkCalendar
from caseworker.errors import InvalidInput, Refusal
from caseworker.services.holidays import first_table
from caseworker.services.views import Role
from caseworker.services.workflow import work_calendar


def calendar_of(sample: Sample) -> WorkCalendar:
    with sample.desk() as desk, desk.file.read() as session:
        return work_calendar(session)


def test_a_new_office_knows_the_announced_days(sample: Sample) -> None:
    calendar = calendar_of(sample)
    # 2023: 端午 6月22日至24日 off, Sunday 25 June worked; 国庆 to 6 October, 7 and 8 October worked
    assert [calendar.is_working_day(date(2023, 6, day)) for day in (21, 22, 23, 24, 25, 26)] == [
        True, False, False, False, True, True,
    ]  # fmt: skip
    assert calendar.is_working_day(date(2023, 10, 7))
    assert not calendar.is_working_day(date(2023, 10, 6))
    # 15 working days after 1 June 2023: two of 端午 fall on weekdays, and a Sunday is worked for one of them
    assert calendar.after_working_days(date(2023, 6, 1), 15).day == date(2023, 6, 25)
    assert WorkCalendar({}).after_working_days(date(2023, 6, 1), 15).day == date(2023, 6, 22)
    assert calendar.after_working_days(date(2023, 6, 1), 15).warnings == ()


def test_the_table_holds_only_days_that_differ_from_their_weekday() -> None:
    rows = first_table()
    assert len({row.day for row in rows}) == len(rows)
    assert all(row.is_workday == (row.day.weekday() >= 5) for row in rows)
    assert min(row.day.year for row in rows) == 2022
    assert all(row.name for row in rows)


def test_a_year_that_is_not_announced_is_said_and_filled_by_hand(sample: Sample) -> None:
    with sample.desk(Role.ADMINISTRATOR) as desk:
        assert desk.holidays.warning() is None
        desk.set_practice_date(date(2031, 3, 3))
        assert "2031 年" in (desk.holidays.warning() or "")
        with pytest.raises(Refusal) as unknown:
            desk.holidays.fill(2031)
        assert unknown.value.code == "year-unknown"
        desk.holidays.set_day(date(2031, 1, 1), False, "元旦")
        assert desk.holidays.warning() is None
        assert [(row.day, row.weekday, row.kind_name, row.name) for row in desk.holidays.of_year(2031)] == [
            (date(2031, 1, 1), "星期三", "放假", "元旦")
        ]
        # the next year is asked for from November on
        desk.set_practice_date(date(2031, 10, 31))
        assert desk.holidays.warning() is None
        desk.set_practice_date(date(2031, 11, 1))
        assert "2032 年" in (desk.holidays.warning() or "")


def test_a_day_is_changed_and_changed_back(sample: Sample) -> None:
    day = date(2023, 6, 22)
    with sample.desk(Role.ADMINISTRATOR) as desk:
        before = desk.audit.page().total
        desk.holidays.set_day(day, True, "")
        assert day not in {row.day for row in desk.holidays.of_year(2023)}
        desk.holidays.set_day(day, False, "端午节")
        assert ("端午节", False) in {(row.name, row.is_workday) for row in desk.holidays.of_year(2023)}
        assert desk.audit.page().total == before + 2
        with pytest.raises(Refusal) as ordinary:
            desk.holidays.set_day(date(2023, 6, 7), True, "")
        assert ordinary.value.code == "ordinary-day"
        with pytest.raises(InvalidInput) as wrong:
            desk.holidays.set_day(date(2021, 6, 7), False, " ")
        assert {problem.path for problem in wrong.value.problems} == {"day", "name"}
        with pytest.raises(Refusal) as known:
            desk.holidays.fill(2023)
        assert known.value.code == "nothing-new"
    assert not calendar_of(sample).is_working_day(day)


def test_what_the_office_entered_stays_when_a_year_is_filled(sample: Sample) -> None:
    with sample.desk(Role.ADMINISTRATOR) as desk:
        desk.holidays.set_day(date(2023, 6, 23), True, "")
        with pytest.raises(Refusal):
            desk.holidays.fill(2023)
    assert calendar_of(sample).is_working_day(date(2023, 6, 23))


def test_the_administrator_s_list_says_that_a_year_is_lacking(sample: Sample) -> None:
    with sample.desk(Role.ADMINISTRATOR) as desk:
        assert not any("节假日" in todo.text for todo in desk.home.overview().todos)
        desk.set_practice_date(date(2031, 3, 3))
        (todo,) = [todo for todo in desk.home.overview().todos if "节假日" in todo.text]
        assert ("2031 年" in todo.detail, todo.target) == (True, ("screen", "settings"))
