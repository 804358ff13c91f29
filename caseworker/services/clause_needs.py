"""What a clause still lacks before it can be calculated from a party's dossier, and where each lack is filled."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from caseworker.policy import Clause, Pack, Packs
from caseworker.services.case_facts import gather
from caseworker.services.record_views import ClauseNeeds, Need
from caseworker.store.models import Case, Party


def clause_needs(session: Session, party: Party, pack: Pack, clause: Clause, packs: Packs, day: date) -> ClauseNeeds:
    """One clause as if it were claimed on `day`: a case that is never kept. Seats are not recognised for it."""
    case = Case(policy=pack.id, clause=clause.id, party_id=party.id, as_of=day)
    gathered = gather(session, case, packs, recognise=False)
    missing = tuple(Need(gap.label, gap.where, gap.words) for gap in gathered.gaps)
    return ClauseNeeds(pack.id, clause.id, clause.number, clause.title, not missing, missing)
