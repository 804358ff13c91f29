"""Pure: policy packs, parameters with dates and quotes, conditions, trace, and calculate()."""

from __future__ import annotations

from caseworker.policy.calculate import calculate, calculate_json, dump_json, parse_json, work_out
from caseworker.policy.loader import load_pack, load_packs
from caseworker.policy.model import (
    Clause,
    Condition,
    Dated,
    FactField,
    Fund,
    InForce,
    Notice,
    Option,
    Pack,
    PackError,
    PackErrors,
    Packs,
    Paper,
    PaperRule,
    Parameter,
    Point,
    Quoted,
    Row,
    Table,
    Target,
)
from caseworker.policy.result import Basis, Calculation, ConditionResult, Line, TraceStep, warning_text
from caseworker.policy.texts import missing_quotes

__all__ = [
    "Basis",
    "Calculation",
    "Clause",
    "Condition",
    "ConditionResult",
    "Dated",
    "FactField",
    "Fund",
    "InForce",
    "Line",
    "Notice",
    "Option",
    "Pack",
    "PackError",
    "PackErrors",
    "Packs",
    "Paper",
    "PaperRule",
    "Parameter",
    "Point",
    "Quoted",
    "Row",
    "Table",
    "Target",
    "TraceStep",
    "calculate",
    "calculate_json",
    "dump_json",
    "load_pack",
    "load_packs",
    "missing_quotes",
    "parse_json",
    "warning_text",
    "work_out",
]
