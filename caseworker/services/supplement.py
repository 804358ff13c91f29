"""材料补正一次性告知书 of a case: exactly what its checklist lacks today, each paper with what of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.casework.acceptance import last_day_to_ask
from caseworker.casework.calendar import day_words
from caseworker.casework.checklist import Checklist, fault_of, required_form
from caseworker.documents.papers_letters import FaultyPaper, SupplementLetter
from caseworker.documents.parts import Contact
from caseworker.documents.seal import WetSeal
from caseworker.errors import Refusal
from caseworker.policy import Pack
from caseworker.services.base import record
from caseworker.services.case_facts import gather
from caseworker.services.case_papers import checklist_of, refuse_filed
from caseworker.services.document_kinds import KINDS, letter_prefix
from caseworker.services.workflow import ask_within_days, supplement_days, work_calendar
from caseworker.store.models import Case, CasePaper, Document, Office, Party

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

SUPPLEMENT = "supplement"
UNPROPOSED = ("acceptance", "verification")  # later a lack is a matter of returning the case


def letter_name(office: Office, kind: str) -> str:
    """What the 文号 of a kind begins with: 寻客办补字, 寻客办协字, so that no two letters share a number."""
    return letter_prefix(office.letter_name, KINDS[kind])


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


def issued_supplement(session: Session, case_id: int) -> Document | None:
    """The 补正告知书 of a case that is in force."""
    return session.scalars(
        select(Document)
        .where(Document.case_id == case_id, Document.kind == SUPPLEMENT, Document.state == "issued")
        .order_by(Document.id.desc())
    ).first()


def due_of(letter: Document) -> date:
    """The day by which the letter asks for the papers."""
    return date.fromisoformat(str(letter.content["due"]))


def supplement_note(session: Session, case: Case, pack: Pack, checklist: Checklist, today: date) -> tuple[str, bool]:
    """(what the checklist says of the 补正告知书 and its days, whether one of them has passed); empty: nothing lacks.

    The letter goes out within so many days of the acceptance; one that went out late says so as long as it stands.
    """
    if case.step not in UNPROPOSED or case.status != "open":
        return "", False
    ask_by = last_day_to_ask(case.as_of, ask_within_days(pack))
    letter = issued_supplement(session, case.id)
    if letter is None:
        if checklist.passes:
            return "", False
        rule = f"补正告知书应在 {day_words(ask_by)} 前（受理后 {ask_within_days(pack)} 日内）一次发出"
        late = (today - ask_by).days
        return (f"{rule}，已逾期 {late} 天，请尽快发出。", True) if late > 0 else (f"材料不齐，{rule}。", False)
    due = due_of(letter)
    words = [f"{letter.shown_number} {day_words(letter.dated)} 发出，补正期限 {day_words(due)}"]
    slow, over = (letter.dated - ask_by).days, (today - due).days
    if slow > 0:
        words.append(f"发出时已超过受理后 {ask_within_days(pack)} 日的期限 {slow} 天")
    if over > 0 and not checklist.passes:
        words.append(f"补正已逾期 {over} 天")
    counted = work_calendar(session).after_working_days(letter.dated, supplement_days(pack))
    return "。".join(["，".join(words), *(one.rstrip("。") for one in counted.warnings)]) + "。", over > 0
