"""Awards begun before this program whose later instalments are still to be claimed here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from caseworker.casework.instalments import Forecast
from caseworker.policy import Packs
from caseworker.services.case_awards import GRANTED_INSTALMENTS
from caseworker.services.prior_counts import COUNTED
from caseworker.services.prior_views import RunningAward
from caseworker.services.recovery_counts import prior_back
from caseworker.services.workflow import rules_of
from caseworker.store.models import Case, Instalment, Party, PriorGrant
from caseworker.values.money import Money
from caseworker.values.spans import add_months


@dataclass(frozen=True, slots=True)
class ComingInstalment:
    """One instalment that an award begun before this program may still pay. A forecast, no entitlement."""

    award: RunningAward
    number: int
    due_on: date
    amount: Money


def running_awards(
    session: Session, packs: Packs, policy: str | None = None, *, until_granted: bool = False
) -> tuple[RunningAward, ...]:
    """By the day that the next instalment may be expected. An award goes out of the list once it is claimed here.

    The day is a forecast as in `casework.instalments`: one spacing after the last payment, no entitlement. What was all
    received back runs no more. `until_granted`: kept until it is granted here, as forecasts of the fund are, which a
    decision replaces and no claim.
    """
    forecasts: dict[tuple[str, str], Forecast] = {
        (pack.id, clause): forecast for pack in packs for clause, forecast in rules_of(pack).forecasts.items()
    }
    last: dict[tuple[int, str, str], tuple[int, date, Money]] = {}
    clauses = {clause for _, clause in forecasts}
    instalment = PriorGrant.facts["instalment"].as_integer()
    query = (
        select(
            PriorGrant.party_id,
            PriorGrant.policy,
            PriorGrant.clause,
            instalment,
            func.max(PriorGrant.granted_on),
            func.sum(PriorGrant.amount),
        )
        .where(PriorGrant.clause.in_(clauses), instalment.is_not(None), *COUNTED)
        .group_by(PriorGrant.party_id, PriorGrant.policy, PriorGrant.clause, instalment)
        .order_by(instalment)
    )
    if policy is not None:
        query = query.where(PriorGrant.policy == policy)
    back = _received_back(session)
    for party, pack_id, clause, number, day, paid in session.execute(query):
        left = paid - back.get((party, pack_id, clause, int(number)), Money.zero())
        if (pack_id, clause) in forecasts and left:
            last[party, pack_id, clause] = (int(number), day, left)  # the highest comes last
    here = _begun_here(session, until_granted)
    parties = session.execute(select(Party.id, Party.name).where(Party.ended_on.is_(None)))
    names = {row[0]: row[1] for row in parties}
    found = []
    for (party, pack_id, clause), (number, day, paid) in last.items():
        forecast = forecasts[pack_id, clause]
        if number >= forecast.count or (party, pack_id, clause) in here or party not in names:
            continue
        found.append(
            RunningAward(
                party_id=party,
                party=names[party],
                policy=pack_id,
                clause=clause,
                clause_title=packs[pack_id].clauses[clause].title,
                last_number=number,
                count=forecast.count,
                last_on=day,
                last_amount=paid,
                next_on=add_months(day, forecast.spacing_months),
            )
        )
    return tuple(sorted(found, key=lambda award: (award.next_on, award.party, award.clause)))


def coming_instalments(
    session: Session, packs: Packs, policy: str | None = None, *, until_granted: bool = False
) -> tuple[ComingInstalment, ...]:
    """Every instalment that is to come of `running_awards`, by its day: evenly spaced, as the clause shares it."""
    found = []
    for award in running_awards(session, packs, policy, until_granted=until_granted):
        forecast = rules_of(packs[award.policy]).forecasts[award.clause]
        for number in range(award.last_number + 1, award.count + 1):
            due = add_months(award.last_on, forecast.spacing_months * (number - award.last_number))
            amount = forecast.amount(number, award.last_number, award.last_amount)
            found.append(ComingInstalment(award, number, due, amount))
    return tuple(sorted(found, key=lambda one: (one.due_on, one.award.party, one.number)))


def coming_in(session: Session, packs: Packs, policy: str, year: int) -> tuple[ComingInstalment, ...]:
    """Of a fund year: what its forecast counts beside the planned instalments of decisions here."""
    coming = coming_instalments(session, packs, policy, until_granted=True)
    return tuple(one for one in coming if one.due_on.year == year)


def _received_back(session: Session) -> dict[tuple[int, str, str, int], Money]:
    """(party, policy, clause, instalment) -> what was received back of it."""
    found: dict[tuple[int, str, str, int], Money] = {}
    back = prior_back(session)
    for grant in session.scalars(select(PriorGrant).where(PriorGrant.id.in_(back))) if back else ():
        number = grant.facts.get("instalment")
        if isinstance(number, int):
            key = (grant.party_id, grant.policy, grant.clause, number)
            found[key] = found.get(key, Money.zero()) + back[grant.id]
    return found


def _begun_here(session: Session, granted_only: bool) -> set[tuple[int, str, str]]:
    """(party, policy, clause) of what this program has under way or granted: it goes on from there."""
    granted = select(Instalment.id).where(Instalment.case_id == Case.id, Instalment.state.in_(GRANTED_INSTALMENTS))
    query = select(Case.party_id, Case.policy, Case.clause)
    if granted_only:
        query = query.where(granted.exists())
    else:
        query = query.where(or_(Case.status.in_(("open", "suspended")), granted.exists()))
    return {(party, policy, clause) for party, policy, clause in session.execute(query)}
