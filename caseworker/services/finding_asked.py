"""What a case asks for whom, and the rows of its people that stand: what every finding about people starts from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select, union
from sqlalchemy.orm import Session

from caseworker.casework.finding_people import Human
from caseworker.policy import Clause, Pack, Packs
from caseworker.services.employment import current_employments
from caseworker.services.seats import law_of
from caseworker.store.models import (
    Case,
    Employment,
    Import,
    Internship,
    Person,
)
from caseworker.values.masking import mask_id_number
from caseworker.values.money import Money
from caseworker.values.spans import Month

_SOME = 900  # keys a query
LISTS = ("people", "interns")  # list facts whose keys are people of dossiers
_EVIDENCE = frozenset({"roster", "wage-records", "insurance-records"})  # papers that the people stand on


@dataclass(frozen=True, slots=True)
class Asked:
    """What a case asks: its people with their records (None: the clause counts the roster), and what each would get.

    `lines` is None while nothing is calculated, and for clauses that do not pay by the person.
    """

    case: Case
    pack: Pack
    clause: Clause
    people: Mapping[int, Mapping[str, Any] | None]
    lines: Mapping[int, Money] | None
    options: Mapping[str, str]

    def claims(self, person: int) -> bool:
        return self.lines is None or bool(self.lines.get(person))

    def counted(self, person: int) -> frozenset[Month] | None:
        """The months that are evidence for the person in this case; None where the clause counts no months."""
        record = self.people[person]
        if record is None or "wage_months" not in record:
            return None
        months = {*record["wage_months"], *record.get("insurance_months", ())}
        claimed = record.get("claimed_through")
        if claimed is not None and not self._any_months():
            months = {month for month in months if month > claimed}
        return frozenset(Month.parse(month) for month in months)

    def _any_months(self) -> bool:
        """Whether months claimed before count again (dt-3.months)."""
        for condition in self.clause.line_conditions:
            point, _, option = condition.args.get("any_months", "").partition(":")
            if point and self.options.get(point) == option:
                return True
        return False


def asked_of(
    session: Session,
    case: Case,
    packs: Packs,
    request: Mapping[str, Any],
    result: Mapping[str, Any] | None,
    typed: Collection[str],
) -> Asked:
    """`typed`: facts set by hand, whose keys are no people of dossiers."""
    pack = packs[case.policy]
    clause = pack.clauses[case.clause]
    people: dict[int, Mapping[str, Any] | None] = {}
    for name in LISTS:
        records = request["facts"].get(name)
        if isinstance(records, list) and name not in typed:
            people |= {int(record["key"]): record for record in records if str(record.get("key", "")).isdecimal()}
    if not people and (law_of(pack, clause) is not None or _EVIDENCE & {paper.id for paper in clause.papers}):
        rows = current_employments(case.party_id)
        keys = session.scalars(select(rows.c.person_id).where(rows.c.employed_from <= case.as_of).distinct())
        people = dict.fromkeys(keys)
    lines = None
    if result is not None and clause.lines in LISTS and clause.lines not in typed:
        lines = {
            int(line["key"]): Money.parse(line["amount"])
            for line in result["lines"]
            if line["eligible"] and line["key"].isdecimal()
        }
    return Asked(case, pack, clause, people, lines, request["interpretations"])


@dataclass(frozen=True, slots=True)
class Known:
    human: Human
    number: str
    accepted: str


def people_of(party_id: int) -> Select[int]:
    return select(
        union(
            select(Employment.person_id).where(Employment.party_id == party_id),
            select(Internship.person_id).where(Internship.party_id == party_id),
        ).subquery().c.person_id
    )  # fmt: skip


def humans_of(session: Session, asked: Asked) -> dict[int, Known]:
    """The people of the case who stand in the party's dossier."""
    rows = session.execute(
        select(Person.id, Person.name, Person.id_number, Person.id_accepted_reason)
        .where(Person.id.in_(people_of(asked.case.party_id)))
        .order_by(Person.id)
    )
    return {
        key: Known(Human(key, name, mask_id_number(number)), number, accepted)
        for key, name, number, accepted in rows
        if key in asked.people
    }


def employments() -> Select[int, int, int, date, date | None]:
    """Rows in force, oldest first: the last one of a person, party and first day is the one that counts."""
    return (
        select(
            Employment.id, Employment.person_id, Employment.party_id, Employment.employed_from, Employment.employed_to
        )
        .outerjoin(Import, Import.id == Employment.import_id)
        .where(Employment.voided_reason.is_(None), or_(Employment.import_id.is_(None), Import.state == "active"))
        .order_by(Employment.id)
    )


def chunks(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), _SOME):
        yield keys[start : start + _SOME]
