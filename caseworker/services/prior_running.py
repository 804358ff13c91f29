"""Awards begun before this program whose later instalments are still to be claimed here."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from caseworker.casework.instalments import Forecast
from caseworker.policy import Packs
from caseworker.services.case_awards import GRANTED_INSTALMENTS
from caseworker.services.prior_counts import COUNTED
from caseworker.services.prior_views import RunningAward
from caseworker.services.workflow import rules_of
from caseworker.store.models import Case, Instalment, Party, PriorGrant
from caseworker.values.money import Money
from caseworker.values.spans import add_months


def running_awards(session: Session, packs: Packs) -> tuple[RunningAward, ...]:
    """By the day that the next instalment may be expected. An award goes out of the list once it is claimed here.

    The day is a forecast as in `casework.instalments`: one spacing after the last payment, no entitlement.
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
    for party, policy, clause, number, day, paid in session.execute(query):
        if (policy, clause) in forecasts:
            last[party, policy, clause] = (int(number), day, paid)  # the highest comes last
    here = _begun_here(session)
    parties = session.execute(select(Party.id, Party.name).where(Party.ended_on.is_(None)))
    names = {row[0]: row[1] for row in parties}
    found = []
    for (party, policy, clause), (number, day, paid) in last.items():
        forecast = forecasts[policy, clause]
        if number >= forecast.count or (party, policy, clause) in here or party not in names:
            continue
        found.append(
            RunningAward(
                party_id=party,
                party=names[party],
                policy=policy,
                clause=clause,
                clause_title=packs[policy].clauses[clause].title,
                last_number=number,
                count=forecast.count,
                last_on=day,
                last_amount=paid,
                next_on=add_months(day, forecast.spacing_months),
            )
        )
    return tuple(sorted(found, key=lambda award: (award.next_on, award.party, award.clause)))


def _begun_here(session: Session) -> set[tuple[int, str, str]]:
    """(party, policy, clause) of what this program has under way or granted: it goes on from there."""
    granted = select(Instalment.id).where(Instalment.case_id == Case.id, Instalment.state.in_(GRANTED_INSTALMENTS))
    query = select(Case.party_id, Case.policy, Case.clause).where(
        or_(Case.status.in_(("open", "suspended")), granted.exists())
    )
    return {(party, policy, clause) for party, policy, clause in session.execute(query)}
