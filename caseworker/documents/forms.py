"""Ruled forms: cells of fixed place, labels and filled-in text that is made to fit, boxes to tick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from caseworker.documents.faces import Face
from caseworker.documents.sheet import Sheet
from caseworker.documents.typeset import Span, break_lines, splits_a_word
from caseworker.documents.units import MM, WU_HAO
from caseworker.errors import InvalidInput, Problem

_RULE_MM = 0.2
_PAD = 1.0 * MM
_LEADING = 1.15
_SMALLEST = 6.5
_STEP = 0.5


@dataclass(frozen=True, slots=True)
class Field:
    """A cell. `share` is its width relative to its row's other cells."""

    text: str
    share: float
    label: bool = False  # printed part of the form; what is filled in is set in 楷体
    align: str = "centre"
    size: float = WU_HAO


def label(text: str, share: float, align: str = "centre") -> Field:
    return Field(text, share, True, align)


class Form:
    """Rows of cells going down one page."""

    def __init__(self, sheet: Sheet, left: float, top: float, width: float) -> None:
        self.sheet = sheet
        self.left = left
        self.top = top
        self.width = width

    def row(self, height: float, fields: Sequence[Field]) -> None:
        """One row of ruled cells."""
        total = sum(field.share for field in fields)
        x = self.left
        for field in fields:
            width = self.width * field.share / total
            self.sheet.box(x, self.top, width, height, _RULE_MM)
            self.put(field, x, self.top, width, height)
            x += width
        self.top += height

    def put(self, field: Field, x: float, top: float, width: float, height: float) -> None:
        """Set a field's text in a cell, as large as fits, never cut off."""
        face = Face.FANG if field.label else Face.KAI
        size, lines = fit(self.sheet, field.text, face, width - 2 * _PAD, height - 0.6 * MM, field.size)
        leading = size * _LEADING
        y = top + (height - (len(lines) * leading - (leading - size))) / 2
        for spans, line_width in lines:
            line_x = x + _PAD
            if field.align == "centre":
                line_x = x + (width - line_width) / 2
            elif field.align == "right":
                line_x = x + width - _PAD - line_width
            self.sheet.text(line_x, y, spans, size)
            y += leading

    def frame(self, height: float) -> tuple[float, float]:
        """A ruled box over the whole width; returns its left and top and goes on below it."""
        self.sheet.box(self.left, self.top, self.width, height, _RULE_MM)
        top = self.top
        self.top += height
        return self.left, top

    def ticks(
        self,
        x: float,
        top: float,
        width: float,
        row_height: float,
        columns: int,
        items: Sequence[tuple[str, bool]],
        size: float = 9.5,
    ) -> int:
        """Boxes to tick in a grid, left to right. Returns how many rows they took."""
        cell = width / columns
        side = size * 0.85
        for number, (text, ticked) in enumerate(items):
            cell_x = x + (number % columns) * cell
            cell_top = top + (number // columns) * row_height
            self.sheet.tick_box(cell_x + _PAD, cell_top + (row_height - side) / 2, side, ticked)
            self.put(
                Field(text, 1, True, "left", size),
                cell_x + side + _PAD * 1.2,
                cell_top,
                cell - side - _PAD * 1.2,
                row_height,
            )
        return -(-len(items) // columns)


def fit(
    sheet: Sheet, text: str, face: Face, width: float, height: float, size: float
) -> tuple[float, list[tuple[tuple[Span, ...], float]]]:
    """The largest size at which the text, wrapped, fits the cell, and its lines with their widths.

    Raises InvalidInput when it does not fit at the smallest legible size.
    """
    tried = size
    while tried >= _SMALLEST:
        lines = [
            line
            for part in text.split("\n")
            for line in break_lines((Span(part, face),), sheet.faces, tried, width, justify=False)
        ]
        leading = tried * _LEADING
        whole = tried <= _SMALLEST or not splits_a_word([line.text for line in lines])
        if whole and len(lines) * leading - (leading - tried) <= height + 0.01:
            return tried, [(line.spans, line.width) for line in lines]
        tried -= _STEP
    raise InvalidInput(f"“{text}”太长，表格中写不下，请缩短。", (Problem(text, "表格中写不下。"),), code="does-not-fit")
