"""The office itself, its users, the holidays and interpretation points it has set."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from caseworker.store.base import Base, JsonValue, Record


class Office(Record, Base):
    """One row: whose desk this file is. Its name stands at the head of every letter."""

    __tablename__ = "office"

    name: Mapped[str]  # 发文机关
    letter_name: Mapped[str]  # what 文号 begins with: 寻客办字
    region: Mapped[str]
    address: Mapped[str]
    phone: Mapped[str]
    contact: Mapped[str]
    reconsider_by: Mapped[str]  # the body that hears 行政复议, named at the end of every decision
    policies: Mapped[list[JsonValue]]  # ids of the packs this office works with
    two_person_mode: Mapped[bool] = mapped_column(default=False)
    notice_days: Mapped[int | None]  # for packs whose text sets none
    idle_lock_minutes: Mapped[int] = mapped_column(default=10)
    is_sample: Mapped[bool] = mapped_column(default=False)
    practice_date: Mapped[date | None]  # only the sample office: its clock stands here


class User(Record, Base):
    """A member of staff. Roles are ids: caseworker, reviewer, head, seal-keeper, administrator."""

    __tablename__ = "user"

    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    roles: Mapped[list[JsonValue]]
    active: Mapped[bool] = mapped_column(default=True)


class Holiday(Record, Base):
    """A day that is not what its weekday says: a holiday, or a weekend day worked."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(unique=True)
    is_workday: Mapped[bool]
    name: Mapped[str]


class PolicyPoint(Record, Base):
    """The office's own choice at an interpretation point, from a date, by a numbered decision.

    A later choice supersedes from its own `valid_from` on; a wrong one is voided, never changed.
    """

    __tablename__ = "policy_point"
    __table_args__ = (Index("ix_policy_point_point", "policy", "point", "valid_from"),)

    policy: Mapped[str]
    point: Mapped[str]
    option: Mapped[str]
    valid_from: Mapped[date]
    decision_number: Mapped[str]
    decided_on: Mapped[date]
    reason: Mapped[str]
    chosen_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    chosen_at: Mapped[datetime | None]
    voided_reason: Mapped[str | None]
