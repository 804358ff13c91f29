"""dt-3-seat 坐席补贴: at and beside every threshold and date."""

from __future__ import annotations

import pytest


def span(first, last, year=2023):
    return [f"{year}-{month:02d}" for month in range(first, last + 1)]


def both(months):
    return {"wage_months": months, "insurance_months": months}


@pytest.mark.parametrize(("seats", "expected"), [(199, "seats-at-least-200"), (200, "2500.00"), (201, "2500.00")])
def test_scale_of_the_company(ask, seats, expected):
    assert ask.amount("dt-3-seat", enterprise_seats=seats) == expected


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (both(span(1, 6)), "2500.00"),
        (both(span(1, 5)), "months-evidenced"),
        (both(span(2, 7)), "2500.00"),
        (both(span(3, 8)), "months-evidenced"),  # 2023-08 is after as_of's month
        (both(["2023-01", "2023-03", "2022-05", "2022-07", "2023-05", "2023-07"]), "2500.00"),  # not consecutive
        (both(["2023-01"] * 6), "months-evidenced"),
        ({"insurance_months": span(1, 5)}, "months-evidenced"),
        ({"wage_months": span(1, 7), "insurance_months": span(2, 7)}, "2500.00"),
        (both([]), "months-evidenced"),
    ],
)
def test_months_in_both_lists_up_to_the_month_of_as_of(ask, record, expected):
    assert ask.line("dt-3-seat", as_of="2023-07-01", record=record) == expected


@pytest.mark.parametrize(
    ("count", "as_of", "expected"),
    [
        (1, "2023-12-22", "months-evidenced"),
        (2, "2023-12-22", "2500.00"),
        (2, "2022-12-23", "months-evidenced"),  # those months are yet to come
        (5, "2023-12-23", "months-evidenced"),
        (6, "2023-12-23", ""),  # its own conditions are met, the policy is over
    ],
)
def test_the_first_application_of_the_trial_needs_two_months(ask, count, as_of, expected):
    record = both(span(1, count))
    line = ask("dt-3-seat", as_of=as_of, first_application=True, record=record)["lines"][0]
    unmet = " ".join(c["id"] for c in line["conditions"] if not c["met"])
    assert (line["amount"] if line["eligible"] else unmet) == expected


@pytest.mark.parametrize(
    ("claimed", "months", "option", "expected"),
    [
        ("2023-06", span(1, 12), "new-months", "2500.00"),
        ("2023-07", span(1, 12), "new-months", "months-evidenced"),
        ("2023-07", span(1, 12), "any-months", "2500.00"),
        ("2022-12", span(1, 6), "new-months", "2500.00"),
    ],
)
def test_months_already_claimed(ask, claimed, months, option, expected):
    record = both(months) | {"claimed_through": claimed}
    assert ask.line("dt-3-seat", as_of="2023-12-22", record=record, points={"dt-3.months": option}) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2023-01-01", "2023-12-31", "2500.00"),
        ("2023-01-01", "2023-12-30", "contract-at-least-1-year"),
        ("2023-01-01", None, "2500.00"),
        ("2024-02-29", "2025-02-27", "2500.00"),
        ("2024-02-29", "2025-02-26", "contract-at-least-1-year"),
        ("2023-01-01", "9999-12-31", "2500.00"),
    ],
)
def test_contract_of_a_year(ask, start, end, expected):
    assert ask.line("dt-3-seat", record={"contract_start": start, "contract_end": end}) == expected


@pytest.mark.parametrize(
    ("first_paid", "as_of", "expected"),
    [
        ("2021-07-15", "2023-07-15", "2500.00"),
        ("2021-07-14", "2023-07-15", "within-two-years"),
        ("2021-07-16", "2023-07-15", "2500.00"),
        ("2024-01-01", "2023-07-15", "2500.00"),
        ("9999-01-01", "2023-07-15", "2500.00"),
    ],
)
def test_paid_out_within_two_years(ask, first_paid, as_of, expected):
    assert ask.line("dt-3-seat", as_of=as_of, record={"first_paid_on": first_paid}) == expected


@pytest.mark.parametrize(
    ("paid", "expected"),
    [
        ("0", "2500.00"),
        ("7499.99", "2500.00"),
        ("7500", "2500.00"),
        ("7500.01", "2499.99"),
        ("9999.99", "0.01"),
        ("10000", "something-to-pay"),
        ("10000.01", "something-to-pay"),
    ],
)
def test_a_person_gets_ten_thousand_in_all(ask, paid, expected):
    assert ask.line("dt-3-seat", record={"paid_total": paid}) == expected


@pytest.mark.parametrize(
    ("as_of", "continuing", "option", "expected"),
    [
        ("2022-12-22", False, "continue", "policy-in-force"),
        ("2022-12-22", True, "continue", "policy-in-force"),
        ("2022-12-23", False, "continue", "2500.00"),
        ("2023-12-22", False, "continue", "2500.00"),
        ("2023-12-23", False, "continue", "policy-in-force"),
        ("2023-12-23", True, "continue", "2500.00"),
        ("2023-12-23", True, "stop", "policy-in-force"),
        ("2023-12-22", True, "stop", "2500.00"),
    ],
)
def test_in_force_and_continuing(ask, as_of, continuing, option, expected):
    months = [*span(1, 12, 2022), *span(1, 12)]
    changes = {"as_of": as_of, "continuing": continuing, "points": {"dt.after-trial": option}, "record": both(months)}
    assert ask.amount("dt-3-seat", **changes) == expected


def test_first_application_beside_marks_of_an_earlier_one(ask):
    request = ask.request("dt-3-seat", first_application=True, continuing=True)
    people = request["facts"]["people"]
    people.append(people[0] | {"key": "b", "claimed_through": "2023-03"})
    people.append(people[0] | {"key": "c", "first_paid_on": "2023-03-01", "claimed_through": "2023-13"})
    assert sorted(ask.paths_of(request)) == [
        "facts.continuing",
        "facts.people.1.claimed_through",
        "facts.people.2.claimed_through",
        "facts.people.2.first_paid_on",
    ]
    assert ask("dt-3-seat", first_application=True, continuing=False)["eligible"] is True


def test_lines_are_summed_in_the_order_of_the_request(ask):
    request = ask.request("dt-3-seat")
    person = request["facts"]["people"][0]
    request["facts"]["people"] = [
        person | {"key": "c", "paid_total": "8000"},
        person | {"key": "a", "wage_months": []},
        person | {"key": "b"},
    ]
    result = ask("dt-3-seat", people=request["facts"]["people"])
    assert [(line["key"], line["eligible"], line["amount"]) for line in result["lines"]] == [
        ("c", True, "2000.00"),
        ("a", False, "0.00"),
        ("b", True, "2500.00"),
    ]
    assert result["amount"] == result["gross_amount"] == "4500.00"
    assert result["schedule"] == [{"no": 1, "amount": "4500.00"}]
    assert result["interpretations"] == {
        "dt-3.months": "new-months",
        "dt.after-trial": "continue",
        "nonduplication": "top-up",
    }
    total = result["trace"][-2]
    assert (total["label"], total["expression"], total["value"]) == (
        "应发金额：合计",
        "1人 × 2500元 + 1人 × 2000元",
        "4500.00",
    )


def test_lines_stand_by_themselves_where_the_clause_fails(ask):
    result = ask("dt-3-seat", enterprise_seats=199)
    assert result["lines"][0]["eligible"] is False
    assert result["lines"][0]["amount"] == "0.00"
    assert all(condition["met"] for condition in result["lines"][0]["conditions"])
    assert result["conditions"][-1] == result["conditions"][-1] | {"id": "something-to-pay", "met": True}


def test_nobody_on_the_list(ask):
    assert ask.amount("dt-3-seat", people=[]) == "something-to-pay"


def test_the_condition_says_how_many_months_there_are(ask):
    def months(**changes):
        conditions = ask("dt-3-seat", **changes)["lines"][0]["conditions"]
        return next(condition for condition in conditions if condition["id"] == "months-evidenced")

    later = months(record=both(span(1, 5)))
    assert later["text"] == "工资流水和社保记录齐备的月份不少于 6 个月，现有 5 个月，还差 1 个月"
    assert "6个月以上" in later["quote"]
    first = months(record=both(span(1, 2)), first_application=True)
    assert first["text"] == "工资流水和社保记录齐备的月份不少于 2 个月，现有 2 个月"
    assert "2 个月以上" in first["quote"]
