"""Estimates without a case: the office's readings, the paper marked 仅供参考, two scenarios, one fact moving."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from services.case_bench import XUNWU, CaseBench, make_bench

from caseworker.errors import Cancelled, InvalidInput, Refusal
from caseworker.policy import calculate
from caseworker.services import bundled_packs
from caseworker.services.estimates import Inputs, Worked, estimate, work_out
from caseworker.services.what_if import Range, difference, numeric_facts, range_of, sensitivity
from caseworker.values.money import Money

DAY = date(2023, 6, 1)
SEATS = Inputs(
    XUNWU,
    "xw-1-new",
    "2023-06-01",
    {
        "in_scope": True,
        "new_establishment": True,
        "self_invested": True,
        "operation_start": "2022-05-20",
        "seats": 260,
        "already_granted": "0",
    },
)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, DAY)
    yield made
    made["admin"].close()


def with_facts(**facts: Any) -> Inputs:
    """The seats of a claim with some facts changed; None takes one out."""
    kept = {name: value for name, value in {**SEATS.facts, **facts}.items() if value is not None}
    return replace(SEATS, facts=kept)


def text_of(data: bytes) -> str:
    with pdfplumber.open(io.BytesIO(data)) as file:
        return "\n".join(page.extract_text() for page in file.pages).replace("\n", "").replace(" ", "")


# ---- working out -------------------------------------------------------------------------------


def test_it_is_what_calculate_gives(bench):
    worked = work_out(bench.clerk, SEATS)
    assert worked.result == calculate(worked.request, bundled_packs())
    assert worked.amount == Money.parse("780000")
    assert worked.eligible
    assert [point.id for point in worked.points] == ["xw-1.seats-300", "nonduplication"]


def test_the_offices_reading_holds_from_its_day_unless_another_is_tried(bench):
    bench["head"].points.choose(
        XUNWU,
        "xw-1.seats-300",
        "lower",
        decision_number="寻客办纪要〔2023〕2号",
        decided_on=DAY,
        valid_from=DAY,
    )
    at_300 = with_facts(seats=300)
    assert work_out(bench.clerk, at_300).amount == Money.parse("900000")
    assert work_out(bench.clerk, replace(at_300, as_of="2023-05-31")).amount == Money.parse("1500000")
    tried = replace(at_300, interpretations={"xw-1.seats-300": "higher"})
    assert work_out(bench.clerk, tried).amount == Money.parse("1500000")
    text = text_of(estimate(bench.clerk, tried).data)
    assert "本次试算所选" in text
    assert "寻客办纪要〔2023〕2号" in text_of(estimate(bench.clerk, at_300).data)


def test_every_problem_comes_with_its_path(bench):
    wrong = replace(with_facts(seats=-3, in_scope=None), as_of="2023-02-30", benefits=({"title": "省", "amount": "x"},))
    worked = work_out(bench.clerk, wrong)
    assert worked.amount is None
    assert {problem.path for problem in worked.problems} == {
        "as_of",
        "facts.seats",
        "facts.in_scope",
        "other_benefits.0.amount",
    }


def test_an_unknown_clause_is_refused(bench):
    with pytest.raises(Refusal):
        work_out(bench.clerk, replace(SEATS, clause="xw-99"))


# ---- on paper ----------------------------------------------------------------------------------


def test_the_estimate_says_what_it_is_and_the_amount(bench):
    with_benefit = replace(SEATS, benefits=({"title": "省级服务外包奖励", "amount": "50000"},))
    made = estimate(bench.clerk, with_benefit)
    text = text_of(made.data)
    for words in (
        "仅供参考",
        "730,000.00",
        "柒拾叁万元整",
        "省级服务外包奖励",
        "260席",
        "新设立企业座席补贴",
        "2023年6月1日",
    ):
        assert words in text, words
    assert "受理编号" not in text
    assert made.name == "估算-新设立企业座席补贴-2023-06-01.pdf"
    assert made.data == estimate(bench.clerk, with_benefit).data


def test_an_estimate_for_interns_lists_them_by_their_mark(bench):
    interns = [
        {"key": f"甲{number}", "education": "higher", "hired_from": "2022-09-01", "already_paid": False}
        for number in range(50)
    ]
    inputs = Inputs(
        "datong-2022", "dt-6-school-interns", "2023-06-01", {"year": 2023, "has_agreement": True, "interns": interns}
    )
    text = text_of(estimate(bench.clerk, inputs).data)
    assert "50,000.00" in text
    assert "甲0" in text
    assert "甲49" in text


def test_an_estimate_of_what_is_not_met_says_so(bench):
    text = text_of(estimate(bench.clerk, with_facts(seats=99)).data)
    assert "不符合兑现条件" in text
    assert "仅供参考" in text


def test_nothing_is_kept_of_an_estimate(bench):
    desk = bench.clerk
    before = (desk.documents.page().total, desk.audit.page().total)
    estimate(desk, SEATS)
    assert (desk.documents.page().total, desk.audit.page().total) == before


def test_there_is_no_estimate_of_what_cannot_be_worked_out(bench):
    with pytest.raises(InvalidInput) as caught:
        estimate(bench.clerk, with_facts(seats=None))
    assert [problem.path for problem in caught.value.problems] == ["facts.seats"]


# ---- two scenarios -----------------------------------------------------------------------------


def said(bench: Any, first: Inputs, second: Inputs) -> str:
    one, other = work_out(bench.clerk, first), work_out(bench.clerk, second)
    return difference(bundled_packs()[XUNWU], one, other).words


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (SEATS, "两种情形所填相同"),
        (with_facts(seats=300), "如果 300 席而不是 260 席：多 720,000.00 元"),
        (with_facts(seats=200), "如果 200 席而不是 260 席：少 380,000.00 元"),
        (with_facts(seats=99), "如果 99 席而不是 260 席：少 780,000.00 元（变为不符合条件）"),
        (with_facts(self_invested=False), "如果“企业自主投资”为“否”而不是“是”：少 780,000.00 元（变为不符合条件）"),
        (with_facts(operation_start="2022-05-21"), "如果“开始运营日期”为“2022-05-21”而不是“2022-05-20”：金额相同"),
        (with_facts(seats=None), "如果座席数为 未填而不是 260 席：情形二还没有填完整，不能比较"),
        (
            replace(SEATS, benefits=({"title": "省", "amount": "50000"},)),
            "如果其他补助共 50,000.00 元而不是 0.00 元：少 50,000.00 元",
        ),
        (
            replace(SEATS, as_of="2023-05-19"),
            "如果测算日期为 2023-05-19而不是 2023-06-01：少 780,000.00 元（变为不符合条件）",
        ),
    ],
)
def test_the_difference_in_words_and_amount(bench, changed, words):
    assert said(bench, SEATS, changed) == words


def test_another_reading_is_a_difference_too(bench):
    lower = replace(with_facts(seats=300), interpretations={"xw-1.seats-300": "lower"})
    assert said(bench, with_facts(seats=300), lower) == (
        "如果口径取“按200-300席一档（3000元/席）”而不是“按300席及以上一档”：少 600,000.00 元"
    )


def test_many_differences_are_counted(bench):
    many = with_facts(seats=300, self_invested=False, new_establishment=False)
    assert "等 3 处不同" in said(bench, SEATS, many)


# ---- one fact moving ---------------------------------------------------------------------------

CLAUSE = bundled_packs()[XUNWU].clauses["xw-1-new"]


def whole(low: int, high: int, step: int = 1, bounds: tuple[int, ...] = ()) -> Range:
    return Range(Decimal(low), Decimal(high), Decimal(step), tuple(Decimal(one) for one in bounds))


def test_the_suggested_range_shows_every_step_of_the_text():
    fact = CLAUSE.fact("seats")
    assert range_of(CLAUSE, fact, DAY) == whole(90, 400, 1, (100, 200, 300))
    wide = range_of(CLAUSE, fact, DAY, 1000)
    assert wide.low == 90
    assert wide.high == 1100


def test_every_number_of_every_clause_has_a_range_that_can_be_drawn():
    for pack in bundled_packs():
        for clause in pack.clauses.values():
            for fact in numeric_facts(clause):
                for current in (None, 0, "7", "1500000.50", "x"):
                    over = range_of(clause, fact, DAY, current)
                    assert fact.minimum <= over.low < over.high, (clause.id, fact.name, current)
                    assert 0 < (over.high - over.low) / over.step <= 320


def test_the_readings_are_what_calculate_gives_at_each_value(bench):
    readings = sensitivity(bench.clerk, SEATS, "seats", whole(90, 400))
    request = work_out(bench.clerk, SEATS).request
    assert [int(one.value) for one in readings] == list(range(90, 401))
    for one in readings:
        result: Any = calculate({**request, "facts": {**SEATS.facts, "seats": int(one.value)}}, bundled_packs())
        assert (str(one.amount), one.eligible) == (result["amount"], result["eligible"])


def test_a_wide_step_still_shows_the_edges(bench):
    readings = sensitivity(bench.clerk, SEATS, "seats", whole(90, 400, 100, (100, 200, 300)))
    assert [int(one.value) for one in readings] == [90, 99, 100, 101, 190, 199, 200, 201, 290, 299, 300, 301, 390, 400]


def test_a_value_that_is_refused_has_no_amount(bench):
    readings = sensitivity(bench.clerk, with_facts(seats=300), "approved_rate", whole(4998, 5002))
    assert [one.amount is None for one in readings] == [False, False, False, True, True]


def test_the_drawing_can_be_cancelled_and_tells_how_far_it_is(bench):
    steps: list[tuple[int, int]] = []
    sensitivity(bench.clerk, SEATS, "seats", whole(90, 400), lambda done, total: steps.append((done, total)))
    assert steps[0] == (0, 311)
    assert steps[-1] == (311, 311)
    count = iter(range(1000))
    with pytest.raises(Cancelled):
        sensitivity(bench.clerk, SEATS, "seats", whole(90, 400), None, lambda: next(count) >= 100)
    assert next(count) == 101


@pytest.mark.parametrize("over", [whole(400, 90), whole(5, 5), whole(-1, 5), whole(0, 5, 0), whole(0, 9_999)])
def test_a_range_that_is_none_is_refused(bench, over):
    with pytest.raises(InvalidInput):
        sensitivity(bench.clerk, SEATS, "seats", over)


def test_it_wants_the_rest_filled_in_but_not_the_fact_itself(bench):
    assert len(sensitivity(bench.clerk, with_facts(seats=None), "seats", whole(90, 100))) == 11
    with pytest.raises(InvalidInput) as caught:
        sensitivity(bench.clerk, with_facts(in_scope=None), "seats", whole(90, 100))
    assert [problem.path for problem in caught.value.problems] == ["facts.in_scope"]
    with pytest.raises(InvalidInput):
        sensitivity(bench.clerk, SEATS, "operation_start", whole(90, 100))


def test_worked_knows_when_there_is_no_amount():
    error = {"error": {"code": "invalid-request", "problems": [{"path": "facts.seats", "message": "不能为负数"}]}}
    worked = Worked(SEATS, {}, error, ())
    assert worked.amount is None
    assert not worked.eligible
