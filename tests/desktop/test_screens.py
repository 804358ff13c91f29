"""Every place of the window opens for every role; pictures of them; the manual; files saved whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from desktop.desk_bench import Office, OpenWindow, Settle, take_in
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QTabBar
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from caseworker import resources
from caseworker.desktop import files
from caseworker.desktop.manual import PAGES, Manual
from caseworker.desktop.registry import NAVIGATION
from caseworker.desktop.screens.settings import SettingsScreen
from caseworker.desktop.screenshots import take
from caseworker.desktop.table import Table
from caseworker.desktop.theme import Mode, Theme
from caseworker.errors import EnvironmentFault, FaultKind
from caseworker.services import Role

# Key names and file kinds, which clerks read in Latin letters on their keyboards too
LATIN = re.compile(r"[A-Za-z]{3,}")
ALLOWED = re.compile(
    r"Ctrl|Enter|Alt|Shift|WPS|Excel|XK|DT|admin|zhang|wang|zhao|yanshi|caseworker|xlsx|pdf|PNG|[A-Z0-9]{18}|([A-Z]:)?[/\\][^\s]*"
)


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.REVIEWER, Role.HEAD, Role.SEAL_KEEPER, Role.ADMINISTRATOR])
def test_every_place_opens_for_every_role_without_complaint(
    open_window: OpenWindow, settle: Settle, role: Role
) -> None:
    window = open_window(role)
    assert window.shell is not None
    for entry in NAVIGATION:
        window.shell.go(("screen", entry.id))
        settle(window.runner)
        assert window.shell.place == ("screen", entry.id)
        assert window.shell.message.text() == "", entry.title
        for shown in window.shell.current.findChildren(QLabel):
            text = ALLOWED.sub("", shown.text())
            assert not LATIN.search(text), f"{entry.title}: {shown.text()}"


def test_every_table_of_every_screen_has_a_sound_model(
    open_window: OpenWindow, office: Office, settle: Settle, qtmodeltester: ModelTester
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.shell is not None
    assert window.context is not None
    case_id = take_in(window.context.desk, office.party("xinglian"), to="proposal")
    places = [("screen", entry.id) for entry in NAVIGATION]
    models: list[QAbstractItemModel] = []
    for place in [*places, ("party", office.party("xinglian")), ("case", case_id)]:
        window.shell.go(place)
        settle(window.runner)
        screen = window.shell.current
        assert screen is not None
        tabs = getattr(screen, "tabs", None)
        for number in range(tabs.count() if tabs is not None else 0):
            tabs.setCurrentIndex(number)
            settle(window.runner)
        models += [table.model() for table in screen.findChildren(Table)]
    assert len(models) >= 15
    for model in models:
        qtmodeltester.check(model)


def test_buttons_have_words_or_a_tool_tip(open_window: OpenWindow, settle: Settle) -> None:
    window = open_window(Role.ADMINISTRATOR)
    assert window.shell is not None
    for entry in NAVIGATION:
        window.shell.go(("screen", entry.id))
        settle(window.runner)
        for made in window.shell.findChildren(QAbstractButton):
            if made.isVisible() and type(made).__name__ in ("QPushButton", "QToolButton"):
                named = made.text().strip() or made.toolTip() or made.accessibleName()
                assert named or isinstance(made.parent(), QLineEdit | QTabBar), entry.title  # Qt's own small ones


def test_a_holiday_is_entered_by_keyboard_alone(open_window: OpenWindow, settle: Settle, qtbot: QtBot) -> None:
    window = open_window(Role.ADMINISTRATOR)
    assert window.shell is not None
    assert window.context is not None
    window.shell.go(("screen", "settings"))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, SettingsScreen)
    page = screen.holidays
    screen.tabs.setCurrentWidget(page)
    page.day.setText("2024.3.4")
    page.day.setFocus()
    qtbot.keyClick(page.day, Qt.Key.Key_Return)
    assert window.focusWidget() is page.kind
    qtbot.keyClick(page.kind, Qt.Key.Key_Return)
    assert window.focusWidget() is page.name
    page.name.setText("临时放假")
    qtbot.keyClick(page.name, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(window.runner)
    assert "临时放假" in {row.name for row in window.context.desk.holidays.of_year(2024)}


def test_settings_verify_the_log_and_back_up(open_window: OpenWindow, settle: Settle, tmp_path: Path) -> None:
    window = open_window(Role.ADMINISTRATOR)
    assert window.shell is not None
    window.shell.go(("screen", "settings"))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, SettingsScreen)
    assert screen.users is not None
    screen.verify()
    settle(window.runner)
    assert screen.verdict.property("tone") == "green"
    assert screen.verdict.text()
    folder = tmp_path / "backups"
    folder.mkdir()
    screen.back_up(folder)
    settle(window.runner)
    assert screen.backup_done.property("tone") == "green"
    assert list(folder.iterdir())


def test_alt_left_goes_back_and_circles_do_not_pile_up(open_window: OpenWindow, office: Office, settle: Settle) -> None:
    window = open_window(Role.CASEWORKER)
    shell = window.shell
    assert shell is not None
    party = ("party", office.party("xinglian"))
    for place in (("screen", "dossiers"), party, ("screen", "cases"), party):
        shell.go(place)
        settle(window.runner)
    shell.back()
    assert shell.place == ("screen", "cases")
    shell.back()
    assert shell.place == ("screen", "dossiers")
    shell.go(("no-such-kind", 1))
    assert shell.place == ("screen", "dossiers")


def test_pictures_of_the_main_screens(office: Office, qapp: QApplication, tmp_path: Path) -> None:
    desk = office.open(Role.CASEWORKER)
    try:
        made = take(desk, office.path, tmp_path / "pictures", hint=office.hint)
        assert desk.office().is_sample  # the desk is left open
    finally:
        desk.close()
        Theme(qapp, Mode.LIGHT)
    assert len(made) >= 12
    for picture in made:
        image = QImage(str(picture))
        assert (image.width(), image.height()) == (1366, 768)
        sampled = {image.pixel(x, y) for x in range(0, 1366, 3) for y in range(0, 768, 3)}
        assert len(sampled) > 8, picture.name


def test_the_manual_has_every_page_and_every_screen_names_one(qtbot: QtBot) -> None:
    names = [name for name, _title in PAGES]
    manual = Manual()
    qtbot.addWidget(manual)
    for name, title in PAGES:
        text = resources.path("manual", f"{name}.md").read_text(encoding="utf-8")
        assert text.startswith(f"# {title}")
        assert len(text) > 200, name
        for link in re.findall(r"\]\((\S+?)\)", text):
            assert link.removesuffix(".md") in names, f"{name}: {link}"
        manual.open_at(name)
        assert title in manual.browser.toPlainText()
    for entry in NAVIGATION:
        assert entry.make.manual in names  # type: ignore[attr-defined]


def test_saving_is_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "退回.xlsx"
    files.save(target, b"first")
    files.save(target, b"second")
    assert target.read_bytes() == b"second"
    with pytest.raises(EnvironmentFault) as missing:
        files.save(tmp_path / "没有" / "退回.xlsx", b"x")
    assert missing.value.kind == FaultKind.MISSING

    def held(self: Path, _target: Path) -> Path:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(EnvironmentFault) as in_use:
        files.save(target, b"third")
    assert in_use.value.kind == FaultKind.IN_USE
    assert "退回.xlsx" in in_use.value.message
    assert target.read_bytes() == b"second"
    assert [path.name for path in tmp_path.iterdir()] == ["退回.xlsx"]
