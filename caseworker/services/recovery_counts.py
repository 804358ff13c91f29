"""What money that came back (追回) takes from grants, here and of 历史补录: room in caps and fund once it is in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseworker.store.models import Case, Instalment, PriorGrant, Recovery
from caseworker.values.money import Money

LIVE = ("ordered", "received")
RECEIVED = "received"


def received_back(session: Session, *, party_id: int | None = None, policy: str | None = None) -> dict[int, Money]:
    """By instalment: what was received back of it so far."""
    query = (
        select(Recovery.instalment_id, func.sum(Recovery.received))
        .join(Instalment, Instalment.id == Recovery.instalment_id)
        .join(Case, Case.id == Instalment.case_id)
        .where(Recovery.state.in_(LIVE), Recovery.received > Money.zero())
        .group_by(Recovery.instalment_id)
    )
    if party_id is not None:
        query = query.where(Recovery.party_id == party_id)
    if policy is not None:
        query = query.where(Case.policy == policy)
    return {key: amount for key, amount in session.execute(query) if key is not None}


def prior_back(
    session: Session, policy: str | None = None, party_id: int | None = None, *, whole: bool = False
) -> dict[int, Money]:
    """By grant of 历史补录: what was received back of it so far.

    Of money that came in for several grants together, in part, the first grants are taken as paid back first: their
    sum is what counts. `whole`: only recoveries that all came in, as a person's award counts.
    """
    query = select(Recovery.prior, Recovery.received).where(Recovery.prior_grant_id.is_not(None))
    query = query.where(Recovery.state.in_((RECEIVED,) if whole else LIVE), Recovery.received > Money.zero())
    if policy is not None:
        query = query.join(PriorGrant, PriorGrant.id == Recovery.prior_grant_id).where(PriorGrant.policy == policy)
    if party_id is not None:
        query = query.where(Recovery.party_id == party_id)
    found: dict[int, Money] = {}
    for shares, received in session.execute(query):
        for grant, amount in sorted((int(grant), Money.parse(amount)) for grant, amount in shares.items()):
            taken = min(amount, received)
            received -= taken
            if taken:
                found[grant] = found.get(grant, Money.zero()) + taken
    return found


def prior_asked_back(session: Session, party_id: int) -> dict[int, Money]:
    """By grant of 历史补录 of a party: what was ordered back of it, received or not."""
    found: dict[int, Money] = {}
    for shares in session.scalars(
        select(Recovery.prior).where(
            Recovery.party_id == party_id, Recovery.prior_grant_id.is_not(None), Recovery.state.in_(LIVE)
        )
    ):
        for grant, amount in shares.items():
            found[int(grant)] = found.get(int(grant), Money.zero()) + Money.parse(amount)
    return found


def prior_fund_back(session: Session, policy: str, year: int) -> dict[int, Money]:
    """By month of the grant: what was received back of 历史补录 of a fund year. It stays with the year that paid it."""
    query = (
        select(PriorGrant.granted_on, func.sum(Recovery.received))
        .join(PriorGrant, PriorGrant.id == Recovery.prior_grant_id)
        .where(PriorGrant.policy == policy, Recovery.state.in_(LIVE))
        .where(PriorGrant.granted_on >= date(year, 1, 1), PriorGrant.granted_on <= date(year, 12, 31))
        .group_by(PriorGrant.granted_on)
    )
    found: dict[int, Money] = {}
    for day, amount in session.execute(query):
        found[day.month] = found.get(day.month, Money.zero()) + amount
    return found


def fund_back(session: Session, policy: str, year: int) -> Money:
    """What was received back of the instalments of a fund year. It stays with the year that paid it, never the next."""
    total = session.scalar(
        select(func.sum(Recovery.received))
        .join(Instalment, Instalment.id == Recovery.instalment_id)
        .join(Case, Case.id == Instalment.case_id)
        .where(Case.policy == policy, Recovery.state.in_(LIVE))
        .where(Instalment.due_on >= date(year, 1, 1), Instalment.due_on <= date(year, 12, 31))
    )
    return total or Money.zero()


def asked_back(session: Session, instalment_id: int, but: int = 0) -> Money:
    """What was ordered back of an instalment, received or not."""
    total = session.scalar(
        select(func.sum(Recovery.amount)).where(
            Recovery.instalment_id == instalment_id, Recovery.state.in_(LIVE), Recovery.id != but
        )
    )
    return total or Money.zero()


def people_back(
    session: Session, decision_id: int | None = None, *, ordered: bool = False
) -> Mapping[int, dict[int, Money]]:
    """By decision and person: what of the person's award was taken back.

    A person's part counts once a recovery was received in full; with `ordered`, those still on their way too.
    """
    query = (
        select(Instalment.decision_id, Recovery.people)
        .join(Instalment, Instalment.id == Recovery.instalment_id)
        .where(Recovery.state.in_(LIVE if ordered else (RECEIVED,)))
    )
    if decision_id is not None:
        query = query.where(Instalment.decision_id == decision_id)
    found: dict[int, dict[int, Money]] = {}
    for decision, people in session.execute(query):
        for person, amount in people.items():
            shares = found.setdefault(decision, {})
            shares[int(person)] = shares.get(int(person), Money.zero()) + Money.parse(amount)
    return found
