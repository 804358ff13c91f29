"""What came in: attachments, imports of workbooks, remembered column mappings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caseworker.store.base import Base, JsonValue, Record


class Attachment(Record, Base):
    """A stored file. The bytes lie encrypted beside the database under their SHA-256."""

    __tablename__ = "attachment"

    sha256: Mapped[str] = mapped_column(unique=True)
    size: Mapped[int]  # bytes of the plain file
    name: Mapped[str]  # as handed in
    media_type: Mapped[str]
    added_at: Mapped[datetime]


class Import(Record, Base):
    """One workbook taken in as a whole. `state`: active, undone."""

    __tablename__ = "import"

    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    kind: Mapped[str]  # roster, wages, insurance, interns, yearly
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    sheet: Mapped[str]
    mapping: Mapped[dict[str, JsonValue]]
    rows_taken: Mapped[int]
    rows_rejected: Mapped[int]
    state: Mapped[str]
    undone_reason: Mapped[str] = mapped_column(default="")
    imported_at: Mapped[datetime]
    imported_by: Mapped[int] = mapped_column(ForeignKey("user.id"))


class ColumnMappingMemory(Record, Base):
    """The column mapping a clerk last confirmed for a party and a kind of workbook."""

    __tablename__ = "column_mapping"
    __table_args__ = (UniqueConstraint("party_id", "kind"),)

    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    kind: Mapped[str]
    mapping: Mapped[dict[str, JsonValue]]
