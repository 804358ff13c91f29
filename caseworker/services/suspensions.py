"""暂停拨付 as it stands: whose money is stopped. From the moment it is entered until the head lifts it."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from caseworker.services.oversight_kinds import OPEN, SUSPENSION
from caseworker.services.payment_words import shown_number
from caseworker.store.models import OversightAct, PaymentBatch, PaymentLine

SUSPENDED_NAME = "暂停拨付"


def suspension_of(session: Session, party_id: int) -> OversightAct | None:
    """The suspension in force of a payee."""
    return session.scalar(
        select(OversightAct)
        .where(OversightAct.party_id == party_id, OversightAct.kind == SUSPENSION, OversightAct.state == OPEN)
        .order_by(OversightAct.id)
        .limit(1)
    )


def suspended_parties() -> Select[int | None]:
    """Select of the ids of every payee whose money is stopped."""
    return select(OversightAct.party_id).where(
        OversightAct.kind == SUSPENSION, OversightAct.state == OPEN, OversightAct.party_id.is_not(None)
    )


def why_suspended(session: Session, party_id: int, party: str) -> str | None:
    """The sentence that refuses a payment to a suspended payee; None where nothing stands against it."""
    act = suspension_of(session, party_id)
    if act is None:
        return None
    return f"“{party}”已于 {act.happened_on} 暂停拨付（{act.title}），不能拨付。须先由负责人解除暂停。"


def under_way(session: Session, party_id: int) -> tuple[str, ...]:
    """Payments that went out before a suspension and are not back yet: only the finance bureau can stop them."""
    rows = session.execute(
        select(PaymentLine.amount, PaymentBatch)
        .join(PaymentBatch, PaymentBatch.id == PaymentLine.batch_id)
        .where(PaymentLine.party_id == party_id, PaymentLine.state == "ordered")
        .order_by(PaymentLine.id)
    )
    return tuple(
        f"{shown_number(batch)}中有 {amount.shown()} 元已报拨款，不会自动撤回。请立即联系财政部门。"
        for amount, batch in rows
    )
