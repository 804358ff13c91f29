"""Sheets written row by row into the finished package: as much memory for a hundred thousand rows as for ten.

openpyxl makes everything around the rows, and one blank row whose styles the others take. The rows then go straight
into the compressed file. (The libraries' own ways for long sheets put them into a temporary file in clear.)
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import IO, TypeAlias
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from caseworker.errors import Cancelled
from caseworker.values.money import Money
from caseworker.workbooks.sheet import (
    Column,
    Frame,
    Lines,
    Outline,
    Table,
    Value,
    outline,
    plain_text,
    row_height,
    sheet_name,
)

Progress: TypeAlias = Callable[[int, int], None] | None
Cancel: TypeAlias = Callable[[], bool] | None

_STEP = 500  # rows between two words of progress
_FIRST_DAY = date(1899, 12, 30)  # what Excel counts days from, after the day of 1900 that never was
_OLDEST = date(1900, 3, 1)
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # read as a control character, were it left as it is


def build(frame: Frame, columns: Sequence[Column], rows: Lines) -> bytes:
    """One sheet as .xlsx bytes; see `write`."""
    out = io.BytesIO()
    write((Table(frame, columns, rows),), out)
    return out.getvalue()


def write(tables: Sequence[Table], out: IO[bytes], progress: Progress = None, cancelled: Cancel = None) -> int:
    """A workbook of one sheet a table; says how many rows it has. Progress counts those of all sheets.

    Raises ValueError where a row's length, and TypeError where a value's type, does not fit its column; OSError of
    `out`; Cancelled.
    """
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    outlines = [outline(book.create_sheet(name), table) for name, table in zip(_names(tables), tables, strict=True)]
    frame = io.BytesIO()
    book.save(frame)
    total = sum(one.count for one in outlines)
    with zipfile.ZipFile(frame) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        done = 0
        sheets = {f"xl/worksheets/sheet{number}.xml": number - 1 for number in range(1, len(tables) + 1)}
        for part in before.infolist():
            if part.filename not in sheets:
                after.writestr(part, before.read(part), zipfile.ZIP_DEFLATED)
                continue
            at = sheets[part.filename]
            head, styles, tail = _opened(before.read(part).decode("utf-8"), outlines[at])
            into = zipfile.ZipInfo(part.filename, part.date_time)
            into.compress_type = zipfile.ZIP_DEFLATED
            with after.open(into, "w", force_zip64=True) as sheet:
                sheet.write(head.encode("utf-8"))
                for xml in _rows(tables[at], outlines[at], styles):
                    sheet.write(xml.encode("utf-8"))
                    done += 1
                    if done % _STEP == 0:
                        _tell(done, total, progress, cancelled)
                sheet.write(tail.encode("utf-8"))
    if progress is not None:
        progress(total, total)
    return total


def _tell(done: int, total: int, progress: Progress, cancelled: Cancel) -> None:
    if cancelled is not None and cancelled():
        raise Cancelled
    if progress is not None:
        progress(done, total)


def _names(tables: Sequence[Table]) -> list[str]:
    """A name for each sheet, made different where two are alike."""
    names: list[str] = []
    for table in tables:
        wanted = name = sheet_name(table.frame.sheet_name or table.frame.title)
        number = 1
        while name.casefold() in map(str.casefold, names):
            number += 1
            mark = f"（{number}）"
            name = wanted[: 31 - len(mark)] + mark
        names.append(name)
    return names


def _opened(xml: str, place: Outline) -> tuple[str, list[str], str]:
    """(what stands before the rows, the style of each column, what stands after them)."""
    if not place.count:
        return xml, [], ""
    blank = re.search(rf'<row r="{place.first}"[^>]*>(.*?)</row>', xml, re.DOTALL)
    assert blank is not None
    styles = re.findall(r' s="(\d+)"', blank.group(1))
    assert len(styles) == len(place.columns)
    last = max(place.first + place.count - 1, *map(int, re.findall(r'<row r="(\d+)"', xml)))
    corner = f"{get_column_letter(len(styles))}{last}"
    head = re.sub(r'<dimension ref="[^"]*"', f'<dimension ref="A1:{corner}"', xml[: blank.start()])
    return head, styles, xml[blank.end() :]


def _rows(table: Table, place: Outline, styles: Sequence[str]) -> Iterator[str]:
    if not place.count:
        return
    letters = [get_column_letter(index) for index in range(1, len(styles) + 1)]
    for number, row in enumerate(table.numbered_rows(), start=place.first):
        cells = "".join(
            _cell(f"{letter}{number}", style, value) for letter, style, value in zip(letters, styles, row, strict=True)
        )
        yield f'<row r="{number}" ht="{row_height(row, place.widths)}" customHeight="1">{cells}</row>'


def _cell(place: str, style: str, value: Value) -> str:
    """Text goes in as text, whatever it looks like; an amount as its exact decimals.

    Handed to a library as a number it would be written with 16 digits, and 0.56 become 0.5600000000000001.
    """
    start = f'<c r="{place}" s="{style}"'
    if isinstance(value, Money | int):
        return f"{start}><v>{value}</v></c>"
    if isinstance(value, date) and value >= _OLDEST:
        return f"{start}><v>{(value - _FIRST_DAY).days}</v></c>"
    text = plain_text("" if value is None else str(value)).replace("\r\n", "\n").replace("\r", "\n")
    if not text:
        return f"{start}/>"
    safe = escape(_ESCAPE_LIKE.sub("_x005F_", text))
    return f'{start} t="inlineStr"><is><t xml:space="preserve">{safe}</t></is></c>'
