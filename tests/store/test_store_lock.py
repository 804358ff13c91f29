from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import pytest

from caseworker.errors import EnvironmentFault, FaultKind
from caseworker.store.lock import OfficeLock

NOW = datetime(2023, 11, 20, 1, 30, tzinfo=UTC)

HOLDER = textwrap.dedent("""
    import sys
    from datetime import UTC, datetime
    from pathlib import Path
    from caseworker.store.lock import OfficeLock
    lock = OfficeLock.acquire(Path(sys.argv[1]), user="li", now=datetime(2023, 11, 20, 0, 5, tzinfo=UTC), host="PC-1")
    print("held", flush=True)
    sys.stdin.readline()
    if sys.argv[2] == "release":
        lock.release()
""")


def take(path: Path, host: str = "PC-1") -> OfficeLock:
    return OfficeLock.acquire(path, user="wang", now=NOW, host=host)


def holder(path: Path, end: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path), end],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.communicate("\n")
    assert process.returncode == 0


def test_the_file_says_who_and_is_gone_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "office.caseworker-lock"
    lock = take(path)
    said = json.loads(path.read_text("utf-8"))
    assert (said["host"], said["user"], said["since"]) == ("PC-1", "wang", "2023-11-20T09:30:00+08:00")
    assert isinstance(said["pid"], int)
    lock.release()
    lock.release()
    assert not path.exists()
    take(path).release()


def test_another_process_is_told_who_where_and_since_when(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    process = holder(path, "release")
    with pytest.raises(EnvironmentFault) as caught:
        take(path)
    assert caught.value.kind is FaultKind.HELD
    for part in ("PC-1", "li", "2023-11-20 08:05"):
        assert part in caught.value.message
    end(process)
    take(path).release()


def test_the_same_process_cannot_take_it_twice(tmp_path: Path) -> None:
    lock = take(tmp_path / "lock")
    with pytest.raises(EnvironmentFault) as caught:
        take(tmp_path / "lock")
    assert caught.value.kind is FaultKind.HELD
    assert (tmp_path / "lock").exists()
    lock.release()


def test_a_crashed_desk_of_this_computer_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    end(holder(path, "crash"))
    assert json.loads(path.read_text("utf-8"))["user"] == "li"
    lock = take(path)
    assert json.loads(path.read_text("utf-8"))["user"] == "wang"
    lock.release()


def test_a_living_process_of_the_same_number_does_not_fool_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    lock = take(path)
    text = path.read_text("utf-8")  # names this very process, which lives
    lock.release()
    path.write_text(text, "utf-8")
    take(path).release()


def test_another_computers_file_is_believed(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    end(holder(path, "crash"))
    before = path.read_bytes()
    with pytest.raises(EnvironmentFault, match=r"PC-1.*可删除“lock”") as caught:
        take(path, host="PC-2")
    assert caught.value.kind is FaultKind.HELD
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b'{"host": "PC-9"}'])
def test_a_half_written_file_is_taken_over(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "lock"
    path.write_bytes(content)
    take(path).release()


def test_a_shorter_text_leaves_nothing_of_a_longer_one(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    end(holder(path, "crash"))
    path.write_bytes(path.read_bytes().replace(b'"li"', b'"' + b"l" * 400 + b'"'))
    lock = take(path)
    assert json.loads(path.read_text("utf-8"))["user"] == "wang"
    lock.release()


def test_a_missing_folder_is_the_environments_fault(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        take(tmp_path / "gone" / "lock")
    assert caught.value.kind is FaultKind.MISSING
