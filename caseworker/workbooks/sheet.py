"""What every workbook for the finance bureau has in common: title, unit and date lines, a frozen and repeated header,
a live total, signatures, A4 landscape, page x of y; and cells that stay what they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeAlias

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from caseworker.values.money import Money
from caseworker.values.text import without_controls

Value: TypeAlias = str | int | date | Money | None

_FACE = "宋体"
_THIN = Side(style="thin", color="000000")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_MONEY_FORMAT = "#,##0.00"
_RUN = re.compile(r"[0-9A-Za-z]+", re.ASCII)
_LONGEST_TEXT = 32_767  # what one cell can hold
_WIDEST = 20  # of a text column, in half-width characters; longer text wraps, so that A4 stays readable
_WIDEST_RUN = 40  # but a code or account, which cannot be broken, gets its whole width up to this
_LINE_POINTS = 14


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
    return without_controls(text)[:_LONGEST_TEXT]


def shown_width(text: str) -> int:
    """Width in half-width characters: ideographs and full-width marks count two."""
    if "\n" in text:
        return max(map(shown_width, text.split("\n")))
    if text.isascii():
        return len(text)
    return len(text) + sum(1 for char in text if unicodedata.east_asian_width(char) in "WFA")


def chinese_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


class Lines(Protocol):
    """Rows that can be gone through more than once: they are measured first, then written one by one."""

    def __iter__(self) -> Iterator[Sequence[Value]]: ...


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of a workbook. Every row has a value for each of `columns` (the 序号 is added here)."""

    frame: Frame
    columns: Sequence[Column]
    rows: Lines

    def numbered_columns(self) -> list[Column]:
        own = list(self.columns)
        return [Column("序号", ColumnKind.INTEGER, centred=True), *own] if self.frame.number_rows else own

    def numbered_rows(self) -> Iterator[Sequence[Value]]:
        if not self.frame.number_rows:
            yield from self.rows
            return
        for number, row in enumerate(self.rows, start=1):
            yield (number, *row)


@dataclass(frozen=True, slots=True)
class Outline:
    """Where the rows of a sheet go, once everything around them is written. Rows and columns count from 1."""

    first: int
    count: int
    columns: Sequence[Column]
    widths: Sequence[int]


def outline(sheet: Worksheet, table: Table) -> Outline:
    """Everything of a sheet but its rows: for those the first one is left blank, in the looks they are to have.

    Raises ValueError where a row's length, and TypeError where a value's type, does not fit its column.
    """
    frame, columns = table.frame, table.numbered_columns()
    widths, count = _measured(columns, table.numbered_rows())
    width = len(columns)
    header = _write_top(sheet, frame, widths)
    for index, column in enumerate(columns, start=1):
        cell = sheet.cell(header, index)
        put_text(cell, column.title)
        cell.font = Font(name=_FACE, size=11, bold=True)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.border = _BOX
    sheet.row_dimensions[header].height = 24
    if count:
        for index, column in enumerate(columns, start=1):
            _look(sheet.cell(header + 1, index), column)
    at = header + count
    if any(column.total for column in columns):
        at += 1
        sheet.row_dimensions[at].height = 22
        _write_total(sheet, at, columns, header + 1, header + count)
    if frame.words_line:
        at += 1
        sheet.row_dimensions[at].height = 22
        sheet.merge_cells(start_row=at, start_column=1, end_row=at, end_column=width)
        for index in range(1, width + 1):
            sheet.cell(at, index).border = _BOX
        words = sheet.cell(at, 1)
        put_text(words, frame.words_line)
        words.font = Font(name=_FACE, size=11, bold=True)
        words.alignment = Alignment(horizontal="left", vertical="center")
    if frame.signatures:
        at += 2
        _write_signatures(sheet, at, frame.signatures, widths)
    for index, wide in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = wide
    _set_page(sheet, header, at, width)
    return Outline(header + 1, count, columns, widths)


def row_height(row: Sequence[Value], widths: Sequence[int]) -> int:
    """In points. Set by hand: not every program fits the height of wrapped rows when it opens a file."""
    lines = max(_lines(_shown(value), width) for value, width in zip(row, widths, strict=True))
    return min(lines * _LINE_POINTS + 6, 400)


def _look(cell: Cell, column: Column) -> None:
    cell.border = _BOX
    cell.font = Font(name=_FACE, size=10.5)
    side = "center" if column.centred or column.kind is ColumnKind.DATE else "left"
    if side == "left" and column.kind in (ColumnKind.MONEY, ColumnKind.INTEGER):
        side = "right"
    formats = {ColumnKind.MONEY: _MONEY_FORMAT, ColumnKind.INTEGER: "0", ColumnKind.DATE: "yyyy-mm-dd"}
    cell.number_format = formats.get(column.kind, "@")
    indent = 0 if side == "center" else 1
    cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True, indent=indent)


def put_text(cell: Cell, text: str) -> None:
    """Text that stays text: format @ and type string even where it begins with = + - @ or is all digits."""
    plain = plain_text(text)
    cell.number_format = "@"
    if plain:
        cell.value = plain
        cell.data_type = "s"


def _write_top(sheet: Worksheet, frame: Frame, widths: Sequence[int]) -> int:
    """Title, then unit, date and measure: in one line where they fit side by side, else the unit above the other two.

    Returns the header's row.
    """
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(widths))
    title = sheet.cell(1, 1)
    put_text(title, frame.title)
    title.font = Font(name="黑体", size=18)
    title.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.row_dimensions[1].height = 24 * _lines(frame.title, sum(widths) * 10 // 18) + 10
    ends = [text for text in (frame.date_line, frame.measure) if text]
    if not (frame.unit_line or ends):
        return 2
    thirds = _shares(widths, 3)
    texts = (frame.unit_line, frame.date_line, frame.measure)
    if len(thirds) == 3 and all(
        shown_width(text) + 2 <= sum(widths[start : end + 1]) for text, (start, end) in zip(texts, thirds, strict=True)
    ):
        for text, (start, end), side in zip(texts, thirds, ("left", "center", "right"), strict=True):
            _line(sheet, 2, start, end, text, side)
        return 3
    _line(sheet, 2, 0, len(widths) - 1, frame.unit_line, "left")
    _line(sheet, 3, 0, len(widths) - 1, "　".join(ends), "right")
    return 4


def _shares(widths: Sequence[int], count: int) -> list[tuple[int, int]]:
    """Columns in `count` runs of about equal width, as 0-based (first, last); fewer where there are fewer columns."""
    count = min(count, len(widths))
    runs: list[tuple[int, int]] = []
    start = 0
    for index in range(count):
        left = count - index - 1
        wanted = sum(widths[start:]) / (left + 1)
        end = start
        while end < len(widths) - 1 - left and sum(widths[start : end + 1]) + widths[end + 1] / 2 < wanted:
            end += 1
        end = len(widths) - 1 if left == 0 else end
        runs.append((start, end))
        start = end + 1
    return runs


def _line(sheet: Worksheet, row: int, start: int, end: int, text: str, side: str) -> None:
    if end > start:
        sheet.merge_cells(start_row=row, start_column=start + 1, end_row=row, end_column=end + 1)
    cell = sheet.cell(row, start + 1)
    put_text(cell, text)
    cell.font = Font(name=_FACE, size=11)
    cell.alignment = Alignment(horizontal=side, vertical="center")
    sheet.row_dimensions[row].height = 20


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
            cell.alignment = Alignment(horizontal="right", vertical="center", indent=1)
        elif index == 1:
            put_text(cell, "合计")
            cell.alignment = Alignment(horizontal="center", vertical="center")


def _write_signatures(sheet: Worksheet, at: int, signatures: Sequence[tuple[str, str]], widths: Sequence[int]) -> None:
    shares = _shares(widths, len(signatures))
    for (label, name), (start, end) in zip(signatures, shares, strict=False):
        _line(sheet, at, start, end, f"{label}：{name}", "left")
    sheet.row_dimensions[at].height = 24


def _measured(columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> tuple[list[int], int]:
    """(each column's width in half-width characters, from what stands in it; how many rows). Checks every value."""
    widest = [shown_width(column.title) for column in columns]
    runs = [0] * len(columns)
    totals = [0] * len(columns)
    count = 0
    for count, row in enumerate(rows, start=1):
        if len(row) != len(columns):
            raise ValueError(f"row {count} does not have one value for each column")
        for index, (column, value) in enumerate(zip(columns, row, strict=True)):
            if value is None:
                continue
            if not _fits(column, value):
                raise TypeError(f"column {column.title} ({column.kind}) cannot hold {type(value).__name__}")
            text = _shown(value)
            widest[index] = max(widest[index], shown_width(text))
            if isinstance(value, Money):
                totals[index] += value.fen
            elif isinstance(value, str):
                runs[index] = max(runs[index], max(map(len, _RUN.findall(text)), default=0))
    return [
        _column_width(column, *measures) for column, *measures in zip(columns, widest, runs, totals, strict=True)
    ], count


def _column_width(column: Column, widest: int, run: int, total: int) -> int:
    if column.kind is ColumnKind.TEXT:
        return max(min(widest, _WIDEST), min(run, _WIDEST_RUN)) + 3
    if column.kind is ColumnKind.MONEY:
        widest = max(widest, shown_width(Money(total).shown()))
    return widest + 4


def _fits(column: Column, value: Value) -> bool:
    """A float never comes in, so nothing inexact goes out."""
    match column.kind:
        case ColumnKind.TEXT:
            return isinstance(value, str)
        case ColumnKind.MONEY:
            return isinstance(value, Money)
        case ColumnKind.INTEGER:
            return type(value) is int
        case ColumnKind.DATE:
            return isinstance(value, date)


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a cell of this width."""
    room = max(width - 3, 1)
    if 2 * len(text) <= room and "\n" not in text:
        return 1
    return sum(max(1, -(-shown_width(line) // room)) for line in text.split("\n"))


def _shown(value: Value) -> str:
    if isinstance(value, Money):
        return value.shown()
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


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


def sheet_name(text: str) -> str:
    name = re.sub(r"[\[\]:*?/\\]", " ", plain_text(text)).strip().strip("'")[:31]
    return name or "Sheet1"
