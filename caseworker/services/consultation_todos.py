"""What 协查 adds to today's list: letters nobody has answered in time, and drafts not sent."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from caseworker.casework.consultations import DENIED, DIFFERS
from caseworker.services.consultation_rows import DRAFT, INQUIRY, state_of
from caseworker.services.home_views import TodoRow
from caseworker.services.views import Role
from caseworker.store.models import Case, CaseConsultation, Decision, Document, Party

_MOST = 50


def consultation_todos(session: Session, user_id: int, roles: frozenset[Role], today: date) -> list[TodoRow]:
    """Letters nobody has answered in time, and drafts not sent, for whoever entered them or keeps the case."""
    late = _against_a_decision(session) if roles & {Role.REVIEWER, Role.HEAD} else []
    if Role.CASEWORKER not in roles:
        return late
    query = (
        select(CaseConsultation, Case.number, Party.name, Document, Case.head_id)
        .join(Case, Case.id == CaseConsultation.case_id)
        .join(Party, Party.id == Case.party_id)
        .outerjoin(Document, Document.id == CaseConsultation.document_id)
        .where(CaseConsultation.kind == INQUIRY, CaseConsultation.voided_reason.is_(None))
        .where(CaseConsultation.answered_on.is_(None), Case.status.in_(("open", "suspended")))
        .where(or_(Case.officer_id == user_id, CaseConsultation.entered_by == user_id))
        .order_by(CaseConsultation.due_on, CaseConsultation.id)
        .limit(_MOST)
    )
    todos = []
    for row, number, party, sent, decided in session.execute(query):
        target = ("consultation", row.id)
        if state_of(row, sent) == DRAFT:
            if decided:
                continue  # nothing is asked any more
            todos.append(TodoRow("normal", f"{number} 致{row.bureau}的协查函待发出", party, target))
        elif row.due_on is not None and row.due_on < today:
            words = f"{party}　应于 {row.due_on} 前回复，请催办"
            todos.append(TodoRow("overdue", f"{number} {row.bureau}逾期未回复协查函", words, target))
    return [*todos, *late]


def _against_a_decision(session: Session) -> list[TodoRow]:
    """Replies that came after the money was decided on and do not bear it out, until the case is filed."""
    query = (
        select(CaseConsultation, Case.number, Party.name)
        .join(Case, Case.id == CaseConsultation.case_id)
        .join(Party, Party.id == Case.party_id)
        .join(Decision, Decision.case_id == Case.id)
        .where(CaseConsultation.outcome.in_((DENIED, DIFFERS)), CaseConsultation.voided_reason.is_(None))
        .where(CaseConsultation.answered_on >= Decision.decided_on, Decision.outcome == "granted")
        .where(Case.status == "open")
        .order_by(CaseConsultation.id)
        .limit(_MOST)
    )
    return [
        TodoRow(
            "due",
            f"{number} 决定后{row.bureau}回函与申报不符",
            f"{party}　请核实是否暂停拨付、追回",
            ("consultation", row.id),
        )
        for row, number, party in session.execute(query)
    ]
