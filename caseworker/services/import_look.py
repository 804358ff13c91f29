"""A sheet as it stands, for a clerk to say what its columns are: where no table of the kind was found by itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from caseworker.errors import InvalidInput
from caseworker.intake import FIELDS, Kind, sheets
from caseworker.intake.cells import Cell, is_blank, text
from caseworker.intake.grid import load
from caseworker.intake.headings import column_letters
from caseworker.intake.layout import HEAD_ROWS
from caseworker.services.views import ColumnGuess, ImportLook

SAMPLES = 3


def look(kind: Kind, path: Path, sheet: str | None, header_row: int | None) -> ImportLook:
    """The columns below the heading row, none of them read as anything yet.

    Without `header_row`, the first of the rows with the most texts. InvalidInput where the file cannot be read.
    """
    every = sheets(path)
    visible = [info.name for info in every if info.visible] or [info.name for info in every]
    if not visible:
        raise InvalidInput("工作簿里没有工作表。", code="sheet-missing")
    chosen = sheet if sheet is not None else visible[0]
    head = load(path, chosen, HEAD_ROWS).spread_head()
    row = min(header_row, len(head)) if header_row is not None else _likely(head)
    titles = headings_at(head, row)
    width = max((len(cells) for cells in head[row - 1 : row + SAMPLES]), default=0)
    return ImportLook(
        kind=kind.value,
        sheets=tuple(info.name for info in every),
        sheet=chosen,
        header_row=row,
        rows=len(head),
        columns=tuple(
            ColumnGuess(
                place,
                titles.get(place) or f"@{column_letters(place)}",
                tuple(text(cells[place]).strip() for cells in head[row : row + SAMPLES] if place < len(cells)),
                None,
            )
            for place in range(width)
        ),
        fields=tuple((field.name, field.label, field.needed) for field in FIELDS[kind]),
    )


def headings_at(head: Sequence[Sequence[Cell]], row: int) -> dict[int, str]:
    """place -> its heading in this row of the sheet (from 1), for those that name one column only."""
    if not 1 <= row <= len(head):
        return {}
    words = {place: text(cell).strip() for place, cell in enumerate(head[row - 1]) if not is_blank(cell)}
    given = list(words.values())
    return {place: word for place, word in words.items() if given.count(word) == 1}


def _likely(head: Sequence[Sequence[Cell]]) -> int:
    counts = [sum(1 for cell in row if isinstance(cell, str) and not is_blank(cell)) for row in head]
    most = max(counts, default=0)
    return counts.index(most) + 1 if most else 1
