"""奖励所属年度: a claim in January is for the year just ended; figures, caps and later claims follow the year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from services.case_bench import XUNWU, CaseBench, make_bench
from services.clause_dossiers import CLAUSES, Filled

from caseworker.errors import InvalidInput
from caseworker.services.award_years import NAME
from caseworker.services.case_calculation import thaw
from caseworker.services.views import CaseFactView
from caseworker.store.models import Case, PriorGrant, Proposal
from caseworker.values.money import Money

TRADE, TALENT = "xw-14-service-trade", "xw-5-talent-tax"
JANUARY = date(2024, 1, 10)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, date(2023, 6, 1))
    yield made
    made.clerk.close()


@pytest.fixture
def trade(bench: CaseBench) -> Filled:
    """3,999,999.99 dollars in 2023: 15,000 yuan."""
    return CLAUSES[TRADE][0](bench)


def year_of(bench: CaseBench, case_id: int) -> CaseFactView:
    (view,) = (one for one in bench.clerk.cases.calculation(case_id).facts if one.name == NAME)
    return view


def amount(bench: CaseBench, case_id: int) -> str:
    result = bench.clerk.cases.calculation(case_id).result
    assert result is not None
    return str(result["amount"])


def before(bench: CaseBench, party: int, yuan: str, day: date, **facts: Any) -> int:
    with bench.clerk.file.write(bench.clerk.actor, "test.prior") as work:
        row = PriorGrant(
            party_id=party,
            policy=XUNWU,
            clause=TRADE,
            granted_on=day,
            amount=Money.parse(yuan),
            facts=facts,
            evidence="拨款凭证",
            entered_by=bench.clerk.user.id,
            confirmed_by=bench["second"].user.id,
        )
        work.session.add(row)
        work.session.flush()
        work.subject("party", party)
        return row.id


def test_a_january_claim_is_for_the_year_just_ended_and_uses_its_cap(bench: CaseBench, trade: Filled) -> None:
    bench.clock.set_day(JANUARY)
    case = bench.clerk.cases.accept(trade.party, XUNWU, TRADE)
    view = year_of(bench, case)
    assert (view.shown, view.origin) == ("2023 年", "dossier")
    assert "2024 年尚无年度数据" in view.source
    assert amount(bench, case) == "15000.00"
    trade.year(2023, recognized_usd="40000000")
    assert amount(bench, case) == "200000.00"
    # what a decision of the year before had left of the cap counts, not what the new year has
    before(bench, trade.party, "190000", date(2023, 12, 1))
    assert amount(bench, case) == "10000.00"
    # paid in January, before this program, for the year before: said on the record, and counted there
    first = before(bench, trade.party, "9999.99", date(2024, 1, 5), **{NAME: 2023})
    assert amount(bench, case) == "0.01"
    with bench.clerk.file.write(bench.clerk.actor, "test.void") as work:
        work.session.get_one(PriorGrant, first).voided_reason = "试"
        work.subject("party", trade.party)
    before(bench, trade.party, "9999.99", date(2024, 1, 5))  # without a word of the year it is its day's
    assert amount(bench, case) == "10000.00"


def test_the_year_is_a_clerk_s_to_set_with_a_reason_and_stays_as_proposed(bench: CaseBench, trade: Filled) -> None:
    trade.year(2022, recognized_usd="2000000")
    bench.clock.set_day(JANUARY)
    case = bench.clerk.cases.accept(trade.party, XUNWU, TRADE)
    set_fact = bench.clerk.cases.set_fact
    for year in (2021, 2025, "2022", None, True):  # before the policy, after the claim, and no year at all
        with pytest.raises(InvalidInput, match="事实有误"):
            set_fact(case, NAME, year, "企业补报")
    with pytest.raises(InvalidInput):
        set_fact(case, NAME, 2022, " ")
    set_fact(case, NAME, 2024, "按本年度")
    assert bench.clerk.cases.calculation(case).missing == ("经认可的年服务贸易额",)
    set_fact(case, NAME, 2022, "企业补报 2022 年度")
    assert (year_of(bench, case).origin, year_of(bench, case).reason) == ("case", "企业补报 2022 年度")
    assert amount(bench, case) == "10000.00"
    bench.clerk.cases.withdraw_fact(case, NAME)
    assert (year_of(bench, case).value, amount(bench, case)) == (2023, "15000.00")
    bench.tick_all(case)
    bench.go(case, ("clerk", "verify"), ("clerk", "papers-complete"), ("clerk", "calculated"), ("clerk", "propose"))
    # the figures of the new year come in: what was proposed is still of the year before, and nothing differs
    trade.year(2024, recognized_usd="9000000")
    view = bench.clerk.cases.calculation(case)
    assert (year_of(bench, case).value, view.differs_from_proposal) == (2023, ())
    with bench.clerk.file.read() as session:
        proposal = session.get_one(Proposal, 1)
        assert thaw(proposal)["award_year"]["year"] == 2023
        assert session.get_one(Case, case).award_year == 2023
    bench.go(case, ("reviewer", "review-return", "核对年度"))
    assert year_of(bench, case).value == 2024  # proposed anew


def test_what_was_granted_for_a_year_counts_in_it_whenever_it_was_claimed(bench: CaseBench, trade: Filled) -> None:
    bench.clock.set_day(JANUARY)
    first = bench.to_payment(trade.party, XUNWU, TRADE)
    assert amount(bench, first) == "15000.00"
    trade.year(2024, recognized_usd="40000000")
    again = bench.clerk.cases.accept(trade.party, XUNWU, TRADE)
    assert year_of(bench, again).value == 2024
    assert amount(bench, again) == "200000.00"  # the cap of 2024 is whole
    bench.clerk.cases.set_fact(again, NAME, 2023, "补报")
    assert amount(bench, again) == "0.00"  # 2023 was paid
    (given,) = (one for one in bench.clerk.cases.calculation(again).facts if one.name == "granted_this_year")
    assert (given.value, given.source[:7]) == ("15000.00", "2023 年度")


def test_the_taxes_of_a_talent_are_those_of_the_year_claimed(bench: CaseBench) -> None:
    made = CLAUSES[TALENT][0](bench)  # taxes of 2023
    bench.clock.set_day(JANUARY)
    case = bench.clerk.cases.accept(made.party, XUNWU, TALENT)
    assert year_of(bench, case).value == 2023
    assert amount(bench, case) == "12011.10"
    bench.tick_all(case)
    bench.go(case, ("clerk", "verify"), ("clerk", "papers-complete"), ("clerk", "calculated"))
    bench.settle_findings(case)
    bench.go(case, ("clerk", "propose"), ("reviewer", "review-pass"))
    notice = bench.clerk.notices.publish([case])
    bench.clock.set_day(notice.last_day)
    bench.clerk.notices.close(notice.id)
    bench.go(case, ("clerk", "notice-done"), ("head", "decide-grant"))
    # in December the same year's taxes are claimed again by hand: paid; the next year's are the second year's
    bench.clock.set_day(date(2024, 12, 20))
    for name, value in (("wage_tax_retained", "100"), ("equity_tax_retained", "0"), ("is_high_level_talent", True)):
        bench.clerk.records.set_person_fact(made.party, made.people[0], name, value, date(2024, 12, 1), "完税证明")
    again = bench.clerk.cases.accept(made.party, XUNWU, TALENT)
    assert year_of(bench, again).value == 2024
    facts = bench.clerk.cases.calculation(again)
    (people,) = (one.value for one in facts.facts if one.name == "people")
    assert [(one["award_year"], one["wage_tax_retained"]) for one in people] == [(2, "100")]
    bench.clerk.cases.set_fact(again, NAME, 2023, "补报")
    assert "1 人此前已兑现，未列入" in bench.clerk.cases.calculation(again).missing[0]


def test_a_clause_without_years_has_none(bench: CaseBench) -> None:
    party = bench.xw_company()
    case = bench.clerk.cases.accept(party, XUNWU, "xw-1-new")
    assert NAME not in {one.name for one in bench.clerk.cases.calculation(case).facts}
    with pytest.raises(InvalidInput, match="没有这个事实项"):
        bench.clerk.cases.set_fact(case, NAME, 2023, "补报")
