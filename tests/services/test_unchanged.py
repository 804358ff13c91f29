"""A live calculation is worked out once for a state of the file, and anew as soon as anything changed that it reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from services.case_bench import DATONG, PASSWORD, XUNWU, CaseBench, make_bench
from services.clause_dossiers import DAY
from sqlalchemy import select

from caseworker.services import case_calculation
from caseworker.services.case_calculation import Worked, _work, work
from caseworker.services.oversight_views import ActForm
from caseworker.services.record_views import BenefitForm
from caseworker.services.recoveries import RecoveryForm
from caseworker.store.models import Case, Employment
from caseworker.values.money import Money

NEW, SEAT = "xw-1-new", "dt-3-seat"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, DAY)
    yield made
    made.clerk.close()


def asked(bench: CaseBench, case_id: int, *, anew: bool = False) -> Worked:
    with bench.clerk.file.read() as session:
        case = session.get_one(Case, case_id)
        return _work(session, case, bench.clerk.packs, None, None) if anew else work(session, case, bench.clerk.packs)


def true(bench: CaseBench, case_id: int) -> Any:
    """What is answered is what the file says now; the facts as (name, value, source)."""
    kept, fresh = asked(bench, case_id), asked(bench, case_id, anew=True)
    assert kept.request == fresh.request
    assert kept.gathered == fresh.gathered
    assert kept.result == fresh.result
    assert kept.problems == fresh.problems
    return [(view.name, view.value, view.source) for view in kept.gathered.views], kept.points, kept.request


def test_papers_letters_and_notices_ask_for_the_same_answer(bench: CaseBench, monkeypatch: pytest.MonkeyPatch) -> None:
    case = bench.clerk.cases.accept(bench.xw_company(), XUNWU, NEW)
    bench.go(case, ("clerk", "verify"))
    times = []
    gather = case_calculation.gather
    monkeypatch.setattr(case_calculation, "gather", lambda *one, **more: times.append(1) or gather(*one, **more))
    bench.clerk.documents.make("supplement", case_id=case)
    bench.tick_all(case)
    bench.clerk.cases.get(case)
    bench.clerk.cases.calculation(case)
    assert len(times) <= 1, "it was worked out when the case came to its papers"
    bench.clerk.dossiers.set_fact(bench.clerk.cases.get(case).party_id, "seats", 250, date(2022, 5, 20), "现场核查记录")
    bench.clerk.cases.get(case)
    assert len(times) <= 2
    true(bench, case)


def test_whatever_a_calculation_reads_makes_it_anew(bench: CaseBench, tmp_path: Path) -> None:
    desk = bench.clerk
    party = bench.dt_company(2, (202304, 202305))
    other = bench.dt_company(0, name="大同市别家标注有限公司")
    with desk.file.read() as session:
        people = list(session.scalars(select(Employment.person_id).where(Employment.party_id == party)))
    case = desk.cases.accept(party, DATONG, SEAT)
    seen = [true(bench, case)]

    def changed(what: str) -> None:
        seen.append(true(bench, case))
        assert seen[-1] != seen[-2], what

    desk.dossiers.set_fact(party, "enterprise_seats", 210, DAY, "现场查看记录")
    changed("a fact of the dossier")
    fact = next(
        row for row in desk.dossiers.get(party).facts if row.name == "enterprise_seats" and row.valid_from == DAY
    )
    desk.dossiers.void_fact(fact.id, "录入错误")
    changed("a fact taken back")
    desk.cases.set_fact(case, "enterprise_seats", 230, "现场复核")
    changed("a fact of the case")
    desk.cases.withdraw_fact(case, "enterprise_seats")
    changed("a fact of the case taken back")
    record = desk.records.add(party, "seats", {"total": 240}, DAY, "现场核查表")
    changed("a record")
    desk.records.void(record, "重复")
    changed("a record taken back")
    bench.months(party, (202303,))
    changed("months of an import")
    benefit = desk.records.add_benefit(
        party, BenefitForm(DATONG, SEAT, "省级补贴", "100", DAY, "拨付通知", people[0])
    )  # fmt: skip
    changed("a benefit from elsewhere")
    desk.records.void_benefit(benefit, "不属同一事项")
    changed("a benefit taken back")
    bench["head"].points.choose(
        DATONG, "dt-3.months", "any-months", decision_number="1号", decided_on=DAY, valid_from=DAY
    )  # fmt: skip
    changed("another reading of the text")

    # the same people at another company: granted, paid, ordered back, received
    bench.roster(other, 0, existing=people)
    bench.months(other, (202304, 202305), people)
    granted = bench.to_payment(other, DATONG, SEAT)
    changed("a grant of another company for these people")
    bench.pay(granted)
    true(bench, case)
    (paid,) = (one for one in desk.cases.get(granted).instalments if one.state == "paid")
    form = RecoveryForm(paid.id, paid.amount, "材料虚假", bench.clock.today(), dict.fromkeys(people, Money.parse(2500)))
    recovery = bench["head"].recoveries.order(form)
    true(bench, case)
    desk.recoveries.receive(recovery.id, paid.amount, bench.clock.today())
    changed("the money received back")

    # and through the steps of the case itself, with papers, letters and a suspension between
    bench.tick_all(case)
    for move in ("verify", "papers-complete", "calculated"):
        bench.go(case, ("clerk", move))
        true(bench, case)
    bench.settle_findings(case)
    bench.go(case, ("clerk", "propose"), ("reviewer", "review-pass"))
    true(bench, case)
    notice = desk.notices.publish([case])
    bench.clock.set_day(bench.clock.today() + timedelta(days=7))
    desk.notices.close(notice.id)
    bench["reviewer"].oversight.suspend(
        ActForm("suspension", bench.clock.today(), "核查", "核查", party, data={"ground": "other"})
    )
    true(bench, case)
    bench.go(case, ("clerk", "notice-done"))
    bench.settle_findings(case)
    bench.go(case, ("head", "decide-grant"))
    letter = desk.documents.make("decision", case_id=case)
    bench["keeper"].documents.record_wet_seal(letter.id, "公章", PASSWORD)
    true(bench, case)
    again = desk.cases.accept(party, DATONG, SEAT)
    then = true(bench, again)
    bench.go(case, ("head", "terminate", "企业放弃"))
    assert true(bench, again) != then, "what was granted to the same people counts no more"
