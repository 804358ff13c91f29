"""What every test stands on: no display, no settings of the person who runs it, a clock that stands still."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from caseworker.values.clock import SetClock

# Before Qt is imported, and pytest-qt imports it right after this file.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if sys.platform == "win32" and os.environ["QT_QPA_PLATFORM"] == "offscreen":
    # Qt's own fonts folder, which nobody fills, is the only one that this platform would look into there.
    os.environ.setdefault("QT_QPA_FONTDIR", str(Path(os.environ["SYSTEMROOT"]) / "Fonts"))

# The sample office's practice date: the trial of 大同 runs, 寻乌's terms are in force.
PRACTICE_DATE = date(2023, 6, 1)

# The environment as the person has it. The workers of pytest-xdist start from ours, so it is handed down to them.
_OUTER_NAME = "CASEWORKER_TESTS_OUTER_ENVIRONMENT"
_OUTER: dict[str, str] = json.loads(os.environ.get(_OUTER_NAME, "null")) or dict(os.environ)
os.environ[_OUTER_NAME] = json.dumps(_OUTER)
_HOME = Path(tempfile.mkdtemp(prefix="caseworker-home-"))
_tests = 0
_REDIRECTED = {
    "HOME": "",
    "USERPROFILE": "",
    "APPDATA": "AppData/Roaming",
    "LOCALAPPDATA": "AppData/Local",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
    "XDG_CACHE_HOME": ".cache",
    "XDG_RUNTIME_DIR": "run",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the tests marked long (kills, load, big batches)")


def pytest_configure(config: pytest.Config) -> None:
    for name, folder in _REDIRECTED.items():
        place = _HOME / folder
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.environ[name] = str(place)
    # No deadlines: a slow machine is not a wrong program. Under CI the examples are the same every time.
    common = {"deadline": None, "print_blob": True, "suppress_health_check": [HealthCheck.too_slow]}
    settings.register_profile("desk", **common, max_examples=60)
    settings.register_profile("ci", settings.get_profile("desk"), derandomize=True)
    settings.register_profile("long", settings.get_profile("desk"), max_examples=500)
    if config.getoption("--long"):
        settings.load_profile("long")
    else:
        settings.load_profile("ci" if os.environ.get("CI") else "desk")


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked long, unless --long is given or -m speaks of it."""
    if config.getoption("--long") or "long" in (config.getoption("-m") or ""):
        return
    left_out = [item for item in items if item.get_closest_marker("long")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("long")]


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """Asked by pytest-qt before it makes the application. Settings become files in the temporary home."""
    from PySide6.QtCore import QSettings

    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    for scope in (QSettings.Scope.UserScope, QSettings.Scope.SystemScope):
        QSettings.setPath(QSettings.Format.IniFormat, scope, str(_HOME / f"qt-{scope.name}"))
    return ["caseworker-tests"]


@pytest.fixture(autouse=True)
def own_data(monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's data folder of each test's own: copies of one office in several tests have no mark in common."""
    global _tests
    _tests += 1
    folder = _HOME / "data" / str(_tests)
    for name in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(folder))
    return folder


@pytest.fixture
def clock() -> SetClock:
    """A clock on the practice date, 09:00 in Beijing; `clock.set_day` moves it."""
    return SetClock(PRACTICE_DATE)


@pytest.fixture(scope="session")
def outer_environment() -> dict[str, str]:
    """The variables as they were before the tests moved the home folder: for tests that start pip."""
    return dict(_OUTER)
