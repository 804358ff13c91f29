"""大同: every clause but the seat subsidy, at and beside every threshold."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "25000.00"),
        ({"subsidy_year": 3}, "25000.00"),
        ({"subsidy_year": 4}, "12500.00"),
        ({"subsidy_year": 5}, "12500.00"),
        ({"subsidy_year": 6}, "subsidy-year-1-to-5 something-to-pay"),
        ({"lease_end": "2027-12-30"}, "lease-at-least-5-years"),
        ({"lease_end": "2028-01-01"}, "25000.00"),
        ({"valid_seats": 0}, "something-to-pay"),
        ({"valid_seats": 1}, "2500.00"),
        ({"own_use": False}, "own-use"),
        ({"good_credit": False}, "good-credit"),
        ({"operating_normally": False}, "operating-normally"),
        ({"as_of": "2023-12-23"}, "policy-in-force"),
        ({"as_of": "2027-12-23", "continuing": True}, "25000.00"),
        ({"as_of": "2022-12-22"}, "policy-in-force"),
    ],
)
def test_lease(ask, changes, expected):
    assert ask.amount("dt-4-lease", **changes) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "300000.02"),  # 300000.015, half up
        ({"audited_investment": "16666666.66"}, "5000000.00"),  # 4999999.998
        ({"audited_investment": "16666666.64"}, "4999999.99"),  # 4999999.992
        ({"audited_investment": "20000000"}, "5000000.00"),
        ({"audited_investment": "0.01"}, "something-to-pay"),
        ({"audited_investment": "0.02"}, "0.01"),
        ({"old_stock_or_area": False}, "old-stock-or-area"),
        ({"own_use_or_park": False}, "own-use-or-park"),
        ({"completed": False}, "completed"),
        ({"good_credit": False}, "good-credit"),
        ({"already_granted": "1"}, "not-granted-before"),
    ],
)
def test_renovation(ask, changes, expected):
    assert ask.amount("dt-4-renovation", **changes) == expected


@pytest.mark.parametrize(
    ("area", "years"),
    [
        ("1000", ["150000.00", "125000.00", "75000.00", "75000.00", "75000.00"]),
        ("5000", ["750000.00", "625000.00", "375000.00", "375000.00", "375000.00"]),
        ("5000.01", ["750000.00", "625000.00", "375000.00", "375000.00", "375000.00"]),
        ("0.01", ["1.50", "1.25", "0.75", "0.75", "0.75"]),
        ("4999.99", ["749998.50", "624998.75", "374999.25", "374999.25", "374999.25"]),
    ],
)
def test_purchase_over_five_years(ask, area, years):
    for year in range(1, 6):
        result = ask("dt-4-purchase", area_m2=area, subsidy_year=year)
        assert result["amount"] == result["gross_amount"] == years[year - 1]
        assert result["schedule"] == [{"no": n, "amount": amount} for n, amount in enumerate(years, 1)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"subsidy_year": 6}, "subsidy-year-1-to-5 something-to-pay"),
        ({"area_m2": "0"}, "something-to-pay"),
        ({"own_use": False}, "own-use"),
        ({"good_credit": False}, "good-credit"),
        ({"in_designated_area": False}, "in-designated-area"),
        ({"as_of": "2025-01-01", "continuing": True, "subsidy_year": 3}, "75000.00"),
        ({"as_of": "2025-01-01", "continuing": True, "points": {"dt.after-trial": "stop"}}, "policy-in-force"),
    ],
)
def test_purchase(ask, changes, expected):
    assert ask.amount("dt-4-purchase", **changes) == expected


def test_purchase_with_other_benefits_keeps_the_gross_years(ask):
    result = ask("dt-4-purchase", benefits=[{"title": "省级", "amount": "150000"}])
    assert (result["eligible"], result["amount"], result["gross_amount"]) == (False, "0.00", "150000.00")
    assert result["schedule"] == []
    result = ask("dt-4-purchase", benefits=[{"title": "省级", "amount": "149999.99"}])
    assert (result["eligible"], result["amount"], len(result["schedule"])) == (True, "0.01", 5)


def test_services_are_recorded(ask):
    result = ask("dt-5-services")
    assert (result["eligible"], result["amount"], result["schedule"]) == (True, "0.00", [])
    assert [c["id"] for c in result["conditions"]] == ["policy-in-force"]
    assert result["interpretations"] == {}
    assert "用电、供地" in result["trace"][0]["expression"]
    assert ask("dt-5-services", as_of="2023-12-23")["eligible"] is False


@pytest.mark.parametrize("requests", [[], None, "power", [["power"]], ["gas"], [1]])
def test_services_must_be_known(ask, requests):
    paths = ask.paths("dt-5-services", requests=requests)
    assert len(paths) == 1
    assert paths[0].startswith("facts.requests")


def interns(count, retained, **changes):
    return [
        {
            "key": str(n),
            "education": "secondary",
            "hired_from": "2023-01-01" if n < retained else None,
            "hired_to": None,
            "already_paid": False,
        }
        | changes
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("count", "retained", "reach", "exceed"),
    [
        (49, 49, "interns-at-least-50", "interns-at-least-50"),
        (50, 24, "retained-half", "retained-half"),
        (50, 25, "20000.00", "retained-half"),
        (50, 26, "20800.00", "20800.00"),
        (51, 25, "retained-half", "retained-half"),
        (51, 26, "20800.00", "20800.00"),
        (
            0,
            0,
            "interns-at-least-50 retained-half something-to-pay",
            "interns-at-least-50 retained-half something-to-pay",
        ),
    ],
)
def test_interns(ask, count, retained, reach, exceed):
    changes = {"interns": interns(count, retained)}
    assert ask.amount("dt-6-school-interns", **changes) == reach
    assert ask.amount("dt-6-school-interns", **changes, points={"dt-6.threshold": "exceed"}) == exceed


@pytest.mark.parametrize(
    ("record", "as_of", "expected"),
    [
        ({}, "2023-07-15", "800.00"),
        ({"education": "higher"}, "2023-07-15", "1000.00"),
        ({"already_paid": True}, "2023-07-15", "not-paid-before"),
        ({"hired_to": "2023-06-30"}, "2023-07-15", "800.00"),
        ({"hired_to": "2023-06-29"}, "2023-07-15", "retained-6-months"),
        ({"hired_from": "2023-01-16"}, "2023-07-15", "retained-6-months"),
        ({"hired_from": "2023-01-15"}, "2023-07-15", "800.00"),
        ({"hired_from": None}, "2023-07-15", "retained-6-months"),
    ],
)
def test_an_intern(ask, record, as_of, expected):
    people = interns(50, 30)
    people[0] |= record
    assert ask.line("dt-6-school-interns", interns=people, as_of=as_of) == expected


def test_interns_need_an_agreement(ask):
    assert ask.amount("dt-6-school-interns", has_agreement=False) == "has-agreement"


@pytest.mark.parametrize(
    ("ground", "seats", "expected"),
    [
        ("world-500", 499, "scale-reached"),
        ("china-500", 500, "1000000.00"),
        ("industry-20", 501, "1000000.00"),
        ("outsourcing", 999, "scale-reached"),
        ("outsourcing", 1000, "1000000.00"),
    ],
)
def test_special(ask, ground, seats, expected):
    assert ask.amount("dt-14-special", ground=ground, seats=seats) == expected


def test_special_conditions(ask):
    assert ask.amount("dt-14-special", qualifying_site=False) == "qualifying-site"
    assert ask.amount("dt-14-special", approval_reference="  ") == "approval-on-record"
    assert ask.amount("dt-14-special", approved_amount="0") == "something-to-pay"


@pytest.mark.parametrize(
    ("changes", "unmet", "shortfall"),
    [
        ({}, "", "0.00"),
        ({"education_spending": "19999.99"}, "education-at-least-20-percent", "0.01"),
        ({"education_spending": "0"}, "education-at-least-20-percent", "20000.00"),
        ({"education_spending": "99999"}, "", "0.00"),
        ({"seat_subsidy_received": "0", "education_spending": "0"}, "", "0.00"),
        ({"seat_subsidy_received": "0.01", "education_spending": "0"}, "education-at-least-20-percent", "0.01"),
        ({"other_spending": "0.01"}, "nothing-off-purpose", "0.00"),
        ({"as_of": "2024-06-01"}, "policy-in-force", "0.00"),
        ({"as_of": "2024-06-01", "continuing": True}, "", "0.00"),
    ],
)
def test_use_of_funds(ask, changes, unmet, shortfall):
    result = ask("dt-9-use-of-funds", **changes)
    assert " ".join(c["id"] for c in result["conditions"] if not c["met"]) == unmet
    assert result["eligible"] is (unmet == "")
    assert (result["amount"], result["gross_amount"], result["schedule"]) == ("0.00", "0.00", [])
    assert [step["value"] for step in result["trace"] if step["label"] == "差额"] == [shortfall]
    assert result["interpretations"] == {"dt.after-trial": "continue"}
