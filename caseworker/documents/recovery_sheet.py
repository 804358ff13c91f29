"""The recovery key on paper: one plain page, no seal, no number, nothing that makes it look like a letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from caseworker.documents import wording
from caseworker.documents.closing import chinese_date
from caseworker.documents.faces import Face, FaceSet, faces
from caseworker.documents.grid import LEFT, RIGHT, TYPE_WIDTH
from caseworker.documents.sheet import Sheet
from caseworker.documents.typeset import Span, break_lines
from caseworker.documents.units import ER_HAO, MM, SI_HAO, WU_HAO, XIAO_SI

_LISTS = frozenset({"purpose", "keeping", "using"})
_FIELDS = wording.plain_fields(
    "title secret office file day letters purpose_head purpose keeping_head keeping using_head using "
    "sealed_by kept_by sealed_on place"
)
_ACROSS = 3  # groups in one row
_KEY_SIZE = 26.0
_TRACKING = 5.0  # so that no two characters of a group run together under the eye
_ROW = 14 * MM
_TOP = 22 * MM  # no letter: it needs the room, for offices with long names too


@dataclass(frozen=True, slots=True)
class RecoverySheet:
    """What stands on the page. `key` in groups with hyphens, as the founding gives it."""

    office: str
    file: str
    key: str
    day: date


def render_recovery_sheet(sheet: RecoverySheet, faces_used: FaceSet | None = None) -> bytes:
    """One A4 page as PDF; equal sheets give equal bytes."""
    used = faces_used or faces()
    used.require([sheet.office, sheet.file, sheet.key])
    words = wording.load("recovery-sheet", _FIELDS, lists=_LISTS)
    paper = Sheet(used, words["title"], sheet.office, sheet.day)
    paper.new_page()
    paper.right(RIGHT, _TOP, words["secret"], SI_HAO, face=Face.HEI)
    paper.centred(LEFT + TYPE_WIDTH / 2, _TOP + 9 * MM, words["title"], ER_HAO, face=Face.TITLE)
    top = _TOP + ER_HAO + 17 * MM
    values = ((words["office"], sheet.office), (words["file"], sheet.file), (words["day"], chinese_date(sheet.day)))
    for name, value in values:
        paper.text(LEFT, top, name, SI_HAO, face=Face.HEI)
        x = LEFT + 6 * SI_HAO
        if paper.measure(value, SI_HAO) <= RIGHT - x:
            top = _lines(paper, top, value, SI_HAO, x)
        else:
            top = _lines(paper, top, value, WU_HAO, x, leading=1.3)
        top += 2 * MM
    top = _key(paper, top + 4 * MM, sheet.key.split("-"))
    top = _lines(paper, top + 4 * MM, words["letters"], WU_HAO, LEFT, leading=1.5)
    for head, items in (("purpose_head", "purpose"), ("keeping_head", "keeping"), ("using_head", "using")):
        top += 4 * MM
        paper.text(LEFT, top, words[head], SI_HAO, face=Face.HEI)
        top += SI_HAO + 2.5 * MM
        for number, sentence in enumerate(words.listed(items), 1):
            paper.text(LEFT, top, f"{number}.", XIAO_SI)
            top = _lines(paper, top, sentence, XIAO_SI, LEFT + 1.5 * XIAO_SI)
    top += 6 * MM
    middle = LEFT + TYPE_WIDTH / 2
    for left, right in (("sealed_by", "kept_by"), ("sealed_on", "place")):
        for x, field in ((LEFT, left), (middle, right)):
            paper.text(x, top, words[field], XIAO_SI)
            begin = x + paper.measure(words[field], XIAO_SI)
            paper.rule(begin, top + XIAO_SI + 0.8 * MM, x + TYPE_WIDTH / 2 - 4 * MM, top + XIAO_SI + 0.8 * MM, 0.2)
        top += 10 * MM
    return paper.finish()


def _key(paper: Sheet, top: float, groups: Sequence[str]) -> float:
    """The groups in numbered boxes, three in a row. Returns the foot of the last row."""
    width = TYPE_WIDTH / _ACROSS
    for place, group in enumerate(groups):
        x, y = LEFT + place % _ACROSS * width, top + place // _ACROSS * _ROW
        paper.box(x, y, width, _ROW, 0.35)
        paper.text(x + 1.5 * MM, y + 1.5 * MM, str(place + 1), WU_HAO)
        paper.centred(
            x + width / 2 + 1.5 * MM, y + (_ROW - _KEY_SIZE) / 2, group, _KEY_SIZE, face=Face.HEI, tracking=_TRACKING
        )
    return top + (len(groups) + _ACROSS - 1) // _ACROSS * _ROW


def _lines(paper: Sheet, top: float, text: str, size: float, x: float, leading: float = 1.55) -> float:
    """Text broken to the right margin. Returns the place below it."""
    for line in break_lines((Span(text),), paper.faces, size, RIGHT - x):
        paper.line(x, top, line, size)
        top += size * leading
    return top
