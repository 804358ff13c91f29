"""The log: what was done, and whether the chain is whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseworker.policy import FactField
from caseworker.services.action_names import ACTION_NAMES, COLUMN_NAMES, SUBJECT_NAMES
from caseworker.services.base import MAX_PAGE
from caseworker.services.fact_values import fact_schema, show_value
from caseworker.services.party_form import PARTY_KINDS
from caseworker.services.views import AuditRow, HistoryRow, Page
from caseworker.store import audit
from caseworker.store.audit_tables import AuditEntry
from caseworker.store.models import Party, PartyFact, User
from caseworker.values.masking import mask_id_number

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
            offset, limit = max(0, offset), max(0, min(limit, MAX_PAGE))
            found = audit.entries(session, offset=offset, limit=limit)
            return Page(tuple(_row(entry.seq, entry.body, names) for entry in found), total, offset)

    def verify(self) -> tuple[bool, str]:
        """Reads the whole chain. The sentence names the first altered, missing or inserted entry."""
        report = self._desk.file.verify_audit()
        return report.ok, report.message

    def history_of_party(self, party_id: int) -> tuple[HistoryRow, ...]:
        """Changes of a dossier and of its facts, newest first."""
        with self._desk.file.read() as session:
            names = _user_names(session)
            changes: list[tuple[PartyFact | None, audit.Change]] = [
                (None, change) for change in audit.history(session, Party.__tablename__, party_id)
            ]
            for fact in session.scalars(select(PartyFact).where(PartyFact.party_id == party_id)):
                changes += [(fact, change) for change in audit.history(session, PartyFact.__tablename__, fact.id)]
            changes.sort(key=lambda pair: pair[1].seq, reverse=True)
            schema = fact_schema(self._desk.packs)
            return tuple(_history(fact, change, names, schema) for fact, change in changes)


def _user_names(session: Session) -> dict[str, str]:
    return {row.login: row.name for row in session.execute(select(User.login, User.name))}


def _row(seq: int, body: dict[str, Any], names: dict[str, str]) -> AuditRow:
    subject = body["subject"]
    return AuditRow(
        seq=seq,
        at=datetime.fromisoformat(body["at"]),
        user=names.get(body["login"], body["login"] or "程序"),
        action=ACTION_NAMES.get(body["action"], body["action"]),
        subject="" if subject is None else f"{SUBJECT_NAMES.get(subject['type'], subject['type'])} {subject['id']}",
        reason=body["reason"],
        detail=body["detail"],
    )


def _history(
    fact: PartyFact | None, change: audit.Change, names: dict[str, str], schema: Mapping[str, FactField]
) -> HistoryRow:
    before, after = change.before or {}, change.after or {}
    labels: Mapping[str, str] = COLUMN_NAMES
    show: Callable[[str, Any], str] = _shown
    if fact is not None:
        labels, show = _fact_words(fact, schema)
        if "value" not in after and after.get("voided_reason"):  # the change itself does not say of which fact
            before, after = {"value": fact.value, **before}, {"value": "（作废）", **after}
    fields = [name for name in {**before, **after} if name in labels and before.get(name) != after.get(name)]
    return HistoryRow(
        at=datetime.fromisoformat(change.at),
        user=names.get(change.login, change.login or "程序"),
        action=ACTION_NAMES.get(change.action, change.action),
        reason=change.reason,
        changes=tuple(
            (labels[name], show(name, before.get(name)), show(name, after.get(name)))
            for name in fields
            if _empty(before.get(name)) is False or _empty(after.get(name)) is False
        ),
    )


def _fact_words(fact: PartyFact, schema: Mapping[str, FactField]) -> tuple[dict[str, str], Callable[[str, Any], str]]:
    """A fact's change reads as the fact's own name with the value as the dossier shows it."""
    spec = schema.get(fact.name)
    labels = {name: label for name, label in COLUMN_NAMES.items() if name not in ("name", "kind")}
    if spec is not None:
        labels["value"] = spec.label

    def show(name: str, value: Any) -> str:
        if name == "value" and isinstance(value, dict) and set(value) == {"value"}:
            return show_value(spec, value["value"])
        return _shown(name, value)

    return labels, show


def _empty(value: Any) -> bool:
    return value is None or value == ""


def _shown(name: str, value: Any) -> str:
    if _empty(value):
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if name == "kind":
        return PARTY_KINDS.get(value, str(value))
    if name == "legal_representative_id":
        return mask_id_number(str(value))
    if isinstance(value, dict) and set(value) == {"value"}:
        return _shown(name, value["value"])
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
