"""The checklist of a case in the file: its rows, its scans, ticking them off."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.casework.checklist import NEED_NAMES, Checklist, PaperCheck, PaperState, evaluate, why_not_tolerate
from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.policy import Paper
from caseworker.services.base import record, same_version
from caseworker.services.rights import require
from caseworker.services.views import PaperView, Role
from caseworker.store.models import Attachment, Case, CasePaper, CasePaperScan, User

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

Progress = Callable[[int, int], None] | None
Cancel = Callable[[], bool] | None

NEVER = date.min  # for tick(tolerated_until=NEVER): takes the date back


class CasePapers:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def tick(
        self,
        case_id: int,
        paper_id: str,
        *,
        version: int,
        original: bool | None,
        copy: bool | None,
        seal: bool | None,
        note: str | None,
        tolerated_until: date | None,
    ) -> PaperView:
        """Notes what was seen of one paper; None leaves a mark as it is. EditConflict when the line changed."""
        require(self._desk, Role.CASEWORKER)
        today = self._desk.clock.today()
        with self._desk.file.write(self._desk.actor, "case.tick") as work:
            case = record(work.session, Case, case_id, "办件")
            refuse_filed(case)
            paper, row = self._line(work.session, case, paper_id)
            work.subject("case", case.id)
            work.detail(paper=paper_id)
            mine: dict[str, bool | str | None] = {"原件": original, "复印件": copy, "公章": seal, "备注": note}
            theirs: dict[str, bool | str] = {
                "原件": row.original_sighted,
                "复印件": row.copy_kept,
                "公章": row.seal_affixed,
                "备注": row.note,
            }
            same_version(
                row,
                version,
                "材料",
                {name: _shown(value) for name, value in mine.items() if value is not None},
                {name: _shown(value) for name, value in theirs.items()},
            )
            if tolerated_until is not None and tolerated_until != NEVER:
                reasons = why_not_tolerate(paper, tolerated_until, today)
                if reasons:
                    raise InvalidInput(reasons[0], (Problem("tolerated_until", reasons[0]),))
            row.original_sighted = row.original_sighted if original is None else original
            row.copy_kept = row.copy_kept if copy is None else copy
            row.seal_affixed = row.seal_affixed if seal is None else seal
            row.note = row.note if note is None else note.strip()
            if tolerated_until is not None:
                row.tolerated_until = None if tolerated_until == NEVER else tolerated_until
            row.checked_by = self._desk.user.id
            row.checked_at = self._desk.clock.now()
            work.session.flush()
            return self._view_of(work.session, case, paper_id)

    def attach(self, case_id: int, paper_id: str, path: Path, progress: Progress, cancelled: Cancel) -> PaperView:
        """Keeps a scan under one paper. The same file again under the same paper is kept once."""
        require(self._desk, Role.CASEWORKER)
        # Kept before the transaction: an attachment no row points to harms nobody, the reverse would.
        digest, size = self._desk.file.attachments.put(path, progress=progress, cancelled=cancelled)
        with self._desk.file.write(self._desk.actor, "case.attach") as work:
            case = record(work.session, Case, case_id, "办件")
            refuse_filed(case)
            _, row = self._line(work.session, case, paper_id)
            work.subject("case", case.id)
            work.detail(paper=paper_id, sha256=digest)
            attachment = self._attachment(work.session, path, digest, size)
            scan = work.session.scalar(
                select(CasePaperScan).where(
                    CasePaperScan.case_paper_id == row.id, CasePaperScan.attachment_id == attachment.id
                )
            )
            if scan is None:
                work.session.add(CasePaperScan(case_paper_id=row.id, attachment_id=attachment.id))
            else:
                scan.detached_reason = None
            work.session.flush()
            return self._view_of(work.session, case, paper_id)

    def detach(self, case_id: int, paper_id: str, attachment_id: int, reason: str) -> PaperView:
        """Takes a scan off the line, with a reason; the file itself stays in the office's keeping."""
        require(self._desk, Role.CASEWORKER)
        if not reason.strip():
            raise InvalidInput("请写明撤下的原因。", (Problem("reason", "请写明撤下的原因。"),))
        with self._desk.file.write(self._desk.actor, "case.detach", reason=reason.strip()) as work:
            case = record(work.session, Case, case_id, "办件")
            refuse_filed(case)
            _, row = self._line(work.session, case, paper_id)
            work.subject("case", case.id)
            work.detail(paper=paper_id)
            scan = work.session.scalar(
                select(CasePaperScan).where(
                    CasePaperScan.case_paper_id == row.id,
                    CasePaperScan.attachment_id == attachment_id,
                    CasePaperScan.detached_reason.is_(None),
                )
            )
            if scan is None:
                raise Refusal("not-attached", "这份扫描件不在该材料下，请刷新后再试。")
            scan.detached_reason = reason.strip()
            work.session.flush()
            return self._view_of(work.session, case, paper_id)

    def scan(self, case_id: int, paper_id: str, attachment_id: int) -> tuple[str, str, bytes]:
        """(file name, media type, bytes) of a scan that hangs on this paper of this case, and of no other."""
        with self._desk.file.read() as session:
            case = record(session, Case, case_id, "办件")
            _, row = self._line(session, case, paper_id)
            attachment = session.scalar(
                select(Attachment)
                .join(CasePaperScan, CasePaperScan.attachment_id == Attachment.id)
                .where(
                    CasePaperScan.case_paper_id == row.id,
                    CasePaperScan.attachment_id == attachment_id,
                    CasePaperScan.detached_reason.is_(None),
                )
            )
            if attachment is None:
                raise Refusal("not-attached", "这份扫描件不在该材料下，请刷新后再试。")
            return attachment.name, attachment.media_type, self._desk.file.attachments.get(attachment.sha256)

    # ---- inside ----------------------------------------------------------------------------

    def _line(self, session: Session, case: Case, paper_id: str) -> tuple[Paper, CasePaper]:
        clause = self._desk.packs[case.policy].clauses[case.clause]
        paper = next((paper for paper in clause.papers if paper.id == paper_id), None)
        row = session.scalar(select(CasePaper).where(CasePaper.case_id == case.id, CasePaper.paper == paper_id))
        if paper is None or row is None:
            raise Refusal("no-such-paper", "本办件的材料清单中没有这一项。")
        return paper, row

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

    def _view_of(self, session: Session, case: Case, paper_id: str) -> PaperView:
        from caseworker.services.case_facts import gather

        clause = self._desk.packs[case.policy].clauses[case.clause]
        facts = gather(session, case, self._desk.packs).values
        checklist = checklist_of(session, case, clause.papers, facts, self._desk.clock.today())
        return next(view for view in paper_views(session, case, checklist) if view.id == paper_id)


def refuse_filed(case: Case) -> None:
    """A case that has ended or lies in the archive is changed no more."""
    if case.status not in ("open", "suspended"):
        raise Refusal("case-ended", "办件已经结束，不能再改动材料和事实。")


def open_checklist(session: Session, case: Case, papers: tuple[Paper, ...]) -> None:
    """The rows of a new case's checklist, one for every paper of the clause."""
    session.add_all(CasePaper(case_id=case.id, paper=paper.id) for paper in papers)


def checklist_of(
    session: Session, case: Case, papers: tuple[Paper, ...], facts: dict[str, object], today: date
) -> Checklist:
    rows = session.scalars(select(CasePaper).where(CasePaper.case_id == case.id))
    states = {
        row.paper: PaperState(row.original_sighted, row.copy_kept, row.seal_affixed, row.tolerated_until)
        for row in rows
    }
    return evaluate([paper for paper in papers if paper.id in states], states, facts, today)


def paper_views(session: Session, case: Case, checklist: Checklist) -> tuple[PaperView, ...]:
    rows = {
        row.paper: (row, name)
        for row, name in session.execute(
            select(CasePaper, User.name)
            .outerjoin(User, User.id == CasePaper.checked_by)
            .where(CasePaper.case_id == case.id)
        )
    }
    scans: dict[int, list[tuple[int, str, int]]] = {}
    for paper_row, attachment in session.execute(
        select(CasePaperScan.case_paper_id, Attachment)
        .join(Attachment, Attachment.id == CasePaperScan.attachment_id)
        .join(CasePaper, CasePaper.id == CasePaperScan.case_paper_id)
        .where(CasePaper.case_id == case.id, CasePaperScan.detached_reason.is_(None))
        .order_by(CasePaperScan.id)
    ):
        scans.setdefault(paper_row, []).append((attachment.id, attachment.name, attachment.size))
    return tuple(_view(check, *rows[check.paper.id], scans) for check in checklist.papers)


def _view(
    check: PaperCheck, row: CasePaper, checked_by: str | None, scans: dict[int, list[tuple[int, str, int]]]
) -> PaperView:
    paper = check.paper
    return PaperView(
        id=paper.id,
        name=paper.name,
        need=paper.requirement,
        need_name=NEED_NAMES[paper.requirement],
        applies=check.applies,
        wants_original=paper.original,
        wants_copy=paper.copy,
        wants_seal=paper.seal,
        original_sighted=row.original_sighted,
        copy_kept=row.copy_kept,
        seal_affixed=row.seal_affixed,
        complete=check.complete,
        checked_by=checked_by or "",
        checked_at=row.checked_at,
        tolerated_until=row.tolerated_until,
        note=row.note,
        scans=tuple(scans.get(row.id, ())),
        version=row.version,
        quote=paper.quote,
    )


def _shown(value: bool | str) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return value
