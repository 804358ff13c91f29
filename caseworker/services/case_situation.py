"""Gathers from the file everything a move of a case depends on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from caseworker.casework.checklist import Checklist
from caseworker.casework.findings import HEAD, Finding, settler
from caseworker.casework.fund import ENOUGH, FundCheck, FundFacts, InstalmentState, check_commitment, count_fund
from caseworker.casework.notice import NoticeFacts, NoticeState
from caseworker.casework.situation import ProposalFacts, Situation
from caseworker.policy import Clause, Pack, Packs
from caseworker.services.case_calculation import (
    Worked,
    changed_awards,
    frozen_amount,
    thaw,
    work,
)
from caseworker.services.case_differences import AMOUNT_LABEL, differences
from caseworker.services.case_papers import checklist_of
from caseworker.services.case_repeats import repeats
from caseworker.services.consultation_rows import came_since, unanswered
from caseworker.services.findings_standing import head_answered, standing, unsettled
from caseworker.services.prior_counts import prior_fund
from caseworker.services.prior_running import coming_in
from caseworker.services.recovery_counts import fund_back
from caseworker.services.seats import Cancel, Progress
from caseworker.services.supplement import due_of, issued_supplement
from caseworker.services.workflow import notice_days, office_of
from caseworker.store.models import (
    Case,
    Document,
    FundYear,
    Instalment,
    Notice,
    NoticeCase,
    Objection,
    Party,
    Proposal,
    SealUse,
)
from caseworker.values.money import Money

# Where a case stands before its facts are fixed by a proposal; later the live calculation only shows differences.
OPEN_STEPS = frozenset({"acceptance", "verification", "calculation", "proposal"})


@dataclass(frozen=True, slots=True)
class CaseState:
    """One case as it stands, with what its situation was drawn from."""

    case: Case
    worked: Worked
    checklist: Checklist
    proposal: Proposal | None
    findings: tuple[Finding, ...]
    situation: Situation


def case_state(
    session: Session, case: Case, packs: Packs, today: date, *, progress: Progress = None, cancelled: Cancel = None
) -> CaseState:
    """Raises errors.Cancelled."""
    worked = work(session, case, packs, progress=progress, cancelled=cancelled)
    clause = packs[case.policy].clauses[case.clause]
    checklist = checklist_of(session, case, clause.papers, worked.gathered.values, today)
    proposal = live_proposal(session, case.id)
    office = office_of(session)
    frozen: dict[str, Any] = {} if proposal is None else thaw(proposal)
    asked = worked.request if proposal is None else frozen["request"]
    amount = Money.zero() if proposal is None else frozen_amount(frozen)
    findings = standing(session, case, packs, worked=worked, cancelled=cancelled)
    still_open = unsettled(session, case.id, findings)
    asked_for = issued_supplement(session, case.id)
    situation = Situation(
        step=case.step,
        status=case.status,
        today=today,
        checklist=checklist,
        calculation=worked.facts(),
        proposal=None if proposal is None else _proposal_facts(proposal, frozen, worked, packs[case.policy], clause),
        payee_ended=why_ended(session.get_one(Party, case.party_id), today),
        repeats=() if case.head_id is not None else repeats(session, case, clause, asked["facts"]),
        open_findings=len(still_open),
        head_findings=sum(settler(one.kind) == HEAD for one in still_open),
        head_answered=head_answered(session, case.id),
        unanswered=unanswered(session, case.id, today),
        answered_since=came_since(session, case.id, frozen),
        reviewer_id=case.reviewer_id,
        two_person_mode=office.two_person_mode,
        notice_days=notice_days(session, packs, case.policy),
        notice=None if proposal is None else notice_facts(session, case.id, proposal.id),
        fund=fund_check(session, packs, case.policy, today, amount) if case.step == "decision" else ENOUGH,
        letter_sealed=letter_sealed(session, case.id),
        refusal_sealed=case.status in ("refused", "not-accepted") and letter_sealed(session, case.id, "refusal"),
        instalments=tuple(
            InstalmentState(state)
            for state in session.scalars(select(Instalment.state).where(Instalment.case_id == case.id))
        ),
        acceptance_letter=_acceptance_letter(session, case.id),
        supplement_due=None if asked_for is None else due_of(asked_for),
    )
    return CaseState(case, worked, checklist, proposal, findings, situation)


def _acceptance_letter(session: Session, case_id: int) -> str:
    """The number of the 受理通知书 in force; empty while none is."""
    of_case = select(Document.shown_number).where(Document.case_id == case_id)
    return session.scalar(of_case.where(Document.kind == "acceptance", Document.state == "issued").limit(1)) or ""


def why_ended(party: Party, today: date) -> str:
    """The sentence that a payee's dossier has ended; empty while it goes on."""
    if party.ended_on is None or party.ended_on > today:
        return ""
    return f"“{party.name}”的档案已于 {party.ended_on} 终止，不能兑现。请改走“拟不予兑现”或终止办理。"


def live_proposal(session: Session, case_id: int) -> Proposal | None:
    return session.scalar(select(Proposal).where(Proposal.case_id == case_id, Proposal.state == "live"))


def notice_facts(session: Session, case_id: int, proposal_id: int) -> NoticeFacts | None:
    """The notice that shows this proposal; one of an earlier proposal shows something else and does not count.

    A voided one is nobody's notice any more, and is told of only where no other came after it: the objections that it
    drew still stand against the proposal.
    """
    notice = session.scalar(
        select(Notice)
        .join(NoticeCase, NoticeCase.notice_id == Notice.id)
        .where(NoticeCase.case_id == case_id, NoticeCase.proposal_id == proposal_id)
        .order_by(Notice.state == NoticeState.VOIDED.value, Notice.id.desc())
        .limit(1)
    )
    if notice is None:
        return None
    opened = select(func.count(Objection.id)).where(Objection.case_id == case_id, Objection.outcome == "open")
    shown = select(NoticeCase.notice_id).where(NoticeCase.case_id == case_id, NoticeCase.proposal_id == proposal_id)
    upheld = select(func.count(Objection.id)).where(
        Objection.notice_id.in_(shown), Objection.case_id == case_id, Objection.outcome == "upheld"
    )
    return NoticeFacts(
        NoticeState(notice.state),
        notice.first_day,
        notice.last_day,
        notice.days,
        open_objections=session.scalar(opened) or 0,
        upheld_objections=session.scalar(upheld) or 0,
    )


def letter_sealed(session: Session, case_id: int, kind: str = "decision") -> bool:
    """Whether the letter of the decision in force bears the seal: on the file itself, or in the seal register."""
    used = exists().where(SealUse.document_id == Document.id)
    query = select(Document.id).where(
        Document.case_id == case_id,
        Document.kind == kind,
        Document.state == "issued",
        or_(Document.sealed_attachment_id.is_not(None), used),
    )
    return session.scalar(query.limit(1)) is not None


def fund_facts(session: Session, packs: Packs, policy: str, year: int) -> FundFacts | None:
    """The year's fund as it stands: with what was used before this program, less what was received back. The forecast
    counts what awards begun before this program may still pay.

    None where nobody sets one.
    """
    row = session.scalar(select(FundYear).where(FundYear.policy == policy, FundYear.year == year))
    planned = packs[policy].fund_of(year)
    budget = row.budget if row is not None else (None if planned is None else planned.amount)
    if budget is None:
        return None
    rows = session.execute(
        select(Instalment.state, Instalment.amount, Instalment.due_on)
        .join(Case, Case.id == Instalment.case_id)
        .where(Case.policy == policy)
    )
    here = count_fund(year, budget, ((InstalmentState(state), amount, due) for state, amount, due in rows))
    before = prior_fund(session, policy, year)
    paid = here.paid - fund_back(session, policy, year) + before.grants + before.paid
    forecast = sum((one.amount for one in coming_in(session, packs, policy, year)), here.forecast)
    return replace(here, committed=here.committed + before.committed, paid=paid, forecast=forecast)


def fund_check(session: Session, packs: Packs, policy: str, today: date, amount: Money) -> FundCheck:
    fund = fund_facts(session, packs, policy, today.year)
    return ENOUGH if fund is None or not amount else check_commitment(fund, amount)


def _proposal_facts(
    proposal: Proposal, frozen: dict[str, Any], worked: Worked, pack: Pack, clause: Clause
) -> ProposalFacts:
    rows = differences(frozen, worked, pack, clause)
    changes = tuple(f"{label}由 {was} 变为 {now}" for label, was, now in rows if label != AMOUNT_LABEL)
    return ProposalFacts(
        outcome=proposal.outcome,
        amount=frozen_amount(frozen),
        proposer_id=proposal.proposed_by,
        changed_awards=changed_awards(frozen, worked.gathered),
        changed_facts=changes,
    )
