"""Which employment rows and months count now: one reading of the imports for every service.

A later roster row of the same person and first working day supersedes the earlier one, and an import
that was undone counts for nothing: so that undoing needs no rewriting of rows.
"""

from __future__ import annotations

from sqlalchemy import Select, Subquery, func, or_, select
from sqlalchemy.orm import Session

from caseworker.store.models import Employment, Import, InsuranceMonth, Internship, WageMonth


def current_employments(party_id: int | None = None) -> Subquery:
    """Subquery of Employment columns: the rows in force, of one party or of all."""
    rank = (
        func.row_number()
        .over(
            partition_by=(Employment.party_id, Employment.person_id, Employment.employed_from),
            order_by=Employment.id.desc(),
        )
        .label("rank")
    )
    rows = (
        select(*Employment.__table__.columns, rank)
        .outerjoin(Import, Import.id == Employment.import_id)
        .where(Employment.voided_reason.is_(None))
        .where(or_(Employment.import_id.is_(None), Import.state == "active"))
    )
    if party_id is not None:
        rows = rows.where(Employment.party_id == party_id)
    ranked = rows.subquery("ranked_employment")
    return select(ranked).where(ranked.c.rank == 1).subquery("current_employment")


def current_internships(party_id: int | None = None) -> Subquery:
    """Subquery of Internship columns: the rows in force, of one party's lists or of all.

    A later row of the same person and first day supersedes the earlier one, as on a roster.
    """
    rank = (
        func.row_number()
        .over(
            partition_by=(Internship.party_id, Internship.person_id, Internship.intern_from),
            order_by=Internship.id.desc(),
        )
        .label("rank")
    )
    rows = (
        select(*Internship.__table__.columns, rank)
        .outerjoin(Import, Import.id == Internship.import_id)
        .where(Internship.voided_reason.is_(None))
        .where(or_(Internship.import_id.is_(None), Import.state == "active"))
    )
    if party_id is not None:
        rows = rows.where(Internship.party_id == party_id)
    ranked = rows.subquery("ranked_internship")
    return select(ranked).where(ranked.c.rank == 1).subquery("current_internship")


def active_months(table: type[WageMonth] | type[InsuranceMonth]) -> Select[int, int, int, int]:
    """(party id, person id, month yyyymm, import id) of every wage or insurance month that counts."""
    return (
        select(table.party_id, table.person_id, table.month, table.import_id)
        .join(Import, Import.id == table.import_id)
        .where(Import.state == "active")
    )


def months_by_person(
    session: Session, table: type[WageMonth] | type[InsuranceMonth], party_id: int
) -> dict[int, dict[int, int]]:
    """person id -> {month yyyymm: id of the import that shows it}, for one party."""
    found: dict[int, dict[int, int]] = {}
    for _, person, month, import_id in session.execute(active_months(table).where(table.party_id == party_id)):
        found.setdefault(person, {})[month] = import_id
    return found
