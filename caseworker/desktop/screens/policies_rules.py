"""The rules of a clause as rows: what grants it, conditions, parameters by date, tiers, papers, each with its quote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from caseworker.desktop.tables import RIGHT, Column
from caseworker.policy.model import Clause, Condition, Pack, Target
from caseworker.values.money import Money

NEEDS = {"mandatory": "必备", "conditional": "视情", "tolerable": "可容缺"}
TARGETS = {"employed": "从业人员目标", "output": "产值目标"}
DUTIES = {
    "funds-report": "资金使用报告", "visit": "检查", "criticism": "通报批评", "rectification": "责令整改",
    "mend-report": "整改报告", "suspension": "暂停拨付", "lifting": "解除暂停", "transfer": "移送",
    "accountability": "工作人员问责", "performance": "绩效评价", "resolution": "联席会议议定", "fair": "招聘活动",
    "service-power": "用电服务", "service-broadband": "宽带服务", "service-property": "用房服务",
    "service-approval": "审批服务", "service-land": "用地保障", "service-recruitment": "招聘服务",
}  # fmt: skip
_NAME = re.compile(r"\{([^{}]+)\}")
_ASIDE = re.compile(r"（[^（）]*\{[^{}]+\}[^（）]*）|[：，、](?:现为|最低一个月为)?\s*\{[^{}]+\}[^，。：]*$")


@dataclass(frozen=True, slots=True)
class Rule:
    """One row. `start`, `end`: the days it holds for (None: as long as the policy). `point`: of a 口径, its id."""

    kind: str
    text: str
    value: str
    start: date | None
    end: date | None
    quote: str
    point: str = ""

    def holds(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


def value_shown(value: Any, unit: str) -> str:
    return f"{value.shown() if isinstance(value, Money) else value} {unit}".strip()


def condition_words(clause: Clause, condition: Condition, day: date) -> str:
    """The condition as a rule, not as a finding: parameters in figures, facts by name, what was found left out."""
    values = {}
    for parameter in clause.parameters.values():
        dated = parameter.at(day)
        if dated is not None:
            shown = dated.value.shown() if isinstance(dated.value, Money) else str(dated.value)
            values[parameter.id] = shown
    known = _NAME.sub(lambda found: values.get(found.group(1), found.group(0)), condition.text)
    short = _ASIDE.sub("", known)
    labels = {fact.name: fact.label for fact in (*clause.facts, *clause.line_facts)}
    labels |= {count.id: count.label for count in clause.counts}
    return _NAME.sub(lambda found: f"“{labels[found.group(1)]}”" if found.group(1) in labels else "…", short)


def clause_rules(pack: Pack, clause: Clause, day: date) -> tuple[Rule, ...]:
    """Every quoted rule of a clause in the order a clerk asks: the grant, conditions, figures, papers, points."""
    return tuple(_rules(pack, clause, day))


def _rules(pack: Pack, clause: Clause, day: date) -> Iterator[Rule]:
    yield Rule("条款", clause.title, "", None, None, clause.quote)
    for condition in (*clause.conditions, *clause.line_conditions):
        quote = condition.quote or _threshold_quote(clause, condition, day)
        yield Rule("条件", condition_words(clause, condition, day), "", None, None, quote)
    for parameter in clause.parameters.values():
        for dated in parameter.values:
            value = value_shown(dated.value, parameter.unit)
            yield Rule("参数", parameter.label, value, dated.start, dated.end, dated.quote)
    for table in clause.tables.values():
        for row in table.rows:
            value = value_shown(row.value, table.unit)
            yield Rule("分档", f"{table.label}：{row.label}", value, row.start, row.end, row.quote)
    for service in clause.services:
        yield Rule("服务", service.label, "", None, None, service.quote)
    for paper in clause.papers:
        asked = [
            words
            for wanted, words in ((paper.original, "原件"), (paper.copy, "复印件"), (paper.seal, "公章"))
            if wanted
        ]
        value = "、".join((NEEDS.get(paper.requirement, paper.requirement), *asked))
        yield Rule("材料", paper.name, value, None, None, paper.quote)
    for name in clause.points:
        point = pack.points.get(name)
        if point is not None:
            for quote in point.quotes:
                yield Rule("口径", point.question, "", None, None, quote, name)


def _threshold_quote(clause: Clause, condition: Condition, day: date) -> str:
    """The words of the parameter that a condition compares with, where it has none of its own."""
    for key in ("threshold", "months"):
        parameter = clause.parameters.get(condition.args.get(key, ""))
        dated = parameter.at(day) if parameter is not None else None
        if dated is not None:
            return dated.quote
    return ""


def general_rules(pack: Pack) -> tuple[Rule, ...]:
    """What holds for the policy as a whole: its days, the fund, its targets, the notice, how the money may be spent."""
    force = pack.in_force
    rules = [Rule("施行", "施行期", "", force.start, force.end, force.quote)]
    rules.append(Rule("总则", "不重复享受", "", None, None, pack.nonduplication_quote))
    for fund in pack.funds:
        start = date(fund.from_year, 1, 1)
        rules.append(Rule("资金", "年度专项资金", f"{fund.amount.shown()} 元", start, None, fund.quote))
    for target in pack.targets:
        days = date(target.year, 1, 1), date(target.year, 12, 31)
        rules.append(Rule("目标", TARGETS.get(target.kind, target.kind), _target(target), *days, target.quote))
    notice = pack.notice
    rules.append(Rule("公示", "公示期不少于", f"{notice.minimum_days} 日", None, None, notice.quote))
    for words, quoted in (("资金用途", pack.permitted_use), ("税费", pack.tax_note)):
        if quoted is not None:
            rules.append(Rule("总则", f"{words}：{quoted.text}", "", None, None, quoted.quote))
    for duty in pack.duties:  # what the text says of oversight, and of records that lead to no payment
        rules.append(Rule("监管和服务", DUTIES.get(duty.kind, duty.kind), duty.clause, None, None, duty.quote))
    used = {name for clause in pack.clauses.values() for name in clause.points}
    for point in pack.points.values():
        if point.id not in used:  # such as how valid seats are counted
            rules += [Rule("口径", point.question, "", None, None, quote, point.id) for quote in point.quotes]
    return tuple(rules)


def _target(target: Target) -> str:
    return f"{target.value:,f} {target.unit}"


def since(rule: Rule, day: date) -> str:
    """The days a rule holds for; marked where `day` is not one of them."""
    if rule.start is None:
        return ""
    days = f"{rule.start.isoformat()} " + (f"至 {rule.end.isoformat()}" if rule.end else "起")
    return days if rule.holds(day) else f"{days}（非现行）"


def rule_columns(day: date, found: dict[str, bool] | None) -> tuple[Column[Rule], ...]:
    """`found`: quote to whether the loaded text has it; None while no text is loaded."""

    def state(rule: Rule) -> str:
        if not rule.quote:
            return "原文未列"
        if found is None or rule.quote not in found:
            return "未核对"
        return "已核对" if found[rule.quote] else "未找到"

    tones = {"已核对": "green", "未找到": "red"}
    return (
        Column("类别", lambda rule: rule.kind, None, width=3),
        Column("内容", lambda rule: rule.text, None, width=14, stretch=True),
        Column("数值", lambda rule: rule.value, None, RIGHT, width=8),
        Column("适用日期", lambda rule: since(rule, day), None, width=7),
        Column("引文", state, None, width=5, tone=lambda rule: tones.get(state(rule), "quiet")),
    )
