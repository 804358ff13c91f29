"""拨款申请 and 拨付通知 of a payment batch, with its payees as the lines were ordered and paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.documents.parts import Account
from caseworker.documents.payment_letters import PaidLine, PaymentNotice, PaymentRequest
from caseworker.documents.seal import WetSeal
from caseworker.errors import Refusal
from caseworker.services.base import record
from caseworker.services.document_draft import Draft, drafted
from caseworker.services.document_letter import sealed_letter
from caseworker.services.document_shared import instalment_words
from caseworker.services.letter_shared import head_of
from caseworker.services.payment_words import shown_number
from caseworker.store.models import (
    Case,
    Decision,
    Instalment,
    Notice,
    NoticeCase,
    Office,
    Party,
    PaymentBatch,
    PaymentLine,
)
from caseworker.values.masking import mask_id_number

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

PAID = "paid"


def payment_request_of(desk: Desk, session: Session, office: Office, batch_id: int, number: str) -> Draft:
    """拨款申请 to the finance bureau: every line, with its account as it was when ordered."""
    batch = _batch(session, batch_id)
    today = desk.clock.today()
    shown = shown_number(batch)
    letter = PaymentRequest(
        head=head_of(desk, office, batch.policy, None, number, today),
        batch=shown,
        place=_place(office.region),
        lines=_lines(desk, session, batch, accounts=True),
        noticed=_noticed(session, batch),
        seal=WetSeal(),
    )
    title = f"{desk.packs[batch.policy].short_title}（{shown}）"
    return drafted("payment-request", letter, number, title, "", today, payment_batch_id=batch.id)


def payment_notice_of(desk: Desk, session: Session, office: Office, batch_id: int, number: str) -> Draft:
    """拨付通知 to the payees: the lines that were paid, without accounts. Refusal while none is."""
    batch = _batch(session, batch_id)
    today = desk.clock.today()
    shown = shown_number(batch)
    lines = _lines(desk, session, batch, accounts=False)
    if not lines:
        raise Refusal("not-paid", f"{shown}还没有登记拨付的款项。请先登记拨付结果，再制作拨付通知。")
    if batch.state == "ordered":
        raise Refusal("not-settled", f"{shown}还有款项没有结果。请先登记全部拨付结果，再制作拨付通知。")
    letter = PaymentNotice(head_of(desk, office, batch.policy, None, number, today), shown, lines, seal=WetSeal())
    title = f"{desk.packs[batch.policy].short_title}（{shown}）"
    return drafted("payment-notice", letter, number, title, "", today, payment_batch_id=batch.id)


def _batch(session: Session, batch_id: int) -> PaymentBatch:
    batch = record(session, PaymentBatch, batch_id, "拨付批次")
    if batch.state == "voided":
        raise Refusal("voided", f"{shown_number(batch)}已经作废，不能制作文书。")
    return batch


def _place(region: str) -> str:
    """江西省寻乌县 → 寻乌县: the finance bureau is that of the office's own place."""
    return region.rpartition("省")[2] or region


def _lines(desk: Desk, session: Session, batch: PaymentBatch, *, accounts: bool) -> tuple[PaidLine, ...]:
    """`accounts`: all lines of the batch with their accounts; else those paid, with their days."""
    query = (
        select(PaymentLine, Party, Case, Instalment)
        .join(Party, Party.id == PaymentLine.party_id)
        .join(Instalment, Instalment.id == PaymentLine.instalment_id)
        .join(Case, Case.id == Instalment.case_id)
        .where(PaymentLine.batch_id == batch.id)
        .order_by(PaymentLine.id)
    )
    if not accounts:
        query = query.where(PaymentLine.state == PAID)
    lines = []
    for line, party, case, instalment in session.execute(query):
        clause = desk.packs[case.policy].clauses[case.clause]
        letter = sealed_letter(session, case.id)
        code = (party.code or "") if letter is None else str(letter.content["code"])
        lines.append(
            PaidLine(
                payee=line.account_name,
                code=mask_id_number(code) if party.kind == "person" and code else code,
                clause=f"{clause.number} {clause.title}",
                instalment=instalment_words(session, case, instalment),
                amount=line.amount,
                account=Account(line.account_name, line.bank_name, line.account_number) if accounts else None,
                paid_on=line.paid_on,
            )
        )
    return tuple(lines)


def _noticed(session: Session, batch: PaymentBatch) -> bool:
    """Whether every payment of the batch was shown in a public notice before."""
    unseen = (
        select(PaymentLine.id)
        .join(Instalment, Instalment.id == PaymentLine.instalment_id)
        .join(Decision, Decision.id == Instalment.decision_id)
        .where(PaymentLine.batch_id == batch.id)
        .where(
            ~select(NoticeCase.id)
            .join(Notice, Notice.id == NoticeCase.notice_id)
            .where(NoticeCase.proposal_id == Decision.proposal_id, Notice.state == "closed")
            .exists()
        )
    )
    return session.scalar(unseen.limit(1)) is None
