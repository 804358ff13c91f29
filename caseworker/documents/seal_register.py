"""用印登记表: every use of the office's seals in a span of days; blank, to be kept by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from caseworker.documents import wording
from caseworker.documents.closing import chinese_date, draw_title
from caseworker.documents.faces import FaceSet, faces
from caseworker.documents.grid import GIVES, TOP, Block, Note, compose, draw_layout
from caseworker.documents.parts import short_date
from caseworker.documents.sheet import Sheet
from caseworker.documents.tables import Column, Row, Table
from caseworker.documents.units import WU_HAO, XIAO_ER
from caseworker.errors import InvalidInput, Problem

_FIELDS: dict[str, tuple[str, ...]] = wording.plain_fields(
    "title number used_on seal document reference copies applicant approver keeper remark none signature_blank"
)
_FIELDS |= {
    "office": ("name",),
    "span": ("first_day", "last_day"),
    "sum": ("uses", "copies"),
    "signature": ("name", "day"),
}
_BLANK_ROWS = 17  # one page


@dataclass(frozen=True, slots=True)
class Use:
    """One use: its number in the register, the seal, the document with its number, and who asked, agreed and sealed."""

    number: int
    used_on: date
    seal: str
    document: str
    reference: str
    copies: int
    applicant: str
    approver: str
    keeper: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class SealRegister:
    """`first_day` None is the blank form, for an office that keeps a register on paper."""

    office: str
    first_day: date | None = None
    last_day: date | None = None
    day: date | None = None
    made_by: str = ""
    uses: tuple[Use, ...] = ()
    practice: bool = False

    def check(self) -> None:
        if (self.first_day is None) != (self.last_day is None):
            raise InvalidInput("请填写起止日期。", (Problem("last_day", "请填写起止日期。"),))
        if self.first_day is not None and self.last_day is not None and self.last_day < self.first_day:
            raise InvalidInput("截止日期早于开始日期。", (Problem("last_day", "截止日期早于开始日期。"),))


def render(register: SealRegister, faces_used: FaceSet | None = None) -> bytes:
    """The list as PDF; equal lists give equal bytes. InvalidInput for characters that no face has."""
    register.check()
    used = faces_used or faces()
    used.require([register.office, register.made_by])
    used.require(
        [],
        {
            "用印登记": [
                (use.document, use.seal, use.reference, use.applicant, use.approver, use.keeper, use.remark)
                for use in register.uses
            ]
        },
    )
    words = wording.load("seal-register", _FIELDS)
    paper = Sheet(
        used,
        words["title"],
        register.office,
        register.day or date(2000, 1, 1),
        practice=register.practice,
    )
    paper.new_page()
    top = draw_title(paper, TOP, [words["title"]], XIAO_ER) - 0.5 * GIVES[0].line
    draw_layout(paper, compose(_blocks(register, words), used, top, None), None, new_first=False)
    return paper.finish()


def _blocks(register: SealRegister, words: wording.Wording) -> list[Block]:
    blocks: list[Block] = [Note(words.say("office", name=register.office or "　" * 16), size=WU_HAO, gap=0)]
    if register.first_day is None or register.last_day is None:
        return [*blocks, _table(register, words), Note(words["signature_blank"], size=WU_HAO)]
    span = words.say("span", first_day=chinese_date(register.first_day), last_day=chinese_date(register.last_day))
    blocks.append(Note(span, size=WU_HAO))
    if register.uses:
        copies = sum(use.copies for use in register.uses)
        blocks += [
            _table(register, words),
            Note(words.say("sum", uses=str(len(register.uses)), copies=str(copies)), size=WU_HAO, gap=0),
        ]
    else:
        blocks.append(Note(words["none"], size=WU_HAO))
    made = "" if register.day is None else chinese_date(register.day)
    return [*blocks, Note(words.say("signature", name=register.made_by, day=made), size=WU_HAO)]


def _table(register: SealRegister, words: wording.Wording) -> Table:
    columns = (
        Column(words["number"], 1.25, "centre"),
        Column(words["used_on"], 2.1, "centre"),
        Column(words["seal"], 2.2, "centre"),
        Column(words["document"], 2.5),
        Column(words["reference"], 3.2),
        Column(words["copies"], 1.25, "centre"),
        Column(words["applicant"], 1.75, "centre"),
        Column(words["approver"], 1.75, "centre"),
        Column(words["keeper"], 1.75, "centre"),
        Column(words["remark"], 1.4),
    )
    rows = tuple(
        Row(
            (
                str(use.number),
                short_date(use.used_on),
                use.seal,
                use.document,
                use.reference,
                str(use.copies),
                use.applicant,
                use.approver,
                use.keeper,
                use.remark,
            )
        )
        for use in register.uses
    )
    if register.first_day is None:
        rows = tuple(Row(("　\n　", *("",) * 9)) for _ in range(_BLANK_ROWS))
    return Table(columns, rows, WU_HAO)
