"""What several documents take from the record alike: the frozen figures of a case, its notice, its people."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseworker.documents.calculation import (
    PersonLine,
)
from caseworker.services.base import record
from caseworker.services.case_awards import PERSON_LINES
from caseworker.services.case_calculation import frozen_view, live_view, thaw, work
from caseworker.services.case_situation import live_proposal
from caseworker.services.views import CalculationView
from caseworker.store.models import (
    Case,
    Notice,
    NoticeCase,
    Party,
    Person,
    Proposal,
)
from caseworker.store.models import Instalment as InstalmentRow
from caseworker.values.masking import mask_id_number
from caseworker.values.money import Money

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

# document, shown number, title, payee, date, case id, party id
CaseDocument = tuple[Any, str, str, str, date, int, int]


def case_and_party(session: Session, case_id: int) -> tuple[Case, Party]:
    case = record(session, Case, case_id, "办件")
    return case, record(session, Party, case.party_id, "企业档案")


def figures_of(desk: Desk, session: Session, case: Case) -> tuple[CalculationView, list[dict[str, Any]]]:
    """The calculation as it counts (frozen once proposed) and its rows of quantity × standard."""
    worked = work(session, case, desk.packs)
    proposal = live_proposal(session, case.id)
    if proposal is not None:
        pack = desk.packs[case.policy]
        return frozen_view(proposal, worked, pack, pack.clauses[case.clause]), thaw(proposal)["bases"]
    found = worked.calculation
    bases = [] if found is None else found.bases
    rows = [{"quantity": b.quantity, "unit": b.unit, "standard": b.standard, "amount": str(b.amount)} for b in bases]
    return live_view(worked), rows


def instalment_words(session: Session, case: Case, instalment: InstalmentRow) -> str:
    """一次性, or which instalment of the claim this is."""
    count = session.scalar(
        select(func.count(InstalmentRow.id)).where(InstalmentRow.decision_id == instalment.decision_id)
    )
    if count == 1 and case.instalment_no == 1:
        return "一次性"
    return f"第{max(instalment.number, case.instalment_no)}期"


def notice_of(session: Session, case: Case, proposal: Proposal | None) -> Notice | None:
    """The notice that showed this very proposal; one of an earlier proposal showed something else."""
    if proposal is None:
        return None
    return session.scalars(
        select(Notice)
        .join(NoticeCase, NoticeCase.notice_id == Notice.id)
        .where(NoticeCase.case_id == case.id, NoticeCase.proposal_id == proposal.id, Notice.state != "voided")
        .order_by(Notice.id.desc())
    ).first()


def quantity_words(bases: list[dict[str, Any]]) -> tuple[str, str]:
    """数量 and 标准 of a claim in one cell each."""
    quantity = "；".join(f"{b['quantity']}{b['unit']}" for b in bases)
    return quantity, "；".join(b["standard"] for b in bases)


def people_of(session: Session, lines: str | None, result: dict[str, Any]) -> tuple[PersonLine, ...]:
    """The persons of a clause that pays by the person, by name; an ineligible one with the reason."""
    if lines not in PERSON_LINES:
        return ()
    keys = [int(line["key"]) for line in result["lines"] if line["key"].isdecimal()]
    known: dict[int, Person] = {}
    for start in range(0, len(keys), 900):
        for person in session.scalars(select(Person).where(Person.id.in_(keys[start : start + 900]))):
            known[person.id] = person
    own_step = {step["label"]: step["expression"] for step in result["trace"]}
    people = []
    for line in result["lines"]:
        found = known.get(int(line["key"])) if line["key"].isdecimal() else None
        unmet = "；".join(c["text"] for c in line["conditions"] if not c["met"])
        people.append(
            PersonLine(
                name=found.name if found else line["key"],
                masked_id=mask_id_number(found.id_number) if found else "",
                note=unmet or own_step.get(line["key"], ""),
                eligible=line["eligible"],
                amount=Money.parse(line["amount"]),
            )
        )
    return tuple(people)
