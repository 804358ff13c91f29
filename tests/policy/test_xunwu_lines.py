"""寻乌: persons, interns and fairs, at and beside every threshold."""

from __future__ import annotations

import pytest


def intern(number, **changes):
    return {
        "key": f"i{number:03d}",
        "intern_from": "2022-06-01",
        "intern_to": "2022-08-31",
        "hired_from": None,
        "hired_to": None,
    } | changes


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({}, "900.05"),  # 900.045, half up
        ({"equity_tax_retained": "0.04"}, "900.04"),  # 900.036
        ({"award_year": 5}, "900.05"),
        ({"award_year": 6}, "within-five-years"),
        ({"is_high_level_talent": False}, "high-level-talent"),
        ({"wage_tax_retained": "0", "equity_tax_retained": 0}, "something-to-pay"),
        ({"wage_tax_retained": "0.01", "equity_tax_retained": 0}, "0.01"),
    ],
)
def test_talent_tax(ask, record, expected):
    assert ask.line("xw-5-talent-tax", record=record) == expected


def test_talent_tax_rounds_each_person_by_itself(ask):
    person = {"is_high_level_talent": True, "award_year": 1, "wage_tax_retained": "0.05", "equity_tax_retained": "0"}
    people = [person | {"key": str(n)} for n in range(3)]
    assert ask.amount("xw-5-talent-tax", people=people) == "0.15"  # 3 × 0.045 → 3 × 0.05, not 0.135 → 0.14


@pytest.mark.parametrize(
    ("record", "as_of", "expected"),
    [
        ({}, "2022-12-01", "500.00"),
        ({}, "2022-11-30", "employed-at-least-6-months"),
        ({"employed_to": "2022-11-30"}, "2023-06-01", "500.00"),
        ({"employed_to": "2022-11-29"}, "2023-06-01", "employed-at-least-6-months"),
        ({}, "2024-05-31", "500.00"),
        ({}, "2024-06-01", "1000.00"),
        ({"employed_to": "2024-05-31"}, "2025-01-01", "1000.00"),
        ({"employed_to": "2024-05-30"}, "2025-01-01", "500.00"),
        ({"first_paid": True}, "2024-06-01", "500.00"),
        ({"first_paid": True}, "2024-05-31", "something-to-pay"),
        ({"second_paid": True}, "2024-06-01", "500.00"),
        ({"first_paid": True, "second_paid": True}, "2024-06-01", "something-to-pay"),
        ({"newly_hired": False}, "2023-06-01", "newly-hired"),
        ({"contract_end": "2023-05-30"}, "2023-06-01", "contract-at-least-1-year"),
        ({"contract_end": None}, "2023-06-01", "500.00"),
        ({"employed_from": "2023-08-31"}, "2024-02-28", "employed-at-least-6-months"),
        ({"employed_from": "2023-08-31"}, "2024-02-29", "500.00"),
        (
            {"employed_from": "2030-01-01", "first_paid": True},
            "2023-06-01",
            "employed-at-least-6-months something-to-pay",
        ),
    ],
)
def test_hiring(ask, record, as_of, expected):
    assert ask.line("xw-6-hiring", record=record, as_of=as_of) == expected


def test_hiring_needs_a_hundred_seats(ask):
    assert ask.amount("xw-6-hiring", seats=99) == "seats-at-least-100"
    result = ask("xw-6-hiring", seats=99)
    assert result["lines"][0]["eligible"] is False


@pytest.mark.parametrize(
    ("count", "last_day", "expected"),
    [
        (99, "2022-08-31", "interns-at-least-100"),
        (100, "2022-08-31", "20000.00"),
        (100, "2022-08-30", "interns-at-least-100 something-to-pay"),
        (0, None, "interns-at-least-100 something-to-pay"),
    ],
)
def test_interns(ask, count, last_day, expected):
    interns = [intern(n, intern_to=last_day) for n in range(count)]
    assert ask.amount("xw-7-school-interns", year=2022, interns=interns, as_of="2023-01-01") == expected


@pytest.mark.parametrize(
    ("hired", "as_of", "retained", "everybody"),
    [
        (29, "2023-09-01", "20000.00", "20000.00"),
        (30, "2023-08-31", "20000.00", "20000.00"),
        (30, "2023-09-01", "29000.00", "50000.00"),
        (31, "2023-09-01", "29300.00", "50000.00"),
        (30, "2024-08-31", "29000.00", "50000.00"),
        (30, "2024-09-01", "44000.00", "100000.00"),
        (100, "2024-09-01", "100000.00", "100000.00"),
    ],
)
def test_retained_interns(ask, hired, as_of, retained, everybody):
    interns = [intern(n, hired_from="2022-09-01" if n < hired else None) for n in range(100)]
    changes = {"year": 2022, "interns": interns, "as_of": as_of}
    assert ask.amount("xw-7-school-interns", **changes) == retained
    assert ask.amount("xw-7-school-interns", **changes, points={"xw-7.award-base": "all-interns"}) == everybody


def test_only_qualified_interns_count_as_retained(ask):
    short = [intern(900 + n, intern_to="2022-08-30", hired_from="2022-09-01") for n in range(50)]
    interns = [intern(n, hired_from="2022-09-01" if n < 29 else None) for n in range(100)] + short
    result = ask("xw-7-school-interns", year=2022, interns=interns, as_of="2023-09-01")
    assert result["amount"] == "20000.00"
    by_id = {condition["id"]: condition for condition in result["conditions"]}
    assert by_id["retained-30-percent-1-year"]["met"] is False
    assert by_id["retained-30-percent-1-year"]["decides"] is False
    assert result["lines"] == []


@pytest.mark.parametrize(
    ("paid", "expected"),
    [
        ((True, False, False), "24000.00"),
        ((True, True, False), "15000.00"),
        ((True, True, True), "something-to-pay"),
        ((False, True, True), "20000.00"),
    ],
)
def test_parts_already_paid_to_a_school(ask, paid, expected):
    interns = [intern(n, hired_from="2022-09-01" if n < 30 else None) for n in range(100)]
    flags = dict(zip(("first_paid", "second_paid", "third_paid"), paid, strict=True))
    assert ask.amount("xw-7-school-interns", year=2022, interns=interns, as_of="2024-09-01", **flags) == expected


def test_an_internship_begins_in_the_year(ask):
    interns = [
        intern(0, intern_from="2021-12-31"),
        intern(1, intern_from="2022-01-01"),
        intern(2, intern_from="2023-01-01", intern_to=None),
    ]
    paths = ask.paths("xw-7-school-interns", year=2022, interns=interns)
    assert paths == ["facts.interns.0.intern_from", "facts.interns.2.intern_from"]
    assert ask.paths("xw-7-school-interns", year=-1, interns=interns) == ["facts.year"]


@pytest.mark.parametrize(
    ("record", "as_of", "expected"),
    [
        ({}, "2023-06-01", "10000.00"),
        ({"organizer": "junior_college"}, "2023-06-01", "8000.00"),
        ({"organizer": "other"}, "2023-06-01", "undergraduate-or-junior-college something-to-pay"),
        ({"held_on": "2022-05-03"}, "2023-06-01", "held-while-in-force"),
        ({"held_on": "2022-05-04"}, "2023-06-01", "10000.00"),
        ({"held_on": "2023-06-01"}, "2023-06-01", "10000.00"),
        ({"held_on": "2023-06-02"}, "2023-06-01", "held-while-in-force"),
    ],
)
def test_job_fairs(ask, record, as_of, expected):
    assert ask.line("xw-8-job-fair", record=record, as_of=as_of) == expected


@pytest.mark.parametrize(
    ("record", "as_of", "expected"),
    [
        ({}, "2023-06-01", "4116.00"),
        ({"trainee_to": "2023-03-31"}, "2023-06-01", "3087.00"),
        ({"trainee_to": "2023-03-30"}, "2023-06-01", "trained-at-least-3-months"),
        ({"trainee_to": "2023-04-29"}, "2023-06-01", "3087.00"),
        ({"trainee_to": None}, "2023-06-01", "5145.00"),
        ({"trainee_to": None}, "2023-07-01", "6174.00"),
        ({"trainee_to": None}, "2023-08-01", "6174.00"),
        ({"trainee_to": "2023-01-30"}, "2023-06-01", "trained-at-least-3-months something-to-pay"),
        ({"trainee_from": "2022-11-30", "trainee_to": "2023-02-27"}, "2023-06-01", "3087.00"),
        ({"trainee_from": "2022-11-30", "trainee_to": "2023-02-26"}, "2023-06-01", "trained-at-least-3-months"),
        ({"lowest_monthly_stipend": "1849.99"}, "2023-06-01", "stipend-at-least-minimum-wage"),
        ({"retained": False}, "2023-06-01", "retained"),
        ({"kind": "other"}, "2023-06-01", "student-or-recent-graduate"),
        ({"kind": "graduate"}, "2023-06-01", "student-or-recent-graduate"),
        ({"kind": "graduate", "graduated_on": "2021-01-01"}, "2023-06-01", "4116.00"),
        ({"kind": "graduate", "graduated_on": "2020-12-31"}, "2023-06-01", "student-or-recent-graduate"),
        ({"kind": "graduate", "graduated_on": "2023-05-01"}, "2023-06-01", "4116.00"),
        (
            {"kind": "graduate", "graduated_on": "2021-01-01", "employed_elsewhere": True},
            "2023-06-01",
            "student-or-recent-graduate",
        ),
        ({"kind": "student", "employed_elsewhere": True}, "2023-06-01", "4116.00"),
    ],
)
def test_internship(ask, record, as_of, expected):
    assert ask.line("xw-9-internship", record=record, as_of=as_of) == expected


def test_internship_of_all_trainees_by_point(ask):
    points = {"xw-9.award-base": "all-trainees"}
    result = ask("xw-9-internship", record={"retained": False}, points=points)
    assert result["amount"] == "4116.00"
    assert [c["met"] for c in result["lines"][0]["conditions"] if c["id"] == "retained"] == [True]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({}, "1000.00"),
        ({"certificate_level": "intermediate"}, "1500.00"),
        ({"certificate_level": "senior"}, "2000.00"),
        ({"certificate_level": "other"}, "level-covered something-to-pay"),
        ({"insured_months": 11}, "paid-at-least-12-months"),
        ({"insured_since": "2021-12-01"}, "1000.00"),
        ({"insured_since": "2021-12-02"}, "insured-at-least-1-year"),
        ({"certified_on": "2021-12-01"}, "1000.00"),
        ({"certified_on": "2021-11-30"}, "applied-within-12-months"),
        ({"certified_on": "2022-12-01"}, "1000.00"),
        ({"certified_on": "2022-12-02"}, "applied-within-12-months"),
    ],
)
def test_skills(ask, record, expected):
    assert ask.line("xw-10-skills", record=record) == expected
    assert ask("xw-10-skills", record=record)["warnings"] == ["paid-by-insurer"]


@pytest.mark.parametrize(
    ("card", "title", "services"),
    [
        (True, False, ["free-bus"]),
        (False, True, ["school-admission"]),
        (True, True, ["free-bus", "school-admission"]),
        (False, False, []),
    ],
)
def test_services(ask, card, title, services):
    result = ask("xw-11-services", record={"has_employee_card": card, "has_professional_title": title})
    line = result["lines"][0]
    assert line["services"] == services
    assert (result["eligible"], line["eligible"]) == (bool(services), bool(services))
    assert (result["amount"], line["amount"], result["schedule"]) == ("0.00", "0.00", [])
    assert [c["id"] for c in result["conditions"]] == ["policy-in-force", "in-scope"]
    assert [c["id"] for c in line["conditions"]] == ["has-service"]


@pytest.mark.parametrize(
    ("record", "as_of", "expected"),
    [
        ({}, "2023-06-01", "1200.00"),
        ({}, "2023-05-31", "employed-at-least-1-year"),
        ({"employed_to": "2023-05-30"}, "2024-01-01", "employed-at-least-1-year"),
        ({"employed_to": "2023-05-31"}, "2024-01-01", "1200.00"),
        ({"months_paid": 5}, "2023-06-01", "200.00"),
        ({"months_paid": 6}, "2023-06-01", "something-to-pay"),
        ({"formal_contract": False}, "2023-06-01", "formal-contract"),
        ({"social_insurance": False}, "2023-06-01", "social-insurance"),
        ({"owns_home_in_county_town": True}, "2023-06-01", "no-home-in-county-town"),
    ],
)
def test_housing_rent(ask, record, as_of, expected):
    assert ask.line("xw-12-housing-rent", record=record, as_of=as_of) == expected


def test_housing_rent_limits(ask):
    assert ask.amount("xw-12-housing-rent", newly_introduced=False) == "newly-introduced"
    assert ask.paths("xw-12-housing-rent", record={"months_paid": 7}) == ["facts.people.0.months_paid"]
    # whatever the day, the limit is six: a bad day does not hide the other problem
    assert ask.paths("xw-12-housing-rent", record={"months_paid": 7}, as_of="2023-02-29") == [
        "as_of",
        "facts.people.0.months_paid",
    ]


def test_housing_security(ask):
    result = ask("xw-13-housing-security")
    assert (result["eligible"], result["amount"], result["warnings"]) == (True, "0.00", ["refer-199-2016"])
    assert ask.line("xw-13-housing-security", record={"is_specialist": False}) == "specialist"
    assert ask("xw-13-housing-security", people=[])["eligible"] is False
