"""What an inquiry can ask about a case: the facts of its claim by party and by person, as the office has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.casework.findings import runs
from caseworker.policy import Clause, FactField, Pack, Packs
from caseworker.services.case_facts import gather, show_fact
from caseworker.services.consultation_views import FactChoice, InquiryForm, PersonChoice
from caseworker.services.employment import current_employments, months_by_person
from caseworker.services.fact_values import INTERNS, PEOPLE, show_value
from caseworker.services.seats import Cancel, Progress
from caseworker.store.models import Case, InsuranceMonth, Person
from caseworker.values.masking import mask_id_number
from caseworker.values.spans import Month

_SOME = 900  # keys a query
_OPEN_END = "无固定期限"
# Of a clause without a list of people: what the roster says of those who are on it, whatever pack it is
_ROSTER = {
    "employed_from": "就业起日",
    "employed_to": "最后工作日",
    "contract_start": "劳动合同起日",
    "contract_end": "劳动合同止日",
    "insurance_months": "社保缴纳月份",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the office has of a case: facts of the party with label and words, people with what is known of each."""

    facts: Mapping[str, tuple[str, str]]
    labels: Mapping[str, str]  # of the facts of people
    people: Mapping[int, Mapping[str, str]]
    persons: Mapping[int, tuple[str, str]]  # name, ID number

    def fact_choices(self) -> tuple[FactChoice, ...]:
        return tuple(FactChoice(name, label, shown) for name, (label, shown) in self.facts.items())

    def person_fact_choices(self) -> tuple[FactChoice, ...]:
        return tuple(FactChoice(name, label) for name, label in self.labels.items())

    def person_choices(self) -> tuple[PersonChoice, ...]:
        return tuple(
            PersonChoice(key, self.persons[key][0], mask_id_number(self.persons[key][1])) for key in self.people
        )


@dataclass(frozen=True, slots=True)
class AskedLine:
    """`person_id` None: about the party."""

    person_id: int | None
    subject: str
    id_number: str
    asked: str


def known_of(
    session: Session, case: Case, packs: Packs, *, progress: Progress = None, cancelled: Cancel = None
) -> Known:
    """Facts without a value are not offered: a bureau confirms what is claimed. Raises errors.Cancelled."""
    clause = packs[case.policy].clauses[case.clause]
    gathered = gather(session, case, packs, progress=progress, cancelled=cancelled)
    facts: dict[str, tuple[str, str]] = {}
    listed: FactField | None = None
    records: Sequence[Mapping[str, Any]] = ()
    for view in gathered.views:
        field = clause.fact(view.name)
        if field is None or view.origin == "missing" or view.value is None:
            continue
        if field.type == "list":
            if field.name in (PEOPLE, INTERNS):
                listed, records = field, view.value
        elif field.type != "choices":
            facts[field.name] = (field.label, show_fact(field, view.value))
    if listed is None:
        labels, people = _roster(session, case.party_id, packs[case.policy])
    else:
        labels = {item.name: item.label for item in listed.items if item.name != "key"}
        people = {
            int(record["key"]): _shown(listed, record)
            for record in records
            if isinstance(record.get("key"), str) and record["key"].isdecimal()
        }
    persons = _persons(session, list(people))
    return Known(facts, labels, {key: said for key, said in people.items() if key in persons}, persons)


def asked_lines(known: Known, party: str, form: InquiryForm) -> tuple[AskedLine, ...]:
    """The letter's lines: a fact of the party each, the clerk's own questions, then a person each."""
    lines = [
        AskedLine(None, party, "", f"{known.facts[name][0]}：{known.facts[name][1]}")
        for name in form.facts
        if name in known.facts
    ]
    lines += [AskedLine(None, party, "", question.strip()) for question in form.questions]
    wanted = known.people if form.people is None else [key for key in form.people if key in known.people]
    for key in wanted if form.person_facts else ():
        said = known.people[key]
        asked = "；".join(f"{known.labels[name]}：{said[name]}" for name in form.person_facts if name in said)
        name, number = known.persons[key]
        if asked:
            lines.append(AskedLine(key, name, number, asked))
    return tuple(lines)


def _shown(listed: FactField, record: Mapping[str, Any]) -> dict[str, str]:
    said = {}
    for item in listed.items:
        value = record.get(item.name)
        if item.name == "key" or (value is None and item.name != "contract_end"):
            continue
        if value is None:
            said[item.name] = _OPEN_END if record.get("contract_start") else ""
        elif item.type == "months":
            said[item.name] = runs(Month.parse(month) for month in value) or "无"
        else:
            said[item.name] = show_value(item, value)
    return {name: words for name, words in said.items() if words}


def _roster(session: Session, party_id: int, pack: Pack) -> tuple[dict[str, str], dict[int, dict[str, str]]]:
    """Who is on the party's roster, with contract and insured months."""
    insured = months_by_person(session, InsuranceMonth, party_id)
    rows = current_employments(party_id)
    labels = {name: _label(pack, name, words) for name, words in _ROSTER.items()}
    people: dict[int, dict[str, str]] = {}
    query = select(rows).order_by(rows.c.employed_from, rows.c.person_id)
    for row in session.execute(query).mappings():
        said = {name: row[name].isoformat() for name in _ROSTER if name in row and row[name] is not None}
        if row["contract_start"] is not None and row["contract_end"] is None:
            said["contract_end"] = _OPEN_END
        months = insured.get(row["person_id"], {})
        said["insurance_months"] = runs(Month(*divmod(month, 100)) for month in months) or "无"
        people[row["person_id"]] = said  # who came back: as of the last employment
    return labels, people


def _label(pack: Pack, name: str, words: str) -> str:
    """As some clause of the pack calls it, so that one office has one word for it."""
    fields = (item for clause in pack.clauses.values() for item in _people_items(clause))
    return next((item.label for item in fields if item.name == name), words)


def _people_items(clause: Clause) -> tuple[FactField, ...]:
    people = clause.fact(PEOPLE)
    return () if people is None else people.items


def _persons(session: Session, keys: Sequence[int]) -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    for start in range(0, len(keys), _SOME):
        some = keys[start : start + _SOME]
        rows = session.execute(select(Person.id, Person.name, Person.id_number).where(Person.id.in_(some)))
        found |= {row[0]: (row[1], row[2]) for row in rows}
    return found
