"""What a party's dated records say on a day, fact by fact, each with its source in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.services.record_kinds import BY_ID, KINDS, Feed, RecordKind, good_credit
from caseworker.store.models import PartyRecord

CREDIT, CREDIT_KIND = "good_credit", "violation"
FAIRS, REQUESTS = "fair", "request"
# kind -> the records in force, oldest first
Records = Mapping[str, list[PartyRecord]]


@dataclass(frozen=True, slots=True)
class Given:
    """A fact as records give it. `records`: the ids it rests on."""

    value: Any
    source: str
    valid_from: date
    records: tuple[int, ...]


def records_on(session: Session, party_id: int, day: date) -> Records:
    rows = session.scalars(
        select(PartyRecord)
        .where(PartyRecord.party_id == party_id, PartyRecord.valid_from <= day, PartyRecord.voided_reason.is_(None))
        .order_by(PartyRecord.valid_from, PartyRecord.id)
    )
    found: dict[str, list[PartyRecord]] = {}
    for row in rows:
        found.setdefault(row.kind, []).append(row)
    return found


def given(records: Records, fact: str, clause: str, day: date) -> Given | None:
    """What the records say of a clause's fact; None where they do not."""
    if fact == CREDIT:
        return _credit(records, day)
    found = [
        one
        for kind in KINDS
        for feed in kind.feeds
        if feed.fact == fact and feed.goes_to(clause) and (one := reading(kind, feed, records.get(kind.id, []), day))
    ]
    return max(found, key=lambda one: one.valid_from, default=None)


def reading(kind: RecordKind, feed: Feed, rows: list[PartyRecord], day: date) -> Given | None:
    """Of records that replace one another the newest alone speaks; of others any that says yes, else the newest."""
    said = [(row, value) for row in reversed(rows) if (value := feed.reading(row.data, day)) is not None]
    if not kind.each:
        said = [pair for pair in said if pair[0] is rows[-1]]
    if not said:
        return None
    row, value = next((pair for pair in said if pair[1] is True), said[0])
    return Given(value, source_words(kind, row), row.valid_from, (row.id,))


def feeding_kinds(fact: str, clause: str) -> tuple[RecordKind, ...]:
    """The kinds of record that can give a clause's fact."""
    if fact == CREDIT:
        return (BY_ID[CREDIT_KIND],)
    return tuple(kind for kind in KINDS if any(feed.fact == fact and feed.goes_to(clause) for feed in kind.feeds))


def source_words(kind: RecordKind, row: PartyRecord) -> str:
    """“座席”记录：现场查看记录（自 2023-05-01 起）"""
    return f"“{kind.label}”记录：{row.source}（自 {row.valid_from} 起）"


def _credit(records: Records, day: date) -> Given | None:
    rows = records.get(CREDIT_KIND, [])
    value = good_credit([(row.valid_from, row.data) for row in rows], day)
    if value is None:
        return None
    told = [row for row in rows if row.data.get("finding") in ("clean", "credit")]
    if value is False:
        told = [row for row in told if good_credit([(row.valid_from, row.data)], day) is False]
    last = told[-1]
    return Given(value, source_words(BY_ID[CREDIT_KIND], last), last.valid_from, (last.id,))
