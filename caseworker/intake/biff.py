"""What calamine does not tell of an .xls, and what would make it take all memory.

It gives cells whose formula shows an error as blank, does not say which rows are hidden, and believes every length and
every chain that a file states: a damaged one ends the whole program, for memory that is not there cannot be caught.
So the sectors of the OLE container and the records of the sheets are walked here first. What is merely odd is left to
calamine to refuse.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from caseworker.errors import InvalidInput
from caseworker.intake import files
from caseworker.intake.cells import FORMULA_ERROR

_FREE = 0xFFFFFFFA  # sector numbers from here on are marks
_SMALL = 4096  # shorter streams lie in the small sectors
_BOF, _EOF, _FILEPASS, _BOUNDSHEET = 0x0809, 0x000A, 0x002F, 0x0085
_ROW, _BOOLERR, _FORMULAS = 0x0208, 0x0205, (0x0006, 0x0206, 0x0406)
_TEXTS, _EXTENT = 0x00FC, 0x0200
_CELLS = frozenset({0x0203, 0x0204, 0x027E, 0x00FD, 0x00BD, 0x00D6, _BOOLERR, *_FORMULAS})
_COLUMNS, _ROWS = 256, 65_536  # an .xls has no more


def check(path: Path) -> None:
    """Raises InvalidInput: damaged, encrypted."""
    try:
        stream = _workbook(path.read_bytes())
        for kind, body in _records(stream, 0):
            if kind == _TEXTS and struct.unpack_from("<I", body, 4)[0] > len(stream):
                raise _damaged()
        for _, start in _sheets(stream):
            for kind, body in _records(stream, start):
                if kind == _EOF:
                    break
                if kind == _EXTENT and not _fits(body):
                    raise _damaged()
                if kind in _CELLS and struct.unpack_from("<H", body, 2)[0] >= _COLUMNS:
                    raise _damaged()
    except (struct.error, IndexError, UnicodeDecodeError):
        raise _damaged() from None


def _fits(body: bytes) -> bool:
    """Whether the extent that a sheet states is one that an .xls can have; an old one has shorter row numbers."""
    form = "<IIHH" if len(body) >= 14 else "<HHHH"
    first_row, last_row, first_column, last_column = struct.unpack_from(form, body)
    return bool(first_row <= last_row <= _ROWS and first_column <= last_column <= _COLUMNS)


def _damaged() -> InvalidInput:
    return files.refuse("damaged", "文件已损坏或不是 Excel 工作簿，请企业重新发送。")


def inspect(path: Path, sheet: str) -> files.Inspection:
    """The cells that show an error and the hidden rows of one sheet. Raises InvalidInput as `check` does."""
    found = files.Inspection({}, [])
    try:
        stream = _workbook(path.read_bytes())
        start = next((start for name, start in _sheets(stream) if name == sheet), None)
        if start is not None:
            _scan(stream, start, found)
    except (struct.error, IndexError, UnicodeDecodeError):
        raise _damaged() from None
    return found


def _scan(stream: bytes, start: int, found: files.Inspection) -> None:
    depth = 0
    for kind, body in _records(stream, start):
        depth += (kind == _BOF) - (kind == _EOF)  # a chart in the sheet has a beginning and an end of its own
        if depth == 0:
            return
        if kind == _ROW:
            if struct.unpack_from("<H", body, 12)[0] & 0x20:
                found.hidden.append(struct.unpack_from("<H", body)[0] + 1)
        elif kind == _BOOLERR:
            row, column, _, _, error = struct.unpack_from("<HHHBB", body)
            if error:
                found.faults[row, column] = FORMULA_ERROR
        elif kind in _FORMULAS:
            row, column, _, what, mark = struct.unpack_from("<HHHB5xH", body)
            if mark == 0xFFFF and what == 2:
                found.faults[row, column] = FORMULA_ERROR


def _sheets(stream: bytes) -> list[tuple[str, int]]:
    """Every sheet's name and where its records begin."""
    out = []
    for kind, body in _records(stream, 0):
        if kind == _FILEPASS:
            raise files.refuse("encrypted", "文件加了密码。请用 Excel 或 WPS 打开，取消密码后另存再导入。")
        if kind == _BOUNDSHEET:
            start, _, length, wide = struct.unpack_from("<IHBB", body)
            name = body[8 : 8 + 2 * length].decode("utf-16-le") if wide & 1 else body[8 : 8 + length].decode("latin-1")
            out.append((name, int(start)))
        if kind == _EOF:
            break
    return out


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


# ---- the container -------------------------------------------------------------------------


def _workbook(content: bytes) -> bytes:
    """The stream that holds the workbook. Raises InvalidInput("damaged") for lengths and chains that cannot be."""
    version, _, shift, small_shift = struct.unpack_from("<HHHH", content, 26)
    if shift != (12 if version == 4 else 9) or small_shift != 6:
        raise _damaged()
    size = 1 << shift
    most = len(content) // size + 1  # sectors
    directory_count, fat_count, first_directory = struct.unpack_from("<III", content, 40)
    first_small_fat, small_fat_count, first_more, more_count = struct.unpack_from("<IIII", content, 60)
    if max(directory_count, fat_count, small_fat_count, more_count) > most:
        raise _damaged()

    def sector(number: int) -> bytes:
        return content[(number + 1) * size : (number + 2) * size]

    def numbers(block: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4]))

    def follow(first: int, table: list[int]) -> Iterator[int]:
        number, steps = first, 0
        while number < _FREE:
            if number >= len(table) or steps > len(table):
                raise _damaged()  # out of the file, or round and round
            yield number
            number, steps = table[number], steps + 1

    places, more = numbers(content[76:512]), first_more
    for _ in range(most):  # beyond 109 the table goes on in sectors of its own
        if more >= _FREE:
            break
        block = numbers(sector(more))
        places += block[:-1]
        more = block[-1]
    else:
        raise _damaged()
    fat = [n for place in places if place < _FREE for n in numbers(sector(place))]
    directory = b"".join(map(sector, follow(first_directory, fat)))
    root, wanted = None, None
    for at in range(0, len(directory), 128):
        entry = directory[at : at + 128]
        name = entry[: max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)].decode("utf-16-le", "replace")
        first, length = struct.unpack_from("<IQ" if version == 4 else "<II", entry, 116)
        if length > len(content):
            raise _damaged()
        if entry[66] == 5:
            root = first
        if entry[66] == 2 and name.lower() in ("workbook", "book") and wanted is None:
            wanted = first, length
    if wanted is None or root is None:
        raise _damaged()
    first, length = wanted
    small = b"".join(map(sector, follow(root, fat)))
    small_fat = numbers(b"".join(map(sector, follow(first_small_fat, fat))))
    if length >= _SMALL:
        return b"".join(map(sector, follow(first, fat)))[:length]
    parts = (small[number * 64 : (number + 1) * 64] for number in follow(first, small_fat))
    return b"".join(parts)[:length]
