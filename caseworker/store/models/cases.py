"""Cases: their papers, facts set by hand, moves through the steps, and frozen proposals."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caseworker.store.base import Base, JsonValue, Record
from caseworker.values.money import Money


class Case(Record, Base):
    """办件: one party's claim under one clause. `step` is the step it stands at, `status` how it stands there.

    `status`: open, suspended, refused, not-accepted, withdrawn, terminated, closed.
    """

    __tablename__ = "case"

    number: Mapped[str] = mapped_column(unique=True)
    policy: Mapped[str]
    clause: Mapped[str]
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    as_of: Mapped[date]  # the acceptance date: the law of this day applies
    step: Mapped[str] = mapped_column(index=True)
    status: Mapped[str] = mapped_column(index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    proposer_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    head_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    # a later instalment is a case of its own, with its own evidence; it continues the one granted before
    continues_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    instalment_no: Mapped[int] = mapped_column(default=1)
    due_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    # the year that the award is for, where a clause grants by the year: fixed by the proposal
    award_year: Mapped[int | None]


class CasePaper(Record, Base):
    """One paper of the case's checklist; `paper` is the pack's id for it."""

    __tablename__ = "case_paper"
    __table_args__ = (UniqueConstraint("case_id", "paper"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    paper: Mapped[str]
    original_sighted: Mapped[bool] = mapped_column(default=False)
    copy_kept: Mapped[bool] = mapped_column(default=False)
    seal_affixed: Mapped[bool] = mapped_column(default=False)
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    checked_at: Mapped[datetime | None]
    tolerated_until: Mapped[date | None]  # 容缺: named as missing, to be brought by this day
    note: Mapped[str] = mapped_column(default="")
    data: Mapped[dict[str, JsonValue]] = mapped_column(default=dict)  # what it says: name, number, valid_until


class CasePaperScan(Record, Base):
    __tablename__ = "case_paper_scan"
    __table_args__ = (UniqueConstraint("case_paper_id", "attachment_id"),)

    case_paper_id: Mapped[int] = mapped_column(ForeignKey("case_paper.id"))
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), index=True)
    detached_reason: Mapped[str | None]


class CaseFact(Record, Base):
    """A fact of this case only: asked for by the clause, or overriding the dossier with a reason."""

    __tablename__ = "case_fact"
    __table_args__ = (UniqueConstraint("case_id", "name"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    name: Mapped[str]
    value: Mapped[dict[str, JsonValue]]  # {"value": ...}
    reason: Mapped[str]
    withdrawn: Mapped[bool] = mapped_column(default=False)


class FindingSettlement(Record, Base):
    """How a finding (核查发现) of a case was settled. `digest` is of what was found: more of it opens it again."""

    __tablename__ = "finding_settlement"
    __table_args__ = (Index("ix_finding_settlement_case", "case_id", "kind", "digest"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[str]
    digest: Mapped[str]
    sentence: Mapped[str]
    reason: Mapped[str]
    settled_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    settled_at: Mapped[datetime]
    voided_reason: Mapped[str | None]


class CaseConsultation(Record, Base):
    """协查 or a review on paper by another bureau. `kind`: inquiry, review.

    `outcome` of an inquiry: open, confirmed, denied, differs; of a review: agreed, reserved, disagreed. An inquiry's
    letter in force is `document_id`; a reply's or a review's scans are `ConsultationScan`s. `form`: what a draft asks.
    """

    __tablename__ = "case_consultation"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[str]
    bureau: Mapped[str]
    asked_on: Mapped[date | None]
    due_on: Mapped[date | None]
    matter: Mapped[str]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    answered_on: Mapped[date | None]
    answer: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str]
    entered_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    voided_reason: Mapped[str | None]
    form: Mapped[dict[str, JsonValue]] = mapped_column(default=dict)
    reply_number: Mapped[str] = mapped_column(default="")  # the other bureau's own number of its paper
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class ConsultationLine(Record, Base):
    """One thing asked in one letter: about the party, or all that is asked about one person. `outcome` as above."""

    __tablename__ = "consultation_line"
    __table_args__ = (UniqueConstraint("document_id", "number"),)

    consultation_id: Mapped[int] = mapped_column(ForeignKey("case_consultation.id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    number: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    subject: Mapped[str]
    asked: Mapped[str]
    outcome: Mapped[str]
    words: Mapped[str] = mapped_column(default="")  # what the bureau says instead


class ConsultationScan(Record, Base):
    __tablename__ = "consultation_scan"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("case_consultation.id"), index=True)
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), index=True)
    detached_reason: Mapped[str | None]


class CaseMove(Record, Base):
    """One move through the steps: who, when, from where to where, why."""

    __tablename__ = "case_move"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    move: Mapped[str]
    from_step: Mapped[str]
    to_step: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    moved_at: Mapped[datetime]
    office_date: Mapped[date]
    reason: Mapped[str] = mapped_column(default="")


class Proposal(Record, Base):
    """What a proposal froze: the request, the papers, the result, as canonical JSON with its SHA-256.

    `state`: live (the one under review or decided on), returned, withdrawn. A case has at most one live one.
    `outcome`: granted, refused or not-accepted, what is proposed to the head.
    """

    __tablename__ = "proposal"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    number: Mapped[int]  # 1, 2, ... within the case
    state: Mapped[str]
    outcome: Mapped[str]
    frozen: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str]
    amount: Mapped[Money]
    program_version: Mapped[str]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    proposed_on: Mapped[date]
