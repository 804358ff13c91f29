"""不予受理决定书 of a case: from what its proposal froze and the ground its proposer named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.casework.steps import PAPERS_LATE, ground_of
from caseworker.documents.not_accepted import AskedPapers, NotAcceptedLetter
from caseworker.documents.seal import WetSeal
from caseworker.services.case_calculation import thaw
from caseworker.services.document_draft import Draft, drafted
from caseworker.services.letter_shared import head_of
from caseworker.services.supplement import due_of, issued_supplement
from caseworker.store.models import Case, CaseMove, Decision, Office, Party, Proposal

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

NOT_ACCEPTED = "not-accepted"  # status of the case, outcome of its proposal and decision
TITLE = "不予受理决定书"


def title_of(kind: str, title: str, content: Mapping[str, Any]) -> str:
    """What a registered document is called: 不予受理 is a refusal of its own name."""
    return TITLE if kind == "refusal" and "ground" in content else title


def not_accepted_of(
    desk: Desk,
    session: Session,
    office: Office,
    case: Case,
    party: Party,
    decision: Decision,
    proposal: Proposal,
    number: str,
) -> Draft:
    """The letter of a case that the head decided not to take in."""
    clause = desk.packs[case.policy].clauses[case.clause]
    moves = select(CaseMove.reason).where(CaseMove.case_id == case.id, CaseMove.move == "propose-not-accept")
    ground, said = ground_of(session.scalars(moves.order_by(CaseMove.id.desc())).first() or "")
    asked = None
    if ground == PAPERS_LATE:
        letter = issued_supplement(session, case.id)
        lacking = tuple(row["name"] for row in thaw(proposal)["papers"] if row["applies"] and not row["complete"])
        if letter is not None:
            asked = AskedPapers(letter.shown_number, letter.dated, due_of(letter), lacking)
    paper = NotAcceptedLetter(
        head=head_of(desk, office, case.policy, party, number, decision.decided_on),
        case_number=case.number,
        received_on=case.as_of,
        clause=f"{clause.number}　{clause.title}",
        ground=ground,
        said=said,
        reconsider_by=office.reconsider_by,
        reason=decision.reason,
        asked=asked,
        two_person=decision.joint_review,
        seal=WetSeal(),
    )
    return drafted(
        "refusal", paper, number, clause.title, party.name, decision.decided_on, case_id=case.id, party_id=party.id
    )
