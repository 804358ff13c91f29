"""追回 of what was paid before this program: caps, months, once-only and the fund of its year have that room again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from services.case_bench import DATONG, DT, XUNWU, XW, CaseBench, make_bench
from sqlalchemy import select

from caseworker.errors import InvalidInput, Refusal
from caseworker.services.case_awards import party_grants, person_grants
from caseworker.services.case_claims import granted_claims
from caseworker.services.oversight_views import PaidInstalment
from caseworker.services.recoveries import RecoveryForm
from caseworker.store.models import Person, PriorBatch, PriorGrant
from caseworker.values.money import Money

DAY = date(2023, 6, 1)
BEFORE = date(2022, 9, 1)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, DAY)
    yield made
    made.clerk.close()


def yuan(amount: int | str) -> Money:
    return Money.parse(amount)


def before(
    bench: CaseBench, party: int, clause: str, amount: str, people: list[int] | None = None, **facts: Any
) -> int:
    """A batch of confirmed grants of one day; gives the batch."""
    with bench.clerk.file.write(bench.clerk.actor, "test.prior") as work:
        batch = PriorBatch(
            kind="grants",
            title="补录",
            evidence="凭证",
            rows=1,
            state="confirmed",
            entered_by=bench.clerk.user.id,
            entered_on=DAY,
            confirmed_by=bench["second"].user.id,
            confirmed_on=DAY,
        )
        work.session.add(batch)
        work.session.flush()
        for person in people or [None]:
            work.session.add(
                PriorGrant(
                    party_id=party,
                    person_id=person,
                    policy=XUNWU if clause.startswith("xw") else DATONG,
                    clause=clause,
                    granted_on=BEFORE,
                    amount=yuan(amount),
                    facts=facts,
                    evidence="凭证",
                    entered_by=bench.clerk.user.id,
                    confirmed_by=bench["second"].user.id,
                    batch_id=batch.id,
                )
            )
        work.subject("party", party)
        return batch.id


def payable(bench: CaseBench, party: int) -> PaidInstalment:
    (one,) = bench.clerk.recoveries.payable(party)
    return one


def form(bench: CaseBench, paid: PaidInstalment, amount: str, **changes: Any) -> RecoveryForm:
    values: dict[str, Any] = {
        "instalment_id": paid.instalment_id,
        "prior_grant_id": paid.prior_grant_id,
        "amount": yuan(amount),
        "reason": "座席数不实",
        "due_on": bench.clock.today() + timedelta(days=15),
    }
    return RecoveryForm(**(values | changes))


def left_of_fund(bench: CaseBench, year: int) -> Money:
    view = bench.clerk.programs.fund.year(XUNWU, year)
    assert view is not None
    return view.left


def test_a_grant_of_before_is_recovered_and_its_cap_once_only_and_fund_year_have_room(bench: CaseBench) -> None:
    party = bench.xw_company()
    batch = before(bench, party, XW, "780000")
    full = left_of_fund(bench, 2022)
    paid = payable(bench, party)
    assert (paid.title, paid.left, paid.paid_on, paid.instalment_id) == (
        "历史兑现补录 2022-09-01",
        yuan(780_000),
        BEFORE,
        0,
    )
    order = bench["head"].recoveries.order
    with pytest.raises(Refusal, match="没有这一角色"):
        bench.clerk.recoveries.order(form(bench, paid, "1"))
    for amount in ("780000.01", "0"):
        with pytest.raises(InvalidInput):
            order(form(bench, paid, amount))
    with pytest.raises(InvalidInput, match="追回有误"):
        order(form(bench, paid, "1", people={1: yuan(1)}))
    row = order(form(bench, paid, "780000"))
    assert (row.case_number, row.case_id, row.paid, row.left) == (
        "历史兑现补录 2022-09-01",
        0,
        yuan(780_000),
        yuan(780_000),
    )
    assert bench.clerk.recoveries.payable(party) == ()
    with pytest.raises(Refusal, match="请先在“监管”中作废这些追回"):
        bench["head"].prior.void(batch, "重录")

    def granted() -> tuple[Money, int]:
        with bench.clerk.file.read() as session:
            clause = bench.clerk.packs[XUNWU].clauses[XW]
            found = granted_claims(session, party, XUNWU, clause, None)
            return party_grants(session, party, XUNWU, XW, None).total, len(found)

    assert (granted(), left_of_fund(bench, 2022)) == ((yuan(780_000), 1), full)  # a claim is no money
    receive = bench.clerk.recoveries.receive
    receive(row.id, yuan("779999.99"), DAY)
    assert (granted(), left_of_fund(bench, 2022)) == ((yuan("0.01"), 1), full + yuan("779999.99"))
    receive(row.id, yuan("0.01"), DAY)
    assert (granted(), left_of_fund(bench, 2022)) == ((yuan(0), 0), full + yuan(780_000))
    months = bench.clerk.programs.fund.year(XUNWU, 2022)
    assert months is not None
    assert months.paid == yuan(0)
    # 不得重复: what was all given back may be claimed again
    case = bench.to_proposal(party, XUNWU, XW)
    assert bench.clerk.cases.calculation(case).amount == yuan(780_000)
    bench["head"].recoveries.undo_receipt(row.id, "登记错了")
    assert (granted(), left_of_fund(bench, 2022)) == ((yuan(780_000), 1), full)
    assert bench.clerk.cases.calculation(case).amount == yuan(0)
    page = bench.clerk.recoveries.page()
    assert [one.case_number for one in page.rows] == ["历史兑现补录 2022-09-01"]
    bench["head"].recoveries.void(row.id, "不追了")
    assert bench["head"].prior.void(batch, "重录").state == "voided"
    with pytest.raises(Refusal, match="没有经第二人确认，或者已经作废"):
        order(form(bench, paid, "1"))


def test_people_of_before_give_back_their_room_when_all_of_it_is_in(bench: CaseBench) -> None:
    party = bench.dt_company(people=3, months=[202212, 202301, 202302, 202303, 202304, 202305])
    with bench.clerk.file.read() as session:
        people = list(session.scalars(select(Person.id).order_by(Person.id)))
    before(bench, party, DT, "2500", people, instalment=1, claimed_through="2023-03")
    paid = payable(bench, party)
    assert (paid.title, paid.amount, paid.left) == ("历史兑现补录 2022-09-01 第 1 期", yuan(7_500), yuan(7_500))
    order = bench["head"].recoveries.order
    one, two, three = people
    with pytest.raises(InvalidInput) as caught:
        order(form(bench, paid, "2500"))
    assert [problem.path for problem in caught.value.problems] == ["people"]
    with pytest.raises(InvalidInput) as caught:
        order(form(bench, paid, "2500.01", people={one: yuan("2500.01")}))
    assert [problem.path for problem in caught.value.problems] == [f"people.{one}"]
    row = order(form(bench, paid, "5000", people={one: yuan(2_500), two: yuan(2_500)}))
    assert [(share.person_id, share.amount) for share in payable(bench, party).people] == [(three, yuan(2_500))]

    def held() -> list[tuple[str, str]]:
        with bench.clerk.file.read() as session:
            found = person_grants(session, party, DATONG, DT, people, None)
            return [(str(found[key].paid_total), str(found[key].claimed_through)) for key in people]

    def total() -> Money:
        with bench.clerk.file.read() as session:
            return party_grants(session, party, DATONG, DT, None).total

    whole = [("2500.00", "2023-03")] * 3
    assert held() == whole
    bench.clerk.recoveries.receive(row.id, yuan("4999.99"), DAY)
    assert (held(), total()) == (whole, yuan("2500.01"))
    bench.clerk.recoveries.receive(row.id, yuan("0.01"), DAY)
    assert (held(), total()) == ([("0.00", "None")] * 2 + [("2500.00", "2023-03")], yuan(2_500))
