"""What the import wizard shows before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from caseworker.intake import FIELDS, InternRow, Kind, ReadResult, RosterRow, SheetInfo, WageRow
from caseworker.intake.cells import text
from caseworker.intake.grid import load
from caseworker.intake.headings import column_letters
from caseworker.services.import_plan import ImportPlan
from caseworker.services.import_yearly import LABELS, figure_words
from caseworker.services.views import ColumnGuess, ImportPreview, RowProblem
from caseworker.values.masking import mask_id_number

SHOWN_ROWS = 50
_SAMPLES = 3
_HEAD = 30  # rows read again for headings and samples

_HEADERS = {
    Kind.ROSTER: ("行", "姓名", "证件号码", "入职日期", "离职日期", "合同起始", "合同终止", "岗位"),
    Kind.WAGES: ("行", "姓名", "证件号码", "月份", "应发工资（元）"),
    Kind.INSURANCE: ("行", "姓名", "证件号码", "月份"),
    Kind.INTERNS: ("行", "姓名", "证件号码", "学校", "学历", "实习开始", "实习结束", "录用日期", "离职日期"),
    Kind.YEARLY: ("行", "年度", "项目", "数值"),
}
_EDUCATION = {"secondary": "中职", "higher": "高校"}
SKIP_WORDS = {"total-row": "合计行", "blank-row": "空行", "note-row": "说明行"}


def preview_of(
    result: ReadResult, plan: ImportPlan, sheets: Sequence[SheetInfo], path: Path, remembered: bool
) -> ImportPreview:
    """Columns with samples, the first good rows, and every problem by row."""
    problems = [RowProblem(r.row, r.column or "", r.code, r.reason, r.id_number) for r in result.rejected]
    problems += plan.problems
    skipped = [RowProblem(s.row, "", s.code, SKIP_WORDS.get(s.code, s.code)) for s in result.skipped] + plan.skipped
    return ImportPreview(
        kind=result.kind.value,
        sheets=tuple(sheet.name for sheet in sheets),
        sheet=result.sheet,
        header_row=result.header_row,
        columns=_columns(result, path),
        fields=tuple((field.name, field.label, field.needed) for field in FIELDS[result.kind]),
        good=plan.count,
        rows=_shown_rows(plan),
        row_headers=_HEADERS[result.kind],
        problems=tuple(sorted(problems, key=lambda problem: problem.row)),
        skipped=tuple(sorted(skipped, key=lambda skip: skip.row)),
        remembered=remembered,
        good_rows=len({row.row for row in (*plan.sources, *plan.figures)}),
        year=result.mapping.year,
        warnings=tuple(RowProblem(w.row or 0, w.column or "", w.code, w.reason) for w in result.warnings),
        accepted=tuple((mask_id_number(number), reason) for number, reason in sorted(result.accepted.items())),
    )


def _columns(result: ReadResult, path: Path) -> tuple[ColumnGuess, ...]:
    """Each column of the sheet: the heading that a mapping names it by, samples, and what it is read as."""
    head = load(path, result.sheet, _HEAD).spread_head()
    headings = head[result.header_row - 1 : result.first_row - 1]
    below = head[result.first_row - 1 : result.first_row - 1 + _SAMPLES]
    by_heading = {heading: name for name, heading in result.mapping.columns.items()}
    by_heading |= dict.fromkeys(result.mapping.months.values(), "month")
    by_heading |= dict.fromkeys(result.mapping.years.values(), "year")
    width = max((len(row) for row in (*headings, *below)), default=0)
    taken_at = {place: name for name, place in result.columns.items()}
    guesses = []
    for place in range(width):
        words = [text(row[place]).strip() for row in headings if place < len(row)]
        own = next((word for word in reversed(words) if word), "")
        name = taken_at.get(place) or by_heading.get(own) or by_heading.get(f"@{column_letters(place)}")
        samples = tuple(text(row[place]).strip() for row in below if place < len(row))
        guesses.append(ColumnGuess(place, own or f"@{column_letters(place)}", samples, name))
    return tuple(guesses)


def _shown_rows(plan: ImportPlan) -> tuple[tuple[str, ...], ...]:
    if plan.figures:
        return tuple(
            (str(figure.row), str(figure.year), LABELS[figure.name], figure_words(figure))
            for figure in plan.figures[:SHOWN_ROWS]
        )
    return tuple(_shown(row) for row in plan.sources[:SHOWN_ROWS])


def _shown(row: object) -> tuple[str, ...]:
    if isinstance(row, RosterRow):
        days = (row.employed_from, row.employed_to, row.contract_start, row.contract_end)
        words = tuple("" if day is None else day.isoformat() for day in days)
        return (str(row.row), row.name, mask_id_number(row.id_number), *words, row.position or "")
    if isinstance(row, InternRow):
        days = (row.intern_from, row.intern_to, row.hired_from, row.hired_to)
        words = tuple("" if day is None else day.isoformat() for day in days)
        level = _EDUCATION.get(row.education or "", "")
        return (str(row.row), row.name, mask_id_number(row.id_number), row.school or "", level, *words)
    if isinstance(row, WageRow):
        return (str(row.row), row.name, mask_id_number(row.id_number), row.month, row.gross.shown())
    return (str(row.row), row.name, mask_id_number(row.id_number), row.month)  # type: ignore[attr-defined]
