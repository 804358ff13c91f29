"""The kinds of condition, each written once and named by the packs. Every kind says which names it wants.

A slot's form: "fact:FAMILY" a fact of that family ("|" between several), "param:FAMILY", "table", "count", "flag"
(the text "true" or "false"), "word:A|B" one of those words, or "point" (point:option). A leading "?" makes the slot
optional.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import cast

from caseworker.policy.context import Context, exact, shown
from caseworker.policy.facts import Record
from caseworker.policy.lacks import LACKS
from caseworker.policy.model import Condition
from caseworker.values.money import Money
from caseworker.values.spans import Month, Span, add_months

Test = Callable[[Context, Record, "dict[str, str]"], bool]
Says = Callable[[Context, Record, "dict[str, str]"], "tuple[dict[str, str], str | None]"]


@dataclass(frozen=True, slots=True)
class ConditionKind:
    """`says`: more names for the text (`names` lists them), and the quote where that depends on the request.

    `counts_from`: the slot of the date without which there is nothing to count. `figures`: its text ends with the
    figure tested, so that what is lacking follows as one sentence (现为 88 席，还差 12 席).
    """

    name: str
    slots: dict[str, str]
    test: Test
    says: Says | None = None
    names: tuple[str, ...] = ()
    counts_from: str | None = None
    figures: bool = False


CONDITION_KINDS: dict[str, ConditionKind] = {}


def _kind(
    name: str,
    says: Says | None = None,
    names: tuple[str, ...] = (),
    counts_from: str | None = None,
    figures: bool = False,
    **slots: str,
) -> Callable[[Test], Test]:
    def keep(test: Test) -> Test:
        CONDITION_KINDS[name] = ConditionKind(name, slots, test, says, names, counts_from, figures)
        return test

    return keep


def _says_span(ctx: Context, record: Record, args: dict[str, str]) -> tuple[dict[str, str], str | None]:
    first, last = day_of(ctx, record, args["start"]), day_of(ctx, record, args["end"])
    return {"span": f"{first} 起，无止日" if last is None else f"{first} 至 {last}"}, None


def _says_needed(ctx: Context, record: Record, args: dict[str, str]) -> tuple[dict[str, str], str | None]:
    row = ctx.row(args["table"], fact(ctx, record, args["choice"]))
    return {"needed": "（无标准）" if row is None else shown(row.value)}, None


def _says_reach(ctx: Context, record: Record, args: dict[str, str]) -> tuple[dict[str, str], str | None]:
    point, _, option = args.get("above", "").partition(":")
    return {"reach": "超过" if ctx.chose((point, option)) else "达到"}, None


def fact(ctx: Context, record: Record, name: str) -> object:
    return record[name] if name in record else ctx.facts[name]


def day_of(ctx: Context, record: Record, name: str | None) -> date | None:
    """A date fact, or as_of where none is named."""
    return ctx.as_of if name is None else cast("date | None", fact(ctx, record, name))


def is_met(ctx: Context, condition: Condition, record: Record) -> bool:
    return ctx.chose(condition.waived_if) or holds(ctx, condition, record)


def holds(ctx: Context, condition: Condition, record: Record) -> bool:
    """Whether the facts meet it, whatever a point waives."""
    return CONDITION_KINDS[condition.kind].test(ctx, record, cast("dict[str, str]", condition.args))


@_kind("flag", fact="fact:bool", expect="?flag")
def _flag(ctx: Context, record: Record, args: dict[str, str]) -> bool:
    return fact(ctx, record, args["fact"]) is (args.get("expect", "true") == "true")


@_kind("at-least", figures=True, fact="fact:count|money|usd|percent|area", threshold="param")
def _at_least(ctx: Context, record: Record, args: dict[str, str]) -> bool:
    return exact(fact(ctx, record, args["fact"])) >= exact(ctx.dated(args["threshold"]).value)


@_kind("at-most", fact="fact:count|money|usd|percent|area", threshold="param")
def _at_most(ctx: Context, record: Record, args: dict[str, str]) -> bool:
    return exact(fact(ctx, record, args["fact"])) <= exact(ctx.dated(args["threshold"]).value)


@_kind("at-least-fact", figures=True, fact="fact:count|money", other="fact:count|money")
def _at_least_fact(ctx: Context, record: Record, args: dict[str, str]) -> bool:
    return exact(fact(ctx, record, args["fact"])) >= exact(fact(ctx, record, args["other"]))


@_kind("zero", fact="fact:count|money|usd")
def _zero(ctx: Context, record: Record, args: dict[str, str]) -> bool:
    return exact(fact(ctx, record, args["fact"])) == 0


@_kind("elapsed", counts_from="since", since="fact:date", until="?fact:date", months="param:count")
def _elapsed(ctx: Context, record: Record, args: dict[str, str]) -> bool:
    """[since, until) is at least so many months; until as_of where none is named."""
    since, until = day_of(ctx, record, args["since"]), day_of(ctx, record, args.get("until"))
    return since is not None and Span(since, until).at_least(ctx.number(args["months"]))


@_kind("served", _says_span, ("span",), "start", start="fact:date", end="fact:date", months="param:count")
def _served(ctx: Context, record: Record, args: dict[str, str]) -> bool:
    """[start, min(as_of, end + 1 day)) is at least so many months; never where it did not start."""
    span = ctx.served(record, args["start"], args["end"])
    return span is not None and span.at_least(ctx.number(args["months"]))


@_kind("contract", _says_span, ("span",), "start", start="fact:date", end="fact:date", months="param:count")
def _contract(ctx: Context, record: Record, args: dict[str, str]) -> bool:
    """[start, end + 1 day) is at least so many months; no end is always long enough."""
    first, last = day_of(ctx, record, args["start"]), day_of(ctx, record, args["end"])
    return first is not None and Span.through(first, last).at_least(ctx.number(args["months"]))


@_kind("year-window", first="fact:count", year="fact:count", years="param:count")
def _year_window(ctx: Context, record: Record, args: dict[str, str]) -> bool:
    """year is one of the `years` calendar years that begin with `first`."""
    first, year = cast(int, fact(ctx, record, args["first"])), cast(int, fact(ctx, record, args["year"]))
    return first <= year < first + ctx.number(args["years"])


@_kind(
    "within-months",
    counts_from="since",
    since="fact:date",
    until="?fact:date",
    months="param:count",
    not_before="?flag",
)
def _within_months(ctx: Context, record: Record, args: dict[str, str]) -> bool:
    """until <= since + months (until as_of where none is named); met where since is null."""
    since, until = day_of(ctx, record, args["since"]), day_of(ctx, record, args.get("until"))
    if since is None or until is None:
        return True
    if args.get("not_before") == "true" and until < since:
        return False
    return until <= add_months(since, ctx.number(args["months"]))


@_kind("in-table", fact="fact:choice", table="table")
def _in_table(ctx: Context, record: Record, args: dict[str, str]) -> bool:
    return ctx.row(args["table"], fact(ctx, record, args["fact"])) is not None


@_kind(
    "at-least-by-choice",
    _says_needed,
    ("needed",),
    figures=True,
    fact="fact:count|money",
    choice="fact:choice",
    table="table",
)
def _at_least_by_choice(ctx: Context, record: Record, args: dict[str, str]) -> bool:
    row = ctx.row(args["table"], fact(ctx, record, args["choice"]))
    return row is not None and exact(fact(ctx, record, args["fact"])) >= exact(row.value)


@_kind("while-in-force", counts_from="day", day="fact:date")
def _while_in_force(ctx: Context, record: Record, args: dict[str, str]) -> bool:
    day = day_of(ctx, record, args["day"])
    return day is not None and ctx.pack.in_force.start <= day <= ctx.as_of


@_kind("any-flag", facts="facts:bool")
def _any_flag(ctx: Context, record: Record, args: dict[str, str]) -> bool:
    return any(fact(ctx, record, name) is True for name in args["facts"].split(","))


@_kind("filled", fact="fact:text")
def _filled(ctx: Context, record: Record, args: dict[str, str]) -> bool:
    return cast(str, fact(ctx, record, args["fact"])).strip() != ""


@_kind("count-at-least", figures=True, count="count", threshold="param:count")
def _count_at_least(ctx: Context, record: Record, args: dict[str, str]) -> bool:
    return ctx.count(args["count"]) >= ctx.number(args["threshold"])


@_kind(
    "count-share",
    _says_reach,
    ("reach",),
    figures=True,
    count="count",
    of="count",
    threshold="param:percent",
    above="?point",
)
def _count_share(ctx: Context, record: Record, args: dict[str, str]) -> bool:
    """count / of reaches the percentage, or exceeds it under the option `above`; false of none."""
    part, whole = ctx.count(args["count"]), ctx.count(args["of"])
    if whole == 0:
        return False
    needed = whole * ctx.percent(args["threshold"])
    point, _, option = args.get("above", "").partition(":")
    return part > needed if ctx.chose((point, option)) else part >= needed


@_kind("share-at-least", figures=True, fact="fact:money", of="fact:money", threshold="param:percent")
def _share_at_least(ctx: Context, record: Record, args: dict[str, str]) -> bool:
    part, whole = cast(Money, fact(ctx, record, args["fact"])), cast(Money, fact(ctx, record, args["of"]))
    return part.fen >= whole.fen * ctx.percent(args["threshold"])


@_kind(
    "student-or-graduate",
    category="fact:choice",
    graduated="fact:date",
    elsewhere="fact:bool",
    began="fact:date",
    months="param:count",
)
def _student_or_graduate(ctx: Context, record: Record, args: dict[str, str]) -> bool:
    """A student; or a graduate without work elsewhere who began within so many months of graduating."""
    category = fact(ctx, record, args["category"])
    if category != "graduate":
        return category == "student"
    graduated, began = day_of(ctx, record, args["graduated"]), day_of(ctx, record, args["began"])
    if fact(ctx, record, args["elsewhere"]) or graduated is None or began is None:
        return False
    return began <= add_months(graduated, ctx.number(args["months"]))


def evidenced_months(ctx: Context, record: Record, args: dict[str, str]) -> frozenset[Month]:
    """Months in both lists, not after as_of's, and after the last claimed one unless every month counts again."""
    wages = cast("frozenset[Month]", record[args["wages"]])
    insurance = cast("frozenset[Month]", record[args["insurance"]])
    claimed = cast("Month | None", record[args["claimed"]])
    point, _, option = args["any_months"].partition(":")
    if ctx.chose((point, option)):
        claimed = None
    last = Month.of(ctx.as_of)
    return frozenset(m for m in wages & insurance if m <= last and (claimed is None or m > claimed))


def months_needed(ctx: Context, args: dict[str, str]) -> tuple[int, str]:
    """How many months an instalment needs, and the words that say so: fewer for the first claim of the trial."""
    first = ctx.dated_or_none(args["first_months"]) if ctx.facts[args["first"]] else None
    needed = first or ctx.dated(args["threshold"])
    return cast(int, needed.value), needed.quote


def _says_months(ctx: Context, record: Record, args: dict[str, str]) -> tuple[dict[str, str], str | None]:
    needed, quote = months_needed(ctx, args)
    return {"needed": str(needed), "evidenced": str(len(evidenced_months(ctx, record, args)))}, quote


@_kind(
    "months-evidenced",
    says=_says_months,
    names=("needed", "evidenced"),
    figures=True,
    wages="fact:months",
    insurance="fact:months",
    claimed="fact:month",
    threshold="param:count",
    first="fact:bool",
    first_months="param:count",
    any_months="point",
)
def _months_evidenced(ctx: Context, record: Record, args: dict[str, str]) -> bool:
    return len(evidenced_months(ctx, record, args)) >= months_needed(ctx, args)[0]


def _lacks_months(ctx: Context, record: Record, args: dict[str, str]) -> str:
    return f"还差 {months_needed(ctx, args)[0] - len(evidenced_months(ctx, record, args))} 个月"


LACKS["months-evidenced"] = _lacks_months
