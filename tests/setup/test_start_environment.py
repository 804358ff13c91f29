"""`.venv/` is made once, completely or not at all; a start after that runs nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import start_environment as environment


class Runner:
    """Makes real environments (without pip, to be quick); installations are noted and succeed unless told not to."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.pip_status = 0

    def __call__(self, command: Sequence[str]) -> int:
        if "pip" in command:
            self.calls.append("pip " + Path(command[command.index("-r") + 1]).name)
            assert "--require-hashes" in command
            assert "--only-binary=:all:" in command
            assert Path(command[0]).exists(), "pip is run by a Python that is there"
            return self.pip_status
        self.calls.append("venv")
        assert "--clear" in command
        position = command.index("venv") + 1
        return subprocess.run([*command[:position], "--without-pip", *command[position:]], check=False).returncode


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "兑现台 项目"
    (folder / "packaging").mkdir(parents=True)
    for name in (environment.RUN, environment.DEV):
        (folder / "packaging" / name).write_bytes(f"# {name}\nthing==1.0\n".encode())
    return folder


@pytest.fixture
def runner() -> Runner:
    return Runner()


def ensure(root: Path, runner: Runner, name: str = environment.RUN) -> list[str]:
    """Start once more; what this start ran."""
    before = len(runner.calls)
    python = environment.ensure(root, name, lambda _: None, runner, quiet=True)
    assert python.exists()
    assert python.is_relative_to(root / ".venv")
    return runner.calls[before:]


def test_second_start_runs_nothing(root: Path, runner: Runner) -> None:
    assert ensure(root, runner) == ["venv", "pip requirements.txt"]
    assert ensure(root, runner) == []


def test_environment_for_tests_serves_the_program_too_but_not_the_reverse(root: Path, runner: Runner) -> None:
    ensure(root, runner)
    assert ensure(root, runner, environment.DEV) == ["pip requirements-dev.txt"]
    assert ensure(root, runner) == []
    assert ensure(root, runner, environment.DEV) == []


def test_changed_pins_are_installed_into_the_same_environment(root: Path, runner: Runner) -> None:
    ensure(root, runner)
    (root / "packaging" / environment.RUN).write_bytes(b"thing==1.1\n")
    assert ensure(root, runner) == ["pip requirements.txt"]
    assert ensure(root, runner) == []


def test_line_ends_of_a_windows_checkout_are_not_a_change(root: Path, runner: Runner) -> None:
    ensure(root, runner)
    pins = root / "packaging" / environment.RUN
    pins.write_bytes(pins.read_bytes().replace(b"\n", b"\r\n"))
    assert ensure(root, runner) == []


def test_failed_installation_is_a_fault_and_the_next_start_begins_anew(root: Path, runner: Runner) -> None:
    runner.pip_status = 1
    with pytest.raises(environment.SetupFault, match="依赖没有装完整"):
        ensure(root, runner)
    assert not environment.is_ready(root, environment.RUN)
    runner.pip_status = 0
    assert ensure(root, runner) == ["venv", "pip requirements.txt"]


def test_failed_update_does_not_leave_the_old_stamp(root: Path, runner: Runner) -> None:
    ensure(root, runner)
    (root / "packaging" / environment.DEV).write_bytes(b"thing==2.0\n")
    runner.pip_status = 1
    with pytest.raises(environment.SetupFault):
        ensure(root, runner, environment.DEV)
    # The run-time packages may be half replaced by now.
    assert not environment.is_ready(root, environment.RUN)


def test_leftovers_of_a_half_made_environment_are_removed(root: Path, runner: Runner) -> None:
    leftover = root / ".venv" / "lib" / "half.py"
    leftover.parent.mkdir(parents=True)
    leftover.write_text("", encoding="utf-8")
    assert ensure(root, runner) == ["venv", "pip requirements.txt"]
    assert not leftover.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"base": null}', '{"base": "x", "installed": 3}'])
def test_unreadable_stamp_counts_as_half_made(root: Path, runner: Runner, text: str) -> None:
    ensure(root, runner)
    (root / ".venv" / environment.STAMP).write_text(text, encoding="utf-8")
    assert ensure(root, runner) == ["venv", "pip requirements.txt"]


def test_environment_on_another_python_is_made_anew(root: Path, runner: Runner) -> None:
    ensure(root, runner)
    stamp = root / ".venv" / environment.STAMP
    content = json.loads(stamp.read_text(encoding="utf-8"))
    content["base"] += "-gone"
    stamp.write_text(json.dumps(content), encoding="utf-8")
    assert ensure(root, runner) == ["venv", "pip requirements.txt"]


def test_missing_interpreter_is_repaired(root: Path, runner: Runner) -> None:
    ensure(root, runner)
    environment.venv_python(root / ".venv").unlink()
    assert ensure(root, runner) == ["venv", "pip requirements.txt"]


def test_project_folder_can_be_moved(root: Path, runner: Runner) -> None:
    ensure(root, runner)
    moved = root.rename(root.with_name("moved"))
    assert ensure(moved, runner) == []
    ran = subprocess.run(
        [environment.venv_python(moved / ".venv"), "-c", "import sys; print(sys.prefix)"],
        capture_output=True,
        encoding="utf-8",
        env=environment.child_environment(moved),
        check=True,
    )
    assert Path(ran.stdout.strip()).resolve() == (moved / ".venv").resolve()


@pytest.mark.skipif(sys.platform == "win32", reason="folders refuse writing differently on Windows")
def test_unwritable_project_folder_is_a_sentence(root: Path, runner: Runner) -> None:
    lock = root / ".venv.lock"
    lock.mkdir()  # opening it fails for root as well, as a read-only folder would not
    with pytest.raises(environment.SetupFault, match="不能写入"):
        ensure(root, runner)


def test_children_get_utf8_and_this_code_only(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("PYTHONHOME", "elsewhere")
    monkeypatch.setenv("PIP_TARGET", "elsewhere")
    env = environment.child_environment(root)
    assert env["PYTHONUTF8"] == "1"
    assert env["PYTHONPATH"] == str(root)
    assert "elsewhere" not in env.values()
