"""One matter is granted once: which clauses can tell a repeated claim, and the earlier grants that it repeats."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from caseworker.policy import Clause
from caseworker.services.case_awards import GRANTED_INSTALMENTS
from caseworker.services.case_facts import gathered_lists, show_fact
from caseworker.store.models import Case, Decision, Instalment, Proposal

_USED_UP = frozenset({"claimed_through", "paid_total"})  # of a person: what earlier awards leave


def why_not_open(clause: Clause) -> str | None:
    """Why no case may be made under the clause, or None: without a guard the same matter could be paid twice."""
    if not clause.pays:
        return f"“{clause.title}”不直接发放资金，不作为办件受理；可在“测算”中使用。"
    names = {field.name for field in clause.facts}
    lists = gathered_lists(clause)
    counted = any(_USED_UP & {item.name for item in field.items} for field in clause.facts if field.name in lists)
    if clause.repeat or names & {"already_granted", "granted_this_year"} or counted:
        return None
    return f"“{clause.title}”的名单由手工填写，程序还不能查出重复兑现，暂不受理办件；可在“测算”中使用。"


def repeats(session: Session, case: Case, clause: Clause, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Sentences for earlier grants to the same party with the same values of the clause's `repeat` facts.

    A grant whose money was all given up or recovered no longer counts: none of its instalments is owed or paid.
    """
    if not clause.repeat or any(facts.get(name) is None for name in clause.repeat):
        return ()
    mine = _key(clause, facts)
    stands = exists().where(Instalment.decision_id == Decision.id, Instalment.state.in_(GRANTED_INSTALMENTS))
    query = (
        select(Case.number, Proposal.frozen)
        .join(Decision, Decision.case_id == Case.id)
        .join(Proposal, Proposal.id == Decision.proposal_id)
        .where(Case.party_id == case.party_id, Case.policy == case.policy, Case.clause == case.clause)
        .where(Decision.outcome == "granted", Case.id != case.id, stands)
        .order_by(Case.id)
    )
    found = [number for number, frozen in session.execute(query) if _key(clause, _facts(frozen)) == mine]
    shown = []
    for name in clause.repeat:
        field = clause.fact(name)
        shown.append(f"{name if field is None else field.label} {show_fact(field, facts[name])}")
    return tuple(
        f"办件 {number} 已就同一事项（{'，'.join(shown)}）决定兑现，不能重复兑现。请退回核对，或改走“拟不予兑现”。"
        for number in found
    )


def _facts(frozen: bytes) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(frozen)["request"]["facts"]
    return facts


def _key(clause: Clause, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """White space aside: a reference typed with a blank more is the same reference."""
    return tuple("".join(str(facts.get(name)).split()) for name in clause.repeat)
