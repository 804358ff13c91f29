"""calculate(): one request in, one result out, exactly as policy-rules section 1 and 5 fix them. Never a traceback."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import cast

from caseworker.errors import InvalidInput, Problem
from caseworker.policy.conditions import CONDITION_KINDS, holds
from caseworker.policy.context import Context, plain
from caseworker.policy.facts import JsonObject, NotExact, Record
from caseworker.policy.kinds import FORMULA_KINDS
from caseworker.policy.lacks import LACKS, label_of, value_of
from caseworker.policy.model import Clause, Condition, Packs
from caseworker.policy.request import NONDUPLICATION, Benefit, Request, read_request
from caseworker.policy.result import Award, Basis, Calculation, ConditionResult, Line, TraceStep
from caseworker.values.money import Money

_IN_FORCE = "policy-in-force"
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
        conditions.append(_not_duplicated(asked, met, gross, taken))
        if met:
            steps.append(step)
    amount = gross - taken if eligible else Money.zero()
    if not eligible:
        steps.append(_refusing_step(conditions))
    elif clause.pays:
        steps.append(_amount_step(clause, gross, taken, amount))
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


def _not_duplicated(asked: Request, met: bool, gross: Money, taken: Money) -> ConditionResult:
    quote = asked.pack.nonduplication_quote
    if not met:
        text = "已享受其他渠道补助；其他条件未满足，没有应发金额可供扣除"
    elif gross.fen > taken.fen:
        text = f"{asked.pack.nonduplication_text}（{plain(gross)}元 − {plain(taken)}元 = {plain(gross - taken)}元）"
    else:
        got = sum((benefit.amount for benefit in asked.benefits), Money.zero())
        text = f"应发{plain(gross)}元，其他渠道已享受同一事项补助{plain(got)}元，扣除后没有应发金额"
    return ConditionResult(NOT_DUPLICATED, met and gross.fen > taken.fen, True, quote, text)


def _schedule(clause: Clause, total: Award, amount: Money) -> tuple[Money, ...]:
    if not clause.pays:
        return ()
    return total.schedule if total.schedule is not None else (amount,)


def _in_force(ctx: Context) -> ConditionResult:
    """as_of lies in the policy's span; later only where a first award carries on, under its point."""
    rule = ctx.pack.in_force
    if ctx.as_of < rule.start:
        return ConditionResult(_IN_FORCE, False, True, rule.quote, f"{ctx.as_of} 早于政策施行首日 {rule.start}")
    if rule.end is None or ctx.as_of <= rule.end:
        template = rule.text if rule.end is None else rule.text_with_end
        text = template.format(start=rule.start, end=rule.end, as_of=ctx.as_of)
        return ConditionResult(_IN_FORCE, True, True, rule.quote, text)
    over = f"{ctx.as_of} 已过政策施行期（{rule.start} 至 {rule.end}）"
    if rule.continuing is None or ctx.facts.get(rule.continuing) is not True:
        return ConditionResult(_IN_FORCE, False, True, rule.quote, over)
    if rule.point is not None and ctx.options.get(rule.point) == rule.option:
        return ConditionResult(_IN_FORCE, True, True, rule.quote, f"{over}，属施行期内首次兑现后的后续兑现")
    return ConditionResult(_IN_FORCE, False, True, rule.quote, f"{over}，按所采用的口径不再后续兑现")


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
    said_quote: str | None = None
    if kind.says is not None:
        said, said_quote = kind.says(ctx, record, args)
        names.update(said)
    if said_quote is not None:
        quote = said_quote
    elif quote is None:
        quote = ctx.quote(args.get("threshold") or args["months"])
    held = holds(ctx, condition, record)
    waived = ctx.chose(condition.waived_if)
    names["met"] = "是" if held else "否"
    text = _text(ctx, condition, record, held or waived, names)
    if waived and not held:
        text += "（按所采用的口径不作要求）"
    return ConditionResult(condition.id, held or waived, condition.decides, quote, text)


def _text(ctx: Context, condition: Condition, record: Record, met: bool, names: _Names) -> str:
    """The condition in words: what is wanted and what is; where it is not met, also what failed."""
    kind, args = CONDITION_KINDS[condition.kind], cast("dict[str, str]", condition.args)
    if kind.counts_from is not None and value_of(ctx, record, args[kind.counts_from]) is None:
        label = label_of(ctx, args[kind.counts_from])
        absent = condition.absent or (f"{label}：无，期限未起算" if met else f"没有{label}")
        return absent.format_map(names)
    text = condition.text if met or condition.unmet is None else condition.unmet
    if not met:
        names["lack"] = LACKS[condition.kind](ctx, record, args)
    if "{" in text:
        text = text.format_map(names)
    if not met and condition.unmet is None and names["lack"]:
        text += ("，" if kind.figures else "：") + names["lack"]
    return text


def _something_to_pay(clause: Clause, met: bool) -> ConditionResult:
    text = "按本条计算有可发放的金额" if met else "按本条计算没有可发放的金额"
    return ConditionResult(SOMETHING_TO_PAY, met, True, clause.quote, text)


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
            f"{count}{clause.unit} × {plain(amount)}元" for amount, count in sorted(groups.items(), reverse=True)
        )
        total.steps.append(TraceStep("应发金额：合计", expression, str(total.amount), clause.quote))
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
            parts.append(f"{line.key}已享受{plain(got)}元，扣{plain(part)}元")
            taken += part
    left = gross - taken
    if unkeyed:
        part = left if either_or else min(left, unkeyed)
        parts.append(f"已享受{plain(unkeyed)}元，扣{plain(part)}元")
        taken += part
    how = "择一享受" if either_or else "补足差额"
    expression = f"{plain(gross)}元 − {plain(taken)}元（{how}：{'；'.join(parts) or '无可扣减'}）"
    step = TraceStep("扣除其他渠道已享受", expression, str(gross - taken), asked.pack.nonduplication_quote)
    return taken, step


def _amount_step(clause: Clause, gross: Money, taken: Money, amount: Money) -> TraceStep:
    how = f"应发{plain(gross)}元" + (f" − 扣除{plain(taken)}元" if taken else "，没有其他渠道的扣除")
    return TraceStep("兑现金额", how, str(amount), clause.quote)


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
