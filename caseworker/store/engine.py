"""The seam to SQLite: encryption, pragmas and how transactions begin. Nothing outside store/ knows of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

BUSY_SECONDS = 10
_WRITES = "caseworker_writes"
_QUIET = "PRAGMA cipher_log_level = NONE"  # what it would print on stderr also arrives as an error


def key_pragma(database_key: bytes) -> str:
    """The raw key as SQLCipher takes it: no key derivation, so opening is quick."""
    if len(database_key) != 32:
        raise ValueError("a database key has 32 bytes")
    return f"PRAGMA key = \"x'{database_key.hex()}'\""


def raw_connection(path: Path, database_key: bytes, *, create: bool = False, read_only: bool = False) -> Any:
    """A keyed driver connection in autocommit, for backup and checks. The caller closes it.

    A missing file is an error unless `create`.
    """
    mode = "ro" if read_only else "rwc" if create else "rw"
    connection = sqlcipher.connect(
        f"{path.resolve().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=BUSY_SECONDS
    )
    try:
        connection.execute(key_pragma(database_key))
        connection.execute(_QUIET)
        connection.execute("PRAGMA temp_store = MEMORY")
    except BaseException:
        connection.close()
        raise
    return connection


def open_engine(path: Path, database_key: bytes, *, foreign_keys: bool = True) -> Engine:
    """A pooled engine on the encrypted file. Creates the file if it is missing.

    Its transactions read only; those of `writing(engine)` write, and take the write lock at once.
    """
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        module=sqlcipher,
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=12,
        pool_timeout=BUSY_SECONDS,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        hide_parameters=True,  # a traceback in the log must not carry names or ID numbers
    )

    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        try:
            cursor.execute(key_pragma(database_key))  # must come first
            cursor.execute(_QUIET)
            cursor.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
            cursor.execute("PRAGMA temp_store = MEMORY")  # no sorting in clear temporary files
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute("PRAGMA synchronous = FULL")  # what was reported done survives a power cut
            cursor.execute("PRAGMA trusted_schema = OFF")
        finally:
            cursor.close()

    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get(_WRITES):
            connection.exec_driver_sql("PRAGMA query_only = OFF")
            # IMMEDIATE: a reader that turns writer half-way would fail with "locked"
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("PRAGMA query_only = ON")
            connection.exec_driver_sql("BEGIN")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine


def writing(engine: Engine) -> Engine:
    """The same pool, for transactions that write."""
    return engine.execution_options(**{_WRITES: True})


def checkpoint(engine: Engine) -> None:
    """Moves what the write-ahead log holds into the database file and empties the log."""
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


@contextmanager
def forgiving_text(connection: Connection) -> Iterator[None]:
    """Inside, text that is no UTF-8 is read with surrogates for its wrong bytes, so that a check can report it."""
    driver: Any = connection.connection.dbapi_connection
    usual = driver.text_factory
    driver.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = usual
