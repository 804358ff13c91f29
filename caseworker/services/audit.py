"""The log: what was done, and whether the chain is whole."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseworker.services.action_names import ACTION_NAMES, COLUMN_NAMES
from caseworker.services.views import AuditRow, HistoryRow, Page
from caseworker.store import audit
from caseworker.store.audit_tables import AuditEntry
from caseworker.store.models import Party, PartyFact, User

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


class AuditService:
    """Every role may read the log; nobody can change it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def page(self, offset: int = 0, limit: int = 100) -> Page[AuditRow]:
        """The log, newest first."""
        with self._desk.file.read() as session:
            names = _user_names(session)
            total = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
            rows = tuple(_row(entry.seq, entry.body, names) for entry in audit.entries(session, offset=offset, limit=limit))
            return Page(rows, total, offset)

    def verify(self) -> tuple[bool, str]:
        """Reads the whole chain. The sentence names the first altered, missing or inserted entry."""
        report = self._desk.file.verify_audit()
        return report.ok, report.message

    def history_of_party(self, party_id: int) -> tuple[HistoryRow, ...]:
        """Changes of a dossier and of its facts, newest first."""
        with self._desk.file.read() as session:
            names = _user_names(session)
            changes = [(Party.__tablename__, change) for change in audit.history(session, Party.__tablename__, party_id)]
            for fact_id in session.scalars(select(PartyFact.id).where(PartyFact.party_id == party_id)):
                changes += [
                    (PartyFact.__tablename__, change)
                    for change in audit.history(session, PartyFact.__tablename__, fact_id)
                ]
            changes.sort(key=lambda pair: pair[1].seq, reverse=True)
            return tuple(_history(change, names) for _, change in changes)


def _user_names(session: Session) -> dict[str, str]:
    return {row.login: row.name for row in session.execute(select(User.login, User.name))}


def _row(seq: int, body: dict[str, Any], names: dict[str, str]) -> AuditRow:
    subject = body["subject"]
    return AuditRow(
        seq=seq,
        at=datetime.fromisoformat(body["at"]),
        user=names.get(body["login"], body["login"] or "程序"),
        action=ACTION_NAMES.get(body["action"], body["action"]),
        subject="" if subject is None else f"{subject['type']} {subject['id']}",
        reason=body["reason"],
        detail=body["detail"],
    )


def _history(change: audit.Change, names: dict[str, str]) -> HistoryRow:
    before, after = change.before or {}, change.after or {}
    fields = [name for name in {**before, **after} if name in COLUMN_NAMES and before.get(name) != after.get(name)]
    return HistoryRow(
        at=datetime.fromisoformat(change.at),
        user=names.get(change.login, change.login or "程序"),
        action=ACTION_NAMES.get(change.action, change.action),
        reason=change.reason,
        changes=tuple((COLUMN_NAMES[name], _shown(before.get(name)), _shown(after.get(name))) for name in fields),
    )


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict) and set(value) == {"value"}:
        return _shown(value["value"])
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
