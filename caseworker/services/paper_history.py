"""What was done on one line of a checklist, when and by whom: read from the audit, in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.casework.calendar import day_words
from caseworker.casework.paper_notes import PaperField, shown
from caseworker.services.views import PaperChange
from caseworker.store import audit
from caseworker.store.models import Attachment, CasePaper, CasePaperScan, User

_TICKS = {"original_sighted": "原件已查验", "copy_kept": "复印件已留存", "seal_affixed": "已加盖公章"}


def history_of(session: Session, row: CasePaper, fields: tuple[PaperField, ...]) -> tuple[PaperChange, ...]:
    """Newest first. ID and account numbers are masked."""
    names = {found.login: found.name for found in session.execute(select(User.login, User.name))}
    scans = {
        scan.id: name
        for scan, name in session.execute(
            select(CasePaperScan, Attachment.name)
            .join(Attachment, Attachment.id == CasePaperScan.attachment_id)
            .where(CasePaperScan.case_paper_id == row.id)
        )
    }
    entries: dict[int, PaperChange] = {}

    def add(change: audit.Change, words: list[str]) -> None:
        if not words:
            return
        before = entries.get(change.seq)
        user = names.get(change.login, change.login or "程序")
        told = (*(before.changes if before else ()), *words)
        entries[change.seq] = PaperChange(datetime.fromisoformat(change.at), user, told, change.reason)

    for change in audit.history(session, CasePaper.__tablename__, row.id):
        if change.before is not None:  # the first one laid the line out
            add(change, list(_line_words(change.before, change.after or {}, fields)))
    for scan_id, name in scans.items():
        for change in audit.history(session, CasePaperScan.__tablename__, scan_id):
            add(change, [_scan_words(change, name)])
    return tuple(entries[seq] for seq in sorted(entries, reverse=True))


def _line_words(before: Mapping[str, Any], after: Mapping[str, Any], fields: tuple[PaperField, ...]) -> Iterator[str]:
    for column, words in _TICKS.items():
        if column in after and bool(before.get(column)) != bool(after[column]):
            yield f"{words}：{'勾选' if after[column] else '取消'}"
    if "tolerated_until" in after and before.get("tolerated_until") != after["tolerated_until"]:
        until = after["tolerated_until"]
        yield f"容缺至{day_words(date.fromisoformat(until))}" if until else "撤回容缺"
    if "note" in after and before.get("note") != after["note"]:
        yield f"备注：{after['note']}" if after["note"] else "删去备注"
    if "data" in after:
        old, new = _said(before.get("data")), _said(after["data"])
        for field in fields:
            value = new.get(field.key, "")
            if value != old.get(field.key, ""):
                yield f"{field.label}：{shown(field, value)}" if value else f"删去{field.label}"


def _said(data: Any) -> Mapping[str, str]:
    found = json.loads(data) if isinstance(data, str) else data
    return found if isinstance(found, dict) else {}


def _scan_words(change: audit.Change, name: str) -> str:
    after = change.after or {}
    if change.before is not None and after.get("detached_reason"):
        return f"撤下“{name}”"
    return f"附上“{name}”"
