"""calculate(): one request in, one result out, exactly as policy-rules section 1 and 5 fix them. Never a traceback."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import cast

from caseworker.errors import InvalidInput, Problem
from caseworker.policy.conditions import CONDITION_KINDS, is_met
from caseworker.policy.context import Context, plain
from caseworker.policy.facts import JsonObject, NotExact, Record
from caseworker.policy.kinds import FORMULA_KINDS
from caseworker.policy.model import Clause, Condition, Packs
from caseworker.policy.request import NONDUPLICATION, Benefit, Request, read_request
from caseworker.policy.result import Award, Basis, Calculation, ConditionResult, Line, TraceStep
from caseworker.values.money import Money

SOMETHING_TO_PAY = "something-to-pay"
NOT_DUPLICATED = "not-duplicated"
_LONGEST_INTEGER = 40  # digits; what is longer is refused as a number, not converted


def calculate(request: object, packs: Packs) -> dict[str, object]:
    """The result of a request as plain JSON data, or {"error": {"code": "invalid-request", "problems": [...]}}."""
    try:
        return work_out(request, packs).as_json()
    except InvalidInput as refused:
        return error_json(refused)


def calculate_json(text: str | bytes, packs: Packs) -> dict[str, object]:
    """The same for a request still in JSON; what is not JSON, or not UTF-8, is a problem with the path ""."""
    try:
        return work_out(parse_json(text), packs).as_json()
    except InvalidInput as refused:
        return error_json(refused)


def error_json(refused: InvalidInput) -> dict[str, object]:
    problems = [{"path": problem.path, "message": problem.message} for problem in refused.problems]
    return {"error": {"code": refused.code, "problems": problems}}


def dump_json(result: Mapping[str, object], indent: int | None = None) -> str:
    """JSON text that always encodes as UTF-8: Chinese as it is, lone surrogates escaped."""
    text = json.dumps(result, ensure_ascii=False, indent=indent)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(result, ensure_ascii=True, indent=indent)
    return text


def parse_json(text: str | bytes) -> object:
    """JSON with nothing rounded on the way in: floats become NotExact, repeated names are remembered.

    Raises InvalidInput (code `invalid-request`).
    """
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8")
        return json.loads(
            text.removeprefix("\ufeff"),
            object_pairs_hook=JsonObject,
            parse_float=NotExact,
            parse_constant=NotExact,
            parse_int=lambda digits: int(digits) if len(digits) <= _LONGEST_INTEGER else NotExact(digits),
        )
    except UnicodeDecodeError:
        raise _unreadable("内容不是 UTF-8 编码的文本") from None
    except json.JSONDecodeError as bad:
        raise _unreadable(f"不是有效的 JSON（第{bad.lineno}行第{bad.colno}列附近）") from None
    except RecursionError:
        raise _unreadable("JSON 嵌套过深") from None


def _unreadable(message: str) -> InvalidInput:
    return InvalidInput("请求有误，未作计算。", (Problem("", message),), code="invalid-request")


def work_out(request: object, packs: Packs) -> Calculation:
    """The calculation as data. Raises InvalidInput (code `invalid-request`) with every problem of the request."""
    asked = read_request(request, packs)
    ctx = Context(asked.pack, asked.clause, asked.as_of, asked.facts, asked.options)
    clause = asked.clause
    kind = FORMULA_KINDS[clause.kind]
    args = cast("Mapping[str, str]", clause.formula)

    conditions = [_in_force(ctx)]
    conditions += [_result(ctx, condition, ctx.facts) for condition in clause.conditions if _listed(ctx, condition)]
    base_met = all(condition.met for condition in conditions if condition.decides)

    lines: list[Line] = []
    if kind.per_line:
        award, lines = _lines(ctx, args, base_met)
        any_line = any(line_met for line_met, _ in award.own)
        if clause.pays:
            conditions.append(_something_to_pay(clause, any_line))
        met = base_met and any_line
        total: Award = award.total
    else:
        total = kind.work(ctx, ctx.facts, args)
        met = base_met
        if clause.pays:
            conditions.append(_something_to_pay(clause, bool(total.amount)))
            met = met and bool(total.amount)
    gross = total.amount if met else Money.zero()

    steps = list(total.steps)
    taken = Money.zero()
    warnings = [*clause.warnings, *total.warnings]
    eligible = met
    if asked.benefits and not clause.pays:
        warnings.append("other-benefits-ignored")
    elif sum(benefit.amount.fen for benefit in asked.benefits) > 0:
        taken, step = _taken(asked, gross, lines)
        eligible = met and gross.fen > taken.fen
        conditions.append(
            ConditionResult(
                NOT_DUPLICATED, eligible, True, asked.pack.nonduplication_quote, asked.pack.nonduplication_text
            )
        )
        if met:
            steps.append(step)
    amount = gross - taken if eligible else Money.zero()
    if not eligible:
        steps.append(_refusing_step(conditions))
    return Calculation(
        policy=asked.pack.id,
        clause=clause.id,
        as_of=asked.as_of,
        eligible=eligible,
        amount=amount,
        gross_amount=gross,
        conditions=tuple(conditions),
        interpretations=asked.options,
        lines=tuple(lines),
        schedule=_schedule(clause, total, amount) if eligible else (),
        trace=tuple(steps),
        warnings=tuple(warnings),
        taken=taken,
        bases=tuple(total.bases) if eligible else (),
    )


def _schedule(clause: Clause, total: Award, amount: Money) -> tuple[Money, ...]:
    if not clause.pays:
        return ()
    return total.schedule if total.schedule is not None else (amount,)


def _in_force(ctx: Context) -> ConditionResult:
    """as_of lies in the policy's span; later only where a first award carries on, under its point."""
    rule = ctx.pack.in_force
    met = ctx.as_of >= rule.start
    if met and rule.end is not None and ctx.as_of > rule.end:
        met = bool(
            rule.continuing is not None
            and ctx.facts.get(rule.continuing) is True
            and rule.point is not None
            and ctx.options.get(rule.point) == rule.option
        )
    template = rule.text if rule.end is None else rule.text_with_end
    text = template.format(start=rule.start, end=rule.end, as_of=ctx.as_of)
    return ConditionResult("policy-in-force", met, True, rule.quote, text)


def _listed(ctx: Context, condition: Condition) -> bool:
    return condition.only_if is None or ctx.chose(condition.only_if)


class _Names(dict[str, str]):
    """Looks a template's names up only when they are asked for."""

    def __init__(self, ctx: Context, record: Record) -> None:
        super().__init__()
        self._ctx = ctx
        self._record = record

    def __missing__(self, name: str) -> str:
        return self._ctx.show(name, self._record)


def _result(ctx: Context, condition: Condition, record: Record) -> ConditionResult:
    kind, args = CONDITION_KINDS[condition.kind], cast("dict[str, str]", condition.args)
    quote = condition.quote
    names = _Names(ctx, record)
    if kind.says is not None:
        said, quote = kind.says(ctx, record, args)
        names.update(said)
    elif quote is None:
        quote = ctx.quote(args.get("threshold") or args["months"])
    text = condition.text
    if "{" in text:
        text = text.format_map(names)
    return ConditionResult(condition.id, is_met(ctx, condition, record), condition.decides, quote, text)


def _something_to_pay(clause: Clause, met: bool) -> ConditionResult:
    return ConditionResult(SOMETHING_TO_PAY, met, True, clause.quote, "按本条计算有可发放的金额")


class _LineAwards:
    """The lines' awards: `own` whether each meets its own conditions, `total` the eligible ones together."""

    __slots__ = ("own", "total")

    def __init__(self) -> None:
        self.own: list[tuple[bool, Award]] = []
        self.total = Award(Money.zero())


def _lines(ctx: Context, args: Mapping[str, str], base_met: bool) -> tuple[_LineAwards, list[Line]]:
    clause = ctx.clause
    kind = FORMULA_KINDS[clause.kind]
    awards = _LineAwards()
    lines: list[Line] = []
    total = awards.total
    assert clause.lines is not None
    for record in cast("tuple[Record, ...]", ctx.facts[clause.lines]):
        award = kind.work(ctx, record, args)
        results = [_result(ctx, condition, record) for condition in clause.line_conditions if _listed(ctx, condition)]
        if clause.pays:
            results.append(_something_to_pay(clause, bool(award.amount)))
        own = all(result.met for result in results if result.decides)
        awards.own.append((own, award))
        eligible = own and base_met
        if own:
            # worked out as if the clause's own conditions were met; the last step says where they are not
            total.amount += award.amount
            total.steps += award.steps
            total.bases += award.bases
        lines.append(
            Line(
                cast(str, record["key"]),
                eligible,
                award.amount if eligible else Money.zero(),
                tuple(results),
                award.services,
            )
        )
    if clause.pays and any(own for own, _ in awards.own):
        groups = Counter(award.amount for own, award in awards.own if own)
        expression = " + ".join(
            f"{count}{clause.unit} × {plain(amount)}" for amount, count in sorted(groups.items(), reverse=True)
        )
        total.steps.append(TraceStep("合计", expression, str(total.amount), clause.quote))
    total.bases = _grouped(total.bases)
    return awards, lines


def _grouped(bases: list[Basis]) -> list[Basis]:
    """Rows of one standard together, in the order in which each standard first appears."""
    groups: dict[tuple[str, str, Money | None], tuple[int, Money]] = {}
    for basis in bases:
        whole = basis.quantity.isdecimal()
        if not whole:
            return bases
        key = (basis.unit, basis.standard, basis.rate)
        quantity, amount = groups.get(key, (0, Money.zero()))
        groups[key] = (quantity + int(basis.quantity), amount + basis.amount)
    return [
        Basis(str(quantity), unit, standard, rate, amount)
        for (unit, standard, rate), (quantity, amount) in groups.items()
    ]


def _taken(asked: Request, gross: Money, lines: list[Line]) -> tuple[Money, TraceStep]:
    """What benefits from elsewhere take from the gross amount: a keyed sum from its line, then the unkeyed one."""
    either_or = asked.options[NONDUPLICATION] == "either-or"
    keyed: dict[str, Money] = {}
    unkeyed = Money.zero()
    for benefit in asked.benefits:
        if benefit.key is None:
            unkeyed += benefit.amount
        else:
            keyed[benefit.key] = keyed.get(benefit.key, Money.zero()) + benefit.amount
    taken = Money.zero()
    parts: list[str] = []
    for line in lines:
        got = keyed.get(line.key, Money.zero())
        if line.eligible and got:
            part = line.amount if either_or else min(line.amount, got)
            parts.append(f"{line.key}已享受{plain(got)}，扣{plain(part)}")
            taken += part
    left = gross - taken
    if unkeyed:
        part = left if either_or else min(left, unkeyed)
        parts.append(f"已享受{plain(unkeyed)}，扣{plain(part)}")
        taken += part
    how = "择一享受" if either_or else "补足差额"
    expression = f"{plain(gross)} − {plain(taken)}（{how}：{'；'.join(parts) or '无可扣减'}）"
    step = TraceStep("扣除其他渠道已享受", expression, str(gross - taken), asked.pack.nonduplication_quote)
    return taken, step


def _refusing_step(conditions: list[ConditionResult]) -> TraceStep:
    unmet = [condition for condition in conditions if condition.decides and not condition.met]
    first = unmet[0] if unmet else conditions[0]
    texts = "；".join(condition.text for condition in unmet) or "没有符合条件的人员或事项"
    return TraceStep("不予兑现", f"未满足：{texts}", "0.00", first.quote)


__all__ = [
    "NOT_DUPLICATED",
    "SOMETHING_TO_PAY",
    "Benefit",
    "calculate",
    "calculate_json",
    "dump_json",
    "error_json",
    "parse_json",
    "work_out",
]
