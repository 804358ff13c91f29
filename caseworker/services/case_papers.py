"""The checklist of a case in the file: its rows, its scans, ticking them off."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.casework.checklist import NEED_NAMES, Checklist, PaperCheck, PaperState, evaluate, why_not_tolerate
from caseworker.casework.paper_notes import fields_of, shown
from caseworker.errors import Cancelled, CaseworkerError, InvalidInput, Problem, Refusal
from caseworker.intake.scans import ScanFile, look_at
from caseworker.policy import Clause, Paper
from caseworker.services.base import MAX_REASON, record, same_version, text_problem
from caseworker.services.case_paper_notes import notes_of, read_said, said
from caseworker.services.paper_history import history_of
from caseworker.services.rights import require
from caseworker.services.views import PaperChange, PaperFieldView, PaperView, Role, ScanRow
from caseworker.store.models import Attachment, Case, CasePaper, CasePaperScan, Party, User

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
        on_paper: Mapping[str, str] | None,
    ) -> PaperView:
        """Notes what was seen of one paper; None leaves a mark as it is. EditConflict when the line changed."""
        require(self._desk, Role.CASEWORKER)
        today = self._desk.clock.today()
        with self._desk.file.write(self._desk.actor, "case.tick") as work:
            case = record(work.session, Case, case_id, "办件")
            refuse_filed(case)
            paper, row = self._line(work.session, case, paper_id)
            work.subject("case", case.id)
            kept, problems = read_said(paper, self._person(work.session, case), on_paper or {})
            trouble = None if note is None else text_problem(note.strip(), MAX_REASON, lines=True)
            problems += (Problem("note", f"备注{trouble}"),) if trouble else ()
            if problems:
                raise InvalidInput(problems[0].message, problems)
            mine: dict[str, bool | str | None] = {"原件": original, "复印件": copy, "公章": seal, "备注": note}
            theirs: dict[str, bool | str] = {
                "原件": row.original_sighted,
                "复印件": row.copy_kept,
                "公章": row.seal_affixed,
                "备注": row.note,
            }
            mine |= {"材料所载": "；".join(kept.values())} if kept else {}
            theirs["材料所载"] = "；".join(said(row).values())
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
            if any(said(row).get(key, "") != value for key, value in kept.items()):
                # A new value, not a changed one: only that is written
                row.data = {key: value for key, value in {**row.data, **kept}.items() if value != ""}
            if tolerated_until is not None:
                row.tolerated_until = None if tolerated_until == NEVER else tolerated_until
            row.checked_by = self._desk.user.id
            row.checked_at = self._desk.clock.now()
            work.session.flush()
            view = self._view_of(work.session, case, paper_id)
            # who ticked in spite of a note is seen in the log to have had it before the eyes
            work.detail(paper=paper_id, **({"warnings": list(view.warnings)} if view.warnings else {}))
            return view

    def attach(
        self, case_id: int, paper_id: str, paths: Sequence[Path], progress: Progress, cancelled: Cancel
    ) -> PaperView:
        """Keeps scans under one paper, all or none. The same file again under the same paper is kept once.

        InvalidInput names every file that is no scan (problems: file name, sentence); nothing is kept then.
        """
        require(self._desk, Role.CASEWORKER)
        with self._desk.file.read() as session:  # before minutes are spent on reading
            case = record(session, Case, case_id, "办件")
            refuse_filed(case)
            self._line(session, case, paper_id)
        looked = look_at_all(paths, cancelled)
        total = sum(file.size for _, file in looked) or 1
        done = 0
        # Kept before the transaction: an attachment no row points to harms nobody, the reverse would.
        for path, file in looked:
            before = done

            def step(now: int, _all: int, before: int = before) -> None:
                if progress is not None:
                    progress(before + now, total)

            digest, size = self._desk.file.attachments.put(path, progress=step, cancelled=cancelled)
            if digest != file.sha256:
                raise Refusal(
                    "file-changed", f"“{path.name}”刚刚又被改动，可能还在扫描，请稍后再试。没有附上任何文件。"
                )
            done += size
        with self._desk.file.write(self._desk.actor, "case.attach") as work:
            case = record(work.session, Case, case_id, "办件")
            refuse_filed(case)
            _, row = self._line(work.session, case, paper_id)
            work.subject("case", case.id)
            work.detail(paper=paper_id, sha256=[file.sha256 for _, file in looked])
            pages = dict(row.data.get("pages", {}))
            for path, file in looked:
                attachment = self._attachment(work.session, path, file)
                self._hang(work.session, row, attachment)
                pages[str(attachment.id)] = file.pages
            if pages != row.data.get("pages", {}):
                row.data = {**row.data, "pages": pages}
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

    def history(self, case_id: int, paper_id: str) -> tuple[PaperChange, ...]:
        """Every change of one line, newest first: who ticked and took back what, and when."""
        with self._desk.file.read() as session:
            case = record(session, Case, case_id, "办件")
            paper, row = self._line(session, case, paper_id)
            return history_of(session, row, fields_of(paper, self._person(session, case)))

    def attached(self, digests: Collection[str]) -> frozenset[str]:
        """Those of the SHA-256 that hang on a paper of any case: a scan folder need not show them again."""
        found: set[str] = set()
        wanted = sorted(digests)
        with self._desk.file.read() as session:
            for start in range(0, len(wanted), 500):
                found.update(
                    session.scalars(
                        select(Attachment.sha256)
                        .join(CasePaperScan, CasePaperScan.attachment_id == Attachment.id)
                        .where(CasePaperScan.detached_reason.is_(None))
                        .where(Attachment.sha256.in_(wanted[start : start + 500]))
                    )
                )
        return frozenset(found)

    # ---- inside ----------------------------------------------------------------------------

    @staticmethod
    def _person(session: Session, case: Case) -> bool:
        return session.get_one(Party, case.party_id).kind == "person"

    @staticmethod
    def _hang(session: Session, row: CasePaper, attachment: Attachment) -> None:
        scan = session.scalar(
            select(CasePaperScan).where(
                CasePaperScan.case_paper_id == row.id, CasePaperScan.attachment_id == attachment.id
            )
        )
        if scan is None:
            session.add(CasePaperScan(case_paper_id=row.id, attachment_id=attachment.id))
        else:
            scan.detached_reason = None
        session.flush()

    def _line(self, session: Session, case: Case, paper_id: str) -> tuple[Paper, CasePaper]:
        clause = self._desk.packs[case.policy].clauses[case.clause]
        paper = next((paper for paper in clause.papers if paper.id == paper_id), None)
        row = session.scalar(select(CasePaper).where(CasePaper.case_id == case.id, CasePaper.paper == paper_id))
        if paper is None or row is None:
            raise Refusal("no-such-paper", "本办件的材料清单中没有这一项。")
        return paper, row

    def _attachment(self, session: Session, path: Path, file: ScanFile) -> Attachment:
        found = session.scalar(select(Attachment).where(Attachment.sha256 == file.sha256))
        if found is None:
            found = Attachment(
                sha256=file.sha256,
                size=file.size,
                name=path.name,
                media_type=file.media_type,
                added_at=self._desk.clock.now(),
            )
            session.add(found)
            session.flush()
        return found

    def _view_of(self, session: Session, case: Case, paper_id: str) -> PaperView:
        from caseworker.services.case_calculation import work

        clause = self._desk.packs[case.policy].clauses[case.clause]
        facts = work(session, case, self._desk.packs).gathered.values
        checklist = checklist_of(session, case, clause.papers, facts, self._desk.clock.today())
        views = paper_views(session, case, checklist, clause, facts)
        return next(view for view in views if view.id == paper_id)


def look_at_all(paths: Sequence[Path], cancelled: Cancel = None) -> list[tuple[Path, ScanFile]]:
    """Every file looked at; InvalidInput names all that are no scans. The same file twice is taken once."""
    looked: dict[str, tuple[Path, ScanFile]] = {}
    refused: list[tuple[Path, CaseworkerError]] = []
    for path in paths:
        if cancelled is not None and cancelled():
            raise Cancelled
        try:
            file = look_at(path)
        except CaseworkerError as trouble:
            refused.append((path, trouble))
        else:
            looked.setdefault(file.sha256, (path, file))
    if len(paths) == 1 and refused:
        raise refused[0][1]
    if refused:
        words = f"{len(paths)} 个文件中有 {len(refused)} 个不能附上，一个也没有附。请去掉后再试。"
        raise InvalidInput(words, tuple(Problem(path.name, trouble.message) for path, trouble in refused), "not-a-scan")
    if not looked:
        raise InvalidInput("没有选择文件。")
    return list(looked.values())


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


def paper_views(
    session: Session, case: Case, checklist: Checklist, clause: Clause, facts: Mapping[str, object]
) -> tuple[PaperView, ...]:
    rows = {
        row.paper: (row, name)
        for row, name in session.execute(
            select(CasePaper, User.name)
            .outerjoin(User, User.id == CasePaper.checked_by)
            .where(CasePaper.case_id == case.id)
        )
    }
    scans: dict[int, list[Attachment]] = {}
    for paper_row, attachment in session.execute(
        select(CasePaperScan.case_paper_id, Attachment)
        .join(Attachment, Attachment.id == CasePaperScan.attachment_id)
        .join(CasePaper, CasePaper.id == CasePaperScan.case_paper_id)
        .where(CasePaper.case_id == case.id, CasePaperScan.detached_reason.is_(None))
        .order_by(CasePaperScan.id)
    ):
        scans.setdefault(paper_row, []).append(attachment)
    notes = notes_of(session, case, clause, facts)
    person = session.get_one(Party, case.party_id).kind == "person"
    views = []
    for check in checklist.papers:
        row, name = rows[check.paper.id]
        notes_here = notes.get(check.paper.id, ()) if check.applies else ()
        views.append(_view(check, row, name, scans.get(row.id, []), notes_here, person))
    return tuple(views)


def noted(papers: Sequence[PaperView]) -> str:
    """2 项材料有提示：… in one line; empty where there is nothing to say."""
    found = [
        f"{paper.name}：{'；'.join(words.rstrip('。') for words in paper.warnings)}"
        for paper in papers
        if paper.warnings
    ]
    return f"{len(found)} 项材料有提示——{'；'.join(found)}。" if found else ""


def _view(
    check: PaperCheck,
    row: CasePaper,
    checked_by: str | None,
    scans: list[Attachment],
    notes: tuple[str, ...],
    person: bool,
) -> PaperView:
    paper = check.paper
    words, pages = said(row), row.data.get("pages", {})
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
        scans=tuple(ScanRow(scan.id, scan.name, scan.size, pages.get(str(scan.id))) for scan in scans),
        version=row.version,
        quote=paper.quote,
        lacking=check.lacking if check.applies else (),
        holds_up=check.holds_up,
        warnings=notes,
        fields=tuple(
            PaperFieldView(
                field.key, field.label, field.kind, shown(field, words.get(field.key, "")), bool(field.secret)
            )
            for field in fields_of(paper, person)
        ),
    )


def _shown(value: bool | str) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return value
