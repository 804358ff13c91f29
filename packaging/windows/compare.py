"""Compare what `caseworker demo` made on two systems: the same files, text of every page, and cells.

Run with the project's own Python: .venv/bin/python packaging/windows/compare.py ONE OTHER
"""

from __future__ import annotations

import sys
from pathlib import Path

import openpyxl
import pypdfium2


def pages(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def cells(path: Path) -> list[tuple[str, str, object]]:
    book = openpyxl.load_workbook(path)
    found = [(sheet.title, cell.coordinate, cell.value) for sheet in book for row in sheet for cell in row]
    book.close()
    return found


def content(path: Path) -> list[object] | None:
    """What a reader sees of a file; None of a picture, whose type faces are each system's own."""
    if path.suffix == ".pdf":
        return [*pages(path)]
    if path.suffix == ".xlsx":
        return [*cells(path)]
    return None


def main(one: Path, other: Path) -> int:
    listed = [{path.name: path for path in folder.iterdir() if path.is_file()} for folder in (one, other)]
    different = 0
    for name in sorted(listed[0].keys() | listed[1].keys()):
        if name not in listed[0] or name not in listed[1]:
            print(f"{name}: only in {one if name in listed[0] else other}")
            different += 1
            continue
        ours, theirs = (content(folder[name]) for folder in listed)
        if ours is None:
            continue
        different += ours != theirs
        print(f"{name}: {'the same' if ours == theirs else 'DIFFERENT'}, {len(ours)} {name.rpartition('.')[2]} parts")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
