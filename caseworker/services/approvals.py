"""一事一议: approvals of the authority for one party, which feed the amount and reference of the case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.services.approval_facts import KIND, granted_references
from caseworker.services.attached import attachment_of
from caseworker.services.base import like, page_of, reason_of, record, text_problem
from caseworker.services.fund_program import MOST
from caseworker.services.rights import require
from caseworker.services.views import Page, Role
from caseworker.store.models import Party, SpecialApproval, User
from caseworker.values.money import Money

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """`used_by`: the number of the case that was granted on it, or empty."""

    id: int
    policy: str
    clause: str
    clause_title: str
    party_id: int
    party: str
    reference: str
    approved_on: date
    amount: Money
    matter: str
    attachment_id: int | None
    entered_on: date
    entered_by: str
    voided_reason: str | None
    used_by: str


class ApprovalProgram:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def clauses(self) -> tuple[tuple[str, str, str, str], ...]:
        """(policy, its title, clause, title) of every clause that pays by special approval."""
        return tuple(
            (pack.id, pack.short_title, clause.id, clause.title)
            for pack in self._desk.policies.packs()
            for clause in pack.clauses.values()
            if clause.kind == KIND
        )

    def page(
        self,
        search: str = "",
        policy: str | None = None,
        party_id: int | None = None,
        offset: int = 0,
        limit: int = 100,
        sort: str = "approved_on",
        descending: bool = True,
    ) -> Page[ApprovalRow]:
        """Approvals by party, reference or matter. `sort`: approved_on, party, reference, amount."""
        query = (
            select(SpecialApproval, Party.name, User.name)
            .join(Party, Party.id == SpecialApproval.party_id)
            .join(User, User.id == SpecialApproval.entered_by)
        )
        if search.strip():
            anywhere = like(search.strip())
            query = query.where(
                or_(
                    Party.name.like(anywhere, escape="\\"),
                    Party.initials.like(like(search.strip().lower()), escape="\\"),
                    SpecialApproval.reference.like(anywhere, escape="\\"),
                    SpecialApproval.matter.like(anywhere, escape="\\"),
                )
            )
        if policy is not None:
            query = query.where(SpecialApproval.policy == policy)
        if party_id is not None:
            query = query.where(SpecialApproval.party_id == party_id)
        columns = {
            "approved_on": SpecialApproval.approved_on,
            "party": Party.initials,
            "reference": SpecialApproval.reference,
            "amount": SpecialApproval.amount,
        }
        with self._desk.file.read() as session:
            return page_of(
                session,
                query,
                lambda row: self._row(session, row[0], row[1], row[2]),
                offset=offset,
                limit=limit,
                order=(columns.get(sort, SpecialApproval.approved_on), SpecialApproval.id),
                descending=descending,
            )

    def enter(
        self,
        policy: str,
        clause: str,
        party_id: int,
        *,
        reference: str,
        approved_on: date,
        amount: Money,
        matter: str,
        path: Path | None = None,
    ) -> int:
        """Records an approval, with its paper where there is a scan. For caseworkers; every wrong field at once."""
        require(self._desk, Role.CASEWORKER)
        if (policy, clause) not in {(one, other) for one, _, other, _ in self.clauses()}:
            raise Refusal("not-special", "这项条款不按一事一议兑现。")
        problems = []
        for name, text, longest, missing in (
            ("reference", reference.strip(), 100, "请填写批准文号或会议纪要编号。"),
            ("matter", matter.strip(), 1000, "请写明批准的事项。"),
        ):
            trouble = text_problem(text, longest, lines=name == "matter") if text else missing
            if trouble:
                problems.append(Problem(name, trouble))
        if approved_on > self._desk.clock.today():
            problems.append(Problem("approved_on", "批准日期不能晚于今天。"))
        if not Money.zero() < amount <= MOST:
            problems.append(Problem("amount", "批准金额应大于 0。"))
        if problems:
            raise InvalidInput("批准记录有误，尚未保存。", tuple(problems))
        # Kept before the transaction: an attachment no row points to harms nobody, the reverse would.
        stored = None if path is None else self._desk.file.attachments.put(path)
        with self._desk.file.write(self._desk.actor, "approval.enter") as work:
            session = work.session
            party = record(session, Party, party_id, "企业档案")
            rule = self._desk.packs[policy].clauses[clause]
            if rule.payee != party.kind.replace("-", "_"):
                raise Refusal("not-for-party", f"“{rule.title}”不适用于“{party.name}”这类对象。")
            twice = session.scalar(
                select(SpecialApproval.id).where(
                    SpecialApproval.party_id == party.id,
                    SpecialApproval.policy == policy,
                    SpecialApproval.clause == clause,
                    SpecialApproval.reference == reference.strip(),
                    SpecialApproval.voided_reason.is_(None),
                )
            )
            if twice is not None:
                raise Refusal("approval-twice", f"“{party.name}”已登记过批准文号“{reference.strip()}”。")
            attachment = None
            if stored is not None and path is not None:
                attachment = attachment_of(session, path.name, *stored, self._desk.clock.now())
            row = SpecialApproval(
                policy=policy,
                clause=clause,
                party_id=party.id,
                reference=reference.strip(),
                approved_on=approved_on,
                amount=amount,
                matter=matter.strip(),
                attachment_id=None if attachment is None else attachment.id,
                entered_on=self._desk.clock.today(),
                entered_by=self._desk.user.id,
            )
            session.add(row)
            session.flush()
            work.subject("approval", row.id)
            return row.id

    def void(self, approval_id: int, reason: str) -> None:
        """Takes a wrong entry back. Refusal where a case was granted on it. For caseworkers."""
        require(self._desk, Role.CASEWORKER)
        reason = reason_of(reason, "请写明作废的原因。")
        with self._desk.file.write(self._desk.actor, "approval.void", reason=reason) as work:
            row = record(work.session, SpecialApproval, approval_id, "批准记录")
            if row.voided_reason is not None:
                raise Refusal("already-voided", "这条批准记录已经作废。")
            used = self._used_by(work.session, row)
            if used:
                raise Refusal("approval-used", f"办件 {used} 已据此兑现，不能作废。")
            work.subject("approval", row.id)
            row.voided_reason = reason

    def _row(self, session: Session, row: SpecialApproval, party: str, user: str) -> ApprovalRow:
        pack = self._desk.packs.get(row.policy)
        return ApprovalRow(
            id=row.id,
            policy=row.policy,
            clause=row.clause,
            clause_title=row.clause if pack is None else pack.clauses[row.clause].title,
            party_id=row.party_id,
            party=party,
            reference=row.reference,
            approved_on=row.approved_on,
            amount=row.amount,
            matter=row.matter,
            attachment_id=row.attachment_id,
            entered_on=row.entered_on,
            entered_by=user,
            voided_reason=row.voided_reason,
            used_by=self._used_by(session, row),
        )

    def _used_by(self, session: Session, row: SpecialApproval) -> str:
        pack = self._desk.packs.get(row.policy)
        if pack is None:
            return ""
        granted = granted_references(session, pack.clauses[row.clause], row.policy, row.party_id, None)
        return granted.get(row.reference, "")
