"""What a clause still lacks before it can be calculated from a party's dossier, and where each lack is filled."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from caseworker.policy import Clause, Pack, Packs
from caseworker.services.record_views import ClauseNeeds
from caseworker.store.models import Party


def clause_needs(session: Session, party: Party, pack: Pack, clause: Clause, packs: Packs, day: date) -> ClauseNeeds:
    """One clause as if it were claimed on `day`. Writes nothing."""
    return ClauseNeeds(pack.id, clause.id, clause.number, clause.title, True, ())
