"""A case from the door to the archive, for one clause of each policy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from services.case_bench import DATONG, DT, XUNWU, XW, CaseBench, make_bench
from sqlalchemy import select

from caseworker.services.views import StepMark
from caseworker.store.models import PaymentLine, PersonAward
from caseworker.values.money import Money

HALF_YEAR = (202212, 202301, 202302, 202303, 202304, 202305)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, date(2023, 6, 1))
    yield made
    made.clerk.close()


def test_a_seat_subsidy_of_xunwu_from_door_to_archive(bench: CaseBench) -> None:
    party = bench.xw_company(seats=260)
    case_id = bench.clerk.cases.accept(party, XUNWU, XW)
    detail = bench.clerk.cases.get(case_id)
    assert (detail.number, detail.step, detail.as_of) == ("XK-2023-0001", "acceptance", date(2023, 6, 1))
    assert [view.id for view in detail.moves if view.plain] == ["verify"]
    bench.tick_all(case_id)
    bench.go(case_id, ("clerk", "verify"), ("clerk", "papers-complete"))
    live = bench.clerk.cases.calculation(case_id)
    assert live.amount == Money.parse(780_000)
    assert live.missing == ()
    assert live.result is not None
    assert live.result["eligible"] is True
    bench.go(case_id, ("clerk", "calculated"), ("clerk", "propose"), ("reviewer", "review-pass"))
    assert [row.id for row in bench.clerk.notices.waiting(XUNWU)] == [case_id]
    notice = bench.clerk.notices.publish([case_id])
    assert bench.clerk.notices.waiting() == ()
    assert (notice.first_day, notice.last_day) == (date(2023, 6, 1), date(2023, 6, 8))
    bench.clock.set_day(date(2023, 6, 8))
    bench.clerk.notices.close(notice.id, "公示期内未收到异议")
    bench.go(case_id, ("clerk", "notice-done"), ("head", "decide-grant"))
    ((instalment, row),) = bench.clerk.payments.due()
    assert (instalment.amount, instalment.state, row.id) == (Money.parse(780_000), "due", case_id)
    bench.seal_letter(case_id)
    batch = bench.clerk.payments.order(XUNWU, [instalment.id])
    assert (batch.total, batch.lines, batch.state) == (Money.parse(780_000), 1, "ordered")
    with bench.clerk.file.read() as session:
        line = session.scalars(select(PaymentLine)).one()
        assert (line.quantity, line.standard) == ("260席", "3000元/席")
        assert line.account_name == "寻乌县星河客服有限公司"
    assert bench.clerk.payments.due() == ()
    bench.clock.set_day(date(2023, 6, 12))
    settled = bench.clerk.payments.record_paid(batch.id, date(2023, 6, 12))
    assert settled.state == "settled"
    detail = bench.go(case_id, ("clerk", "archive"))
    assert (detail.step, detail.status) == ("archive", "closed")
    assert all(step.mark is StepMark.DONE for step in detail.steps)
    assert [row.move for row in detail.log] == [
        "受理",
        "开始核验",
        "材料齐备",
        "测算完成",
        "提交初审意见",
        "复核通过",
        "公示无异议",
        "决定兑现",
        "归档",
    ]
    assert (detail.proposer, detail.reviewer, detail.head) == ("经一", "复一", "负一")
    ok, words = bench.clerk.cases.verify_proposal(case_id)
    assert ok, words
    assert bench.clerk.audit.verify()[0]


def test_a_seat_subsidy_of_datong_and_the_instalment_after_it(bench: CaseBench) -> None:
    party = bench.dt_company(people=3, months=HALF_YEAR)
    first = bench.to_payment(party, DATONG, DT)
    bench.pay(first)
    detail = bench.clerk.cases.get(first)
    assert detail.number == "DT-2023-0001"
    assert [(one.number, one.amount, one.state) for one in detail.instalments] == [
        (1, Money.parse(7_500), "paid"),
        (2, Money.parse(7_500), "planned"),
        (3, Money.parse(7_500), "planned"),
        (4, Money.parse(7_500), "planned"),
    ]
    assert detail.instalments[1].due_on == date(2023, 12, 8)
    with bench.clerk.file.read() as session:
        awards = session.scalars(select(PersonAward)).all()
        assert {(one.amount, one.claimed_through, one.state, one.paid_on) for one in awards} == {
            (Money.parse(2_500), 202305, "paid", date(2023, 6, 8))
        }
        assert len(awards) == 3

    bench.clock.set_day(date(2023, 12, 10))
    bench.months(party, (202306, 202307, 202308, 202309, 202310, 202311))
    second = bench.clerk.cases.accept(party, DATONG, DT)
    facts = {view.name: view for view in bench.clerk.cases.calculation(second).facts}
    assert facts["continuing"].value is True
    assert facts["first_application"].value is False
    assert "DT-2023-0001" in facts["continuing"].source
    person = facts["people"].value[0]
    assert (person["claimed_through"], person["first_paid_on"], person["paid_total"]) == (
        "2023-05",
        "2023-06-08",
        "2500.00",
    )
    bench.tick_all(second)
    bench.go(
        second,
        ("clerk", "verify"),
        ("clerk", "papers-complete"),
        ("clerk", "calculated"),
        ("clerk", "propose"),
        ("reviewer", "review-pass"),
    )
    notice = bench.clerk.notices.publish([second])
    bench.clock.set_day(notice.last_day)
    bench.clerk.notices.close(notice.id)
    detail = bench.go(second, ("clerk", "notice-done"), ("head", "decide-grant"))
    assert [(one.number, one.state) for one in detail.instalments] == [(2, "due"), (3, "planned"), (4, "planned")]
    earlier = bench.clerk.cases.get(first).instalments
    assert [one.state for one in earlier] == ["paid", "ended", "ended", "ended"]


def test_after_the_trial_a_first_claim_is_too_late_but_a_later_instalment_is_not(bench: CaseBench) -> None:
    bench.clock.set_day(date(2023, 12, 1))
    started = bench.dt_company(people=1, months=HALF_YEAR)
    bench.pay(bench.to_payment(started, DATONG, DT))
    bench.months(started, (202306, 202307, 202308, 202309, 202310, 202311))
    late = bench.dt_company(people=1, months=HALF_YEAR, name="大同市平城标注有限公司")
    bench.clock.set_day(date(2024, 1, 10))
    for party, eligible in ((started, True), (late, False)):
        case_id = bench.clerk.cases.accept(party, DATONG, DT)
        result = bench.clerk.cases.calculation(case_id).result
        assert result is not None
        assert result["eligible"] is eligible


def test_the_ten_thousand_a_person_run_over_all_companies(bench: CaseBench) -> None:
    first = bench.dt_company(people=1, months=HALF_YEAR)
    bench.pay(bench.to_payment(first, DATONG, DT))
    with bench.clerk.file.read() as session:
        person = session.scalars(select(PersonAward.person_id)).one()
    other = bench.dt_company(people=0, name="大同市平城标注有限公司")
    bench.roster(other, 0, existing=[person])
    bench.months(other, HALF_YEAR, [person])
    case_id = bench.clerk.cases.accept(other, DATONG, DT)
    facts = {view.name: view.value for view in bench.clerk.cases.calculation(case_id).facts}
    (record,) = facts["people"]
    assert record["paid_total"] == "2500.00"
    assert (record["claimed_through"], record["first_paid_on"]) == (None, None), "another company's seat"
    assert facts["first_application"] is True
