"""Benefits from elsewhere (policy-rules section 5)."""

from __future__ import annotations

import pytest

EITHER = {"nonduplication": "either-or"}


def benefit(amount, key=None):
    return {"title": "省级奖励", "amount": amount} | ({} if key is None else {"key": key})


@pytest.mark.parametrize(
    ("benefits", "points", "amount", "eligible"),
    [
        ([], {}, "780000.00", True),
        ([benefit("0")], {}, "780000.00", True),
        ([benefit("0.01")], {}, "779999.99", True),
        ([benefit("0.01")], EITHER, "0.00", False),
        ([benefit("779999.99")], {}, "0.01", True),
        ([benefit("400000"), benefit(380000)], {}, "0.00", False),
        ([benefit("780000.01")], {}, "0.00", False),
    ],
)
def test_unkeyed(ask, benefits, points, amount, eligible):
    result = ask("xw-1-new", benefits=benefits, points=points)
    assert (result["amount"], result["eligible"], result["gross_amount"]) == (amount, eligible, "780000.00")
    assert result["schedule"] == ([{"no": 1, "amount": amount}] if eligible else [])
    ids = [condition["id"] for condition in result["conditions"]]
    if any(one["amount"] not in ("0", 0) for one in benefits):
        assert ids[-2:] == ["something-to-pay", "not-duplicated"]
        assert result["conditions"][-1]["met"] is eligible
    else:
        assert "not-duplicated" not in ids


def test_another_failing_condition_makes_it_false_too(ask):
    result = ask("xw-1-new", seats=99, benefits=[benefit("1")])
    unmet = [condition["id"] for condition in result["conditions"] if not condition["met"]]
    assert unmet == ["seats-at-least-100", "not-duplicated"]
    assert result["gross_amount"] == "0.00"


def people(ask, *paid):
    person = ask.request("dt-3-seat")["facts"]["people"][0]
    return [person | {"key": key, "paid_total": total} for key, total in zip("abc", paid, strict=False)]


@pytest.mark.parametrize(
    ("benefits", "points", "amount"),
    [
        ([benefit("1000", "a")], {}, "4000.00"),
        ([benefit("9000", "a")], {}, "2500.00"),  # no more than its line
        ([benefit("1", "a")], EITHER, "2500.00"),
        ([benefit("1000", "a"), benefit("1000", "a")], {}, "3000.00"),
        ([benefit("1000", "a"), benefit("500")], {}, "3500.00"),
        ([benefit("1", "a"), benefit("1", "b")], EITHER, "0.00"),
        ([benefit("1", "a"), benefit("1")], EITHER, "0.00"),
        ([benefit("5000", "c")], {}, "5000.00"),  # c is not eligible: nothing to take from
        ([benefit("0", "a"), benefit("1", "b")], EITHER, "2500.00"),
        ([benefit("0"), benefit("1", "b")], EITHER, "2500.00"),
    ],
)
def test_keyed(ask, benefits, points, amount):
    result = ask("dt-3-seat", people=people(ask, "0", "0", "10000"), benefits=benefits, points=points)
    assert (result["amount"], result["gross_amount"]) == (amount, "5000.00")
    assert result["eligible"] is (amount != "0.00")
    # lines keep what they were
    assert [(line["eligible"], line["amount"]) for line in result["lines"]] == [
        (True, "2500.00"),
        (True, "2500.00"),
        (False, "0.00"),
    ]
    assert result["conditions"][-1]["id"] == "not-duplicated"


def test_a_key_must_name_a_line(ask):
    benefits = [benefit("1", "a"), benefit("1", "z"), benefit("0", "y")]
    assert ask.paths("dt-3-seat", benefits=benefits) == ["other_benefits.1.key", "other_benefits.2.key"]
    # neither a company's clause nor a clause whose list is no lines has any
    assert ask.paths("xw-1-new", benefits=[benefit("1", "a")]) == ["other_benefits.0.key"]
    assert ask.paths("xw-7-school-interns", benefits=[benefit("1", "i000")]) == ["other_benefits.0.key"]


@pytest.mark.parametrize("clause", ["xw-11-services", "xw-13-housing-security", "dt-5-services", "dt-9-use-of-funds"])
def test_ignored_where_nothing_is_paid(ask, clause):
    result = ask(clause, benefits=[benefit("5", "nobody")])
    assert "other-benefits-ignored" in result["warnings"]
    assert result["eligible"] is True
    assert "not-duplicated" not in [condition["id"] for condition in result["conditions"]]
    assert "other-benefits-ignored" not in ask(clause, benefits=[])["warnings"]


@pytest.mark.parametrize(
    ("benefits", "paths"),
    [
        (None, ["other_benefits"]),
        ({}, ["other_benefits"]),
        ([1], ["other_benefits.0"]),
        ([{"amount": "1"}], ["other_benefits.0.title"]),
        ([{"title": "x"}], ["other_benefits.0.amount"]),
        ([{"title": "x", "amount": 1.5}], ["other_benefits.0.amount"]),
        ([{"title": "x", "amount": "-1"}], ["other_benefits.0.amount"]),
        ([{"title": "x", "amount": "1", "note": ""}], ["other_benefits.0.note"]),
        ([{"title": 1, "amount": "1.234", "key": 2}], [f"other_benefits.0.{n}" for n in ("title", "amount", "key")]),
    ],
)
def test_badly_written(ask, benefits, paths):
    request = ask.request("xw-11-services")
    request["other_benefits"] = benefits
    assert ask.paths_of(request) == paths
