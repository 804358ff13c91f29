"""What a policy asks for beside payments: the fund's changes, yearly figures, special approvals, services, its text."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caseworker.store.base import Base, Record
from caseworker.values.money import Money


class FundChange(Record, Base):
    """One setting or adjustment of a year's budget, with the paper it rests on. `before` null: the year's first."""

    __tablename__ = "fund_change"
    __table_args__ = (Index("ix_fund_change_year", "policy", "year"),)

    policy: Mapped[str]
    year: Mapped[int]
    before: Mapped[Money | None]
    after: Mapped[Money]
    source: Mapped[str]
    changed_on: Mapped[date]
    changed_by: Mapped[int] = mapped_column(ForeignKey("user.id"))


class PartyYear(Record, Base):
    """A party's figure of a calendar year, such as its output, against which a policy's target stands.

    A later entry of the same kind and year supersedes; a wrong one is voided. `kind`: output (yuan).
    """

    __tablename__ = "party_year"
    __table_args__ = (Index("ix_party_year_year", "kind", "year", "party_id"),)

    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    kind: Mapped[str]
    year: Mapped[int]
    amount: Mapped[Money]
    source: Mapped[str]
    entered_on: Mapped[date]
    entered_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    voided_reason: Mapped[str | None]
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"), index=True)


class SpecialApproval(Record, Base):
    """一事一议: what the authority approved for one party, as the minutes or the reply have it."""

    __tablename__ = "special_approval"

    policy: Mapped[str]
    clause: Mapped[str]
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    reference: Mapped[str]  # 批准文号
    approved_on: Mapped[date]
    amount: Mapped[Money]
    matter: Mapped[str]
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    entered_on: Mapped[date]
    entered_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    voided_reason: Mapped[str | None]


class ServiceRecord(Record, Base):
    """A service that costs the fund nothing: asked for, handled, by whom. `state`: open, done, declined, voided."""

    __tablename__ = "service_record"

    number: Mapped[str] = mapped_column(unique=True)
    policy: Mapped[str]
    clause: Mapped[str]
    kind: Mapped[str]
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    requested_on: Mapped[date]
    request: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    handling: Mapped[str] = mapped_column(default="")
    handled_on: Mapped[date | None]
    handled_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    entered_by: Mapped[int] = mapped_column(ForeignKey("user.id"))


class ServiceScan(Record, Base):
    """The paper of a service: what was asked for, or what came of it."""

    __tablename__ = "service_scan"
    __table_args__ = (UniqueConstraint("service_id", "attachment_id"),)

    service_id: Mapped[int] = mapped_column(ForeignKey("service_record.id"))
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), index=True)
    detached_reason: Mapped[str | None]


class PolicyText(Record, Base):
    """The official text of a policy as the office loaded it; a later one supersedes, none is deleted."""

    __tablename__ = "policy_text"

    policy: Mapped[str] = mapped_column(index=True)
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    file_name: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    loaded_at: Mapped[datetime]
    loaded_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
