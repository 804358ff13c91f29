"""第三条2: what a company has in all above 10,000 yuan a seat is answered for by the head alone, before it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from services.case_bench import DATONG, DT, CaseBench, make_bench

from caseworker.errors import Refusal
from caseworker.services.finding_views import FindingRow
from caseworker.services.recoveries import RecoveryForm
from caseworker.store.models import PriorGrant
from caseworker.values.money import Money

HALF_YEAR = [202212, 202301, 202302, 202303, 202304, 202305]
SEATS = 220  # as the bench's companies have
CASE = 7_500  # three people, 2,500 each


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, date(2023, 6, 1))
    yield made
    made.clerk.close()


def before(bench: CaseBench, party: int, amount: str) -> int:
    """A confirmed grant from before this program."""
    with bench.clerk.file.write(bench.clerk.actor, "prior.enter") as work:
        row = PriorGrant(
            party_id=party,
            policy=DATONG,
            clause=DT,
            granted_on=date(2023, 1, 10),
            amount=Money.parse(amount),
            facts={"instalment": 1},
            evidence="凭证",
            entered_by=bench.clerk.user.id,
            confirmed_by=bench["head"].user.id,
        )
        work.session.add(row)
        work.session.flush()
        work.subject("party", party)
        return row.id


def calculated(bench: CaseBench, party: int) -> int:
    case_id = bench.clerk.cases.accept(party, DATONG, DT)
    bench.tick_all(case_id)
    bench.go(case_id, ("clerk", "verify"), ("clerk", "papers-complete"), ("clerk", "calculated"))
    return case_id


def totals(bench: CaseBench, case_id: int) -> list[FindingRow]:
    return [row for row in bench.clerk.findings.of_case(case_id).rows if row.kind == "over-party-total"]


def test_at_ten_thousand_a_seat_nothing_a_fen_above_it_the_head(bench: CaseBench) -> None:
    party = bench.dt_company(people=3, months=HALF_YEAR)
    most = SEATS * 10_000
    before(bench, party, str(most - CASE - 1))
    case_id = calculated(bench, party)
    assert totals(bench, case_id) == []
    before(bench, party, "1")
    assert totals(bench, case_id) == []  # exactly at it
    before(bench, party, "0.01")
    (row,) = totals(bench, case_id)
    assert (row.state, row.settler, row.settler_name) == ("open", "head", "负责人")
    assert "累计 2,200,000.01 元，超过 10,000.00 元×220 席＝2,200,000.00 元" in row.sentence
    rows = bench.clerk.findings.evidence(case_id, row.digest)
    assert rows[0].detail == "“坐席补贴总额为10000元/席，分4次发放，每次2500元”×220 席"
    # it blocks until the head has answered, and nobody else may
    with pytest.raises(Refusal, match="1 项核查发现没有处理结论，其中 1 项只由负责人处理"):
        bench.go(case_id, ("clerk", "propose"))
    for login in ("clerk", "second"):
        with pytest.raises(Refusal, match="由负责人处理") as refused:
            bench[login].findings.settle(case_id, [row.digest], "no-effect", "人员更替")
        assert refused.value.code == "no-right"
    for login in ("reviewer", "keeper"):
        with pytest.raises(Refusal) as refused:
            bench[login].findings.settle(case_id, [row.digest], "no-effect", "人员更替")
        assert refused.value.code == "no-right"
    assert bench["head"].findings.mine() == {"head"}
    assert bench["head"].findings.settle(case_id, [row.digest], "no-effect", "席位人员更替，已逐席核对") == 1
    bench.go(case_id, ("clerk", "propose"))
    # the answer was for that much: more granted since opens it again, and the reviewer cannot pass it
    before(bench, party, "1")
    (again,) = totals(bench, case_id)
    assert again.state == "open"
    assert "席位人员更替" in again.changed
    with pytest.raises(Refusal, match="只由负责人处理"):
        bench.go(case_id, ("reviewer", "review-pass"))
    bench["head"].findings.settle(case_id, [again.digest], "no-effect", "补录一元已核对")
    bench.go(case_id, ("reviewer", "review-pass"))
    with pytest.raises(Refusal, match="由负责人处理"):
        bench.clerk.findings.void(totals(bench, case_id)[0].settlement_id or 0, "错")
    bench["head"].findings.void(totals(bench, case_id)[0].settlement_id or 0, "再核")
    assert totals(bench, case_id)[0].state == "open"


def test_what_is_settled_for_the_head_is_not_proposed_by_the_same_person(bench: CaseBench) -> None:
    party = bench.dt_company(people=3, months=HALF_YEAR)
    before(bench, party, str(SEATS * 10_000))
    case_id = calculated(bench, party)
    (row,) = totals(bench, case_id)
    bench["deputy"].findings.settle(case_id, [row.digest], "no-effect", "已核对")  # head and caseworker at once
    with pytest.raises(Refusal, match="初审意见须由他人提交"):
        bench.go(case_id, ("deputy", "propose"))
    bench["deputy"].findings.void(totals(bench, case_id)[0].settlement_id or 0, "由负责人处理")
    bench["head"].findings.settle(case_id, [row.digest], "no-effect", "已核对")
    bench.go(case_id, ("deputy", "propose"))
    with pytest.raises(Refusal, match="由另一位负责人处理"):
        bench["deputy"].findings.void(totals(bench, case_id)[0].settlement_id or 0, "错")


def test_money_received_back_gives_room_and_money_sent_back_by_the_bank_does_not(bench: CaseBench) -> None:
    party = bench.dt_company(people=3, months=HALF_YEAR)
    first = bench.to_payment(party, DATONG, DT)
    bench.pay(first)
    before(bench, party, str(SEATS * 10_000 - 2 * CASE + 1))  # a yuan too much with another case like the first
    bench.clock.set_day(date(2023, 12, 1))
    bench.months(party, [202306, 202307, 202308, 202309, 202310, 202311])
    case_id = calculated(bench, party)
    (row,) = totals(bench, case_id)
    assert "已兑现 2,192,501.00 元，本件 7,500.00 元" in row.sentence
    (paid,) = (one for one in bench.clerk.recoveries.payable(party) if one.instalment_id)
    person = paid.people[0].person_id
    form = RecoveryForm(paid.instalment_id, Money.parse(1), "多付", bench.clock.today(), {person: Money.parse(1)})
    back = bench["head"].recoveries.order(form)
    assert totals(bench, case_id)  # a claim is no room
    bench.clerk.recoveries.receive(back.id, Money.parse(1), bench.clock.today())
    assert totals(bench, case_id) == []
