"""One case with everything its screen shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.casework.fund import INSTALMENT_NAMES, FundLevel, InstalmentState
from caseworker.casework.machine import judge, needs_reason, open_moves
from caseworker.casework.steps import GROUND_NAMES, STATUS_NAMES
from caseworker.policy import Pack
from caseworker.services.case_moves import DECIDING, JOINT_REVIEW, mover_of
from caseworker.services.case_papers import noted, paper_views
from caseworker.services.case_situation import CaseState, case_state
from caseworker.services.notice_views import notice_view
from caseworker.services.oversight_kinds import PERFORMANCE
from caseworker.services.performance import last_review, review_words
from caseworker.services.seats import Cancel, Progress
from caseworker.services.supplement import supplement_note
from caseworker.services.views import (
    CaseDetail,
    DocumentRow,
    InstalmentView,
    MoveRow,
    MoveView,
    NoticeView,
    PaperView,
    StepMark,
    StepView,
)
from caseworker.services.workflow import rules_of
from caseworker.store.models import (
    Case,
    CaseMove,
    Decision,
    Document,
    Instalment,
    Notice,
    NoticeCase,
    Party,
    User,
)

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


# What rests on the facts
_RESTING = frozenset({"propose-grant", "propose-refusal", "propose-not-accepted", "review", "decide-grant"})


def case_detail(
    desk: Desk, session: Session, case: Case, progress: Progress = None, cancelled: Cancel = None
) -> CaseDetail:
    state = case_state(session, case, desk.packs, desk.clock.today(), progress=progress, cancelled=cancelled)
    pack = desk.packs[case.policy]
    clause = pack.clauses[case.clause]
    party = session.get_one(Party, case.party_id)
    names = {row.id: row.name for row in session.scalars(select(User))}
    moves = list(session.scalars(select(CaseMove).where(CaseMove.case_id == case.id).order_by(CaseMove.id)))
    papers = paper_views(session, case, state.checklist, clause, state.worked.gathered.values)
    joint = session.scalar(select(Decision.joint_review).where(Decision.case_id == case.id).limit(1)) or False
    asked, late = supplement_note(session, case, pack, state.checklist, desk.clock.today())
    return CaseDetail(
        id=case.id,
        version=case.version,
        number=case.number,
        party_id=party.id,
        party=party.name,
        policy=case.policy,
        policy_title=pack.title,
        clause=case.clause,
        clause_number=clause.number,
        clause_title=clause.title,
        clause_summary=clause.quote,
        as_of=case.as_of,
        step=case.step,
        status=case.status,
        status_name=STATUS_NAMES[case.status],
        officer=names[case.officer_id],
        proposer=_name(names, case.proposer_id),
        reviewer=_name(names, case.reviewer_id),
        head=_name(names, case.head_id),
        due_on=case.due_on,
        steps=_steps(pack, state, moves, names),
        moves=_moves(desk, session, state, noted(papers)),
        papers=papers,
        papers_note=_papers_note(state, papers),
        log=tuple(_log_row(pack, move, names, joint) for move in moves),
        documents=_documents(session, case, party),
        notice=_notice(session, case),
        instalments=instalment_views(session, case.id),
        open_findings=state.situation.open_findings,
        open_inquiries=len(state.situation.unanswered),
        supplement_note=asked,
        supplement_late=late,
    )


def _papers_note(state: CaseState, papers: tuple[PaperView, ...]) -> str:
    """7/9 项齐备（容缺 1 项），2 项有提示"""
    noted = sum(bool(paper.warnings) for paper in papers)
    return state.checklist.note + (f"，{noted} 项有提示" if noted else "")


def instalment_views(session: Session, case_id: int) -> tuple[InstalmentView, ...]:
    rows = session.scalars(
        select(Instalment).where(Instalment.case_id == case_id).order_by(Instalment.number, Instalment.id)
    )
    return tuple(instalment_view(row) for row in rows)


def instalment_view(row: Instalment) -> InstalmentView:
    name = INSTALMENT_NAMES[InstalmentState(row.state)]
    return InstalmentView(row.id, row.number, row.amount, row.due_on, row.state, name)


def _name(names: dict[int, str], user_id: int | None) -> str:
    return "" if user_id is None else names[user_id]


def _moves(desk: Desk, session: Session, state: CaseState, noted: str) -> tuple[MoveView, ...]:
    views = []
    reviewed = _review(session, desk.packs[state.case.policy], state.case.party_id)
    mover = mover_of(desk)
    for move in open_moves(rules_of(desk.packs[state.case.policy]), state.situation):
        verdict = judge(move, state.situation, mover)
        views.append(
            MoveView(
                id=move.id,
                name=move.name,
                plain=not needs_reason(move, verdict),
                grounds=tuple(GROUND_NAMES[ground] for ground in move.grounds),
                why_not=None if verdict.allowed else "\n".join(verdict.reasons),
                warning="\n".join(verdict.warnings) or _soft_warning(move.guards, move.effects, state, noted, reviewed),
            )
        )
    return tuple(views)


def _review(session: Session, pack: Pack, party_id: int) -> str:
    """What the payee's last 绩效评价 came to, where the policy makes it a ground of later claims (大同 第十三条)."""
    duty, act = pack.duty(PERFORMANCE), last_review(session, party_id)
    if duty is None or act is None:
        return ""
    return f"该单位{review_words(act)}。{duty.clause}：绩效评价作为以后专项资金申报的重要依据。"


def _soft_warning(
    guards: tuple[str, ...], effects: tuple[str, ...], state: CaseState, noted: str, reviewed: str
) -> str:
    """What whoever takes the move should know, one a line; none of it stands in the way."""
    fund = state.situation.fund
    words = [noted] if noted and "papers-complete" in guards else []
    if "review" in effects or "decide-grant" in effects:
        words.extend(state.situation.answered_since)
    if "inquiries-answered" not in guards and _RESTING & set(effects):
        words.extend(state.situation.unanswered)
    if reviewed and _RESTING & set(effects):
        words.append(reviewed)
    if "fund-left" in guards and fund.level is FundLevel.WARN:
        words.append(fund.sentence)
    return "\n".join(words)


def _steps(pack: Pack, state: CaseState, moves: list[CaseMove], names: dict[int, str]) -> tuple[StepView, ...]:
    """Done, current, ahead; skipped is a step that this case passes by, such as a notice where none is held."""
    rules = rules_of(pack)
    here = rules.order(state.case.step)
    left = {move.from_step: move for move in moves if move.from_step and move.to_step != move.from_step}
    visited = {move.to_step for move in moves} | {state.case.step}
    views = []
    for place, step in enumerate(rules.steps):
        if place == here:
            mark = StepMark.DONE if state.case.status == "closed" else StepMark.CURRENT
        elif place < here:
            mark = StepMark.DONE if step.id in visited else StepMark.SKIPPED
        else:
            unheld = step.id == "notice" and state.situation.notice_days == 0
            mark = StepMark.SKIPPED if unheld else StepMark.AHEAD
        note = ""
        if mark is StepMark.DONE and step.id in left:
            note = f"{left[step.id].office_date.isoformat()} {names[left[step.id].user_id]}"
        views.append(StepView(step.id, step.name, mark, note))
    return tuple(views)


def _log_row(pack: Pack, move: CaseMove, names: dict[int, str], joint: bool) -> MoveRow:
    """`joint`: in two-person mode one person reviewed and decided, which the line of the decision says."""
    rules = rules_of(pack)

    def step(step_id: str) -> str:
        return rules.step(step_id).name if rules.has_step(step_id) else ""

    name = rules.name_of(move.move, move.from_step, move.to_step)
    if joint and any(DECIDING & set(rule.effects) for rule in rules.named(move.move)):
        name = f"{name}（{JOINT_REVIEW}）"
    return MoveRow(
        moved_at=move.moved_at,
        office_date=move.office_date,
        user=names[move.user_id],
        move=name,
        from_step=step(move.from_step),
        to_step=step(move.to_step),
        reason=move.reason,
    )


def _documents(session: Session, case: Case, party: Party) -> tuple[DocumentRow, ...]:
    from caseworker.services.document_letter import used_seal
    from caseworker.services.documents import document_row

    rows = session.scalars(select(Document).where(Document.case_id == case.id).order_by(Document.id.desc()))
    return tuple(document_row(row, case.number, party.name, used_seal(session, row.id)) for row in rows)


def _notice(session: Session, case: Case) -> NoticeView | None:
    notice = session.scalar(
        select(Notice)
        .join(NoticeCase, NoticeCase.notice_id == Notice.id)
        .where(NoticeCase.case_id == case.id)
        .order_by(Notice.id.desc())
        .limit(1)
    )
    return None if notice is None else notice_view(session, notice)
