"""导入 in place, over real workbooks: preview, problems by row, all good rows or none."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from desktop.desk_bench import Office, OpenWindow, Settle
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester

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
    assert model.index(READ_AS, 1).data() == "（不读） ▾"
    assert not model.setData(model.index(1, 0), "name")
    assert model.flags(model.index(READ_AS, 0)) & Qt.ItemFlag.ItemIsEditable
    assert not model.flags(model.index(1, 0)) & Qt.ItemFlag.ItemIsEditable
