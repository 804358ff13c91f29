"""What an import would write: read rows against what the dossier already holds, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from caseworker.errors import Cancelled
from caseworker.intake import Kind, ReadResult
from caseworker.intake.result import InsuranceRow, Record, RosterRow, WageRow
from caseworker.services.base import initials
from caseworker.services.employment import active_months, current_employments
from caseworker.services.views import RowProblem
from caseworker.store.models import Employment, InsuranceMonth, Person, WageMonth
from caseworker.store.work import Work
from caseworker.values.id_number import read as read_id_number
from caseworker.values.masking import mask_id_number
from caseworker.values.names import same

CHUNK = 4000  # rows a statement; SQLite's own limit on bound values lies above it


@dataclass(slots=True)
class ImportPlan:
    """New people, new rows, and what is left out. `problems` are wrong rows, `skipped` harmless repeats."""

    new_people: dict[str, dict[str, Any]] = field(default_factory=dict)  # id number -> columns
    rows: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # id number, columns but the keys
    sources: list[Record] = field(default_factory=list)  # what each of `rows` was read from
    problems: list[RowProblem] = field(default_factory=list)
    skipped: list[RowProblem] = field(default_factory=list)
    known: dict[str, int] = field(default_factory=dict)  # id number -> person id


def plan_import(session: Session, party_id: int, result: ReadResult) -> ImportPlan:
    """Compares a read sheet with the office's people and this party's rows. Reads only."""
    plan = ImportPlan()
    names = _known_people(session, {row.id_number for row in result.rows}, plan)
    present = _present(session, party_id, result.kind)
    for row in result.rows:
        registered = names.get(row.id_number)
        if registered is not None and not same(registered, row.name):
            reason = f"证件号 {mask_id_number(row.id_number)} 在系统中登记的姓名是“{registered}”。"
            plan.problems.append(RowProblem(row.row, "姓名", "same-id-different-name", reason))
            continue
        key, columns = _columns(row)
        held = present.get((plan.known.get(row.id_number, 0), key))
        if held is not None and result.kind is Kind.ROSTER:
            # What the sheet has no column for stays as it was: a list of leavers says nothing about contracts.
            absent = [name for name in _ROSTER_COLUMNS if name not in result.columns]
            columns |= {name: held[_ROSTER_COLUMNS.index(name)] for name in absent}
        if held is not None and held == _comparable(columns):
            plan.skipped.append(RowProblem(row.row, "", "already-recorded", "系统中已有相同记录，未重复记入。"))
            continue
        if held is not None and result.kind is not Kind.ROSTER:
            reason = f"{key[:4]}年{int(key[5:])}月的工资已按另一金额记入，请先撤销原导入。"
            plan.problems.append(RowProblem(row.row, "月份", "differs-from-record", reason))
            continue
        if row.id_number not in plan.known:
            plan.new_people.setdefault(row.id_number, _person(row.name, row.id_number))
        plan.rows.append((row.id_number, columns))
        plan.sources.append(row)
    return plan


def write_plan(
    work: Work,
    plan: ImportPlan,
    kind: Kind,
    party_id: int,
    import_id: int,
    progress: Callable[[int, int], None] | None,
    cancelled: Callable[[], bool] | None,
) -> None:
    """Writes people and rows in bulk. Raises Cancelled between chunks; the caller's transaction rolls back."""
    total = len(plan.new_people) + len(plan.rows)
    done = 0

    def step(count: int) -> None:
        nonlocal done
        done += count
        if cancelled is not None and cancelled():
            raise Cancelled
        if progress is not None:
            progress(done, total)

    for people in _chunks(list(plan.new_people.values())):
        work.bulk(insert(Person), people)
        step(len(people))
    people_ids = dict(plan.known)
    for numbers in _chunks(list(plan.new_people)):
        query = select(Person.id_number, Person.id).where(Person.id_number.in_(numbers))
        for number, key in work.session.execute(query):
            people_ids[number] = key
    table = {Kind.ROSTER: Employment, Kind.WAGES: WageMonth, Kind.INSURANCE: InsuranceMonth}[kind]
    for rows in _chunks(plan.rows):
        fixed = {"party_id": party_id, "import_id": import_id}
        work.bulk(insert(table), [{**columns, **fixed, "person_id": people_ids[number]} for number, columns in rows])
        step(len(rows))


def _known_people(session: Session, numbers: set[str], plan: ImportPlan) -> dict[str, str]:
    names: dict[str, str] = {}
    for some in _chunks(sorted(numbers)):
        query = select(Person.id_number, Person.id, Person.name).where(Person.id_number.in_(some))
        for number, key, name in session.execute(query):
            plan.known[number] = key
            names[number] = name
    return names


def _present(session: Session, party_id: int, kind: Kind) -> dict[tuple[int, str], tuple[Any, ...]]:
    """(person id, key within the kind) -> what is recorded there now."""
    if kind is Kind.ROSTER:
        held = current_employments(party_id)
        return {
            (row.person_id, row.employed_from.isoformat()): (
                row.employed_to,
                row.contract_start,
                row.contract_end,
                row.position,
            )
            for row in session.execute(select(held))
        }
    if kind is Kind.WAGES:
        months = active_months(WageMonth).add_columns(WageMonth.gross).where(WageMonth.party_id == party_id)
        return {(row.person_id, _month(row.month)): (row.gross,) for row in session.execute(months)}
    insured = active_months(InsuranceMonth).where(InsuranceMonth.party_id == party_id)
    return {(row.person_id, _month(row.month)): () for row in session.execute(insured)}


def _columns(row: RosterRow | WageRow | InsuranceRow) -> tuple[str, dict[str, Any]]:
    """The row's key within its kind, and its columns but the foreign keys."""
    if isinstance(row, RosterRow):
        return row.employed_from.isoformat(), {
            "version": 1,
            "employed_from": row.employed_from,
            "employed_to": row.employed_to,
            "contract_start": row.contract_start,
            "contract_end": row.contract_end,
            "position": row.position or "",
        }
    month = int(row.month[:4]) * 100 + int(row.month[5:])
    if isinstance(row, WageRow):
        return row.month, {"month": month, "gross": row.gross}
    return row.month, {"month": month}


def _comparable(columns: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(value for name, value in columns.items() if name not in ("version", "employed_from", "month"))


# in the order of `_present` and `_columns`
_ROSTER_COLUMNS = ("employed_to", "contract_start", "contract_end", "position")


def _person(name: str, id_number: str) -> dict[str, Any]:
    return {
        "version": 1,
        "name": name,
        "initials": initials(name),
        "id_kind": read_id_number(id_number).kind,
        "id_number": id_number,
        "id_accepted_reason": "",
    }


def _month(number: int) -> str:
    return f"{number // 100:04d}-{number % 100:02d}"


def _chunks(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
