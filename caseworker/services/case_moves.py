"""What a move writes: the frozen proposal, the decision with its instalments and awards, and the line in the log."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseworker import __version__
from caseworker.casework.fund import COMMITTED, InstalmentState
from caseworker.casework.instalments import plan
from caseworker.casework.machine import find_move, why_not
from caseworker.casework.situation import Mover
from caseworker.casework.steps import MoveRule
from caseworker.errors import EditConflict, InvalidInput, Problem, Refusal
from caseworker.services.base import MAX_REASON, record, text_problem
from caseworker.services.case_awards import award_facts, awards_of
from caseworker.services.case_calculation import freeze, frozen_amount, thaw
from caseworker.services.case_situation import CaseState, case_state
from caseworker.services.consultation_rows import to_freeze as consultations_to_freeze
from caseworker.services.findings_standing import to_freeze
from caseworker.services.rights import roles_now
from caseworker.services.workflow import rules_of, work_calendar
from caseworker.store.models import Case, CaseMove, Decision, Instalment, PersonAward, Proposal, User
from caseworker.values.money import Money

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


DECIDING = frozenset({"decide-grant", "decide-refusal", "decide-not-accepted"})
JOINT_REVIEW = "两人办理，复核与决定由同一人"


def make_move(desk: Desk, case_id: int, move_id: str, version: int, reason: str, today: date | None) -> None:
    """Takes one move, or refuses with every reason at once. EditConflict when somebody else moved the case first."""
    reason = reason.strip()
    unreadable = text_problem(reason, MAX_REASON, lines=True)
    if unreadable:
        raise InvalidInput(f"原因{unreadable}", (Problem("reason", f"原因{unreadable}"),))
    roles = roles_now(desk)
    with desk.file.write(desk.actor, "case.move", reason=reason) as work:
        session = work.session
        case = record(session, Case, case_id, "办件")
        work.subject("case", case.id)
        _same_case(desk, session, case, version, move_id)
        day = desk.clock.today()
        if today is not None and today > day:
            # A screen left open past midnight is behind, and harmless: the guards and the log go by the office's day
            raise Refusal("another-day", f"界面日期 {today} 晚于机构日期 {day}，请刷新后再办理。")
        state = case_state(session, case, desk.packs, day)
        rules = rules_of(desk.packs[case.policy])
        mover = replace(mover_of(desk), roles=frozenset(role.value for role in roles))
        reasons = why_not(rules, state.situation, move_id, mover, reason)
        move, _ = find_move(rules, state.situation, move_id)
        if reasons or move is None:
            raise Refusal("move-refused", "\n".join(reasons))
        work.detail(move=move.id, from_step=case.step, to_step=move.to or case.step)
        if DECIDING & set(move.effects) and case.reviewer_id == mover.user_id:
            work.detail(joint_review=True)  # two-person mode: the log says so as the letter does
        _write(desk, session, state, move, reason, day)


def mover_of(desk: Desk) -> Mover:
    return Mover(desk.user.id, desk.user.name, frozenset(role.value for role in desk.user.roles))


def _same_case(desk: Desk, session: Session, case: Case, version: int, move_id: str) -> None:
    if case.version == version:
        return
    last = session.execute(
        select(CaseMove, User.name)
        .join(User, User.id == CaseMove.user_id)
        .where(CaseMove.case_id == case.id)
        .order_by(CaseMove.id.desc())
        .limit(1)
    ).first()
    rules = rules_of(desk.packs[case.policy])
    step = rules.step(case.step).name
    done = "" if last is None else rules.name_of(last[0].move, last[0].from_step, last[0].to_step)
    what = "已被修改" if last is None else f"已由{last[1]}办理“{done}”"
    raise EditConflict(
        f"本办件在您打开之后{what}，现处于“{step}”。请刷新后再办理。",
        {"操作": rules.name_of(move_id, case.step, ""), "步骤": ""},
        {"操作": done, "步骤": step},
    )


def _write(desk: Desk, session: Session, state: CaseState, move: MoveRule, reason: str, day: date) -> None:
    case = state.case
    for effect in move.effects:
        match effect:
            case "propose-grant":
                _propose(desk, session, state, "granted", day)
            case "propose-refusal":
                _propose(desk, session, state, "refused", day)
            case "propose-not-accepted":
                _propose(desk, session, state, "not-accepted", day)
            case "drop-proposal":
                _drop_proposal(case, state.proposal, move)
            case "review":
                case.reviewer_id = desk.user.id
            case "decide-grant":
                _grant(desk, session, state, reason, day)
            case "decide-refusal":
                _decision(desk, session, state, "refused", Money.zero(), reason, day)
            case "decide-not-accepted":
                _decision(desk, session, state, "not-accepted", Money.zero(), reason, day)
            case "end-instalments":
                _end_instalments(session, case)
    log(session, case, move.id, case.step, move.to or case.step, desk, reason, day)
    if move.to is not None and move.to != case.step:
        case.step = move.to
        limit = rules_of(desk.packs[case.policy]).step(move.to).working_days
        case.due_on = None if limit is None else work_calendar(session).after_working_days(day, limit).day
    if move.sets_status is not None:
        case.status = move.sets_status
        if move.sets_status not in ("open", "suspended"):
            case.closed_on = day
            case.due_on = None
    session.flush()


def log(
    session: Session, case: Case, move: str, from_step: str, to_step: str, desk: Desk, reason: str, day: date
) -> None:
    session.add(
        CaseMove(
            case_id=case.id,
            move=move,
            from_step=from_step,
            to_step=to_step,
            user_id=desk.user.id,
            moved_at=desk.clock.now(),
            office_date=day,
            reason=reason,
        )
    )


def _propose(desk: Desk, session: Session, state: CaseState, outcome: str, day: date) -> None:
    case = state.case
    pack = desk.packs[case.policy]
    findings = to_freeze(session, case.id, state.findings)
    asked = consultations_to_freeze(session, case.id)
    frozen = freeze(state.worked, state.checklist, pack, case, outcome, __version__, findings, asked)
    found = state.worked.calculation
    amount = found.amount if found is not None and outcome == "granted" else Money.zero()
    last = session.scalar(select(func.max(Proposal.number)).where(Proposal.case_id == case.id)) or 0
    session.add(
        Proposal(
            case_id=case.id,
            number=last + 1,
            state="live",
            outcome=outcome,
            frozen=frozen,
            sha256=hashlib.sha256(frozen).hexdigest(),
            amount=amount,
            program_version=__version__,
            proposed_by=desk.user.id,
            proposed_on=day,
        )
    )
    case.proposer_id = desk.user.id
    case.reviewer_id = None
    case.head_id = None
    year = state.worked.gathered.award_year
    case.award_year = None if year is None else year.year


def _drop_proposal(case: Case, proposal: Proposal | None, move: MoveRule) -> None:
    """Before the decision only: what a decision rests on stays the proposal of its case."""
    if proposal is None or case.head_id is not None:
        return
    proposal.state = "withdrawn" if move.sets_status is not None else "returned"
    case.proposer_id = None
    case.reviewer_id = None
    case.award_year = None


def _decision(
    desk: Desk, session: Session, state: CaseState, outcome: str, amount: Money, reason: str, day: date
) -> Decision:
    case, proposal = state.case, state.proposal
    if proposal is None:
        raise Refusal("no-proposal", "本办件没有经初审、复核的意见，不能决定。")
    case.head_id = desk.user.id
    decision = Decision(
        case_id=case.id,
        proposal_id=proposal.id,
        outcome=outcome,
        amount=amount,
        decided_by=desk.user.id,
        decided_on=day,
        reason=reason,
        joint_review=case.reviewer_id == desk.user.id,
    )
    session.add(decision)
    session.flush()
    return decision


def _grant(desk: Desk, session: Session, state: CaseState, reason: str, day: date) -> None:
    """The decision pays what was frozen, not what a dossier says today."""
    case, proposal = state.case, state.proposal
    if proposal is None:
        raise Refusal("no-proposal", "本办件没有经初审、复核的意见，不能决定。")
    if hashlib.sha256(proposal.frozen).hexdigest() != proposal.sha256:
        raise Refusal("proposal-altered", "封存的测算内容与其摘要不符，不能据以决定。请核对备份。")
    frozen = thaw(proposal)
    amount = frozen_amount(frozen)
    if proposal.amount != amount or proposal.outcome != frozen["outcome"]:
        raise Refusal(
            "proposal-altered",
            f"初审记录的金额 {proposal.amount.shown()} 元与封存的测算金额 {amount.shown()} 元不符，"
            "数据在程序之外被改动，不能据以决定。请核对备份。",
        )
    decision = _decision(desk, session, state, "granted", amount, reason, day)
    forecast = rules_of(desk.packs[case.policy]).forecasts.get(case.clause)
    _end_forecasts(session, case)
    for entry in plan(frozen["result"]["schedule"], amount, case.instalment_no, forecast, day):
        session.add(
            Instalment(
                decision_id=decision.id,
                case_id=case.id,
                number=entry.number,
                amount=entry.amount,
                due_on=entry.due_on,
                state=(InstalmentState.DUE if entry.payable else InstalmentState.PLANNED).value,
            )
        )
    clause = desk.packs[case.policy].clauses[case.clause]
    purposes = award_facts(clause, frozen["request"], frozen["result"])
    for person_id, amount, claimed in awards_of(clause, frozen["request"], frozen["result"]):
        session.add(
            PersonAward(
                decision_id=decision.id,
                person_id=person_id,
                party_id=case.party_id,
                policy=case.policy,
                clause=case.clause,
                amount=amount,
                claimed_through=claimed,
                paid_on=None,
                state="granted",
                facts=purposes.get(person_id, {}),
            )
        )


def _end_forecasts(session: Session, case: Case) -> None:
    """The forecasts of the instalment before give way to those that this decision makes."""
    if case.continues_id is None:
        return
    for row in session.scalars(
        select(Instalment).where(Instalment.case_id == case.continues_id, Instalment.state == "planned")
    ):
        row.state = InstalmentState.ENDED.value


def _end_instalments(session: Session, case: Case) -> None:
    """What was not paid will not be: instalments end, and the awards that nothing was paid on give back their room."""
    rows = list(session.scalars(select(Instalment).where(Instalment.case_id == case.id)))
    for row in rows:
        state = InstalmentState(row.state)
        if state in COMMITTED or state is InstalmentState.PLANNED:
            row.state = InstalmentState.ENDED.value
    if any(row.state == InstalmentState.PAID.value for row in rows):
        return
    awards = (
        select(PersonAward)
        .join(Decision, Decision.id == PersonAward.decision_id)
        .where(Decision.case_id == case.id, PersonAward.state == "granted")
    )
    for award in session.scalars(awards):
        award.state = "ended"
