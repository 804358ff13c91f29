"""A sheet as rows of cells, whatever file it came from. Row i of `rows` is the sheet's row i + 1."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from posixpath import normpath
from xml.etree import ElementTree

import python_calamine

from caseworker.errors import InvalidInput
from caseworker.intake import biff, files
from caseworker.intake.cells import Cell, FormulaFault


@dataclass(frozen=True, slots=True)
class SheetInfo:
    name: str
    visible: bool


@dataclass(slots=True)
class Grid:
    """One sheet, read once from top to bottom. `head` are the first rows, `rows()` goes on through all of them."""

    sheet: str
    total_rows: int
    head: list[list[Cell]]
    _rest: Iterator[list[Cell]]
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    hidden_rows: tuple[int, ...] = ()  # from 1, of an .xlsx; read like any other

    def rows(self, fill: frozenset[int] = frozenset()) -> Iterator[list[Cell]]:
        """All rows. In the columns `fill` a cell merged downwards (a name over its months) is repeated in every row
        that it covers; amounts are never repeated."""
        rows = chain(self.head, self._rest)
        by_top: dict[int, list[tuple[int, int]]] = {}
        for (top, left), (bottom, right) in self.merged:
            if left == right and bottom > top and left in fill:
                by_top.setdefault(top, []).append((left, bottom))
        return _filled(rows, by_top) if by_top else rows

    def spread_head(self) -> list[list[Cell]]:
        """The first rows with every merged cell's value in each place that it covers."""
        rows = [list(row) for row in self.head]
        width = max((len(r) for r in rows), default=0)
        rows = [r + [""] * (width - len(r)) for r in rows]
        for (top, left), (bottom, right) in self.merged:
            if top >= len(rows) or left >= width:
                continue
            if left == 0 and right >= width - 1:
                continue  # a title over the whole width is a title, not a heading of every column
            for r in range(top, min(bottom + 1, len(rows))):
                for c in range(left, min(right + 1, width)):
                    rows[r][c] = rows[top][left]
        return rows


def _filled(rows: Iterable[list[Cell]], by_top: dict[int, list[tuple[int, int]]]) -> Iterator[list[Cell]]:
    covering: dict[int, tuple[int, Cell]] = {}  # column -> (last row covered, value)
    for r, row in enumerate(rows):
        for column, (bottom, value) in list(covering.items()):
            if r > bottom:
                del covering[column]
            elif column < len(row) and row[column] == "":
                row[column] = value
        for column, bottom in by_top.get(r, ()):
            if column < len(row):
                covering[column] = (bottom, row[column])
        yield row


def sheet_list(path: Path) -> tuple[SheetInfo, ...]:
    """A workbook's worksheets in order; a csv file has one, named after the file."""
    found = files.identify(path)
    if found.format == "csv":
        return (SheetInfo(path.stem, True),)
    with _open(path, found) as book:
        return tuple(
            SheetInfo(s.name, s.visible == python_calamine.SheetVisibleEnum.Visible)
            for s in book.sheets_metadata
            if s.typ == python_calamine.SheetTypeEnum.WorkSheet
        )


def load(path: Path, sheet: str, head_rows: int, cancelled: Callable[[], bool] | None = None) -> Grid:
    """Read one sheet. Raises InvalidInput where the file or the sheet cannot be read."""
    found = files.identify(path)
    if found.format == "csv":
        return _load_csv(path, head_rows)
    inspected = files.Inspection({}, [])
    if found.format == "xlsx":
        part = _sheet_part(path, sheet)
        if part is not None:
            inspected = files.inspect_sheet(path, part, cancelled)
    else:
        inspected = biff.inspect(path, sheet)
    with _open(path, found) as book:
        with _calamine():
            table = book.get_sheet_by_name(sheet)
        total = 0 if table.end is None else table.end[0] + 1
        rows: Iterator[list[Cell]] = _read_rows(table) if total else iter(())
        merged = [r for r in table.merged_cell_ranges or [] if r[0] != r[1]]
    rows = _with_faults(rows, inspected.faults)
    return Grid(sheet, total, list(islice(rows, head_rows)), rows, merged, tuple(inspected.hidden))


def _read_rows(table: python_calamine.CalamineSheet) -> Iterator[list[Cell]]:
    """The rows from the sheet's first, each from column A: calamine begins at the first column that is used."""
    margin = [""] * (table.start[1] if table.start is not None else 0)
    with _calamine():
        for row in table.iter_rows():
            yield margin + row if margin else row


_CALAMINE_ERRORS = (
    python_calamine.CalamineError,
    python_calamine.XmlError,
    python_calamine.ZipError,
    ValueError,
    OSError,
)


def _open(path: Path, found: files.FileType) -> python_calamine.CalamineWorkbook:
    if found.format == "xlsx":
        files.check_parts(path)
    else:
        biff.check(path)
    with _calamine():
        # bytes rather than the path: the file stays free for Excel, and a name in any script opens on Windows
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))


@contextmanager
def _calamine() -> Iterator[None]:
    """Whatever calamine says of a broken file, in one sentence; a panic of its own is no Exception."""
    try:
        yield
    except python_calamine.PasswordError:
        raise files.refuse("encrypted", "文件加了密码。请用 Excel 或 WPS 打开，取消密码后另存再导入。") from None
    except python_calamine.WorksheetNotFound:
        raise files.refuse("sheet-missing", "工作簿里没有这个名称的工作表。") from None
    except MemoryError:
        raise files.refuse("file-too-large", "文件太大，这台电脑的内存放不下，请按年度或人员拆分后再导入。") from None
    except _CALAMINE_ERRORS:
        raise files.refuse("damaged", "文件已损坏或不是 Excel 工作簿，请企业重新发送。") from None
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":
            raise
        raise files.refuse("damaged", "文件已损坏或不是 Excel 工作簿，请企业重新发送。") from None


def _sheet_part(path: Path, sheet: str) -> str | None:
    """Which file inside the package holds a sheet."""
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    relation = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    try:
        with zipfile.ZipFile(path) as package:
            book = _small_xml(package, "xl/workbook.xml")
            links = _small_xml(package, "xl/_rels/workbook.xml.rels")
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError):
        return None
    wanted = next((s.get(relation) for s in book.iter(f"{main}sheet") if s.get("name") == sheet), None)
    for link in links:
        if link.get("Id") == wanted:
            target = link.get("Target", "")
            return target.lstrip("/") if target.startswith("/") else normpath(f"xl/{target}")
    return None


def _small_xml(package: zipfile.ZipFile, part: str) -> ElementTree.Element:
    if package.getinfo(part).file_size > 1 << 24:
        raise files.refuse("zip-bomb", "文件展开后大得不合理，为安全起见没有打开。请企业重新导出。")
    content = package.read(part)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise files.refuse("damaged", "文件内部写法异常，为安全起见没有打开。请企业重新导出。")
    return ElementTree.fromstring(content)


def _with_faults(rows: Iterable[list[Cell]], faults: dict[tuple[int, int], FormulaFault]) -> Iterator[list[Cell]]:
    if not faults:
        yield from rows
        return
    by_row: dict[int, list[tuple[int, FormulaFault]]] = {}
    for (r, c), fault in faults.items():
        by_row.setdefault(r, []).append((c, fault))
    for r, row in enumerate(rows):
        for c, fault in by_row.get(r, ()):
            if c >= len(row):
                row.extend([""] * (c + 1 - len(row)))
            if row[c] == "":
                row[c] = fault
        yield row


def decode(content: bytes) -> str:
    """A csv file's text: UTF-8 with or without mark, UTF-16 with mark, else GB18030 (which holds GBK).

    Raises InvalidInput("encoding-unknown") where none fits.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise files.refuse("encoding-unknown", "这不是可以识别的表格或文本文件。请企业另存为 .xlsx 后再导入。")


def _load_csv(path: Path, head_rows: int) -> Grid:
    text = decode(path.read_bytes())
    if not text.strip():
        raise files.refuse("file-empty", "文件里没有内容，请重新获取。")
    lines = text.splitlines()[:50]
    delimiter = max((",", "\t", ";", "|"), key=lambda mark: (sum(line.count(mark) for line in lines), mark == ","))
    total = text.count("\n") + 1
    if total > files.MAX_ROWS:
        raise files.refuse("too-many-rows", f"文件有 {total} 行，请按年度或人员拆分后再导入。")
    rows = _csv_rows(text, delimiter)
    return Grid(path.stem, total, list(islice(rows, head_rows)), rows)


def _csv_rows(text: str, delimiter: str) -> Iterator[list[Cell]]:
    try:
        # strict: a quote that is never closed would swallow the rows below it without a word
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            yield [_csv_cell(cell) for cell in row]
    except csv.Error:
        raise InvalidInput("文件的引号或分隔符写乱了，请另存为 .xlsx 后再导入。", code="csv-broken") from None


_QUOTED_FORMULA = re.compile(r'="(.*)"')
_CUT_MONTH = re.compile(r"(?:19|20)\d{2}\.1")


def _csv_cell(cell: str) -> Cell:
    if not cell:
        return cell
    found = _QUOTED_FORMULA.fullmatch(cell)  # ="007": how systems keep digits from Excel
    if found:
        return found[1]
    # 2023.10 that was a number is saved as 2023.1: still the number that may be either
    return float(cell) if _CUT_MONTH.fullmatch(cell) else cell
