"""Ruled tables: cells that wrap, rows that stay whole, a header repeated on every page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from caseworker.documents.faces import Face, FaceSet
from caseworker.documents.grid import LEFT, TYPE_WIDTH, PageTotal, Piece, Pitch
from caseworker.documents.sheet import Sheet
from caseworker.documents.typeset import Line, Span, break_lines, splits_a_word
from caseworker.documents.units import MM, XIAO_SI
from caseworker.values.money import Money

PAGE_TOTAL = "本页小计"

_RULE_MM = 0.2
_PAD_X = 1.2 * MM
_PAD_Y = 1.1 * MM
_LEADING = 1.3
_SMALLEST = 7.0


class Mark(Enum):
    MET = "met"
    NOT_MET = "not-met"


@dataclass(frozen=True, slots=True)
class Cell:
    text: str = ""
    align: str | None = None  # "left", "centre", "right"; None takes the column's
    face: Face | None = None
    mark: Mark | None = None  # drawn before the text


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    share: float  # of the width, relative to the other columns
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Row:
    """Cells from left to right; `spans` says over how many columns each reaches (1 where empty)."""

    cells: tuple[Cell | str, ...]
    spans: tuple[int, ...] = ()
    face: Face = Face.FANG
    with_previous: bool = False  # a total never begins a page alone
    amount: Money | None = None  # what it adds to its page's total, in a list that is summed up page by page


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    size: float = XIAO_SI
    header: bool = True
    left: float = LEFT
    width: float = TYPE_WIDTH
    gap_before: float = 0.0  # points
    gap_after: float = 2.0 * MM
    page_totals: int | None = None  # the column in which each page of a long list bears the sum of its rows

    def pieces(self, faces: FaceSet, pitch: Pitch) -> list[Piece]:
        edges = self._edges()
        head = None
        if self.header:
            titles = Row(tuple(Cell(column.title, "centre", Face.HEI) for column in self.columns))
            head = self._row(titles, edges, faces, None, keep_next=True)
        pieces = [] if head is None else [head]
        foot = None if self.page_totals is None else self._page_total(self.page_totals, edges, faces)
        for number, row in enumerate(self.rows):
            following = self.rows[number + 1 : number + 2]
            keep = bool(following and following[0].with_previous)
            piece = self._row(row, edges, faces, head, keep_next=keep)
            pieces.append(piece if foot is None else replace(piece, foot=foot, amount=row.amount))
        if self.gap_before:
            pieces.insert(0, Piece(self.gap_before, 0, lambda sheet, top: None, "blank", True))
        if self.gap_after:
            pieces.append(Piece(self.gap_after, 0, lambda sheet, top: None, "blank"))
        return pieces

    def _page_total(self, column: int, edges: list[float], faces: FaceSet) -> PageTotal:
        after = len(self.columns) - column - 1

        def row(total: Money) -> Piece:
            cells = (Cell(PAGE_TOTAL, "centre"), Cell(total.shown(), "right"), Cell())
            said = Row(cells if after else cells[:2], (column, 1, after) if after else (column, 1))
            return self._row(said, edges, faces, None, keep_next=False)

        return PageTotal(row(Money(0)).height, row)

    def _edges(self) -> list[float]:
        total = sum(column.share for column in self.columns)
        edges = [self.left]
        for column in self.columns:
            edges.append(edges[-1] + self.width * column.share / total)
        return edges

    def _row(self, row: Row, edges: list[float], faces: FaceSet, repeat: Piece | None, keep_next: bool) -> Piece:
        spans = row.spans or (1,) * len(row.cells)
        if sum(spans) != len(self.columns) or len(spans) != len(row.cells):
            raise ValueError(f"a row of {spans} does not fill {len(self.columns)} columns")
        set_cells: list[_SetCell] = []
        first = 0
        for content, span in zip(row.cells, spans, strict=True):
            cell = Cell(content) if isinstance(content, str) else content
            column = self.columns[first]
            x, width = edges[first], edges[first + span] - edges[first]
            set_cells.append(
                _set_cell(cell, x, width, cell.align or column.align, cell.face or row.face, self.size, faces)
            )
            first += span
        height = max(cell.height for cell in set_cells) + 2 * _PAD_Y

        def draw(sheet: Sheet, top: float) -> None:
            for cell in set_cells:
                sheet.box(cell.x, top, cell.width, height, _RULE_MM)
                cell.draw(sheet, top, height)

        return Piece(height, height, draw, "table", keep_next, repeat)


@dataclass(frozen=True, slots=True)
class _SetCell:
    x: float
    width: float
    align: str
    lines: list[Line]
    size: float
    mark: Mark | None

    @property
    def height(self) -> float:
        return len(self.lines) * self.size * _LEADING - self.size * (_LEADING - 1)

    def draw(self, sheet: Sheet, top: float, height: float) -> None:
        size = self.size
        y = top + (height - self.height) / 2
        side = size * 0.75
        shift = _mark_width(size) if self.mark is not None else 0.0
        for number, line in enumerate(self.lines):
            room = self.width - 2 * _PAD_X - shift
            x = self.x + _PAD_X + shift
            if self.align == "right":
                x += room - line.width
            elif self.align == "centre":
                x += (room - line.width) / 2
            if number == 0 and self.mark is Mark.MET:
                sheet.tick(x - shift, y + size * 0.12, side)
            elif number == 0 and self.mark is Mark.NOT_MET:
                sheet.cross(x - shift + side * 0.1, y + size * 0.12 + side * 0.1, side * 0.8)
            sheet.line(x, y, line, size)
            y += size * _LEADING


def _mark_width(size: float) -> float:
    return size * 1.05


def _set_cell(cell: Cell, x: float, width: float, align: str, face: Face, size: float, faces: FaceSet) -> _SetCell:
    """The cell's text in lines; a number too wide for its column is set smaller rather than cut in two."""
    tried = size
    while True:
        room = width - 2 * _PAD_X - (_mark_width(tried) if cell.mark is not None else 0.0)
        lines: list[Line] = []
        for part in cell.text.split("\n"):
            lines += break_lines((Span(part, face),), faces, tried, room, justify=False)
        if tried <= _SMALLEST or not splits_a_word([line.text for line in lines]):
            return _SetCell(x, width, align, lines or [Line((), 0, 0, 0)], tried, cell.mark)
        tried -= 0.5


def texts_of(rows: Sequence[Row]) -> list[str]:
    """Every text in the rows, for the check of missing characters."""
    return [cell if isinstance(cell, str) else cell.text for row in rows for cell in row.cells]
