"""What reading a workbook gives: plain frozen data, and its JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from caseworker.errors import InvalidInput, Problem
from caseworker.intake.kinds import FIELDS, Kind
from caseworker.values.money import Money


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person's employment span. `employed_to` is the last working day, None while employed."""

    row: int
    name: str
    id_number: str
    employed_from: date
    employed_to: date | None = None
    contract_start: date | None = None
    contract_end: date | None = None  # None with a contract_start: open-ended
    position: str | None = None


@dataclass(frozen=True, slots=True)
class WageRow:
    """One person's wage of one month ("2023-03"), gross where the sheet has it, in yuan."""

    row: int
    name: str
    id_number: str
    month: str
    gross: Money


@dataclass(frozen=True, slots=True)
class InsuranceRow:
    """One person insured in one month, once however many kinds (险种) the sheet lists for it."""

    row: int
    name: str
    id_number: str
    month: str


@dataclass(frozen=True, slots=True)
class InternRow:
    """One student's internship and what became of it. `education` is secondary or higher.

    `school` and `education` are None only where the sheet has no such column. `intern_to` and `hired_to` are last days.
    """

    row: int
    name: str
    id_number: str
    school: str | None
    education: str | None
    intern_from: date
    intern_to: date | None = None
    hired_from: date | None = None
    hired_to: date | None = None


@dataclass(frozen=True, slots=True)
class YearlyRow:
    """A party's figures of one calendar year, by the facts' names; None where the sheet has the figure but no value.

    Money in yuan (recognized_usd: in dollars, in cents), counts as int, occupancy_percent out of 100. With years across
    the columns `row` is the first sheet row that gave a figure, and `rows` each figure's own.
    """

    row: int
    year: int
    facts: Mapping[str, Money | int | Decimal | None]
    rows: Mapping[str, int] = field(default_factory=dict, compare=False)

    def row_of(self, name: str) -> int:
        return self.rows.get(name, self.row)


Record: TypeAlias = RosterRow | WageRow | InsuranceRow | InternRow | YearlyRow


@dataclass(frozen=True, slots=True)
class Rejected:
    """One thing wrong with one row. `column` is the sheet's own heading; None where the row as a whole is meant.

    `id_number`: of `id-number-invalid` the number as it would be kept, which a clerk may accept with a reason.
    """

    row: int
    column: str | None
    code: str
    reason: str
    id_number: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    row: int
    code: str  # total-row, blank-row, note-row


@dataclass(frozen=True, slots=True)
class Warned:
    """Something to look at that is no error: it rejects nothing. `row` None where the sheet as a whole is meant."""

    row: int | None
    column: str | None
    # same-name-different-id, hidden-rows, hidden-sheet, other-sheet, share-as-percent, unit-assumed, revenue-not-taken
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Which heading holds which field: what a clerk corrects once, remembered by company and kind.

    `columns` maps a field to the heading's text (or "@D", the column's letter, where headings are blank or repeat).
    `months` maps "2023-03" to a heading, for sheets with months across. `year` completes bare months (3月).
    `header_row` is only needed where nothing but letters is given. Serialised flat:
    {"name": "姓名", "gross": "应发工资", "months": {"2023-03": "3月"}, "year": 2023}.
    Yearly figures with years across: `years` maps "2023" to a heading, `item` is the column of the figures' names, and
    a figure maps to its name there: {"item": "项目", "tax_paid": "纳税总额", "years": {"2023": "2023年度"}}.
    """

    columns: Mapping[str, str]
    months: Mapping[str, str] = field(default_factory=dict)
    year: int | None = None
    header_row: int | None = None
    years: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = dict(self.columns)
        if self.months:
            out["months"] = dict(self.months)
        if self.years:
            out["years"] = dict(self.years)
        if self.year is not None:
            out["year"] = self.year
        if self.header_row is not None:
            out["header_row"] = self.header_row
        return out

    def remembered(self) -> ColumnMapping:
        """What holds for the company's next file too: the headings, not this file's months, year or row."""
        return ColumnMapping(dict(self.columns))

    @classmethod
    def from_json(cls, kind: Kind, data: object) -> ColumnMapping:
        """Raises InvalidInput("mapping-invalid") naming every wrong entry."""
        known = {f.name for f in FIELDS[kind]}
        problems: list[Problem] = []
        columns: dict[str, str] = {}
        months: dict[str, str] = {}
        years: dict[str, str] = {}
        numbers: dict[str, int] = {}
        if not isinstance(data, Mapping):
            raise InvalidInput("列对应关系应是一个 JSON 对象。", code="mapping-invalid")
        for key, value in data.items():
            if key == "months" and isinstance(value, Mapping):
                for month, heading in value.items():
                    if _is_month(month) and isinstance(heading, str):
                        months[month] = heading
                    else:
                        problems.append(Problem(f"mapping.months.{month}", "月份应写作 2023-03，对应一个列名。"))
            elif key == "years" and kind is Kind.YEARLY and isinstance(value, Mapping):
                for year, heading in value.items():
                    if _is_year(year) and isinstance(heading, str):
                        years[year] = heading
                    else:
                        problems.append(Problem(f"mapping.years.{year}", "年度应写作 2023，对应一个列名。"))
            elif type(value) is int and (_is_year(str(value)) if key == "year" else key == "header_row" and value > 0):
                numbers[key] = value
            elif key in known and isinstance(value, str) and value.strip():
                columns[key] = value  # "year" too: as text it is the heading of a 年份 column
            else:
                problems.append(Problem(f"mapping.{key}", f"“{kind.label}”没有这一项，或它的值不对。"))
        if problems:
            raise InvalidInput("列对应关系不能使用，请改正后再试。", tuple(problems), code="mapping-invalid")
        return cls(columns, months, numbers.get("year"), numbers.get("header_row"), years)


def _is_year(text: object) -> bool:
    return isinstance(text, str) and len(text) == 4 and text.isascii() and text.isdigit() and text[:2] in ("19", "20")


def _is_month(text: object) -> bool:
    return (
        isinstance(text, str)
        and len(text) == 7
        and text[4] == "-"
        and (text[:4] + text[5:]).isascii()
        and (text[:4] + text[5:]).isdigit()
        and 1 <= int(text[5:]) <= 12
    )


@dataclass(frozen=True, slots=True)
class ReadResult:
    """A sheet read. A sheet's row enters `rows` whole or not at all: a row in `rejected` gave no record.

    Row numbers are the sheet's own, from 1. `header_row` is the first row of the headings, `first_row` the first
    below them. `columns` are the 0-based columns of the fields, amounts left out; `extra_fields` the optional roster
    fields that the sheet has. `accepted`: the numbers in `rows` that fail but were accepted, with the clerk's reason.
    """

    kind: Kind
    sheet: str
    header_row: int
    first_row: int
    mapping: ColumnMapping
    rows: tuple[Record, ...]
    rejected: tuple[Rejected, ...]
    skipped: tuple[Skipped, ...]
    extra_fields: tuple[str, ...] = ()
    columns: Mapping[str, int] = field(default_factory=dict)
    accepted: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Warned, ...] = ()

    @property
    def rejected_rows(self) -> tuple[int, ...]:
        return tuple(sorted({r.row for r in self.rejected}))

    def to_json(self) -> dict[str, Any]:
        """As `caseworker read KIND FILE --json` prints it."""
        return {
            "sheet": self.sheet,
            "header_row": self.header_row,
            "mapping": self.mapping.to_json(),
            "rows": [_row_json(r) for r in self.rows],
            "rejected": [{"row": r.row, "column": r.column, "code": r.code, "reason": r.reason} for r in self.rejected],
            "skipped": [{"row": s.row, "code": s.code} for s in self.skipped],
        }


def _row_json(row: Record) -> dict[str, Any]:
    if isinstance(row, YearlyRow):
        return {"year": row.year} | {name: _figure_json(value) for name, value in row.facts.items()}
    out: dict[str, Any] = {"name": row.name, "id_number": row.id_number}
    if isinstance(row, RosterRow):
        return out | _days_json(row, ("employed_from", "employed_to"))
    if isinstance(row, InternRow):
        out |= {"school": row.school, "education": row.education}
        return out | _days_json(row, ("intern_from", "intern_to", "hired_from", "hired_to"))
    out["month"] = row.month
    if isinstance(row, WageRow):
        out["gross"] = str(row.gross)
    return out


def _days_json(row: RosterRow | InternRow, names: tuple[str, ...]) -> dict[str, str | None]:
    days: dict[str, date | None] = {name: getattr(row, name) for name in names}
    return {name: day.isoformat() if day is not None else None for name, day in days.items()}


def _figure_json(value: Money | int | Decimal | None) -> str | int | None:
    return value if value is None or isinstance(value, int) else str(value)
