"""An official letter put together: red head, number, title, text, signature, 版记; attachments on their own pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from caseworker.documents.closing import Closing, Colophon, draw_title, red_head, title_lines
from caseworker.documents.draft import draft_of
from caseworker.documents.faces import Face, FaceSet
from caseworker.documents.grid import GIVES, LEFT, TOP, TYPE_WIDTH, Blank, Block, Paragraph, compose, draw_layout
from caseworker.documents.press import current
from caseworker.documents.seal import SealImage, WetSeal
from caseworker.documents.sense import BREAK, plain
from caseworker.documents.sheet import Sheet
from caseworker.documents.units import ER_HAO, MM, SAN_HAO
from caseworker.documents.verification import qr_matrix


@dataclass(frozen=True, slots=True)
class Attachment:
    """One attachment in the same file: its label (附件, 附件1), its title (with break marks) and its blocks."""

    label: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """What every letter has. `title` may hold break marks; `code` is a QR code's text and its caption.

    Without a number the letter has no red head: its title begins on line 3 (a notice that is posted up).
    """

    issuer: str
    number: str
    day: date
    title: str
    blocks: tuple[Block, ...]
    seal: SealImage | WetSeal | None
    copies_to: tuple[str, ...] = ()
    code: tuple[str, str] | None = None
    attachments: tuple[Attachment, ...] = ()
    receipt: str = ""
    practice: bool = False


def render_letter(letter: Letter, faces: FaceSet) -> bytes:
    """The letter as PDF, or as the press of the moment has it."""
    press = current()
    if press.draft:
        return draft_of(letter, faces)
    moved = (press.right_mm * MM, press.down_mm * MM)
    sheet = Sheet(faces, plain(letter.title), letter.issuer, letter.day, practice=letter.practice, moved=moved)
    sheet.new_page()
    if letter.number:
        top = red_head(sheet, letter.issuer, letter.number, printed=press.head)
    else:
        top = TOP + 2 * GIVES[0].line
    top = draw_title(sheet, top, title_lines(letter.title.split(BREAK), faces))
    closing = Closing(
        letter.issuer,
        letter.day,
        letter.seal,
        faces,
        (qr_matrix(letter.code[0]), letter.code[1]) if letter.code else None,
        Colophon(letter.copies_to, letter.issuer, letter.day) if letter.copies_to else None,
        letter.receipt,
    )
    tail = closing.tail()
    draw_layout(sheet, compose(letter.blocks, faces, top, tail), tail, new_first=False)
    for attachment in letter.attachments:
        draw_attachment(sheet, attachment, faces)
    return sheet.finish()


def draw_attachment(sheet: Sheet, attachment: Attachment, faces: FaceSet) -> None:
    """7.3.7: a new page, the label in 三号黑体 at its top left, the title on line 3."""
    sheet.new_page()
    sheet.text(LEFT, TOP, attachment.label, SAN_HAO, face=Face.HEI)
    top = draw_title(sheet, TOP + 2 * GIVES[0].line, title_lines(attachment.title.split(BREAK), faces))
    draw_layout(sheet, compose(attachment.blocks, faces, top, None), None, new_first=False)


def fits_a_title_line(text: str, faces: FaceSet) -> bool:
    """Whether a name stands on one line of a title; a longer one is left to the addressee's line."""
    return faces.width(text, Face.TITLE, ER_HAO) <= TYPE_WIDTH * 0.97


def addressee(name: str) -> Paragraph:
    """主送: flush left, a full-width colon."""
    return Paragraph(f"{name}：", indent=0, align="left")


def attachment_note(titles: Sequence[str]) -> list[Block]:
    """附件说明: one line below the text, two characters in, no full stop; numbered where there are several."""
    if not titles:
        return []
    if len(titles) == 1:
        return [Blank(), Paragraph(f"附件：{titles[0]}", hanging=5, align="left", kind="note")]
    blocks: list[Block] = [
        Blank(),
        Paragraph(f"附件：1.{titles[0]}", hanging=6, align="left", keep_next=True, kind="note"),
    ]
    for number, title in enumerate(titles[1:], 2):
        blocks.append(
            Paragraph(
                f"{number}.{title}", indent=5, hanging=6, align="left", keep_next=number < len(titles), kind="note"
            )
        )
    return blocks
