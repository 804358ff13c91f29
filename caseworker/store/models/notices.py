"""Public notice: batches, the cases in them, objections."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caseworker.store.base import Base, Record


class Notice(Record, Base):
    """公示批次. Published on `first_day`; it ends no earlier than first_day + `days`. `state`: open, closed, voided."""

    __tablename__ = "notice"

    policy: Mapped[str]
    number: Mapped[int]
    year: Mapped[int]
    first_day: Mapped[date]
    days: Mapped[int]
    last_day: Mapped[date]
    state: Mapped[str]
    closed_on: Mapped[date | None]
    closing_note: Mapped[str] = mapped_column(default="")


class NoticeCase(Record, Base):
    __tablename__ = "notice_case"
    __table_args__ = (UniqueConstraint("notice_id", "case_id", "instalment_no"),)

    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    instalment_no: Mapped[int] = mapped_column(default=1)


class Objection(Record, Base):
    """异议: who, what, how it was handled. `outcome`: open, upheld, dismissed."""

    __tablename__ = "objection"

    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    received_on: Mapped[date]
    objector: Mapped[str]
    matter: Mapped[str]
    handling: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str] = mapped_column(default="open")
