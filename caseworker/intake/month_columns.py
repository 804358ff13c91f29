"""Months across the columns: which column is which month, and which of several is the amount."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from caseworker.errors import InvalidInput, Problem
from caseworker.intake import cells
from caseworker.intake.cells import Cell
from caseworker.intake.headings import Heading, place_of
from caseworker.intake.kinds import FIELDS, INSURANCE_ROLES, Kind
from caseworker.intake.result import ColumnMapping

_OPEN = "?"  # behind a number that may be January or October


def months_across(
    kind: Kind, headings: list[Heading], usable: list[int], years: Sequence[int], mapping: ColumnMapping | None
) -> tuple[tuple[tuple[int, str], ...], bool, InvalidInput | None]:
    """Columns that are months, whether any of them was a bare 3月, and what leaves a month open, if anything does.

    `years`: those of the title, which complete bare months; after 12月 comes the next one's 1月.
    """
    found = [(i, parsed) for i in usable if (parsed := _month_and_role(headings[i])) is not None]
    given = dict(mapping.months) if mapping is not None else {}
    numbers = [month for _, ((own, month), _) in found if own is None]
    bare = bool(numbers)
    turns = sum(1 for before, after in pairwise(numbers) if after < before)
    # of two years in a title the months must show where the one ends; else nobody knows which is meant
    year = years[0] if years and turns == years[-1] - years[0] else years[0] if len(years) == 1 else None
    order, previous = _order(kind), 0
    ranked: dict[str, list[tuple[int, int]]] = {}  # month -> (rank of its role, column)
    for i, ((own_year, number), role) in found:
        if own_year is None:
            if year is not None and len(years) > 1 and number < previous:
                year += 1
            previous = number
            own_year = year
        if own_year is not None and (not role or role in order):
            ranked.setdefault(f"{own_year}-{number:02d}", []).append((order.index(role) if role else -1, i))
    chosen = {min(places)[1]: month for month, places in ranked.items()}
    trouble = _repeated(ranked, headings, given) or _undecided(headings, usable)
    for month, wanted in given.items():
        at = place_of(wanted, headings, usable)
        if at is not None:
            chosen = {c: m for c, m in chosen.items() if m != month and c != at} | {at: month}
    return tuple(sorted(chosen.items())), bare, trouble


def _order(kind: Kind) -> tuple[str, ...]:
    return next((f.names for f in FIELDS[kind] if f.name == "gross"), INSURANCE_ROLES)


def _repeated(
    ranked: dict[str, list[tuple[int, int]]], headings: list[Heading], given: dict[str, str]
) -> InvalidInput | None:
    problems = []
    for month, places in ranked.items():
        best = min(rank for rank, _ in places)
        same = [i for rank, i in places if rank == best]
        if len(same) > 1 and month not in given:
            text = headings[same[0]].lower or headings[same[0]].upper
            problems.append(Problem(f"mapping.months.{month}", f"有 {len(same)} 列都是“{text}”。"))
    if not problems:
        return None
    return InvalidInput("同一个月份有不止一列，请在列对应中指定用哪一列。", tuple(problems), code="month-repeated")


def _undecided(headings: list[Heading], usable: list[int]) -> InvalidInput | None:
    for i in usable:
        text = headings[i].lower if headings[i].lower.endswith(_OPEN) else headings[i].upper
        if text.endswith(_OPEN) and re.fullmatch(r"\d{4}\.1\?", text):
            shown = text.removesuffix(_OPEN)
            return InvalidInput(
                f"表头“{shown}”是数字，分不清是 1 月还是 10 月，请写成 {shown[:4]}-01 或 {shown[:4]}-10 后再导入。",
                code="month-invalid",
            )
    return None


def settled(row: Sequence[Cell]) -> list[Cell]:
    """A heading row whose numbers are made words: a date's serial number its month, 2023.1 the month that its
    neighbours show it to be."""
    return [_settled(row, i) if isinstance(cell, float) else cell for i, cell in enumerate(row)]


def _settled(row: Sequence[Cell], at: int) -> Cell:
    cell = row[at]
    if cell.is_integer():
        whole = int(cell)
        if 36_526 <= whole <= 73_050:  # from 2000 on
            day = date(1899, 12, 30) + timedelta(days=whole)
            return f"{day:%Y-%m}"
        return cell
    text = cells.text(cell)
    if re.fullmatch(r"(?:19|20)\d{2}\.1", text) is None:
        return cell
    year = int(text[:4])
    before = next((_plain_month(c) for c in reversed(row[:at]) if c not in ("", cell)), None)
    after = next((_plain_month(c) for c in row[at + 1 :] if c not in ("", cell)), None)
    january = before == (year - 1, 12) or after == (year, 2)
    october = before == (year, 9) or after == (year, 11)
    if january == october:
        return text + _OPEN
    return f"{year}-{'01' if january else '10'}"


def _plain_month(cell: Cell) -> tuple[int | None, int] | None:
    return cells.parse_month(re.sub(r"\s+", "", cells.text(cell)))


def _month_and_role(heading: Heading) -> tuple[tuple[int | None, int], str] | None:
    """The month in a heading and what else it says: (2023, 3) and "应发"."""
    upper_year = re.fullmatch(r"((?:19|20)\d{2})年?度?", heading.upper)
    for text, other in ((heading.lower, heading.upper), (heading.upper, heading.lower)):
        month = cells.parse_month(text)
        if month is None and (found := re.fullmatch(r"(\d{4})-(\d{2})-\d{2}", text)):
            month = (int(found[1]), int(found[2]))  # a heading that is a date cell
        if month is not None:
            if text == other:
                return month, ""
            if month[0] is None and text == heading.lower and upper_year is not None:
                return (int(upper_year[1]), month[1]), ""
            return month, other
        glued = re.fullmatch(r"((?:\d{4}(?:年|-|/|\.))?\d{1,2}月份?)(\D+)", text)
        if glued is not None and (month := cells.parse_month(glued[1])) is not None:
            return month, glued[2].strip("/-()")  # 3月应发工资
    return None
