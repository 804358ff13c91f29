"""The facts of a case, gathered from the dossier, the imports and earlier decisions, each with its source in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.policy import Clause, FactField, Packs
from caseworker.services.approval_facts import approval_facts
from caseworker.services.case_awards import MonthsElsewhere, PartyGrants, months_elsewhere, party_grants, person_grants
from caseworker.services.employment import current_employments, months_by_person
from caseworker.services.fact_values import DERIVED, read_value, show_value
from caseworker.services.seats import FACT as VALID_SEATS
from caseworker.services.seats import Cancel, Progress, Recognised, law_of, recognised_fact
from caseworker.services.views import CaseFactView, PointView
from caseworker.store.models import Case, CaseFact, Import, InsuranceMonth, OtherBenefit, PartyFact, Person, WageMonth
from caseworker.values.clock import BEIJING

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
# What the roster, the wage and insurance records and earlier awards say of a person; a list that asks for
# more than these cannot be gathered from the dossier and is filled in by the clerk.
PERSON_FIELDS = frozenset(
    {
        "key",
        "wage_months",
        "insurance_months",
        "contract_start",
        "contract_end",
        "claimed_through",
        "first_paid_on",
        "paid_total",
        "employed_from",
        "employed_to",
    }
)
_MOST_NAMED = 3  # people named in a sentence before 等


@dataclass(frozen=True, slots=True)
class Found:
    value: Any
    source: str
    origin: str  # dossier, people, case
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Gathered:
    """`values` hold what is known, as `calculate` takes it; `missing` what is not, as labels.

    `used_elsewhere`: months of people that another party was granted for; they are no evidence here.
    `points`: the interpretation points that a fact itself was worked out under.
    """

    views: tuple[CaseFactView, ...]
    missing: tuple[str, ...]
    other_benefits: tuple[dict[str, Any], ...]
    used_elsewhere: Mapping[str, frozenset[str]] = field(default_factory=dict)  # key -> months left out, yyyy-mm
    points: tuple[PointView, ...] = ()

    @property
    def values(self) -> dict[str, Any]:
        return {view.name: view.value for view in self.views if view.origin != "missing"}


def gathered_lists(clause: Clause) -> frozenset[str]:
    """The list facts of a clause that come from imports and decisions; a clerk cannot type over them."""
    return frozenset(
        field.name
        for field in clause.facts
        if field.name == "people" and {item.name for item in field.items} <= PERSON_FIELDS
    )


def is_derived(clause: Clause, name: str) -> bool:
    return name in DERIVED or name in gathered_lists(clause)


def gather(
    session: Session, case: Case, packs: Packs, *, progress: Progress = None, cancelled: Cancel = None
) -> Gathered:
    """Every fact of the case's clause as it stands now, with what is missing.

    Recognising the seats of thousands of people takes a while: `progress` hears of it, `cancelled` ends it
    (errors.Cancelled).
    """
    clause = packs[case.policy].clauses[case.clause]
    own = {
        row.name: row
        for row in session.scalars(select(CaseFact).where(CaseFact.case_id == case.id, CaseFact.withdrawn.is_(False)))
    }
    dossier = dossier_facts(session, case.party_id, case.as_of)
    grants = party_grants(session, case.party_id, case.policy, case.clause, case.id)
    lists = gathered_lists(clause)
    approved = approval_facts(session, case, clause)
    views: list[CaseFactView] = []
    missing: list[str] = []
    used: Mapping[str, frozenset[str]] = {}
    points: tuple[PointView, ...] = ()
    for fact in clause.facts:
        gaps: tuple[str, ...] = ()
        if fact.name in DERIVED:
            found: Found | None = _derived(fact.name, case, grants)
        elif fact.name in own:
            row = own[fact.name]
            found = Found(row.value["value"], "本办件手工填写", "case", row.reason)
        elif fact.name in approved:
            value, source = approved[fact.name]
            found = Found(value, source, "dossier")
        elif fact.name in lists:
            found, gaps, used = _people(session, case, fact)
        elif fact.name in dossier:
            row_fact = dossier[fact.name]
            found = Found(row_fact.value["value"], f"{row_fact.source}（自 {row_fact.valid_from} 起）", "dossier")
        elif fact.name == VALID_SEATS:
            seats = _valid_seats(session, case, packs, clause, progress, cancelled)
            found = _default(fact) if seats is None else Found(seats.count, seats.source, "people")
            points = () if seats is None else (seats.point,)
        else:
            found = _default(fact)
        views.append(_view(fact, found, gaps))
        missing.extend(gaps or (() if found is not None else (fact.label,)))
    return Gathered(tuple(views), tuple(missing), _other_benefits(session, case, views), used, points)


def dossier_facts(session: Session, party_id: int, day: date) -> dict[str, PartyFact]:
    """The dossier's facts valid on a day: of each name the entry with the latest start, the newest of those."""
    rows = session.scalars(
        select(PartyFact)
        .where(PartyFact.party_id == party_id, PartyFact.valid_from <= day, PartyFact.voided_reason.is_(None))
        .order_by(PartyFact.valid_from, PartyFact.id)
    )
    return {row.name: row for row in rows}


def _derived(name: str, case: Case, grants: PartyGrants) -> Found:
    value: Any
    match name:
        case "already_granted":
            value = str(grants.total)
        case "granted_this_year":
            value = str(grants.total_in(case.as_of.year))
        case "first_application":
            value = not grants.rows
        case "continuing":
            value = bool(grants.rows)
        case _:
            raise AssertionError(f"no rule derives {name}")
    return Found(value, grants.words, "dossier")


def _valid_seats(
    session: Session, case: Case, packs: Packs, clause: Clause, progress: Progress, cancelled: Cancel
) -> Recognised | None:
    """第二条: as the imports show it, where nobody states the number by hand."""
    law = law_of(packs[case.policy], clause)
    if law is None:
        return None
    return recognised_fact(session, case.party_id, case.as_of, law, progress=progress, cancelled=cancelled)


def _default(field: FactField) -> Found | None:
    if field.nullable:
        return Found(None, "未填写（可以为空）", "dossier")
    if field.optional:
        return Found(False, "未填写（按“否”）", "dossier")
    return None


def _people(
    session: Session, case: Case, field: FactField
) -> tuple[Found | None, tuple[str, ...], Mapping[str, frozenset[str]]]:
    """One record a person on the roster up to the claim's day, in the order of their keys.

    One month of one person is paid for once: months that another party's award used are left out, and given last.
    """
    rows = current_employments(case.party_id)
    query = (
        select(rows, Person.name.label("person_name"))
        .join(Person, Person.id == rows.c.person_id)
        .where(rows.c.employed_from <= case.as_of)
        .order_by(rows.c.person_id, rows.c.employed_from)
    )
    latest = {row.person_id: row for row in session.execute(query)}  # a person who came back: the last engagement
    if not latest:
        return None, (f"{field.label}（请先导入花名册）",), {}
    wages = months_by_person(session, WageMonth, case.party_id)
    insurance = months_by_person(session, InsuranceMonth, case.party_id)
    grants = person_grants(session, case.party_id, case.policy, case.clause, list(latest), case.id)
    used = months_elsewhere(session, case.party_id, case.policy, case.clause, list(latest), case.id)
    say: dict[str, Callable[[int, Any], Any]] = {
        "key": lambda person, _: str(person),
        "wage_months": lambda person, _: _months(wages.get(person, ()), used.months.get(person)),
        "insurance_months": lambda person, _: _months(insurance.get(person, ()), used.months.get(person)),
        "contract_start": lambda _, row: _day(row.contract_start),
        "contract_end": lambda _, row: _day(row.contract_end),
        "employed_from": lambda _, row: _day(row.employed_from),
        "employed_to": lambda _, row: _day(row.employed_to),
        "claimed_through": lambda person, _: _text(grants[person].claimed_through),
        "first_paid_on": lambda person, _: _day(grants[person].first_paid_on),
        "paid_total": lambda person, _: str(grants[person].paid_total),
    }
    records = [{item.name: say[item.name](person, row) for item in field.items} for person, row in latest.items()]
    gaps = []
    for item in field.items:
        lacking = [
            row.person_name
            for row, record in zip(latest.values(), records, strict=True)
            if record[item.name] is None and not item.nullable
        ]
        if lacking:
            gaps.append(f"{_named(lacking)}的{item.label}")
    words = _import_words(session, case.party_id)
    left_out = {
        person: months & {*_months(wages.get(person, ())), *_months(insurance.get(person, ()))}
        for person, months in used.months.items()
    }
    if any(left_out.values()) and {"wage_months", "insurance_months"} & {item.name for item in field.items}:
        words += "；" + _left_out_words(left_out, used)
    keyed = {str(person): months for person, months in used.months.items()}
    return Found(records, words, "people"), tuple(gaps), keyed


def _left_out_words(left_out: Mapping[int, frozenset[str]], used: MonthsElsewhere) -> str:
    """3 人共 18 个月已由其他单位兑现使用（大同市某某有限公司 DT-2023-0001），未计入"""
    hit = [person for person, months in left_out.items() if months]
    where = sorted({words for person in hit for words in used.cases[person]})
    total = sum(len(left_out[person]) for person in hit)
    return f"{len(hit)} 人共 {total} 个月已由其他单位兑现使用（{_listed(where)}），未计入"


def _listed(words: list[str]) -> str:
    listed = "、".join(words[:_MOST_NAMED])
    return listed if len(words) <= _MOST_NAMED else f"{listed}等 {len(words)} 件"


def _named(names: list[str]) -> str:
    listed = "、".join(names[:_MOST_NAMED])
    return listed if len(names) <= _MOST_NAMED else f"{listed}等 {len(names)} 人"


def _months(numbers: Iterable[int], but: frozenset[str] | None = None) -> list[str]:
    shown = (f"{number // 100:04d}-{number % 100:02d}" for number in sorted(numbers))
    return [month for month in shown if month not in (but or ())]


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _import_words(session: Session, party_id: int) -> str:
    """花名册（2023-06-01 导入）、工资流水 2022-12 至 2023-05（2023-06-01 导入）…"""
    active = list(
        session.scalars(select(Import).where(Import.party_id == party_id, Import.state == "active").order_by(Import.id))
    )
    words = []
    for kind, name, table in (
        ("roster", "花名册", None),
        ("wages", "工资流水", WageMonth),
        ("insurance", "社保记录", InsuranceMonth),
    ):
        of_kind = [row for row in active if row.kind == kind]
        if not of_kind:
            words.append(f"未导入{name}")
            continue
        days = "、".join(dict.fromkeys(row.imported_at.astimezone(BEIJING).date().isoformat() for row in of_kind))
        span = ""
        if table is not None:
            ids = [row.id for row in of_kind]
            months = sorted(session.scalars(select(table.month).where(table.import_id.in_(ids)).distinct()))
            span = f" {_months(months)[0]} 至 {_months(months)[-1]}" if months else ""
        words.append(f"{name}{span}（{days} 导入）")
    return "；".join(words)


def _other_benefits(session: Session, case: Case, views: list[CaseFactView]) -> tuple[dict[str, Any], ...]:
    """What other policies gave for the same matter; of persons only those who are in the list."""
    people = next((view.value for view in views if view.name == "people" and view.value), ())
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


def _view(field: FactField, found: Found | None, gaps: tuple[str, ...]) -> CaseFactView:
    problem = None
    if found is None:
        problem = f"缺少“{field.label}”。"
    elif gaps:
        problem = f"缺少：{'；'.join(gaps)}。"
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
    if field is not None and field.name == "people" and isinstance(value, list):
        return f"{len(value)} 人"
    return show_value(field, value)
