from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from caseworker.errors import EnvironmentFault, FaultKind
from caseworker.resources import db_path
from caseworker.store.audit import entries
from caseworker.store.audit_tables import AuditEntry  # registers its tables
from caseworker.store.backup import backups_in
from caseworker.store.base import Base
from caseworker.store.migrations import config_for, head_revision, read_meta
from caseworker.store.office_file import OfficeFile

Add = Callable[[OfficeFile, str], int]
HEAD = head_revision(config_for())

SECOND = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("party") as batch:  # rebuilt, as SQLite must for a constraint
        batch.add_column(sa.Column("nickname", sa.String(), nullable=False, server_default="-"))
        batch.create_check_constraint("nickname", "nickname <> ''")
    {more}
"""


@pytest.fixture
def newer(tmp_path: Path) -> Callable[[str], Path]:
    """The migrations of a later program: ours and one more."""

    def folder(more: str = "") -> Path:
        target = tmp_path / "later db 100%"
        shutil.copytree(db_path(), target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        (target / "versions" / "9999_nickname.py").write_text(SECOND.format(more=more, head=HEAD), "utf-8")
        return target

    return folder


def test_the_migrated_schema_is_what_the_models_say(bench: Any, office: OfficeFile) -> None:
    assert AuditEntry.metadata is Base.metadata
    with office.read() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    with bench.raw() as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
        empty = [
            (table, column)
            for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (_, column, kind, *_rest) in connection.execute(f"PRAGMA table_info('{table}')").fetchall()
            if not kind
        ]
    assert names == {"audit_entry_no_update", "audit_entry_no_delete", "audit_row_no_update", "audit_row_no_delete"}
    assert empty == []


def test_every_constraint_has_a_name(office: OfficeFile) -> None:
    for table in Base.metadata.tables.values():
        assert all(constraint.name for constraint in table.constraints), table
        assert all(index.name for index in table.indexes), table


def test_the_file_says_what_wrote_it(office: OfficeFile) -> None:
    with office.read() as session:
        meta = read_meta(session.connection())
        body = entries(session)[0].body
    assert (meta["office_id"], meta["schema"], meta["created_at"]) == (
        "office-1",
        HEAD,
        "2023-11-20T01:00:00.000000Z",
    )
    assert body["program"] == meta["program_version"]
    assert (body["action"], body["user"], body["subject"]) == (
        "office.created",
        None,
        {"type": "office", "id": "office-1"},
    )


def test_an_older_file_is_backed_up_and_upgraded(bench: Any, newer: Callable[..., Path], add_party: Add) -> None:
    office = bench.open()
    add_party(office, "晨光公司")
    office.close()
    office = bench.open(migrations=newer(), program_version="0.9.0")
    with office.read() as session:
        rows = session.connection().exec_driver_sql("SELECT name, nickname FROM party").fetchall()
        meta = read_meta(session.connection())
        body = entries(session, limit=1)[0].body
    assert [tuple(row) for row in rows] == [("晨光公司", "-")]
    assert (meta["schema"], meta["program_version"]) == ("9999", "0.9.0")
    (backup,) = backups_in(bench.paths.backups, "office.caseworker")
    assert (backup.kind, backup.entries, backup.program_version) == ("before-upgrade", 2, "0.9.0")
    assert body["action"] == "office.upgraded"
    assert body["detail"]["from"]["schema"] == HEAD
    assert body["detail"] == {
        "from": body["detail"]["from"],
        "to": {"program": "0.9.0", "schema": "9999"},
        "backup": backup.folder.name,
    }
    assert (office.gap, office.verify_audit().ok) == (None, True)
    with bench.raw() as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    office.close()
    office = bench.open(migrations=newer(), program_version="0.9.0")  # nothing more to do
    assert len(backups_in(bench.paths.backups, "office.caseworker")) == 1
    assert office.verify_audit().entries == 3
    office.close()


def test_a_newer_file_is_refused_naming_both_versions(bench: Any, newer: Callable[..., Path]) -> None:
    bench.open(migrations=newer(), program_version="0.9.0").close()
    before = bench.paths.database.read_bytes()
    with pytest.raises(EnvironmentFault, match=rf"0\.9\.0.*9999.*0\.1\.7.*{HEAD}") as caught:
        bench.open(program_version="0.1.7")
    assert caught.value.kind is FaultKind.NEWER_FILE
    assert bench.paths.database.read_bytes() == before
    assert not bench.paths.lock.exists()


DANGLING = """op.execute(
        "INSERT INTO party_fact (id, version, party_id, name, value, valid_from, source) "
        "VALUES (1, 1, 77, 'a', '1', '2023-01-01', '')"
    )"""


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ("raise RuntimeError('stop here')", "stop here"),
        ("op.execute('INSERT INTO nonsense VALUES (1)')", "no such table"),
        (DANGLING, "broke 1 references, first in table party_fact"),
    ],
)
def test_a_failing_migration_leaves_the_file_as_it_was(
    bench: Any, newer: Callable[..., Path], add_party: Add, more: str, complaint: str
) -> None:
    office = bench.open()
    add_party(office, "晨光公司")
    office.close()
    before = bench.paths.database.read_bytes()
    folder = newer(more)
    with pytest.raises(Exception, match=complaint):
        bench.open(migrations=folder)
    assert bench.paths.database.read_bytes() == before
    assert not bench.paths.lock.exists()
    assert len(backups_in(bench.paths.backups, "office.caseworker")) == 1
    office = bench.open()
    with office.read() as session:
        assert read_meta(session.connection())["schema"] == HEAD
    assert office.verify_audit().ok
    office.close()


def test_no_upgrade_without_a_backup(bench: Any, newer: Callable[..., Path]) -> None:
    bench.paths.backups.write_bytes(b"in the way of the folder")
    with pytest.raises(EnvironmentFault):
        bench.open(migrations=newer())
    office = bench.open()
    with office.read() as session:
        assert read_meta(session.connection())["schema"] == HEAD
    office.close()
