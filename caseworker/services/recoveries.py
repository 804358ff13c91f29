"""追回: money of a paid instalment ordered back from the payee, and its coming in. A claim until it is received."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from caseworker.casework.fund import InstalmentState
from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.services.base import like, page_of, reason_of, record, text_problem
from caseworker.services.oversight_checks import issued_letter
from caseworker.services.oversight_views import PaidInstalment, RecoveryRow
from caseworker.services.prior_recoveries import paid_before, payment_of
from caseworker.services.recovery_counts import people_back
from caseworker.services.recovery_rows import OVERDUE, STATES, paid_instalment, recovery_query, row_of, too_much
from caseworker.services.rights import require
from caseworker.services.room_used import granted_since, refuse_used
from caseworker.services.views import Page, Role
from caseworker.store.models import (
    Case,
    Document,
    Instalment,
    Party,
    PersonAward,
    PriorGrant,
    Recovery,
)
from caseworker.store.work import Work
from caseworker.values.money import Money

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

_ENDED = "ended"
_SOME = 900  # keys a query


@dataclass(frozen=True, slots=True)
class RecoveryForm:
    """`people`: of whose awards it takes back how much, by person id; needed where the money was awarded by person.

    Of 历史补录: `prior_grant_id` as `PaidInstalment` has it, and `instalment_id` 0.
    """

    instalment_id: int
    amount: Money
    reason: str
    due_on: date | None
    people: Mapping[int, Money] = field(default_factory=dict)
    prior_grant_id: int = 0


class RecoveryService:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def payable(self, party_id: int) -> tuple[PaidInstalment, ...]:
        """What a party was paid, here and before this program, that something can still be ordered back of, newest
        first."""
        query = (
            select(Instalment, Case)
            .join(Case, Case.id == Instalment.case_id)
            .where(Case.party_id == party_id, Instalment.state == InstalmentState.PAID.value)
            .order_by(Instalment.id.desc())
        )
        with self._desk.file.read() as session:
            found = [
                paid_instalment(session, self._desk.packs, instalment, case)
                for instalment, case in session.execute(query)
            ]
            found += [one.view(self._desk.packs) for one in paid_before(session, party_id)]
            return tuple(one for one in found if one.left)

    def page(
        self,
        search: str = "",
        state: str | None = None,
        party_id: int | None = None,
        *,
        offset: int = 0,
        limit: int = 100,
        sort: str = "ordered_on",
        descending: bool = True,
    ) -> Page[RecoveryRow]:
        """`state`: ordered, received, voided, overdue. `sort`: ordered_on, due_on, party, amount, state.

        The rows leave out the people; `get` names them.
        """
        today = self._desk.clock.today()
        query = recovery_query()
        if search.strip():
            anywhere = like(search.strip())
            query = query.where(
                or_(
                    Party.name.like(anywhere, escape="\\"),
                    Party.initials.like(like(search.strip().lower()), escape="\\"),
                    Case.number.like(like(search.strip().upper()), escape="\\"),
                    Recovery.reason.like(anywhere, escape="\\"),
                )
            )
        if party_id is not None:
            query = query.where(Recovery.party_id == party_id)
        if state == OVERDUE:
            query = query.where(Recovery.state == "ordered", Recovery.due_on < today)
        elif state is not None:
            query = query.where(Recovery.state == state)
        columns: dict[str, Any] = {
            "due_on": Recovery.due_on,
            "party": Party.initials,
            "amount": Recovery.amount,
            "state": Recovery.state,
        }
        with self._desk.file.read() as session:
            return page_of(
                session,
                query,
                lambda row: row_of(session, self._desk.packs, today, row, people=False),
                offset=offset,
                limit=limit,
                order=(columns.get(sort, Recovery.id), Recovery.id),
                descending=descending,
            )

    def get(self, recovery_id: int) -> RecoveryRow:
        with self._desk.file.read() as session:
            return self._one(session, recovery_id)

    def order(self, form: RecoveryForm) -> RecoveryRow:
        """The head orders money back. Never more than was paid, all recoveries together.

        InvalidInput by field (amount, reason, due_on, people, people.ID); Refusal for an instalment that is not paid.
        Nothing is given back to caps or fund before the money is in.
        """
        require(self._desk, Role.HEAD)
        today = self._desk.clock.today()
        reason = form.reason.strip()
        problems = []
        trouble = text_problem(reason, 1000, lines=True) if reason else "请写明追回的事实和理由。"
        if trouble:
            problems.append(Problem("reason", trouble))
        if form.due_on is None or form.due_on < today:
            problems.append(Problem("due_on", "请填写缴回期限，不早于今天。"))
        if form.amount <= Money.zero():
            problems.append(Problem("amount", "追回金额应大于 0。"))
        with self._desk.file.write(self._desk.actor, "recovery.order", reason=reason) as work:
            session = work.session
            if form.prior_grant_id:
                return self._order_prior(work, form, reason, problems)
            instalment = record(session, Instalment, form.instalment_id, "款项")
            case = record(session, Case, instalment.case_id, "办件")
            if instalment.state != InstalmentState.PAID.value:
                raise Refusal("not-paid", f"{case.number} 第 {instalment.number} 期没有拨付，无款可追。")
            found = paid_instalment(session, self._desk.packs, instalment, case)
            if form.amount > found.left:
                problems.append(Problem("amount", too_much(found)))
            else:
                problems += _people_problems(form, found, _awarded(session, instalment.decision_id))
            if problems:
                raise InvalidInput("追回有误，尚未保存。", tuple(problems))
            row = Recovery(
                party_id=case.party_id,
                instalment_id=instalment.id,
                amount=form.amount,
                reason=reason,
                ordered_on=today,
                ordered_by=self._desk.user.id,
                due_on=form.due_on,
                received=Money.zero(),
                people={str(person): str(amount) for person, amount in sorted(form.people.items()) if amount},
                state="ordered",
            )
            session.add(row)
            session.flush()
            work.subject("party", row.party_id)
            work.detail(case=case.number, amount=str(form.amount), people=len(row.people))
            return self._one(session, row.id)

    def receive(self, recovery_id: int, amount: Money, received_on: date) -> RecoveryRow:
        """Money came in, the whole or a part. Caps of the payee and the fund have that room again from now on; what it
        takes from people's awards counts when all of it is in. For caseworkers and the head."""
        require(self._desk, Role.CASEWORKER, Role.HEAD)
        with self._desk.file.write(self._desk.actor, "recovery.receive") as work:
            row = self._ordered(work, recovery_id)
            problems = []
            left = row.amount - row.received
            if not Money.zero() < amount <= left:
                problems.append(Problem("amount", f"还应收回 {left.shown()} 元，实收金额应大于 0、不超过这个数。"))
            first = row.ordered_on if row.received_on is None else row.received_on
            if not first <= received_on <= self._desk.clock.today():
                problems.append(Problem("received_on", f"收到日期应在 {first} 至今天之间。"))
            if problems:
                raise InvalidInput("收款登记有误，尚未保存。", tuple(problems))
            row.received, row.received_on = row.received + amount, received_on
            if row.received == row.amount:
                row.state = "received"
            work.session.flush()
            _settle_awards(work.session, row)
            work.detail(amount=str(amount), received=str(row.received))
            return self._one(work.session, row.id)

    def undo_receipt(self, recovery_id: int, reason: str, *, despite: bool = False) -> RecoveryRow:
        """What was registered as received was not: all of it waits again. By the head, with a reason.

        The room that it gave may have been granted since: those cases are named and it is refused, unless `despite`.
        """
        require(self._desk, Role.HEAD)
        reason = reason_of(reason, "请写明撤销收款登记的原因。")
        with self._desk.file.write(self._desk.actor, "recovery.undo-receipt", reason=reason) as work:
            row = record(work.session, Recovery, recovery_id, "追回")
            work.subject("party", row.party_id)
            if row.state == "voided" or not row.received:
                raise Refusal("nothing-received", "这笔追回没有收款登记，不需要撤销。")
            used = self._granted_since(work.session, row)
            if not despite:
                refuse_used(used, "登记收款")
            work.detail(received=str(row.received), resting=list(used))
            row.state, row.received, row.received_on = "ordered", Money.zero(), None
            work.session.flush()
            _settle_awards(work.session, row)
            return self._one(work.session, row.id)

    def void(self, recovery_id: int, reason: str) -> RecoveryRow:
        """An order that should not have been made: by the head, with a reason, while nothing of it was received."""
        require(self._desk, Role.HEAD)
        reason = reason_of(reason, "请写明作废的原因。")
        with self._desk.file.write(self._desk.actor, "recovery.void", reason=reason) as work:
            row = self._ordered(work, recovery_id)
            if row.received:
                raise Refusal("received", f"已收回 {row.received.shown()} 元，不能作废。登记有误的，请先撤销收款登记。")
            letter = issued_letter(work.session, Document.recovery_id == row.id)
            if letter is not None:
                raise Refusal("letter-out", f"已据此发出{letter}，请先作废该文书。")
            row.state, row.voided_reason = "voided", reason
            work.session.flush()
            return self._one(work.session, row.id)

    # ---- inside --------------------------------------------------------------------------------

    def _granted_since(self, session: Session, row: Recovery) -> tuple[str, ...]:
        """What was granted in the room that it gave: of the same clause, since it was ordered."""
        people = [int(person) for person in row.people]
        if row.instalment_id is None:
            grant = record(session, PriorGrant, row.prior_grant_id or 0, "历史兑现补录")
            return granted_since(session, row.party_id, grant.policy, grant.clause, people, row.ordered_on, 0)
        case = record(session, Case, record(session, Instalment, row.instalment_id, "款项").case_id, "办件")
        return granted_since(session, row.party_id, case.policy, case.clause, people, row.ordered_on, case.id)

    def _order_prior(self, work: Work, form: RecoveryForm, reason: str, problems: list[Problem]) -> RecoveryRow:
        """Of a payment from before this program: what it was and whom it was for, 历史补录 says."""
        session = work.session
        payment = payment_of(session, form.prior_grant_id)
        if payment is None:
            raise Refusal("not-paid", "这笔历史兑现补录没有经第二人确认，或者已经作废，不能追回。请刷新后再试。")
        found = payment.view(self._desk.packs)
        if form.amount > found.left:
            problems.append(Problem("amount", too_much(found)))
        else:
            problems += payment.problems(form.amount, form.people)
        if problems:
            raise InvalidInput("追回有误，尚未保存。", tuple(problems))
        row = Recovery(
            party_id=payment.first.party_id,
            prior_grant_id=payment.first.id,
            amount=form.amount,
            reason=reason,
            ordered_on=self._desk.clock.today(),
            ordered_by=self._desk.user.id,
            due_on=form.due_on,
            received=Money.zero(),
            people={str(person): str(amount) for person, amount in sorted(form.people.items()) if amount},
            prior=payment.shares(form.amount, form.people),
            state="ordered",
        )
        session.add(row)
        session.flush()
        work.subject("party", row.party_id)
        work.detail(case=found.case_number, amount=str(form.amount), people=len(row.people))
        return self._one(session, row.id)

    def _ordered(self, work: Work, recovery_id: int) -> Recovery:
        row = record(work.session, Recovery, recovery_id, "追回")
        work.subject("party", row.party_id)
        if row.state != "ordered":
            raise Refusal("not-open", f"这笔追回{STATES[row.state]}，不能再办理。")
        return row

    def _one(self, session: Session, recovery_id: int) -> RecoveryRow:
        row = session.execute(recovery_query().where(Recovery.id == recovery_id)).first()
        if row is None:
            raise Refusal("not-found", "找不到这笔追回，请刷新列表后再试。")
        return row_of(session, self._desk.packs, self._desk.clock.today(), row)


def _awarded(session: Session, decision_id: int) -> Money:
    """What a decision awards to people in all; nothing where it awards to the payee as a whole."""
    amounts = session.scalars(select(PersonAward.amount).where(PersonAward.decision_id == decision_id))
    return sum(amounts, Money.zero())


def _people_problems(form: RecoveryForm, found: PaidInstalment, awarded: Money) -> list[Problem]:
    """Whose awards it takes back: named wherever money was awarded by person, in sum what is ordered back.

    A deduction for benefits from elsewhere may have made the payment smaller than the awards together; by that much
    the people's sum may be the larger.
    """
    named = {person: amount for person, amount in form.people.items() if amount}
    if not awarded:
        return [Problem("people", "这笔款项不是按人核定的，不填人员。")] if named else []
    left = {share.person_id: share for share in found.people}
    problems = []
    for person, amount in named.items():
        share = left.get(person)
        if share is None:
            problems.append(Problem(f"people.{person}", "这个人不在本笔款项的人员名单上，或者已全部追回。"))
        elif not Money.zero() < amount <= share.amount:
            words = f"{share.name}最多还可追回 {share.amount.shown()} 元。"
            problems.append(Problem(f"people.{person}", words))
    total = sum(named.values(), Money.zero())
    most = form.amount + max(Money.zero(), awarded - found.amount)
    if not problems and not form.amount <= total <= most:
        words = f"所列人员合计 {total.shown()} 元，应与追回金额 {form.amount.shown()} 元一致。"
        problems.append(Problem("people", words))
    return problems


def _settle_awards(session: Session, recovery: Recovery) -> None:
    """An award that was all taken back gives back its room: its months and parts may be claimed anew. What 历史补录
    says stays as it is; what was received back is taken from it where it counts."""
    if recovery.instalment_id is None:
        return
    instalment = record(session, Instalment, recovery.instalment_id, "款项")
    back = people_back(session, instalment.decision_id).get(instalment.decision_id, {})
    for award in session.scalars(select(PersonAward).where(PersonAward.decision_id == instalment.decision_id)):
        if str(award.person_id) not in recovery.people:
            continue
        gone = back.get(award.person_id, Money.zero()) >= award.amount
        if gone and award.state != _ENDED:
            award.state = _ENDED
        elif not gone and award.state == _ENDED:
            award.state = "paid"
