"""One person in full, as every import, fact, internship, award and benefit on record has them; lists of interns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.policy import FactField, Packs
from caseworker.services.employment import active_months, current_employments, current_internships
from caseworker.services.fact_values import show_value
from caseworker.services.record_views import (
    AwardRow,
    BenefitRow,
    EmploymentRow,
    InternRow,
    MonthRow,
    Paper,
    PersonDetail,
    PersonFactRow,
)
from caseworker.store.models import (
    Attachment,
    Case,
    Decision,
    Import,
    InsuranceMonth,
    OtherBenefit,
    Party,
    Person,
    PersonAward,
    PersonFact,
    PriorGrant,
    WageMonth,
)
from caseworker.values.id_number import IdKind
from caseworker.values.masking import mask_id_number
from caseworker.values.money import Money

EDUCATION_NAMES = {"secondary": "中职", "higher": "高职及以上"}
_STATES = {"granted": "已决定", "paid": "已拨付", "ended": "已终止", "prior": "历史补录"}


def person_detail(
    session: Session, packs: Packs, schema: Mapping[str, FactField], party_id: int, person: Person
) -> PersonDetail:
    """Everything about one person, what lies at `party_id` marked as here."""
    return PersonDetail(
        id=person.id,
        party_id=party_id,
        name=person.name,
        id_masked=mask_id_number(person.id_number),
        id_kind=_kind_label(person.id_kind),
        id_accepted_reason=person.id_accepted_reason,
        employments=_employments(session, party_id, person.id),
        months=_months(session, party_id, person.id),
        facts=_facts(session, schema, party_id, person.id),
        internships=_internships(session, person),
        awards=_awards(session, packs, person.id),
        benefits=benefit_rows(session, packs, OtherBenefit.person_id == person.id),
    )


def _kind_label(kind: str) -> str:
    return next((one.label for one in IdKind if one.value == kind), kind)


def _employments(session: Session, party_id: int, person_id: int) -> tuple[EmploymentRow, ...]:
    rows = current_employments()
    query = (
        select(rows, Party.name.label("party_name"), Attachment.name.label("file_name"))
        .join(Party, Party.id == rows.c.party_id)
        .outerjoin(Import, Import.id == rows.c.import_id)
        .outerjoin(Attachment, Attachment.id == Import.attachment_id)
        .where(rows.c.person_id == person_id)
        .order_by(rows.c.employed_from.desc(), rows.c.id.desc())
    )
    return tuple(
        EmploymentRow(
            id=row.id,
            party_id=row.party_id,
            party=row.party_name,
            here=row.party_id == party_id,
            employed_from=row.employed_from,
            employed_to=row.employed_to,
            contract_start=row.contract_start,
            contract_end=row.contract_end,
            position=row.position,
            import_id=row.import_id,
            import_file=row.file_name or "",
        )
        for row in session.execute(query)
    )


def _months(session: Session, party_id: int, person_id: int) -> tuple[MonthRow, ...]:
    """Newest month first; within a month this party before others."""
    wages: dict[tuple[int, int], Money] = {}
    query = active_months(WageMonth).add_columns(WageMonth.gross).where(WageMonth.person_id == person_id)
    for party, _, month, _, gross in session.execute(query):
        wages[party, month] = gross
    insured = {
        (party, month)
        for party, _, month, _ in session.execute(
            active_months(InsuranceMonth).where(InsuranceMonth.person_id == person_id)
        )
    }
    keys = wages.keys() | insured
    ids = {party for party, _ in keys}
    names = {row.id: row.name for row in session.execute(select(Party.id, Party.name).where(Party.id.in_(ids)))}
    ordered = sorted(keys, key=lambda key: (-key[1], key[0] != party_id, key[0]))
    return tuple(
        MonthRow(
            month=f"{month // 100:04d}-{month % 100:02d}",
            party_id=party,
            party=names[party],
            here=party == party_id,
            wage=wages.get((party, month)),
            insured=(party, month) in insured,
        )
        for party, month in ordered
    )


def _facts(
    session: Session, schema: Mapping[str, FactField], party_id: int, person_id: int
) -> tuple[PersonFactRow, ...]:
    query = (
        select(PersonFact, Attachment.name)
        .outerjoin(Attachment, Attachment.id == PersonFact.attachment_id)
        .where(PersonFact.party_id == party_id, PersonFact.person_id == person_id, PersonFact.voided_reason.is_(None))
        .order_by(PersonFact.valid_from, PersonFact.id)
    )
    order = {name: place for place, name in enumerate(schema)}
    rows = [
        PersonFactRow(
            id=fact.id,
            name=fact.name,
            label=schema[fact.name].label if fact.name in schema else fact.name,
            value=fact.value["value"],
            shown=show_value(schema.get(fact.name), fact.value["value"]),
            valid_from=fact.valid_from,
            source=fact.source,
            paper=paper_of(fact.attachment_id, file),
        )
        for fact, file in session.execute(query)
    ]
    return tuple(sorted(rows, key=lambda row: (order.get(row.name, len(order)), row.valid_from, row.id)))


def paper_of(attachment_id: int | None, name: str | None) -> Paper | None:
    return None if attachment_id is None else (attachment_id, name or "")


def _internships(session: Session, person: Person) -> tuple[InternRow, ...]:
    rows = current_internships()
    query = (
        select(rows, Party.name.label("party_name"))
        .join(Party, Party.id == rows.c.party_id)
        .where(rows.c.person_id == person.id)
        .order_by(rows.c.intern_from.desc(), rows.c.id.desc())
    )
    return tuple(intern_row(row, person.name, person.id_number) for row in session.execute(query))


def intern_row(row: Any, name: str, id_number: str) -> InternRow:
    """`row`: the columns of a current internship with `party_name`."""
    return InternRow(
        id=row.id,
        person_id=row.person_id,
        name=name,
        id_masked=mask_id_number(id_number),
        school=row.school,
        education=row.education,
        education_name=EDUCATION_NAMES.get(row.education or "", ""),
        intern_from=row.intern_from,
        intern_to=row.intern_to,
        hired_from=row.hired_from,
        hired_to=row.hired_to,
        import_id=row.import_id,
        party_id=row.party_id,
        party=row.party_name,
    )


def _awards(session: Session, packs: Packs, person_id: int) -> tuple[AwardRow, ...]:
    query = (
        select(PersonAward, Decision.decided_on, Case.id, Case.number, Party.name)
        .join(Decision, Decision.id == PersonAward.decision_id)
        .join(Case, Case.id == Decision.case_id)
        .join(Party, Party.id == PersonAward.party_id)
        .where(PersonAward.person_id == person_id)
    )
    rows = [
        _award(packs, award, case_id, number, party, award.state, award.paid_on or decided_on)
        for award, decided_on, case_id, number, party in session.execute(query)
    ]
    prior = (
        select(PriorGrant, Party.name)
        .join(Party, Party.id == PriorGrant.party_id)
        .where(PriorGrant.person_id == person_id, PriorGrant.voided_reason.is_(None))
        .where(PriorGrant.confirmed_by.is_not(None))
    )
    rows += [
        _award(packs, grant, None, "", party, "prior", grant.granted_on) for grant, party in session.execute(prior)
    ]
    return tuple(sorted(rows, key=lambda row: (row.day is not None, row.day), reverse=True))


def _award(
    packs: Packs, row: PersonAward | PriorGrant, case_id: int | None, number: str, party: str, state: str, day: Any
) -> AwardRow:
    return AwardRow(
        case_id=case_id,
        case_number=number,
        party=party,
        policy=row.policy,
        clause=row.clause,
        clause_title=titles(packs, row.policy, row.clause)[1],
        amount=row.amount,
        state=state,
        state_name=_STATES.get(state, state),
        day=day,
    )


def benefit_rows(session: Session, packs: Packs, where: Any) -> tuple[BenefitRow, ...]:
    query = (
        select(OtherBenefit, Person.name, Attachment.name)
        .outerjoin(Person, Person.id == OtherBenefit.person_id)
        .outerjoin(Attachment, Attachment.id == OtherBenefit.attachment_id)
        .where(where, OtherBenefit.voided_reason.is_(None))
        .order_by(OtherBenefit.granted_on.desc(), OtherBenefit.id.desc())
    )
    found = []
    for row, person, file in session.execute(query):
        policy_title, clause_title = titles(packs, row.policy, row.clause)
        found.append(
            BenefitRow(
                id=row.id,
                policy=row.policy,
                policy_title=policy_title,
                clause=row.clause,
                clause_title=clause_title,
                person_id=row.person_id,
                person=person or "",
                title=row.title,
                amount=row.amount,
                granted_on=row.granted_on,
                source=row.source,
                paper=paper_of(row.attachment_id, file),
            )
        )
    return tuple(found)


def titles(packs: Packs, policy: str, clause: str) -> tuple[str, str]:
    """The short title of a policy and the title of its clause; their ids where the pack is not loaded."""
    pack = packs.get(policy)
    found = None if pack is None else pack.clauses.get(clause)
    return (policy if pack is None else pack.short_title, clause if found is None else found.title)
