"""企业档案: parties, their dated facts, their people, and the history of every change."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, false, func, or_, select, union
from sqlalchemy.orm import Session

from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.services import dossier_end
from caseworker.services.base import initials, like, number_found, page_of, reason_of, record, same_version
from caseworker.services.case_values import active_facts
from caseworker.services.employment import active_months, current_employments, current_internships
from caseworker.services.fact_values import fact_schema, is_yearly, read_value, show_value
from caseworker.services.party_form import PARTY_KINDS, form_problems, form_warnings, tidy
from caseworker.services.record_forms import attached_id, new_person, source_problems
from caseworker.services.rights import require, roles_now
from caseworker.services.views import (
    FactRow,
    HistoryRow,
    Page,
    PartyDetail,
    PartyForm,
    PartyRow,
    PersonRow,
    Role,
)
from caseworker.store.models import Attachment, Case, InsuranceMonth, Party, PartyFact, Person, WageMonth
from caseworker.values import id_number, uscc
from caseworker.values.masking import mask_id_number
from caseworker.values.names import same
from caseworker.values.text import compact

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


_SHORTEST_NAME = 2  # letters of a person's name by which a dossier is found
_FIRST_YEAR = 1990  # an earlier year of a figure is a slip


class DossierService:
    """Dossiers are kept by caseworkers; every role reads them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # ---- parties ---------------------------------------------------------------------------

    def page(
        self,
        search: str = "",
        offset: int = 0,
        limit: int = 100,
        sort: str = "name",
        descending: bool = False,
        kind: str | None = None,
    ) -> Page[PartyRow]:
        """Parties by name, pinyin initials, code, or the name of somebody on their lists.

        `sort`: name, code, region, people, open_cases, ended_on.
        """
        employments = current_employments()
        people = (
            select(func.count(func.distinct(employments.c.person_id)))
            .where(employments.c.party_id == Party.id)
            .correlate(Party)
            .scalar_subquery()
            .label("people")
        )
        open_cases = (
            select(func.count(Case.id))
            .where(Case.party_id == Party.id, Case.status.in_(("open", "suspended")))
            .correlate(Party)
            .scalar_subquery()
            .label("open_cases")
        )
        query = select(Party.id, Party.kind, Party.name, Party.code, Party.region, Party.ended_on, people, open_cases)
        text = search.strip()
        if text:
            query = query.where(
                or_(
                    Party.name.like(like(text), escape="\\"),
                    Party.initials.like(like(text.lower()), escape="\\"),
                    number_found(Party.code, text),
                    Party.id.in_(_parties_of(text)),
                )
            )
        if kind is not None:
            query = query.where(Party.kind == kind)
        keys = {
            "name": Party.initials,
            "code": Party.code,
            "region": Party.region,
            "people": people,
            "open_cases": open_cases,
            "ended_on": Party.ended_on,
        }
        with self._desk.file.read() as session:
            return page_of(
                session,
                query,
                lambda row: PartyRow(
                    row.id,
                    row.kind,
                    row.name,
                    code_shown(row.kind, row.code),
                    row.region,
                    row.people,
                    row.open_cases,
                    row.ended_on,
                ),
                offset=offset,
                limit=limit,
                order=(keys.get(sort, Party.initials), Party.id),
                descending=descending,
            )

    def get(self, party_id: int) -> PartyDetail:
        with self._desk.file.read() as session:
            party = record(session, Party, party_id, "企业档案")
            form = _form(party)
            schema = fact_schema(self._desk.packs)
            facts = session.execute(
                active_facts(party_id)
                .add_columns(Attachment.name)
                .outerjoin(Attachment, Attachment.id == PartyFact.attachment_id)
                .order_by(PartyFact.name, PartyFact.valid_from, PartyFact.id)
            )
            rows = [
                FactRow(
                    id=fact.id,
                    name=fact.name,
                    label=schema[fact.name].label if fact.name in schema else fact.name,
                    value=fact.value["value"],
                    shown=show_value(schema.get(fact.name), fact.value["value"]),
                    valid_from=fact.valid_from,
                    source=fact.source,
                    year=fact.year,
                    paper=None if fact.attachment_id is None else (fact.attachment_id, file or ""),
                )
                for fact, file in facts
            ]
            order = {name: place for place, name in enumerate(schema)}
            rows.sort(key=lambda row: (order.get(row.name, len(order)), row.year or 0, row.valid_from))
            warnings = (*form_warnings(form), *shared_warnings(session, form, party_id, self._desk.clock.today()))
            why = dossier_end.why_it_ended(session, party)
            return PartyDetail(party.id, party.version, form, party.ended_on, tuple(rows), warnings, why)

    def find(self, code: str) -> int | None:
        """The dossier of a code or ID number as it stands on the paper; None where there is none."""
        wanted = {uscc.normalise(code), id_number.normalise(code)}
        with self._desk.file.read() as session:
            return session.scalar(select(Party.id).where(Party.code.in_(wanted)).order_by(Party.id).limit(1))

    def check(self, form: PartyForm, party_id: int | None = None) -> tuple[Problem, ...]:
        """What is wrong with the form as typed: one problem a field at most, `path` the field's name."""
        form = tidy(form)
        with self._desk.file.read() as session:
            return self._problems(session, form, party_id)

    def create(self, form: PartyForm) -> int:
        """Opens a dossier. InvalidInput names every wrong field."""
        require(self._desk, Role.CASEWORKER)
        form = tidy(form)
        with self._desk.file.write(self._desk.actor, "dossier.create") as work:
            self._refuse_problems(work.session, form, None)
            party = Party(initials=initials(form.name), **_columns(form))
            work.session.add(party)
            work.session.flush()
            _on_record(work.session, form)
            work.subject("party", party.id)
            return party.id

    def update(self, party_id: int, version: int, form: PartyForm) -> None:
        """Saves the form. EditConflict with both versions when the dossier changed since it was read."""
        require(self._desk, Role.CASEWORKER)
        form = tidy(form)
        with self._desk.file.write(self._desk.actor, "dossier.update") as work:
            party = record(work.session, Party, party_id, "企业档案")
            work.subject("party", party.id)
            same_version(party, version, "档案", _shown(form), _shown(_form(party)))
            self._refuse_problems(work.session, form, party_id)
            for name, value in _columns(form).items():
                setattr(party, name, value)
            party.initials = initials(form.name)
            _on_record(work.session, form)

    # ---- its end ---------------------------------------------------------------------------

    def ways_to_end(self, kind: str) -> tuple[tuple[str, str], ...]:
        """(id, words) of how a party of this kind can come to its end: 注销, 迁出, 合并 and others."""
        return dossier_end.ways_of(kind)

    def open_matters(self, party_id: int) -> tuple[str, ...]:
        """What is still open of a party, a sentence each: cases, money due or out, recoveries, acts, services."""
        with self._desk.file.read() as session:
            return dossier_end.open_matters(session, record(session, Party, party_id, "企业档案").id)

    def end(self, party_id: int, day: date, way: str, reason: str, *, despite_open: bool = False) -> tuple[str, ...]:
        """终止档案 from a day on, with the way and the reason. Nothing in it is deleted; what was still open.

        InvalidInput by field (way, day, reason). Refusal `still-open` with every open matter unless `despite_open`.
        """
        require(self._desk, Role.CASEWORKER, Role.HEAD)
        return dossier_end.end(self._desk, party_id, day, way, reason, despite_open)

    def resume(self, party_id: int, reason: str) -> None:
        """恢复档案 that was ended wrongly, with a reason. Refusal where another dossier bears its name by now."""
        require(self._desk, Role.CASEWORKER, Role.HEAD)
        dossier_end.resume(self._desk, party_id, reason_of(reason, "请写明恢复档案的原因。"))

    def _refuse_problems(self, session: Session, form: PartyForm, party_id: int | None) -> None:
        problems = self._problems(session, form, party_id)
        if problems:
            raise InvalidInput("档案资料有误，尚未保存。", problems)

    def _problems(self, session: Session, form: PartyForm, party_id: int | None) -> tuple[Problem, ...]:
        wrong = form_problems(form)
        named = {problem.path for problem in wrong}
        return (*wrong, *(problem for problem in self._taken(session, form, party_id) if problem.path not in named))

    def _taken(self, session: Session, form: PartyForm, party_id: int | None) -> tuple[Problem, ...]:
        """What another dossier holds already: its code for ever, its name until it has ended.

        Two people may bear one name; two companies of one name are one company with two dossiers. One account under two
        dossiers may be right or a fraud: a warning here, and a finding on every case until somebody answers for it.
        """
        problems: list[Problem] = []
        others = Party.id != (party_id or 0)
        if form.code:
            name = session.scalar(select(Party.name).where(Party.code == form.code, others))
            if name is not None:
                problems.append(Problem("code", f"这个代码已用于“{name}”的档案。"))
        going_on = or_(Party.ended_on.is_(None), Party.ended_on > self._desk.clock.today())
        if form.name and form.kind != "person":
            # the database cannot fold widths and spaces; an office has thousands of dossiers at most
            rows = session.execute(
                select(Party.name, Party.code).where(others, going_on, Party.kind != "person").order_by(Party.id)
            )
            mine = compact(form.name)
            twin = next((row for row in rows if compact(row.name) == mine), None)
            if twin is not None:
                problems.append(
                    Problem("name", f"已有同名的档案“{twin.name}”（{twin.code or '无代码'}），请勿重复建档。")
                )
        if form.kind == "person" and form.code and form.name:
            known = session.scalar(select(Person.name).where(Person.id_number == form.code))
            if known is not None and not same(known, form.name):
                problems.append(Problem("name", f"这个证件号在系统中登记的姓名是“{known}”。"))
        return tuple(problems)

    # ---- facts -----------------------------------------------------------------------------

    def yearly_facts(self, kind: str) -> frozenset[str]:
        """Of `known_facts` those that mean nothing without the calendar year that they are the figure of."""
        return frozenset(name for name, spec in fact_schema(self._desk.packs, payee=kind).items() if spec.by_year)

    def known_facts(self, kind: str) -> tuple[tuple[str, str, str, str], ...]:
        """(name, label, unit, kind) of every fact that a dossier of this kind can keep."""
        if kind not in PARTY_KINDS:
            raise InvalidInput(f"没有“{kind}”这种档案。")
        schema = fact_schema(self._desk.packs, payee=kind)
        return tuple((name, spec.label, spec.unit, spec.type) for name, spec in schema.items())

    def set_fact(
        self,
        party_id: int,
        name: str,
        value: Any,
        valid_from: date,
        source: str,
        *,
        year: int | None = None,
        paper: Path | None = None,
    ) -> int:
        """Keeps a fact from a day on, with the paper that shows it. A later one supersedes it from its own day.

        `year`: it is the figure of that calendar year, whatever the day; only facts that are a year's take one.
        """
        require(self._desk, Role.CASEWORKER)
        schema = fact_schema(self._desk.packs)
        if name not in schema:
            raise InvalidInput("没有这个事实项。", (Problem("name", f"没有“{name}”这个事实项。"),))
        kept, problem = read_value(schema[name], value)
        problems = [Problem("value", problem)] if problem else []
        if year is not None and not (_FIRST_YEAR <= year <= self._desk.clock.today().year + 1):
            problems.append(Problem("year", "年度不对，请核对。"))
        elif year is not None and not is_yearly(self._desk.packs, name):
            problems.append(Problem("year", f"“{schema[name].label}”不是年度数据，请只填起始日期。"))
        problems += source_problems(source, paper)
        if problems:
            raise InvalidInput("事实有误，尚未保存。", tuple(problems))
        stored = None if paper is None else self._desk.file.attachments.put(paper)
        with self._desk.file.write(self._desk.actor, "dossier.set-fact") as work:
            record(work.session, Party, party_id, "企业档案")
            fact = PartyFact(
                party_id=party_id,
                name=name,
                value={"value": kept},
                valid_from=valid_from,
                source=source.strip(),
                year=year,
                attachment_id=attached_id(self._desk, work.session, paper, stored),
            )
            work.session.add(fact)
            work.session.flush()
            work.subject("party", party_id)
            return fact.id

    def void_fact(self, fact_id: int, reason: str) -> None:
        """A wrong fact is voided with a reason; it stays in the history."""
        require(self._desk, Role.CASEWORKER)
        reason = reason_of(reason, "请写明作废的原因。")
        with self._desk.file.write(self._desk.actor, "dossier.void-fact", reason=reason) as work:
            fact = record(work.session, PartyFact, fact_id, "事实")
            if fact.voided_reason is not None:
                raise Refusal("already-void", "这条事实已经作废。")
            work.subject("party", fact.party_id)
            fact.voided_reason = reason

    # ---- people ----------------------------------------------------------------------------

    def people(
        self,
        party_id: int,
        search: str = "",
        offset: int = 0,
        limit: int = 100,
        sort: str = "name",
        descending: bool = False,
    ) -> Page[PersonRow]:
        """People of a party by its rosters. `sort`: name, employed_from, employed_to, wage_months, insurance_months."""
        employed = current_employments(party_id)
        wages = self._month_counts(WageMonth, party_id)
        insurance = self._month_counts(InsuranceMonth, party_id)
        query = (
            select(
                Person.id,
                employed.c.id,
                Person.name,
                Person.id_number,
                employed.c.employed_from,
                employed.c.employed_to,
                employed.c.contract_start,
                employed.c.contract_end,
                employed.c.position,
                func.coalesce(wages.c.months, 0).label("wage_months"),
                func.coalesce(insurance.c.months, 0).label("insurance_months"),
            )
            .join(employed, employed.c.person_id == Person.id)
            .outerjoin(wages, wages.c.person_id == Person.id)
            .outerjoin(insurance, insurance.c.person_id == Person.id)
        )
        text = search.strip()
        if text:
            query = query.where(
                or_(
                    Person.name.like(like(text), escape="\\"),
                    Person.initials.like(like(text.lower()), escape="\\"),
                    number_found(Person.id_number, text),
                )
            )
        keys = {
            "name": Person.initials,
            "employed_from": employed.c.employed_from,
            "employed_to": employed.c.employed_to,
            "wage_months": func.coalesce(wages.c.months, 0),
            "insurance_months": func.coalesce(insurance.c.months, 0),
        }
        with self._desk.file.read() as session:
            return page_of(
                session,
                query,
                lambda row: PersonRow(row[0], row[1], row[2], mask_id_number(row[3]), *row[4:]),
                offset=offset,
                limit=limit,
                order=(keys.get(sort, Person.initials), employed.c.id),
                descending=descending,
            )

    @staticmethod
    def _month_counts(table: type[WageMonth] | type[InsuranceMonth], party_id: int) -> Any:
        months = active_months(table).where(table.party_id == party_id).subquery()
        return (
            select(months.c.person_id, func.count(func.distinct(months.c.month)).label("months"))
            .group_by(months.c.person_id)
            .subquery()
        )

    def reveal_id(self, person_id: int, reason: str = "") -> str:
        """The whole ID number. Showing it is an act of its own in the log; refused to a user stopped meanwhile."""
        roles_now(self._desk)
        reason = reason_of(reason, "") if reason.strip() else ""
        with self._desk.file.write(self._desk.actor, "person.reveal-id", reason=reason) as work:
            person = record(work.session, Person, person_id, "人员")
            work.subject("person", person.id)
            return person.id_number

    # ---- history ---------------------------------------------------------------------------

    def history(self, party_id: int) -> tuple[HistoryRow, ...]:
        """Every change of the dossier and its facts, newest first."""
        return self._desk.audit.history_of_party(party_id)


def _parties_of(text: str) -> Select[tuple[int]]:
    """Ids of parties that have somebody of this name, or a longer one, on their rosters or lists of interns."""
    employed, interns = current_employments(), current_internships()
    knows = union(
        select(employed.c.party_id, employed.c.person_id), select(interns.c.party_id, interns.c.person_id)
    ).subquery("knows")
    found = select(knows.c.party_id).join(Person, Person.id == knows.c.person_id)
    if len(text) < _SHORTEST_NAME:  # one letter is in too many names to find anybody by
        return found.where(false())
    return found.where(Person.name.like(like(text), escape="\\"))


def code_shown(kind: str, code: str | None) -> str | None:
    """As lists show it: a person's own number only in part."""
    return mask_id_number(code) if kind == "person" and code else code


def _on_record(session: Session, form: PartyForm) -> None:
    """A dossier about a person is about somebody whose facts are kept: they are on record from its first day."""
    if form.kind == "person" and session.scalar(select(Person.id).where(Person.id_number == form.code)) is None:
        new_person(session, form.name, form.code, form.code_accepted_reason)


def shared_warnings(session: Session, form: PartyForm, party_id: int, today: date) -> tuple[str, ...]:
    """What other dossiers in use hold alike: account, telephone and address (一户多企、一号多企、一址多企)."""
    going_on = or_(Party.ended_on.is_(None), Party.ended_on > today)
    warnings = []
    columns = (
        ("账号", Party.account_number, form.account_number),
        ("联系电话", Party.phone, form.phone),
        ("注册地址", Party.registered_address, form.registered_address),
    )
    for label, column, value in columns:
        if not value:
            continue
        names = list(session.scalars(select(Party.name).where(column == value, Party.id != party_id, going_on)))
        if names:
            listed = "、".join(f"“{name}”" for name in names[:3])
            more = "" if len(names) <= 3 else f"等 {len(names)} 家"
            warnings.append(f"{label}与{listed}{more}的档案相同，请核实。")
    return tuple(warnings)


def _columns(form: PartyForm) -> dict[str, Any]:
    columns = dataclasses.asdict(form)
    columns["code"] = form.code or None
    return columns


def _form(party: Party) -> PartyForm:
    values = {field.name: getattr(party, field.name) for field in dataclasses.fields(PartyForm)}
    values["code"] = party.code or ""
    return PartyForm(**values)


def _shown(form: PartyForm) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in dataclasses.asdict(form).items()}
