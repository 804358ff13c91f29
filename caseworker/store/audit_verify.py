"""Walks the audit chain and finds the first entry that is not as it was written."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, func, select

from caseworker.store.audit import NO_HASH, Head, RowsDigest, entry_hash
from caseworker.store.audit_tables import AuditEntry, AuditRow
from caseworker.store.canonical import canonical
from caseworker.store.engine import forgiving_text

_MESSAGES = {
    "": "审计记录完整：共 {entries} 条，逐条核对无误。",
    "altered": "第 {seq} 条审计记录的内容被改动过。",
    "missing": "第 {seq} 条审计记录缺失。",
    "inserted": "第 {seq} 条审计记录是后来插入的。",
    "reordered": "第 {seq} 条审计记录的位置被调换过。",
    "broken-link": "第 {seq} 条审计记录与前一条接不上，其前后有记录被改动。",
    "rows-altered": "第 {seq} 条审计记录所附的修改前后明细被改动、删减或增加过。",
    "rows-orphaned": "第 {seq} 条审计记录不存在，却留有它的修改明细。",
    "tail-missing": "第 {seq} 条起的审计记录缺失：末尾被截去，或数据文件被换成了较早的一份。",
    "rewritten": "第 {seq} 条审计记录与高水位文件中的指纹不符：记录被整体改写，或数据文件被替换过。",
    "no-high-water": "逐条核对无误（共 {entries} 条），但旁边的高水位文件缺失或已损坏，无法判断末尾有没有被截去。",
}


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What verification found. `problem` is a stable code, empty when all is well."""

    ok: bool
    entries: int
    head: Head
    first_bad_seq: int | None
    problem: str
    message: str


@dataclass(frozen=True, slots=True)
class _Fault:
    seq: int
    problem: str


def verify(connection: Connection, high_water: Head | None) -> AuditReport:
    """Checks every entry and row record, then that the chain still contains the high-water head.

    `high_water` is None where its file is missing or damaged; that alone is a finding too, since a cut-off tail
    would then go unnoticed. Whoever holds the data key can rewrite the whole chain and the high-water file: against
    that stands only a fingerprint of the head printed earlier.
    """
    with forgiving_text(connection):
        return _walk(connection, high_water)


def _walk(connection: Connection, high_water: Head | None) -> AuditReport:
    rows = _RowGroups(connection)
    last = Head(0, NO_HASH)
    before_last = NO_HASH
    at_high_water = NO_HASH
    columns = select(AuditEntry.seq, AuditEntry.prev_hash, AuditEntry.hash, AuditEntry.body)
    found: _Fault | None = None
    for seq, prev_hash, hash_, body in connection.execute(columns.order_by(AuditEntry.seq)).yield_per(500):
        found = _check(seq, prev_hash, hash_, body, last, before_last) or rows.check(seq, body)
        if found is not None:
            break
        before_last, last = last.hash, Head(seq, hash_)
        if high_water is not None and seq == high_water.count:
            at_high_water = hash_
    if found is None:
        orphan = rows.next_seq()
        if orphan is not None:
            found = _Fault(orphan, "rows-orphaned")
        elif high_water is None:
            found = _Fault(last.count, "no-high-water")
        elif last.count < high_water.count:
            found = _Fault(last.count + 1, "tail-missing")
        elif high_water.count and at_high_water != high_water.hash:
            found = _Fault(high_water.count, "rewritten")
    count = connection.execute(select(func.count()).select_from(AuditEntry)).scalar_one()
    bad, problem = (None, "") if found is None else (found.seq, found.problem)
    return AuditReport(found is None, count, last, bad, problem, _MESSAGES[problem].format(seq=bad, entries=count))


def _check(seq: int, prev_hash: str, hash_: str, body: bytes, last: Head, before_last: str) -> _Fault | None:
    expected = last.count + 1
    if seq != expected:
        return _Fault(expected, "missing")
    if not isinstance(body, bytes) or entry_hash(body) != hash_:
        return _Fault(seq, "altered")
    entry = _parsed(body)
    if entry is None or entry["prev"] != prev_hash:
        return _Fault(seq, "altered")
    if entry["seq"] == seq and prev_hash == last.hash:
        return None
    if last.count and entry["seq"] == last.count and prev_hash == before_last:
        return _Fault(last.count, "inserted")  # this one stood where the one before it stands now
    if entry["seq"] != seq:
        return _Fault(seq, "reordered")
    return _Fault(seq, "broken-link")


def _parsed(body: bytes) -> dict[str, Any] | None:
    """The body, if it is the canonical form of an entry."""
    try:
        entry = json.loads(body.decode("utf-8"))
        good = isinstance(entry, dict) and canonical(entry) == body and {"seq", "prev", "rows_digest"} <= entry.keys()
    except (ValueError, TypeError, RecursionError):
        return None
    return entry if good else None


class _RowGroups:
    """The row records in entry order, taken along with the walk over the entries."""

    def __init__(self, connection: Connection) -> None:
        columns = (
            AuditRow.entry_seq, AuditRow.position, AuditRow.table_name, AuditRow.pk, AuditRow.before, AuditRow.after,
        )  # fmt: skip
        rows = connection.execute(select(*columns).order_by(AuditRow.entry_seq, AuditRow.position)).yield_per(1000)
        self._groups = groupby(rows, key=_entry_of)
        self._next: tuple[int, Iterator[Any]] | None = next(self._groups, None)

    def next_seq(self) -> int | None:
        return None if self._next is None else self._next[0]

    def check(self, seq: int, body: bytes) -> _Fault | None:
        """Compares the records of entry `seq`, which comes next in order, with the digest in its body."""
        if self._next is not None and self._next[0] < seq:
            return _Fault(self._next[0], "rows-orphaned")
        digest, count = RowsDigest(), 0
        if self._next is not None and self._next[0] == seq:
            for _seq, position, table, pk, before, after in self._next[1]:
                try:
                    digest.add(position, table, pk, before, after)
                except (TypeError, UnicodeEncodeError):
                    return _Fault(seq, "rows-altered")  # a float or bytes that are no text: never ours
                count += 1
            self._next = next(self._groups, None)
        entry = json.loads(body)
        if entry["rows_digest"] != digest.hexdigest() or entry.get("row_count") != count:
            return _Fault(seq, "rows-altered")
        return None


def _entry_of(row: Any) -> int:
    """SQLite lets anything stand in an integer column; what is no number belongs to no entry and sorts last."""
    return row[0] if isinstance(row[0], int) else sys.maxsize
