"""工作台: what must be done today, how the fund stands, and the one search box."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import SQLColumnExpression, exists, func, literal, or_, select, union
from sqlalchemy.orm import Session

from caseworker.services.base import like, number_found
from caseworker.services.case_situation import fund_facts
from caseworker.services.dossiers import code_shown
from caseworker.services.employment import current_employments, current_internships
from caseworker.services.oversight_todos import oversight_todos
from caseworker.services.payment_words import shown_number
from caseworker.services.prior_running import running_awards
from caseworker.services.suspensions import suspended_parties
from caseworker.services.views import FundView, Home, Role, SearchHit, TodoRow
from caseworker.services.workflow import office_of, rules_of
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
    Person,
    PersonFact,
    PriorBatch,
)
from caseworker.values.masking import mask_id_number

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

MOST_TODOS = 100
SOON_DAYS = 30  # ahead of which a next instalment is shown


# 〔2023〕 is typed in whatever brackets the keyboard has
_BRACKETS = {
    "[": "〔",
    "（": "〔",
    "(": "〔",
    "【": "〔",
    "［": "〔",
    "]": "〕",
    "）": "〕",
    ")": "〕",
    "】": "〕",
    "］": "〕",
}


def _fold(text: str) -> str:
    """Brackets of letter numbers in one form, white space left out."""
    return "".join("".join(_BRACKETS.get(sign, sign) for sign in text).split())


def _folded(column: SQLColumnExpression[str]) -> SQLColumnExpression[str]:
    for sign, kept in _BRACKETS.items():
        column = func.replace(column, sign, kept)
    return func.replace(column, " ", "")


class HomeService:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def overview(self) -> Home:
        """Today's list for the signed-in user, overdue first."""
        today = self._desk.clock.today()
        backup = self._desk.file.latest_backup()
        with self._desk.file.read() as session:
            todos = [*self._notices(session, today), *self._cases(session, today)]
            todos += [*self._letters(session), *self._instalments(session, today), *self._prior(session, today)]
            todos += [*self._returns(session), *oversight_todos(session, self._desk.user.roles, today)]
            todos += self._calendar()
            order = {"overdue": 0, "due": 1, "normal": 2}
            todos.sort(key=lambda todo: order[todo.urgency])
            return Home(
                todos=tuple(todos[:MOST_TODOS]),
                funds=self._funds(session, today.year),
                counts=self._counts(session),
                backup_at=None if backup is None else datetime.fromisoformat(backup.made_at),
                gap=self._desk.file.gap.message if self._desk.file.gap is not None else None,
            )

    def search(self, text: str, limit: int = 20) -> tuple[SearchHit, ...]:
        """Companies by name, initials or code, cases and letters by number, people by name or ID number."""
        text = text.strip()
        if not text:
            return ()
        anywhere = like(text)
        with self._desk.file.read() as session:
            hits: list[SearchHit] = []
            parties = (
                select(Party)
                .where(
                    or_(
                        Party.name.like(anywhere, escape="\\"),
                        Party.initials.like(like(text.lower()), escape="\\"),
                        number_found(Party.code, text),
                    )
                )
                .order_by(Party.initials, Party.id)
                .limit(limit)
            )
            for party in session.scalars(parties):
                code = code_shown(party.kind, party.code) or ""
                hits.append(SearchHit("party", party.id, party.name, code, ("party", party.id)))
            cases = (
                select(Case.id, Case.number, Party.name)
                .join(Party, Party.id == Case.party_id)
                .where(Case.number.like(anywhere, escape="\\"))
                .order_by(Case.id.desc())
                .limit(limit)
            )
            for case_id, number, party_name in session.execute(cases):
                hits.append(SearchHit("case", case_id, number, party_name, ("case", case_id)))
            documents = (
                select(Document.id, Document.shown_number, Document.title, Document.case_id)
                .where(_folded(Document.shown_number).like(like(_fold(text)), escape="\\"))
                .order_by(Document.id.desc())
                .limit(limit)
            )
            for document_id, number, title, _ in session.execute(documents):
                hits.append(SearchHit("document", document_id, number, title, ("document", document_id)))
            hits.extend(self._people(session, text, limit))
            return tuple(hits[:limit])

    @staticmethod
    def _people(session: Session, text: str, limit: int) -> list[SearchHit]:
        """People by name, by the whole of their initials, or by number, once for every party that knows them."""
        readings = literal(" ").concat(Person.initials).concat(" ")
        those = session.execute(
            select(Person.id, Person.name, Person.id_number)
            .where(
                or_(
                    Person.name.like(like(text), escape="\\"),
                    readings.like(like(f" {text.lower()} "), escape="\\"),
                    number_found(Person.id_number, text),
                )
            )
            .order_by(Person.name, Person.id)
            .limit(limit)
        ).all()
        ids = [row.id for row in those]
        employed, interns = current_employments(), current_internships()
        knows = union(
            select(employed.c.person_id, employed.c.party_id).where(employed.c.person_id.in_(ids)),
            select(interns.c.person_id, interns.c.party_id).where(interns.c.person_id.in_(ids)),
            select(PersonFact.person_id, PersonFact.party_id)
            .where(PersonFact.person_id.in_(ids))
            .where(PersonFact.voided_reason.is_(None)),
            select(Person.id, Party.id)
            .join(Party, (Party.code == Person.id_number) & (Party.kind == "person"))
            .where(Person.id.in_(ids)),
        ).subquery("knows")
        query = (
            select(knows.c.person_id, Party.id, Party.name)
            .join(Party, Party.id == knows.c.party_id)
            .order_by(knows.c.person_id, Party.id)
        )
        parties: dict[int, list[tuple[int, str]]] = {}
        for person, party_id, party in session.execute(query):
            parties.setdefault(person, []).append((party_id, party))
        return [
            SearchHit("person", key, name, f"{mask_id_number(number)}  {party}", ("person", f"{party_id}/{key}"))
            for key, name, number in those
            for party_id, party in parties.get(key, ())
        ]

    # ---- parts of the overview -------------------------------------------------------------

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
            detail = party if case.due_on is None else f"{party}　应于 {case.due_on.isoformat()} 前办结"
            todos.append(
                TodoRow("overdue" if overdue else "normal", f"{case.number} 待{act}", detail, ("case", case.id))
            )
        return todos

    def _letters(self, session: Session) -> list[TodoRow]:
        """Letters waiting for the seal."""
        if Role.SEAL_KEEPER not in self._desk.user.roles:
            return []
        query = (
            select(Document.id, Document.shown_number, Party.name)
            .join(Party, Party.id == Document.party_id)
            .where(Document.kind == "decision", Document.state == "issued", Document.sealed_attachment_id.is_(None))
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
            todos.append(TodoRow("normal", words, "看“拨付—期次日历”", ("screen", "payments")))
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

    def _funds(self, session: Session, year: int) -> tuple[FundView, ...]:
        views = []
        for policy in office_of(session).policies:
            pack = self._desk.packs.get(policy)
            fund = None if pack is None else fund_facts(session, self._desk.packs, policy, year)
            if pack is not None and fund is not None:
                views.append(FundView(policy, pack.short_title, year, fund.budget, fund.committed, fund.paid))
        return tuple(views)

    def _counts(self, session: Session) -> tuple[tuple[str, str, int], ...]:
        open_cases = select(Case.step, func.count(Case.id)).where(Case.status == "open").group_by(Case.step)
        found: dict[str, int] = {}
        for step, count in session.execute(open_cases):
            found[step] = count
        names: dict[str, str] = {}
        for policy in office_of(session).policies:
            pack = self._desk.packs.get(policy)
            for rule in () if pack is None else rules_of(pack).steps:
                names.setdefault(rule.id, rule.name)
        return tuple((step, name, found.get(step, 0)) for step, name in names.items())
