"""Money that does not stay where it was sent: returned, stopped by oversight, recovered; and another law midway."""

from __future__ import annotations

import dataclasses
import io
from datetime import date, timedelta

import pdfplumber
import pytest
from journeys.walk import Walk, told
from services.case_bench import DATONG, XUNWU
from services.clause_dossiers import CLAUSES

from caseworker.errors import Refusal
from caseworker.services.oversight_views import ActForm
from caseworker.services.recoveries import RecoveryForm
from caseworker.services.views import PartyForm
from caseworker.values.money import Money

NEW, SEAT = "xw-1-new", "dt-3-seat"


def other_account(walk: Walk, party: int, number: str) -> None:
    detail = walk.bench.clerk.dossiers.get(party)
    form = dataclasses.replace(detail.form, account_number=number)
    assert isinstance(form, PartyForm)
    walk.bench.clerk.dossiers.update(party, detail.version, form)


def test_a_payment_sent_back_is_corrected_and_paid_again(walk: Walk) -> None:
    made = CLAUSES[NEW][0](walk.bench)
    case, due = walk.to_payment(made.party, NEW, "780000.00")
    first = walk.ordered(case, due)
    taken = walk.bench.clerk.returns.take(first, walk.return_file(first, "退票", "账号与户名不符"))
    assert [(row.match, row.settled_as) for row in taken.rows] == [("matched", "returned")]
    assert walk.instalments(case)[0][3] == "returned"
    assert walk.fund(XUNWU) == (due.amount, Money.zero()), "still bound, not paid"
    with pytest.raises(Refusal, match="没有拨付完毕"):
        walk.bench.go(case, ("clerk", "archive"))

    other_account(walk, made.party, "1000556600007777")
    with pytest.raises(Refusal, match="账号"):
        walk.bench.clerk.payments.order(XUNWU, [due.id])
    (letter,) = walk.bench.clerk.documents.page(kind="decision", case_id=case).rows
    walk.bench.clerk.documents.void(letter.id, "收款账号变更")
    with pytest.raises(Refusal, match="负责人"):
        walk.bench.clerk.documents.make("decision", case_id=case)
    again = walk.bench["head"].documents.make("decision", case_id=case)
    assert again.shown_number == "寻客办字〔2023〕2号"
    walk.bench.seal_letter(case)
    walk.on(walk.today + timedelta(days=5))
    second = walk.bench.clerk.payments.order(XUNWU, [due.id])
    walk.bench.clerk.documents.make("payment-list", payment_batch_id=second.id)
    walk.paid(case, due, second.id)
    # the bank says of the first order that it was paid after all: nothing is booked on that word
    (late,) = walk.bench.clerk.returns.take(first, walk.return_file(first)).rows
    assert (late.match, late.settled_as) == ("differing", None)
    with pytest.raises(Refusal, match="已登记为退回"):
        walk.bench.clerk.returns.settle(late.id, "paid", "银行说明", line_id=late.line_id, happened_on=walk.today)
    walk.bench.clerk.returns.settle(late.id, "ignored", "已与银行核对，未到账")
    assert walk.fund(XUNWU) == (Money.zero(), due.amount)
    filed = walk.archived(case)
    filed.holds(
        "决定书 寻客办字〔2023〕1号（作废）", "决定书 寻客办字〔2023〕2号", "2023年第1批.xlsx", "2023年第2批.xlsx"
    )
    walk.end()


def test_money_sent_back_after_the_case_was_filed(walk: Walk) -> None:
    made = CLAUSES[NEW][0](walk.bench)
    case, due = walk.to_payment(made.party, NEW, "780000.00")
    batch = walk.ordered(case, due)
    walk.paid(case, due, batch)
    walk.bench.go(case, ("clerk", "archive"))
    walk.on(walk.today + timedelta(days=1))
    walk.bench.clerk.returns.take(batch, walk.return_file(batch, "退汇", "收款人账户状态异常"))
    detail = walk.bench.clerk.cases.get(case)
    assert (detail.step, detail.status) == ("payment", "open"), "taken from the archive: the money is owed again"
    assert walk.fund(XUNWU) == (due.amount, Money.zero())
    with pytest.raises(Refusal):
        walk.bench.clerk.payments.order(XUNWU, [due.id])  # to the same account again, as if nothing were wrong with it
    second = walk.bench.clerk.payments.order(XUNWU, [due.id], same_account_reason="银行来函：账户已恢复正常")
    walk.bench.clerk.documents.make("payment-list", payment_batch_id=second.id)
    walk.paid(case, due, second.id)
    walk.archived(case)
    walk.end()


def test_a_payee_stopped_by_oversight_between_two_instalments(walk: Walk) -> None:
    made = CLAUSES[SEAT][0](walk.bench)
    walk.whole(made.party, SEAT, "5000.00")
    walk.on(date(2023, 12, 8))
    walk.bench.months(made.party, (202306, 202307, 202308, 202309, 202310, 202311))
    case, due = walk.to_payment(made.party, SEAT, "5000.00")
    walk.bench.seal_letter(case)
    reviewer, head = walk.bench["reviewer"].oversight, walk.bench["head"].oversight
    stop = ActForm("suspension", walk.today, "挪用补贴", "补贴用于购车", made.party, data={"ground": "misuse"})
    act = reviewer.suspend(stop)
    (row,) = walk.bench.clerk.payments.due()
    assert "暂停" in row[0].state_name
    with pytest.raises(Refusal, match="暂停拨付"):
        walk.bench.clerk.payments.order(DATONG, [due.id])
    mend = ActForm(
        "rectification", walk.today, "归还挪用款项", "补贴用于购车", made.party, due_on=walk.today + timedelta(days=30),
        data={"ground": "misuse", "measures": "归还 5,000 元"},
    )  # fmt: skip
    order = head.enter(mend)
    walk.on(walk.today + timedelta(days=20))
    head.enter(ActForm("mend-report", walk.today, "整改报告", "已归还", made.party, follows_id=order.id))
    head.close(order.id, "mended", "凭证齐备", walk.today)
    with pytest.raises(Refusal):
        reviewer.lift(act.id, "已整改")
    head.lift(act.id, "已整改")
    batch = walk.bench.clerk.payments.order(DATONG, [due.id])
    walk.bench.clerk.documents.make("payment-list", payment_batch_id=batch.id)
    walk.paid(case, due, batch.id)
    walk.archived(case)
    kinds = {row.kind for row in walk.bench.clerk.oversight.page(party_id=made.party).rows}
    assert {"suspension", "lifting", "rectification", "mend-report"} <= kinds
    walk.end()


def test_money_recovered_gives_back_fund_and_room(walk: Walk) -> None:
    made = CLAUSES[SEAT][0](walk.bench)
    one, two = made.people
    filed = walk.whole(made.party, SEAT, "5000.00")
    assert walk.fund(DATONG) == (Money.zero(), Money.parse(5000))
    recoveries = walk.bench["head"].recoveries
    paid = filed.instalments[0]
    asked = recoveries.order(
        RecoveryForm(
            paid.id, Money.parse(2500), "工资流水系伪造", walk.today + timedelta(days=30), {two: Money.parse(2500)}
        )
    )
    assert walk.fund(DATONG) == (Money.zero(), Money.parse(5000)), "nothing came back yet"
    walk.on(walk.today + timedelta(days=10))
    walk.bench.clerk.recoveries.receive(asked.id, Money.parse("1000.50"), walk.today)
    assert walk.fund(DATONG) == (Money.zero(), Money.parse("3999.50"))
    walk.bench.clerk.recoveries.receive(asked.id, Money.parse("1499.50"), walk.today)
    assert walk.fund(DATONG) == (Money.zero(), Money.parse(2500))
    assert recoveries.get(asked.id).state == "received"
    # the next instalment: the first has six new months; the second had nothing, so all of his months count anew
    walk.on(date(2023, 12, 8))
    walk.bench.months(made.party, (202306, 202307, 202308, 202309, 202310), [two])
    walk.bench.months(made.party, (202306, 202307, 202308, 202309, 202310, 202311), [one])
    walk.whole(made.party, SEAT, "5000.00")
    assert walk.fund(DATONG) == (Money.zero(), Money.parse(7500))
    walk.end()


def test_another_reading_and_the_end_of_the_trial_midway(walk: Walk) -> None:
    """A decision on how the text is read holds from its day on: what was proposed stays, the next claim follows it."""
    made = CLAUSES[SEAT][0](walk.bench)
    walk.whole(made.party, SEAT, "5000.00")
    walk.on(date(2023, 12, 1))
    walk.bench.months(made.party, (202306, 202307, 202308, 202309, 202310, 202311))
    case = walk.taken_in(made.party, SEAT)
    walk.verified(case)
    walk.calculated(case, "5000.00")
    walk.reviewed(case)
    walk.bench["head"].points.choose(
        DATONG,
        "dt.after-trial",
        "stop",
        decision_number="同数服字〔2023〕9号",
        decided_on=walk.today,
        valid_from=date(2023, 12, 22),
    )
    walk.over(walk.shown(case))
    walk.bench.go(case, ("clerk", "notice-done"))
    due = walk.granted(case, "5000.00")
    walk.paid(case, due, walk.ordered(case, due))
    walk.archived(case)
    walk.on(date(2024, 6, 8))
    walk.bench.months(made.party, (202312, 202401, 202402, 202403, 202404, 202405))
    assert "已过政策施行期" in walk.refused(made.party, SEAT), "the trial is over and the office lets nothing run on"
    walk.end()


def text_of(walk: Walk, document: int) -> str:
    with pdfplumber.open(io.BytesIO(walk.bench.clerk.documents.data(document)[2])) as pdf:
        return "".join(char["text"] for page in pdf.pages for char in page.chars)


def test_the_fund_runs_out_and_the_head_goes_beyond_it_with_a_reason(walk: Walk) -> None:
    walk.bench["head"].programs.fund.set_budget(XUNWU, 2023, Money.parse(1_000_000), "寻财预〔2023〕1号")
    walk.whole(walk.bench.xw_company(260, "寻乌县甲客服有限公司"), NEW, "780000.00")
    case = walk.taken_in(walk.bench.xw_company(120, "寻乌县乙客服有限公司"), NEW)
    walk.verified(case)
    walk.calculated(case, "240000.00")
    walk.reviewed(case)
    walk.over(walk.shown(case))
    walk.bench.go(case, ("clerk", "notice-done"))
    with pytest.raises(Refusal):
        walk.bench.go(case, ("head", "decide-grant"))
    walk.bench.go(case, ("head", "decide-grant", "常务会议同意追加"))
    assert walk.year(XUNWU).left == Money.parse(-20_000)
    (due,) = walk.bench.clerk.cases.get(case).instalments
    letter = walk.bench.clerk.documents.make("decision", case_id=case)
    assert "240,000.00" in text_of(walk, letter.id)
    walk.paid(case, due, walk.ordered(case, due))
    walk.archived(case)
    assert told(walk.bench.clerk.cases.get(case).instalments)[0][3] == "paid"
    walk.end()
