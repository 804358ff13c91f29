"""What 工作台 puts on the list of the signed-in user: each thing with its urgency and the place a click opens."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from caseworker.casework.steps import STATUS_NAMES
from caseworker.services.consultation_todos import consultation_todos
from caseworker.services.home_views import TodoRow
from caseworker.services.oversight_todos import oversight_todos
from caseworker.services.payment_words import shown_number
from caseworker.services.prior_running import running_awards
from caseworker.services.supplement import UNPROPOSED
from caseworker.services.suspensions import suspended_parties
from caseworker.services.views import Role
from caseworker.services.workflow import rules_of
from caseworker.store.models import (
    BankReturn,
    BankReturnRow,
    Case,
    Document,
    Instalment,
    Notice,
    NoticeCase,
    Party,
    PaymentBatch,
    PriorBatch,
    SealUse,
)

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

SOON_DAYS = 30  # ahead of which a next instalment is shown
CALENDAR = ("calendar", 0)  # a place of 拨付: every instalment by its day
_ORDER = {"overdue": 0, "due": 1, "normal": 2}


class Todos:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def all(self, session: Session, today: date) -> list[TodoRow]:
        """Overdue first, then what is due, then the rest; among equals what the steps put first."""
        todos = [*self._notices(session, today), *self._cases(session, today)]
        todos += [*self._letters(session), *self._instalments(session, today), *self._prior(session, today)]
        todos += [*self._returns(session), *oversight_todos(session, self._desk.user.roles, today)]
        todos += consultation_todos(session, self._desk.user.id, self._desk.user.roles, today)
        todos += [*self._turned_down(session), *self._calendar()]
        return sorted(todos, key=lambda todo: _ORDER[todo.urgency])

    def _cases(self, session: Session, today: date) -> list[TodoRow]:
        """Cases whose plain next move this user may take; a caseworker sees the cases they took in."""
        lettered = exists().where(Document.case_id == Case.id, Document.kind == "decision", Document.state == "issued")
        unpaid = exists().where(Instalment.case_id == Case.id, Instalment.state.in_(("due", "ordered", "returned")))
        noticed = exists().where(
            NoticeCase.case_id == Case.id, NoticeCase.notice_id == Notice.id, Notice.state == "open"
        )
        query = (
            select(Case, Party.name, lettered, unpaid, noticed)
            .join(Party, Party.id == Case.party_id)
            .where(Case.status == "open")
            .order_by(Case.due_on, Case.id)
        )
        todos = []
        for case, party, has_letter, has_unpaid, in_notice in session.execute(query):
            pack = self._desk.packs.get(case.policy)
            if pack is None:
                continue  # its pack was not loaded; the policy library says so
            rules = rules_of(pack)
            ways = [m for m in rules.moves if m.plain and case.step in m.steps and case.status in m.statuses]
            roles = frozenset().union(*(way.roles for way in ways))
            mine = roles & self._desk.actor.roles
            if not mine or (mine == {Role.CASEWORKER} and case.officer_id != self._desk.user.id):
                continue
            act = rules.step(case.step).name
            if case.step == "acceptance":
                act = "核验"  # it is taken in already; what is next is looking at its papers
            if case.step == "notice" and (in_notice or Role.CASEWORKER not in mine):
                continue
            if case.step == "payment":
                if has_letter and has_unpaid:
                    continue  # the seal keeper's and the instalments' own lines say what is next
                act = "归档" if has_letter else "制作决定书"
            overdue = case.due_on is not None and case.due_on < today
            what = "补正期限至" if case.step in UNPROPOSED else "办理期限至"
            detail = party if case.due_on is None else f"{party}　{what} {case.due_on.isoformat()}"
            todos.append(
                TodoRow("overdue" if overdue else "normal", f"{case.number} 待{act}", detail, ("case", case.id))
            )
        return todos

    def _turned_down(self, session: Session) -> list[TodoRow]:
        """A case decided against waits for its letter, and then for being filed."""
        if Role.CASEWORKER not in self._desk.user.roles:
            return []
        letter = select(Document.id).where(
            Document.case_id == Case.id, Document.kind == "refusal", Document.state == "issued"
        )
        stamped = exists().where(SealUse.document_id == Document.id) | Document.sealed_attachment_id.is_not(None)
        query = (
            select(Case, Party.name, letter.exists(), letter.where(stamped).exists())
            .join(Party, Party.id == Case.party_id)
            .where(Case.status.in_(("refused", "not-accepted")), Case.step != "archive")
            .where(Case.officer_id == self._desk.user.id)
            .order_by(Case.id)
        )
        return [
            TodoRow(
                "normal",
                f"{case.number} 待{'归档' if sealed else f'制作{STATUS_NAMES[case.status]}决定书'}",
                party,
                ("case", case.id),
            )
            for case, party, made, sealed in session.execute(query)
            if sealed or not made
        ]

    def _letters(self, session: Session) -> list[TodoRow]:
        """Letters waiting for the seal."""
        if Role.SEAL_KEEPER not in self._desk.user.roles:
            return []
        query = (
            select(Document.id, Document.shown_number, Party.name)
            .join(Party, Party.id == Document.party_id)
            .where(
                Document.kind.in_(("decision", "refusal")),
                Document.state == "issued",
                Document.sealed_attachment_id.is_(None),
            )
            .where(~exists().where(SealUse.document_id == Document.id))  # stamped by hand
            .order_by(Document.id)
        )
        return [
            TodoRow("normal", f"{number} 待用印", party, ("document", key))
            for key, number, party in session.execute(query)
        ]

    def _notices(self, session: Session, today: date) -> list[TodoRow]:
        if Role.CASEWORKER not in self._desk.user.roles:
            return []
        todos = []
        for notice in session.scalars(select(Notice).where(Notice.state == "open").order_by(Notice.last_day)):
            over = notice.last_day <= today
            text = f"公示 {notice.year} 年第 {notice.number} 批"
            if over:
                todos.append(TodoRow("due", f"{text}期满，可以结束", f"截止 {notice.last_day}", ("notice", notice.id)))
            else:
                todos.append(TodoRow("normal", f"{text}公示中", f"至 {notice.last_day} 止", ("notice", notice.id)))
        return todos

    def _instalments(self, session: Session, today: date) -> list[TodoRow]:
        if Role.CASEWORKER not in self._desk.user.roles:
            return []
        count = session.scalar(
            select(func.count(Instalment.id))
            .join(Case, Case.id == Instalment.case_id)
            .where(Instalment.state == "due", Instalment.due_on <= today, Case.party_id.not_in(suspended_parties()))
        )
        todos = []
        if count:
            todos.append(TodoRow("due", f"{count} 笔补贴待拨付", "可生成拨付批次", ("screen", "payments")))
        later = (
            select(func.count(Instalment.id))
            .join(Case, Case.id == Instalment.case_id)
            .where(Instalment.state == "planned", Instalment.due_on <= today + timedelta(days=SOON_DAYS))
            .where(Case.status.in_(("open", "closed")))
        )
        soon = session.scalar(later)
        if soon:
            words = f"{SOON_DAYS} 天内有 {soon} 笔后续期次可以申报"
            todos.append(TodoRow("normal", words, "看“拨付—期次日历”", CALENDAR))
        return todos

    def _calendar(self) -> list[TodoRow]:
        """Working days that nobody has entered, for whoever enters them."""
        if Role.ADMINISTRATOR not in self._desk.user.roles:
            return []
        warning = self._desk.holidays.warning()
        return [] if warning is None else [TodoRow("due", "节假日数据不全", warning, ("screen", "settings"))]

    def _returns(self, session: Session) -> list[TodoRow]:
        """Batches with something in the bank's file that a caseworker has to settle."""
        if Role.CASEWORKER not in self._desk.user.roles:
            return []
        query = (
            select(PaymentBatch, func.count(BankReturnRow.id))
            .join(BankReturn, BankReturn.batch_id == PaymentBatch.id)
            .join(BankReturnRow, BankReturnRow.return_id == BankReturn.id)
            .where(BankReturn.voided_reason.is_(None), BankReturnRow.settled_as.is_(None))
            .group_by(PaymentBatch.id)
        )
        return [
            TodoRow(
                "due", f"{shown_number(batch)}有 {count} 条回盘记录待处理", "银行结果与拨付不一致", ("batch", batch.id)
            )
            for batch, count in session.execute(query)
        ]

    def _prior(self, session: Session, today: date) -> list[TodoRow]:
        """历史补录 that waits for a second person, for whoever may be that; next instalments of awards begun before."""
        todos = []
        if self._desk.user.roles & {Role.REVIEWER, Role.HEAD}:
            waiting = (
                select(PriorBatch.id, PriorBatch.title, PriorBatch.rows)
                .where(PriorBatch.state == "entered", PriorBatch.entered_by != self._desk.user.id)
                .order_by(PriorBatch.id)
            )
            todos += [
                TodoRow("normal", f"历史补录第 {key} 批待确认", f"{title}，{rows} 行", ("prior", key))
                for key, title, rows in session.execute(waiting)
            ]
        if Role.CASEWORKER in self._desk.user.roles:
            soon = today + timedelta(days=SOON_DAYS)
            todos += [
                TodoRow(
                    "due" if award.next_on <= today else "normal",
                    f"{award.party} {award.clause_title}第 {award.last_number + 1} 期可以申报",
                    f"第 {award.last_number} 期 {award.last_on} 已兑现（历史补录）",
                    ("party", award.party_id),
                )
                for award in running_awards(session, self._desk.packs)
                if award.next_on <= soon
            ]
        return todos
