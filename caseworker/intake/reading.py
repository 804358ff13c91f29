"""Read one hand-in: find the table, turn every row into records, name everything that is wrong by row and column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from caseworker.errors import Cancelled, InvalidInput
from caseworker.intake import cells, grid, layout
from caseworker.intake.cells import Cell, CellProblem
from caseworker.intake.grid import Grid, SheetInfo
from caseworker.intake.kinds import Kind
from caseworker.intake.layout import Layout
from caseworker.intake.records import RecordMaker, maker
from caseworker.intake.result import ColumnMapping, ReadResult, Record, Rejected, Skipped

Progress = Callable[[int, int], None]
CancelAsked = Callable[[], bool]

_TOTAL = re.compile(
    r"^(?:本页|本表|部门|全部|以上|金额)?(?:合计|总计|小计|共计|累计|总额|total|subtotal|sum)"
    r"|(?:合计|总计|小计|共计)$"
)
_NOTE = re.compile(
    r"^(?:注|备注|说明|附注|填表|填报|制表|编制|复核|审核|审批|经办|负责人|单位负责人|法定代表人|法人|财务|人事|"
    r"联系人|联系电话|日期|打印|导出|盖章|单位盖章|单位\(|公章|以下空白|以下无|此页|本页|第\d+页|共\d+[页人]|\*|※)"
)
_EVERY = 2_000  # rows between two looks at progress and cancel


def sheets(path: Path) -> tuple[SheetInfo, ...]:
    """The worksheets of a workbook, hidden ones marked. Raises InvalidInput where the file cannot be read."""
    return grid.sheet_list(path)


def read_workbook(
    kind: Kind | str,
    path: Path,
    *,
    mapping: ColumnMapping | None = None,
    sheet: str | None = None,
    progress: Progress | None = None,
    cancelled: CancelAsked | None = None,
    file_name: str | None = None,
) -> ReadResult:
    """Read a hand-in of this kind. Without `sheet`, the first visible one that holds such a table.

    `file_name` is the company's own name of the file where `path` is a stored copy: a bare 3月 may take its year
    from it. Raises InvalidInput for a file or table that cannot be read at all, Cancelled on request.
    """
    kind = Kind(kind)
    hint = Path(file_name).stem if file_name is not None else path.stem
    found, place = _find(kind, path, mapping, sheet, hint, cancelled)
    return _Reading(kind, found, place).run(progress, cancelled)


def find_layout(kind: Kind, path: Path, *, mapping: ColumnMapping | None = None, sheet: str | None = None) -> Layout:
    """Only where the table is, from the sheet's first rows. Raises InvalidInput as `read_workbook` does."""
    return _find(kind, path, mapping, sheet, path.stem, None)[1]


def _find(
    kind: Kind,
    path: Path,
    mapping: ColumnMapping | None,
    sheet: str | None,
    hint: str,
    cancelled: CancelAsked | None,
) -> tuple[Grid, Layout]:
    if sheet is not None:
        names = [sheet]
    else:
        every = grid.sheet_list(path)
        names = [s.name for s in every if s.visible]
        if not names:
            raise InvalidInput("工作簿里没有可见的工作表，请取消隐藏或指定工作表。", code="sheet-missing")
    first: InvalidInput | None = None
    empty = True
    for name in names:
        found = grid.load(path, name, layout.HEAD_ROWS + 1, cancelled)
        if not any(not cells.is_blank(cell) for row in found.head for cell in row):
            continue
        empty = False
        try:
            return found, layout.find(kind, name, found.spread_head(), mapping, hint)
        except InvalidInput as problem:
            # the most telling refusal: a heading that lacks something rather than no heading at all
            if first is None or (first.code == "header-not-found" and not first.problems):
                first = problem
    if empty:
        raise InvalidInput("工作表是空的，没有可以读取的内容。", code="file-empty")
    assert first is not None
    raise first


class _Reading:
    """One pass over one sheet. Holds what rows before have said: names by ID number, rows already seen."""

    def __init__(self, kind: Kind, found: Grid, place: Layout) -> None:
        self.kind = kind
        self.grid = found
        self.place = place
        self.make: RecordMaker = maker(kind, place)
        self.rows: list[Record] = []
        self.rejected: list[Rejected] = []
        self.skipped: list[Skipped] = []

    def run(self, progress: Progress | None, cancelled: CancelAsked | None) -> ReadResult:
        place = self.place
        name_at, id_at = place.columns["name"], place.columns["id_number"]
        width = max([name_at, id_at, *place.columns.values(), *(c for c, _ in place.month_columns)]) + 1
        blanks: list[int] = []  # held back: blank rows at the end are not listed
        for number, row in self._body(progress, cancelled):
            if len(row) < width:
                row = row + [""] * (width - len(row))
            # a row with both name and ID number is a person's; only the others need a closer look
            if cells.is_blank(row[id_at]) or cells.is_blank(row[name_at]) or len(str(row[id_at])) < 10:
                code = self._not_data(row, name_at, id_at)
                if code == "blank-row":
                    blanks.append(number)
                    continue
                if code is not None:
                    self._flush(blanks)
                    self.skipped.append(Skipped(number, code))
                    continue
            self._flush(blanks)
            records, problems = self.make(number, row)
            if problems:
                self.rejected.extend(problems)
            else:
                self.rows.extend(records)
        return ReadResult(
            self.kind,
            self.grid.sheet,
            place.header_row,
            place.first_row,
            place.mapping(),
            tuple(self.rows),
            tuple(self.rejected),
            tuple(self.skipped),
            self.make.extra_fields,
            {name: column for name, column in place.columns.items() if name != "gross"},
        )

    def _body(self, progress: Progress | None, cancelled: CancelAsked | None) -> Iterator[tuple[int, list[Cell]]]:
        place = self.place
        amounts = {c for c, _ in place.month_columns} | {place.columns.get("gross", -1)}
        fill = frozenset(set(place.columns.values()) - amounts)
        total = self.grid.total_rows
        for number, row in enumerate(self.grid.rows(fill), start=1):
            if number % _EVERY == 0:
                if cancelled is not None and cancelled():
                    raise Cancelled
                if progress is not None:
                    progress(number, max(total, number))
            if number >= place.first_row:
                yield number, row
        if progress is not None:
            progress(total, total)

    def _flush(self, blanks: list[int]) -> None:
        self.skipped.extend(Skipped(n, "blank-row") for n in blanks)
        blanks.clear()

    def _not_data(self, row: list[Cell], name_at: int, id_at: int) -> str | None:
        """blank-row, total-row, note-row, or None for a row that is (or should have been) a person's."""
        filled = [(i, cell) for i, cell in enumerate(row) if not cells.is_blank(cell)]
        running = self.place.running_number
        if not filled or all(i == running and _is_count(cell) for i, cell in filled):
            return "blank-row"
        texts = [re.sub(r"\s+", "", cells.text(c)).lower() for _, c in filled if isinstance(c, str)]
        if any(_TOTAL.search(t) and len(t) <= 12 for t in texts[:2]):
            return "total-row"
        if sum(1 for t in texts if t.strip("*:;、") in self.place.repeated) >= 2:
            return "note-row"  # the heading again, at the top of a printed page
        lead = texts[0] if texts else ""
        if _NOTE.match(lead) and (cells.is_blank(row[id_at]) or not any(ch.isdigit() for ch in cells.text(row[id_at]))):
            return "note-row"
        if len(filled) == 1 and isinstance(filled[0][1], str):
            at, cell = filled[0]
            if (at not in (name_at, id_at) and at not in self.place.columns.values()) or len(cells.text(cell)) > 20:
                return "note-row"
        return None


def _is_count(cell: Cell) -> bool:
    plain = cells.text(cell)
    return plain.isdigit() and len(plain) <= 6


__all__ = ["CellProblem", "read_workbook", "sheets"]
