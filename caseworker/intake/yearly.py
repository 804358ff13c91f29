"""The rows of a yearly sheet into figures by year. A sheet row is taken whole or rejected whole, as in every kind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from caseworker.intake import cells, units, yearly_layout
from caseworker.intake.cells import Cell, CellProblem
from caseworker.intake.figures import Figure, figure
from caseworker.intake.layout import Layout
from caseworker.intake.result import Record, Rejected, Skipped, Warned, YearlyRow
from caseworker.intake.row_kinds import not_data
from caseworker.intake.units import Unit
from caseworker.intake.yearly_columns import FIGURES, MEASURES

_PART = re.compile(r"[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\)")
_LABELS = {f.name: f.label for f in FIGURES}


class YearlyReader:
    """Takes row after row; `records` gives the years at the end, those of rejected rows left out."""

    def __init__(self, place: Layout) -> None:
        self.place = place
        self.rejected: list[Rejected] = []
        self.skipped: list[Skipped] = []
        self.warnings: list[Warned] = []
        self._down: dict[int, YearlyRow] = {}  # year -> record, years down the rows
        self._across: dict[str, tuple[int, list[tuple[int, Figure | None]]]] = {}  # figure -> row, (year, value)
        self._blanks: list[int] = []  # held back: blank rows at the end are not listed
        for column, text in sorted(place.headings.items()):
            if not place.year_columns and yearly_layout.plain_revenue(place, text):
                self._revenue(None, text, column)

    def take(self, number: int, row: list[Cell]) -> None:
        used = [*self.place.columns.values(), *(c for c, _ in self.place.year_columns)]
        row = row + [""] * (max(used) + 1 - len(row))
        known = self._field(row) is not None if self.place.year_columns else self._has_year(row)
        code = None if known else not_data(row, self.place, frozenset(used))
        if code == "blank-row":
            self._blanks.append(number)
            return
        self.skipped.extend(Skipped(n, "blank-row") for n in self._blanks)
        self._blanks.clear()
        item = self.place.columns.get("item")
        if item is not None and self._title(row, item):
            code = "note-row"
        if code is None and item is not None and not known and not cells.is_blank(row[item]):
            if yearly_layout.plain_revenue(self.place, row[item]):
                self._revenue(number, cells.text(row[item]), None)
            code = "note-row"  # a figure that no clause asks for
        if code is not None:
            self.skipped.append(Skipped(number, code))
        elif self.place.year_columns:
            self._take_across(number, row)
        else:
            self._take_down(number, row)

    def records(self) -> Iterator[Record]:
        yield from self._down.values()
        by_year: dict[int, dict[str, Figure | None]] = {}
        rows: dict[int, dict[str, int]] = {}
        for name in MEASURES:  # one order, whatever the sheet's
            if name not in self._across:
                continue
            number, values = self._across[name]
            for year, value in values:
                by_year.setdefault(year, {})[name] = value
                rows.setdefault(year, {})[name] = number
        for year, facts in by_year.items():
            if any(value is not None for value in facts.values()):  # a year with nothing in it yet says nothing
                yield YearlyRow(min(rows[year].values()), year, facts, rows[year])

    # ---- years down the rows -----------------------------------------------------------------

    def _has_year(self, row: list[Cell]) -> bool:
        at = self.place.columns.get("year")
        return at is not None and yearly_layout.year_of(row[at]) is not None

    def _take_down(self, number: int, row: list[Cell]) -> None:
        place = self.place
        problems: list[Rejected] = []
        year = place.year
        if "year" in place.columns:
            try:
                year = yearly_layout.year(row[place.columns["year"]])
            except CellProblem as problem:
                problems.append(Rejected(number, self._heading("year"), problem.code, problem.reason))
        facts: dict[str, Figure | None] = {}
        notes: list[Warned] = []
        for name, measure in MEASURES.items():
            column = place.columns.get(name)
            if column is None:
                continue
            heading = self._heading(name)
            unit = place.units.get(column)
            try:
                taken = figure(row[column], measure, unit, heading)
            except CellProblem as problem:
                problems.append(Rejected(number, heading, problem.code, problem.reason))
                continue
            facts[name] = taken.value
            if taken.note is not None:
                notes.append(Warned(number, heading, *taken.note))
        if not problems and all(value is None for value in facts.values()):
            problems.append(Rejected(number, None, "missing-value", "这一年没有填写任何数字，请补上或删去这一行"))
        if problems or year is None:
            self.rejected.extend(problems)
            return
        before = self._down.get(year)
        if before is not None:
            reason = (
                f"与第 {before.row} 行完全相同，请删除其中一行"
                if before.facts == facts
                else f"{year} 年在第 {before.row} 行已有一行，数字不同，请核对后只留一行"
            )
            self.rejected.append(Rejected(number, None, "duplicate-row", reason))
            return
        self._down[year] = YearlyRow(number, year, facts)
        self.warnings.extend(notes)

    def _title(self, row: list[Cell], item: int) -> bool:
        """一、税收 with nothing beside it heads a part of the sheet."""
        blank = all(cells.is_blank(row[column]) for column, _ in self.place.year_columns)
        return blank and _PART.match(cells.text(row[item])) is not None

    # ---- years across the columns ------------------------------------------------------------

    def _field(self, row: list[Cell]) -> str | None:
        return self.place.items.get(yearly_layout.item_name(row[self.place.columns["item"]]))

    def _take_across(self, number: int, row: list[Cell]) -> None:
        name = self._field(row)
        if name is None:
            item = self.place.headings[self.place.columns["item"]]
            self.rejected.append(Rejected(number, item, "missing-value", "有数字但没有写明是哪一项"))
            return
        label = re.sub(r"\s+", "", cells.text(row[self.place.columns["item"]]))
        problems: list[Rejected] = []
        values: list[tuple[int, Figure | None]] = []
        notes: list[Warned] = []
        for column, year in self.place.year_columns:
            heading = self.place.headings[column]
            try:
                taken = figure(row[column], MEASURES[name], self._unit(row, column), label)
            except CellProblem as problem:
                problems.append(Rejected(number, heading, problem.code, problem.reason))
                continue
            values.append((year, taken.value))
            if taken.note is not None:
                notes.append(Warned(number, heading, *taken.note))
        if not problems and all(value is None for _, value in values):
            problems.append(Rejected(number, None, "missing-value", f"“{label}”各年都没有填写，请补上或删去这一行"))
        before = self._across.get(name)
        if not problems and before is not None:
            reason = (
                f"与第 {before[0]} 行完全相同，请删除其中一行"
                if before[1] == values
                else f"第 {before[0]} 行已是“{_LABELS[name]}”，数字不同，请核对后只留一行"
            )
            problems.append(Rejected(number, None, "duplicate-row", reason))
        if problems:
            self.rejected.extend(problems)
            return
        self._across[name] = (number, values)
        self.warnings.extend(notes)

    def _unit(self, row: list[Cell], column: int) -> Unit | None:
        """The unit column's, the figure's own name's, the year's heading's, the title's: the nearest one said."""
        place = self.place
        at = place.columns.get("unit")
        said = units.of_text(cells.text(row[at])) if at is not None else None
        return said or units.of_heading(row[place.columns["item"]]) or place.units.get(column) or place.title_unit

    # ---- words -------------------------------------------------------------------------------

    def _heading(self, name: str) -> str:
        shown = self.place.headings.get(self.place.columns[name], "")
        return shown if shown and not shown.startswith("@") else _LABELS.get(name, "年度")

    def _revenue(self, number: int | None, text: str, column: int | None) -> None:
        reason = f"“{text}”没有写明是首年的，没有作为首年营业收入读入；是的话请在列对应中指定"
        self.warnings.append(Warned(number, text if column is not None else None, "revenue-not-taken", reason))
