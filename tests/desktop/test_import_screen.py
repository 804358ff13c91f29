"""导入 in place, over real workbooks: preview, problems by row, all good rows or none."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from desktop.desk_bench import Office, OpenWindow, Settle
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot
from services.test_imports import workbook
from services.test_imports_kinds import IDS, WRONG, odd_headings

from caseworker.desktop.screens.import_columns import READ_AS, ColumnsModel
from caseworker.desktop.screens.imports import ImportScreen
from caseworker.desktop.window import Window
from caseworker.services import Role
from caseworker.services.views import ColumnGuess


def import_screen(window: Window, party_id: int, settle: Settle) -> ImportScreen:
    assert window.shell is not None
    window.shell.go(("import", party_id))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, ImportScreen)
    return screen


def test_a_clean_roster_goes_from_file_to_dossier(open_window: OpenWindow, office: Office, settle: Settle) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    key = office.party("xinglian")
    screen = import_screen(window, key, settle)
    assert not screen.take_all.isVisible()
    screen.open_file(office.hand_in("xinglian", "花名册.xlsx"))
    settle(window.runner)
    assert screen.kind.currentText() == "花名册"
    assert screen.preview is not None
    assert screen.good_chip.text() == f"可读入 {screen.preview.good} 条"
    assert not screen.bad_chip.isVisible()
    assert screen.take_all.isEnabled()
    screen.main_act()
    settle(window.runner)
    assert "已读入" in screen.message.text()
    assert window.context.desk.dossiers.people(key).total == 268
    assert screen.preview is None


def damaged(source: Path, target: Path) -> Path:
    """The same roster with an ID number that a spreadsheet has rounded and a date that is none."""
    book = openpyxl.load_workbook(source)
    sheet = book.active
    assert sheet is not None
    heads = {
        str(cell.value): (cell.row, cell.column) for row in sheet.iter_rows(max_row=6) for cell in row if cell.value
    }
    first, id_column = next(place for head, place in heads.items() if "身份证" in head or "证件" in head)
    _, date_column = next(place for head, place in heads.items() if "入职" in head)
    sheet.cell(first + 1, id_column).value = "360734199001010000"
    sheet.cell(first + 2, date_column).value = "去年夏天"
    book.save(target)
    return target


def test_bad_rows_are_named_and_either_all_or_the_good_ones_are_taken(
    open_window: OpenWindow, office: Office, settle: Settle, tmp_path: Path
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    key = office.party("xinglian")
    screen = import_screen(window, key, settle)
    screen.open_file(damaged(office.hand_in("xinglian", "花名册.xlsx"), tmp_path / "花名册.xlsx"))
    settle(window.runner)
    assert screen.preview is not None
    bad_rows = {problem.row for problem in screen.preview.problems}
    assert len(bad_rows) == 2
    assert screen.bad_chip.isVisible()
    assert screen.bad_chip.text() == "2 行有问题"
    assert screen.save_bad.isVisible()
    assert not screen.take_all.isEnabled()
    model = screen.checks.problems.model
    assert model.rowCount() == len(screen.preview.problems)
    assert all(str(model.data(model.index(n, 2))) for n in range(model.rowCount()))
    screen.main_act()
    settle(window.runner)
    assert window.context.desk.dossiers.people(key).total == 0
    screen.take_good.click()
    settle(window.runner)
    assert window.context.desk.dossiers.people(key).total == 266


def test_a_file_that_is_no_workbook_is_told_in_words(
    open_window: OpenWindow, office: Office, settle: Settle, tmp_path: Path
) -> None:
    window = open_window(Role.CASEWORKER)
    screen = import_screen(window, office.party("xinglian"), settle)
    fake = tmp_path / "花名册.xlsx"
    fake.write_bytes(b"not a workbook")
    screen.open_file(fake)
    settle(window.runner)
    assert screen.message.text()
    assert "Traceback" not in screen.message.text()
    assert not screen.take_all.isVisible()


def test_columns_model_gives_a_field_to_one_column_only(qtmodeltester: ModelTester) -> None:
    model = ColumnsModel()
    columns = (
        ColumnGuess(0, "序号", ("1", "2"), None),
        ColumnGuess(1, "员工", ("甲", "乙"), "name"),
        ColumnGuess(2, "班组长", ("丙",), None),
    )
    fields = (("name", "姓名", True), ("id_number", "证件号码", True))
    model.show_columns(columns, fields)
    qtmodeltester.check(model)
    assert model.mapping() == {"name": 1}
    assert model.missing() == ("证件号码",)
    chosen: list[None] = []
    model.chosen.connect(lambda: chosen.append(None))
    assert model.setData(model.index(READ_AS, 2), "name")
    assert model.mapping() == {"name": 2}
    assert len(chosen) == 1
    assert model.index(READ_AS, 1).data() == "（不读） ∨"
    assert not model.setData(model.index(1, 0), "name")
    assert model.flags(model.index(READ_AS, 0)) & Qt.ItemFlag.ItemIsEditable
    assert not model.flags(model.index(1, 0)) & Qt.ItemFlag.ItemIsEditable


def read_as(screen: ImportScreen, place: int, steps: int, settle: Settle, window: Window) -> None:
    """By keyboard: to a column of the 读作 row, open its choices, down to the one wanted, Enter."""
    table = screen.columns
    table.setFocus()
    table.setCurrentIndex(table.columns_model.index(READ_AS, 0))
    for _ in range(place):
        QTest.keyClick(table, Qt.Key.Key_Right)
    assert table.currentIndex() == table.columns_model.index(READ_AS, place)
    QTest.keyClick(table, Qt.Key.Key_Space)
    (box,) = table.findChildren(QComboBox)
    for _ in range(steps):
        QTest.keyClick(box.view(), Qt.Key.Key_Down)
    QTest.keyClick(box.view(), Qt.Key.Key_Return)
    settle(window.runner)


def test_a_number_that_fails_is_taken_by_keyboard_with_a_reason(
    open_window: OpenWindow, office: Office, settle: Settle, tmp_path: Path
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    key = office.party("xinglian")
    screen = import_screen(window, key, settle)
    head = ("姓名", "身份证号", "入职日期")
    screen.open_file(
        workbook(tmp_path / "花名册.xlsx", head, [("赵甲", WRONG, "2023-01-03"), ("钱乙", IDS[1], "去年")])
    )
    settle(window.runner)
    checks = screen.checks
    table = checks.problems.table
    table.setFocus()
    assert "校验位" in checks.whole_reason.text()
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert checks.strip.isVisible()
    checks.strip.line.setText("与身份证原件一致")  # as an input method delivers it
    QTest.keyClick(checks.strip.line, Qt.Key.Key_Return)
    settle(window.runner)
    assert screen.preview is not None
    assert [problem.row for problem in screen.preview.problems] == [3]
    assert [reason for _number, reason in screen.preview.accepted] == ["与身份证原件一致"]
    # the other row is not the clerk's to take
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert not checks.strip.isVisible()
    screen.take_good.click()
    settle(window.runner)
    (person,) = window.context.desk.dossiers.people(key).rows
    assert person.name == "赵甲"


def test_a_number_taken_can_be_given_back_before_the_file_is_read_in(
    open_window: OpenWindow, office: Office, settle: Settle, tmp_path: Path
) -> None:
    window = open_window(Role.CASEWORKER)
    screen = import_screen(window, office.party("xinglian"), settle)
    screen.open_file(
        workbook(tmp_path / "花名册.xlsx", ("姓名", "身份证号", "入职日期"), [("赵甲", WRONG, "2023-01-03")])
    )
    settle(window.runner)
    screen.checks.accepted.emit(WRONG, "核对过")
    settle(window.runner)
    assert screen.take_all.isEnabled()
    screen.checks.tabs.setCurrentWidget(screen.checks.taken)
    settle(window.runner)
    screen.checks._take_back()
    settle(window.runner)
    assert not screen.take_all.isEnabled()
    assert screen.preview is not None
    assert len(screen.preview.problems) == 1


def test_the_columns_of_an_odd_table_are_named_by_keyboard(
    open_window: OpenWindow, office: Office, settle: Settle, tmp_path: Path, qtbot: QtBot
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    key = office.party("xinglian")
    screen = import_screen(window, key, settle)
    screen.open_file(odd_headings(tmp_path / "人员花名.xlsx"))
    settle(window.runner)
    assert screen.looked is not None
    assert screen.place.row.value() == 3
    assert "没有找到表头" in screen.message.text()
    names = [name for name, _words, _needed in screen.looked.fields]
    for place, field in ((1, "name"), (2, "id_number"), (3, "employed_from")):
        assert screen.preview is None
        read_as(screen, place, names.index(field) + 1, settle, window)
    assert screen.preview is not None
    assert (screen.preview.good, screen.preview.problems) == (2, ())
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(screen.columns, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(window.runner)
    assert window.context.desk.dossiers.people(key).total == 2


def test_months_without_a_year_ask_for_it(
    open_window: OpenWindow, office: Office, settle: Settle, tmp_path: Path
) -> None:
    window = open_window(Role.CASEWORKER)
    screen = import_screen(window, office.party("xinglian"), settle)
    screen.open_file(workbook(tmp_path / "工资.xlsx", ("姓名", "身份证号", "3月"), [("赵甲", IDS[0], 5000)]))
    settle(window.runner)
    year = window.focusWidget()
    assert isinstance(year, QLineEdit)
    QTest.keyClicks(year, "23")
    QTest.keyClick(year, Qt.Key.Key_Return)
    assert "四位数字" in screen.message.text()
    year.clear()
    QTest.keyClicks(year, "2023")
    QTest.keyClick(year, Qt.Key.Key_Return)
    settle(window.runner)
    assert screen.preview is not None
    assert [row[3] for row in screen.preview.rows] == ["2023-03"]
    assert screen.take_all.isEnabled()
