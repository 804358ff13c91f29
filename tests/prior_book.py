"""The 补录 workbook filled as a clerk fills it: by the headings of the template that the program writes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from caseworker.intake.prior_template import HEADING_ROW
from caseworker.values.id_number import check_character


def id_number(place: int) -> str:
    """A valid number of nobody: an area code that is not in use."""
    body = f"999999{1970 + place % 30:04d}{place // 30 % 12 + 1:02d}{place // 360 % 28 + 1:02d}{place % 1000:03d}"
    return body + check_character(body)


class PriorBook:
    def __init__(self, template: bytes) -> None:
        self.book: Workbook = load_workbook(io.BytesIO(template))

    def columns(self, sheet: str, row: int = HEADING_ROW) -> dict[str, int]:
        """Heading without unit and star -> column."""
        return {
            str(cell.value).split("（")[0].split(" ")[0]: cell.column
            for cell in self.book[sheet][row]
            if cell.value is not None
        }

    def put(self, sheet: str, rows: Iterable[Mapping[str, Any]], first: int = HEADING_ROW + 1) -> PriorBook:
        """Rows one below the other, each {heading: value}."""
        columns = self.columns(sheet)
        for number, row in enumerate(rows, start=first):
            for heading, value in row.items():
                self.book[sheet].cell(number, columns[heading], value)
        return self

    def save(self, path: Path) -> Path:
        self.book.save(path)
        return path
