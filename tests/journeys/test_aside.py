"""Lives that do not go straight: papers brought later, sent back, refused, withdrawn, stopped, ended, objected to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from journeys.walk import START, Walk, told
from services.case_bench import DATONG, PASSWORD, XUNWU
from services.clause_dossiers import CLAUSES, Filled

from caseworker.errors import Refusal
from caseworker.values.money import Money

NEW, TAX, SEAT = "xw-1-new", "xw-3-tax", "dt-3-seat"


def filled(walk: Walk, clause: str) -> Filled:
    return CLAUSES[clause][0](walk.bench)


def test_papers_asked_for_by_letter_and_brought(walk: Walk) -> None:
    party = filled(walk, NEW).party
    case = walk.taken_in(party, NEW)
    walk.bench.go(case, ("clerk", "verify"))
    walk.bench.tick_all(case)
    lacking = next(paper for paper in walk.bench.clerk.cases.get(case).papers if paper.id == "investment-proof")
    walk.bench.clerk.cases.tick(case, lacking.id, version=lacking.version, seal=False, copy=False, note="未盖章")
    with pytest.raises(Refusal, match=f"材料“{lacking.name}”还需"):
        walk.bench.go(case, ("clerk", "papers-complete"))
    letter = walk.bench.clerk.documents.make("supplement", case_id=case)
    walk.bench["keeper"].documents.record_wet_seal(letter.id, "公章", PASSWORD)
    assert letter.shown_number == "寻客办补字〔2023〕1号"
    walk.on(date(2023, 6, 26))  # fifteen working days on, the 22nd and 23rd being 端午
    line = next(paper for paper in walk.bench.clerk.cases.get(case).papers if paper.id == lacking.id)
    walk.bench.clerk.cases.tick(case, line.id, version=line.version, seal=True, copy=True)
    walk.bench.go(case, ("clerk", "papers-complete"))
    walk.calculated(case, "780000.00")
    assert walk.reviewed(case) == "notice"
    walk.over(walk.shown(case))
    walk.bench.go(case, ("clerk", "notice-done"))
    due = walk.granted(case, "780000.00")
    walk.paid(case, due, walk.ordered(case, due))
    filed = walk.archived(case)
    assert (filed.decided_on, filed.paid_on) == (date(2023, 7, 3), date(2023, 7, 3))
    filed.holds("告知书 寻客办补字〔2023〕1号", "决定书 寻客办字〔2023〕1号")
    walk.end()


def test_sent_back_by_the_reviewer_and_by_the_head(walk: Walk) -> None:
    """Each proposal sent back stays on file; the one that was granted counts the seats found on the spot."""
    made = filled(walk, NEW)
    case = walk.taken_in(made.party, NEW)
    walk.verified(case)
    walk.calculated(case, "780000.00")
    walk.bench.go(case, ("clerk", "propose"))
    with pytest.raises(Refusal, match="需要写明理由"):
        walk.bench.go(case, ("reviewer", "review-return"))
    detail = walk.bench.go(case, ("reviewer", "review-return", "现场清点为 250 席"))
    assert (detail.step, detail.proposer) == ("verification", "")
    made.record("seats", walk.today, total=250, occupied=240, self_invested=250)
    walk.bench.go(case, ("clerk", "papers-complete"))
    walk.calculated(case, "750000.00")  # 250 × 3,000
    assert walk.reviewed(case) == "notice"
    walk.over(walk.shown(case))
    walk.bench.go(case, ("clerk", "notice-done"), ("head", "return", "补充自主投资的付款凭证"))
    walk.bench.go(case, ("clerk", "papers-complete"))
    walk.calculated(case, "750000.00")
    assert walk.reviewed(case) == "notice"
    with pytest.raises(Refusal, match="公示"):
        walk.bench.go(case, ("clerk", "notice-done"))  # the notice of the earlier proposal showed something else
    walk.over(walk.shown(case))
    walk.bench.go(case, ("clerk", "notice-done"))
    due = walk.granted(case, "750000.00")
    walk.paid(case, due, walk.ordered(case, due))
    filed = walk.archived(case)
    filed.holds("初审意见1（", "初审意见2（", "初审意见3（", "公示 2023年第1批", "公示 2023年第2批")
    assert filed.amount == Money.parse(750_000)
    walk.end()


def test_refused_by_the_head(walk: Walk) -> None:
    made = filled(walk, NEW)
    walk.bench.clerk.dossiers.set_fact(made.party, "in_scope", False, walk.today, "登记查询：已迁出")
    case = walk.taken_in(made.party, NEW)
    walk.verified(case)
    walk.bench.go(case, ("clerk", "calculated"))
    with pytest.raises(Refusal, match="不符合条件"):
        walk.bench.go(case, ("clerk", "propose"))
    with pytest.raises(Refusal, match="需要写明理由"):
        walk.bench.go(case, ("clerk", "propose-refusal"))
    walk.bench.go(case, ("clerk", "propose-refusal", "企业已迁出本县"))
    assert walk.bench.go(case, ("reviewer", "review-pass")).step == "decision", "a refusal is not shown to the public"
    with pytest.raises(Refusal, match="拟不予兑现"):
        walk.bench.go(case, ("head", "decide-grant"))
    detail = walk.bench.go(case, ("head", "decide-refuse", "企业已迁出本县，不符合第一部分"))
    assert (detail.status, detail.instalments) == ("refused", ())
    with pytest.raises(Refusal):
        walk.bench.go(case, ("clerk", "archive"))
    letter = walk.bench.clerk.documents.make("refusal", case_id=case)
    walk.bench["keeper"].documents.record_wet_seal(letter.id, "公章", PASSWORD)
    filed = walk.archived(case)
    assert filed.amount == Money.zero()
    assert walk.bench.clerk.cases.get(case).status == "refused", "how it ended stays on it"
    filed.holds(f"不予兑现决定书 {letter.shown_number}", "3 测算/初审意见1")
    assert walk.fund(XUNWU) == (Money.zero(), Money.zero())
    # back in the county it may be claimed anew
    walk.bench.clerk.dossiers.set_fact(made.party, "in_scope", True, walk.today + timedelta(days=1), "迁回登记")
    walk.on(walk.today + timedelta(days=1))
    walk.whole(made.party, NEW, "780000.00")
    walk.end()


def test_withdrawn_while_it_was_shown(walk: Walk) -> None:
    made = filled(walk, SEAT)
    case = walk.taken_in(made.party, SEAT)
    walk.verified(case)
    walk.calculated(case, "5000.00")
    walk.reviewed(case)
    notice = walk.shown(case)
    walk.bench.go(case, ("clerk", "withdraw", "企业来函撤回"))
    walk.over(notice)
    with pytest.raises(Refusal, match="已撤回"):
        walk.bench.go(case, ("clerk", "notice-done"))
    filed = walk.archived(case)
    filed.holds("公示 2023年第1批", "初审意见1")
    assert (filed.instalments, walk.fund(DATONG)) == ((), (Money.zero(), Money.zero()))
    assert told(walk.whole(made.party, SEAT, "5000.00").instalments)[0] == (1, "5000.00", "2023-06-15", "paid")
    walk.end()


def test_stopped_and_taken_up_again(walk: Walk) -> None:
    made = filled(walk, NEW)
    case, due = walk.to_payment(made.party, NEW, "780000.00")
    walk.bench.seal_letter(case)
    with pytest.raises(Refusal, match="由复核人、负责人办理"):
        walk.bench.go(case, ("clerk", "suspend", "举报核查"))
    assert walk.bench.go(case, ("reviewer", "suspend", "举报核查")).status == "suspended"
    assert walk.bench.clerk.payments.due() == ()
    with pytest.raises(Refusal, match="可能已中止"):
        walk.bench.clerk.payments.order(XUNWU, [due.id])
    assert walk.fund(XUNWU) == (due.amount, Money.zero()), "what was granted stays bound meanwhile"
    walk.on(date(2023, 8, 1))
    with pytest.raises(Refusal, match="由负责人办理"):
        walk.bench.go(case, ("reviewer", "resume", "举报不实"))
    walk.bench.go(case, ("head", "resume", "举报不实"))
    batch = walk.bench.clerk.payments.order(XUNWU, [due.id])
    walk.bench.clerk.documents.make("payment-list", payment_batch_id=batch.id)
    walk.paid(case, due, batch.id)
    filed = walk.archived(case)
    log = (filed.folder / "4 办理经过" / "办理经过.txt").read_text(encoding="utf-8-sig")
    assert "中止办理" in log
    assert "原因：举报不实" in log
    walk.end()


def test_ended_by_the_head_before_it_was_paid(walk: Walk) -> None:
    made = filled(walk, SEAT)
    case, due = walk.to_payment(made.party, SEAT, "5000.00")
    batch = walk.ordered(case, due)
    with pytest.raises(Refusal, match="尚未回执"):
        walk.bench.go(case, ("head", "terminate", "企业注销"))
    returned = walk.return_file(batch, "失败", "账户已销户")
    walk.bench.clerk.returns.take(batch, returned)
    walk.bench.go(case, ("head", "terminate", "企业注销"))
    assert walk.fund(DATONG) == (Money.zero(), Money.zero())
    filed = walk.archived(case)
    assert {row.state for row in filed.instalments} == {"ended"}
    assert walk.bench.clerk.payments.calendar() == ()
    # nothing was paid to these two: their months are free for another company
    people = walk.bench.clerk.cases.calculation(walk.taken_in(made.party, SEAT))
    assert str(people.amount) == "5000.00"


def test_objections_hold_up_their_own_case_only(walk: Walk) -> None:
    """Three in one notice: one objection upheld, one dismissed, one case without."""
    parties = [
        walk.bench.xw_company(seats, f"寻乌县{name}客服有限公司")
        for name, seats in zip("甲乙丙", (260, 150, 120), strict=True)
    ]
    amounts = ("780000.00", "300000.00", "240000.00")
    cases = []
    for party, amount in zip(parties, amounts, strict=True):
        cases.append(walk.taken_in(party, NEW))
        walk.verified(cases[-1])
        walk.calculated(cases[-1], amount)
        walk.reviewed(cases[-1])
    notice = walk.shown(*cases)
    walk.on(START + timedelta(days=3))
    notices = walk.bench.clerk.notices
    wrong = notices.object(notice.id, cases[0], "群众来电", "其中 60 席为县产业园投资")
    idle = notices.object(notice.id, cases[1], "匿名来信", "没有 150 席")
    walk.over(notice)
    for case in cases[:2]:
        with pytest.raises(Refusal, match="异议"):
            walk.bench.go(case, ("clerk", "notice-done"))
    walk.bench.go(cases[2], ("clerk", "notice-done"))
    last = walk.granted(cases[2], amounts[2])
    walk.paid(cases[2], last, walk.ordered(cases[2], last))
    walk.archived(cases[2])
    settle = walk.bench["reviewer"].notices.settle_objection
    with pytest.raises(Refusal):
        walk.bench.clerk.notices.settle_objection(wrong.id, "自查", "dismissed")
    settle(wrong.id, "属实：自主投资 200 席", "upheld")
    settle(idle.id, "现场清点 150 席", "dismissed")
    walk.bench.go(cases[1], ("clerk", "notice-done"))
    due = walk.granted(cases[1], amounts[1])
    walk.paid(cases[1], due, walk.ordered(cases[1], due))
    walk.archived(cases[1])
    with pytest.raises(Refusal, match="异议"):
        walk.bench.go(cases[0], ("clerk", "notice-done"))
    walk.bench.go(cases[0], ("head", "return", "异议成立，重新核定"))
    walk.bench.clerk.dossiers.set_fact(parties[0], "seats", 200, date(2022, 5, 20), "现场核查：自主投资 200 席")
    walk.bench.go(cases[0], ("clerk", "papers-complete"))
    walk.calculated(cases[0], "400000.00")  # 200 × 2,000
    walk.reviewed(cases[0])
    walk.over(walk.shown(cases[0]))
    walk.bench.go(cases[0], ("clerk", "notice-done"))
    due = walk.granted(cases[0], "400000.00")
    walk.paid(cases[0], due, walk.ordered(cases[0], due))
    walk.archived(cases[0]).holds("公示 2023年第1批", "公示 2023年第2批")
    assert walk.fund(XUNWU) == (Money.zero(), Money.parse(940_000))
    walk.end()


def test_without_a_notice_where_the_office_holds_none(walk: Walk) -> None:
    walk.bench.settings(notice_days=0)
    filed = walk.whole(filled(walk, NEW).party, NEW, "780000.00")
    assert filed.decided_on == START
    # 大同's text asks for one whatever the office says
    seats = walk.bench.dt_company(2, (202304, 202305))
    assert walk.whole(seats, SEAT, "5000.00").decided_on == START + timedelta(days=7)
    walk.end()


def test_two_persons_in_a_small_office(walk: Walk) -> None:
    made = filled(walk, NEW)
    case = walk.taken_in(made.party, NEW)
    walk.verified(case)
    walk.calculated(case, "780000.00")
    walk.bench.go(case, ("clerk", "propose"))
    with pytest.raises(Refusal):
        walk.bench.go(case, ("head", "review-pass"))
    walk.bench.settings(two_person_mode=True)
    with pytest.raises(Refusal):
        walk.bench.go(case, ("clerk", "review-pass"))
    walk.bench.go(case, ("head", "review-pass"))
    walk.over(walk.shown(case))
    walk.bench.go(case, ("clerk", "notice-done"))
    due = walk.granted(case, "780000.00")
    detail = walk.bench.clerk.cases.get(case)
    assert (detail.proposer, detail.reviewer, detail.head) == ("经一", "负一", "负一")
    walk.paid(case, due, walk.ordered(case, due))
    walk.archived(case)
    walk.end()
