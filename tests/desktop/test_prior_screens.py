"""历史补录 on the screen: the workbook in, one grant by hand, the second person with the evidence beside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from desktop.desk_bench import Office, OpenWindow, Settle
from prior_book import PriorBook, id_number
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from caseworker.desktop.screens.home import HomeScreen
from caseworker.desktop.screens.prior_batch import EVIDENCE, PARTY, PERSON, PriorBatchScreen
from caseworker.desktop.screens.prior_entry import PriorEntryScreen
from caseworker.desktop.screens.prior_grant import PriorGrantScreen
from caseworker.desktop.screens.programs import PRIOR, ProgramsScreen
from caseworker.desktop.window import Window
from caseworker.services import Role
from caseworker.values.money import Money


def at(window: Window, settle: Settle, place: tuple[str, int | str], kind: type[Any]) -> Any:
    assert window.shell is not None
    window.shell.go(place)
    settle(window.runner)
    assert isinstance(window.shell.current, kind)
    return window.shell.current


def prior_page(window: Window, settle: Settle) -> Any:
    screen = at(window, settle, ("screen", "programs"), ProgramsScreen)
    screen.tabs.setCurrentIndex(PRIOR)
    settle(window.runner)
    return screen.prior


def press(window: Window, qtbot: QtBot, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    target = window.focusWidget() or window
    QTest.keyClick(target, key, modifiers)


def filled(window: Window, office: Office, folder: Path, **changes: Any) -> Path:
    """Two persons' first instalments of 恒域, the fund of 2022 and the last letter of 2023."""
    assert window.context is not None
    desk = window.context.desk
    form = desk.dossiers.get(office.party("hengyu")).form
    seat = {
        "统一社会信用代码": form.code,
        "条款": "dt-3-seat 坐席补贴",
        "兑现日期": "2023-03-01",
        "金额": 2500,
        "期次": 1,
        "已用至月份": "2023-01",
    }
    book = PriorBook(desk.prior.template())
    people = [seat | {"姓名": f"员{n}", "证件号码": id_number(n)} for n in range(2)]
    people[1] |= changes
    book.put("人员", people)
    book.put("资金", [{"政策": "寻乌客服产业政策", "年度": 2022, "已拨付": 100}])
    book.put("文号", [{"文书种类": "文书：兑现决定书", "年度": 2023, "最后一个号码": 37}])
    return book.save(folder / "历史补录.xlsx")


def a_scan(folder: Path) -> Path:
    image = QImage(200, 280, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    path = folder / "凭证.png"
    assert image.save(str(path))
    return path


def test_the_empty_workbook_is_saved_from_the_list(
    open_window: OpenWindow, settle: Settle, tmp_path: Path, qtmodeltester: ModelTester
) -> None:
    window = open_window(Role.CASEWORKER)
    page = prior_page(window, settle)
    page.save_template(tmp_path / "空白.xlsx")
    settle(window.runner)
    assert set(PriorBook((tmp_path / "空白.xlsx").read_bytes()).columns("资金")) >= {"政策", "年度"}
    qtmodeltester.check(page.list.model)


def test_a_workbook_with_problems_cannot_be_entered_and_says_where(
    open_window: OpenWindow, settle: Settle, office: Office, tmp_path: Path
) -> None:
    window = open_window(Role.CASEWORKER)
    screen = at(window, settle, ("prior-entry", 0), PriorEntryScreen)
    assert screen.take.isHidden()
    path = filled(window, office, tmp_path, 金额=-1, 期次=7)
    screen.open_file(path)
    settle(window.runner)
    screen.evidence.setText("凭证 1 号")
    model = screen.problems.model
    assert [[model.index(row, column).data() for column in range(3)] for row in range(model.rowCount())] == [
        ["人员", "6", "金额"],
        ["人员", "6", "期次"],
    ]
    assert screen.tabs.currentWidget() is screen.problems
    assert not screen.take.isEnabled()
    screen.main_act()
    settle(window.runner)
    assert window.context is not None
    assert window.context.desk.prior.page().total == 0
    filled(window, office, tmp_path)  # corrected in place
    screen.again.click()
    settle(window.runner)
    assert screen.take.isEnabled()
    assert screen.lines.model.rowCount() == 4


def test_no_workbook_at_all_is_one_sentence(open_window: OpenWindow, settle: Settle, tmp_path: Path) -> None:
    window = open_window(Role.CASEWORKER)
    screen = at(window, settle, ("prior-entry", 0), PriorEntryScreen)
    wrong = tmp_path / "扫描.xlsx"
    wrong.write_bytes(b"%PDF-1.4")
    screen.open_file(wrong)
    settle(window.runner)
    assert "PDF" in screen.message.text()
    assert screen.take.isHidden()


def test_from_the_workbook_to_the_second_persons_word_by_keyboard(
    open_window: OpenWindow, settle: Settle, office: Office, qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_window(Role.CASEWORKER)
    prior_page(window, settle)
    press(window, qtbot, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    shell = window.shell
    assert shell is not None
    qtbot.waitUntil(lambda: isinstance(shell.current, PriorEntryScreen))  # a button's keys press it for a moment
    screen = shell.current
    assert isinstance(screen, PriorEntryScreen)
    # the workbook and the scan are dropped together
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(filled(window, office, tmp_path))), QUrl.fromLocalFile(str(a_scan(tmp_path)))])
    drop = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    screen.dropEvent(drop)
    settle(window.runner)
    assert screen.scan_name.text() == "凭证.png"
    assert not screen.take.isEnabled()  # no words of evidence yet
    assert screen.evidence.hasFocus() or not window.isActiveWindow()
    screen.evidence.setFocus()
    QTest.keyClicks(screen.evidence, "box 7, no. 1-2")
    press(window, qtbot, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(window.runner)
    batch = shell.current
    assert isinstance(batch, PriorBatchScreen)
    assert (batch.state.text(), batch.confirm_button.isHidden(), batch.void_button.isHidden()) == (
        "待确认",
        True,
        False,
    )

    window = open_window_again(window, open_window, Role.REVIEWER)
    home = at(window, settle, ("screen", "home"), HomeScreen)
    assert window.context is not None
    waiting = [todo for todo in window.context.desk.home.overview().todos if todo.target[0] == "prior"]
    assert [todo.target[1] for todo in waiting] == [1, 2, 3]
    assert home is not None
    batch = at(window, settle, waiting[0].target, PriorBatchScreen)
    assert batch.evidence.text() == "box 7, no. 1-2"
    assert batch.scan.stack.currentWidget() is batch.scan.picture
    assert batch.lines.model.rowCount() == 2
    table = batch.lines.table
    assert [table.isColumnHidden(column) for column in (PARTY, PERSON, EVIDENCE)] == [False, False, True]
    assert "坐席补贴 2 笔 5,000.00 元" in batch.sums.text()
    press(window, qtbot, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(window.runner)
    assert batch.state.text() == "已确认"
    assert batch.confirm_button.isHidden()
    batch = at(window, settle, ("prior", 3), PriorBatchScreen)
    assert table_text(batch) == ["文书：兑现决定书", "2023 年", "最后一号 37，从第 38 号接着编"]
    assert batch.lines.table.isColumnHidden(PARTY)


def open_window_again(window: Window, open_window: OpenWindow, role: Role) -> Window:
    """The same office for another user: the first window lets go of it."""
    window.shut()
    return open_window(role)


def table_text(batch: PriorBatchScreen) -> list[str]:
    model, table = batch.lines.model, batch.lines.table
    shown = (model.index(0, column).data() for column in range(model.columnCount()) if not table.isColumnHidden(column))
    return [text for text in shown if text]


def test_the_head_voids_a_confirmed_batch_with_a_reason(
    open_window: OpenWindow, settle: Settle, office: Office, tmp_path: Path
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    window.context.desk.prior.enter(filled(window, office, tmp_path), "凭证 1 号")
    window = open_window_again(window, open_window, Role.HEAD)
    assert window.context is not None
    desk = window.context.desk
    desk.prior.confirm(2)
    fund = desk.programs.fund.year("xunwu-2022-59", 2022)
    assert fund is not None
    assert fund.paid == Money.parse(100)
    programs = at(window, settle, ("screen", "programs"), ProgramsScreen)
    programs.fund.year.choose(2022)
    assert programs.fund.source.text().endswith("其中历史补录 100.00 元")
    batch = at(window, settle, ("prior", 2), PriorBatchScreen)
    batch.ask_void()
    assert not batch.reason.isHidden()
    QTest.keyClicks(batch.reason.line, "wrong sum")
    QTest.keyClick(batch.reason.line, Qt.Key.Key_Return)
    settle(window.runner)
    assert batch.state.text() == "已作废"
    assert "wrong sum" in batch.about.text()
    fund = desk.programs.fund.year("xunwu-2022-59", 2022)
    assert fund is not None
    assert fund.paid == Money.zero()
    page = prior_page(window, settle)
    page.state.choose("voided")
    settle(window.runner)
    assert page.list.model.rowCount() == 1


def test_one_grant_by_form_follows_its_clause(
    open_window: OpenWindow, settle: Settle, office: Office, qtbot: QtBot
) -> None:
    window = open_window(Role.CASEWORKER)
    screen = at(window, settle, ("prior-grant", 0), PriorGrantScreen)
    place = {one.clause: number for number, one in enumerate(screen.clauses)}
    screen.clause.setCurrentIndex(place["xw-6-hiring"])
    assert list(screen.form.fields) == ["granted_on", "amount", "name", "id_number", "parts", "evidence"]
    screen.form.fields["amount"].set_value("2500")
    screen.clause.setCurrentIndex(place["dt-4-lease"])
    assert list(screen.form.fields) == ["granted_on", "amount", "instalment", "subsidy_year", "evidence"]
    assert screen.form.fields["amount"].value() == "2500"  # what fits stays
    screen.main_act()
    assert screen.party.error.text() == "请选择一个单位"
    screen.party.set((office.party("hengyu"), "恒域"))
    screen.main_act()
    settle(window.runner)
    assert set(screen.form.problems_shown()) == {"granted_on", "instalment", "subsidy_year", "evidence"}
    for name, value in (("instalment", "2"), ("subsidy_year", "2"), ("evidence", "凭证 8 号")):
        screen.form.fields[name].set_value(value)
    screen.form.fields["granted_on"].editor.setText("2022-12-30")
    press(window, qtbot, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(window.runner)
    assert window.shell is not None
    batch = window.shell.current
    assert isinstance(batch, PriorBatchScreen)
    assert "没有附扫描件" in batch.scan.words.text()
    assert batch.lines.model.index(0, 5).data() == "期次 2，补贴第几年 2"


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.SEAL_KEEPER])
def test_who_may_not_enter_sees_the_list_without_the_ways_in(
    open_window: OpenWindow, settle: Settle, role: Role
) -> None:
    window = open_window(role)
    page = prior_page(window, settle)
    texts = {child.text() for child in page.list.findChildren(QWidget) if hasattr(child, "text")}
    assert not texts & {"登记一笔…", "读入补录表…"}
    assert page.template.isEnabled()
