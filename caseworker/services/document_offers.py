"""Which documents a record bears as it stands, and which of them is in force: what its screen shows and offers.

An offer is no promise: a letter may still be refused for what only gathering its words can tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.services.base import record
from caseworker.services.document_kinds import ABOUT, ACT_LETTERS, KINDS, PDF
from caseworker.services.document_register import of_subject, row_of
from caseworker.services.not_accepted import NOT_ACCEPTED, TITLE
from caseworker.services.rights import roles_now
from caseworker.services.supplement import UNPROPOSED
from caseworker.services.views import DocumentOffer
from caseworker.store.models import (
    Case,
    Decision,
    Document,
    Notice,
    OversightAct,
    PaymentBatch,
    PaymentLine,
    Recovery,
)

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


def offers(desk: Desk, about: str, subject: int) -> tuple[DocumentOffer, ...]:
    """`about`: case, notice, payment-batch, act, recovery, document. Refusal for a record that is not there."""
    roles = roles_now(desk)
    with desk.file.read() as session:
        kinds = _kinds(session, about, subject)
        found = []
        for kind_id in kinds:
            kind = KINDS[kind_id]
            issued = of_subject(session, kind, subject, "issued")
            row = None if issued is None else row_of(session, issued)
            title = kind.title
            if kind.id == "refusal" and record(session, Case, subject, "办件").status == NOT_ACCEPTED:
                title = TITLE
            found.append(DocumentOffer(kind.id, title, row, bool(kind.makers & roles), kind.once))
        return tuple(found)


def _kinds(session: Session, about: str, subject: int) -> tuple[str, ...]:
    if about not in ABOUT:
        raise AssertionError(f"no record is called {about}")
    match about:
        case "case":
            return _of_case(session, record(session, Case, subject, "办件"))
        case "notice":
            notice = record(session, Notice, subject, "公示批次")
            return ("public-notice",) if notice.state != "voided" else ()
        case "payment-batch":
            return _of_batch(session, record(session, PaymentBatch, subject, "拨付批次"))
        case "act":
            act = record(session, OversightAct, subject, "监管事项")
            letter_kind = ACT_LETTERS.get(act.kind)
            stands = act.party_id is not None and act.state != "voided"
            return (letter_kind,) if letter_kind is not None and stands else ()
        case "recovery":
            row = record(session, Recovery, subject, "追回")
            return ("recovery",) if row.state != "voided" else ()
    letter = record(session, Document, subject, "文书")
    kind = KINDS[letter.kind]
    delivered = kind.sealed and kind.numbered and kind.media_type == PDF and letter.state == "issued"
    return ("delivery-receipt",) if delivered else ()


def _of_case(session: Session, case: Case) -> tuple[str, ...]:
    decided = session.scalar(select(Decision.outcome).where(Decision.case_id == case.id).order_by(Decision.id.desc()))
    kinds = ["application-form"]
    if case.status in ("open", "suspended") and decided is None:
        kinds.append("acceptance")
        if case.step in UNPROPOSED:
            kinds.append("supplement")
        kinds.append("estimate")
    kinds.append("calculation")
    if decided is not None:
        kinds.append("decision" if decided == "granted" else "refusal")
    return (*kinds, "file-contents")


def _of_batch(session: Session, batch: PaymentBatch) -> tuple[str, ...]:
    if batch.state == "voided":
        return ()
    paid = session.scalar(
        select(PaymentLine.id).where(PaymentLine.batch_id == batch.id, PaymentLine.state == "paid").limit(1)
    )
    told = ("payment-notice",) if paid is not None and batch.state == "settled" else ()
    return ("payment-list", "payment-request", *told)
