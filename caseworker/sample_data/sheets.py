"""One hand-in sheet with openpyxl: title, unit line, heading of one or two rows, rows, a total, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from caseworker.values.money import Money

_BOX = Border(*(Side(style="thin"),) * 4)
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_RIGHT = Alignment(horizontal="right", vertical="center")
_BOLD = Font(name="宋体", size=11, bold=True)
_PLAIN = Font(name="宋体", size=11)
_MADE = datetime(2023, 5, 31, 17, 30)  # noqa: DTZ001 — a file's stamp must not depend on when the sample is made


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    above: str = ""  # the upper row's heading that this one stands under


def write_sheet(
    path: Path,
    sheet_name: str,
    title: str,
    left: str,
    right: str,
    headings: Sequence[Heading],
    rows: Sequence[Sequence[object]],
    *,
    totals: Sequence[int] = (),
    count_row: bool = False,
    notes: Sequence[str] = (),
) -> None:
    """Write one sheet as a company would. `totals` are the 0-based columns that a 合计 row adds up."""
    book = Workbook()
    book.properties.created = book.properties.modified = _MADE
    book.properties.creator = "演示数据"
    sheet = book.active
    assert sheet is not None
    sheet.title = sheet_name
    width = len(headings)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet.cell(1, 1, title).font = Font(name="黑体", size=16)
    sheet.cell(1, 1).alignment = _CENTRE
    sheet.cell(2, 1, left).font = _PLAIN
    if right:
        sheet.cell(2, width, right).alignment = _RIGHT
    at = _write_headings(sheet, 3, headings)
    first = at + 1
    for row in rows:
        at += 1
        for column, value in enumerate(row, start=1):
            _put(sheet.cell(at, column), value)
    last = at
    if totals or count_row:
        at += 1
        sheet.cell(at, 1, "合计").font = _BOLD
        for column in totals:
            letter = get_column_letter(column + 1)
            sheet.cell(at, column + 1, f"=SUM({letter}{first}:{letter}{last})").number_format = "0.00"
        if count_row:
            sheet.cell(at, 2, f"{len(rows)}人")
        for column in range(1, width + 1):
            sheet.cell(at, column).border = _BOX
    for note in notes:
        at += 1
        sheet.cell(at, 1, note).font = _PLAIN
    _finish(sheet, headings, rows, first)
    book.save(path)


def _write_headings(sheet: Worksheet, at: int, headings: Sequence[Heading]) -> int:
    """Write one heading row, or two with merged cells. Returns the last one's number."""
    double = any(h.above for h in headings)
    bottom = at + 1 if double else at
    for column, heading in enumerate(headings, start=1):
        if heading.above:
            sheet.cell(at, column, heading.above)
            sheet.cell(bottom, column, heading.text)
        else:
            sheet.cell(at, column, heading.text)
        for row in range(at, bottom + 1):
            cell = sheet.cell(row, column)
            cell.font, cell.alignment, cell.border = _BOLD, _CENTRE, _BOX
    if double:
        start = 1
        while start <= len(headings):
            above = headings[start - 1].above
            end = start
            while above and end < len(headings) and headings[end].above == above:
                end += 1
            if above and end > start:
                sheet.merge_cells(start_row=at, start_column=start, end_row=at, end_column=end)
            elif not above:
                sheet.merge_cells(start_row=at, start_column=start, end_row=bottom, end_column=start)
            start = end + 1
    return bottom


def _put(cell: Cell, value: object) -> None:
    cell.font = _PLAIN
    cell.border = _BOX
    if value is None or value == "":
        return
    if isinstance(value, Money):
        cell.value = str(value)
        cell.data_type = "n"  # the exact decimal goes into the file; as a number it would be written with 16 digits
        cell.number_format = "0.00"
    elif isinstance(value, date):
        cell.value = value
        cell.number_format = "yyyy/m/d"
    elif isinstance(value, str):
        cell.value = value
        cell.data_type = "s"
        cell.number_format = "@"
    else:
        assert isinstance(value, (int, float))
        cell.value = value


def _finish(sheet: Worksheet, headings: Sequence[Heading], rows: Sequence[Sequence[object]], first: int) -> None:
    for column, heading in enumerate(headings):
        shown = [str(row[column]) for row in rows[:50]]
        widest = max([2 * len(heading.text), *(sum(2 if ord(c) > 255 else 1 for c in text) for text in shown)])
        sheet.column_dimensions[get_column_letter(column + 1)].width = min(widest + 3, 40)
    sheet.freeze_panes = sheet.cell(first, 1)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 0
