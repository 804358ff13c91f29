"""追回: never above what was paid, a claim until it is received; then caps, months and fund have that room again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from services.case_bench import DATONG, DT, XUNWU, XW, CaseBench, make_bench
from sqlalchemy import select

from caseworker.errors import InvalidInput, Refusal
from caseworker.services.case_awards import party_grants, person_grants
from caseworker.services.recoveries import RecoveryForm
from caseworker.store.models import Instalment, PersonAward
from caseworker.values.money import Money

HALF_YEAR = [202212, 202301, 202302, 202303, 202304, 202305]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, date(2023, 6, 1))
    yield made
    made.clerk.close()


def yuan(amount: int | str) -> Money:
    return Money.parse(amount)


def paid_xw(bench: CaseBench) -> tuple[int, int]:
    """(party, paid instalment of 780,000 yuan)."""
    party = bench.xw_company()
    bench.pay(bench.to_payment(party, XUNWU, XW))
    (one,) = bench.clerk.recoveries.payable(party)
    assert one.left == yuan(780_000)
    return party, one.instalment_id


def paid_dt(bench: CaseBench) -> tuple[int, int, list[int]]:
    """(party, paid instalment of 7,500 yuan, three people with 2,500 each)."""
    party = bench.dt_company(people=3, months=HALF_YEAR)
    bench.pay(bench.to_payment(party, DATONG, DT))
    (one,) = bench.clerk.recoveries.payable(party)
    return party, one.instalment_id, [share.person_id for share in one.people]


def a_form(bench: CaseBench, instalment: int, amount: Money, **changes: Any) -> RecoveryForm:
    values: dict[str, Any] = {
        "instalment_id": instalment,
        "amount": amount,
        "reason": "座席数不实，追回多付部分",
        "due_on": bench.clock.today() + timedelta(days=15),
    }
    return RecoveryForm(**(values | changes))


def granted(bench: CaseBench, party: int) -> Money:
    with bench.clerk.file.read() as session:
        return party_grants(session, party, XUNWU, XW, None).total


def of_people(bench: CaseBench, party: int, people: list[int]) -> Mapping[int, tuple[str, str]]:
    """By person: what was paid to them, and the last month it used up."""
    with bench.clerk.file.read() as session:
        found = person_grants(session, party, DATONG, DT, people, None)
        return {person: (str(one.paid_total), str(one.claimed_through)) for person, one in found.items()}


def paths(caught: pytest.ExceptionInfo[InvalidInput]) -> list[str]:
    return [problem.path for problem in caught.value.problems]


# ---- how much ------------------------------------------------------------------------------


def test_never_above_what_was_paid_all_orders_together(bench: CaseBench) -> None:
    party, paid = paid_xw(bench)
    order = bench["head"].recoveries.order
    for amount in ("780000.01", "0", "-1"):
        with pytest.raises(InvalidInput) as caught:
            order(a_form(bench, paid, yuan(amount)))
        assert paths(caught) == ["amount"]
    first = order(a_form(bench, paid, yuan(500_000)))
    with pytest.raises(InvalidInput, match="追回有误") as caught:
        order(a_form(bench, paid, yuan("280000.01")))
    assert "最多还可追回 280,000.00 元" in caught.value.problems[0].message
    order(a_form(bench, paid, yuan(280_000)))
    assert bench.clerk.recoveries.payable(party) == ()
    # one that is voided makes room for another
    bench["head"].recoveries.void(first.id, "金额算错")
    assert bench.clerk.recoveries.payable(party)[0].left == yuan(500_000)
    assert order(a_form(bench, paid, yuan(500_000))).state_name == "待收回"


def test_what_was_not_paid_cannot_be_recovered(bench: CaseBench) -> None:
    party = bench.xw_company()
    case = bench.to_payment(party, XUNWU, XW)
    (due,) = bench.clerk.cases.get(case).instalments
    assert bench.clerk.recoveries.payable(party) == ()
    with pytest.raises(Refusal, match="没有拨付"):
        bench["head"].recoveries.order(a_form(bench, due.id, yuan(1)))
    bench.seal_letter(case)
    bench.clerk.payments.order(XUNWU, [due.id])
    with pytest.raises(Refusal, match="没有拨付"):
        bench["head"].recoveries.order(a_form(bench, due.id, yuan(1)))


def test_only_the_head_orders_and_says_why_and_until_when(bench: CaseBench) -> None:
    _, paid = paid_xw(bench)
    for login in ("clerk", "reviewer", "second"):
        with pytest.raises(Refusal) as refused:
            bench[login].recoveries.order(a_form(bench, paid, yuan(1)))
        assert refused.value.code == "no-right"
    yesterday = bench.clock.today() - timedelta(days=1)
    with pytest.raises(InvalidInput) as caught:
        bench["head"].recoveries.order(a_form(bench, paid, yuan(1), reason=" ", due_on=yesterday))
    assert paths(caught) == ["reason", "due_on"]
    assert bench["head"].recoveries.order(a_form(bench, paid, yuan(1), due_on=bench.clock.today())).id


# ---- room given back -----------------------------------------------------------------------


def test_the_cap_of_a_payee_has_room_when_the_money_is_in_and_not_before(bench: CaseBench) -> None:
    party, paid = paid_xw(bench)
    one = bench["head"].recoveries.order(a_form(bench, paid, yuan(300_000)))
    assert granted(bench, party) == yuan(780_000)
    one = bench.clerk.recoveries.receive(one.id, yuan("100000.50"), bench.clock.today())
    assert (one.state, one.left) == ("ordered", yuan("199999.50"))
    assert granted(bench, party) == yuan("679999.50")
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.recoveries.receive(one.id, yuan("199999.51"), bench.clock.today())
    assert paths(caught) == ["amount"]
    one = bench.clerk.recoveries.receive(one.id, yuan("199999.50"), bench.clock.today())
    assert (one.state_name, one.left) == ("已收回", yuan(0))
    assert granted(bench, party) == yuan(480_000)
    with pytest.raises(Refusal, match="已收回"):
        bench.clerk.recoveries.receive(one.id, yuan(1), bench.clock.today())


def test_once_only_means_once_until_all_of_it_came_back(bench: CaseBench) -> None:
    party, paid = paid_xw(bench)

    def met() -> bool:
        case = bench.clerk.cases.accept(party, XUNWU, XW)
        found = bench.clerk.cases.calculation(case).result
        bench.go(case, ("clerk", "withdraw", "只是试算"))
        return next(bool(one["met"]) for one in found["conditions"] if one["id"] == "not-granted-before")

    assert not met()
    one = bench["head"].recoveries.order(a_form(bench, paid, yuan(780_000)))
    assert not met()
    bench.clerk.recoveries.receive(one.id, yuan("779999.99"), bench.clock.today())
    assert not met()
    bench.clerk.recoveries.receive(one.id, yuan("0.01"), bench.clock.today())
    assert met()
    bench["head"].recoveries.undo_receipt(one.id, "银行退汇")
    assert not met()


def test_a_persons_award_and_months_come_back_when_the_whole_was_received(bench: CaseBench) -> None:
    party, paid, people = paid_dt(bench)
    a, b, c = people
    before = of_people(bench, party, people)
    assert set(before.values()) == {("2500.00", "2023-05")}
    one = bench["head"].recoveries.order(a_form(bench, paid, yuan(3_500), people={a: yuan(2_500), b: yuan(1_000)}))
    assert of_people(bench, party, people) == before
    bench.clerk.recoveries.receive(one.id, yuan(3_499), bench.clock.today())
    assert of_people(bench, party, people) == before  # whose part came in nobody can say yet
    bench.clerk.recoveries.receive(one.id, yuan(1), bench.clock.today())
    after = of_people(bench, party, people)
    assert after == {a: ("0.00", "None"), b: ("1500.00", "2023-05"), c: ("2500.00", "2023-05")}
    with bench.clerk.file.read() as session:
        states = dict(session.execute(select(PersonAward.person_id, PersonAward.state)).all())
    assert states == {a: "ended", b: "paid", c: "paid"}
    bench["head"].recoveries.undo_receipt(one.id, "登记错笔")
    assert of_people(bench, party, people) == before


def test_two_recoveries_of_one_person_add_up(bench: CaseBench) -> None:
    party, paid, people = paid_dt(bench)
    a = people[0]
    order = bench["head"].recoveries.order
    ids = [order(a_form(bench, paid, yuan(part), people={a: yuan(part)})).id for part in (1_500, 1_000)]
    with pytest.raises(InvalidInput) as caught:  # the award is used up, though the instalment is not
        order(a_form(bench, paid, yuan(1), people={a: yuan(1)}))
    assert paths(caught) == [f"people.{a}"]
    bench.clerk.recoveries.receive(ids[0], yuan(1_500), bench.clock.today())
    assert of_people(bench, party, people)[a] == ("1000.00", "2023-05")
    bench.clerk.recoveries.receive(ids[1], yuan(1_000), bench.clock.today())
    assert of_people(bench, party, people)[a] == ("0.00", "None")


def test_people_are_named_where_money_was_awarded_by_person(bench: CaseBench) -> None:
    party, paid, people = paid_dt(bench)
    a, b, _ = people
    order = bench["head"].recoveries.order
    for amount, named, wrong in (
        (2_500, {}, ["people"]),
        (2_500, {a: 2_499}, ["people"]),
        (2_500, {a: 2_000, b: 501}, ["people"]),
        (2_501, {a: 2_501}, [f"people.{a}"]),
        (2_500, {999_999: 2_500}, ["people.999999"]),
        (2_500, {a: 2_600, b: -100}, [f"people.{a}", f"people.{b}"]),
    ):
        with pytest.raises(InvalidInput) as caught:
            order(a_form(bench, paid, yuan(amount), people={person: yuan(part) for person, part in named.items()}))
        assert paths(caught) == wrong, named
    whole = order(a_form(bench, paid, yuan(7_500), people={person: yuan(2_500) for person in people}))
    assert [share.name for share in whole.people] == [
        share.name for share in bench.clerk.recoveries.get(whole.id).people
    ]
    other, other_paid = paid_xw(bench)
    with pytest.raises(InvalidInput, match="追回有误") as caught:
        order(a_form(bench, other_paid, yuan(1), people={a: yuan(1)}))
    assert paths(caught) == ["people"]
    assert other != party


def test_the_fund_has_the_money_again_in_the_year_that_paid_it(bench: CaseBench) -> None:
    _, paid = paid_xw(bench)
    fund = bench.clerk.programs.fund

    def figures(year: int) -> tuple[str, str]:
        view = fund.year(XUNWU, year)
        assert view is not None
        months = sum((month.paid for month in fund.months(XUNWU, year)), yuan(0))
        assert months == view.paid
        return view.paid.shown(), view.left.shown()

    assert figures(2023) == ("780,000.00", "29,220,000.00")
    one = bench["head"].recoveries.order(a_form(bench, paid, yuan(80_000), due_on=date(2024, 6, 1)))
    assert figures(2023) == ("780,000.00", "29,220,000.00")
    bench.clock.set_day(date(2024, 2, 1))
    bench.clerk.recoveries.receive(one.id, yuan(30_000), date(2024, 2, 1))
    assert figures(2023) == ("750,000.00", "29,250,000.00")
    assert figures(2024) == ("0.00", "30,000,000.00")
    bench["head"].recoveries.undo_receipt(one.id, "银行退汇")
    assert figures(2023) == ("780,000.00", "29,220,000.00")


# ---- states --------------------------------------------------------------------------------


def test_what_is_overdue_and_when_it_was_received(bench: CaseBench) -> None:
    _, paid = paid_xw(bench)
    one = bench["head"].recoveries.order(a_form(bench, paid, yuan(100)))
    assert one.due_on is not None
    page = bench.clerk.recoveries.page
    bench.clock.set_day(one.due_on)
    assert page(state="overdue").total == 0
    bench.clock.set_day(one.due_on + timedelta(days=1))
    assert [row.overdue for row in page(state="overdue").rows] == [True]
    assert any(todo.text.startswith("追回逾期") for todo in bench.clerk.home.overview().todos)
    receive = bench.clerk.recoveries.receive
    for day in (one.ordered_on - timedelta(days=1), bench.clock.today() + timedelta(days=1)):
        with pytest.raises(InvalidInput) as caught:
            receive(one.id, yuan(1), day)
        assert paths(caught) == ["received_on"]
    receive(one.id, yuan(1), one.ordered_on)
    assert page(state="overdue").total == 1
    receive(one.id, yuan(99), bench.clock.today())
    assert page(state="overdue").total == 0
    assert page("寻乌县星河").total == page(state="received").total == 1


def test_money_received_is_not_voided_away(bench: CaseBench) -> None:
    _, paid = paid_xw(bench)
    head = bench["head"].recoveries
    one = head.order(a_form(bench, paid, yuan(100)))
    with pytest.raises(Refusal, match="没有收款登记"):
        head.undo_receipt(one.id, "错")
    bench.clerk.recoveries.receive(one.id, yuan(40), bench.clock.today())
    with pytest.raises(Refusal, match=r"已收回 40\.00 元"):
        head.void(one.id, "错")
    head.undo_receipt(one.id, "登记错笔")
    row = head.void(one.id, "金额算错")
    assert (row.state_name, row.voided_reason, row.left) == ("已作废", "金额算错", yuan(0))
    for act in (lambda: head.void(one.id, "错"), lambda: head.receive(one.id, yuan(1), bench.clock.today())):
        with pytest.raises(Refusal, match="已作废"):
            act()


def test_money_ordered_back_is_not_owed_again_by_a_return_of_the_bank(bench: CaseBench, tmp_path: Path) -> None:
    _, paid = paid_xw(bench)
    one = bench["head"].recoveries.order(a_form(bench, paid, yuan(100)))
    (batch,) = bench.clerk.payments.page().rows
    (line,) = bench.clerk.returns.lines(batch.id)
    file = tmp_path / "回盘.csv"
    file.write_text(
        "收款人户名,收款人账号,交易金额,处理状态,失败原因,交易日期\n"
        f"{line.payee},{line.account_number},780000,退票,账户已销户,{bench.clock.today()}\n",
        encoding="utf-8",
    )
    with pytest.raises(Refusal, match="已下达追回"):
        bench.clerk.returns.take(batch.id, file)
    with bench.clerk.file.read() as session:
        assert session.get_one(Instalment, paid).state == "paid"
    bench["head"].recoveries.void(one.id, "款项已被银行退回")
    bench.clerk.returns.take(batch.id, file)
    with bench.clerk.file.read() as session:
        assert session.get_one(Instalment, paid).state == "returned"


def test_a_recovery_stands_in_the_dossiers_history(bench: CaseBench) -> None:
    party, paid = paid_xw(bench)
    head = bench["head"].recoveries
    subject = f"档案 {bench.clerk.dossiers.get(party).form.name}"
    acts: list[tuple[str, Any]] = [
        ("下达追回", lambda: head.order(a_form(bench, paid, yuan(100)))),
        ("登记追回收款", lambda: head.receive(1, yuan(100), bench.clock.today())),
        ("撤销追回收款登记", lambda: head.undo_receipt(1, "银行退汇")),
        ("作废追回", lambda: head.void(1, "算错")),
    ]
    for name, act in acts:
        before = bench.clerk.audit.page().total
        act()
        page = bench.clerk.audit.page()
        assert (page.total - before, page.rows[0].action, page.rows[0].subject) == (1, name, subject)
    history = bench.clerk.audit.history_of_party(party)
    said = {(row.action, label, after) for row in history for label, _, after in row.changes}
    assert {
        ("下达追回", "追回金额", "100.00 元"),
        ("登记追回收款", "实收", "100.00 元"),
        ("登记追回收款", "追回状态", "已收回"),
        ("作废追回", "作废原因", "算错"),
    } <= said
    assert bench.clerk.audit.verify()[0]
