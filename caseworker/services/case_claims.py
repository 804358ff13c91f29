"""What was granted to a party under one clause, claim by claim: which year, which parts, which lines of a list."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from caseworker.policy import Clause
from caseworker.services.case_awards import GRANTED_INSTALMENTS, confirmed_grants
from caseworker.services.recovery_counts import LIVE, prior_back
from caseworker.store.models import Case, Decision, Instalment, PriorGrant, Proposal, Recovery
from caseworker.values.money import Money

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Claim:
    """One grant. `facts`: the clause's own; `parts`: those it paid (first, second, third); `lines`: the paid ones."""

    words: str  # 办件 XK-2023-0001; 历史兑现补录（2021-05-01）
    day: date
    facts: Record
    parts: frozenset[str]
    lines: tuple[Record, ...]


def granted_claims(
    session: Session, party_id: int, policy: str, clause: Clause, but_case: int | None
) -> tuple[Claim, ...]:
    """In order of time, `but_case` left out. A grant whose money was all given up or recovered no longer counts."""
    back = (
        select(func.coalesce(func.sum(Recovery.received), 0))
        .where(Recovery.instalment_id == Instalment.id, Recovery.state.in_(LIVE))
        .correlate(Instalment)
        .scalar_subquery()
    )
    stands = exists().where(
        Instalment.decision_id == Decision.id, Instalment.state.in_(GRANTED_INSTALMENTS), Instalment.amount > back
    )
    query = (
        select(Case.number, Decision.decided_on, Proposal.frozen)
        .join(Decision, Decision.case_id == Case.id)
        .join(Proposal, Proposal.id == Decision.proposal_id)
        .where(Case.party_id == party_id, Case.policy == policy, Case.clause == clause.id)
        .where(Decision.outcome == "granted", Case.id != (but_case or 0), stands)
        .order_by(Case.id)
    )
    found = [_decided(clause, number, day, frozen) for number, day, frozen in session.execute(query)]
    prior = confirmed_grants(policy, clause.id).where(PriorGrant.party_id == party_id)
    returned = prior_back(session, policy, party_id)
    found += [
        Claim(
            f"历史兑现补录（{grant.granted_on}）",
            grant.granted_on,
            grant.facts,
            frozenset(grant.facts.get("parts", ())),
            (grant.facts,) if clause.lines else (),
        )
        for grant in session.scalars(prior.order_by(PriorGrant.granted_on, PriorGrant.id))
        if grant.amount > returned.get(grant.id, Money.zero())
    ]
    return tuple(sorted(found, key=lambda claim: claim.day))


def _decided(clause: Clause, number: str, day: date, frozen: bytes) -> Claim:
    held = json.loads(frozen)
    facts, result = held["request"]["facts"], held["result"]
    records = {record["key"]: record for record in facts.get(clause.lines or "") or ()}
    lines = [
        records[line["key"]]
        for line in result["lines"]
        if line["eligible"] and Money.parse(line["amount"]) and line["key"] in records
    ]
    return Claim(f"办件 {number}", day, facts, frozenset(parts_paid(clause, result, "")), tuple(lines))


def parts_paid(clause: Clause, result: Record, before: str) -> Iterable[str]:
    """Of a clause that pays in parts: those that a result pays, by its trace, `before` the part's label there."""
    parts = clause.formula.get("parts", ())
    values = {step["label"]: step["value"] for step in result["trace"]}
    for part in parts if isinstance(parts, tuple) else ():
        value = values.get(before + str(part["label"]))
        if value is not None and Money.parse(value):
            yield str(part["unless"]).removesuffix("_paid")


def same_line(names: tuple[str, ...], record: Record, paid: Record) -> bool:
    """Whether a line is the one that was paid, by `names`; where the paid one has none of them, by what both have."""
    shared = [name for name in names if name in paid] or sorted(record.keys() & paid.keys())
    return bool(shared) and all(text_key(record.get(name)) == text_key(paid[name]) for name in shared)


def text_key(value: object) -> str:
    """White space aside: a reference typed with a blank more is the same reference."""
    return "".join(str(value).split())
