"""What becomes of one payment line: paid, sent back, or waiting again. The one place that writes these states."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from caseworker.casework.fund import COMMITTED, InstalmentState
from caseworker.errors import Refusal
from caseworker.services.base import record
from caseworker.services.recovery_counts import asked_back
from caseworker.services.room_used import granted_since, refuse_used
from caseworker.store.models import (
    BankReturn,
    BankReturnRow,
    Case,
    Instalment,
    PaymentBatch,
    PaymentLine,
    PersonAward,
)

ORDERED, PAID, RETURNED = "ordered", "paid", "returned"
_WAY = (ORDERED, PAID, RETURNED)  # a payment goes this way only; back again when a file is taken back


def mark_paid(session: Session, line: PaymentLine, paid_on: date) -> None:
    """The money arrived: the instalment is paid, and the awards of persons that rest on its decision."""
    instalment = record(session, Instalment, line.instalment_id, "款项")
    line.state, line.paid_on, line.return_reason = PAID, paid_on, ""
    instalment.state = InstalmentState.PAID.value
    _awards(session, instalment.decision_id, "granted", "paid", paid_on)


def mark_returned(session: Session, line: PaymentLine, reason: str) -> None:
    """The bank sent it back: the instalment may be ordered again, on another line. Of a case that was ended it ends."""
    instalment = record(session, Instalment, line.instalment_id, "款项")
    _refuse_recovered(session, line)
    line.state, line.paid_on, line.return_reason = RETURNED, None, reason
    line.open_instalment_id = None
    instalment.state = InstalmentState.RETURNED.value
    _awards(session, instalment.decision_id, "paid", "granted", None)
    if record(session, Case, instalment.case_id, "办件").status == "terminated":
        instalment.state = InstalmentState.ENDED.value
        if not _any_paid(session, instalment):
            _awards(session, instalment.decision_id, "granted", "ended", None)


def take_back(session: Session, line: PaymentLine, rows: Sequence[BankReturnRow]) -> None:
    """The payment stands as before `rows` of one file moved it. Refusal where it was ordered anew or ended meanwhile.

    Where a row of an earlier file was settled on it later, that word stays and now follows what was before the file.
    """
    first = min(rows, key=lambda row: _WAY.index(row.was))
    last = max((str(row.settled_as) for row in rows), key=_WAY.index)
    if line.state == last:
        _restore(session, line, first)
        return
    for row in session.scalars(
        select(BankReturnRow)
        .join(BankReturn, BankReturn.id == BankReturnRow.return_id)
        .where(BankReturnRow.line_id == line.id, BankReturnRow.was == last, BankReturn.voided_reason.is_(None))
        .where(BankReturnRow.return_id != first.return_id, BankReturnRow.settled_as == line.state)
    ):
        row.was, row.was_on, row.was_reason = first.was, first.was_on, first.was_reason


def _restore(session: Session, line: PaymentLine, row: BankReturnRow) -> None:
    instalment = record(session, Instalment, line.instalment_id, "款项")
    other = select(PaymentLine.id).where(PaymentLine.open_instalment_id == instalment.id, PaymentLine.id != line.id)
    if session.scalar(other) is not None:
        raise Refusal("ordered-again", "其中有退回的款项已重新报拨款，不能撤销。")
    if instalment.state == InstalmentState.ENDED.value and row.was != PAID:
        # What was awarded on it may be claimed anew by now
        raise Refusal("case-ended", f"其中付给“{line.account_name}”的款项退回后办件已终止，不能撤销。")
    _refuse_recovered(session, line)
    if instalment.state == InstalmentState.ENDED.value:
        # It gave its room back when it came back: what was granted in that room since is looked at first
        refuse_used(_granted_since(session, instalment, row), "款项退回", "再撤销回盘文件")
    _awards(session, instalment.decision_id, "paid", "granted", None)
    if instalment.state == InstalmentState.ENDED.value:
        _awards(session, instalment.decision_id, "ended", "granted", None)
    line.state, line.paid_on, line.return_reason = ORDERED, None, ""
    line.open_instalment_id = instalment.id
    instalment.state = InstalmentState.ORDERED.value
    if row.was == PAID and row.was_on is not None:
        mark_paid(session, line, row.was_on)


def filed_case(session: Session, line: PaymentLine) -> Case | None:
    """The case of a payment that is owed again though the case was filed as paid."""
    instalment = record(session, Instalment, line.instalment_id, "款项")
    case = record(session, Case, instalment.case_id, "办件")
    owed = InstalmentState(instalment.state) in COMMITTED
    return case if case.status == "closed" and owed else None


def settle_batch(session: Session, batch: PaymentBatch) -> None:
    """A batch is settled when every payment is paid or sent back and nothing of a return file is open."""
    session.flush()
    waiting = select(exists().where(PaymentLine.batch_id == batch.id, PaymentLine.state == ORDERED))
    batch.state = "ordered" if session.scalar(waiting) or open_rows(session, batch.id) else "settled"


def open_rows(session: Session, batch_id: int) -> bool:
    """Whether a row of a return file of this batch is still to be settled."""
    query = select(
        exists()
        .where(BankReturnRow.return_id == BankReturn.id, BankReturn.batch_id == batch_id)
        .where(BankReturn.voided_reason.is_(None), BankReturnRow.settled_as.is_(None))
    )
    return bool(session.scalar(query))


def _refuse_recovered(session: Session, line: PaymentLine) -> None:
    """Money that is ordered back was paid; it must not be owed again as well."""
    if line.state == PAID and asked_back(session, line.instalment_id):
        raise Refusal(
            "recovery-stands",
            f"付给“{line.account_name}”的 {line.amount.shown()} 元已下达追回，不能再改为退回或未付。请先处理这笔追回。",
        )


def _awards(session: Session, decision_id: int, was: str, now: str, paid_on: date | None) -> None:
    for award in session.scalars(
        select(PersonAward).where(PersonAward.decision_id == decision_id, PersonAward.state == was)
    ):
        award.state, award.paid_on = now, paid_on


def _granted_since(session: Session, instalment: Instalment, row: BankReturnRow) -> tuple[str, ...]:
    case = record(session, Case, instalment.case_id, "办件")
    people = session.scalars(select(PersonAward.person_id).where(PersonAward.decision_id == instalment.decision_id))
    read_at = record(session, BankReturn, row.return_id, "回盘文件").read_at
    return granted_since(session, case.party_id, case.policy, case.clause, list(people), read_at.date(), case.id)


def _any_paid(session: Session, instalment: Instalment) -> bool:
    query = select(
        exists().where(Instalment.decision_id == instalment.decision_id, Instalment.state == InstalmentState.PAID.value)
    )
    return bool(session.scalar(query))
