"""The log: what was done, and whether the chain is whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseworker.errors import InvalidInput
from caseworker.services.action_names import ACTION_NAMES, COLUMN_NAMES, SUBJECT_NAMES
from caseworker.services.base import MAX_PAGE
from caseworker.services.history_words import KEPT, HistoryWords, Kept, plain_words
from caseworker.services.party_form import PARTY_KINDS
from caseworker.services.views import AuditRow, HistoryRow, Page
from caseworker.store import audit
from caseworker.store.audit_tables import AuditEntry
from caseworker.store.models import (
    Case,
    Internship,
    OtherBenefit,
    OversightAct,
    Party,
    PartyFact,
    PartyRecord,
    PersonFact,
    ServiceRecord,
    User,
)
from caseworker.values.masking import mask_account, mask_id_number

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
            found = tuple(audit.entries(session, offset=offset, limit=limit))
            subjects = _subjects(session, [entry.body["subject"] for entry in found])
            return Page(tuple(_row(entry.seq, entry.body, names, subjects) for entry in found), total, offset)

    def verify(self) -> tuple[bool, str]:
        """Reads the whole chain. The sentence names the first altered, missing or inserted entry."""
        report = self._desk.file.verify_audit()
        return report.ok, report.message

    def history_of_party(self, party_id: int) -> tuple[HistoryRow, ...]:
        """Changes of a dossier and of everything kept in it, newest first."""
        with self._desk.file.read() as session:
            names = _user_names(session)
            changes: list[tuple[Kept | None, audit.Change]] = [
                (None, change) for change in audit.history(session, Party.__tablename__, party_id)
            ]
            for table in KEPT:
                rows: dict[str, Kept] = {}
                for row in session.scalars(select(table).where(table.party_id == party_id)):
                    rows[str(row.id)] = row
                changes += [(rows[pk], change) for pk, change in audit.histories(session, table.__tablename__, rows)]
            changes.sort(key=lambda pair: pair[1].seq, reverse=True)
            words = HistoryWords(session, self._desk.packs, [row for row, _ in changes if row is not None])
            return tuple(_history(row, change, names, words) for row, change in changes)

    def history_of_act(self, act_id: int) -> tuple[HistoryRow, ...]:
        """Changes of one act of oversight or entry of the register, newest first."""
        with self._desk.file.read() as session:
            act = session.get(OversightAct, act_id)
            return () if act is None else self._history_of(session, act)

    def history_of_service(self, record_id: int) -> tuple[HistoryRow, ...]:
        """Changes of one service asked for, newest first."""
        with self._desk.file.read() as session:
            row = session.get(ServiceRecord, record_id)
            return () if row is None else self._history_of(session, row)

    def _history_of(self, session: Session, row: OversightAct | ServiceRecord) -> tuple[HistoryRow, ...]:
        names, words = _user_names(session), HistoryWords(session, self._desk.packs, [row])
        changes = sorted(audit.history(session, row.__tablename__, row.id), key=lambda one: one.seq, reverse=True)
        return tuple(_history(row, change, names, words) for change in changes)

    def history_of_field(self, party_id: int, field: str) -> tuple[HistoryRow, ...]:
        """How one thing changed, newest first: a field of the form, or fact:NAME, record:KIND, person-fact:NAME,
        interns, benefits."""
        kind, _, name = field.partition(":")
        with self._desk.file.read() as session:
            names = _user_names(session)
            if kind in COLUMN_NAMES and not name:
                changes = audit.history(session, Party.__tablename__, party_id)
                words = HistoryWords(session, self._desk.packs, [])
                rows = [
                    _history(None, change, names, words, only=kind)
                    for change in changes
                    if kind in {**(change.before or {}), **(change.after or {})}
                ]
                return tuple(row for row in reversed(rows) if row.changes)
            query = _kept_under(kind, name, party_id)
            if query is None:
                raise InvalidInput(f"没有“{field}”这一项。")
            kept = {str(row.id): row for row in session.scalars(query)}
            table = next(iter(kept.values())).__tablename__ if kept else Party.__tablename__
            words = HistoryWords(session, self._desk.packs, list(kept.values()))
            found = sorted(audit.histories(session, table, kept), key=lambda pair: pair[1].seq, reverse=True)
            return tuple(_history(kept[pk], change, names, words) for pk, change in found)


def _kept_under(kind: str, name: str, party_id: int) -> Any:
    """Select of the rows that a field of `history_of_field` means; None for no such field."""
    match kind:
        case "fact":
            return select(PartyFact).where(PartyFact.party_id == party_id, PartyFact.name == name)
        case "record":
            return select(PartyRecord).where(PartyRecord.party_id == party_id, PartyRecord.kind == name)
        case "person-fact":
            return select(PersonFact).where(PersonFact.party_id == party_id, PersonFact.name == name)
        case "interns":
            return select(Internship).where(Internship.party_id == party_id)
        case "benefits":
            return select(OtherBenefit).where(OtherBenefit.party_id == party_id)
    return None


def _user_names(session: Session) -> dict[str, str]:
    return {row.login: row.name for row in session.execute(select(User.login, User.name))}


def _subjects(session: Session, subjects: list[dict[str, Any] | None]) -> dict[tuple[str, str], str]:
    """What cases, dossiers and users are called in the office; the rest goes by its number."""
    wanted: dict[str, set[str]] = {}
    for subject in subjects:
        if subject is not None:
            wanted.setdefault(subject["type"], set()).add(str(subject["id"]))
    found: dict[tuple[str, str], str] = {}
    for kind, key, words in (
        ("case", Case.id, Case.number),
        ("party", Party.id, Party.name),
        ("user", User.id, User.name),
    ):
        ids = [int(text) for text in wanted.get(kind, ()) if text.isdecimal()]
        for row in session.execute(select(key, words).where(key.in_(ids))) if ids else ():
            found[kind, str(row[0])] = row[1]
    return found


def _row(seq: int, body: dict[str, Any], names: dict[str, str], subjects: dict[tuple[str, str], str]) -> AuditRow:
    subject = body["subject"]
    called = "" if subject is None else subjects.get((subject["type"], str(subject["id"])), str(subject["id"]))
    return AuditRow(
        seq=seq,
        at=datetime.fromisoformat(body["at"]),
        user=names.get(body["login"], body["login"] or "程序"),
        action=ACTION_NAMES.get(body["action"], body["action"]),
        subject="" if subject is None else f"{SUBJECT_NAMES.get(subject['type'], subject['type'])} {called}",
        reason=body["reason"],
        detail=body["detail"],
    )


def _history(
    row: Kept | None, change: audit.Change, names: dict[str, str], words: HistoryWords, only: str | None = None
) -> HistoryRow:
    before, after = change.before or {}, change.after or {}
    if row is None:
        labels: Mapping[str, str] = COLUMN_NAMES
        show: Callable[[str, Any], str] = _shown
    else:
        labels, show = words.of(row)
        main = words.main_column(row)
        if main not in after and after.get("voided_reason"):  # the change itself does not say of what
            before, after = {main: getattr(row, main), **before}, {main: "（作废）", **after}

    def mask(name: str, shown: str) -> str:
        return _SECRET[name](shown) if row is None and name in _SECRET else shown

    fields = [name for name in {**before, **after} if name in labels and before.get(name) != after.get(name)]
    return HistoryRow(
        at=datetime.fromisoformat(change.at),
        user=names.get(change.login, change.login or "程序"),
        action=ACTION_NAMES.get(change.action, change.action),
        reason=change.reason,
        changes=tuple(
            (labels[name], mask(name, show(name, before.get(name))), mask(name, show(name, after.get(name))))
            for name in fields
            if only in (None, name)
            and not (_empty(before.get(name)) and _empty(after.get(name)))
            and show(name, before.get(name)) != show(name, after.get(name))
        ),
    )


# Columns of a dossier that are the key to a person or to an account: a change of them shows, the number does not
_SECRET: dict[str, Callable[[str], str]] = {
    "legal_representative_id": mask_id_number,
    "account_number": mask_account,
}


def _empty(value: Any) -> bool:
    return value is None or value == ""


def _shown(name: str, value: Any) -> str:
    if _empty(value):
        return "（空）"
    if name == "kind":
        return PARTY_KINDS.get(value, str(value))
    if name == "legal_representative_id":
        return mask_id_number(str(value))
    return plain_words(value)
