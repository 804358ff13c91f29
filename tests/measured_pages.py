"""A finished PDF, measured: its characters, rules and pictures in millimetres from the page's top left."""

from __future__ import annotations

from io import BytesIO

import pdfplumber

MM = 72 / 25.4


class Pages:
    """A PDF's characters, rules and pictures in millimetres from the page's top left."""

    def __init__(self, data: bytes) -> None:
        self._pdf = pdfplumber.open(BytesIO(data))
        self.pages = self._pdf.pages

    def close(self) -> None:
        self._pdf.close()

    def __len__(self) -> int:
        return len(self.pages)

    def text(self, page: int) -> str:
        return "".join(c["text"] for c in self.pages[page].chars)

    def all_text(self) -> str:
        return "".join(self.text(number) for number in range(len(self)))

    def lines(self, page: int, size: float = 16.0) -> list[list[dict[str, object]]]:
        """Characters of this size, grouped by baseline, top to bottom."""
        rows: dict[float, list[dict[str, object]]] = {}
        for c in self.pages[page].chars:
            if abs(c["size"] - size) < 0.01 and c["upright"]:
                rows.setdefault(round(c["matrix"][5], 1), []).append(c)
        return [sorted(rows[base], key=lambda c: c["x0"]) for base in sorted(rows, reverse=True)]

    def em_top(self, char: dict[str, object]) -> float:
        """The top of the character's em box: 0.88 em above its baseline, whichever face sets it."""
        baseline = 297 - char["matrix"][5] / MM  # type: ignore[index]
        return baseline - 0.88 * char["size"] / MM  # type: ignore[operator]

    def find(self, page: int, text: str, size: float | None = None) -> list[dict[str, object]]:
        """The characters of the first place where this text stands in drawing order."""
        chars = [c for c in self.pages[page].chars if size is None or abs(c["size"] - size) < 0.01]
        whole = "".join(c["text"] for c in chars)
        start = whole.index(text)
        return chars[start : start + len(text)]
