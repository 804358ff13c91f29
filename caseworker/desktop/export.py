"""Any list as a workbook: the rows that it shows by its filter and order, every page of them, in its own columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.listview import ListView
from caseworker.desktop.operations import IsCancelled, Operation, Progress
from caseworker.desktop.tables import PAGE, Column
from caseworker.errors import Cancelled, Refusal
from caseworker.services.filing_parts import safe_name
from caseworker.services.finance_workbooks import ColumnKind, SavedWorkbook, ShownColumn
from caseworker.services.views import Page
from caseworker.values.money import Money

Read = Callable[[int, int], Page[Any]]


def focused_list(within: QWidget, focus: QWidget | None) -> ListView | None:
    """The list that has the focus, else the only one in sight."""
    at = focus
    while at is not None:
        if isinstance(at, ListView):
            return at
        at = at.parentWidget()
    seen = [view for view in within.findChildren(ListView) if view.isVisible()]
    return seen[0] if len(seen) == 1 else None


def choose_and_save(context: Context, view: ListView, title: str) -> None:
    """Asks where to, and writes; the window stays free meanwhile."""
    suggested = f"{safe_name(title)}.xlsx"
    name, _ = QFileDialog.getSaveFileName(view, "导出到 Excel", suggested, "Excel 工作簿 (*.xlsx)")
    if name:
        save_list(context, view, title, Path(name if name.lower().endswith(".xlsx") else f"{name}.xlsx"))


def save_list(context: Context, view: ListView, title: str, path: Path) -> None:
    desk = context.desk
    columns, read = view.model.columns, view.model.reader()

    def write(progress: Progress, cancelled: IsCancelled) -> SavedWorkbook:
        rows = _all(read, progress, cancelled)
        if not rows:
            raise Refusal("nothing-there", "列表是空的，没有可以导出的内容。")
        kinds = [_kind(column, rows) for column in columns]
        shown = [ShownColumn(column.title, kind) for column, kind in zip(columns, kinds, strict=True)]
        cells = [[_cell(column, kind, row) for column, kind in zip(columns, kinds, strict=True)] for row in rows]
        return desk.workbooks.save_table(title, shown, cells, path, progress=progress, cancelled=cancelled)

    def told(made: SavedWorkbook) -> None:
        context.tell(f"已导出 {made.rows:,} 行到 {made.path}。", "green")

    context.run(Operation("正在导出列表…", write), view, told)


def _all(read: Read, progress: Progress, cancelled: IsCancelled) -> list[Any]:
    rows: list[Any] = []
    while True:
        page = read(len(rows), PAGE * 5)
        rows.extend(page.rows)
        progress(len(rows), page.total)
        if cancelled():
            raise Cancelled
        if not page.rows or len(rows) >= page.total:
            return rows


def _kind(column: Column[Any], rows: Sequence[Any]) -> ColumnKind:
    """Numbers where every value is one and reads as one; what is only kept as a number stays the words it is."""
    values = [value for row in rows if (value := column.get(row)) is not None]
    if not values:
        return ColumnKind.TEXT
    if all(isinstance(value, Money) for value in values):
        return ColumnKind.MONEY
    if all(isinstance(value, date) and not isinstance(value, datetime) for value in values):
        return ColumnKind.DATE
    if all(type(value) is int and column.show(value).replace(",", "") == str(value) for value in values):
        return ColumnKind.INTEGER
    return ColumnKind.TEXT


def _cell(column: Column[Any], kind: ColumnKind, row: Any) -> Any:
    value = column.get(row)
    return column.show(value) if kind is ColumnKind.TEXT else value
