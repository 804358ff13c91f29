"""What people were granted under a clause, and what other undecided cases claim for them, against the cap of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import cast

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from caseworker.casework import finding_people as rules
from caseworker.casework.finding_people import Other, Share
from caseworker.casework.findings import Finding, Neighbour
from caseworker.policy import Clause
from caseworker.services.case_awards import GRANTED_AWARDS, awards_of, people_of
from caseworker.services.case_calculation import thaw
from caseworker.services.finding_asked import LISTS, Asked, Known, chunks, employments
from caseworker.services.prior_counts import COUNTED
from caseworker.services.recovery_counts import people_back, prior_back
from caseworker.store.models import (
    Case,
    Decision,
    Employment,
    Import,
    Internship,
    Party,
    PersonAward,
    PriorGrant,
    Proposal,
)
from caseworker.values.money import Money
from caseworker.values.spans import Month


def pending_claims(
    session: Session, asked: Asked, pairs: Collection[tuple[int, int]]
) -> dict[int, list[tuple[Share, Other]]]:
    """person -> the other undecided cases of the same clause that claim for them, with what each would get.

    A case that is not calculated for good claims, at the most, one instalment for everybody on its roster.
    """
    case = asked.case
    parties = {party for _, party in pairs}
    if not parties:
        return {}
    rows = session.execute(
        select(Case, Proposal, Party.name)
        .join(Party, Party.id == Case.party_id)
        .outerjoin(Proposal, and_(Proposal.case_id == Case.id, Proposal.state == "live"))
        .where(Case.policy == case.policy, Case.clause == case.clause, Case.party_id != case.party_id)
        .where(Case.head_id.is_(None), Case.status.in_(("open", "suspended")))
        .order_by(Case.id)
    )
    waiting = [
        (other, proposal, name)
        for other, proposal, name in rows
        if other.party_id in parties and (proposal is None or proposal.outcome == "granted")
    ]
    on_roster = _on_roster(session, {other.party_id for other, _, _ in waiting}, pairs, asked.clause.lines == "interns")
    found: dict[int, list[tuple[Share, Other]]] = defaultdict(list)
    for other, proposal, name in waiting:
        known = on_roster.get(other.party_id, {})
        if proposal is not None and asked.clause.lines in LISTS:
            amounts = [(person, amount) for person, amount in _proposed(proposal, asked.clause) if person in known]
        else:
            first = _one_instalment(asked)
            amounts = [(person, first) for person, day in sorted(known.items()) if day is None or day <= other.as_of]
        for person, amount in amounts:
            share = Share(name, other.number, amount, other.id)
            found[person].append((share, Other(other.party_id, name, (other.number,))))
    return found


def _proposed(proposal: Proposal, clause: Clause) -> Iterator[tuple[int, Money]]:
    frozen = thaw(proposal)
    if frozen["result"] is not None:
        for person, amount, _ in awards_of(clause, frozen["request"], frozen["result"]):
            yield person, amount


def _on_roster(
    session: Session, parties: Collection[int], pairs: Collection[tuple[int, int]], interns: bool
) -> dict[int, dict[int, date | None]]:
    """party -> those of the pairs' people who stand there, with their first day; `interns`: on its list of interns."""
    found: dict[int, dict[int, date | None]] = defaultdict(dict)
    people = sorted({person for person, party in pairs if party in parties})
    for some in chunks(people):
        if interns:
            listed = (
                select(Internship.person_id, Internship.party_id)
                .outerjoin(Import, Import.id == Internship.import_id)
                .where(Internship.person_id.in_(some), Internship.voided_reason.is_(None))
                .where(or_(Internship.import_id.is_(None), Import.state == "active"))
            )
            for person, party in session.execute(listed):
                found[party][person] = None
            continue
        for row in session.execute(employments().where(Employment.person_id.in_(some))):
            known = found[row.party_id].get(row.person_id)
            found[row.party_id][row.person_id] = min(known or row.employed_from, row.employed_from)
    return found


def _cap(asked: Asked) -> Money | None:
    """What one person may have under the clause over all companies; None where the policy sets nothing."""
    return _parameter(asked, "total")


def _one_instalment(asked: Asked) -> Money:
    return _parameter(asked, "instalment") or Money.zero()


def _parameter(asked: Asked, role: str) -> Money | None:
    clause = asked.clause
    if clause.kind != "line-instalment":
        return None
    dated = clause.parameters[str(clause.formula[role])].at(max(asked.case.as_of, asked.pack.in_force.start))
    return None if dated is None else cast(Money, dated.value)


def cap_findings(
    session: Session,
    asked: Asked,
    humans: Mapping[int, Known],
    paid: Mapping[int, Money],
    pending: Mapping[int, list[tuple[Share, Other]]],
) -> Iterator[Finding]:
    cap = _cap(asked)
    if cap is None or asked.lines is None:
        return
    zero = Money.zero()
    over = []
    for person in humans:
        waiting = sum((share.amount for share, _ in pending.get(person, ())), zero)
        if paid.get(person, zero) + asked.lines.get(person, zero) + waiting > cap:
            over.append(person)
    granted = _granted(session, asked, over)
    for person in over:
        shares = [share for share, _ in pending.get(person, ())]
        finding = rules.over_cap(
            humans[person].human,
            asked.clause.title,
            cap,
            granted.get(person, []),
            asked.lines.get(person, zero),
            shares,
        )
        if finding is not None:
            yield finding


def prior_month_findings(session: Session, asked: Asked, humans: Mapping[int, Known]) -> Iterator[Finding]:
    """Months of the case that a grant from before this program may have used at another company."""
    case = asked.case
    returned = prior_back(session, case.policy, whole=True)
    rows = session.execute(
        select(PriorGrant, Party.name)
        .join(Party, Party.id == PriorGrant.party_id)
        .where(PriorGrant.policy == case.policy, PriorGrant.clause == case.clause, *COUNTED)
        .where(PriorGrant.party_id != case.party_id, PriorGrant.person_id.in_(people_of(case.party_id)))
        .order_by(PriorGrant.person_id, PriorGrant.id)
    )
    for grant, party in rows:
        person, through = cast(int, grant.person_id), grant.facts.get("claimed_through")
        if through is None or "claimed_from" in grant.facts or grant.amount == returned.get(grant.id):
            continue
        counted = asked.counted(person) if person in humans and asked.claims(person) else None
        if counted:
            other = Neighbour(grant.party_id, party)
            finding = rules.months_paid(humans[person].human, other, grant.granted_on, Month.parse(through), counted)
            if finding is not None:
                yield finding


def _granted(session: Session, asked: Asked, people: Sequence[int]) -> dict[int, list[Share]]:
    """What these people were granted under the clause at all companies, the case itself left out."""
    case = asked.case
    found: dict[int, list[Share]] = defaultdict(list)
    back, zero = people_back(session), Money.zero()
    returned = prior_back(session, case.policy, whole=True)
    for some in chunks(people):
        for person, amount, number, key, party, decision in session.execute(
            select(PersonAward.person_id, PersonAward.amount, Case.number, Case.id, Party.name, PersonAward.decision_id)
            .join(Decision, Decision.id == PersonAward.decision_id)
            .join(Case, Case.id == Decision.case_id)
            .join(Party, Party.id == PersonAward.party_id)
            .where(PersonAward.person_id.in_(some), PersonAward.policy == case.policy)
            .where(PersonAward.clause == case.clause, PersonAward.state.in_(GRANTED_AWARDS), Case.id != case.id)
            .order_by(Case.id)
        ):
            found[person].append(Share(party, number, amount - back.get(decision, {}).get(person, zero), key))
        for grant, party in session.execute(
            select(PriorGrant, Party.name)
            .join(Party, Party.id == PriorGrant.party_id)
            .where(PriorGrant.person_id.in_(some), PriorGrant.policy == case.policy)
            .where(PriorGrant.clause == case.clause, PriorGrant.confirmed_by.is_not(None))
            .where(PriorGrant.voided_reason.is_(None))
            .order_by(PriorGrant.id)
        ):
            left = grant.amount - returned.get(grant.id, zero)
            if left:
                found[cast(int, grant.person_id)].append(Share(party, f"历史兑现补录 {grant.granted_on}", left))
    return found
