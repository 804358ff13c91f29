"""Making and opening office files."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection, false, select, update
from sqlalchemy.orm import Session

from caseworker import __version__
from caseworker.errors import EnvironmentFault, FaultKind, InvalidInput, Refusal
from caseworker.store import keys
from caseworker.store.atomic import sync_folder
from caseworker.store.attachments import AttachmentStore
from caseworker.store.audit import PROGRAM, Actor, append, head
from caseworker.store.audit_tables import AuditEntry, OfficeMeta
from caseworker.store.backup import Snapshot, make_backup
from caseworker.store.canonical import instant
from caseworker.store.engine import open_engine, writing
from caseworker.store.faults import fault, fault_from, translated
from caseworker.store.high_water import (
    HighWater,
    HighWaterGap,
    compare,
    higher,
    read_high_water,
    write_high_water,
    write_own_mark,
)
from caseworker.store.key_file import Cost
from caseworker.store.keys import FAST_COST, STANDARD_COST, DataKey
from caseworker.store.lock import OfficeLock
from caseworker.store.migrations import (
    config_for,
    file_version,
    head_revision,
    read_meta,
    refusal_of_newer,
    upgrade_file,
    write_meta,
)
from caseworker.store.opened_office import OfficeFile
from caseworker.store.paths import SUFFIX, OfficePaths, default_marks, mark_of
from caseworker.store.sequences import last_numbers, next_number
from caseworker.store.work import Work
from caseworker.values.clock import Clock

__all__ = [
    "FAST_COST",
    "STANDARD_COST",
    "Actor",
    "Cost",
    "OfficeFile",
    "Work",
    "create_office_file",
    "logins_of",
    "next_number",
    "open_office_file",
    "open_with_recovery_key",
]


def create_office_file(
    path: Path,
    *,
    office_id: str,
    logins: Mapping[str, str],
    clock: Clock,
    cost: Cost = STANDARD_COST,
    program_version: str = __version__,
) -> str:
    """Makes the database, keys and high-water file of a new office; returns the recovery key, which is kept nowhere.

    `logins` maps login to password. Refused where any of the files exists; on a failure none is left.
    """
    paths = OfficePaths(path)
    made = (paths.keys, paths.database, paths.high_water)
    with translated(path.parent):
        for file in made:
            if file.exists():
                raise Refusal("file-exists", f"“{file.name}”已存在，未作改动。请换一个文件名或文件夹。")
        path.parent.stat()
    try:
        key, recovery_key = keys.create_keys(paths.keys, office_id, logins, cost)
        _create_database(paths, key, clock, program_version)
        with translated(path.parent):
            sync_folder(path.parent)
    except BaseException:
        for file in (*made, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
            with contextlib.suppress(OSError):
                file.unlink(missing_ok=True)
        raise
    return recovery_key


def logins_of(path: Path) -> tuple[str, ...]:
    """The logins that can open this file, for the login screen. EnvironmentFault MISSING or CORRUPT."""
    _must_exist(OfficePaths(path))
    return keys.logins_of(OfficePaths(path).keys)


def open_office_file(
    path: Path,
    login: str,
    password: str,
    *,
    clock: Clock,
    host: str | None = None,
    cost: Cost = STANDARD_COST,
    program_version: str = __version__,
    migrations: Path | None = None,
    marks: Path | None = None,
) -> OfficeFile:
    """Opens an office for a login: takes its lock, upgrades an older schema after a verified backup.

    EnvironmentFault MISSING, WRONG_PASSWORD, HELD, NEWER_FILE, NOT_A_DATABASE, CORRUPT, READ_ONLY, DISK_FULL.
    `cost` is what later password changes will use; `migrations` another folder than db/, for tests;
    `marks` another folder of own marks than the user's.
    """
    paths = OfficePaths(path)
    _must_exist(paths)
    key = keys.unlock(paths.keys, login, password)
    return _open(paths, key, login, clock, host, cost, program_version, migrations, marks)


def open_with_recovery_key(
    path: Path,
    recovery_key: str,
    *,
    clock: Clock,
    host: str | None = None,
    cost: Cost = STANDARD_COST,
    program_version: str = __version__,
    marks: Path | None = None,
) -> OfficeFile:
    """Opens an office with its printed key, to set new passwords. InvalidInput for a slip in typing."""
    paths = OfficePaths(path)
    _must_exist(paths)
    key = keys.unlock_with_recovery_key(paths.keys, recovery_key)
    return _open(paths, key, "恢复密钥", clock, host, cost, program_version, None, marks)


def _must_exist(paths: OfficePaths) -> None:
    if paths.database.is_dir():
        raise InvalidInput(f"“{paths.database.name}”是文件夹，不是机构文件。请指明以 {SUFFIX} 结尾的文件。")
    for file in (paths.database, paths.keys):
        if not file.is_file():
            raise fault(FaultKind.MISSING, file)


def _create_database(paths: OfficePaths, key: DataKey, clock: Clock, program_version: str) -> None:
    def first_entry(connection: Connection) -> None:
        write_meta(connection, office_id=key.office_id, created_at=instant(clock.now()))
        append(
            connection,
            actor=PROGRAM,
            action="office.created",
            reason="",
            subject=("office", key.office_id),
            detail={},
            rows=(),
            at=clock.now(),
            office_date=clock.today(),
            program_version=program_version,
        )
        with translated(paths.high_water):
            mark = HighWater(key.office_id, head(connection), {})
            write_high_water(paths.high_water, key.derive("high-water"), mark)

    upgrade_file(
        paths.database,
        key.derive("database"),
        config_for(),
        program_version=program_version,
        before_commit=first_entry,
    )


def _open(
    paths: OfficePaths,
    key: DataKey,
    user: str,
    clock: Clock,
    host: str | None,
    cost: Cost,
    program_version: str,
    migrations: Path | None,
    marks: Path | None,
) -> OfficeFile:
    own_mark = mark_of(marks or default_marks(), key.office_id)
    with contextlib.ExitStack() as undo:
        lock = OfficeLock.acquire(paths.lock, user=user, now=clock.now(), host=host)
        undo.callback(lock.release)
        _bring_up_to_date(paths, key, clock, program_version, migrations)
        engine = open_engine(paths.database, key.derive("database"))
        undo.callback(engine.dispose)
        with translated(paths.database), writing(engine).connect() as connection:
            # SQLite opens what it may not write for reading, and would tell only when the first work is to be saved;
            # a change of no row already needs the right to write.
            connection.execute(update(OfficeMeta).where(false()).values(value=""))
            connection.rollback()
        with translated(paths.database), Session(engine) as session:
            if read_meta(session.connection()).get("office_id") != key.office_id:
                raise fault(FaultKind.NOT_A_DATABASE, paths.database)
            gap, mark_fault = _look_for_gap(paths, own_mark, key, session)
        AttachmentStore(paths.attachments, key).sweep()
        office = OfficeFile(
            paths, key, engine, lock, gap, clock=clock, cost=cost, program_version=program_version, own_mark=own_mark
        )
        office.high_water_fault = mark_fault
        undo.pop_all()
        return office


def _bring_up_to_date(
    paths: OfficePaths, key: DataKey, clock: Clock, program_version: str, migrations: Path | None
) -> None:
    """Refuses a newer file, backs an older one up and upgrades it; a failing upgrade leaves it as it was."""
    config = config_for(migrations)
    database_key = key.derive("database")
    engine = open_engine(paths.database, database_key)
    try:
        with translated(paths.database), engine.connect() as connection:
            version = file_version(connection)
    finally:
        engine.dispose()
    if not version.schema:
        raise fault(FaultKind.NOT_A_DATABASE, paths.database)  # a 0-byte file opens as an empty database
    refusal = refusal_of_newer(paths.database, version, program_version, config)
    if refusal is not None:
        raise refusal
    if version.schema == head_revision(config):
        return
    with Snapshot(paths, database_key) as snapshot:
        backup = make_backup(
            snapshot,
            paths.backups,
            at=clock.now(),
            program_version=program_version,
            kind="before-upgrade",
            attachments=False,  # an upgrade does not touch them
        )

    def entry(connection: Connection) -> None:
        append(
            connection,
            actor=PROGRAM,
            action="office.upgraded",
            reason="",
            subject=("office", key.office_id),
            detail={
                "from": {"program": version.program, "schema": version.schema},
                "to": {"program": program_version, "schema": head_revision(config)},
                "backup": backup.folder.name,
            },
            rows=(),
            at=clock.now(),
            office_date=clock.today(),
            program_version=program_version,
        )

    upgrade_file(paths.database, database_key, config, program_version=program_version, before_commit=entry)


def _look_for_gap(
    paths: OfficePaths, own_mark: Path, key: DataKey, session: Session
) -> tuple[HighWaterGap | None, EnvironmentFault | None]:
    """Compares with both marks: a database behind either has a gap. Also what kept the own mark from its use.

    Without a gap, marks that a crash or another PC left behind are written again; any other stay as they are.
    """
    present = head(session.connection())
    numbers = last_numbers(session)
    mac_key = key.derive("high-water")
    own, mark_fault = _read_own(own_mark, mac_key, key.office_id)
    problem, beside = "damaged", None
    try:
        with translated(paths.high_water):
            beside = read_high_water(paths.high_water, mac_key, key.office_id)
    except EnvironmentFault as error:
        if error.kind is not FaultKind.MISSING:
            raise
        problem = "missing"
    furthest = higher(beside, own)

    def gap_to(mark: HighWater | None) -> HighWaterGap | None:
        if mark is None or furthest is None:
            return None
        at_mark = session.scalar(select(AuditEntry.hash).where(AuditEntry.seq == mark.head.count))
        return compare(HighWater(mark.office_id, mark.head, furthest.numbers), present, at_mark, numbers)

    # The furthest first: its gap names the most. The other one may still tell of a chain that was begun anew.
    gap = gap_to(furthest) or gap_to(beside) or gap_to(own)
    if gap is None and beside is None:
        gap = HighWaterGap(problem, None, present, ())
    if gap is not None:
        return gap, mark_fault
    now = HighWater(key.office_id, present, numbers)
    if beside is not None and beside.head != present:
        with translated(paths.high_water):
            write_high_water(paths.high_water, mac_key, now)
    if mark_fault is None and (own is None or own.head != present):
        try:
            write_own_mark(own_mark, mac_key, now)
        except OSError as error:
            mark_fault = fault_from(error, own_mark)
    return None, mark_fault


def _read_own(path: Path, mac_key: bytes, office_id: str) -> tuple[HighWater | None, EnvironmentFault | None]:
    """The user's own mark. None on a PC that never opened the office, and where it is damaged: it only adds safety."""
    try:
        return read_high_water(path, mac_key, office_id), None
    except FileNotFoundError:
        return None, None
    except OSError as error:
        return None, fault_from(error, path)
