"""Payments of a batch and rows of a return file as a clerk reads them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.intake.bank_return import ReturnedRow
from caseworker.services.payment_words import LINE_NAMES
from caseworker.services.return_match import Match, match_rows
from caseworker.services.return_views import (
    MATCH_NAMES,
    OUTCOME_NAMES,
    SETTLED_NAMES,
    PaymentLineRow,
    ReturnRow,
)
from caseworker.store.models import BankReturnRow, Case, Instalment, PaymentLine


def lines_of(session: Session, batch_id: int) -> tuple[PaymentLineRow, ...]:
    query = (
        select(PaymentLine, Case.id, Case.number)
        .join(Instalment, Instalment.id == PaymentLine.instalment_id)
        .join(Case, Case.id == Instalment.case_id)
        .where(PaymentLine.batch_id == batch_id)
        .order_by(PaymentLine.id)
    )
    return tuple(
        PaymentLineRow(
            id=line.id,
            case_id=case_id,
            case_number=number,
            payee=line.account_name,
            account_number=line.account_number,
            amount=line.amount,
            state=line.state,
            state_name=LINE_NAMES[line.state],
            paid_on=line.paid_on,
            return_reason=line.return_reason,
            reorder_reason=line.reorder_reason,
        )
        for line, case_id, number in session.execute(query)
    )


def preview_row(row: ReturnedRow, match: Match) -> ReturnRow:
    """A row that nothing was registered of yet."""
    return _row(row, match, None if match.line is None else match.line.id)


def kept_row(row: BankReturnRow, lines: dict[int, PaymentLine]) -> ReturnRow:
    """A row on record, with what was made of it."""
    line = None if row.line_id is None else lines.get(row.line_id)
    words = {"unknown": "本批没有这笔款项", "differing": _difference(row, line)}.get(row.match, "")
    settled = "" if row.settled_as is None else SETTLED_NAMES[row.settled_as]
    if row.settled_as == "ignored" and row.match == "repeat":
        settled = "与已登记的相同"
    shown = _row(_as_read(row, row.happened_on), Match(row.match, line, words), row.line_id)
    return replace(
        shown,
        id=row.id,
        settled_as=row.settled_as,
        settled_words=f"{settled}：{row.settled_reason}" if row.settled_reason else settled,
    )


def _row(row: ReturnedRow, match: Match, line_id: int | None) -> ReturnRow:
    return ReturnRow(
        id=0,
        row=row.row,
        payee=row.payee,
        account_number=row.account_number,
        amount=row.amount,
        outcome=row.outcome,
        outcome_name=OUTCOME_NAMES[row.outcome],
        reason=row.reason,
        happened_on=row.happened_on,
        match=match.kind,
        match_name=MATCH_NAMES[match.kind],
        words=match.words,
        line_id=line_id,
        settled_as=None,
        settled_words="",
    )


def _as_read(row: BankReturnRow, happened_on: date | None) -> ReturnedRow:
    assert row.amount is not None  # rows without one are refused at reading
    return ReturnedRow(row.row, row.payee, row.account_number, row.amount, row.outcome, row.reason, happened_on)


def _difference(row: BankReturnRow, line: PaymentLine | None) -> str:
    if line is None:
        return "本批有几笔相同的款项，分不清是哪一笔"
    (match,) = match_rows([_as_read(row, None)], [line])
    return match.words or "回盘文件中这笔款项出现了不止一次"
