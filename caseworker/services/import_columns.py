"""The columns a clerk chose, by place or by heading, as the reader takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from caseworker.errors import InvalidInput
from caseworker.intake import ColumnMapping, Kind
from caseworker.intake.grid import load
from caseworker.intake.headings import column_letters
from caseworker.intake.layout import HEAD_ROWS, Layout
from caseworker.intake.reading import find_layout
from caseworker.services.import_look import headings_at

_NUMBERS = ("year", "header_row")  # where a number in a mapping is not a column's place


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """What a clerk chose over the columns found: field -> the column's place in the sheet, from 0.

    `header_row`: the sheet's row that holds the headings, from 1; `year` completes bare months (3月).
    """

    places: Mapping[str, int] = field(default_factory=dict)
    header_row: int | None = None
    year: int | None = None


def mapping_of(
    kind: Kind,
    given: Mapping[str, Any] | ColumnChoice,
    path: Path,
    sheet: str | None,
    remembered: ColumnMapping | None,
) -> ColumnMapping:
    """A mapping in the reader's own words (field -> heading), or a choice by places.

    Places become headings where the sheet has them, so that the choice holds for the company's next file too. Where
    months stand across, the one column that was named as the month is one of them and says nothing; so do years.
    """
    if not isinstance(given, ColumnChoice):
        places = {name: at for name, at in given.items() if name not in _NUMBERS and type(at) is int and at >= 0}
        if not places:
            return ColumnMapping.from_json(kind, given)
        rest = {name: value for name, value in given.items() if name not in places}
        plain = ColumnMapping.from_json(kind, rest)
        chosen = mapping_of(kind, ColumnChoice(places, plain.header_row, plain.year), path, sheet, remembered)
        return replace(chosen, columns={**chosen.columns, **plain.columns}, months=plain.months, years=plain.years)
    numbers = {
        name: value for name, value in (("year", given.year), ("header_row", given.header_row)) if value is not None
    }
    ColumnMapping.from_json(kind, numbers)  # refuses a year or row that cannot be
    layout, base = _natural(kind, path, sheet, remembered, given)
    if not given.places:
        return base
    titles = {} if layout is not None or sheet is None or given.header_row is None else _titles(path, sheet, given)
    across = set() if layout is None else {at for at, _ in (*layout.month_columns, *layout.year_columns)}
    words: dict[str, Any] = {}
    for name, at in given.places.items():
        if at in across:
            continue
        own = titles.get(at) if layout is None else layout.headings.get(at)
        words[name] = own or f"@{column_letters(at)}"
    if layout is not None:
        numbers.setdefault("header_row", layout.header_row)
    mapping = ColumnMapping.from_json(kind, words)
    return replace(mapping, year=numbers.get("year"), header_row=numbers.get("header_row"))


def _titles(path: Path, sheet: str, choice: ColumnChoice) -> dict[int, str]:
    """Headings in words of the company's own, which no usual name fits: they are what is remembered."""
    return headings_at(load(path, sheet, HEAD_ROWS).spread_head(), choice.header_row or 1)


def _natural(
    kind: Kind, path: Path, sheet: str | None, remembered: ColumnMapping | None, choice: ColumnChoice
) -> tuple[Layout | None, ColumnMapping]:
    """The sheet's own layout, by the remembered headings or by the usual ones, and the mapping that finds it."""
    plain = ColumnMapping({}, {}, choice.year, choice.header_row)
    kept = None if remembered is None else replace(remembered, year=choice.year, header_row=choice.header_row)
    for mapping in (plain,) if kept is None else (kept, plain):
        try:
            return find_layout(kind, path, mapping=mapping, sheet=sheet), mapping
        except InvalidInput:
            continue
    return None, plain
