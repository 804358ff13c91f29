"""The page of GB/T 9704-2012: its measures, and blocks of text flowing down its 22 lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from caseworker.documents.faces import Face, FaceSet
from caseworker.documents.sheet import Sheet
from caseworker.documents.typeset import Line, Span, break_lines
from caseworker.documents.units import MM, SAN_HAO, SI_HAO
from caseworker.values.money import Money

TOP = 37 * MM
LEFT = 28 * MM
TYPE_WIDTH = 156 * MM
TYPE_HEIGHT = 225 * MM
RIGHT = LEFT + TYPE_WIDTH
BOTTOM = TOP + TYPE_HEIGHT
LINES = 22
CHARACTERS = 28


@dataclass(frozen=True, slots=True)
class Pitch:
    """How the type area is divided. 22 × 28 is the rule; other counts are the give of 7.3.5.4.

    The give is the least that makes a page hold that many lines: a fraction of a millimetre a line, hardly seen.
    """

    lines: int = LINES
    characters: int = CHARACTERS
    size: float = SAN_HAO

    @property
    def line(self) -> float:
        if self.lines == LINES:
            return TYPE_HEIGHT / LINES
        if self.lines > LINES:
            return (TYPE_HEIGHT - self.size) / (self.lines - 1)  # the last line's foot on the type area's foot
        return (TYPE_HEIGHT - self.size) / self.lines + 0.02  # one line more would just not fit

    @property
    def character(self) -> float:
        return TYPE_WIDTH / self.characters

    @property
    def tracking(self) -> float:
        return self.character - self.size


# Tried in turn until the signature stands on a page with text: line spacing first, then character spacing.
GIVES = tuple(Pitch(lines, characters) for characters in (28, 27, 29) for lines in (22, 21, 23, 20, 24))
TABLE_GAP = (GIVES[0].line - GIVES[0].size) / 2  # the air between text and a table, in points


class Block(Protocol):
    def pieces(self, faces: FaceSet, pitch: Pitch) -> list[Piece]:
        """The block cut into pieces that stay whole."""
        ...


@dataclass(frozen=True, slots=True)
class Piece:
    """Something of a height that is drawn at a top; never split over a page end."""

    height: float  # what it takes from the column
    needs: float  # what must be free below its top: the last line of a page needs no gap after it
    draw: Callable[[Sheet, float], None]
    kind: str  # "text", "table", "note" (附件说明, which is no company for a signature), "blank"
    keep_next: bool = False
    repeat: Piece | None = None  # a table's header, set again where this piece begins a page
    snap: bool = False  # begins on the line grid again
    foot: PageTotal | None = None  # of a list whose pages each bear their own total
    amount: Money | None = None  # what this piece adds to it; None for the rows that close the list


@dataclass(frozen=True, slots=True, eq=False)
class PageTotal:
    """本页小计: the row under the part of a list that one page holds; drawn only where the list has several pages."""

    height: float
    row: Callable[[Money], Piece]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. Indents are in characters."""

    content: str | tuple[Span, ...]
    face: Face = Face.FANG
    indent: float = 2
    hanging: float = 0
    keep_next: bool = False
    align: str = "justify"  # or "left", "centre"
    kind: str = "text"

    def pieces(self, faces: FaceSet, pitch: Pitch) -> list[Piece]:
        spans = (Span(self.content, self.face),) if isinstance(self.content, str) else self.content
        lines = break_lines(
            spans,
            faces,
            pitch.size,
            TYPE_WIDTH,
            tracking=pitch.tracking,
            indent=self.indent * pitch.character,
            hanging=self.hanging * pitch.character,
            justify=self.align == "justify",
        )
        pieces = []
        for line in lines:
            left = LEFT + (TYPE_WIDTH - line.width) / 2 if self.align == "centre" else LEFT

            def draw(sheet: Sheet, top: float, line: Line = line, left: float = left) -> None:
                sheet.line(left, top, line, pitch.size)

            pieces.append(Piece(pitch.line, pitch.size, draw, self.kind, self.keep_next, snap=True))
        return pieces


@dataclass(frozen=True, slots=True)
class Note:
    """A line or two of smaller type off the grid: a table's heading, a remark below it. `indent` in characters."""

    content: str
    face: Face = Face.FANG
    size: float = SI_HAO
    indent: float = 0
    keep_next: bool = False
    gap: float = 2 * MM  # above it

    def pieces(self, faces: FaceSet, pitch: Pitch) -> list[Piece]:
        lines = break_lines(
            (Span(self.content, self.face),), faces, self.size, TYPE_WIDTH, indent=self.indent * self.size
        )
        pieces = [Piece(self.gap, 0, lambda sheet, top: None, "blank", self.keep_next)]
        for line in lines:

            def draw(sheet: Sheet, top: float, line: Line = line) -> None:
                sheet.line(LEFT, top, line, self.size)

            pieces.append(Piece(self.size * 1.35, self.size, draw, "text", self.keep_next))
        return pieces


@dataclass(frozen=True, slots=True)
class Blank:
    """Empty lines; dropped where they would begin a page."""

    lines: float = 1

    def pieces(self, faces: FaceSet, pitch: Pitch) -> list[Piece]:
        return [Piece(self.lines * pitch.line, 0, lambda sheet, top: None, "blank")]


@dataclass(frozen=True, slots=True)
class Tail:
    """What closes the document: signature, seal, 版记. Stays whole, and never alone on a page.

    `height` is measured from the end of the text's last line box; `draw` gets that place and the pitch.
    """

    height: Callable[[Pitch], float]
    draw: Callable[[Sheet, float, Pitch], None]


@dataclass(frozen=True, slots=True)
class Placed:
    top: float
    piece: Piece


@dataclass(slots=True)
class Page:
    origin: float  # where its line grid begins
    placed: list[Placed] = field(default_factory=list)
    tail_top: float | None = None

    def holds_text(self) -> bool:
        return any(item.piece.kind in ("text", "table") for item in self.placed)


@dataclass(slots=True)
class Layout:
    pitch: Pitch
    pages: list[Page]
    in_company: bool  # the signature stands on a page with text of the letter


def lay(
    blocks: Sequence[Block], faces: FaceSet, pitch: Pitch, first_top: float, tail: Tail | None, turn_before: int = -1
) -> Layout:
    """Place blocks down the pages; the first page's text begins at `first_top`, the others' at the type area's top.

    A page ends before the piece numbered `turn_before`.
    """
    column = _Column(pitch, first_top)
    pieces = [piece for block in blocks for piece in block.pieces(faces, pitch)]
    index = 0
    while index < len(pieces):
        if index == turn_before and column.page.placed:
            column.turn(pieces[index])
        group = [pieces[index]]
        while group[-1].keep_next and index + len(group) < len(pieces):
            group.append(pieces[index + len(group)])
        column.place_group(group)
        index += len(group)
    if tail is not None:
        column.place_tail(tail.height(pitch))
    return Layout(pitch, column.pages, tail is None or column.page.holds_text())


def compose(blocks: Sequence[Block], faces: FaceSet, first_top: float, tail: Tail | None) -> Layout:
    """The layout in which no page holds only the signature.

    The line and character spacing gives way first (GB/T 9704 7.3.5.4); where no spacing helps, the last lines of the
    text go over to the signature's page.
    """
    for pitch in GIVES:
        tried = lay(blocks, faces, pitch, first_top, tail)
        if tried.in_company:
            return tried
    pieces = [piece for block in blocks for piece in block.pieces(faces, GIVES[0])]
    for wanted in (2, 1):
        carried = 0
        for index in range(len(pieces) - 1, 0, -1):
            carried += pieces[index].kind in ("text", "table")
            if carried >= wanted and not pieces[index - 1].keep_next:
                return lay(blocks, faces, GIVES[0], first_top, tail, index)
    return lay(blocks, faces, GIVES[0], first_top, tail)


class _Column:
    """Pieces falling into pages."""

    def __init__(self, pitch: Pitch, first_top: float) -> None:
        self.pitch = pitch
        self.pages = [Page(first_top)]
        self.top = first_top
        self._broken: PageTotal | None = None  # the list that began on an earlier page and has not closed yet

    @property
    def page(self) -> Page:
        return self.pages[-1]

    def turn(self, following: Piece | None = None) -> None:
        """Go on to the next page; a list that goes on there has its page's total below it."""
        foot = following.foot if following is not None else None
        if foot is not None and self._page_total(foot):
            self._broken = foot
        self.pages.append(Page(TOP))
        self.top = TOP

    def _page_total(self, foot: PageTotal) -> bool:
        """Places the total of a list's rows on this page; False where the page has none."""
        amounts = [
            item.piece.amount for item in self.page.placed if item.piece.foot is foot and item.piece.amount is not None
        ]
        if not amounts:
            return False
        self.page.placed.append(Placed(self.top, foot.row(sum(amounts, Money(0)))))
        self.top += foot.height
        return True

    def snapped(self) -> float:
        steps = (self.top - self.page.origin) / self.pitch.line
        whole = int(steps + 1 - 1e-6) if steps > int(steps) + 1e-6 else round(steps)
        return self.page.origin + whole * self.pitch.line

    def place_group(self, group: list[Piece]) -> None:
        """Place pieces that belong together, on a new page if they do not fit in this one."""
        start = self.snapped() if group[0].snap else self.top
        depth = sum(piece.height for piece in group[:-1]) + group[-1].needs
        last = group[-1].foot
        if last is not None and (group[-1].amount is not None or self._broken is last):
            depth += last.height
        if start + depth > BOTTOM + 0.01 and self.page.placed and depth <= TYPE_HEIGHT:
            self.turn(group[0])
        for piece in group:
            self.place(piece)

    def place(self, piece: Piece) -> None:
        if piece.kind == "blank":
            if self.page.placed:
                self.top += piece.height
            return
        if piece.snap:
            self.top = self.snapped()
        if self.top + piece.needs > BOTTOM + 0.01 and self.page.placed:
            self.turn(piece)
        if piece.foot is not None and piece.amount is None and self._broken is piece.foot:
            self._page_total(piece.foot)
            self._broken = None
        if piece.repeat is not None and not self.page.placed:
            self.page.placed.append(Placed(self.top, piece.repeat))
            self.top += piece.repeat.height
        self.page.placed.append(Placed(self.top, piece))
        self.top += piece.height

    def place_tail(self, height: float) -> None:
        """Place the closing part, on a new page where it does not fit in this one."""
        self.top = self.snapped()
        if self.top + height > BOTTOM + 0.01 and self.page.placed:
            self.turn()
        self.page.tail_top = self.top


def draw_layout(sheet: Sheet, layout: Layout, tail: Tail | None, numbers: bool = True, new_first: bool = True) -> None:
    """Draw the pages; `new_first` False when the first page is already begun (its red head is drawn)."""
    for number, page in enumerate(layout.pages):
        if number or new_first:
            sheet.new_page()
        for item in page.placed:
            item.piece.draw(sheet, item.top)
        if tail is not None and page.tail_top is not None:
            tail.draw(sheet, page.tail_top, layout.pitch)
        if numbers:
            page_number(sheet)


def page_number(sheet: Sheet) -> None:
    """7.5: 四号 half-width figures between dashes, 7 mm below the type area; odd pages right, even left, one in."""
    size = 14.0
    label = f"— {sheet.page} —"
    top = BOTTOM + 6.1 * MM - 0.15 * size  # the figures' tops 6.1 mm, the dashes 7.9 mm below the type area
    width = sheet.measure(label, size, Face.SONG)
    x = RIGHT - size - width if sheet.page % 2 else LEFT + size
    sheet.text(x, top, label, size, face=Face.SONG)
