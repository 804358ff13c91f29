"""Where the rows of each kind of people's workbook go, and when two of them say the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.intake import InsuranceRow, InternRow, Kind, RosterRow, WageRow
from caseworker.services.employment import active_months, current_employments, current_internships
from caseworker.store.models import Employment, InsuranceMonth, Internship, WageMonth

PersonRow = RosterRow | WageRow | InsuranceRow | InternRow
Key = tuple[int, str]  # person id, and what tells two records of a person apart


@dataclass(frozen=True, slots=True)
class PeopleTable:
    """`compared`: the columns that make two records of one key the same; `present` gives them in this order.

    `optional`: those that a sheet may lack, which then stay as they are. `differing`: what to say where a record
    with other values is there already; None where the later one supersedes it.
    """

    model: Any
    compared: tuple[str, ...]
    optional: tuple[str, ...]
    present: Callable[[Session, int], dict[Key, tuple[Any, ...]]]
    columns: Callable[[Any], tuple[str, dict[str, Any]]]
    differing: Callable[[str], str] | None = None
    differing_column: str = ""


def people_table(kind: Kind) -> PeopleTable:
    return _TABLES[kind]


# ---- rosters -------------------------------------------------------------------------------

_ROSTER = ("employed_to", "contract_start", "contract_end", "position")


def _roster_present(session: Session, party_id: int) -> dict[Key, tuple[Any, ...]]:
    held = current_employments(party_id)
    return {
        (row.person_id, row.employed_from.isoformat()): tuple(getattr(row, name) for name in _ROSTER)
        for row in session.execute(select(held))
    }


def _roster_columns(row: RosterRow) -> tuple[str, dict[str, Any]]:
    return row.employed_from.isoformat(), {
        "version": 1,
        "employed_from": row.employed_from,
        "employed_to": row.employed_to,
        "contract_start": row.contract_start,
        "contract_end": row.contract_end,
        "position": row.position or "",
    }


# ---- interns -------------------------------------------------------------------------------

_INTERN = ("school", "education", "intern_to", "hired_from", "hired_to")


def _intern_present(session: Session, party_id: int) -> dict[Key, tuple[Any, ...]]:
    held = current_internships(party_id)
    return {
        (row.person_id, row.intern_from.isoformat()): tuple(getattr(row, name) for name in _INTERN)
        for row in session.execute(select(held).where(held.c.intern_from.is_not(None)))
    }


def _intern_columns(row: InternRow) -> tuple[str, dict[str, Any]]:
    return row.intern_from.isoformat(), {
        "version": 1,
        "school": row.school or "",
        "education": row.education,
        "intern_from": row.intern_from,
        "intern_to": row.intern_to,
        "hired_from": row.hired_from,
        "hired_to": row.hired_to,
    }


# ---- wages and insurance -------------------------------------------------------------------


def _wages_present(session: Session, party_id: int) -> dict[Key, tuple[Any, ...]]:
    months = active_months(WageMonth).add_columns(WageMonth.gross).where(WageMonth.party_id == party_id)
    return {(row.person_id, _month(row.month)): (row.gross,) for row in session.execute(months)}


def _insurance_present(session: Session, party_id: int) -> dict[Key, tuple[Any, ...]]:
    insured = active_months(InsuranceMonth).where(InsuranceMonth.party_id == party_id)
    return {(row.person_id, _month(row.month)): () for row in session.execute(insured)}


def _month(number: int) -> str:
    return f"{number // 100:04d}-{number % 100:02d}"


def _number(month: str) -> int:
    return int(month[:4]) * 100 + int(month[5:])


def _wage_differs(month: str) -> str:
    return f"{month[:4]}年{int(month[5:])}月的工资已按另一金额记入，请先撤销原导入。"


_TABLES = {
    Kind.ROSTER: PeopleTable(Employment, _ROSTER, _ROSTER, _roster_present, _roster_columns),
    Kind.INTERNS: PeopleTable(Internship, _INTERN, _INTERN, _intern_present, _intern_columns),
    Kind.WAGES: PeopleTable(
        WageMonth,
        ("gross",),
        (),
        _wages_present,
        lambda row: (row.month, {"month": _number(row.month), "gross": row.gross}),
        _wage_differs,
        "月份",
    ),
    Kind.INSURANCE: PeopleTable(
        InsuranceMonth,
        (),
        (),
        _insurance_present,
        lambda row: (row.month, {"month": _number(row.month)}),
    ),
}
