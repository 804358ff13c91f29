"""档案卷宗目录: what lies in a case's file, in order, with its pages. It has no number and no seal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from caseworker.documents import wording
from caseworker.documents.closing import chinese_date, draw_title, title_lines
from caseworker.documents.faces import FaceSet, faces
from caseworker.documents.grid import GIVES, TOP, Block, Note, compose, draw_layout
from caseworker.documents.parts import short_date
from caseworker.documents.sheet import Sheet
from caseworker.documents.tables import Column, Row, Table
from caseworker.documents.units import WU_HAO, XIAO_ER

_FIELDS: dict[str, tuple[str, ...]] = wording.plain_fields("title number name reference dated pages place remark note")
_FIELDS |= {
    "party": ("text",),
    "case": ("number", "clause"),
    "standing": ("accepted", "status", "day"),
    "sum": ("files", "pages"),
    "unknown_pages": ("count",),
    "signature": ("name", "day"),
}


@dataclass(frozen=True, slots=True)
class FiledItem:
    """One thing in the file. `pages` None where it has none (a workbook); `place` is the number its file begins with,
    after that of its folder: 1-04."""

    name: str
    reference: str
    dated: date | None
    pages: int | None
    place: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class FileContents:
    office: str
    party: str
    case_number: str
    clause: str
    accepted: date | None
    status: str
    day: date | None
    made_by: str
    items: tuple[FiledItem, ...]
    practice: bool = False


BLANK = FileContents("", "", "", "", None, "", None, "", ())  # to be filled in by hand
_BLANK_ROWS = 16  # one page
_ROOM = "　" * 6


def render(contents: FileContents, faces_used: FaceSet | None = None) -> bytes:
    """The list as PDF; equal lists give equal bytes. Raises InvalidInput for characters that no face has."""
    used = faces_used or faces()
    used.require([contents.office, contents.party, contents.clause, contents.made_by])
    used.require([], {"卷内目录": [(item.name, item.reference, item.remark) for item in contents.items]})
    words = wording.load("file-contents", _FIELDS)
    title = words["title"]
    paper = Sheet(used, title, contents.office, contents.day or date(2000, 1, 1), practice=contents.practice)
    paper.new_page()
    top = draw_title(paper, TOP, title_lines([title], used, XIAO_ER), XIAO_ER) - 0.5 * GIVES[0].line
    draw_layout(paper, compose(_blocks(contents, words), used, top, None), None, new_first=False)
    return paper.finish()


def _blocks(contents: FileContents, words: wording.Wording) -> list[Block]:
    day = _day(contents.day)
    counted = [item.pages for item in contents.items if item.pages is not None]
    sums = words.say("sum", files=str(len(contents.items)), pages=str(sum(counted)))
    if len(counted) < len(contents.items):
        sums += words.say("unknown_pages", count=str(len(contents.items) - len(counted)))
    if contents.day is None:
        return [
            Note(words.say("party", text=""), size=WU_HAO, gap=0),
            Note(words.say("case", number=_ROOM, clause=""), size=WU_HAO, gap=0),
            Note(words.say("standing", accepted=day, status=_ROOM, day=day), size=WU_HAO),
            _table(contents, words),
            Note(words.say("signature", name=_ROOM, day=day), size=WU_HAO),
        ]
    return [
        Note(words.say("party", text=contents.party), size=WU_HAO, gap=0),
        Note(words.say("case", number=contents.case_number, clause=contents.clause), size=WU_HAO, gap=0),
        Note(
            words.say("standing", accepted=_day(contents.accepted), status=contents.status, day=day),
            size=WU_HAO,
        ),
        _table(contents, words),
        Note(sums, size=WU_HAO, gap=0),
        Note(words["note"], size=WU_HAO),
        Note(words.say("signature", name=contents.made_by, day=day), size=WU_HAO),
    ]


def _day(day: date | None) -> str:
    return "　　年　　月　　日" if day is None else chinese_date(day)


def _table(contents: FileContents, words: wording.Wording) -> Table:
    columns = (
        Column(words["number"], 1.0, "centre"),
        Column(words["name"], 4.2),
        Column(words["reference"], 2.7),
        Column(words["dated"], 1.8, "centre"),
        Column(words["pages"], 1.0, "centre"),
        Column(words["place"], 1.8, "centre"),
        Column(words["remark"], 3.0),
    )
    rows = tuple(
        Row(
            (
                str(number),
                item.name,
                item.reference,
                "" if item.dated is None else short_date(item.dated),
                "" if item.pages is None else str(item.pages),
                item.place,
                item.remark,
            )
        )
        for number, item in enumerate(contents.items, start=1)
    )
    if contents.day is None:
        rows = tuple(Row(("　\n　", *("",) * 6)) for _ in range(_BLANK_ROWS))
    return Table(columns, rows, WU_HAO)
