"""附件3 of a case, filled from the dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.documents.application_form import Applicant, ApplicationForm, AppliedItem, PaperTick
from caseworker.documents.parts import Account
from caseworker.services.case_facts import dossier_facts
from caseworker.services.case_papers import checklist_of
from caseworker.services.case_situation import live_proposal
from caseworker.services.document_shared import (
    CaseDocument,
    case_and_party,
    figures_of,
    notice_of,
    quantity_words,
)
from caseworker.services.document_words import notice_result
from caseworker.services.employment import current_employments
from caseworker.services.record_facts import given, records_on
from caseworker.services.views import CalculationView
from caseworker.store.models import (
    Case,
    Office,
)
from caseworker.values.money import Money

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


def application_form_of(desk: Desk, session: Session, office: Office, case_id: int) -> CaseDocument:
    """附件3, filled from the dossier; the item with what the calculation gives now, or gave when proposed."""
    case, party = case_and_party(session, case_id)
    pack = desk.packs[case.policy]
    facts = _dossier_numbers(session, case)
    view, bases = figures_of(desk, session, case)
    proposal = live_proposal(session, case.id)
    notice = notice_of(session, case, proposal)
    other = sum((Money.parse(b["amount"]) for b in (view.request or {}).get("other_benefits", [])), Money.zero())
    elsewhere = "、".join(dict.fromkeys(b["title"] for b in (view.request or {}).get("other_benefits", [])))
    form = ApplicationForm(
        policy=case.policy,
        issued_by=office.name,
        number=case.number,
        day=case.as_of,
        applicant=Applicant(
            name=party.name,
            code=party.code or "",
            registered_on=party.registered_on,
            address=party.registered_address,
            representative=party.legal_representative,
            representative_id=party.legal_representative_id,
            contact=party.contact,
            phone=party.phone,
            employees=facts.get("employees"),
            seats_total=facts.get("seats_total"),
            seats_valid=facts.get("seats_valid"),
        ),
        items=_items(case, view, bases),
        # No entry is no declaration: the applicant ticks the box on paper
        supported_elsewhere=True if other else None,
        elsewhere=f"{elsewhere} {other.shown()} 元" if other else "",
        account=Account(party.account_name, party.bank_name, party.account_number),
        papers=_papers(desk, session, case, view),
        notice_from=notice.first_day if notice else None,
        notice_to=notice.last_day if notice else None,
        notice_result="" if notice is None else notice_result(session, notice, case.id),
        offered=tuple(f"{clause.id} {clause.title}" for clause in pack.clauses.values() if clause.paid_here),
    )
    title = pack.clauses[case.clause].title
    return form, case.number, title, party.name, case.as_of, case.id, party.id


def _papers(desk: Desk, session: Session, case: Case, view: CalculationView) -> tuple[PaperTick, ...]:
    facts = {fact.name: fact.value for fact in view.facts if fact.origin != "missing"}
    papers = desk.packs[case.policy].clauses[case.clause].papers
    checks = checklist_of(session, case, papers, facts, desk.clock.today()).papers
    return tuple(PaperTick(check.paper.name, check.complete) for check in checks if check.applies)


def _dossier_numbers(session: Session, case: Case) -> dict[str, int]:
    facts = dossier_facts(session, case.party_id, case.as_of)
    numbers: dict[str, int] = {}
    seats = facts.get("seats") or facts.get("enterprise_seats")
    counted = given(records_on(session, case.party_id, case.as_of), "enterprise_seats", "", case.as_of)
    if seats is not None:
        numbers["seats_total"] = seats.value["value"]
    elif counted is not None:
        numbers["seats_total"] = counted.value  # 座席总数 of the newest record
    rows = current_employments(case.party_id)
    working = session.scalars(
        select(rows.c.person_id)
        .where(rows.c.employed_from <= case.as_of)
        .where(rows.c.employed_to.is_(None) | (rows.c.employed_to >= case.as_of))
        .distinct()
    )
    count = len(list(working))
    if count:
        numbers["employees"] = count
    return numbers


def _items(case: Case, view: CalculationView, bases: list[dict[str, Any]]) -> tuple[AppliedItem, ...]:
    if view.result is None:
        return ()
    if not view.result["eligible"]:
        return (AppliedItem(case.clause, "", "", None),)
    gross = Money.parse(view.result["gross_amount"])
    quantity, standard = quantity_words(bases)
    return (AppliedItem(case.clause, quantity, standard, gross),)
