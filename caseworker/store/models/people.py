"""People, their employment, and their wages and insurance by month."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from caseworker.store.base import Base, JsonValue, Record
from caseworker.values.money import Money


class Person(Record, Base):
    """One human being, whatever companies employ them. The identity is the paper's number."""

    __tablename__ = "person"

    name: Mapped[str] = mapped_column(index=True)
    initials: Mapped[str] = mapped_column(index=True)
    id_kind: Mapped[str]  # resident, hmt-resident, foreign-resident, passport
    id_number: Mapped[str] = mapped_column(unique=True)
    id_accepted_reason: Mapped[str] = mapped_column(default="")


class Employment(Record, Base):
    """A person with a party: on post from..to (last working day), contract start..end (last day)."""

    __tablename__ = "employment"
    __table_args__ = (
        Index("ix_employment_party", "party_id", "employed_from"),
        Index("ix_employment_person", "person_id"),
    )

    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    employed_from: Mapped[date]
    employed_to: Mapped[date | None]
    contract_start: Mapped[date | None]
    contract_end: Mapped[date | None]
    position: Mapped[str] = mapped_column(default="")
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"), index=True)
    voided_reason: Mapped[str | None]


class PersonFact(Record, Base):
    """One fact of a person at a party, by the name the clauses use, from a date, with the paper that shows it."""

    __tablename__ = "person_fact"
    __table_args__ = (
        Index("ix_person_fact_lookup", "party_id", "name", "person_id", "valid_from"),
        Index("ix_person_fact_person", "person_id"),
    )

    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    value: Mapped[dict[str, JsonValue]]  # {"value": ...}
    valid_from: Mapped[date]
    source: Mapped[str]
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    voided_reason: Mapped[str | None]


class Internship(Record, Base):
    """A student's internship as a party's list has it, and the employment that came of it.

    The party is the school or the company that claims for them. `education`: secondary, higher.
    """

    __tablename__ = "internship"
    __table_args__ = (
        Index("ix_internship_party", "party_id", "intern_from"),
        Index("ix_internship_person", "person_id"),
    )

    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    school: Mapped[str] = mapped_column(default="")
    education: Mapped[str | None]
    intern_from: Mapped[date | None]
    intern_to: Mapped[date | None]
    hired_from: Mapped[date | None]
    hired_to: Mapped[date | None]
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"), index=True)
    voided_reason: Mapped[str | None]


class WageMonth(Base):
    """Wages paid by a party to a person for a month (yyyymm). Written in bulk by imports only.

    Rows of an import that was undone stay; they count only while the import is active.
    """

    __tablename__ = "wage_month"
    __table_args__ = (
        Index("ix_wage_month_person", "person_id", "party_id", "month"),
        Index("ix_wage_month_party", "party_id", "month"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    month: Mapped[int]
    gross: Mapped[Money]
    import_id: Mapped[int] = mapped_column(ForeignKey("import.id"), index=True)


class InsuranceMonth(Base):
    """Social insurance paid by a party for a person for a month (yyyymm). Written in bulk only."""

    __tablename__ = "insurance_month"
    __table_args__ = (
        Index("ix_insurance_month_person", "person_id", "party_id", "month"),
        Index("ix_insurance_month_party", "party_id", "month"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    month: Mapped[int]
    import_id: Mapped[int] = mapped_column(ForeignKey("import.id"), index=True)
