"""What a case's file holds of 协查 and of other bureaus' reviews: every answer in words, and the scans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.casework.consultations import OPEN, OUTCOME_NAMES
from caseworker.services.consultation_rows import DRAFT, VOIDED, lines_of, papers_of, row_view
from caseworker.store.models import CaseConsultation


@dataclass(frozen=True, slots=True)
class FiledReply:
    """One scan: its title in the list of contents, whose number and date it bears, its file and content."""

    title: str
    number: str
    dated: date | None
    remark: str
    file_name: str
    sha256: str


def filed_replies(session: Session, case_id: int, today: date) -> tuple[FiledReply, ...]:
    """The scans that stand, in the order their inquiries and reviews were entered."""
    found = []
    for row in _all(session, case_id):
        view = row_view(session, row, today)
        title = f"{row.bureau}{view.kind_name if row.kind == 'review' else '协查回函'}"
        found += [
            FiledReply(title, row.reply_number, row.answered_on, view.outcome_name, one.name, one.sha256)
            for one in papers_of(session, row.id)
        ]
    return tuple(found)


def in_words(session: Session, case_id: int, today: date) -> tuple[str, ...]:
    """Every inquiry and review with what was asked and said, a line each; empty where there was none."""
    words: list[str] = []
    for row in _all(session, case_id):
        view = row_view(session, row, today)
        if view.state == DRAFT:
            continue
        days = [f"{name} {day}" for name, day in (("发函", row.asked_on), ("收到", row.answered_on)) if day is not None]
        number = "　".join(one for one in (view.letter_number, row.reply_number) if one)
        words.append("　".join(one for one in (row.bureau, view.kind_name, number, *days, view.state_name) if one))
        if view.outcome_name:
            words.append(f"　　{view.outcome_name}{f'：{row.answer}' if row.answer else ''}")
        for line in lines_of(session, row):
            said = "" if line.outcome == OPEN else f"　{OUTCOME_NAMES[line.outcome]}{line.words and f'，{line.words}'}"
            words.append(f"　　{line.number}. {line.subject}　{line.asked}{said}")
        if view.state == VOIDED:
            words.append(f"　　作废原因：{row.voided_reason}")
    return tuple(words)


def _all(session: Session, case_id: int) -> list[CaseConsultation]:
    rows = session.scalars(
        select(CaseConsultation).where(CaseConsultation.case_id == case_id).order_by(CaseConsultation.id)
    )
    return list(rows)
