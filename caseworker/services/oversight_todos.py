"""What oversight adds to today's list: what is past its day, suspended money, cases drawn and not visited."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.services.home_views import TodoRow
from caseworker.services.oversight_draws import draws_done, visits_open
from caseworker.services.oversight_kinds import (
    BY_ID,
    CRITICISM,
    OPEN,
    RECTIFICATION,
    SUSPENSION,
    TRANSFER,
    VISIT,
    VOIDED,
)
from caseworker.services.views import Role
from caseworker.store.models import OversightAct, Party, Recovery

_STAFF = frozenset({Role.CASEWORKER, Role.REVIEWER, Role.HEAD})
_MOST = 50
_FOUND = {"mend": "问题", "grave": "严重问题"}  # conclusions of a visit that call for an order
_ANSWERS = (RECTIFICATION, SUSPENSION, CRITICISM, TRANSFER)


def oversight_todos(session: Session, roles: frozenset[Role], today: date) -> list[TodoRow]:
    """Orders to mend, reports on the use of funds and recoveries past their day, and visits still to be made."""
    if not roles & _STAFF:
        return []
    acts = (
        select(OversightAct, Party.name)
        .outerjoin(Party, Party.id == OversightAct.party_id)
        .where(OversightAct.state == OPEN, OversightAct.due_on < today)
        .order_by(OversightAct.due_on, OversightAct.id)
        .limit(_MOST)
    )
    todos = [
        TodoRow(
            "overdue", f"{BY_ID[act.kind].name}逾期：{party or act.title}", _since(act.due_on), ("oversight", act.id)
        )
        for act, party in session.execute(acts)
    ]
    recoveries = (
        select(Recovery, Party.name)
        .join(Party, Party.id == Recovery.party_id)
        .where(Recovery.state == "ordered", Recovery.due_on < today)
        .order_by(Recovery.due_on, Recovery.id)
        .limit(_MOST)
    )
    todos += [
        TodoRow("overdue", f"追回逾期：{party}", _since(row.due_on), ("recovery", row.id))
        for row, party in session.execute(recoveries)
    ]
    if roles & {Role.REVIEWER, Role.HEAD}:
        todos += _unanswered(session)
        todos += [
            TodoRow("due", f"{name}已查完，待办结", "名单上的办件都已检查", ("spot-check", key))
            for key, name in draws_done(session)
        ]
    todos += [
        TodoRow("normal", f"{name}名单上有 {waiting} 件待检查", "打开名单，逐件登记检查", ("spot-check", key))
        for key, name, waiting in visits_open(session)
    ]
    return todos


def _unanswered(session: Session) -> list[TodoRow]:
    """Visits that found something, of payees about whom nothing was ordered since: whoever may order it is told."""
    ordered: dict[int | None, int] = {}
    answers = select(OversightAct.party_id, OversightAct.id).where(
        OversightAct.kind.in_(_ANSWERS), OversightAct.state != VOIDED
    )
    for party_id, key in session.execute(answers):
        ordered[party_id] = max(key, ordered.get(party_id, 0))
    found = OversightAct.data["conclusion"].as_string()
    visits = (
        select(OversightAct.id, OversightAct.party_id, OversightAct.happened_on, found, Party.name)
        .join(Party, Party.id == OversightAct.party_id)
        .where(OversightAct.kind == VISIT, OversightAct.state != VOIDED, found.in_(_FOUND))
        .order_by(OversightAct.id)
    )
    return [
        TodoRow(
            "due",
            f"检查发现{_FOUND[conclusion]}，待处理：{party}",
            f"{day} 的检查；可责令整改、暂停拨付等",
            ("oversight", key),
        )
        for key, party_id, day, conclusion, party in session.execute(visits)
        if ordered.get(party_id, 0) < key
    ][:_MOST]


def _since(due_on: date | None) -> str:
    return f"期限 {due_on}"
