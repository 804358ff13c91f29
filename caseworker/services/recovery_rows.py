"""追回 as rows show it: what it takes back of, whose awards, what is left; and paid instalments to order it from."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.policy import Packs
from caseworker.services.oversight_views import PaidInstalment, PersonShare, RecoveryRow
from caseworker.services.prior_recoveries import payment_amount
from caseworker.services.prior_recoveries import shown as prior_shown
from caseworker.services.recovery_counts import asked_back, people_back
from caseworker.store.models import (
    Case,
    Instalment,
    Party,
    PaymentLine,
    Person,
    PersonAward,
    PriorGrant,
    Recovery,
    User,
)
from caseworker.values.money import Money

STATES = {"ordered": "待收回", "received": "已收回", "voided": "已作废"}
OVERDUE = "overdue"
_SOME = 900  # keys a query


def recovery_query() -> Any:
    """Recoveries with all that `row_of` shows."""
    return (
        select(Recovery, Party.name, Case, Instalment, User.name, PriorGrant)
        .join(Party, Party.id == Recovery.party_id)
        .outerjoin(Instalment, Instalment.id == Recovery.instalment_id)
        .outerjoin(Case, Case.id == Instalment.case_id)
        .outerjoin(PriorGrant, PriorGrant.id == Recovery.prior_grant_id)
        .join(User, User.id == Recovery.ordered_by)
    )


def row_of(session: Session, packs: Packs, today: date, row: Any, *, people: bool = True) -> RecoveryRow:
    """One row of `recovery_query`; without `people` these are left out."""
    recovery, party, case, instalment, user, grant = row
    shares = recovery.people if people else {}
    names = _names(session, [int(person) for person in shares])
    return RecoveryRow(
        id=recovery.id,
        party_id=recovery.party_id,
        party=party,
        **_about(session, packs, case, instalment, grant),
        amount=recovery.amount,
        received=recovery.received,
        left=Money.zero() if recovery.state == "voided" else recovery.amount - recovery.received,
        reason=recovery.reason,
        ordered_on=recovery.ordered_on,
        ordered_by=user,
        due_on=recovery.due_on,
        received_on=recovery.received_on,
        people=tuple(
            PersonShare(int(person), names.get(int(person), person), Money.parse(amount))
            for person, amount in shares.items()
        ),
        state=recovery.state,
        state_name=STATES[recovery.state],
        overdue=recovery.state == "ordered" and recovery.due_on is not None and recovery.due_on < today,
        voided_reason=recovery.voided_reason,
    )


def _about(
    session: Session, packs: Packs, case: Case | None, instalment: Instalment | None, grant: PriorGrant | None
) -> dict[str, Any]:
    """What a recovery takes back of."""
    if case is not None and instalment is not None:
        return {
            "case_id": case.id,
            "case_number": case.number,
            "clause_title": clause_title(packs, case.policy, case.clause),
            "instalment": instalment.number,
            "paid": instalment.amount,
        }
    assert grant is not None  # of the one or of the other: the table holds it
    number = grant.facts.get("instalment")
    return {
        "case_id": 0,
        "case_number": prior_shown(grant),
        "clause_title": clause_title(packs, grant.policy, grant.clause),
        "instalment": number if isinstance(number, int) else 0,
        "paid": payment_amount(session, grant),
    }


def clause_title(packs: Packs, policy: str, clause: str) -> str:
    pack = packs.get(policy)
    known = None if pack is None else pack.clauses.get(clause)
    return clause if known is None else known.title


def paid_instalment(session: Session, packs: Packs, instalment: Instalment, case: Case) -> PaidInstalment:
    taken = people_back(session, instalment.decision_id, ordered=True).get(instalment.decision_id, {})
    awards = session.execute(
        select(PersonAward.person_id, Person.name, PersonAward.amount)
        .join(Person, Person.id == PersonAward.person_id)
        .where(PersonAward.decision_id == instalment.decision_id)
        .order_by(PersonAward.id)
    )
    shares = (PersonShare(person, name, amount - taken.get(person, Money.zero())) for person, name, amount in awards)
    paid_on = session.scalar(
        select(PaymentLine.paid_on).where(PaymentLine.instalment_id == instalment.id, PaymentLine.state == "paid")
    )
    return PaidInstalment(
        instalment_id=instalment.id,
        case_id=case.id,
        case_number=case.number,
        clause_title=clause_title(packs, case.policy, case.clause),
        number=instalment.number,
        amount=instalment.amount,
        left=instalment.amount - asked_back(session, instalment.id),
        paid_on=paid_on,
        people=tuple(share for share in shares if share.amount),
    )


def too_much(found: PaidInstalment) -> str:
    if found.left == found.amount:
        return f"本期实际拨付 {found.amount.shown()} 元，追回金额不能超过这个数。"
    asked = found.amount - found.left
    return (
        f"本期实际拨付 {found.amount.shown()} 元，已下达追回 {asked.shown()} 元，最多还可追回 {found.left.shown()} 元。"
    )


def _names(session: Session, people: list[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for start in range(0, len(people), _SOME):
        rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(people[start : start + _SOME])))
        found.update(rows.all())
    return found
