"""One row into its records, or into the list of everything that is wrong with it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from caseworker.intake import cells, identity
from caseworker.intake import education as schooling
from caseworker.intake.cells import Cell, CellProblem
from caseworker.intake.field import Measure
from caseworker.intake.kinds import FIELDS, Kind
from caseworker.intake.layout import Layout
from caseworker.intake.result import InsuranceRow, InternRow, Record, Rejected, RosterRow, WageRow, Warned
from caseworker.values.money import Money

T = TypeVar("T")


def maker(kind: Kind, place: Layout, accepted: Mapping[str, str]) -> RecordMaker:
    """`accepted`: numbers, as kept, that fail but are taken, with the clerk's reason."""
    makers: dict[Kind, type[RecordMaker]] = {
        Kind.ROSTER: RosterMaker,
        Kind.WAGES: WageMaker,
        Kind.INSURANCE: InsuranceMaker,
        Kind.INTERNS: InternMaker,
    }
    return makers[kind](kind, place, accepted)


class RecordMaker:
    """Turns rows into records. Remembers the people and the rows before: a second identical row is the rejected one,
    and an ID number keeps the name it first came with."""

    def __init__(self, kind: Kind, place: Layout, accepted: Mapping[str, str]) -> None:
        self.accepted = accepted
        self.used: dict[str, str] = {}  # accepted numbers that rows were taken with
        self.warnings: list[Warned] = []
        self._number_of: dict[str, tuple[str, int]] = {}  # name -> the ID number it first came with, its row
        self.place = place
        self.kind = kind
        self.labels = {f.name: f.label for f in FIELDS[kind]}
        self._ids: dict[object, str | CellProblem | None] = {}
        self._names: dict[object, str | None] = {}
        self._name_of: dict[str, tuple[str, int]] = {}
        self._seen: dict[object, int] = {}
        self.extra_fields: tuple[str, ...] = ()

    def heading(self, name: str) -> str:
        column = self.place.columns.get(name)
        shown = "" if column is None else self.place.headings.get(column, "")
        return shown if shown and not shown.startswith("@") else self.labels[name]

    def __call__(self, number: int, row: list[Cell]) -> tuple[list[Record], list[Rejected]]:
        problems: list[Rejected] = []
        name, id_number = self._person(number, row, problems)
        records = self.records(number, row, name or "", id_number or "", problems)
        if problems or name is None or id_number is None:
            return [], problems
        key = self.identity(name, id_number, row, records)
        before = self._seen.setdefault(key, number) if key is not None else number
        if before != number:
            return [], [Rejected(number, None, "duplicate-row", f"与第 {before} 行完全相同，请删除其中一行")]
        if records:
            self._look(number, name, id_number)
        return records, problems

    def _look(self, number: int, name: str, id_number: str) -> None:
        """What is no error but worth a look: a number accepted before, one name with two numbers."""
        if id_number in self.accepted and id_number not in self.used and identity.check(id_number)[1] is not None:
            self.used[id_number] = self.accepted[id_number]
        first, where = self._number_of.setdefault(name, (id_number, number))
        if first != id_number:
            self._number_of[name] = (id_number, number)
            reason = f"“{name}”在第 {where} 行是另一个身份证号，请核对是同名的两人还是一人填了两个号"
            self.warnings.append(Warned(number, self.heading("id_number"), "same-name-different-id", reason))

    def records(
        self, number: int, row: list[Cell], name: str, id_number: str, problems: list[Rejected]
    ) -> list[Record]:
        raise NotImplementedError

    def identity(self, name: str, id_number: str, row: list[Cell], records: list[Record]) -> object:
        """What makes two rows identical; None for a row that may repeat (it says nothing)."""
        raise NotImplementedError

    def _person(self, number: int, row: list[Cell], problems: list[Rejected]) -> tuple[str | None, str | None]:
        name_cell = row[self.place.columns["name"]]
        id_cell = row[self.place.columns["id_number"]]
        name = self._names.get(name_cell) if type(name_cell) is str else None
        if name is None:
            try:
                name = cells.name(name_cell)
            except CellProblem as problem:
                problems.append(Rejected(number, self.heading("name"), problem.code, problem.reason))
            else:
                if name is None:
                    problems.append(Rejected(number, self.heading("name"), "missing-value", "没有填写姓名"))
                elif type(name_cell) is str:
                    self._names[name_cell] = name
        id_number = self._id_number(number, id_cell, problems)
        if name is not None and id_number is not None:
            first, where = self._name_of.setdefault(id_number, (name, number))
            if first.casefold() != name.casefold():
                problems.append(
                    Rejected(
                        number,
                        self.heading("name"),
                        "same-id-different-name",
                        f"这个身份证号在第 {where} 行是“{first}”，这里是“{name}”，请核对是谁的",
                    )
                )
        return name, id_number

    def _id_number(self, number: int, cell: Cell, problems: list[Rejected]) -> str | None:
        key = (type(cell), cell)
        if key not in self._ids:
            self._ids[key] = _checked_id(cell, self.accepted)
        found = self._ids[key]
        if isinstance(found, CellProblem):
            may = identity.check(cells.id_text(cell) or "")[0] if found.code == "id-number-invalid" else ""
            problems.append(Rejected(number, self.heading("id_number"), found.code, found.reason, may))
            return None
        if found is None:
            problems.append(Rejected(number, self.heading("id_number"), "missing-value", "没有填写身份证号"))
        return found

    def take(self, number: int, heading: str, problems: list[Rejected], convert: Callable[[], T]) -> T | None:
        try:
            return convert()
        except CellProblem as problem:
            problems.append(Rejected(number, heading, problem.code, problem.reason))
            return None

    def in_order(
        self, number: int, start: tuple[str, date | None], end: tuple[str, date | None], problems: list[Rejected]
    ) -> None:
        """Both ends of a span as (field, day): the later one before the earlier is date-invalid on the later one."""
        if start[1] is not None and end[1] is not None and end[1] < start[1]:
            words = f"{self.heading(end[0])} {end[1]} 早于{self.heading(start[0])} {start[1]}，请核对"
            problems.append(Rejected(number, self.heading(end[0]), "date-invalid", words))


def _checked_id(cell: Cell, accepted: Mapping[str, str]) -> str | CellProblem | None:
    try:
        plain = cells.id_text(cell)
    except CellProblem as problem:
        return problem
    if plain is None:
        return None
    number, wrong = identity.check(plain)
    if wrong is None:
        return number
    if len(plain) == 18 and plain.isascii() and plain.isdigit() and plain.endswith("000"):
        # text again, but it was a number once: 18 digits of which Excel kept 15
        return CellProblem("id-number-precision-lost", cells.PRECISION_LOST)
    if number in accepted:
        return number
    return CellProblem("id-number-invalid", wrong)


class RosterMaker(RecordMaker):
    def __init__(self, kind: Kind, place: Layout, accepted: Mapping[str, str]) -> None:
        super().__init__(kind, place, accepted)
        self.extra_fields = tuple(n for n in ("contract_start", "contract_end", "position") if n in place.columns)

    def records(
        self, number: int, row: list[Cell], name: str, id_number: str, problems: list[Rejected]
    ) -> list[Record]:
        days: dict[str, date | None] = {}
        for field in ("employed_from", "employed_to", "contract_start", "contract_end"):
            column = self.place.columns.get(field)
            cell = row[column] if column is not None else ""
            before = len(problems)
            days[field] = self.take(number, self.heading(field), problems, lambda cell=cell: cells.day(cell))  # type: ignore[misc]
            if field == "employed_from" and days[field] is None and len(problems) == before:
                problems.append(Rejected(number, self.heading(field), "missing-value", "没有填写入职日期"))
        for start, end in (("employed_from", "employed_to"), ("contract_start", "contract_end")):
            self.in_order(number, (start, days[start]), (end, days[end]), problems)
        column = self.place.columns.get("position")
        position = cells.text(row[column]) or None if column is not None else None
        if problems or days["employed_from"] is None:
            return []
        return [
            RosterRow(
                number,
                name,
                id_number,
                days["employed_from"],
                days["employed_to"],
                days["contract_start"],
                days["contract_end"],
                position,
            )
        ]

    def identity(self, name: str, id_number: str, row: list[Cell], records: list[Record]) -> object:
        (record,) = records
        assert isinstance(record, RosterRow)
        return (id_number, record.employed_from, record.employed_to, record.contract_start, record.contract_end)


class InternMaker(RecordMaker):
    def records(
        self, number: int, row: list[Cell], name: str, id_number: str, problems: list[Rejected]
    ) -> list[Record]:
        school = None
        if "school" in self.place.columns:
            cell = row[self.place.columns["school"]]
            school = self.take(number, self.heading("school"), problems, lambda: _school(cell))
        level = None
        if "education" in self.place.columns:
            education_cell = row[self.place.columns["education"]]
            level = self.take(number, self.heading("education"), problems, lambda: schooling.education(education_cell))
        days: dict[str, date | None] = {}
        faulty: set[str] = set()
        for field in ("intern_from", "intern_to", "hired_from", "hired_to"):
            column = self.place.columns.get(field)
            day_cell = row[column] if column is not None else ""
            before = len(problems)
            days[field] = self.take(number, self.heading(field), problems, lambda cell=day_cell: cells.day(cell))  # type: ignore[misc]
            if len(problems) > before:
                faulty.add(field)
        for field, given in (("intern_from", True), ("hired_from", days["hired_to"] is not None)):
            if given and days[field] is None and field not in faulty:
                problems.append(Rejected(number, self.heading(field), "missing-value", f"没有填写{self.labels[field]}"))
        for start, end in (("intern_from", "intern_to"), ("hired_from", "hired_to")):
            self.in_order(number, (start, days[start]), (end, days[end]), problems)
        if problems or days["intern_from"] is None:
            return []
        return [
            InternRow(
                number,
                name,
                id_number,
                school,
                level,
                days["intern_from"],
                days["intern_to"],
                days["hired_from"],
                days["hired_to"],
            )
        ]

    def identity(self, name: str, id_number: str, row: list[Cell], records: list[Record]) -> object:
        (record,) = records
        return dataclasses.replace(record, row=0)


def _school(cell: Cell) -> str:
    if isinstance(cell, cells.FormulaFault):
        raise CellProblem("missing-value", cell.sentence)
    plain = "".join(cells.text(cell).split())
    if not plain.strip("-—–－/\\"):
        raise CellProblem("missing-value", "没有填写学校")
    return plain


class _MonthlyMaker(RecordMaker):
    """Wages and insurance: months across, down the rows, or one for the whole sheet."""

    def __init__(self, kind: Kind, place: Layout, accepted: Mapping[str, str]) -> None:
        super().__init__(kind, place, accepted)
        self._months: dict[object, str | CellProblem] = {}

    def month_of(self, number: int, row: list[Cell], problems: list[Rejected]) -> str | None:
        if self.place.sheet_month is not None:
            return self.place.sheet_month
        cell = row[self.place.columns["month"]]
        year_at = self.place.columns.get("year")
        year_cell = row[year_at] if year_at is not None else ""
        key = (type(cell), cell, year_cell)
        if key not in self._months:
            try:
                self._months[key] = cells.month(cell, _year(year_cell) or self.place.year)
            except CellProblem as problem:
                self._months[key] = problem
        found = self._months[key]
        if isinstance(found, CellProblem):
            problems.append(Rejected(number, self.heading("month"), found.code, found.reason))
            return None
        return found


def _year(cell: Cell) -> int | None:
    plain = cells.text(cell).removesuffix("度").removesuffix("年")
    return int(plain) if len(plain) == 4 and plain.isascii() and plain.isdigit() else None


class WageMaker(_MonthlyMaker):
    def records(
        self, number: int, row: list[Cell], name: str, id_number: str, problems: list[Rejected]
    ) -> list[Record]:
        records: list[Record] = []
        if self.place.month_columns:
            for column, month in self.place.month_columns:
                gross = self._gross(number, row[column], column, self.place.headings[column], problems)
                if gross is not None:
                    records.append(WageRow(number, name, id_number, month, gross))
            return records
        month_ = self.month_of(number, row, problems)
        at = self.place.columns["gross"]
        gross = self._gross(number, row[at], at, self.heading("gross"), problems)
        if month_ is None or gross is None:
            return []
        return [WageRow(number, name, id_number, month_, gross)]

    def _gross(self, number: int, cell: Cell, column: int, heading: str, problems: list[Rejected]) -> Money | None:
        try:
            unit = self.place.units.get(column) if self.place.units else None
            if unit is None:
                return cells.amount(cell)
            found = cells.amount(cell, unit.factor)
            if found is not None and unit.measure is Measure.USD:
                raise CellProblem("amount-invalid", f"表中写的单位是“{unit.text}”，工资应以人民币元填写")
            return found
        except CellProblem as problem:
            problems.append(Rejected(number, heading, problem.code, problem.reason))
            return None

    def identity(self, name: str, id_number: str, row: list[Cell], records: list[Record]) -> object:
        if not records:
            return None if not self.place.month_columns else (id_number, ())
        if len(records) == 1 and isinstance(records[0], WageRow):
            return (id_number, records[0].month, records[0].gross.fen)
        return (id_number, tuple((r.month, r.gross.fen) for r in records if isinstance(r, WageRow)))


class InsuranceMaker(_MonthlyMaker):
    """A person insured in a month. Rows that differ in the kind of insurance (险种) join into one record."""

    def __init__(self, kind: Kind, place: Layout, accepted: Mapping[str, str]) -> None:
        super().__init__(kind, place, accepted)
        self._paid: set[tuple[str, str]] = set()

    def records(
        self, number: int, row: list[Cell], name: str, id_number: str, problems: list[Rejected]
    ) -> list[Record]:
        if self.place.month_columns:
            records: list[Record] = []
            for column, month in self.place.month_columns:
                heading = self.place.headings[column]
                if self.take(number, heading, problems, lambda at=column: cells.insured(row[at])):  # type: ignore[misc]
                    records.append(InsuranceRow(number, name, id_number, month))
            return records
        found = self.month_of(number, row, problems)
        status_at = self.place.columns.get("status")
        if status_at is not None:
            paid = self.take(number, self.heading("status"), problems, lambda: _status(row[status_at]))
        else:
            paid = True
        if found is None or not paid:
            return []
        return [InsuranceRow(number, name, id_number, found)]

    def _type(self, row: list[Cell]) -> str | None:
        column = self.place.columns.get("insurance_type")
        return cells.text(row[column]) or None if column is not None else None

    def identity(self, name: str, id_number: str, row: list[Cell], records: list[Record]) -> object:
        if not records:
            return None if not self.place.month_columns else (id_number, ())
        return (id_number, self._type(row), tuple(r.month for r in records if isinstance(r, InsuranceRow)))

    def __call__(self, number: int, row: list[Cell]) -> tuple[list[Record], list[Rejected]]:
        records, problems = super().__call__(number, row)
        fresh = []
        for record in records:
            assert isinstance(record, InsuranceRow)
            if (record.id_number, record.month) not in self._paid:
                self._paid.add((record.id_number, record.month))
                fresh.append(record)
        return list(fresh), problems


def _status(cell: Cell) -> bool:
    if cells.is_blank(cell):
        raise CellProblem("missing-value", "没有填写是否已缴费")
    try:
        return cells.insured(cell)
    except CellProblem:
        raise CellProblem("amount-invalid", f"看不懂缴费状态“{cells.text(cell)}”，请填“已缴”或“未缴”") from None
