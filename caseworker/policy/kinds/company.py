"""Formulas with one sum for the whole clause."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import cast

from caseworker.policy.conditions import is_met
from caseworker.policy.context import Context, exact, plain, shown
from caseworker.policy.facts import Record
from caseworker.policy.kinds.registry import formula
from caseworker.policy.result import Award, Basis, TraceStep
from caseworker.values.money import Money

Args = Mapping[str, str]


def _field(ctx: Context, name: str) -> tuple[str, str]:
    """Chinese label and unit of a fact of the clause."""
    found = ctx.clause.fact(name)
    assert found is not None
    return found.label, found.unit


def quantity_step(ctx: Context, name: str, facts: Record) -> TraceStep:
    """What the standard is applied to, as it stands in the request."""
    label, unit = _field(ctx, name)
    value = facts[name]
    text = str(value) if isinstance(value, Money) else shown(value)
    return TraceStep(f"数量：{label}", f"{shown(value)}{unit}", text, ctx.clause.quote)


def gross_label(label: str, by: str = "标准") -> str:
    """The step before caps and deductions."""
    return f"应发金额：{label}×{by}"


def capped(ctx: Context, award: Award, cap: str | None) -> None:
    """Holds the award to a parameter, and says so."""
    if cap is None:
        return
    limit = ctx.money(cap)
    held = min(award.amount, limit)
    award.steps.append(
        TraceStep("最高限额", f"{plain(award.amount)}元与上限{plain(limit)}元取低", str(held), ctx.quote(cap))
    )
    award.amount = held


@formula(
    "tiered-rate",
    quantity="fact:count",
    table="table",
    by="?fact:count",
    approved="?fact:money",
    cap="?param:money",
)
def tiered_rate(ctx: Context, facts: Record, args: Args) -> Award:
    """quantity × the rate of its row (or of the row of `by`, e.g. a year), at most the cap.

    In a row that is a ceiling, `approved` may set the rate; given for another row it is ignored with a warning.
    """
    quantity = cast(int, facts[args["quantity"]])
    label, unit = _field(ctx, args["quantity"])
    by = args.get("by", args["quantity"])
    row = ctx.row(args["table"], facts[by])
    approved = cast("Money | None", facts[args["approved"]]) if "approved" in args else None
    by_label, by_unit = _field(ctx, by)
    award = Award(Money.zero(), [quantity_step(ctx, args["quantity"], facts)])
    if row is None:
        award.steps.append(
            TraceStep("适用标准", f"{by_label}：{shown(facts[by])}{by_unit}，无对应标准", "0.00", ctx.clause.quote)
        )
        return award
    rate = cast(Money, row.value)
    how = f"{by_label}：{shown(facts[by])}{by_unit}，适用“{row.label}”"
    if row.approval == "ceiling":
        if approved is None:
            how += f"，未另行核定，按最高标准{plain(rate)}元"
        else:
            how += f"，最高{plain(rate)}元，核定{plain(approved)}元"
            rate = approved
    elif approved is not None:
        award.warnings.append("approved-rate-ignored")
    award.steps.append(TraceStep("适用标准", how, str(rate), row.quote))
    award.amount = rate * quantity
    award.steps.append(
        TraceStep(gross_label(label), f"{quantity}{unit} × {plain(rate)}元/{unit}", str(award.amount), row.quote)
    )
    capped(ctx, award, args.get("cap"))
    award.bases.append(Basis(str(quantity), unit, f"{plain(rate)}元/{unit}", rate, award.amount))
    return award


@formula(
    "rate",
    quantity="fact:count|area|usd",
    rate="param:money",
    unit_size="?param:usd",
    cap="?param:money",
    less="?fact:money",
    less_from="?word:cap|sum",
)
def rate_times_quantity(ctx: Context, facts: Record, args: Args) -> Award:
    """rate × quantity (or × the whole units of `unit_size` in it), at most the cap, less what was already granted.

    `less_from` "cap": the grant counts against the cap (a total over time); otherwise against the capped sum (a year).
    """
    label, unit = _field(ctx, args["quantity"])
    quantity = exact(facts[args["quantity"]])
    words = shown(facts[args["quantity"]])
    award = Award(Money.zero(), [quantity_step(ctx, args["quantity"], facts)])
    if "unit_size" in args:
        size = ctx.money(args["unit_size"])
        quantity = Fraction(quantity // exact(size))
        how = f"{words}{unit} ÷ {plain(size)}{unit}，舍去不足部分"
        award.steps.append(TraceStep("整数倍", how, str(quantity), ctx.quote(args["unit_size"])))
        words, unit = str(quantity), "个" + _unit_name(size, unit)
    rate = ctx.money(args["rate"])
    one = unit.removeprefix("个")
    award.amount = rate.share(quantity)
    award.steps.append(TraceStep("适用标准", f"{plain(rate)}元/{one}", str(rate), ctx.quote(args["rate"])))
    how = f"{words}{unit} × {plain(rate)}元/{one}"
    award.steps.append(TraceStep(gross_label(label), how, str(award.amount), ctx.quote(args["rate"])))
    less = cast(Money, facts[args["less"]]) if "less" in args else None
    if args.get("less_from") == "cap" and less is not None:
        # the cap is on everything granted over time
        cap, quote = ctx.money(args["cap"]), ctx.quote(args["cap"])
        left = max(Money.zero(), cap - less)
        award.steps.append(
            TraceStep("剩余限额", f"{plain(cap)}元 − 已发放{plain(less)}元（不低于0）", str(left), quote)
        )
        held = min(award.amount, left)
        award.steps.append(
            TraceStep("不超过剩余限额", f"{plain(award.amount)}元与{plain(left)}元取低", str(held), quote)
        )
        award.amount = held
    else:
        capped(ctx, award, args.get("cap"))
        if less is not None:
            rest = max(Money.zero(), award.amount - less)
            quote = ctx.quote(args["cap"]) if "cap" in args else ctx.clause.quote
            award.steps.append(
                TraceStep("扣除本年已发放", f"{plain(award.amount)}元 − {plain(less)}元（不低于0）", str(rest), quote)
            )
            award.amount = rest
    award.bases.append(Basis(words, unit, f"{plain(rate)}元/{one}", rate, award.amount))
    return award


def _unit_name(size: Money, unit: str) -> str:
    yuan = exact(size)
    return f"{yuan / 10000}万{unit}" if yuan % 10000 == 0 else f"{plain(size)}{unit}"


@formula(
    "months-of-rent", year="fact:count", table="table", approved="fact:count", rent="fact:money", paid="fact:money"
)
def months_of_rent(ctx: Context, facts: Record, args: Args) -> Award:
    """So many months of rent by the year of operation, at most the rent paid; no months beyond the table."""
    year = facts[args["year"]]
    rent, paid = cast(Money, facts[args["rent"]]), cast(Money, facts[args["paid"]])
    row = ctx.row(args["table"], year)
    award = Award(Money.zero())
    if row is None:
        award.steps.append(TraceStep("奖补月数", f"运营第{year}年，已无奖补月数", "0", ctx.clause.quote))
        return award
    months = cast(int, row.value)
    approved = cast("int | None", facts[args["approved"]])
    how = f"运营第{year}年，{'最高' if row.approval == 'ceiling' else ''}{months}个月"
    if row.approval == "ceiling" and approved is not None:
        how += f"，核定{approved}个月"
        months = approved
    award.steps.append(TraceStep("奖补月数", how, str(months), row.quote))
    due = rent * months
    award.steps.append(TraceStep("月租金", f"{plain(rent)}元/月", str(rent), ctx.clause.quote))
    award.steps.append(TraceStep("应发金额：月数×月租金", f"{months}个月 × {plain(rent)}元/月", str(due), row.quote))
    award.amount = min(due, paid)
    how = f"{plain(due)}元与当年实付租金{plain(paid)}元取低"
    award.steps.append(TraceStep("不超过实付租金", how, str(award.amount), ctx.clause.quote))
    award.bases.append(Basis(str(months), "个月", f"{plain(rent)}元/月", rent, award.amount))
    return award


@formula("share", of="fact:money", percent="?param:percent", table="?table", by="?fact:money|count", cap="?param:money")
def share(ctx: Context, facts: Record, args: Args) -> Award:
    """A percentage of an amount, fixed or by the row of another fact, rounded half up at the fen, at most the cap."""
    whole = cast(Money, facts[args["of"]])
    label, _ = _field(ctx, args["of"])
    award = Award(Money.zero(), [quantity_step(ctx, args["of"], facts)])
    if "table" in args:
        by_label, by_unit = _field(ctx, args["by"])
        row = ctx.row(args["table"], facts[args["by"]])
        if row is None:
            award.steps.append(TraceStep("适用比例", "无对应比例", "0", ctx.clause.quote))
            return award
        percent, quote = row.value, row.quote
        words = f"{by_label}：{shown(facts[args['by']])}{by_unit}，适用“{row.label}”"
        award.steps.append(TraceStep("适用比例", words, f"{shown(row.value)}%", quote))
    else:
        percent, quote = ctx.dated(args["percent"]).value, ctx.quote(args["percent"])
        award.steps.append(TraceStep("适用比例", f"{shown(percent)}%", f"{shown(percent)}%", quote))
    award.amount = whole.share(exact(percent) / 100)
    words = f"{shown(percent)}%"
    award.steps.append(TraceStep(gross_label(label, "比例"), f"{plain(whole)}元 × {words}", str(award.amount), quote))
    capped(ctx, award, args.get("cap"))
    award.bases.append(Basis(plain(whole), "元", words, None, award.amount))
    return award


@formula("fixed", amount="param:money")
def fixed(ctx: Context, facts: Record, args: Args) -> Award:
    """One amount, once."""
    amount = ctx.money(args["amount"])
    quote = ctx.quote(args["amount"])
    step = TraceStep("应发金额", f"1次 × {plain(amount)}元/次", str(amount), quote)
    return Award(amount, [step], [Basis("1", "次", f"{plain(amount)}元/次", amount, amount)])


@formula("approved-amount", amount="fact:money", reference="fact:text")
def approved_amount(ctx: Context, facts: Record, args: Args) -> Award:
    """What the authority approved for this case alone (一事一议)."""
    amount = cast(Money, facts[args["amount"]])
    reference = cast(str, facts[args["reference"]]).strip() or "无"
    step = TraceStep(
        "应发金额：批准金额", f"批准文号：{reference}，批准金额{plain(amount)}元", str(amount), ctx.clause.quote
    )
    return Award(amount, [step], [Basis("1", "项", "一事一议", amount, amount)])


@formula(
    "counted-parts",
    parts={
        "label": "text",
        "rate": "param:money",
        "count": "count",
        "all": "?count",
        "all_under": "?point",
        "when": "?condition",
        "unless": "fact:bool",
    },
)
def counted_parts(ctx: Context, facts: Record, args: Args) -> Award:
    """A sum of parts, each rate × a count, switched on by a condition and off where it was already paid.

    Under the option `all_under` a part counts `all` instead of `count`.
    """
    award = Award(Money.zero())
    for part in cast("tuple[Mapping[str, str], ...]", ctx.clause.formula["parts"]):
        quote = ctx.quote(part["rate"])
        point, _, option = part.get("all_under", "").partition(":")
        count = ctx.count(part["all"] if ctx.chose((point, option)) else part["count"])
        rate = ctx.money(part["rate"])
        due = rate * count
        words = f"{count}人 × {plain(rate)}元/人"
        if facts[part["unless"]]:
            due, words = Money.zero(), "此前已发放，不再计发"
        elif "when" in part:
            condition = next(c for c in ctx.clause.conditions if c.id == part["when"])
            if not is_met(ctx, condition, facts):
                due, words = Money.zero(), "未达到条件，不计发"
        award.steps.append(TraceStep(part["label"], words, str(due), quote))
        if due:
            award.bases.append(Basis(str(count), "人", f"{plain(rate)}元/人", rate, due))
        award.amount += due
    expression = " + ".join(f"{plain(Money.parse(step.value))}元" for step in award.steps)
    award.steps.append(TraceStep("应发金额：合计", expression, str(award.amount), ctx.clause.quote))
    return award


@formula("instalments", quantity="fact:area", most="param:area", rate="param:money", shares="table", year="fact:count")
def instalments(ctx: Context, facts: Record, args: Args) -> Award:
    """rate × area (at most so much), paid over the years of `shares`: each rounded, the last year takes the rest."""
    area, most = exact(facts[args["quantity"]]), exact(ctx.dated(args["most"]).value)
    rate, year = ctx.money(args["rate"]), cast(int, facts[args["year"]])
    counted = min(area, most)
    total = rate.share(counted)
    words = shown(facts[args["quantity"]]) if area <= most else shown(ctx.dated(args["most"]).value)
    award = Award(Money.zero())
    award.steps.append(
        TraceStep(
            "计补面积",
            f"{shown(facts[args['quantity']])}平方米与最大{shown(ctx.dated(args['most']).value)}平方米取低",
            words,
            ctx.quote(args["most"]),
        )
    )
    award.steps.append(TraceStep("适用标准", f"{plain(rate)}元/平方米", str(rate), ctx.quote(args["rate"])))
    award.steps.append(
        TraceStep("补贴总额", f"{words}平方米 × {plain(rate)}元/平方米", str(total), ctx.quote(args["rate"]))
    )
    rows = ctx.rows(args["shares"])
    last = int(cast("int", rows[-1].high))
    parts: list[Money] = []
    for number in range(1, last + 1):
        row = ctx.row(args["shares"], number)
        assert row is not None
        if number < last:
            part = total.share(exact(row.value) / 100)
            how = f"{plain(total)}元 × {shown(row.value)}%"
        else:
            paid = sum(parts, Money.zero())
            part = total - paid
            how = f"{plain(total)}元 − 前{last - 1}年合计{plain(paid)}元"
        parts.append(part)
        award.steps.append(TraceStep(f"第{number}年", how, str(part), row.quote))
    award.schedule = tuple(parts)
    if year <= last:
        award.amount = parts[year - 1]
        how = f"申请第{year}年，{plain(award.amount)}元"
    else:
        how = f"申请第{year}年，已超过{last}年，0元"
    award.steps.append(TraceStep("应发金额：本期", how, str(award.amount), rows[-1].quote))
    award.bases.append(Basis(words, "平方米", f"{plain(rate)}元/平方米，第{year}年", rate, award.amount))
    return award


@formula("record", pays=False, requests="?fact:choices")
def record_only(ctx: Context, facts: Record, args: Args) -> Award:
    """Nothing to pay: what was asked for is recorded."""
    words = "本条款不发放资金"
    if "requests" in args:
        field = ctx.clause.fact(args["requests"])
        assert field is not None
        names = {option.id: option.label for option in field.options}
        asked = dict.fromkeys(cast("tuple[str, ...]", facts[args["requests"]]))
        words = f"{field.label}：{'、'.join(names[one] for one in asked)}"
    return Award(Money.zero(), [TraceStep("登记", words, "0.00", ctx.clause.quote)])


@formula(
    "use-of-funds", pays=False, received="fact:money", spent="fact:money", percent="param:percent", off="fact:money"
)
def use_of_funds(ctx: Context, facts: Record, args: Args) -> Award:
    """The least that had to go to a purpose, what is short of it, and what was spent off purpose."""
    received, spent = cast(Money, facts[args["received"]]), cast(Money, facts[args["spent"]])
    percent, quote = ctx.dated(args["percent"]).value, ctx.quote(args["percent"])
    least = received.fen * exact(percent) / 100
    # a fraction of a fen short is short: rounded up, so that a shortfall is never shown as nothing
    short = least - spent.fen
    shortfall = Money(max(0, -(-short.numerator // short.denominator)))
    off = cast(Money, facts[args["off"]])
    rule = f"{plain(received)}元 × {shown(percent)}%"
    return Award(
        Money.zero(),
        [
            TraceStep("应列支金额", rule, str(received.share(exact(percent) / 100)), quote),
            TraceStep("差额", f"{rule} − {plain(spent)}元（不低于0，不足1分的进到分）", str(shortfall), quote),
            TraceStep("规定范围以外的支出", f"{plain(off)}元", str(off), ctx.clause.quote),
        ],
    )
