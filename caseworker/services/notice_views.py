"""A notice as its screen shows it."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseworker.services.views import NoticeView, ObjectionView
from caseworker.store.models import Case, Notice, NoticeCase, Objection, Party, Proposal

OUTCOME_NAMES = {"open": "待处理", "upheld": "异议成立", "dismissed": "异议不成立"}


def shown_number(notice: Notice) -> str:
    return f"{notice.year}年第{notice.number}批公示"


def notice_view(session: Session, notice: Notice) -> NoticeView:
    rows = session.execute(
        select(Case.id, Case.number, Party.name, Proposal.amount)
        .join(NoticeCase, NoticeCase.case_id == Case.id)
        .join(Party, Party.id == Case.party_id)
        .join(Proposal, Proposal.id == NoticeCase.proposal_id)
        .where(NoticeCase.notice_id == notice.id)
        .order_by(Case.number)
    )
    objections = session.scalar(
        select(func.count(Objection.id)).where(Objection.notice_id == notice.id, Objection.outcome == "open")
    )
    return NoticeView(
        id=notice.id,
        shown_number=shown_number(notice),
        policy=notice.policy,
        first_day=notice.first_day,
        last_day=notice.last_day,
        state=notice.state,
        cases=tuple((case_id, number, party, amount) for case_id, number, party, amount in rows),
        open_objections=objections or 0,
        closed_on=notice.closed_on,
        closing_note=notice.closing_note or "",
    )


def objection_view(session: Session, row: Objection) -> ObjectionView:
    number, party = session.execute(
        select(Case.number, Party.name).join(Party, Party.id == Case.party_id).where(Case.id == row.case_id)
    ).one()
    return ObjectionView(
        id=row.id,
        notice_id=row.notice_id,
        case_id=row.case_id,
        case_number=number,
        party=party,
        received_on=row.received_on,
        objector=row.objector,
        matter=row.matter,
        handling=row.handling,
        outcome=row.outcome,
        outcome_name=OUTCOME_NAMES[row.outcome],
    )
