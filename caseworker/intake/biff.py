"""What calamine does not tell of an .xls: cells whose formula shows an error (it gives them as blank) and hidden rows.

The least of both formats that this takes: the sectors of the OLE container that hold the workbook, then the records of
one sheet. What is malformed is left to calamine to refuse; nothing here raises but for an encrypted workbook.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from caseworker.intake import files
from caseworker.intake.cells import FORMULA_ERROR

_FREE = 0xFFFFFFFA  # sector numbers from here on are marks
_SMALL = 4096  # shorter streams lie in the small sectors
_BOF, _EOF, _FILEPASS, _BOUNDSHEET = 0x0809, 0x000A, 0x002F, 0x0085
_ROW, _BOOLERR, _FORMULAS = 0x0208, 0x0205, (0x0006, 0x0206, 0x0406)


def inspect(path: Path, sheet: str) -> files.Inspection:
    """Raises InvalidInput("encrypted")."""
    found = files.Inspection({}, [])
    try:
        stream = _workbook(path.read_bytes())
        start = _start_of(stream, sheet)
        if start is not None:
            _scan(stream, start, found)
    except (struct.error, IndexError, UnicodeDecodeError):
        pass
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


def _start_of(stream: bytes, sheet: str) -> int | None:
    for kind, body in _records(stream, 0):
        if kind == _FILEPASS:
            raise files.refuse("encrypted", "文件加了密码。请用 Excel 或 WPS 打开，取消密码后另存再导入。")
        if kind == _BOUNDSHEET:
            start, _, length, wide = struct.unpack_from("<IHBB", body)
            name = body[8 : 8 + 2 * length].decode("utf-16-le") if wide & 1 else body[8 : 8 + length].decode("latin-1")
            if name == sheet:
                return int(start)
        if kind == _EOF:
            return None
    return None


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


# ---- the container -------------------------------------------------------------------------


def _workbook(content: bytes) -> bytes:
    shift, small_shift = struct.unpack_from("<HH", content, 30)
    if not 7 <= shift <= 16 or not 4 <= small_shift <= shift:
        return b""
    fats, first_directory = struct.unpack_from("<I", content, 44)[0], struct.unpack_from("<I", content, 48)[0]
    first_small_fat, _, first_more, _ = struct.unpack_from("<IIII", content, 60)
    size = 1 << shift

    def sector(number: int) -> bytes:
        return content[(number + 1) * size : (number + 2) * size]

    def numbers(block: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4]))

    places = numbers(content[76:512])
    more = first_more
    for _ in range(len(content) // size + 1):  # beyond 109 the table goes on in sectors of its own
        if more >= _FREE:
            break
        block = numbers(sector(more))
        places += block[:-1]
        more = block[-1]
    fat = [n for place in places[:fats] if place < _FREE for n in numbers(sector(place))]

    def chain(first: int) -> bytes:
        out, number = [], first
        for _ in range(len(fat) + 1):
            if number >= len(fat):
                break
            out.append(sector(number))
            number = fat[number]
        return b"".join(out)

    directory = chain(first_directory)
    root_first, wanted = 0, None
    for at in range(0, len(directory), 128):
        entry = directory[at : at + 128]
        name = entry[: max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)].decode("utf-16-le")
        first, length = struct.unpack_from("<II", entry, 116)
        if entry[66] == 5:
            root_first = first
        if entry[66] == 2 and name.lower() in ("workbook", "book") and wanted is None:
            wanted = first, length
    if wanted is None:
        return b""
    first, length = wanted
    if length >= _SMALL:
        return chain(first)[:length]
    small, small_fat, small_size = chain(root_first), numbers(chain(first_small_fat)), 1 << small_shift
    out, number = [], first
    for _ in range(len(small_fat) + 1):
        if number >= len(small_fat):
            break
        out.append(small[number * small_size : (number + 1) * small_size])
        number = small_fat[number]
    return b"".join(out)[:length]
