"""How an official document opens and closes: red head, title, signature with its seal, 版记 (GB/T 9704 7.2–7.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from caseworker.documents.faces import Face, FaceSet
from caseworker.documents.grid import BOTTOM, GIVES, LEFT, RIGHT, TOP, TYPE_WIDTH, Pitch, Tail
from caseworker.documents.seal import SealImage, WetSeal
from caseworker.documents.sense import break_title, name_parts
from caseworker.documents.sheet import RED, Sheet
from caseworker.documents.typeset import Line, Span, break_lines
from caseworker.documents.units import ER_HAO, MM, SAN_HAO, SI_HAO, XIAO_WU

_NAME_SIZE = 36.0  # the issuer's name: large, never wider than the type area
_NARROWEST = 0.66
_RULE_MM = 0.45
QR_SIDE = 22 * MM
_RECEIPT = 10 * MM


def chinese_date(day: date) -> str:
    """2023年6月1日: figures, no leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def red_head(sheet: Sheet, issuer: str, number: str, *, printed: bool = True) -> float:
    """Draw the issuer's name, the number and the red rule. Returns the title's top: two lines below the rule.

    Not `printed`: the paper has name and rule already, and only the number is set.
    """
    blank = 2 * GIVES[0].line
    size = _NAME_SIZE
    natural = sheet.measure(issuer, size, Face.TITLE)
    stretch = min(1.0, TYPE_WIDTH / natural)
    if stretch < _NARROWEST:
        size *= stretch / _NARROWEST
        stretch = _NARROWEST
    top = TOP + 35 * MM
    if printed:
        sheet.centred(LEFT + TYPE_WIDTH / 2, top, issuer, size, face=Face.TITLE, colour=RED, stretch=stretch)
    top += size + blank
    sheet.centred(LEFT + TYPE_WIDTH / 2, top, number, SAN_HAO)
    top += SAN_HAO + 4 * MM
    if printed:
        sheet.rule(LEFT, top, RIGHT, top, _RULE_MM, RED)
    return top + blank


def title_lines(parts: list[str], faces: FaceSet, size: float = ER_HAO, width: float = TYPE_WIDTH) -> list[str]:
    """The title in lines broken by sense, a little narrower than the type area."""
    return break_title(parts, lambda text: faces.width(text, Face.TITLE, size), width * 0.97)


def draw_title(sheet: Sheet, top: float, lines: list[str], size: float = ER_HAO) -> float:
    """Draw a centred title, one grid line each. Returns the place after one blank line below it."""
    for line in lines:
        sheet.centred(LEFT + TYPE_WIDTH / 2, top, line, size, face=Face.TITLE)
        top += GIVES[0].line
    return top + GIVES[0].line


@dataclass(frozen=True, slots=True)
class Colophon:
    """版记: who gets a copy, who printed it and when."""

    copies_to: tuple[str, ...]
    printed_by: str
    printed_on: date


@dataclass(frozen=True, slots=True)
class Closing:
    """Signature, seal and 版记 as one closing part. `code` is a QR code's modules and its caption."""

    issuer: str
    day: date
    seal: SealImage | WetSeal | None
    faces: FaceSet
    code: tuple[list[list[bool]], str] | None = None
    colophon: Colophon | None = None
    receipt: str = ""  # a line at the page's foot for whoever takes the letter

    def tail(self) -> Tail:
        return Tail(self._height, self._draw)

    # where things stand, from the end of the text

    def _place(self, pitch: Pitch) -> _Place:
        day = chinese_date(self.day)
        day_width = self._width(day, pitch)
        if self.seal is None:
            return self._unsealed(pitch, day_width)
        right = TYPE_WIDTH - 4 * pitch.character
        centre = LEFT + right - day_width / 2
        most = 2 * (LEFT + TYPE_WIDTH - centre)  # wider than this the centred name would leave the type area
        lines = break_title(name_parts(self.issuer), lambda text: self._width(text, pitch), most)
        block = len(lines) * pitch.line + pitch.size
        radius = self.seal.diameter_mm * MM / 2
        text_end = -(pitch.line - pitch.size)  # the last line's foot, seen from the next line's top
        for blank in range(12):
            top = blank * pitch.line
            middle = top + block / 2
            for below in (3.0, 4.0, 2.0, 5.0, 1.5, 6.0):
                seal_top = middle - below * MM - radius
                if 0.5 * MM <= seal_top - text_end <= pitch.line:
                    seal_left = centre - radius
                    return _Place(lines, top, centre, LEFT + right - day_width, seal_left, seal_top, radius)
        raise AssertionError("one of the line positions always holds the seal")

    def _unsealed(self, pitch: Pitch, day_width: float) -> _Place:
        most = TYPE_WIDTH - 4 * pitch.character
        lines = break_title(name_parts(self.issuer), lambda text: self._width(text, pitch), most)
        width = max(self._width(line, pitch) for line in lines)
        left = RIGHT - 2 * pitch.character - width
        day_left = left + 2 * pitch.character
        over = day_left + day_width - (RIGHT - 2 * pitch.character)
        if over > 0:  # the date is the longer: it stands two characters from the right, the name moves with it
            left -= over
            day_left -= over
        return _Place(lines, pitch.line, left + width / 2, day_left, None, 0, 0)

    def _width(self, text: str, pitch: Pitch) -> float:
        return self.faces.width(text, Face.FANG, pitch.size) + pitch.tracking * max(len(text) - 1, 0)

    def _height(self, pitch: Pitch) -> float:
        place = self._place(pitch)
        end = place.top + len(place.lines) * pitch.line + pitch.size
        if self.seal is not None:
            end = max(end, place.seal_top + 2 * place.radius)
        if self.code is not None:
            end = max(end, self._code_top(pitch) + QR_SIDE + XIAO_WU + 1 * MM)
        if self.colophon is not None:
            end += 4 * MM + self._colophon_height()
        if self.receipt:
            end += _RECEIPT
        return end

    def _code_top(self, pitch: Pitch) -> float:
        """Left of the signature; below it where a long name reaches that far."""
        place = self._place(pitch)
        name_left = place.centre - max(self._width(line, pitch) for line in place.lines) / 2
        if min(name_left, place.day_left) > LEFT + QR_SIDE + 5 * MM:
            return pitch.line
        return place.top + (len(place.lines) + 1) * pitch.line

    def _draw(self, sheet: Sheet, top: float, pitch: Pitch) -> None:
        place = self._place(pitch)
        if isinstance(self.seal, SealImage) and place.seal_left is not None:
            # set before the text, so that the name and date stay black through the red, as under real ink
            side = 2 * place.radius
            sheet.image(self.seal.png, place.seal_left, top + place.seal_top, side, side)
        y = top + place.top
        for line in place.lines:
            sheet.centred(place.centre, y, line, pitch.size, tracking=pitch.tracking)
            y += pitch.line
        sheet.text(place.day_left, y, chinese_date(self.day), pitch.size, tracking=pitch.tracking)
        if self.code is not None:
            modules, caption = self.code
            code_top = top + self._code_top(pitch)
            sheet.modules(LEFT, code_top, QR_SIDE, modules)
            sheet.centred(LEFT + QR_SIDE / 2, code_top + QR_SIDE + 1 * MM, caption, XIAO_WU)
        if self.colophon is not None:
            self._draw_colophon(sheet)
        if self.receipt:
            foot = BOTTOM - (self._colophon_height() + 4 * MM if self.colophon is not None else 0)
            sheet.rule(LEFT, foot - _RECEIPT, RIGHT, foot - _RECEIPT, 0.2)
            sheet.text(LEFT + SI_HAO, foot - (_RECEIPT + SI_HAO) / 2, self.receipt, SI_HAO)

    # 版记

    def _copies(self) -> list[Line]:
        if self.colophon is None or not self.colophon.copies_to:
            return []
        text = "抄送：" + "，".join(self.colophon.copies_to) + "。"
        return break_lines((Span(text),), self.faces, SI_HAO, TYPE_WIDTH - 2 * SI_HAO, hanging=3 * SI_HAO)

    def _colophon_height(self) -> float:
        return (len(self._copies()) + 1) * 8 * MM

    def _draw_colophon(self, sheet: Sheet) -> None:
        assert self.colophon is not None
        row = 8 * MM
        inset = (row - SI_HAO) / 2
        top = BOTTOM - self._colophon_height()
        copies = self._copies()
        sheet.rule(LEFT, top, RIGHT, top, 0.35)
        for line in copies:
            sheet.line(LEFT + SI_HAO, top + inset, line, SI_HAO)
            top += row
        if copies:
            sheet.rule(LEFT, top, RIGHT, top, 0.25)
        sheet.text(LEFT + SI_HAO, top + inset, self.colophon.printed_by, SI_HAO)
        sheet.right(RIGHT - SI_HAO, top + inset, chinese_date(self.colophon.printed_on) + "印发", SI_HAO)
        sheet.rule(LEFT, BOTTOM, RIGHT, BOTTOM, 0.35)


@dataclass(frozen=True, slots=True)
class _Place:
    lines: list[str]  # the issuer's name
    top: float  # of its first line, from the end of the text
    centre: float
    day_left: float
    seal_left: float | None
    seal_top: float
    radius: float
