"""Reads a request: policy, clause, day, facts, interpretation options, other benefits. Every problem at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from caseworker.errors import InvalidInput, Problem
from caseworker.policy.checks import problems_of
from caseworker.policy.context import Context
from caseworker.policy.facts import JsonObject, Record, read_record
from caseworker.policy.model import Clause, FactField, Pack, Packs
from caseworker.values.money import Money
from caseworker.values.spans import parse_date

NONDUPLICATION = "nonduplication"
_FIELDS = ("policy", "clause", "as_of", "facts", "interpretations", "other_benefits")
_REQUIRED = ("policy", "clause", "as_of", "facts")
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Benefit:
    """Support that another policy already gave for the same matter; `key` names one line of a clause about persons."""

    title: str
    amount: Money
    key: str | None


@dataclass(frozen=True, slots=True)
class Request:
    pack: Pack
    clause: Clause
    as_of: date
    facts: Record
    options: Mapping[str, str]  # of every point of the clause, the default where the request names none
    benefits: tuple[Benefit, ...]


def read_request(request: object, packs: Packs) -> Request:
    """The request, ready to work out. Raises InvalidInput (code `invalid-request`) with every problem in it."""
    problems: list[Problem] = []
    if not isinstance(request, Mapping):
        raise _refused([Problem("", "请求应为一个 JSON 对象")])
    repeated = request.repeated if isinstance(request, JsonObject) else set()
    given = {name: _MISSING if name in repeated else request.get(name, _MISSING) for name in _FIELDS}
    problems += [Problem(str(name), "同一字段出现了多次") for name in request if name in repeated]

    pack = _pack(given["policy"], packs, problems)
    clause = _clause(given["clause"], pack, problems)
    as_of = _as_of(given["as_of"], problems)
    problems += [Problem(name, "缺少此项") for name in _REQUIRED if name not in request]
    problems += [Problem(str(name), "没有这个字段") for name in request if name not in _FIELDS]

    chosen = _interpretations(given["interpretations"], packs, problems)
    benefits = _benefits(given["other_benefits"], problems)
    facts: Record | None = None
    options: dict[str, str] = {}
    if clause is not None and pack is not None:
        if given["facts"] is not _MISSING:
            facts = read_record(clause.facts, clause.pairs, given["facts"], "facts", problems)
        for point in clause.points:
            option = chosen.get(point, pack.points[point].default)
            if option is not None:
                options[point] = option
        if facts is not None:
            problems += _checked(pack, clause, as_of, facts, options)
            if clause.pays:
                problems += _unknown_keys(clause, facts, benefits)
    if problems:
        raise _refused(problems)
    assert pack is not None
    assert clause is not None
    assert as_of is not None
    assert facts is not None
    return Request(pack, clause, as_of, facts, options, tuple(benefit for benefit in benefits if benefit is not None))


def _refused(problems: list[Problem]) -> InvalidInput:
    unique = tuple(dict.fromkeys(problems))
    return InvalidInput("请求有误，未作计算。", unique, code="invalid-request")


def _pack(value: object, packs: Packs, problems: list[Problem]) -> Pack | None:
    if value is _MISSING:
        return None
    if type(value) is not str:
        problems.append(Problem("policy", "应为文本"))
        return None
    pack = packs.get(value)
    if pack is None:
        raise _refused([Problem("policy", f"没有这项政策，可用的有：{'、'.join(packs.by_id)}")])
    return pack


def _clause(value: object, pack: Pack | None, problems: list[Problem]) -> Clause | None:
    if value is _MISSING:
        return None
    if type(value) is not str:
        problems.append(Problem("clause", "应为文本"))
        return None
    if pack is None:
        return None
    clause = pack.clauses.get(value)
    if clause is None:
        raise _refused([Problem("clause", f"“{pack.short_title}”中没有这一条款")])
    return clause


def _as_of(value: object, problems: list[Problem]) -> date | None:
    if value is _MISSING:
        return None
    if type(value) is not str:
        problems.append(Problem("as_of", "日期应为文本，写作 YYYY-MM-DD"))
        return None
    try:
        return parse_date(value)
    except ValueError:
        problems.append(Problem("as_of", "不是有效的日期，应写作 YYYY-MM-DD"))
        return None


def _interpretations(value: object, packs: Packs, problems: list[Problem]) -> dict[str, str | None]:
    """Option by point; None for a point that was named wrongly, so that nothing is checked against it."""
    if value is _MISSING:
        return {}
    if not isinstance(value, Mapping):
        problems.append(Problem("interpretations", "应为对象"))
        return {}
    chosen: dict[str, str | None] = {}
    repeated = value.repeated if isinstance(value, JsonObject) else ()
    for name, option in value.items():
        path = f"interpretations.{name}"
        points = [pack.points[name] for pack in packs if name in pack.points]
        if not points:
            problems.append(Problem(path, "没有这个口径"))
            continue
        chosen[name] = None
        if name in repeated:
            problems.append(Problem(path, "同一口径出现了多次"))
        elif type(option) is not str or points[0].option(option) is None:
            known = "、".join(f"{one.id}（{one.label}）" for one in points[0].options)
            problems.append(Problem(path, f"没有这个选项，可选：{known}"))
        else:
            chosen[name] = option
    return chosen


def _benefits(value: object, problems: list[Problem]) -> list[Benefit | None]:
    """The entries in order; None for one that is wrong in itself."""
    if value is _MISSING:
        return []
    if not isinstance(value, list | tuple):
        problems.append(Problem("other_benefits", "应为列表"))
        return []
    return [_benefit(item, f"other_benefits.{number}", problems) for number, item in enumerate(value)]


_BENEFIT_FIELDS = (
    FactField("title", "text", "名称"),
    FactField("amount", "money", "金额", "元"),
    FactField("key", "key", "对应人员", optional=True),
)


def _benefit(item: object, path: str, problems: list[Problem]) -> Benefit | None:
    before = len(problems)
    record = read_record(_BENEFIT_FIELDS, (), item, path, problems)
    if len(problems) > before:
        return None
    key = cast("str | bool", record["key"])  # absent is False
    return Benefit(cast(str, record["title"]), cast(Money, record["amount"]), None if key is False else cast(str, key))


def _checked(
    pack: Pack, clause: Clause, as_of: date | None, facts: Record, options: Mapping[str, str]
) -> Iterator[Problem]:
    """What the clause's checks refuse. Without a usable day, only what is refused whatever the day."""
    if not clause.checks:
        return
    days = [as_of] if as_of is not None else sorted({v.start for p in clause.parameters.values() for v in p.values}
                                                    | {r.start for t in clause.tables.values() for r in t.rows}
                                                    | {pack.in_force.start})  # fmt: skip
    for check in clause.checks:
        found = [list(problems_of(Context(pack, clause, day, facts, options), check)) for day in days]
        kept = {problem.path for problem in found[0]}.intersection(*({p.path for p in one} for one in found))
        yield from (problem for problem in found[0] if problem.path in kept)


def _unknown_keys(clause: Clause, facts: Record, benefits: list[Benefit | None]) -> Iterator[Problem]:
    keys: set[object] = set()
    if clause.lines is not None:
        if clause.lines not in facts:
            return  # the list itself is wrong: nothing to check against
        records = cast("tuple[Record, ...]", facts[clause.lines])
        if any("key" not in record for record in records):
            return
        keys = {record["key"] for record in records}
    for number, benefit in enumerate(benefits):
        if benefit is not None and benefit.key is not None and benefit.key not in keys:
            yield Problem(f"other_benefits.{number}.key", "没有这个人员或事项")
