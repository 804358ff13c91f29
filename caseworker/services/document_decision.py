"""兑现决定书 of a case, from the frozen proposal: what was decided, never what changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.documents.decision import DecisionLetter, DecisionLine
from caseworker.documents.parts import Account, Contact, Instalment
from caseworker.documents.seal import WetSeal
from caseworker.errors import Refusal
from caseworker.services.case_calculation import thaw
from caseworker.services.consultation_rows import agreed_reviews
from caseworker.services.document_shared import (
    CaseDocument,
    case_and_party,
    notice_of,
    quantity_words,
)
from caseworker.store.models import (
    Decision,
    Office,
    Proposal,
)
from caseworker.store.models import Instalment as InstalmentRow
from caseworker.values.money import Money

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


def decision_letter_of(desk: Desk, session: Session, office: Office, case_id: int, number: str) -> CaseDocument:
    """兑现决定书: only after the head has granted, and with the figures of the proposal that was granted."""
    case, party = case_and_party(session, case_id)
    found = session.execute(
        select(Decision, Proposal)
        .join(Proposal, Proposal.id == Decision.proposal_id)
        .where(Decision.case_id == case.id, Decision.outcome == "granted")
        .order_by(Decision.id.desc())
    ).first()
    if found is None:
        raise Refusal("not-decided", "负责人尚未作出同意兑现的决定，不能制作决定书。")
    decision, proposal = found
    frozen = thaw(proposal)
    result = frozen["result"]
    clause = desk.packs[case.policy].clauses[case.clause]
    gross = Money.parse(result["gross_amount"])
    parts = list(
        session.scalars(
            select(InstalmentRow).where(InstalmentRow.decision_id == decision.id).order_by(InstalmentRow.number)
        )
    )
    notice = notice_of(session, case, proposal)
    last = max((part.number for part in parts), default=1)
    letter = DecisionLetter(
        policy=case.policy,
        issuer=office.name,
        number=number,
        day=decision.decided_on,
        payee=party.name,
        code=party.code or "",
        case_number=case.number,
        accepted_on=case.as_of,
        lines=_decision_lines(f"{clause.number}　{clause.title}", frozen, gross),
        total=decision.amount,
        account=Account(party.account_name, party.bank_name, party.account_number),
        contact=Contact(office.contact, office.phone, office.address),
        reconsider_by=office.reconsider_by,
        instalments=tuple(
            Instalment(part.number, "" if part.due_on is None else part.due_on.isoformat(), part.amount)
            for part in parts
            if part.state != "planned" and len([p for p in parts if p.state != "planned"]) > 1
        ),
        deduction=gross - decision.amount,
        notice_from=notice.first_day if notice else None,
        notice_to=notice.last_day if notice else None,
        two_person=decision.joint_review,
        you="你" if party.kind == "person" else "你单位",
        code_label="证件号码" if party.kind == "person" else "统一社会信用代码",
        policy_title=desk.packs[case.policy].title,
        part_no=case.instalment_no if last > 1 else 0,
        part_count=last if last > 1 else 0,
        reviews=agreed_reviews(frozen),
        seal=WetSeal(),
    )
    return letter, number, clause.title, party.name, decision.decided_on, case.id, party.id


def _decision_lines(clause: str, frozen: dict[str, Any], gross: Money) -> tuple[DecisionLine, ...]:
    """A line a basis where their amounts make up the gross sum; else one line with the sum."""
    bases = frozen["bases"]
    if bases and sum((Money.parse(b["amount"]) for b in bases), Money.zero()) == gross:
        return tuple(
            DecisionLine(clause, f"{b['quantity']}{b['unit']}", b["standard"], Money.parse(b["amount"])) for b in bases
        )
    quantity, standard = quantity_words(bases)
    return (DecisionLine(clause, quantity, standard, gross),)
