"""拨付模板: the bureau's own workbook, its columns mapped once, filled in for every batch after."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.services.attached import attachment_of
from caseworker.services.base import reason_of, record, text_problem
from caseworker.services.document_lists import payment_list_of
from caseworker.services.rights import require
from caseworker.services.views import Role
from caseworker.store.atomic import write_atomically
from caseworker.store.faults import translated
from caseworker.store.models import Attachment, Office, User, WorkbookTemplate
from caseworker.workbooks import template
from caseworker.workbooks.payments import PaymentLine
from caseworker.workbooks.template import FIELDS, TemplateColumn, TemplateLook

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

__all__ = ["FIELDS", "TemplateColumn", "TemplateLook", "TemplateRow", "TemplateService", "look_at"]

_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """`columns`: letter -> our name for what goes into it. `retired_on`: since when it is no longer used."""

    id: int
    name: str
    file_name: str
    sheet: str
    header_row: int
    columns: Mapping[str, str]
    added_on: date
    added_by: str
    retired_on: date | None


class TemplateService:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def look(self, path: Path, sheet: str | None = None, header_row: int | None = None) -> TemplateLook:
        """What the table of a template seems to be, with a guess for each of its columns; nothing is kept."""
        return look_at(path, sheet, header_row)

    def rows(self, retired: bool = False) -> tuple[TemplateRow, ...]:
        """The templates in use, by name; with `retired` those of before too."""
        query = (
            select(WorkbookTemplate, Attachment.name, User.name)
            .join(Attachment, Attachment.id == WorkbookTemplate.attachment_id)
            .join(User, User.id == WorkbookTemplate.added_by)
            .order_by(WorkbookTemplate.name, WorkbookTemplate.id)
        )
        if not retired:
            query = query.where(WorkbookTemplate.retired_on.is_(None))
        with self._desk.file.read() as session:
            return tuple(_row(*found) for found in session.execute(query))

    def add(self, name: str, path: Path, sheet: str, header_row: int, columns: Mapping[str, str]) -> TemplateRow:
        """Keeps a template and its columns. One of the same name is no longer used from then on.

        InvalidInput with every problem: name, sheet, header_row, columns.LETTER; it is tried with an empty table.
        """
        require(self._desk, Role.CASEWORKER)
        name = name.strip()
        problems = []
        trouble = text_problem(name, _LONGEST_NAME) if name else "请给模板取个名称，如“县财政局拨付表”。"
        if trouble:
            problems.append(Problem("name", trouble))
        data = _bytes_of(path)
        try:
            template.fill(data, sheet, header_row, columns, ())
        except InvalidInput as error:
            problems += error.problems or [Problem("file", error.message)]
        if problems:
            raise InvalidInput("模板有误，尚未保存。", tuple(problems))
        digest, size = self._desk.file.attachments.put(data)
        today = self._desk.clock.today()
        with self._desk.file.write(self._desk.actor, "template.add") as work:
            session = work.session
            for old in session.scalars(
                select(WorkbookTemplate).where(WorkbookTemplate.name == name, WorkbookTemplate.retired_on.is_(None))
            ):
                old.retired_on, old.retired_reason = today, "换成了新的模板"
            kept = attachment_of(session, path.name, digest, size, self._desk.clock.now())
            row = WorkbookTemplate(
                name=name,
                attachment_id=kept.id,
                sheet=sheet,
                header_row=header_row,
                columns=dict(columns),
                added_on=today,
                added_by=self._desk.user.id,
            )
            session.add(row)
            session.flush()
            work.subject("template", row.id)
            work.detail(name=name, sha256=digest)
            return _row(row, kept.name, self._desk.user.name)

    def retire(self, template_id: int, reason: str) -> None:
        """The template is no longer offered. Refusal where that was so already."""
        require(self._desk, Role.CASEWORKER)
        words = reason_of(reason, "请写明停用的原因。")
        with self._desk.file.write(self._desk.actor, "template.retire", reason=words) as work:
            row = record(work.session, WorkbookTemplate, template_id, "模板")
            work.subject("template", row.id)
            if row.retired_on is not None:
                raise Refusal("retired", f"模板“{row.name}”已经停用。")
            row.retired_on, row.retired_reason = self._desk.clock.today(), words

    def fill(self, template_id: int, batch_id: int, path: Path) -> int:
        """Writes the template with a batch's payments in it where the clerk says; how many rows. Logged as an export.

        Accounts are those of the sealed letters, as in the 拨付明细表. Refusal for a template no longer used.
        """
        require(self._desk, Role.CASEWORKER)
        with self._desk.file.read() as session:
            row = record(session, WorkbookTemplate, template_id, "模板")
            if row.retired_on is not None:
                raise Refusal("retired", f"模板“{row.name}”已经停用，请选另一个。")
            lines = self._lines(session, batch_id)
            data = self._desk.file.attachments.get(session.get_one(Attachment, row.attachment_id).sha256)
            made = template.fill(data, row.sheet, row.header_row, row.columns, lines)
        with self._desk.file.write(self._desk.actor, "template.fill") as work:
            work.subject("payment-batch", batch_id)
            work.detail(template=row.name, rows=len(lines), sha256=hashlib.sha256(made).hexdigest())
            with translated(path):
                write_atomically(path, made)
        return len(lines)

    def _lines(self, session: Session, batch_id: int) -> list[dict[str, template.Filled]]:
        office = session.scalars(select(Office)).one()
        listing, *_ = payment_list_of(self._desk, session, office, batch_id)
        return [_values(line) for line in listing.lines]


def look_at(path: Path, sheet: str | None = None, header_row: int | None = None) -> TemplateLook:
    """As `TemplateService.look`, without an office."""
    return template.look(_bytes_of(path), sheet, header_row)


def _values(line: PaymentLine) -> dict[str, template.Filled]:
    return {name: getattr(line, name) for name in FIELDS if name != "number"}


def _row(row: WorkbookTemplate, file_name: str, added_by: str) -> TemplateRow:
    columns = {letter: FIELDS.get(str(field), str(field)) for letter, field in row.columns.items()}
    return TemplateRow(
        row.id, row.name, file_name, row.sheet, row.header_row, columns, row.added_on, added_by, row.retired_on
    )


def _bytes_of(path: Path) -> bytes:
    with translated(path):
        if path.stat().st_size > template.LARGEST:
            raise InvalidInput("模板太大，不像一张空表。请选择不含数据的模板（5 MB 以内）。")
        return path.read_bytes()
