"""工作台 on the screen: a click to each thing, the cases behind a figure, the backup; on a small screen too."""

from __future__ import annotations

import pytest
from desktop.desk_bench import Office, OpenWindow, Settle
from desktop.test_documents_screen import decided
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from caseworker.desktop.parts import Chip
from caseworker.desktop.screens.home import HomeScreen
from caseworker.desktop.screens.payments import PaymentsScreen
from caseworker.desktop.screens.programs import TARGETS, ProgramsScreen
from caseworker.desktop.screens.programs_chart import TargetBars
from caseworker.desktop.screens.programs_lines import FundLinesScreen
from caseworker.desktop.theme import Mode
from caseworker.desktop.window import Window
from caseworker.services import Role


def home(window: Window, settle: Settle) -> HomeScreen:
    assert window.shell is not None
    window.shell.go(("screen", "home"))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, HomeScreen)
    return screen


def named(screen: QWidget, words: str) -> QPushButton:
    return next(
        one for one in screen.findChildren(QPushButton) if words in one.accessibleName() or words in one.text()
    )  # fmt: skip


def words_of(screen: QWidget) -> str:
    return " ".join(one.text() for one in (*screen.findChildren(QLabel), *screen.findChildren(Chip)))


def test_each_figure_and_line_leads_to_what_stands_behind_it(
    open_window: OpenWindow, office: Office, settle: Settle, qtbot: QtBot
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    assert window.shell is not None
    window.context.desk, case_id = decided(window.context.desk, office.party("xinglian"))
    window.context.refresh_office()
    screen = home(window, settle)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    figure = named(screen, "待拨付 ")
    figure.setFocus()
    QTest.keyClick(figure, Qt.Key.Key_Return)
    settle(window.runner)
    lines = window.shell.current
    assert isinstance(lines, FundLinesScreen)
    assert (lines.part, lines.list.model.rowCount()) == ("committed", 1)
    screen = home(window, settle)
    assert len(screen.findChildren(TargetBars)) == 1
    due = next(
        one for one in screen._ahead.parentWidget().findChildren(QPushButton) if "第 1 期" in one.accessibleName()
    )
    due.click()
    settle(window.runner)
    assert getattr(window.shell.current, "case_id", None) == case_id
    screen = home(window, settle)
    named(screen, "期次日历").click()
    settle(window.runner)
    assert isinstance(window.shell.current, PaymentsScreen)
    assert window.shell.current.tabs.currentIndex() == 2
    screen = home(window, settle)
    screen._programs("targets")
    settle(window.runner)
    assert isinstance(window.shell.current, ProgramsScreen)
    assert window.shell.current.tabs.currentIndex() == TARGETS


def test_a_missing_backup_is_warned_of_and_made_from_here(open_window: OpenWindow, settle: Settle) -> None:
    window = open_window(Role.CASEWORKER)
    screen = home(window, settle)
    assert "尚未备份" in words_of(screen)
    named(screen, "立即备份").click()
    settle(window.runner)
    assert "尚未备份" not in words_of(screen)
    assert "今天" in words_of(screen)
    assert not [one for one in screen.findChildren(QPushButton) if one.isVisible() and "立即备份" in one.text()]


@pytest.mark.parametrize("size", [(1366, 768), (911, 512)])  # 1366×768 at 100 % and at 150 %
def test_nothing_is_cut_off_on_a_small_screen(
    open_window: OpenWindow, office: Office, settle: Settle, size: tuple[int, int]
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    window.context.desk, _case = decided(window.context.desk, office.party("xinglian"))
    window.resize(*size)
    for mode in (Mode.LIGHT, Mode.DARK):
        window.context.theme.set_mode(mode)
        screen = home(window, settle)
        assert (window.width(), window.height()) == size
        for button in screen.findChildren(QPushButton):
            if button.isVisible() and button.text():
                assert button.width() >= button.fontMetrics().horizontalAdvance(button.text()), button.text()
                right = button.mapTo(window, button.rect().bottomRight()).x()
                assert right <= window.width(), button.text()
