"""Nothing is paid twice, nor on evidence that was withdrawn, nor by an amount changed behind the program's back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from services.case_bench import DATONG, DT, XUNWU, XW, CaseBench, make_bench
from sqlalchemy import select

from caseworker.errors import Refusal
from caseworker.services.case_repeats import why_not_open
from caseworker.services.desk import Desk
from caseworker.services.views import Role
from caseworker.store.models import Import, Person, Proposal
from caseworker.values.money import Money

HALF_YEAR = (202212, 202301, 202302, 202303, 202304, 202305)
TAX = "xw-3-tax"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, date(2023, 6, 1))
    yield made
    made.clerk.close()


def refusal(desk: Desk, case_id: int, move: str) -> str:
    version = desk.cases.get(case_id).version
    with pytest.raises(Refusal) as caught:
        desk.cases.move(case_id, move, version=version)
    return caught.value.message


def taxpayer(bench: CaseBench) -> int:
    party = bench.xw_company()
    for fact, value in (
        ("first_tax_year", 2022),
        ("tax_year", 2022),
        ("tax_paid", "2000000"),
        ("county_retained", "500000"),
    ):
        bench.clerk.dossiers.set_fact(party, fact, value, date(2022, 5, 20), "完税证明")
    return party


# ---- the same matter again ------------------------------------------------------------------


def test_the_same_tax_year_is_granted_once(bench: CaseBench) -> None:
    party = taxpayer(bench)
    first = bench.to_payment(party, XUNWU, TAX)
    bench.pay(first)
    second = bench.to_proposal(party, XUNWU, TAX)
    message = refusal(bench.clerk, second, "propose")
    assert bench.clerk.cases.get(first).number in message
    assert "2022" in message
    assert "不能重复兑现" in message
    bench.go(second, ("clerk", "return", "年度填错"))
    bench.clerk.cases.set_fact(second, "tax_year", 2023, "次年完税")
    bench.go(second, ("clerk", "papers-complete"), ("clerk", "calculated"), ("clerk", "propose"))


def test_a_grant_given_up_before_it_was_paid_leaves_the_year_free(bench: CaseBench) -> None:
    party = taxpayer(bench)
    first = bench.to_payment(party, XUNWU, TAX)
    bench.go(first, ("head", "terminate", "企业放弃"))
    second = bench.to_proposal(party, XUNWU, TAX)
    assert bench.go(second, ("clerk", "propose")).step == "review"


def test_another_company_has_its_own_year(bench: CaseBench) -> None:
    bench.to_payment(taxpayer(bench), XUNWU, TAX)
    other = bench.xw_company(name="寻乌县明灯呼叫服务有限公司")
    for fact, value in (
        ("first_tax_year", 2022),
        ("tax_year", 2022),
        ("tax_paid", "2000000"),
        ("county_retained", "500000"),
    ):
        bench.clerk.dossiers.set_fact(other, fact, value, date(2022, 5, 20), "完税证明")
    case_id = bench.to_proposal(other, XUNWU, TAX)
    assert bench.go(case_id, ("clerk", "propose")).step == "review"


def test_clauses_that_pay_nothing_take_no_case(bench: CaseBench) -> None:
    party = bench.xw_company()
    offered = {clause for _, _, clause, _, _ in bench.clerk.cases.clauses_for(party)}
    assert {XW, DT, TAX, "xw-2-rent", "xw-16-special", "dt-4-lease", "dt-4-renovation"} <= offered
    assert {"xw-6-hiring", "xw-9-internship"} <= offered
    assert not offered & {"dt-5-services", "dt-9-use-of-funds", "xw-7-school-interns", "xw-12-housing-rent"}
    with pytest.raises(Refusal, match="不适用于"):
        bench.clerk.cases.accept(party, XUNWU, "xw-12-housing-rent")
    with pytest.raises(Refusal, match="不直接发放资金"):
        bench.clerk.cases.accept(party, DATONG, "dt-9-use-of-funds")


def test_every_clause_that_pays_can_tell_a_repeat(bench: CaseBench) -> None:
    for pack in bench.clerk.packs:
        for clause in pack.clauses.values():
            assert (why_not_open(clause) is None) == clause.paid_here, clause.id


@pytest.mark.parametrize("clause", ["xw-3-tax", "xw-8-job-fair", "xw-9-internship"])
def test_without_its_guard_a_clause_takes_no_case(bench: CaseBench, clause: str) -> None:
    rule = bench.clerk.packs[XUNWU].clauses[clause]
    unguarded = dataclasses.replace(rule, repeat=(), line_repeat=())
    assert "还不能查出重复兑现" in str(why_not_open(unguarded))


# ---- evidence withdrawn ---------------------------------------------------------------------


def undo_wages(bench: CaseBench, party: int) -> None:
    with bench.clerk.file.write(bench.clerk.actor, "test.undo") as work:
        for row in work.session.scalars(select(Import).where(Import.party_id == party, Import.kind == "wages")):
            row.state = "undone"
        work.subject("party", party)


def test_wages_undone_after_the_proposal_hold_up_review_notice_and_decision(bench: CaseBench) -> None:
    party = bench.dt_company(months=HALF_YEAR)
    case_id = bench.to_proposal(party, DATONG, DT)
    bench.go(case_id, ("clerk", "propose"))
    undo_wages(bench, party)
    message = refusal(bench["reviewer"], case_id, "review-pass")
    assert "提交初审后资料有变" in message
    assert "退回核验" in message
    assert bench.go(case_id, ("reviewer", "review-return", "工资流水已撤销")).step == "verification"


def test_wages_undone_in_the_notice_and_before_the_decision(bench: CaseBench) -> None:
    shown = bench.dt_company(months=HALF_YEAR)
    case_id = bench.to_notice(shown, DATONG, DT)
    notice = bench.clerk.notices.publish([case_id])
    bench.clock.set_day(notice.last_day)
    bench.clerk.notices.close(notice.id)
    undo_wages(bench, shown)
    assert "资料有变" in refusal(bench.clerk, case_id, "notice-done")
    assert bench.go(case_id, ("head", "return", "工资流水已撤销")).step == "verification"


def test_fewer_seats_before_the_decision_are_not_paid_at_the_old_amount(bench: CaseBench) -> None:
    party = bench.xw_company(seats=260)
    case_id = bench.to_decision(party, XUNWU, XW)
    bench.clerk.dossiers.set_fact(party, "seats", 250, date(2023, 1, 1), "复查记录")
    message = refusal(bench["head"], case_id, "decide-grant")
    assert "由 260 席 变为 250 席" in message
    assert "780,000.00 元降为 750,000.00 元" in message
    bench.clerk.dossiers.set_fact(party, "seats", 90, date(2023, 1, 2), "复查记录")
    assert "不符合条件" in refusal(bench["head"], case_id, "decide-grant")
    assert bench.go(case_id, ("head", "return", "座席减少")).step == "verification"


# ---- one month of one person ----------------------------------------------------------------


def two_companies(bench: CaseBench) -> tuple[int, int]:
    """Both with the same three people and the same six months."""
    first = bench.dt_company(months=HALF_YEAR)
    with bench.clerk.file.read() as session:
        people = list(session.scalars(select(Person.id)))
    second = bench.dt_company(people=0, name="大同市平城数据标注服务有限公司")
    bench.roster(second, 0, existing=people)
    bench.months(second, HALF_YEAR)
    return first, second


def people_of(bench: CaseBench, case_id: int) -> tuple[list[dict[str, list[str]]], str]:
    (fact,) = [view for view in bench.clerk.cases.calculation(case_id).facts if view.name == "people"]
    return fact.value, fact.source


def test_months_that_another_company_was_granted_for_are_left_out(bench: CaseBench) -> None:
    first, second = two_companies(bench)
    granted = bench.to_payment(first, DATONG, DT)
    bench.months(second, (202306,))
    bench.clock.set_day(date(2023, 7, 3))
    case_id = bench.clerk.cases.accept(second, DATONG, DT)
    records, source = people_of(bench, case_id)
    assert [record["wage_months"] for record in records] == [["2023-06"]] * 3
    assert [record["insurance_months"] for record in records] == [["2023-06"]] * 3
    assert "3 人共 18 个月已由其他单位兑现使用" in source
    assert bench.clerk.cases.get(granted).number in source
    bench.go(granted, ("head", "terminate", "企业迁出"))
    records, source = people_of(bench, case_id)
    assert len(records[0]["wage_months"]) == 7, "a grant given up gives its months back"
    assert "其他单位" not in source


def test_of_two_companies_pending_at_once_the_first_decided_has_the_months(bench: CaseBench) -> None:
    first, second = two_companies(bench)
    cases = [bench.to_notice(party, DATONG, DT) for party in (first, second)]
    notice = bench.clerk.notices.publish(cases)
    bench.clock.set_day(notice.last_day)
    bench.clerk.notices.close(notice.id)
    for case_id in cases:
        bench.go(case_id, ("clerk", "notice-done"))
    bench.settle_findings(cases[0])  # the second case came after the first was proposed
    bench.go(cases[0], ("head", "decide-grant"))
    message = refusal(bench["head"], cases[1], "decide-grant")
    assert "有 3 人的月份已由其他单位兑现使用" in message
    bench.go(cases[1], ("head", "return", "月份已在他处兑现"))
    records, _ = people_of(bench, cases[1])
    assert not any(record["wage_months"] for record in records)


# ---- the frozen amount ----------------------------------------------------------------------


@pytest.mark.parametrize("amount", [1_000_000, 1])
def test_an_amount_changed_beside_the_frozen_bytes_is_not_decided(bench: CaseBench, amount: int) -> None:
    case_id = bench.to_decision(bench.xw_company(), XUNWU, XW)
    with bench.clerk.file.write(bench.clerk.actor, "test.tamper") as work:
        work.session.scalars(select(Proposal)).one().amount = Money.parse(amount)
        work.subject("case", case_id)
    message = refusal(bench["head"], case_id, "decide-grant")
    assert "780,000.00 元不符" in message
    assert "在程序之外被改动" in message


# ---- who and when ---------------------------------------------------------------------------


def test_an_objection_is_not_settled_by_the_case_s_own_officer(bench: CaseBench) -> None:
    """The second user is caseworker and reviewer: theirs is the case, so that somebody else settles."""
    party = bench.xw_company()
    case_id = bench["second"].cases.accept(party, XUNWU, XW)
    bench.tick_all(case_id)
    bench.go(
        case_id,
        ("clerk", "verify"),
        ("clerk", "papers-complete"),
        ("clerk", "calculated"),
        ("deputy", "propose"),
        ("reviewer", "review-pass"),
    )
    notice = bench.clerk.notices.publish([case_id])
    objection = bench.clerk.notices.object(notice.id, case_id, "某职工", "座席数与实际不符")
    for login in ("second", "deputy"):
        with pytest.raises(Refusal, match="应由其他人核查处理"):
            bench[login].notices.settle_objection(objection.id, "属实", "dismissed")
    bench["head"].notices.settle_objection(objection.id, "现场复核属实", "dismissed")


@pytest.mark.parametrize("ahead", [61, (date.max - date(2023, 6, 1)).days])
def test_a_first_day_far_ahead_is_a_slip(bench: CaseBench, ahead: int) -> None:
    case_id = bench.to_notice(bench.xw_company(), XUNWU, XW)
    with pytest.raises(Refusal, match="超过 60 天"):
        bench.clerk.notices.publish([case_id], date(2023, 6, 1) + timedelta(days=ahead))
    assert bench.clerk.notices.publish([case_id], date(2023, 6, 1) + timedelta(days=60)).first_day == date(2023, 7, 31)


def test_a_user_stopped_meanwhile_writes_no_more(bench: CaseBench) -> None:
    case_id = bench.clerk.cases.accept(bench.xw_company(), XUNWU, XW)
    second = bench["second"]
    version = second.cases.get(case_id).version
    bench["admin"].users.set_active(second.user.id, False, "调离")
    with pytest.raises(Refusal, match="已停用"):
        second.cases.move(case_id, "verify", version=version)
    with pytest.raises(Refusal, match="已停用"):
        second.cases.accept(bench.xw_company(name="寻乌县明灯呼叫服务有限公司"), XUNWU, XW)
    bench["admin"].users.set_active(second.user.id, True)
    second.cases.move(case_id, "verify", version=version)


def test_a_role_taken_away_meanwhile_no_longer_helps(bench: CaseBench) -> None:
    case_id = bench.clerk.cases.accept(bench.xw_company(), XUNWU, XW)
    bench["admin"].users.set_roles(bench["second"].user.id, frozenset({Role.REVIEWER}))
    assert "您没有这一角色" in refusal(bench["second"], case_id, "verify")
