"""Facts as a dossier or a case keeps them: which there are, whether a value is one, and how a clerk reads it."""

from __future__ import annotations

from typing import Any

from caseworker.errors import Problem
from caseworker.policy import FactField, Packs
from caseworker.policy.facts import read_record
from caseworker.values.money import Money

# What the program works out itself from decisions, rosters and the claim; typing it into a dossier
# would let a typed figure stand where a real payment should count.
DERIVED = frozenset({"already_granted", "granted_this_year", "first_application", "continuing"})
_LISTS = frozenset({"list", "months", "choices", "key"})


def fact_schema(packs: Packs, payee: str | None = None) -> dict[str, FactField]:
    """Every single-valued fact a dossier can keep, by name, in the order of the clauses.

    `payee`: only facts of clauses that pay such a party (company, school, person, service-body).
    """
    schema: dict[str, FactField] = {}
    for pack in packs:
        for clause in pack.clauses.values():
            if payee is not None and clause.payee != payee.replace("-", "_"):
                continue
            for field in clause.facts:
                if field.type not in _LISTS and field.name not in DERIVED:
                    schema.setdefault(field.name, field)
    return schema


def read_value(field: FactField, value: Any) -> tuple[Any, str | None]:
    """The value as it is kept (JSON), and what is wrong with it in words, or None."""
    problems: list[Problem] = []
    read_record((field,), (), {field.name: value}, "", problems)
    if problems:
        return None, problems[0].message
    return value, None


def show_value(field: FactField | None, value: Any) -> str:
    """How a clerk reads it: 是/否, amounts with separators and unit, dates as they are."""
    if value is None:
        return "（无）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return f"{len(value)} 条"
    if field is None:
        return str(value)
    if field.type in ("money", "usd"):
        return f"{Money.parse(value).shown()} {field.unit or '元'}"
    if field.type == "choice":
        return next((option.label for option in field.options if option.id == value), str(value))
    if field.type == "int" and isinstance(value, int) and not field.name.endswith("year"):
        return f"{value:,} {field.unit}".strip()
    return f"{value} {field.unit}".strip()
