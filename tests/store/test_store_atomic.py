"""Small files are there whole or not at all, also while another program looks at them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from caseworker.errors import EnvironmentFault, FaultKind
from caseworker.store import atomic
from caseworker.store.faults import translated

windows = pytest.mark.skipif(sys.platform != "win32", reason="only Windows keeps an open file from being replaced")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "机构.caseworker-high"
    atomic.write_atomically(path, "旧".encode())
    return path


def test_a_file_is_replaced_and_no_part_stays(target: Path) -> None:
    atomic.write_atomically(target, "新".encode())
    assert target.read_text(encoding="utf-8") == "新"
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_a_folder_is_published_under_its_name(tmp_path: Path) -> None:
    part = tmp_path / "backup.part"
    part.mkdir()
    (part / "a").write_bytes(b"x")
    atomic.publish(part, tmp_path / "backup")
    assert (tmp_path / "backup" / "a").read_bytes() == b"x"
    assert not part.exists()


@windows
def test_a_scanner_that_looks_for_a_moment_is_waited_for(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    with target.open("rb") as scanner:

        def wait(seconds: float) -> None:
            waits.append(seconds)
            if len(waits) == 3:
                scanner.close()

        monkeypatch.setattr(atomic.time, "sleep", wait)
        atomic.write_atomically(target, "新".encode())
    assert len(waits) == 3
    assert target.read_text(encoding="utf-8") == "新"


@windows
def test_a_file_held_open_is_named_as_in_use(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(atomic.time, "sleep", waits.append)
    with target.open("rb"), pytest.raises(EnvironmentFault, match=target.name) as caught, translated(target):
        atomic.write_atomically(target, "新".encode())
    assert caught.value.kind is FaultKind.IN_USE
    assert waits
    assert sum(waits) < 2
    assert target.read_text(encoding="utf-8") == "旧"


@windows
def test_a_read_only_target_is_not_called_in_use(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atomic.time, "sleep", lambda _seconds: None)
    target.chmod(0o444)
    with pytest.raises(EnvironmentFault) as caught, translated(target):
        atomic.write_atomically(target, "新".encode())
    assert caught.value.kind is FaultKind.READ_ONLY
    target.chmod(0o666)
    assert target.read_text(encoding="utf-8") == "旧"
