"""拨付: what is due, batches ordered from the finance bureau, and what was paid."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from caseworker.casework.fund import InstalmentState
from caseworker.casework.notice import NoticeState
from caseworker.casework.payment_again import about_account, same_account
from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.services.base import page_of, record, text_problem
from caseworker.services.case_awards import GRANTED_INSTALMENTS
from caseworker.services.case_calculation import thaw
from caseworker.services.case_detail import instalment_view
from caseworker.services.case_rows import case_query, case_row
from caseworker.services.case_situation import notice_facts, why_ended
from caseworker.services.document_letter import frozen_letter, payee_now, payee_of, sealed_letter
from caseworker.services.instalment_calendar import CalendarRow, calendar_of
from caseworker.services.payment_lines import mark_paid, open_rows
from caseworker.services.payment_words import BATCH_NAMES, shown_number
from caseworker.services.rights import require
from caseworker.services.suspensions import SUSPENDED_NAME, suspended_parties, why_suspended
from caseworker.services.views import CaseRow, InstalmentView, Page, PaymentBatchRow, Role
from caseworker.store.models import (
    Attachment,
    Case,
    Decision,
    Document,
    Instalment,
    Party,
    PaymentBatch,
    PaymentLine,
    Proposal,
)
from caseworker.store.sequences import next_number
from caseworker.values.money import Money

if TYPE_CHECKING:
    from caseworker.documents.decision import DecisionLetter
    from caseworker.services.desk import Desk

SAME_ACCOUNT = "same-account"  # code of the refusal that a reason answers
PAYABLE = (InstalmentState.DUE.value, InstalmentState.RETURNED.value)


class PaymentService:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def due(self, policy: str | None = None) -> tuple[tuple[InstalmentView, CaseRow], ...]:
        """What falls due by today: due or sent back by the bank, its case open.

        Of a payee whose money is stopped (暂停拨付) it says so in `state_name`, and cannot be ordered.
        """
        query, _ = case_query()
        query = (
            query.add_columns(Instalment)
            .join(Instalment, Instalment.case_id == Case.id)
            .where(Instalment.state.in_(PAYABLE), Instalment.due_on <= self._desk.clock.today())
            .where(Case.status == "open")
            .order_by(Instalment.due_on, Case.number)
        )
        if policy is not None:
            query = query.where(Case.policy == policy)
        with self._desk.file.read() as session:
            stopped = set(session.scalars(suspended_parties()))
            found = []
            for row in session.execute(query):
                view = instalment_view(row[-1])
                if row[0].party_id in stopped:
                    view = replace(view, state_name=SUSPENDED_NAME)
                found.append((view, case_row(row[:-1], self._desk.packs)))
            return tuple(found)

    def calendar(self, until: date | None = None) -> tuple[CalendarRow, ...]:
        """Every instalment that is still to come, by its day: due, ordered, sent back, forecast, begun before us."""
        with self._desk.file.read() as session:
            return calendar_of(session, self._desk.packs, self._desk.clock.today(), until)

    def order(self, policy: str, instalment_ids: Sequence[int], *, same_account_reason: str = "") -> PaymentBatchRow:
        """One batch for the finance bureau, each line with payee and account as the sealed letter has them.

        Refusal with every reason at once: letter not sealed or its file unreadable, notice not closed, payee or
        account of the dossier changed since the letter, amounts that disagree, already ordered. Two desks ordering
        the same instalment: one wins.

        Refusal `same-account` where nothing else stands against it, but the bank sent a payment back because of the
        account and it would go to that account again: only with `same_account_reason`, which is kept with the payment.
        """
        require(self._desk, Role.CASEWORKER)
        if not instalment_ids:
            raise InvalidInput("请选择要拨付的款项。", (Problem("instalment_ids", "请选择要拨付的款项。"),))
        today = self._desk.clock.today()
        reason = same_account_reason.strip()
        if reason and (trouble := text_problem(reason, 1000, lines=True)):
            raise InvalidInput(trouble, (Problem("same_account_reason", trouble),))
        try:
            with self._desk.file.write(self._desk.actor, "payment.order", reason=reason) as work:
                session = work.session
                reasons: list[str] = []
                lines = [
                    self._line(session, policy, instalment_id, today, reasons)
                    for instalment_id in dict.fromkeys(instalment_ids)
                ]
                if reasons:
                    raise Refusal("payment-refused", "\n".join(reasons))
                again = _to_the_same_account(session, lines)
                if again and not reason:
                    raise Refusal(SAME_ACCOUNT, "\n".join(again.values()))
                if again:
                    work.detail(same_account=len(again))
                total = sum((instalment.amount for instalment, _ in lines), Money.zero())
                batch = PaymentBatch(
                    policy=policy,
                    year=today.year,
                    number=next_number(session, "payment-batch", today.year),
                    made_on=today,
                    made_by=self._desk.user.id,
                    state="ordered",
                    total=total,
                )
                session.add(batch)
                session.flush()
                for instalment, columns in lines:
                    why = reason if instalment.id in again else ""
                    session.add(PaymentLine(batch_id=batch.id, state="ordered", reorder_reason=why, **columns))
                    instalment.state = InstalmentState.ORDERED.value
                session.flush()
                work.subject("payment-batch", batch.id)
                work.detail(lines=len(lines), total=str(total))
                return _row(batch, len(lines))
        except IntegrityError as error:
            # The unique open_instalment_id is the last line of defence behind the states checked above
            raise Refusal("already-ordered", "所选款项中有已经报拨款的，未重复生成。请刷新后再试。") from error

    def page(
        self,
        policy: str | None = None,
        offset: int = 0,
        limit: int = 100,
        sort: str = "number",
        descending: bool = True,
    ) -> Page[PaymentBatchRow]:
        """`sort`: number, made_on, total, state."""
        count = (
            select(func.count(PaymentLine.id))
            .where(PaymentLine.batch_id == PaymentBatch.id)
            .correlate(PaymentBatch)
            .scalar_subquery()
        )
        query = select(PaymentBatch, count)
        if policy is not None:
            query = query.where(PaymentBatch.policy == policy)
        columns: dict[str, Any] = {
            "made_on": PaymentBatch.made_on,
            "total": PaymentBatch.total,
            "state": PaymentBatch.state,
        }
        with self._desk.file.read() as session:
            return page_of(
                session,
                query,
                lambda row: _row(row[0], row[1]),
                offset=offset,
                limit=limit,
                order=(columns.get(sort, PaymentBatch.id), PaymentBatch.id),
                descending=descending,
            )

    def get(self, batch_id: int) -> PaymentBatchRow:
        with self._desk.file.read() as session:
            batch = record(session, PaymentBatch, batch_id, "拨付批次")
            count = select(func.count(PaymentLine.id)).where(PaymentLine.batch_id == batch.id)
            return _row(batch, session.scalar(count) or 0)

    def record_paid(self, batch_id: int, paid_on: date) -> PaymentBatchRow:
        """Every line of the batch that still waits was paid on that day."""
        require(self._desk, Role.CASEWORKER)
        with self._desk.file.write(self._desk.actor, "payment.paid") as work:
            session = work.session
            batch = record(session, PaymentBatch, batch_id, "拨付批次")
            work.subject("payment-batch", batch.id)
            work.detail(paid_on=paid_on)
            if batch.state != "ordered":
                raise Refusal("batch-settled", f"{shown_number(batch)}{BATCH_NAMES[batch.state]}，不能重复登记。")
            if not batch.made_on <= paid_on <= self._desk.clock.today():
                words = f"拨付日期应在报拨款之日 {batch.made_on} 至今天之间。"
                raise InvalidInput(words, (Problem("paid_on", words),))
            if open_rows(session, batch.id):
                raise Refusal("rows-open", "回盘文件中还有没有处理的记录，请先逐条处理。")
            lines = list(session.scalars(select(PaymentLine).where(PaymentLine.batch_id == batch.id)))
            for line in lines:
                if line.state == "ordered":
                    mark_paid(session, line, paid_on)
            batch.state = "settled"
            session.flush()
            return _row(batch, len(lines))

    # ---- inside ----------------------------------------------------------------------------

    def _line(
        self, session: Session, policy: str, instalment_id: int, today: date, reasons: list[str]
    ) -> tuple[Instalment, dict[str, Any]]:
        instalment = record(session, Instalment, instalment_id, "款项")
        case = record(session, Case, instalment.case_id, "办件")
        party = record(session, Party, case.party_id, "企业档案")
        decision = record(session, Decision, instalment.decision_id, "决定")
        proposal = record(session, Proposal, decision.proposal_id, "初审意见")
        reasons.extend(f"{case.number}：{reason}" for reason in self._why_not(session, policy, instalment, case, today))
        reasons.extend(f"{case.number}：{reason}" for reason in account_problems(party))
        ended = why_ended(party, today)
        if ended:
            reasons.append(f"{case.number}：{ended}")
        stopped = why_suspended(session, party.id, party.name)
        if stopped is not None:
            reasons.append(f"{case.number}：{stopped}")
        if hashlib.sha256(proposal.frozen).hexdigest() != proposal.sha256:
            reasons.append(f"{case.number}：封存的测算内容与其摘要不符，不能拨付。请核对备份。")
            return instalment, {}
        frozen = thaw(proposal)
        letter = self._letter(session, case, party, reasons)
        if letter is None:
            return instalment, {}
        reasons.extend(
            f"{case.number}：{reason}" for reason in _amounts_differ(session, decision, letter, frozen["result"])
        )
        bases = frozen["bases"]
        return instalment, {
            "instalment_id": instalment.id,
            "open_instalment_id": instalment.id,
            "party_id": party.id,
            "quantity": "；".join(f"{basis['quantity']}{basis['unit']}" for basis in bases),
            "standard": "；".join(basis["standard"] for basis in bases),
            "amount": instalment.amount,
            "account_name": letter.account.name,
            "bank_name": letter.account.bank,
            "account_number": letter.account.number,
            "bank_code": party.bank_code,
        }

    def _letter(self, session: Session, case: Case, party: Party, reasons: list[str]) -> DecisionLetter | None:
        """The sealed letter that the money follows, whole and still true of the dossier; else the reason is noted."""
        row = sealed_letter(session, case.id)
        if row is None:
            reasons.append(f"{case.number}：决定书尚未用印。请先生成决定书，由印章管理员用印。")
            return None
        if not self._readable(session, row):
            reasons.append(
                f"{case.number}：{row.shown_number}保存的文件读不出来，不能拨付。请先从备份恢复，或作废后重新制作并用印。"
            )
            return None
        letter = frozen_letter(row)
        if letter is None:
            reasons.append(f"{case.number}：{row.shown_number}的登记内容与其摘要不符，不能拨付。请核对备份。")
            return None
        changed = payee_of(letter).changed(payee_now(party))
        if changed:
            reasons.append(
                f"{case.number}：档案中的{'、'.join(changed)}与{row.shown_number}不一致。"
                "须作废原决定书、重新制作并用印后方可拨付。"
            )
            return None
        return letter

    def _readable(self, session: Session, row: Document) -> bool:
        key = row.sealed_attachment_id or row.attachment_id
        file = None if key is None else session.get(Attachment, key)
        return file is not None and self._desk.file.attachments.verify(file.sha256) is None

    def _why_not(self, session: Session, policy: str, instalment: Instalment, case: Case, today: date) -> list[str]:
        reasons = []
        if case.policy != policy:
            reasons.append("不属于同一政策，请分批拨付。")
        if case.status != "open" or case.step != "payment":
            reasons.append("现不在拨付环节（可能已中止或终止），不能拨付。")
        if instalment.state not in PAYABLE:
            words = {
                "planned": "只是预计的后续期次，须另行申报、公示和决定后才能拨付。",
                "ordered": "已经报拨款，不能重复报。",
                "paid": "已经拨付，不能重复拨付。",
            }
            reasons.append(f"第 {instalment.number} 期{words.get(instalment.state, '已终止，不能拨付。')}")
        elif instalment.due_on is None or instalment.due_on > today:
            reasons.append(f"第 {instalment.number} 期应于 {instalment.due_on} 起拨付，尚未到期。")
        decision = record(session, Decision, instalment.decision_id, "决定")
        notice = notice_facts(session, case.id, decision.proposal_id)
        # Where only the office's setting orders a notice, a case decided while it held none is paid without one
        ordered = self._desk.packs[case.policy].notice.by_law
        state = NoticeState.VOIDED if notice is None else notice.state
        if state is not NoticeState.CLOSED and (ordered or state is not NoticeState.VOIDED):
            reasons.append("本期没有已经结束的公示，不能拨付。")
        return reasons


def _to_the_same_account(session: Session, lines: Sequence[tuple[Instalment, dict[str, Any]]]) -> dict[int, str]:
    """By instalment: what the bank sent back last because of the account, and would now go to that account again."""
    found: dict[int, str] = {}
    for instalment, columns in lines:
        last = session.scalar(
            select(PaymentLine)
            .where(PaymentLine.instalment_id == instalment.id, PaymentLine.state == "returned")
            .order_by(PaymentLine.id.desc())
            .limit(1)
        )
        if last is None or not about_account(last.return_reason):
            continue
        now = columns["account_name"], columns["bank_name"], columns["account_number"]
        if same_account((last.account_name, last.bank_name, last.account_number), now):
            found[instalment.id] = (
                f"付给“{last.account_name}”的第 {instalment.number} 期 {instalment.amount.shown()} 元曾被银行退回"
                f"（{last.return_reason}），收款账户没有改动（{last.bank_name} {last.account_number}）。"
                "请先与收款单位核对账户；确认无误仍报同一账户的，须写明理由。"
            )
    return found


def account_problems(party: Party) -> list[str]:
    """Money goes to the payee's own account: 户名 equals the payee's name, nothing of the account is missing."""
    missing = [
        name
        for name, value in (("户名", party.account_name), ("开户行", party.bank_name), ("账号", party.account_number))
        if not value.strip()
    ]
    if missing:
        return [f"“{party.name}”的{'、'.join(missing)}未填写，请先补全档案。"]
    if _same_name(party.account_name) != _same_name(party.name):
        return [f"户名“{party.account_name}”与单位名称“{party.name}”不一致，不能拨付。请核对收款账户。"]
    return []


def _amounts_differ(
    session: Session, decision: Decision, letter: DecisionLetter, result: dict[str, Any] | None
) -> list[str]:
    """What was decided, printed, frozen and is to be paid is one amount; a sentence where it is not."""
    query = select(Instalment.amount).where(
        Instalment.decision_id == decision.id, Instalment.state.in_(GRANTED_INSTALMENTS)
    )
    owed = sum(session.scalars(query), Money.zero())
    frozen = Money.zero() if result is None else Money.parse(result["amount"])
    if owed == letter.total == frozen == decision.amount:
        return []
    return [
        f"各期应拨合计 {owed.shown()} 元、决定书 {letter.total.shown()} 元、封存的测算 {frozen.shown()} 元、"
        f"决定金额 {decision.amount.shown()} 元不一致，不能拨付。请核对备份。"
    ]


def _same_name(name: str) -> str:
    """Full-width and half-width brackets are the same name; banks write either."""
    return name.strip().replace("(", "（").replace(")", "）")


def _row(batch: PaymentBatch, lines: int) -> PaymentBatchRow:
    return PaymentBatchRow(
        id=batch.id,
        shown_number=shown_number(batch),
        policy=batch.policy,
        made_on=batch.made_on,
        lines=lines,
        total=batch.total,
        state=batch.state,
        state_name=BATCH_NAMES[batch.state],
    )
