"""What a clause still lacks before it can be calculated from a party's dossier, and where each lack is filled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from caseworker.policy import Clause, Pack, Packs
from caseworker.services.case_facts import gather
from caseworker.services.record_views import ClauseNeeds, Need
from caseworker.store.models import Case, Party

_UNIT = re.compile(r"[^省市县区旗州]+[省市县区旗州]")


def packs_elsewhere(party: Party, packs: Sequence[Pack]) -> frozenset[str]:
    """Policies of other places than the party's; none where its place is not known to be any of theirs."""
    words = f"{party.region} {party.registered_address} {party.name}"
    own = {pack.id for pack in packs if _place(pack) in words}
    return frozenset(pack.id for pack in packs if own and pack.id not in own)


def _place(pack: Pack) -> str:
    """寻乌 of 江西省赣州市寻乌县: as names of companies and addresses have it."""
    units = _UNIT.findall(pack.region)
    return units[-1][:-1] if units else pack.region


def clause_needs(
    session: Session, party: Party, pack: Pack, clause: Clause, packs: Packs, day: date, elsewhere: bool = False
) -> ClauseNeeds:
    """One clause as if it were claimed on `day`: a case that is never kept. Seats are not recognised for it."""
    case = Case(policy=pack.id, clause=clause.id, party_id=party.id, as_of=day)
    gathered = gather(session, case, packs, recognise=False)
    missing = tuple(Need(gap.label, gap.where, gap.words) for gap in gathered.gaps)
    return ClauseNeeds(pack.id, clause.id, clause.number, clause.title, not missing, missing, elsewhere)
