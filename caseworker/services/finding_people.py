"""The people of a case against everybody else's data in the office: a few set-based queries, then the pure rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from caseworker.casework import finding_people as rules
from caseworker.casework.finding_people import Double, Human, Other, Presence
from caseworker.casework.findings import Finding, Neighbour
from caseworker.services.case_awards import month_of
from caseworker.services.employment import current_employments, current_internships
from caseworker.services.fact_values import INTERNS
from caseworker.services.finding_asked import Asked, Known, chunks, employments, humans_of, people_of
from caseworker.services.finding_claims import cap_findings, pending_claims, prior_month_findings
from caseworker.store.models import (
    Case,
    Employment,
    Import,
    InsuranceMonth,
    Internship,
    Party,
    Person,
    WageMonth,
)
from caseworker.values.id_number import read as read_id_number
from caseworker.values.masking import mask_id_number
from caseworker.values.money import Money
from caseworker.values.spans import Month, Span

_NOTHING = ("refused", "not-accepted", "withdrawn", "terminated")
Step = Callable[[], None]


def people_findings(session: Session, asked: Asked, paid: Mapping[int, Money], step: Step) -> Iterator[Finding]:
    """`paid`: what each person was granted by now under the clause, over all companies, where that is a fact of it."""
    if not asked.people:
        return
    case = asked.case
    humans = humans_of(session, asked)
    step()
    pairs = _elsewhere(session, case.party_id)
    pairs = {(person, party) for person, party in pairs if person in humans}
    step()
    yield from _two_employers(session, asked, humans, pairs)
    step()
    pending = pending_claims(session, asked, pairs)
    yield from cap_findings(session, asked, humans, paid, pending)
    yield from prior_month_findings(session, asked, humans)
    for person, claims in sorted(pending.items(), key=lambda item: item[0]):
        for share, party in claims:
            if asked.claims(person) and share.case_id is not None:
                who = humans[person].human
                yield rules.claimed_elsewhere(who, asked.clause.title, party, share.number, share.case_id)
    yield from _two_schools(session, asked, humans)
    step()
    yield from _numbers(session, asked, humans)
    step()
    yield from _ages(session, asked, humans)
    step()


# ---- where else ------------------------------------------------------------------------------


def _elsewhere(session: Session, party_id: int) -> set[tuple[int, int]]:
    """(person, other party) of everybody of this party whom another party's data knows, undone imports too."""
    mine = people_of(party_id)
    parts = []
    for table in (WageMonth, InsuranceMonth, Employment, Internship):
        # Two ranges, not one inequality: the index by person and party is then searched and not walked
        for side in (table.party_id < party_id, table.party_id > party_id):
            parts.append(select(table.person_id, table.party_id).where(table.person_id.in_(mine), side).distinct())
    return {(person, party) for person, party in session.execute(union_all(*parts))}


def _presences(session: Session, people: Sequence[int]) -> dict[tuple[int, int], Presence]:
    """(person, party) -> what shows these people there, by imports that stand."""
    months: dict[int, Month] = {}

    def month(number: int) -> Month:
        if number not in months:
            months[number] = month_of(number)
        return months[number]

    wages: dict[tuple[int, int], dict[Month, Money]] = defaultdict(dict)
    insurance: dict[tuple[int, int], set[Month]] = defaultdict(set)
    rows: dict[tuple[int, int, date], tuple[int, date | None]] = {}
    for some in chunks(people):
        for person, party, number, gross in session.execute(
            select(WageMonth.person_id, WageMonth.party_id, WageMonth.month, WageMonth.gross)
            .join(Import, Import.id == WageMonth.import_id)
            .where(WageMonth.person_id.in_(some), Import.state == "active")
        ):
            wages[person, party][month(number)] = gross
        for person, party, number in session.execute(
            select(InsuranceMonth.person_id, InsuranceMonth.party_id, InsuranceMonth.month)
            .join(Import, Import.id == InsuranceMonth.import_id)
            .where(InsuranceMonth.person_id.in_(some), Import.state == "active")
        ):
            insurance[person, party].add(month(number))
        for row in session.execute(employments().where(Employment.person_id.in_(some))):
            rows[row.person_id, row.party_id, row.employed_from] = (row.id, row.employed_to)
    spans: dict[tuple[int, int], list[Span]] = defaultdict(list)
    for (person, party, start), (_, end) in rows.items():
        spans[person, party].append(Span.through(start, end))
    return {
        key: Presence(dict(wages.get(key, {})), frozenset(insurance.get(key, ())), tuple(spans.get(key, ())))
        for key in {*wages, *insurance, *spans}
    }


# ---- at two companies ------------------------------------------------------------------------


def _two_employers(
    session: Session, asked: Asked, humans: Mapping[int, Known], pairs: Collection[tuple[int, int]]
) -> Iterator[Finding]:
    if not pairs:
        return
    case = asked.case
    found = _presences(session, sorted({person for person, _ in pairs}))
    others = _others(session, {party for _, party in pairs})
    nothing = Presence({}, frozenset())
    for person, party in sorted(pairs):
        there = found.get((person, party))
        if there is None:
            continue
        here = found.get((person, case.party_id), nothing)
        finding = rules.two_employers(
            humans[person].human, here, there, others[party], asked.counted(person), case.as_of
        )
        if finding is not None:
            yield finding


def _others(session: Session, parties: Collection[int]) -> dict[int, Other]:
    names = {key: name for key, name in session.execute(select(Party.id, Party.name)) if key in parties}
    cases: dict[int, list[str]] = defaultdict(list)
    for party, number in session.execute(
        select(Case.party_id, Case.number).where(Case.status.not_in(_NOTHING)).order_by(Case.id)
    ):
        cases[party].append(number)
    return {key: Other(key, name, tuple(cases.get(key, ()))) for key, name in names.items()}


def _two_schools(session: Session, asked: Asked, humans: Mapping[int, Known]) -> Iterator[Finding]:
    """Of a clause that pays for interns but keeps no award of each: nothing else shows that one counts at two schools.

    二（三）7 每年…输送: internships of one calendar year are compared.
    """
    if asked.clause.lines == INTERNS or asked.clause.fact(INTERNS) is None:
        return
    years = {person: str(record["intern_from"])[:4] for person, record in asked.people.items() if record is not None}
    rows = current_internships()
    found: dict[tuple[int, int], list[date]] = defaultdict(list)
    names: dict[int, str] = {}
    for some in chunks(sorted(humans.keys() & years.keys())):
        for person, party, name, day in session.execute(
            select(rows.c.person_id, rows.c.party_id, Party.name, rows.c.intern_from)
            .join(Party, Party.id == rows.c.party_id)
            .where(rows.c.person_id.in_(some), rows.c.party_id != asked.case.party_id, Party.kind == "school")
            .order_by(rows.c.intern_from)
        ):
            if day is not None and str(day.year) == years[person]:
                found[person, party].append(day)
                names[party] = name
    for (person, party), days in sorted(found.items()):
        yield rules.two_schools(humans[person].human, asked.clause.title, Neighbour(party, names[party]), days)


# ---- numbers and ages ------------------------------------------------------------------------


def _numbers(session: Session, asked: Asked, humans: Mapping[int, Known]) -> Iterator[Finding]:
    for known in humans.values():
        if known.accepted:
            yield rules.id_accepted(known.human, read_id_number(known.number).problem or "", known.accepted)
    names: dict[str, list[tuple[Human, str]]] = defaultdict(list)
    for known in humans.values():
        names[known.human.name].append((known.human, known.number))
    remark = rules.namesakes(names)
    if remark is not None:
        yield remark
    doubles = _doubles(session, asked.case.party_id, humans)
    for person, others in sorted(doubles.items()):
        finding = rules.id_alike(humans[person].human, humans[person].number, others)
        if finding is not None:
            yield finding


def _doubles(session: Session, party_id: int, humans: Mapping[int, Known]) -> dict[int, list[Double]]:
    """person -> people of the same name whose numbers look alike, here or at another party."""
    one, two = aliased(Person), aliased(Person)

    def same(first: int, length: int) -> Any:
        return func.substr(one.id_number, first, length) == func.substr(two.id_number, first, length)

    # Wider than the rule, so that the database leaves few pairs: the rule itself decides
    near = or_(
        same(7, 8),
        and_(same(1, 6), same(15, 3)),
        and_(same(1, 5), same(8, 10)),
        and_(same(1, 13), same(16, 2)),
    )
    rows = session.execute(
        select(one.id, two.id, two.name, two.id_number)
        .join(two, two.name == one.name)
        .where(one.id.in_(people_of(party_id)), two.id != one.id, near)
    ).all()
    pairs = [
        (person, other, name, number)
        for person, other, name, number in rows
        if person in humans
        and rules.alike(humans[person].number, number)
        and not (other in humans and other < person)  # two of one case: said once
    ]
    places = _places(session, [other for _, other, _, _ in pairs])
    found: dict[int, list[Double]] = defaultdict(list)
    for person, other, name, number in pairs:
        if other in places:  # somebody whose every import was undone is nobody
            found[person].append(Double(Human(other, name, mask_id_number(number)), number, places[other]))
    return found


def _places(session: Session, people: Sequence[int]) -> dict[int, tuple[Neighbour, ...]]:
    """Where the imports that stand have these people."""
    if not people:
        return {}
    names = {party.id: party.name for party in session.execute(select(Party.id, Party.name))}
    found: dict[int, set[int]] = defaultdict(set)
    for some in chunks(sorted(set(people))):
        for row in session.execute(employments().where(Employment.person_id.in_(some))):
            found[row.person_id].add(row.party_id)
        for table in (WageMonth, InsuranceMonth):
            for person, party in session.execute(
                select(table.person_id, table.party_id)
                .join(Import, Import.id == table.import_id)
                .where(table.person_id.in_(some), Import.state == "active")
                .distinct()
            ):
                found[person].add(party)
    return {
        person: tuple(Neighbour(party, names[party]) for party in sorted(parties)) for person, parties in found.items()
    }


def _ages(session: Session, asked: Asked, humans: Mapping[int, Known]) -> Iterator[Finding]:
    case = asked.case
    rows = current_employments(case.party_id)
    days: dict[int, list[tuple[str, date]]] = defaultdict(list)
    for person, hired, contract in session.execute(
        select(rows.c.person_id, rows.c.employed_from, rows.c.contract_start).where(rows.c.employed_from <= case.as_of)
    ):
        for what, day in (("入职", hired), ("合同起始", contract)):
            if day is not None and person in humans and rules.may_be_out_of_age(humans[person].number, day):
                days[person].append((what, day))
    for person, hired_days in sorted(days.items()):
        known = humans[person]
        finding = rules.age_at_hire(known.human, read_id_number(known.number), hired_days)
        if finding is not None:
            yield finding
