"""The two tables of the audit chain, and the office file's own facts.

Triggers (in the first migration) refuse update and delete on the chain: against a slip in our own code and a hand at
an SQL prompt. Against somebody who holds the key and drops the triggers stands the chain itself.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from caseworker.store.base import Base


class AuditEntry(Base):
    """One act of a service. `body` is canonical JSON and is never migrated; `hash` is its SHA-256 in hex."""

    __tablename__ = "audit_entry"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1, 2, 3, ... without a gap
    prev_hash: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class AuditRow(Base):
    """One record that the entry changed, before and after as canonical JSON text; `pk` is the record's key as text."""

    __tablename__ = "audit_row"
    __table_args__ = (Index("ix_audit_row_record", "table_name", "pk", "entry_seq"),)

    entry_seq: Mapped[int] = mapped_column(ForeignKey("audit_entry.seq"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)  # 0, 1, 2, ... within the entry
    table_name: Mapped[str]
    pk: Mapped[str]
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)


class OfficeMeta(Base):
    """Facts about the file: `office_id`, `created_at`, `program_version` and `schema` that last wrote it."""

    __tablename__ = "office_meta"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
