"""Brings an office file's schema up to this program's, in one transaction, with the migrations in db/."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, inspect, select, update

from caseworker.errors import EnvironmentFault
from caseworker.resources import db_path
from caseworker.store.audit_tables import OfficeMeta
from caseworker.store.engine import open_engine, writing
from caseworker.store.faults import newer_file, translated


@dataclass(frozen=True, slots=True)
class FileVersion:
    """What last wrote a file: the program's version and the schema's revision ("" where there is none)."""

    program: str
    schema: str


def config_for(folder: Path | None = None) -> Config:
    """Alembic's configuration, without a file: the program's migrations, or another set in tests."""
    config = Config()
    config.set_main_option("script_location", str(folder or db_path()).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    return config


def head_revision(config: Config) -> str:
    head = ScriptDirectory.from_config(config).get_current_head()
    if head is None:
        raise RuntimeError("no migrations found")
    return head


def file_version(connection: Connection) -> FileVersion:
    """Reads the versions of an open file; works on files of any age."""
    schema = MigrationContext.configure(connection).get_current_revision() or ""
    program = ""
    if inspect(connection).has_table(OfficeMeta.__tablename__):
        program = read_meta(connection).get("program_version", "")
    return FileVersion(program, schema)


def refusal_of_newer(path: Path, file: FileVersion, program_version: str, config: Config) -> EnvironmentFault | None:
    """The refusal where the file's schema is one this program does not know."""
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if not file.schema or file.schema in known:
        return None
    return newer_file(path, file.program or "（版本不详）", file.schema, program_version, head_revision(config))


def upgrade(connection: Connection, config: Config, *, program_version: str) -> None:
    """Runs what is missing inside the connection's open transaction; the caller commits.

    The connection must have foreign keys off (tables are rebuilt); they are checked here at the end.
    """
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    finally:
        del config.attributes["connection"]
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"the migration broke {len(broken)} references, first in table {broken[0][0]}")
    write_meta(connection, program_version=program_version, schema=head_revision(config))


def upgrade_file(
    path: Path,
    database_key: bytes,
    config: Config,
    *,
    program_version: str,
    before_commit: Callable[[Connection], None] | None = None,
) -> None:
    """Upgrades the file, whole or not at all. `before_commit` adds to the same transaction."""
    engine = open_engine(path, database_key, foreign_keys=False)
    try:
        with translated(path), writing(engine).begin() as connection:
            upgrade(connection, config, program_version=program_version)
            if before_commit is not None:
                before_commit(connection)
    finally:
        engine.dispose()


def read_meta(connection: Connection) -> dict[str, str]:
    return {row.name: row.value for row in connection.execute(select(OfficeMeta.name, OfficeMeta.value))}


def write_meta(connection: Connection, **values: str) -> None:
    for name, value in values.items():
        found = connection.execute(update(OfficeMeta).where(OfficeMeta.name == name).values(value=value))
        if found.rowcount == 0:
            connection.execute(insert(OfficeMeta).values(name=name, value=value))
