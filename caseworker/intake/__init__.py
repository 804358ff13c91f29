"""Workbooks in: read, map, validate, report bad rows. Knows no database."""

from caseworker.intake.field import Field, Measure
from caseworker.intake.grid import SheetInfo
from caseworker.intake.kinds import FIELDS, Kind
from caseworker.intake.reading import read_workbook, sheets
from caseworker.intake.result import (
    ColumnMapping,
    InsuranceRow,
    InternRow,
    ReadResult,
    Record,
    Rejected,
    RosterRow,
    Skipped,
    WageRow,
    Warned,
    YearlyRow,
)
from caseworker.intake.returned import rejected_workbook

__all__ = [
    "FIELDS",
    "ColumnMapping",
    "Field",
    "InsuranceRow",
    "InternRow",
    "Kind",
    "Measure",
    "ReadResult",
    "Record",
    "Rejected",
    "RosterRow",
    "SheetInfo",
    "Skipped",
    "WageRow",
    "Warned",
    "YearlyRow",
    "read_workbook",
    "rejected_workbook",
    "sheets",
]
