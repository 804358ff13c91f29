"""What a live calculation can depend on, as one number: two sessions with the same number see the same of it.

Whatever is written is in the log with the records it changed. A tick on a checklist, a letter, a notice or a step
taken changes nothing that facts are drawn from, so that the answer worked out before still holds after it.
"""

from __future__ import annotations

import threading
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, func, or_, select
from sqlalchemy.orm import Session

from caseworker.store.audit_tables import AuditEntry, AuditRow

# Records that no fact, award, option or earlier grant is read from. A case's own row counts by its version; of other
# cases only what is fixed by a decision is read, and decisions, instalments and awards are not among these.
_APART = (
    "attachment", "case", "case_move", "case_paper", "case_paper_scan", "document", "document_sequence",
    "finding_settlement", "notice", "notice_case", "objection", "seal", "seal_use",
)  # fmt: skip
_lock = threading.Lock()
_seen: WeakKeyDictionary[Pool, tuple[int, int]] = WeakKeyDictionary()  # last entry looked at, the last that matters


def last_entry(session: Session) -> int:
    """The number of the log's last entry: there is one for everything that was ever written."""
    return session.scalar(select(func.max(AuditEntry.seq))) or 0


def last_that_matters(session: Session) -> int:
    """The last entry of the log by which a calculation may have changed, as this session sees the file.

    Before the session has written anything: what it is about to write is in the log only afterwards.
    """
    last = last_entry(session)
    pool = session.get_bind().engine.pool
    with _lock:
        seen, found = _seen.get(pool, (0, 0))
    if last == seen:
        return found
    if last < seen or not seen:  # an older state than the last one looked at, or the first: only itself is known
        found = last
    else:
        changes = select(AuditRow.entry_seq).where(AuditRow.entry_seq == AuditEntry.seq)
        matters = or_(~changes.exists(), changes.where(AuditRow.table_name.not_in(_APART)).exists())
        newer = select(func.max(AuditEntry.seq)).where(AuditEntry.seq > seen, matters)
        found = session.scalar(newer) or found
    with _lock:
        if last > _seen.get(pool, (0, 0))[0]:
            _seen[pool] = (last, found)
    return found
