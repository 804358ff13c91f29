"""抽查 on real cases: what is drawn from, what is kept, drawing again, visits, closing and voiding."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from services.case_bench import DATONG, PASSWORD, ROLES, XUNWU, XW, CaseBench, make_bench
from sqlalchemy import select

from caseworker.casework.spot_draw import order_key
from caseworker.errors import InvalidInput, Refusal
from caseworker.services.desk import open_desk
from caseworker.services.oversight_draws import SpotCheckService
from caseworker.services.oversight_views import ActForm, DrawForm, PickRow
from caseworker.store.models import SpotCheck, SpotCheckPick
from caseworker.values.clock import SetClock
from caseworker.values.money import Money

SEATS = (110, 150, 190, 210, 260, 280)  # 220,000 … 840,000 yuan
NAMES = ("甲木", "乙水", "丙火", "丁土", "戊金", "己山", "庚石")


@dataclass(frozen=True)
class Made:
    folder: Path
    day: date
    cases: list[int]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """An office with six paid cases of one clause and one more that is only granted. Not to be written to."""
    folder = tmp_path_factory.mktemp("drawn")
    bench = make_bench(folder, date(2023, 6, 1))
    parties = [
        bench.xw_company(seats, f"寻乌县{name}客服有限公司") for seats, name in zip((*SEATS, 120), NAMES, strict=True)
    ]
    cases = [bench.to_notice(party, XUNWU, XW) for party in parties]
    notice = bench.clerk.notices.publish(cases)
    bench.clock.set_day(notice.last_day)
    bench.clerk.notices.close(notice.id)
    for case in cases:
        bench.go(case, ("clerk", "notice-done"), ("head", "decide-grant"))
    due = []
    for case in cases[:-1]:
        bench.seal_letter(case)
        due += [one.id for one in bench.clerk.cases.get(case).instalments if one.state == "due"]
    batch = bench.clerk.payments.order(XUNWU, due)
    bench.clerk.payments.record_paid(batch.id, bench.clock.today())
    bench.clerk.close()
    return Made(folder, bench.clock.today(), cases[:-1])


@pytest.fixture
def bench(made: Made, tmp_path: Path) -> Iterator[CaseBench]:
    """A test's own copy of it, everybody at their desk."""
    shutil.copytree(made.folder, tmp_path / "office")
    clock = SetClock(made.day)
    first = open_desk(tmp_path / "office" / "office.caseworker", "admin", PASSWORD, clock=clock)
    desks = {login: first if login == "admin" else first.switch(login, PASSWORD) for login in ROLES}
    yield CaseBench(desks, clock, 900)
    first.close()


@pytest.fixture
def cases(made: Made) -> list[int]:
    """The six that were paid, by their seats."""
    return made.cases


def a_form(bench: CaseBench, **changes: Any) -> DrawForm:
    values: dict[str, Any] = {
        "policy": XUNWU,
        "basis": "paid",
        "first_day": date(2023, 1, 1),
        "last_day": bench.clock.today(),
        "percent": 0,
        "least": 1,
        "bounds": (Money.parse(400_000), Money.parse(700_000)),
    }
    return DrawForm(**(values | changes))


def visit(bench: CaseBench, check: int, pick: PickRow, conclusion: str = "none", login: str = "clerk") -> int:
    form = ActForm(
        kind="visit",
        happened_on=bench.clock.today(),
        title="专项资金使用",
        words="查阅账册",
        party_id=pick.party_id,
        case_id=pick.case_id,
        spot_check_id=check,
        data={"visitors": "经一、经二", "conclusion": conclusion},
    )
    return bench[login].oversight.enter(form).id


def test_strata_of_what_was_paid(bench: CaseBench, cases: list[int]) -> None:
    preview = bench.clerk.spot_checks.preview(a_form(bench, least=2))
    assert [(row.band, row.cases, row.drawn) for row in preview.strata] == [
        ("400,000.00 元以下（含）", 3, 2),
        ("超过 400,000.00 元至 700,000.00 元（含）", 1, 1),  # a stratum smaller than asked is drawn whole
        ("超过 700,000.00 元", 2, 2),
    ]
    assert (preview.cases, preview.drawn) == (6, 5)
    assert bench.clerk.spot_checks.preview(a_form(bench, basis="granted")).cases == 7
    assert bench.clerk.spot_checks.page().total == 0  # looking draws nothing
    assert len(cases) == 6


def test_only_days_inside_count(bench: CaseBench, cases: list[int]) -> None:
    paid_on = bench.clock.today()
    bench.clock.set_day(paid_on + timedelta(days=30))
    for first, last, found in (
        (paid_on, paid_on, 6),
        (paid_on - timedelta(days=9), paid_on - timedelta(days=1), 0),
        (paid_on + timedelta(days=1), paid_on + timedelta(days=9), 0),
    ):
        form = a_form(bench, first_day=first, last_day=last)
        assert bench.clerk.spot_checks.preview(form).cases == found
    assert bench.clerk.spot_checks.preview(a_form(bench, policy=DATONG)).cases == 0
    with pytest.raises(Refusal, match="无从抽查"):
        bench.clerk.spot_checks.draw(a_form(bench, policy=DATONG))
    assert len(cases) == 6


def test_the_same_seed_draws_the_same_and_says_so(bench: CaseBench, cases: list[int]) -> None:
    draws = [bench[login].spot_checks.draw(a_form(bench), "2023年主任会议第7号") for login in ("clerk", "reviewer")]
    picks = [[pick.case_number for pick in draw.picks] for draw in draws]
    assert picks[0] == picks[1]
    assert len(picks[0]) == 3
    numbers = {case: bench.clerk.cases.get(case).number for case in cases}
    low = [numbers[case] for case in cases[:3]]
    assert picks[0][0] == min(low, key=lambda number: order_key("2023年主任会议第7号", number))
    row = draws[0].row
    assert (row.number, row.seed, row.seed_typed, row.cases, row.drawn) == (
        "2023年第1次抽查",
        "2023年主任会议第7号",
        True,
        6,
        3,
    )
    ok, words = bench.clerk.spot_checks.verify(row.id)
    assert ok, words
    assert "6 件中抽出的 3 件与名单完全一致" in words


def test_a_made_seed_is_on_record(bench: CaseBench, cases: list[int]) -> None:
    service = SpotCheckService(bench.clerk, make_seed=lambda: "00ff")
    assert service.draw(a_form(bench)).row.seed == "00ff"
    seeds = {bench.clerk.spot_checks.draw(a_form(bench)).row.seed for _ in range(3)}
    assert len(seeds) == 3
    assert all(len(seed) == 16 for seed in seeds)
    assert not bench.clerk.spot_checks.page().rows[0].seed_typed
    entry = bench.clerk.audit.page().rows[0]
    assert (entry.action, entry.detail["seed"], entry.detail["cases"]) == (
        "随机抽查",
        bench.clerk.spot_checks.page().rows[0].seed,
        6,
    )
    assert len(cases) == 6


def test_a_later_payment_does_not_change_a_draw(bench: CaseBench, cases: list[int]) -> None:
    draw = bench.clerk.spot_checks.draw(a_form(bench), "x")
    bench.pay(bench.to_payment(bench.xw_company(130, "寻乌县辛风客服有限公司"), XUNWU, XW))
    assert bench.clerk.spot_checks.preview(a_form(bench)).cases == 7
    assert bench.clerk.spot_checks.get(draw.row.id).picks == draw.picks
    assert bench.clerk.spot_checks.verify(draw.row.id)[0]
    assert len(cases) == 6


@pytest.mark.parametrize("what", ["pick", "seed", "amount", "algorithm"])
def test_whatever_was_altered_is_found_by_drawing_again(bench: CaseBench, cases: list[int], what: str) -> None:
    draw = bench.clerk.spot_checks.draw(a_form(bench), "x").row.id
    with bench.clerk.file.write(bench.clerk.actor, "test.alter") as work:
        check = work.session.get_one(SpotCheck, draw)
        match what:
            case "pick":
                row = work.session.scalars(
                    select(SpotCheckPick).where(SpotCheckPick.spot_check_id == draw, SpotCheckPick.drawn.is_(False))
                ).first()
                assert row is not None
                row.drawn = True
            case "seed":
                numbers = [f"XK-2023-000{place}" for place in (1, 2, 3)]  # the three of the lowest band

                def first(seed: str) -> str:
                    return min(numbers, key=lambda number: order_key(seed, number))

                check.seed = next(seed for seed in map(str, range(100)) if first(seed) != first("x"))
            case "amount":
                rule = dict(check.rule)
                rule["cases"] = [[number, clause, "500000.00"] for number, clause, _ in rule["cases"]]
                check.rule = rule
            case "algorithm":
                check.rule = {**check.rule, "algorithm": "another"}
        work.subject("spot-check", draw)
    ok, words = bench.clerk.spot_checks.verify(draw)
    assert not ok
    assert words.endswith(("请核对备份。", "不能重抽核对。"))


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"policy": "none"}, {"policy"}),
        ({"basis": "every"}, {"basis"}),
        ({"first_day": None, "last_day": None}, {"first_day", "last_day"}),
        ({"first_day": date(2023, 6, 2), "last_day": date(2023, 6, 1)}, {"last_day"}),
        ({"percent": 101}, {"percent"}),
        ({"percent": 0, "least": 0}, {"least"}),
        ({"bounds": (Money.parse(2), Money.parse(1))}, {"bounds"}),
    ],
)
def test_conditions_that_are_none(bench: CaseBench, changes: dict[str, Any], wrong: set[str]) -> None:
    for act in (bench.clerk.spot_checks.preview, bench.clerk.spot_checks.draw):
        with pytest.raises(InvalidInput) as caught:
            act(a_form(bench, **changes))
        assert {problem.path for problem in caught.value.problems} == wrong


def test_bands_by_thirds_where_none_are_given(bench: CaseBench, cases: list[int]) -> None:
    preview = bench.clerk.spot_checks.preview(a_form(bench, bounds=None))
    assert [row.cases for row in preview.strata] == [2, 2, 2]
    assert bench.clerk.spot_checks.preview(a_form(bench, bounds=())).strata[0].band == "不分档"
    assert len(cases) == 6


def test_visits_tick_off_the_list_until_it_is_closed(bench: CaseBench, cases: list[int]) -> None:
    draw = bench.clerk.spot_checks.draw(a_form(bench), "x")
    check = draw.row.id
    assert not draw.may_close
    assert "2023年第1次抽查名单上有 3 件待检查" in [todo.text for todo in bench.clerk.home.overview().todos]
    first, second, third = draw.picks
    act = visit(bench, check, first, "mend")
    with pytest.raises(Refusal, match="不能作废这次抽查"):
        bench["head"].spot_checks.void(check, "重抽")
    visit(bench, check, second)
    with pytest.raises(Refusal, match=third.case_number):
        bench["reviewer"].spot_checks.close(check)
    visit(bench, check, third, "unreached")
    got = bench["reviewer"].spot_checks.get(check)
    assert [(pick.state_name, pick.conclusion) for pick in got.picks] == [
        ("已检查", "有问题，需整改"),
        ("已检查", "未发现问题"),
        ("已检查", "未能检查"),
    ]
    assert (got.row.visited, got.may_close) == (3, True)
    bench.clerk.oversight.void(act, "登错办件")
    assert not bench["reviewer"].spot_checks.get(check).may_close
    visit(bench, check, first, "none")
    with pytest.raises(Refusal) as caught:
        bench.clerk.spot_checks.close(check)
    assert caught.value.code == "no-right"
    assert bench["reviewer"].spot_checks.close(check).row.state_name == "已办结"
    with pytest.raises(InvalidInput, match="已经办结"):
        visit(bench, check, first)
    assert not any("待检查" in todo.text for todo in bench.clerk.home.overview().todos)
    assert len(cases) == 6


def test_a_visit_before_the_draw_was_not_made_for_it(bench: CaseBench, cases: list[int]) -> None:
    draw = bench.clerk.spot_checks.draw(a_form(bench), "x")
    pick = draw.picks[0]
    form = ActForm(
        "visit",
        bench.clock.today() - timedelta(days=1),
        "资金",
        "查账",
        pick.party_id,
        None,
        {"visitors": "甲", "conclusion": "none"},
        pick.case_id,
        draw.row.id,
    )
    with pytest.raises(InvalidInput, match="早于抽取名单的日期"):
        bench.clerk.oversight.enter(form)
    assert len(cases) == 6


def test_a_case_that_was_not_drawn_is_not_visited_for_the_draw(bench: CaseBench, cases: list[int]) -> None:
    draw = bench.clerk.spot_checks.draw(a_form(bench), "x")
    taken = {pick.case_id for pick in draw.picks}
    left = next(case for case in cases if case not in taken)
    detail = bench.clerk.cases.get(left)
    form = ActForm(
        "visit",
        bench.clock.today(),
        "资金",
        "查账",
        detail.party_id,
        None,
        {"visitors": "甲", "conclusion": "none"},
        left,
        draw.row.id,
    )
    with pytest.raises(InvalidInput, match="不在所选抽查的名单上"):
        bench.clerk.oversight.enter(form)


def test_a_draw_is_voided_by_the_head_and_stays_on_record(bench: CaseBench, cases: list[int]) -> None:
    check = bench.clerk.spot_checks.draw(a_form(bench), "x").row.id
    with pytest.raises(Refusal) as caught:
        bench["reviewer"].spot_checks.void(check, "条件选错")
    assert caught.value.code == "no-right"
    detail = bench["head"].spot_checks.void(check, "条件选错")
    assert (detail.row.state_name, detail.voided_reason, len(detail.picks)) == ("已作废", "条件选错", 3)
    assert bench.clerk.spot_checks.verify(check)[0]
    with pytest.raises(Refusal, match="已作废"):
        bench["head"].spot_checks.void(check, "再来")
    assert bench.clerk.spot_checks.page(state="drawn").total == 0
    assert bench.clerk.spot_checks.draw(a_form(bench), "x").row.number == "2023年第2次抽查"
    assert len(cases) == 6
