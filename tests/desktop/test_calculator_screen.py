"""政策计算器 over a real office: live result, errors beside fields, two scenarios, the curve, the estimate on paper."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from desktop.desk_bench import OpenWindow, Settle
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from caseworker.desktop.screens.calculator import CalculatorScreen
from caseworker.desktop.screens.calculator_inputs import ScenarioInputs
from caseworker.desktop.screens.calculator_records import cell_value, months_of
from caseworker.desktop.window import Window
from caseworker.policy import calculate
from caseworker.policy.model import FactField, Option
from caseworker.services import Role, bundled_packs
from caseworker.values.money import Money

Idle = Callable[[], None]


@pytest.fixture
def window(open_window: OpenWindow) -> Window:
    return open_window(Role.REVIEWER)


@pytest.fixture
def idle(window: Window, settle: Settle) -> Idle:
    return lambda: settle(window.runner)


@pytest.fixture
def screen(window: Window, idle: Idle, qtbot: QtBot) -> CalculatorScreen:
    assert window.shell is not None
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.shell.go(("screen", "calculator"))
    idle()
    screen = window.shell.current
    assert isinstance(screen, CalculatorScreen)
    assert screen.choose("xunwu-2022-59", "xw-1-new")
    idle()
    return screen


def form_of(screen: CalculatorScreen) -> ScenarioInputs:
    assert screen.first.inputs is not None
    return screen.first.inputs


def fill_seats(screen: CalculatorScreen, idle: Idle, seats: str = "260") -> ScenarioInputs:
    form = form_of(screen)
    form.day.setText("2023-06-01")
    form.edits["operation_start"].set_value("2022-05-20")
    form.edits["seats"].set_value(seats)
    form.fill_as_met()
    screen.first.work_out()
    idle()
    return form


def words_in(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def test_the_result_comes_while_typing(screen: CalculatorScreen, idle: Idle, qtbot: QtBot) -> None:
    fill_seats(screen, idle, "26")
    form = form_of(screen)
    line = form.edits["seats"].focusProxy()
    line.setFocus()
    assert line.text() == "26"
    qtbot.keyClicks(line, "0")  # nothing is pressed: the pause in the typing is enough
    qtbot.waitUntil(lambda: {"780,000.00", "人民币柒拾捌万元整"} <= set(words_in(screen.first.steps)))
    assert screen.estimate_button.isEnabled()


def test_only_what_was_typed_is_called_wrong(screen: CalculatorScreen, idle: Idle) -> None:
    form = form_of(screen)
    assert form.wrong == {}
    assert "座席数" in screen.first.note.text()
    form.edits["seats"].set_value("-3")
    form.edits["operation_start"].set_value("2022-13-01")
    screen.first.work_out()
    idle()
    assert set(form.wrong) == {"seats", "operation_start"}
    assert form.wrong["seats"] == "“座席数”不能为负数"
    assert form.wrong["operation_start"] == "“开始运营日期”请写成 2023-06-01 这样"
    assert not screen.first.steps.isVisible()
    assert not screen.estimate_button.isEnabled()
    form.day.setText("2023-02-30")
    screen.first.work_out()
    idle()
    assert "as_of" in form.wrong
    fill_seats(screen, idle)
    assert form.wrong == {}
    assert not screen.first.note.isVisible()


def test_a_rate_above_the_text_is_wrong_beside_its_field(screen: CalculatorScreen, idle: Idle) -> None:
    form = fill_seats(screen, idle, "300")
    form.edits["approved_rate"].set_value("5000.01")
    screen.first.work_out()
    idle()
    assert "核定标准高于政策标准" in form.wrong["approved_rate"]
    form.edits["approved_rate"].set_value("5000")
    screen.first.work_out()
    idle()
    assert form.wrong == {}


def test_enter_goes_from_field_to_field(screen: CalculatorScreen, qtbot: QtBot) -> None:
    form = form_of(screen)

    def focused() -> QWidget:
        found = screen.window().focusWidget()
        assert found is not None
        return found

    form.day.setFocus()
    for name in form.edits:
        qtbot.keyClick(focused(), Qt.Key.Key_Return)
        assert focused() is form.edits[name].focusProxy()
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    assert form.benefits is not None
    assert focused() is form.benefits.grid


def test_another_reading_of_the_text_can_be_tried(screen: CalculatorScreen, idle: Idle) -> None:
    form = fill_seats(screen, idle, "300")
    assert screen.first.worked is not None
    assert screen.first.worked.amount == Money.parse("1500000")
    assert "程序默认" in form.points["xw-1.seats-300"].itemText(0)
    assert form.points["xw-1.seats-300"].choose("lower")
    screen.first.work_out()
    idle()
    assert screen.first.worked.amount == Money.parse("900000")


def test_other_benefits_are_rows_typed_by_keyboard(screen: CalculatorScreen, idle: Idle, qtbot: QtBot) -> None:
    form = fill_seats(screen, idle)
    benefits = form.benefits
    assert benefits is not None
    grid = benefits.grid
    grid.setFocus()
    qtbot.keyClick(grid, Qt.Key.Key_Insert)
    screen.first.work_out()
    idle()
    assert form.wrong == {}  # a row just added is not wrong, only unfinished
    assert screen.first.note.text() == "还要填写：名称、金额"
    for text in ("省级奖励", "5万"):
        qtbot.keyClicks(grid.viewport(), text) if text.isascii() else benefits._set(0, grid.currentColumn(), text)
        qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert grid.rowCount() == 2  # Enter after the last cell goes on to a new row
    qtbot.keyClick(grid, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    assert grid.rowCount() == 1
    screen.first.work_out()
    idle()
    assert form.wrong["other_benefits"].startswith("第 1 行“金额”")
    benefits._set(0, 1, "50000")
    screen.first.work_out()
    idle()
    assert screen.first.worked is not None
    assert screen.first.worked.amount == Money.parse("730000")


def test_a_list_is_a_table_with_errors_by_row(screen: CalculatorScreen, idle: Idle, qtbot: QtBot) -> None:
    assert screen.choose("datong-2022", "dt-6-school-interns")
    form = form_of(screen)
    form.day.setText("2023-06-01")
    form.edits["year"].set_value("2023")
    form.edits["has_agreement"].set_value(True)
    table = form.tables["interns"]
    table.grid.setFocus()
    qtbot.keyClick(table.grid, Qt.Key.Key_Insert)
    assert table.texts()[0][0] == "1"  # the mark of the person is given, unique
    rows = "\n".join(f"p{number}\t高职及以上\t2022-09-01\t\t否" for number in range(50))
    table.grid.setCurrentCell(0, 0)
    QGuiApplication.clipboard().setText(rows)
    qtbot.keyClick(table.grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    screen.first.work_out()
    idle()
    assert screen.first.worked is not None
    assert screen.first.worked.problems == ()
    assert screen.first.worked.amount == Money.parse("50000")
    table._set(1, 1, "大专")
    table._set(2, 2, "2022-09-31")
    table._set(3, 0, "p0")
    screen.first.work_out()
    idle()
    said = form.wrong["interns"].split("\n")
    assert said == [
        "第 2 行“学历”应为中职、高职及以上之一",
        "第 3 行“留用就业起日”请写成 2023-06-01 这样",
        "第 4 行“人员标识”与前面的记录重复",
    ]
    table.grid.setCurrentCell(1, 1)
    qtbot.keyClick(table.grid, Qt.Key.Key_Space)
    assert table.texts()[1][1] == "中职"


def test_every_clause_can_be_chosen_and_filled(screen: CalculatorScreen, idle: Idle) -> None:
    for pack in bundled_packs():
        for clause in pack.clauses.values():
            assert screen.choose(pack.id, clause.id)
            idle()
            form = form_of(screen)
            assert form.clause is clause
            assert set(form.edits) | set(form.tables) == {fact.name for fact in clause.facts}
            assert form.wrong == {}, clause.id
            form.clear()


def test_two_scenarios_say_the_difference_in_words_and_amount(
    screen: CalculatorScreen, idle: Idle, qtbot: QtBot
) -> None:
    fill_seats(screen, idle)
    qtbot.keyClick(screen, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: screen.comparing)  # a button pressed by its keys is pressed for a moment
    idle()
    second = screen.second.inputs
    assert second is not None
    assert second.edits["seats"].value() == 260  # it starts as a copy
    assert screen.difference.text() == "两种情形所填相同"
    second.edits["seats"].set_value("300")
    screen.second.work_out()
    idle()
    assert screen.difference.isVisible()
    assert screen.difference.text() == "如果 300 席而不是 260 席：多 720,000.00 元"
    assert "情形二 1,500,000.00 元" in screen.amounts.text()
    second.edits["seats"].set_value("99")
    screen.second.work_out()
    idle()
    assert screen.difference.text() == "如果 99 席而不是 260 席：少 780,000.00 元（变为不符合条件）"
    second.edits["seats"].clear()
    screen.second.work_out()
    idle()
    assert screen.difference.text().endswith("情形二还没有填完整，不能比较")
    qtbot.keyClick(screen, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not screen.comparing)
    assert not screen.second.isVisible()
    assert not screen.difference.isVisible()


def test_the_curve_is_what_calculate_gives(screen: CalculatorScreen, idle: Idle, qtbot: QtBot) -> None:
    fill_seats(screen, idle)
    screen.tabs.setCurrentIndex(1)
    idle()
    page = screen.chart_page
    plot = page.chart.plot
    assert plot is not None
    assert page.fact.currentData() == "seats"
    assert [dot.x for dot in plot.dots] == list(range(90, 401))
    assert screen.first.worked is not None
    request = screen.first.worked.request
    for dot in plot.dots:
        result = calculate({**request, "facts": {**request["facts"], "seats": int(dot.x)}}, bundled_packs())
        assert dot.y == Decimal(str(result["amount"]))
    assert page.words.text() == (
        "跳档：99 席 0.00 元（不符合条件） → 100 席 200,000.00 元；200 席 400,000.00 元 → 201 席 603,000.00 元；"
        "299 席 897,000.00 元 → 300 席 1,500,000.00 元"
    )
    chart = page.chart
    chart.setFocus()
    chart.look_at(Decimal(299))
    assert chart.words == "299 席：897,000.00 元"
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert chart.words == "300 席：1,500,000.00 元"
    page.high.setText("80")
    page.draw()
    idle()
    assert page.chart.plot is None
    assert "起点须小于终点" in page.note.text()


def test_the_tabs_turn_by_keyboard_from_anywhere(screen: CalculatorScreen, idle: Idle, qtbot: QtBot) -> None:
    fill_seats(screen, idle)
    screen.clause.setFocus()
    qtbot.keyClick(screen.clause, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    idle()
    assert screen.chart_page.isVisible()
    assert screen.chart_page.chart.plot is not None
    qtbot.keyClick(screen.chart_page.low, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert screen.first.isVisible()


def test_a_curve_wants_the_other_facts(screen: CalculatorScreen, idle: Idle) -> None:
    screen.tabs.setCurrentIndex(1)
    idle()
    assert screen.chart_page.chart.plot is None
    assert "其余各项还没有填完整" in screen.chart_page.note.text()
    assert not screen.chart_page.print_button.isEnabled()


def test_the_estimate_is_looked_at_saved_and_registered_nowhere(
    screen: CalculatorScreen, window: Window, idle: Idle, qtbot: QtBot, tmp_path: Path
) -> None:
    fill_seats(screen, idle)
    desk = screen.context.desk
    documents = desk.documents.page().total
    screen.main_act()
    idle()
    assert screen.paper.isVisible()
    assert screen.paper.preview.document.pageCount() >= 1
    target = tmp_path / "估算.pdf"
    screen.paper.save_to(target)
    idle()
    assert target.read_bytes() == screen.paper.data
    assert desk.documents.page().total == documents
    qtbot.keyClick(screen.paper, Qt.Key.Key_Escape)
    assert not screen.paper.isVisible()
    assert screen.first.isVisible()


def test_the_curve_goes_to_paper_too(screen: CalculatorScreen, idle: Idle) -> None:
    fill_seats(screen, idle)
    screen.tabs.setCurrentIndex(1)
    idle()
    screen.chart_page.print_out()
    assert screen.paper.isVisible()
    assert screen.paper.data.startswith(b"%PDF-")
    assert screen.paper.preview.document.pageCount() == 1


def test_cells_are_read_as_calculate_takes_them() -> None:
    level = FactField("level", "choice", "学历", options=(Option("secondary", "中职"),))
    assert cell_value(level, "中职") == "secondary"
    assert cell_value(level, "大专") == "大专"
    assert cell_value(FactField("ok", "bool", "符合"), "否") is False
    assert cell_value(FactField("n", "int", "人数"), "１，０００") == 1000
    assert cell_value(FactField("n", "int", "人数"), "1.5") == "1.5"
    assert cell_value(FactField("d", "date", "日期"), "2023年6月1日") == "2023-06-01"
    assert cell_value(FactField("d", "date", "日期"), " ") is None
    assert months_of("2023-11至2024-02、2024-05") == ["2023-11", "2023-12", "2024-01", "2024-02", "2024-05"]
    assert months_of("2023-02至2023-01") == ["2023-02至2023-01"]
    assert months_of("x，2023-01") == ["x", "2023-01"]


def test_the_scenario_that_is_typed_in_is_printed(screen: CalculatorScreen, idle: Idle) -> None:
    fill_seats(screen, idle)
    screen.compare_button.click()
    idle()
    second = screen.second.inputs
    assert second is not None
    second.edits["seats"].set_value("300")
    second.edits["seats"].setFocus()
    screen.print_estimate()
    idle()
    assert "1,500,000.00" in printed(screen)
    screen.paper.closed.emit()
    form_of(screen).edits["seats"].setFocus()
    screen.print_estimate()
    idle()
    assert "780,000.00" in printed(screen)


def printed(screen: CalculatorScreen) -> str:
    document = screen.paper.preview.document
    return "".join(document.getAllText(page).text() for page in range(document.pageCount()))
