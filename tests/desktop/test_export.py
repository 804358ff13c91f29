"""A list as a workbook from the window: what it shows, by its filter and order, to the last page."""

from __future__ import annotations

from pathlib import Path

import pytest
from desktop.desk_bench import OpenWindow, Settle
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from caseworker.desktop.screens.dossiers import DossiersScreen
from caseworker.desktop.screens.programs import REPORTS, ProgramsScreen
from caseworker.services import Role


def rows_of(path: Path) -> list[list[object]]:
    sheet = load_workbook(path).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return rows[next(at for at, row in enumerate(rows) if row[0] == "序号") :]


def test_ctrl_e_writes_what_the_list_shows(
    open_window: OpenWindow, settle: Settle, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "企业"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(target), ""))
    window = open_window(Role.CASEWORKER)
    assert window.shell is not None
    assert window.context is not None
    window.shell.go(("screen", "dossiers"))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, DossiersScreen)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    view = window.shell.current.findChildren(type(screen.list))[0]
    view.setFocus()
    QTest.keyClick(view.table, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    settle(window.runner)
    written = rows_of(tmp_path / "企业.xlsx")
    header, *rows = written
    assert header[1:] == [column.title for column in view.model.columns]
    assert len(rows) == view.model.rowCount() > 1
    for number, row in enumerate(rows):
        shown = [view.model.index(number, at).data() for at in range(len(view.model.columns))]
        assert ["" if value is None else str(value) for value in row[1:]] == [text.replace(",", "") for text in shown]
    entry = window.context.desk.audit.page().rows[0]
    assert entry.action == "导出表格"

    view.model.set_search("没有这样的企业")
    settle(window.runner)
    QTest.keyClick(view, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert "列表是空的" in window.shell.message.text()
    assert window.context.desk.audit.page().rows[0] == entry


def test_a_report_is_saved_by_keys(
    open_window: OpenWindow,
    settle: Settle,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def choose(*words: object, **_k: object) -> tuple[str, str]:
        asked.append(str(words[2]))
        return str(tmp_path / str(words[2])), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    window = open_window(Role.CASEWORKER)
    assert window.shell is not None
    window.shell.go(("screen", "programs"))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, ProgramsScreen)
    screen.tabs.setCurrentIndex(REPORTS)
    settle(window.runner)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    screen.reports.list.table.setFocus()
    QTest.keyClick(screen.reports.list.table, Qt.Key.Key_Down)
    QTest.keyClick(screen.reports.list.table, Qt.Key.Key_Return)
    settle(window.runner)
    (name,) = asked
    assert name.endswith("预算执行表.xlsx")
    assert load_workbook(tmp_path / name).sheetnames[0] == "预算执行"
    assert "已导出" in window.shell.message.text()
