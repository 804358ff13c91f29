"""What a dossier keeps beside its form and facts: dated records, facts of people, interns, benefits from elsewhere."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.policy import Clause, FactField
from caseworker.services.base import like, number_found, page_of, reason_of, record, text_problem
from caseworker.services.case_awards import people_of
from caseworker.services.clause_needs import clause_needs, packs_elsewhere
from caseworker.services.employment import current_internships
from caseworker.services.fact_values import person_schema, read_value, show_value
from caseworker.services.party_form import PARTY_KINDS
from caseworker.services.record_facts import CREDIT, CREDIT_KIND, FAIRS, REQUESTS, given, reading, records_on
from caseworker.services.record_forms import (
    attached_id,
    intern_problems,
    may_claim,
    new_person,
    own_person,
    source_problems,
)
from caseworker.services.record_kinds import BY_ID, KINDS, RecordKind, read_data
from caseworker.services.record_people import benefit_rows, intern_row, paper_of, person_detail
from caseworker.services.record_views import (
    BenefitForm,
    BenefitRow,
    ClauseNeeds,
    InternForm,
    InternRow,
    PersonDetail,
    RecordKindView,
    RecordRow,
)
from caseworker.services.rights import require
from caseworker.services.views import Page, Role
from caseworker.store.models import (
    Attachment,
    Internship,
    OtherBenefit,
    Party,
    PartyFact,
    PartyRecord,
    Person,
    PersonFact,
)
from caseworker.values import id_number
from caseworker.values.money import Money
from caseworker.values.names import same

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

_INTERN_SORTS = ("name", "school", "education", "intern_from", "intern_to", "hired_from", "hired_to")


class RecordService:
    """Caseworkers keep records; every role reads them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # ---- dated records ---------------------------------------------------------------------

    def kinds(self, party_kind: str) -> tuple[RecordKindView, ...]:
        """The kinds of record that a dossier of this kind keeps."""
        if party_kind not in PARTY_KINDS:
            raise InvalidInput(f"没有“{party_kind}”这种档案。")
        return tuple(
            RecordKindView(kind.id, kind.label, kind.fields, kind.words)
            for kind in KINDS
            if party_kind in kind.party_kinds
        )

    def page(self, party_id: int, kind: str) -> tuple[RecordRow, ...]:
        """The records of one kind, newest first, voided ones left out."""
        known = _kind(kind)
        today = self._desk.clock.today()
        clauses = [clause for pack in self._desk.policies.packs() for clause in pack.clauses.values()]
        with self._desk.file.read() as session:
            record(session, Party, party_id, "企业档案")
            feeds = self._feeds(session, party_id, known, today, clauses)
            rows = session.execute(
                select(PartyRecord, Attachment.name)
                .outerjoin(Attachment, Attachment.id == PartyRecord.attachment_id)
                .where(PartyRecord.party_id == party_id, PartyRecord.kind == kind)
                .where(PartyRecord.voided_reason.is_(None))
                .order_by(PartyRecord.valid_from.desc(), PartyRecord.id.desc())
            )
            return tuple(
                RecordRow(
                    id=row.id,
                    kind=row.kind,
                    valid_from=row.valid_from,
                    data=dict(row.data),
                    shown=tuple(_shown(field, row.data.get(field.name)) for field in known.fields),
                    source=row.source,
                    paper=paper_of(row.attachment_id, file),
                    feeds=tuple(feeds.get(row.id, ())),
                )
                for row, file in rows
            )

    def _feeds(
        self, session: Session, party_id: int, kind: RecordKind, today: date, clauses: list[Clause]
    ) -> dict[int, list[str]]:
        """record id -> what it gives today, in words."""
        records = records_on(session, party_id, today)
        rows = records.get(kind.id, [])
        found: dict[int, list[str]] = {}
        if kind.id == CREDIT_KIND:
            credit = given(records, CREDIT, "", today)
            if credit is not None:
                field = next((clause.fact(CREDIT) for clause in clauses if clause.fact(CREDIT)), None)
                found[credit.records[0]] = [_fed(CREDIT, field, credit.value)]
        if kind.id in (FAIRS, REQUESTS):
            return {row.id: [kind.words] for row in rows}
        for feed in kind.feeds:
            one = reading(kind, feed, rows, today)
            asking = [clause for clause in clauses if clause.fact(feed.fact) and feed.goes_to(clause.id)]
            if one is None or not asking:
                continue
            by_label: dict[str, list[str]] = {}
            for clause in asking:
                by_label.setdefault(_fed(feed.fact, clause.fact(feed.fact), one.value), []).append(clause.title)
            for key in one.records:
                found.setdefault(key, []).extend(
                    f"{words}（{'、'.join(titles)}）" for words, titles in by_label.items()
                )
        return found

    def add(
        self,
        party_id: int,
        kind: str,
        data: Mapping[str, Any],
        valid_from: date,
        source: str,
        *,
        paper: Path | None = None,
    ) -> int:
        """Keeps a record from a day on, with the paper that shows it. InvalidInput names every wrong field."""
        require(self._desk, Role.CASEWORKER)
        known = _kind(kind)
        kept, wrong = read_data(known, data)
        problems = [*wrong, *source_problems(source, paper)]
        with self._desk.file.read() as session:
            party = record(session, Party, party_id, "企业档案")
            problems += _not_of(known, party)
            problems += _same_again(session, party_id, known, kept)
        if problems:
            raise InvalidInput("记录有误，尚未保存。", tuple(problems))
        stored = None if paper is None else self._desk.file.attachments.put(paper)
        with self._desk.file.write(self._desk.actor, "dossier.add-record") as work:
            again = _same_again(work.session, party_id, known, kept)
            if again:
                raise InvalidInput("记录有误，尚未保存。", again)
            row = PartyRecord(
                party_id=party_id,
                kind=kind,
                data=kept,
                valid_from=valid_from,
                source=source.strip(),
                attachment_id=attached_id(self._desk, work.session, paper, stored),
            )
            work.session.add(row)
            work.session.flush()
            work.subject("party", party_id)
            work.detail(kind=kind)
            return row.id

    def void(self, record_id: int, reason: str) -> None:
        """A wrong record is voided with a reason; it stays in the history."""
        self._void(PartyRecord, record_id, "记录", "dossier.void-record", reason)

    # ---- benefits from elsewhere -----------------------------------------------------------

    def benefits(self, party_id: int) -> tuple[BenefitRow, ...]:
        """What other policies paid for the same matters, newest first."""
        with self._desk.file.read() as session:
            record(session, Party, party_id, "企业档案")
            return benefit_rows(session, self._desk.packs, OtherBenefit.party_id == party_id)

    def add_benefit(self, party_id: int, form: BenefitForm, *, paper: Path | None = None) -> int:
        """Keeps what another policy paid. InvalidInput names every wrong field."""
        require(self._desk, Role.CASEWORKER)
        problems = [*self._benefit_problems(form), *source_problems(form.source, paper)]
        if form.person_id is not None:
            with self._desk.file.read() as session:
                if session.get(Person, form.person_id) is None:
                    problems.append(Problem("person_id", "找不到这个人员，请刷新后再试。"))
        if problems or form.granted_on is None:
            raise InvalidInput("其他渠道补助有误，尚未保存。", tuple(problems))
        stored = None if paper is None else self._desk.file.attachments.put(paper)
        with self._desk.file.write(self._desk.actor, "dossier.add-benefit") as work:
            record(work.session, Party, party_id, "企业档案")
            row = OtherBenefit(
                party_id=party_id,
                person_id=form.person_id,
                policy=form.policy,
                clause=form.clause,
                title=form.title.strip(),
                amount=Money.parse(form.amount.strip()),
                granted_on=form.granted_on,
                source=form.source.strip(),
                attachment_id=attached_id(self._desk, work.session, paper, stored),
            )
            work.session.add(row)
            work.session.flush()
            work.subject("party", party_id)
            return row.id

    def void_benefit(self, benefit_id: int, reason: str) -> None:
        self._void(OtherBenefit, benefit_id, "补助记录", "dossier.void-benefit", reason)

    def _benefit_problems(self, form: BenefitForm) -> Iterable[Problem]:
        pack = self._desk.packs.get(form.policy)
        clause = None if pack is None else pack.clauses.get(form.clause)
        if pack is None:
            yield Problem("policy", "请选择政策。")
        elif clause is None:
            yield Problem("clause", "请选择条款。")
        elif not clause.pays:
            yield Problem("clause", f"“{clause.title}”不发放资金，没有重复享受的问题。")
        elif form.person_id is not None and clause.lines not in ("people", "interns"):
            yield Problem("person_id", f"“{clause.title}”不按人员兑现，请不要选择人员。")
        trouble = text_problem(form.title.strip(), 200) if form.title.strip() else "请填写补助名称。"
        if trouble:
            yield Problem("title", trouble)
        _, wrong = read_value(FactField("amount", "money", "金额", "元"), form.amount.strip())
        if wrong:
            yield Problem("amount", wrong)
        if form.granted_on is None:
            yield Problem("granted_on", "请填写发放日期。")
        elif form.granted_on > self._desk.clock.today():
            yield Problem("granted_on", "发放日期不能晚于今天：还没有发放的，发放以后再登记。")

    # ---- people ----------------------------------------------------------------------------

    def person(self, party_id: int, person_id: int) -> PersonDetail:
        """One person with everything on record, seen from one party's dossier."""
        with self._desk.file.read() as session:
            record(session, Party, party_id, "企业档案")
            person = record(session, Person, person_id, "人员")
            return person_detail(session, self._desk.packs, person_schema(self._desk.packs), party_id, person)

    def own_person(self, party_id: int) -> int | None:
        """The person whom a dossier of kind person is about; None for other kinds."""
        with self._desk.file.read() as session:
            party = record(session, Party, party_id, "企业档案")
            person = own_person(session, party)
            return None if person is None else person.id

    def person_fields(self, party_id: int) -> tuple[FactField, ...]:
        """The facts of a person that a clause can ask of this kind of party, and imports do not give."""
        with self._desk.file.read() as session:
            party = record(session, Party, party_id, "企业档案")
            return tuple(person_schema(self._desk.packs, party.kind).values())

    def set_person_fact(
        self,
        party_id: int,
        person_id: int,
        name: str,
        value: Any,
        valid_from: date,
        source: str,
        *,
        paper: Path | None = None,
    ) -> int:
        """Keeps a fact of one person from a day on. InvalidInput: name, value, source, paper."""
        return self.set_people_fact(party_id, (person_id,), name, value, valid_from, source, paper=paper)[0]

    def set_people_fact(
        self,
        party_id: int,
        person_ids: Sequence[int],
        name: str,
        value: Any,
        valid_from: date,
        source: str,
        *,
        paper: Path | None = None,
    ) -> tuple[int, ...]:
        """The same fact of several people, from one paper, in one act."""
        require(self._desk, Role.CASEWORKER)
        with self._desk.file.read() as session:
            party = record(session, Party, party_id, "企业档案")
            schema = person_schema(self._desk.packs, party.kind)
        problems: list[Problem] = []
        if name not in schema:
            problems.append(Problem("name", f"这类档案的人员没有“{name}”这个事实项。"))
        else:
            _, wrong = read_value(schema[name], value)
            if wrong:
                problems.append(Problem("value", wrong))
        if not person_ids:
            problems.append(Problem("person_ids", "请选择人员。"))
        problems += source_problems(source, paper)
        if problems:
            raise InvalidInput("人员事实有误，尚未保存。", tuple(problems))
        stored = None if paper is None else self._desk.file.attachments.put(paper)
        with self._desk.file.write(self._desk.actor, "person.set-fact") as work:
            known = set(work.session.scalars(people_of(party_id)))
            for key in person_ids:
                record(work.session, Person, key, "人员")
                if key not in known:
                    raise Refusal("not-of-party", "这个人员不在本档案的花名册或实习名单中，请先导入或登记。")
            attachment = attached_id(self._desk, work.session, paper, stored)
            facts = [
                PersonFact(
                    party_id=party_id,
                    person_id=key,
                    name=name,
                    value={"value": value},
                    valid_from=valid_from,
                    source=source.strip(),
                    attachment_id=attachment,
                )
                for key in dict.fromkeys(person_ids)
            ]
            work.session.add_all(facts)
            work.session.flush()
            work.subject("party", party_id)
            work.detail(fact=name, people=len(facts))
            return tuple(fact.id for fact in facts)

    def void_person_fact(self, fact_id: int, reason: str) -> None:
        self._void(PersonFact, fact_id, "人员事实", "person.void-fact", reason)

    # ---- interns ---------------------------------------------------------------------------

    def internships(
        self,
        party_id: int,
        search: str = "",
        offset: int = 0,
        limit: int = 100,
        sort: str = "name",
        descending: bool = False,
    ) -> Page[InternRow]:
        """A party's interns. `sort`: name, school, education, intern_from, intern_to, hired_from, hired_to."""
        rows = current_internships(party_id)
        query = (
            select(rows, Party.name.label("party_name"), Person.name.label("name"), Person.id_number.label("number"))
            .join(Party, Party.id == rows.c.party_id)
            .join(Person, Person.id == rows.c.person_id)
        )
        text = search.strip()
        if text:
            query = query.where(
                or_(
                    Person.name.like(like(text), escape="\\"),
                    Person.initials.like(like(text.lower()), escape="\\"),
                    number_found(Person.id_number, text),
                    rows.c.school.like(like(text), escape="\\"),
                )
            )
        key = rows.c[sort] if sort in _INTERN_SORTS[1:] else Person.initials
        with self._desk.file.read() as session:
            party = record(session, Party, party_id, "企业档案")
            own = party.name if party.kind == "school" else ""  # a school's list need not name the school in each row
            return page_of(
                session,
                query,
                lambda row: dataclasses.replace(intern_row(row, row.name, row.number), school=row.school or own),
                offset=offset,
                limit=limit,
                order=(key, rows.c.id),
                descending=descending,
            )

    def add_internship(self, party_id: int, form: InternForm) -> int:
        """Adds one intern by hand. InvalidInput names every wrong field."""
        require(self._desk, Role.CASEWORKER)
        number = id_number.normalise(form.id_number)
        problems = intern_problems(form)
        accepted = form.id_accepted_reason.strip()
        with self._desk.file.write(self._desk.actor, "dossier.add-intern", reason=accepted) as work:
            session = work.session
            record(session, Party, party_id, "企业档案")
            person = session.scalar(select(Person).where(Person.id_number == number)) if number else None
            if person is not None and form.name.strip() and not same(person.name, form.name):
                problems.append(Problem("name", f"这个证件号在系统中登记的姓名是“{person.name}”。"))
            if person is not None and any(
                row.intern_from == form.intern_from for row in session.execute(_interns_of(party_id, person.id))
            ):
                problems.append(Problem("intern_from", "名单中已有这个人同一起日的实习记录。"))
            if problems:
                raise InvalidInput("实习记录有误，尚未保存。", tuple(problems))
            if person is None:
                person = new_person(session, form.name, number, form.id_accepted_reason)
            row = Internship(
                party_id=party_id,
                person_id=person.id,
                school=form.school.strip(),
                education=form.education or None,
                intern_from=form.intern_from,
                intern_to=form.intern_to,
                hired_from=form.hired_from,
                hired_to=form.hired_to,
            )
            session.add(row)
            session.flush()
            work.subject("party", party_id)
            return row.id

    def void_internship(self, internship_id: int, reason: str) -> None:
        self._void(Internship, internship_id, "实习记录", "dossier.void-intern", reason)

    # ---- papers, needs ---------------------------------------------------------------------

    def paper(self, party_id: int, attachment_id: int) -> tuple[str, str, bytes]:
        """(file name, media type, bytes) of a paper that shows something in this dossier."""
        with self._desk.file.read() as session:
            tables = (PartyFact, PartyRecord, PersonFact, OtherBenefit)
            held = any(
                session.scalar(
                    select(table.id).where(table.party_id == party_id, table.attachment_id == attachment_id).limit(1)
                )
                is not None
                for table in tables
            )
            found = session.get(Attachment, attachment_id) if held else None
            if found is None:
                raise Refusal("not-attached", "档案中没有这份材料，请刷新后再试。")
            return found.name, found.media_type, self._desk.file.attachments.get(found.sha256)

    def needs(self, party_id: int, day: date | None = None) -> tuple[ClauseNeeds, ...]:
        """What each clause open to this kind of party still lacks, were it claimed on `day` (the office's date)."""
        day = day or self._desk.clock.today()
        packs = self._desk.policies.packs()
        with self._desk.file.read() as session:
            party = record(session, Party, party_id, "企业档案")
            elsewhere = packs_elsewhere(party, packs)
            return tuple(
                clause_needs(session, party, pack, clause, self._desk.packs, day, pack.id in elsewhere)
                for pack in packs
                for clause in pack.clauses.values()
                if may_claim(party, clause)
            )

    # ---- inside ----------------------------------------------------------------------------

    def _void(
        self,
        table: type[PartyRecord] | type[OtherBenefit] | type[PersonFact] | type[Internship],
        key: int,
        what: str,
        action: str,
        reason: str,
    ) -> None:
        require(self._desk, Role.CASEWORKER)
        reason = reason_of(reason, "请写明作废的原因。")
        with self._desk.file.write(self._desk.actor, action, reason=reason) as work:
            row = record(work.session, table, key, what)
            if row.voided_reason is not None:
                raise Refusal("already-void", f"这条{what}已经作废。")
            work.subject("party", row.party_id)
            row.voided_reason = reason


def _interns_of(party_id: int, person_id: int) -> Any:
    rows = current_internships(party_id)
    return select(rows.c.intern_from).where(rows.c.person_id == person_id)


def _kind(kind: str) -> RecordKind:
    found = BY_ID.get(kind)
    if found is None:
        raise InvalidInput(f"没有“{kind}”这种记录。", (Problem("kind", f"没有“{kind}”这种记录。"),))
    return found


def _not_of(kind: RecordKind, party: Party) -> tuple[Problem, ...]:
    if party.kind in kind.party_kinds:
        return ()
    return (Problem("kind", f"{PARTY_KINDS.get(party.kind, '')}档案不登记“{kind.label}”。"),)


def _same_again(session: Session, party_id: int, kind: RecordKind, data: Mapping[str, Any]) -> tuple[Problem, ...]:
    """One fair is one record: a second would be a second payment."""
    if kind.id != FAIRS:
        return ()
    rows = session.scalars(
        select(PartyRecord).where(
            PartyRecord.party_id == party_id, PartyRecord.kind == kind.id, PartyRecord.voided_reason.is_(None)
        )
    )
    if any(all(row.data.get(name) == data.get(name) for name in ("held_on", "name")) for row in rows):
        return (Problem("name", "这一天已有同名的招聘会，请勿重复登记。"),)
    return ()


def _shown(field: FactField, value: Any) -> str:
    return "" if value is None else show_value(field, value)


def _fed(fact: str, field: FactField | None, value: Any) -> str:
    return f"{fact if field is None else field.label}：{show_value(field, value)}"
