"""Where the table is in a sheet: heading row, columns, months across or down, the year a title gives.

Found from the first rows, never assumed. A heading may take two rows (2023年1月 over 应发 and 实发).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from caseworker.errors import InvalidInput, Problem
from caseworker.intake import cells, titles
from caseworker.intake.cells import Cell
from caseworker.intake.headings import (
    Heading,
    bare_name,
    best,
    place_of,
    shown,
    spread,
)
from caseworker.intake.headings import column_letters as column_letters
from caseworker.intake.headings import plain_heading as plain_heading
from caseworker.intake.kinds import FIELDS, RETURN_REASON, RETURN_ROW, RUNNING_NUMBER, Kind
from caseworker.intake.month_columns import months_across, settled
from caseworker.intake.result import ColumnMapping
from caseworker.intake.units import Unit, of_heading, of_titles

HEAD_ROWS = 60  # how far down a heading is looked for


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns are 0-based positions; rows are the sheet's own numbers, from 1."""

    header_row: int
    header_rows: int
    columns: dict[str, int]
    month_columns: tuple[tuple[int, str], ...]  # (column, "2023-03"), left to right
    sheet_month: str | None  # the whole sheet's month, from its title
    year: int | None  # what completes a bare 3月
    year_used: bool  # whether the headings needed it, so that it is part of the mapping
    running_number: int | None
    headings: dict[int, str] = field(default_factory=dict)  # column -> the heading to show
    repeated: frozenset[str] = frozenset()  # the heading texts, to recognise a heading repeated on a later page
    units: Mapping[int, Unit] = field(default_factory=dict)  # column of amounts -> the unit its heading or title names
    # yearly figures only: years across the columns (0-based column, 2023), and the figures' names down the rows
    year_columns: tuple[tuple[int, int], ...] = ()
    items: Mapping[str, str] = field(default_factory=dict)  # a figure's name in the sheet, made plain -> the field
    labels: Mapping[str, str] = field(default_factory=dict)  # field -> its name in the sheet as written
    title_unit: Unit | None = None

    @property
    def first_row(self) -> int:
        return self.header_row + self.header_rows

    def mapping(self) -> ColumnMapping:
        return ColumnMapping(
            {name: self.headings[column] for name, column in self.columns.items()} | dict(self.labels),
            {month: self.headings[column] for column, month in self.month_columns},
            self.year if self.year_used else None,
            years={str(year): self.headings[column] for column, year in self.year_columns},
        )


def find(
    kind: Kind, sheet: str, head: Sequence[Sequence[Cell]], mapping: ColumnMapping | None, file_hint: str = ""
) -> Layout:
    """Find the layout in a sheet's first rows, merged cells already spread.

    Raises InvalidInput: header-not-found (with what is missing), year-missing, mapping-invalid.
    """
    chosen: tuple[tuple[bool, int, int], Layout | InvalidInput] | None = None
    for at in range(min(len(head), HEAD_ROWS)):
        if mapping is not None and mapping.header_row is not None and at + 1 != mapping.header_row:
            continue
        if sum(1 for cell in head[at] if not cells.is_blank(cell)) < 2:
            continue
        for rows in (1, 2):
            score, found = _try(kind, sheet, head, at, rows, mapping, file_hint)
            # two rows are right where the upper one names the person and nothing of a person stands below; where
            # only the lower one does (a title or a band above it), the upper must add something to be taken
            both = rows == 2 and _names_person(head[at])
            rank = (both and score >= 2, score, 2 - rows)
            if score >= 2 and (chosen is None or rank > chosen[0]):
                chosen = (rank, found)
    if chosen is None:
        needed = "、".join(f.label for f in FIELDS[kind] if f.needed)
        if mapping is not None:
            problems = tuple(Problem(f"mapping.{f}", f"表中没有“{h}”这一列。") for f, h in mapping.columns.items())
            raise InvalidInput("按给出的列对应关系，在表中没有找到这些列名。", problems, code="mapping-invalid")
        raise InvalidInput(
            f"没有找到表头：{kind.label}至少要有{needed}等列，请检查是否选对了工作表和类别。", code="header-not-found"
        )
    if isinstance(chosen[1], InvalidInput):
        raise chosen[1]
    return chosen[1]


def _try(
    kind: Kind,
    sheet: str,
    head: Sequence[Sequence[Cell]],
    at: int,
    rows: int,
    mapping: ColumnMapping | None,
    file_hint: str,
) -> tuple[int, Layout | InvalidInput]:
    """Score this row (or this and the next) as heading; 0 where it cannot be one."""
    nothing = InvalidInput("", code="header-not-found")
    width = len(head[at])
    upper_at, lower_at = (at, at + 1) if rows == 2 else (at, at)
    if rows == 2 and (lower_at >= len(head) or not _is_lower_heading(head[at], head[lower_at])):
        return 0, nothing
    lower_row, upper_row = settled(head[lower_at]), settled(head[upper_at])
    lower = [plain_heading(c) for c in lower_row]
    upper = [plain_heading(c) for c in upper_row] if rows == 2 else [""] * width
    if rows == 2:
        upper = spread(upper, lower)
    headings = [Heading(u, low) for u, low in zip(upper, lower, strict=True)]
    usable = [i for i, h in enumerate(headings) if h.texts and h.lower not in _OWN]

    columns, problems = _columns(kind, headings, usable, mapping)
    if "name" not in columns and "id_number" not in columns:
        return 0, nothing
    above = [cells.text(c) for row in head[:at] for c in row if isinstance(c, str) and c]
    context = [*above, sheet, file_hint]
    given_year = mapping.year if mapping is not None else None
    year = given_year if given_year is not None else titles.year_of(context)
    month_columns: tuple[tuple[int, str], ...] = ()
    bare = False
    trouble: InvalidInput | None = None
    if kind.monthly and "month" not in columns:
        taken = set(columns.values()) - {columns.get("gross", -1)}
        years = [given_year] if given_year is not None else titles.years_of(context)
        free = [i for i in usable if i not in taken]
        month_columns, bare, trouble = months_across(kind, headings, free, years, mapping)
    if month_columns or bare:
        # under months the amount is each month's own; a year's total beside them is not a wage of a month
        columns.pop("gross", None)
    sheet_month = None
    if kind.monthly and not month_columns and "month" not in columns:
        sheet_month = titles.month_of(context)

    score = len(columns) + min(len(month_columns) + bare, 3)
    if trouble is not None and not problems:
        return score, trouble
    missing = _missing(kind, columns, month_columns, sheet_month)
    if missing and not problems:
        found = "、".join(FIELDS_LABEL[kind][n] for n in columns)
        if bare:
            problem = InvalidInput(
                "月份列只写了几月，表题和表名里都没有年份，请在列对应中给出年份。", code="year-missing"
            )
        else:
            problem = InvalidInput(
                f"第 {at + 1} 行像是表头（有{found}），但没有找到：{'、'.join(missing.values())}。请指定或请企业补上。",
                tuple(Problem(f"mapping.{name}", f"没有找到“{label}”这一列。") for name, label in missing.items()),
                code="header-not-found",
            )
        return score, problem
    if problems:
        return score, InvalidInput("列对应关系与表头不符，请改正。", tuple(problems), code="mapping-invalid")
    words = shown(upper_row if rows == 2 else None, lower_row, upper)
    running = next((i for i, h in enumerate(headings) if any(t in RUNNING_NUMBER for t in h.texts)), None)
    layout = Layout(
        at + 1,
        rows,
        columns,
        month_columns,
        sheet_month,
        year,
        bare or (mapping is not None and mapping.year is not None),
        running,
        words,
        frozenset(t for h in headings for t in (h.lower, h.upper) if t),
        _units(head, at, rows, columns, month_columns),
    )
    return score, layout


def _units(
    head: Sequence[Sequence[Cell]],
    at: int,
    rows: int,
    columns: dict[str, int],
    months: tuple[tuple[int, str], ...],
) -> dict[int, Unit]:
    """The units of the columns of amounts, where a heading or a title names one."""
    amounts = [column for column, _ in months] + ([columns["gross"]] if "gross" in columns else [])
    whole = of_titles([cell for row in head[:at] for cell in row if isinstance(cell, str)]) if amounts else None
    found: dict[int, Unit] = {}
    for column in amounts:
        said = [of_heading(head[row][column]) for row in range(at + rows - 1, at - 1, -1)]
        unit = next((u for u in said if u is not None), whole)
        if unit is not None:
            found[column] = unit
    return found


_PERSON = frozenset(n for f in FIELDS[Kind.ROSTER] if f.name in ("name", "id_number") for n in f.names)
# every word that can stand in a lower heading row; of 合同期限/起 the part below is 起
_NAMES = [n for kind, fields in FIELDS.items() if kind is not Kind.YEARLY for f in fields for n in f.names]
_WORDS = frozenset(part for n in _NAMES for part in (n, n.split("/")[-1]))
# headings that stand over values; 应发工资 or 缴费情况 may stand over months
_FILLED = frozenset(
    n
    for kind, fields in FIELDS.items()
    if kind is not Kind.YEARLY
    for f in fields
    if f.name not in ("gross", "status", "insurance_type")
    for n in f.names
)
_OWN = frozenset({plain_heading(RETURN_ROW), plain_heading(RETURN_REASON)})
FIELDS_LABEL = {kind: {f.name: f.label for f in fields} for kind, fields in FIELDS.items()}


def _missing(
    kind: Kind, columns: dict[str, int], months: tuple[tuple[int, str], ...], sheet_month: str | None
) -> dict[str, str]:
    """The fields that the sheet lacks, by name, with their labels."""
    lacking = {f.name for f in FIELDS[kind] if f.needed}
    if kind is Kind.WAGES and not months:
        lacking.add("gross")
    if kind.monthly and not months and sheet_month is None:
        lacking.add("month")
    return {f.name: f.label for f in FIELDS[kind] if f.name in lacking and f.name not in columns}


def _is_lower_heading(upper: Sequence[Cell], lower: Sequence[Cell]) -> bool:
    """A second heading row holds only texts, a known word among them, and no value below a heading that wants one."""
    filled = [(i, c) for i, c in enumerate(lower) if not cells.is_blank(c)]
    if not filled or any(not isinstance(c, str) and not _looks_month(c) for _, c in filled):
        return False
    different = False
    for i, cell in filled:
        above, below = plain_heading(upper[i]), plain_heading(cell)
        if above == below:
            continue  # one cell merged over both rows
        if bare_name(above) in _PERSON or above in RUNNING_NUMBER or above in _OWN:
            return False
        known = not below or bare_name(below) in _WORDS
        if bare_name(above) in _FILLED and not known:
            return False  # a day below 入职日期 is the first person's
        different = different or known or _looks_month(cell)
    return different


def _names_person(row: Sequence[Cell]) -> bool:
    return any(bare_name(plain_heading(cell)) in _PERSON for cell in row)


def _looks_month(cell: Cell) -> bool:
    try:
        cells.month(cell, 2000)
    except cells.CellProblem:
        return False
    return True


def _columns(
    kind: Kind, headings: list[Heading], usable: list[int], mapping: ColumnMapping | None
) -> tuple[dict[str, int], list[Problem]]:
    columns: dict[str, int] = {}
    problems: list[Problem] = []
    given = dict(mapping.columns) if mapping is not None else {}
    for name, wanted in given.items():
        at = place_of(wanted, headings, usable)
        if at is None:
            problems.append(Problem(f"mapping.{name}", f"表中没有“{wanted}”这一列。"))
        else:
            columns[name] = at
    for wanted_field in FIELDS[kind]:
        if wanted_field.name in columns or wanted_field.name in given:
            continue
        at = best(wanted_field, headings, [i for i in usable if i not in columns.values()])
        if at is not None:
            columns[wanted_field.name] = at
    order = [f.name for f in FIELDS[kind]]
    return {n: columns[n] for n in order if n in columns}, problems
