"""The rejected rows as a workbook for the company: its own headings and cells, with a reason column at the end.

Corrected, it is read again like any hand-in: titles above the heading (they may hold the year) and both rows of a
two-row heading come along, and our own columns are left aside by their names.
"""

from __future__ import annotations

import io
import math
from datetime import date, datetime, time
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from caseworker.intake import cells, files, grid, layout
from caseworker.intake.kinds import RETURN_REASON, RETURN_ROW, Kind
from caseworker.intake.result import ReadResult


def rejected_workbook(result: ReadResult, path: Path) -> bytes:
    """An .xlsx of the rows that `result` rejected, read again from `path` (the file that was read).

    Raises InvalidInput("nothing-rejected") where there is none.
    """
    if not result.rejected:
        raise files.refuse("nothing-rejected", "没有被退回的行，不需要退回表。")
    reasons: dict[int, list[str]] = {}
    for item in result.rejected:
        reasons.setdefault(item.row, []).append(f"{item.column}：{item.reason}" if item.column else item.reason)
    source = grid.load(path, result.sheet, layout.HEAD_ROWS + 1)
    head = source.spread_head()[: result.first_row - 1]
    width = max(len(row) for row in head)

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = result.sheet[:31]
    for number, row in enumerate(head, start=1):
        _write(sheet, number, row)
    last_heading = result.first_row - 1
    for offset, title in ((1, RETURN_ROW), (2, RETURN_REASON)):
        for number in range(result.header_row, last_heading + 1):
            mark = sheet.cell(number, width + offset, title)
            mark.font = Font(bold=True, color="C00000")
    at = last_heading
    # a name merged over its months is repeated, so that each row stands alone
    repeated = frozenset() if result.kind is Kind.YEARLY else frozenset(result.columns.values())
    for number, row in enumerate(source.rows(repeated), start=1):
        if number not in reasons:
            continue
        at += 1
        _write(sheet, at, row)
        sheet.cell(at, width + 1, number)
        reason = sheet.cell(at, width + 2, "；".join(reasons[number]))
        reason.data_type = "s"
        reason.alignment = Alignment(wrap_text=True, vertical="top")
        reason.fill = PatternFill("solid", fgColor="FFF2CC")
    for column in range(1, width + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 16
    sheet.column_dimensions[get_column_letter(width + 1)].width = 10
    sheet.column_dimensions[get_column_letter(width + 2)].width = 60
    sheet.freeze_panes = sheet.cell(last_heading + 1, 1)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(sheet: Worksheet, number: int, row: list[cells.Cell]) -> None:
    for column, value in enumerate(row, start=1):
        if cells.is_blank(value):
            continue
        target = sheet.cell(number, column)
        if isinstance(value, float) and not math.isfinite(value):
            target.value = str(value)
        elif isinstance(value, (float, int)) and not isinstance(value, bool) and abs(value) >= 10**15:
            # An identity number that was a number: as text, so that the correction is typed into a text cell, and with
            # its 15 digits only. Written out, its last digits would be invented ones that may even pass the check.
            target.value = format(value, ".14E")
            target.number_format = "@"
        elif isinstance(value, (bool, int, float, datetime, date, time)):
            target.value = value
            if isinstance(value, (datetime, date)):
                target.number_format = "yyyy-mm-dd"
        elif isinstance(value, cells.FormulaFault):
            target.value = None
        else:
            target.value = _legal(str(value))
            target.data_type = "s"  # text that begins with = + - @ stays text
            target.number_format = "@"


def _legal(text: str) -> str:
    """Without the control characters that a workbook cannot hold."""
    return "".join(c for c in text if c >= " " or c in "\t\n\r")
