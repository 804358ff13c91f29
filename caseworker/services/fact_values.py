"""Facts as a dossier or a case keeps them: which there are, whether a value is one, and how a clerk reads it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from caseworker.errors import Problem
from caseworker.policy import FactField, Packs
from caseworker.policy.facts import read_record
from caseworker.values.money import Money

# What the program works out itself from decisions, rosters and the claim; typing it into a dossier
# would let a typed figure stand where a real payment should count.
DERIVED = frozenset({"already_granted", "granted_this_year", "first_application", "continuing"})
_LISTS = frozenset({"list", "months", "choices", "key"})
# Of a person: what the roster, the wage and insurance records say, and what earlier awards and grants leave. All else
# that a list of people asks for is a fact of the person, kept with its paper.
ROSTER_FIELDS = frozenset(
    {"key", "wage_months", "insurance_months", "contract_start", "contract_end", "employed_from", "employed_to"}
)
AWARD_FIELDS = frozenset(
    {
        "claimed_through",
        "first_paid_on",
        "paid_total",
        "first_paid",
        "second_paid",
        "third_paid",
        "already_paid",
        "months_paid",
        "award_year",
    }
)
# Of an internship, as lists of interns have it
INTERN_FIELDS = frozenset({"key", "education", "intern_from", "intern_to", "hired_from", "hired_to"})
FAIR_FIELDS = frozenset({"key", "held_on", "organizer"})
PEOPLE, INTERNS, FAIRS, REQUESTS = "people", "interns", "fairs", "requests"


def fact_schema(packs: Packs, payee: str | None = None) -> dict[str, FactField]:
    """Every single-valued fact a dossier can keep, by the name it is kept under, in the order of the clauses.

    `payee`: only facts of clauses that pay such a party (company, school, person, service-body). `by_year` is given
    where a figure is to be entered with its year, and empty where a day will do.
    """
    schema: dict[str, FactField] = {}
    # what a clause asks beside the people whom it pays is their employer's matter: 与新引进的客服企业签订正式劳动合同
    asked = {None: None, "company": {"company", "person"}}.get(payee, {str(payee).replace("-", "_")})
    for pack in packs:
        for clause in pack.clauses.values():
            if asked is not None and clause.payee not in asked:
                continue
            for field in clause.facts:
                if field.type not in _LISTS and field.name not in DERIVED | AWARD_FIELDS:
                    known = schema.setdefault(field.kept_name, replace(field, name=field.kept_name))
                    if known.by_year and not _only_by_year(field):
                        schema[field.kept_name] = replace(known, by_year="", year_one="")
    return schema


def _only_by_year(field: FactField) -> bool:
    """Whether a figure means nothing without its year. Of how many seats there are the day says as much."""
    return field.by_year not in ("", "latest")


def is_yearly(packs: Packs, name: str) -> bool:
    """Whether some clause takes the fact as the figure of a calendar year."""
    return any(
        field.kept_name == name and field.by_year
        for pack in packs
        for clause in pack.clauses.values()
        for field in clause.facts
    )


def own_fields(field: FactField) -> tuple[FactField, ...]:
    """Of a list of people: the facts that are kept with the person, because nothing else gives them."""
    return tuple(item for item in field.items if item.name not in ROSTER_FIELDS | AWARD_FIELDS)


def person_schema(packs: Packs, payee: str | None = None) -> dict[str, FactField]:
    """Every fact a dossier can keep of a person, by name. `payee`: only those of clauses that pay such a party."""
    schema: dict[str, FactField] = {}
    for pack in packs:
        for clause in pack.clauses.values():
            people = clause.fact(PEOPLE)
            if people is None or (payee is not None and clause.payee != payee.replace("-", "_")):
                continue
            for field in own_fields(people):
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
    if isinstance(value, list) and field is not None and field.type == "choices":
        return "、".join(option.label for option in field.options if option.id in value)
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
