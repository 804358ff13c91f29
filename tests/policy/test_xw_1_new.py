"""xw-1-new 新设立座席补贴: at and beside every threshold and date."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("seats", "expected"),
    [
        (0, "seats-at-least-100 something-to-pay"),
        (1, "seats-at-least-100"),
        (99, "seats-at-least-100"),
        (100, "200000.00"),
        (101, "202000.00"),
        (199, "398000.00"),
        (200, "400000.00"),
        (201, "603000.00"),
        (260, "780000.00"),
        (299, "897000.00"),
        (300, "1500000.00"),
        (301, "1505000.00"),
        (999, "4995000.00"),
        (1000, "5000000.00"),
        (1001, "5000000.00"),
        (10**20, "5000000.00"),
    ],
)
def test_rate_by_seats(ask, seats, expected):
    assert ask.amount("xw-1-new", seats=seats) == expected


@pytest.mark.parametrize(
    ("seats", "option", "expected"),
    [
        (299, "lower", "897000.00"),
        (300, "lower", "900000.00"),
        (301, "lower", "1505000.00"),
        (300, "higher", "1500000.00"),
    ],
)
def test_300_seats_by_point(ask, seats, option, expected):
    result = ask("xw-1-new", seats=seats, points={"xw-1.seats-300": option})
    assert result["amount"] == expected
    assert result["interpretations"] == {"xw-1.seats-300": option, "nonduplication": "top-up"}


@pytest.mark.parametrize(
    ("seats", "rate", "expected", "warnings"),
    [
        (300, "4000", "1200000.00", []),
        (301, "4999.99", "1504996.99", []),
        (301, 5000, "1505000.00", []),
        (301, "0", "something-to-pay", []),
        (2000, "2500.01", "5000000.00", []),
        (299, "4000", "897000.00", ["approved-rate-ignored"]),
        (299, "5000.01", "897000.00", ["approved-rate-ignored"]),
        (99, "1", "seats-at-least-100", ["approved-rate-ignored"]),
    ],
)
def test_approved_rate(ask, seats, rate, expected, warnings):
    assert ask.amount("xw-1-new", seats=seats, approved_rate=rate) == expected
    assert ask("xw-1-new", seats=seats, approved_rate=rate)["warnings"] == warnings


def test_approved_rate_above_the_ceiling_is_refused_only_in_the_top_tier(ask):
    assert ask.paths("xw-1-new", seats=301, approved_rate="5000.01") == ["facts.approved_rate"]
    assert ask.paths("xw-1-new", seats=300, approved_rate=5001) == ["facts.approved_rate"]
    lower = {"xw-1.seats-300": "lower"}
    assert ask("xw-1-new", seats=300, approved_rate=5001, points=lower)["warnings"] == ["approved-rate-ignored"]


@pytest.mark.parametrize(
    ("start", "as_of", "expected"),
    [
        ("2022-06-01", "2023-05-31", "operated-one-year"),
        ("2022-06-01", "2023-06-01", "780000.00"),
        ("2022-06-02", "2023-06-01", "operated-one-year"),
        ("2024-02-29", "2025-02-27", "operated-one-year"),
        ("2024-02-29", "2025-02-28", "780000.00"),
        ("2023-02-28", "2024-02-28", "780000.00"),
        ("2030-01-01", "2023-06-01", "operated-one-year"),
        ("9999-12-31", "9999-12-31", "operated-one-year"),
    ],
)
def test_operated_a_year(ask, start, as_of, expected):
    assert ask.amount("xw-1-new", operation_start=start, as_of=as_of) == expected


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2022-05-03", "policy-in-force"),
        ("2022-05-04", "780000.00"),
        ("2022-05-05", "780000.00"),
        ("0001-01-01", "policy-in-force operated-one-year"),
        ("9999-12-31", "780000.00"),
    ],
)
def test_in_force(ask, as_of, expected):
    assert ask.amount("xw-1-new", as_of=as_of, operation_start="2020-01-01") == expected


@pytest.mark.parametrize(
    ("fact", "value", "condition"),
    [
        ("in_scope", False, "in-scope"),
        ("new_establishment", False, "new-establishment"),
        ("self_invested", False, "self-invested"),
        ("already_granted", "0.01", "not-granted-before"),
    ],
)
def test_each_condition_alone_stops_it(ask, fact, value, condition):
    result = ask("xw-1-new", **{fact: value})
    assert [c["id"] for c in result["conditions"] if not c["met"]] == [condition]
    assert (result["eligible"], result["amount"], result["gross_amount"]) == (False, "0.00", "0.00")
    assert result["schedule"] == []
    assert result["trace"][-1]["value"] == "0.00"


def test_the_example_of_the_interface(ask):
    result = ask("xw-1-new", benefits=[{"title": "省级服务外包奖励", "amount": "50000.00"}], points={})
    assert result["eligible"] is True
    assert (result["amount"], result["gross_amount"]) == ("730000.00", "780000.00")
    assert result["interpretations"] == {"xw-1.seats-300": "higher", "nonduplication": "top-up"}
    assert result["schedule"] == [{"no": 1, "amount": "730000.00"}]
    assert result["lines"] == []
    assert result["warnings"] == []
    assert result["conditions"][0] == {
        "id": "policy-in-force",
        "met": True,
        "decides": True,
        "quote": "自印发之日起试行",
        "text": "2023-06-01 在政策施行期内（2022-05-04 起试行）",
    }
    assert [step["value"] for step in result["trace"]] == [
        "260", "3000.00", "780000.00", "780000.00", "730000.00", "730000.00",
    ]  # fmt: skip
    assert list(result) == [
        "policy", "clause", "as_of", "eligible", "amount", "gross_amount", "conditions", "interpretations", "lines",
        "schedule", "trace", "warnings",
    ]  # fmt: skip


def test_an_office_can_end_the_trial(ask, packs):
    from datetime import date

    from caseworker.policy import calculate

    ended = packs.with_pack(packs["xunwu-2022-59"].ended_on(date(2023, 6, 1)))
    assert calculate(ask.request("xw-1-new", as_of="2023-06-01"), ended)["eligible"] is True
    after = calculate(ask.request("xw-1-new", as_of="2023-06-02"), ended)
    assert after["eligible"] is False
    assert after["conditions"][0]["met"] is False
