"""Reads a pack folder (pack.toml and clauses/*.toml, points.toml, papers.toml) into the data of model.py, linted.

Anything unknown, missing, overlapping or unreachable is refused with the file and the line (PackErrors).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

from caseworker.policy import lint
from caseworker.policy.kinds import FORMULA_KINDS
from caseworker.policy.model import (
    PARAMETER_FAMILY,
    Check,
    Clause,
    Condition,
    Count,
    Dated,
    FactField,
    Pack,
    PackError,
    PackErrors,
    Packs,
    Paper,
    Parameter,
    PartyTotal,
    Point,
    Row,
    Service,
    Table,
)
from caseworker.policy.packfile import header_problems, read_pack_file, read_papers, read_points
from caseworker.policy.reading import ordered_pairs, parse_value, read_condition, read_fact, with_items
from caseworker.policy.source import Block, Source

_SECTIONS = (
    "fact", "parameter", "table", "row", "condition", "line_condition", "check", "count", "formula", "part", "service",
    "party_total",
)  # fmt: skip


def load_packs(root: Path) -> Packs:
    """Every pack below `root`, one folder each. Raises PackErrors."""
    folders = sorted(folder for folder in root.iterdir() if (folder / "pack.toml").is_file())
    if not folders:
        raise PackErrors((PackError(root.name, 0, "没有政策包"),))
    packs: dict[str, Pack] = {}
    errors: list[PackError] = []
    for folder in folders:
        try:
            pack = load_pack(folder)
        except PackErrors as found:
            errors.extend(found.errors)
            continue
        packs[pack.id] = pack
    if errors:
        raise PackErrors(tuple(errors))
    return Packs(packs)


def load_pack(folder: Path) -> Pack:
    """One pack. Raises PackErrors with everything found, so that an editor of packs sees it all at once."""
    errors: list[PackError] = []
    try:
        header = read_pack_file(_source(folder, "pack.toml"))
        if header.id != folder.name:
            errors.append(PackError(f"{folder.name}/pack.toml", 1, f"id 应与文件夹名 {folder.name} 相同"))
        points = read_points(_source(folder, "points.toml"))
        papers, defaults = read_papers(_source(folder, "papers.toml"))
        workflow = _source(folder, "workflow.toml").text if (folder / "workflow.toml").is_file() else ""
    except PackError as bad:
        raise PackErrors((bad,)) from None
    for file, line, message in header_problems(header, points):
        errors.append(PackError(f"{folder.name}/{file}", line, message))
    clauses: dict[str, Clause] = {}
    quotes = [*header.quotes, *((quote, point.id) for point in points.values() for quote in point.quotes)]
    for path in sorted((folder / "clauses").glob("*.toml")):
        try:
            reader = _ClauseReader(_source(folder, f"clauses/{path.name}"), header.shared, points, papers)
            clause = reader.read(path.stem)
        except PackError as bad:
            errors.append(bad)
            continue
        clauses[clause.id] = clause
        errors += lint.clause_errors(clause, points, header.start, reader.places, reader.source.shown)
        quotes += reader.quotes
    quotes += defaults
    for unknown in papers.keys() - set(header.order):
        errors.append(PackError(f"{folder.name}/papers.toml", 0, f"没有条款 {unknown}"))
    for shown, clause_id in header.clause_order_problems(clauses):
        errors.append(PackError(f"{folder.name}/pack.toml", shown, f"条款清单与 clauses 文件夹不一致：{clause_id}"))
    if errors:
        raise PackErrors(tuple(errors))
    return header.pack({name: clauses[name] for name in header.order}, points, tuple(quotes), workflow)


def _source(folder: Path, name: str) -> Source:
    return Source(folder / name, f"{folder.name}/{name}")


class _ClauseReader:
    """Reads one clause file; remembers where each thing stands (`places`) and every quote."""

    def __init__(
        self,
        source: Source,
        shared: Mapping[str, tuple[FactField | Condition, str]],
        points: Mapping[str, Point],
        papers: Mapping[str, tuple[Paper, ...]],
    ) -> None:
        self.source = source
        self.shared = shared
        self.points = points
        self.papers = papers
        self.places: dict[tuple[str, str], int] = {}
        self.quotes: list[tuple[str, str]] = []

    def quote(self, block: Block, key: str = "quote") -> str:
        text = block.text(key)
        self.quotes.append((text, block.where(key)))
        return text

    def read(self, stem: str) -> Clause:
        top = self.source.top(_SECTIONS)
        clause_id, number = top.text("id"), top.text("number")
        if clause_id != stem:
            raise top.error(f"id 应与文件名 {stem} 相同", "id")
        formula = self.source.block("formula")
        if formula is None:
            raise top.error("缺少 [formula]")
        kind_name = formula.text("kind")
        kind = FORMULA_KINDS.get(kind_name)
        if kind is None:
            raise formula.error(f"没有 {kind_name} 这种算法", "kind")
        args: dict[str, object] = dict(formula.rest())
        parts = self.source.blocks("part")
        if kind.part_slots:
            args["parts"] = tuple(part.rest() for part in parts)
        elif parts:
            raise parts[0].error(f"算法 {kind_name} 没有分项")
        for number_, part in enumerate(parts):
            self.places["part", str(number_)] = self.source.line("part", part.position)
        self.places["formula", ""] = self.source.line("formula")

        facts, shared_conditions = self._shared(top)
        facts += self._facts()
        lines = top.text_or_none("lines")
        parameters = self._parameters(number)
        points = top.texts("points")
        services = tuple(self._service(block) for block in self.source.blocks("service"))
        clause = Clause(
            id=clause_id,
            number=number,
            title=top.text("title"),
            payee=top.text("payee"),
            quote=self.quote(top),
            facts=tuple(facts),
            pairs=ordered_pairs(facts),
            lines=lines,
            pays=kind.pays,
            conditions=(*shared_conditions, *self._conditions("condition")),
            line_conditions=self._conditions("line_condition"),
            checks=tuple(self._check(block) for block in self.source.blocks("check")),
            counts=tuple(self._count(block) for block in self.source.blocks("count")),
            parameters=parameters,
            tables=self._tables(number),
            kind=kind_name,
            formula=args,
            points=(*points, "nonduplication") if kind.pays else points,
            warnings=top.texts("warnings"),
            papers=self.papers.get(clause_id, ()),
            services=services,
            unit=top.text("unit", ""),
            repeat=top.texts("repeat"),
            line_repeat=top.texts("line_repeat"),
            party_total=self._party_total(),
        )
        for name in ("repeat", "line_repeat"):
            self.places[name, ""] = self.source.line("", 0, name)
        top.done()
        return clause

    def _shared(self, top: Block) -> tuple[list[FactField], list[Condition]]:
        facts: list[FactField] = []
        conditions: list[Condition] = []
        for name in top.texts("shared"):
            found = self.shared.get(name)
            if found is None:
                raise top.error(f"pack.toml 中没有共用的 {name}", "shared")
            if isinstance(found[0], FactField):
                facts.append(found[0])
            else:
                conditions.append(found[0])
        return facts, conditions

    def _facts(self) -> list[FactField]:
        facts: dict[str, FactField] = {}
        items: dict[str, list[FactField]] = {}
        for block in self.source.blocks("fact"):
            of = block.text_or_none("of")
            field = read_fact(block)
            self.places["fact", f"{of}.{field.name}" if of else field.name] = self.source.line("fact", block.position)
            if of is None:
                if field.name in facts:
                    raise block.error(f"事实 {field.name} 重复", "name")
                facts[field.name] = field
            elif of in facts and facts[of].type == "list":
                if any(item.name == field.name for item in items.get(of, [])):
                    raise block.error(f"事实 {of}.{field.name} 重复", "name")
                items.setdefault(of, []).append(field)
            else:
                raise block.error(f"没有列表 {of}", "of")
        return [with_items(field, items.get(name, [])) for name, field in facts.items()]

    def _parameters(self, number: str) -> dict[str, Parameter]:
        found: dict[str, Parameter] = {}
        for block in self.source.blocks("parameter"):
            name, kind = block.text("id"), block.text("type")
            if kind not in PARAMETER_FAMILY:
                raise block.error(f"没有 {kind} 这种参数类型", "type")
            head = (block.text("label"), kind, block.text("unit", ""), block.text("clause", number))
            lapses = block.flag("lapses")
            value = parse_value(kind, block.raw("value"), block)
            dated = Dated(block.day("from"), block.day_or_none("until"), value, self.quote(block))
            block.done()
            before = found.get(name)
            if before is not None and head != (before.label, before.type, before.unit, before.clause):
                raise block.error(f"参数 {name} 的名称、类型、单位或条款前后不一致")
            values = (*before.values, dated) if before else (dated,)
            label, kind, unit, clause = head
            found[name] = Parameter(name, label, kind, unit, clause, values, lapses or bool(before and before.lapses))
            self.places["parameter", f"{name}.{len(values) - 1}"] = self.source.line("parameter", block.position)
        return found

    def _tables(self, number: str) -> dict[str, Table]:
        rows: dict[str, list[Row]] = {}
        kinds = {block.values.get("id"): block.values.get("type") for block in self.source.blocks("table")}
        for block in self.source.blocks("row"):
            name = block.text("table")
            kind = kinds.get(name)
            if kind not in PARAMETER_FAMILY:
                raise block.error(f"没有表 {name}，或其类型不对", "table")
            self.places["row", f"{name}.{len(rows.get(name, []))}"] = self.source.line("row", block.position)
            rows.setdefault(name, []).append(self._row(block, str(kind)))
        tables: dict[str, Table] = {}
        for block in self.source.blocks("table"):
            name = block.text("id")
            self.places["table", name] = self.source.line("table", block.position)
            tables[name] = Table(
                name,
                block.text("label"),
                block.text("type"),
                block.text("unit", ""),
                block.text("clause", number),
                block.text("by", "number"),
                tuple(rows.get(name, ())),
                block.text_or_none("tie"),
                block.flag("below_first"),
            )
            block.done()
        return tables

    def _row(self, block: Block, kind: str) -> Row:
        bounds: dict[str, Decimal] = {}
        for key in ("at_least", "above", "up_to", "below"):
            raw = block.raw(key)
            if raw is not None:
                if type(raw) not in (int, str):
                    raise block.error(f"{key} 应为整数或数字文本", key)
                try:
                    bounds[key] = Decimal(raw)
                except InvalidOperation:
                    raise block.error(f"{key} 应为整数或数字文本", key) from None
        if {"at_least", "above"} <= bounds.keys() or {"up_to", "below"} <= bounds.keys():
            raise block.error("同一端只能写一个界限")
        row = Row(
            start=block.day("from"),
            end=block.day_or_none("until"),
            value=parse_value(kind, block.raw("value"), block),
            quote=self.quote(block),
            label=block.text("label", ""),
            low=bounds.get("at_least", bounds.get("above")),
            low_included="above" not in bounds,
            high=bounds.get("up_to", bounds.get("below")),
            high_included="below" not in bounds,
            choice=block.text_or_none("choice"),
            approval=block.text("approval", ""),
        )
        block.done()
        return row

    def _conditions(self, header: str) -> tuple[Condition, ...]:
        found = []
        for block in self.source.blocks(header):
            condition = read_condition(block)
            if condition.quote is not None:
                self.quotes.append((condition.quote, block.where("quote")))
            self.places[header, condition.id] = self.source.line(header, block.position)
            found.append(condition)
        return tuple(found)

    def _check(self, block: Block) -> Check:
        kind, message = block.text("kind"), block.text("message")
        self.places["check", str(block.position)] = self.source.line("check", block.position)
        return Check(kind, block.rest(), message)

    def _count(self, block: Block) -> Count:
        count = Count(
            block.text("id"), block.text("label"), block.text("list"), block.text_or_none("start"),
            block.text_or_none("end"), block.text_or_none("months"), block.text_or_none("of"),
        )  # fmt: skip
        self.places["count", count.id] = self.source.line("count", block.position)
        block.done()
        return count

    def _party_total(self) -> PartyTotal | None:
        block = self.source.block("party_total")
        if block is None:
            return None
        self.places["party_total", ""] = self.source.line("party_total")
        found = PartyTotal(block.text("parameter"), block.text("times"))
        block.done()
        return found

    def _service(self, block: Block) -> Service:
        service = Service(block.text("id"), block.text("label"), block.text("fact"), self.quote(block))
        self.places["service", service.id] = self.source.line("service", block.position)
        block.done()
        return service
