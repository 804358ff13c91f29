"""Document numbers: given inside the transaction that uses them, so that none is skipped and none given twice."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.errors import Refusal
from caseworker.store.high_water import HighWaterGap, Numbers
from caseworker.store.models import DocumentSequence

GAP = "high_water_gap"  # in Session.info of a writing session


def next_number(session: Session, kind: str, year: int) -> int:
    """The next number of this kind of document in this year, from 1 on.

    Refused while the file lies behind its high-water mark: the next number may be on a letter that was sent.
    """
    gap: HighWaterGap | None = session.info.get(GAP)
    if gap is not None:
        raise Refusal("number-gap", gap.message)
    return _raise_to(session, kind, year, None)


def skip_to(session: Session, numbers: Numbers) -> None:
    """Lifts each sequence to at least these numbers, which are known to have been used."""
    for (kind, year), last in sorted(numbers.items()):
        _raise_to(session, kind, year, last)


def last_numbers(session: Session) -> dict[tuple[str, int], int]:
    rows = session.execute(select(DocumentSequence.kind, DocumentSequence.year, DocumentSequence.last))
    return {(row.kind, row.year): row.last for row in rows}


def _raise_to(session: Session, kind: str, year: int, at_least: int | None) -> int:
    found = session.scalars(
        select(DocumentSequence).where(DocumentSequence.kind == kind, DocumentSequence.year == year)
    ).one_or_none()
    if found is None:
        found = DocumentSequence(kind=kind, year=year, last=0)
        session.add(found)
    found.last = found.last + 1 if at_least is None else max(found.last, at_least)
    session.flush()
    return found.last
