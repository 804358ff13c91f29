"""寻乌: the clauses with one sum, at and beside every threshold."""

from __future__ import annotations

import pytest

SPAN_300 = {"xw-1.seats-300": "lower"}


def check(ask, clause, changes, expected):
    assert ask.amount(clause, **changes) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"seats_added": 99}, "seats-added-at-least-100"),
        ({"seats_added": 100}, "150000.00"),
        ({"seats_added": 1333}, "1999500.00"),
        ({"seats_added": 1334}, "2000000.00"),
        ({"seats_added": 100, "already_granted": "1849999.99"}, "150000.00"),
        ({"seats_added": 100, "already_granted": "1850000"}, "150000.00"),
        ({"seats_added": 100, "already_granted": "1850000.01"}, "149999.99"),
        ({"seats_added": 100, "already_granted": "2000000"}, "something-to-pay"),
        ({"seats_added": 5000, "already_granted": "500000"}, "1500000.00"),
        ({"seats_added": 100, "already_granted": "2000000.01"}, "something-to-pay"),
        ({"established_before": False}, "established-before"),
        ({"formerly_self_invested": False}, "formerly-self-invested"),
        ({"self_invested": False}, "self-invested"),
        ({"in_scope": False}, "in-scope"),
    ],
)
def test_expansion(ask, changes, expected):
    check(ask, "xw-1-expansion", changes, expected)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"seats_added": 99}, "seats-added-at-least-100"),
        ({"seats_added": 200}, "400000.00"),
        ({"seats_added": 201}, "603000.00"),
        ({"seats_added": 300}, "1500000.00"),
        ({"seats_added": 300, "points": SPAN_300}, "900000.00"),
        ({"seats_added": 400, "approved_rate": "3500"}, "1400000.00"),
        ({"seats_added": 1500}, "5000000.00"),
        ({"already_granted": 1}, "not-granted-before"),
        ({"established_before": False}, "established-before"),
        ({"formerly_not_self_invested": False}, "formerly-not-self-invested"),
        ({"self_invested": False}, "self-invested"),
    ],
)
def test_late_investment(ask, changes, expected):
    check(ask, "xw-1-late-investment", changes, expected)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "100000.00"),
        ({"operation_year": 2}, "80000.00"),
        ({"operation_year": 3}, "70000.00"),
        ({"operation_year": 4}, "60000.00"),
        ({"operation_year": 5}, "50000.00"),
        ({"operation_year": 6}, "30000.00"),
        ({"operation_year": 10}, "30000.00"),
        ({"operation_year": 11}, "operation-year-1-to-10 something-to-pay"),
        ({"operation_year": 11, "approved_months": 99}, "operation-year-1-to-10 something-to-pay"),
        ({"operation_year": 7, "approved_months": 3}, "30000.00"),
        ({"approved_months": 10}, "100000.00"),
        ({"approved_months": 9}, "90000.00"),
        ({"approved_months": 0}, "something-to-pay"),
        ({"rent_paid": "99999.99"}, "99999.99"),
        ({"rent_paid": "100000.01"}, "100000.00"),
        ({"rent_paid": "0"}, "something-to-pay"),
        ({"occupancy_percent": "79.999999"}, "occupancy-at-least-80"),
        ({"occupancy_percent": "79.99999999999999999999999999"}, "occupancy-at-least-80"),
        ({"occupancy_percent": "79.999999999999999999999999999"}, "occupancy-at-least-80"),
        ({"occupancy_percent": 80}, "100000.00"),
        ({"occupancy_percent": "120.5"}, "100000.00"),
        ({"seats": 99}, "seats-at-least-100"),
        ({"new_establishment": False}, "new-establishment"),
        ({"operation_start": "2022-06-02"}, "operated-one-year"),
        ({"operation_start": "2022-06-01"}, "100000.00"),
    ],
)
def test_rent(ask, changes, expected):
    check(ask, "xw-2-rent", changes, expected)


@pytest.mark.parametrize(
    ("year", "approved", "refused"),
    [
        (1, 10, False), (1, 11, True), (2, 8, False), (2, 9, True), (3, 8, True), (4, 7, True), (5, 5, False),
        (5, 6, True), (6, 3, False), (6, 2, True), (6, 4, True), (10, 0, True), (11, 4, False),
    ],
)  # fmt: skip
def test_approved_months_of_rent(ask, year, approved, refused):
    request = ask.request("xw-2-rent", operation_year=year, approved_months=approved)
    if refused:
        assert ask.paths_of(request) == ["facts.approved_months"]
    else:
        ask("xw-2-rent", operation_year=year, approved_months=approved)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "300000.00"),
        ({"area_m2": "0.01"}, "3.00"),
        ({"area_m2": "3333.33"}, "999999.00"),
        ({"area_m2": "3333.34"}, "1000000.00"),
        ({"area_m2": 3334}, "1000000.00"),
        ({"area_m2": "0"}, "something-to-pay"),
        ({"own_use": False}, "own-use"),
        ({"already_granted": "0.01"}, "not-granted-before"),
    ],
)
def test_purchase(ask, changes, expected):
    check(ask, "xw-2-purchase", changes, expected)


@pytest.mark.parametrize(
    ("new", "seats", "expected"),
    [
        (True, 100, "300000.00"),
        (True, 99, "seats-at-least-100"),
        (False, 100, "new-establishment"),
        (False, 0, "new-establishment seats-at-least-100"),
    ],
)
def test_purchase_by_point(ask, new, seats, expected):
    points = {"xw-2.purchase-scope": "new-100-seats"}
    assert ask.amount("xw-2-purchase", new_establishment=new, seats=seats, points=points) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "240000.00"),
        ({"tax_paid": "999999.99"}, "tax-at-least-1000000"),
        ({"tax_paid": "2999999.99"}, "240000.00"),
        ({"tax_paid": "3000000"}, "270000.00"),
        ({"tax_paid": "3000000.01", "county_retained": "0.05"}, "0.05"),  # 0.045, half up
        ({"tax_paid": "3000000", "county_retained": "0.04"}, "0.04"),  # 0.036
        ({"county_retained": "0.01"}, "0.01"),  # 0.008
        ({"tax_paid": "3000000", "county_retained": "1.15"}, "1.04"),  # 1.035, half up
        ({"county_retained": "0"}, "something-to-pay"),
        ({"county_retained": "1000000"}, "800000.00"),
        ({"tax_year": 2021}, "within-three-years"),
        ({"tax_year": 2024}, "240000.00"),
        ({"tax_year": 2025}, "within-three-years"),
        ({"seats": 99}, "seats-at-least-100"),
        ({"new_establishment": False}, "new-establishment"),
    ],
)
def test_tax(ask, changes, expected):
    check(ask, "xw-3-tax", changes, expected)


def test_the_county_retains_no_more_than_was_paid(ask):
    assert ask.paths("xw-3-tax", county_retained="1000000.01") == ["facts.county_retained"]
    assert ask.paths("xw-3-tax", tax_paid="-1", county_retained="5") == ["facts.tax_paid"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "50000.00"),
        ({"first_year_revenue": "9999999.99"}, "revenue-at-least-10000000"),
        ({"first_year_revenue": "99999999"}, "50000.00"),
        ({"already_granted": 50000}, "not-granted-before"),
    ],
)
def test_revenue(ask, changes, expected):
    check(ask, "xw-4-revenue", changes, expected)


@pytest.mark.parametrize(
    ("usd", "granted", "trade", "offshore"),
    [
        ("999999.99", 0, "usd-at-least-1000000 something-to-pay", "usd-at-least-1000000 something-to-pay"),
        ("1000000", 0, "5000.00", "3000.00"),
        ("1999999.99", 0, "5000.00", "3000.00"),
        ("2000000", "0.01", "9999.99", "5999.99"),
        ("2000000", "5000", "5000.00", "1000.00"),
        ("33999999.99", 0, "165000.00", "99000.00"),
        ("34000000", 0, "170000.00", "100000.00"),
        ("40000000", 0, "200000.00", "100000.00"),
        ("41000000", "100000", "100000.00", "something-to-pay"),
        ("2000000", "6000", "4000.00", "something-to-pay"),
        ("2000000", "50000", "something-to-pay", "something-to-pay"),
    ],
)
def test_trade(ask, usd, granted, trade, offshore):
    assert ask.amount("xw-14-service-trade", recognized_usd=usd, granted_this_year=granted) == trade
    assert ask.amount("xw-15-offshore", recognized_usd=usd, granted_this_year=granted) == offshore


def test_granted_above_the_years_cap_is_refused(ask):
    assert ask.paths("xw-14-service-trade", granted_this_year="200000.01") == ["facts.granted_this_year"]
    assert ask.paths("xw-15-offshore", granted_this_year="100000.01") == ["facts.granted_this_year"]
    assert ask.amount("xw-14-service-trade", granted_this_year="200000") == "something-to-pay"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "123456.78"),
        ({"approval_reference": ""}, "approval-on-record"),
        ({"approval_reference": " \u3000\n"}, "approval-on-record"),
        ({"approved_amount": 0}, "something-to-pay"),
    ],
)
def test_special(ask, changes, expected):
    check(ask, "xw-16-special", changes, expected)
