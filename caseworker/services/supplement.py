"""材料补正一次性告知书 of a case: exactly what its checklist lacks today, each paper with what of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.casework.checklist import fault_of, required_form
from caseworker.documents.papers_letters import FaultyPaper, SupplementLetter
from caseworker.documents.parts import Contact
from caseworker.documents.seal import WetSeal
from caseworker.errors import Refusal
from caseworker.services.base import record
from caseworker.services.case_facts import gather
from caseworker.services.case_papers import checklist_of, refuse_filed
from caseworker.services.workflow import supplement_days, work_calendar
from caseworker.store.models import Case, CasePaper, Office, Party

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


def letter_name(office: Office, kind: str) -> str:
    """What the 文号 of a kind begins with: 寻客办补字 for a supplement, so that no two letters share a number."""
    if kind != "supplement":
        return office.letter_name
    return f"{office.letter_name.removesuffix('字')}补字"


def supplement_letter_of(
    desk: Desk, session: Session, office: Office, case_id: int, number: str
) -> tuple[SupplementLetter, str, str, str, date, int, int]:
    """The letter, and what the register notes of it. Refusal where nothing is lacking.

    What may be brought later (容缺, its day not past) is not lacking; a paper this case does not need neither.
    """
    case = record(session, Case, case_id, "办件")
    refuse_filed(case)
    party = record(session, Party, case.party_id, "企业档案")
    pack = desk.packs[case.policy]
    clause = pack.clauses[case.clause]
    today = desk.clock.today()
    checklist = checklist_of(session, case, clause.papers, gather(session, case, desk.packs).values, today)
    lacking = [check for check in checklist.papers if check.holds_up]
    if not lacking:
        raise Refusal("nothing-lacking", "本办件的材料没有需要补正的，不必制作补正告知书。")
    notes = {row.paper: row.note for row in session.scalars(select(CasePaper).where(CasePaper.case_id == case.id))}
    letter = SupplementLetter(
        issuer=office.name,
        number=number,
        day=today,
        payee=party.name,
        case_number=case.number,
        clause=f"{clause.number}　{clause.title}",
        received_on=case.as_of,
        papers=tuple(
            FaultyPaper(check.paper.name, fault_of(check, notes[check.paper.id]), required_form(check.paper))
            for check in lacking
        ),
        due=work_calendar(session).after_working_days(today, supplement_days(pack)).day,
        contact=Contact(office.contact, office.phone, office.address),
        you="你" if party.kind == "person" else "你单位",
        seal=WetSeal(),
    )
    return letter, number, clause.title, party.name, today, case.id, party.id
