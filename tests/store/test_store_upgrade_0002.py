"""A file of the schema before 0002, made by the migrations of that time, opens and keeps what stood in it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select

from caseworker.resources import db_path
from caseworker.store import migrations
from caseworker.store.base import Base
from caseworker.store.models import PolicyPoint
from caseworker.store.office_file import FAST_COST, create_office_file
from caseworker.store.paths import OfficePaths

LOGIN, PASSWORD = "wang", "落日-horse-battery"


@pytest.fixture
def old_file(tmp_path: Path, bench: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A bench over a file at 0001 with a choice at a point in it."""
    folder = tmp_path / "db of then"
    shutil.copytree(db_path(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    for script in (folder / "versions").glob("*.py"):
        if not script.name.startswith("0001_"):
            script.unlink()
    path = tmp_path / "old" / "old.caseworker"
    path.parent.mkdir()
    with monkeypatch.context() as then:
        then.setattr(migrations, "db_path", lambda: folder)
        create_office_file(path, office_id="old", logins={LOGIN: PASSWORD}, clock=bench.clock, cost=FAST_COST)
    bench.paths = OfficePaths(path)
    with bench.raw() as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
        connection.execute(
            "INSERT INTO policy_point (id, version, policy, point, option, valid_from, decision_number, decided_on, "
            "reason) VALUES (1, 1, 'xunwu-2022-59', 'xw-1.seats-300', 'lower', '2023-01-01', '纪要1号', '2022-12-30', "
            "'会议研究')"
        )
    return bench


def test_a_file_of_0001_opens_with_its_choices(old_file: Any) -> None:
    office = old_file.open()
    with office.read() as session:
        (kept,) = session.scalars(select(PolicyPoint))
        assert (kept.option, kept.decision_number) == ("lower", "纪要1号")
        assert (kept.chosen_by, kept.voided_reason) == (None, None)
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    with office.write(old_file.actor, "policy.choose") as work:
        # the same point from the same day, for another policy: impossible before
        work.session.add(
            PolicyPoint(
                policy="datong-2022",
                point="xw-1.seats-300",
                option="higher",
                valid_from=kept.valid_from,
                decision_number="纪要2号",
                decided_on=kept.decided_on,
                reason="",
            )
        )
        work.subject("policy", "datong-2022")
    assert office.verify_audit().ok
    office.close()
    with old_file.raw() as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
