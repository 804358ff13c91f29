"""导入: rosters, wage and insurance records of a party, each file whole or not at all."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.intake import ColumnMapping, Kind, ReadResult, Rejected, read_workbook, rejected_workbook, sheets
from caseworker.services.base import reason_of, record
from caseworker.services.import_columns import ColumnChoice, mapping_of
from caseworker.services.import_look import look
from caseworker.services.import_plan import ImportPlan, plan_import, write_plan
from caseworker.services.import_preview import preview_of
from caseworker.services.rights import require
from caseworker.services.views import ImportLook, ImportPreview, ImportRow, Role
from caseworker.store.audit_tables import AuditRow
from caseworker.store.models import (
    Attachment,
    Case,
    ColumnMappingMemory,
    Decision,
    Import,
    Party,
    Person,
    Proposal,
    User,
)
from caseworker.values.clock import BEIJING

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

Progress = Callable[[int, int], None] | None
Cancel = Callable[[], bool] | None


class ImportService:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def kinds(self) -> tuple[tuple[str, str], ...]:
        """(id, Chinese name) of every kind of workbook that can be taken in."""
        return tuple((kind.value, kind.label) for kind in Kind)

    def look(self, kind: str, path: Path, *, sheet: str | None = None, header_row: int | None = None) -> ImportLook:
        """A sheet's columns as they stand, for the clerk to say what they are. InvalidInput as `preview`."""
        return look(_kind(kind), path, sheet, header_row)

    def preview(
        self,
        kind: str,
        path: Path,
        party_id: int,
        *,
        sheet: str | None = None,
        mapping: Mapping[str, Any] | ColumnChoice | None = None,
        accepted: Mapping[str, str] | None = None,
        progress: Progress = None,
        cancelled: Cancel = None,
    ) -> ImportPreview:
        """Reads the file and compares it with the dossier; writes nothing.

        `accepted`: identity numbers that fail but that the clerk takes, with the reason. InvalidInput when the file
        cannot be read at all.
        """
        wanted = _kind(kind)
        with self._desk.file.read() as session:
            record(session, Party, party_id, "企业档案")
            chosen, remembered = self._mapping(session, wanted, party_id, path, sheet, mapping)
            accepted = _accepted(session, accepted)
            result = _read(wanted, path, sheet, chosen, remembered, accepted, progress, cancelled)
            plan = plan_import(session, party_id, result)
        return preview_of(result, plan, sheets(path), path, remembered)

    def take(
        self,
        kind: str,
        path: Path,
        party_id: int,
        *,
        sheet: str | None = None,
        mapping: Mapping[str, Any] | ColumnChoice | None = None,
        accepted: Mapping[str, str] | None = None,
        good_rows_only: bool,
        progress: Progress = None,
        cancelled: Cancel = None,
    ) -> ImportRow:
        """Takes the file in: one transaction, one audit entry with the file's SHA-256 and the counts.

        With `good_rows_only` false any wrong row refuses the whole. The file itself is kept as an attachment.
        """
        require(self._desk, Role.CASEWORKER)
        wanted = _kind(kind)
        with self._desk.file.read() as session:
            record(session, Party, party_id, "企业档案")
            chosen, remembered = self._mapping(session, wanted, party_id, path, sheet, mapping)
            accepted = _accepted(session, accepted)
        before = _state_of(path)
        result = _read(wanted, path, sheet, chosen, remembered, accepted, progress, cancelled)
        # Kept before the transaction: an attachment no row points to harms nobody, the reverse would.
        digest, size = self._desk.file.attachments.put(path, cancelled=cancelled)
        if _state_of(path) != before:
            raise Refusal("file-changed", f"“{path.name}”在读取时被改动，未导入任何内容。请关闭编辑它的程序后重试。")
        with self._desk.file.write(self._desk.actor, "import.take") as work:
            record(work.session, Party, party_id, "企业档案")
            attachment = self._attachment(work.session, path, digest, size)
            self._refuse_repeat(work.session, party_id, wanted, attachment.id)
            plan = plan_import(work.session, party_id, result)
            self._refuse_wrong_rows(result, plan, good_rows_only)
            row = Import(
                party_id=party_id,
                kind=wanted.value,
                attachment_id=attachment.id,
                sheet=result.sheet,
                mapping=result.mapping.to_json(),
                rows_taken=plan.count,
                rows_rejected=len(_wrong_rows(result, plan)),
                state="active",
                imported_at=self._desk.clock.now(),
                imported_by=self._desk.user.id,
            )
            work.session.add(row)
            self._remember(work.session, wanted, party_id, result.mapping)
            work.session.flush()
            write_plan(work, plan, row, attachment, progress, cancelled)
            work.subject("party", party_id)
            work.detail(
                import_id=row.id,
                kind=wanted.value,
                sha256=digest,
                rows=plan.count,
                people=len(plan.new_people),
                rejected=row.rows_rejected,
                skipped=len(plan.skipped),
                accepted=len(result.accepted),
            )
            return _row(row, path.name, self._desk.user.name, may_undo=True)

    def rejected_workbook(
        self,
        kind: str,
        path: Path,
        party_id: int,
        *,
        sheet: str | None = None,
        mapping: Mapping[str, Any] | ColumnChoice | None = None,
        accepted: Mapping[str, str] | None = None,
    ) -> bytes:
        """The wrong rows as a workbook with a reason column, for the company to correct."""
        wanted = _kind(kind)
        with self._desk.file.read() as session:
            chosen, remembered = self._mapping(session, wanted, party_id, path, sheet, mapping)
            accepted = _accepted(session, accepted)
            result = _read(wanted, path, sheet, chosen, remembered, accepted, None, None)
            plan = plan_import(session, party_id, result)
        extra = tuple(Rejected(problem.row, problem.column, problem.code, problem.reason) for problem in plan.problems)
        return rejected_workbook(replace(result, rejected=(*result.rejected, *extra)), path)

    def page(self, party_id: int) -> tuple[ImportRow, ...]:
        """All imports of a party, newest first, undone ones too."""
        with self._desk.file.read() as session:
            query = (
                select(Import, Attachment.name, User.name)
                .join(Attachment, Attachment.id == Import.attachment_id)
                .join(User, User.id == Import.imported_by)
                .where(Import.party_id == party_id)
                .order_by(Import.id.desc())
            )
            return tuple(
                _row(row, name, by, may_undo=row.state == "active" and not self._relied_on(session, row))
                for row, name, by in session.execute(query)
            )

    def undo(self, import_id: int, reason: str) -> None:
        """Undoes an import as a whole: its rows stay and count for nothing. Refused once a decision rests on them."""
        require(self._desk, Role.CASEWORKER)
        reason = reason_of(reason, "请写明撤销的原因。")
        with self._desk.file.write(self._desk.actor, "import.undo", reason=reason) as work:
            row = record(work.session, Import, import_id, "导入")
            work.subject("party", row.party_id)
            if row.state != "active":
                raise Refusal("already-undone", "这次导入已经撤销。")
            if self._relied_on(work.session, row):
                raise Refusal("decision-rests-on-it", "该单位已有决定依据这些数据作出，不能撤销导入。")
            row.state = "undone"
            row.undone_reason = reason

    # ---- inside ----------------------------------------------------------------------------

    def _mapping(
        self,
        session: Session,
        kind: Kind,
        party_id: int,
        path: Path,
        sheet: str | None,
        given: Mapping[str, Any] | ColumnChoice | None,
    ) -> tuple[ColumnMapping | None, bool]:
        """The mapping the clerk gave, or the one remembered for this party and kind, and whether it is remembered."""
        memory = session.scalar(
            select(ColumnMappingMemory).where(
                ColumnMappingMemory.party_id == party_id, ColumnMappingMemory.kind == kind.value
            )
        )
        remembered = None if memory is None else ColumnMapping.from_json(kind, memory.mapping)
        if given is not None:
            return mapping_of(kind, given, path, sheet, remembered), False
        return remembered, remembered is not None

    def _remember(self, session: Session, kind: Kind, party_id: int, mapping: ColumnMapping) -> None:
        memory = session.scalar(
            select(ColumnMappingMemory).where(
                ColumnMappingMemory.party_id == party_id, ColumnMappingMemory.kind == kind.value
            )
        )
        kept = mapping.remembered().to_json()
        if memory is None:
            session.add(ColumnMappingMemory(party_id=party_id, kind=kind.value, mapping=kept))
        elif memory.mapping != kept:
            memory.mapping = kept

    def _attachment(self, session: Session, path: Path, digest: str, size: int) -> Attachment:
        found = session.scalar(select(Attachment).where(Attachment.sha256 == digest))
        if found is None:
            media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            found = Attachment(
                sha256=digest, size=size, name=path.name, media_type=media_type, added_at=self._desk.clock.now()
            )
            session.add(found)
            session.flush()
        return found

    @staticmethod
    def _refuse_repeat(session: Session, party_id: int, kind: Kind, attachment_id: int) -> None:
        repeat = session.scalar(
            select(Import).where(
                Import.party_id == party_id,
                Import.kind == kind.value,
                Import.attachment_id == attachment_id,
                Import.state == "active",
            )
        )
        if repeat is not None:
            day = repeat.imported_at.astimezone(BEIJING).date().isoformat()
            raise Refusal("already-imported", f"这个文件已于 {day} 作为{kind.label}导入过，没有重复导入。")

    @staticmethod
    def _refuse_wrong_rows(result: ReadResult, plan: ImportPlan, good_rows_only: bool) -> None:
        wrong = len(_wrong_rows(result, plan))
        if wrong and not good_rows_only:
            problems = [Problem(f"row.{r.row}", r.reason) for r in result.rejected]
            problems += [Problem(f"row.{r.row}", r.reason) for r in plan.problems]
            raise InvalidInput(f"有 {wrong} 行存在问题，未导入任何一行。", tuple(problems), code="rows-rejected")
        if not plan.count:
            raise Refusal("nothing-to-import", "文件中没有可以导入的新记录。")

    @staticmethod
    def _relied_on(session: Session, row: Import) -> bool:
        """Whether a case of the party was decided on a proposal made after the rows came in.

        The log's own order says which came first: dates are too coarse, and a practice date stands still.
        """
        table, key = AuditRow.table_name, AuditRow.pk
        decided = (
            select(cast(Decision.proposal_id, String))
            .join(Case, Case.id == Decision.case_id)
            .where(Case.party_id == row.party_id)
        )
        taken = select(func.min(AuditRow.entry_seq)).where(table == Import.__tablename__, key == str(row.id))
        later = select(AuditRow.entry_seq).where(table == Proposal.__tablename__, key.in_(decided))
        return session.scalar(later.where(AuditRow.entry_seq > taken.scalar_subquery()).limit(1)) is not None


def _wrong_rows(result: ReadResult, plan: ImportPlan) -> set[int]:
    """Rows of the sheet with at least one thing wrong: months across give several on one row."""
    return {*result.rejected_rows, *(problem.row for problem in plan.problems)}


def _state_of(path: Path) -> tuple[int, int] | None:
    """Size and time of change; None where the file is not there: reading it says so in words."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _kind(kind: str) -> Kind:
    try:
        return Kind(kind)
    except ValueError:
        raise InvalidInput(f"没有“{kind}”这种导入。", code="unknown-kind") from None


def _accepted(session: Session, given: Mapping[str, str] | None) -> dict[str, str]:
    """With the numbers of people whom a clerk took before: they stay taken in every later file."""
    known = select(Person.id_number, Person.id_accepted_reason).where(Person.id_accepted_reason != "")
    return {row[0]: row[1] for row in session.execute(known)} | dict(given or {})


def _read(
    kind: Kind,
    path: Path,
    sheet: str | None,
    mapping: ColumnMapping | None,
    remembered: bool,
    accepted: Mapping[str, str] | None,
    progress: Progress,
    cancelled: Cancel,
) -> ReadResult:
    try:
        return read_workbook(
            kind, path, mapping=mapping, sheet=sheet, progress=progress, cancelled=cancelled, accepted=accepted
        )
    except InvalidInput:
        if not remembered:
            raise
        # A remembered mapping that no longer fits this file is no reason to refuse it: guess afresh.
        return read_workbook(
            kind, path, mapping=None, sheet=sheet, progress=progress, cancelled=cancelled, accepted=accepted
        )


def _row(row: Import, file_name: str, by: str, *, may_undo: bool) -> ImportRow:
    return ImportRow(
        id=row.id,
        kind=row.kind,
        kind_name=Kind(row.kind).label,
        file_name=file_name,
        rows_taken=row.rows_taken,
        rows_rejected=row.rows_rejected,
        imported_at=row.imported_at,
        imported_by=by,
        state=row.state,
        may_undo=may_undo,
    )
