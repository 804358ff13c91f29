"""口径 as records: choosing, history, what each reading comes to, and which decisions used which."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from services.case_bench import XUNWU, XW, CaseBench, make_bench

from caseworker.errors import Cancelled, InvalidInput, Refusal

POINT = "xw-1.seats-300"
DAY = date(2023, 6, 1)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, DAY)
    yield made
    made["admin"].close()


def choose(bench: CaseBench, option: str = "lower", valid_from: date = DAY, **more: object) -> int:
    return bench["head"].points.choose(
        XUNWU,
        POINT,
        option,
        **{"decision_number": "寻客办纪要〔2023〕2号", "decided_on": DAY, "valid_from": valid_from, **more},  # type: ignore[arg-type]
    )


def row(bench: CaseBench, day: date | None = None):
    return next(one for one in bench.clerk.points.register(XUNWU, day) if one.id == POINT)


def test_the_register_shows_the_question_the_words_and_the_default(bench):
    found = row(bench)
    assert (found.option, found.decision, found.since, found.choices) == ("higher", "程序默认", None, ())
    assert len(found.quotes) == 2
    assert [(one.id, one.is_default) for one in found.options] == [("higher", True), ("lower", False)]
    assert [clause for clause, _, _ in found.clauses] == ["xw-1-new", "xw-1-late-investment"]
    assert {one.id for one in bench.clerk.points.register("datong-2022")} >= {"dt-2.rule", "dt.after-trial"}


def test_a_choice_holds_from_its_day_and_the_history_stays(bench):
    choose(bench, valid_from=date(2023, 6, 10))
    assert row(bench, date(2023, 6, 9)).option == "higher"
    found = row(bench, date(2023, 6, 10))
    assert (found.option, found.decision, found.since) == ("lower", "寻客办纪要〔2023〕2号", date(2023, 6, 10))
    bench.clock.set_day(date(2023, 7, 1))
    choose(bench, "higher", date(2023, 7, 1), decision_number="寻客办纪要〔2023〕5号", reason="上级答复")
    found = row(bench)
    assert (found.option, found.decision) == ("higher", "寻客办纪要〔2023〕5号")
    assert [(one.option, one.chosen_by, one.reason) for one in found.choices] == [
        ("higher", "负一", "上级答复"),
        ("lower", "负一", ""),
    ]
    assert row(bench, date(2023, 6, 30)).option == "lower"


def test_only_the_head_chooses(bench):
    for login in ("admin", "clerk", "reviewer", "keeper"):
        with pytest.raises(Refusal, match="负责人"):
            bench[login].points.choose(
                XUNWU, POINT, "lower", decision_number="x", decided_on=DAY, valid_from=DAY
            )  # fmt: skip
        with pytest.raises(Refusal, match="负责人"):
            bench[login].points.void(1, "错")
    assert row(bench).choices == ()


def test_every_wrong_field_is_named(bench):
    with pytest.raises(InvalidInput) as refused:
        choose(
            bench,
            "middle",
            date(2022, 5, 3),
            decision_number=" ",
            decided_on=date(2023, 6, 2),
            reason="a\x00b",
        )
    assert {problem.path for problem in refused.value.problems} == {
        "option", "decision_number", "decided_on", "valid_from", "reason",
    }  # fmt: skip
    choose(bench, valid_from=date(2022, 5, 4))  # the policy's first day is allowed
    with pytest.raises(Refusal, match="没有这个口径"):
        bench["head"].points.choose(
            XUNWU, "dt-2.rule", "summed", decision_number="x", decided_on=DAY, valid_from=DAY
        )  # fmt: skip


def test_two_choices_from_one_day_are_refused_until_the_wrong_one_is_voided(bench):
    first = choose(bench)
    with pytest.raises(Refusal, match="寻客办纪要〔2023〕2号"):
        choose(bench, "higher")
    with pytest.raises(InvalidInput):
        bench["head"].points.void(first, " ")
    bench["head"].points.void(first, "录错选项")
    assert row(bench).option == "higher"
    with pytest.raises(Refusal, match="已经作废"):
        bench["head"].points.void(first, "再次")
    choose(bench, "lower", decision_number="寻客办纪要〔2023〕3号")
    found = row(bench)
    assert found.option == "lower"
    assert [(one.decision_number, one.voided_reason) for one in found.choices] == [
        ("寻客办纪要〔2023〕3号", None),
        ("寻客办纪要〔2023〕2号", "录错选项"),
    ]


def test_the_shared_point_is_chosen_policy_by_policy(bench):
    for policy in (XUNWU, "datong-2022"):
        bench["head"].points.choose(
            policy, "nonduplication", "either-or", decision_number="x", decided_on=DAY, valid_from=DAY
        )  # fmt: skip
    for policy in (XUNWU, "datong-2022"):
        found = next(one for one in bench.clerk.points.register(policy) if one.id == "nonduplication")
        assert found.option == "either-or"


def test_effects_give_every_reading_of_every_open_case(bench):
    bench.clerk.cases.accept(bench.xw_company(300, "甲公司"), XUNWU, XW)
    bench.clerk.cases.accept(bench.xw_company(260, "乙公司"), XUNWU, XW)
    bench.clerk.cases.accept(bench.company("丙公司"), XUNWU, XW)  # facts missing
    bench.to_notice(bench.xw_company(300, "丁公司"), XUNWU, XW)  # proposed: fixed
    seen: list[tuple[int, int]] = []
    rows = bench.clerk.points.effects(XUNWU, POINT, progress=lambda done, total: seen.append((done, total)))
    assert [one.party for one in rows] == ["甲公司", "乙公司", "丙公司"]
    first, second, third = rows
    assert [(one.option, str(one.amount), one.eligible) for one in first.readings] == [
        ("higher", "1500000.00", True),
        ("lower", "900000.00", True),
    ]
    assert (first.option, first.differs, second.differs, third.differs) == ("higher", True, False, False)
    assert third.readings[0].amount is None
    assert "座席数" in third.readings[0].problem
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]
    with pytest.raises(Cancelled):
        bench.clerk.points.effects(XUNWU, POINT, cancelled=lambda: True)


def test_a_past_calculation_keeps_its_option(bench):
    earlier = bench.to_payment(bench.xw_company(300, "甲公司"), XUNWU, XW)
    today = bench.clock.today()
    waiting = bench.clerk.cases.accept(bench.xw_company(300, "乙公司"), XUNWU, XW)
    choose(bench, "lower", today, decided_on=today)
    assert str(bench.clerk.cases.calculation(earlier).amount) == "1500000.00"
    assert bench.clerk.cases.verify_proposal(earlier)[0] is True
    # accepted that same day, not proposed: the choice reaches it
    assert str(bench.clerk.cases.calculation(waiting).amount) == "900000.00"
    later = bench.to_payment(bench.xw_company(300, "丙公司"), XUNWU, XW)
    assert str(bench.clerk.cases.calculation(later).amount) == "900000.00"
    uses = bench.clerk.points.uses(XUNWU, POINT)
    assert [(one.party, one.option, one.decision, str(one.amount)) for one in uses] == [
        ("丙公司", "lower", "寻客办纪要〔2023〕2号", "900000.00"),
        ("甲公司", "higher", "程序默认", "1500000.00"),
    ]
    assert bench.clerk.points.uses(XUNWU, "xw-9.award-base") == ()


def test_a_case_accepted_before_the_choice_keeps_the_reading_of_its_day(bench):
    waiting = bench.clerk.cases.accept(bench.xw_company(300), XUNWU, XW)
    bench.clock.set_day(date(2023, 6, 2))
    choose(bench, "lower", date(2023, 6, 2))
    assert str(bench.clerk.cases.calculation(waiting).amount) == "1500000.00"
    (effect,) = bench.clerk.points.effects(XUNWU, POINT)
    assert (effect.option, effect.as_of) == ("higher", DAY)


def test_choices_stand_in_the_log(bench):
    choose(bench, reason="会议研究")
    (entry,) = [one for one in bench["admin"].audit.page(0, 5).rows if one.action == "登记口径选择"]
    assert entry.reason == "会议研究"
    assert bench["admin"].file.verify_audit().ok
