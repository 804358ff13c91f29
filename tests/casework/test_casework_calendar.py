"""Working days, by a table of exceptions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseworker.casework.calendar import WorkCalendar, day_words

# 2023: the Dragon Boat holiday is Thursday 22 to Saturday 24 June; Sunday 25 June is worked.
JUNE = WorkCalendar({date(2023, 6, 22): False, date(2023, 6, 23): False, date(2023, 6, 25): True})


def test_the_day_of_the_act_is_not_counted() -> None:
    assert JUNE.after_working_days(date(2023, 6, 19), 1).day == date(2023, 6, 20)


def test_holidays_are_passed_over_and_worked_sundays_count() -> None:
    assert JUNE.after_working_days(date(2023, 6, 21), 1).day == date(2023, 6, 25)
    assert JUNE.after_working_days(date(2023, 6, 21), 2).day == date(2023, 6, 26)


def test_no_days_is_the_day_itself() -> None:
    assert JUNE.after_working_days(date(2023, 6, 24), 0).day == date(2023, 6, 24)


def test_a_negative_period_is_a_bug() -> None:
    with pytest.raises(ValueError, match="negative"):
        JUNE.after_working_days(date(2023, 6, 24), -1)


def test_a_year_without_data_is_warned_of() -> None:
    assert JUNE.after_working_days(date(2023, 6, 19), 3).warnings == ()
    over = JUNE.after_working_days(date(2023, 12, 29), 5)
    assert over.day == date(2024, 1, 5)
    assert len(over.warnings) == 1
    assert "2024 年没有节假日数据" in over.warnings[0]


@given(st.dates(date(2023, 1, 1), date(2023, 11, 1)), st.integers(0, 30))
def test_counting_there_and_back_agree(start: date, count: int) -> None:
    end = JUNE.after_working_days(start, count).day
    assert JUNE.working_days_between(start, end) == count
    assert JUNE.working_days_between(end, start) == -count
    assert count == 0 or JUNE.is_working_day(end)
    assert count == 0 or JUNE.working_days_between(start, end - timedelta(days=1)) == count - 1


def test_days_in_words_have_no_leading_zeros() -> None:
    assert day_words(date(2023, 6, 5)) == "2023年6月5日"
