"""What a file really is, before anything trusts its name; and what would be unsafe or dishonest to read.

Every refusal is InvalidInput with a code and one sentence that says what to do.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from caseworker.errors import Cancelled, EnvironmentFault, FaultKind, InvalidInput
from caseworker.intake.cells import FORMULA_EMPTY, FORMULA_ERROR, FormulaFault

MAX_FILE_BYTES = 200 * 1024 * 1024
MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
MAX_PART_BYTES = 200 * 1024 * 1024  # of one part that is no sheet: texts, styles
MAX_ROWS = 500_000  # twice the largest hand-in: 10,000 people × 24 months
MAX_COLUMNS = 104  # up to column CZ; calamine lays a sheet out as one dense block, so far cells cost memory
MAX_CELLS = 20_000_000  # of that block: 240,000 rows up to column BZ, some 700 MB

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(rb"<(?:!doctype html|html|head|body|table|meta|style|div)\b", re.IGNORECASE)
_NAMED = (
    (b"%PDF", "pdf", "这是 PDF 文件，不是表格。请企业提供 Excel 原表。"),
    (b"Rar!", "archive", "这是压缩包，请先解压，再选择里面的表格文件。"),
    (b"7z\xbc\xaf\x27\x1c", "archive", "这是压缩包，请先解压，再选择里面的表格文件。"),
    (b"\xff\xd8\xff", "picture", "这是图片，不是表格。请企业提供 Excel 原表。"),
    (b"\x89PNG", "picture", "这是图片，不是表格。请企业提供 Excel 原表。"),
)


@dataclass(frozen=True, slots=True)
class FileType:
    """`format` is xlsx, xls or csv."""

    format: str


def refuse(code: str, message: str) -> InvalidInput:
    return InvalidInput(message, code=code)


def identify(path: Path) -> FileType:
    """Look at the bytes, not at the name. Raises InvalidInput, or EnvironmentFault where the file cannot be opened."""
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            start = stream.read(4096)
            whole_ole = start + stream.read(MAX_FILE_BYTES) if start[:8] == _OLE else b""
    except FileNotFoundError:
        raise EnvironmentFault(FaultKind.MISSING, f"找不到文件：{path.name}") from None
    except (IsADirectoryError, PermissionError):  # Windows says of a folder that it denies access
        if path.is_dir():
            raise refuse("not-a-workbook", f"“{path.name}”是文件夹，请选择里面的表格文件。") from None
        raise EnvironmentFault(FaultKind.IN_USE, f"打不开“{path.name}”：请先关闭占用它的程序。") from None
    except OSError as fault:
        raise EnvironmentFault(FaultKind.OTHER, f"读取“{path.name}”失败：{fault.strerror or '磁盘错误'}") from None
    if size == 0:
        raise refuse("file-empty", "文件是空的（0 字节），请重新获取。")
    if size > MAX_FILE_BYTES:
        raise refuse("file-too-large", "文件超过 200 MB，请按年度或人员拆分后再导入。")
    for mark, code, message in _NAMED:
        if start.startswith(mark):
            raise refuse(code, message)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _inside_zip(path)
    if whole_ole:
        return _inside_ole(whole_ole)
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if _HTML.match(head) or (head[:5] == b"<?xml" and _HTML.search(head)) or head.lower().startswith(b"mime-version"):
        raise refuse("html", "这是网页格式的假 Excel 文件。请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入。")
    if head[:5] == b"<?xml":
        raise refuse("xml-spreadsheet", "这是 XML 表格。请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入。")
    if start[:2] in (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08"):
        raise refuse("old-xls", "这是很旧的 Excel 格式。请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入。")
    return FileType("csv")


def _inside_zip(path: Path) -> FileType:
    try:
        with zipfile.ZipFile(path) as package:
            infos = package.infolist()
            names = {i.filename for i in infos}
            unpacked = sum(i.file_size for i in infos)
            encrypted = any(i.flag_bits & 1 for i in infos)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise refuse("damaged", "文件已损坏或没有下载完整，请企业重新发送。") from None
    if encrypted:
        raise refuse("encrypted", "文件加了密码。请用 Excel 或 WPS 打开，取消密码后另存再导入。")
    if unpacked > MAX_UNPACKED_BYTES:
        raise refuse("zip-bomb", "文件展开后大得不合理，为安全起见没有打开。请企业重新导出。")
    if any(n.lower().endswith("vbaproject.bin") for n in names):
        raise refuse("macro-workbook", "工作簿带有宏，为安全起见不导入。请另存为不带宏的 .xlsx 后再导入。")
    if "xl/workbook.bin" in names:
        raise refuse("xlsb", "这是二进制工作簿（.xlsb）。请用 Excel 或 WPS 另存为 .xlsx 后再导入。")
    if "xl/workbook.xml" not in names:
        if any(n.startswith("word/") for n in names):
            raise refuse("word", "这是 Word 文件，不是表格。请企业提供 Excel 原表。")
        if "content.xml" in names:
            raise refuse("ods", "这是 OpenDocument 表格。请另存为 .xlsx 后再导入。")
        raise refuse("archive", "这是压缩包或其他文件，不是 Excel 工作簿。请先解压，再选择里面的表格文件。")
    if any(n.startswith("xl/externalLinks/") for n in names):
        raise refuse(
            "external-links",
            "工作簿引用了别的文件，数值可能不是最新。请在 Excel 的“数据—编辑链接”中断开链接，另存后再导入。",
        )
    return FileType("xlsx")


def _inside_ole(content: bytes) -> FileType:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise refuse("encrypted", "文件加了密码。请用 Excel 或 WPS 打开，取消密码后另存再导入。")
    if "WordDocument".encode("utf-16-le") in content:
        raise refuse("word", "这是 Word 文件，不是表格。请企业提供 Excel 原表。")
    if not any(n.encode("utf-16-le") in content for n in ("Workbook", "Book")):
        raise refuse("not-a-workbook", "这不是 Excel 工作簿。请企业提供 Excel 原表。")
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise refuse("macro-workbook", "工作簿带有宏，为安全起见不导入。请另存为不带宏的 .xlsx 后再导入。")
    return FileType("xls")


_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d{1,7})"')
_CELL = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"[^>]*?(?<!/)>')
# wherever it stands in the file: calamine lays out a block as far as the farthest cell, in whatever order they come
_FAR_ROW = re.compile(rb'r="[A-Z]{1,3}([5-9]\d{5}|\d{7,})"[^>]*?(?<!/)>(?!</)')
_BEYOND_Z = re.compile(rb'r="[A-Z]{2}')
_FAR_CELL = re.compile(rb'\br="(?:[A-Z]{3}|[D-Z][A-Z])\d{1,7}"[^>]*?(?<!/)>(?!</)')
_ERROR_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?\bt="e"[^>]*?(?<!/)>')
_EMPTY_FORMULA = re.compile(
    rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^<]*(?:</(?:\w+:)?f>))\s*'
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


def check_parts(path: Path) -> None:
    """Unpacks every part of an .xlsx but the sheets, as far as it says it goes: what calamine reads on opening it.

    Raises InvalidInput for a part that is larger than said, damaged, or beyond any hand-in.
    """
    try:
        with zipfile.ZipFile(path) as package:
            for info in package.infolist():
                name = info.filename
                if not name.endswith((".xml", ".rels")) or name.startswith("xl/worksheets/sheet"):
                    continue
                if info.file_size > MAX_PART_BYTES:
                    raise refuse("zip-bomb", "文件展开后大得不合理，为安全起见没有打开。请企业重新导出。")
                with package.open(info) as stream:
                    while stream.read(1 << 22):  # no more than declared; the check sum is compared at the end
                        pass
    except _BROKEN_ZIP:
        raise refuse("damaged", "文件已损坏或没有下载完整，请企业重新发送。") from None


_BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Inspection:
    """By 0-based (row, column) the cells whose formula has no value; the numbers, from 1, of the hidden rows."""

    faults: dict[tuple[int, int], FormulaFault]
    hidden: list[int]


def inspect_sheet(path: Path, part: str, cancelled: Callable[[], bool] | None = None) -> Inspection:
    """Stream one sheet's XML before calamine lays it out: its bounds, and what calamine does not tell.

    It gives both a formula error and a formula never calculated as blank, and a blank wage means "no wage". Raises
    InvalidInput for a sheet far beyond any hand-in.
    """
    found = Inspection({}, [])
    try:
        with zipfile.ZipFile(path) as package:
            if part in package.NameToInfo:
                with package.open(part) as stream:
                    _scan(stream, found, cancelled)
    except _BROKEN_ZIP:
        raise refuse("damaged", "文件已损坏或没有下载完整，请企业重新发送。") from None
    return found


def _scan(stream: IO[bytes], found: Inspection, cancelled: Callable[[], bool] | None) -> None:
    faults = found.faults
    rest = b""
    last_row = 0
    width = 26
    while True:
        if cancelled is not None and cancelled():
            raise Cancelled
        block = stream.read(1 << 22)
        chunk = rest + block
        cut = chunk.rfind(b"</row>") + 6 if block else len(chunk)
        if cut < 6:
            cut = 0  # one row longer than a block (or a prefixed namespace): go on collecting
            if len(chunk) > 1 << 26:
                cut = len(chunk)
        rows, rest = chunk[:cut], chunk[cut:]
        if rows:
            if b"='" in rows:
                rows = rows.replace(b"'", b'"')  # the other quotes of XML
            if any(int(cell[1]) > MAX_ROWS for cell in _FAR_ROW.finditer(rows)):
                last_row = 1_048_576
            beyond = _BEYOND_Z.search(rows) is not None  # one look, where most sheets end before
            if beyond and _FAR_CELL.search(rows):
                raise refuse("too-wide", "工作表在 CZ 列以后还有内容，不像是花名册或流水。请删除多余的列后再导入。")
            last_row = max(last_row, _last_cell(rows))
            width = _width(rows, width) if beyond else width
            if _has_unplaced(rows):
                last_row, width = _unplaced_bounds(rows, last_row, width)
            if last_row > MAX_ROWS:
                raise refuse(
                    "too-many-rows", f"工作表一直用到第 {last_row} 行，请删除下方多余的空行（或按年度拆分）后再导入。"
                )
            if last_row * width > MAX_CELLS:
                raise refuse(
                    "too-many-rows", f"工作表用到第 {last_row} 行、二十六列以后，太大了。请删除多余的行和列后再导入。"
                )
            if b"hidden=" in rows:
                found.hidden.extend(int(row[1]) for row in _HIDDEN_ROW.finditer(rows))
            if b'"e"' in rows:
                for cell in _ERROR_CELL.finditer(rows):
                    faults[_position(cell)] = FORMULA_ERROR
            if b"<f" in rows or b":f" in rows:
                for cell in _EMPTY_FORMULA.finditer(rows):
                    faults[_position(cell)] = FORMULA_EMPTY
        if not block:
            return


# The widest columns first; a cell without content is no cell
_WIDE = tuple(
    (columns, re.compile(rb'\br="' + letter + rb'[A-Z]\d{1,7}"[^>]*?(?<!/)>(?!</)'))
    for columns, letter in ((104, b"C"), (78, b"B"), (52, b"A"))
)


def _width(rows: bytes, known: int) -> int:
    """26, 52, 78 or 104: how far to the right content stands, by the first letter of its columns."""
    return next((columns for columns, cell in _WIDE if columns > known and cell.search(rows)), known)


def _last_cell(rows: bytes) -> int:
    """The row number of the last cell with content in this piece; a cell that is only styled holds neither v nor is."""
    end = max(rows.rfind(mark) for mark in (b"</v>", b"</is>", b":v>", b":is>"))
    if end < 0:
        return 0
    start = rows.rfind(b"<c ", 0, end)
    if start < 0:
        start = rows.rfind(b"<", 0, max(rows.rfind(b":c ", 0, end), 0))  # a prefixed namespace: <x:c r=…>
    cell = _CELL.match(rows, start) if start >= 0 else None
    return int(cell[2]) if cell is not None else 0


# The standard lets a cell leave out where it stands: then it follows the one before, in the row after the one before
_UNPLACED = re.compile(rb'<(?:\w+:)?c(?=[\s>])(?![^>]*\br=")[^>]*(?<!/)>(?!</)')
_ANY_ROW = re.compile(rb'\br="[A-Z]{0,3}(\d{1,7})"')  # of the row itself or of one of its cells


def _has_unplaced(rows: bytes) -> bool:
    """A look that costs nothing where, as in what Excel writes, every cell begins with its place."""
    return any(
        rows.count(mark + b" ") + rows.count(mark + b">") != rows.count(mark + b' r="') for mark in (b"<c", b":c")
    )


def _unplaced_bounds(rows: bytes, last_row: int, width: int) -> tuple[int, int]:
    """The bounds so far with the cells that only follow one another: a sheet made of them says nowhere how far it
    goes, and would fill the memory."""
    for row in rows.split(b"row>"):  # the end of a row; of a row's own start only where it says nothing of itself
        cells = len(_UNPLACED.findall(row))
        if cells > MAX_COLUMNS:
            raise refuse("too-wide", "工作表在 CZ 列以后还有内容，不像是花名册或流水。请删除多余的列后再导入。")
        if cells:
            number = _ANY_ROW.search(row)
            last_row = max(last_row, int(number[1])) if number else last_row + 1
            width = max(width, next(columns for columns in (26, 52, 78, 104) if cells <= columns))
    return last_row, width


def _position(cell: re.Match[bytes]) -> tuple[int, int]:
    column = 0
    for letter in cell[1]:
        column = column * 26 + letter - 64
    return int(cell[2]) - 1, column - 1
