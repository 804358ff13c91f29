"""The grid of months, and what the dossier makes of facts and of their history."""

from __future__ import annotations

from datetime import UTC, date, datetime

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from caseworker.desktop.month_grid import TOTAL, MonthCell, MonthGrid, MonthModel
from caseworker.desktop.screens.dossier_facts import COMING, CURRENT, REPLACED, with_states
from caseworker.desktop.screens.dossier_history import by_field
from caseworker.desktop.screens.person import cells_of
from caseworker.services.record_views import MonthRow
from caseworker.services.views import FactRow, HistoryRow
from caseworker.values.money import Money


def row(month: str, wage: int | None, insured: bool, here: bool = True, party: str = "甲公司") -> MonthRow:
    return MonthRow(month, 1 if here else 2, party, here, None if wage is None else Money.parse(wage), insured)


ROWS = (
    row("2023-01", 4000, True),
    row("2023-02", 4100, False),
    row("2022-12", None, True),
    row("2023-02", 3000, True, here=False, party="乙公司"),
    row("2020-06", None, True, here=False, party="乙公司"),
)


def test_a_month_says_what_is_there_what_is_not_and_what_is_elsewhere() -> None:
    cells = {(cell.year, cell.month): cell for cell in cells_of(ROWS)}
    assert cells[2023, 1].words() == "2023年1月：工资 4,000.00 元，有社保记录"
    assert cells[2023, 1].state == ("有社保", "green")
    assert cells[2023, 2].state == ("缺社保", "amber")
    assert cells[2023, 2].words() == (
        "2023年2月：工资 4,100.00 元，没有社保记录，同月另在乙公司有工资 3,000.00 元、社保"
    )
    assert cells[2022, 12].state == ("缺工资", "amber")
    assert cells[2022, 12].words() == "2022年12月：没有工资流水，有社保记录"
    assert cells[2020, 6].words() == "2020年6月：同月另在乙公司有社保"
    assert MonthCell(2023, 5, None, False).words() == "2023年5月：没有工资流水，也没有社保记录"


def test_years_run_from_the_newest_without_gaps(qtmodeltester: ModelTester) -> None:
    model = MonthModel()
    qtmodeltester.check(model)
    model.show_months(cells_of(ROWS))
    qtmodeltester.check(model)
    years = [model.headerData(place, Qt.Orientation.Vertical) for place in range(model.rowCount())]
    assert years == ["2023 年", "2022 年", "2021 年", "2020 年"]
    assert model.index(0, 1).data() == "4100.00"
    assert model.index(2, 5).data() == ""  # a month without anything is no zero
    assert model.index(0, TOTAL).data() == "8100.00"
    assert model.index(0, TOTAL).data(Qt.ItemDataRole.ToolTipRole) == "2023年：工资共 8,100.00 元，2 个月；社保 1 个月"
    assert model.index(3, TOTAL).data(Qt.ItemDataRole.ToolTipRole) == "2020年：工资共 0.00 元，0 个月；社保 0 个月"
    model.show_months(())
    assert model.rowCount() == 0
    assert model.cell(QModelIndex()) is None


def test_the_last_month_is_chosen_and_months_are_copied(qtbot: QtBot) -> None:
    grid = MonthGrid()
    qtbot.addWidget(grid)
    told: list[str] = []
    grid.chosen.connect(told.append)
    grid.show_months(cells_of(ROWS))
    assert told[-1].startswith("2023年2月")
    qtbot.keyClick(grid, Qt.Key.Key_Left)
    assert told[-1].startswith("2023年1月")
    grid.setCurrentIndex(grid.months.index(0, 0))
    qtbot.keyClick(grid, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "4000.00\t4100.00"


def fact(key: int, name: str, since: date, year: int | None = None) -> FactRow:
    return FactRow(key, name, name, key, str(key), since, "材料", year, None)


def test_of_each_fact_the_latest_that_has_begun_holds() -> None:
    rows = (
        fact(1, "seats", date(2022, 1, 1)),
        fact(2, "seats", date(2023, 1, 1)),
        fact(3, "seats", date(2023, 6, 1)),
        fact(4, "seats", date(2023, 6, 2)),
        fact(5, "tax_paid", date(2022, 1, 1), 2022),
        fact(6, "tax_paid", date(2023, 1, 1), 2023),
        fact(7, "tax_paid", date(2023, 1, 1), 2023),
    )
    states = {shown.fact.id: shown.state for shown in with_states(rows, date(2023, 6, 1))}
    assert states == {
        1: REPLACED, 2: REPLACED, 3: CURRENT, 4: COMING, 5: CURRENT, 6: REPLACED, 7: CURRENT,
    }  # fmt: skip


def test_history_is_a_line_a_field_with_a_facts_day_and_paper_beside_it() -> None:
    at = datetime(2023, 6, 1, tzinfo=UTC)
    rows = (
        HistoryRow(
            at,
            "经办",
            "登记事实",
            "",
            (("座席数", "", "260 席"), ("起始日期", "", "2023-05-01"), ("证明材料", "", "核查")),
        ),
        HistoryRow(at, "经办", "修改档案", "", (("账号", "1", "2"), ("户名", "甲", "乙"))),
        HistoryRow(at, "经办", "作废事实", "写错", (("座席数", "260 席", "（作废）"), ("作废原因", "", "写错"))),
        HistoryRow(at, "经办", "查看", "", ()),
    )
    changes = by_field(rows)
    assert [(one.field, one.before, one.after, one.since, one.source) for one in changes] == [
        ("座席数", "（空）", "260 席", "2023-05-01", "核查"),
        ("账号", "1", "2", "", ""),
        ("户名", "甲", "乙", "", ""),
        ("座席数", "260 席", "（作废）", "", ""),
        ("", "", "", "", ""),
    ]
    assert changes[3].reason == "写错"
