"""Missing system parts are named, installed or turned into a command to type; a display is tried, not believed."""

from __future__ import annotations

import socket
import sys
import tempfile
from pathlib import Path

import pytest
import start_display
import start_system
from start_system import Need

ABSENT = Need("libnothing1", "libnothing-that-exists.so.1", "library")
ABSENT_COMMAND = Need("nothing", "nothing-that-exists", "command")

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux needs system packages")


@linux
def test_missing_finds_what_is_not_there_and_only_that() -> None:
    present = Need("libc6", "libc.so.6", "library")
    assert start_system.missing((ABSENT, present), (ABSENT_COMMAND,)) == (ABSENT, ABSENT_COMMAND)


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_nothing_is_missing_outside_linux(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert start_system.missing((ABSENT,), (ABSENT_COMMAND,)) == ()


def test_without_the_right_the_exact_command_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start_system, "is_debian", lambda: True)
    monkeypatch.setattr(start_system, "_right_to_install", lambda: None)
    monkeypatch.setattr(start_system.shutil, "which", lambda name: f"/usr/bin/{name}")
    said: list[str] = []
    assert start_system.provide(("libgl1", "xvfb"), said.append) is False
    assert said[0].splitlines()[1].strip() == (
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends libgl1 xvfb"
    )


def test_without_sudo_the_command_is_for_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start_system, "is_debian", lambda: True)
    monkeypatch.setattr(start_system, "_right_to_install", lambda: None)
    monkeypatch.setattr(start_system.shutil, "which", lambda name: None)
    said: list[str] = []
    start_system.provide(("libgl1",), said.append)
    assert "root" in said[0]
    assert "sudo" not in said[0]


def test_other_distributions_get_the_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start_system, "is_debian", lambda: False)
    said: list[str] = []
    assert start_system.provide(("libgl1", "libegl1"), said.append) is False
    assert "libgl1 libegl1" in said[0]
    assert "apt" not in said[0]


def test_nothing_to_install_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        start_system, "_right_to_install", lambda: pytest.fail("asked for the right to install nothing")
    )
    assert start_system.provide((), pytest.fail) is True


@pytest.mark.parametrize(
    ("name", "known"),
    [("wqy-microhei.ttc", True), ("NotoSansCJK-Regular.ttc", True), ("DejaVuSans.ttf", False), ("wqy.conf", False)],
)
def test_chinese_font_is_known_by_its_file(
    name: str, known: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "truetype").mkdir()
    (tmp_path / "truetype" / name).write_bytes(b"")
    monkeypatch.setattr(start_system, "_FONT_FOLDERS", (str(tmp_path),))
    assert Need("fonts-wqy-microhei", "", "font").found() is known


@linux
def test_display_variables_decide_whether_a_window_is_tried() -> None:
    assert start_display.named_display({}) is None
    assert start_display.named_display({"DISPLAY": ""}) is None
    assert start_display.named_display({"DISPLAY": ":0"}) == ":0"
    assert start_display.named_display({"WAYLAND_DISPLAY": "wayland-0"}) == "wayland-0"
    assert start_display.named_display({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}) is None


@pytest.mark.parametrize("system", ["win32", "darwin", "linux"])
def test_no_window_is_tried_where_qt_is_told_to_draw_none(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert start_display.named_display({"QT_QPA_PLATFORM": "offscreen:size=800x600"}) is None
    assert start_display.named_display({"QT_QPA_PLATFORM": "windows"}) == (None if system == "linux" else system)


def test_network_display_answers_while_something_listens() -> None:
    listener = socket.socket()
    with listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        display = f"127.0.0.1:{listener.getsockname()[1] - 6000}.0"
        assert start_display.x_answers(display) is True
    assert start_display.x_answers(display) is False


@linux
def test_local_display_without_a_server_does_not_answer() -> None:
    assert start_display.x_answers(":4711") is False
    assert start_display.x_answers("unix:4711.0") is False
    assert start_display.x_answers("no display") is False


@linux
def test_window_is_not_tried_where_nothing_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start_display.subprocess, "run", lambda *_, **__: pytest.fail("tried Qt without a display"))
    python = Path(tempfile.gettempdir()) / "no-python"
    assert start_display.can_open_window(python, {"DISPLAY": ":4711"}) is False
    assert start_display.can_open_window(python, {}) is False


@linux
def test_qt_that_aborts_is_no_window(tmp_path: Path) -> None:
    """A Wayland display is named but there is none: the probe's Qt fails, ours lives on."""
    env = {"WAYLAND_DISPLAY": "none-here", "XDG_RUNTIME_DIR": str(tmp_path), "QT_QPA_PLATFORM": "xcb"}
    assert start_display.can_open_window(Path(sys.executable), env) is False
