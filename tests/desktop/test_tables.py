"""The paged table model: 0, 1 and many rows; changes without a reset; sorting and searching where the rows are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from caseworker.desktop import memory
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.table import Table
from caseworker.desktop.tables import PAGE, RIGHT, TONE_ROLE, Column, PagedTableModel, listed
from caseworker.services.views import Page
from caseworker.values.money import Money


@dataclass(frozen=True)
class Row:
    number: int
    name: str
    amount: Money | None = None
    day: date | None = None


COLUMNS: tuple[Column[Row], ...] = (
    Column("编号", lambda row: row.number, "number", RIGHT),
    Column("名称", lambda row: row.name, "name", stretch=True),
    Column("金额", lambda row: row.amount, "amount", RIGHT, tone=lambda row: "red" if row.amount is None else "green"),
    Column("日期", lambda row: row.day),
)


class Source:
    """Rows at hand, and what was asked of them."""

    def __init__(self, count: int) -> None:
        self.rows = [Row(n, f"企业{n:05d}", Money(n * 100), date(2023, 6, 1)) for n in range(count)]
        self.asked: list[tuple[int, int, str | None, bool, str]] = []
        self.broken = False

    def __call__(self, offset: int, limit: int, sort: str | None, descending: bool, search: str) -> Page[Row]:
        self.asked.append((offset, limit, sort, descending, search))
        if self.broken:
            raise RuntimeError
        return listed(tuple(self.rows), COLUMNS)(offset, limit, sort, descending, search)


class Later:
    """Answers when told to, in any order, as a slow worker would."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Callable[[], Any], Callable[[Any], None], Callable[[Any], Any] | None]] = []

    def __call__(
        self,
        label: str,
        call: Callable[[], Any],
        owner: QObject | None,
        success: Callable[[Any], None] | None = None,
        failure: Callable[[Any], bool | None] | None = None,
    ) -> object:
        assert success is not None
        self.waiting.append((call, success, failure))
        return None

    def answer(self, place: int = 0) -> None:
        call, success, failure = self.waiting.pop(place)
        try:
            value = call()
        except RuntimeError as error:
            assert failure is not None
            failure(error)
        else:
            success(value)


def pump(qtbot: QtBot, later: Later) -> None:
    """Lets the model ask and answers everything."""
    qtbot.waitUntil(lambda: bool(later.waiting))
    while later.waiting:
        later.answer()


def loaded(qtbot: QtBot, source: Source) -> tuple[PagedTableModel[Row], Later]:
    later = Later()
    model = PagedTableModel(COLUMNS, source, later, sort="number")
    model.refresh()
    pump(qtbot, later)
    return model, later


@pytest.mark.parametrize("count", [0, 1, PAGE - 1, PAGE, PAGE + 1, 10_000])
def test_model_is_sound_at_every_size(qtbot: QtBot, qtmodeltester: ModelTester, count: int) -> None:
    model, _ = loaded(qtbot, Source(count))
    assert model.ready
    assert model.rowCount() == count
    qtmodeltester.check(model)


def test_a_list_of_ten_thousand_is_fetched_by_the_page(qtbot: QtBot) -> None:
    source = Source(10_000)
    model, later = loaded(qtbot, source)
    assert [asked[:2] for asked in source.asked] == [(0, PAGE)]
    assert model.data(model.index(9_999, 1)) is None
    assert model.data(model.index(9_999, 0)) == "…"
    pump(qtbot, later)
    assert model.data(model.index(9_999, 1)) == "企业09999"
    assert [asked[:2] for asked in source.asked] == [(0, PAGE), (9_900, PAGE)]


def test_refreshing_never_resets_and_says_what_changed(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    source = Source(250)
    model, later = loaded(qtbot, source)
    qtmodeltester.check(model)
    resets: list[None] = []
    inserted: list[tuple[int, int]] = []
    removed: list[tuple[int, int]] = []
    model.modelReset.connect(lambda: resets.append(None))
    model.rowsInserted.connect(lambda _p, first, last: inserted.append((first, last)))
    model.rowsRemoved.connect(lambda _p, first, last: removed.append((first, last)))
    source.rows.append(Row(250, "新企业"))
    model.refresh()
    assert model.rowCount() == 250  # what is shown stays until the answer is here
    assert model.data(model.index(0, 1)) == "企业00000"
    pump(qtbot, later)
    assert inserted == [(250, 250)]
    del source.rows[40:]
    model.refresh()
    pump(qtbot, later)
    assert removed == [(40, 250)]
    assert model.rowCount() == 40
    assert resets == []


def test_the_list_shrinks_under_a_view_that_had_scrolled_to_its_end(qtbot: QtBot) -> None:
    source = Source(950)
    model, later = loaded(qtbot, source)
    model.look_at(940)
    del source.rows[150:]
    model.refresh()
    pump(qtbot, later)
    pump_all(qtbot, later)
    assert model.rowCount() == 150
    assert model.data(model.index(149, 1)) == "企业00149"


def pump_all(qtbot: QtBot, later: Later) -> None:
    for _ in range(5):
        qtbot.wait(1)
        while later.waiting:
            later.answer()


def test_an_answer_to_an_older_question_is_dropped(qtbot: QtBot) -> None:
    source = Source(5)
    model, later = loaded(qtbot, source)
    model.set_search("企业00001")
    qtbot.waitUntil(lambda: len(later.waiting) == 1)
    model.set_search("企业00003")
    qtbot.waitUntil(lambda: len(later.waiting) == 2)
    later.answer(1)
    later.answer(0)  # the first question's answer comes last
    assert [model.data(model.index(n, 1)) for n in range(model.rowCount())] == ["企业00003"]


def test_sorting_asks_the_provider(qtbot: QtBot) -> None:
    source = Source(300)
    model, later = loaded(qtbot, source)
    model.sort(1, Qt.SortOrder.DescendingOrder)
    pump(qtbot, later)
    assert source.asked[-1] == (0, PAGE, "name", True, "")
    assert model.data(model.index(0, 1)) == "企业00299"
    before = len(source.asked)
    model.sort(3)  # a column that the provider cannot sort by
    pump_all(qtbot, later)
    assert len(source.asked) == before


def test_a_failed_page_is_not_asked_for_over_and_over(qtbot: QtBot) -> None:
    source = Source(300)
    model, later = loaded(qtbot, source)
    source.broken = True
    for _ in range(3):
        model.data(model.index(250, 0))
        pump_all(qtbot, later)
    assert [asked[0] for asked in source.asked] == [0, 200]
    source.broken = False
    model.refresh()
    pump_all(qtbot, later)
    model.data(model.index(250, 0))
    pump_all(qtbot, later)
    assert model.data(model.index(250, 1)) == "企业00250"


def test_words_alignment_and_tone(qtbot: QtBot) -> None:
    source = Source(2)
    model, _ = loaded(qtbot, source)
    assert model.data(model.index(1, 2)) == "1.00"
    assert model.data(model.index(1, 2), Qt.ItemDataRole.TextAlignmentRole) == RIGHT
    assert model.data(model.index(1, 2), TONE_ROLE) == "green"
    assert model.data(model.index(1, 3)) == "2023-06-01"
    assert model.headerData(2, Qt.Orientation.Horizontal) == "金额"


def test_listed_puts_rows_without_a_value_last_either_way() -> None:
    rows = (Row(1, "甲", None), Row(2, "乙", Money(5)), Row(3, "丙", Money(1)))
    provide = listed(rows, COLUMNS)
    assert [row.number for row in provide(0, 9, "amount", False, "").rows] == [3, 2, 1]
    assert [row.number for row in provide(0, 9, "amount", True, "").rows] == [2, 3, 1]
    assert [row.number for row in provide(0, 9, None, False, "乙").rows] == [2]


def view_of(qtbot: QtBot, source: Source, **more: Any) -> tuple[ListView, Later]:
    later = Later()
    model = PagedTableModel(COLUMNS, source, later, sort="number")
    view = ListView(model, "test", empty="这里还没有企业。", **more)
    qtbot.addWidget(view)
    view.resize(800, 400)
    view.show()
    model.refresh()
    pump(qtbot, later)
    return view, later


def test_ctrl_c_copies_as_a_spreadsheet_pastes(qtbot: QtBot) -> None:
    source = Source(3)
    source.rows[1] = Row(1, '带"引号"和\t制表符', Money(123_456_700))
    view, _ = view_of(qtbot, source)
    view.table.selectAll()
    qtbot.keyClick(view.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0] == "0\t企业00000\t0.00\t2023-06-01"
    assert lines[1] == '1\t"带""引号""和\t制表符"\t1234567.00\t'
    view.table.copy(with_header=True)
    assert QGuiApplication.clipboard().text().split("\n")[0] == "编号\t名称\t金额\t日期"


def test_enter_and_double_click_open_the_row(qtbot: QtBot) -> None:
    view, _ = view_of(qtbot, Source(3))
    opened: list[Row] = []
    view.opened.connect(opened.append)
    view.table.selectRow(1)
    qtbot.keyClick(view.table, Qt.Key.Key_Return)
    view.table.doubleClicked.emit(view.model.index(2, 0))
    assert [row.number for row in opened] == [1, 2]


def test_an_empty_list_says_what_belongs_there_and_offers_the_act(qtbot: QtBot) -> None:
    done: list[None] = []
    act = Act("新建档案", lambda: done.append(None), needs_row=False)
    view, later = view_of(qtbot, Source(0), empty_act=act)
    assert view._note.text() == "这里还没有企业。"
    assert view._offer.isVisible()
    view._offer.click()
    assert len(done) == 1
    view.filter.setText("没有的")
    pump(qtbot, later)
    assert "没有的" in view._note.text()
    assert not view._offer.isVisible()


def test_selection_stays_on_its_row_through_a_refresh(qtbot: QtBot) -> None:
    view, later = view_of(qtbot, Source(30))
    view.table.selectRow(7)
    view.model.refresh()
    pump(qtbot, later)
    assert view.table.chosen() == [7]


def test_column_widths_are_remembered(qtbot: QtBot) -> None:
    source = Source(1)
    model, _ = loaded(qtbot, source)
    memory.remember_column_widths("remembered", {"名称": 333})
    table = Table(model, "remembered")
    qtbot.addWidget(table)
    assert table.columnWidth(1) == 333
    other = Table(model, "another")
    qtbot.addWidget(other)
    assert other.columnWidth(1) != 333


def test_the_focus_follows_the_page_that_is_seen(qtbot: QtBot) -> None:
    done: list[str] = []
    act = Act("新建档案", lambda: done.append("new"), needs_row=False)
    empty, _later = view_of(qtbot, Source(0), empty_act=act)
    qtbot.waitExposed(empty)
    empty.setFocus()
    focus = empty.window().focusWidget()
    assert focus is not None
    assert focus is not empty.table
    assert focus.isVisible()
    qtbot.keyClick(focus, Qt.Key.Key_Return)
    assert done == ["new"]

    view, later = view_of(qtbot, Source(5))
    view.setFocus()
    assert view.table.hasFocus()
    view.filter.setText("没有这一家")
    qtbot.keyClick(view.filter, Qt.Key.Key_Return)
    pump_all(qtbot, later)
    assert view.model.rowCount() == 0
    assert view.filter.hasFocus()
    view.table.setFocus()
    view.setFocus()
    assert view.filter.hasFocus()
