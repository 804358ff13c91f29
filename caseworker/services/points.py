"""口径: the interpretation points of a policy, the choices at them, what each reading comes to, who used which.

A choice is a record with the number and date of the office's decision. It holds for claims accepted from its day on;
what was proposed before keeps the option it was worked out with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from caseworker.errors import Cancelled, InvalidInput, Problem, Refusal
from caseworker.policy import Pack, Point
from caseworker.services.base import reason_of, record, text_problem
from caseworker.services.case_calculation import thaw
from caseworker.services.case_situation import OPEN_STEPS
from caseworker.services.point_choices import DEFAULT_DECISION, option_label
from caseworker.services.point_effects import EffectRow, depending, effect_of
from caseworker.services.rights import require
from caseworker.services.views import Role
from caseworker.store.models import Case, Decision, Party, PolicyPoint, Proposal, User
from caseworker.values.money import Money

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

Progress = Callable[[int, int], None] | None
Cancel = Callable[[], bool] | None


@dataclass(frozen=True, slots=True)
class OptionView:
    id: str
    label: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One choice on record. `chosen_by` is empty for a choice made before it was kept."""

    id: int
    option: str
    option_text: str
    valid_from: date
    decision_number: str
    decided_on: date
    reason: str
    chosen_by: str
    chosen_at: datetime | None
    voided_reason: str | None


@dataclass(frozen=True, slots=True)
class PointRow:
    """A point with the option in force on the day asked for. `since` None: the default, no choice on record yet.

    `clauses`: (id, number, title) of those that depend on it. `choices`: newest first, voided ones too.
    """

    policy: str
    id: str
    question: str
    quotes: tuple[str, ...]
    reason: str
    options: tuple[OptionView, ...]
    option: str
    option_text: str
    decision: str
    since: date | None
    clauses: tuple[tuple[str, str, str], ...]
    choices: tuple[ChoiceView, ...]


@dataclass(frozen=True, slots=True)
class UseRow:
    """A decided case and the option it was worked out with, as its proposal froze it."""

    case_id: int
    number: str
    party: str
    clause: str
    clause_title: str
    option: str
    option_text: str
    decision: str  # the office's decision number then, or 程序默认
    outcome: str  # granted, refused
    amount: Money
    decided_on: date


class PointService:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, policy: str, day: date | None = None) -> tuple[PointRow, ...]:
        """Every point of a policy as it stands on `day` (the office's date where none is given)."""
        pack = self._pack(policy)
        day = day or self._desk.clock.today()
        with self._desk.file.read() as session:
            names = {row.id: row.name for row in session.scalars(select(User))}
            rows: dict[str, list[PolicyPoint]] = {}
            query = select(PolicyPoint).where(PolicyPoint.policy == policy)
            for row in session.scalars(query.order_by(PolicyPoint.valid_from.desc(), PolicyPoint.id.desc())):
                rows.setdefault(row.point, []).append(row)
            return tuple(_row(pack, point, rows.get(point.id, []), names, day) for point in pack.points.values())

    def choose(
        self,
        policy: str,
        point: str,
        option: str,
        *,
        decision_number: str,
        decided_on: date,
        valid_from: date,
        reason: str = "",
    ) -> int:
        """The office's choice, for claims accepted from `valid_from` on; its id. For the head.

        InvalidInput names every wrong field (option, decision_number, decided_on, valid_from, reason).
        """
        require(self._desk, Role.HEAD)
        pack = self._pack(policy)
        found = pack.points.get(point)
        if found is None:
            raise Refusal("no-such-point", "这项政策没有这个口径。")
        problems = _problems(pack, found, option, decision_number, decided_on, valid_from, self._desk.clock.today())
        if reason.strip() and (trouble := text_problem(reason.strip(), 1000, lines=True)):
            problems.append(Problem("reason", trouble))
        if problems:
            raise InvalidInput("口径选择有误，尚未保存。", tuple(problems))
        with self._desk.file.write(self._desk.actor, "point.choose", reason=reason.strip()) as work_:
            session = work_.session
            taken = session.scalar(
                select(PolicyPoint.decision_number).where(
                    PolicyPoint.policy == policy,
                    PolicyPoint.point == point,
                    PolicyPoint.valid_from == valid_from,
                    PolicyPoint.voided_reason.is_(None),
                )
            )
            if taken is not None:
                raise Refusal("already-chosen", f"自 {valid_from} 起已有选择（{taken}）。如属登记错误，请先作废。")
            row = PolicyPoint(
                policy=policy,
                point=point,
                option=option,
                valid_from=valid_from,
                decision_number=decision_number.strip(),
                decided_on=decided_on,
                reason=reason.strip(),
                chosen_by=self._desk.user.id,
                chosen_at=self._desk.clock.now(),
            )
            session.add(row)
            session.flush()
            work_.subject("point", point)
            work_.detail(policy=policy, option=option)
            return row.id

    def void(self, choice_id: int, reason: str) -> None:
        """Takes a wrongly entered choice back; the one before it holds again. For the head."""
        require(self._desk, Role.HEAD)
        reason = reason_of(reason, "请写明作废的原因。")
        with self._desk.file.write(self._desk.actor, "point.void", reason=reason) as work_:
            row = record(work_.session, PolicyPoint, choice_id, "口径选择")
            if row.voided_reason is not None:
                raise Refusal("already-voided", "这条选择已经作废。")
            work_.subject("point", row.point)
            row.voided_reason = reason

    def effects(
        self, policy: str, point: str, *, progress: Progress = None, cancelled: Cancel = None
    ) -> tuple[EffectRow, ...]:
        """What every option comes to in each open case that is not proposed yet and depends on the point.

        Other points stay as they are in each case. Raises Cancelled.
        """
        pack = self._pack(policy)
        found = pack.points.get(point)
        if found is None:
            raise Refusal("no-such-point", "这项政策没有这个口径。")
        clauses = [clause.id for clause in depending(pack, found)]
        live = exists().where(Proposal.case_id == Case.id, Proposal.state == "live")
        query = (
            select(Case, Party.name)
            .join(Party, Party.id == Case.party_id)
            .where(Case.policy == policy, Case.clause.in_(clauses), Case.step.in_(OPEN_STEPS))
            .where(Case.status.in_(("open", "suspended")), ~live)
            .order_by(Case.number)
        )
        rows: list[EffectRow] = []
        with self._desk.file.read() as session:
            cases = session.execute(query).all()
            for done, (case, party) in enumerate(cases):
                if cancelled is not None and cancelled():
                    raise Cancelled
                if progress is not None:
                    progress(done, len(cases))
                rows.append(effect_of(session, case, party, found, self._desk.packs, cancelled))
        if progress is not None:
            progress(len(rows), len(rows))
        return tuple(rows)

    def uses(self, policy: str, point: str) -> tuple[UseRow, ...]:
        """Every decided case whose calculation rested on the point, newest decision first."""
        pack = self._pack(policy)
        found = pack.points.get(point)
        if found is None:
            raise Refusal("no-such-point", "这项政策没有这个口径。")
        clauses = [clause.id for clause in depending(pack, found)]
        query = (
            select(Decision, Proposal, Case, Party.name)
            .join(Proposal, Proposal.id == Decision.proposal_id)
            .join(Case, Case.id == Decision.case_id)
            .join(Party, Party.id == Case.party_id)
            .where(Case.policy == policy, Case.clause.in_(clauses))
            .order_by(Decision.decided_on.desc(), Decision.id.desc())
        )
        with self._desk.file.read() as session:
            uses = []
            for decision, proposal, case, party in session.execute(query):
                frozen = next((one for one in thaw(proposal)["points"] if one["id"] == point), None)
                if frozen is None:
                    continue  # its clause did not depend on it then, or its seats were stated and not recognised
                uses.append(
                    UseRow(
                        case_id=case.id,
                        number=case.number,
                        party=party,
                        clause=case.clause,
                        clause_title=pack.clauses[case.clause].title,
                        option=frozen["option"],
                        option_text=option_label(found, frozen["option"]),
                        decision=frozen["decision"],
                        outcome=decision.outcome,
                        amount=decision.amount,
                        decided_on=decision.decided_on,
                    )
                )
            return tuple(uses)

    def _pack(self, policy: str) -> Pack:
        pack = self._desk.packs.get(policy)
        if pack is None:
            raise Refusal("no-such-policy", "政策库中没有这项政策。")
        return pack


def _row(pack: Pack, point: Point, rows: list[PolicyPoint], names: dict[int, str], day: date) -> PointRow:
    """`rows` newest first."""
    holds = next((row for row in rows if row.voided_reason is None and row.valid_from <= day), None)
    option = point.default if holds is None else holds.option
    return PointRow(
        policy=pack.id,
        id=point.id,
        question=point.question,
        quotes=point.quotes,
        reason=point.reason,
        options=tuple(OptionView(one.id, one.label, one.id == point.default) for one in point.options),
        option=option,
        option_text=option_label(point, option),
        decision=DEFAULT_DECISION if holds is None else holds.decision_number,
        since=None if holds is None else holds.valid_from,
        clauses=tuple((one.id, one.number, one.title) for one in depending(pack, point)),
        choices=tuple(
            ChoiceView(
                id=row.id,
                option=row.option,
                option_text=option_label(point, row.option),
                valid_from=row.valid_from,
                decision_number=row.decision_number,
                decided_on=row.decided_on,
                reason=row.reason,
                chosen_by=names.get(row.chosen_by or 0, ""),
                chosen_at=row.chosen_at,
                voided_reason=row.voided_reason,
            )
            for row in rows
        ),
    )


def _problems(
    pack: Pack, point: Point, option: str, number: str, decided_on: date, valid_from: date, today: date
) -> list[Problem]:
    problems = []
    if point.option(option) is None:
        problems.append(Problem("option", "请选择一个选项。"))
    trouble = text_problem(number.strip(), 100) if number.strip() else "请填写决定的文号或会议纪要编号。"
    if trouble:
        problems.append(Problem("decision_number", trouble))
    if decided_on > today:
        problems.append(Problem("decided_on", "决定日期不能晚于今天。"))
    if valid_from < pack.in_force.start:
        problems.append(Problem("valid_from", f"不能早于政策施行首日 {pack.in_force.start}。"))
    return problems
