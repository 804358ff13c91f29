"""What an import would write: read rows against what the dossier already holds, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from caseworker.errors import Cancelled
from caseworker.intake import Kind, ReadResult
from caseworker.intake.result import Record, YearlyRow
from caseworker.services.base import initials
from caseworker.services.import_tables import PeopleTable, people_table
from caseworker.services.import_yearly import Figure, kept_names, plan_figures, write_figures
from caseworker.services.views import RowProblem
from caseworker.store.models import Attachment, Import, Person
from caseworker.store.work import Work
from caseworker.values.id_number import read as read_id_number
from caseworker.values.masking import mask_id_number
from caseworker.values.names import same

CHUNK = 4000  # rows a statement; SQLite's own limit on bound values lies above it
_REPEATED = "系统中已有相同记录，未重复记入。"


@dataclass(slots=True)
class ImportPlan:
    """New people, new records, and what is left out. `problems` are wrong rows, `skipped` harmless repeats.

    Of people's kinds `rows` hold the ID number and the columns but the keys; of yearly figures `figures` hold what
    is new. `sources` is what each of them was read from.
    """

    new_people: dict[str, dict[str, Any]] = field(default_factory=dict)  # id number -> columns
    rows: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    sources: list[Record] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    skipped: list[RowProblem] = field(default_factory=list)
    known: dict[str, int] = field(default_factory=dict)  # id number -> person id

    @property
    def count(self) -> int:
        """Records that would be written, people aside."""
        return len(self.rows) + len(self.figures)


def plan_import(session: Session, party_id: int, result: ReadResult) -> ImportPlan:
    """Compares a read sheet with the office's people and this party's records. Reads only."""
    plan = ImportPlan()
    if result.kind is Kind.YEARLY:
        rows = [row for row in result.rows if isinstance(row, YearlyRow)]
        plan.figures, plan.problems, plan.skipped = plan_figures(session, party_id, rows, kept_names(result.mapping))
        return plan
    table = people_table(result.kind)
    people = [row for row in result.rows if not isinstance(row, YearlyRow)]
    names = _known_people(session, {row.id_number for row in people}, plan)
    present = table.present(session, party_id)
    for row in people:
        registered = names.get(row.id_number)
        if registered is not None and not same(_tight(registered), row.name):
            reason = f"证件号 {mask_id_number(row.id_number)} 在系统中登记的姓名是“{registered}”。"
            plan.problems.append(RowProblem(row.row, "姓名", "same-id-different-name", reason))
            continue
        key, columns = table.columns(row)
        held = present.get((plan.known.get(row.id_number, 0), key))
        if held is not None:
            # what the sheet has no column for stays as it was: a list of leavers says nothing about contracts
            kept = dict(zip(table.compared, held, strict=True))
            columns |= {name: kept[name] for name in table.optional if name not in result.columns}
            if held == tuple(columns[name] for name in table.compared):
                plan.skipped.append(RowProblem(row.row, "", "already-recorded", _REPEATED))
                continue
            if table.differing is not None:
                reason = table.differing(key)
                plan.problems.append(RowProblem(row.row, table.differing_column, "differs-from-record", reason))
                continue
        if row.id_number not in plan.known and row.id_number not in plan.new_people:
            accepted = result.accepted.get(row.id_number, "")
            plan.new_people[row.id_number] = _person(row.name, row.id_number, accepted)
        plan.rows.append((row.id_number, columns))
        plan.sources.append(row)
    return plan


def write_plan(
    work: Work,
    plan: ImportPlan,
    taken: Import,
    attachment: Attachment,
    progress: Callable[[int, int], None] | None,
    cancelled: Callable[[], bool] | None,
) -> None:
    """Writes people and records in bulk. Raises Cancelled between chunks; the caller's transaction rolls back."""
    total = len(plan.new_people) + plan.count
    done = 0

    def step(count: int) -> None:
        nonlocal done
        done += count
        if cancelled is not None and cancelled():
            raise Cancelled
        if progress is not None:
            progress(done, total)

    if plan.figures:
        write_figures(work, plan.figures, taken, attachment)
        step(len(plan.figures))
    for people in _chunks(list(plan.new_people.values())):
        work.bulk(insert(Person), people)
        step(len(people))
    people_ids = dict(plan.known)
    for numbers in _chunks(list(plan.new_people)):
        query = select(Person.id_number, Person.id).where(Person.id_number.in_(numbers))
        for number, key in work.session.execute(query):
            people_ids[number] = key
    for rows in _chunks(plan.rows):
        table: PeopleTable = people_table(Kind(taken.kind))
        fixed = {"party_id": taken.party_id, "import_id": taken.id}
        work.bulk(
            insert(table.model), [{**columns, **fixed, "person_id": people_ids[number]} for number, columns in rows]
        )
        step(len(rows))


def _known_people(session: Session, numbers: set[str], plan: ImportPlan) -> dict[str, str]:
    names: dict[str, str] = {}
    for some in _chunks(sorted(numbers)):
        query = select(Person.id_number, Person.id, Person.name).where(Person.id_number.in_(some))
        for number, key, name in session.execute(query):
            plan.known[number] = key
            names[number] = name
    return names


def _tight(name: str) -> str:
    """As sheets are read: a Latin name without its blanks."""
    return "".join(name.split())


def _person(name: str, id_number: str, accepted: str) -> dict[str, Any]:
    return {
        "version": 1,
        "name": name,
        "initials": initials(name),
        "id_kind": read_id_number(id_number).kind,
        "id_number": id_number,
        "id_accepted_reason": accepted,
    }


def _chunks(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
