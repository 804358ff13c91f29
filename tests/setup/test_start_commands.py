"""What `python3 start.py ...` runs, and with which exit status it ends."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
import start_commands
import start_display
import start_environment


class Recorder(start_commands.Starter):
    """A start that sets nothing up and notes what it would run."""

    def __init__(self) -> None:
        super().__init__(io.StringIO())
        self.prepared: list[str] = []
        self.ran: list[tuple[str, ...]] = []
        self.variables: dict[str, str] = {}
        self.cwd: Path | None = None

    def prepare(self, requirements: str, *groups: object) -> None:
        self.prepared.append(requirements)

    def require(self, *groups: object) -> None:
        pass

    def run(self, *arguments: str, cwd: Path | None = None, **variables: str) -> int:
        self.ran.append(arguments)
        self.cwd = cwd
        self.variables = variables
        return 7

    @property
    def said(self) -> str:
        assert isinstance(self._messages, io.StringIO)
        return self._messages.getvalue()


def test_display_opens_the_sample_office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start_display, "named_display", lambda env: ":0")
    monkeypatch.setattr(start_display, "can_open_window", lambda python, env: True)
    starter = Recorder()
    assert start_commands.open_desktop(starter) == 7
    assert starter.ran == [("-m", "caseworker.desktop", "--sample")]


@pytest.mark.parametrize("display", [None, ":0"])
def test_without_a_window_it_says_so_and_runs_the_day(display: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start_display, "named_display", lambda env: display)
    monkeypatch.setattr(start_display, "can_open_window", lambda python, env: False)
    starter = Recorder()
    assert start_commands.open_desktop(starter) == 7
    assert starter.ran == [("-m", "caseworker", "demo", "--out", "demo-output")]
    assert starter.cwd == start_commands.ROOT
    assert starter.variables["QT_QPA_PLATFORM"] == "offscreen"
    assert "demo-output" in starter.said
    assert (display or "没有显示器") in starter.said


def test_tests_run_offscreen_with_the_caller_s_arguments_last() -> None:
    starter = Recorder()
    assert start_commands.run_tests(starter, ["--long", "-k", "money", "-n0"]) == 7
    assert starter.prepared == [start_environment.DEV]
    (command,) = starter.ran
    assert command[:2] == ("-m", "pytest")
    assert command[-4:] == ("--long", "-k", "money", "-n0")
    assert starter.variables["QT_QPA_PLATFORM"] == "offscreen"


def test_command_line_runs_where_the_caller_is() -> None:
    starter = Recorder()
    assert start_commands.run_cli(starter, ["calculate", "request.json"]) == 7
    assert starter.ran == [("-m", "caseworker", "calculate", "request.json")]
    assert starter.cwd is None


def test_exit_status_is_passed_on() -> None:
    starter = start_commands.Starter(io.StringIO())
    if not start_environment.venv_python(start_commands.ROOT / ".venv").exists():
        pytest.skip("the tests run outside .venv")
    assert starter.run("-c", "raise SystemExit(5)") == 5
    if os.name == "posix":
        assert starter.run("-c", "import os, signal; os.kill(os.getpid(), signal.SIGTERM)") == 128 + 15


def test_unknown_command_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert start_commands.main(["launch"]) == 2
    assert "start.py test" in capsys.readouterr().err


def test_help_is_not_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert start_commands.main(["--help"]) == 0
    assert "start.py test" in capsys.readouterr().out


def test_fault_of_the_machine_ends_with_three(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise start_environment.SetupFault("依赖没有装完整")

    monkeypatch.setattr(start_commands.Starter, "prepare", fail)
    assert start_commands.main(["cli", "calculate"]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert "依赖没有装完整" in err
