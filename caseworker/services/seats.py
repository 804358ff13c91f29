"""有效坐席 (大同 第二条): recognised from a party's roster, wage and insurance months, and the fact that cases take."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from caseworker.errors import Refusal
from caseworker.policy import Clause, Pack, Point
from caseworker.seats import MOST_PEOPLE, Recognition, Rule, recognise
from caseworker.seats import Person as SeatPerson
from caseworker.services.base import record
from caseworker.services.employment import current_employments, months_by_person
from caseworker.store.models import InsuranceMonth, Party, Person, PolicyPoint, WageMonth
from caseworker.values.spans import Month

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

FACT = "valid_seats"
_MONTHS, _PEOPLE, _RULE = "valid_seat_months", "valid_seat_people", "dt-2.rule"  # as the pack names them
_KEPT = 32  # answers; a case asks for the same one several times
# (person id, months as yyyymm that have both wages and insurance), by person
Evidence = tuple[tuple[int, tuple[int, ...]], ...]


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
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
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
            rule = _rule_on(session, law, day)
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
        text = _label(law.point, rule)
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


def recognised_fact(session: Session, party_id: int, day: date, law: Law) -> tuple[int, str] | None:
    """The number of valid seats and its source in words; None unless both wages and insurance are imported."""
    evidence, complete = _evidence(session, party_id, day)
    if not complete:
        return None
    rule = _rule_on(session, law, day)
    found = _remembered(evidence, *law.numbers(day), rule)
    open_end = "" if found.optimal else f"；尚未证明为最多，上限 {found.upper_bound} 席"
    words = f"共 {found.count} 席（口径：{_label(law.point, rule)}{open_end}）"
    return found.count, f"有效坐席认定：花名册、工资流水、社保记录，{words}"


@lru_cache(maxsize=_KEPT)
def _remembered(evidence: Evidence, months: int, most: int, rule: Rule) -> Recognition:
    """Kept by what it is worked out from, so that a new import or an undone one never meets an old answer."""
    return recognise(_people(evidence), months, most, rule)


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


def _rule_on(session: Session, law: Law, day: date) -> Rule:
    """The office's latest decision that holds on a day, or the default."""
    option = session.scalar(
        select(PolicyPoint.option)
        .where(PolicyPoint.policy == law.pack.id, PolicyPoint.point == law.point.id)
        .where(PolicyPoint.valid_from <= day, PolicyPoint.voided_reason.is_(None))
        .order_by(PolicyPoint.valid_from.desc(), PolicyPoint.id.desc())
        .limit(1)
    )
    return Rule(option or law.point.default)


def _label(point: Point, rule: Rule) -> str:
    known = point.option(rule.value)
    return rule.value if known is None else known.label
