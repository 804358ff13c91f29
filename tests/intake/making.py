"""Small workbooks for the reader's tests, and identity numbers that are valid in form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random

from openpyxl import Workbook

from caseworker.sample_data import numbers

RNG = Random(7)
IDS = tuple(numbers.id_number(RNG, date(1990, 1, 1 + i), bool(i % 2)) for i in range(20))


def workbook(path: Path, rows: Sequence[Sequence[object]], *, title: str = "表", merge: Sequence[str] = ()) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for at, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            if value is not None:
                sheet.cell(at, column, value)
    for block in merge:
        sheet.merge_cells(block)
    book.save(path)
    return path
