"""A real sample office, made once and copied for each test, and a window on it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from desktop.desk_bench import WAIT_MS, Office, OpenWindow, Settle
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from caseworker.desktop import memory
from caseworker.desktop.operations import Runner
from caseworker.desktop.theme import Mode, Theme
from caseworker.desktop.window import Window
from caseworker.services import Role
from caseworker.services.sample import MadeSample, make_sample


@pytest.fixture(scope="session")
def made_sample(tmp_path_factory: pytest.TempPathFactory) -> MadeSample:
    return make_sample(tmp_path_factory.mktemp("sample"), people=300)


@pytest.fixture
def office(made_sample: MadeSample, tmp_path: Path) -> Office:
    folder = tmp_path / "office"
    shutil.copytree(made_sample.path.parent, folder)
    return Office(folder / made_sample.path.name, made_sample)


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    """The colours of every test's window, on a computer on which nobody has used the program yet."""
    memory.settings().clear()
    return Theme(qapp, Mode.LIGHT)


@pytest.fixture
def runner(qapp: QApplication) -> Iterator[Runner]:
    made = Runner()
    yield made
    assert made.close()


@pytest.fixture
def settle(qtbot: QtBot) -> Settle:
    """Waits until nothing is under way, several times in a row: an answer may ask the next question."""

    def wait(runner: Runner) -> None:
        quiet = 0

        def idle() -> bool:
            nonlocal quiet
            quiet = 0 if runner.busy else quiet + 1
            return quiet > 3

        qtbot.waitUntil(idle, timeout=WAIT_MS)

    return wait


@pytest.fixture
def open_window(office: Office, theme: Theme, qtbot: QtBot, settle: Settle) -> Iterator[OpenWindow]:
    """Opens the office in a window as the user of a role; the window is shut when the test ends."""
    windows: list[Window] = []

    def open_as(role: Role) -> Window:
        window = Window(theme, office.path, office.hint)
        qtbot.addWidget(window, before_close_func=Window.shut)  # no question about drafts at the end
        windows.append(window)
        window.use(office.open(role), office.path)
        window.show()
        qtbot.waitExposed(window)
        settle(window.runner)
        return window

    yield open_as
    for window in windows:
        window.shut()
