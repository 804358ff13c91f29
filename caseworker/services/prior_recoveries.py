"""追回 of 历史补录: what one party was paid on one day by one clause, to the party itself or to its people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseworker.errors import Problem
from caseworker.policy import Packs
from caseworker.services.base import record
from caseworker.services.oversight_views import PaidInstalment, PersonShare
from caseworker.services.prior_counts import COUNTED
from caseworker.services.recovery_counts import prior_asked_back
from caseworker.store.models import Person, PriorGrant
from caseworker.values.money import Money


@dataclass(frozen=True, slots=True)
class PaidBefore:
    """Grants of one payment from before this program, in the order of their ids; `left` of each is not asked back."""

    grants: tuple[PriorGrant, ...]
    left: Mapping[int, Money]
    names: Mapping[int, str]

    @property
    def first(self) -> PriorGrant:
        return self.grants[0]

    @property
    def by_person(self) -> bool:
        return self.first.person_id is not None

    @property
    def amount(self) -> Money:
        return sum((grant.amount for grant in self.grants), Money.zero())

    def view(self, packs: Packs) -> PaidInstalment:
        pack = packs.get(self.first.policy)
        clause = None if pack is None else pack.clauses.get(self.first.clause)
        number = self.first.facts.get("instalment")
        people: dict[int, Money] = {}
        for grant in self.grants:
            if grant.person_id is not None:
                people[grant.person_id] = people.get(grant.person_id, Money.zero()) + self.left[grant.id]
        return PaidInstalment(
            instalment_id=0,
            case_id=0,
            case_number=shown(self.first),
            clause_title=self.first.clause if clause is None else clause.title,
            number=number if isinstance(number, int) else 0,
            amount=self.amount,
            left=sum(self.left.values(), Money.zero()),
            paid_on=self.first.granted_on,
            people=tuple(PersonShare(person, self.names[person], left) for person, left in people.items() if left),
            prior_grant_id=self.first.id,
        )

    def shares(self, amount: Money, people: Mapping[int, Money]) -> dict[str, str]:
        """{grant id: amount} of what is asked back, as `Recovery.prior` keeps it; of a person's the first first."""
        asked = dict(people) if self.by_person else {0: amount}
        found: dict[str, str] = {}
        for grant in self.grants:
            taken = min(asked.get(grant.person_id or 0, Money.zero()), self.left[grant.id])
            if taken:
                found[str(grant.id)] = str(taken)
                asked[grant.person_id or 0] -= taken
        return found

    def problems(self, amount: Money, people: Mapping[int, Money]) -> list[Problem]:
        """People are named where the money was granted by person, in sum what is asked back."""
        named = {person: share for person, share in people.items() if share}
        if not self.by_person:
            return [Problem("people", "这笔款项不是按人核定的，不填人员。")] if named else []
        left: dict[int, Money] = {}
        for grant in self.grants:
            if grant.person_id is not None:
                left[grant.person_id] = left.get(grant.person_id, Money.zero()) + self.left[grant.id]
        found = []
        for person, share in named.items():
            if not left.get(person):
                found.append(Problem(f"people.{person}", "这个人不在本笔款项的人员名单上，或者已全部追回。"))
            elif not Money.zero() < share <= left[person]:
                words = f"{self.names[person]}最多还可追回 {left[person].shown()} 元。"
                found.append(Problem(f"people.{person}", words))
        total = sum(named.values(), Money.zero())
        if not found and total != amount:
            words = f"所列人员合计 {total.shown()} 元，应与追回金额 {amount.shown()} 元一致。"
            found.append(Problem("people", words))
        return found


def shown(grant: PriorGrant) -> str:
    return f"历史兑现补录 {grant.granted_on}"


def paid_before(session: Session, party_id: int) -> tuple[PaidBefore, ...]:
    """Every payment of a party that was recorded and confirmed, newest first."""
    rows = session.scalars(
        select(PriorGrant).where(PriorGrant.party_id == party_id, *COUNTED).order_by(PriorGrant.id)
    ).all()
    groups: dict[tuple[object, ...], list[PriorGrant]] = {}
    for grant in rows:
        # What a party itself was paid is one payment each; of its people all of a day are one
        own = grant.id if grant.person_id is None else 0
        groups.setdefault((grant.policy, grant.clause, grant.granted_on, own), []).append(grant)
    asked = prior_asked_back(session, party_id)
    names = _names(session, party_id)
    found = [_payment(grants, asked, names) for grants in groups.values()]
    return tuple(sorted(found, key=lambda one: (one.first.granted_on, one.first.id), reverse=True))


def payment_amount(session: Session, grant: PriorGrant) -> Money:
    """What was paid in all with this grant, as `PaidBefore.amount`."""
    if grant.person_id is None:
        return grant.amount
    total = session.scalar(
        select(func.sum(PriorGrant.amount))
        .where(PriorGrant.party_id == grant.party_id, PriorGrant.person_id.is_not(None), *COUNTED)
        .where(PriorGrant.policy == grant.policy, PriorGrant.clause == grant.clause)
        .where(PriorGrant.granted_on == grant.granted_on)
    )
    return total or Money.zero()


def payment_of(session: Session, grant_id: int) -> PaidBefore | None:
    """The payment whose first grant this is; None where that does not count (not confirmed, voided)."""
    grant = record(session, PriorGrant, grant_id, "历史兑现补录")
    return next((one for one in paid_before(session, grant.party_id) if one.first.id == grant_id), None)


def _payment(grants: Sequence[PriorGrant], asked: Mapping[int, Money], names: Mapping[int, str]) -> PaidBefore:
    left = {grant.id: grant.amount - asked.get(grant.id, Money.zero()) for grant in grants}
    return PaidBefore(tuple(grants), left, names)


def _names(session: Session, party_id: int) -> dict[int, str]:
    query = select(Person.id, Person.name).join(PriorGrant, PriorGrant.person_id == Person.id)
    rows = session.execute(query.where(PriorGrant.party_id == party_id).distinct())
    return {row[0]: row[1] for row in rows}
