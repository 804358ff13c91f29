"""Lines of 历史兑现补录 in words, from a workbook just read or from what was entered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseworker.intake.prior_terms import FUND, NUMBERS, PARTIES, PEOPLE, PriorTerms
from caseworker.services.prior_plan import PriorPlan
from caseworker.services.prior_views import PriorLine
from caseworker.store.models import PriorBatch, PriorFundUse, PriorGrant, PriorNumber
from caseworker.values.masking import mask_id_number
from caseworker.values.money import Money


def preview_lines(plan: PriorPlan, terms: PriorTerms, most: int) -> tuple[PriorLine, ...]:
    """The first lines of what was read."""
    lines: list[PriorLine] = []
    for grant in plan.read.grants[:most]:
        clause = terms.clause(grant.policy, grant.clause)
        known = plan.parties.get(grant.code)
        lines.append(
            PriorLine(
                grant.sheet,
                grant.row,
                grant.clause if clause is None else clause.title,
                grant.party_name if known is None else known[1],
                _person(grant.name, grant.id_number),
                grant.granted_on.isoformat(),
                grant.amount,
                facts_in_words(grant.policy, grant.clause, grant.facts, terms),
                grant.evidence,
            )
        )
    lines.extend(
        _fund_line(row.row, row.policy, row.year, row.committed, row.paid, row.note, terms) for row in plan.read.funds
    )
    lines.extend(_number_line(row.row, row.kind, row.year, row.last, terms) for row in plan.read.numbers)
    return tuple(lines[:most])


def grant_line(
    grant: PriorGrant, party: str, person: str | None, id_number: str | None, terms: PriorTerms
) -> PriorLine:
    clause = terms.clause(grant.policy, grant.clause)
    return PriorLine(
        PARTIES if grant.person_id is None else PEOPLE,
        0,
        grant.clause if clause is None else clause.title,
        party,
        _person(person or "", id_number or ""),
        grant.granted_on.isoformat(),
        grant.amount,
        facts_in_words(grant.policy, grant.clause, grant.facts, terms),
        grant.evidence,
    )


def batch_lines(session: Session, batch: PriorBatch, terms: PriorTerms) -> tuple[PriorLine, ...]:
    """Of a batch of fund sums or numbers, which are few."""
    if batch.kind == "fund":
        uses = session.scalars(select(PriorFundUse).where(PriorFundUse.batch_id == batch.id).order_by(PriorFundUse.id))
        return tuple(_fund_line(0, use.policy, use.year, use.committed, use.paid, use.note, terms) for use in uses)
    numbers = session.scalars(select(PriorNumber).where(PriorNumber.batch_id == batch.id).order_by(PriorNumber.id))
    return tuple(_number_line(0, row.kind, row.year, row.last, terms) for row in numbers)


def sums_of(session: Session, batch: PriorBatch, terms: PriorTerms) -> tuple[tuple[str, int, Money | None], ...]:
    """(what, lines, amount) of a batch, by clause; a batch of another kind says it in its lines."""
    if batch.kind != "grants":
        return tuple((line.what, 1, line.amount) for line in batch_lines(session, batch, terms))
    query = (
        select(PriorGrant.policy, PriorGrant.clause, func.count(PriorGrant.id), func.sum(PriorGrant.amount))
        .where(PriorGrant.batch_id == batch.id)
        .group_by(PriorGrant.policy, PriorGrant.clause)
        .order_by(PriorGrant.policy, PriorGrant.clause)
    )
    found = []
    for policy, key, count, amount in session.execute(query):
        clause = terms.clause(policy, key)
        found.append((key if clause is None else clause.title, int(count), amount))
    return tuple(found)


def facts_in_words(policy: str, clause_id: str, facts: Mapping[str, Any], terms: PriorTerms) -> str:
    """期次 2，已用至月份 2022-11"""
    clause = terms.clause(policy, clause_id)
    if clause is None:
        return "，".join(f"{name} {value}" for name, value in facts.items())
    words = []
    for field in clause.fields:
        value = facts.get(field.name)
        if value is None:
            continue
        options = dict(field.options)
        if isinstance(value, list):
            value = "、".join(options.get(one, str(one)) for one in value)
        words.append(f"{field.label} {options.get(value, value) if isinstance(value, str) else value}")
    return "，".join(words)


def _fund_line(
    row: int, policy: str, year: int, committed: Money, paid: Money, note: str, terms: PriorTerms
) -> PriorLine:
    title = dict(terms.policies).get(policy, policy)
    detail = f"已承诺未拨付 {committed.shown()} 元，已拨付 {paid.shown()} 元"
    return PriorLine(FUND, row, f"专项资金 {title}", "", "", f"{year} 年", committed + paid, detail, note)


def _number_line(row: int, kind: str, year: int, last: int, terms: PriorTerms) -> PriorLine:
    label = next((one.label for one in terms.kinds if one.kind == kind), kind)
    day = f"{year} 年" if year else ""
    return PriorLine(NUMBERS, row, label, "", "", day, None, f"最后一号 {last}，从第 {last + 1} 号接着编")


def _person(name: str, id_number: str) -> str:
    return f"{name} {mask_id_number(id_number)}" if id_number else name
