"""Yearly figures of a workbook: each is a fact of its calendar year, the output a figure for the targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from caseworker.intake import FIELDS, Kind
from caseworker.intake.field import Measure
from caseworker.intake.result import ColumnMapping, YearlyRow
from caseworker.services.views import RowProblem
from caseworker.store.models import Attachment, Import, PartyFact, PartyYear
from caseworker.store.work import Work
from caseworker.values.clock import BEIJING
from caseworker.values.money import Money

OUTPUT = "output"  # 产值 stands against the policies' targets, not in any clause
# 寻乌 二（五）14 and 15 ask for two figures by one name; the pack keeps them apart, and so must a sheet
DOLLARS, OFFSHORE = "recognized_usd", "offshore_usd"
LABELS = {field.name: field.label for field in FIELDS[Kind.YEARLY]} | {OFFSHORE: "离岸服务外包执行额"}


@dataclass(frozen=True, slots=True)
class Figure:
    row: int
    year: int
    name: str
    value: Any  # in the form `calculate` takes; of the output Money


def kept_names(mapping: ColumnMapping) -> dict[str, str]:
    """The names figures are kept under, where the heading says which of two things a sheet's dollars are."""
    heading = mapping.columns.get(DOLLARS, "")
    return {DOLLARS: OFFSHORE} if "离岸" in heading or "外包" in heading else {}


def plan_figures(
    session: Session, party_id: int, rows: Sequence[YearlyRow], kept: Mapping[str, str]
) -> tuple[list[Figure], list[RowProblem], list[RowProblem]]:
    """What is new, what contradicts the dossier, and what it holds already.

    A figure that differs from the one on record is never taken over it: the clerk voids that one, or undoes its import.
    `kept`: the names of `kept_names`.
    """
    held = _held(session, party_id)
    new: list[Figure] = []
    problems: list[RowProblem] = []
    skipped: list[RowProblem] = []
    for row in rows:
        for read, given in row.facts.items():
            if given is None:
                continue
            name = kept.get(read, read)
            value = given if name == OUTPUT else _json(given)
            known = held.get((name, row.year))
            if known is None:
                new.append(Figure(row.row_of(read), row.year, name, value))
            elif _same(known, value):
                words = f"{row.year} 年已有相同的{LABELS[name]}。"
                skipped.append(RowProblem(row.row_of(read), LABELS[name], "already-recorded", words))
            else:
                reason = (
                    f"{row.year} 年的{LABELS[name]}已登记为 {_words(name, known)}，本表为 {_words(name, value)}。"
                    "请核对；如以本表为准，请先作废原记录或撤销原导入。"
                )
                problems.append(RowProblem(row.row_of(read), LABELS[name], "differs-from-record", reason))
    return new, problems, skipped


def write_figures(work: Work, figures: Sequence[Figure], taken: Import, attachment: Attachment) -> None:
    day = taken.imported_at.astimezone(BEIJING).date()
    for figure in figures:
        source = f"{attachment.name}（工作表“{taken.sheet}”第 {figure.row} 行）"
        if figure.name == OUTPUT:
            work.session.add(
                PartyYear(
                    party_id=taken.party_id,
                    kind=OUTPUT,
                    year=figure.year,
                    amount=figure.value,
                    source=source,
                    entered_on=day,
                    entered_by=taken.imported_by,
                    import_id=taken.id,
                )
            )
        else:
            work.session.add(
                PartyFact(
                    party_id=taken.party_id,
                    name=figure.name,
                    value={"value": figure.value},
                    valid_from=date(figure.year, 1, 1),
                    source=source,
                    attachment_id=attachment.id,
                    year=figure.year,
                    import_id=taken.id,
                )
            )
    work.session.flush()


def _held(session: Session, party_id: int) -> dict[tuple[str, int], Any]:
    """(name, year) -> the value that counts now."""
    found: dict[tuple[str, int], Any] = {}
    facts = (
        select(PartyFact.name, PartyFact.year, PartyFact.value)
        .outerjoin(Import, Import.id == PartyFact.import_id)
        .where(PartyFact.party_id == party_id, PartyFact.year.is_not(None), PartyFact.voided_reason.is_(None))
        .where(or_(PartyFact.import_id.is_(None), Import.state == "active"))
        .order_by(PartyFact.valid_from, PartyFact.id)
    )
    for name, year, value in session.execute(facts):
        if year is not None:
            found[name, year] = value["value"]
    outputs = (
        select(PartyYear.year, PartyYear.amount)
        .outerjoin(Import, Import.id == PartyYear.import_id)
        .where(PartyYear.party_id == party_id, PartyYear.kind == OUTPUT, PartyYear.voided_reason.is_(None))
        .where(or_(PartyYear.import_id.is_(None), Import.state == "active"))
        .order_by(PartyYear.id)
    )
    for year, amount in session.execute(outputs):
        found[OUTPUT, year] = amount
    return found


def _json(value: Money | int | Decimal) -> str | int:
    return value if isinstance(value, int) else str(value)


def _same(known: Any, value: Any) -> bool:
    """Equal as numbers: what a clerk typed as 5000 and a sheet's 5000.00 are one amount."""
    if isinstance(known, Money) or isinstance(value, Money):
        return bool(known == value)
    return Decimal(str(known)) == Decimal(str(value))


_UNITS = {Measure.YUAN: " 元", Measure.USD: " 美元", Measure.COUNT: "", Measure.PERCENT: "%"}
_MEASURES = {field.name: field.measure for field in FIELDS[Kind.YEARLY]} | {OFFSHORE: Measure.USD}


def figure_words(figure: Figure) -> str:
    return _words(figure.name, figure.value)


def _words(name: str, value: Any) -> str:
    """1,234.50 元, 260, 85.5%"""
    measure = _MEASURES[name]
    shown = Money.parse(str(value)).shown() if measure in (Measure.YUAN, Measure.USD) else str(value)
    return shown + (_UNITS[measure] if measure is not None else "")
