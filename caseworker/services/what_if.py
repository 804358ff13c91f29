"""What would change: two scenarios beside one another, and the amount as one fact moves."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from caseworker.errors import Cancelled, InvalidInput, Problem
from caseworker.policy import Clause, FactField, Pack, calculate
from caseworker.policy.model import FACT_FAMILY, PARAMETER_FAMILY
from caseworker.services.estimates import Inputs, Worked, work_out
from caseworker.services.fact_values import show_value
from caseworker.values.money import Money
from caseworker.values.spans import parse_date

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

NUMERIC = frozenset({"int", "money", "usd", "percent", "area"})
SAMPLES = 320  # readings in one picture: more than its pixels can tell apart are of no use
MOST_SAMPLES = 2_000
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Difference:
    """`words`: 如果 300 席而不是 260 席：多 720,000.00 元.

    `amount`: the second less the first, None where one is not known.
    """

    words: str
    amount: Money | None
    changes: tuple[str, ...]


def difference(pack: Pack, first: Worked, second: Worked) -> Difference:
    """The second scenario against the first, what differs between them and what it comes to."""
    clause = pack.clauses[first.inputs.clause]
    changes = tuple(_changes(pack, clause, first, second))
    if not changes:
        return Difference("两种情形所填相同", _gap(first, second), ())
    more = "" if len(changes) <= 2 else f"等 {len(changes)} 处不同"
    premise = f"如果{' ' if changes[0][:1].isascii() else ''}{'，'.join(changes[:2])}{more}"
    gap = _gap(first, second)
    if gap is None:
        missing = "情形一" if first.amount is None else "情形二"
        return Difference(f"{premise}：{missing}还没有填完整，不能比较", None, changes)
    if gap == Money.zero():
        words = "金额相同"
    else:
        words = f"多 {gap.shown()} 元" if gap > Money.zero() else f"少 {(-gap).shown()} 元"
    if first.eligible != second.eligible:
        words += "（变为符合条件）" if second.eligible else "（变为不符合条件）"
    return Difference(f"{premise}：{words}", gap, changes)


def _gap(first: Worked, second: Worked) -> Money | None:
    if first.amount is None or second.amount is None:
        return None
    return second.amount - first.amount


def _changes(pack: Pack, clause: Clause, first: Worked, second: Worked) -> Iterator[str]:
    one, other = first.inputs, second.inputs
    differing = [f for f in clause.facts if one.facts.get(f.name) != other.facts.get(f.name)]
    for fact in differing:
        yield _change(fact, one.facts.get(fact.name), other.facts.get(fact.name), alone=len(differing) == 1)
    if one.as_of != other.as_of:
        yield f"测算日期为 {other.as_of or '（未填）'}而不是 {one.as_of or '（未填）'}"
    chosen, instead = first.request["interpretations"], second.request["interpretations"]
    for point in clause.points:
        if chosen.get(point) != instead.get(point):
            old, new = pack.points[point].option(chosen[point]), pack.points[point].option(instead[point])
            yield f"口径取“{new.label if new else ''}”而不是“{old.label if old else ''}”"
    if one.benefits != other.benefits:
        old_sum, new_sum = _total(one), _total(other)
        if old_sum is None or new_sum is None or old_sum == new_sum:
            yield "其他补助不同"
        else:
            yield f"其他补助共 {new_sum.shown()} 元而不是 {old_sum.shown()} 元"


def _change(fact: FactField, old: Any, new: Any, alone: bool) -> str:
    if fact.type in ("list", "months", "choices") and (old or []) and (new or []) and len(old) == len(new):
        return f"{fact.label}的内容不同"
    was, becomes = _shown(fact, old), _shown(fact, new)
    if fact.type in NUMERIC:
        named = "" if alone and fact.unit and new is not None and old is not None else f"{fact.label}为 "
        return f"{named}{becomes}而不是 {was}"
    return f"“{fact.label}”为“{becomes}”而不是“{was}”"


def _shown(fact: FactField, value: Any) -> str:
    if value is None:
        return "未填"
    try:
        return show_value(fact, value)
    except (ValueError, TypeError):
        return str(value)  # not readable as an amount: as typed


def _total(inputs: Inputs) -> Money | None:
    try:
        return sum((Money.parse(benefit.get("amount", "0")) for benefit in inputs.benefits), Money.zero())
    except (ValueError, TypeError):
        return None


# ---- one fact moving --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Range:
    """From, to and step of a fact, in its own unit; `bounds`: where the policy text itself draws a line."""

    low: Decimal
    high: Decimal
    step: Decimal
    bounds: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What `calculate` gives at one value. `amount` None where it refuses that value."""

    value: Decimal
    amount: Money | None
    eligible: bool


def numeric_facts(clause: Clause) -> tuple[FactField, ...]:
    """The facts whose effect can be drawn."""
    return tuple(fact for fact in clause.facts if fact.type in NUMERIC)


def range_of(clause: Clause, fact: FactField, day: date, current: Any = None) -> Range:
    """A range that shows every line the text draws for this fact, and what is typed now."""
    here = _number(current)
    bounds = tuple(sorted(set(_bounds(clause, fact.name, day))))
    least = Decimal(fact.minimum)
    if bounds:
        several = len(bounds) > 1
        low, high = (bounds[0] * 9 / 10, bounds[-1] * 4 / 3) if several else (bounds[0] / 2, bounds[0] * 2)
        if here is not None and here > 0:
            low, high = min(low, here * 9 / 10), max(high, here * 11 / 10)
    elif fact.type == "int" and fact.name.split("_")[-1] == "year":
        low, high = ((here or least) - 5, (here or least) + 5)
    else:
        low, high = least, (here * 2 if here else Decimal(1_000_000 if fact.type in ("money", "usd") else 100))
    if fact.type == "percent":
        high = min(high, Decimal(100))
    whole_low, whole_high = max(least, Decimal(math.floor(low))), Decimal(math.ceil(high))
    return Range(whole_low, whole_high, step_for(fact, whole_low, whole_high), bounds)


def step_for(fact: FactField, low: Decimal, high: Decimal) -> Decimal:
    """The finest round step (1, 2 or 5 of some power of ten) that keeps the picture within its number of readings."""
    finest = Decimal(1) if fact.type == "int" else _CENT
    step = finest
    for factor in _round_steps(finest):
        step = factor
        if (high - low) / factor <= SAMPLES:
            break
    return step


def _round_steps(finest: Decimal) -> Iterator[Decimal]:
    power = finest
    while True:
        for factor in (1, 2, 5):
            yield power * factor
        power *= 10


def sensitivity(
    desk: Desk,
    inputs: Inputs,
    fact_name: str,
    over: Range,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[Reading, ...]:
    """What the clause pays as one fact moves and everything else stays. Cancelled when asked to stop.

    InvalidInput for a range that is none, or when the rest of the inputs cannot be worked out.
    """
    clause = desk.policies.clause(inputs.policy, inputs.clause)
    fact = clause.fact(fact_name)
    if fact is None or fact.type not in NUMERIC:
        raise InvalidInput("请选择一个数值。", (Problem("fact", "请选择一个数值"),))
    values = _values(fact, over)
    worked = work_out(desk, inputs)
    others = [p for p in worked.problems if p.path != f"facts.{fact_name}"]
    if others:
        raise InvalidInput("其余各项还没有填完整，不能画图。", tuple(others))
    request = worked.request
    readings: list[Reading] = []
    for number, value in enumerate(values):
        if cancelled is not None and cancelled():
            raise Cancelled
        if progress is not None and number % 16 == 0:
            progress(number, len(values))
        typed: int | str = int(value) if fact.type == "int" else format(value, "f")
        result: Any = calculate({**request, "facts": {**request["facts"], fact_name: typed}}, desk.packs)
        known = "error" not in result
        readings.append(
            Reading(value, Money.parse(result["amount"]) if known else None, known and bool(result["eligible"]))
        )
    if progress is not None:
        progress(len(values), len(values))
    return tuple(readings)


def _values(fact: FactField, over: Range) -> list[Decimal]:
    if over.low < fact.minimum or over.high <= over.low or over.step <= 0:
        raise _wrong_range("起点须小于终点，步长须大于零，且不能低于该项的最小值。")
    whole = all(number == number.to_integral_value() for number in (over.low, over.high, over.step))
    if fact.type == "int" and not whole:
        raise _wrong_range(f"“{fact.label}”只能取整数。")
    if (over.high - over.low) / over.step > MOST_SAMPLES:
        raise _wrong_range(f"要算的点超过 {MOST_SAMPLES:,} 个，请把步长放大。")
    unit = Decimal(1) if fact.type == "int" else _CENT
    count = int((over.high - over.low) / over.step)
    values = {over.low + over.step * number for number in range(count + 1)} | {over.high}
    # a step of the policy shows where it really is, however wide the readings lie apart
    values |= {bound + shift for bound in over.bounds for shift in (-unit, Decimal(0), unit)}
    return sorted(value for value in values if over.low <= value <= over.high)


def _wrong_range(message: str) -> InvalidInput:
    return InvalidInput(message, (Problem("range", message),))


def _bounds(clause: Clause, fact: str, day: date) -> Iterator[Decimal]:
    """Where the text draws a line for a fact: thresholds of conditions, edges of tables, where a cap is reached."""
    for condition in clause.conditions:
        if condition.args.get("fact") == fact:
            limit = clause.parameters.get(condition.args.get("threshold", ""))
            known = clause.fact(fact)
            if limit is not None and known is not None and PARAMETER_FAMILY.get(limit.type) == FACT_FAMILY[known.type]:
                yield from _parameter(clause, limit.id, day)
    formula = clause.formula
    indexed = formula.get("by") or formula.get("year") or formula.get("quantity") or formula.get("of")
    table = clause.tables.get(str(formula.get("table", "")))
    if indexed == fact and table is not None and table.by == "number":
        for row in table.rows_at(day):
            yield from (edge for edge in (row.low, row.high) if edge is not None)
    if fact in (formula.get("quantity"), formula.get("of")):
        yield from _parameter(clause, formula.get("most"), day)
        yield from _cap_reached(clause, day)


def _cap_reached(clause: Clause, day: date) -> Iterator[Decimal]:
    formula = clause.formula
    caps = list(_parameter(clause, formula.get("cap"), day))
    rates = list(_parameter(clause, formula.get("rate"), day))
    rates += [percent / 100 for percent in _parameter(clause, formula.get("percent"), day)]
    sizes = list(_parameter(clause, formula.get("unit_size"), day)) or [Decimal(1)]
    if caps and rates and rates[0]:
        yield Decimal(math.ceil(caps[0] / rates[0] * sizes[0]))


def _parameter(clause: Clause, name: Any, day: date) -> Iterator[Decimal]:
    parameter = clause.parameters.get(str(name))
    dated = parameter.at(day) if parameter is not None else None
    number = _number(str(dated.value) if isinstance(dated.value, Money) else dated.value) if dated else None
    if number is not None:
        yield number


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        number = Decimal(value)
    except ArithmeticError:
        return None
    return number if number.is_finite() else None


def day_of(inputs: Inputs, otherwise: date) -> date:
    """The day of the inputs, or another while it is not readable."""
    try:
        return parse_date(inputs.as_of)
    except ValueError:
        return otherwise
