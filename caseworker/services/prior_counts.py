"""What confirmed records of the time before this program count for: a year's fund, and the instalment reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseworker.services.recovery_counts import prior_fund_back
from caseworker.store.models import PriorBatch, PriorFundUse, PriorGrant
from caseworker.values.money import Money

CONFIRMED = "confirmed"
# Grants count once a second person has confirmed them, and until they are voided
COUNTED = (PriorGrant.confirmed_by.is_not(None), PriorGrant.voided_reason.is_(None))


@dataclass(frozen=True, slots=True)
class PriorFund:
    """Of one policy and year. `grants`: paid one by one; `committed`, `paid`: the rest, as a sum."""

    grants: Money
    committed: Money
    paid: Money

    @property
    def total(self) -> Money:
        return self.grants + self.committed + self.paid


def prior_fund(session: Session, policy: str, year: int) -> PriorFund:
    """A grant belongs to the fund of the year it was paid in, less what was received back of it."""
    grants = session.scalar(
        select(func.sum(PriorGrant.amount))
        .where(PriorGrant.policy == policy, *COUNTED)
        .where(PriorGrant.granted_on >= date(year, 1, 1), PriorGrant.granted_on <= date(year, 12, 31))
    )
    uses = session.execute(
        select(func.sum(PriorFundUse.committed), func.sum(PriorFundUse.paid))
        .join(PriorBatch, PriorBatch.id == PriorFundUse.batch_id)
        .where(PriorBatch.state == CONFIRMED, PriorFundUse.policy == policy, PriorFundUse.year == year)
    ).one()
    zero = Money.zero()
    back = sum(prior_fund_back(session, policy, year).values(), zero)
    return PriorFund((grants or zero) - back, uses[0] or zero, uses[1] or zero)


def prior_fund_years(session: Session, policy: str) -> set[int]:
    """Years of the fund that something is recorded for."""
    days = session.execute(
        select(func.min(PriorGrant.granted_on), func.max(PriorGrant.granted_on)).where(
            PriorGrant.policy == policy, *COUNTED
        )
    ).one()
    years = {
        year
        for year in (range(days[0].year, days[1].year + 1) if days[0] is not None else ())
        if prior_paid_by_month(session, policy, year)
    }
    used = (
        select(PriorFundUse.year)
        .join(PriorBatch, PriorBatch.id == PriorFundUse.batch_id)
        .where(PriorBatch.state == CONFIRMED, PriorFundUse.policy == policy)
    )
    return years | set(session.scalars(used))


def prior_paid_by_month(session: Session, policy: str, year: int) -> dict[int, Money]:
    """Of the grants recorded one by one, by the month of payment, less what was received back of them."""
    query = select(PriorGrant.granted_on, func.sum(PriorGrant.amount)).where(
        *COUNTED,
        PriorGrant.policy == policy,
        PriorGrant.granted_on >= date(year, 1, 1),
        PriorGrant.granted_on <= date(year, 12, 31),
    )
    months: dict[int, Money] = {}
    for day, amount in session.execute(query.group_by(PriorGrant.granted_on)):
        months[day.month] = months.get(day.month, Money.zero()) + amount
    for month, amount in prior_fund_back(session, policy, year).items():
        months[month] = months.get(month, Money.zero()) - amount
    return months


def prior_instalment(session: Session, party_id: int, policy: str, clause: str) -> int:
    """The highest instalment number that the party was granted before this program; 0 where none."""
    query = select(PriorGrant.facts).where(
        PriorGrant.party_id == party_id, PriorGrant.policy == policy, PriorGrant.clause == clause, *COUNTED
    )
    return max((_whole(facts.get("instalment")) for facts in session.scalars(query)), default=0)


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
