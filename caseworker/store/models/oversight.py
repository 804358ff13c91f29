"""监管: spot checks, visits, orders to mend, suspensions, reviews, and the records that lead to no payment."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caseworker.store.base import Base, JsonValue, Record


class SpotCheck(Record, Base):
    """抽查: one draw. `seed` and `rule` repeat it to the same cases. `state`: drawn, closed, voided."""

    __tablename__ = "spot_check"
    __table_args__ = (UniqueConstraint("policy", "year", "number"),)

    policy: Mapped[str]
    year: Mapped[int]
    number: Mapped[int]
    seed: Mapped[str]
    rule: Mapped[dict[str, JsonValue]]
    drawn_on: Mapped[date]
    drawn_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    state: Mapped[str]
    voided_reason: Mapped[str | None]


class SpotCheckPick(Record, Base):
    """One case that the draw was made from, its stratum, and whether it was drawn."""

    __tablename__ = "spot_check_pick"
    __table_args__ = (UniqueConstraint("spot_check_id", "case_id"),)

    spot_check_id: Mapped[int] = mapped_column(ForeignKey("spot_check.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    stratum: Mapped[str]
    drawn: Mapped[bool]


class OversightAct(Record, Base):
    """One dated act of oversight, or an entry of the office's register, with its paper.

    `kind` (services.oversight_kinds): funds-report, visit, rectification, suspension, criticism, transfer, performance
    of a party; resolution, accountability, fair of the office, which have no party. `state`: open, closed, voided.
    `follows_id`: the act that it answers: the report on an order to mend, the lifting of a suspension.
    """

    __tablename__ = "oversight_act"
    __table_args__ = (Index("ix_oversight_act_party", "party_id", "kind", "state"),)

    kind: Mapped[str]
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    spot_check_id: Mapped[int | None] = mapped_column(ForeignKey("spot_check.id"))
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("oversight_act.id"))
    happened_on: Mapped[date]
    due_on: Mapped[date | None]
    title: Mapped[str]
    words: Mapped[str]
    data: Mapped[dict[str, JsonValue]]
    state: Mapped[str]
    closed_on: Mapped[date | None]
    closing_words: Mapped[str] = mapped_column(default="")
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    entered_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    entered_on: Mapped[date]
    voided_reason: Mapped[str | None]


class OversightScan(Record, Base):
    __tablename__ = "oversight_scan"
    __table_args__ = (UniqueConstraint("act_id", "attachment_id"),)

    act_id: Mapped[int] = mapped_column(ForeignKey("oversight_act.id"))
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), index=True)
    detached_reason: Mapped[str | None]
