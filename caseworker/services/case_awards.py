"""What was really granted, here or before this program: the room that caps leave, and what a grant uses up.

Caps, once-only awards and claimed months come from these rows and never from what a clerk types into a case.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from caseworker.policy import Clause
from caseworker.services.award_years import year_of_case, year_of_prior
from caseworker.services.recovery_counts import people_back, prior_back, received_back
from caseworker.store.models import (
    Case,
    Decision,
    Employment,
    Instalment,
    Internship,
    Party,
    Person,
    PersonAward,
    PersonFact,
    PriorGrant,
    Proposal,
)
from caseworker.values.money import Money
from caseworker.values.spans import Month

GRANTED_INSTALMENTS = ("due", "ordered", "paid", "returned")  # planned is a forecast, ended gives room back
GRANTED_AWARDS = ("granted", "paid")
PERSON_LINES = ("people", "interns")  # lists whose keys are the ids of people


@dataclass(frozen=True, slots=True)
class PartyGrants:
    """What one party was granted under one clause: (words, amount, day, year), in order of time.

    `year`: the one it was claimed for, whose room it uses up where a cap is a year's; claim and decision may be of the
    next.
    """

    rows: tuple[tuple[str, Money, date, int], ...]

    @property
    def total(self) -> Money:
        return sum((row[1] for row in self.rows), Money.zero())

    def total_in(self, year: int) -> Money:
        return sum((row[1] for row in self.rows if row[3] == year), Money.zero())

    def words_in(self, year: int) -> str:
        return PartyGrants(tuple(row for row in self.rows if row[3] == year)).words

    @property
    def words(self) -> str:
        """本系统与历史补录均无兑现记录 or 兑现记录 2 笔：XK-2023-0001（2023-06-30）…"""
        if not self.rows:
            return "决定记录和历史兑现补录中均无本条款兑现"
        listed = "、".join(f"{words}（{day.isoformat()}，{amount.shown()} 元）" for words, amount, day, _ in self.rows)
        return f"兑现记录 {len(self.rows)} 笔：{listed}"


@dataclass(slots=True)
class PersonGrants:
    """What one person was granted under one clause.

    `paid_total` over all companies; the months used up, the first payment and the parts are those of this party's seat
    (第三条3; 二（三）6 同一员工在同一企业). `grants`: (words, day, what it was for) of every one, at whatever party.
    """

    paid_total: Money = field(default_factory=Money.zero)
    claimed_through: Month | None = None
    first_paid_on: date | None = None
    parts: set[str] = field(default_factory=set)
    months_paid: int = 0
    grants: list[tuple[str, date, Mapping[str, Any]]] = field(default_factory=list)
    award_years: list[tuple[int, int]] = field(default_factory=list)  # (calendar year, which award year it was)

    def add(self, amount: Money, here: bool, claimed: Month | None, paid_on: date | None) -> None:
        self.paid_total += amount
        if not here:
            return
        if claimed is not None and (self.claimed_through is None or claimed > self.claimed_through):
            self.claimed_through = claimed
        if paid_on is not None and (self.first_paid_on is None or paid_on < self.first_paid_on):
            self.first_paid_on = paid_on

    def note(self, words: str, day: date, facts: Mapping[str, Any], here: bool, year: int) -> None:
        """Remembers what a grant was for, and of which calendar year."""
        self.grants.append((words, day, facts))
        if "award_year" in facts:
            self.award_years.append((year, int(facts["award_year"])))
        self.months_paid += int(facts.get("months_paid", 0))
        if here:
            self.parts.update(facts.get("parts", ()))

    def award_year(self, year: int) -> int:
        """Which of the person's award years a calendar year is: the first grant's is its own, and years run on."""
        if not self.award_years:
            return 1
        then, number = max(self.award_years)
        return max(1, number + year - then)


def party_grants(session: Session, party_id: int, policy: str, clause: str, but_case: int | None) -> PartyGrants:
    """What the party was granted by this clause, `but_case` left out (a case never counts against itself).

    Money that was received back (追回) counts no more; what was all received back is no grant.
    """
    back = received_back(session, party_id=party_id, policy=policy)
    rows = [
        (
            f"{number}（追回后）" if key in back else number,
            amount - back.get(key, Money.zero()),
            due_on or decided_on,
            year_of_case(as_of, award_year),
        )
        for key, number, amount, due_on, decided_on, as_of, award_year in session.execute(
            select(
                Instalment.id,
                Case.number,
                Instalment.amount,
                Instalment.due_on,
                Decision.decided_on,
                Case.as_of,
                Case.award_year,
            )
            .join(Case, Case.id == Instalment.case_id)
            .join(Decision, Decision.id == Instalment.decision_id)
            .where(Case.party_id == party_id, Case.policy == policy, Case.clause == clause)
            .where(Case.id != (but_case or 0), Instalment.state.in_(GRANTED_INSTALMENTS))
        )
        if amount != back.get(key)
    ]
    prior: dict[tuple[date, int], Money] = {}  # by day: what was paid to thousands of persons on one day is one row
    reduced: set[tuple[date, int]] = set()
    returned = prior_back(session, policy, party_id)
    for grant in session.scalars(confirmed_grants(policy, clause).where(PriorGrant.party_id == party_id)):
        when = grant.granted_on, year_of_prior(grant.granted_on, grant.facts)
        prior[when] = prior.get(when, Money.zero()) + grant.amount - returned.get(grant.id, Money.zero())
        if grant.id in returned:
            reduced.add(when)
    for (day, year), amount in prior.items():
        if amount:
            rows.append(("历史兑现补录（追回后）" if (day, year) in reduced else "历史兑现补录", amount, day, year))
    return PartyGrants(tuple(sorted(rows, key=lambda row: (row[2], row[0]))))


def person_grants(
    session: Session, party_id: int, policy: str, clause: str, people: Sequence[int], but_case: int | None
) -> dict[int, PersonGrants]:
    """What each of these people was granted by this clause, at this party and at all others."""
    found = {person: PersonGrants() for person in people}
    those = people_of(party_id)
    back = people_back(session)
    awards = (
        select(PersonAward, Case.number, Case.as_of, Case.award_year)
        .join(Decision, Decision.id == PersonAward.decision_id)
        .join(Case, Case.id == Decision.case_id)
        .where(PersonAward.policy == policy, PersonAward.clause == clause, PersonAward.person_id.in_(those))
        .where(PersonAward.state.in_(GRANTED_AWARDS), Decision.case_id != (but_case or 0))
    )
    for award, number, as_of, award_year in session.execute(awards):
        if award.person_id in found:
            claimed = None if award.claimed_through is None else month_of(award.claimed_through)
            here = award.party_id == party_id
            amount = award.amount - back.get(award.decision_id, {}).get(award.person_id, Money.zero())
            found[award.person_id].add(amount, here, claimed, award.paid_on)
            year = year_of_case(as_of, award_year)
            found[award.person_id].note(f"办件 {number}", as_of, award.facts, here, year)
    returned = prior_back(session, policy, whole=True)
    for grant in session.scalars(confirmed_grants(policy, clause).where(PriorGrant.person_id.in_(those))):
        left = grant.amount - returned.get(grant.id, Money.zero())
        if grant.person_id in found and left:  # what was all taken back gives back its months and parts too
            text = grant.facts.get("claimed_through")
            claimed = None if text is None else Month.parse(text)
            first = grant.facts.get("first_paid_on")
            here = grant.party_id == party_id
            paid_on = grant.granted_on if first is None else date.fromisoformat(first)
            found[grant.person_id].add(left, here, claimed, paid_on)
            words = f"历史兑现补录（{grant.granted_on}）"
            year = year_of_prior(grant.granted_on, grant.facts)
            found[grant.person_id].note(words, grant.granted_on, grant.facts, here, year)
    return found


def people_of(party_id: int) -> Any:
    """Select of the ids of everybody whom a dossier knows: roster, people's facts, interns, the person it is about."""
    return union(
        select(Employment.person_id).where(Employment.party_id == party_id),
        select(PersonFact.person_id).where(PersonFact.party_id == party_id),
        select(Internship.person_id).where(Internship.party_id == party_id),
        select(Person.id).join(Party, Party.code == Person.id_number).where(Party.id == party_id),
    )


@dataclass(frozen=True, slots=True)
class MonthsElsewhere:
    """By person id: `months` (yyyy-mm) that awards of other parties used, and `cases`, the party and case number."""

    months: dict[int, frozenset[str]]
    cases: dict[int, frozenset[str]]


def months_elsewhere(
    session: Session,
    party_id: int,
    policy: str,
    clause: str,
    people: Sequence[int],
    but_case: int | None,
    own: Mapping[int, Iterable[int]],
) -> MonthsElsewhere:
    """The months of these people that a granted award of the same clause used up at another party.

    They are the evidence of that award's frozen request up to the month it was claimed through. Of a grant from before
    this program they are known only where its first month is on record as well. Where only the last one is, the grant
    used some months up to it, nobody knows which: to count them all as used would take from a company the months that
    a person really worked there before; so they are a finding that somebody answers for (`MONTHS_PAID`), and the
    10,000 yuan of each person over all companies hold whatever the answer. `own`: the months (yyyymm) that this party
    shows of each person.
    """
    here = people_of(party_id)
    rows = session.execute(
        select(PersonAward.person_id, PersonAward.claimed_through, PersonAward.decision_id, Case.number, Party.name)
        .join(Decision, Decision.id == PersonAward.decision_id)
        .join(Case, Case.id == Decision.case_id)
        .join(Party, Party.id == PersonAward.party_id)
        .where(PersonAward.policy == policy, PersonAward.clause == clause, PersonAward.person_id.in_(here))
        .where(PersonAward.state.in_(GRANTED_AWARDS), PersonAward.party_id != party_id)
        .where(PersonAward.claimed_through.is_not(None), Decision.case_id != (but_case or 0))
    )
    wanted = set(people)
    evidence: dict[int, dict[str, set[str]]] = {}  # of each decision: key -> months
    months: dict[int, set[str]] = {}
    cases: dict[int, set[str]] = {}
    for person, claimed, decision, number, party in rows:
        if person not in wanted or claimed is None:
            continue
        if decision not in evidence:
            evidence[decision] = _evidence_of(session, decision)
        last = str(month_of(claimed))
        months.setdefault(person, set()).update(
            month for month in evidence[decision].get(str(person), ()) if month <= last
        )
        cases.setdefault(person, set()).add(f"{party} {number}")
    before = (
        confirmed_grants(policy, clause)
        .join(Party, Party.id == PriorGrant.party_id)
        .add_columns(Party.name)
        .where(PriorGrant.person_id.in_(here), PriorGrant.party_id != party_id)
    )
    returned = prior_back(session, policy, whole=True)
    for grant, party in session.execute(before):
        first, last = grant.facts.get("claimed_from"), grant.facts.get("claimed_through")
        if grant.person_id not in wanted or first is None or last is None:
            continue
        if grant.amount == returned.get(grant.id):
            continue
        known = {str(month_of(number)) for number in own.get(grant.person_id, ())}
        months.setdefault(grant.person_id, set()).update(month for month in known if first <= month <= last)
        cases.setdefault(grant.person_id, set()).add(f"{party} 历史兑现补录（{grant.granted_on}）")
    return MonthsElsewhere(
        {person: frozenset(found) for person, found in months.items()},
        {person: frozenset(found) for person, found in cases.items()},
    )


def _evidence_of(session: Session, decision_id: int) -> dict[str, set[str]]:
    """key -> the months with wages and insurance of every person in the request that a decision rests on."""
    frozen = session.scalars(
        select(Proposal.frozen).join(Decision, Decision.proposal_id == Proposal.id).where(Decision.id == decision_id)
    ).one()
    people = json.loads(frozen)["request"]["facts"].get("people") or ()
    return {
        record["key"]: set(record.get("wage_months", ())) & set(record.get("insurance_months", ())) for record in people
    }


def awards_of(
    clause: Clause, request: Mapping[str, Any], result: Mapping[str, Any]
) -> list[tuple[int, Money, int | None]]:
    """(person id, amount, last month used up as yyyymm) of every line that a granted result pays.

    Only clauses whose lines are people of dossiers (their keys are person ids) have such awards. Every month of
    evidence up to the claim counts as used, not only as many as were needed.
    """
    if clause.lines not in PERSON_LINES:
        return []
    records = {record["key"]: record for record in request["facts"][clause.lines]}
    keyed = keyed_benefits(request)
    either_or = result["interpretations"].get("nonduplication") == "either-or"
    awards = []
    for line in result["lines"]:
        amount = Money.parse(line["amount"])
        other = keyed.get(line["key"], Money.zero())
        if other:
            amount = Money.zero() if either_or else amount - min(amount, other)
        if line["eligible"] and amount and line["key"].isdecimal():
            awards.append((int(line["key"]), amount, _last_month(records[line["key"]], request["as_of"])))
    return awards


def award_facts(clause: Clause, request: Mapping[str, Any], result: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
    """By person id: what the award of a granted line is for, so that later claims know it is used up.

    `parts` that it pays, `months_paid` in it, and the values of the clause's `line_repeat` facts.
    """
    if clause.lines not in PERSON_LINES:
        return {}
    records = {record["key"]: record for record in request["facts"][clause.lines]}
    day = date.fromisoformat(request["as_of"])
    found: dict[int, dict[str, Any]] = {}
    values = {step["label"]: step["value"] for step in result["trace"]}
    parts = clause.formula.get("parts", ())
    for line in result["lines"]:
        if not (line["eligible"] and line["key"].isdecimal()):
            continue
        record = records[line["key"]]
        facts = {name: record[name] for name in clause.line_repeat if name != "key"}
        paid = [
            str(part["unless"]).removesuffix("_paid")
            for part in (parts if isinstance(parts, tuple) else ())
            if Money.parse(values.get(f"{line['key']}：{part['label']}", "0"))
        ]
        if paid:
            facts["parts"] = paid
        if clause.kind == "line-remaining":
            facts["months_paid"] = _remaining(clause, record, day)
        found[int(line["key"])] = facts
    return found


def _remaining(clause: Clause, record: Mapping[str, Any], day: date) -> int:
    """Months that a line of kind `line-remaining` pays: all that are left."""
    most = clause.parameters[str(clause.formula["most"])]
    dated = most.at(day) or most.values[0]
    return max(0, int(str(dated.value)) - int(record[str(clause.formula["used"])]))


def keyed_benefits(request: Mapping[str, Any]) -> dict[str, Money]:
    """What other policies already gave, by line."""
    keyed: dict[str, Money] = {}
    for benefit in request.get("other_benefits", ()):
        if "key" in benefit:
            keyed[benefit["key"]] = keyed.get(benefit["key"], Money.zero()) + Money.parse(benefit["amount"])
    return keyed


def month_of(number: int) -> Month:
    """yyyymm as the tables keep it."""
    return Month(*divmod(number, 100))


def _last_month(record: Mapping[str, Any], as_of: str) -> int | None:
    both = set(record.get("wage_months", ())) & set(record.get("insurance_months", ()))
    served = [month for month in both if month <= as_of[:7]]
    return int(max(served).replace("-", "")) if served else None


def confirmed_grants(policy: str, clause: str) -> Any:
    """Grants from before this program count once a second person has confirmed them."""
    return select(PriorGrant).where(
        PriorGrant.policy == policy,
        PriorGrant.clause == clause,
        PriorGrant.confirmed_by.is_not(None),
        PriorGrant.voided_reason.is_(None),
    )
