"""公示 and four eyes where the office changes its mind, a case comes back, a year ends, or one holds all roles."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from services.case_bench import DATONG, DT, PASSWORD, XUNWU, XW, CaseBench, make_bench

from caseworker.errors import InvalidInput, Refusal
from caseworker.services.desk import Desk
from caseworker.services.views import Role

HALF_YEAR = (202212, 202301, 202302, 202303, 202304, 202305)
DAY = date(2023, 6, 1)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, DAY)
    yield made
    made.clerk.close()


def refusal(desk: Desk, case_id: int, move: str, reason: str = "") -> str:
    detail = desk.cases.get(case_id)
    with pytest.raises(Refusal) as caught:
        desk.cases.move(case_id, move, version=detail.version, reason=reason)
    return caught.value.message


def given(bench: CaseBench, login: str, *roles: Role) -> Desk:
    """Signs in anew with other roles."""
    bench["admin"].users.set_roles(bench[login].user.id, frozenset(roles))
    bench.desks[login] = bench["admin"].switch(login, PASSWORD)
    return bench[login]


def through_notice(bench: CaseBench, case_id: int) -> int:
    notice = bench.clerk.notices.publish([case_id])
    bench.clock.set_day(notice.last_day)
    bench.clerk.notices.close(notice.id)
    return notice.id


# ---- an office that changes its days -------------------------------------------------------


def test_notices_begun_after_the_review_are_held_before_the_decision(bench: CaseBench) -> None:
    bench.settings(notice_days=0)
    case_id = bench.to_notice(bench.xw_company(), XUNWU, XW)
    assert bench.clerk.cases.get(case_id).step == "decision"
    assert bench.clerk.notices.waiting() == ()
    bench.settings(notice_days=7)
    assert [row.id for row in bench.clerk.notices.waiting()] == [case_id]
    assert "尚未公示" in refusal(bench["head"], case_id, "decide-grant")
    through_notice(bench, case_id)
    assert bench.clerk.notices.waiting() == ()
    bench.go(case_id, ("head", "decide-grant"))
    bench.pay(case_id)


def test_notices_given_up_meanwhile_leave_a_way_on_with_a_reason(bench: CaseBench) -> None:
    case_id = bench.to_notice(bench.xw_company(), XUNWU, XW)
    assert bench.clerk.cases.get(case_id).step == "notice"
    bench.settings(notice_days=0)
    assert "由复核人、负责人办理" in refusal(bench.clerk, case_id, "notice-waived", "机构已不公示")
    assert "需要写明理由" in refusal(bench["head"], case_id, "notice-waived")
    detail = bench.go(case_id, ("head", "notice-waived", "机构自六月起不再公示"))
    assert (detail.step, detail.log[-1].move) == ("decision", "不再公示")
    bench.go(case_id, ("head", "decide-grant"))
    bench.pay(case_id)


def test_no_way_round_the_notice_that_the_text_orders(bench: CaseBench) -> None:
    bench.settings(notice_days=0)
    case_id = bench.to_notice(bench.dt_company(months=HALF_YEAR), DATONG, DT)
    assert bench.clerk.cases.get(case_id).step == "notice"
    assert "notice-waived" not in {move.id for move in bench["head"].cases.get(case_id).moves}
    assert "不能“不再公示”" in refusal(bench["head"], case_id, "notice-waived", "不用公示")


def test_a_case_decided_while_no_notices_were_held_is_still_paid(bench: CaseBench) -> None:
    bench.settings(notice_days=0)
    case_id = bench.to_notice(bench.xw_company(), XUNWU, XW)
    bench.go(case_id, ("head", "decide-grant"))
    bench.settings(notice_days=7)
    bench.pay(case_id)
    assert [one.state for one in bench.clerk.cases.get(case_id).instalments] == ["paid"]


def test_a_longer_notice_set_meanwhile_is_waited_for(bench: CaseBench) -> None:
    case_id = bench.to_notice(bench.xw_company(), XUNWU, XW)
    through_notice(bench, case_id)  # seven days
    bench.settings(notice_days=10)
    assert "最早 2023年6月11日" in refusal(bench.clerk, case_id, "notice-done")
    bench.clock.set_day(date(2023, 6, 11))
    assert bench.go(case_id, ("clerk", "notice-done")).step == "decision"


# ---- objections ----------------------------------------------------------------------------


def test_an_objection_after_closing_still_holds_up_the_decision(bench: CaseBench) -> None:
    case_id = bench.to_decision(bench.xw_company(), XUNWU, XW)
    notice = bench.clerk.cases.get(case_id).notice
    assert notice is not None
    assert notice.state == "closed"
    late = bench.clerk.notices.object(notice.id, case_id, "群众甲", "座席数不实")
    assert "异议尚未处理" in refusal(bench["head"], case_id, "decide-grant")
    bench.settings(notice_days=0)  # nor does giving up the notices pass it by
    assert "异议尚未处理" in refusal(bench["head"], case_id, "decide-grant")
    bench["reviewer"].notices.settle_objection(late.id, "现场点数属实", "dismissed")
    assert bench.go(case_id, ("head", "decide-grant")).step == "payment"
    with pytest.raises(Refusal, match="已不在公示阶段"):
        bench.clerk.notices.object(notice.id, case_id, "群众乙", "再议")


def test_an_objection_open_when_the_case_came_back_is_not_lost(bench: CaseBench) -> None:
    case_id = bench.to_notice(bench.xw_company(), XUNWU, XW)
    first = bench.clerk.notices.publish([case_id])
    asked = bench.clerk.notices.object(first.id, case_id, "群众甲", "座席数不实")
    bench.go(
        case_id,
        ("head", "return", "材料要重看"),
        ("clerk", "papers-complete"),
        ("clerk", "calculated"),
        ("clerk", "propose"),
        ("reviewer", "review-pass"),
    )
    second = through_notice(bench, case_id)
    assert second != first.id
    assert "异议尚未处理" in refusal(bench.clerk, case_id, "notice-done")
    with pytest.raises(Refusal, match="最近一次公示"):
        bench.clerk.notices.object(first.id, case_id, "群众乙", "登记错了批次")
    bench["reviewer"].notices.settle_objection(asked.id, "已重新核验", "upheld")
    # what was upheld against the first proposal was answered by the second
    assert bench.go(case_id, ("clerk", "notice-done")).step == "decision"


@pytest.mark.parametrize(("days", "taken"), [(-1, False), (0, True), (3, True), (4, False)])
def test_the_day_of_an_objection_lies_between_the_first_day_and_today(bench: CaseBench, days: int, taken: bool) -> None:
    case_id = bench.to_notice(bench.xw_company(), XUNWU, XW)
    notice = bench.clerk.notices.publish([case_id])
    bench.clock.set_day(DAY + timedelta(days=3))
    if taken:
        row = bench.clerk.notices.object(notice.id, case_id, "群众甲", "不实", DAY + timedelta(days=days))
        assert row.received_on == DAY + timedelta(days=days)
        return
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.notices.object(notice.id, case_id, " ", "", DAY + timedelta(days=days))
    assert {problem.path for problem in caught.value.problems} == {"objector", "matter", "received_on"}
    assert bench.clerk.notices.objections(notice.id) == ()


# ---- years, batches, cases put aside -------------------------------------------------------


def test_a_notice_over_the_year_s_end(bench: CaseBench) -> None:
    bench.clock.set_day(date(2023, 12, 20))
    case_id = bench.to_notice(bench.dt_company(months=(*HALF_YEAR, 202306)), DATONG, DT)
    notice = bench.clerk.notices.publish([case_id], date(2023, 12, 28))
    assert (notice.shown_number, notice.last_day) == ("2023年第1批公示", date(2024, 1, 4))
    bench.clock.set_day(date(2024, 1, 3))
    with pytest.raises(Refusal, match="最早 2024年1月4日"):
        bench.clerk.notices.close(notice.id)
    bench.clock.set_day(date(2024, 1, 4))
    bench.clerk.notices.close(notice.id)
    # the trial has run out meanwhile; the claim was taken in while it was in force
    detail = bench.go(case_id, ("clerk", "notice-done"), ("head", "decide-grant"))
    assert detail.instalments[0].due_on == date(2024, 1, 4)
    next_one = bench.to_notice(bench.xw_company(name="寻乌县明灯客服有限公司"), XUNWU, XW)
    assert bench.clerk.notices.publish([next_one]).shown_number == "2024年第1批公示"


def test_one_batch_is_of_one_policy_and_says_every_reason(bench: CaseBench) -> None:
    one = bench.to_notice(bench.xw_company(), XUNWU, XW)
    other = bench.to_notice(bench.dt_company(months=HALF_YEAR), DATONG, DT)
    early = bench.to_proposal(bench.xw_company(name="寻乌县远山客服有限公司"), XUNWU, XW)
    before = bench.clerk.audit.page().total
    with pytest.raises(Refusal) as caught:
        bench.clerk.notices.publish([one, other, early])
    lines = caught.value.message.splitlines()
    assert len(lines) == 2
    assert "DT-2023-0001 不属于同一政策" in lines[0]
    assert "现不在公示环节" in lines[1]
    assert bench.clerk.notices.page().total == 0
    assert bench.clerk.audit.page().total == before
    with pytest.raises(Refusal, match="不属于同一政策"):
        bench.clerk.payments.order(DATONG, [due_of(bench, one_paid(bench))])


def one_paid(bench: CaseBench) -> int:
    return bench.to_payment(bench.xw_company(name="寻乌县长宁客服有限公司"), XUNWU, XW)


def due_of(bench: CaseBench, case_id: int) -> int:
    bench.seal_letter(case_id)
    return next(one.id for one in bench.clerk.cases.get(case_id).instalments if one.state == "due")


def test_a_case_put_aside_during_its_notice(bench: CaseBench) -> None:
    case_id = bench.to_notice(bench.xw_company(), XUNWU, XW)
    assert "需要写明理由" in refusal(bench["reviewer"], case_id, "suspend")
    bench.go(case_id, ("reviewer", "suspend", "等待税务核实"))
    assert bench.clerk.notices.waiting() == ()
    with pytest.raises(Refusal, match="现不在公示环节"):
        bench.clerk.notices.publish([case_id])
    bench.go(case_id, ("head", "resume", "已核实"))
    notice = bench.clerk.notices.publish([case_id])
    bench.go(case_id, ("head", "suspend", "又有来信"))
    asked = bench.clerk.notices.object(notice.id, case_id, "群众甲", "不实")  # the public may still speak
    bench.clock.set_day(notice.last_day)
    bench.clerk.notices.close(notice.id)
    assert "已中止" in refusal(bench.clerk, case_id, "notice-done")
    assert "由负责人办理" in refusal(bench["reviewer"], case_id, "resume", "查清")
    bench["head"].notices.settle_objection(asked.id, "查无实据", "dismissed")
    assert bench.go(case_id, ("head", "resume", "查清"), ("clerk", "notice-done")).step == "decision"


# ---- one person, several roles -------------------------------------------------------------


def test_whoever_proposed_and_was_made_reviewer_later_does_not_review_it(bench: CaseBench) -> None:
    case_id = bench.to_proposal(bench.xw_company(), XUNWU, XW)
    bench.go(case_id, ("clerk", "propose"))
    clerk = given(bench, "clerk", Role.CASEWORKER, Role.REVIEWER, Role.HEAD)
    assert refusal(clerk, case_id, "review-pass") == "您是本办件的初审经办人，不能由同一人复核。"
    bench.go(case_id, ("reviewer", "review-pass"))
    through_notice(bench, case_id)
    bench.go(case_id, ("second", "notice-done"))
    assert refusal(clerk, case_id, "decide-grant") == "您是本办件的初审经办人，不能由同一人决定。"
    reviewer = given(bench, "reviewer", Role.REVIEWER, Role.HEAD)
    assert refusal(reviewer, case_id, "decide-grant").startswith("您是本办件的复核人")
    bench.go(case_id, ("head", "decide-grant"))


def test_two_persons_stand_in_the_case_s_log_and_in_the_offices(bench: CaseBench) -> None:
    bench.settings(two_person_mode=True)
    case_id = bench.to_proposal(bench.xw_company(), XUNWU, XW)
    bench.go(case_id, ("clerk", "propose"), ("head", "review-pass"))
    through_notice(bench, case_id)
    detail = bench.go(case_id, ("clerk", "notice-done"), ("head", "decide-grant"))
    assert detail.log[-1].move == "决定兑现（两人办理，复核与决定由同一人）"
    assert bench.clerk.audit.page(limit=1).rows[0].detail["joint_review"] is True


def test_in_two_person_mode_three_persons_are_not_called_two(bench: CaseBench) -> None:
    bench.settings(two_person_mode=True)
    case_id = bench.to_decision(bench.xw_company(), XUNWU, XW)
    detail = bench.go(case_id, ("head", "decide-grant"))
    assert detail.log[-1].move == "决定兑现"
    assert "joint_review" not in bench.clerk.audit.page(limit=1).rows[0].detail


def test_a_mode_switched_off_before_the_decision_wants_a_third_person(bench: CaseBench) -> None:
    bench.settings(two_person_mode=True, notice_days=0)
    case_id = bench.to_proposal(bench.xw_company(), XUNWU, XW)
    bench.go(case_id, ("clerk", "propose"), ("head", "review-pass"))
    bench.settings(two_person_mode=False)
    assert "未启用两人模式" in refusal(bench["head"], case_id, "decide-grant")
    bench.go(case_id, ("deputy", "decide-grant"))


def test_the_proposer_may_keep_the_seal_but_only_after_the_decision(bench: CaseBench) -> None:
    case_id = bench.to_decision(bench.xw_company(), XUNWU, XW)
    given(bench, "clerk", Role.CASEWORKER, Role.SEAL_KEEPER)
    with pytest.raises(Refusal, match="决定"):
        bench.clerk.documents.make("decision", case_id=case_id)
    bench.go(case_id, ("head", "decide-grant"))
    letter = bench.clerk.documents.make("decision", case_id=case_id)
    assert bench.clerk.documents.record_wet_seal(letter.id, "公章", PASSWORD).sealed
    with pytest.raises(Refusal, match="由印章管理员办理"):
        bench["head"].documents.record_wet_seal(letter.id, "公章", PASSWORD)


# ---- a wrong notice ------------------------------------------------------------------------


def test_a_voided_notice_stays_marked_and_its_cases_wait_for_another(bench: CaseBench) -> None:
    case_id = bench.to_notice(bench.xw_company(), XUNWU, XW)
    wrong = bench.clerk.notices.publish([case_id])
    letter = bench.clerk.documents.make("public-notice", notice_id=wrong.id)
    asked = bench.clerk.notices.object(wrong.id, case_id, "群众甲", "金额写错")
    with pytest.raises(InvalidInput):
        bench.clerk.notices.void(wrong.id, " ")
    voided = bench.clerk.notices.void(wrong.id, "单位名称写错")
    assert (voided.state, voided.closed_on, voided.closing_note) == ("voided", DAY, "单位名称写错")
    assert voided.shown_number == wrong.shown_number
    row = bench.clerk.documents.get(letter.id)
    assert (row.state, row.voided_reason) == ("voided", "公示作废：单位名称写错")
    assert bench.clerk.documents.offers("notice", wrong.id) == ()
    with pytest.raises(Refusal, match="已经作废"):
        bench.clerk.documents.make("public-notice", notice_id=wrong.id)
    with pytest.raises(Refusal, match="已经作废"):
        bench.clerk.notices.void(wrong.id, "再作废")
    with pytest.raises(Refusal):
        bench.clerk.notices.close(wrong.id)
    assert [row.id for row in bench.clerk.notices.waiting()] == [case_id]
    assert "尚未公示" in refusal(bench.clerk, case_id, "notice-done")
    entry = bench.clerk.audit.page().rows[0]
    assert (entry.action, entry.reason) == ("作废公示", "单位名称写错")
    # shown anew, from the first day; the objection to the first showing is still to be answered
    second = bench.clerk.notices.publish([case_id])
    assert second.shown_number != wrong.shown_number
    assert [row.state for row in bench.clerk.notices.page().rows] == ["open", "voided"]
    bench.clock.set_day(second.last_day)
    bench.clerk.notices.close(second.id)
    assert "异议尚未处理" in refusal(bench.clerk, case_id, "notice-done")
    bench["reviewer"].notices.settle_objection(asked.id, "已更正", "dismissed")
    bench.go(case_id, ("clerk", "notice-done"), ("head", "decide-grant"))
    with pytest.raises(Refusal, match="已经依据这次公示作出决定") as caught:
        bench.clerk.notices.void(second.id, "又写错")
    assert caught.value.code == "notice-stands"
    bench.pay(case_id)


def test_voiding_takes_no_upheld_objection_away(bench: CaseBench) -> None:
    case_id = bench.to_notice(bench.xw_company(), XUNWU, XW)
    first = bench.clerk.notices.publish([case_id])
    asked = bench.clerk.notices.object(first.id, case_id, "群众甲", "座席数不实")
    bench["reviewer"].notices.settle_objection(asked.id, "现场点数不符", "upheld")
    bench.clerk.notices.void(first.id, "日期写错")
    assert [row.outcome for row in bench.clerk.notices.objections(first.id)] == ["upheld"]
    through_notice(bench, case_id)
    assert "异议成立" in refusal(bench.clerk, case_id, "notice-done")
    bench.settings(notice_days=0)
    bench.go(case_id, ("head", "notice-waived", "机构不再公示"))
    assert "异议成立" in refusal(bench["head"], case_id, "decide-grant")


def test_a_closed_notice_is_voided_until_something_is_decided_on_it(bench: CaseBench) -> None:
    case_id = bench.to_decision(bench.xw_company(), XUNWU, XW)
    notice = bench.clerk.cases.get(case_id).notice
    assert notice is not None
    voided = bench["head"].notices.void(notice.id, "名单张贴不全")
    assert voided.closing_note == f"名单张贴不全（{notice.closed_on} 曾结束公示：无）"
    assert [row.id for row in bench.clerk.notices.waiting()] == [case_id]
    assert "尚未公示" in refusal(bench["head"], case_id, "decide-grant")
    through_notice(bench, case_id)
    bench.go(case_id, ("head", "decide-grant"))
    bench.pay(case_id)
