"""Where the yearly figures are in a sheet: years down the rows, or years across with the figures' names down.

Nothing is assumed: a heading row holds words, a year is written as one, and what names no known figure is left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from caseworker.errors import InvalidInput, Problem
from caseworker.intake import cells, titles, units
from caseworker.intake.cells import Cell, CellProblem
from caseworker.intake.headings import Heading, best, place_of, plain_heading, shown, spread
from caseworker.intake.kinds import RETURN_REASON, RETURN_ROW, RUNNING_NUMBER
from caseworker.intake.layout import HEAD_ROWS, Layout
from caseworker.intake.result import ColumnMapping
from caseworker.intake.yearly_columns import FIGURES, ITEM, MEASURES, PLAIN_REVENUE, UNIT, VALUES, YEAR

_FIELD_OF = {name: f.name for f in reversed(FIGURES) for name in reversed(f.names)}
_YEAR_TEXT = re.compile(
    r"((?:19|20)\d{2})(?:\.0)?(?:(?:财|会计)?年度?(?:全年|末|底|度)?|-(?:12)|年?1-12月|\(?全年\)?)?", re.ASCII
)
_SHORT_YEAR = re.compile(r"(\d{2})年度?", re.ASCII)
_OWN = {plain_heading(RETURN_ROW), plain_heading(RETURN_REASON)}


def item_name(cell: Cell) -> str:
    """A figure's name for comparison: 其中：1、坐席数（席） → 座席数."""
    text = re.sub(r"\s+", "", cells.text(cell)).lower()
    return units.without(text).replace("坐席", "座席")


def year_of(cell: Cell) -> int | None:
    """2021, 2021年, 2021年度, 2021年末, 21年; None for anything else."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int):
        return cell if 1900 <= cell < 2100 else None
    if not isinstance(cell, str):
        whole = getattr(cell, "year", None)  # a cell that holds 2021-01-01 and shows the year
        edge = (getattr(cell, "month", 0), getattr(cell, "day", 0)) in ((1, 1), (12, 31))
        return whole if whole is not None and edge and 1900 <= whole < 2100 else None
    plain = re.sub(r"\s+", "", cells.text(cell)).strip("'")
    plain = units.without(plain.lower())
    if (found := _YEAR_TEXT.fullmatch(plain)) is not None:
        return int(found[1])
    if (short := _SHORT_YEAR.fullmatch(plain)) is not None:
        return 2000 + int(short[1])
    return None


def year(cell: Cell) -> int:
    """Raises CellProblem: missing-value for a blank, date-invalid for what is no year."""
    if isinstance(cell, cells.FormulaFault):
        raise CellProblem("date-invalid", cell.sentence)
    found = year_of(cell)
    if found is not None:
        return found
    plain = cells.text(cell)
    if not plain.strip("-—–－/\\ "):
        raise CellProblem("missing-value", "没有填写年度")
    raise CellProblem("date-invalid", f"“{plain}”不是年度，请写成 2023")


def find(sheet: str, head: Sequence[Sequence[Cell]], mapping: ColumnMapping | None, file_hint: str = "") -> Layout:
    """Find the layout in a sheet's first rows, merged cells already spread.

    Raises InvalidInput: header-not-found, year-missing, year-repeated, mapping-invalid.
    """
    chosen: tuple[int, Layout | InvalidInput] | None = None
    for at in range(min(len(head), HEAD_ROWS)):
        if mapping is not None and mapping.header_row is not None and at + 1 != mapping.header_row:
            continue
        if sum(1 for cell in head[at] if not cells.is_blank(cell)) < (1 if mapping is not None else 2):
            continue
        for rows in (1, 2):
            if rows == 2 and not _is_lower(head, at):
                continue
            for attempt in (_down, _across):
                score, found = attempt(sheet, head, at, rows, mapping, file_hint)
                if score and (chosen is None or score > chosen[0]):
                    chosen = (score, found)
    if chosen is None:
        if mapping is not None:
            problems = tuple(Problem(f"mapping.{f}", f"表中没有“{h}”这一项。") for f, h in mapping.columns.items())
            raise InvalidInput("按给出的对应关系，在表中没有找到这些项目。", problems, code="mapping-invalid")
        raise InvalidInput(
            "没有找到表头：年度数据要有年度和至少一项数字（如年纳税额、座席数、产值），请检查是否选对了工作表和类别。",
            code="header-not-found",
        )
    if isinstance(chosen[1], InvalidInput):
        raise chosen[1]
    return chosen[1]


def _headings(head: Sequence[Sequence[Cell]], at: int, rows: int) -> tuple[list[Heading], list[int], list[str]]:
    lower = [plain_heading(c) for c in head[at + rows - 1]]
    upper = spread([plain_heading(c) for c in head[at]], lower) if rows == 2 else [""] * len(lower)
    headings = [
        Heading(units.without(u).replace("坐席", "座席"), units.without(low).replace("坐席", "座席"))
        for u, low in zip(upper, lower, strict=True)
    ]
    return headings, [i for i, h in enumerate(headings) if h.texts and h.lower not in _OWN], upper


def _is_lower(head: Sequence[Sequence[Cell]], at: int) -> bool:
    """A second heading row holds only words, and none below a year column's or an item column's own heading."""
    if at + 1 >= len(head):
        return False
    filled = [(i, c) for i, c in enumerate(head[at + 1]) if not cells.is_blank(c)]
    if not filled or any(not isinstance(c, str) or year_of(c) is not None or _is_number(c) for _, c in filled):
        return False
    keys = (*YEAR.names, *ITEM.names)
    return not any(
        plain_heading(head[at][i]) in keys and plain_heading(c) != plain_heading(head[at][i]) for i, c in filled
    )


def _is_number(cell: Cell) -> bool:
    try:
        return cells.number_text(cell) is not None
    except CellProblem:
        return False


def _titles(sheet: str, head: Sequence[Sequence[Cell]], at: int, hint: str) -> list[str]:
    return [cells.text(c) for row in head[:at] for c in row if isinstance(c, str) and c] + [sheet, hint]


def _title_year(texts: Sequence[str]) -> int | None:
    years = titles.years_of(texts)
    return years[0] if len(years) == 1 else None


def _running(headings: Sequence[Heading]) -> int | None:
    return next((i for i, h in enumerate(headings) if any(t in RUNNING_NUMBER for t in h.texts)), None)


def _down(
    sheet: str, head: Sequence[Sequence[Cell]], at: int, rows: int, mapping: ColumnMapping | None, hint: str
) -> tuple[int, Layout | InvalidInput]:
    """Years down the rows. Score: the figures found, and the year; 0 where this row cannot be the heading."""
    nothing = InvalidInput("", code="header-not-found")
    if any(_is_number(c) for row in head[at : at + rows] for c in row if not cells.is_blank(c)):
        return 0, nothing
    headings, usable, upper = _headings(head, at, rows)
    if mapping is not None and (mapping.years or "item" in mapping.columns):
        return 0, nothing
    columns: dict[str, int] = {}
    problems: list[Problem] = []
    for name, wanted in mapping.columns.items() if mapping is not None else ():
        place = place_of(units.without(wanted).replace("坐席", "座席"), headings, usable)
        if place is None:
            problems.append(Problem(f"mapping.{name}", f"表中没有“{wanted}”这一列。"))
        else:
            columns[name] = place
    for wanted_field in (YEAR, *FIGURES):
        if wanted_field.name not in columns and not (mapping is not None and wanted_field.name in mapping.columns):
            place = best(wanted_field, headings, [i for i in usable if i not in columns.values()])
            if place is not None:
                columns[wanted_field.name] = place
    figures = [name for name in columns if name in MEASURES]
    if not figures:
        return 0, nothing
    if problems:
        return len(columns), InvalidInput("列对应关系与表头不符，请改正。", tuple(problems), code="mapping-invalid")
    given = mapping.year if mapping is not None else None
    above = _titles(sheet, head, at, hint)
    whole = given if given is not None else _title_year(above) if "year" not in columns else None
    score = 2 * len(figures) + 2 * ("year" in columns) - (rows - 1)
    if "year" not in columns and whole is None:
        return score, InvalidInput(
            f"第 {at + 1} 行像是表头，但没有找到“年度”这一列，表题里也没有年份，请指定或请企业补上。",
            (Problem("mapping.year", "没有找到“年度”这一列。"),),
            code="year-missing",
        )
    title_unit = units.of_titles(above[:-2])
    found_units = {}
    for name in figures:
        said = [units.of_heading(head[row][columns[name]]) for row in range(at + rows - 1, at - 1, -1)]
        unit = next((u for u in said if u is not None), title_unit)
        if unit is not None:
            found_units[columns[name]] = unit
    words = shown(head[at] if rows == 2 else None, head[at + rows - 1], upper)
    order = [f.name for f in (YEAR, *FIGURES)]
    return score, Layout(
        at + 1,
        rows,
        {n: columns[n] for n in order if n in columns},
        (),
        None,
        whole if "year" not in columns else None,
        given is not None and "year" not in columns,
        _running(headings),
        words,
        _repeated(head, at, rows),
        found_units,
        title_unit=title_unit,
    )


def _across(
    sheet: str, head: Sequence[Sequence[Cell]], at: int, rows: int, mapping: ColumnMapping | None, hint: str
) -> tuple[int, Layout | InvalidInput]:
    """Years across the columns, the figures' names in a column before them."""
    nothing = InvalidInput("", code="header-not-found")
    headings, usable, upper = _headings(head, at, rows)
    given_columns: Mapping[str, str] = mapping.columns if mapping is not None else {}
    by_year, repeated = _year_columns(head, at, rows, headings, usable, mapping)
    above = _titles(sheet, head, at, hint)
    given = mapping.year if mapping is not None else None
    if not by_year:
        whole = given if given is not None else _title_year(above)
        value = next((i for v in VALUES for i in usable if v in headings[i].texts), None)
        if value is None or whole is None:
            return 0, nothing
        by_year = {whole: value}
    if rows == 2 and not any(headings[column].lower in VALUES for column in by_year.values()):
        return 0, nothing  # the second row says nothing of the years: it is the first of the figures
    first = min(by_year.values())
    item = place_of(given_columns["item"], headings, usable) if "item" in given_columns else None
    names = _names(mapping)
    if item is None:
        item = _item_column(head, at + rows, first, names)
    if item is None:
        return 0, nothing
    labels = _labels(head, at + rows, item, by_year.values(), names)
    if not labels:
        return 0, nothing
    if repeated is not None:
        return 2 * len(labels) + 2 * len(by_year), InvalidInput(
            f"表头里有不止一列是 {repeated} 年，请在对应关系中指定用哪一列。",
            (Problem(f"mapping.years.{repeated}", f"不止一列是 {repeated} 年。"),),
            code="year-repeated",
        )
    problems = tuple(
        Problem(f"mapping.{name}", f"表中没有“{wanted}”这一项。")
        for name, wanted in given_columns.items()
        if (name in MEASURES and name not in labels)
        or (name in ("item", "unit") and place_of(wanted, headings, usable) is None)
    )
    if problems:
        return 2 * len(labels) + 1, InvalidInput("对应关系与表不符，请改正。", problems, code="mapping-invalid")
    columns = {"item": item}
    unit = (
        place_of(given_columns["unit"], headings, usable) if "unit" in given_columns else best(UNIT, headings, usable)
    )
    if unit is not None and unit != item and unit not in by_year.values():
        columns["unit"] = unit
    title_unit = units.of_titles(above[:-2])
    found_units = {}
    for column in by_year.values():
        said = [units.of_heading(head[row][column]) for row in range(at + rows - 1, at - 1, -1)]
        if (own := next((u for u in said if u is not None), None)) is not None:
            found_units[column] = own
    words = shown(head[at] if rows == 2 else None, head[at + rows - 1], upper)
    words[item] = words[item] or "@" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[min(item, 25)]
    return 2 * len(labels) + 2 * len(by_year) + rows, Layout(
        at + 1,
        rows,
        columns,
        (),
        None,
        None,
        False,
        _running(headings),
        words,
        _repeated(head, at, rows),
        found_units,
        tuple(sorted((c, y) for y, c in by_year.items())),
        names,
        labels,
        title_unit,
    )


def _year_columns(
    head: Sequence[Sequence[Cell]],
    at: int,
    rows: int,
    headings: Sequence[Heading],
    usable: Sequence[int],
    mapping: ColumnMapping | None,
) -> tuple[dict[int, int], int | None]:
    """Year -> column, and a year that two columns claim. Of 2021年 over 金额 and 占比 it is 金额."""
    if mapping is not None and mapping.years:
        chosen = {int(y): place_of(units.without(h), headings, usable) for y, h in mapping.years.items()}
        chosen = {
            y: c if c is not None else next((i for i in usable if year_of(head[at][i]) == y), None)
            for y, c in chosen.items()
        }
        return {y: c for y, c in chosen.items() if c is not None}, None
    found: dict[int, list[tuple[int, int]]] = {}  # year -> (rank of what stands below it, column)
    for i in usable:
        year_here = year_of(head[at][i])
        if year_here is None:
            text = units.without(plain_heading(head[at][i]))
            role = re.fullmatch(r"((?:19|20)\d{2})年?度?(\D+)", text)
            if role is None or role[2] not in VALUES:
                continue
            year_here = int(role[1])
        below = headings[i].lower if rows == 2 else ""
        if rows == 2 and below != plain_heading(head[at][i]) and below and below not in VALUES:
            continue  # 占比, 同比
        rank = VALUES.index(below) if below in VALUES else -1
        found.setdefault(year_here, []).append((rank, i))
    out: dict[int, int] = {}
    for year_here, places in found.items():
        places.sort()
        if len(places) > 1 and places[0][0] == places[1][0]:
            return {y: min(p)[1] for y, p in found.items()}, year_here
        out[year_here] = places[0][1]
    return out, None


def _names(mapping: ColumnMapping | None) -> dict[str, str]:
    """Plain name of a figure -> field: the usual names, and before them those that the clerk gave."""
    given = {item_name(h): n for n, h in mapping.columns.items() if n in MEASURES} if mapping is not None else {}
    taken = set(given.values())
    return {name: f for name, f in _FIELD_OF.items() if f not in taken} | given


def _item_column(head: Sequence[Sequence[Cell]], start: int, before: int, names: Mapping[str, str]) -> int | None:
    """The column, left of the years, that holds the most names of figures."""
    counts = [
        (sum(1 for row in head[start:] if c < len(row) and item_name(row[c]) in names), -c) for c in range(before)
    ]
    most = max(counts, default=(0, 0))
    return -most[1] if most[0] else None


def _labels(
    head: Sequence[Sequence[Cell]], start: int, item: int, years: Collection[int], names: Mapping[str, str]
) -> dict[str, str]:
    """How the figures' names are written in this sheet. A name with nothing beside it is a part's title."""
    labels: dict[str, str] = {}
    for row in head[start:]:
        if item >= len(row) or all(c >= len(row) or cells.is_blank(row[c]) for c in years):
            continue
        if (name := names.get(item_name(row[item]))) is not None:
            labels.setdefault(name, re.sub(r"\s+", "", cells.text(row[item])))
    return labels


def _repeated(head: Sequence[Sequence[Cell]], at: int, rows: int) -> frozenset[str]:
    return frozenset(t for row in head[at : at + rows] for c in row if (t := plain_heading(c)))


def plain_revenue(place: Layout, cell: Cell) -> bool:
    """Whether a heading or a figure's name is a turnover that is not said to be the first year's."""
    return "first_year_revenue" not in place.columns and item_name(cell) in PLAIN_REVENUE
