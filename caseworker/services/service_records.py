"""不发放资金的服务 (乘车, 入学, 生产要素, 保障性住房): asked for and handled, each with its day and its hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.policy import Clause, Pack
from caseworker.services.base import like, page_of, reason_of, record, same_version, text_problem
from caseworker.services.employment import current_employments
from caseworker.services.kept_papers import attach_papers, papers_of, store_papers
from caseworker.services.oversight_views import ActPaper
from caseworker.services.rights import require, roles_now
from caseworker.services.views import Page, Role
from caseworker.store.models import Attachment, Party, Person, ServiceRecord, ServiceScan, User
from caseworker.store.sequences import next_number

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

STATES = {"open": "待办理", "done": "已办理", "declined": "未予办理", "voided": "已作废"}
REFERRAL = "referral"  # of a clause that only sends people on to another office


@dataclass(frozen=True, slots=True)
class ServiceKind:
    """One service a policy offers. `for_person`: a request names the person it is for."""

    policy: str
    policy_title: str
    clause: str
    clause_title: str
    kind: str
    label: str
    for_person: bool
    quote: str


@dataclass(frozen=True, slots=True)
class ServiceRow:
    id: int
    version: int
    number: str
    policy: str
    clause: str
    kind: str
    kind_name: str
    party_id: int
    party: str
    person_id: int | None
    person: str
    requested_on: date
    request: str
    state: str
    state_name: str
    handling: str
    handled_on: date | None
    handled_by: str
    entered_by: str
    papers: int = 0


@dataclass(frozen=True, slots=True)
class ServiceDetail:
    """One service with all there is of it. `quote`: the words of the policy that offer it."""

    row: ServiceRow
    title: str
    quote: str
    papers: tuple[ActPaper, ...]
    may: bool  # this user may handle, correct or void it, and add papers


class ServiceProgram:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def kinds(self) -> tuple[ServiceKind, ...]:
        """Every service of the office's policies."""
        return tuple(
            ServiceKind(
                pack.id,
                pack.short_title,
                clause.id,
                clause.title,
                kind,
                label,
                clause.lines is not None,
                article_of(pack, clause, kind)[1],
            )
            for pack in self._desk.policies.packs()
            for clause in pack.clauses.values()
            for kind, label in services_of(clause)
        )

    def page(
        self,
        search: str = "",
        policy: str | None = None,
        kind: str | None = None,
        state: str | None = None,
        party_id: int | None = None,
        offset: int = 0,
        limit: int = 100,
        sort: str = "requested_on",
        descending: bool = True,
    ) -> Page[ServiceRow]:
        """Requests by number, party, person or words. `sort`: number, requested_on, party, kind, state, handled_on."""
        entered = select(User.name).where(User.id == ServiceRecord.entered_by).scalar_subquery()
        handled = select(User.name).where(User.id == ServiceRecord.handled_by).scalar_subquery()
        query = (
            select(ServiceRecord, Party.name, Person.name, entered, handled, _papers())
            .join(Party, Party.id == ServiceRecord.party_id)
            .outerjoin(Person, Person.id == ServiceRecord.person_id)
        )
        if search.strip():
            anywhere = like(search.strip())
            query = query.where(
                or_(
                    ServiceRecord.number.like(like(search.strip().upper()), escape="\\"),
                    Party.name.like(anywhere, escape="\\"),
                    Party.initials.like(like(search.strip().lower()), escape="\\"),
                    Person.name.like(anywhere, escape="\\"),
                    ServiceRecord.request.like(anywhere, escape="\\"),
                    ServiceRecord.handling.like(anywhere, escape="\\"),
                )
            )
        for column, wanted in (
            (ServiceRecord.policy, policy),
            (ServiceRecord.kind, kind),
            (ServiceRecord.state, state),
            (ServiceRecord.party_id, party_id),
        ):
            if wanted is not None:
                query = query.where(column == wanted)
        columns = {
            "number": ServiceRecord.number,
            "requested_on": ServiceRecord.requested_on,
            "party": Party.initials,
            "kind": ServiceRecord.kind,
            "state": ServiceRecord.state,
            "handled_on": ServiceRecord.handled_on,
        }
        with self._desk.file.read() as session:
            return page_of(
                session,
                query,
                lambda row: self._row(row[0], row[1], row[2] or "", row[3] or "", row[4] or "", row[5]),
                offset=offset,
                limit=limit,
                order=(columns.get(sort, ServiceRecord.requested_on), ServiceRecord.id),
                descending=descending,
            )

    def get(self, record_id: int) -> ServiceDetail:
        with self._desk.file.read() as session:
            return self._detail(session, record_id)

    def paper(self, paper_id: int) -> tuple[str, str, bytes]:
        """(name, media type, bytes) of a scan."""
        with self._desk.file.read() as session:
            scan = record(session, ServiceScan, paper_id, "附件")
            found = record(session, Attachment, scan.attachment_id, "附件")
            return found.name, found.media_type, self._desk.file.attachments.get(found.sha256)

    def request(
        self,
        policy: str,
        clause: str,
        kind: str,
        party_id: int,
        *,
        person_id: int | None = None,
        requested_on: date,
        request: str,
        papers: Sequence[Path] = (),
    ) -> int:
        """Records what was asked for with its papers; its id. For caseworkers.

        InvalidInput by field; Refusal for a service that is not offered.
        """
        require(self._desk, Role.CASEWORKER)
        found = next((k for k in self.kinds() if (k.policy, k.clause, k.kind) == (policy, clause, kind)), None)
        if found is None:
            raise Refusal("no-such-service", "本机构的政策没有这项服务。")
        problems = []
        trouble = text_problem(request.strip(), 1000, lines=True) if request.strip() else "请写明申请的内容。"
        if trouble:
            problems.append(Problem("request", trouble))
        if requested_on > self._desk.clock.today():
            problems.append(Problem("requested_on", "申请日期不能晚于今天。"))
        if found.for_person != (person_id is not None):
            words = "请选择享受这项服务的人员。" if found.for_person else "这项服务面向企业，不填人员。"
            problems.append(Problem("person_id", words))
        if problems:
            raise InvalidInput("服务事项有误，尚未保存。", tuple(problems))
        stored = store_papers(self._desk, papers)
        with self._desk.file.write(self._desk.actor, "service.request") as work:
            session = work.session
            party = record(session, Party, party_id, "企业档案")
            if person_id is not None:
                rows = current_employments(party.id)
                if session.scalar(select(rows.c.person_id).where(rows.c.person_id == person_id).limit(1)) is None:
                    raise Refusal("not-of-party", f"这名人员不在“{party.name}”的花名册上。")
            year = self._desk.clock.today().year
            row = ServiceRecord(
                number=f"FW-{year}-{next_number(session, 'service', year):04d}",
                policy=policy,
                clause=clause,
                kind=kind,
                party_id=party.id,
                person_id=person_id,
                requested_on=requested_on,
                request=request.strip(),
                state="open",
                entered_by=self._desk.user.id,
            )
            session.add(row)
            session.flush()
            attach_papers(self._desk, session, ServiceScan, row.id, papers, stored)
            work.subject("service", row.number)
            return row.id

    def correct(
        self, record_id: int, *, version: int, requested_on: date, request: str, handling: str, reason: str
    ) -> None:
        """What was entered wrongly is put right, with a reason; what stood before stays in the history.

        For caseworkers. `handling` stays empty while it is not handled. EditConflict when it changed meanwhile.
        """
        require(self._desk, Role.CASEWORKER)
        reason = reason_of(reason, "请写明更正的原因。")
        request, handling = request.strip(), handling.strip()
        with self._desk.file.write(self._desk.actor, "service.correct", reason=reason) as work:
            row = record(work.session, ServiceRecord, record_id, "服务事项")
            same_version(row, version, "服务事项", {"申请内容": request}, {"申请内容": row.request})
            if row.state == "voided":
                raise Refusal("voided", f"{row.number} 已经作废，不能更正。")
            problems = []
            latest = row.handled_on or self._desk.clock.today()
            if requested_on > latest:
                words = "今天" if row.handled_on is None else f"办理日期 {row.handled_on}"
                problems.append(Problem("requested_on", f"申请日期不能晚于{words}。"))
            trouble = text_problem(request, 1000, lines=True) if request else "请写明申请的内容。"
            if trouble:
                problems.append(Problem("request", trouble))
            trouble = text_problem(handling, 1000, lines=True)
            if row.state == "open" and handling:
                trouble = "还没有办理，不填办理情况。"
            elif row.state != "open" and not handling:
                trouble = "请写明办理情况。"
            if trouble:
                problems.append(Problem("handling", trouble))
            if not problems and (row.requested_on, row.request, row.handling) == (requested_on, request, handling):
                problems.append(Problem("request", "没有改动，不需要更正。"))
            if problems:
                raise InvalidInput("更正有误，尚未保存。", tuple(problems))
            work.subject("service", row.number)
            row.requested_on, row.request, row.handling = requested_on, request, handling

    def attach(self, record_id: int, papers: Sequence[Path]) -> tuple[ActPaper, ...]:
        """Adds scans to a request that stands; all its papers. For caseworkers."""
        require(self._desk, Role.CASEWORKER)
        if not papers:
            raise InvalidInput("请选择要附上的文件。", (Problem("papers", "请选择要附上的文件。"),))
        stored = store_papers(self._desk, papers)
        with self._desk.file.write(self._desk.actor, "service.attach") as work:
            row = record(work.session, ServiceRecord, record_id, "服务事项")
            if row.state == "voided":
                raise Refusal("voided", f"{row.number} 已经作废，不能再附文件。")
            attach_papers(self._desk, work.session, ServiceScan, row.id, papers, stored)
            work.session.flush()
            work.subject("service", row.number)
            work.detail(files=len(papers))
            return papers_of(work.session, ServiceScan, row.id)

    def detach(self, paper_id: int, reason: str) -> None:
        """A file attached by mistake is taken off; it stays on record with the reason. For caseworkers."""
        require(self._desk, Role.CASEWORKER)
        reason = reason_of(reason, "请写明撤下的原因。")
        with self._desk.file.write(self._desk.actor, "service.detach", reason=reason) as work:
            scan = record(work.session, ServiceScan, paper_id, "附件")
            if scan.detached_reason is not None:
                raise Refusal("already-detached", "这个文件已经撤下。")
            scan.detached_reason = reason
            work.subject("service", record(work.session, ServiceRecord, scan.service_id, "服务事项").number)

    def handle(self, record_id: int, *, version: int, handling: str, handled_on: date, declined: bool = False) -> None:
        """Notes how a request was handled, or why it was declined. For caseworkers. EditConflict when it changed."""
        require(self._desk, Role.CASEWORKER)
        with self._desk.file.write(self._desk.actor, "service.handle") as work:
            row = record(work.session, ServiceRecord, record_id, "服务事项")
            same_version(row, version, "服务事项", {"办理情况": handling}, {"办理情况": row.handling})
            if row.state != "open":
                raise Refusal("not-open", f"{row.number} {STATES[row.state]}，不能再办理。")
            problems = []
            missing = "请写明未予办理的原因。" if declined else "请写明办理情况。"
            trouble = text_problem(handling.strip(), 1000, lines=True) if handling.strip() else missing
            if trouble:
                problems.append(Problem("handling", trouble))
            if not row.requested_on <= handled_on <= self._desk.clock.today():
                problems.append(Problem("handled_on", f"办理日期应在 {row.requested_on} 与今天之间。"))
            if problems:
                raise InvalidInput("办理情况有误，尚未保存。", tuple(problems))
            work.subject("service", row.number)
            row.handling, row.handled_on = handling.strip(), handled_on
            row.handled_by = self._desk.user.id
            row.state = "declined" if declined else "done"

    def void(self, record_id: int, reason: str) -> None:
        """Takes a wrongly entered request back; it stays, marked. For caseworkers."""
        require(self._desk, Role.CASEWORKER)
        reason = reason_of(reason, "请写明作废的原因。")
        with self._desk.file.write(self._desk.actor, "service.void", reason=reason) as work:
            row = record(work.session, ServiceRecord, record_id, "服务事项")
            if row.state == "voided":
                raise Refusal("already-voided", f"{row.number} 已经作废。")
            work.subject("service", row.number)
            row.state = "voided"

    def _detail(self, session: Session, record_id: int) -> ServiceDetail:
        row = record(session, ServiceRecord, record_id, "服务事项")
        entered, handled = session.get(User, row.entered_by), None
        if row.handled_by is not None:
            handled = session.get(User, row.handled_by)
        person = None if row.person_id is None else session.get(Person, row.person_id)
        party = session.get_one(Party, row.party_id)
        pack = self._desk.packs.get(row.policy)
        clause = None if pack is None else pack.clauses.get(row.clause)
        papers = papers_of(session, ServiceScan, row.id)
        shown = self._row(
            row,
            party.name,
            "" if person is None else person.name,
            "" if entered is None else entered.name,
            "" if handled is None else handled.name,
            sum(1 for paper in papers if paper.detached_reason is None),
        )
        may = Role.CASEWORKER in roles_now(self._desk) and row.state != "voided"
        if pack is None or clause is None:
            return ServiceDetail(shown, row.clause, "", papers, may)
        number, quote = article_of(pack, clause, row.kind)
        return ServiceDetail(shown, f"{pack.short_title} {number}", quote, papers, may)

    def _row(self, row: ServiceRecord, party: str, person: str, entered: str, handled: str, papers: int) -> ServiceRow:
        pack = self._desk.packs.get(row.policy)
        names = {} if pack is None else dict(services_of(pack.clauses[row.clause]))
        return ServiceRow(
            id=row.id,
            version=row.version,
            number=row.number,
            policy=row.policy,
            clause=row.clause,
            kind=row.kind,
            kind_name=names.get(row.kind, row.kind),
            party_id=row.party_id,
            party=party,
            person_id=row.person_id,
            person=person,
            requested_on=row.requested_on,
            request=row.request,
            state=row.state,
            state_name=STATES[row.state],
            handling=row.handling,
            handled_on=row.handled_on,
            handled_by=handled,
            entered_by=entered,
            papers=papers,
        )


def _papers() -> Any:
    """How many papers a request has."""
    return (
        select(func.count(ServiceScan.id))
        .where(ServiceScan.service_id == ServiceRecord.id, ServiceScan.detached_reason.is_(None))
        .correlate(ServiceRecord)
        .scalar_subquery()
    )


def article_of(pack: Pack, clause: Clause, kind: str) -> tuple[str, str]:
    """(article, its words) that offer a service: the pack's own for it, else the clause's.

    One clause of records may stand for several articles: land (第四条2) and recruitment (第六条1) beside 第五条.
    """
    duty = pack.duty(f"service-{kind}")
    return (clause.number, clause.quote) if duty is None else (duty.clause, duty.quote)


def services_of(clause: Clause) -> tuple[tuple[str, str], ...]:
    """(kind, label) of what a clause grants instead of money; none of one the office pays or looks over with."""
    if clause.services:
        return tuple((service.id, service.label) for service in clause.services)
    requests = clause.formula.get("requests")
    if isinstance(requests, str):
        field = clause.fact(requests)
        return () if field is None else tuple((option.id, option.label) for option in field.options)
    elsewhere = clause.kind in ("record", "line-record") or (clause.pays and not clause.paid_here)
    return ((REFERRAL, clause.title),) if elsewhere else ()
