"""One writing transaction: its session, its subject and detail for the log, and the record of what it changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Delete, Insert, TextClause, TextualSelect, Update, event, inspect, select
from sqlalchemy.orm import FromStatement, InstanceState, ORMExecuteState, Session
from sqlalchemy.sql.expression import SQLColumnExpression

from caseworker.store.audit import RowRecord, pk_text
from caseworker.store.audit_tables import AuditEntry, AuditRow, OfficeMeta
from caseworker.store.canonical import plain

_BULK = "caseworker_bulk"
_OWN = (AuditEntry, AuditRow, OfficeMeta)
_RAW = (TextClause, TextualSelect, FromStatement)
_READS = re.compile(r"\s*(SELECT|VALUES|WITH|EXPLAIN|PRAGMA|SAVEPOINT|RELEASE|ROLLBACK)\b", re.IGNORECASE)
_WRITES = re.compile(r"\b(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)  # what may follow a WITH


class Work:
    """What a service gets while it writes. Everything it changes through `session` is recorded row by row."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._subject: tuple[str, str] | None = None
        self._detail: dict[str, Any] = {}
        self._recorder = _Recorder(session)

    def subject(self, type: str, id: object) -> None:
        """What the act is about, such as ("case", 12)."""
        self._subject = (type, str(id))

    def detail(self, **values: object) -> None:
        """Adds machine-readable detail to the entry: counts, a source file's SHA-256. No floats."""
        self._detail |= {name: plain(value) for name, value in values.items()}

    def bulk(self, statement: Insert | Update, rows: Sequence[Mapping[str, Any]] | None = None) -> int:
        """Runs one insert or update whose rows are not recorded one by one; the entry says how many there were.

        For imports, whose entry names the source file instead. Returns the number of rows.
        """
        if isinstance(statement, Delete) or not isinstance(statement, Insert | Update):
            raise RuntimeError("bulk takes an insert or an update: nothing is deleted")
        if rows is not None and not rows:
            return 0
        result: Any = self.session.execute(
            statement, None if rows is None else list(rows), execution_options={_BULK: True}
        )
        count = len(rows) if isinstance(statement, Insert) and rows is not None else int(result.rowcount)
        act = "inserted" if isinstance(statement, Insert) else "updated"
        table = self._detail.setdefault("bulk", {}).setdefault(str(statement.table), {})
        table[act] = table.get(act, 0) + count
        return count

    @property
    def recorded_subject(self) -> tuple[str, str] | None:
        return self._subject

    @property
    def recorded_detail(self) -> Mapping[str, Any]:
        return self._detail

    def recorded_rows(self) -> list[RowRecord]:
        return self._recorder.rows()


class ReadSession(Session):
    """A session for looking only."""

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        self.refuse_changes()

    def commit(self) -> None:
        raise RuntimeError("a reading session commits nothing")

    def refuse_changes(self) -> None:
        if self.new or self.deleted or any(self.is_modified(instance) for instance in self.dirty):
            raise RuntimeError("records were changed in a reading session; use OfficeFile.write")


class _Recorder:
    """Watches a session's flushes. Several changes of one record in one transaction make one row record."""

    def __init__(self, session: Session) -> None:
        self._found: dict[tuple[str, str], RowRecord] = {}
        self._old: dict[tuple[int, str], object] = {}  # values that were overwritten without having been loaded
        event.listen(session, "before_flush", self._before_flush)
        event.listen(session, "after_flush", self._after_flush)
        event.listen(session, "do_orm_execute", _refuse_unrecorded)
        event.listen(session, "after_begin", _watch_connection)

    def rows(self) -> list[RowRecord]:
        return [row for row in self._found.values() if row.before != row.after]

    def _before_flush(self, session: Session, _context: object, _instances: object) -> None:
        if session.deleted:
            raise RuntimeError("nothing is deleted: records end, are voided or superseded")
        for instance in (*session.new, *session.dirty):
            if isinstance(instance, _OWN):
                raise RuntimeError("the audit chain and the file's own facts are not written through a session")
        for instance in session.dirty:
            state = inspect(instance)
            if any(isinstance(state.dict.get(name), SQLColumnExpression) for name in _columns(state)):
                raise RuntimeError("assign values to records, not SQL expressions: the log must know them")
            unseen = [name for name in _changed(state) if not state.attrs[name].history.deleted]
            if unseen:
                columns = [state.mapper.attrs[name].columns[0] for name in unseen]
                key = state.mapper.primary_key
                where = [column == value for column, value in zip(key, state.identity or (), strict=True)]
                row = session.connection().execute(select(*columns).where(*where)).one_or_none()
                for name, value in zip(unseen, row or [None] * len(unseen), strict=True):
                    self._old[id(state), name] = value

    def _after_flush(self, session: Session, _context: object) -> None:
        for instance in session.new:
            state = inspect(instance)
            names = _columns(state)
            self._add(state, names, None, {name: state.dict.get(name) for name in names})
        for instance in session.dirty:
            state = inspect(instance)
            names = _changed(state)
            if names:
                before = {name: self._before(state, name) for name in names}
                self._add(state, names, before, {name: state.dict.get(name) for name in names})
        self._old.clear()

    def _before(self, state: InstanceState[Any], name: str) -> object:
        deleted = state.attrs[name].history.deleted
        return deleted[0] if deleted else self._old[id(state), name]

    def _add(
        self,
        state: InstanceState[Any],
        names: Iterable[str],
        before: Mapping[str, object] | None,
        after: Mapping[str, object],
    ) -> None:
        mapper = state.mapper
        table = str(mapper.local_table.name)  # type: ignore[attr-defined]
        pk = pk_text(*mapper.primary_key_from_instance(state.obj()))
        named = {name: mapper.attrs[name].columns[0].name for name in names}
        old = None if before is None else {named[name]: plain(before[name]) for name in names}
        new = {named[name]: plain(after[name]) for name in names}
        earlier = self._found.get((table, pk))
        if earlier is not None:
            old = None if earlier.before is None or old is None else {**old, **earlier.before}
            new = {**(earlier.after or {}), **new}
        self._found[table, pk] = RowRecord(table, pk, old, new)


def _columns(state: InstanceState[Any]) -> list[str]:
    """The attributes that are columns, without the version counter, which says nothing."""
    version = state.mapper.version_id_col
    return [prop.key for prop in state.mapper.column_attrs if prop.columns[0] is not version]


def _changed(state: InstanceState[Any]) -> list[str]:
    return [name for name in _columns(state) if state.attrs[name].history.has_changes()]


def _refuse_unrecorded(state: ORMExecuteState) -> None:
    """A statement that writes past the recorder is a bug, unless `Work.bulk` counted it."""
    if state.is_delete:
        raise RuntimeError("nothing is deleted: records end, are voided or superseded")
    if (state.is_insert or state.is_update) and not state.execution_options.get(_BULK):
        raise RuntimeError("write through mapped objects or Work.bulk, so that the log knows of it")


def _watch_connection(_session: Session, _transaction: object, connection: Connection) -> None:
    if not event.contains(connection, "before_cursor_execute", _refuse_raw):
        event.listen(connection, "before_cursor_execute", _refuse_raw)


def _refuse_raw(
    _connection: Connection, _cursor: object, statement: str, _parameters: object, context: Any, _many: bool
) -> None:
    """SQL written as text may only read: the recorder cannot know what else it does. A PRAGMA touches no record."""
    compiled = context.compiled
    if compiled is not None and not context.isddl and not isinstance(compiled.statement, _RAW):
        return
    found = _READS.match(statement)
    if found is None or (found.group(1).upper() == "WITH" and _WRITES.search(statement)):
        raise RuntimeError("write through mapped objects or Work.bulk, so that the log knows of it: raw SQL only reads")
