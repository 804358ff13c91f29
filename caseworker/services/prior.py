"""历史兑现补录: what was granted, paid and numbered before this program; it counts once a second person confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select, update

from caseworker.errors import Refusal
from caseworker.intake.prior import read_prior
from caseworker.intake.prior_template import prior_template
from caseworker.intake.prior_terms import (
    PriorProblem,
    PriorTerms,
)
from caseworker.services.base import like, number_found, page_of, reason_of, record
from caseworker.services.prior_entry import Cancel, Progress, enter_one, enter_workbook
from caseworker.services.prior_instalments import renumber_open_cases
from caseworker.services.prior_lines import batch_lines, grant_line, preview_lines, sums_of
from caseworker.services.prior_plan import (
    PriorPlan,
    number_problem,
    plan_prior,
)
from caseworker.services.prior_rows import batch_row, batch_warnings, has_own_evidence, recovered, resting
from caseworker.services.prior_running import running_awards
from caseworker.services.prior_terms import prior_terms
from caseworker.services.prior_views import (
    STATE_NAMES,
    PriorBatchDetail,
    PriorBatchRow,
    PriorClauseView,
    PriorFieldView,
    PriorGrantForm,
    PriorLine,
    PriorPreview,
    PriorProblemRow,
    RunningAward,
)
from caseworker.services.rights import require, roles_now
from caseworker.services.views import Page, Role
from caseworker.store.models import (
    Attachment,
    Party,
    Person,
    PriorBatch,
    PriorGrant,
    PriorNumber,
)
from caseworker.store.sequences import last_numbers, skip_to
from caseworker.store.work import Work
from caseworker.values.money import Money

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

SHOWN_LINES = 200


class PriorService:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # ---- the workbook --------------------------------------------------------------------------

    @cached_property
    def _terms(self) -> PriorTerms:
        return prior_terms(self._desk.packs, [pack.id for pack in self._desk.policies.packs()])

    def _reading_terms(self) -> PriorTerms:
        """With the numbers of people whom a clerk took before: what they were paid must not stay unknown."""
        with self._desk.file.read() as session:
            numbers = session.scalars(select(Person.id_number).where(Person.id_accepted_reason != ""))
            return replace(self._terms, accepted=frozenset(numbers))

    def template(self) -> bytes:
        """The empty workbook (.xlsx) for this office's policies."""
        return prior_template(self._terms)

    def preview(self, path: Path, *, progress: Progress = None, cancelled: Cancel = None) -> PriorPreview:
        """Reads a filled workbook and compares it with the file; writes nothing. InvalidInput where it is none."""
        read = read_prior(path, self._reading_terms(), progress=progress, cancelled=cancelled)
        with self._desk.file.read() as session:
            plan = plan_prior(session, read, self._terms, self._desk.clock.today())
            return _preview(plan, path.name, self._terms)

    def enter(
        self,
        path: Path,
        evidence: str,
        *,
        scan: Path | None = None,
        title: str = "",
        progress: Progress = None,
        cancelled: Cancel = None,
    ) -> tuple[PriorBatchRow, ...]:
        """Enters a filled workbook, whole or not at all: one batch for its grants, its fund sums, its numbers.

        InvalidInput with every problem at once (path: 人员.12.证件号码). For caseworkers. Raises errors.Cancelled.
        """
        require(self._desk, Role.CASEWORKER)
        return enter_workbook(self._desk, self._reading_terms(), path, evidence, scan, title, progress, cancelled)

    # ---- one grant by hand ----------------------------------------------------------------------

    def clauses(self) -> tuple[PriorClauseView, ...]:
        """What the form offers, with the further fields of each clause."""
        titles = dict(self._terms.policies)
        return tuple(
            PriorClauseView(
                one.policy,
                titles[one.policy],
                one.clause,
                one.title,
                one.by_person,
                tuple(
                    PriorFieldView(field.name, field.label, field.type, field.needed, field.options, field.hint)
                    for field in one.fields
                ),
            )
            for one in self._terms.clauses
        )

    def enter_grant(self, form: PriorGrantForm, evidence: str, *, scan: Path | None = None) -> PriorBatchRow:
        """Enters one grant as a batch of its own. For caseworkers; InvalidInput by field of the form."""
        require(self._desk, Role.CASEWORKER)
        return enter_one(self._desk, self._reading_terms(), form, evidence, scan)

    # ---- looking ---------------------------------------------------------------------------------

    def page(
        self,
        search: str = "",
        state: str | None = None,
        *,
        offset: int = 0,
        limit: int = 100,
        sort: str = "entered_on",
        descending: bool = True,
    ) -> Page[PriorBatchRow]:
        """Batches, newest first. `sort`: entered_on, title, kind, state, rows."""
        query = select(PriorBatch)
        if search.strip():
            anywhere = like(search.strip())
            query = query.where(
                or_(PriorBatch.title.like(anywhere, escape="\\"), PriorBatch.evidence.like(anywhere, escape="\\"))
            )
        if state is not None:
            query = query.where(PriorBatch.state == state)
        columns: dict[str, Any] = {
            "entered_on": PriorBatch.id,
            "title": PriorBatch.title,
            "kind": PriorBatch.kind,
            "state": PriorBatch.state,
            "rows": PriorBatch.rows,
        }
        with self._desk.file.read() as session:
            return page_of(
                session,
                query,
                lambda row: batch_row(session, row[0]),
                offset=offset,
                limit=limit,
                order=(columns.get(sort, PriorBatch.id), PriorBatch.id),
                descending=descending,
            )

    def get(self, batch_id: int) -> PriorBatchDetail:
        with self._desk.file.read() as session:
            batch = record(session, PriorBatch, batch_id, "补录")
            why = self._why_not_confirm(batch)
            return PriorBatchDetail(
                row=batch_row(session, batch),
                sums=sums_of(session, batch, self._terms),
                people=session.scalar(
                    select(func.count(PriorGrant.person_id.distinct())).where(PriorGrant.batch_id == batch.id)
                )
                or 0,
                own_evidence=has_own_evidence(session, batch),
                warnings=() if batch.state != "entered" else batch_warnings(session, batch, self._terms),
                resting=resting(session, batch),
                may_confirm=why == "",
                why_not=why,
                may_void=self._why_not_void(batch) is None,
            )

    def lines(self, batch_id: int, search: str = "", *, offset: int = 0, limit: int = 100) -> Page[PriorLine]:
        """What a batch says, line by line, in the order of the workbook; `search` finds parties and people."""
        with self._desk.file.read() as session:
            batch = record(session, PriorBatch, batch_id, "补录")
            if batch.kind != "grants":
                rows = batch_lines(session, batch, self._terms)
                return Page(rows[max(0, offset) : max(0, offset) + limit], len(rows), max(0, offset))
            query = (
                select(PriorGrant, Party.name, Person.name, Person.id_number)
                .join(Party, Party.id == PriorGrant.party_id)
                .outerjoin(Person, Person.id == PriorGrant.person_id)
                .where(PriorGrant.batch_id == batch.id)
            )
            if search.strip():
                anywhere = like(search.strip())
                query = query.where(
                    or_(
                        Party.name.like(anywhere, escape="\\"),
                        Party.initials.like(like(search.strip().lower()), escape="\\"),
                        Person.name.like(anywhere, escape="\\"),
                        number_found(Person.id_number, search),
                    )
                )
            terms = self._terms
            return page_of(
                session,
                query,
                lambda row: grant_line(row[0], row[1], row[2], row[3], terms),
                offset=offset,
                limit=limit,
                order=(PriorGrant.id,),
            )

    def file(self, batch_id: int, what: str) -> tuple[str, str, bytes]:
        """(name, media type, bytes) of the scanned evidence (`what` scan) or of the workbook (workbook)."""
        with self._desk.file.read() as session:
            batch = record(session, PriorBatch, batch_id, "补录")
            key = batch.attachment_id if what == "scan" else batch.workbook_id
            found = None if key is None else session.get(Attachment, key)
            if found is None:
                raise Refusal("not-attached", "这一批补录没有附这个文件。")
            return found.name, found.media_type, self._desk.file.attachments.get(found.sha256)

    def running(self) -> tuple[RunningAward, ...]:
        """Awards begun before this program whose next instalment is to be claimed here, by its expected day."""
        with self._desk.file.read() as session:
            return running_awards(session, self._desk.packs)

    # ---- the second person -----------------------------------------------------------------------

    def confirm(self, batch_id: int) -> PriorBatchRow:
        """From now on the batch counts. For reviewers and the head, never for whoever entered it.

        Numbers lift the sequences and never lower them; refused where this program has come as far itself.
        """
        require(self._desk, Role.REVIEWER, Role.HEAD)
        with self._desk.file.write(self._desk.actor, "prior.confirm") as work:
            session = work.session
            batch = record(session, PriorBatch, batch_id, "补录")
            work.subject("prior-batch", batch.id)
            why = self._why_not_confirm(batch)
            if why:
                raise Refusal("same-person" if batch.entered_by == self._desk.user.id else "not-waiting", why)
            if batch.kind == "numbers":
                self._lift(work, batch)
            today = self._desk.clock.today()
            batch.state, batch.confirmed_by, batch.confirmed_on = "confirmed", self._desk.user.id, today
            if batch.kind == "grants":
                work.bulk(
                    update(PriorGrant)
                    .where(PriorGrant.batch_id == batch.id)
                    .values(confirmed_by=self._desk.user.id, confirmed_on=today, version=PriorGrant.version + 1)
                )
                renumber_open_cases(session, self._desk.packs, batch)
            work.detail(kind=batch.kind, rows=batch.rows)
            session.flush()
            return batch_row(session, batch)

    def void(self, batch_id: int, reason: str, *, despite: bool = False) -> PriorBatchRow:
        """Takes a batch back with a reason: by who entered it while it waits, by the head at any time.

        Where cases were decided since on what it says, they are named and it is refused, unless `despite`. Sequences
        once lifted stay: those numbers may be on letters by now.
        """
        require(self._desk, Role.CASEWORKER, Role.HEAD)
        reason = reason_of(reason, "请写明作废的原因。")
        with self._desk.file.write(self._desk.actor, "prior.void", reason=reason) as work:
            session = work.session
            batch = record(session, PriorBatch, batch_id, "补录")
            work.subject("prior-batch", batch.id)
            why = self._why_not_void(batch)
            if why is not None:
                raise Refusal(*why)
            asked = recovered(session, batch)
            if asked:
                words = f"这一批已下达追回 {asked} 笔。请先在“监管”中作废这些追回，再作废补录。"
                raise Refusal("recovery-stands", words)
            cases = resting(session, batch)
            if cases and not despite:
                listed = "、".join(cases[:10]) + (f"等 {len(cases)} 件" if len(cases) > 10 else "")
                raise Refusal(
                    "decisions-rest-on-it",
                    f"确认以后，已有办件据此作出决定：{listed}。作废不会改变这些决定，请先逐件核对，再确认作废。",
                )
            batch.state, batch.voided_reason = "voided", reason
            if batch.kind == "grants":
                work.bulk(
                    update(PriorGrant)
                    .where(PriorGrant.batch_id == batch.id)
                    .values(voided_reason=reason, version=PriorGrant.version + 1)
                )
                renumber_open_cases(session, self._desk.packs, batch)
            work.detail(kind=batch.kind, rows=batch.rows, resting=list(cases))
            session.flush()
            return batch_row(session, batch)

    # ---- inside ----------------------------------------------------------------------------------

    def _lift(self, work: Work, batch: PriorBatch) -> None:
        rows = list(work.session.scalars(select(PriorNumber).where(PriorNumber.batch_id == batch.id)))
        sequences = last_numbers(work.session)
        labels = {one.kind: one.label for one in self._terms.kinds}
        behind = [
            f"{labels.get(row.kind, row.kind)}：{words}。"
            for row in rows
            if (words := number_problem(row.kind, row.year, row.last, sequences)) is not None
        ]
        if behind:
            raise Refusal("number-behind", "\n".join(behind))
        skip_to(work.session, {(row.kind, row.year): row.last for row in rows})

    def _why_not_confirm(self, batch: PriorBatch) -> str:
        if batch.state != "entered":
            return f"这一批{STATE_NAMES[batch.state]}。"
        if not roles_now(self._desk) & {Role.REVIEWER, Role.HEAD}:
            return "由复核人或负责人确认。"
        if batch.entered_by == self._desk.user.id:
            return "录入和确认须是两个人：这一批是您录入的，请另一人确认。"
        return ""

    def _why_not_void(self, batch: PriorBatch) -> tuple[str, str] | None:
        """(code, words), or None where this user may take the batch back."""
        if batch.state == "voided":
            return "already-voided", "这一批已经作废。"
        if Role.HEAD in roles_now(self._desk):
            return None
        if batch.state == "confirmed":
            return "head-only", "已经确认的补录，只有负责人可以作废。"
        if batch.entered_by != self._desk.user.id:
            return "not-yours", "待确认的补录由录入人或负责人作废。"
        return None


def _preview(plan: PriorPlan, file_name: str, terms: PriorTerms) -> PriorPreview:
    read = plan.read
    return PriorPreview(
        file_name=file_name,
        lines=preview_lines(plan, terms, SHOWN_LINES),
        grants=len(read.grants),
        funds=len(read.funds),
        numbers=len(read.numbers),
        new_people=len(plan.new_people),
        total=sum((grant.amount for grant in read.grants), Money.zero()),
        problems=problem_rows(plan.problems),
        skipped=problem_rows(read.skipped),
        warnings=tuple(plan.warnings),
    )


def problem_rows(problems: Sequence[PriorProblem]) -> tuple[PriorProblemRow, ...]:
    return tuple(PriorProblemRow(one.sheet, one.row, one.column, one.code, one.reason) for one in problems)
