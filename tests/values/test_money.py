from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseworker.values.money import Money


@pytest.mark.parametrize("value", [1.0, True, None, b"1", Fraction(1)])
def test_only_text_and_whole_numbers(value):
    with pytest.raises(TypeError):
        Money.parse(value)
    with pytest.raises(TypeError):
        Money(value)


@pytest.mark.parametrize("text", ["12.345", "1,000", "", " 1", "1e3", "１", "+1", ".5", "1.", "nan"])
def test_no_other_way_of_writing(text):
    with pytest.raises(ValueError, match="two decimals"):
        Money.parse(text)


@given(st.integers(-(10**16), 10**16))
def test_text_and_back(fen):
    money = Money(fen)
    assert Money.parse(str(money)) == money
    assert sum([money, money]) == money * 2 == 2 * money
    assert money - money == Money.zero() == money + -money


@given(st.integers(0, 10**12), st.fractions(0, 3))
def test_a_share_is_rounded_half_up_once(fen, rate):
    exact = fen * rate
    got = Money(fen).share(rate).fen
    assert -Fraction(1, 2) < got - exact <= Fraction(1, 2)
    assert Money(-fen).share(rate).fen == -got


def test_halves_go_up():
    assert [Money(fen).share(Fraction(1, 2)).fen for fen in (1, 3, -1)] == [1, 2, -1]
    with pytest.raises(TypeError):
        Money(1).share(0.5)
    with pytest.raises(TypeError):
        Money(1) * 1.5


def test_shown_to_people():
    assert Money(123456789).shown() == "1,234,567.89"
    assert Money(-5).shown() == "−0.05"
