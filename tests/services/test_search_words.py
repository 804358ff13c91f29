"""What a search box matches: initials of surnames with two readings, and pieces of numbers."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, literal, select

from caseworker.services.base import initials, number_found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("张伟", {"zw"}),
        ("曾小明", {"zxm", "cxm"}),
        ("单一", {"sy", "dy", "cy"}),
        ("仇二", {"qe", "ce"}),
        ("解三", {"xs", "js"}),
        ("区四", {"os", "qs"}),
        ("查五", {"zw", "cw"}),
        ("翟六", {"zl", "dl"}),
        ("尉迟恭", {"ycg", "wcg"}),
        ("万俟七", {"mqq", "wqq", "wsq"}),
        ("曾", {"z", "c"}),
        ("John", {"john"}),
        ("寻乌县星联客服", {"xwxxlkf"}),
    ],
)
def test_every_reading_of_a_surname_is_kept(name: str, expected: set[str]) -> None:
    assert set(initials(name).split()) == expected


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("001X", True),  # the last four
        ("001x", True),
        ("01X", False),
        ("3607", False),  # four characters are the end of a number
        ("36073", True),
        ("19900101", True),
        ("360734 19900101 001X", True),
        ("%%%%", False),
        ("____", False),
        ("一二三四", False),
        ("", False),
    ],
)
def test_four_characters_are_the_end_of_a_number_and_more_any_piece(typed: str, found: bool) -> None:
    with create_engine("sqlite://").connect() as connection:
        number = literal("36073419900101001X")
        assert bool(connection.scalar(select(number_found(number, typed)))) is found
