"""An open office file: the one object services hold. Reading, writing with its log entry, logins, backup."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from caseworker.errors import EditConflict, EnvironmentFault
from caseworker.store import keys
from caseworker.store.atomic import publish
from caseworker.store.attachments import AttachmentStore
from caseworker.store.audit import Actor, Head, append
from caseworker.store.audit_verify import AuditReport, verify
from caseworker.store.backup import BackupInfo, Cancel, Progress, Snapshot, latest_good, make_backup, thin_out
from caseworker.store.engine import checkpoint, writing
from caseworker.store.faults import fault_from, translated
from caseworker.store.high_water import (
    HighWater,
    HighWaterGap,
    higher,
    read_high_water,
    stage_high_water,
    write_own_mark,
)
from caseworker.store.key_file import Cost
from caseworker.store.keys import DataKey
from caseworker.store.lock import OfficeLock
from caseworker.store.paths import OfficePaths
from caseworker.store.sequences import GAP, last_numbers, skip_to
from caseworker.store.work import ReadSession, Work
from caseworker.values.clock import Clock


class OfficeFile:
    """Made by `office_file.open_office_file`. Any thread may read and write: readers at once, one writer at a time."""

    def __init__(
        self,
        paths: OfficePaths,
        key: DataKey,
        engine: Engine,
        lock: OfficeLock,
        gap: HighWaterGap | None,
        *,
        clock: Clock,
        cost: Cost,
        program_version: str,
        own_mark: Path,
    ) -> None:
        self.paths = paths
        self.attachments = AttachmentStore(paths.attachments, key)
        self.gap = gap  # to be shown until `accept_gap`
        self.high_water_fault: EnvironmentFault | None = None  # the last commit stands, but a mark was not written
        self.clock = clock  # the owner may set a practice clock
        self._key = key
        self._engine = engine
        self._writer = writing(engine)
        self._lock = lock
        self._cost = cost
        self._program_version = program_version
        self._own_mark = own_mark
        self._turn = threading.Lock()
        self._writing_thread: int | None = None
        self._backing_up = threading.Lock()

    @property
    def path(self) -> Path:
        return self.paths.database

    @property
    def office_id(self) -> str:
        return self._key.office_id

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        """A session on one consistent state of the file. Changing anything in it is a bug and raises."""
        with _database_faults(self.path), ReadSession(self._engine, autoflush=False, expire_on_commit=False) as session:
            yield session
            session.refuse_changes()

    @contextlib.contextmanager
    def write(self, actor: Actor, action: str, *, reason: str = "") -> Iterator[Work]:
        """One transaction with exactly one audit entry. Whatever is raised inside, nothing of it is kept.

        Waits for another thread's write; a write inside a write of the same thread is a bug. A record that somebody
        else changed meanwhile raises EditConflict; the disk's and the database's complaints EnvironmentFault.
        """
        with self._transaction(actor, action, reason, accepting=False) as work:
            yield work

    def accept_gap(self, actor: Actor, reason: str) -> None:
        """Ends a high-water gap: logs it, lifts the number sequences over the lost numbers, marks anew."""
        gap = self.gap
        if gap is None:
            raise RuntimeError("there is no gap to accept")
        with self._transaction(actor, "office.gap-accepted", reason, accepting=True) as work:
            work.subject("office", self.office_id)
            work.detail(problem=gap.problem, present={"count": gap.present.count, "hash": gap.present.hash})
            if gap.recorded is not None:
                lost = gap.recorded.head
                numbers = [{"kind": g.kind, "year": g.year, "first": g.first, "last": g.last} for g in gap.numbers]
                work.detail(recorded={"count": lost.count, "hash": lost.hash}, numbers=numbers)
                skip_to(work.session, gap.recorded.numbers)
        self.gap = None

    def check_password(self, login: str, password: str) -> bool:
        """Whether this is the login's password: for changing users and for using the seal."""
        return keys.is_password(self.paths.keys, self._key, login, password)

    def logins(self) -> tuple[str, ...]:
        return keys.logins_of(self.paths.keys)

    def add_login(self, login: str, password: str) -> None:
        """Lets a new login open the file; refused where it exists. The entry in the log is the caller's to write."""
        with self._my_turn_for_keys():
            keys.add_login(self.paths.keys, self._key, login, password, self._cost)

    def set_password(self, login: str, password: str) -> None:
        with self._my_turn_for_keys():
            keys.set_password(self.paths.keys, self._key, login, password, self._cost)

    def remove_login(self, login: str) -> None:
        with self._my_turn_for_keys():
            keys.remove_login(self.paths.keys, self._key, login)

    def verify_audit(self) -> AuditReport:
        """Walks the whole chain and compares it with the high-water file."""
        with _database_faults(self.path), self._engine.connect() as connection:
            with self._turn:  # the mark must belong to the state that the walk sees
                mark = self._read_mark()
                connection.exec_driver_sql("SELECT count(*) FROM audit_entry")
            return verify(connection, None if mark is None else mark.head)

    def backup_now(
        self, folder: Path | None = None, *, progress: Progress | None = None, cancelled: Cancel | None = None
    ) -> BackupInfo:
        """A verified backup in `folder`, or beside the file; old ones there are thinned. Writing goes on meanwhile."""
        target = folder or self.paths.backups
        with self._backing_up:
            with self._turn:
                snapshot = Snapshot(self.paths, self._key.derive("database"))
            with snapshot:
                made = make_backup(
                    snapshot,
                    target,
                    at=self.clock.now(),
                    program_version=self._program_version,
                    progress=progress,
                    cancelled=cancelled,
                )
            thin_out(target, self.path.name)
        return made

    def latest_backup(self, folder: Path | None = None) -> BackupInfo | None:
        """The newest verified backup in `folder`, or beside the file."""
        return latest_good(folder or self.paths.backups, self.path.name)

    def close(self) -> None:
        """Empties the write-ahead log and lets the next desk in. A second call does nothing."""
        with contextlib.suppress(DBAPIError, PoolTimeout):
            checkpoint(self._engine)  # at worst the log is emptied at the next start
        self._engine.dispose()
        self._lock.release()

    @contextlib.contextmanager
    def _transaction(self, actor: Actor, action: str, reason: str, *, accepting: bool) -> Iterator[Work]:
        with self._my_turn(), Session(self._writer, expire_on_commit=False) as session:
            gap = None if accepting else self.gap
            session.info[GAP] = gap
            part: Path | None = None
            mark: HighWater | None = None
            try:
                with _database_faults(self.path):
                    work = Work(session)
                    yield work
                    session.flush()
                    head = self._log(work, actor, action, reason)
                    if gap is None:
                        mark = HighWater(self.office_id, head, last_numbers(session))
                        part = self._stage_mark(mark)
                    session.commit()
            except BaseException:
                if part is not None:
                    with contextlib.suppress(OSError):
                        part.unlink()
                raise
            if part is not None and mark is not None:
                self._publish_marks(part, mark)

    @contextlib.contextmanager
    def _my_turn(self) -> Iterator[None]:
        me = threading.get_ident()
        if self._writing_thread == me:
            raise RuntimeError("a write inside a write: one service method is one transaction")
        with self._turn:
            self._writing_thread = me
            try:
                yield
            finally:
                self._writing_thread = None

    def _my_turn_for_keys(self) -> contextlib.AbstractContextManager[object]:
        """The key file is changed in turn too; inside a write of this thread it is this thread's turn already."""
        mine = self._writing_thread == threading.get_ident()
        return contextlib.nullcontext() if mine else self._turn

    def _log(self, work: Work, actor: Actor, action: str, reason: str) -> Head:
        return append(
            work.session.connection(),
            actor=actor,
            action=action,
            reason=reason,
            subject=work.recorded_subject,
            detail=work.recorded_detail,
            rows=work.recorded_rows(),
            at=self.clock.now(),
            office_date=self.clock.today(),
            program_version=self._program_version,
        )

    def _stage_mark(self, mark: HighWater) -> Path:
        # before COMMIT, so that a full disk is found out while everything can still be taken back
        with translated(self.paths.high_water):
            return stage_high_water(self.paths.high_water, self._key.derive("high-water"), mark)

    def _publish_marks(self, part: Path, mark: HighWater) -> None:
        # The commit stands, so nothing here may look like a failure; the next commit or opening writes the marks.
        self.high_water_fault = None
        try:
            write_own_mark(self._own_mark, self._key.derive("high-water"), mark)
        except OSError as error:
            self.high_water_fault = fault_from(error, self._own_mark)
        try:
            publish(part, self.paths.high_water)
        except OSError as error:
            self.high_water_fault = fault_from(error, self.paths.high_water)

    def _read_mark(self) -> HighWater | None:
        """The higher of both marks; None where the one beside the file is missing or damaged: that is told too."""
        mac_key = self._key.derive("high-water")
        own: HighWater | None = None
        with contextlib.suppress(OSError):
            own = read_high_water(self._own_mark, mac_key, self.office_id)
        try:
            beside = read_high_water(self.paths.high_water, mac_key, self.office_id)
        except FileNotFoundError:
            return None
        return None if beside is None else higher(beside, own)


@contextlib.contextmanager
def _database_faults(path: Path) -> Iterator[None]:
    """Translates what the database says inside the block; other errors are the caller's own."""
    try:
        yield
    except StaleDataError as error:
        raise EditConflict("这条记录刚刚被别人修改过，您的改动没有保存。请重新打开后再改。", {}, {}) from error
    except (DBAPIError, PoolTimeout) as error:
        found = fault_from(error, path)
        if found is None:
            raise
        raise found from error
