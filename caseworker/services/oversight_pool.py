"""What a spot check is drawn from: the cases of a policy that were paid, or granted, in a span of days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseworker.casework.spot_draw import DrawCase
from caseworker.services.case_awards import GRANTED_INSTALMENTS
from caseworker.services.oversight_views import DrawForm
from caseworker.store.models import Case, Decision, Instalment, PaymentLine


@dataclass(frozen=True, slots=True)
class DrawPool:
    """`ids`: the case behind each number."""

    cases: tuple[DrawCase, ...]
    ids: dict[str, int]


def paid_cases(session: Session, form: DrawForm) -> DrawPool:
    rows = session.execute(
        select(Case.id, Case.number, Case.clause, func.sum(PaymentLine.amount))
        .join(Instalment, Instalment.case_id == Case.id)
        .join(PaymentLine, PaymentLine.instalment_id == Instalment.id)
        .where(Case.policy == form.policy, PaymentLine.state == "paid")
        .where(PaymentLine.paid_on >= form.first_day, PaymentLine.paid_on <= form.last_day)
        .group_by(Case.id, Case.number, Case.clause)
    )
    return _pool_of((row[0], row[1], row[2], row[3]) for row in rows)


def granted_cases(session: Session, form: DrawForm) -> DrawPool:
    """What was decided and still stands; a later forecast is no grant."""
    rows = session.execute(
        select(Case.id, Case.number, Case.clause, func.sum(Instalment.amount))
        .join(Instalment, Instalment.case_id == Case.id)
        .join(Decision, Decision.id == Instalment.decision_id)
        .where(Case.policy == form.policy, Instalment.state.in_(GRANTED_INSTALMENTS))
        .where(Decision.decided_on >= form.first_day, Decision.decided_on <= form.last_day)
        .group_by(Case.id, Case.number, Case.clause)
    )
    return _pool_of((row[0], row[1], row[2], row[3]) for row in rows)


def _pool_of(rows: Any) -> DrawPool:
    found = list(rows)
    return DrawPool(
        tuple(DrawCase(number, clause, amount) for _, number, clause, amount in found),
        {number: key for key, number, _, _ in found},
    )
