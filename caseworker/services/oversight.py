"""监管: dated acts upon a payee, entries of the office's register, their papers; suspensions and their lifting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_
from sqlalchemy.orm import Session

from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.services.base import like, page_of, reason_of, record
from caseworker.services.kept_papers import attach_papers, paper_problems, put_papers, store_papers
from caseworker.services.oversight_checks import act_problems, links_problems, soft_warnings, void_refusal
from caseworker.services.oversight_correct import put_right
from caseworker.services.oversight_funds import funds_clause, judge_funds, paid_sums, typed_fields
from caseworker.services.oversight_kinds import (
    BY_ID,
    CLOSED,
    FUNDS_REPORT,
    LIFTING,
    MET,
    NOT_MET,
    OPEN,
    SUSPENSION,
    VOIDED,
    ActKind,
)
from caseworker.services.oversight_rows import act_detail, act_query, act_row, known_kind, office_kinds
from caseworker.services.oversight_views import (
    ActDetail,
    ActForm,
    ActKindView,
    ActPaper,
    ActRow,
    Entered,
    FundsForm,
)
from caseworker.services.program_paper import ProgramFile
from caseworker.services.register_paper import acts_paper
from caseworker.services.rights import require, roles_now
from caseworker.services.suspensions import suspension_of, under_way
from caseworker.services.views import Page, Role
from caseworker.services.workflow import office_of
from caseworker.store.models import Attachment, Case, OversightAct, OversightScan, Party
from caseworker.store.work import Work

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

STAFF = (Role.CASEWORKER, Role.REVIEWER, Role.HEAD)
OVERDUE = "overdue"  # a state to list by: open and past its day


class OversightService:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # ---- looking -------------------------------------------------------------------------------

    def kinds(self) -> tuple[ActKindView, ...]:
        """Every kind that can be listed, in the order of the texts; `may` where this user may enter one."""
        with self._desk.file.read() as session:
            return office_kinds(self._desk, session)

    def page(
        self,
        search: str = "",
        kind: str | None = None,
        state: str | None = None,
        party_id: int | None = None,
        *,
        due_by: date | None = None,
        offset: int = 0,
        limit: int = 100,
        sort: str = "happened_on",
        descending: bool = True,
    ) -> Page[ActRow]:
        """`state`: open, closed, voided, overdue. `sort`: happened_on, due_on, kind, party, state, closed_on."""
        today = self._desk.clock.today()
        query, columns = act_query()
        if search.strip():
            anywhere = like(search.strip())
            query = query.where(
                or_(
                    OversightAct.title.like(anywhere, escape="\\"),
                    OversightAct.words.like(anywhere, escape="\\"),
                    Party.name.like(anywhere, escape="\\"),
                    Party.initials.like(like(search.strip().lower()), escape="\\"),
                    Case.number.like(like(search.strip().upper()), escape="\\"),
                )
            )
        if kind is not None:
            query = query.where(OversightAct.kind == kind)
        if party_id is not None:
            query = query.where(OversightAct.party_id == party_id)
        if state == OVERDUE:
            query = query.where(OversightAct.state == OPEN, OversightAct.due_on < today)
        elif state is not None:
            query = query.where(OversightAct.state == state)
        if due_by is not None:
            query = query.where(OversightAct.state == OPEN, OversightAct.due_on <= due_by)
        with self._desk.file.read() as session:
            return page_of(
                session,
                query,
                lambda row: act_row(row, today),
                offset=offset,
                limit=limit,
                order=(columns.get(sort, OversightAct.happened_on), OversightAct.id),
                descending=descending,
            )

    def print_list(
        self, search: str = "", kind: str | None = None, state: str | None = None, party_id: int | None = None
    ) -> ProgramFile:
        """What `page` lists, the oldest first, as a page to print. For everybody; it takes no number."""
        return acts_paper(self._desk, search, kind, state, party_id)

    def get(self, act_id: int) -> ActDetail:
        with self._desk.file.read() as session:
            return self._detail(session, act_id)

    def suspended(self, party_id: int) -> ActRow | None:
        """The suspension in force of a payee."""
        with self._desk.file.read() as session:
            act = suspension_of(session, party_id)
            return None if act is None else self._row(session, act.id)

    def paper(self, paper_id: int) -> tuple[str, str, bytes]:
        """(name, media type, bytes) of a photo or scan."""
        with self._desk.file.read() as session:
            scan = record(session, OversightScan, paper_id, "附件")
            found = record(session, Attachment, scan.attachment_id, "附件")
            return found.name, found.media_type, self._desk.file.attachments.get(found.sha256)

    def funds_form(self, party_id: int) -> FundsForm:
        """What a report on the use of funds asks for. Refusal where no policy of the office asks for one."""
        with self._desk.file.read() as session:
            record(session, Party, party_id, "企业档案")
            pack, clause = funds_clause(self._desk.packs, tuple(office_of(session).policies))
            return FundsForm(
                policy=pack.id,
                clause=clause.id,
                title=f"{clause.number} {clause.title}",
                quote=clause.quote,
                fields=typed_fields(clause),
                paid=paid_sums(session, pack, party_id),
            )

    # ---- entering ------------------------------------------------------------------------------

    def enter(self, form: ActForm, papers: Sequence[Path] = ()) -> Entered:
        """Enters an act with its papers. Who may depends on the kind. InvalidInput by field; `data` by its own names.

        Suspensions and liftings have methods of their own.
        """
        require(self._desk, *STAFF)
        kind = _kind(form.kind)
        require(self._desk, *kind.roles)
        if kind.apart:
            raise Refusal("own-way", f"“{kind.name}”请用专门的操作办理。")
        return self._enter(kind, form, papers, "oversight.enter")

    def suspend(self, form: ActForm, papers: Sequence[Path] = ()) -> Entered:
        """暂停拨付: from this moment no payment of the payee can be ordered, whichever policy it is under.

        For reviewers and the head. Payments already ordered are named in the warnings. Refused while one is in force.
        """
        require(self._desk, Role.REVIEWER, Role.HEAD)
        return self._enter(BY_ID[SUSPENSION], replace(form, kind=SUSPENSION), papers, "oversight.suspend")

    def lift(self, act_id: int, reason: str, papers: Sequence[Path] = ()) -> Entered:
        """解除暂停: by the head alone, with a reason. What is due can be ordered again at once."""
        require(self._desk, Role.HEAD)
        reason = reason_of(reason, "请写明解除暂停的理由。")
        stored = store_papers(self._desk, papers)
        today = self._desk.clock.today()
        with self._desk.file.write(self._desk.actor, "oversight.lift", reason=reason) as work:
            session = work.session
            act = self._open(session, act_id)
            if act.kind != SUSPENSION:
                raise Refusal("not-a-suspension", "这一条不是暂停拨付，不能解除。")
            self._close_act(act, "lifted", reason, today)
            lifting = OversightAct(
                kind=LIFTING,
                party_id=act.party_id,
                case_id=act.case_id,
                follows_id=act.id,
                happened_on=today,
                title=f"解除：{act.title}",
                words=reason,
                data={},
                state=CLOSED,
                entered_by=self._desk.user.id,
                entered_on=today,
            )
            session.add(lifting)
            session.flush()
            attach_papers(self._desk, session, OversightScan, lifting.id, papers, stored)
            _subject(work, lifting)
            return Entered(lifting.id)

    def report_funds(
        self,
        act_id: int,
        figures: Mapping[str, Any],
        handed_in_on: date,
        words: str = "",
        papers: Sequence[Path] = (),
    ) -> ActDetail:
        """The report asked for came in: worked out by the policy's clause on that day, kept with figures and result.

        `figures` by the clause's facts, in yuan as `calculate` takes them. InvalidInput by figure.
        """
        require(self._desk, *STAFF)
        words = words.strip() and reason_of(words, "", "words")
        stored = store_papers(self._desk, papers)
        with self._desk.file.write(self._desk.actor, "oversight.report-funds") as work:
            session = work.session
            act = self._open(session, act_id)
            if act.kind != FUNDS_REPORT or act.party_id is None:
                raise Refusal("not-a-report", "这一条不是资金使用报告。")
            self._check_day(act, handed_in_on, "handed_in_on", "收到报告的日期")
            pack, clause = funds_clause(self._desk.packs, tuple(office_of(session).policies))
            kept, met = judge_funds(session, pack, clause, act.party_id, figures, handed_in_on, self._desk.packs)
            act.data = {**act.data, **kept}
            self._close_act(act, MET if met else NOT_MET, words, handed_in_on)
            attach_papers(self._desk, session, OversightScan, act.id, papers, stored)
            session.flush()
            _subject(work, act)
            work.detail(met=met)
            return self._detail(session, act.id)

    def close(self, act_id: int, outcome: str, words: str, closed_on: date) -> ActDetail:
        """What came of it: an order to mend done or not, a hand-over answered. `words` say what was found."""
        require(self._desk, *STAFF)
        words = reason_of(words, "请写明办理结果。", "words")
        with self._desk.file.write(self._desk.actor, "oversight.close", reason=words) as work:
            session = work.session
            act = self._open(session, act_id)
            kind = _kind(act.kind)
            require(self._desk, *kind.roles)
            if act.kind in (SUSPENSION, FUNDS_REPORT):
                raise Refusal("own-way", f"“{kind.name}”请用专门的操作办理。")
            if not kind.outcome_name(outcome):
                raise InvalidInput("请选择办理结果。", (Problem("outcome", "请选择办理结果。"),))
            self._check_day(act, closed_on, "closed_on", "办结日期")
            self._close_act(act, outcome, words, closed_on)
            session.flush()
            _subject(work, act)
            return self._detail(session, act.id)

    def correct(self, act_id: int, form: ActForm, reason: str) -> Entered:
        """What was entered wrongly is put right, with a reason; what stood before stays in the history.

        By whoever entered it, or the head. Party, case, draw and what it answers stay as they are: for these the entry
        is voided and made anew. InvalidInput by field; Refusal for a suspension, or where a letter tells of it.
        """
        require(self._desk, *STAFF)
        reason = reason_of(reason, "请写明更正的原因。", "reason")
        with self._desk.file.write(self._desk.actor, "oversight.correct", reason=reason) as work:
            act = record(work.session, OversightAct, act_id, "监管事项")
            warnings = put_right(self._desk, work.session, act, form)
            _subject(work, act)
            return Entered(act.id, warnings)

    def void(self, act_id: int, reason: str) -> None:
        """Wrongly entered: by whoever entered it, or the head. A suspension only by the head; a lifting never."""
        require(self._desk, *STAFF)
        reason = reason_of(reason, "请写明作废的原因。")
        with self._desk.file.write(self._desk.actor, "oversight.void", reason=reason) as work:
            session = work.session
            act = record(session, OversightAct, act_id, "监管事项")
            why = void_refusal(session, act, self._desk.user.id, roles_now(self._desk))
            if why is not None:
                raise Refusal(*why)
            act.state, act.voided_reason = VOIDED, reason
            _subject(work, act)

    # ---- papers --------------------------------------------------------------------------------

    def attach(self, act_id: int, papers: Sequence[Path]) -> tuple[ActPaper, ...]:
        """Adds photos or scans to an act that stands; all its papers."""
        require(self._desk, *STAFF)
        if not papers:
            raise InvalidInput("请选择要附上的文件。", (Problem("papers", "请选择要附上的文件。"),))
        stored = store_papers(self._desk, papers)
        with self._desk.file.write(self._desk.actor, "oversight.attach") as work:
            act = record(work.session, OversightAct, act_id, "监管事项")
            if act.state == VOIDED:
                raise Refusal("voided", "这一条已经作废，不能再附文件。")
            attach_papers(self._desk, work.session, OversightScan, act.id, papers, stored)
            work.session.flush()
            _subject(work, act)
            work.detail(files=len(papers))
            return self._detail(work.session, act.id).papers

    def detach(self, paper_id: int, reason: str) -> None:
        """A file attached by mistake is taken off; it stays on record with the reason."""
        require(self._desk, *STAFF)
        reason = reason_of(reason, "请写明撤下的原因。")
        with self._desk.file.write(self._desk.actor, "oversight.detach", reason=reason) as work:
            scan = record(work.session, OversightScan, paper_id, "附件")
            if scan.detached_reason is not None:
                raise Refusal("already-detached", "这个文件已经撤下。")
            scan.detached_reason = reason
            _subject(work, record(work.session, OversightAct, scan.act_id, "监管事项"))

    # ---- inside --------------------------------------------------------------------------------

    def _enter(self, kind: ActKind, form: ActForm, papers: Sequence[Path], action: str) -> Entered:
        with self._desk.file.read() as session:
            kind = known_kind(self._desk, session, kind.id)
            data, problems = kind.read(form.data)
            typed = (*act_problems(kind, form, self._desk.clock.today()), *problems)
            said = {problem.path for problem in typed}  # one sentence a field: what is typed before what it points to
            links = (problem for problem in links_problems(session, kind, form) if problem.path not in said)
            problems = (*typed, *links, *paper_problems(papers))
        if problems:
            raise InvalidInput(f"{kind.name}有误，尚未保存。" if typed else problems[0].message, problems)
        stored = put_papers(self._desk, papers)
        with self._desk.file.write(self._desk.actor, action) as work:
            session = work.session
            problems = links_problems(session, kind, form)
            if problems:
                raise InvalidInput(problems[0].message, problems)
            warnings = soft_warnings(kind, form, len(papers))
            if kind.id == FUNDS_REPORT:  # where no policy has such a duty there is nothing to report on
                funds_clause(self._desk.packs, tuple(office_of(session).policies))
            if kind.id == SUSPENSION and form.party_id is not None:
                held = suspension_of(session, form.party_id)
                if held is not None:
                    raise Refusal("suspended-already", f"该单位已于 {held.happened_on} 暂停拨付，不需要重复暂停。")
                warnings = under_way(session, form.party_id)
            if form.happened_on is None:
                raise AssertionError("act_problems asks for the day")
            act = OversightAct(
                kind=kind.id,
                party_id=form.party_id if kind.of_party else None,
                case_id=form.case_id,
                spot_check_id=form.spot_check_id,
                follows_id=form.follows_id,
                happened_on=form.happened_on,
                due_on=form.due_on,
                title=form.title.strip(),
                words=form.words.strip(),
                data=data,
                state=OPEN if kind.outcomes else CLOSED,
                entered_by=self._desk.user.id,
                entered_on=self._desk.clock.today(),
            )
            session.add(act)
            session.flush()
            attach_papers(self._desk, session, OversightScan, act.id, papers, stored)
            _subject(work, act)
            work.detail(kind=kind.id)
            return Entered(act.id, warnings)

    def _open(self, session: Session, act_id: int) -> OversightAct:
        act = record(session, OversightAct, act_id, "监管事项")
        if act.state != OPEN:
            words = {CLOSED: "已经办结，不能再办理。", VOIDED: "已经作废，不能再办理。"}[act.state]
            raise Refusal("not-open", f"“{act.title}”{words}")
        return act

    def _check_day(self, act: OversightAct, day: date, field: str, what: str) -> None:
        if not act.happened_on <= day <= self._desk.clock.today():
            words = f"{what}应在 {act.happened_on} 至今天之间。"
            raise InvalidInput(words, (Problem(field, words),))

    def _close_act(self, act: OversightAct, outcome: str, words: str, day: date) -> None:
        act.state, act.closed_on, act.closing_words = CLOSED, day, words
        act.closed_by = self._desk.user.id
        act.data = {**act.data, "outcome": outcome}

    def _row(self, session: Session, act_id: int) -> ActRow:
        query, _ = act_query()
        return act_row(session.execute(query.where(OversightAct.id == act_id)).one(), self._desk.clock.today())

    def _detail(self, session: Session, act_id: int) -> ActDetail:
        act = record(session, OversightAct, act_id, "监管事项")
        return act_detail(self._desk, session, act)


def _kind(kind: str) -> ActKind:
    found = BY_ID.get(kind)
    if found is None:
        raise InvalidInput("没有这种监管事项。", (Problem("kind", "没有这种监管事项。"),))
    return found


def _subject(work: Work, act: OversightAct) -> None:
    """A dossier's act belongs to its history; an entry of the office's register is its own subject."""
    if act.party_id is not None:
        work.subject("party", act.party_id)
    else:
        work.subject("oversight", act.id)
