"""Requests that the tables refuse: a field too high, out of its year, or not allowed beside another.

A field that is wrong in itself is not in the record any more, and every check leaves it alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import cast

from caseworker.errors import Problem
from caseworker.policy.context import Context, exact, shown
from caseworker.policy.facts import Record
from caseworker.policy.model import Check

Run = Callable[[Context, "dict[str, str]", str], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class CheckKind:
    name: str
    slots: dict[str, str]
    run: Run


CHECK_KINDS: dict[str, CheckKind] = {}


def _kind(name: str, **slots: str) -> Callable[[Run], Run]:
    def keep(run: Run) -> Run:
        CHECK_KINDS[name] = CheckKind(name, slots, run)
        return run

    return keep


def problems_of(ctx: Context, check: Check) -> Iterator[Problem]:
    return CHECK_KINDS[check.kind].run(ctx, cast("dict[str, str]", check.args), check.message)


def _found(ctx: Context, path: str) -> Iterator[tuple[str, object, Record]]:
    """The good values at `fact` or `list.fact`, each with its path and its record."""
    list_name, _, item = path.rpartition(".")
    if not list_name:
        if item in ctx.facts:
            yield f"facts.{item}", ctx.facts[item], ctx.facts
        return
    for number, record in enumerate(cast("tuple[Record, ...]", ctx.facts.get(list_name, ()))):
        if item in record:
            yield f"facts.{list_name}.{number}.{item}", record[item], record


@_kind("at-most", fact="path:count|money|usd", limit="param")
def _at_most(ctx: Context, args: dict[str, str], message: str) -> Iterator[Problem]:
    limit = ctx.dated(args["limit"]).value
    for path, value, _ in _found(ctx, args["fact"]):
        if value is not None and exact(value) > exact(limit):
            yield Problem(path, f"{message}（最高{shown(limit)}）")


@_kind("at-most-fact", fact="fact:money|count|usd", limit="fact:money|count|usd")
def _at_most_fact(ctx: Context, args: dict[str, str], message: str) -> Iterator[Problem]:
    if args["limit"] not in ctx.facts:
        return
    limit = ctx.facts[args["limit"]]
    for path, value, _ in _found(ctx, args["fact"]):
        if exact(value) > exact(limit):
            yield Problem(path, f"{message}（{shown(limit)}）")


@_kind("in-year", fact="path:date", year="fact:count")
def _in_year(ctx: Context, args: dict[str, str], message: str) -> Iterator[Problem]:
    if args["year"] not in ctx.facts:
        return
    year = ctx.facts[args["year"]]
    for path, value, _ in _found(ctx, args["fact"]):
        if value is not None and cast(date, value).year != year:
            yield Problem(path, f"{message}（{year}年）")


@_kind("not-beside", flag="fact:bool", fact="path:any")
def _not_beside(ctx: Context, args: dict[str, str], message: str) -> Iterator[Problem]:
    """Where the flag is true, the other field may be neither true nor given."""
    if ctx.facts.get(args["flag"]) is not True:
        return
    for path, value, _ in _found(ctx, args["fact"]):
        if value is not None and value is not False:
            yield Problem(path, message)


@_kind("approved", fact="fact:count|money", by="fact:count|money", table="table")
def _approved(ctx: Context, args: dict[str, str], message: str) -> Iterator[Problem]:
    """What was approved may not be above a row that is a ceiling, nor differ from a row that is fixed.

    Where the row is neither, or there is none, the field is not looked at.
    """
    approved = ctx.facts.get(args["fact"])
    if approved is None or args["by"] not in ctx.facts:
        return
    row = ctx.row(args["table"], ctx.facts[args["by"]])
    if row is None:
        return
    if row.approval == "ceiling" and exact(approved) > exact(row.value):
        yield Problem(f"facts.{args['fact']}", f"{message}（最高{shown(row.value)}）")
    if row.approval == "fixed" and exact(approved) != exact(row.value):
        yield Problem(f"facts.{args['fact']}", f"{message}（固定为{shown(row.value)}）")
