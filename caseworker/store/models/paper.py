"""What an office has of its own for paper: the bureau's workbooks to fill in, and sentences of its letters."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from caseworker.store.base import Base, JsonValue, Record


class WorkbookTemplate(Record, Base):
    """The bureau's own .xlsx, and which of our columns goes into which of its: {letter: field}."""

    __tablename__ = "workbook_template"

    name: Mapped[str]
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    sheet: Mapped[str]
    header_row: Mapped[int]
    columns: Mapped[dict[str, JsonValue]]
    added_on: Mapped[date]
    added_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    retired_on: Mapped[date | None]
    retired_reason: Mapped[str] = mapped_column(default="")


class OwnWording(Record, Base):
    """A sentence that the office says otherwise than the program's wording file; the newest of a field counts.

    `field` is the file's own, with "policy.ID." before it where it stands under a policy. An empty `text` ends it: the
    program's own sentence again. `instead_of`: what the file said then. A letter keeps the sentences of its day.
    """

    __tablename__ = "own_wording"

    kind: Mapped[str] = mapped_column(index=True)
    field: Mapped[str]
    text: Mapped[str]
    instead_of: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    set_at: Mapped[datetime]
    set_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
