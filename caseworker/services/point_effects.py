"""What each reading of an interpretation point comes to in one open case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from caseworker.errors import InvalidInput
from caseworker.policy import Clause, Pack, Packs, Point, work_out
from caseworker.services.case_calculation import Worked, work
from caseworker.services.point_choices import choices_on, option_label, point_view
from caseworker.services.seats import FACT as VALID_SEATS
from caseworker.services.seats import law_of, recognised_fact
from caseworker.store.models import Case
from caseworker.values.money import Money

Cancel = Callable[[], bool] | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one option gives for a case. `amount` None: it cannot be worked out, `problem` says why.

    `seats`: the valid seats recognised under the option, where it decides how they are counted.
    """

    option: str
    label: str
    amount: Money | None
    eligible: bool
    problem: str
    seats: int | None = None


@dataclass(frozen=True, slots=True)
class EffectRow:
    """An open, not yet proposed case under every option. `option` is the one it is worked out with now.

    `note`: why the point does not reach this case although its clause depends on it.
    """

    case_id: int
    number: str
    party: str
    clause: str
    clause_title: str
    as_of: date
    option: str
    readings: tuple[Reading, ...]
    note: str = ""

    @property
    def differs(self) -> bool:
        """Whether the choice matters to this case."""
        return len({(reading.amount, reading.eligible) for reading in self.readings}) > 1


def depending(pack: Pack, point: Point) -> list[Clause]:
    """The clauses that ask the point themselves, and those whose valid seats are counted under it."""
    return [clause for clause in pack.clauses.values() if point.id in clause.points or _counts(pack, clause, point)]


def _counts(pack: Pack, clause: Clause, point: Point) -> bool:
    law = law_of(pack, clause)
    return law is not None and law.point.id == point.id


def effect_of(session: Session, case: Case, party: str, point: Point, packs: Packs, cancelled: Cancel) -> EffectRow:
    pack = packs[case.policy]
    clause = pack.clauses[case.clause]
    worked = work(session, case, packs, cancelled=cancelled)
    counts = _counts(pack, clause, point)
    recognised = any(view.id == point.id for view in worked.gathered.points)
    used = next((view for view in worked.points if view.id == point.id), None)
    if used is None:  # the fact behind it is stated by hand, or not known at all
        used = point_view(point, choices_on(session, case.policy, case.as_of).get(point.id))
    stated = counts and not recognised and VALID_SEATS in worked.gathered.values
    return EffectRow(
        case_id=case.id,
        number=case.number,
        party=party,
        clause=case.clause,
        clause_title=clause.title,
        as_of=case.as_of,
        option=used.option,
        readings=tuple(
            _reading(worked, packs, point, option.id, _seats(session, case, pack, clause, option.id, cancelled))
            if recognised
            else _reading(worked, packs, point, option.id, None)
            for option in point.options
        ),
        note="手工登记" if stated else "",
    )


def _seats(session: Session, case: Case, pack: Pack, clause: Clause, option: str, cancelled: Cancel) -> int | None:
    law = law_of(pack, clause)
    if law is None:
        return None
    found = recognised_fact(session, case.party_id, case.as_of, law, option=option, cancelled=cancelled)
    return None if found is None else found.count


def _reading(worked: Worked, packs: Packs, point: Point, option: str, seats: int | None) -> Reading:
    label = option_label(point, option)
    if worked.calculation is None:
        listed = "、".join(worked.gathered.missing) or "；".join(message for _, message in worked.problems)
        return Reading(option, label, None, False, f"尚不能测算：{listed}", seats)
    request = dict(worked.request)
    if point.id in request["interpretations"]:
        request["interpretations"] = {**request["interpretations"], point.id: option}
    if seats is not None:
        request["facts"] = {**request["facts"], VALID_SEATS: seats}
    try:
        result = work_out(request, packs)
    except InvalidInput as refused:
        return Reading(option, label, None, False, "；".join(problem.message for problem in refused.problems), seats)
    return Reading(option, label, result.amount, result.eligible, "", seats)
