from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseworker.store.canonical import canonical, canonical_text, instant, plain
from caseworker.values.money import Money

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(alphabet=st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


@given(JSON)
def test_reading_and_writing_again_gives_the_same_bytes(value: object) -> None:
    once = canonical(value)
    assert canonical(json.loads(once)) == once
    assert json.loads(once) == value


@given(st.dictionaries(st.text("abc中文", min_size=1), st.integers(), min_size=2))
def test_the_order_of_keys_does_not_matter(value: dict[str, int]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


def test_the_form_is_the_one_written_down() -> None:
    value = {"乙": Money(12345), "a": [date(2023, 11, 20), None, True], "b": {"y": b"\x00\xff", "x": Decimal("1.50")}}
    assert canonical_text(value) == ('{"a":["2023-11-20",null,true],"b":{"x":"1.50","y":{"hex":"00ff"}},"乙":12345}')


def test_an_instant_is_utc_whatever_its_zone() -> None:
    there = datetime(2023, 11, 20, 9, 0, tzinfo=timezone(timedelta(hours=8)))
    assert instant(there) == plain(there) == instant(datetime(2023, 11, 20, 1, 0, tzinfo=UTC))
    assert instant(there) == "2023-11-20T01:00:00.000000Z"
    with pytest.raises(TypeError):
        plain(datetime(2023, 11, 20))  # noqa: DTZ001


@pytest.mark.parametrize("value", [1.0, float("nan"), {"a": [0.5]}, {1: "a"}, object(), 1j])
def test_what_has_no_exact_form_raises(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)
