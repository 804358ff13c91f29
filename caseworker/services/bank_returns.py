"""回盘: the bank's file on a batch is read and matched payment by payment; a clerk settles what does not agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.casework.payment_again import NOT_STATED
from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.intake.bank_return import PAID, RETURNED, BankReturnSheet, ReturnedRow, read_bank_return
from caseworker.services.attached import attachment_of
from caseworker.services.base import reason_of, record
from caseworker.services.case_moves import log
from caseworker.services.payment_lines import (
    filed_case,
    mark_paid,
    mark_returned,
    settle_batch,
    take_back,
)
from caseworker.services.payment_words import LINE_NAMES, shown_number
from caseworker.services.return_match import Match, match_rows
from caseworker.services.return_rows import kept_row, lines_of, preview_row
from caseworker.services.return_views import (
    SETTLED_NAMES,
    PaymentLineRow,
    ReturnPreview,
    ReturnView,
)
from caseworker.services.rights import require
from caseworker.services.views import Role, RowProblem
from caseworker.store.models import (
    Attachment,
    BankReturn,
    BankReturnRow,
    PaymentBatch,
    PaymentLine,
    User,
)

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

Progress = Callable[[int, int], None] | None
Cancel = Callable[[], bool] | None
_PAYMENT = "payment"


class BankReturnService:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def lines(self, batch_id: int) -> tuple[PaymentLineRow, ...]:
        """The payments of a batch as they stand, in the order of the list that went out."""
        with self._desk.file.read() as session:
            record(session, PaymentBatch, batch_id, "拨付批次")
            return lines_of(session, batch_id)

    def preview(
        self, batch_id: int, path: Path, *, sheet: str | None = None, all_as: str | None = None
    ) -> ReturnPreview:
        """What the file would do to the batch; writes nothing. InvalidInput where it cannot be read.

        `all_as` (paid or returned): for a file without a column of results.
        """
        read = _read(path, sheet, all_as)
        with self._desk.file.read() as session:
            batch = record(session, PaymentBatch, batch_id, "拨付批次")
            return self._preview(session, batch, read)

    def take(
        self,
        batch_id: int,
        path: Path,
        *,
        sheet: str | None = None,
        all_as: str | None = None,
        happened_on: date | None = None,
        progress: Progress = None,
        cancelled: Cancel = None,
    ) -> ReturnView:
        """Reads the file in: payments that agree in payee, account and amount are paid or sent back at once.

        The other rows wait to be settled. `happened_on`: the day of rows that have none. One transaction; InvalidInput
        names every row that cannot be read, and then nothing is registered. Refused for a file that was read before.
        """
        require(self._desk, Role.CASEWORKER)
        read = _read(path, sheet, all_as)
        digest, size = self._desk.file.attachments.put(path, progress=progress, cancelled=cancelled)
        with self._desk.file.write(self._desk.actor, "payment.return") as work:
            session = work.session
            batch = record(session, PaymentBatch, batch_id, "拨付批次")
            work.subject("payment-batch", batch.id)
            preview = self._preview(session, batch, read)
            self._refuse_problems(batch, preview, happened_on)
            attachment = attachment_of(session, path.name, digest, size, self._desk.clock.now())
            self._refuse_repeat(session, attachment)
            taken = BankReturn(
                batch_id=batch.id,
                attachment_id=attachment.id,
                sheet=read.sheet,
                rows=len(read.rows),
                read_at=self._desk.clock.now(),
                read_by=self._desk.user.id,
            )
            session.add(taken)
            session.flush()
            lines = _batch_lines(session, batch.id)
            for row, match in zip(read.rows, match_rows(read.rows, lines), strict=True):
                self._keep(session, taken, row, match, row.happened_on or happened_on)
            settle_batch(session, batch)
            work.detail(
                sha256=digest,
                rows=len(read.rows),
                paid=preview.count("matched", PAID),
                returned=preview.count("matched", RETURNED),
                open=preview.count("differing") + preview.count("unknown"),
            )
            session.flush()
            return self._view(session, taken)

    def page(self, batch_id: int) -> tuple[ReturnView, ...]:
        """The files read on a batch, newest first, those taken back too."""
        with self._desk.file.read() as session:
            query = select(BankReturn).where(BankReturn.batch_id == batch_id).order_by(BankReturn.id.desc())
            return tuple(self._view(session, row) for row in session.scalars(query))

    def settle(
        self, row_id: int, as_: str, reason: str, *, line_id: int | None = None, happened_on: date | None = None
    ) -> ReturnView:
        """A clerk's word on a row that does not agree: paid or returned (which payment it is), or ignored."""
        require(self._desk, Role.CASEWORKER)
        reason = reason_of(reason, "请写明处理的依据。")
        if as_ not in SETTLED_NAMES:
            raise InvalidInput("没有这种处理方式。", (Problem("as", "没有这种处理方式。"),))
        with self._desk.file.write(self._desk.actor, "payment.settle-row", reason=reason) as work:
            session = work.session
            row = record(session, BankReturnRow, row_id, "回盘记录")
            taken = record(session, BankReturn, row.return_id, "回盘文件")
            batch = record(session, PaymentBatch, taken.batch_id, "拨付批次")
            work.subject("payment-batch", batch.id)
            if taken.voided_reason is not None:
                raise Refusal("return-void", "这份回盘文件已撤销，不能再处理其中的记录。")
            if row.settled_as is not None:
                raise Refusal("row-settled", f"第 {row.row} 行已处理为“{SETTLED_NAMES[row.settled_as]}”。")
            if as_ != "ignored":
                self._settle_line(session, batch, row, as_, reason, line_id, happened_on)
            row.settled_as, row.settled_reason = as_, reason
            row.settled_by, row.settled_at = self._desk.user.id, self._desk.clock.now()
            work.detail(row=row.row, settled_as=as_)
            settle_batch(session, batch)
            session.flush()
            return self._view(session, taken)

    def void(self, return_id: int, reason: str) -> None:
        """A wrong file is taken back as a whole: its payments wait again, unless one was ordered anew meanwhile."""
        require(self._desk, Role.CASEWORKER)
        reason = reason_of(reason, "请写明撤销的原因。")
        with self._desk.file.write(self._desk.actor, "payment.void-return", reason=reason) as work:
            session = work.session
            taken = record(session, BankReturn, return_id, "回盘文件")
            batch = record(session, PaymentBatch, taken.batch_id, "拨付批次")
            work.subject("payment-batch", batch.id)
            if taken.voided_reason is not None:
                raise Refusal("return-void", "这份回盘文件已经撤销。")
            later = select(BankReturn.id).where(
                BankReturn.batch_id == batch.id, BankReturn.id > taken.id, BankReturn.voided_reason.is_(None)
            )
            if session.scalar(later.limit(1)) is not None:
                raise Refusal("later-return", "这批还有后来读入的回盘文件，请先撤销后来的。")
            rows = session.scalars(
                select(BankReturnRow).where(
                    BankReturnRow.return_id == taken.id, BankReturnRow.settled_as.in_(("paid", "returned"))
                )
            )
            moved: dict[int, list[BankReturnRow]] = {}
            for row in rows:
                if row.line_id is not None:
                    moved.setdefault(row.line_id, []).append(row)
            for line_id, of_line in moved.items():
                line = record(session, PaymentLine, line_id, "款项")
                take_back(session, line, of_line)
                self._reopen(session, line, f"回盘文件撤销：{reason}")
            taken.voided_reason = reason
            settle_batch(session, batch)

    # ---- inside ----------------------------------------------------------------------------

    def _preview(self, session: Session, batch: PaymentBatch, read: BankReturnSheet) -> ReturnPreview:
        lines = _batch_lines(session, batch.id)
        matches = match_rows(read.rows, lines)
        problems = [RowProblem(r.row, r.column or "", r.code, r.reason) for r in read.rejected]
        today = self._desk.clock.today()
        for row in read.rows:
            if row.happened_on is not None and not batch.made_on <= row.happened_on <= today:
                words = f"日期 {row.happened_on} 不在报拨款之日 {batch.made_on} 至今天 {today} 之间"
                problems.append(RowProblem(row.row, "日期", "date-invalid", words))
        named = {match.line.id for match in matches if match.line is not None}
        waiting = {line.id for line in lines if line.state == "ordered"} - named
        return ReturnPreview(
            sheet=read.sheet,
            rows=tuple(preview_row(row, match) for row, match in zip(read.rows, matches, strict=True)),
            problems=tuple(sorted(problems, key=lambda problem: problem.row)),
            missing=tuple(line for line in lines_of(session, batch.id) if line.id in waiting),
            needs_date=any(row.happened_on is None and row.outcome == PAID for row in read.rows),
        )

    def _refuse_problems(self, batch: PaymentBatch, preview: ReturnPreview, happened_on: date | None) -> None:
        problems = [Problem(f"row.{problem.row}", problem.reason) for problem in preview.problems]
        today = self._desk.clock.today()
        if preview.needs_date and happened_on is None:
            problems.append(Problem("happened_on", "回盘文件没有日期，请填写实际拨付日期。"))
        elif happened_on is not None and not batch.made_on <= happened_on <= today:
            problems.append(Problem("happened_on", f"拨付日期应在报拨款之日 {batch.made_on} 至今天之间。"))
        if problems:
            raise InvalidInput("回盘文件有误，未登记任何一笔。", tuple(problems), code="rows-rejected")
        if not preview.rows:
            raise Refusal("nothing-to-import", "回盘文件中没有记录。")
        if not any(row.line_id is not None for row in preview.rows):
            raise Refusal("other-batch", f"文件中没有一笔是{shown_number(batch)}的款项，请核对是不是选错了批次。")

    def _reopen(self, session: Session, line: PaymentLine, reason: str) -> None:
        """A filed case whose money is owed again goes back to its payment: filed, nobody could order it."""
        case = filed_case(session, line)
        if case is None:
            return
        log(session, case, "resume", case.step, _PAYMENT, self._desk, reason, self._desk.clock.today())
        case.step, case.status, case.closed_on = _PAYMENT, "open", None

    @staticmethod
    def _refuse_repeat(session: Session, attachment: Attachment) -> None:
        before = session.execute(
            select(BankReturn, PaymentBatch)
            .join(PaymentBatch, PaymentBatch.id == BankReturn.batch_id)
            .where(BankReturn.attachment_id == attachment.id, BankReturn.voided_reason.is_(None))
        ).first()
        if before is not None:
            raise Refusal("already-imported", f"这份回盘文件已读入过（{shown_number(before[1])}），没有重复登记。")

    def _keep(
        self, session: Session, taken: BankReturn, row: ReturnedRow, match: Match, happened_on: date | None
    ) -> None:
        settled = None
        was = _standing(match.line)
        if match.kind == "matched" and match.line is not None:
            settled = row.outcome
            if row.outcome == PAID:
                assert happened_on is not None  # asked for before
                mark_paid(session, match.line, happened_on)
            else:
                mark_returned(session, match.line, row.reason or NOT_STATED)
                self._reopen(session, match.line, f"款项退回：{match.line.return_reason}")
        elif match.kind == "repeat":
            settled = "ignored"
        session.add(
            BankReturnRow(
                return_id=taken.id,
                row=row.row,
                payee=row.payee,
                account_number=row.account_number,
                amount=row.amount,
                outcome=row.outcome,
                reason=row.reason,
                happened_on=happened_on,
                line_id=None if match.line is None else match.line.id,
                match=match.kind,
                **was,
                settled_as=settled,
                settled_reason="",
            )
        )

    def _settle_line(
        self,
        session: Session,
        batch: PaymentBatch,
        row: BankReturnRow,
        as_: str,
        reason: str,
        line_id: int | None,
        happened_on: date | None,
    ) -> None:
        key = line_id if line_id is not None else row.line_id
        if key is None:
            words = "请指明是本批的哪一笔款项，或选择不予采用。"
            raise InvalidInput(words, (Problem("line_id", words),))
        line = record(session, PaymentLine, key, "款项")
        if line.batch_id != batch.id:
            raise Refusal("other-batch", "这笔款项不在本批。")
        if line.state == as_:
            raise Refusal("line-settled", f"这笔款项已登记为{LINE_NAMES[line.state]}。")
        day = happened_on or row.happened_on
        for name, value in _standing(line).items():
            setattr(row, name, value)
        if as_ == "paid":
            if row.amount != line.amount:
                # the whole instalment would stand as paid though another sum arrived
                raise Refusal(
                    "amount-differs",
                    f"回盘金额与本批的 {line.amount.shown()} 元不同，不能按已拨付登记。请与银行核对：重新取得回盘文件，"
                    "或退回后按应付金额重报；这一条可以写明情况、不予采用。",
                )
            if line.state == "returned":
                raise Refusal("line-returned", "这笔款项已登记为退回，不能再登记拨付；请撤销原登记后重新读入。")
            if day is None or not batch.made_on <= day <= self._desk.clock.today():
                words = f"请填写实际拨付日期，应在报拨款之日 {batch.made_on} 至今天之间。"
                raise InvalidInput(words, (Problem("happened_on", words),))
            mark_paid(session, line, day)
        else:
            mark_returned(session, line, row.reason or reason)
            self._reopen(session, line, f"款项退回：{line.return_reason}")
        row.line_id, row.happened_on = line.id, day

    def _view(self, session: Session, taken: BankReturn) -> ReturnView:
        attachment = record(session, Attachment, taken.attachment_id, "附件")
        reader = record(session, User, taken.read_by, "用户")
        rows = session.scalars(
            select(BankReturnRow).where(BankReturnRow.return_id == taken.id).order_by(BankReturnRow.row)
        )
        lines = {line.id: line for line in _batch_lines(session, taken.batch_id)}
        return ReturnView(
            id=taken.id,
            file_name=attachment.name,
            attachment_id=attachment.id,
            read_at=taken.read_at,
            read_by=reader.name,
            voided_reason=taken.voided_reason,
            rows=tuple(kept_row(row, lines) for row in rows),
        )


def _read(path: Path, sheet: str | None, all_as: str | None) -> BankReturnSheet:
    if all_as not in (None, PAID, RETURNED):
        raise InvalidInput("没有这种处理结果。", (Problem("all_as", "应为 paid 或 returned。"),))
    return read_bank_return(path, sheet=sheet, all_as=all_as)


def _batch_lines(session: Session, batch_id: int) -> Sequence[PaymentLine]:
    return list(session.scalars(select(PaymentLine).where(PaymentLine.batch_id == batch_id).order_by(PaymentLine.id)))


def _standing(line: PaymentLine | None) -> dict[str, Any]:
    """How a payment stands now, kept with the row that is about to move it."""
    if line is None:
        return {"was": "", "was_on": None, "was_reason": ""}
    return {"was": line.state, "was_on": line.paid_on, "was_reason": line.return_reason}
