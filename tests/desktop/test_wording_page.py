"""设置—文书用语: a sentence is changed by keys, what is wrong stands beside the field, and it can be given back."""

from __future__ import annotations

from desktop.desk_bench import OpenWindow, Settle
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from caseworker.desktop.screens.settings import SettingsScreen
from caseworker.desktop.screens.settings_wording import WordingPage
from caseworker.services import Role


def test_a_sentence_is_changed_and_given_back(open_window: OpenWindow, settle: Settle, qtbot: QtBot) -> None:
    window = open_window(Role.HEAD)
    assert window.shell is not None
    assert window.context is not None
    desk = window.context.desk
    window.shell.go(("screen", "settings"))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, SettingsScreen)
    page = screen.wording
    assert isinstance(page, WordingPage)
    screen.tabs.setCurrentWidget(page)
    assert page.kind.choose("decision")
    settle(window.runner)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    page.list.table.setFocus()
    QTest.keyClick(page.list.table, Qt.Key.Key_Return)
    assert page.editor.isVisible()
    form = page.editor.form
    assert form.values()["text"] == desk.wording.sentences("decision")[0].program
    form.fields["text"].set_value("关于{payee}的{nobody}")
    QTest.keyClick(form.fields["text"].editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(window.runner)
    assert page.editor.isVisible()
    form.fields["reason"].set_value("办公室会议")
    QTest.keyClick(form.fields["reason"].editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(window.runner)
    assert "{nobody}" in (form.problem("text") or "")
    form.fields["text"].set_value("关于{payee}的决定")
    QTest.keyClick(form.fields["text"].editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(window.runner)
    assert page.editor.isHidden()
    assert desk.wording.sentences("decision")[0].own == "关于{payee}的决定"
    page._ask_restore()
    page.reason.line.setText("用回原来的")
    QTest.keyClick(page.reason.line, Qt.Key.Key_Return)
    settle(window.runner)
    assert desk.wording.sentences("decision")[0].own == ""
    assert page.reason.isHidden()
