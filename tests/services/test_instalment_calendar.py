"""期次日历: what is due, ordered, sent back and forecast, by day; what is paid is not in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from services.case_bench import DATONG, DT, XUNWU, XW, CaseBench, make_bench

from caseworker.services.prior_views import PriorGrantForm
from caseworker.values.money import Money

HALF_YEAR = (202212, 202301, 202302, 202303, 202304, 202305)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, date(2023, 6, 1))
    yield made
    made.clerk.close()


def test_due_and_forecast_instalments_until_they_are_paid(bench: CaseBench) -> None:
    case = bench.to_payment(bench.dt_company(people=3, months=HALF_YEAR), DATONG, DT)
    number = bench.clerk.cases.get(case).number
    rows = bench.clerk.payments.calendar()
    today = bench.clock.today()
    assert [(row.number, row.state, row.late) for row in rows] == [
        (1, "due", False),
        (2, "planned", False),
        (3, "planned", False),
        (4, "planned", False),
    ]
    assert [row.due_on for row in rows] == sorted(row.due_on for row in rows)
    assert rows[0].due_on == today
    assert rows[0].amount == Money.parse("7500")
    assert {(row.case_number, row.target) for row in rows} == {(number, ("case", case))}
    assert bench.clerk.payments.calendar(today) == rows[:1]
    assert bench.clerk.payments.calendar(date(2023, 5, 31)) == ()
    bench.pay(case)
    assert [row.number for row in bench.clerk.payments.calendar()] == [2, 3, 4]
    second = rows[1].due_on
    bench.clock.set_day(second)
    assert not bench.clerk.payments.calendar()[0].late
    bench.clock.set_day(date.fromordinal(second.toordinal() + 1))
    assert bench.clerk.payments.calendar()[0].late


def test_a_suspended_case_says_so_and_a_terminated_one_is_gone(bench: CaseBench) -> None:
    case = bench.to_payment(bench.xw_company(), XUNWU, XW)
    bench.go(case, ("head", "suspend", "核查中"))
    (row,) = bench.clerk.payments.calendar()
    assert "中止" in row.state_name
    bench.go(case, ("head", "resume", "核查完毕"), ("head", "terminate", "企业注销"))
    assert bench.clerk.payments.calendar() == ()


@pytest.mark.parametrize(("reached", "next_amount"), [(2, "7500"), (3, "3750"), (4, "3750")])
def test_what_was_begun_before_this_program_is_forecast_as_the_clause_has_it(
    bench: CaseBench, reached: int, next_amount: str
) -> None:
    """大同第四条1: 2,500 a seat in the first three years, 1,250 in the last two."""
    party = bench.company("大同市云州标注有限公司")
    form = PriorGrantForm(
        policy=DATONG,
        clause="dt-4-lease",
        party_id=party,
        granted_on=date(2023, 1, 20),
        amount="7500" if reached < 4 else "3750",
        facts={"instalment": reached, "subsidy_year": reached},
    )
    batch = bench.clerk.prior.enter_grant(form, "拨款凭证 3 号")
    assert bench.clerk.payments.calendar() == ()
    bench["reviewer"].prior.confirm(batch.id)
    rows = bench.clerk.payments.calendar()
    row = rows[0]
    assert (row.state, row.number, row.amount) == ("prior", reached + 1, Money.parse(next_amount))
    assert [(one.number, one.due_on) for one in rows] == [  # all that is still to come, a year apart
        (number, date(2023 + number - reached, 1, 20)) for number in range(reached + 1, 6)
    ]
    assert sum((one.amount for one in rows), Money.zero()) == Money.parse({2: 15_000, 3: 7_500, 4: 3_750}[reached])
