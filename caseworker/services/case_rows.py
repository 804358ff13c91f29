"""A case as one row of a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, func, select

from caseworker.policy import Packs
from caseworker.services.views import CaseRow
from caseworker.services.workflow import rules_of
from caseworker.store.models import Case, Party, Proposal, User


def case_query() -> tuple[Select[*tuple[Any, ...]], dict[str, SQLColumnExpression[Any]]]:
    """(query over cases with what a row shows, its sortable columns). The amount is that of the live proposal."""
    amount = (
        select(Proposal.amount)
        .where(Proposal.case_id == Case.id, Proposal.state == "live")
        .correlate(Case)
        .scalar_subquery()
        .label("amount")
    )
    query: Select[*tuple[Any, ...]] = (
        select(Case, Party.name, User.name, amount)
        .join(Party, Party.id == Case.party_id)
        .join(User, User.id == Case.officer_id)
    )
    columns: dict[str, Any] = {
        "number": Case.number,
        "party": Party.initials,
        "policy": Case.policy,
        "clause": Case.clause,
        "as_of": Case.as_of,
        "step": Case.step,
        "status": Case.status,
        "officer": User.name,
        "amount": func.coalesce(amount, 0),
    }
    return query, columns


def case_row(row: Sequence[Any], packs: Packs) -> CaseRow:
    case, party, officer, amount = row
    pack = packs.get(case.policy)  # None: a pack of the office that was not loaded this time
    return CaseRow(
        id=case.id,
        number=case.number,
        party=party,
        policy=case.policy,
        clause=case.clause,
        clause_title=case.clause if pack is None else pack.clauses[case.clause].title,
        as_of=case.as_of,
        step=case.step,
        step_name=case.step if pack is None else rules_of(pack).step(case.step).name,
        status=case.status,
        amount=amount,
        officer=officer,
    )
