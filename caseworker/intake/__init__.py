"""Workbooks in: read, map, validate, report bad rows. Knows no database."""

from caseworker.intake.grid import SheetInfo
from caseworker.intake.kinds import FIELDS, Field, Kind
from caseworker.intake.reading import read_workbook, sheets
from caseworker.intake.result import (
    ColumnMapping,
    InsuranceRow,
    ReadResult,
    Record,
    Rejected,
    RosterRow,
    Skipped,
    WageRow,
)
from caseworker.intake.returned import rejected_workbook

__all__ = [
    "FIELDS",
    "ColumnMapping",
    "Field",
    "InsuranceRow",
    "Kind",
    "ReadResult",
    "Record",
    "Rejected",
    "RosterRow",
    "SheetInfo",
    "Skipped",
    "WageRow",
    "read_workbook",
    "rejected_workbook",
    "sheets",
]
