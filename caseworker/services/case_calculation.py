"""The calculation of a case: live from the dossier until it is proposed, frozen with everything it used afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, select
from sqlalchemy.orm import Session

from caseworker.casework.checklist import Checklist
from caseworker.casework.situation import CalculationFacts
from caseworker.casework.steps import STATUS_NAMES
from caseworker.errors import InvalidInput
from caseworker.policy import Calculation, Clause, Pack, Packs, work_out
from caseworker.services.award_years import AwardYear, year_view
from caseworker.services.case_awards import PERSON_LINES
from caseworker.services.case_differences import differences
from caseworker.services.case_facts import Gathered, gather, show_fact
from caseworker.services.point_choices import choices_on, option_label, point_view
from caseworker.services.seats import Cancel, Progress
from caseworker.services.shared_answers import SharedAnswers
from caseworker.services.unchanged import last_that_matters
from caseworker.services.views import CalculationView, CaseFactView, PointView
from caseworker.store.canonical import canonical
from caseworker.store.models import Case, Person, Proposal
from caseworker.values.daxie import in_words
from caseworker.values.money import Money

FORMAT = 1  # of the frozen JSON
_SOME = 900  # keys a query
_PARTS = ("first_paid", "second_paid", "third_paid")
_AWARD_FACTS = ("already_granted", "granted_this_year", "first_application", "continuing", *_PARTS)
_AWARD_ITEMS = ("paid_total", "claimed_through", "already_paid", "months_paid", "award_year", *_PARTS)
_NONE: frozenset[str] = frozenset()
_REWORK = "请退回重新测算，以免超额或重复。"


@dataclass(frozen=True, slots=True)
class Worked:
    """A live calculation. `calculation` is None while facts are missing or wrong; then `problems` say why.

    `points`: those the clause depends on, as in the request, and then those a fact was worked out under.
    """

    gathered: Gathered
    request: dict[str, Any]
    points: tuple[PointView, ...]
    calculation: Calculation | None
    problems: tuple[tuple[str, str], ...]

    @property
    def result(self) -> dict[str, Any] | None:
        return None if self.calculation is None else self.calculation.as_json()

    def facts(self) -> CalculationFacts:
        """What the state machine needs of it."""
        found = self.calculation
        return CalculationFacts(
            missing=self.gathered.missing,
            problems=tuple(message for _, message in self.problems),
            eligible=found is not None and found.eligible,
            amount=Money.zero() if found is None else found.amount,
            unmet=() if found is None else tuple(condition.text for condition in found.unmet),
        )


_KEPT = 4  # calculations an office: of thousands of people each is large
# What it was worked out from: the last entry of the log that matters, the case as it stands, the packs
_Key = tuple[int, int, int, int]
_answers: WeakKeyDictionary[Pool, SharedAnswers[_Key, tuple[Packs, Worked]]] = WeakKeyDictionary()


def work(session: Session, case: Case, packs: Packs, *, progress: Progress = None, cancelled: Cancel = None) -> Worked:
    """Gathers the facts and calculates as of the case's acceptance, under the options that held on that day.

    Once for a state of the file: ticking papers or printing a letter asks for the same answer again and again. For that
    it is to be asked for before the session writes anything that facts are drawn from. Raises errors.Cancelled.
    """
    kept = _answers.setdefault(session.get_bind().engine.pool, SharedAnswers(_KEPT))
    key = (last_that_matters(session), case.id, case.version, id(packs))
    return kept.get(
        key,  # the packs are kept with the answer, so that no others come to have their id
        lambda: (packs, _work(session, case, packs, progress, cancelled)),
        cancelled,
    )[1]


def _work(session: Session, case: Case, packs: Packs, progress: Progress, cancelled: Cancel) -> Worked:
    pack = packs[case.policy]
    clause = pack.clauses[case.clause]
    gathered = gather(session, case, packs, progress=progress, cancelled=cancelled)
    asked = points_on(session, pack, clause, case)
    points = asked + gathered.points
    request: dict[str, Any] = {
        "policy": case.policy,
        "clause": case.clause,
        "as_of": case.as_of.isoformat(),
        "facts": gathered.values,
        "interpretations": {point.id: point.option for point in asked},
        "other_benefits": list(gathered.other_benefits),
    }
    if gathered.missing:
        problems = tuple((f"facts.{view.name}", view.problem) for view in gathered.views if view.problem)
        return Worked(gathered, request, points, None, problems)
    try:
        return Worked(gathered, request, points, work_out(request, packs), ())
    except InvalidInput as refused:
        problems = tuple((problem.path, _worded(problem.path, problem.message, clause)) for problem in refused.problems)
        return Worked(gathered, request, points, None, problems)


def points_on(session: Session, pack: Pack, clause: Clause, case: Case) -> tuple[PointView, ...]:
    """The option in use at each point the clause depends on: the office's latest decision by as_of, or the default."""
    chosen = choices_on(session, case.policy, case.as_of)
    return tuple(point_view(pack.points[name], chosen.get(name)) for name in clause.points)


# ---- freezing ------------------------------------------------------------------------------


def freeze(
    worked: Worked,
    checklist: Checklist,
    pack: Pack,
    case: Case,
    outcome: str,
    version: str,
    findings: dict[str, Any] | None = None,
    consultations: Sequence[dict[str, Any]] = (),
) -> bytes:
    """Everything a proposal rests on, as canonical JSON: the same facts give the same bytes and hash for ever."""
    clause = pack.clauses[case.clause]
    found, year = worked.calculation, worked.gathered.award_year
    return canonical(
        ({} if findings is None else {"findings": findings})
        | ({} if year is None else {"award_year": year.as_json()})
        | ({"consultations": list(consultations)} if consultations else {})
        | {
            "format": FORMAT,
            "program": version,
            "case": case.number,
            "outcome": outcome,
            "request": worked.request,
            "facts": [
                {"name": v.name, "source": v.source, "origin": v.origin, "reason": v.reason}
                for v in worked.gathered.views
            ],
            "points": [{"id": p.id, "option": p.option, "decision": p.decision} for p in worked.points],
            "parameters": _parameters(clause, pack, case),
            "papers": [
                {
                    "id": check.paper.id,
                    "name": check.paper.name,
                    "applies": check.applies,
                    "original": check.state.original_sighted,
                    "copy": check.state.copy_kept,
                    "seal": check.state.seal_affixed,
                    "tolerated_until": check.state.tolerated_until,
                    "complete": check.complete,
                }
                for check in checklist.papers
            ],
            "missing": list(worked.gathered.missing),
            "result": worked.result,
            "bases": []
            if found is None
            else [
                {"quantity": b.quantity, "unit": b.unit, "standard": b.standard, "amount": str(b.amount)}
                for b in found.bases
            ],
        }
    )


def thaw(proposal: Proposal) -> dict[str, Any]:
    frozen: dict[str, Any] = json.loads(proposal.frozen)
    return frozen


def frozen_amount(frozen: dict[str, Any]) -> Money:
    """What a proposal grants, from its frozen bytes and never from a column beside them; zero for a refusal."""
    if frozen["outcome"] != "granted" or frozen["result"] is None:
        return Money.zero()
    return Money.parse(frozen["result"]["amount"])


def recheck(proposal: Proposal, packs: Packs) -> tuple[bool, str]:
    """Whether the frozen bytes still have their hash, and whether this program still works out the same result."""
    if hashlib.sha256(proposal.frozen).hexdigest() != proposal.sha256:
        return False, "封存的测算内容与其摘要不符，数据可能被改动。请立即停止办理并核对备份。"
    frozen = thaw(proposal)
    if frozen["result"] is None:
        return True, f"封存时测算未完成（拟{STATUS_NAMES[frozen['outcome']]}），摘要一致。"
    try:
        again = work_out(frozen["request"], packs).as_json()
    except InvalidInput as refused:
        reasons = "；".join(problem.message for problem in refused.problems)
        return False, f"封存的事实在现行程序中无法重新测算：{reasons}。"
    if canonical(_outcome(again)) != canonical(_outcome(frozen["result"])):
        was, now = frozen["result"]["amount"], again["amount"]
        return False, f"重新测算与封存结果不一致：封存 {was} 元，现为 {now} 元。（封存程序版本 {frozen['program']}）"
    return True, f"摘要一致，重新测算结果相同：{frozen['result']['amount']} 元。"


def _outcome(result: dict[str, Any]) -> dict[str, Any]:
    """What a result decides, without its wording: a later program may say the same thing in other words."""

    def verdicts(conditions: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
        return [(one["id"], one["met"], one["decides"]) for one in conditions]

    kept = {name: value for name, value in result.items() if name != "trace"}
    kept["conditions"] = verdicts(result["conditions"])
    kept["lines"] = [{**line, "conditions": verdicts(line["conditions"])} for line in result["lines"]]
    return kept


def _parameters(clause: Clause, pack: Pack, case: Case) -> list[dict[str, Any]]:
    """The pack's numbers in force on the claim's day, each with the words it comes from."""
    day = max(case.as_of, pack.in_force.start)
    rows: list[dict[str, Any]] = []
    for name, parameter in clause.parameters.items():
        dated = parameter.at(day)
        if dated is not None:
            rows.append({"id": name, "label": parameter.label, "value": _number(dated.value), "quote": dated.quote})
    for name, table in clause.tables.items():
        for row in table.rows_at(day):
            label = row.label or table.label
            rows.append({"id": name, "label": label, "value": _number(row.value), "quote": row.quote})
    return rows


def _number(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


# ---- showing -------------------------------------------------------------------------------


def live_view(worked: Worked) -> CalculationView:
    found = worked.calculation
    year = worked.gathered.award_year
    return CalculationView(
        facts=(*(() if year is None else (year_view(year),)), *worked.gathered.views),
        missing=worked.gathered.missing,
        request=worked.request if not worked.gathered.missing else None,
        result=worked.result,
        problems=worked.problems,
        amount=None if found is None else found.amount,
        amount_words=_words(None if found is None else found.amount),
        points=worked.points,
    )


def line_names(session: Session, clause: Clause, result: dict[str, Any] | None) -> dict[str, str]:
    """The names behind the keys of a result's lines, where the lines are people of dossiers."""
    if result is None or clause.lines not in PERSON_LINES:
        return {}
    keys = [int(line["key"]) for line in result["lines"] if line["key"].isdecimal()]
    names: dict[str, str] = {}
    for start in range(0, len(keys), _SOME):
        rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(keys[start : start + _SOME])))
        names |= {str(key): name for key, name in rows}
    return names


def frozen_view(proposal: Proposal, worked: Worked, pack: Pack, clause: Clause) -> CalculationView:
    """What was proposed, with what has changed in the dossier since."""
    frozen = thaw(proposal)
    values = frozen["request"]["facts"]
    facts = [year_view(AwardYear(**frozen["award_year"]))] if "award_year" in frozen else []
    for row in frozen["facts"]:
        field = clause.fact(row["name"])
        value = values.get(row["name"])
        now = next(view for view in worked.gathered.views if view.name == row["name"])
        facts.append(
            CaseFactView(
                name=now.name,
                label=now.label,
                unit=now.unit,
                kind=now.kind,
                nullable=now.nullable,
                value=value,
                shown="" if row["origin"] == "missing" else show_fact(field, value),
                source=row["source"],
                origin=row["origin"],
                reason=row["reason"],
                problem=None if row["origin"] != "missing" else f"缺少“{now.label}”。",
            )
        )
    points = []
    for row in frozen["points"]:
        point = pack.points[row["id"]]
        label = option_label(point, row["option"])
        points.append(PointView(row["id"], point.question, row["option"], label, row["decision"]))
    result = frozen["result"]
    amount = None if result is None else Money.parse(result["amount"])
    return CalculationView(
        facts=tuple(facts),
        missing=tuple(frozen["missing"]),
        request=frozen["request"],
        result=result,
        problems=(),
        amount=amount,
        amount_words=_words(amount),
        points=tuple(points),
        differs_from_proposal=differences(frozen, worked, pack, clause),
    )


def changed_awards(frozen: dict[str, Any], gathered: Gathered) -> tuple[str, ...]:
    """Sentences for what was granted elsewhere since: a proposal made before that could break a cap."""
    then, now = frozen["request"]["facts"], gathered.values
    labels = {view.name: view.label for view in gathered.views}
    sentences = [
        f"提交初审后，“{labels[name]}”由 {_plain(then[name])} 变为 {_plain(now.get(name))}。{_REWORK}"
        for name in _AWARD_FACTS
        if name in then and then[name] != now.get(name)
    ]
    listed = next((name for name in PERSON_LINES if isinstance(then.get(name), list)), None)
    if listed is not None:
        current = {record["key"]: record for record in now.get(listed) or []}
        count = sum(
            any(record.get(item) != current.get(record["key"], {}).get(item) for item in _AWARD_ITEMS if item in record)
            for record in then[listed]
        )
        if count:
            sentences.append(f"提交初审后，名单中有 {count} 人另有兑现记录或名单已变。{_REWORK}")
        taken = sum(
            bool(gathered.used_elsewhere.get(record["key"], _NONE) & _evidence(record)) for record in then[listed]
        )
        if taken:
            sentences.append(f"提交初审后，名单中有 {taken} 人的月份已由其他单位兑现使用。{_REWORK}")
    return tuple(sentences)


def _evidence(record: dict[str, Any]) -> set[str]:
    return {*record.get("wage_months", ()), *record.get("insurance_months", ())}


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def _worded(path: str, message: str, clause: Clause) -> str:
    """The message with the fact's label before it, where the message does not name it itself."""
    parts = path.split(".")
    field = clause.fact(parts[1]) if len(parts) > 1 and parts[0] == "facts" else None
    if field is None or f"“{field.label}”" in message:
        return message
    return f"“{field.label}”{message}"


def _words(amount: Money | None) -> str:
    return "" if amount is None else in_words(amount)
