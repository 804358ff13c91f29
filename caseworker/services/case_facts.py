"""The facts of a case, gathered from the dossier, the imports and earlier decisions, each with its source in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.policy import Clause, FactField, Packs
from caseworker.services.award_years import AwardYear
from caseworker.services.case_awards import PERSON_LINES
from caseworker.services.case_lists import Gap
from caseworker.services.case_values import PARTS, Found, Reader, dossier_facts
from caseworker.services.fact_values import (
    AWARD_FIELDS,
    DERIVED,
    FAIR_FIELDS,
    FAIRS,
    INTERN_FIELDS,
    INTERNS,
    PEOPLE,
    REQUESTS,
    read_value,
    show_value,
)
from caseworker.services.seats import Cancel, Progress
from caseworker.services.views import CaseFactView, PointView
from caseworker.store.models import Case, OtherBenefit

__all__ = ["Gathered", "dossier_facts", "gather", "gathered_lists", "is_derived", "show_fact"]

KIND_NAMES = {
    "bool": "boolean",
    "int": "integer",
    "money": "money",
    "usd": "money",
    "percent": "percent",
    "area": "area",
    "date": "date",
    "month": "text",
    "months": "list",
    "choice": "text",
    "choices": "list",
    "text": "text",
    "key": "text",
    "list": "list",
}


@dataclass(frozen=True, slots=True)
class Gathered:
    """`values` hold what is known, as `calculate` takes it; `missing` what is not, as labels; `gaps` the same in full.

    `used_elsewhere`: months of people that another party was granted for; they are no evidence here.
    `points`: the interpretation points that a fact itself was worked out under. `award_year`: the year that is
    claimed, which the request does not name.
    """

    views: tuple[CaseFactView, ...]
    missing: tuple[str, ...]
    other_benefits: tuple[dict[str, Any], ...]
    used_elsewhere: Mapping[str, frozenset[str]] = field(default_factory=dict)  # key -> months left out, yyyy-mm
    points: tuple[PointView, ...] = ()
    gaps: tuple[Gap, ...] = ()
    award_year: AwardYear | None = None

    @property
    def values(self) -> dict[str, Any]:
        return {view.name: view.value for view in self.views if view.origin != "missing"}


def gathered_lists(clause: Clause) -> frozenset[str]:
    """The list facts of a clause that come from the dossier and decisions; a clerk cannot type over them."""
    known: dict[str, frozenset[str] | None] = {
        PEOPLE: None,  # what neither imports nor awards say of a person is kept with the person
        INTERNS: INTERN_FIELDS | AWARD_FIELDS,
        FAIRS: FAIR_FIELDS,
    }
    found = set()
    for fact in clause.facts:
        fields = {item.name for item in fact.items}
        if fact.type == "list" and fact.name in known and "key" in fields:
            allowed = known[fact.name]
            if allowed is None or fields <= allowed:
                found.add(fact.name)
        elif fact.type == "choices" and fact.name == REQUESTS:
            found.add(fact.name)
    return frozenset(found)


def is_derived(clause: Clause, name: str) -> bool:
    return name in DERIVED or name in PARTS or name in gathered_lists(clause)


def gather(
    session: Session,
    case: Case,
    packs: Packs,
    *,
    progress: Progress = None,
    cancelled: Cancel = None,
    recognise: bool = True,
) -> Gathered:
    """Every fact of the case's clause as it stands now, with what is missing. `case` need not be kept yet.

    Recognising the seats of thousands of people takes a while: `progress` hears of it, `cancelled` ends it
    (errors.Cancelled). Without `recognise` it is only looked whether they could be, and months of people are not read:
    enough to see what is missing.
    """
    reader = Reader(session, case, packs, progress, cancelled, recognise)
    clause = reader.clause
    lists = gathered_lists(clause)
    found: dict[str, Found | None] = {}
    gaps: dict[str, tuple[Gap, ...]] = {}
    used: Mapping[str, frozenset[str]] = {}
    for fact in sorted(clause.facts, key=lambda one: _turn(clause, one, lists)):
        if fact.name in lists:
            listed = reader.listed(fact, found)
            found[fact.name] = None if listed.records is None else Found(listed.records, listed.source, "people")
            gaps[fact.name], used = listed.gaps, listed.used or used
        else:
            found[fact.name] = reader.scalar(fact, found)
            if found[fact.name] is None:
                gaps[fact.name] = (reader.gap(fact, found),)
    views = [_view(fact, found[fact.name], gaps.get(fact.name, ())) for fact in clause.facts]
    missing = tuple(gap for fact in clause.facts for gap in gaps.get(fact.name, ()))
    return Gathered(
        tuple(views),
        tuple(gap.label for gap in missing),
        _other_benefits(session, case, clause, views),
        used,
        reader.points,
        missing,
        reader.award_year,
    )


def _turn(clause: Clause, fact: FactField, lists: frozenset[str]) -> int:
    """In which turn a fact is read: a year that is claimed wants others, its figures and interns want the year."""
    if fact.name in lists or fact.name in PARTS:
        return 3
    return 2 if fact.by_year else int(fact.name in clause.repeat)


def _other_benefits(
    session: Session, case: Case, clause: Clause, views: list[CaseFactView]
) -> tuple[dict[str, Any], ...]:
    """What other policies gave for the same matter; of persons only those who are in the list."""
    listed = clause.lines if clause.lines in PERSON_LINES else None
    people = next((view.value for view in views if view.name == listed and view.value), ())
    keys = {record["key"] for record in people}
    rows = session.scalars(
        select(OtherBenefit)
        .where(OtherBenefit.party_id == case.party_id, OtherBenefit.policy == case.policy)
        .where(OtherBenefit.clause == case.clause, OtherBenefit.voided_reason.is_(None))
        .order_by(OtherBenefit.id)
    )
    entries = []
    for row in rows:
        entry: dict[str, Any] = {"title": row.title, "amount": str(row.amount)}
        if row.person_id is not None:
            if str(row.person_id) not in keys:
                continue
            entry["key"] = str(row.person_id)
        entries.append(entry)
    return tuple(entries)


def _view(field: FactField, found: Found | None, gaps: tuple[Gap, ...]) -> CaseFactView:
    problem = None
    if found is None:
        problem = f"缺少“{field.label}”。"
    elif gaps:
        problem = f"缺少：{'；'.join(gap.label for gap in gaps)}。"
    else:
        _, problem = read_value(field, found.value)
    return CaseFactView(
        name=field.name,
        label=field.label,
        unit=field.unit,
        kind=KIND_NAMES[field.type],
        nullable=field.nullable,
        value=None if found is None else found.value,
        shown="" if found is None else show_fact(field, found.value),
        source="" if found is None else found.source,
        origin="missing" if found is None else found.origin,
        reason="" if found is None else found.reason,
        problem=problem,
    )


def show_fact(field: FactField | None, value: Any) -> str:
    if field is not None and isinstance(value, list) and field.name in (PEOPLE, INTERNS):
        return f"{len(value)} 人"
    if field is not None and isinstance(value, list) and field.name == FAIRS:
        return f"{len(value)} 场"
    return show_value(field, value)
