"""办件: taken in, checked, calculated, proposed and moved through their steps, each act one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from caseworker.casework.acceptance import why_not_accepted_on
from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.policy import Clause, Pack
from caseworker.services.award_years import FIELD, goes_by_year, year_problem
from caseworker.services.award_years import NAME as AWARD_YEAR
from caseworker.services.base import MAX_REASON, like, page_of, record, text_problem
from caseworker.services.case_calculation import frozen_view, line_names, live_view, recheck, work
from caseworker.services.case_detail import case_detail
from caseworker.services.case_differences import with_papers
from caseworker.services.case_facts import is_derived
from caseworker.services.case_moves import log, make_move
from caseworker.services.case_papers import Cancel, CasePapers, Progress, open_checklist, refuse_filed
from caseworker.services.case_repeats import why_not_open
from caseworker.services.case_rows import case_query, case_row
from caseworker.services.case_situation import OPEN_STEPS, live_proposal
from caseworker.services.fact_values import read_value
from caseworker.services.prior_instalments import next_instalment
from caseworker.services.rights import require
from caseworker.services.views import CalculationView, CaseDetail, CaseRow, Page, PaperChange, PaperView, Role
from caseworker.services.workflow import rules_of
from caseworker.store.models import Case, CaseFact, Decision, Party, Proposal
from caseworker.store.sequences import next_number

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


class CaseService:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._papers = CasePapers(desk)

    # ---- finding ---------------------------------------------------------------------------

    def page(
        self,
        search: str = "",
        step: str | None = None,
        status: str | None = None,
        party_id: int | None = None,
        offset: int = 0,
        limit: int = 100,
        sort: str = "number",
        descending: bool = True,
    ) -> Page[CaseRow]:
        """Cases by number or party. `sort`: number, party, policy, clause, as_of, step, status, officer, amount."""
        query, columns = case_query()
        text = search.strip()
        if text:
            query = query.where(
                or_(
                    Case.number.like(like(text.upper()), escape="\\"),
                    Party.name.like(like(text), escape="\\"),
                    Party.initials.like(like(text.lower()), escape="\\"),
                )
            )
        if step is not None:
            query = query.where(Case.step == step)
        if status is not None:
            query = query.where(Case.status == status)
        if party_id is not None:
            query = query.where(Case.party_id == party_id)
        with self._desk.file.read() as session:
            return page_of(
                session,
                query,
                lambda row: case_row(row, self._desk.packs),
                offset=offset,
                limit=limit,
                order=(columns.get(sort, Case.number), Case.id),
                descending=descending,
            )

    def clauses_for(self, party_id: int) -> tuple[tuple[str, str, str, str, str], ...]:
        """(policy, its title, clause, number, title) of every clause of this office's policies open to the party.

        Clauses that pay nothing, or cannot tell a repeated claim, are for the calculator only.
        """
        with self._desk.file.read() as session:
            party = record(session, Party, party_id, "企业档案")
        return tuple(
            (pack.id, pack.short_title, clause.id, clause.number, clause.title)
            for pack in self._desk.policies.packs()
            for clause in pack.clauses.values()
            if _may_claim(party, clause) and why_not_open(clause) is None
        )

    def get(self, case_id: int, *, progress: Progress = None, cancelled: Cancel = None) -> CaseDetail:
        """Everything about one case, with the moves this user could make and why not the others.

        `progress` and `cancelled` are for the recognition of a large party's valid seats; raises errors.Cancelled.
        """
        with self._desk.file.read() as session:
            return case_detail(self._desk, session, record(session, Case, case_id, "办件"), progress, cancelled)

    # ---- taking in -------------------------------------------------------------------------

    def accept(self, party_id: int, policy: str, clause: str, accepted_on: date | None = None, reason: str = "") -> int:
        """Takes a claim in: numbered, its checklist laid out; the law of the day it was handed in applies to it.

        `accepted_on` (default today): a claim that came before today, with the reason why it is entered only now.
        Where the party was granted an instalment of the same clause before, here or before this program, this case
        continues it.
        """
        require(self._desk, Role.CASEWORKER)
        today = self._desk.clock.today()
        day, reason = accepted_on or today, reason.strip()
        _refuse_day(day, today, reason)
        pack, rule = self._clause(policy, clause)
        closed = why_not_open(rule)
        if closed is not None:
            raise Refusal("clause-not-open", closed)
        rules = rules_of(pack)
        with self._desk.file.write(self._desk.actor, "case.accept", reason=reason if day != today else "") as work:
            session = work.session
            party = record(session, Party, party_id, "企业档案")
            if party.ended_on is not None and party.ended_on <= today:
                raise Refusal("party-ended", f"“{party.name}”的档案已于 {party.ended_on} 终止，不能受理。")
            if not _may_claim(party, rule):
                raise Refusal("not-for-party", f"“{rule.title}”不适用于“{party.name}”这类对象。")
            self._refuse_second(session, party, policy, clause)
            earlier = self._granted_before(session, party_id, policy, clause)
            number = next_number(session, f"case-{rules.prefix}", day.year)
            case = Case(
                number=f"{rules.prefix}-{day.year}-{number:04d}",
                policy=pack.id,
                clause=rule.id,
                party_id=party.id,
                as_of=day,
                step=rules.first.id,
                status="open",
                officer_id=self._desk.user.id,
                continues_id=None if earlier is None or clause not in rules.forecasts else earlier.id,
                instalment_no=next_instalment(session, party_id, pack, clause, earlier),
            )
            session.add(case)
            session.flush()
            open_checklist(session, case, rule.papers)
            words = f"受理日期 {day}：{reason}" if day != today else ""
            log(session, case, "accept", "", case.step, self._desk, words, today)
            work.subject("case", case.id)
            work.detail(number=case.number, clause=clause, accepted_on=day)
            return case.id

    # ---- papers ----------------------------------------------------------------------------

    def tick(
        self,
        case_id: int,
        paper_id: str,
        *,
        version: int,
        original: bool | None = None,
        copy: bool | None = None,
        seal: bool | None = None,
        note: str | None = None,
        tolerated_until: date | None = None,
        on_paper: Mapping[str, str] | None = None,
    ) -> PaperView:
        """Notes what was seen of one paper (`version` is the line's own). None leaves a mark as it is.

        `tolerated_until` (only a 可容缺 paper): the day by which the missing one is to be brought;
        `case_papers.NEVER` takes the date back. `on_paper`: what stands on it, by the keys of its `fields` (dates as
        YYYY-MM-DD); an empty text takes a value back, a key that is left out stays.
        """
        return self._papers.tick(
            case_id,
            paper_id,
            version=version,
            original=original,
            copy=copy,
            seal=seal,
            note=note,
            tolerated_until=tolerated_until,
            on_paper=on_paper,
        )

    def attach(
        self,
        case_id: int,
        paper_id: str,
        *paths: Path,
        progress: Progress = None,
        cancelled: Cancel = None,
    ) -> PaperView:
        """Keeps scans (jpg, png, tif, pdf by their content) under one paper: all of them, or none and every reason."""
        return self._papers.attach(case_id, paper_id, paths, progress, cancelled)

    def detach(self, case_id: int, paper_id: str, attachment_id: int, reason: str) -> PaperView:
        return self._papers.detach(case_id, paper_id, attachment_id, reason)

    def scan(self, case_id: int, paper_id: str, attachment_id: int) -> tuple[str, str, bytes]:
        """(file name, media type, bytes) of a scan under one paper; Refusal when it does not hang there."""
        return self._papers.scan(case_id, paper_id, attachment_id)

    def paper_history(self, case_id: int, paper_id: str) -> tuple[PaperChange, ...]:
        """Every change of one line of the checklist, newest first."""
        return self._papers.history(case_id, paper_id)

    def attached(self, digests: Collection[str]) -> frozenset[str]:
        """Those of the SHA-256 under which a scan hangs on a paper of any case."""
        return self._papers.attached(digests)

    # ---- calculation -----------------------------------------------------------------------

    def calculation(self, case_id: int, *, progress: Progress = None, cancelled: Cancel = None) -> CalculationView:
        """The live calculation until it is proposed; then the frozen one, with what differs from it today.

        Raises errors.Cancelled.
        """
        with self._desk.file.read() as session:
            case = record(session, Case, case_id, "办件")
            worked = work(session, case, self._desk.packs, progress=progress, cancelled=cancelled)
            proposal = live_proposal(session, case.id)
            pack = self._desk.packs[case.policy]
            clause = pack.clauses[case.clause]
            view = live_view(worked) if proposal is None else frozen_view(proposal, worked, pack, clause)
            if proposal is not None:
                view = with_papers(session, view, case, proposal, worked, clause, self._desk.clock.today())
            return replace(view, line_names=line_names(session, clause, view.result))

    def verify_proposal(self, case_id: int) -> tuple[bool, str]:
        """Whether the case's last proposal is unaltered and still works out to the same result, in words."""
        with self._desk.file.read() as session:
            record(session, Case, case_id, "办件")
            proposal = session.scalar(
                select(Proposal).where(Proposal.case_id == case_id).order_by(Proposal.number.desc()).limit(1)
            )
            if proposal is None:
                raise Refusal("no-proposal", "本办件尚未提交初审，没有封存的测算。")
            return recheck(proposal, self._desk.packs)

    def set_fact(self, case_id: int, name: str, value: Any, reason: str) -> None:
        """Sets a fact for this case only, over the dossier's. The reason goes on record; awards cannot be typed."""
        require(self._desk, Role.CASEWORKER)
        with self._desk.file.write(self._desk.actor, "case.set-fact", reason=reason.strip()) as work:
            case = record(work.session, Case, case_id, "办件")
            self._refuse_fixed(work.session, case)
            pack = self._desk.packs[case.policy]
            clause = pack.clauses[case.clause]
            for_year = name == AWARD_YEAR and goes_by_year(clause)
            field = FIELD if for_year else clause.fact(name)
            if field is None:
                raise InvalidInput("没有这个事实项。", (Problem("name", f"本条款没有“{name}”这个事实项。"),))
            if is_derived(clause, name):
                raise Refusal(
                    "derived-fact",
                    f"“{field.label}”由导入的名单和已作出的决定自动得出，不能手工填写。"
                    "以往在系统外兑现的，请作历史兑现补录。",
                )
            kept, problem = read_value(field, value)
            if for_year:
                kept, problem = value, year_problem(pack, case, value)
            problems = [Problem("value", problem)] if problem else []
            if not reason.strip():
                problems.append(Problem("reason", "请写明手工填写的理由和依据。"))
            if problems:
                raise InvalidInput("事实有误，尚未保存。", tuple(problems))
            work.subject("case", case.id)
            work.detail(fact=name)
            row = self._own_fact(work.session, case_id, name)
            if row is None:
                work.session.add(CaseFact(case_id=case_id, name=name, value={"value": kept}, reason=reason.strip()))
            else:
                row.value, row.reason, row.withdrawn = {"value": kept}, reason.strip(), False

    def withdraw_fact(self, case_id: int, name: str) -> None:
        """Takes a fact set by hand back: the dossier's own counts again."""
        require(self._desk, Role.CASEWORKER)
        with self._desk.file.write(self._desk.actor, "case.withdraw-fact") as work:
            case = record(work.session, Case, case_id, "办件")
            self._refuse_fixed(work.session, case)
            row = self._own_fact(work.session, case_id, name)
            if row is None or row.withdrawn:
                raise Refusal("not-set", "这个事实没有手工填写过。")
            work.subject("case", case.id)
            work.detail(fact=name)
            row.withdrawn = True

    # ---- moving ----------------------------------------------------------------------------

    def move(
        self,
        case_id: int,
        move_id: str,
        *,
        version: int,
        reason: str = "",
        today: date | None = None,
        progress: Progress = None,
        cancelled: Cancel = None,
    ) -> CaseDetail:
        """Takes one move. Refusal with every reason, one a line; EditConflict when the case moved meanwhile.

        `today`: the office date the caller shows, refused when it is ahead of the office's own, by which all is dated.
        errors.Cancelled only before anything is written.
        """
        self._work_first(case_id, progress, cancelled)
        make_move(self._desk, case_id, move_id, version, reason, today)
        return self.get(case_id)

    # ---- inside ----------------------------------------------------------------------------

    def _work_first(self, case_id: int, progress: Progress, cancelled: Cancel) -> None:
        """Long work before the transaction: its answer is then kept, and nobody waits for the file meanwhile."""
        with self._desk.file.read() as session:
            case = record(session, Case, case_id, "办件")
            work(session, case, self._desk.packs, progress=progress, cancelled=cancelled)

    def _clause(self, policy: str, clause: str) -> tuple[Pack, Clause]:
        offered = next((pack for pack in self._desk.policies.packs() if pack.id == policy), None)
        if offered is None or clause not in offered.clauses:
            raise Refusal("no-such-clause", "本机构没有启用这项政策，或政策中没有这项条款。")
        return offered, offered.clauses[clause]

    @staticmethod
    def _refuse_second(session: Session, party: Party, policy: str, clause: str) -> None:
        """Two open claims for one matter could each count on the same room under a cap."""
        open_case = session.scalar(
            select(Case.number).where(
                Case.party_id == party.id,
                Case.policy == policy,
                Case.clause == clause,
                or_(
                    Case.status == "suspended",
                    (Case.status == "open") & Case.step.not_in(("payment", "archive")),
                ),
            )
        )
        if open_case is not None:
            raise Refusal("claim-open", f"“{party.name}”的同一事项已有在办件 {open_case}，请先办结。")

    @staticmethod
    def _granted_before(session: Session, party_id: int, policy: str, clause: str) -> Case | None:
        return session.scalar(
            select(Case)
            .join(Decision, Decision.case_id == Case.id)
            .where(Case.party_id == party_id, Case.policy == policy, Case.clause == clause)
            .where(Decision.outcome == "granted", Case.status != "terminated")
            .order_by(Case.instalment_no.desc(), Case.id.desc())
            .limit(1)
        )

    @staticmethod
    def _own_fact(session: Session, case_id: int, name: str) -> CaseFact | None:
        return session.scalar(select(CaseFact).where(CaseFact.case_id == case_id, CaseFact.name == name))

    @staticmethod
    def _refuse_fixed(session: Session, case: Case) -> None:
        refuse_filed(case)
        if case.step not in OPEN_STEPS or live_proposal(session, case.id) is not None:
            raise Refusal("facts-fixed", "已提交初审，事实和测算已经固定。如需更正，请先退回核验。")


def _refuse_day(day: date, today: date, reason: str) -> None:
    """A day that cannot be, or an earlier one without the reason why."""
    wrong = why_not_accepted_on(day, today)
    if wrong is not None:
        raise InvalidInput(wrong, (Problem("accepted_on", wrong),))
    trouble = text_problem(reason, MAX_REASON) if reason else "受理日期早于今天，请写明原因，如 昨日收件、今日登记。"
    if day != today and trouble:
        raise InvalidInput(trouble, (Problem("reason", trouble),))


def _may_claim(party: Party, clause: Clause) -> bool:
    return clause.payee == party.kind.replace("-", "_")
