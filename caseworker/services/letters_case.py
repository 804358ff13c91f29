"""受理通知书 and 不予兑现决定书 of a case: what was handed in; what was decided against, with its grounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.casework.checklist import PaperCheck
from caseworker.casework.steps import STATUS_NAMES
from caseworker.documents.papers_letters import AcceptanceLetter, ReceivedPaper, ToleratedPaper
from caseworker.documents.refusal import FactFound, PersonUnmet, RefusalLetter, Unmet
from caseworker.documents.seal import WetSeal
from caseworker.errors import Refusal
from caseworker.policy import Clause
from caseworker.services.base import record
from caseworker.services.case_awards import PERSON_LINES
from caseworker.services.case_calculation import thaw
from caseworker.services.case_facts import gather, show_fact
from caseworker.services.case_papers import checklist_of, refuse_filed
from caseworker.services.case_situation import live_proposal
from caseworker.services.document_draft import Draft, drafted
from caseworker.services.letter_shared import contact_of, head_of, on_paper
from caseworker.services.not_accepted import NOT_ACCEPTED, not_accepted_of
from caseworker.services.workflow import decision_days, work_calendar
from caseworker.store.models import Case, Decision, Office, Party, Person, Proposal
from caseworker.values.masking import mask_id_number

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

_SOME = 900  # keys a query


def acceptance_of(desk: Desk, session: Session, office: Office, case_id: int, number: str) -> Draft:
    """受理通知书: the papers as they were ticked. Refusal while any lacks that is not tolerated."""
    case = record(session, Case, case_id, "办件")
    refuse_filed(case)
    if case.status not in ("open", "suspended"):
        raise Refusal("not-open", f"本办件{STATUS_NAMES[case.status]}，不能再制作受理通知书。")
    party = record(session, Party, case.party_id, "企业档案")
    pack = desk.packs[case.policy]
    clause = pack.clauses[case.clause]
    today = desk.clock.today()
    proposal = live_proposal(session, case.id)
    if proposal is not None and proposal.outcome == NOT_ACCEPTED:
        raise Refusal("not-accepting", "本办件已提出拟不予受理，不能制作受理通知书。如需受理，请先退回核验。")
    checklist = checklist_of(session, case, clause.papers, gather(session, case, desk.packs).values, today)
    if not checklist.passes:
        lacking = "、".join(check.paper.name for check in checklist.papers if check.holds_up)
        raise Refusal("papers-lacking", f"材料不齐：{lacking}。请先补正或者登记容缺，再制作受理通知书。")
    expected = work_calendar(session).after_working_days(case.as_of, decision_days(pack)).day
    wanted = [check for check in checklist.papers if check.applies]
    letter = AcceptanceLetter(
        issuer=office.name,
        number=number,
        day=today,
        payee=party.name,
        code=head_of(desk, office, case.policy, party, number, today).code,
        case_number=case.number,
        clause=f"{clause.number}　{clause.title}",
        accepted_on=case.as_of,
        expected=max(expected, today),
        papers=tuple(ReceivedPaper(check.paper.name, _taken(check)) for check in wanted if not check.tolerated),
        tolerated=tuple(
            ToleratedPaper(check.paper.name, check.state.tolerated_until)
            for check in wanted
            if check.tolerated and check.state.tolerated_until is not None
        ),
        contact=contact_of(office),
        you="你" if party.kind == "person" else "你单位",
        seal=WetSeal(),
    )
    return drafted("acceptance", letter, number, clause.title, party.name, today, case_id=case.id, party_id=party.id)


def _taken(check: PaperCheck) -> str:
    """What of a paper was seen and kept, as it was asked for."""
    paper = check.paper
    asked = ((paper.original, "原件已查验"), (paper.copy, "复印件已留存"), (paper.seal, "已加盖公章"))
    return "，".join(words for wanted, words in asked if wanted) or "已提交"


def refusal_of(desk: Desk, session: Session, office: Office, case_id: int, number: str) -> Draft:
    """不予兑现决定书: from what the decision's proposal froze, never from what the dossier says since."""
    case = record(session, Case, case_id, "办件")
    party = record(session, Party, case.party_id, "企业档案")
    found = session.execute(
        select(Decision, Proposal)
        .join(Proposal, Proposal.id == Decision.proposal_id)
        .where(Decision.case_id == case.id)
        .order_by(Decision.id.desc())
    ).first()
    if found is None or found[0].outcome not in ("refused", NOT_ACCEPTED):
        raise Refusal("not-refused", "负责人没有对本办件作出不予兑现的决定，不能制作不予兑现决定书。")
    decision, proposal = found
    if decision.outcome == NOT_ACCEPTED:
        return not_accepted_of(desk, session, office, case, party, decision, proposal, number)
    frozen = thaw(proposal)
    pack = desk.packs[case.policy]
    clause = pack.clauses[case.clause]
    result: dict[str, Any] = frozen["result"] or {"conditions": [], "lines": []}
    letter = RefusalLetter(
        head=head_of(desk, office, case.policy, party, number, decision.decided_on),
        case_number=case.number,
        accepted_on=case.as_of,
        clause=f"{clause.number}　{clause.title}",
        reason=decision.reason,
        reconsider_by=office.reconsider_by,
        facts=_facts(clause, frozen),
        unmet=tuple(
            Unmet(on_paper(condition["text"]), condition["quote"])
            for condition in result["conditions"]
            if condition["decides"] and not condition["met"]
        ),
        missing=tuple(frozen["missing"]),
        people=_people(session, clause, result),
        two_person=decision.joint_review,
        seal=WetSeal(),
    )
    return drafted(
        "refusal", letter, number, clause.title, party.name, decision.decided_on, case_id=case.id, party_id=party.id
    )


def _facts(clause: Clause, frozen: dict[str, Any]) -> tuple[FactFound, ...]:
    """The facts that were counted on, with their papers; of a list of people their number."""
    values = frozen["request"]["facts"]
    found = []
    for row in frozen["facts"]:
        value = values.get(row["name"])
        if row["origin"] == "missing" or value is None:
            continue
        field = clause.fact(row["name"])
        shown = on_paper(show_fact(field, value))
        found.append(FactFound(field.label if field else row["name"], shown, on_paper(row["source"])))
    return tuple(found)


def _people(session: Session, clause: Clause, result: dict[str, Any]) -> tuple[PersonUnmet, ...]:
    """Whom nothing is paid for and why, where the clause pays by the person."""
    if clause.lines not in PERSON_LINES:
        return ()
    refused = [line for line in result["lines"] if not line["eligible"]]
    keys = [int(line["key"]) for line in refused if line["key"].isdecimal()]
    known: dict[str, Person] = {}
    for start in range(0, len(keys), _SOME):
        for person in session.scalars(select(Person).where(Person.id.in_(keys[start : start + _SOME]))):
            known[str(person.id)] = person
    people = []
    for line in refused:
        found = known.get(line["key"])
        unmet = "；".join(condition["text"] for condition in line["conditions"] if not condition["met"])
        people.append(
            PersonUnmet(
                line["key"] if found is None else found.name,
                "" if found is None else mask_id_number(found.id_number),
                on_paper(unmet) or "单位不符合条件",
            )
        )
    return tuple(people)
