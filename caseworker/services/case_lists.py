"""The lists that a clause asks for, from what the dossier holds: people, interns, job fairs, requests for services.

Set by set, whatever the size of the list: never a query for one person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.policy import Clause, FactField
from caseworker.services.case_awards import MonthsElsewhere, PersonGrants, months_elsewhere, person_grants
from caseworker.services.case_claims import Claim, same_line
from caseworker.services.case_words import (
    day_shown,
    import_words,
    imports_shown,
    listed,
    months_shown,
    named,
    text_of,
)
from caseworker.services.employment import active_months, current_employments, current_internships, months_by_person
from caseworker.services.fact_values import AWARD_FIELDS, INTERNS, PEOPLE, own_fields
from caseworker.services.record_facts import FAIRS, REQUESTS, Records
from caseworker.store.models import Case, InsuranceMonth, Person, PersonFact, WageMonth

_SOME = 900  # keys a query
_ROSTER = ("contract_start", "contract_end", "employed_from", "employed_to")


@dataclass(frozen=True, slots=True)
class Gap:
    """Something a calculation lacks. `where` as `record_views.Need` has it; `words` say where a clerk fills it."""

    label: str
    where: str
    words: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as found; None with a gap. `used`: months of people that another party was granted for, by key."""

    records: list[Any] | None
    source: str
    gaps: tuple[Gap, ...] = ()
    used: Mapping[str, frozenset[str]] = field(default_factory=dict)


def people(
    session: Session,
    case: Case,
    clause: Clause,
    fact: FactField,
    own: int | None,
    is_person: bool,
    *,
    year: int,
    without_months: bool = False,
) -> Listed:
    """One record a person up to the claim's day, in the order of their keys.

    Everybody on the roster, where the clause asks nothing of them that is kept with the person; else those of whom
    something that it asks is on record. A dossier about one person lists that person. What was paid for is left out,
    and so are months that another party's award used. `year`: whose figures count, where they are a year's.
    `without_months`: to see what is missing they are not needed.
    """
    extra = own_fields(fact)
    facts, sources = _person_facts(session, case, extra, year)
    here = _latest(session, case.as_of, person=own) if is_person else _latest(session, case.as_of, party=case.party_id)
    if is_person:
        members = [] if own is None else [own]
    elif extra:
        members = sorted({person for person, _ in facts})
    else:
        members = list(here)
    if not members:
        return Listed(None, "", (_nobody(fact, extra, is_person),))
    items = {item.name for item in fact.items}
    grants = person_grants(session, case.party_id, case.policy, case.clause, members, case.id)
    used = MonthsElsewhere({}, {})
    wages: Mapping[int, Mapping[int, int]] = {}
    insurance: Mapping[int, Mapping[int, int]] = {}
    if items & {"wage_months", "insurance_months"} and not without_months:
        wages = months_by_person(session, WageMonth, case.party_id)
        insurance = months_by_person(session, InsuranceMonth, case.party_id)
        used = months_elsewhere(session, case.party_id, case.policy, case.clause, members, case.id, wages)
    gone = used.months
    say: dict[str, Callable[[int], Any]] = {
        "key": str,
        "wage_months": lambda person: months_shown(wages.get(person, ()), gone.get(person)),
        "insurance_months": lambda person: months_shown(insurance.get(person, ()), gone.get(person)),
        **{name: _column(here, name) for name in _ROSTER},
        **_awards(grants, year, _most_months(clause, case.as_of)),
    }
    known = _known_otherwise(session, case, items & {item.name for item in extra}, members, here)

    def value(person: int, item: FactField) -> Any:
        if item.name in say:
            return say[item.name](person)
        return facts.get((person, item.name), known.get((person, item.name)))

    records = {person: {item.name: value(person, item) for item in fact.items} for person in members}
    names = _names(session, members)
    left, out = _unpaid(clause, records, grants)
    words = [*sources] if extra else []
    if items & {*_ROSTER, "wage_months", "insurance_months"}:
        words.append(import_words(session, case.party_id) if not is_person else _employer_words(here, own))
    if out:
        words.append(_paid_words(names, out))
    left_out = {
        person: months & {*months_shown(wages.get(person, ())), *months_shown(insurance.get(person, ()))}
        for person, months in gone.items()
    }
    if any(left_out.values()):
        words.append(_left_out_words(left_out, used))
    keyed = {str(person): months for person, months in gone.items()}
    source = "；".join(word for word in words if word)
    if not left:
        gap = Gap(f"{fact.label}（{_paid_words(names, out)}）", "case", f"“{fact.label}”均已兑现，不能重复兑现。")
        return Listed(None, source, (gap,), keyed)
    return Listed(list(left.values()), source, _gaps(fact, extra, left, names), keyed)


def interns(session: Session, case: Case, clause: Clause, fact: FactField, year: int | None) -> Listed:
    """Those of a party's interns whose internship began in `year`, by the claim's day; one record a person."""
    rows = current_internships(case.party_id)
    query = (
        select(rows, Person.name.label("person_name"))
        .join(Person, Person.id == rows.c.person_id)
        .order_by(rows.c.person_id, rows.c.id)
    )
    found: dict[int, Any] = {}
    undated: set[str] = set()
    total = 0
    for row in session.execute(query):
        total += 1
        if row.intern_from is None:
            undated.add(row.person_name)
        elif row.intern_from <= case.as_of and year in (None, row.intern_from.year):
            held = found.get(row.person_id)
            if held is None or _weight(row) > _weight(held):
                found[row.person_id] = row
    if not total:
        return Listed(None, "", (Gap(f"{fact.label}（请先登记实习名单）", INTERNS, "请导入或登记实习生名单。"),))
    if not found:
        lacking = f"名单中没有{'' if year is None else f' {year} 年'}开始的实习"
        return Listed(None, "", (Gap(f"{fact.label}（{lacking}）", INTERNS, f"{lacking}，请核对年度或补登名单。"),))
    grants = person_grants(session, case.party_id, case.policy, case.clause, list(found), case.id)
    awards = _awards(grants, case.as_of.year, None)
    records = {}
    for person, row in found.items():
        values = {
            "key": str(person),
            "education": row.education,
            "intern_from": day_shown(row.intern_from),
            "intern_to": day_shown(row.intern_to),
            "hired_from": day_shown(row.hired_from),
            "hired_to": day_shown(row.hired_to),
        }
        records[person] = {
            item.name: values[item.name] if item.name in values else awards[item.name](person) for item in fact.items
        }
    names = {person: row.person_name for person, row in found.items()}
    left, out = _unpaid(clause, records, grants)
    when = "" if year is None else f"{year} 年，"
    words = [
        f"实习名单（{when}{len(found)} 人）",
        *imports_shown(session, case.party_id, (("interns", "实习名单"),), silent=True),
    ]
    if undated:
        words.append(f"{named(sorted(undated))}没有实习起日，未列入")
    if out:
        words.append(_paid_words(names, out))
    return Listed(list(left.values()), "；".join(words), _gaps(fact, (), left, names, INTERNS))


def fairs(case: Case, clause: Clause, fact: FactField, records: Records, claims: tuple[Claim, ...]) -> Listed:
    """The job fairs on record that were not paid for; a fair is its day and its name."""
    rows = records.get(FAIRS, [])
    if not rows:
        return Listed(None, "", (Gap(f"{fact.label}（请先登记）", f"record:{FAIRS}", f"请登记“{fact.label}”。"),))
    paid = [line for claim in claims for line in claim.lines]
    open_ones: list[dict[str, Any]] = []
    out: list[dict[str, Any]] = []
    for row in rows:
        record = {
            "key": f"{row.data['held_on']} {row.data['name']}",
            "held_on": row.data["held_on"],
            "organizer": row.data["organizer"],
        }
        again = any(same_line(clause.line_repeat, record, line) for line in paid)
        (out if again else open_ones).append(record)
    source = "；".join(dict.fromkeys(row.source for row in rows))
    if out:
        source += f"；{len(out)} 场已兑现，未列入（{listed([one['key'] for one in out])}）"
    if not open_ones:
        words = f"“{fact.label}”均已兑现，不能重复兑现。"
        return Listed(None, source, (Gap(f"{fact.label}（均已兑现）", f"record:{FAIRS}", words),))
    return Listed(open_ones, source)


def requests(fact: FactField, records: Records) -> Listed:
    """What was asked for, each kind once, in the order of the clause."""
    rows = records.get(REQUESTS, [])
    asked = {row.data["kind"] for row in rows}
    kinds = [option.id for option in fact.options if option.id in asked]
    if not kinds:
        return Listed(None, "", (Gap(fact.label, f"record:{REQUESTS}", "请登记“服务需求”。"),))
    return Listed(kinds, "；".join(dict.fromkeys(row.source for row in rows)))


def intern_years(session: Session, party_id: int, day: date) -> list[int]:
    """The years in which internships of a party's lists began, by a day, in order."""
    rows = current_internships(party_id)
    days = session.scalars(select(rows.c.intern_from).where(rows.c.intern_from <= day).distinct())
    return sorted({one.year for one in days if one is not None})


# ---- what is on record of people -----------------------------------------------------------


def _person_facts(
    session: Session, case: Case, fields: tuple[FactField, ...], year: int
) -> tuple[dict[tuple[int, str], Any], tuple[str, ...]]:
    """(person, name) -> the value valid on the claim's day, and the papers that show them."""
    if not fields:
        return {}, ()
    this_year = {item.name for item in fields if item.by_year}
    rows = session.execute(
        select(PersonFact.person_id, PersonFact.name, PersonFact.value, PersonFact.valid_from, PersonFact.source)
        .where(PersonFact.party_id == case.party_id, PersonFact.name.in_([item.name for item in fields]))
        .where(PersonFact.valid_from <= case.as_of, PersonFact.voided_reason.is_(None))
        .order_by(PersonFact.valid_from, PersonFact.id)
    )
    found: dict[tuple[int, str], Any] = {}
    sources: dict[str, None] = {}
    for person, name, value, valid_from, source in rows:
        if name in this_year and valid_from.year != year:
            continue  # a figure of one year is no figure of the next
        found[person, name] = value["value"]
        sources[source] = None
    return found, () if not sources else (f"人员事实（{listed(list(sources))}）",)


def _latest(session: Session, day: date, *, party: int | None = None, person: int | None = None) -> dict[int, Any]:
    """person id -> the last engagement begun by a day, at a party, or of one person at whatever party."""
    rows = current_employments(party)
    query = select(rows).where(rows.c.employed_from <= day).order_by(rows.c.person_id, rows.c.employed_from)
    if party is None:
        query = query.where(rows.c.person_id == (person or 0))
    return {row.person_id: row for row in session.execute(query)}


def _column(here: Mapping[int, Any], name: str) -> Callable[[int], Any]:
    return lambda person: day_shown(getattr(here[person], name)) if person in here else None


def _known_otherwise(
    session: Session, case: Case, wanted: set[str], members: list[int], here: Mapping[int, Any]
) -> dict[tuple[int, str], Any]:
    """What the imports say of facts that nobody stated: a contract, insurance paid, a traineeship, a job after it."""
    found: dict[tuple[int, str], Any] = {}
    if "formal_contract" in wanted:
        found |= {(person, "formal_contract"): True for person, row in here.items() if row.contract_start is not None}
    if "social_insurance" in wanted:
        employers = {row.party_id for row in here.values()}
        rows = session.execute(
            active_months(InsuranceMonth)
            .where(InsuranceMonth.party_id.in_(employers))
            .where(InsuranceMonth.month <= case.as_of.year * 100 + case.as_of.month)
        )
        those = set(members)
        found |= {
            (person, "social_insurance"): True
            for party, person, _, _ in rows
            if person in those and person in here and here[person].party_id == party
        }
    if wanted & {"trainee_from", "trainee_to", "retained"}:
        held = current_internships(case.party_id)
        query = select(held).where(held.c.intern_from <= case.as_of).order_by(held.c.intern_from)
        for row in session.execute(query):
            found[row.person_id, "trainee_from"] = day_shown(row.intern_from)
            found[row.person_id, "trainee_to"] = day_shown(row.intern_to)
            if row.hired_from is not None:
                found[row.person_id, "retained"] = row.hired_from <= case.as_of
    return found


def _awards(grants: Mapping[int, PersonGrants], year: int, most: int | None) -> dict[str, Callable[[int], Any]]:
    """What earlier awards leave of a person, by the names of AWARD_FIELDS."""

    def months(person: int) -> int:
        paid = grants[person].months_paid
        return paid if most is None else min(paid, most)

    return {
        "claimed_through": lambda person: text_of(grants[person].claimed_through),
        "first_paid_on": lambda person: day_shown(grants[person].first_paid_on),
        "paid_total": lambda person: str(grants[person].paid_total),
        "first_paid": lambda person: "first" in grants[person].parts,
        "second_paid": lambda person: "second" in grants[person].parts,
        "third_paid": lambda person: "third" in grants[person].parts,
        "already_paid": lambda person: bool(grants[person].grants),
        "months_paid": months,
        "award_year": lambda person: grants[person].award_year(year),
    }


def _most_months(clause: Clause, day: date) -> int | None:
    if clause.kind != "line-remaining":
        return None
    parameter = clause.parameters[str(clause.formula["most"])]
    return int(str((parameter.at(day) or parameter.values[0]).value))


def _unpaid(
    clause: Clause, records: dict[int, dict[str, Any]], grants: Mapping[int, PersonGrants]
) -> tuple[dict[int, dict[str, Any]], dict[int, str]]:
    """The lines not paid for yet, and person -> by which grant the others were (`line_repeat`)."""
    if not clause.line_repeat:
        return records, {}
    names = tuple(name for name in clause.line_repeat if name != "key")
    left, out = {}, {}
    for person, record in records.items():
        by = next(
            (
                words
                for words, _, facts in grants[person].grants
                if all(name not in facts or str(facts[name]) == str(record[name]) for name in names)
            ),
            None,
        )
        if by is None:
            left[person] = record
        else:
            out[person] = by
    return left, out


def _names(session: Session, members: list[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for start in range(0, len(members), _SOME):
        some = members[start : start + _SOME]
        for key, name in session.execute(select(Person.id, Person.name).where(Person.id.in_(some))):
            found[key] = name
    return found


# ---- gaps and words ------------------------------------------------------------------------


def _nobody(fact: FactField, extra: tuple[FactField, ...], is_person: bool) -> Gap:
    if is_person:
        words = "请先登记本人的人员事实，或在任职单位的档案中导入花名册。"
        where = f"person-fact:{extra[0].name}" if extra else PEOPLE
        return Gap(f"{fact.label}（没有本人的人员记录）", where, words)
    if not extra:
        return Gap(f"{fact.label}（请先导入花名册）", PEOPLE, "请先导入花名册。")
    first = extra[0]
    words = f"请在人员中登记“{first.label}”等事实，有登记的人员才列入名单。"
    return Gap(f"{fact.label}（请先在人员中登记“{first.label}”）", f"person-fact:{first.name}", words)


def _gaps(
    fact: FactField,
    extra: tuple[FactField, ...],
    records: Mapping[int, Mapping[str, Any]],
    names: Mapping[int, str],
    imported: str = PEOPLE,
) -> tuple[Gap, ...]:
    own = {item.name for item in extra}
    gaps = []
    for item in fact.items:
        lacking = [names[person] for person, record in records.items() if record[item.name] is None]
        if not lacking or item.nullable or item.name in AWARD_FIELDS:
            continue
        label = f"{named(lacking)}的{item.label}"
        if item.name in own:
            gaps.append(Gap(label, f"person-fact:{item.name}", f"请在人员中登记{named(lacking)}的“{item.label}”。"))
        else:
            what = "花名册" if imported == PEOPLE else "实习名单"
            gaps.append(Gap(label, imported, f"请在{what}中补齐{named(lacking)}的“{item.label}”。"))
    return tuple(gaps)


def _weight(row: Any) -> tuple[bool, int]:
    """Of two internships of one person in a year the one that led to a job, else the longer one counts."""
    return row.hired_from is not None, ((row.intern_to or date.max) - row.intern_from).days


def _paid_words(names: Mapping[int, str], out: Mapping[int, str]) -> str:
    each = [f"{names[person]}（{words}）" for person, words in out.items()]
    return f"{len(out)} 人此前已兑现，未列入：{listed(each)}"


def _employer_words(here: Mapping[int, Any], own: int | None) -> str:
    row = here.get(own or 0)
    return "" if row is None else f"任职单位花名册（在职起日 {row.employed_from}）"


def _left_out_words(left_out: Mapping[int, frozenset[str]], used: MonthsElsewhere) -> str:
    """3 人共 18 个月已由其他单位兑现使用（大同市某某有限公司 DT-2023-0001），未计入"""
    hit = [person for person, months in left_out.items() if months]
    where = sorted({words for person in hit for words in used.cases[person]})
    total = sum(len(left_out[person]) for person in hit)
    return f"{len(hit)} 人共 {total} 个月已由其他单位兑现使用（{listed(where)}），未计入"
