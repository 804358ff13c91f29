"""Disks that are really full or read-only: a small tmpfs in a namespace of its own, a file-size limit, page limits."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from tools import need

from caseworker.errors import EnvironmentFault, FaultKind
from caseworker.store.faults import fault, fault_from, translated
from caseworker.store.models import Party
from caseworker.store.office_file import OfficeFile

PASSWORD = "落日-horse-battery"
SCRIPT = Path(__file__).with_name("faulty_disk.py")
NAMES = ("office.caseworker", "office.caseworker-keys", "office.caseworker-high")


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, timeout=120)


def namespace() -> list[str]:
    """The command that runs another with mounts of its own. Skips where the machine does not let us."""
    if sys.platform != "linux":
        pytest.skip("mounts of one's own are Linux's")
    unshare = need("unshare")
    for options in (["-m"], ["-rm"]):
        trial = run([unshare, *options, "sh", "-c", "mount -t tmpfs tmpfs /mnt"])
        if trial.returncode == 0:
            return [unshare, *options]
    pytest.skip("this machine does not let a test mount a small disk")


def bound_by_rights() -> list[str]:
    """What goes before a command, so that the rights of files bind it even where root runs the tests."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return []
    overriding = "-dac_override,-dac_read_search"
    return [need("setpriv"), f"--bounding-set={overriding}", f"--inh-caps={overriding}"]


def on_small_disk(bench: Any, what: str) -> dict[str, Any]:
    """Copies the office to a 3 MB disk, does `what` there and copies the files back."""
    here = bench.paths.database.parent
    disk = here.parent / "disk"
    disk.mkdir()
    script = """
        mount -t tmpfs -o size=3m tmpfs "$2" && cp "$1"/office.* "$2" &&
        "$3" "$4" "$5" "$2" "$6" && cp -r "$2"/office.caseworker* "$1"
    """
    arguments = [str(here), str(disk), sys.executable, str(SCRIPT), what, PASSWORD]
    done = run([*namespace(), "sh", "-c", script, "sh", *arguments])
    return _answer(done)


def _answer(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("what", ["insert", "commit", "attachment", "backup", "password"])
def test_a_full_disk_is_one_sentence_and_nothing_is_half(bench: Any, what: str) -> None:
    found = on_small_disk(bench, what)
    assert found["kind"] == FaultKind.DISK_FULL, found
    assert "磁盘空间不足" in found["message"]
    office = bench.open()
    with office.read() as session:
        assert session.scalar(select(func.count()).select_from(Party)) == 1  # the one written once there was room
    assert office.gap is None
    assert office.verify_audit().ok
    assert not list(bench.paths.database.parent.rglob("*.part"))
    office.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file-size limit for a process")
def test_a_commit_that_cannot_grow_the_log_keeps_nothing(bench: Any) -> None:
    found = _answer(run([sys.executable, str(SCRIPT), "commit-limited", str(bench.paths.database.parent), PASSWORD]))
    assert found["kind"] in {FaultKind.DISK_FULL, FaultKind.OTHER}
    assert "本次操作未保存" in found["message"]
    office = bench.open()
    with office.read() as session:
        assert session.scalar(select(func.count()).select_from(Party)) == 0
    assert office.verify_audit().ok
    office.close()


def test_a_read_only_folder_is_told(bench: Any) -> None:
    folder = bench.paths.database.parent
    script = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && "$2" "$3" open "$1" "$4"'
    done = run([*namespace(), "sh", "-c", script, "sh", str(folder), sys.executable, str(SCRIPT), PASSWORD])
    found = _answer(done)
    assert found["kind"] == FaultKind.READ_ONLY
    assert "不可写" in found["message"]


def test_a_read_only_database_is_told(bench: Any) -> None:
    folder = bench.paths.database.parent
    bench.paths.database.chmod(0o444)
    found = _answer(run([*bound_by_rights(), sys.executable, str(SCRIPT), "open", str(folder), PASSWORD]))
    assert found["kind"] == FaultKind.READ_ONLY
    assert "不可写" in found["message"]


def test_a_database_that_may_not_grow_is_a_full_disk(office: OfficeFile, bench: Any) -> None:
    with pytest.raises(EnvironmentFault, match="磁盘空间不足") as caught, office.write(bench.actor, "x") as work:  # noqa: PT012
        connection = work.session.connection()
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 5}")
        work.session.add_all([Party(kind="company", name="公司" * 500, initials="x") for _ in range(200)])
    assert caught.value.kind is FaultKind.DISK_FULL
    with office.read() as session:
        assert session.scalar(select(func.count()).select_from(Party)) == 0
    assert office.verify_audit().ok


def test_a_database_locked_by_another_program_is_told(office: OfficeFile, bench: Any) -> None:
    with office.read() as session:
        session.connection().exec_driver_sql("PRAGMA busy_timeout = 50")  # the pool hands the same connection out again
    with bench.raw() as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(EnvironmentFault) as caught, office.write(bench.actor, "x"):
            pass
        other.execute("ROLLBACK")
    assert caught.value.kind is FaultKind.LOCKED
    with office.write(bench.actor, "x"):
        pass


@pytest.mark.parametrize("first_page", [1, 10, 40, 100, 115])
def test_damaged_pages_are_told_whenever_they_are_met(bench: Any, first_page: int) -> None:
    office = bench.open()
    with office.write(bench.actor, "x") as work:
        work.session.add_all([Party(kind="company", name="公司" * 500, initials="x") for _ in range(100)])
    office.close()
    with bench.paths.database.open("r+b") as file:
        for page in range(first_page * 4096, file.seek(0, 2), 4096):
            file.seek(page + 100)
            file.write(b"damage")

    def use() -> None:
        office = bench.open()
        try:
            with office.read() as session:
                session.scalars(select(Party)).all()
            office.verify_audit()
        finally:
            office.close()

    with pytest.raises(EnvironmentFault, match="已损坏") as caught:
        use()
    assert caught.value.kind is FaultKind.CORRUPT
    assert not bench.paths.lock.exists()


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OSError(errno.ENOSPC, "x"), FaultKind.DISK_FULL),
        (OSError(errno.EDQUOT, "x"), FaultKind.DISK_FULL),
        (PermissionError(errno.EACCES, "x"), FaultKind.READ_ONLY),
        (OSError(errno.EROFS, "x"), FaultKind.READ_ONLY),
        (FileNotFoundError(errno.ENOENT, "x"), FaultKind.MISSING),
        (OSError(errno.EIO, "x"), FaultKind.OTHER),
        (OSError("no number"), FaultKind.OTHER),
        (sqlite3.OperationalError("database or disk is full"), FaultKind.DISK_FULL),
        (sqlite3.OperationalError("database is locked"), FaultKind.LOCKED),
        (sqlite3.DatabaseError("file is not a database"), FaultKind.NOT_A_DATABASE),
        (OperationalError("COMMIT", {}, sqlite3.OperationalError("disk I/O error")), FaultKind.OTHER),
    ],
)
def test_what_arrives_with_and_without_a_code_is_translated(error: Exception, kind: FaultKind) -> None:
    found = fault_from(error, Path("某处") / "office.caseworker")
    assert found is not None
    assert found.kind is kind
    assert "“office.caseworker”" in found.message
    assert "某处" not in found.message


def test_a_windows_sharing_violation_names_excel() -> None:
    error = PermissionError(errno.EACCES, "x")
    error.winerror = 32  # type: ignore[attr-defined]
    found = fault_from(error, "名单.xlsx")
    assert found is not None
    assert (found.kind, "Excel" in found.message, "名单.xlsx" in found.message) == (FaultKind.IN_USE, True, True)


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("x"), sqlite3.IntegrityError("UNIQUE constraint failed")])
def test_our_own_bugs_pass_untouched(error: Exception) -> None:
    assert fault_from(error) is None
    with pytest.raises(type(error)) as caught, translated("a"):
        raise error
    assert caught.value is error


def test_each_kind_with_a_file_behind_it_has_a_sentence() -> None:
    for kind in set(FaultKind) - {FaultKind.HELD, FaultKind.WRONG_PASSWORD, FaultKind.NEWER_FILE}:
        assert fault(kind, shutil.__file__).message.endswith("。")
