"""政策计算器: working out without a case, and the estimate a clerk hands over the counter.

Nothing is kept: an estimate takes no number, is not registered and writes no entry in the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from caseworker.documents import calculation
from caseworker.documents.calculation import Benefit, CalculationSheet, Condition, Fact, PersonLine, Point, Step
from caseworker.documents.parts import Instalment
from caseworker.errors import InvalidInput, Problem
from caseworker.policy import Clause, Pack, calculate, warning_text
from caseworker.services.fact_values import show_value
from caseworker.services.views import PointView
from caseworker.store.atomic import write_atomically
from caseworker.store.faults import translated
from caseworker.values.money import Money
from caseworker.values.spans import parse_date

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

SPOKEN = "咨询时所述，未核材料"
NOBODY = "（窗口咨询）"
_PERSONS = frozenset({"people", "interns"})


@dataclass(frozen=True, slots=True)
class Inputs:
    """What was typed. `as_of` as text, so that a date that is none comes back as a problem like every other.

    `interpretations`: only what the clerk chose here; at every other point the office's own choice holds.
    """

    policy: str
    clause: str
    as_of: str
    facts: Mapping[str, Any]
    interpretations: Mapping[str, str] = field(default_factory=dict)
    benefits: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Worked:
    """An answer: the request as it was sent, the result as `caseworker calculate` gives it, the office's choices."""

    inputs: Inputs
    request: Mapping[str, Any]
    result: Mapping[str, Any]
    points: tuple[PointView, ...]  # of this clause, as the office has decided them

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the inputs, by path (facts.seats, facts.people.0.key, other_benefits.1.amount, as_of)."""
        found = self.result.get("error", {}).get("problems", ())
        return tuple(Problem(one["path"], one["message"]) for one in found)

    @property
    def amount(self) -> Money | None:
        """In yuan; None while the inputs are not complete."""
        return None if "error" in self.result else Money.parse(self.result["amount"])

    @property
    def eligible(self) -> bool:
        return bool(self.result.get("eligible"))


@dataclass(frozen=True, slots=True)
class EstimateFile:
    """The printed estimate: a PDF and a name to save it under."""

    name: str
    data: bytes


def request_of(inputs: Inputs, points: tuple[PointView, ...]) -> dict[str, Any]:
    """The request of policy-rules section 1: the clerk's choices over the office's."""
    request: dict[str, Any] = {
        "policy": inputs.policy,
        "clause": inputs.clause,
        "as_of": inputs.as_of,
        "facts": dict(inputs.facts),
        "interpretations": {point.id: point.option for point in points} | dict(inputs.interpretations),
    }
    if inputs.benefits:
        request["other_benefits"] = [dict(benefit) for benefit in inputs.benefits]
    return request


def work_out(desk: Desk, inputs: Inputs) -> Worked:
    """Works the inputs out under the office's interpretation points of that day. Refusal for an unknown clause."""
    clause = desk.policies.clause(inputs.policy, inputs.clause)
    try:
        day = parse_date(inputs.as_of)
    except ValueError:
        day = desk.clock.today()
    points = tuple(point for point in desk.policies.points(inputs.policy, day) if point.id in clause.points)
    request = request_of(inputs, points)
    return Worked(inputs, request, cast("dict[str, Any]", calculate(request, desk.packs)), points)


def estimate(desk: Desk, inputs: Inputs) -> EstimateFile:
    """The estimate as PDF, marked 仅供参考. InvalidInput while it cannot be worked out; nothing is written anywhere."""
    worked = work_out(desk, inputs)
    if worked.problems:
        raise InvalidInput("还不能出具估算单，请先补全或改正所填内容。", worked.problems)
    pack = desk.packs[inputs.policy]
    clause = pack.clauses[inputs.clause]
    sheet = estimate_sheet(desk, pack, clause, worked)
    return EstimateFile(f"估算-{clause.title}-{sheet.made_on.isoformat()}.pdf", calculation.render(sheet))


def save_estimate(desk: Desk, inputs: Inputs, path: Path) -> str:
    """Writes the estimate where the clerk says, whole or not at all; its name. As `estimate`."""
    made = estimate(desk, inputs)
    with translated(path):
        write_atomically(path, made.data)
    return made.name


def estimate_sheet(desk: Desk, pack: Pack, clause: Clause, worked: Worked) -> CalculationSheet:
    """The sheet of an estimate: no case number, no party, made by whoever sits at the desk."""
    office = desk.office()
    result = worked.result
    listed = clause.lines in _PERSONS
    keys = {line["key"] for line in result["lines"]} if listed else set()
    chosen = worked.inputs.interpretations
    return CalculationSheet(
        policy_title=pack.title,
        clause_number=clause.number,
        clause_title=clause.title,
        payee=NOBODY,
        code="",
        as_of=date.fromisoformat(result["as_of"]),
        made_on=office.today,
        facts=tuple(
            Fact(fact.label, show_value(fact, worked.inputs.facts[fact.name]), SPOKEN)
            for fact in clause.facts
            if fact.name in worked.inputs.facts
        ),
        conditions=tuple(Condition(c["text"], c["met"], c["quote"]) for c in result["conditions"]),
        steps=tuple(
            Step(t["label"], t["expression"], t["value"], t["quote"]) for t in result["trace"] if t["label"] not in keys
        ),
        eligible=result["eligible"],
        gross=Money.parse(result["gross_amount"]),
        amount=Money.parse(result["amount"]),
        points=tuple(
            _point(pack, point, result["interpretations"][point.id], chosen)
            for point in worked.points
            if point.id in result["interpretations"]
        ),
        benefits=tuple(Benefit(b["title"], Money.parse(b["amount"])) for b in worked.inputs.benefits),
        people=_people(result) if listed else (),
        schedule=tuple(
            Instalment(part["no"], "", Money.parse(part["amount"]))
            for part in result["schedule"]
            if len(result["schedule"]) > 1
        ),
        warnings=tuple(warning_text(code) for code in result["warnings"]),
        made_by=desk.user.name,
        issuer=office.name,
        estimate=True,
        practice=office.is_sample,
    )


def _point(pack: Pack, point: PointView, option: str, chosen: Mapping[str, str]) -> Point:
    known = pack.points[point.id].option(option)
    by_hand = point.id in chosen and chosen[point.id] != point.option
    return Point(point.question, known.label if known else option, "本次试算所选" if by_hand else point.decision)


def _people(result: Mapping[str, Any]) -> tuple[PersonLine, ...]:
    """One line a person, by the mark typed for them: an estimate knows no names."""
    steps = {step["label"]: step["expression"] for step in result["trace"]}
    people = []
    for line in result["lines"]:
        unmet = "；".join(c["text"] for c in line["conditions"] if not c["met"])
        note = unmet or steps.get(line["key"], "")
        people.append(PersonLine(line["key"], "", note, line["eligible"], Money.parse(line["amount"])))
    return tuple(people)
