"""The unit that a heading, a title or a cell names: 万元 multiplies by 10,000, exactly; 美元 are no 元."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from caseworker.intake import cells
from caseworker.intake.cells import Cell
from caseworker.intake.field import Measure

_FACTORS = {
    "": 1, "十": 10, "百": 100, "千": 1_000, "万": 10_000, "十万": 100_000, "百万": 1_000_000, "千万": 10_000_000,
    "亿": 100_000_000,
}  # fmt: skip
_MANY = "(亿|千万|百万|十万|万|千|百|十)?"
_DOLLARS = "美元|美金|usd|us\\$|\\$"
_YUAN = "元人民币|人民币元|人民币|元|圆|rmb|cny"
_MONEY = f"(?:人民币:?)?{_MANY}({_DOLLARS}|{_YUAN})"
_WORD = re.compile(rf"{_MONEY}(?:/[月年]|整)?")
_BRACKETS = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]")
_SAID = re.compile(rf"单位(?:为|是)?:?{_MONEY}")


@dataclass(frozen=True, slots=True)
class Unit:
    """`factor` times yuan or dollars; `measure` None where only the multiple is said (万)."""

    factor: int
    measure: Measure | None
    text: str


def of_text(text: str) -> Unit | None:
    """The unit where the text is nothing but a unit: 万元, 人民币万元, 万美元, 万, %, 席."""
    plain = re.sub(r"\s+", "", text).lower().strip(":;,。、")
    plain = re.sub(r"^单位(?:为|是)?:?", "", plain)
    if plain in ("%", "百分比", "百分数"):
        return Unit(1, Measure.PERCENT, plain)
    if plain in ("席", "个", "座", "个席位"):
        return Unit(1, Measure.COUNT, plain)
    if plain in _FACTORS and plain:
        return Unit(_FACTORS[plain], None, plain)
    found = _WORD.fullmatch(plain)
    return _money(found[1], found[2], found[0]) if found is not None else None


def of_heading(cell: Cell) -> Unit | None:
    """The unit in a heading: 纳税额（万元）, 纳税额/万元, 纳税额 单位：万元, 纳税额万元."""
    plain = _plain(cell)
    for inside in _BRACKETS.findall(plain):
        for part in reversed(re.split(r"[,，、;]", inside)):
            if (unit := of_text(part)) is not None:
                return unit
    if (said := _SAID.search(plain)) is not None:
        return _money(said[1], said[2], said[0])
    if (tail := re.search(rf"(?:[/,、\-—_:]){_MONEY}$", plain)) is not None:
        return _money(tail[1], tail[2], tail[0])
    if (tail := re.search(r"(亿|千万|百万|十万|万|千)(美元|美金|元)$", plain)) is not None:
        return _money(tail[1], tail[2], tail[0])
    return None


def of_titles(titles: Sequence[Cell]) -> Unit | None:
    """The unit said for the whole sheet: 单位：万元 above the table, or （万元） in its title."""
    for cell in titles:
        plain = _plain(cell)
        if (said := _SAID.search(plain)) is not None:
            return _money(said[1], said[2], said[0])
        for inside in _BRACKETS.findall(plain):
            unit = of_text(inside)
            if unit is not None and unit.measure in (Measure.YUAN, Measure.USD):
                return unit
    return None


def without(text: str) -> str:
    """A plain heading without its unit, and without 其中."""
    plain = _BRACKETS.sub(lambda found: "" if _is_note(found[1]) else found[0], text)
    plain = re.sub(rf"[,、;]?单位(?:为|是)?:?{_MONEY}$", "", plain)
    plain = re.sub(rf"[/,、\-—_:]{_MONEY}$", "", plain)
    plain = re.sub(r"(?<=[^\W\d_])(?:亿|千万|百万|十万|万|千)(?:美元|美金|元)$", "", plain)
    return re.sub(r"^(?:其中|#|[一二三四五六七八九十]+、|\d{1,2}[、.)]|\(\d{1,2}\)):?", "", plain).strip("*:;、.")


def _is_note(inside: str) -> bool:
    parts = re.split(r"[,，、;]", inside)
    return all(of_text(part) is not None or part in ("必填", "选填", "税前", "") for part in parts)


def _plain(cell: Cell) -> str:
    return re.sub(r"\s+", "", cells.text(cell)).lower()


def _money(many: str | None, word: str, text: str) -> Unit:
    dollars = word in ("美元", "美金", "usd", "us$", "$")
    return Unit(_FACTORS[many or ""], Measure.USD if dollars else Measure.YUAN, text)
