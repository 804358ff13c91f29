"""Entering what was granted before this program: a workbook whole or not at all, or one grant by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.intake.prior import read_prior
from caseworker.intake.prior_terms import (
    AMOUNT,
    CLAUSE,
    CODE,
    GRANTED_ON,
    ID_NUMBER,
    NAME,
    PARTY,
    PriorRead,
    PriorTerms,
)
from caseworker.intake.prior_values import read_grant
from caseworker.services.attached import attachment_of
from caseworker.services.base import record, text_problem
from caseworker.services.prior_plan import PriorPlan, fund_columns, number_columns, plan_prior, write_grants
from caseworker.services.prior_rows import batch_row
from caseworker.services.prior_views import PriorBatchRow, PriorGrantForm
from caseworker.store.models import Party, PriorBatch, PriorFundUse, PriorNumber
from caseworker.store.work import Work

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

MAX_EVIDENCE = 500
Progress = Callable[[int, int], None] | None
Cancel = Callable[[], bool] | None


def enter_workbook(
    desk: Desk,
    terms: PriorTerms,
    path: Path,
    evidence: str,
    scan: Path | None,
    title: str,
    progress: Progress,
    cancelled: Cancel,
) -> tuple[PriorBatchRow, ...]:
    """The whole workbook or nothing of it: InvalidInput with every problem, Refusal where it is empty."""
    evidence = _evidence(evidence)
    title = _title(title.strip() or path.stem)
    before = _state_of(path)
    read = read_prior(path, terms, progress=progress, cancelled=cancelled)
    # Kept before the transaction: attachments no row points to harm nobody, the reverse would.
    kept = desk.file.attachments.put(path, cancelled=cancelled)
    paper = None if scan is None else desk.file.attachments.put(scan, cancelled=cancelled)
    if _state_of(path) != before:
        raise Refusal("file-changed", f"“{path.name}”在读取时被改动，没有登记任何内容。请关闭编辑它的程序后重试。")
    with desk.file.write(desk.actor, "prior.enter") as work:
        session = work.session
        plan = plan_prior(session, read, terms, desk.clock.today())
        _refuse_problems(plan)
        now = desk.clock.now()
        workbook = attachment_of(session, path.name, *kept, now)
        scanned = None if paper is None or scan is None else attachment_of(session, scan.name, *paper, now)
        ids = (workbook.id, None if scanned is None else scanned.id)
        batches = _write(desk, work, plan, title, evidence, ids, progress, cancelled)
        work.detail(sha256=kept[0], rows=read.rows, people=len(plan.new_people))
        return tuple(batch_row(session, batch) for batch in batches)


def enter_one(desk: Desk, terms: PriorTerms, form: PriorGrantForm, evidence: str, scan: Path | None) -> PriorBatchRow:
    """One grant typed into the form, read as a row of the workbook would be."""
    clause = terms.clause(form.policy, form.clause)
    if clause is None:
        raise InvalidInput("请选择条款。", (Problem("clause", "请选择条款。"),))
    with desk.file.read() as session:
        party = record(session, Party, form.party_id, "企业档案")
        code, name = party.code or "", party.name
    fields = {one.label: one.name for one in clause.fields}
    fields |= {NAME: "name", ID_NUMBER: "id_number", CLAUSE: "clause", GRANTED_ON: "granted_on", AMOUNT: "amount"}
    fields |= {CODE: "party", PARTY: "party"}
    given: dict[str, Any] = {
        CODE: code,
        PARTY: name,
        CLAUSE: clause.shown,
        GRANTED_ON: "" if form.granted_on is None else form.granted_on.isoformat(),
        AMOUNT: form.amount,
        NAME: form.name,
        ID_NUMBER: form.id_number,
    }
    given |= {one.label: _typed(form.facts.get(one.name)) for one in clause.fields}
    read = PriorRead()
    wrong: list[Problem] = []

    def tell(heading: str, _code: str, reason: str) -> None:
        wrong.append(Problem(fields.get(heading, heading), f"{reason}。"))

    grant = read_grant(terms, clause.sheet, 0, given, tell)
    trouble = _evidence_problem(evidence)
    if trouble:
        wrong.append(Problem("evidence", trouble))
    if wrong or grant is None:
        raise InvalidInput("补录有误，尚未保存。", tuple(wrong))
    read.grants.append(grant)
    paper = None if scan is None else desk.file.attachments.put(scan)
    with desk.file.write(desk.actor, "prior.enter") as work:
        session = work.session
        plan = plan_prior(session, read, terms, desk.clock.today())
        if plan.problems:
            found = tuple(Problem(fields.get(one.column, "clause"), f"{one.reason}。") for one in plan.problems)
            raise InvalidInput("补录有误，尚未保存。", found)
        scanned = None
        if paper is not None and scan is not None:
            scanned = attachment_of(session, scan.name, *paper, desk.clock.now()).id
        title = f"{name}　{clause.title}"
        (batch,) = _write(desk, work, plan, title, evidence.strip(), (None, scanned), None, None)
        work.detail(rows=1)
        return batch_row(session, batch)


def _write(
    desk: Desk,
    work: Work,
    plan: PriorPlan,
    title: str,
    evidence: str,
    attachments: tuple[int | None, int | None],
    progress: Progress,
    cancelled: Cancel,
) -> list[PriorBatch]:
    session, read = work.session, plan.read
    made: list[PriorBatch] = []
    for kind, rows in (("grants", read.grants), ("fund", read.funds), ("numbers", read.numbers)):
        if not rows:
            continue
        batch = PriorBatch(
            kind=kind,
            title=title,
            evidence=evidence,
            workbook_id=attachments[0],
            attachment_id=attachments[1],
            rows=len(rows),
            state="entered",
            entered_by=desk.user.id,
            entered_on=desk.clock.today(),
            confirmed_by=None,
            confirmed_on=None,
            voided_reason=None,
        )
        session.add(batch)
        session.flush()
        made.append(batch)
        match kind:
            case "grants":
                write_grants(work, plan, batch, progress, cancelled)
            case "fund":
                session.add_all(PriorFundUse(batch_id=batch.id, **fund_columns(row)) for row in read.funds)
            case _:
                session.add_all(PriorNumber(batch_id=batch.id, **number_columns(row)) for row in read.numbers)
    session.flush()
    work.subject("prior-batch", made[0].id)
    work.detail(batches=[batch.id for batch in made])
    return made


def _refuse_problems(plan: PriorPlan) -> None:
    if plan.problems:
        listed = tuple(
            Problem(".".join(str(part) for part in (one.sheet, one.row or "", one.column) if part), one.reason)
            for one in plan.problems
        )
        raise InvalidInput(f"有 {len(listed)} 处问题，没有登记任何内容。", listed, code="rows-rejected")
    if not plan.read.rows:
        raise Refusal("nothing-to-enter", "工作簿里还没有填写任何内容。")


def _evidence_problem(text: str) -> str | None:
    text = text.strip()
    if not text:
        return "请写明凭据，例如拨款凭证的起止编号、档案盒号。"
    return text_problem(text, MAX_EVIDENCE, lines=True)


def _evidence(text: str) -> str:
    trouble = _evidence_problem(text)
    if trouble:
        raise InvalidInput(trouble, (Problem("evidence", trouble),))
    return text.strip()


def _title(text: str) -> str:
    trouble = text_problem(text, 100)
    if trouble:
        raise InvalidInput(trouble, (Problem("title", trouble),))
    return text


def _typed(value: Any) -> Any:
    """A fact of the form as a cell: text, or several choices."""
    if isinstance(value, (list, tuple)):
        return "、".join(str(one) for one in value)
    return "" if value is None else value


def _state_of(path: Path) -> tuple[int, int] | None:
    """Size and time of change; None where the file is not there: reading it says so in words."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns
