"""What a 补录 workbook or form would write: its rows against the dossiers, the earlier records and the sequences."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from caseworker.errors import Cancelled
from caseworker.intake.prior import once_marks
from caseworker.intake.prior_terms import (
    CLAUSE,
    CODE,
    DATA_SHEETS,
    FUND,
    GRANTED_ON,
    KIND,
    LAST,
    NAME,
    NUMBERS,
    PARTY,
    YEAR,
    FundRow,
    GrantRow,
    NumberRow,
    PriorProblem,
    PriorRead,
    PriorTerms,
)
from caseworker.services.award_years import year_of_prior
from caseworker.services.base import initials
from caseworker.services.prior_caps import CapLine, cap_warnings
from caseworker.store.models import (
    Case,
    Decision,
    Party,
    Person,
    PriorBatch,
    PriorFundUse,
    PriorGrant,
    PriorNumber,
)
from caseworker.store.sequences import last_numbers
from caseworker.store.work import Work
from caseworker.values.id_number import read as read_id_number
from caseworker.values.masking import mask_id_number
from caseworker.values.names import same
from caseworker.values.text import compact

CHUNK = 4000  # rows a statement; SQLite's own limit on bound values lies above it
_MOST_WARNINGS = 20


@dataclass(slots=True)
class PriorPlan:
    """`problems` keep all of it out. `parties` and `known` are ids by code and ID number."""

    read: PriorRead
    problems: list[PriorProblem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    parties: dict[str, tuple[int, str]] = field(default_factory=dict)  # code -> id, name
    known: dict[str, int] = field(default_factory=dict)
    new_people: dict[str, dict[str, Any]] = field(default_factory=dict)


def plan_prior(session: Session, read: PriorRead, terms: PriorTerms, today: date) -> PriorPlan:
    """Compares what was read with the office's file. Reads only."""
    plan = PriorPlan(read, list(read.problems))
    _plan_grants(session, plan, terms, today)
    _plan_funds(session, plan, today)
    _plan_numbers(session, plan, terms, today)
    plan.problems.sort(key=lambda one: (DATA_SHEETS.index(one.sheet) if one.sheet in DATA_SHEETS else 9, one.row))
    return plan


def write_grants(
    work: Work,
    plan: PriorPlan,
    batch: PriorBatch,
    progress: Callable[[int, int], None] | None,
    cancelled: Callable[[], bool] | None,
) -> None:
    """Writes people and grants in bulk. Raises Cancelled between chunks; the caller's transaction rolls back."""
    total = len(plan.new_people) + len(plan.read.grants)
    done = 0

    def step(count: int) -> None:
        nonlocal done
        done += count
        if cancelled is not None and cancelled():
            raise Cancelled
        if progress is not None:
            progress(done, total)

    people = dict(plan.known)
    for some in _chunks(list(plan.new_people.values())):
        work.bulk(insert(Person), some)
        numbers = [columns["id_number"] for columns in some]
        query = select(Person.id_number, Person.id).where(Person.id_number.in_(numbers))
        people |= {row[0]: row[1] for row in work.session.execute(query)}
        step(len(some))
    for grants in _chunks(plan.read.grants):
        work.bulk(insert(PriorGrant), [_columns(grant, plan, people, batch) for grant in grants])
        step(len(grants))


def number_problem(kind: str, year: int, last: int, sequences: dict[tuple[str, int], int]) -> str | None:
    """Why a last number cannot be right: the program itself has come as far or farther."""
    given = sequences.get((kind, year), 0)
    if given < last:
        return None
    return f"本程序{f'在 {year} 年' if year else ''}已经编到第 {given} 号，早先的最后一号不会是第 {last} 号，请核对"


def overlap_warning(label: str, kind: str, year: int, last: int, sequences: dict[tuple[str, int], int]) -> str | None:
    given = sequences.get((kind, year), 0)
    if not 0 < given < last:
        return None
    when = f"{year} 年" if year else ""
    return (
        f"{when}{label}：本程序已编出第 1 至 {given} 号，与补录的号码重叠，请核对有没有重号；"
        f"确认后从第 {last + 1} 号接着编。"
    )


# ---- grants ------------------------------------------------------------------------------------


def _plan_grants(session: Session, plan: PriorPlan, terms: PriorTerms, today: date) -> None:
    grants = plan.read.grants
    kinds: dict[str, str] = {}
    for some in _chunks(sorted({grant.code for grant in grants} | {code for _, _, code in plan.read.wrong_rows})):
        query = select(Party.code, Party.id, Party.name, Party.kind).where(Party.code.in_(some))
        for code, key, name, kind in session.execute(query):
            assert code is not None
            plan.parties[code] = (key, name)
            kinds[code] = kind.replace("-", "_")
    names: dict[str, str] = {}
    for some in _chunks(sorted({grant.id_number for grant in grants if grant.id_number})):
        people = select(Person.id_number, Person.id, Person.name).where(Person.id_number.in_(some))
        for number, person, name in session.execute(people):
            plan.known[number], names[number] = person, name
    for sheet, row, code in plan.read.wrong_rows:
        if code not in plan.parties:
            _teller(plan, sheet, row)(CODE, "no-such-party", _no_party(code))
    held, marks = _recorded(session, plan)
    for grant in grants:
        wrong = _teller(plan, grant.sheet, grant.row)
        if grant.granted_on > today:
            wrong(GRANTED_ON, "after-today", f"兑现日期 {grant.granted_on} 在今天之后")
        party = plan.parties.get(grant.code)
        if party is None:
            wrong(CODE, "no-such-party", _no_party(grant.code))
            continue
        _check_party(grant, party[1], kinds[grant.code], terms, wrong)
        registered = names.get(grant.id_number)
        if registered is not None and not same(registered, grant.name):
            number = mask_id_number(grant.id_number)
            wrong(NAME, "same-id-different-name", f"证件号 {number} 在系统中登记的姓名是“{registered}”")
        elif registered is None and grant.id_number:
            plan.new_people.setdefault(grant.id_number, _person(grant.name, grant.id_number))
        who = (party[0], plan.known.get(grant.id_number), grant.policy, grant.clause)
        if (*who, grant.granted_on, grant.amount, _facts(grant.facts)) in held:
            wrong("", "already-recorded", "同一笔兑现已经补录过")
            continue
        start, end = grant.facts.get("claimed_from"), grant.facts.get("claimed_through")
        if start is not None and end is not None and start > end:
            wrong("起用月份", "months-order", f"起用月份 {start} 晚于已用至月份 {end}")
        for name, word in once_marks(grant.facts):
            if (*who, name, word) in marks:
                label = next((one.label for one in terms.fields(grant.sheet) if one.name == name), name)
                wrong(label, f"{name}-recorded", f"同一{label}（{word}）已经补录过")
    named = dict(plan.parties.values())
    dated = [
        (plan.parties[grant.code][0], grant.policy, grant.clause, grant.granted_on)
        for grant in grants
        if grant.code in plan.parties
    ]
    plan.warnings.extend(own_warnings(session, named, dated))
    plan.warnings.extend(cap_warnings(session, terms, _cap_lines(plan), None))


def _cap_lines(plan: PriorPlan) -> Iterator[CapLine]:
    """People who are not known yet count under numbers of their own, below 0."""
    new = {number: -place for place, number in enumerate(plan.new_people, start=1)}
    for grant in plan.read.grants:
        party = plan.parties.get(grant.code)
        if party is not None:
            person = plan.known.get(grant.id_number) or new.get(grant.id_number, 0)
            name = grant.name or party[1]
            year = year_of_prior(grant.granted_on, grant.facts)
            yield CapLine(grant.policy, grant.clause, party[0], person, name, grant.granted_on, grant.amount, year)


def _check_party(
    grant: GrantRow, name: str, kind: str, terms: PriorTerms, wrong: Callable[[str, str, str], None]
) -> None:
    if grant.party_name and _plain(grant.party_name) != _plain(name):
        wrong(PARTY, "party-name-differs", f"档案中的名称是“{name}”")
    clause = terms.clause(grant.policy, grant.clause)
    if clause is None:
        return
    # What persons are paid directly was mostly handed in by their employer: the person counts, whoever it came through
    fits = kind == clause.payee or (clause.payee == "person" and clause.by_person and kind == "company")
    if not fits:
        wrong(CLAUSE, "not-for-party", f"“{clause.title}”不适用于“{name}”这类对象")


def _recorded(session: Session, plan: PriorPlan) -> tuple[set[tuple[Any, ...]], set[tuple[Any, ...]]]:
    """What is recorded of these parties and not voided, confirmed or not: whole grants, and their once-only marks."""
    held: set[tuple[Any, ...]] = set()
    marks: set[tuple[Any, ...]] = set()
    for some in _chunks([key for key, _ in plan.parties.values()]):
        query = select(PriorGrant).where(PriorGrant.party_id.in_(some), PriorGrant.voided_reason.is_(None))
        for grant in session.scalars(query):
            who = (grant.party_id, grant.person_id, grant.policy, grant.clause)
            held.add((*who, grant.granted_on, grant.amount, _facts(grant.facts)))
            marks |= {(*who, name, word) for name, word in once_marks(grant.facts)}
    return held, marks


def own_warnings(session: Session, names: Mapping[int, str], grants: Iterable[tuple[int, str, str, date]]) -> list[str]:
    """A grant (party, policy, clause, day) dated after this program's own first decision may be that very decision."""
    first: dict[tuple[int, str, str], date] = {}
    for some in _chunks(list(names)):
        query = (
            select(Case.party_id, Case.policy, Case.clause, func.min(Decision.decided_on))
            .join(Decision, Decision.case_id == Case.id)
            .where(Case.party_id.in_(some), Decision.outcome == "granted")
            .group_by(Case.party_id, Case.policy, Case.clause)
        )
        for key, policy, clause, day in session.execute(query):
            first[key, policy, clause] = day
    found: dict[tuple[int, str], int] = {}
    for key, policy, clause, day in grants:
        decided = first.get((key, policy, clause))
        if decided is not None and decided <= day:
            found[key, clause] = found.get((key, clause), 0) + 1
    return [
        f"“{names[key]}”{clause} 有 {count} 笔补录的日期不早于本系统的第一次决定，请核对是不是同一笔钱，避免重复计算。"
        for (key, clause), count in list(found.items())[:_MOST_WARNINGS]
    ]


def _columns(grant: GrantRow, plan: PriorPlan, people: dict[str, int], batch: PriorBatch) -> dict[str, Any]:
    return {
        "version": 1,
        "party_id": plan.parties[grant.code][0],
        "person_id": people[grant.id_number] if grant.id_number else None,
        "policy": grant.policy,
        "clause": grant.clause,
        "granted_on": grant.granted_on,
        "amount": grant.amount,
        "facts": grant.facts,
        "evidence": grant.evidence or batch.evidence,
        "attachment_id": batch.attachment_id,
        "entered_by": batch.entered_by,
        "confirmed_by": None,
        "voided_reason": None,
        "batch_id": batch.id,
        "entered_on": batch.entered_on,
        "confirmed_on": None,
    }


def _person(name: str, id_number: str) -> dict[str, Any]:
    return {
        "version": 1,
        "name": name,
        "initials": initials(name),
        "id_kind": read_id_number(id_number).kind,
        "id_number": id_number,
        "id_accepted_reason": "",
    }


# ---- fund and numbers ----------------------------------------------------------------------------


def _plan_funds(session: Session, plan: PriorPlan, today: date) -> None:
    used = (
        select(PriorFundUse.policy, PriorFundUse.year)
        .join(PriorBatch, PriorBatch.id == PriorFundUse.batch_id)
        .where(PriorBatch.state != "voided")
    )
    held = {(policy, year) for policy, year in session.execute(used)}
    for row in plan.read.funds:
        wrong = _teller(plan, FUND, row.row)
        if row.year > today.year:
            wrong(YEAR, "after-today", f"{row.year} 年还没有到")
        if (row.policy, row.year) in held:
            wrong(YEAR, "already-recorded", f"{row.year} 年的资金已经补录过。要改的，先作废原来那一批")


def _plan_numbers(session: Session, plan: PriorPlan, terms: PriorTerms, today: date) -> None:
    sequences = last_numbers(session)
    entered = (
        select(PriorNumber.kind, PriorNumber.year)
        .join(PriorBatch, PriorBatch.id == PriorNumber.batch_id)
        .where(PriorBatch.state == "entered")
    )
    waiting = {(kind, year) for kind, year in session.execute(entered)}
    labels = {one.kind: one.label for one in terms.kinds}
    for row in plan.read.numbers:
        wrong = _teller(plan, NUMBERS, row.row)
        if row.year > today.year:
            wrong(YEAR, "after-today", f"{row.year} 年还没有到")
        if (row.kind, row.year) in waiting:
            wrong(KIND, "already-recorded", "同一种文书同一年度已有一批补录待确认")
        behind = number_problem(row.kind, row.year, row.last, sequences)
        if behind is not None:
            wrong(LAST, "number-behind", behind)
        warning = overlap_warning(labels.get(row.kind, row.kind), row.kind, row.year, row.last, sequences)
        if warning is not None:
            plan.warnings.append(warning)


def fund_columns(row: FundRow) -> dict[str, Any]:
    return {"policy": row.policy, "year": row.year, "committed": row.committed, "paid": row.paid, "note": row.note}


def number_columns(row: NumberRow) -> dict[str, Any]:
    return {"kind": row.kind, "year": row.year, "last": row.last}


# ---- small ---------------------------------------------------------------------------------------


def _teller(plan: PriorPlan, sheet: str, row: int) -> Callable[[str, str, str], None]:
    def wrong(heading: str, code: str, reason: str) -> None:
        plan.problems.append(PriorProblem(sheet, row, heading, code, reason))

    return wrong


def _facts(facts: Mapping[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False, sort_keys=True)


def _no_party(code: str) -> str:
    return f"没有代码为 {_shown_code(code)} 的档案，请先在“企业档案”中建立"


def _shown_code(code: str) -> str:
    """A person's code is an ID number."""
    return mask_id_number(code) if read_id_number(code).problem is None else code


def _plain(name: str) -> str:
    """Full-width and half-width brackets are the same name."""
    return compact(name)


def _chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
