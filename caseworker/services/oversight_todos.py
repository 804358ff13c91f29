"""What oversight adds to today's list: what is past its day, suspended money, cases drawn and not visited."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.services.oversight_draws import visits_open
from caseworker.services.oversight_kinds import BY_ID, OPEN
from caseworker.services.views import Role, TodoRow
from caseworker.store.models import OversightAct, Party, Recovery

_STAFF = frozenset({Role.CASEWORKER, Role.REVIEWER, Role.HEAD})
_MOST = 50


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
        TodoRow("overdue", f"追回逾期：{party}", _since(row.due_on), ("screen", "oversight"))
        for row, party in session.execute(recoveries)
    ]
    waiting = visits_open(session)
    if waiting:
        todos.append(TodoRow("normal", f"抽查名单上有 {waiting} 件待检查", "见“监管”的抽查", ("screen", "oversight")))
    return todos


def _since(due_on: date | None) -> str:
    return f"期限 {due_on}"
