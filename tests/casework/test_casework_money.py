"""Fund arithmetic and instalment plans."""

from __future__ import annotations

from datetime import date

import pytest

from caseworker.casework.fund import FundFacts, FundLevel, InstalmentState, check_commitment, count_fund
from caseworker.casework.instalments import Forecast, plan
from caseworker.values.money import Money

BUDGET = Money.parse(1_000)


def fund(committed: int, paid: int) -> FundFacts:
    return FundFacts(2023, BUDGET, Money.parse(committed), Money.parse(paid))


@pytest.mark.parametrize(
    ("amount", "level"),
    [
        ("199.99", FundLevel.FREE),
        ("200", FundLevel.WARN),  # exactly 90 %
        ("200.01", FundLevel.WARN),
        ("300", FundLevel.WARN),  # exactly the whole
        ("300.01", FundLevel.OVER),
    ],
)
def test_warned_from_ninety_per_cent_and_refused_beyond_the_whole(amount: str, level: FundLevel) -> None:
    assert check_commitment(fund(500, 200), Money.parse(amount)).level is level


def test_the_refusal_says_by_how_much() -> None:
    found = check_commitment(fund(500, 200), Money.parse("300.01"))
    assert "剩余 300.00 元" in found.sentence
    assert "超出 0.01 元" in found.sentence


def test_each_instalment_counts_once_in_the_year_it_is_due() -> None:
    this, next_year = date(2023, 12, 31), date(2024, 1, 1)
    rows = [
        (InstalmentState.DUE, Money.parse(1), this),
        (InstalmentState.ORDERED, Money.parse(10), this),
        (InstalmentState.RETURNED, Money.parse(100), this),
        (InstalmentState.PAID, Money.parse(1_000), this),
        (InstalmentState.PLANNED, Money.parse(10_000), this),
        (InstalmentState.ENDED, Money.parse(100_000), this),
        (InstalmentState.DUE, Money.parse(7), next_year),
        (InstalmentState.DUE, Money.parse(9), None),
    ]
    found = count_fund(2023, BUDGET, rows)
    assert (found.committed, found.paid, found.forecast) == (Money.parse(111), Money.parse(1_000), Money.parse(10_000))
    assert count_fund(2024, BUDGET, rows).committed == Money.parse(7)


def amounts(
    forecast: Forecast | None, first: int, amount: int, schedule: list[int] | None = None
) -> list[tuple[int, str]]:
    named = [{"no": number, "amount": str(one)} for number, one in enumerate(schedule or [amount], start=1)]
    planned = plan(named, Money.parse(amount), first, forecast, date(2023, 6, 1))
    return [(one.number, str(one.amount)) for one in planned]


def test_one_off_is_one_instalment_due_at_once() -> None:
    (only,) = plan([{"no": 1, "amount": "730000.00"}], Money.parse(730_000), 1, None, date(2023, 6, 1))
    assert (only.number, only.due_on, only.payable) == (1, date(2023, 6, 1), True)


def test_four_instalments_lie_within_two_years() -> None:
    planned = plan([{"no": 1, "amount": "500000"}], Money.parse(500_000), 1, Forecast(4, 24), date(2023, 8, 31))
    assert [one.due_on for one in planned] == [
        date(2023, 8, 31),
        date(2024, 2, 29),
        date(2024, 8, 31),
        date(2025, 2, 28),
    ]
    assert [one.payable for one in planned] == [True, False, False, False]
    assert all(one.due_on <= date(2025, 8, 31) for one in planned)


def test_a_later_instalment_forecasts_only_what_is_left() -> None:
    assert amounts(Forecast(4, 24), 3, 100) == [(3, "100.00"), (4, "100.00")]
    assert amounts(Forecast(4, 24), 5, 100) == [(5, "100.00")]


def test_unequal_instalments_follow_their_weights() -> None:
    lease = Forecast(5, 60, weights=(2, 2, 2, 1, 1))
    assert [amount for _, amount in amounts(lease, 1, 2_500)] == ["2500.00"] * 3 + ["1250.00"] * 2
    assert [amount for _, amount in amounts(lease, 4, 1_250)] == ["1250.00"] * 2


def test_a_schedule_that_names_the_years_is_the_forecast() -> None:
    assert [amount for _, amount in amounts(Forecast(5, 60), 1, 30, [30, 25, 15, 15, 15])] == [
        "30.00",
        "25.00",
        "15.00",
        "15.00",
        "15.00",
    ]


@pytest.mark.parametrize("weights", [(1,), (1, 0)])
def test_a_forecast_wants_a_weight_an_instalment(weights: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="weight"):
        Forecast(2, 12, weights=weights)
