"""公示: batches of proposed cases shown to the public, objections to them, and their end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import SQLColumnExpression, exists, or_, select
from sqlalchemy.orm import Session

from caseworker.casework.notice import (
    NoticeState,
    earliest_last_day,
    why_not_close,
    why_not_publish,
    why_not_void,
)
from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.services.base import MAX_REASON, page_of, reason_of, record, text_problem
from caseworker.services.case_rows import case_query, case_row
from caseworker.services.case_situation import live_proposal
from caseworker.services.notice_views import OUTCOME_NAMES, notice_view, objection_view
from caseworker.services.rights import require
from caseworker.services.views import CaseRow, NoticeView, ObjectionView, Page, Role
from caseworker.services.workflow import notice_days, rules_of, work_calendar
from caseworker.store.models import Case, Decision, Document, Notice, NoticeCase, Objection, Proposal
from caseworker.store.sequences import next_number

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


_MOST_NAME = 100
_SHOWN_AT = ("notice", "decision")  # where a case stands while the public is asked


class NoticeService:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def page(
        self,
        policy: str | None = None,
        state: str | None = None,
        offset: int = 0,
        limit: int = 100,
        sort: str = "number",
        descending: bool = True,
    ) -> Page[NoticeView]:
        """`sort`: number, first_day, last_day, state. `state`: open, closed, voided."""
        query = select(Notice)
        if policy is not None:
            query = query.where(Notice.policy == policy)
        if state is not None:
            query = query.where(Notice.state == state)
        columns: dict[str, SQLColumnExpression[Any]] = {
            "first_day": Notice.first_day,
            "last_day": Notice.last_day,
            "state": Notice.state,
        }
        with self._desk.file.read() as session:
            return page_of(
                session,
                query,
                lambda row: notice_view(session, row[0]),
                offset=offset,
                limit=limit,
                order=(columns.get(sort, Notice.id), Notice.id),
                descending=descending,
            )

    def get(self, notice_id: int) -> NoticeView:
        with self._desk.file.read() as session:
            return notice_view(session, record(session, Notice, notice_id, "公示"))

    def waiting(self, policy: str | None = None) -> tuple[CaseRow, ...]:
        """Cases that have come to their notice and whose present proposal is in none yet.

        One that passed its review while the office held no notices, and waits for the decision, is among them.
        """
        shown = exists().where(
            NoticeCase.proposal_id == Proposal.id, NoticeCase.notice_id == Notice.id, Notice.state != "voided"
        )
        waiting = select(Proposal.case_id).where(Proposal.state == "live", Proposal.outcome == "granted", ~shown)
        query, _ = case_query()
        query = query.where(Case.status == "open", Case.id.in_(waiting))
        if policy is not None:
            query = query.where(Case.policy == policy)
        with self._desk.file.read() as session:
            held = [pack.id for pack in self._desk.packs if notice_days(session, self._desk.packs, pack.id)]
            query = query.where(or_(Case.step == "notice", (Case.step == "decision") & Case.policy.in_(held)))
            rows = session.execute(query.order_by(Case.number))
            return tuple(case_row(row, self._desk.packs) for row in rows)

    def publish(self, case_ids: Sequence[int], first_day: date | None = None) -> NoticeView:
        """One batch under one policy, from `first_day` (default today) for as many days as it asks for.

        Refusal with every reason when a case is not ready for it or is in a batch already.
        """
        require(self._desk, Role.CASEWORKER)
        if not case_ids:
            raise InvalidInput("请选择要公示的办件。", (Problem("case_ids", "请选择要公示的办件。"),))
        today = self._desk.clock.today()
        first = first_day or today
        with self._desk.file.write(self._desk.actor, "notice.publish") as work:
            session = work.session
            cases = [record(session, Case, case_id, "办件") for case_id in dict.fromkeys(case_ids)]
            policy = cases[0].policy
            days = notice_days(session, self._desk.packs, policy)
            reasons = [*why_not_publish(first, today)]
            proposals = {case.id: live_proposal(session, case.id) for case in cases}
            for case in cases:
                reasons.extend(self._why_not(session, case, policy, proposals[case.id]))
            if reasons:
                raise Refusal("notice-refused", "\n".join(reasons))
            last_day = earliest_last_day(first, days)
            notice = Notice(
                policy=policy,
                number=next_number(session, "notice", first.year),
                year=first.year,
                first_day=first,
                days=days,
                last_day=last_day,
                state=NoticeState.OPEN.value,
            )
            session.add(notice)
            session.flush()
            for case in cases:
                proposal = proposals[case.id]
                if proposal is not None:
                    session.add(
                        NoticeCase(
                            notice_id=notice.id,
                            case_id=case.id,
                            proposal_id=proposal.id,
                            instalment_no=case.instalment_no,
                        )
                    )
                case.due_on = last_day
            session.flush()
            work.subject("notice", notice.id)
            work.detail(cases=[case.number for case in cases], first_day=first, last_day=last_day)
            return notice_view(session, notice)

    def close(self, notice_id: int, note: str = "") -> NoticeView:
        """Ends a notice, on its last day at the earliest. Open objections hold up their own case only."""
        require(self._desk, Role.CASEWORKER, Role.HEAD)
        problems = _unreadable("note", note, MAX_REASON)
        if problems:
            raise InvalidInput(problems[0].message, tuple(problems))
        today = self._desk.clock.today()
        with self._desk.file.write(self._desk.actor, "notice.close") as work:
            notice = record(work.session, Notice, notice_id, "公示")
            work.subject("notice", notice.id)
            reasons = why_not_close(NoticeState(notice.state), notice.last_day, today)
            if reasons:
                raise Refusal("notice-not-over", "\n".join(reasons))
            notice.state = NoticeState.CLOSED.value
            notice.closed_on = today
            notice.closing_note = note.strip()
            work.session.flush()
            return notice_view(work.session, notice)

    def void(self, notice_id: int, reason: str) -> NoticeView:
        """作废公示: a wrong notice is taken back; its cases wait for another, its document is voided with it.

        It keeps its number and stays in the register, the objections to it stay on record and count as before.
        Refused once a case was decided on it.
        """
        require(self._desk, Role.CASEWORKER, Role.HEAD)
        reason = reason_of(reason, "请写明作废公示的原因。")
        today = self._desk.clock.today()
        with self._desk.file.write(self._desk.actor, "notice.void", reason=reason) as work:
            session = work.session
            notice = record(session, Notice, notice_id, "公示")
            work.subject("notice", notice.id)
            shown = select(NoticeCase.proposal_id).where(NoticeCase.notice_id == notice.id)
            decided = session.scalars(
                select(Case.number)
                .join(Decision, Decision.case_id == Case.id)
                .where(Decision.proposal_id.in_(shown))
                .order_by(Case.number)
            )
            reasons = why_not_void(NoticeState(notice.state), tuple(decided))
            if reasons:
                raise Refusal("notice-stands", "\n".join(reasons))
            closed = (
                "" if notice.closed_on is None else f"（{notice.closed_on} 曾结束公示：{notice.closing_note or '无'}）"
            )
            notice.state = NoticeState.VOIDED.value
            notice.closed_on, notice.closing_note = today, f"{reason}{closed}"
            for case in session.scalars(
                select(Case).join(Proposal, Proposal.case_id == Case.id).where(Proposal.id.in_(shown))
            ):
                if case.status == "open" and case.step == "notice":
                    limit = rules_of(self._desk.packs[case.policy]).step(case.step).working_days
                    calendar = work_calendar(session)
                    case.due_on = None if limit is None else calendar.after_working_days(today, limit).day
            letters = select(Document).where(Document.notice_id == notice.id, Document.state == "issued")
            for letter in session.scalars(letters):
                letter.state, letter.voided_reason = "voided", f"公示作废：{reason}"
            session.flush()
            work.detail(cases=[number for _, number, _, _ in notice_view(session, notice).cases])
            return notice_view(session, notice)

    # ---- objections ------------------------------------------------------------------------

    def objections(self, notice_id: int) -> tuple[ObjectionView, ...]:
        with self._desk.file.read() as session:
            record(session, Notice, notice_id, "公示")
            rows = session.scalars(select(Objection).where(Objection.notice_id == notice_id).order_by(Objection.id))
            return tuple(objection_view(session, row) for row in rows)

    def object(
        self, notice_id: int, case_id: int, objector: str, matter: str, received_on: date | None = None
    ) -> ObjectionView:
        """Records an objection to one case of a notice; it counts until somebody else has settled it."""
        require(self._desk, Role.CASEWORKER, Role.REVIEWER, Role.HEAD)
        today = self._desk.clock.today()
        received = received_on or today
        problems = [
            *_unreadable("objector", objector, _MOST_NAME, "请填写异议人。"),
            *_unreadable("matter", matter, MAX_REASON, "请填写异议内容。"),
        ]
        with self._desk.file.write(self._desk.actor, "notice.object") as work:
            notice = record(work.session, Notice, notice_id, "公示")
            if not notice.first_day <= received <= today:
                problems.append(Problem("received_on", f"收到日期应在公示首日 {notice.first_day} 至今天之间。"))
            if problems:
                raise InvalidInput("异议记录不完整，尚未保存。", tuple(problems))
            case = record(work.session, Case, case_id, "办件")
            shown = work.session.scalar(
                select(NoticeCase.proposal_id).where(NoticeCase.notice_id == notice_id, NoticeCase.case_id == case_id)
            )
            if shown is None:
                raise Refusal("not-in-notice", f"{case.number} 不在这次公示中。")
            if case.step not in _SHOWN_AT:
                raise Refusal("already-decided", f"{case.number} 已不在公示阶段，请按信访或监管线索另行登记。")
            proposal = live_proposal(work.session, case.id)
            if proposal is None or proposal.id != shown:
                words = f"{case.number} 在这次公示之后已退回重新办理，请登记到它最近一次公示中。"
                raise Refusal("shown-anew", words)
            row = Objection(
                notice_id=notice_id,
                case_id=case_id,
                received_on=received,
                objector=objector.strip(),
                matter=matter.strip(),
            )
            work.session.add(row)
            work.session.flush()
            work.subject("notice", notice.id)
            work.detail(case=case.number, objection=row.id)
            return objection_view(work.session, row)

    def settle_objection(self, objection_id: int, handling: str, outcome: str) -> ObjectionView:
        """Records how an objection was handled. `outcome`: upheld or dismissed; an upheld one sends the case back."""
        require(self._desk, Role.REVIEWER, Role.HEAD)
        problems = _unreadable("handling", handling, MAX_REASON, "请填写核查和处理情况。")
        if outcome not in OUTCOME_NAMES or outcome == "open":
            problems.append(Problem("outcome", "请选择异议成立或不成立。"))
        if problems:
            raise InvalidInput("处理情况不完整，尚未保存。", tuple(problems))
        with self._desk.file.write(self._desk.actor, "notice.settle", reason=handling.strip()) as work:
            row = record(work.session, Objection, objection_id, "异议")
            if row.outcome != "open":
                raise Refusal("already-settled", "这件异议已有结论，不能再改。")
            case = record(work.session, Case, row.case_id, "办件")
            if self._desk.user.id in (case.officer_id, case.proposer_id):
                raise Refusal("own-case", f"您是 {case.number} 的经办人，异议应由其他人核查处理。")
            row.handling = handling.strip()
            row.outcome = outcome
            work.session.flush()
            work.subject("notice", row.notice_id)
            work.detail(objection=row.id, outcome=outcome)
            return objection_view(work.session, row)

    # ---- inside ----------------------------------------------------------------------------

    @staticmethod
    def _why_not(session: Session, case: Case, policy: str, proposal: Proposal | None) -> list[str]:
        reasons = []
        if case.policy != policy:
            reasons.append(f"{case.number} 不属于同一政策，请分批公示。")
        if case.step not in _SHOWN_AT or case.status != "open" or proposal is None or proposal.outcome != "granted":
            return [*reasons, f"{case.number} 现不在公示环节，不能列入公示。"]
        shown = session.scalar(
            select(Notice.id)
            .join(NoticeCase, NoticeCase.notice_id == Notice.id)
            .where(NoticeCase.proposal_id == proposal.id, Notice.state != "voided")
            .limit(1)
        )
        if shown is not None:
            reasons.append(f"{case.number} 已列入公示，不能重复公示。")
        return reasons


def _unreadable(field: str, text: str, most: int, missing: str = "") -> list[Problem]:
    """What is wrong with typed words; nothing where they may be left out and are."""
    trouble = text_problem(text.strip(), most, lines=True) if text.strip() else missing
    return [Problem(field, trouble)] if trouble else []
