"""Read one hand-in: find the table, turn every row into records, name everything that is wrong by row and column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from caseworker.errors import Cancelled, InvalidInput
from caseworker.intake import cells, grid, identity, layout, yearly_layout
from caseworker.intake.cells import Cell, CellProblem
from caseworker.intake.grid import Grid, SheetInfo
from caseworker.intake.kinds import Kind
from caseworker.intake.layout import Layout
from caseworker.intake.records import RecordMaker, maker
from caseworker.intake.result import ColumnMapping, ReadResult, Record, Rejected, Skipped, Warned
from caseworker.intake.row_kinds import not_data
from caseworker.intake.yearly import YearlyReader

Progress = Callable[[int, int], None]
CancelAsked = Callable[[], bool]

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
    accepted: Mapping[str, str] | None = None,
) -> ReadResult:
    """Read a hand-in of this kind. Without `sheet`, the first visible one that holds such a table.

    `file_name` is the company's own name of the file where `path` is a stored copy: a bare 3月 may take its year
    from it. `accepted`: identity numbers, as typed, that fail but that a clerk took with a reason; their rows are
    taken and the numbers named in the result. One that Excel has rounded stays rejected whatever is accepted.
    Raises InvalidInput for a file or table that cannot be read at all, Cancelled on request.
    """
    kind = Kind(kind)
    hint = Path(file_name).stem if file_name is not None else path.stem
    taken = _accepted(accepted or {})
    found, place, others = _find(kind, path, mapping, sheet, hint, cancelled)
    if kind is Kind.YEARLY:
        result = _read_yearly(found, place, progress, cancelled)
    else:
        result = _Reading(kind, found, place, taken).run(progress, cancelled)
    about = _about_the_file(found, place, others)
    return replace(result, warnings=(*about, *result.warnings)) if about else result


def _about_the_file(found: Grid, place: Layout, others: Sequence[SheetInfo]) -> list[Warned]:
    """Hidden rows, which count like any other, and sheets that nobody chose and that were not read."""
    out = []
    hidden = [row for row in found.hidden_rows if row >= place.first_row and row <= found.total_rows]
    if hidden:
        rows = "、".join(map(str, hidden[:10])) + ("等" if len(hidden) > 10 else "")
        out.append(Warned(None, None, "hidden-rows", f"第 {rows} 行在表中被隐藏，共 {len(hidden)} 行，已照常读入"))
    for info in others:
        what, code = ("工作表", "other-sheet") if info.visible else ("隐藏的工作表", "hidden-sheet")
        out.append(Warned(None, None, code, f"{what}“{info.name}”没有读取，需要时请选择它"))
    return out


def _accepted(given: Mapping[str, str]) -> dict[str, str]:
    out = {}
    for number, reason in given.items():
        if not reason.strip():
            raise InvalidInput(f"请写明接受证件号 {number} 的理由。", code="reason-missing")
        out[identity.check(cells.id_text(number) or "")[0]] = reason.strip()
    return out


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
) -> tuple[Grid, Layout, tuple[SheetInfo, ...]]:
    """The sheet and where its table is; and where no sheet was asked for, the ones that are left aside."""
    every: tuple[SheetInfo, ...] = ()
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
            head = found.spread_head()
            place = (
                yearly_layout.find(name, head, mapping, hint)
                if kind is Kind.YEARLY
                else layout.find(kind, name, head, mapping, hint)
            )
            return found, place, tuple(info for info in every if info.name != name)
        except InvalidInput as problem:
            # the most telling refusal: a heading that lacks something rather than no heading at all
            if first is None or (first.code == "header-not-found" and not first.problems):
                first = problem
    if empty:
        raise InvalidInput("工作表是空的，没有可以读取的内容。", code="file-empty")
    assert first is not None
    raise first


class _Reading:
    """One pass over one sheet of people's rows."""

    def __init__(self, kind: Kind, found: Grid, place: Layout, accepted: Mapping[str, str]) -> None:
        self.kind = kind
        self.grid = found
        self.place = place
        self.make: RecordMaker = maker(kind, place, accepted)
        self.rows: list[Record] = []
        self.rejected: list[Rejected] = []
        self.skipped: list[Skipped] = []

    def run(self, progress: Progress | None, cancelled: CancelAsked | None) -> ReadResult:
        place = self.place
        name_at, id_at = place.columns["name"], place.columns["id_number"]
        used = frozenset(place.columns.values())
        width = max([name_at, id_at, *used, *(c for c, _ in place.month_columns)]) + 1
        amounts = {c for c, _ in place.month_columns} | {place.columns.get("gross", -1)}
        blanks: list[int] = []  # held back: blank rows at the end are not listed
        for number, row in _body(self.grid, place, used - amounts, progress, cancelled):
            if len(row) < width:
                row = row + [""] * (width - len(row))
            # a row with both name and ID number is a person's; only the others need a closer look
            number_text = str(row[id_at])
            if len(number_text) < 10 or not number_text[0].isdigit() or cells.is_blank(row[name_at]):
                code = not_data(row, place, used)
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
            dict(self.make.used),
            tuple(self.make.warnings),
        )

    def _flush(self, blanks: list[int]) -> None:
        self.skipped.extend(Skipped(n, "blank-row") for n in blanks)
        blanks.clear()


def _read_yearly(found: Grid, place: Layout, progress: Progress | None, cancelled: CancelAsked | None) -> ReadResult:
    reader = YearlyReader(place)
    for number, row in _body(found, place, frozenset(), progress, cancelled):
        reader.take(number, row)
    return ReadResult(
        Kind.YEARLY,
        found.sheet,
        place.header_row,
        place.first_row,
        place.mapping(),
        tuple(reader.records()),
        tuple(reader.rejected),
        tuple(reader.skipped),
        (),
        dict(place.columns),
        {},
        tuple(reader.warnings),
    )


def _body(
    found: Grid, place: Layout, fill: frozenset[int], progress: Progress | None, cancelled: CancelAsked | None
) -> Iterator[tuple[int, list[Cell]]]:
    """The rows below the heading with their numbers; merged cells of the columns `fill` repeated downwards."""
    total = found.total_rows
    for number, row in enumerate(found.rows(fill), start=1):
        if number % _EVERY == 0:
            if cancelled is not None and cancelled():
                raise Cancelled
            if progress is not None:
                progress(number, max(total, number))
        if number >= place.first_row:
            yield number, row
    if progress is not None:
        progress(total, total)


__all__ = ["CellProblem", "read_workbook", "sheets"]
