"""Verified backups: a folder each, with a database that was reopened and checked, its keys, its high-water file and
the office's own policy packs.

A backup is made under a temporary name, and gets its dated name only after everything in it was compared with the
original. Attachments go to one folder shared by all backups, each content once.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from caseworker.errors import Cancelled, EnvironmentFault, FaultKind
from caseworker.store.atomic import PART, publish, write_atomically
from caseworker.store.backup_check import Contents, check_database, contents_of
from caseworker.store.engine import raw_connection
from caseworker.store.faults import translated
from caseworker.store.paths import OfficePaths
from caseworker.values.clock import BEIJING

_NOTE = "verified.json"  # written last: a folder without it is not a backup
_PAGES = 500

Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class BackupInfo:
    """One verified backup. `kind`: regular, or before-upgrade (which is never thinned out)."""

    folder: Path
    database: Path
    made_at: str  # UTC, ISO
    kind: str
    entries: int
    head_hash: str
    rows: int
    size: int
    program_version: str


class Snapshot:
    """The office as it is at this moment: later commits do not reach it. Close it, or use it as a context manager.

    Open it while nobody commits (the caller holds the write lock), so that the high-water file belongs to it.
    """

    def __init__(self, paths: OfficePaths, database_key: bytes) -> None:
        self.paths = paths
        self.database_key = database_key
        with translated(paths.database), contextlib.ExitStack() as undo:
            self.connection: Any = raw_connection(paths.database, database_key)
            undo.callback(self.connection.close)
            self.connection.execute("BEGIN")
            self.connection.execute("SELECT count(*) FROM sqlite_master").fetchall()  # pins what this reader sees
            self.keys = paths.keys.read_bytes()
            self.high_water = paths.high_water.read_bytes() if paths.high_water.exists() else None
            undo.pop_all()

    def close(self) -> None:
        self.connection.close()

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def make_backup(
    snapshot: Snapshot,
    folder: Path,
    *,
    at: datetime,
    program_version: str,
    kind: str = "regular",
    attachments: bool = True,
    progress: Progress | None = None,
    cancelled: Cancel | None = None,
) -> BackupInfo:
    """Makes a backup in `folder` and verifies it. Whatever fails, no unfinished backup stays under a dated name.

    EnvironmentFault where the folder is missing or full, or where the copy is not what the original is.
    """
    paths = snapshot.paths
    with translated(folder):
        if folder == paths.backups:
            folder.mkdir(exist_ok=True)
        for left in folder.glob(f"{paths.database.name}-*{PART}"):
            shutil.rmtree(left)
        final = _free_name(folder, paths.database.name, at)
        part = folder / (final.name + PART)
        part.mkdir()
    copy = OfficePaths(part / paths.database.name)
    try:
        with translated(copy.database):
            _copy_database(snapshot, copy.database, progress, cancelled)
            write_atomically(copy.keys, snapshot.keys)
            if snapshot.high_water is not None:
                write_atomically(copy.high_water, snapshot.high_water)
            _copy_policies(paths.policies, copy.policies)
        found = _compare(snapshot, copy.database)
        with translated(folder):
            if attachments:
                _copy_attachments(paths.attachments, folder / paths.attachments.name, progress, cancelled)
            size = copy.database.stat().st_size
            note = {
                "made_at": at.isoformat(),
                "kind": kind,
                "entries": found.entries,
                "head": found.head_hash,
                "rows": sum(found.tables.values()),
                "size": size,
                "program": program_version,
            }
            write_atomically(part / _NOTE, json.dumps(note, indent=1).encode("utf-8"))
            publish(part, final)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    info = _read_note(final, paths.database.name)
    if info is None:
        raise RuntimeError("the backup just made cannot be read back")
    return info


def backups_in(folder: Path, database_name: str) -> list[BackupInfo]:
    """The verified backups of the office file of this name, newest first. An unreachable folder has none."""
    try:
        found = [_read_note(item, database_name) for item in folder.glob(f"{database_name}-*") if item.is_dir()]
    except OSError:
        return []
    return sorted((info for info in found if info is not None), key=lambda info: info.folder.name, reverse=True)


def latest_good(folder: Path, database_name: str) -> BackupInfo | None:
    """The newest verified backup whose database still has the size it was verified with."""
    return next(iter(backups_in(folder, database_name)), None)


def thin_out(folder: Path, database_name: str, *, keep: int = 30) -> int:
    """Removes all but the newest `keep` regular backups, and never the last one. Returns how many went."""
    if keep < 1:
        raise ValueError("the last good backup is never removed")
    regular = [info for info in backups_in(folder, database_name) if info.kind == "regular"]
    with translated(folder):
        for info in regular[keep:]:
            (info.folder / _NOTE).unlink()  # first: a half-removed folder must not pass for a backup
            shutil.rmtree(info.folder)
    return len(regular[keep:])


def _copy_database(snapshot: Snapshot, target: Path, progress: Progress | None, cancelled: Cancel | None) -> None:
    def step(_status: int, remaining: int, total: int) -> None:
        if cancelled is not None and cancelled():
            raise Cancelled
        if progress is not None:
            progress(total - remaining, total)

    out = raw_connection(target, snapshot.database_key, create=True)
    try:
        snapshot.connection.backup(out, pages=_PAGES, progress=step)
        out.execute("PRAGMA journal_mode = DELETE")  # one file, readable from a write-protected drive
    finally:
        out.close()
    _sync_file(target)


def _compare(snapshot: Snapshot, copy: Path) -> Contents:
    found = check_database(copy, snapshot.database_key)
    with translated(snapshot.paths.database):
        original = contents_of(snapshot.connection)
    if found != original:
        raise EnvironmentFault(FaultKind.CORRUPT, "备份未通过校验：与原数据不一致。这份备份已作废，请检查磁盘后重试。")
    return found


def _copy_attachments(source: Path, target: Path, progress: Progress | None, cancelled: Cancel | None) -> None:
    """Copies what is not there yet. The contents are encrypted already and never change under their name."""
    if not source.is_dir():
        return
    missing = [path for path in sorted(source.glob("??/*")) if not _same_size(path, target / path.relative_to(source))]
    for done, path in enumerate(missing, start=1):
        if cancelled is not None and cancelled():
            raise Cancelled
        goal = target / path.relative_to(source)
        goal.parent.mkdir(parents=True, exist_ok=True)
        part = goal.with_name(goal.name + PART)
        shutil.copyfile(path, part)
        _sync_file(part)
        if _digest(part) != _digest(path):
            part.unlink()
            raise EnvironmentFault(FaultKind.CORRUPT, "附件的备份未通过校验：写入的内容读不回来。请检查备份磁盘。")
        publish(part, goal)
        if progress is not None:
            progress(done, len(missing))


def _copy_policies(source: Path, target: Path) -> None:
    """Small text files that their author edits: every backup has its own copy, compared with the original."""
    if not source.is_dir():
        return
    for path in sorted(item for item in source.rglob("*") if item.is_file()):
        goal = target / path.relative_to(source)
        goal.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, goal)
        _sync_file(goal)
        if _digest(goal) != _digest(path):
            raise EnvironmentFault(FaultKind.CORRUPT, "政策包的备份未通过校验：写入的内容读不回来。请检查备份磁盘。")


def _same_size(path: Path, other: Path) -> bool:
    return other.is_file() and other.stat().st_size == path.stat().st_size


def _digest(path: Path) -> bytes:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").digest()


def _sync_file(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _free_name(folder: Path, database_name: str, at: datetime) -> Path:
    stamp = at.astimezone(BEIJING).strftime("%Y%m%d-%H%M%S")
    taken = {item.name.removesuffix(PART) for item in folder.glob(f"{database_name}-{stamp}-*")}
    number = 1
    while f"{database_name}-{stamp}-{number:03}" in taken:
        number += 1
    return folder / f"{database_name}-{stamp}-{number:03}"


def _read_note(folder: Path, database_name: str) -> BackupInfo | None:
    database = folder / database_name
    try:
        note = json.loads((folder / _NOTE).read_text(encoding="utf-8"))
        info = BackupInfo(
            folder=folder,
            database=database,
            made_at=str(note["made_at"]),
            kind=str(note["kind"]),
            entries=int(note["entries"]),
            head_hash=str(note["head"]),
            rows=int(note["rows"]),
            size=int(note["size"]),
            program_version=str(note["program"]),
        )
        return info if database.stat().st_size == info.size else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
