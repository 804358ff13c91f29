"""One cell of a yearly sheet into one figure, in the unit that the fact is kept in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from caseworker.intake import cells, units
from caseworker.intake.cells import Cell, CellProblem
from caseworker.intake.field import Measure
from caseworker.intake.units import Unit
from caseworker.values.money import Money

Figure = Money | int | Decimal

_OWN_UNIT = re.compile(
    r"(?:\$|us\$|usd|¥)?(.*?)((?:亿|千万|百万|十万|万|千)?(?:美元|美金|元)?|usd|席|个|座|%)", re.IGNORECASE
)
_MOST_SEATS = 1_000_000


@dataclass(frozen=True, slots=True)
class Taken:
    """`note`: (code, sentence) where something was read in a way that a clerk should look at."""

    value: Figure | None
    note: tuple[str, str] | None = None


def figure(cell: Cell, measure: Measure, said: Unit | None, label: str) -> Taken:
    """`said`: the unit of the heading, the unit column or the title; one in the cell itself goes before it.

    A blank or a dash is None: not known. Zero is zero. Raises amount-invalid.
    """
    if cells.is_blank(cell):
        return Taken(None)
    number, own = _split(cell)
    plain = cells.number_text(number)
    if plain is None:
        return Taken(None)
    unit = own or said
    if measure is Measure.PERCENT:
        return _percent(plain, unit, own is not None)
    if measure is Measure.COUNT:
        return Taken(_count(plain, unit))
    if unit is not None and unit.measure is not None and unit.measure is not measure:
        wanted = "美元" if measure is Measure.USD else "人民币"
        raise CellProblem("amount-invalid", f"“{label}”应按{wanted}填写，表中写的单位是“{unit.text}”，请换算后写明单位")
    value = cells.exact(plain, unit.factor if unit is not None else 1)
    if measure is Measure.USD and (unit is None or unit.measure is None):
        return Taken(value, ("unit-assumed", f"“{label}”没有写明币种，按美元读入，请核对"))
    return Taken(value)


def _split(cell: Cell) -> tuple[Cell, Unit | None]:
    """The cell's number, and the unit written behind it (120万元, 85%), if any."""
    if not isinstance(cell, str):
        return cell, None
    plain = re.sub(r"\s+", "", cells.text(cell)).lower()
    found = _OWN_UNIT.fullmatch(plain)
    if found is None or not found[1] or not found[1][-1].isdigit():
        return cell, None
    dollars = plain.startswith(("$", "us$", "usd"))
    unit = units.of_text(found[2]) if found[2] else None
    if dollars:
        factor = unit.factor if unit is not None else 1
        unit = Unit(factor, Measure.USD, "$")
    elif plain.startswith("¥") and (unit is None or unit.measure is None):
        unit = Unit(unit.factor if unit is not None else 1, Measure.YUAN, "¥")
    return found[1], unit


def _count(plain: str, unit: Unit | None) -> int:
    if unit is not None and unit.measure is not Measure.COUNT:
        unit = None  # a sheet in 万元 still counts its seats one by one
    value = Decimal(plain) if len(plain) <= 20 else Decimal(10**20)
    if value != value.to_integral_value():
        raise CellProblem("amount-invalid", f"座席数应是整数，这里是 {plain}")
    if value > _MOST_SEATS:
        raise CellProblem("amount-invalid", f"座席数 {plain} 大得不合理")
    return int(value)


def _percent(plain: str, unit: Unit | None, own: bool) -> Taken:
    """A share up to 1 is how Excel keeps 85 %: 0.85 is 85. Written with its own sign it is what it says."""
    value = Decimal(plain) if len(plain) <= 20 else Decimal(10**20)
    note = None
    if not own and 0 < value <= 1:
        value *= 100
        note = ("share-as-percent", f"入座率写作 {plain}，按 {_plain(value)}% 读入，请核对")
    if value > 100:
        raise CellProblem("amount-invalid", f"入座率 {plain} 超过 100%，请核对")
    if own and unit is not None and unit.measure is not Measure.PERCENT:
        raise CellProblem("amount-invalid", f"入座率应写百分数，这里的单位是“{unit.text}”")
    if len(format(value, "f").partition(".")[2].rstrip("0")) > 6:
        raise CellProblem("amount-invalid", f"入座率 {plain} 的小数太长，请按百分数填写，如 85.5%")
    return Taken(Decimal(_plain(value)), note)


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
