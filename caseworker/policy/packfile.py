"""Reads pack.toml (the policy itself, its workflow, fund, targets), points.toml and papers.toml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from caseworker.policy.model import (
    PAPER_CARRIES,
    Clause,
    Condition,
    Duty,
    FactField,
    Fund,
    InForce,
    Notice,
    Option,
    Pack,
    PackError,
    Paper,
    PaperRule,
    Point,
    Quoted,
    Target,
)
from caseworker.policy.reading import parse_value, read_condition, read_fact
from caseworker.policy.source import Block, Source
from caseworker.values.money import Money

_SECTIONS = (
    "in_force", "nonduplication", "notice", "permitted_use", "tax_note", "fund", "target", "duty", "shared_fact",
    "shared_condition", "step", "move",
)  # fmt: skip
REQUIREMENTS = ("mandatory", "conditional", "tolerable")
TESTS = ("true", "false", "given", "at-least", "is")


@dataclass(frozen=True, slots=True)
class PackHeader:
    """What pack.toml says, before the clauses are known."""

    values: Mapping[str, object]
    id: str
    start: date
    order: tuple[str, ...]
    order_line: int
    shared: Mapping[str, tuple[FactField | Condition, str]]
    quotes: tuple[tuple[str, str], ...]
    force_line: int

    def clause_order_problems(self, clauses: Mapping[str, Clause]) -> Iterator[tuple[int, str]]:
        for name in {*self.order} ^ {*clauses}:
            yield self.order_line, name

    def pack(
        self,
        clauses: Mapping[str, Clause],
        points: Mapping[str, Point],
        quotes: tuple[tuple[str, str], ...],
        workflow: str,
    ) -> Pack:
        return Pack(
            **self.values,  # type: ignore[arg-type]
            clauses=clauses,
            points=points,
            quotes=quotes,
            workflow=workflow,
        )


def _one(source: Source, header: str) -> Block:
    block = source.block(header)
    if block is None:
        raise PackError(source.shown, 1, f"缺少 [{header}]")
    return block


def read_pack_file(source: Source) -> PackHeader:
    quotes: list[tuple[str, str]] = []

    def quote(block: Block) -> str:
        text = block.text("quote")
        quotes.append((text, block.where("quote")))
        return text

    def quoted(header: str) -> Quoted | None:
        block = source.block(header)
        if block is None:
            return None
        found = Quoted(block.text("text"), quote(block))
        block.done()
        return found

    top = source.top(_SECTIONS)
    force = _one(source, "in_force")
    in_force = InForce(
        force.day("from"), force.day_or_none("until"), quote(force), force.text("text"), force.text("text_with_end"),
        force.text_or_none("continuing"), force.text_or_none("point"), force.text_or_none("option"),
    )  # fmt: skip
    force.done()
    duplication, notice = _one(source, "nonduplication"), _one(source, "notice")
    values: dict[str, object] = {
        name: top.text(name)
        for name in (
            "id", "title", "short_title", "document_number", "issued_by", "region", "industry", "form", "office_name",
            "letter_prefix",
        )
    }  # fmt: skip
    values |= {
        "issued_on": top.day("issued_on"),
        "in_force": in_force,
        "nonduplication_quote": quote(duplication),
        "nonduplication_text": duplication.text("text"),
        "notice": Notice(
            notice.whole("minimum_days"), notice.flag("by_law"), notice.flag("before_every_payment"),
            "" if not notice.has("quote") else quote(notice),
        ),
        "permitted_use": quoted("permitted_use"),
        "tax_note": quoted("tax_note"),
        "funds": tuple(_fund(block, quote(block)) for block in source.blocks("fund")),
        "targets": tuple(_target(block, quote(block)) for block in source.blocks("target")),
        "duties": tuple(_duty(block, quote(block)) for block in source.blocks("duty")),
    }  # fmt: skip
    order = top.texts("clauses")
    for block in (top, duplication, notice):
        block.done()
    return PackHeader(
        values, str(values["id"]), in_force.start, order, source.line("", 0, "clauses"), _shared(source, quotes),
        tuple(quotes), source.line("in_force"),
    )  # fmt: skip


def _shared(source: Source, quotes: list[tuple[str, str]]) -> dict[str, tuple[FactField | Condition, str]]:
    shared: dict[str, tuple[FactField | Condition, str]] = {}
    for block in source.blocks("shared_fact"):
        field = read_fact(block)
        shared[field.name] = (field, block.where())
    for block in source.blocks("shared_condition"):
        condition = read_condition(block)
        if condition.quote is not None:
            quotes.append((condition.quote, block.where("quote")))
        shared[condition.id] = (condition, block.where())
    return shared


def _fund(block: Block, quote: str) -> Fund:
    amount = parse_value("money", block.raw("amount"), block, "amount")
    assert isinstance(amount, Money)
    fund = Fund(block.whole("from_year"), amount, quote)
    block.done()
    return fund


def _target(block: Block, quote: str) -> Target:
    value = parse_value("area", block.raw("value"), block)
    assert isinstance(value, Decimal)
    target = Target(block.text("kind"), block.whole("year"), value, block.text("unit"), quote)
    if target.kind not in ("employed", "output"):
        raise block.error("目标的 kind 应为 employed（从业人员）或 output（产值）", "kind")
    block.done()
    return target


def _duty(block: Block, quote: str) -> Duty:
    duty = Duty(block.text("kind"), block.text("clause"), quote)
    block.done()
    return duty


def header_problems(header: PackHeader, points: Mapping[str, Point]) -> Iterator[tuple[str, int, str]]:
    """(file, line, message) of what pack.toml and points.toml contradict each other in."""
    rule = header.values["in_force"]
    assert isinstance(rule, InForce)
    for key, text in (("text", rule.text), ("text_with_end", rule.text_with_end)):
        try:
            text.format(start=rule.start, end=rule.end, as_of=rule.start)
        except (KeyError, IndexError, ValueError, AttributeError):
            yield "pack.toml", header.force_line, f"in_force 的 {key} 只能用 {{start}}、{{end}}、{{as_of}}"
    if (rule.continuing is None) != (rule.point is None) or (rule.point is None) != (rule.option is None):
        yield "pack.toml", header.force_line, "in_force 的 continuing、point、option 应同时写"
    if rule.point is not None:
        point = points.get(rule.point)
        if point is None or point.option(rule.option or "") is None:
            yield "pack.toml", header.force_line, f"没有口径或选项 {rule.point}:{rule.option}"
    shared = points.get("nonduplication")
    if shared is not None and {option.id for option in shared.options} != {"top-up", "either-or"}:
        yield "points.toml", 0, "口径 nonduplication 的选项应为 top-up 和 either-or"


def read_points(source: Source) -> dict[str, Point]:
    points: dict[str, Point] = {}
    source.top(("point",)).done()
    for block in source.blocks("point"):
        point = Point(
            block.text("id"),
            block.text("question"),
            tuple(Option(name, label) for name, label in block.pairs("options")),
            block.text("default"),
            block.text("reason"),
            block.texts("quotes"),
        )
        block.done()
        if len(point.options) < 2 or point.option(point.default) is None:
            raise block.error("口径至少有两个选项，默认值须是其中之一", "default")
        if not point.quotes:
            raise block.error("口径须列出所依据的原文", "quotes")
        if point.id in points:
            raise block.error(f"口径 {point.id} 重复", "id")
        points[point.id] = point
    return points


def read_papers(source: Source) -> tuple[dict[str, tuple[Paper, ...]], list[tuple[str, str]]]:
    """The checklist of each clause, in the order of the file."""
    papers: dict[str, list[Paper]] = {}
    quotes: list[tuple[str, str]] = []
    source.top(("paper",)).done()
    for block in source.blocks("paper"):
        clauses = block.texts("clauses")
        paper = Paper(
            block.text("id"), block.text("name"), block.text("requirement"), block.flag("original", True),
            block.flag("copy", True), block.flag("seal", True),
            "" if not block.has("quote") else block.text("quote"), _rule(block), block.text("note", ""),
            block.texts("carries") if block.has("carries") else (),
        )  # fmt: skip
        for what in paper.carries:
            if what not in PAPER_CARRIES or paper.carries.count(what) > 1:
                raise block.error(f"carries 应为 {'、'.join(PAPER_CARRIES)} 中的几项，不重复", "carries")
        if len({what for what in paper.carries if what.endswith("-name")}) > 1:
            raise block.error("一份材料只对照一个名称", "carries")
        if len({what for what in paper.carries if what.endswith(("-code", "-id", "-number"))}) > 1:
            raise block.error("一份材料只对照一个号码", "carries")
        if paper.requirement not in REQUIREMENTS:
            raise block.error(f"材料要求应为 {'、'.join(REQUIREMENTS)} 之一", "requirement")
        if (paper.requirement == "conditional") != (paper.when is not None):
            raise block.error("视情材料须写 when，其他材料不写", "requirement")
        if paper.quote:
            quotes.append((paper.quote, block.where("quote")))
        block.raw("quote")
        block.done()
        for clause in clauses:
            if any(other.id == paper.id for other in papers.get(clause, [])):
                raise block.error(f"条款 {clause} 的材料 {paper.id} 重复", "id")
            papers.setdefault(clause, []).append(paper)
    return {clause: tuple(found) for clause, found in papers.items()}, quotes


def _rule(block: Block) -> PaperRule | None:
    when = dict(block.pairs("when"))
    if not when:
        return None
    rule = PaperRule(when.pop("fact", ""), when.pop("test", ""), when.pop("value", ""))
    if when or not rule.fact or rule.test not in TESTS or (rule.test in ("is", "at-least")) != bool(rule.value):
        raise block.error("when 应写作 { fact, test, value }", "when")
    return rule
