"""The audit chain: appending one entry, and the history of one record.

An entry's hash is SHA-256 over its body; the body holds the hash of the entry before it and the digest of the
row records, so nothing before the head can change without the head changing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.orm import Session

from caseworker.store.audit_tables import AuditEntry, AuditRow
from caseworker.store.canonical import canonical, canonical_text, instant

_SOME = 900  # keys a query
NO_HASH = "0" * 64  # stands before the first entry


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. The program itself (making or upgrading the file) has no user id."""

    user_id: int | None
    login: str
    roles: frozenset[str]


PROGRAM = Actor(None, "", frozenset())


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry: how many there are and its hash."""

    count: int
    hash: str


@dataclass(frozen=True, slots=True)
class RowRecord:
    """A changed record; before and after map column to stored value, None where there is no record."""

    table: str
    pk: str
    before: Mapping[str, object] | None
    after: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one record, as its history shows it. Values are as `canonical.plain` writes them."""

    seq: int
    at: str  # UTC, ISO
    office_date: date
    login: str
    user_id: int | None
    action: str
    reason: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry as the log shows it."""

    seq: int
    hash: str
    body: dict[str, Any]


def head(connection: Connection) -> Head:
    row = connection.execute(select(AuditEntry.seq, AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)).first()
    return Head(0, NO_HASH) if row is None else Head(row.seq, row.hash)


def append(
    connection: Connection,
    *,
    actor: Actor,
    action: str,
    reason: str,
    subject: tuple[str, str] | None,
    detail: Mapping[str, object],
    rows: Sequence[RowRecord],
    at: datetime,
    office_date: date,
    program_version: str,
) -> Head:
    """Adds one entry with its row records to the open transaction, and returns the new head."""
    last = head(connection)
    seq = last.count + 1
    stored: list[dict[str, Any]] = []
    digest = RowsDigest()
    for position, row in enumerate(rows):
        before = None if row.before is None else canonical_text(row.before)
        after = None if row.after is None else canonical_text(row.after)
        digest.add(position, row.table, row.pk, before, after)
        stored.append(
            {
                "entry_seq": seq,
                "position": position,
                "table_name": row.table,
                "pk": row.pk,
                "before": before,
                "after": after,
            }
        )
    body = canonical(
        {
            "seq": seq,
            "prev": last.hash,
            "at": instant(at),
            "office_date": office_date,
            "user": actor.user_id,
            "login": actor.login,
            "roles": actor.roles,
            "action": action,
            "reason": reason,
            "subject": None if subject is None else {"type": subject[0], "id": subject[1]},
            "detail": detail,
            "row_count": len(stored),
            "rows_digest": digest.hexdigest(),
            "program": program_version,
        }
    )
    fresh = Head(seq, entry_hash(body))
    connection.execute(insert(AuditEntry), {"seq": seq, "prev_hash": last.hash, "hash": fresh.hash, "body": body})
    if stored:
        connection.execute(insert(AuditRow), stored)
    return fresh


def entry_hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


class RowsDigest:
    """SHA-256 over the row records of one entry in order, one line of canonical JSON each."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, position: int, table: str, pk: str, before: str | None, after: str | None) -> None:
        self._hash.update(canonical([position, table, pk, before, after]) + b"\n")

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


def pk_text(*values: object) -> str:
    """A record's key as text: "17"; several columns as a JSON array."""
    return str(values[0]) if len(values) == 1 else canonical_text(list(values))


def history(session: Session, table: str, pk: object) -> list[Change]:
    """Every recorded change of one record, oldest first. `pk` is its key (a tuple where it has several columns)."""
    key = pk_text(*pk) if isinstance(pk, tuple) else pk_text(pk)
    return [change for _, change in histories(session, table, (key,))]


def histories(session: Session, table: str, keys: Iterable[str]) -> list[tuple[str, Change]]:
    """(key as text, change) of several records of one table, each record's oldest first."""
    wanted = list(keys)
    changes = []
    for start in range(0, len(wanted), _SOME):
        rows = session.execute(
            select(AuditRow.pk, AuditEntry.seq, AuditEntry.body, AuditRow.before, AuditRow.after)
            .join(AuditEntry, AuditEntry.seq == AuditRow.entry_seq)
            .where(AuditRow.table_name == table, AuditRow.pk.in_(wanted[start : start + _SOME]))
            .order_by(AuditRow.entry_seq, AuditRow.position)
        )
        changes += [(pk, _change(seq, json.loads(body), before, after)) for pk, seq, body, before, after in rows]
    return changes


def _change(seq: int, entry: dict[str, Any], before: str | None, after: str | None) -> Change:
    return Change(
        seq=seq,
        at=entry["at"],
        office_date=date.fromisoformat(entry["office_date"]),
        login=entry["login"],
        user_id=entry["user"],
        action=entry["action"],
        reason=entry["reason"],
        before=None if before is None else json.loads(before),
        after=None if after is None else json.loads(after),
    )


def entries(session: Session, *, offset: int = 0, limit: int = 100) -> list[EntryView]:
    """A page of the log, newest first."""
    rows = session.execute(
        select(AuditEntry.seq, AuditEntry.hash, AuditEntry.body)
        .order_by(AuditEntry.seq.desc())
        .offset(offset)
        .limit(limit)
    )
    return [EntryView(seq, hash_, json.loads(body)) for seq, hash_, body in rows]
