"""期次: the next instalment's number, after those granted here and those granted before this program."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.policy import Pack, Packs
from caseworker.services.prior_counts import prior_instalment
from caseworker.services.workflow import rules_of
from caseworker.store.models import Case, PriorBatch, PriorGrant


def next_instalment(session: Session, party_id: int, pack: Pack, clause: str, earlier: Case | None) -> int:
    """`earlier`: the last case granted here. 1 where the clause pays at once."""
    if clause not in rules_of(pack).forecasts:
        return 1
    here = 0 if earlier is None else earlier.instalment_no
    return max(here, prior_instalment(session, party_id, pack.id, clause)) + 1


def renumber_open_cases(session: Session, packs: Packs, batch: PriorBatch) -> None:
    """Cases taken in before the batch was confirmed or voided, and not decided, get the number that is true now."""
    of_batch = (
        select(PriorGrant.id)
        .where(PriorGrant.batch_id == batch.id, PriorGrant.party_id == Case.party_id)
        .where(PriorGrant.policy == Case.policy, PriorGrant.clause == Case.clause)
        .correlate(Case)
    )
    waiting = select(Case).where(Case.head_id.is_(None), Case.status.in_(("open", "suspended")), of_batch.exists())
    for case in session.scalars(waiting):
        pack = packs.get(case.policy)
        if pack is None:
            continue
        earlier = None if case.continues_id is None else session.get(Case, case.continues_id)
        case.instalment_no = next_instalment(session, case.party_id, pack, case.clause, earlier)
