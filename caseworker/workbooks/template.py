"""The bureau's own workbook as a template: its table is filled in, everything around it stays as the bureau made it.

The rows go where the template has room for them. Where there are more, room is made as a spreadsheet would: what stands
below moves down, and sums over the rows reach to the last of them.
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formula.tokenizer import Token, Tokenizer
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from caseworker.errors import InvalidInput, Problem
from caseworker.values.money import Money
from caseworker.values.text import half_width
from caseworker.workbooks.sheet import plain_text

Filled: TypeAlias = str | int | Money

FIELDS = {
    "number": "序号",
    "party": "单位",
    "code": "统一社会信用代码",
    "clause": "政策条款",
    "instalment": "期次",
    "quantity": "数量",
    "standard": "标准",
    "amount": "金额",
    "account_name": "户名",
    "bank": "开户行全称",
    "account": "账号",
    "bank_code": "联行号",
    "remark": "备注",
}
# What bureaus call these columns, beside our own names; the first that a heading contains decides
_KNOWN_AS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("number", ("序号", "编号")),
    ("bank_code", ("联行号", "行号", "大额支付")),
    ("account_name", ("户名", "账户名称", "帐户名称", "开户名称")),
    ("account", ("账号", "帐号", "银行账户", "收款账户")),
    ("bank", ("开户行", "开户银行", "银行名称")),
    ("code", ("信用代码", "机构代码", "税号")),
    ("instalment", ("期次", "期数", "批次")),
    ("quantity", ("数量", "席位数", "座席数", "人数")),
    ("standard", ("标准", "单价")),
    ("amount", ("金额", "拨付额", "应拨", "补贴额")),
    ("clause", ("条款", "项目", "事项", "依据", "用途")),
    ("party", ("单位", "企业", "公司", "收款人", "名称")),
    ("remark", ("备注", "说明")),
)
LARGEST = 5_000_000  # bytes; a form is small
_MOST_ROWS, _MOST_COLUMNS = 2_000, 100
_REFERENCE = re.compile(r"(\$?[A-Z]{1,3})(\$?)([0-9]{1,7})")
_MULTIPLE = re.compile(r"[百千万亿]元")
_UNIT_LINE = re.compile(r"单位[:：]?(?:人民币)?[(（]?[百千万亿]+元|[(（](?:人民币)?[百千万亿]+元[)）]")
_TAIL_WORDS = ("合计", "总计", "制表", "审核", "复核", "负责人", "经办", "备注：", "说明：", "注：")


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """A column of the template's table. `field`: what is guessed to belong in it, None for nothing."""

    letter: str
    heading: str
    field: str | None


@dataclass(frozen=True, slots=True)
class TemplateLook:
    """What a template seems to be. Rows count from 1; `room`: rows that wait to be filled in."""

    sheet: str
    sheets: tuple[str, ...]
    header_row: int
    first_row: int
    room: int
    columns: tuple[TemplateColumn, ...]
    loses: tuple[str, ...]  # what filling in would not keep, in words


def look(data: bytes, sheet: str | None = None, header_row: int | None = None) -> TemplateLook:
    """Finds the table of a template. InvalidInput for what is no .xlsx, has no such sheet, or has no table."""
    book = _opened(data)
    names = tuple(one.title for one in book.worksheets)
    if sheet is not None and sheet not in names:
        raise InvalidInput(f"模板中没有工作表“{sheet}”。", (Problem("sheet", "没有这个工作表。"),))
    page = book[sheet] if sheet is not None else book.worksheets[0]
    header = header_row or _header_of(page)
    if header is None or not 1 <= header <= page.max_row:
        raise InvalidInput(
            "模板中没有找到表头：至少要有一行写着金额和单位（或户名、账号）的列名。",
            (Problem("header_row", "请指明表头所在的行。"),),
        )
    columns = []
    taken: set[str] = set()
    for index in range(1, min(page.max_column, _MOST_COLUMNS) + 1):
        heading = _heading(page, header, index)
        if heading:
            field = _guess(heading)
            if field in taken:
                field = None
            if field is not None:
                taken.add(field)
            columns.append(TemplateColumn(get_column_letter(index), heading, field))
    first = _below_header(page, header)
    return TemplateLook(page.title, names, header, first, _room(page, first), tuple(columns), _loses(data))


def fill(
    data: bytes,
    sheet: str,
    header_row: int,
    columns: Mapping[str, str],
    lines: Sequence[Mapping[str, Filled]],
) -> bytes:
    """The template with `lines` in it. `columns`: letter of a column -> name of a field; `lines` have a value a field.

    InvalidInput where sheet, row or a column is not there (any more), or a field goes into two columns.
    """
    book = _opened(data)
    problems = []
    page = next((one for one in book.worksheets if one.title == sheet), None)
    if page is None:
        raise InvalidInput(f"模板中没有工作表“{sheet}”。", (Problem("sheet", "没有这个工作表。"),))
    if not 1 <= header_row <= page.max_row:
        words = f"工作表“{sheet}”没有第 {header_row} 行。"
        raise InvalidInput(words, (Problem("header_row", words),))
    for letter, field in columns.items():
        if field not in FIELDS:
            problems.append(Problem(f"columns.{letter}", f"没有“{field}”这一项。"))
        if not re.fullmatch("[A-Z]{1,3}", letter) or not _heading(page, header_row, _index(page, letter)):
            problems.append(Problem(f"columns.{letter}", "模板的这一列没有列名。"))
    if len(set(columns.values())) != len(columns):
        problems.append(Problem("columns", "同一项内容只能填入一列。"))
    if not {"amount"} <= set(columns.values()):
        problems.append(Problem("columns", "请指明金额填入哪一列。"))
    if problems:
        raise InvalidInput("模板的列对应有误。", tuple(problems))
    first = _below_header(page, header_row)
    if _in_ten_thousands(page, header_row, first, [letter for letter, field in columns.items() if field == "amount"]):
        words = "模板的金额以万元（百元、千元）为单位，程序按元填写到分。请把模板的单位改为元再添加。"
        raise InvalidInput(words, (Problem("columns", words),))
    room = _room(page, first)
    if not room and _is_tail(page, first):
        words = f"模板第 {first} 行（表头下面一行）已经是合计或签字，没有可填的行。请在表头下面留至少一个空行后再添加。"
        raise InvalidInput(words, (Problem("header_row", words),))
    room = max(room, 1)
    for merged in list(page.merged_cells.ranges):  # each payment has its own cells
        if merged.min_row >= first and merged.min_row < merged.max_row and merged.min_row < first + room:
            page.unmerge_cells(merged.coord)
    if len(lines) > room:
        _make_room(book, page, first + room - 1, len(lines) - room)
    for offset, line in enumerate(lines):
        row = first + offset
        if offset:
            _as_first(page, first, row, set(columns))
        for letter, field in columns.items():
            _put(page[f"{letter}{row}"], offset + 1 if field == "number" else line[field])
    for row in range(first + len(lines), first + room):  # numbers that the template had ready for more rows
        for letter, field in columns.items():
            if field == "number":
                page[f"{letter}{row}"].value = None
    out = io.BytesIO()
    book.calculation.fullCalcOnLoad = True  # the values of its formulas are those of the empty template
    book.save(out)
    return out.getvalue()


# ---- reading -------------------------------------------------------------------------------


def _opened(data: bytes) -> Any:
    wrong = InvalidInput("请选择 .xlsx 格式的模板；旧的 .xls 请先用 WPS 或 Excel 另存为 .xlsx。")
    if len(data) > LARGEST:
        raise InvalidInput("模板太大，不像一张空表。请选择不含数据的模板（5 MB 以内）。")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if sum(part.file_size for part in package.infolist()) > 20 * LARGEST:
                raise InvalidInput("模板太大，不像一张空表。请选择不含数据的模板。")
        book = load_workbook(io.BytesIO(data))
    except InvalidInput:
        raise
    except Exception as error:  # damaged in any of a hundred ways: the library says each otherwise
        raise wrong from error
    if not book.worksheets:
        raise wrong
    for page in book.worksheets:
        if page.max_row > _MOST_ROWS * 50 or page.max_column > 2_000:
            raise InvalidInput(f"工作表“{page.title}”太大，不像一张空表。请选择不含数据的模板。")
    return book


def _loses(data: bytes) -> tuple[str, ...]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = package.namelist()
    found = []
    if any(name.startswith("xl/charts/") for name in names):
        found.append("图表")
    if any(name.startswith("xl/media/") for name in names):
        found.append("图片")
    if any("vbaProject" in name for name in names):
        found.append("宏")
    return tuple(found)


def _text(page: Worksheet, row: int, column: int) -> str:
    value = page.cell(row, column).value
    return "" if value is None else "".join(half_width(str(value)).split())


def _index(page: Worksheet, letter: str) -> int:
    return int(page[f"{letter}1"].column)


def _header_of(page: Worksheet) -> int | None:
    """The first row that names an amount and a payee; of merged headings over two rows, the upper."""
    for row in range(1, min(page.max_row, 60) + 1):
        fields = {_guess(text) for column in range(1, page.max_column + 1) if (text := _text(page, row, column))}
        if "amount" in fields and fields & {"party", "account_name", "account"}:
            return row
    return None


def _guess(heading: str) -> str | None:
    plain = "".join(half_width(heading).split())
    if plain in FIELDS.values():
        return next(field for field, name in FIELDS.items() if name == plain)
    return next((field for field, names in _KNOWN_AS if any(name in plain for name in names)), None)


def _heading(page: Worksheet, header: int, column: int) -> str:
    """The words above a column: those of the header's own row, else of the row below it where that is a heading too."""
    texts = [_text(page, row, column) for row in range(header, _below_header(page, header))]
    return "".join(dict.fromkeys(text for text in texts if text))


def _below_header(page: Worksheet, header: int) -> int:
    """The first row under the header and whatever merged cells of it reach down to."""
    deepest = max(
        (
            merged.max_row
            for merged in page.merged_cells.ranges
            if merged.min_row == header and merged.max_row < header + 4
        ),
        default=header,
    )
    return deepest + 1


def _room(page: Worksheet, first: int) -> int:
    """How many rows wait to be filled in: framed or numbered, with nothing said in them."""
    room = 0
    for row in range(first, min(page.max_row, first + _MOST_ROWS) + 1):
        if not _waits(page, row):
            break
        room += 1
    return room


def _waits(page: Worksheet, row: int) -> bool:
    """Whether a row is blank but for its number, formulas and signs such as “元”, and looks like one of the table."""
    framed = False
    for column in range(1, min(page.max_column, _MOST_COLUMNS) + 1):
        cell = page.cell(row, column)
        text = _text(page, row, column)
        if any(word in text for word in _TAIL_WORDS) or _sums_above(cell):
            return False
        if text and not _formula_of(cell) and not re.fullmatch(r"[0-9]{1,4}|…+|\.{3,}|万?元|[-—/]+", text):
            return False
        border = cell.border
        framed = framed or any(side is not None and side.style for side in (border.top, border.bottom, border.left))
    return framed


def _in_ten_thousands(page: Worksheet, header: int, first: int, letters: Sequence[str]) -> bool:
    """Whether amounts stand in 万元 or the like: in their heading, beside them, or in the line above the table."""
    if any(_MULTIPLE.search(_heading(page, header, _index(page, letter))) for letter in letters):
        return True
    columns = range(1, min(page.max_column, _MOST_COLUMNS) + 1)
    above = (_text(page, row, column) for row in range(1, first) for column in columns)
    beside = (_text(page, first, column) for column in columns)
    return any(_UNIT_LINE.search(text) for text in above) or any(_MULTIPLE.fullmatch(text) for text in beside)


def _is_tail(page: Worksheet, row: int) -> bool:
    columns = range(1, min(page.max_column, _MOST_COLUMNS) + 1)
    return any(
        _sums_above(page.cell(row, column)) or any(word in _text(page, row, column) for word in _TAIL_WORDS)
        for column in columns
    )


def _formula_of(cell: Cell | MergedCell) -> str:
    """The formula of a cell, empty where it has none; one over an array is its text too."""
    if isinstance(cell, MergedCell) or cell.data_type != "f":
        return ""
    formula = cell.value.text if isinstance(cell.value, ArrayFormula) else cell.value
    return formula if isinstance(formula, str) else ""


def _sums_above(cell: Cell | MergedCell) -> bool:
    """Whether it adds up other rows than its own: a total. Sums that its own row is part of are the table's."""
    formula = _formula_of(cell)
    if not re.search(r"SUM\(|SUBTOTAL\(", formula.upper()):
        return False
    places = list(_places(formula))
    for place in [one for one in places if ":" in one] or places:
        start, colon, end = place.partition(":")
        above, below = _REFERENCE.fullmatch(start), _REFERENCE.fullmatch(end if colon else start)
        if above is None or below is None or not int(above.group(3)) <= cell.row <= int(below.group(3)):
            return True
    return False


def _places(formula: str) -> Iterator[str]:
    for token in Tokenizer(formula).items:
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            yield token.value.rpartition("!")[2]


# ---- room ----------------------------------------------------------------------------------


def _make_room(book: Any, page: Worksheet, last: int, count: int) -> None:
    """`count` rows more below `last`, the last of the table: what stands below moves, and what refers to it follows."""
    for row in range(page.max_row, last, -1):
        for column in range(1, page.max_column + 1):
            _move(page, row, row + count, column)
        _height(page, row, row + count)
    for merged in list(page.merged_cells.ranges):
        if merged.min_row > last:
            page.merged_cells.remove(merged)
            merged.shift(row_shift=count)
            page.merged_cells.add(merged)
    for row in range(last + 1, last + count + 1):
        for column in range(1, page.max_column + 1):
            _dress(page.cell(last, column), page.cell(row, column))
        _height(page, last, row)
    for other in book.worksheets:
        for cell in _formulas(other):
            # What a row works out of its own cells, or down to itself, stays its own
            own_row = last if other is page and cell.row == last else None
            moved = _shifted(_formula_of(cell), page.title, other is page, last, count, own_row)
            if isinstance(cell.value, ArrayFormula):
                cell.value.text = moved
                if other is page and own_row is None:
                    cell.value.ref = _shift_range(cell.value.ref, last, count)
            else:
                cell.value = moved
    _shift_around(book, page, last, count)


def _shift_around(book: Any, page: Worksheet, last: int, count: int) -> None:
    """Names, tables, filters, choices and colours that lie over the rows reach to the last of them as the sums do."""
    for name in (
        *book.defined_names.values(),
        *(one for sheet in book.worksheets for one in sheet.defined_names.values()),
    ):
        if name.attr_text and "!" in name.attr_text:
            name.attr_text = _shifted(f"={name.attr_text}", page.title, False, last, count).removeprefix("=")
    for table in page.tables.values():
        table.ref = _shift_range(table.ref, last, count)
        if table.autoFilter is not None and table.autoFilter.ref:
            table.autoFilter.ref = _shift_range(table.autoFilter.ref, last, count)
    if page.auto_filter.ref:
        page.auto_filter.ref = _shift_range(page.auto_filter.ref, last, count)
    for choice in page.data_validations.dataValidation:
        choice.sqref = MultiCellRange(_shift_ranges(str(choice.sqref), last, count))
    coloured = page.conditional_formatting
    page.conditional_formatting = ConditionalFormattingList()
    for one in coloured:
        for rule in one.rules:
            page.conditional_formatting.add(_shift_ranges(str(one.sqref), last, count), rule)
    if page.print_area:
        page.print_area = [_shift_range(area.rpartition("!")[2], last, count) for area in page.print_area.split(",")]


def _shift_ranges(places: str, last: int, count: int) -> str:
    """Several ranges, with blanks between them; a single cell of the last row covers the new ones too."""
    found = []
    for place in places.split():
        whole = place if ":" in place else f"{place}:{place}"
        found.append(_shift_range(whole, last, count))
    return " ".join(found)


def _formulas(page: Worksheet) -> Iterator[Cell]:
    for row in page.iter_rows():
        for cell in row:
            if _formula_of(cell) and not isinstance(cell, MergedCell):
                yield cell


def _move(page: Worksheet, row: int, to: int, column: int) -> None:
    cells = page._cells
    cell = cells.pop((row, column), None)
    if cell is not None:
        cell.row = to
        cells[(to, column)] = cell


def _height(page: Worksheet, row: int, to: int) -> None:
    if row in page.row_dimensions:
        page.row_dimensions[to].height = page.row_dimensions[row].height


def _dress(model: Cell, cell: Cell) -> None:
    if model.has_style:
        cell._style = copy.copy(model._style)


def _shifted(formula: str, sheet: str, own: bool, last: int, count: int, own_row: int | None = None) -> str:
    """The formula after `count` rows came in below `last` of `sheet`. `own`: it stands on that sheet itself, and
    `own_row` where that is the last row: ranges that end there without a $ are the row's own."""
    tokens = Tokenizer(formula)
    for token in tokens.items:
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            name, mark, place = token.value.rpartition("!")
            here = own if not mark else name.strip("'").replace("''", "'") == sheet
            if here and (own_row is None or not _ends_on(place, own_row)):
                token.value = f"{name}{mark}{_shift_range(place, last, count)}"
    return "=" + "".join(token.value for token in tokens.items)


def _ends_on(place: str, row: int) -> bool:
    found = _REFERENCE.fullmatch(place.rpartition(":")[2])
    return found is not None and not found.group(2) and int(found.group(3)) == row


def _shift_range(place: str, last: int, count: int) -> str:
    """A1 moves where it stands below `last`; A1:A5 reaches further where it ends on it."""
    start, colon, end = place.partition(":")

    def moved(reference: str, from_row: int) -> str:
        found = _REFERENCE.fullmatch(reference)
        if found is None or int(found.group(3)) < from_row:
            return reference
        return f"{found.group(1)}{found.group(2)}{int(found.group(3)) + count}"

    if not colon:
        return moved(start, last + 1)
    return f"{moved(start, last + 1)}:{moved(end, last)}"


# ---- a row ---------------------------------------------------------------------------------


def _as_first(page: Worksheet, first: int, row: int, filled: set[str]) -> None:
    """What the first row has beside the filled columns (a formula, a dash), the others have too."""
    for column in range(1, page.max_column + 1):
        model, cell = page.cell(first, column), page.cell(row, column)
        if get_column_letter(column) in filled or cell.value is not None or model.value is None:
            continue
        if isinstance(cell, MergedCell) or (isinstance(model.value, ArrayFormula) and ":" in model.value.ref):
            continue
        if model.data_type == "f":
            formula = Translator(_formula_of(model), origin=model.coordinate).translate_formula(cell.coordinate)
            array = isinstance(model.value, ArrayFormula)
            cell.value = ArrayFormula(cell.coordinate, formula) if array else formula
        else:
            cell.value = model.value


def _put(cell: Cell, value: Filled) -> None:
    """In the format that the template has; text stays text whatever it looks like, an amount its exact decimals."""
    if isinstance(value, Money):
        cell.value = str(value)
        cell.data_type = "n"
        if cell.number_format in ("General", "@"):
            cell.number_format = "#,##0.00"
    elif isinstance(value, int):
        cell.value = value
    else:
        plain = plain_text(value)
        cell.value = plain or None
        if plain:
            cell.data_type = "s"
