"""送达回证: a form of one page, for any letter; blank, or with the letter and its addressee filled in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from caseworker.documents import wording
from caseworker.documents.closing import title_lines
from caseworker.documents.faces import Face, FaceSet, faces
from caseworker.documents.forms import Field, Form, fit, label
from caseworker.documents.grid import LEFT, TOP, TYPE_WIDTH
from caseworker.documents.sheet import Sheet
from caseworker.documents.units import ER_HAO, MM, SI_HAO, XIAO_SI
from caseworker.errors import InvalidInput, Problem

_LISTS = frozenset({"ways"})
_FIELDS: dict[str, tuple[str, ...]] = wording.plain_fields(
    "title letter number dated addressee code place way ways server receiver receiver_sign deputy deputy_relation "
    "witness refused remark note"
)
_NO_DAY = date(2000, 1, 1)  # for the properties of a blank form


@dataclass(frozen=True, slots=True)
class DeliveryReceipt:
    """`DeliveryReceipt()` is the blank form. `letter` is what was delivered, `dated` its date in words."""

    office: str = ""
    day: date | None = None
    letter: str = ""
    number: str = ""
    dated: str = ""
    addressee: str = ""
    code: str = ""
    place: str = ""
    practice: bool = False

    def check(self) -> None:
        """Raises InvalidInput for a form filled in by half."""
        if bool(self.letter) != bool(self.addressee):
            raise InvalidInput("送达回证应同时写明文书和受送达人。", (Problem("letter", "只填了一半。"),))


def render(receipt: DeliveryReceipt, faces_used: FaceSet | None = None) -> bytes:
    """The form as PDF; equal forms give equal bytes. InvalidInput for text that does not fit or that no face has."""
    receipt.check()
    used = faces_used or faces()
    used.require([receipt.office, receipt.letter, receipt.number, receipt.addressee, receipt.code, receipt.place])
    words = wording.load("delivery-receipt", _FIELDS, lists=_LISTS)
    sheet = Sheet(used, words["title"], receipt.office, receipt.day or _NO_DAY, practice=receipt.practice)
    sheet.new_page()
    top = TOP - 8 * MM
    if receipt.office:
        size, _ = fit(sheet, receipt.office, Face.TITLE, TYPE_WIDTH, 10 * MM, 18.0)
        sheet.centred(LEFT + TYPE_WIDTH / 2, top, receipt.office, size, face=Face.TITLE)
    top += 11 * MM
    for line in title_lines([words["title"]], used, ER_HAO):
        sheet.centred(LEFT + TYPE_WIDTH / 2, top, line, ER_HAO, face=Face.TITLE)
        top += 13 * MM
    grid = Form(sheet, LEFT, top, TYPE_WIDTH)
    low, high, tall = 12 * MM, 17 * MM, 27 * MM
    grid.row(high, _pair(words["letter"], receipt.letter))
    grid.row(low, _two(words["number"], receipt.number, words["dated"], receipt.dated))
    grid.row(high, _pair(words["addressee"], receipt.addressee))
    grid.row(low, _pair(words["code"], receipt.code))
    grid.row(low, _pair(words["place"], receipt.place))
    left, at = grid.frame(high)
    room = TYPE_WIDTH * 0.24
    sheet.box(left, at, room, high, 0.2)
    grid.put(label(words["way"], 1), left, at, room, high)
    ways = [(one, False) for one in words.listed("ways")]
    grid.ticks(left + room, at + 1 * MM, TYPE_WIDTH - room, high / 2 - 1 * MM, 4, ways, XIAO_SI)
    grid.row(low, _two(words["server"], "", words["witness"], ""))
    grid.row(tall, _pair(words["receiver"], words["receiver_sign"], printed=True))
    grid.row(tall, _pair(words["deputy"], words["deputy_relation"], printed=True))
    grid.row(tall, _pair(words["refused"], "", printed=True))
    grid.row(high, _pair(words["remark"], ""))
    size, lines = fit(sheet, words["note"], Face.FANG, TYPE_WIDTH, 20 * MM, XIAO_SI)
    at = grid.top + 4 * MM
    for spans, _ in lines:
        sheet.text(LEFT, at, spans, size)
        at += size * 1.4
    return sheet.finish()


def _pair(name: str, text: str, *, printed: bool = False) -> tuple[Field, Field]:
    """A label and its cell over the whole width."""
    return label(name, 24), Field(text, 76, printed, "left" if printed else "centre", SI_HAO)


def _two(name: str, text: str, other: str, its: str) -> tuple[Field, ...]:
    """Two pairs beside each other, the first label as wide as those above it."""
    return label(name, 24), Field(text, 30, size=SI_HAO), label(other, 18), Field(its, 28, size=SI_HAO)
