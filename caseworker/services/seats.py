"""有效坐席 (大同 第二条): recognised from a party's roster, wage and insurance months, and the fact that cases take."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, cast

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from caseworker.errors import Refusal
from caseworker.policy import Clause, Pack, Point
from caseworker.seats import MOST_PEOPLE, Recognition, Rule, recognise
from caseworker.seats import Person as SeatPerson
from caseworker.services.base import record
from caseworker.services.employment import current_employments, months_by_person
from caseworker.services.point_choices import choices_on, option_label, point_view
from caseworker.services.shared_answers import SharedAnswers
from caseworker.services.views import PointView
from caseworker.store.models import InsuranceMonth, Party, Person, WageMonth
from caseworker.values.spans import Month

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

FACT = "valid_seats"
_MONTHS, _PEOPLE, _RULE = "valid_seat_months", "valid_seat_people", "dt-2.rule"  # as the pack names them
_KEPT = 32  # answers; a case asks for the same one several times
# (person id, months as yyyymm that have both wages and insurance), by person
Evidence = tuple[tuple[int, tuple[int, ...]], ...]
Progress = Callable[[int, int], None] | None
Cancel = Callable[[], bool] | None


@dataclass(frozen=True, slots=True)
class Law:
    """Where the numbers of 第二条 stand: the clause that asks for valid seats, and the point on counting months."""

    pack: Pack
    clause: Clause
    point: Point

    def numbers(self, day: date) -> tuple[int, int]:
        """Months a seat needs and the most people on it, on a day (before the policy: on its first)."""
        day = max(day, self.pack.in_force.start)
        found = [self.clause.parameters[name].at(day) for name in (_MONTHS, _PEOPLE)]
        if None in found:
            raise Refusal("no-valid-seats", f"政策在 {day} 没有规定有效坐席的月数和人数，无法认定。")
        months, people = (cast(int, dated.value) for dated in found if dated is not None)
        if months < 1 or not 1 <= people <= MOST_PEOPLE:
            raise Refusal("no-valid-seats", f"有效坐席每席只能由 1 至 {MOST_PEOPLE} 人组成，请核对政策包。")
        return months, people


@dataclass(frozen=True, slots=True)
class SeatRow:
    """One valid seat. `months` as the rule counts them; `month_list` every calendar month once, yyyy-mm."""

    people: tuple[str, ...]
    months: int
    month_list: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeatsView:
    """`upper_bound`: no answer has more seats, proven. `unused`: people on the roster without a seat."""

    count: int
    upper_bound: int
    optimal: bool
    rule: str
    rule_text: str
    seats: tuple[SeatRow, ...]
    unused: int
    day: date


@dataclass(frozen=True, slots=True)
class Recognised:
    """The number a case takes, its source in words, and the reading of 第二条 it was counted under."""

    count: int
    source: str
    point: PointView


class SeatService:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def offered(self, policies: Iterable[str]) -> bool:
        """Whether one of these policies knows valid seats."""
        return self._law(policies) is not None

    def recognise(
        self,
        party_id: int,
        day: date | None = None,
        *,
        progress: Progress = None,
        cancelled: Cancel = None,
    ) -> SeatsView:
        """The most valid seats that the months up to `day` (the office's date where none is given) make.

        Writes nothing. Refusal where no policy of the office knows valid seats; errors.Cancelled.
        """
        day = day or self._desk.clock.today()
        law = self._law(self._desk.office().policies)
        if law is None:
            raise Refusal("no-valid-seats", "本机构执行的政策没有有效坐席的规定。")
        months, most = law.numbers(day)
        with self._desk.file.read() as session:
            record(session, Party, party_id, "档案")
            evidence = _evidence(session, party_id, day)[0]
            rule = Rule(rule_on(session, law, day).option)
            rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(_roster(party_id, day))))
            names = {_key(person): name for person, name in rows}
        found = recognise(_people(evidence), months, most, rule, progress, cancelled)
        seats = tuple(
            SeatRow(
                tuple(names[one.key] for one in seat.people),
                seat.months,
                tuple(str(month) for month in seat.calendar_months),
            )
            for seat in found.seats
        )
        text = option_label(law.point, rule.value)
        return SeatsView(found.count, found.upper_bound, found.optimal, rule.value, text, seats, len(found.unused), day)

    def _law(self, policies: Iterable[str]) -> Law | None:
        packs = (self._desk.packs.get(policy) for policy in policies)
        laws = (law_of(pack, clause) for pack in packs if pack is not None for clause in pack.clauses.values())
        return next((law for law in laws if law is not None), None)


def law_of(pack: Pack, clause: Clause) -> Law | None:
    """None for a clause that does not ask for valid seats, or does not say what one is."""
    asks = any(fact.name == FACT for fact in clause.facts)
    if not asks or not {_MONTHS, _PEOPLE} <= clause.parameters.keys() or _RULE not in pack.points:
        return None
    return Law(pack, clause, pack.points[_RULE])


def recognised_fact(
    session: Session,
    party_id: int,
    day: date,
    law: Law,
    *,
    option: str | None = None,
    progress: Progress = None,
    cancelled: Cancel = None,
) -> Recognised | None:
    """The number of valid seats a case takes; None unless both wages and insurance are imported.

    Counted under the rule in force on the day, or under `option` to see what another reading gives.
    Raises errors.Cancelled.
    """
    evidence, complete = _evidence(session, party_id, day)
    if not complete:
        return None
    point = rule_on(session, law, day)
    rule = Rule(point.option if option is None else option)
    months, most = law.numbers(day)
    found = _answers.get(
        (evidence, months, most, rule),
        lambda: recognise(_people(evidence), months, most, rule, progress, cancelled),
        cancelled,
    )
    open_end = "" if found.optimal else f"；尚未证明为最多，上限 {found.upper_bound} 席"
    words = f"共 {found.count} 席（口径：{option_label(law.point, rule.value)}{open_end}）"
    return Recognised(found.count, f"有效坐席认定：花名册、工资流水、社保记录，{words}", point)


# Kept by what they are worked out from, so that a new import or an undone one never meets an old answer.
_answers: SharedAnswers[tuple[Evidence, int, int, Rule], Recognition] = SharedAnswers(_KEPT)


def _evidence(session: Session, party_id: int, day: date) -> tuple[Evidence, bool]:
    """Everybody on the roster with the months that count; and whether there are both wages and insurance."""
    last = day.year * 100 + day.month
    roster = sorted(session.scalars(_roster(party_id, day)))
    wages = months_by_person(session, WageMonth, party_id)
    insurance = months_by_person(session, InsuranceMonth, party_id)
    both = ((person, wages.get(person, {}).keys() & insurance.get(person, {}).keys()) for person in roster)
    evidence = tuple((person, tuple(sorted(month for month in months if month <= last))) for person, months in both)
    complete = all(any(months.get(person) for person in roster) for months in (wages, insurance))
    return evidence, complete


def _roster(party_id: int, day: date) -> Select[int]:
    rows = current_employments(party_id)
    return select(rows.c.person_id).where(rows.c.employed_from <= day).distinct()


def _people(evidence: Evidence) -> list[SeatPerson]:
    return [
        SeatPerson(_key(person), frozenset(Month(*divmod(month, 100)) for month in months))
        for person, months in evidence
    ]


def _key(person: int) -> str:
    return f"{person:012d}"  # in the order of the dossier


def rule_on(session: Session, law: Law, day: date) -> PointView:
    """The office's latest decision on 第二条 that holds on a day, or the default."""
    return point_view(law.point, choices_on(session, law.pack.id, day).get(law.point.id))
