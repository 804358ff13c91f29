"""A 协查函 that was answered stands: its reply is of this letter."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.errors import Refusal
from caseworker.store.models import CaseConsultation, Document

INQUIRY_KIND = "inquiry"


def refuse_answered(session: Session, letter: Document) -> None:
    """Refusal for a letter whose reply is on record; that is taken back first."""
    query = select(CaseConsultation.id).where(
        CaseConsultation.document_id == letter.id,
        CaseConsultation.answered_on.is_not(None),
        CaseConsultation.voided_reason.is_(None),
    )
    if session.scalar(query.limit(1)) is not None:
        raise Refusal("answered", f"{letter.shown_number}已有回函，不能作废。登记有误的，请先在协查中撤回回函登记。")
