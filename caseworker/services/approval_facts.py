"""Which approval of the authority a case rests on, as the facts of its clause."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.policy import Clause
from caseworker.services.case_claims import granted_claims, text_key
from caseworker.store.models import Case, Decision, Proposal, SpecialApproval

KIND = "approved-amount"  # the formula of clauses that pay what an authority approved


def granted_references(
    session: Session, clause: Clause, policy: str, party_id: int, but_case: int | None
) -> dict[str, str]:
    """reference -> number of the case that was granted on it, as the frozen proposals have it."""
    query = (
        select(Proposal, Case.number)
        .join(Decision, Decision.proposal_id == Proposal.id)
        .join(Case, Case.id == Decision.case_id)
        .where(Case.party_id == party_id, Case.policy == policy, Case.clause == clause.id)
        .where(Decision.outcome == "granted", Case.status != "terminated", Case.id != (but_case or 0))
    )
    name = str(clause.formula["reference"])
    found: dict[str, str] = {}
    for proposal, number in session.execute(query):
        facts = json.loads(proposal.frozen)["request"]["facts"]
        found[str(facts.get(name))] = number
    return found


def approval_facts(session: Session, case: Case, clause: Clause) -> dict[str, tuple[Any, str]]:
    """name -> (value, source in words) of the facts that the oldest approval not used yet gives; none elsewhere."""
    if clause.kind != KIND:
        return {}
    rows = session.scalars(
        select(SpecialApproval)
        .where(SpecialApproval.party_id == case.party_id, SpecialApproval.policy == case.policy)
        .where(SpecialApproval.clause == clause.id, SpecialApproval.voided_reason.is_(None))
        .order_by(SpecialApproval.approved_on, SpecialApproval.id)
    )
    name = str(clause.formula["reference"])
    claims = granted_claims(session, case.party_id, case.policy, clause, case.id)
    used = {text_key(claim.facts.get(name)) for claim in claims}  # before this program too
    row = next((row for row in rows if text_key(row.reference) not in used), None)
    if row is None:
        return {}
    source = f"一事一议批准：{row.reference}（{row.approved_on}）"
    return {
        str(clause.formula["amount"]): (str(row.amount), source),
        name: (row.reference, source),
    }
