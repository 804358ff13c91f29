"""Parties (companies, schools, persons paid directly, service bodies) and their dated facts."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from caseworker.store.base import Base, JsonValue, Record
from caseworker.values.money import Money


class Party(Record, Base):
    """一企一档: who may be paid. `kind`: company, school, person, service-body."""

    __tablename__ = "party"

    kind: Mapped[str]
    name: Mapped[str] = mapped_column(index=True)
    initials: Mapped[str] = mapped_column(index=True)  # pinyin initials for the search box: xlkf
    code: Mapped[str | None] = mapped_column(unique=True)  # 统一社会信用代码, or the person's own number
    code_accepted_reason: Mapped[str] = mapped_column(default="")  # why a failing check digit was taken
    registered_on: Mapped[date | None]
    registered_address: Mapped[str] = mapped_column(default="")
    legal_representative: Mapped[str] = mapped_column(default="")
    legal_representative_id: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    account_name: Mapped[str] = mapped_column(default="")  # 户名
    bank_name: Mapped[str] = mapped_column(default="")  # 开户行全称
    account_number: Mapped[str] = mapped_column(default="", index=True)
    bank_code: Mapped[str] = mapped_column(default="")  # 联行号
    region: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    ended_on: Mapped[date | None]  # a dossier ends; it is never deleted


class PartyFact(Record, Base):
    """One fact by the name the clauses use, from a date, with the paper that shows it.

    A later entry of the same name supersedes from its own `valid_from` on; a wrong entry is voided.
    `value` holds {"value": ...} in the form `calculate` takes.
    """

    __tablename__ = "party_fact"
    __table_args__ = (Index("ix_party_fact_lookup", "party_id", "name", "valid_from"),)

    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    name: Mapped[str]
    value: Mapped[dict[str, JsonValue]]
    valid_from: Mapped[date]
    source: Mapped[str]  # the paper, in words: 营业执照; 验资报告 2022-04-30
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    voided_reason: Mapped[str | None]
    year: Mapped[int | None]  # a figure of a calendar year: it is that year's, whenever it was entered
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"), index=True)


class PartyRecord(Record, Base):
    """A dated record with several values of its own: seats of a day, premises, a job fair, a violation.

    `kind` names its fields (services.record_kinds); `data` holds them in the form `calculate` takes. Later records of
    a kind stand beside earlier ones; a wrong one is voided.
    """

    __tablename__ = "party_record"
    __table_args__ = (Index("ix_party_record_lookup", "party_id", "kind", "valid_from"),)

    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    kind: Mapped[str]
    data: Mapped[dict[str, JsonValue]]
    valid_from: Mapped[date]
    source: Mapped[str]
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    voided_reason: Mapped[str | None]


class OtherBenefit(Record, Base):
    """What another policy already paid for the same matter."""

    __tablename__ = "other_benefit"

    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    policy: Mapped[str]  # of ours: to which clause it counts
    clause: Mapped[str]
    title: Mapped[str]
    amount: Mapped[Money]
    granted_on: Mapped[date]
    source: Mapped[str]
    voided_reason: Mapped[str | None]
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
