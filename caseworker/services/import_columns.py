"""The columns a clerk chose, by place or by heading, as the reader takes them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from caseworker.errors import InvalidInput
from caseworker.intake import ColumnMapping, Kind
from caseworker.intake.layout import Layout, column_letters
from caseworker.intake.reading import find_layout

_NUMBERS = ("year", "header_row")  # where a number is not a column's place


def mapping_of(
    kind: Kind, given: Mapping[str, Any], path: Path, sheet: str | None, remembered: ColumnMapping | None
) -> ColumnMapping:
    """`given`: field -> heading, or the column's place in the sheet from 0.

    Places become headings where the sheet has them, so that the choice holds for the company's next file too. Where
    months stand across, the one column that was named as the month is one of them and says nothing.
    """
    places = {name: at for name, at in given.items() if name not in _NUMBERS and type(at) is int and at >= 0}
    if not places:
        return ColumnMapping.from_json(kind, given)
    layout = _natural(kind, path, sheet, remembered)
    words: dict[str, Any] = {name: value for name, value in given.items() if name not in places}
    for name, at in places.items():
        if name == "month" and layout is not None and any(at == place for place, _ in layout.month_columns):
            continue
        own = None if layout is None else layout.headings.get(at)
        words[name] = own or f"@{column_letters(at)}"
    if layout is not None:
        words.setdefault("header_row", layout.header_row)
    return ColumnMapping.from_json(kind, words)


def _natural(kind: Kind, path: Path, sheet: str | None, remembered: ColumnMapping | None) -> Layout | None:
    """The sheet's own layout, by the remembered headings or by the usual ones."""
    for mapping in (remembered, None) if remembered is not None else (None,):
        try:
            return find_layout(kind, path, mapping=mapping, sheet=sheet)
        except InvalidInput:
            continue
    return None
