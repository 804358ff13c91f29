"""The packs' workflows, the state machine over them, and four eyes."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from caseworker import resources
from caseworker.casework import guards
from caseworker.casework.checklist import Checklist, PaperState, evaluate
from caseworker.casework.fund import FundCheck, FundLevel, InstalmentState
from caseworker.casework.machine import find_move, judge, needs_reason, open_moves, why_not
from caseworker.casework.notice import NoticeFacts, NoticeState
from caseworker.casework.situation import CalculationFacts, Mover, ProposalFacts, Situation
from caseworker.casework.steps import EFFECTS, GUARD_IDS, WorkflowError, load_steps, parse_steps
from caseworker.policy.model import Paper
from caseworker.values.money import Money

TODAY = date(2023, 6, 10)
RULES = load_steps(resources.path("policies", "datong-2022"))
CLERK = Mover(1, "经办", frozenset({"caseworker"}))
REVIEWER = Mover(2, "复核", frozenset({"reviewer"}))
HEAD = Mover(3, "负责", frozenset({"head"}))
ALL_ROLES = frozenset({"caseworker", "reviewer", "head", "seal-keeper", "administrator"})

READY = CalculationFacts(eligible=True, amount=Money.parse(100))
SHOWN = NoticeFacts(NoticeState.CLOSED, date(2023, 6, 1), date(2023, 6, 8), 7)


def at(step: str, **changes: Any) -> Situation:
    base = Situation(
        step=step, status="open", today=TODAY, checklist=Checklist(()), calculation=READY, notice_days=7, notice=SHOWN
    )
    if step in ("review", "notice", "decision", "payment"):
        base = replace(base, proposal=ProposalFacts("granted", Money.parse(100), CLERK.user_id))
    if step in ("notice", "decision", "payment"):
        base = replace(base, reviewer_id=REVIEWER.user_id)
    return replace(base, **changes)


def refused(case: Situation, move: str, mover: Mover, reason: str = "") -> tuple[str, ...]:
    return why_not(RULES, case, move, mover, reason)


@pytest.mark.parametrize("policy", ["xunwu-2022-59", "datong-2022"])
def test_every_pack_has_one_straight_way_from_door_to_archive(policy: str) -> None:
    rules = load_steps(resources.path("policies", policy))
    case = at(rules.first.id, proposal=None, letter_sealed=True)
    seen = [case.step]
    while case.step != "archive":
        onward = [
            move
            for move in open_moves(rules, case)
            if move.plain and move.to and rules.order(move.to) > rules.order(case.step)
        ]
        assert len(onward) == 1, (case.step, [move.id for move in onward])
        case = at(onward[0].to or "", letter_sealed=True)
        seen.append(case.step)
    assert seen == [step.id for step in rules.steps]


def test_the_programs_own_lists_agree() -> None:
    assert set(guards.GUARDS) == GUARD_IDS
    assert guards.OVERRIDABLE <= GUARD_IDS
    used = {effect for move in RULES.moves for effect in move.effects}
    assert used == EFFECTS, "an effect that no pack uses is dead code"


def test_from_every_step_before_the_archive_a_case_can_be_ended() -> None:
    for step in RULES.steps[:-1]:
        assert refused(at(step.id), "terminate", HEAD, "资料虚假") == ()


@pytest.mark.parametrize(
    ("step", "move", "right", "wrong"),
    [
        ("acceptance", "verify", CLERK, REVIEWER),
        ("verification", "papers-complete", CLERK, HEAD),
        ("calculation", "calculated", CLERK, REVIEWER),
        ("proposal", "propose", CLERK, HEAD),
        ("review", "review-pass", REVIEWER, HEAD),
        ("notice", "notice-done", CLERK, Mover(9, "管理员", frozenset({"administrator"}))),
        ("decision", "decide-grant", HEAD, CLERK),
        ("payment", "archive", CLERK, Mover(9, "印章", frozenset({"seal-keeper"}))),
    ],
)
def test_each_plain_move_is_open_to_its_role_only(step: str, move: str, right: Mover, wrong: Mover) -> None:
    case = at(step, letter_sealed=True)
    assert refused(case, move, right) == ()
    (sentence, *_) = refused(case, move, replace(wrong, user_id=99))
    assert "您没有这一角色" in sentence


def test_a_move_from_another_step_says_where_the_case_stands() -> None:
    assert refused(at("calculation"), "decide-grant", HEAD) == ("办件现处于“测算”，不能“决定兑现”。",)
    assert "没有“fly”这一操作" in refused(at("calculation"), "fly", HEAD)[0]


def test_an_ended_case_moves_no_more() -> None:
    assert refused(at("decision", status="withdrawn"), "decide-grant", HEAD) == ("办件已撤回，不能“决定兑现”。",)
    suspended = at("decision", status="suspended")
    assert refused(suspended, "decide-grant", HEAD) == ("办件已中止，不能“决定兑现”。",)
    assert refused(suspended, "resume", HEAD, "已整改") == ()


def test_moves_off_the_straight_way_ask_for_a_reason() -> None:
    assert refused(at("review"), "review-return", REVIEWER) == ("“复核退回”需要写明理由。",)
    assert refused(at("review"), "review-return", REVIEWER, "  ") == ("“复核退回”需要写明理由。",)
    assert refused(at("review"), "review-return", REVIEWER, "工资流水缺一个月") == ()


def test_lacking_papers_hold_up_and_all_reasons_come_at_once() -> None:
    papers = [Paper(id, f"材料{id}", "mandatory", True, True, True, "") for id in "ab"]
    lacking = evaluate(papers, {"a": PaperState()}, {}, TODAY)
    reasons = refused(at("verification", checklist=lacking), "papers-complete", REVIEWER)
    assert len(reasons) == 3
    assert "您没有这一角色" in reasons[0]
    assert "材料a" in reasons[1]


def test_what_is_missing_or_wrong_in_the_calculation_is_named() -> None:
    case = at("calculation", calculation=CalculationFacts(missing=("座席数", "开始运营日期")))
    assert refused(case, "calculated", CLERK) == ("测算还缺：座席数、开始运营日期。请在企业档案或本办件中补录。",)
    wrong = at("calculation", calculation=CalculationFacts(problems=("“座席数”应为整数",)))
    assert refused(wrong, "calculated", CLERK) == ("“座席数”应为整数",)


def test_a_claim_that_is_not_eligible_or_comes_to_nothing_is_not_proposed() -> None:
    unmet = CalculationFacts(eligible=False, unmet=("座席规模 99 席，应达到 100 席",))
    (sentence,) = refused(at("proposal", calculation=unmet), "propose", CLERK)
    assert "座席规模 99 席" in sentence
    assert refused(at("proposal", calculation=unmet), "propose-refusal", CLERK, "座席不足") == ()
    zero = CalculationFacts(eligible=True, amount=Money.zero())
    assert "0 元" in refused(at("proposal", calculation=zero), "propose", CLERK)[0]


# ---- four eyes -----------------------------------------------------------------------------


@pytest.mark.parametrize("two_person_mode", [False, True])
def test_the_proposer_neither_reviews_nor_decides(two_person_mode: bool) -> None:
    clerk = replace(CLERK, roles=ALL_ROLES)
    for step, move, act in (("review", "review-pass", "复核"), ("decision", "decide-grant", "决定")):
        (sentence,) = refused(at(step, two_person_mode=two_person_mode), move, clerk)
        assert sentence == f"您是本办件的初审经办人，不能由同一人{act}。"
    assert "初审经办人" in refused(at("decision"), "decide-refuse", clerk, "不符")[0]


def test_the_reviewer_decides_only_in_two_person_mode() -> None:
    reviewer = replace(REVIEWER, roles=ALL_ROLES)
    (sentence,) = refused(at("decision"), "decide-grant", reviewer)
    assert "两人模式" in sentence
    assert refused(at("decision", two_person_mode=True), "decide-grant", reviewer) == ()


def test_the_head_reviews_only_in_two_person_mode() -> None:
    assert "您没有这一角色" in refused(at("review"), "review-pass", HEAD)[0]
    assert refused(at("review", two_person_mode=True), "review-pass", HEAD) == ()


# ---- circumstances -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "days", "to"),
    [("granted", 7, "notice"), ("granted", 0, "decision"), ("refused", 7, "decision"), ("refused", 0, "decision")],
)
def test_where_a_passed_review_leads(outcome: str, days: int, to: str) -> None:
    case = at("review", proposal=ProposalFacts(outcome, Money.parse(1), CLERK.user_id), notice_days=days)
    move, _ = find_move(RULES, case, "review-pass")
    assert move is not None
    assert move.to == to


def test_a_proposed_refusal_cannot_be_granted() -> None:
    case = at("decision", proposal=ProposalFacts("refused", Money.zero(), CLERK.user_id))
    assert refused(case, "decide-grant", HEAD) == ("初审意见为拟不予兑现，不能“决定兑现”。如需改变，请先退回核验。",)
    assert refused(case, "decide-refuse", HEAD, "座席不足") == ()


def test_a_decision_wants_the_notice_even_if_the_step_was_reached() -> None:
    assert "公示期未满" in refused(at("decision", today=date(2023, 6, 7)), "decide-grant", HEAD)[0]
    assert "尚未公示" in refused(at("decision", notice=None), "decide-grant", HEAD)[0]
    assert refused(at("decision", notice=None, notice_days=0), "decide-grant", HEAD) == ()


def test_awards_given_meanwhile_hold_up_review_and_decision() -> None:
    stale = ProposalFacts("granted", Money.parse(100), CLERK.user_id, ("已有兑现。",))
    assert refused(at("review", proposal=stale), "review-pass", REVIEWER) == ("已有兑现。",)
    assert refused(at("decision", proposal=stale), "decide-grant", HEAD) == ("已有兑现。",)


def test_an_earlier_grant_of_the_same_matter_stops_every_move_towards_money() -> None:
    twice = ("办件 XK-2023-0001 已就同一事项决定兑现。",)
    assert refused(at("proposal", repeats=twice), "propose", CLERK) == twice
    assert refused(at("review", repeats=twice), "review-pass", REVIEWER) == twice
    assert refused(at("decision", repeats=twice), "decide-grant", HEAD) == twice
    assert refused(at("proposal", repeats=twice), "propose-refusal", CLERK, "重复申报") == ()
    refusal = ProposalFacts("refused", Money.zero(), CLERK.user_id)
    assert refused(at("review", repeats=twice, proposal=refusal), "review-pass", REVIEWER) == ()


@pytest.mark.parametrize("policy", ["xunwu-2022-59", "datong-2022", ""])
@pytest.mark.parametrize("notice_days", [0, 7])
def test_what_no_longer_holds_is_not_granted_under_any_workflow(policy: str, notice_days: int) -> None:
    rules = load_steps(resources.path("policies", policy) if policy else resources.path("policies"))
    gone = (
        CalculationFacts(missing=("工资月份",)),
        CalculationFacts(problems=("“座席数”应为整数",)),
        CalculationFacts(eligible=False, unmet=("座席规模不足",)),
        CalculationFacts(eligible=True, amount=Money.parse("99.99")),
    )
    moves = [("review", "review-pass", REVIEWER), ("decision", "decide-grant", HEAD)]
    if notice_days:
        moves.append(("notice", "notice-done", CLERK))
    for step, move, mover in moves:
        for now in gone:
            case = at(step, calculation=now, notice_days=notice_days)
            (sentence,) = why_not(rules, case, move, mover, "")
            assert "退回核验" in sentence
        for amount in (100, 101):
            case = at(step, calculation=replace(READY, amount=Money.parse(amount)), notice_days=notice_days)
            assert why_not(rules, case, move, mover, "") == ()


def test_what_changed_since_the_proposal_is_named() -> None:
    proposal = ProposalFacts("granted", Money.parse(100), CLERK.user_id, changed_facts=("座席数由 260 席 变为 90 席",))
    case = at("decision", proposal=proposal, calculation=CalculationFacts(unmet=("座席规模不足。",)))
    assert refused(case, "decide-grant", HEAD) == (
        "提交初审后资料有变（座席数由 260 席 变为 90 席），现测算不符合条件：座席规模不足。"
        "请将本办件退回核验，重新测算。",
    )


def test_beyond_the_fund_only_a_reason_helps() -> None:
    case = at("decision", fund=FundCheck(FundLevel.OVER, "超出预算。"))
    assert refused(case, "decide-grant", HEAD) == ("超出预算。",)
    assert refused(case, "decide-grant", HEAD, "县政府专题会议同意追加") == ()
    move, _ = find_move(RULES, case, "decide-grant")
    assert move is not None
    verdict = judge(move, case, HEAD)
    assert verdict.allowed
    assert needs_reason(move, verdict)


def test_the_archive_wants_the_seal_and_every_payment_but_no_forecast() -> None:
    def reasons(sealed: bool, *states: InstalmentState) -> int:
        return len(refused(at("payment", letter_sealed=sealed, instalments=states), "archive", CLERK))

    paid, planned = InstalmentState.PAID, InstalmentState.PLANNED
    assert reasons(True, paid, planned) == 0
    assert reasons(False, paid) == 1
    for owed in (InstalmentState.DUE, InstalmentState.ORDERED, InstalmentState.RETURNED):
        assert reasons(True, paid, owed) == 1
    assert reasons(False, InstalmentState.DUE) == 2


def test_money_under_way_to_the_bank_is_not_overtaken_by_a_suspension() -> None:
    case = at("payment", instalments=(InstalmentState.ORDERED,))
    assert "尚未回执" in refused(case, "suspend", HEAD, "举报")[0]
    assert refused(at("payment", instalments=(InstalmentState.DUE,)), "suspend", HEAD, "举报") == ()


# ---- pack data -----------------------------------------------------------------------------


def workflow(**move: Any) -> dict[str, Any]:
    first = {"id": "go", "name": "前进", "from": ["a"], "to": "b", "roles": ["caseworker"], **move}
    return {
        "case_number_prefix": "T",
        "steps": [{"id": "a", "name": "甲"}, {"id": "b", "name": "乙"}],
        "moves": [first],
    }


def test_a_sound_workflow_is_taken() -> None:
    assert [move.id for move in parse_steps(workflow()).moves] == ["go"]


@pytest.mark.parametrize(
    ("move", "complaint"),
    [
        ({"from": ["z"]}, "step z"),
        ({"to": "z"}, "step z"),
        ({"roles": ["administrator"]}, "role administrator"),
        ({"guards": ["luck"]}, "guard luck"),
        ({"effects": ["pay"]}, "effect pay"),
        ({"when": ["rain"]}, "circumstance rain"),
        ({"statuses": ["lost"]}, "status lost"),
        ({"sets_status": "lost"}, "status lost"),
        ({"roles": []}, "by nobody"),
    ],
)
def test_a_slip_in_the_pack_is_refused_when_it_is_loaded(move: dict[str, Any], complaint: str) -> None:
    with pytest.raises(WorkflowError, match=complaint):
        parse_steps(workflow(**move))


def test_a_missing_field_is_named() -> None:
    data = workflow()
    del data["moves"][0]["name"]
    with pytest.raises(WorkflowError, match="name"):
        parse_steps(data)


def test_one_move_id_never_means_two_ways() -> None:
    data = workflow()
    data["moves"].append({**data["moves"][0], "to": "a"})
    with pytest.raises(WorkflowError, match="two ways"):
        parse_steps(data)
    data["moves"][0]["when"], data["moves"][1]["when"] = ["grant"], ["refusal"]
    assert len(parse_steps(data).moves) == 2


@pytest.mark.parametrize("wrong", [0, -1, "15", 15.0, True])
def test_the_days_to_supplement_are_whole_and_from_one_on(wrong: object) -> None:
    data = tomllib.loads(resources.path("policies", "workflow.toml").read_text(encoding="utf-8"))
    days = data["supplement_working_days"]
    assert parse_steps(data).supplement_days == days
    with pytest.raises(WorkflowError, match="supplement_working_days"):
        parse_steps({**data, "supplement_working_days": wrong})
    del data["supplement_working_days"]
    assert parse_steps(data).supplement_days is None
