"""The findings of a case as they stand: worked out once for a state of the file, and the settlements beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, func, select
from sqlalchemy.orm import Session

from caseworker.casework.findings import HEAD, Finding, Kind, settler
from caseworker.errors import Cancelled
from caseworker.policy import Packs
from caseworker.services.case_calculation import Worked, thaw, work
from caseworker.services.consultation_rows import consultation_findings
from caseworker.services.finding_asked import asked_of
from caseworker.services.finding_parties import file_findings, party_findings
from caseworker.services.finding_people import people_findings
from caseworker.services.finding_totals import total_findings
from caseworker.services.seats import Cancel, Progress
from caseworker.services.shared_answers import SharedAnswers
from caseworker.services.unchanged import last_entry
from caseworker.store.models import Case, FindingSettlement, Proposal
from caseworker.values.money import Money

_KEPT = 16  # answers an office; a case asks for the same one several times
_STEPS = 7  # parts of the work that progress hears of
_Key = tuple[int, int]  # last entry of the log, case: whatever is written anywhere makes the answer a new one
_answers: WeakKeyDictionary[Pool, SharedAnswers[_Key, tuple[Finding, ...]]] = WeakKeyDictionary()


def is_live(case: Case) -> bool:
    """Whether findings still count: a decided or ended case keeps those that were on file."""
    return case.head_id is None and case.status in ("open", "suspended")


def standing(
    session: Session,
    case: Case,
    packs: Packs,
    *,
    worked: Worked | None = None,
    progress: Progress = None,
    cancelled: Cancel = None,
) -> tuple[Finding, ...]:
    """What the whole office's data says today of an undecided case; nothing of one that is decided or has ended.

    `worked`: its live calculation, where the caller has it. Raises errors.Cancelled.
    """
    if not is_live(case):
        return ()
    return _answers_of(session).get(
        (last_entry(session), case.id),
        lambda: _find(
            session,
            case,
            packs,
            worked or work(session, case, packs, progress=progress, cancelled=cancelled),
            progress,
            cancelled,
        ),
        cancelled,
    )


def keep(session: Session, case: Case, found: tuple[Finding, ...]) -> None:
    """Takes an answer over that is known to hold for the file as this session sees it."""
    _answers_of(session).get((last_entry(session), case.id), lambda: found)


def _answers_of(session: Session) -> SharedAnswers[_Key, tuple[Finding, ...]]:
    return _answers.setdefault(session.get_bind().engine.pool, SharedAnswers(_KEPT))


def _find(
    session: Session, case: Case, packs: Packs, worked: Worked, progress: Progress, cancelled: Cancel
) -> tuple[Finding, ...]:
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if cancelled is not None and cancelled():
            raise Cancelled
        if progress is not None:
            progress(min(done, _STEPS), _STEPS)

    proposal = session.scalar(select(Proposal).where(Proposal.case_id == case.id, Proposal.state == "live"))
    request, result = worked.request, worked.result
    if proposal is not None:  # what is proposed is what is looked into, whatever a dossier says today
        frozen = thaw(proposal)
        request, result = frozen["request"], frozen["result"]
    typed = {view.name for view in worked.gathered.views if view.origin == "case"}
    asked = asked_of(session, case, packs, request, result, typed)
    found = list(people_findings(session, asked, _paid(worked), step))
    found += total_findings(session, asked, request, result)
    found += party_findings(session, case.party_id)
    found += file_findings(session, case, packs)
    found += consultation_findings(session, case.id)
    step()
    order = {kind: place for place, kind in enumerate(Kind)}
    return tuple(sorted(found, key=lambda one: order[one.kind]))


def _paid(worked: Worked) -> dict[int, Money]:
    """By person, what was granted by now over all companies, where the clause asks for it."""
    people = worked.gathered.values.get("people")
    if not isinstance(people, list):
        return {}
    amounts = ((record["key"], record.get("paid_total")) for record in people)
    return {
        int(key): Money.parse(amount) for key, amount in amounts if key.isdecimal() and amount not in (None, "0.00")
    }


# ---- settlements ---------------------------------------------------------------------------


def settlements(session: Session, case_id: int) -> dict[tuple[str, str], FindingSettlement]:
    """(kind, digest) -> the settlement that stands."""
    rows = session.scalars(
        select(FindingSettlement)
        .where(FindingSettlement.case_id == case_id, FindingSettlement.voided_reason.is_(None))
        .order_by(FindingSettlement.id)
    )
    return {(row.kind, row.digest): row for row in rows}


def unsettled(session: Session, case_id: int, found: Sequence[Finding]) -> tuple[Finding, ...]:
    """Those that somebody must still answer for."""
    wanted = [one for one in found if one.must_settle]
    if not wanted:
        return ()
    kept = settlements(session, case_id)
    return tuple(one for one in wanted if (one.kind.value, one.digest) not in kept)


def head_answered(session: Session, case_id: int) -> frozenset[int]:
    """Who settled, by conclusions that stand, what only the head settles."""
    rows = settlements(session, case_id)
    return frozenset(row.settled_by for (kind, _), row in rows.items() if settler(Kind(kind)) == HEAD)


def to_freeze(session: Session, case_id: int, found: Sequence[Finding]) -> dict[str, Any] | None:
    """What a proposal keeps of the findings; None where there is nothing to keep.

    `through`: the last settlement by then; what was settled later, before the decision, is on file beside it.
    """
    kept = settlements(session, case_id)
    last = session.scalar(select(func.max(FindingSettlement.id)).where(FindingSettlement.case_id == case_id))
    rows = []
    for one in found:
        settled = kept.get((one.kind.value, one.digest))
        rows.append(
            {
                "kind": one.kind.value,
                "digest": one.digest,
                "sentence": one.sentence,
                "reason": "" if settled is None else settled.reason,
                "settled_by": None if settled is None else settled.settled_by,
                "settlement": None if settled is None else settled.id,
            }
        )
    return {"through": last or 0, "found": rows} if rows or last else None


def on_file(session: Session, proposal: Proposal) -> tuple[list[Mapping[str, Any]], list[FindingSettlement]]:
    """What a proposal kept, and what was settled between it and the decision."""
    kept = thaw(proposal).get("findings") or {"through": 0, "found": []}
    later = session.scalars(
        select(FindingSettlement)
        .where(FindingSettlement.case_id == proposal.case_id, FindingSettlement.id > kept["through"])
        .where(FindingSettlement.voided_reason.is_(None))
        .order_by(FindingSettlement.id)
    )
    return kept["found"], list(later)
