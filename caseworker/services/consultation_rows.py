"""Inquiries and reviews of a case as they stand: rows, one of them whole, what a proposal keeps, what they bring up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseworker.casework.consultations import (
    AGREED,
    DENIED,
    DIFFERS,
    OPEN,
    OPINIONS,
    OUTCOME_NAMES,
    REVIEWS,
    AnsweredLine,
    reply_finding,
    review_finding,
)
from caseworker.casework.findings import Finding
from caseworker.documents.closing import chinese_date
from caseworker.services.consultation_views import (
    ConsultationDetail,
    ConsultationLineView,
    ConsultationPaper,
    ConsultationRow,
    InquiryForm,
)
from caseworker.services.views import Role
from caseworker.store.models import (
    Attachment,
    Case,
    CaseConsultation,
    ConsultationLine,
    ConsultationScan,
    Document,
    Party,
    Person,
    User,
)
from caseworker.values.masking import mask_id_number

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

INQUIRY, REVIEW = "inquiry", "review"
DRAFT, ASKED, ANSWERED, GIVEN, VOIDED = "draft", "asked", "answered", "given", "voided"
STATE_NAMES = {DRAFT: "起草", ASKED: "待回复", ANSWERED: "已回复", GIVEN: "已登记", VOIDED: "已作废"}
KIND_NAMES = {INQUIRY: "协查函", REVIEW: "部门意见"}
_AGAINST = (DENIED, DIFFERS)


def stored_form(form: InquiryForm) -> dict[str, Any]:
    return {
        "bureau": form.bureau,
        "facts": list(form.facts),
        "person_facts": list(form.person_facts),
        "people": None if form.people is None else list(form.people),
        "questions": list(form.questions),
        "due_on": None if form.due_on is None else form.due_on.isoformat(),
    }


def form_of(row: CaseConsultation) -> InquiryForm:
    kept: Mapping[str, Any] = row.form
    people, due = kept.get("people"), kept.get("due_on")
    return InquiryForm(
        case_id=row.case_id,
        bureau=kept.get("bureau", ""),
        addressee=row.bureau,
        due_on=None if due is None else date.fromisoformat(due),
        facts=tuple(kept.get("facts", ())),
        person_facts=tuple(kept.get("person_facts", ())),
        people=None if people is None else tuple(people),
        questions=tuple(kept.get("questions", ())),
    )


def state_of(row: CaseConsultation, letter: Document | None) -> str:
    if row.voided_reason is not None:
        return VOIDED
    if row.kind == REVIEW:
        return GIVEN
    if row.answered_on is not None:
        return ANSWERED
    return ASKED if letter is not None and letter.state == "issued" else DRAFT


def of_case(session: Session, case_id: int, today: date) -> tuple[ConsultationRow, ...]:
    """All of a case, those that still wait first, then by entry."""
    rows = session.scalars(
        select(CaseConsultation).where(CaseConsultation.case_id == case_id).order_by(CaseConsultation.id)
    )
    shown = [row_view(session, row, today) for row in rows]
    order = (ASKED, DRAFT, ANSWERED, GIVEN, VOIDED)
    return tuple(sorted(shown, key=lambda row: order.index(row.state)))


def row_view(session: Session, row: CaseConsultation, today: date) -> ConsultationRow:
    letter = None if row.document_id is None else session.get_one(Document, row.document_id)
    state = state_of(row, letter)
    lines = against = 0
    if row.document_id is not None:
        counted = (
            select(ConsultationLine.outcome, func.count(ConsultationLine.id))
            .where(ConsultationLine.document_id == row.document_id)
            .group_by(ConsultationLine.outcome)
        )
        counts = {found[0]: found[1] for found in session.execute(counted)}
        lines, against = sum(counts.values()), sum(counts.get(one, 0) for one in _AGAINST)
    papers = session.scalar(select(func.count()).select_from(_scans(row.id).subquery())) or 0
    review = row.kind == REVIEW
    outcome_name = OPINIONS.get(row.outcome, "") if review else OUTCOME_NAMES.get(row.outcome, "")
    return ConsultationRow(
        id=row.id,
        case_id=row.case_id,
        kind=row.kind,
        kind_name=REVIEWS.get(row.matter, KIND_NAMES[REVIEW]) if review else KIND_NAMES[INQUIRY],
        bureau=row.bureau,
        matter="" if review else row.matter,
        state=state,
        state_name=STATE_NAMES[state],
        overdue=state == ASKED and row.due_on is not None and row.due_on < today,
        asked_on=row.asked_on,
        due_on=row.due_on,
        answered_on=row.answered_on,
        outcome=row.outcome,
        outcome_name=outcome_name if state in (ANSWERED, GIVEN) else "",
        answer=row.answer,
        lines=lines,
        against=against,
        papers=papers,
        letter_id=row.document_id,
        letter_number="" if letter is None else letter.shown_number,
        entered_by=session.get_one(User, row.entered_by).name,
        version=row.version,
    )


def _scans(consultation_id: int) -> Any:
    return select(ConsultationScan.id).where(
        ConsultationScan.consultation_id == consultation_id, ConsultationScan.detached_reason.is_(None)
    )


def papers_of(session: Session, consultation_id: int) -> tuple[Attachment, ...]:
    """The scans of a reply or a review that stand, in the order they came."""
    return tuple(
        session.scalars(
            select(Attachment)
            .join(ConsultationScan, ConsultationScan.attachment_id == Attachment.id)
            .where(ConsultationScan.consultation_id == consultation_id, ConsultationScan.detached_reason.is_(None))
            .order_by(ConsultationScan.id)
        )
    )


def lines_of(session: Session, row: CaseConsultation) -> list[ConsultationLine]:
    """The lines of the letter in force."""
    if row.document_id is None:
        return []
    return list(
        session.scalars(
            select(ConsultationLine)
            .where(ConsultationLine.document_id == row.document_id)
            .order_by(ConsultationLine.number)
        )
    )


def detail_view(
    desk: Desk, session: Session, row: CaseConsultation, lines: Sequence[ConsultationLineView] | None = None
) -> ConsultationDetail:
    """`lines`: what a draft would ask; None for those of the letter."""
    case = session.get_one(Case, row.case_id)
    view = row_view(session, row, desk.clock.today())
    may = Role.CASEWORKER in desk.user.roles and case.status in ("open", "suspended")
    open_case = case.head_id is None
    frozen = row.kind == REVIEW or view.state == ANSWERED
    return ConsultationDetail(
        row=view,
        case_number=case.number,
        party=session.get_one(Party, case.party_id).name,
        form=form_of(row) if view.state == DRAFT else None,
        lines=_line_views(session, row) if lines is None else tuple(lines),
        papers=tuple(
            ConsultationPaper(one.id, one.name, one.media_type, one.size) for one in papers_of(session, row.id)
        ),
        reply_number=row.reply_number,
        answered_by="" if row.answered_by is None else session.get_one(User, row.answered_by).name,
        voided_reason=row.voided_reason,
        may_change=may and open_case and view.state == DRAFT,
        may_issue=may and open_case and view.state == DRAFT,
        may_reply=may and view.state == ASKED,
        may_take_back=may and open_case and view.state == ANSWERED,
        may_void=may and view.state != VOIDED and view.state != ANSWERED and (open_case or not frozen),
    )


def _line_views(session: Session, row: CaseConsultation) -> tuple[ConsultationLineView, ...]:
    if row.document_id is None:
        return ()
    query = (
        select(ConsultationLine, Person.id_number)
        .outerjoin(Person, Person.id == ConsultationLine.person_id)
        .where(ConsultationLine.document_id == row.document_id)
        .order_by(ConsultationLine.number)
    )
    return tuple(
        ConsultationLineView(
            id=line.id,
            number=line.number,
            person_id=line.person_id,
            subject=line.subject,
            id_masked="" if number is None else mask_id_number(number),
            asked=line.asked,
            outcome=line.outcome,
            outcome_name="" if line.outcome == OPEN else OUTCOME_NAMES[line.outcome],
            words=line.words,
        )
        for line, number in session.execute(query)
    )


# ---- what they bring up at the case -----------------------------------------------------------


def _standing(session: Session, case_id: int) -> list[CaseConsultation]:
    return list(
        session.scalars(
            select(CaseConsultation)
            .where(CaseConsultation.case_id == case_id, CaseConsultation.voided_reason.is_(None))
            .order_by(CaseConsultation.id)
        )
    )


def consultation_findings(session: Session, case_id: int) -> list[Finding]:
    """Replies and reviews that do not bear the claim out."""
    found: list[Finding | None] = []
    for row in _standing(session, case_id):
        if row.answered_on is None:
            continue
        if row.kind == REVIEW:
            stage = REVIEWS.get(row.matter, row.matter)
            found.append(review_finding(row.id, row.bureau, stage, row.answered_on, row.outcome, row.answer))
        elif row.outcome in _AGAINST:
            lines = [
                AnsweredLine(one.subject, one.person_id is not None, one.asked, one.outcome, one.words)
                for one in lines_of(session, row)
            ]
            found.append(reply_finding(row.id, row.bureau, row.answered_on, lines, row.answer))
    return [one for one in found if one is not None]


def unanswered(session: Session, case_id: int, today: date) -> tuple[str, ...]:
    """A sentence for each letter that is out and has no reply."""
    query = (
        select(CaseConsultation, Document.shown_number)
        .join(Document, Document.id == CaseConsultation.document_id)
        .where(CaseConsultation.case_id == case_id, CaseConsultation.kind == INQUIRY, Document.state == "issued")
        .where(CaseConsultation.answered_on.is_(None), CaseConsultation.voided_reason.is_(None))
        .order_by(CaseConsultation.id)
    )
    sentences = []
    for row, number in session.execute(query):
        late = "，已逾期" if row.due_on is not None and row.due_on < today else ""
        sentences.append(f"{row.bureau}还没有回复协查函{number}（应于 {row.due_on} 前回复{late}）。")
    return tuple(sentences)


def to_freeze(session: Session, case_id: int) -> list[dict[str, Any]]:
    """What a proposal keeps of what other bureaus were asked and said by then."""
    kept = []
    for row in _standing(session, case_id):
        letter = None if row.document_id is None else session.get_one(Document, row.document_id)
        if state_of(row, letter) == DRAFT:
            continue
        kept.append(
            {
                "id": row.id,
                "kind": row.kind,
                "bureau": row.bureau,
                "matter": row.matter,
                "letter": "" if letter is None else letter.shown_number,
                "asked_on": row.asked_on,
                "due_on": row.due_on,
                "answered_on": row.answered_on,
                "number": row.reply_number,
                "outcome": row.outcome,
                "answer": row.answer,
                "lines": [
                    {"subject": one.subject, "asked": one.asked, "outcome": one.outcome, "words": one.words}
                    for one in lines_of(session, row)
                ],
                "scans": [one.sha256 for one in papers_of(session, row.id)],
            }
        )
    return kept


def came_since(session: Session, case_id: int, frozen: Mapping[str, Any]) -> tuple[str, ...]:
    """Sentences for what came from other bureaus after a proposal was frozen: whoever reviews it has to know."""
    then = {one["id"]: one["answered_on"] for one in frozen.get("consultations", ())}
    sentences = []
    for row in _standing(session, case_id):
        if row.answered_on is None or then.get(row.id) is not None:
            continue
        review = row.kind == REVIEW
        said = OPINIONS[row.outcome] if review else OUTCOME_NAMES[row.outcome]
        what = REVIEWS.get(row.matter, KIND_NAMES[REVIEW]) if review else "回函"
        sentences.append(f"提交初审后收到{row.bureau} {row.answered_on} {what}：{said}。")
    return tuple(sentences)


def agreed_reviews(frozen: Mapping[str, Any]) -> tuple[str, ...]:
    """The bureaus that agreed on paper by the time of a proposal, each with its day, as a decision names them."""
    return tuple(
        f"{one['bureau']}于{chinese_date(date.fromisoformat(one['answered_on']))}"
        for one in frozen.get("consultations", ())
        if one["kind"] == REVIEW and one["outcome"] == AGREED
    )


def is_frozen(frozen: Mapping[str, Any], row: CaseConsultation) -> bool:
    """Whether a proposal counts with this answer."""
    return any(one["id"] == row.id and one["answered_on"] is not None for one in frozen.get("consultations", ()))
