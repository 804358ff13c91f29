"""What holds for every clause: the ids and order of conditions, the shape of a result, quotes, points."""

from __future__ import annotations

import json
import re

import pytest

# clause: (conditions after policy-in-force, conditions of a line, points)
EXPECTED = {
    "xw-1-new": (
        "in-scope new-establishment self-invested operated-one-year seats-at-least-100 not-granted-before "
        "something-to-pay",
        "",
        "xw-1.seats-300 nonduplication",
    ),
    "xw-1-expansion": (
        "in-scope established-before formerly-self-invested self-invested seats-added-at-least-100 something-to-pay",
        "",
        "nonduplication",
    ),
    "xw-1-late-investment": (
        "in-scope established-before formerly-not-self-invested self-invested seats-added-at-least-100 "
        "not-granted-before something-to-pay",
        "",
        "xw-1.seats-300 nonduplication",
    ),
    "xw-2-rent": (
        "in-scope new-establishment seats-at-least-100 operated-one-year occupancy-at-least-80 operation-year-1-to-10 "
        "something-to-pay",
        "",
        "nonduplication",
    ),
    "xw-2-purchase": ("in-scope own-use not-granted-before something-to-pay", "", "xw-2.purchase-scope nonduplication"),
    "xw-3-tax": (
        "in-scope new-establishment seats-at-least-100 within-three-years tax-at-least-1000000 something-to-pay",
        "",
        "nonduplication",
    ),
    "xw-4-revenue": ("in-scope revenue-at-least-10000000 not-granted-before something-to-pay", "", "nonduplication"),
    "xw-5-talent-tax": (
        "in-scope something-to-pay",
        "high-level-talent within-five-years something-to-pay",
        "nonduplication",
    ),
    "xw-6-hiring": (
        "in-scope seats-at-least-100 something-to-pay",
        "newly-hired contract-at-least-1-year employed-at-least-6-months something-to-pay",
        "nonduplication",
    ),
    "xw-7-school-interns": (
        "interns-at-least-100 retained-30-percent-1-year retained-30-percent-2-years something-to-pay",
        "",
        "xw-7.award-base nonduplication",
    ),
    "xw-8-job-fair": (
        "something-to-pay",
        "undergraduate-or-junior-college held-while-in-force something-to-pay",
        "nonduplication",
    ),
    "xw-9-internship": (
        "in-scope something-to-pay",
        "student-or-recent-graduate trained-at-least-3-months stipend-at-least-minimum-wage retained something-to-pay",
        "xw-9.award-base nonduplication",
    ),
    "xw-10-skills": (
        "something-to-pay",
        "insured-at-least-1-year paid-at-least-12-months level-covered applied-within-12-months something-to-pay",
        "nonduplication",
    ),
    "xw-11-services": ("in-scope", "has-service", ""),
    "xw-12-housing-rent": (
        "in-scope newly-introduced something-to-pay",
        "formal-contract social-insurance no-home-in-county-town employed-at-least-1-year something-to-pay",
        "nonduplication",
    ),
    "xw-13-housing-security": ("in-scope", "specialist", ""),
    "xw-14-service-trade": ("in-scope usd-at-least-1000000 something-to-pay", "", "nonduplication"),
    "xw-15-offshore": ("in-scope usd-at-least-1000000 something-to-pay", "", "nonduplication"),
    "xw-16-special": ("in-scope approval-on-record something-to-pay", "", "nonduplication"),
    "dt-3-seat": (
        "operating-normally seats-at-least-200 something-to-pay",
        "contract-at-least-1-year months-evidenced within-two-years something-to-pay",
        "dt-3.months dt.after-trial nonduplication",
    ),
    "dt-4-lease": (
        "operating-normally own-use good-credit lease-at-least-5-years subsidy-year-1-to-5 something-to-pay",
        "",
        "dt.after-trial nonduplication",
    ),
    "dt-4-renovation": (
        "operating-normally good-credit old-stock-or-area own-use-or-park completed not-granted-before "
        "something-to-pay",
        "",
        "nonduplication",
    ),
    "dt-4-purchase": (
        "operating-normally own-use good-credit in-designated-area subsidy-year-1-to-5 something-to-pay",
        "",
        "dt.after-trial nonduplication",
    ),
    "dt-5-services": ("", "", ""),
    "dt-6-school-interns": (
        "has-agreement interns-at-least-50 retained-half something-to-pay",
        "retained-6-months not-paid-before something-to-pay",
        "dt-6.threshold nonduplication",
    ),
    "dt-14-special": ("qualifying-site scale-reached approval-on-record something-to-pay", "", "nonduplication"),
    "dt-9-use-of-funds": ("education-at-least-20-percent nothing-off-purpose", "", "dt.after-trial"),
}
CLAUSES = sorted(EXPECTED)


def test_every_clause_of_the_packs_is_listed(packs):
    assert sorted(clause for pack in packs for clause in pack.clauses) == CLAUSES


@pytest.mark.parametrize("clause", CLAUSES)
def test_conditions_points_and_shape(ask, clause):
    conditions, line_conditions, points = (text.split() for text in EXPECTED[clause])
    result = ask(clause)
    assert [c["id"] for c in result["conditions"]] == ["policy-in-force", *conditions]
    assert list(result["interpretations"]) == points
    assert result["eligible"] is True
    for condition in result["conditions"]:
        assert set(condition) == {"id", "met", "decides", "quote", "text"}
        assert condition["decides"] is not condition["id"].startswith("retained-30-percent")
    for line in result["lines"]:
        keys = {"key", "eligible", "amount", "conditions"}
        assert set(line) == keys | ({"services"} if clause == "xw-11-services" else set())
        assert [c["id"] for c in line["conditions"]] == line_conditions
    assert bool(result["lines"]) is bool(line_conditions)
    for step in result["trace"]:
        assert set(step) == {"label", "expression", "value", "quote"}
        assert all(isinstance(text, str) and text for text in step.values())
    assert json.loads(json.dumps(result)) == result


@pytest.mark.parametrize("clause", CLAUSES)
def test_every_quote_of_a_result_is_a_quote_of_the_pack(ask, packs, clause):
    for changes in ({}, {"as_of": "2000-01-01"}, {"benefits": [{"title": "省级", "amount": "1"}]}):
        request = ask.request(clause, **changes)
        known = {quote for quote, _ in packs[request["policy"]].quotes}
        result = ask(clause, **changes)
        lines = [condition for line in result["lines"] for condition in line["conditions"]]
        for item in [*result["conditions"], *lines, *result["trace"]]:
            assert item["quote"] in known, item
        assert result["trace"]


@pytest.mark.parametrize("clause", CLAUSES)
def test_before_the_policy_nothing_is_due(ask, clause):
    result = ask(clause, as_of="2021-01-01")
    assert (result["eligible"], result["amount"], result["gross_amount"]) == (False, "0.00", "0.00")
    assert result["schedule"] == []
    assert result["conditions"][0]["met"] is False
    assert all(line["eligible"] is False and line["amount"] == "0.00" for line in result["lines"])


@pytest.mark.parametrize("clause", CLAUSES)
def test_texts_are_finished_sentences(ask, clause):
    for condition in ask(clause)["conditions"]:
        assert re.search(r"[{}]", condition["text"]) is None
        assert "None" not in condition["text"]


def test_equal_requests_give_equal_results(ask):
    for clause in CLAUSES:
        assert ask(clause) == ask(clause)


def test_a_point_of_the_other_policy_does_no_harm(ask):
    """An office keeps one list of its decisions for all its policies."""
    result = ask("xw-4-revenue", points={"dt-6.threshold": "exceed", "dt-2.rule": "summed"})
    assert result["interpretations"] == {"nonduplication": "top-up"}


@pytest.mark.parametrize("clause", CLAUSES)
def test_bases_add_up_to_the_gross_amount(ask, packs, clause):
    from caseworker.policy import work_out

    found = work_out(ask.request(clause), packs)
    if found.gross_amount:
        assert sum((basis.amount for basis in found.bases), start=found.gross_amount - found.gross_amount) == (
            found.gross_amount
        )


def test_bases_of_a_letter(ask, packs):
    from caseworker.policy import work_out

    found = work_out(ask.request("xw-1-new"), packs)
    assert [(b.quantity, b.unit, b.standard, str(b.amount)) for b in found.bases] == [
        ("260", "席", "3000元/席", "780000.00")
    ]
    found = work_out(ask.request("dt-6-school-interns"), packs)
    assert [(b.quantity, b.unit, b.standard, str(b.amount)) for b in found.bases] == [
        ("25", "人", "800元/人", "20000.00")
    ]
