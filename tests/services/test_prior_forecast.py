"""Awards begun before this program: what they may still pay stands in the forecast of the fund, year by year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from services.case_bench import DATONG, CaseBench, make_bench

from caseworker.services.prior_views import PriorGrantForm
from caseworker.services.recoveries import RecoveryForm
from caseworker.values.money import Money

PAID_ON = date(2023, 1, 20)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, date(2023, 6, 1))
    for year in (2023, 2024, 2025, 2026, 2027):
        made["head"].programs.fund.set_budget(DATONG, year, Money.parse(1_000_000), "预算批复")
    yield made
    made.clerk.close()


def before(bench: CaseBench, party: int, clause: str, number: int, amount: str) -> None:
    form = PriorGrantForm(
        policy=DATONG,
        clause=clause,
        party_id=party,
        granted_on=PAID_ON,
        amount=amount,
        facts={"instalment": number, "subsidy_year": number},
    )
    batch = bench.clerk.prior.enter_grant(form, "拨款凭证 3 号")
    bench["reviewer"].prior.confirm(batch.id)


def forecast(bench: CaseBench) -> dict[int, str]:
    """By year. Three views say it: the year, its months, and the sums behind the figure."""
    found = {}
    for year in range(2023, 2028):
        fund = bench.clerk.programs.fund
        view = fund.year(DATONG, year)
        assert view is not None
        assert sum((month.forecast for month in fund.months(DATONG, year)), Money.zero()) == view.forecast
        lines = fund.lines(DATONG, year, "forecast").rows
        assert sum((line.amount for line in lines), Money.zero()) == view.forecast
        found[year] = str(view.forecast)
    return found


def test_every_later_instalment_is_forecast_in_its_year_and_commits_nothing(bench: CaseBench) -> None:
    party = bench.company("大同市云州标注有限公司")
    before(bench, party, "dt-4-purchase", 1, "750000")  # 30 % of 2,500,000
    view = bench.clerk.programs.fund.year(DATONG, 2023)
    assert view is not None
    assert (view.committed, view.paid) == (Money.zero(), Money.parse(750_000))
    assert forecast(bench) == {2023: "0.00", 2024: "625000.00", 2025: "375000.00", 2026: "375000.00", 2027: "375000.00"}
    # recovered in full it runs no more
    (paid,) = bench.clerk.recoveries.payable(party)
    due = bench.clock.today() + timedelta(days=9)
    form = RecoveryForm(0, paid.left, "材料不实", due, prior_grant_id=paid.prior_grant_id)
    row = bench["head"].recoveries.order(form)
    assert forecast(bench)[2024] == "625000.00"
    bench.clerk.recoveries.receive(row.id, paid.left, bench.clock.today())
    assert set(forecast(bench).values()) == {"0.00"}
    assert bench.clerk.payments.calendar() == ()


def test_a_claim_here_leaves_the_forecast_and_a_grant_takes_its_place(bench: CaseBench) -> None:
    party = bench.dt_company(people=3, months=[202212, 202301, 202302, 202303, 202304, 202305])
    for name, value in (("own_use", True), ("good_credit", True), ("valid_seats", 3)):
        bench.clerk.dossiers.set_fact(party, name, value, date(2022, 12, 1), "现场查看记录")
    before(bench, party, "dt-4-lease", 2, "7500")
    expected = {2023: "0.00", 2024: "7500.00", 2025: "3750.00", 2026: "3750.00", 2027: "0.00"}
    assert forecast(bench) == expected
    bench.clerk.cases.accept(party, DATONG, "dt-4-lease")
    assert bench.clerk.payments.calendar() == ()  # it is claimed: nothing to be called in
    assert forecast(bench) == expected  # but the money is still to come
