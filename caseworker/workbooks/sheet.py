"""What every workbook for the finance bureau has in common: title, unit and date lines, a frozen and repeated header,
a live total, signatures, A4 landscape, page x of y; and cells that stay what they are.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from caseworker.values.money import Money

Value: TypeAlias = str | int | date | Money | None

_FACE = "宋体"
_THIN = Side(style="thin", color="000000")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_MONEY_FORMAT = "#,##0.00"
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LONGEST_TEXT = 32_767  # what one cell can hold
_WIDEST = 36  # in half-width characters; longer text wraps


class ColumnKind(StrEnum):
    TEXT = "text"  # codes, ID and account numbers too: Excel keeps only 15 digits of a number
    MONEY = "money"
    INTEGER = "integer"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Column:
    """`total` adds the column up in the 合计 row with a live formula (money and integers only)."""

    title: str
    kind: ColumnKind = ColumnKind.TEXT
    total: bool = False
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a table. An empty text is left out; signatures are a row of labelled blanks."""

    title: str
    unit_line: str = ""  # 填报单位：…
    date_line: str = ""  # 2023年6月30日
    measure: str = ""  # 单位：元
    words_line: str = ""  # 合计（大写）：…
    signatures: tuple[tuple[str, str], ...] = ()  # (制表人, name or "")
    sheet_name: str = ""
    number_rows: bool = True  # a 序号 column first


def plain_text(text: str) -> str:
    """Text as a workbook can hold it: without control characters and halves of surrogate pairs, at most 32,767 long."""
    return _ILLEGAL.sub("", text)[:_LONGEST_TEXT]


def shown_width(text: str) -> int:
    """Width in half-width characters: ideographs and full-width marks count two."""
    longest = 0
    for line in text.split("\n"):
        width = sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in line)
        longest = max(longest, width)
    return longest


def chinese_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def build(frame: Frame, columns: Sequence[Column], rows: Sequence[Sequence[Value]]) -> bytes:
    """One sheet as .xlsx bytes. Every row has a value for each of `columns` (the 序号 is added here).

    Raises ValueError where a row's length, and TypeError where a value's type, does not fit its column.
    """
    columns = [Column("序号", ColumnKind.INTEGER, centred=True), *columns] if frame.number_rows else list(columns)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = _sheet_name(frame.sheet_name or frame.title)
    width = len(columns)
    at = _write_top(sheet, frame, width)
    header = at
    for index, column in enumerate(columns, start=1):
        cell = sheet.cell(at, index)
        put_text(cell, column.title)
        cell.font = Font(name=_FACE, size=11, bold=True)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.border = _BOX
    for number, row in enumerate(rows, start=1):
        values = [number, *row] if frame.number_rows else list(row)
        if len(values) != width:
            raise ValueError(f"row {number} has {len(row)} values for {len(columns)} columns")
        at += 1
        for index, (column, value) in enumerate(zip(columns, values, strict=True), start=1):
            put(sheet.cell(at, index), column, value)
    last_row = at
    if any(column.total for column in columns):
        at += 1
        _write_total(sheet, at, columns, header + 1, last_row)
    if frame.words_line:
        at += 1
        sheet.merge_cells(start_row=at, start_column=1, end_row=at, end_column=width)
        for index in range(1, width + 1):
            sheet.cell(at, index).border = _BOX
        words = sheet.cell(at, 1)
        put_text(words, frame.words_line)
        words.font = Font(name=_FACE, size=11, bold=True)
        words.alignment = Alignment(horizontal="left", vertical="center")
    if frame.signatures:
        at += 2
        _write_signatures(sheet, at, frame.signatures, width)
    _set_widths(sheet, columns, rows, frame.number_rows)
    _set_page(sheet, header, at, width)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def put(cell: Cell, column: Column, value: Value) -> None:
    """One value, in the one type its column has. A float never comes in, so nothing inexact goes out."""
    cell.border = _BOX
    cell.font = Font(name=_FACE, size=10.5)
    side = "center" if column.centred else "left"
    if value is None:
        put_text(cell, "")
    elif column.kind is ColumnKind.TEXT and isinstance(value, str):
        put_text(cell, value)
    elif column.kind is ColumnKind.MONEY and isinstance(value, Money):
        put_money(cell, value)
        side = "right"
    elif column.kind is ColumnKind.INTEGER and type(value) is int:
        cell.value = value
        cell.number_format = "0"
        side = "center" if column.centred else "right"
    elif column.kind is ColumnKind.DATE and isinstance(value, date):
        cell.value = value
        cell.number_format = "yyyy-mm-dd"
        side = "center"
    else:
        raise TypeError(f"column {column.title} ({column.kind}) cannot hold {type(value).__name__}")
    cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True)


def put_text(cell: Cell, text: str) -> None:
    """Text that stays text: format @ and type string even where it begins with = + - @ or is all digits."""
    plain = plain_text(text)
    cell.number_format = "@"
    if plain:
        cell.value = plain
        cell.data_type = "s"


def put_money(cell: Cell, amount: Money) -> None:
    """Yuan as a number with two decimals: the exact decimal text goes into the file as it is.

    Handed over as a number of any type it would be written with 16 digits, and 0.56 become 0.5600000000000001.
    """
    cell.value = str(amount)
    cell.data_type = "n"
    cell.number_format = _MONEY_FORMAT


def _write_top(sheet: Worksheet, frame: Frame, width: int) -> int:
    """Title and the line below it. Returns the header's row."""
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    title = sheet.cell(1, 1)
    put_text(title, frame.title)
    title.font = Font(name="黑体", size=18)
    title.alignment = Alignment(horizontal="center", vertical="center")
    sheet.row_dimensions[1].height = 34
    if not (frame.unit_line or frame.date_line or frame.measure):
        return 2
    # three places in one line: unit at the left, date in the middle, 单位：元 at the right
    third = max(width // 3, 1)
    places = ((1, frame.unit_line, "left"), (third + 1, frame.date_line, "center"), (width, frame.measure, "right"))
    if width >= 3:
        sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=third)
        if width - 1 > third + 1:
            sheet.merge_cells(start_row=2, start_column=third + 1, end_row=2, end_column=width - 1)
        for column, text, side in places:
            _line(sheet.cell(2, column), text, side)
    else:
        _line(sheet.cell(2, 1), "　".join(text for _, text, _ in places if text), "left")
    sheet.row_dimensions[2].height = 20
    return 3


def _line(cell: Cell, text: str, side: str) -> None:
    put_text(cell, text)
    cell.font = Font(name=_FACE, size=11)
    cell.alignment = Alignment(horizontal=side, vertical="center")


def _write_total(sheet: Worksheet, at: int, columns: Sequence[Column], first: int, last: int) -> None:
    for index, column in enumerate(columns, start=1):
        cell = sheet.cell(at, index)
        cell.border = _BOX
        cell.font = Font(name=_FACE, size=11, bold=True)
        if column.total:
            letter = get_column_letter(index)
            # rounding takes the binary dust off a long sum of fen
            cell.value = f"=ROUND(SUM({letter}{first}:{letter}{last}),2)" if last >= first else 0
            cell.number_format = _MONEY_FORMAT if column.kind is ColumnKind.MONEY else "0"
            cell.alignment = Alignment(horizontal="right", vertical="center")
        elif index == 1:
            put_text(cell, "合计")
            cell.alignment = Alignment(horizontal="center", vertical="center")


def _write_signatures(sheet: Worksheet, at: int, signatures: Sequence[tuple[str, str]], width: int) -> None:
    step = max(width // len(signatures), 1)
    for index, (label, name) in enumerate(signatures):
        column = min(1 + index * step, width)
        end = min(column + step - 1, width)
        if end > column:
            sheet.merge_cells(start_row=at, start_column=column, end_row=at, end_column=end)
        _line(sheet.cell(at, column), f"{label}：{name}", "left")
    sheet.row_dimensions[at].height = 24


def _set_widths(sheet: Worksheet, columns: Sequence[Column], rows: Sequence[Sequence[Value]], numbered: bool) -> None:
    for index, column in enumerate(columns, start=1):
        widest = shown_width(column.title)
        totals = Money.zero()
        if index == 1 and numbered:
            widest = max(widest, len(str(len(rows))))
        else:
            offset = index - 2 if numbered else index - 1
            for row in rows:
                value = row[offset]
                if isinstance(value, Money):
                    totals += value
                    widest = max(widest, len(value.shown()))
                elif isinstance(value, date):
                    widest = max(widest, 10)
                elif value is not None:
                    widest = max(widest, shown_width(str(value)))
            if column.total and column.kind is ColumnKind.MONEY:
                widest = max(widest, len(totals.shown()) + 1)
        sheet.column_dimensions[get_column_letter(index)].width = min(widest, _WIDEST) + 2


def _set_page(sheet: Worksheet, header: int, last: int, width: int) -> None:
    sheet.freeze_panes = sheet.cell(header + 1, 1)
    sheet.print_title_rows = f"{header}:{header}"
    sheet.print_area = f"A1:{get_column_letter(width)}{last}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0  # as many pages down as it takes
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top, sheet.page_margins.bottom = 0.6, 0.7
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"


def _sheet_name(text: str) -> str:
    name = re.sub(r"[\[\]:*?/\\]", " ", plain_text(text)).strip().strip("'")[:31]
    return name or "Sheet1"
