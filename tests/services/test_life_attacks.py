"""Every move that is not plain, ended payees, laws changed meanwhile, and two years with an account that changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from services.case_bench import DATONG, DT, PASSWORD, XUNWU, XW, CaseBench, make_bench

from caseworker.casework.calendar import WorkCalendar
from caseworker.errors import Refusal
from caseworker.policy import Packs
from caseworker.services.desk import Desk
from caseworker.services.packs import bundled_packs
from caseworker.services.workflow import rules_of
from caseworker.store.models import Party
from caseworker.values.money import Money
from caseworker.values.spans import add_months

DAY = date(2023, 6, 1)
HALF_YEAR = (202212, 202301, 202302, 202303, 202304, 202305)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, DAY)
    yield made
    made.clerk.close()


def refusal(desk: Desk, case_id: int, move: str, reason: str = "") -> str:
    detail = desk.cases.get(case_id)
    with pytest.raises(Refusal) as caught:
        desk.cases.move(case_id, move, version=detail.version, reason=reason)
    assert desk.cases.get(case_id).version == detail.version
    return caught.value.message


# ---- moves ---------------------------------------------------------------------------------


def test_every_way_out_of_each_pack_asks_why() -> None:
    """补正 is a letter; all other moves that are not the straight way are refused without a reason."""
    for pack in bundled_packs():
        rules = rules_of(pack)
        asking = {move.name for move in rules.moves if not move.plain}
        assert {
            "退回核验",
            "复核退回",
            "拟不予兑现",
            "决定不予兑现",
            "中止办理",
            "恢复办理",
            "申请人撤回",
            "终止办理",
        } <= asking, pack.id
        back = [
            move for move in rules.moves if move.to and any(rules.order(a) > rules.order(move.to) for a in move.steps)
        ]
        assert back
        assert not any(move.plain for move in back), "no step is undone without a word"


@pytest.mark.parametrize(
    ("login", "move", "status"),
    [("clerk", "withdraw", "withdrawn"), ("head", "terminate", "terminated"), ("head", "suspend", "suspended")],
)
def test_out_and_aside_with_a_reason_that_stays(bench: CaseBench, login: str, move: str, status: str) -> None:
    party = bench.xw_company()
    case_id = bench.to_proposal(party, XUNWU, XW)
    assert "需要写明理由" in refusal(bench[login], case_id, move)
    detail = bench.go(case_id, (login, move, "申请人书面说明"))
    assert (detail.status, detail.log[-1].reason) == (status, "申请人书面说明")
    if status == "suspended":
        with pytest.raises(Refusal, match="已有在办件"):
            bench.clerk.cases.accept(party, XUNWU, XW)
        assert "需要写明理由" in refusal(bench["head"], case_id, "resume")
        assert bench.go(case_id, ("head", "resume", "已查清")).status == "open"
        return
    assert bench.clerk.cases.accept(party, XUNWU, XW)  # the matter is free again
    for again in ("propose", "resume", move):
        refusal(bench[login], case_id, again, "再来")
    assert bench.go(case_id, ("clerk", "archive")).step == "archive"
    assert [step.mark for step in bench.clerk.cases.get(case_id).steps][-1] == "current"


def test_a_refusal_goes_by_three_people_too(bench: CaseBench) -> None:
    case_id = bench.to_proposal(bench.xw_company(seats=260), XUNWU, XW)
    assert "需要写明理由" in refusal(bench.clerk, case_id, "propose-refusal")
    bench.go(case_id, ("second", "propose-refusal", "现场无人办公"))
    assert "初审经办人" in refusal(bench["second"], case_id, "review-pass")
    bench.go(case_id, ("deputy", "review-pass"))
    assert bench.clerk.cases.get(case_id).step == "decision"
    assert "不能“决定兑现”" in refusal(bench["head"], case_id, "decide-grant")
    assert "您是本办件的复核人" in refusal(bench["deputy"], case_id, "decide-refuse", "无人办公")
    assert "需要写明理由" in refusal(bench["head"], case_id, "decide-refuse")
    detail = bench.go(case_id, ("head", "decide-refuse", "现场核查无人办公"))
    assert (detail.status, detail.instalments) == ("refused", ())


# ---- payees that are no more ---------------------------------------------------------------


def end(bench: CaseBench, party: int, day: date) -> None:
    with bench.clerk.file.write(bench.clerk.actor, "dossier.update", reason="注销") as work:
        work.session.get_one(Party, party).ended_on = day
        work.subject("party", party)


def test_a_payee_that_ended_is_granted_and_paid_nothing(bench: CaseBench) -> None:
    party = bench.xw_company()
    case_id = bench.to_proposal(party, XUNWU, XW)
    end(bench, party, DAY)
    assert "档案已于 2023-06-01 终止" in refusal(bench.clerk, case_id, "propose")
    bench.go(case_id, ("clerk", "propose-refusal", "企业注销"), ("reviewer", "review-pass"))
    assert bench.go(case_id, ("head", "decide-refuse", "企业注销")).status == "refused"
    other = bench.xw_company(name="寻乌县明灯客服有限公司")
    late = bench.to_payment(other, XUNWU, XW)
    bench.seal_letter(late)
    due = [one.id for one in bench.clerk.cases.get(late).instalments]
    end(bench, other, bench.clock.today())
    with pytest.raises(Refusal, match="终止，不能兑现"):
        bench.clerk.payments.order(XUNWU, due)
    assert bench.go(late, ("head", "terminate", "企业注销")).instalments[0].state == "ended"


def test_a_dossier_that_will_end_goes_on_until_that_day(bench: CaseBench) -> None:
    party = bench.xw_company()
    end(bench, party, date(2023, 6, 9))
    case_id = bench.to_decision(party, XUNWU, XW)  # on the eighth
    bench.clock.set_day(date(2023, 6, 9))
    assert "终止" in refusal(bench["head"], case_id, "decide-grant")


# ---- laws changed meanwhile ----------------------------------------------------------------


def with_rate(bench: CaseBench, start: date, value: str) -> None:
    """Every desk works with a version of 寻乌's policy whose 200–300 seats are paid otherwise from a day on."""
    for desk in bench.desks.values():
        pack = desk.packs[XUNWU]
        clause = pack.clauses[XW]
        table = clause.tables["rate"]
        rows = []
        for row in table.rows:
            if row.label != "200-300席":
                rows.append(row)
                continue
            if start > row.start:
                rows.append(replace(row, end=date.fromordinal(start.toordinal() - 1)))
            rows.append(replace(row, start=start, value=Money.parse(value)))
        tables = {**clause.tables, "rate": replace(table, rows=tuple(rows))}
        clauses = {**pack.clauses, XW: replace(clause, tables=tables)}
        desk.packs = Packs({**desk.packs.by_id, XUNWU: replace(pack, clauses=clauses)})


def test_a_rate_of_a_later_day_does_not_touch_a_claim_taken_in_before(bench: CaseBench) -> None:
    case_id = bench.to_decision(bench.xw_company(seats=260), XUNWU, XW)
    with_rate(bench, date(2023, 6, 2), "1000")
    assert bench["head"].cases.calculation(case_id).differs_from_proposal == ()
    detail = bench.go(case_id, ("head", "decide-grant"))
    assert detail.instalments[0].amount == Money.parse(780_000)
    later = bench.clerk.cases.accept(bench.xw_company(seats=260, name="寻乌县明灯客服有限公司"), XUNWU, XW)
    assert bench.clerk.cases.calculation(later).amount == Money.parse(260_000)


def test_a_rate_corrected_for_the_claim_s_own_day_sends_it_back(bench: CaseBench) -> None:
    case_id = bench.to_decision(bench.xw_company(seats=260), XUNWU, XW)
    with_rate(bench, date(2022, 5, 4), "2500")
    (row,) = bench["head"].cases.calculation(case_id).differs_from_proposal
    assert row == ("测算金额", "780000.00 元", "650000.00 元")
    assert "降为 650,000.00 元" in refusal(bench["head"], case_id, "decide-grant")
    ok, words = bench["head"].cases.verify_proposal(case_id)
    assert not ok
    assert "650000.00" in words


# ---- two years -----------------------------------------------------------------------------


def test_four_instalments_walk_through_two_years(bench: CaseBench) -> None:
    """Each of the four is claimed, shown, decided, sealed and paid by itself; the account changes after the second."""
    party = bench.dt_company(people=2, months=HALF_YEAR)
    cases: list[int] = []
    months = list(HALF_YEAR)
    accounts = []
    for number in range(1, 5):
        if number > 1:
            last = bench.clerk.cases.get(cases[-1])
            planned = next(one for one in last.instalments if one.number == number)
            assert planned.state == "planned"
            assert planned.due_on == add_months(bench.clock.today(), 6)
            with pytest.raises(Refusal, match="须另行申报、公示和决定"):
                bench.clerk.payments.order(DATONG, [planned.id])
            bench.clock.set_day(planned.due_on)
            start = months[-1]
            months = [int(f"{add_months(date(start // 100, start % 100, 1), n):%Y%m}") for n in range(1, 7)]
            bench.months(party, months)
        if number == 3:
            detail = bench.clerk.dossiers.get(party)
            form = replace(detail.form, account_number="6222020200112233445", bank_name="中国工商银行大同支行")
            bench.clerk.dossiers.update(party, detail.version, form)
        case_id = bench.to_notice(party, DATONG, DT)
        notice = bench.clerk.notices.publish([case_id])
        assert (notice.last_day - notice.first_day).days == 7
        bench.clock.set_day(date.fromordinal(notice.last_day.toordinal() - 1))
        with pytest.raises(Refusal, match="公示期未满"):
            bench.clerk.notices.close(notice.id)
        bench.clock.set_day(notice.last_day)
        bench.clerk.notices.close(notice.id)
        detail = bench.go(case_id, ("clerk", "notice-done"), ("head", "decide-grant"))
        assert [one.number for one in detail.instalments] == list(range(number, 5))
        assert detail.instalments[0].amount == Money.parse(5_000)
        batch = bench.pay(case_id)
        accounts.append(bench.clerk.returns.lines(batch)[0].account_number)
        cases.append(case_id)
    assert accounts[0] == accounts[1] != accounts[2] == accounts[3] == "6222020200112233445"
    assert bench.clock.today() < date(2025, 6, 8), "within two years of the first payment"
    totals = [one.state for key in cases for one in bench.clerk.cases.get(key).instalments if one.state == "paid"]
    assert len(totals) == 4
    bench.clock.set_day(date(2025, 6, 1))
    bench.months(party, [202412, 202501, 202502, 202503, 202504, 202505])
    fifth = bench.clerk.cases.accept(party, DATONG, DT)
    result = bench.clerk.cases.calculation(fifth).result
    assert result is not None
    assert not result["eligible"], "10,000 a seat are paid out"
    assert bench.clerk.audit.verify()[0]


def test_an_account_changed_after_the_letter_stops_the_money_until_a_new_one(bench: CaseBench) -> None:
    party = bench.xw_company()
    case_id = bench.to_payment(party, XUNWU, XW)
    letter = bench.seal_letter(case_id)
    detail = bench.clerk.dossiers.get(party)
    bench.clerk.dossiers.update(party, detail.version, replace(detail.form, account_number="6222020200112233445"))
    due = [one.id for one in bench.clerk.cases.get(case_id).instalments]
    with pytest.raises(Refusal, match="账号与"):
        bench.clerk.payments.order(XUNWU, due)
    bench.clerk.documents.void(letter, "账号变更")
    with pytest.raises(Refusal, match="须由负责人核实"):
        bench.clerk.documents.make("decision", case_id=case_id)
    again = bench["head"].documents.make("decision", case_id=case_id)
    with pytest.raises(Refusal, match="尚未用印"):
        bench.clerk.payments.order(XUNWU, due)
    bench["keeper"].documents.record_wet_seal(again.id, "公章", PASSWORD)
    batch = bench.clerk.payments.order(XUNWU, due)
    assert bench.clerk.returns.lines(batch.id)[0].account_number == "6222020200112233445"


def test_working_days_over_two_years_go_by_the_table_and_beyond_it_say_so(bench: CaseBench) -> None:
    rows = {row.day: row.is_workday for year in (2023, 2024) for row in bench.clerk.holidays.of_year(year)}
    calendar = WorkCalendar(rows)
    day, end_day, count = date(2023, 1, 1), date(2025, 1, 1), 0
    while day < end_day:
        count += calendar.is_working_day(day)
        day = date.fromordinal(day.toordinal() + 1)
    assert count == 249 + 251, "working days of 2023 and 2024 as announced"
    # 国庆 2023: off from 29 September to 6 October; the 7th and 8th, a weekend, are worked
    assert calendar.after_working_days(date(2023, 9, 28), 1).day == date(2023, 10, 7)
    assert calendar.after_working_days(date(2023, 12, 29), 1).day == date(2024, 1, 2)
    beyond = calendar.after_working_days(date(2024, 12, 31), 2)
    assert beyond.day == date(2025, 1, 2)
    assert "2025 年没有节假日数据" in beyond.warnings[0]
