"""The yearly fund to the fen: warned, refused, overridden; over the turn of a year; ended, returned, recovered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from services.case_bench import DATONG, DT, XUNWU, XW, CaseBench, make_bench

from caseworker.casework.fund import FundLevel
from caseworker.errors import InvalidInput, Refusal
from caseworker.services.recoveries import RecoveryForm
from caseworker.values.money import Money

DAY = date(2023, 6, 1)
CLAIM = Money.parse(780_000)  # 260 seats


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, DAY)
    yield made
    made["admin"].close()


def set_budget(bench: CaseBench, amount: str, policy: str = XUNWU, year: int = 2023) -> None:
    bench["head"].programs.fund.set_budget(policy, year, Money.parse(amount), "财预〔2023〕1号")


def check_sums(bench: CaseBench, policy: str, year: int) -> None:
    """Whatever happened: the course, the months and the lines behind the figures say what the figures say."""
    fund = bench.clerk.programs.fund
    view = fund.year(policy, year)
    last = fund.course(policy, year)[11]
    assert (last.committed, last.paid, last.left) == (view.committed, view.paid, view.left)
    assert last.forecast == view.forecast
    months = fund.months(policy, year)
    for part in ("committed", "paid", "forecast"):
        figure = getattr(view, part)
        lines = fund.lines(policy, year, part)
        assert sum((line.amount for line in lines.rows), Money.zero()) == figure, part
        assert sum((getattr(month, part) for month in months), Money.zero()) == figure, part
        assert lines.total == len(lines.rows)
    used = fund.lines(policy, year, "used")
    assert sum((line.amount for line in used.rows), Money.zero()) == view.committed + view.paid


@pytest.mark.parametrize(
    ("budget", "level", "warned"),
    [
        ("866666.67", FundLevel.FREE, False),  # a fen's breadth below 90 %
        ("866666.66", FundLevel.WARN, True),
        ("780000", FundLevel.WARN, True),  # the whole to the fen
    ],
)
def test_from_ninety_per_cent_the_head_is_warned_and_may_decide(
    bench: CaseBench, budget: str, level: FundLevel, warned: bool
) -> None:
    set_budget(bench, budget)
    case = bench.to_decision(bench.xw_company(), XUNWU, XW)
    (decide,) = [move for move in bench["head"].cases.get(case).moves if move.id == "decide-grant"]
    assert ("90%" in decide.warning, decide.why_not) == (warned, None)
    bench.go(case, ("head", "decide-grant"))
    view = bench.clerk.programs.fund.year(XUNWU, 2023)
    assert (view.committed, view.level) == (CLAIM, level)
    (home,) = [one for one in bench.clerk.home.overview().funds if one.policy == XUNWU]
    assert home.level is level
    check_sums(bench, XUNWU, 2023)


def test_one_fen_beyond_is_refused_until_the_head_says_why(bench: CaseBench) -> None:
    set_budget(bench, "779999.99")
    case = bench.to_decision(bench.xw_company(), XUNWU, XW)
    with pytest.raises(Refusal, match=r"超出 0\.01 元"):
        bench.go(case, ("head", "decide-grant"))
    assert bench.clerk.programs.fund.year(XUNWU, 2023).committed == Money.zero()
    bench.go(case, ("head", "decide-grant", "县政府常务会议同意追加"))
    view = bench.clerk.programs.fund.year(XUNWU, 2023)
    assert (view.left, view.level) == (-Money(1), FundLevel.OVER)
    with pytest.raises(Refusal, match="不能低于"):
        set_budget(bench, "779999.99")
    check_sums(bench, XUNWU, 2023)


def test_an_instalment_that_is_carried_over_stays_in_its_year(bench: CaseBench) -> None:
    bench.clock.set_day(date(2023, 12, 18))
    case = bench.to_payment(bench.xw_company(), XUNWU, XW)
    assert bench.clock.today().year == 2023
    bench.clock.set_day(date(2024, 1, 5))
    bench.pay(case)
    fund = bench.clerk.programs.fund
    assert (fund.year(XUNWU, 2023).paid, fund.year(XUNWU, 2024).paid) == (CLAIM, Money.zero())
    (line,) = fund.lines(XUNWU, 2023, "paid").rows
    assert (line.case_id, line.on, line.amount) == (case, date(2024, 1, 5), CLAIM)
    assert fund.lines(XUNWU, 2024, "used").total == 0
    for year in (2023, 2024):
        check_sums(bench, XUNWU, year)


def test_later_instalments_are_forecast_in_their_years_and_commit_nothing(bench: CaseBench) -> None:
    set_budget(bench, "7500", DATONG)
    set_budget(bench, "10000", DATONG, 2024)
    party = bench.dt_company(people=3, months=[202212, 202301, 202302, 202303, 202304, 202305])
    bench.pay(bench.to_payment(party, DATONG, DT))
    fund = bench.clerk.programs.fund
    this, later = fund.year(DATONG, 2023), fund.year(DATONG, 2024)
    assert (this.paid, this.committed, this.level) == (Money.parse(7_500), Money.zero(), FundLevel.WARN)
    assert (later.paid, later.committed) == (Money.zero(), Money.zero())
    forecast = this.forecast + later.forecast + (fund.lines(DATONG, 2025, "forecast").total * Money.zero())
    assert forecast > Money.zero()
    assert all(line.state_name == "预计" for line in fund.lines(DATONG, 2024, "forecast").rows)
    for year in (2023, 2024):
        check_sums(bench, DATONG, year)


def test_what_is_ended_gives_its_room_back_at_once(bench: CaseBench) -> None:
    set_budget(bench, "780000")
    first = bench.to_payment(bench.xw_company(name="甲公司"), XUNWU, XW)
    second = bench.to_decision(bench.xw_company(name="乙公司"), XUNWU, XW)
    with pytest.raises(Refusal, match="超出"):
        bench.go(second, ("head", "decide-grant"))
    bench.clock.set_day(date(2023, 8, 1))
    bench.go(first, ("head", "terminate", "企业注销"))
    assert bench.clerk.programs.fund.year(XUNWU, 2023).left == CLAIM
    bench.go(second, ("head", "decide-grant"))
    course = bench.clerk.programs.fund.course(XUNWU, 2023)
    assert [str(point.left) for point in course[4:8]] == ["30000000.00", "0.00", "0.00", "0.00"]  # lowered in June
    check_sums(bench, XUNWU, 2023)


def test_money_that_came_back_is_room_in_the_year_that_paid_it(bench: CaseBench) -> None:
    party = bench.xw_company()
    case = bench.to_payment(party, XUNWU, XW)
    bench.pay(case)
    (payable,) = bench["head"].recoveries.payable(party)
    ordered = bench["head"].recoveries.order(
        RecoveryForm(payable.instalment_id, Money.parse("80000.01"), "挪用", date(2024, 12, 1))
    )
    fund = bench.clerk.programs.fund
    assert fund.year(XUNWU, 2023).paid == CLAIM  # ordered back is not back
    bench.clock.set_day(date(2024, 3, 1))
    bench.clerk.recoveries.receive(ordered.id, Money.parse("80000.01"), bench.clock.today())
    assert str(fund.year(XUNWU, 2023).paid) == "699999.99"
    assert fund.year(XUNWU, 2024).left == Money.parse(30_000_000)
    (line,) = fund.lines(XUNWU, 2023, "paid").rows
    assert (str(line.amount), str(line.back)) == ("699999.99", "80000.01")
    check_sums(bench, XUNWU, 2023)


def test_the_lines_are_found_sorted_and_paged(bench: CaseBench) -> None:
    small = bench.to_payment(bench.xw_company(100, "寻乌县甲公司"), XUNWU, XW)
    large = bench.to_payment(bench.xw_company(200, "寻乌县乙公司"), XUNWU, XW)
    lines = bench.clerk.programs.fund.lines
    assert [row.case_id for row in lines(XUNWU, 2023, "used", sort="amount", descending=False).rows] == [small, large]
    page = lines(XUNWU, 2023, "committed", sort="amount", limit=1)
    assert ([row.case_id for row in page.rows], page.total) == ([large], 2)
    assert [row.case_id for row in lines(XUNWU, 2023, "committed", "甲公司").rows] == [small]
    assert [row.case_id for row in lines(XUNWU, 2023, "committed", "xwxygs").rows] == [large]
    with pytest.raises(InvalidInput):
        lines(XUNWU, 2023, "left")
    assert bench.clerk.programs.fund.course(DATONG, 2023) == ()  # nobody names a budget
