"""登记簿打印件: a list of the office's register as it was filtered. A working paper: no number, no seal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from caseworker.documents import wording
from caseworker.documents.closing import chinese_date, draw_title, title_lines
from caseworker.documents.faces import FaceSet, faces
from caseworker.documents.grid import GIVES, TOP, Block, Note, compose, draw_layout
from caseworker.documents.sheet import Sheet
from caseworker.documents.tables import Column, Row, Table
from caseworker.documents.units import WU_HAO, XIAO_ER

_FIELDS: dict[str, tuple[str, ...]] = wording.plain_fields("empty") | {
    "standing": ("office", "day", "name"),
    "which": ("words", "count"),
}


@dataclass(frozen=True, slots=True)
class RegisterSheet:
    """`columns`: title and share of the width; `rows` one text a column; `which`: how the list was chosen."""

    title: str
    office: str
    day: date
    made_by: str
    which: str
    columns: tuple[tuple[str, float], ...]
    rows: tuple[tuple[str, ...], ...]
    practice: bool = False


def render(sheet: RegisterSheet, faces_used: FaceSet | None = None) -> bytes:
    """The list as PDF; equal sheets give equal bytes. Raises InvalidInput for characters that no face has."""
    used = faces_used or faces()
    used.require([sheet.title, sheet.office, sheet.made_by, sheet.which, *(cell for row in sheet.rows for cell in row)])
    words = wording.load("register-sheet", _FIELDS)
    paper = Sheet(used, sheet.title, sheet.office, sheet.day, practice=sheet.practice)
    paper.new_page()
    top = draw_title(paper, TOP, title_lines([sheet.title], used, XIAO_ER), XIAO_ER) - 0.5 * GIVES[0].line
    standing = words.say("standing", office=sheet.office, day=chinese_date(sheet.day), name=sheet.made_by)
    blocks: list[Block] = [
        Note(standing, size=WU_HAO),
        Note(words.say("which", words=sheet.which, count=str(len(sheet.rows))), size=WU_HAO, gap=0),
    ]
    if sheet.rows:
        columns = tuple(Column(title, share) for title, share in sheet.columns)
        blocks.append(Table(columns, tuple(Row(row) for row in sheet.rows), WU_HAO))
    else:
        blocks.append(Note(words["empty"], size=WU_HAO))
    draw_layout(paper, compose(blocks, used, top, None), None, new_first=False)
    return paper.finish()
