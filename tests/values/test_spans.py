from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseworker.values.spans import Month, Span, add_months, parse_date

DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2023-08-31", 6, "2024-02-29"),
        ("2022-08-31", 6, "2023-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2023-12-31", 1, "2024-01-31"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2023-03-31", -1, "2023-02-28"),
        ("2023-01-15", -1, "2022-12-15"),
        ("2023-05-20", 0, "2023-05-20"),
        ("9999-12-31", 1, "9999-12-31"),
        ("0001-01-01", -1, "0001-01-01"),
    ],
)
def test_add_months(start, months, expected):
    assert add_months(date.fromisoformat(start), months).isoformat() == expected


@given(DAYS, st.integers(-600, 600))
def test_add_months_lands_in_the_right_month_and_clips_only_at_its_end(day, months):
    moved = add_months(day, months)
    assert Month.of(moved) - Month.of(day) == months
    assert moved.day == day.day or (moved.day < day.day and (moved + timedelta(days=1)).day == 1)


@given(DAYS, DAYS, st.integers(0, 300))
def test_later_days_stay_later(one, other, months):
    first, last = sorted((one, other))
    assert add_months(first, months) <= add_months(last, months)


@pytest.mark.parametrize(
    "text", ["2023-2-01", "20230201", "2023-02-30", "2023-02-01 ", "", "２０２３-02-01", "2023-02-01T00"]
)
def test_a_strict_date(text):
    with pytest.raises(ValueError):  # noqa: PT011
        parse_date(text)


def test_dates_and_months_are_text():
    assert parse_date("2024-02-29") == date(2024, 2, 29)
    for read in (parse_date, Month.parse):
        with pytest.raises(TypeError):
            read(20230201)


@pytest.mark.parametrize("text", ["2023-13", "2023-00", "2023-1", "0000-01", "2023-01-01", "2023-01\n", ""])
def test_a_strict_month(text):
    with pytest.raises(ValueError):  # noqa: PT011
        Month.parse(text)


@given(st.integers(1, 9998), st.integers(1, 12), st.integers(0, 12))
def test_months_add_and_subtract(year, month, count):
    first = Month(year, month)
    assert (first + count) - first == count
    assert first + count >= first
    assert str(first) < str(first + 1)
    assert Month.parse(str(first)) == first
    assert first.last_day() + timedelta(days=1) == (first + 1).first_day()
    assert Month.of(first.last_day()) == first


@pytest.mark.parametrize(
    ("start", "last", "months", "met"),
    [
        ("2023-01-01", "2023-06-30", 6, True),
        ("2023-01-01", "2023-06-29", 6, False),
        ("2023-08-31", "2024-02-28", 6, True),
        ("2023-08-31", "2024-02-27", 6, False),
        ("2023-01-01", None, 10_000, True),
        ("2023-01-01", "9999-12-31", 1200, True),
        ("9990-01-01", "9999-12-30", 121, False),
        ("2023-01-02", "2023-01-01", 1, False),
    ],
)
def test_contracts(start, last, months, met):
    span = Span.through(date.fromisoformat(start), date.fromisoformat(last) if last else None)
    assert span.at_least(months) is met


@pytest.mark.parametrize(
    ("first", "last", "as_of", "months", "met", "whole"),
    [
        ("2023-01-01", None, "2023-07-01", 6, True, 6),
        ("2023-01-01", None, "2023-06-30", 6, False, 5),
        ("2023-01-01", "2023-06-30", "2024-01-01", 6, True, 6),
        ("2023-01-01", "2023-06-29", "2024-01-01", 6, False, 5),
        ("2023-01-01", "2023-12-31", "2023-06-30", 6, False, 5),
        ("2023-08-31", None, "2024-02-29", 6, True, 6),
        ("2023-08-31", None, "2024-02-28", 6, False, 5),
        ("2024-01-01", None, "2023-01-01", 1, False, 0),
        ("2023-01-01", "9999-12-31", "2023-02-01", 1, True, 1),
        ("2023-01-01", None, "9999-12-31", 95724, False, 95723),
    ],
)
def test_time_served(first, last, as_of, months, met, whole):
    span = Span.until(date.fromisoformat(first), date.fromisoformat(last) if last else None, date.fromisoformat(as_of))
    assert span.at_least(months) is met
    assert span.whole_months() == whole


@given(DAYS, st.integers(0, 2000))
def test_whole_months_is_the_largest_number_that_is_at_least(start, days):
    span = Span(start, start + timedelta(days=days))
    count = span.whole_months()
    assert span.at_least(count)
    assert not span.at_least(count + 1)


def test_an_open_span_has_no_number_of_months():
    with pytest.raises(ValueError, match="open-ended"):
        Span(date(2023, 1, 1), None).whole_months()
