"""Room that money coming back gave in caps, and what was granted in it since: before that money is owed once more."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.errors import Refusal
from caseworker.services.case_awards import GRANTED_AWARDS, GRANTED_INSTALMENTS
from caseworker.store.models import Case, Decision, Instalment, PersonAward

RESTS = "decisions-rest-on-it"  # code of the refusal
_SOME = 900  # keys a query
_NAMED = 10


def granted_since(
    session: Session, party_id: int, policy: str, clause: str, people: Collection[int], since: date, but_case: int
) -> tuple[str, ...]:
    """Numbers of cases decided since a day, of this party under the clause, or for one of the people at any party."""
    stands = select(Instalment.id).where(
        Instalment.decision_id == Decision.id, Instalment.state.in_(GRANTED_INSTALMENTS)
    )
    decided = (
        select(Case.number)
        .join(Decision, Decision.case_id == Case.id)
        .where(Case.policy == policy, Case.clause == clause, Case.id != but_case)
        .where(Decision.outcome == "granted", Decision.decided_on >= since, stands.exists())
    )
    found = set(session.scalars(decided.where(Case.party_id == party_id)))
    keys = sorted(people)
    for start in range(0, len(keys), _SOME):
        found |= set(
            session.scalars(
                decided.join(PersonAward, PersonAward.decision_id == Decision.id)
                .where(PersonAward.person_id.in_(keys[start : start + _SOME]))
                .where(PersonAward.state.in_(GRANTED_AWARDS))
            )
        )
    return tuple(sorted(found))


def refuse_used(cases: tuple[str, ...], what: str, then: str = "再确认撤销") -> None:
    """`what` would be undone. Refusal `decisions-rest-on-it` where cases were granted since."""
    if cases:
        listed = "、".join(cases[:_NAMED]) + (f"等 {len(cases)} 件" if len(cases) > _NAMED else "")
        raise Refusal(
            RESTS,
            f"{what}以后，同一事项又有办件作出决定：{listed}。恢复原状可能使累计金额超过上限，"
            f"请先逐件核对，必要时终止未拨付的办件或下达追回，{then}。",
        )
