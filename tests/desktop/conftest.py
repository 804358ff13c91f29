"""A real sample office, made once and copied for each test, and a window on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from caseworker.desktop.context import PracticeHint
from caseworker.desktop.operations import Runner
from caseworker.desktop.theme import Mode, Theme
from caseworker.desktop.window import Window
from caseworker.services import Desk, Role, open_desk
from caseworker.services.sample import SAMPLE_USERS, MadeSample, make_sample

WAIT_MS = 20_000


@dataclass(frozen=True)
class Office:
    """One test's own copy of the sample office."""

    path: Path
    made: MadeSample

    def party(self, key: str) -> int:
        return self.made.parties[key]

    def hand_in(self, company: str, name: str) -> Path:
        return self.path.parent / self.made.folders[company].relative_to(self.made.path.parent) / name

    def open(self, role: Role) -> Desk:
        user = next(user for user in SAMPLE_USERS if role in user.roles)
        return open_desk(self.path, user.login, user.password)

    @property
    def hint(self) -> PracticeHint:
        return tuple((user.login, user.name, user.role_names(), user.password) for user in SAMPLE_USERS)


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
    return Theme(qapp, Mode.LIGHT)


@pytest.fixture
def runner(qapp: QApplication) -> Iterator[Runner]:
    made = Runner()
    yield made
    assert made.close()


Settle = Callable[[Runner], None]


@pytest.fixture
def settle(qtbot: QtBot) -> Settle:
    """Waits until nothing is under way, twice in a row: an answer may ask the next question."""

    def wait(runner: Runner) -> None:
        quiet = 0

        def idle() -> bool:
            nonlocal quiet
            quiet = 0 if runner.busy else quiet + 1
            return quiet > 3

        qtbot.waitUntil(idle, timeout=WAIT_MS)

    return wait


@pytest.fixture
def open_window(office: Office, theme: Theme, qtbot: QtBot, settle: Settle) -> Iterator[Callable[[Role], Window]]:
    """Opens the office in a window as the user of a role; the window is shut when the test ends."""
    windows: list[Window] = []

    def open_as(role: Role) -> Window:
        window = Window(theme, office.path, office.hint)
        qtbot.addWidget(window)
        windows.append(window)
        window.use(office.open(role), office.path)
        window.show()
        settle(window.runner)
        return window

    yield open_as
    for window in windows:
        window.shut()
