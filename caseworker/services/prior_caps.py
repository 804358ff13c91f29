"""Where recorded grants go beyond what a clause allows: nothing is refused, it was paid, but somebody should look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.intake.prior_terms import PriorClause, PriorTerms
from caseworker.services.award_years import year_of_case, year_of_prior
from caseworker.services.case_awards import GRANTED_AWARDS, GRANTED_INSTALMENTS
from caseworker.services.recovery_counts import prior_back
from caseworker.store.models import Case, Decision, Instalment, PersonAward, PriorGrant
from caseworker.values.money import Money

MOST_WARNINGS = 20
_CHUNK = 4000
Key = tuple[str, str, int, int]  # policy, clause, party or person, year (0: over all years)


@dataclass(frozen=True, slots=True)
class CapLine:
    """One grant of a batch or plan. `person_id` 0: to the party itself; `name` of whom the cap is counted for."""

    policy: str
    clause: str
    party_id: int
    person_id: int
    name: str
    granted_on: date
    amount: Money
    year: int  # that it was for


def cap_warnings(session: Session, terms: PriorTerms, lines: Iterable[CapLine], but_batch: int | None) -> list[str]:
    """With what stands recorded and granted already, `but_batch` left out (a batch never counts twice)."""
    sums: dict[Key, Money] = {}
    names: dict[Key, str] = {}
    for line in lines:
        clause = terms.clause(line.policy, line.clause)
        if clause is None or clause.cap is None:
            continue
        key = _key(clause, line.party_id, line.person_id, line.year)
        sums[key] = sums.get(key, Money.zero()) + line.amount
        names[key] = line.name
    for policy, clause_id in sorted({key[:2] for key in sums}):
        clause = terms.clause(policy, clause_id)
        assert clause is not None
        whom = sorted({key[2] for key in sums if key[:2] == (policy, clause_id)})
        for held, amount in _held(session, clause, whom, but_batch):
            if held in sums:
                sums[held] += amount
    warnings = []
    for key, amount in sums.items():
        clause = terms.clause(key[0], key[1])
        assert clause is not None
        assert clause.cap is not None
        if amount > clause.cap:
            when = f"{key[3]} 年" if key[3] else "累计"
            warnings.append(
                f"“{names[key]}”{clause.title}{when} {amount.shown()} 元，"
                f"超过规定的上限 {clause.cap.shown()} 元，请与凭据核对。"
            )
    more = len(warnings) - MOST_WARNINGS
    return warnings[:MOST_WARNINGS] + ([f"还有 {more} 处超过上限，没有一一列出。"] if more > 0 else [])


def _key(clause: PriorClause, party: int, person: int, year: int) -> Key:
    whom = person if clause.cap_per == "person" else party
    return clause.policy, clause.clause, whom, year if clause.cap_per == "year" else 0


def _held(
    session: Session, clause: PriorClause, whom: Sequence[int], but_batch: int | None
) -> Iterator[tuple[Key, Money]]:
    by_person = clause.cap_per == "person"
    returned = prior_back(session, clause.policy, whole=by_person)
    for start in range(0, len(whom), _CHUNK):
        some = whom[start : start + _CHUNK]
        column: Any = PriorGrant.person_id if by_person else PriorGrant.party_id
        prior = select(PriorGrant).where(
            column.in_(some),
            PriorGrant.policy == clause.policy,
            PriorGrant.clause == clause.clause,
            PriorGrant.voided_reason.is_(None),
            PriorGrant.batch_id.is_distinct_from(but_batch or 0),
        )
        for grant in session.scalars(prior):
            year = year_of_prior(grant.granted_on, grant.facts)
            amount = grant.amount - returned.get(grant.id, Money.zero())
            yield _key(clause, grant.party_id, grant.person_id or 0, year), amount
        if by_person:
            awards = (
                select(PersonAward.person_id, Decision.decided_on, PersonAward.amount)
                .join(Decision, Decision.id == PersonAward.decision_id)
                .where(PersonAward.person_id.in_(some), PersonAward.state.in_(GRANTED_AWARDS))
                .where(PersonAward.policy == clause.policy, PersonAward.clause == clause.clause)
            )
            for person, day, amount in session.execute(awards):
                yield _key(clause, 0, person, day.year), amount
            continue
        granted = (
            select(Case.party_id, Case.as_of, Case.award_year, Instalment.amount)
            .join(Instalment, Instalment.case_id == Case.id)
            .where(Case.party_id.in_(some), Instalment.state.in_(GRANTED_INSTALMENTS))
            .where(Case.policy == clause.policy, Case.clause == clause.clause)
        )
        for party, claimed_on, award_year, amount in session.execute(granted):
            yield _key(clause, party, 0, year_of_case(claimed_on, award_year)), amount  # as `PartyGrants` counts
