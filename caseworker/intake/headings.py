"""The words of a heading row: made comparable, joined over two rows, and shown so that a mapping can name them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from caseworker.intake import cells
from caseworker.intake.cells import Cell
from caseworker.intake.field import Field

_UNIT_NOTE = re.compile(
    r"\((?:单位:?)?(?:元|人民币|人民币元|百元|千元|万元|亿元|人民币万元|必填|选填|税前|元/月|人民币:?元)\)$"
)
_STAFF = re.compile(
    r"^(?:员工|职工|人员|本人|参保人员?|个人|坐席|座席|学生|实习生|实习人员|实习学生|学员|毕业生|见习人员)(?=.)"
)


_TAIL = re.compile(r"\([^()]*\)$")
_LATIN = re.compile(r"^[a-z.]+/?(?=[^\W\d_a-z])|/?[a-z.]+$")


def plain_heading(cell: Cell) -> str:
    """A heading for comparison: half-width, no white space, without a mark of obligation or a unit in brackets."""
    plain = re.sub(r"\s+", "", cells.text(cell)).strip("*:;、").lower()
    return _UNIT_NOTE.sub("", plain).strip("*:")


def bare_name(text: str) -> str:
    """员工姓名 → 姓名."""
    return text if text in ("个人社保号",) else _STAFF.sub("", text)


def column_letters(column: int) -> str:
    """0 → A, 26 → AA."""
    out = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        out = chr(ord("A") + rest) + out
    return out


def from_letters(text: str) -> int | None:
    """@A → 0; None where the text is no such place."""
    found = re.fullmatch(r"@([A-Za-z]{1,3})", text)
    if found is None:
        return None
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


@dataclass(frozen=True, slots=True)
class Heading:
    """One column's heading: the upper row's text (spread over its merged cells) and the lower row's."""

    upper: str
    lower: str

    @property
    def texts(self) -> tuple[str, ...]:
        if self.upper and self.lower and self.upper != self.lower:
            return (self.lower, f"{self.upper}/{self.lower}", self.upper + self.lower, self.upper)
        return (self.lower or self.upper,) if self.lower or self.upper else ()


def place_of(wanted: str, headings: Sequence[Heading], usable: Sequence[int]) -> int | None:
    """The column that a mapping names, by heading or by letter."""
    at = from_letters(wanted)
    if at is None:
        plain = re.sub(r"\s*/\s*", "/", plain_heading(wanted))
        at = next((i for i in usable if plain in headings[i].texts), None)
    return at if at is not None and at < len(headings) else None


def best(wanted: Field, headings: Sequence[Heading], usable: Sequence[int]) -> int | None:
    """The column whose heading stands first in the field's list of names; the leftmost of equals."""
    found: tuple[int, int, int] | None = None
    for i in usable:
        for text in headings[i].texts:
            short = _TAIL.sub("", _LATIN.sub("", text))  # 身份证号(18位), 姓名/Name: later than what fits as it is
            for candidate, later in ((text, 0), (bare_name(text), 0), (short, 1), (bare_name(short), 1)):
                if candidate in wanted.names:
                    rank = (later, wanted.names.index(candidate), i)
                    found = rank if found is None or rank < found else found
    return found[2] if found else None


def spread(upper: list[str], lower: list[str]) -> list[str]:
    """Carry an upper heading over the blanks to its right where the lower row has text: csv files lose merges."""
    out: list[str] = []
    last = ""
    for i, text in enumerate(upper):
        if text:
            last = text
        out.append(text or (last if lower[i] else ""))
    return out


def shown(upper: Sequence[Cell] | None, lower: Sequence[Cell], spread_upper: list[str]) -> dict[int, str]:
    """The heading to show and to remember for each column: its own words where they are unique in the row."""
    texts: dict[int, str] = {}
    for i, cell in enumerate(lower):
        own = re.sub(r"\s+", "", cells.text(cell))
        above = re.sub(r"\s+", "", cells.text(upper[i])) if upper is not None else ""
        above = above or spread_upper[i]
        texts[i] = own or above
        if own and above and own != above and sum(1 for c in lower if plain_heading(c) == plain_heading(cell)) > 1:
            texts[i] = f"{above}/{own}"
    counts: dict[str, int] = {}
    for text in texts.values():
        counts[plain_heading(text)] = counts.get(plain_heading(text), 0) + 1
    return {i: t if t and counts[plain_heading(t)] == 1 else f"@{column_letters(i)}" for i, t in texts.items()}
