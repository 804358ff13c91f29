"""第九条 专款专用: a report on the use of funds, worked out by the policy's own clause and kept with its result."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.policy import Clause, FactField, Pack, Packs, calculate
from caseworker.services.case_awards import GRANTED_INSTALMENTS
from caseworker.services.point_choices import choices_on
from caseworker.services.prior_counts import COUNTED
from caseworker.services.recovery_counts import received_back
from caseworker.store.models import Case, Instalment, PriorGrant
from caseworker.values.money import Money

KIND = "use-of-funds"
_IN_FORCE = "policy-in-force"


def funds_clause(packs: Packs, policies: tuple[str, ...]) -> tuple[Pack, Clause]:
    """The clause that looks over spending, of the office's policies. Refusal where none of them has one."""
    for policy in policies:
        pack = packs.get(policy)
        for clause in () if pack is None else pack.clauses.values():
            if pack is not None and clause.kind == KIND:
                return pack, clause
    raise Refusal("no-funds-clause", "本机构的政策没有专款专用的条款，不登记资金使用报告。")


def typed_fields(clause: Clause) -> tuple[FactField, ...]:
    """What the report says in figures; whether it is a continuing award the program knows."""
    return tuple(field for field in clause.facts if field.type == "money")


def paid_sums(session: Session, pack: Pack, party_id: int) -> dict[str, Money]:
    """By the title of the clause, what was really paid to the party under the policy, less what came back."""
    back, zero = received_back(session, party_id=party_id, policy=pack.id), Money.zero()
    found: dict[str, Money] = {}
    rows = session.execute(
        select(Instalment.id, Case.clause, Instalment.amount)
        .join(Case, Case.id == Instalment.case_id)
        .where(Case.party_id == party_id, Case.policy == pack.id, Instalment.state == "paid")
    )
    here = [(clause, amount - back.get(key, zero)) for key, clause, amount in rows]
    before = session.execute(
        select(PriorGrant.clause, PriorGrant.amount).where(
            PriorGrant.party_id == party_id, PriorGrant.policy == pack.id, *COUNTED
        )
    )
    for clause, amount in (*here, *((row[0], row[1]) for row in before)):
        known = pack.clauses.get(clause)
        title = clause if known is None else known.title
        found[title] = found.get(title, zero) + amount
    return found


def judge_funds(
    session: Session, pack: Pack, clause: Clause, party_id: int, figures: Mapping[str, Any], day: date, packs: Packs
) -> tuple[dict[str, Any], bool]:
    """(request and result to be kept, whether the money was used as it must be). InvalidInput by figure.

    Money that was paid is bound for ever: that the policy has run out since is no answer, so whether it is in force
    stands in the result but does not decide here.
    """
    chosen = choices_on(session, pack.id, day)
    facts: dict[str, Any] = {field.name: figures.get(field.name) for field in typed_fields(clause)}
    if clause.fact("continuing") is not None:
        facts["continuing"] = _was_granted(session, party_id, pack.id)
    request = {
        "policy": pack.id,
        "clause": clause.id,
        "as_of": day.isoformat(),
        "facts": facts,
        "interpretations": {point: chosen[point].option for point in clause.points if point in chosen},
    }
    result: dict[str, Any] = calculate(request, packs)
    if "error" in result:
        problems = tuple(
            Problem(one["path"].removeprefix("facts."), one["message"]) for one in result["error"]["problems"]
        )
        raise InvalidInput("资金使用数据有误，尚未保存。", problems)
    met = all(one["met"] for one in result["conditions"] if one["id"] != _IN_FORCE)
    return {"request": request, "result": result}, met


def _was_granted(session: Session, party_id: int, policy: str) -> bool:
    here = exists().where(
        Case.id == Instalment.case_id,
        Case.party_id == party_id,
        Case.policy == policy,
        Instalment.state.in_(GRANTED_INSTALMENTS),
    )
    before = exists().where(PriorGrant.party_id == party_id, PriorGrant.policy == policy, *COUNTED)
    return bool(session.scalar(select(here))) or bool(session.scalar(select(before)))
