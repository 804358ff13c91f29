"""Values in words: cells, clipboard, typed dates and figures."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from caseworker.desktop import words
from caseworker.values.money import Money


@pytest.mark.parametrize(
    "typed", ["2023-06-01", "2023-6-1", "2023/6/1", "2023.06.01", "2023年6月1日", "20230601", " ２０２３－０６－０１ "]
)
def test_dates_as_clerks_type_them(typed: str) -> None:
    assert words.parse_date(typed) == date(2023, 6, 1)


@pytest.mark.parametrize("typed", ["", "2023-02-29", "2023-13-01", "1-6-2023", "昨天", "2023-06", "202306011"])
def test_what_is_no_date(typed: str) -> None:
    assert words.parse_date(typed) is None


def test_leap_day() -> None:
    assert words.parse_date("2024-02-29") == date(2024, 2, 29)


def test_cells_and_clipboard_differ_only_in_separators() -> None:
    assert words.shown(Money.parse("730000")) == "730,000.00"
    assert words.copied(Money.parse("-730000.5")) == "-730000.50"
    assert words.shown(1234) == "1,234"
    assert words.copied(1234) == "1234"
    assert words.shown(True) == words.copied(True) == "是"
    assert words.shown(None) == ""
    assert words.shown(date(2023, 6, 1)) == "2023-06-01"


def test_times_are_shown_on_beijings_clock() -> None:
    assert words.when(datetime(2023, 5, 31, 16, 30, tzinfo=UTC)) == "2023-06-01 00:30"
    assert words.when(datetime(2023, 5, 31, 16, 30)) == "2023-06-01 00:30"  # noqa: DTZ001


def test_figures_lose_separators_and_width() -> None:
    assert words.plain_number("１，２３４．５０") == "1234.50"
