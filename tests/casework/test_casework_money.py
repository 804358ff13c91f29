"""Fund arithmetic and instalment plans."""

from __future__ import annotations

from datetime import date

import pytest

from caseworker.casework.fund import (
    FundEvent,
    FundFacts,
    FundLevel,
    InstalmentState,
    check_commitment,
    commitment_events,
    count_fund,
    fund_course,
    level_of,
)
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


@pytest.mark.parametrize(
    ("used", "budget", "level"),
    [
        ("269999.99", "300000", FundLevel.FREE),  # one fen below 90 %
        ("270000", "300000", FundLevel.WARN),
        ("780000", "866666.67", FundLevel.FREE),  # 89.9999997 %: a rounded share of the budget would warn
        ("780000", "866666.66", FundLevel.WARN),  # 90.0000007 %
        ("300000", "300000", FundLevel.WARN),
        ("300000.01", "300000", FundLevel.OVER),
        ("0", "0", FundLevel.FREE),
        ("0.01", "0", FundLevel.OVER),
    ],
)
def test_levels_are_exact_to_the_fen(used: str, budget: str, level: FundLevel) -> None:
    assert level_of(Money.parse(used), Money.parse(budget)) is level
    facts = FundFacts(2023, Money.parse(budget), Money.parse(used), Money.zero())
    assert facts.level is level
    before = FundFacts(2023, Money.parse(budget), Money.zero(), Money.zero())
    assert check_commitment(before, Money.parse(used)).level is level


# ---- the course of a year ------------------------------------------------------------------


def shown(points: tuple[object, ...], *months: int) -> list[tuple[str, ...]]:
    return [
        tuple(str(getattr(point, name))[:-3] for name in ("budget", "committed", "paid", "left"))
        for point in points
        if point.month in months  # type: ignore[attr-defined]
    ]


def test_a_year_runs_from_decision_to_payment_and_money_back() -> None:
    events = [
        *commitment_events(Money.parse(300), date(2023, 3, 31), date(2023, 5, 1), None),
        *commitment_events(Money.parse(100), date(2023, 4, 1), None, date(2023, 6, 30)),
        FundEvent(date(2023, 8, 15), paid=-Money.parse(50)),
    ]
    points = fund_course(2023, [(date(2023, 1, 5), BUDGET)], events, [], date(2024, 2, 1))
    assert shown(points, 2, 3, 4, 5, 6, 7, 8, 12) == [
        ("1000", "0", "0", "1000"),
        ("1000", "300", "0", "700"),
        ("1000", "400", "0", "600"),
        ("1000", "100", "300", "600"),
        ("1000", "0", "300", "700"),
        ("1000", "0", "300", "700"),
        ("1000", "0", "250", "750"),
        ("1000", "0", "250", "750"),
    ]


def test_what_lies_outside_the_year_counts_on_its_first_or_last_day() -> None:
    """An instalment of this year's fund that was paid in January, and money that came back later still, are its own."""
    events = [
        *commitment_events(Money.parse(10), date(2022, 12, 20), date(2024, 1, 9), None),
        FundEvent(date(2025, 3, 1), paid=-Money.parse(4)),
    ]
    points = fund_course(2023, [(date.min, BUDGET)], events, [], date(2025, 6, 1))
    assert shown(points, 1, 11, 12) == [
        ("1000", "10", "0", "990"),
        ("1000", "10", "0", "990"),
        ("1000", "0", "6", "994"),
    ]


def test_the_budget_is_what_it_was_and_a_forecast_begins_today() -> None:
    budgets = [(date.min, BUDGET), (date(2023, 7, 1), Money.parse(1_500))]
    planned = [(date(2023, 4, 1), Money.parse(1)), (date(2023, 9, 30), Money.parse(2)), (date(2023, 10, 1), BUDGET)]
    points = fund_course(2023, budgets, [], planned, date(2023, 8, 31))
    assert [str(point.budget) for point in points[5:7]] == ["1000.00", "1500.00"]
    assert [str(point.forecast) for point in points[6:10]] == ["0.00", "1.00", "3.00", "1003.00"]
    over = fund_course(2023, budgets, [], planned, date(2024, 1, 1))
    assert [str(point.forecast) for point in over[10:]] == ["0.00", "1003.00"]


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
