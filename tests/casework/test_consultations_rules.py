"""Whom a pack lets ask about what, and which answers must be answered for."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from caseworker import resources
from caseworker.casework.consultations import (
    AnsweredLine,
    outcome_of,
    place_of,
    read_rules,
    reply_finding,
    review_finding,
)
from caseworker.casework.findings import subject_of
from caseworker.casework.guards import inquiries_answered
from caseworker.casework.steps import WorkflowError, parse_steps

DAY = date(2023, 6, 5)
GOOD = AnsweredLine("甲公司", False, "座席数：260 席", "confirmed", "")
BAD = AnsweredLine("林远", True, "社保缴纳月份：2023-01", "differs", "只到 2022-12。")
COMMON = tomllib.loads(resources.path("policies", "workflow.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("region", "place"),
    [
        ("江西省寻乌县", "寻乌县"),
        ("寻乌县", "寻乌县"),
        ("山西省大同市", "大同市"),
        ("江西省赣州市寻乌县", "寻乌县"),
        ("内蒙古自治区呼和浩特市玉泉区", "玉泉区"),
        ("北京市海淀区", "海淀区"),
        ("某园区管委会", "某园区管委会"),
    ],
)
def test_the_place_of_a_region_is_its_last_part(region: str, place: str) -> None:
    assert place_of(region) == place


def test_the_common_rules_name_the_bureaus_and_the_days() -> None:
    rules = parse_steps(COMMON)
    assert [one.bureau for one in rules.inquiries] == ["tax", "labour", "finance"]
    assert rules.inquiry_days == COMMON["inquiry_working_days"]
    assert rules.inquiries[0].addressed("江西省寻乌县") == "国家税务总局寻乌县税务局"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"inquiry_working_days": 0}, "inquiry_working_days"),
        ({"inquiry_working_days": "10"}, "inquiry_working_days"),
        ({"inquiries": [{"bureau": "tax", "name": "税务局"}]}, "missing: addressee"),
        ({"inquiries": [{"bureau": "other", "name": "x", "addressee": "x"}]}, "other"),
        ({"inquiries": [{"bureau": "a", "name": "x", "addressee": "x"}] * 2}, "named twice"),
        ({"inquiries": [{"bureau": "a", "name": "x", "addressee": "{county}x"}]}, "place"),
        ({"inquiries": [{"bureau": "a", "name": "x", "addressee": "x", "facts": [3]}]}, "text"),
    ],
)
def test_a_slip_in_the_rules_is_refused_when_the_pack_is_read(change: dict[str, Any], words: str) -> None:
    with pytest.raises(WorkflowError, match=words):
        parse_steps(COMMON | change)


def test_a_pack_may_want_the_answers_before_the_proposal() -> None:
    moves = [
        move | {"guards": [*move.get("guards", ()), "inquiries-answered"]} if move["id"] == "propose" else move
        for move in COMMON["moves"]
    ]
    rules = parse_steps(COMMON | {"moves": moves})
    (propose,) = rules.named("propose")
    assert "inquiries-answered" in propose.guards


def test_the_guard_gives_every_open_inquiry(at_proposal: Any) -> None:
    assert inquiries_answered(at_proposal) == ()
    waiting = ("甲局还没有回复。", "乙局还没有回复。")
    assert inquiries_answered(replace(at_proposal, unanswered=waiting)) == waiting


@pytest.fixture
def at_proposal() -> Any:
    from caseworker.casework.checklist import Checklist
    from caseworker.casework.situation import CalculationFacts, Situation

    return Situation(step="proposal", status="open", today=DAY, checklist=Checklist(()), calculation=CalculationFacts())


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        (["confirmed", "confirmed"], "confirmed"),
        (["confirmed", "differs"], "differs"),
        (["differs", "denied", "confirmed"], "denied"),
    ],
)
def test_one_line_against_the_claim_decides_the_whole_answer(lines: list[str], whole: str) -> None:
    assert outcome_of(lines) == whole


def test_a_reply_is_a_finding_only_where_it_is_against_the_claim() -> None:
    assert reply_finding(1, "人社局", DAY, [GOOD], "") is None
    found = reply_finding(1, "人社局", DAY, [GOOD, BAD], "")
    assert found is not None
    assert found.sentence == "人社局 2023-06-05 回函，1 项与申报不符：林远有出入（只到 2022-12）。"
    assert found.must_settle
    assert [(row.subject, row.target) for row in found.evidence] == [("林远", ("consultation", 1))]


def test_the_digest_follows_what_was_said_and_not_the_order_of_lines() -> None:
    other = replace(BAD, subject="王二")
    first, second = (reply_finding(1, "局", DAY, lines, "") for lines in ([BAD, other], [other, BAD]))
    assert first is not None
    assert second is not None
    assert first.digest == second.digest
    more = reply_finding(1, "局", DAY, [BAD], "")
    assert more is not None
    assert more.digest != first.digest
    assert subject_of(more.digest) == subject_of(first.digest)


def test_many_lines_are_counted_and_three_named() -> None:
    lines = [replace(BAD, subject=f"员工{n}") for n in range(5)]
    found = reply_finding(1, "人社局", DAY, lines, "")
    assert found is not None
    assert "5 项与申报不符" in found.sentence
    assert "等 5 项" in found.sentence
    assert "员工3" not in found.sentence
    assert len(found.evidence) == 5


def test_a_review_is_a_finding_unless_it_agrees() -> None:
    assert review_finding(1, "财政局", "财政复核", DAY, "agreed", "") is None
    found = review_finding(1, "财政局", "财政复核", DAY, "disagreed", "依据不足。")
    assert found is not None
    assert found.sentence == "财政局 2023-06-05 财政复核：不同意，“依据不足”。"


def test_a_rule_without_facts_is_taken() -> None:
    (rule,) = read_rules([{"bureau": "housing", "name": "住建局", "addressee": "{place}住房和城乡建设局"}])
    assert (rule.facts, rule.people) == ((), ())
