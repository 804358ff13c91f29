"""协查函 of an inquiry: its words from the record, its lines kept beside it, registered like every other letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.casework.consultations import OPEN
from caseworker.documents import verification
from caseworker.documents.inquiry import InquiryLetter, InquiryPerson
from caseworker.documents.parts import Contact
from caseworker.documents.seal import WetSeal
from caseworker.services.answered import INQUIRY_KIND
from caseworker.services.consultation_lines import AskedLine
from caseworker.services.document_build import Draft, rendered
from caseworker.services.document_kinds import KINDS
from caseworker.services.document_register import enter
from caseworker.services.supplement import letter_name
from caseworker.store.models import Case, CaseConsultation, ConsultationLine, Document, Office, Party
from caseworker.store.sequences import next_number

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


def issue_letter(
    desk: Desk, session: Session, row: CaseConsultation, lines: tuple[AskedLine, ...]
) -> tuple[Document, bytes]:
    """Numbers, renders and registers the letter of today; the caller's transaction keeps it or nothing.

    `row.due_on` must be set. Raises InvalidInput where a name holds a character that no face has.
    """
    kind = KINDS[INQUIRY_KIND]
    office = session.scalars(select(Office)).one()
    case = session.get_one(Case, row.case_id)
    party = session.get_one(Party, case.party_id)
    pack = desk.packs[case.policy]
    clause = pack.clauses[case.clause]
    today = desk.clock.today()
    if row.due_on is None:
        raise AssertionError("an inquiry is issued with the day it asks for")
    number = next_number(session, kind.id, today.year)
    shown = f"{letter_name(office, kind.id)}〔{today.year}〕{number}号"
    letter = InquiryLetter(
        issuer=office.name,
        number=shown,
        day=today,
        bureau=row.bureau,
        payee=party.name,
        code=party.code or "",
        case_number=case.number,
        policy_title=pack.title,
        clause=f"{clause.number}　{clause.title}",
        facts=tuple(line.asked for line in lines if line.person_id is None),
        people=tuple(
            InquiryPerson(line.subject, line.id_number, line.asked) for line in lines if line.person_id is not None
        ),
        due=row.due_on,
        contact=Contact(office.contact, office.phone, office.address),
        code_name="证件号码" if party.kind == "person" else "统一社会信用代码",
        seal=WetSeal(),
    )
    draft = Draft(
        kind.id,
        letter,
        shown,
        f"致{row.bureau}的{kind.title}",
        party.name,
        today,
        verification.digest(letter),
        case_id=case.id,
        party_id=party.id,
    )
    data = rendered(desk, session, draft, seal=None)
    document = enter(desk, session, kind, draft, data, today.year, number)
    for place, line in enumerate(lines, 1):
        session.add(
            ConsultationLine(
                consultation_id=row.id,
                document_id=document.id,
                number=place,
                person_id=line.person_id,
                subject=line.subject,
                asked=line.asked,
                outcome=OPEN,
            )
        )
    return document, data
