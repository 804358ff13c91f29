"""The log as people read it, and what verifying it finds."""

from __future__ import annotations

import ast
from contextlib import closing
from pathlib import Path

import pytest
from sample_office import Sample

import caseworker.services
from caseworker.services.action_names import ACTION_NAMES
from caseworker.services.desk import Desk
from caseworker.services.views import Role
from caseworker.store import keys
from caseworker.store.engine import raw_connection
from caseworker.store.models import Party
from caseworker.store.paths import OfficePaths


def actions_written() -> set[str]:
    """Every action name that the services write, read from their source."""
    found = set()
    for path in Path(caseworker.services.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "write":
                found |= {
                    arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                }
    return found


def test_every_act_has_words() -> None:
    written = actions_written()
    assert len(written) > 20
    assert written <= set(ACTION_NAMES)
    assert all(not name.isascii() for name in ACTION_NAMES.values())


def test_the_day_reads_in_words(after_day: Sample) -> None:
    with after_day.desk(Role.REVIEWER) as desk:
        page = desk.audit.page(limit=1000)
        assert page.total == len(page.rows) > 90
        assert [row.seq for row in page.rows] == list(range(page.total, 0, -1))
        assert {row.user for row in page.rows} == {"程序", "管理员", "张经办", "李复核", "王主任", "赵掌印"} or {
            row.user for row in page.rows
        } >= {"张经办", "李复核", "王主任", "赵掌印"}
        assert not [row.action for row in page.rows if row.action.isascii()]
        assert not [row.subject for row in page.rows if row.subject and row.subject.split()[0].isascii()]
        called = {row.subject for row in page.rows}
        assert any(words.startswith("办件 XK-") for words in called)  # as the office calls it, not by our number
        assert "档案 星联客服科技有限公司" in called
        assert [row.seq for row in desk.audit.page(offset=10, limit=5).rows] == [row.seq for row in page.rows[10:15]]
        assert desk.audit.page(offset=10_000).rows == ()
        assert desk.audit.page(limit=-1).rows == ()
        whole, words = desk.audit.verify()
        assert whole, words
        assert str(page.total) in words


def raw(sample: Sample, *statements: str) -> None:
    """Tampers with the closed file as somebody with the password and a database tool could."""
    user = sample.made.user(Role.ADMINISTRATOR)
    paths = OfficePaths(sample.made.path)
    key = keys.unlock(paths.keys, user.login, user.password)
    with closing(raw_connection(paths.database, key.derive("database"))) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE audit_entry SET body = replace(body, '张', '王') WHERE seq = 40", "40"),
        (
            "UPDATE audit_entry SET body = CAST(replace(CAST(body AS TEXT), 'zhang', 'wang') AS BLOB) WHERE seq = 40",
            "40",
        ),
        ("DELETE FROM audit_row WHERE entry_seq = 5", "5"),
        ("UPDATE audit_row SET after = '{}' WHERE entry_seq = 5 AND position = 0", "5"),
        ("DELETE FROM audit_entry WHERE seq = 50", "50"),
    ],
)
def test_verifying_names_the_first_entry_that_is_wrong(after_day: Sample, statement: str, named: str) -> None:
    raw(after_day, "PRAGMA foreign_keys = OFF", statement)
    with after_day.desk() as desk:
        whole, words = desk.audit.verify()
        assert not whole
        assert named in words


def test_a_cut_off_tail_is_noticed(after_day: Sample) -> None:
    raw(
        after_day,
        "PRAGMA foreign_keys = OFF",
        "DELETE FROM audit_row WHERE entry_seq > 60",
        "DELETE FROM audit_entry WHERE seq > 60",
    )
    with after_day.desk() as desk:
        assert not desk.audit.verify()[0]
        gap = desk.home.overview().gap
        assert gap is not None


def test_the_log_cannot_be_written_to_through_a_session(sample: Sample) -> None:
    with sample.desk() as desk, pytest.raises(RuntimeError), desk.file.read() as session:
        session.get_one(Party, 1).name = "偷偷改名"
    assert_untouched(sample)


def assert_untouched(sample: Sample) -> None:
    with sample.desk() as desk:
        assert _first_party(desk) != "偷偷改名"
        assert desk.audit.verify()[0]


def _first_party(desk: Desk) -> str:
    with desk.file.read() as session:
        return session.get_one(Party, 1).name
