"""Checks a database file as a whole: every page's seal, SQLite's own structure, and what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from caseworker.errors import FaultKind
from caseworker.store.audit import NO_HASH
from caseworker.store.engine import raw_connection
from caseworker.store.faults import fault, translated


@dataclass(frozen=True, slots=True)
class Contents:
    """What two copies of one office file agree on: rows by table, and the head of the audit chain."""

    tables: Mapping[str, int]
    entries: int
    head_hash: str


def check_database(path: Path, database_key: bytes) -> Contents:
    """Opens the file read-only with the key and checks all of it. EnvironmentFault MISSING, NOT_A_DATABASE, CORRUPT."""
    with translated(path):
        path.stat()
        connection = raw_connection(path, database_key, read_only=True)
        try:
            if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
                raise fault(FaultKind.NOT_A_DATABASE, path)  # a 0-byte file opens as an empty database
            if connection.execute("PRAGMA cipher_integrity_check").fetchall():
                raise fault(FaultKind.CORRUPT, path)
            if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                raise fault(FaultKind.CORRUPT, path)
            return contents_of(connection)
        finally:
            connection.close()


def contents_of(connection: Any) -> Contents:
    """Counts every table of a raw keyed connection."""
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
    tables = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}
    entries, head = 0, NO_HASH
    if "audit_entry" in tables:
        last = connection.execute("SELECT seq, hash FROM audit_entry ORDER BY seq DESC LIMIT 1").fetchone()
        entries, head = last or (entries, head)
    return Contents(tables, entries, head)
