"""A letter as an editable .docx, for an office that passes drafts round in WPS or Word before the letter is issued.

The page has the measures, grid and type of GB/T 9704; where lines and pages end is the word processor's affair.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING, Any

from caseworker.documents.closing import chinese_date, title_lines
from caseworker.documents.faces import Face, FaceSet
from caseworker.documents.grid import CHARACTERS, LINES, TYPE_HEIGHT, TYPE_WIDTH, Blank, Block, Note, Paragraph
from caseworker.documents.sense import BREAK
from caseworker.documents.tables import Cell, Mark, Table
from caseworker.documents.units import ER_HAO, MM, SAN_HAO, SI_HAO, XIAO_WU
from caseworker.values.text import without_controls

if TYPE_CHECKING:
    from caseworker.documents.letter import Attachment, Letter

DRAFT_MARK = "草稿，供传阅修改；以登记编号并盖章的 PDF 为准"
PRACTICE_MARK = "演示数据"
_FONTS = {Face.FANG: "仿宋", Face.HEI: "黑体", Face.KAI: "楷体", Face.SONG: "宋体", Face.TITLE: "方正小标宋简体"}
_NAME_SIZE, _NARROWEST = 36.0, 0.66
_RED = (0xD9, 0x0D, 0x0D)
_LATER = ("w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:rPr")  # what follows in a paragraph's properties
_MARKS = {Mark.MET: "√ ", Mark.NOT_MET: "× "}


def draft_of(letter: Letter, faces: FaceSet) -> bytes:
    """The letter as .docx: its text in the order of the page, tables as tables. Equal letters give equal text."""
    import docx  # heavy, and few calls need it

    document = docx.Document()
    _page(document, letter)
    if letter.number:
        _issuer(document, letter.issuer)
        _line(document, letter.number, Face.FANG, SAN_HAO, "centre", before=2 * SAN_HAO, rule=True)
        _line(document, "", Face.FANG, SAN_HAO, "centre")
    _title(document, letter.title, faces)
    _blocks(document, letter.blocks)
    _line(document, "", Face.FANG, SAN_HAO, "left")
    _line(document, letter.issuer, Face.FANG, SAN_HAO, "right", right=3)
    _line(document, chinese_date(letter.day), Face.FANG, SAN_HAO, "right", right=4)
    if letter.receipt:
        _line(document, letter.receipt, Face.FANG, SI_HAO, "left", before=SI_HAO)
    if letter.copies_to:
        _line(document, "抄送：" + "，".join(letter.copies_to) + "。", Face.FANG, SI_HAO, "left", before=SI_HAO)
        _line(document, f"{letter.issuer}　{chinese_date(letter.day)}印发", Face.FANG, SI_HAO, "left")
    for attachment in letter.attachments:
        _attachment(document, attachment, faces)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Any, letter: Letter) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(297 - 37 - 225)
    section.left_margin, section.right_margin = Mm(28), Mm(210 - 28 - 156)
    section.footer_distance = Mm(25)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")  # the characters' grid is set run by run: not every program reads it from here
    grid.set(qn("w:linePitch"), str(round(TYPE_HEIGHT / LINES * 20)))
    normal = document.styles["Normal"]
    normal.font.size = Pt(SAN_HAO)
    _face(normal.element.get_or_add_rPr(), Face.FANG)
    normal.paragraph_format.space_after = Pt(0)
    head = section.header.paragraphs[0]
    _run(head, f"{PRACTICE_MARK}　{DRAFT_MARK}" if letter.practice else DRAFT_MARK, Face.FANG, XIAO_WU)
    foot = section.footer.paragraphs[0]
    foot.alignment = 1
    _run(foot, "— ", Face.SONG, SI_HAO)
    _field(foot, "PAGE")
    _run(foot, " —", Face.SONG, SI_HAO)
    properties = document.core_properties
    properties.author, properties.title = without_controls(letter.issuer)[:255], letter.title.replace(BREAK, "")[:255]
    properties.comments = ""
    moment = datetime(letter.day.year, letter.day.month, letter.day.day)  # noqa: DTZ001 - the file's own form
    properties.created = properties.modified = moment


def _issuer(document: Any, issuer: str) -> None:
    """发文机关标志: red, on one line; a long name in narrower letters."""
    made = _line(document, "", Face.TITLE, _NAME_SIZE, "centre", before=35 * MM)
    share = min(1.0, 0.97 * TYPE_WIDTH / (_NAME_SIZE * max(len(issuer), 1)))
    size = _NAME_SIZE * min(1.0, share / _NARROWEST)
    _run(made, issuer, Face.TITLE, size, _RED)
    _set(made.runs[0], "w:w", str(round(100 * max(share, _NARROWEST))))


def _title(document: Any, title: str, faces: FaceSet) -> None:
    made = _line(document, "", Face.TITLE, ER_HAO, "centre")
    for number, line in enumerate(title_lines(title.split(BREAK), faces)):
        if number:
            made.runs[-1].add_break()
        _run(made, line, Face.TITLE, ER_HAO)
    _line(document, "", Face.FANG, SAN_HAO, "centre")


def _attachment(document: Any, attachment: Attachment, faces: FaceSet) -> None:
    label = _line(document, attachment.label, Face.HEI, SAN_HAO, "left")
    label.paragraph_format.page_break_before = True
    _line(document, "", Face.FANG, SAN_HAO, "left")
    _title(document, attachment.title, faces)
    _blocks(document, attachment.blocks)


def _blocks(document: Any, blocks: tuple[Block, ...]) -> None:
    for block in blocks:
        if isinstance(block, Paragraph):
            _paragraph(document, block)
        elif isinstance(block, Note):
            _line(document, block.content, block.face, block.size, "left", indent=block.indent)
        elif isinstance(block, Table):
            _table(document, block)
        elif isinstance(block, Blank):
            _line(document, "", Face.FANG, SAN_HAO, "left")
        else:
            raise TypeError(f"a draft cannot show {type(block).__name__}")


def _paragraph(document: Any, block: Paragraph) -> None:
    made = _line(document, "", block.face, SAN_HAO, block.align, indent=block.indent, hanging=block.hanging)
    spans = ((block.content, block.face),) if isinstance(block.content, str) else block.content
    for span in spans:
        text, face = span if isinstance(span, tuple) else (span.text, span.face)
        _run(made, text, face, SAN_HAO)
    made.paragraph_format.keep_with_next = block.keep_next or None


def _line(
    document: Any,
    text: str,
    face: Face,
    size: float,
    align: str,
    *,
    indent: float = 0,
    hanging: float = 0,
    right: float = 0,
    before: float = 0,
    colour: tuple[int, int, int] | None = None,
    rule: bool = False,
) -> Any:
    """One paragraph. `indent`, `hanging` and `right` in characters of its size, `before` in points."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Pt

    made = document.add_paragraph()
    form = made.paragraph_format
    form.alignment = {"centre": ALIGN.CENTER, "right": ALIGN.RIGHT, "left": ALIGN.LEFT}.get(align, ALIGN.JUSTIFY)
    form.left_indent = Pt(hanging * size) if hanging else None
    form.first_line_indent = Pt((indent - hanging) * size) if indent or hanging else None
    form.right_indent = Pt(right * size) if right else None
    form.space_before = Pt(before)
    if text:
        _run(made, text, face, size, colour)
    if rule:
        _red_rule(made)
    return made


def _run(paragraph: Any, text: str, face: Face, size: float, colour: tuple[int, int, int] | None = None) -> None:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(without_controls(text))
    run.font.size = Pt(size)
    _face(run._element.get_or_add_rPr(), face)
    if size == SAN_HAO:
        _set(run, "w:spacing", str(round((TYPE_WIDTH / CHARACTERS - SAN_HAO) * 20)))
    if colour is not None:
        run.font.color.rgb = RGBColor(*colour)


def _face(properties: Any, face: Face) -> None:
    """Both for Chinese and for figures, or Word sets the figures in its own face."""
    from docx.oxml.ns import qn

    fonts = properties.get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(name), _FONTS.get(face, "宋体"))


def _set(run: Any, name: str, value: str) -> None:
    """A property of a run that python-docx has no name for; in the place where the format wants it."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(name)
    made.set(qn("w:val"), value)
    later = ("w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:highlight", "w:u")
    run._element.get_or_add_rPr().insert_element_before(made, *(one for one in later if one != name))


def _red_rule(paragraph: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:pBdr")
    below = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "10"), ("space", "11"), ("color", "D90D0D")):
        below.set(qn(f"w:{name}"), value)
    borders.append(below)
    paragraph._element.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:tabs", *_LATER)


def _field(paragraph: Any, code: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    paragraph._element.append(field)


def _table(document: Any, table: Table) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Pt

    made = document.add_table(rows=0, cols=len(table.columns))
    made.style = "Table Grid"
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    total = sum(column.share for column in table.columns)
    widths = [Pt(table.width * column.share / total) for column in table.columns]
    if table.header:
        header = made.add_row()
        _repeat(header)
        for place, column in enumerate(table.columns):
            _cell(header.cells[place], Cell(column.title, "centre", Face.HEI), Face.HEI, "centre", table.size)
    for row in table.rows:
        cells = made.add_row().cells
        first = 0
        for content, span in zip(row.cells, row.spans or (1,) * len(row.cells), strict=True):
            cell = Cell(content) if isinstance(content, str) else content
            into = cells[first] if span == 1 else cells[first].merge(cells[first + span - 1])
            _cell(into, cell, cell.face or row.face, cell.align or table.columns[first].align, table.size)
            first += span
    for row in made.rows:
        for place, width in enumerate(widths):
            row.cells[place].width = width


def _cell(into: Any, cell: Cell, face: Face, align: str, size: float) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN

    paragraph = into.paragraphs[0]
    paragraph.alignment = {"centre": ALIGN.CENTER, "right": ALIGN.RIGHT}.get(align, ALIGN.LEFT)
    _off_the_grid(paragraph)
    text = _MARKS.get(cell.mark, "") + cell.text if cell.mark is not None else cell.text
    _run(paragraph, text, face, size)


def _off_the_grid(paragraph: Any) -> None:
    """Lines of a table are as close as their own size asks."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:snapToGrid")
    mark.set(qn("w:val"), "0")
    paragraph._element.get_or_add_pPr().insert_element_before(mark, *_LATER)


def _repeat(row: Any) -> None:
    """The header is set again on every page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
