"""Formulas worked out for each person or fair of a list; the clause's sum is over the eligible ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from caseworker.policy.context import Context, exact, plain, shown
from caseworker.policy.facts import Record
from caseworker.policy.kinds.registry import formula
from caseworker.policy.result import Award, Basis, TraceStep
from caseworker.values.money import Money

Args = Mapping[str, str]


def _per_head(ctx: Context, record: Record, amount: Money, words: str, quote: str) -> Award:
    unit = ctx.clause.unit
    step = TraceStep(cast(str, record["key"]), words, str(amount), quote)
    return Award(amount, [step], [Basis("1", unit, f"{plain(amount)}元/{unit}", amount, amount)])


@formula("line-by-choice", per_line=True, choice="fact:choice", table="table")
def by_choice(ctx: Context, record: Record, args: Args) -> Award:
    """The amount of the record's choice; nothing for a choice that the table does not name."""
    choice = ctx.show(args["choice"], record)
    row = ctx.row(args["table"], record[args["choice"]])
    if row is None:
        return _per_head(ctx, record, Money.zero(), f"{choice}，不在补贴范围", ctx.clause.quote)
    amount = cast(Money, row.value)
    return _per_head(ctx, record, amount, f"{choice}，{plain(amount)}元", row.quote)


@formula("line-share", per_line=True, facts="facts:money", percent="param:percent")
def line_share(ctx: Context, record: Record, args: Args) -> Award:
    """A percentage of the sum of the record's amounts, rounded half up at the fen for each record by itself."""
    parts = [cast(Money, record[name]) for name in args["facts"].split(",")]
    whole = sum(parts, Money.zero())
    percent = ctx.dated(args["percent"]).value
    amount = whole.share(exact(percent) / 100)
    words = f"({' + '.join(f'{plain(part)}元' for part in parts)}) × {shown(percent)}%"
    step = TraceStep(cast(str, record["key"]), words, str(amount), ctx.quote(args["percent"]))
    return Award(amount, [step], [Basis(plain(whole), "元", f"{shown(percent)}%", None, amount)])


@formula(
    "line-parts",
    per_line=True,
    parts={
        "label": "text",
        "rate": "param:money",
        "unless": "fact:bool",
        "start": "?fact:date",
        "end": "?fact:date",
        "months": "?param:count",
    },
)
def line_parts(ctx: Context, record: Record, args: Args) -> Award:
    """A sum of fixed parts, each once: off where already paid, and for some only after so many months served."""
    award = Award(Money.zero())
    for part in cast("tuple[Mapping[str, str], ...]", ctx.clause.formula["parts"]):
        rate = ctx.money(part["rate"])
        label = f"{record['key']}：{part['label']}"
        due, words = rate, f"1人 × {plain(rate)}元/人"
        if record[part["unless"]]:
            due, words = Money.zero(), "此前已发放，不再计发"
        elif "months" in part:
            span = ctx.served(record, part["start"], part["end"])
            months = ctx.number(part["months"])
            if span is None or not span.at_least(months):
                due, words = Money.zero(), f"未满{months}个月，不计发"
        award.steps.append(TraceStep(label, words, str(due), ctx.quote(part["rate"])))
        if due:
            award.bases.append(Basis("1", ctx.clause.unit, f"{plain(due)}元/{ctx.clause.unit}", due, due))
        award.amount += due
    return award


@formula("line-months", per_line=True, rate="param:money", start="fact:date", end="fact:date", most="param:count")
def line_months(ctx: Context, record: Record, args: Args) -> Award:
    """rate × the whole months served by as_of, at most so many."""
    span = ctx.served(record, args["start"], args["end"])
    served = span.whole_months() if span is not None else 0
    most, rate = ctx.number(args["most"]), ctx.money(args["rate"])
    months = min(served, most)
    amount = rate * months
    words = f"满{served}个月（最长{most}个月），{months}个月 × {plain(rate)}元/月"
    step = TraceStep(cast(str, record["key"]), words, str(amount), ctx.quote(args["rate"]))
    return Award(amount, [step], [Basis(str(months), "人·月", f"{plain(rate)}元/人·月", rate, amount)])


@formula("line-remaining", per_line=True, rate="param:money", most="param:count", used="fact:count")
def line_remaining(ctx: Context, record: Record, args: Args) -> Award:
    """rate × the months that are left of the most a person may have."""
    most, rate, used = ctx.number(args["most"]), ctx.money(args["rate"]), cast(int, record[args["used"]])
    months = max(0, most - used)
    amount = rate * months
    words = f"({most} − {used})个月 × {plain(rate)}元/月"
    step = TraceStep(cast(str, record["key"]), words, str(amount), ctx.quote(args["rate"]))
    return Award(amount, [step], [Basis(str(months), "人·月", f"{plain(rate)}元/人·月", rate, amount)])


@formula("line-instalment", per_line=True, instalment="param:money", total="param:money", paid="fact:money")
def line_instalment(ctx: Context, record: Record, args: Args) -> Award:
    """One instalment, or what is left of the total that all payers together may pay for the person."""
    one, total, paid = ctx.money(args["instalment"]), ctx.money(args["total"]), cast(Money, record[args["paid"]])
    left = max(Money.zero(), total - paid)
    amount = min(one, left)
    words = f"每次{plain(one)}元与余额{plain(left)}元取低（余额：{plain(total)}元 − 已补贴{plain(paid)}元，不低于0）"
    quote = ctx.quote(args["instalment"] if left >= one else args["total"])
    return _per_head(ctx, record, amount, words, quote)


@formula("line-record", per_line=True, pays=False)
def line_record(ctx: Context, record: Record, args: Args) -> Award:
    """Nothing to pay: which services the record has a right to, or a referral."""
    award = Award(Money.zero())
    if ctx.clause.services:
        given = [service for service in ctx.clause.services if record[service.fact] is True]
        award.services = tuple(service.id for service in given)
        words = "、".join(service.label for service in given) or "无"
        quote = given[0].quote if given else ctx.clause.quote
        award.steps.append(TraceStep(cast(str, record["key"]), f"享受服务：{words}", "0.00", quote))
    else:
        award.steps.append(TraceStep(cast(str, record["key"]), "登记，不发放资金", "0.00", ctx.clause.quote))
    return award
