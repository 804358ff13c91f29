"""What a party may have in all, as a pack says it: a money parameter times a whole number of the claim."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from caseworker import resources
from caseworker.policy import PackErrors, load_pack
from caseworker.values.money import Money

SEAT = "clauses/dt-3-seat.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "datong-2022"
    shutil.copytree(resources.path("policies", "datong-2022"), target)
    return target


def test_ten_thousand_a_seat_comes_from_the_pack(folder: Path) -> None:
    pack = load_pack(folder)
    clause = pack.clauses["dt-3-seat"]
    total = clause.party_total
    assert total is not None
    assert total.times == "enterprise_seats"
    dated = clause.parameters[total.parameter].at(date(2023, 6, 1))
    assert dated is not None
    assert (dated.value, dated.quote[:13]) == (Money.parse(10_000), "坐席补贴总额为10000元")
    assert [one.id for one in pack.clauses.values() if one.party_total] == ["dt-3-seat"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('parameter = "seat_total"', 'parameter = "min_seats"', "应是金额参数"),
        ('parameter = "seat_total"', 'parameter = "seat_totals"', "应是金额参数"),
        ('times = "enterprise_seats"', 'times = "operating_normally"', "应是整数事实"),
        ('times = "enterprise_seats"', 'times = "seats"', "应是整数事实"),
        ('times = "enterprise_seats"', 'times = "enterprise_seats"\nmost = 3', "most"),
    ],
)
def test_a_slip_in_it_is_refused(folder: Path, old: str, new: str, words: str) -> None:
    path = folder / SEAT
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PackErrors) as caught:
        load_pack(folder)
    assert any(words in error.message and error.file.endswith(SEAT) for error in caught.value.errors), caught.value
