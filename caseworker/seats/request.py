"""The request of `caseworker seats` in JSON: read strictly, every problem at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from caseworker.errors import InvalidInput, Problem
from caseworker.policy import FactField, Option, parse_json
from caseworker.policy.facts import read_record
from caseworker.seats.model import Person, Rule
from caseworker.seats.recognise import MOST_PEOPLE, recognise
from caseworker.values.spans import Month

_PERSON = (
    FactField("key", "key", "人员编号"),
    FactField("wage_months", "months", "工资月份"),
    FactField("insurance_months", "months", "社保月份"),
)
_FIELDS = (
    FactField("months_required", "int", "所需月数", minimum=1),
    FactField("max_people", "int", "每席人数上限", minimum=1),
    FactField("rule", "choice", "计月口径", options=(
        Option(Rule.DISTINCT.value, "同一月份只计一次"), Option(Rule.SUMMED.value, "各人月份相加"))),
    FactField("people", "list", "人员", items=_PERSON),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    people: tuple[Person, ...]
    months_required: int
    max_people: int
    rule: Rule


def read_request(request: object) -> Request:
    """Raises InvalidInput (code `invalid-request`) with every problem of the request."""
    problems: list[Problem] = []
    if not isinstance(request, Mapping):
        raise _refused([Problem("", "请求应为一个 JSON 对象")])
    record = read_record(_FIELDS, (), request, "", problems)
    problems = [Problem(problem.path.removeprefix("."), problem.message) for problem in problems]
    if cast(int, record.get("max_people", 1)) > MOST_PEOPLE:
        problems.append(Problem("max_people", f"“每席人数上限”不能大于{MOST_PEOPLE}（3名以下，含3名）"))
    if problems:
        raise _refused(problems)
    people = tuple(
        Person.of(
            cast(str, person["key"]),
            cast("frozenset[Month]", person["wage_months"]),
            cast("frozenset[Month]", person["insurance_months"]),
        )
        for person in cast("tuple[dict[str, object], ...]", record["people"])
    )
    required, most = cast(int, record["months_required"]), cast(int, record["max_people"])
    return Request(people, required, most, Rule(cast(str, record["rule"])))


def _refused(problems: list[Problem]) -> InvalidInput:
    return InvalidInput("请求有误，未作认定。", tuple(dict.fromkeys(problems)), code="invalid-request")


def recognise_json(text: str | bytes) -> dict[str, object]:
    """The answer, or `{"error": {"code", "problems"}}`, to a request in JSON."""
    try:
        request = read_request(parse_json(text))
    except InvalidInput as refused:
        listed = [{"path": problem.path, "message": problem.message} for problem in refused.problems]
        return {"error": {"code": refused.code, "problems": listed}}
    return recognise(request.people, request.months_required, request.max_people, request.rule).as_json()
