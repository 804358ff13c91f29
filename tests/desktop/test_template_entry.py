"""The bureau's workbook in the window: read, its columns put right, kept, used for a batch."""

from __future__ import annotations

from pathlib import Path

import pytest
from desktop.desk_bench import OpenWindow, Settle
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from workbooks.test_template import template

from caseworker.desktop.screens.template_entry import TemplateEntryScreen
from caseworker.services import Role


def test_a_template_is_added_by_keys(
    open_window: OpenWindow, settle: Settle, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "财政局表.xlsx"
    file.write_bytes(template())
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a, **_k: (str(file), ""))
    window = open_window(Role.CASEWORKER)
    assert window.shell is not None
    assert window.context is not None
    window.shell.go(("screen", "payments"))
    window.shell.go(("template", 0))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, TemplateEntryScreen)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(screen, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: screen.top is not None)  # a button's own shortcut shows it pressed for a moment first
    settle(window.runner)
    assert screen.top is not None
    assert screen.columns is not None
    assert screen.top.values()["name"] == "财政局表"
    assert screen.columns.values()["F"] == "amount"
    screen.columns.fields["H"].set_value(None)
    screen.top.fields["name"].set_value("")
    QTest.keyClick(screen, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(window.runner)
    assert window.shell.current is screen
    assert "请填写" in (screen.top.problem("name") or "")
    assert screen.columns.values()["H"] is None  # what was chosen stays
    screen.top.fields["name"].set_value("县财政局")
    QTest.keyClick(screen, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(window.runner)
    assert window.shell.current is not screen
    (row,) = window.context.desk.templates.rows()
    assert (row.name, "H" in row.columns, row.columns["D"]) == ("县财政局", False, "账号")


def test_what_is_no_template_is_said(open_window: OpenWindow, settle: Settle, tmp_path: Path) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.shell is not None
    window.shell.go(("template", 0))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, TemplateEntryScreen)
    wrong = tmp_path / "a.xlsx"
    wrong.write_bytes(b"nothing")
    screen.open_file(wrong)
    settle(window.runner)
    assert "xlsx" in screen.message.text()
    right = tmp_path / "b.xlsx"
    right.write_bytes(template())
    screen.open_file(right)
    settle(window.runner)
    assert screen.message.text() == ""
    assert screen.top is not None
    screen.top.fields["sheet"].set_value("封面")
    screen.top.fields["sheet"].changed.emit()
    settle(window.runner)
    assert "表头" in screen.message.text()
    assert screen.found is not None
    assert screen.found.sheet == "拨付表"
    assert load_workbook(right).sheetnames == ["拨付表", "封面"]
