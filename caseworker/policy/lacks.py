"""What a condition that is not met says: the figure that failed, and what would have met it.

One function a kind of condition, in the same names as conditions.py. Each gives a phrase that follows the condition's
own text, or stands in its `unmet` text as {lack}: 还差 12 席; 至 2023-05-10 未满 12 个月，满于 2023-05-20.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import cast

from caseworker.policy.context import Context, exact, shown
from caseworker.policy.facts import Record
from caseworker.values.money import Money
from caseworker.values.spans import add_months

Args = dict[str, str]
Lack = Callable[[Context, Record, Args], str]


def value_of(ctx: Context, record: Record, name: str) -> object:
    return record[name] if name in record else ctx.facts[name]


def _day(ctx: Context, record: Record, name: str | None) -> date | None:
    return ctx.as_of if name is None else cast("date | None", value_of(ctx, record, name))


def label_of(ctx: Context, name: str) -> str:
    field = ctx.field(name)
    return name if field is None else field.label


def decimal_text(number: Fraction) -> str:
    """A fraction that is a finite decimal, written out exactly."""
    places = 0
    while number.denominator != 1 and places < 40:
        number, places = number * 10, places + 1
    digits = str(abs(int(number))).rjust(places + 1, "0")
    sign = "-" if number < 0 else ""
    if not places:
        return f"{sign}{digits}"
    return f"{sign}{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".")


def _with_unit(ctx: Context, number: Fraction, name: str, threshold: str | None = None) -> str:
    """A difference in the unit of its fact, or else of the parameter that it is measured by."""
    field = ctx.field(name)
    if field is not None and field.type == "percent":
        return f"{decimal_text(number)} 个百分点"
    unit = field.unit if field is not None else ""
    if not unit and threshold is not None:
        unit = ctx.clause.parameters[threshold].unit
    if field is not None and field.type in ("money", "usd"):
        unit = unit.partition("/")[0] or "元"
        return f"{shown(Money(int(number * 100)))} {unit}"
    return f"{decimal_text(number)} {unit}".strip()


def _at_least(ctx: Context, record: Record, args: Args) -> str:
    name, threshold = args["fact"], args["threshold"]
    short = exact(ctx.dated(threshold).value) - exact(value_of(ctx, record, name))
    return f"还差 {_with_unit(ctx, short, name, threshold)}"


def _at_most(ctx: Context, record: Record, args: Args) -> str:
    name, threshold = args["fact"], args["threshold"]
    over = exact(value_of(ctx, record, name)) - exact(ctx.dated(threshold).value)
    return f"超出 {_with_unit(ctx, over, name, threshold)}"


def _at_least_fact(ctx: Context, record: Record, args: Args) -> str:
    short = exact(value_of(ctx, record, args["other"])) - exact(value_of(ctx, record, args["fact"]))
    return f"还差 {_with_unit(ctx, short, args['fact'])}"


def _zero(ctx: Context, record: Record, args: Args) -> str:
    return f"应为 0，现为 {_with_unit(ctx, exact(value_of(ctx, record, args['fact'])), args['fact'])}"


def _full_on(first: date, months: int) -> str:
    """，满于 DAY: the first day on which the months are full; nothing where that lies beyond the calendar."""
    day = add_months(first, months)
    return "" if day == date.max else f"，满于 {day}"


def _elapsed(ctx: Context, record: Record, args: Args) -> str:
    since, until = _day(ctx, record, args["since"]), _day(ctx, record, args.get("until"))
    months = ctx.number(args["months"])
    assert since is not None
    return f"至 {until} 未满 {months} 个月{_full_on(since, months)}"


def _served(ctx: Context, record: Record, args: Args) -> str:
    first, last = _day(ctx, record, args["start"]), _day(ctx, record, args["end"])
    months = ctx.number(args["months"])
    assert first is not None
    if last is None or last >= ctx.as_of:
        return f"至 {ctx.as_of} 未满 {months} 个月{_full_on(first, months)}"
    full = add_months(first, months)
    if full == date.max:
        return f"已于 {last} 结束，未满 {months} 个月"
    return f"已于 {last} 结束，未满 {months} 个月（应至 {full - timedelta(days=1)}）"


def _contract(ctx: Context, record: Record, args: Args) -> str:
    first, months = _day(ctx, record, args["start"]), ctx.number(args["months"])
    assert first is not None
    full = add_months(first, months)
    return f"不足 {months} 个月" + ("" if full == date.max else f"，止日应不早于 {full - timedelta(days=1)}")


def _year_window(ctx: Context, record: Record, args: Args) -> str:
    first, year = (cast(int, value_of(ctx, record, args[slot])) for slot in ("first", "year"))
    return f"{year} 年不在 {first} 年至 {first + ctx.number(args['years']) - 1} 年之内"


def _within_months(ctx: Context, record: Record, args: Args) -> str:
    since, until = _day(ctx, record, args["since"]), _day(ctx, record, args.get("until"))
    assert since is not None
    assert until is not None
    if until < since:
        return f"{until} 早于 {since}"
    limit = add_months(since, ctx.number(args["months"]))
    return f"期限止于 {limit}，{until} 已超过 {(until - limit).days} 天"


def _in_table(ctx: Context, record: Record, args: Args) -> str:
    field = ctx.field(args["fact"])
    names = {option.id: option.label for option in field.options} if field is not None else {}
    listed = "、".join(names.get(row.choice or "", row.label) for row in ctx.rows(args["table"]))
    return f"范围为{listed}"


def _at_least_by_choice(ctx: Context, record: Record, args: Args) -> str:
    row = ctx.row(args["table"], value_of(ctx, record, args["choice"]))
    if row is None:
        return "没有对应的标准"
    short = exact(row.value) - exact(value_of(ctx, record, args["fact"]))
    return f"还差 {_with_unit(ctx, short, args['fact'])}"


def _while_in_force(ctx: Context, record: Record, args: Args) -> str:
    day = _day(ctx, record, args["day"])
    assert day is not None
    if day < ctx.pack.in_force.start:
        return f"{day} 早于政策施行首日 {ctx.pack.in_force.start}"
    return f"{day} 晚于 {ctx.as_of}"


def _count_at_least(ctx: Context, record: Record, args: Args) -> str:
    short = ctx.number(args["threshold"]) - ctx.count(args["count"])
    return f"还差 {short} {ctx.clause.parameters[args['threshold']].unit}".strip()


def _count_share(ctx: Context, record: Record, args: Args) -> str:
    part, whole = ctx.count(args["count"]), ctx.count(args["of"])
    if whole == 0:
        return "没有可计算的人数"
    needed = whole * ctx.percent(args["threshold"])
    point, _, option = args.get("above", "").partition(":")
    least = math.floor(needed) + 1 if ctx.chose((point, option)) else math.ceil(needed)
    return f"至少须 {least} 人，还差 {least - part} 人"


def _share_at_least(ctx: Context, record: Record, args: Args) -> str:
    part, whole = (cast(Money, value_of(ctx, record, args[slot])) for slot in ("fact", "of"))
    least = Money(math.ceil(whole.fen * ctx.percent(args["threshold"])))  # a fraction of a fen short is short
    return f"应不少于 {shown(least)} 元，还差 {shown(least - part)} 元"


def _student_or_graduate(ctx: Context, record: Record, args: Args) -> str:
    if value_of(ctx, record, args["category"]) != "graduate":
        return f"{label_of(ctx, args['category'])}为“{ctx.show(args['category'], record)}”"
    if value_of(ctx, record, args["elsewhere"]):
        return f"{label_of(ctx, args['elsewhere'])}：是"
    graduated, began = _day(ctx, record, args["graduated"]), _day(ctx, record, args["began"])
    if graduated is None or began is None:
        return f"没有{label_of(ctx, args['graduated'] if graduated is None else args['began'])}"
    months = ctx.number(args["months"])
    return f"{label_of(ctx, args['began'])} {began}，毕业 {months} 个月止于 {add_months(graduated, months)}"


LACKS: dict[str, Lack] = {
    "flag": lambda ctx, record, args: "",
    "at-least": _at_least,
    "at-most": _at_most,
    "at-least-fact": _at_least_fact,
    "zero": _zero,
    "elapsed": _elapsed,
    "served": _served,
    "contract": _contract,
    "year-window": _year_window,
    "within-months": _within_months,
    "in-table": _in_table,
    "at-least-by-choice": _at_least_by_choice,
    "while-in-force": _while_in_force,
    "any-flag": lambda ctx, record, args: "各项均为否",
    "filled": lambda ctx, record, args: "未填写",
    "count-at-least": _count_at_least,
    "count-share": _count_share,
    "share-at-least": _share_at_least,
    "student-or-graduate": _student_or_graduate,
}
