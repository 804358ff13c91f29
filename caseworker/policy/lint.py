"""What a clause file may not say: unknown kinds and names, gaps and overlaps in values, rows that nothing reaches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from string import Formatter

from caseworker.policy.checks import CHECK_KINDS
from caseworker.policy.conditions import CONDITION_KINDS
from caseworker.policy.kinds import FORMULA_KINDS
from caseworker.policy.model import (
    BY_YEAR,
    FACT_FAMILY,
    PARAMETER_FAMILY,
    PAYEES,
    Clause,
    Condition,
    Dated,
    FactField,
    PackError,
    Point,
    Row,
    Table,
)

_NOT_SCALAR = ("list", "months", "choices", "key")

Places = Mapping[tuple[str, str], int]


def clause_errors(
    clause: Clause, points: Mapping[str, Point], start: date, places: Places, shown: str
) -> list[PackError]:
    """Everything wrong with a clause that was read, each with its line."""
    return [PackError(shown, line, message) for line, message in _Lint(clause, points, start, places).all()]


class _Lint:
    def __init__(self, clause: Clause, points: Mapping[str, Point], start: date, places: Places) -> None:
        self.clause = clause
        self.points = points
        self.start = start
        self.places = places
        self.facts = {field.name: field for field in clause.facts}
        self.items = {item.name: item for item in clause.line_facts}

    def all(self) -> Iterator[tuple[int, str]]:
        clause = self.clause
        if clause.payee not in PAYEES:
            yield 1, f"没有 {clause.payee} 这种兑现对象"
        for point in clause.points:
            if point not in self.points:
                yield 1, f"points.toml 中没有口径 {point}"
        kind = FORMULA_KINDS[clause.kind]
        line = self.places.get(("formula", ""), 1)
        list_fact = self.facts.get(clause.lines or "")
        if kind.per_line != (clause.lines is not None):
            yield line, f"算法 {clause.kind} {'需要' if kind.per_line else '不需要'} lines"
        elif clause.lines is not None and (list_fact is None or list_fact.type != "list" or "key" not in self.items):
            yield 1, f"lines 应是一个列表事实，且每条有 key：{clause.lines}"
        named = {name: value for name, value in clause.formula.items() if name != "parts"}
        yield from self.slots(kind.slots, named, line, f"算法 {clause.kind}")
        for number, part in enumerate(_parts(clause)):
            here = self.places.get(("part", str(number)), line)
            yield from self.slots(kind.part_slots, part, here, "分项")
        for header, conditions in (("condition", clause.conditions), ("line_condition", clause.line_conditions)):
            yield from self.conditions(header, conditions)
        for number, check in enumerate(clause.checks):
            here = self.places.get(("check", str(number)), 1)
            if check.kind not in CHECK_KINDS:
                yield here, f"没有 {check.kind} 这种检查"
                continue
            yield from self.slots(CHECK_KINDS[check.kind].slots, check.args, here, f"检查 {check.kind}")
        for count in clause.counts:
            here = self.places.get(("count", count.id), 1)
            listed = self.facts.get(count.list)
            if listed is None or listed.type != "list":
                yield here, f"没有列表 {count.list}"
                continue
            for name in (count.start, count.end):
                item = listed.item(name) if name else None
                if name is not None and (item is None or item.type != "date"):
                    yield here, f"{count.list} 中没有日期 {name}"
            if count.months is not None and count.months not in clause.parameters:
                yield here, f"没有参数 {count.months}"
            if (count.start is None) != (count.months is None):
                yield here, "start 与 months 应同时写"
            earlier = clause.counts[: clause.counts.index(count)]
            if count.of is not None and count.of not in {other.id for other in earlier}:
                yield here, f"前面没有计数 {count.of}"
        yield from self.repeat()
        yield from self.party_total()
        yield from self.kept()
        for parameter in clause.parameters.values():
            lines = [self.places.get(("parameter", f"{parameter.id}.{n}"), 1) for n in range(len(parameter.values))]
            yield from history_problems(parameter.values, lines, self.start, f"参数 {parameter.id}", parameter.lapses)
        for table in clause.tables.values():
            yield from self.table(table)
        for service in clause.services:
            item = self.items.get(service.fact)
            if item is None or item.type != "bool":
                yield self.places.get(("service", service.id), 1), f"没有是非事实 {service.fact}"
        for paper in clause.papers:
            if paper.when is not None and paper.when.fact not in self.facts:
                yield 1, f"papers.toml：材料 {paper.id} 的条件用到的事实 {paper.when.fact} 不存在"

    def repeat(self) -> Iterator[tuple[int, str]]:
        line = self.places.get(("repeat", ""), 1)
        names = self.clause.repeat
        if names and not self.clause.pays:
            yield line, "repeat 只用于有金额的条款"
        if len(set(names)) != len(names):
            yield line, "repeat 中的事实重复"
        for name in names:
            field = self.facts.get(name)
            if field is None:
                yield line, f"repeat：没有事实 {name}"
            elif field.type in _NOT_SCALAR or field.nullable:
                yield line, f"repeat：事实 {name} 应是必填的单值"
        line = self.places.get(("line_repeat", ""), 1)
        per_line = self.clause.line_repeat
        if per_line and not (self.clause.pays and self.clause.lines):
            yield line, "line_repeat 只用于按名单发放资金的条款"
            return
        if len(set(per_line)) != len(per_line):
            yield line, "line_repeat 中的事实重复"
        for name in per_line:
            item = self.items.get(name)
            if item is None:
                yield line, f"line_repeat：名单中没有事实 {name}"
            elif item.type in ("months", "choices") or item.nullable:
                yield line, f"line_repeat：事实 {name} 应是必填的单值"

    def party_total(self) -> Iterator[tuple[int, str]]:
        total = self.clause.party_total
        if total is None:
            return
        line = self.places.get(("party_total", ""), 1)
        parameter, times = self.clause.parameters.get(total.parameter), self.facts.get(total.times)
        if not self.clause.pays:
            yield line, "party_total 只用于有金额的条款"
        if parameter is None or PARAMETER_FAMILY[parameter.type] != "money":
            yield line, f"party_total：{total.parameter} 应是金额参数"
        if times is None or times.type != "int":
            yield line, f"party_total：{total.times} 应是整数事实"

    def kept(self) -> Iterator[tuple[int, str]]:
        """How a dossier keeps facts: years named by facts that hold one."""
        for field in self.clause.facts:
            yield from self.kept_field(field, self.places.get(("fact", field.name), 1), self.facts)
            for item in field.items:
                here = self.places.get(("fact", f"{field.name}.{item.name}"), 1)
                yield from self.kept_field(item, here, {})
                if item.kept_as or item.fresh:
                    yield here, f"事实 {item.name}：名单中的事实没有 kept_as 和 fresh"

    def kept_field(self, field: FactField, line: int, others: Mapping[str, FactField]) -> Iterator[tuple[int, str]]:
        what = f"事实 {field.name}"
        kept = field.kept_as or field.by_year or field.fresh
        if kept and field.type in _NOT_SCALAR:
            yield line, f"{what}：kept_as、by_year、fresh 只用于单值"
        if field.fresh_also and not field.fresh:
            yield line, f"{what}：fresh_also 只与 fresh = true 同用"
        if field.by_year and field.by_year not in BY_YEAR:
            year = others.get(field.by_year)
            if year is None or year.type not in ("int", "date") or year is field:
                yield line, f"{what}：by_year 应为 {'、'.join(BY_YEAR)}，或本条款中表示年度、日期的事实"
            elif field.year_one and year.type != "int":
                yield line, f"{what}：有 year_one 时 by_year 应是整数事实"
        if field.year_one:
            first = others.get(field.year_one)
            if not field.by_year or field.by_year in BY_YEAR or first is None or first.type != "date":
                yield line, f"{what}：year_one 应是日期事实，与 by_year 同写"

    def conditions(self, header: str, conditions: tuple[Condition, ...]) -> Iterator[tuple[int, str]]:
        seen: set[str] = set()
        for condition in conditions:
            here = self.places.get((header, condition.id), 1)
            what = f"条件 {condition.id}"
            if condition.id in seen:
                yield here, f"{what} 重复"
            seen.add(condition.id)
            if condition.kind not in CONDITION_KINDS:
                yield here, f"{what}：没有 {condition.kind} 这种条件"
                continue
            yield from self.slots(CONDITION_KINDS[condition.kind].slots, condition.args, here, what)
            quoted = condition.args.get("threshold") or condition.args.get("months")
            if condition.quote is None and quoted not in self.clause.parameters:
                yield here, f"{what}：缺少 quote"
            for choice in (condition.only_if, condition.waived_if):
                if choice is not None:
                    yield from self.point(f"{choice[0]}:{choice[1]}", here, what)
            known = {*self.facts, *self.items, *self.clause.parameters, *(count.id for count in self.clause.counts)}
            known.update(CONDITION_KINDS[condition.kind].names)
            known.add("met")
            for key, text in (("text", condition.text), ("unmet", condition.unmet), ("absent", condition.absent)):
                for name in _names_in(text or ""):
                    if name not in known and (key, name) != ("unmet", "lack"):
                        yield here, f"{what}：{key} 中没有可用的 {{{name}}}"
            if condition.kind == "flag" and condition.unmet is None and not _names_in(condition.text):
                yield here, f"{what}：text 中应有 {{met}}，或另写 unmet，否则未满足时读来如同已满足"

    def slots(
        self, slots: Mapping[str, str], args: Mapping[str, object], line: int, what: str
    ) -> Iterator[tuple[int, str]]:
        for name in args:
            if name not in slots:
                yield line, f"{what}：没有 {name} 这一项"
        for name, form in slots.items():
            value = args.get(name)
            if value is None:
                if not form.startswith("?"):
                    yield line, f"{what}：缺少 {name}"
                continue
            yield from self.slot(form.lstrip("?"), str(value), line, f"{what} 的 {name}")

    def slot(self, form: str, value: str, line: int, what: str) -> Iterator[tuple[int, str]]:
        kind, _, families = form.partition(":")
        allowed = families.split("|") if families else []
        clause = self.clause
        match kind:
            case "fact" | "facts" | "path":
                for name in value.split(",") if kind == "facts" else [value]:
                    field = self.field(name, kind == "path")
                    if field is None:
                        yield line, f"{what}：没有事实 {name}"
                    elif allowed != ["any"] and FACT_FAMILY[field.type] not in allowed:
                        yield line, f"{what}：事实 {name} 的类型 {field.type} 不合用"
            case "param":
                found = clause.parameters.get(value)
                if found is None:
                    yield line, f"{what}：没有参数 {value}"
                elif allowed and PARAMETER_FAMILY[found.type] not in allowed:
                    yield line, f"{what}：参数 {value} 的类型 {found.type} 不合用"
            case "table":
                if value not in clause.tables:
                    yield line, f"{what}：没有表 {value}"
            case "count":
                if value not in {count.id for count in clause.counts}:
                    yield line, f"{what}：没有计数 {value}"
            case "condition":
                if value not in {condition.id for condition in clause.conditions}:
                    yield line, f"{what}：没有条件 {value}"
            case "flag":
                if value not in ("true", "false"):
                    yield line, f"{what}：应为 true 或 false"
            case "word":
                if value not in allowed:
                    yield line, f"{what}：应为 {'、'.join(allowed)} 之一"
            case "point":
                yield from self.point(value, line, what)

    def field(self, name: str, path: bool) -> FactField | None:
        if path and "." in name:
            list_name, _, item = name.partition(".")
            listed = self.facts.get(list_name)
            return listed.item(item) if listed else None
        return self.items.get(name) or self.facts.get(name)

    def point(self, value: str, line: int, what: str) -> Iterator[tuple[int, str]]:
        name, _, option = value.partition(":")
        point = self.points.get(name)
        if point is None or point.option(option) is None:
            yield line, f"{what}：没有口径或选项 {value}"
        elif name not in self.clause.points:
            yield line, f"{what}：points 中没有列出 {name}"

    def table(self, table: Table) -> Iterator[tuple[int, str]]:
        here = self.places.get(("table", table.id), 1)
        lines = {row: self.places.get(("row", f"{table.id}.{n}"), here) for n, row in enumerate(table.rows)}
        if not table.rows:
            yield here, f"表 {table.id} 没有行"
            return
        if table.by not in ("number", "choice"):
            yield here, f"表 {table.id} 的 by 应为 number 或 choice"
            return
        if table.tie is not None:
            for option in ("higher", "lower"):
                yield from self.point(f"{table.tie}:{option}", here, f"表 {table.id} 的 tie")
        for row, line in lines.items():
            if row.end is not None and row.end < row.start:
                yield line, f"表 {table.id}：这一行的止日早于起日，永远用不到"
            if row.approval not in ("", "ceiling", "fixed"):
                yield line, f"表 {table.id}：approval 应为 ceiling 或 fixed"
            if (table.by == "choice") != (row.choice is not None):
                yield line, f"表 {table.id}：按选项的表每行要有 choice，按数字的表没有"
                return
        changes = {row.start for row in table.rows} | {
            row.end + timedelta(days=1) for row in table.rows if row.end is not None
        }
        reach: tuple[Decimal, Decimal] | None = None
        for day in sorted({max(day, self.start) for day in changes} | {self.start}):
            rows = table.rows_at(day)
            if rows and table.by == "number":
                now = _reach(rows)
                if reach is not None and (now[0] > reach[0] or now[1] < reach[1]):
                    yield lines[rows[0]], f"表 {table.id}：自 {day} 起范围变窄，有的数不再有值"
                reach = now
            if not rows:
                yield here, f"表 {table.id} 在 {day} 没有值"
            elif table.by == "choice":
                seen: set[str | None] = set()
                for row in rows:
                    if row.choice in seen:
                        yield lines[row], f"表 {table.id}：{row.choice} 在 {day} 有两行"
                    seen.add(row.choice)
            else:
                yield from _range_problems(table, rows, lines, day)


def _names_in(text: str) -> list[str]:
    """The names between braces; the whole text where the braces are wrong."""
    try:
        return [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError:
        return [text]


def _parts(clause: Clause) -> tuple[Mapping[str, object], ...]:
    parts = clause.formula.get("parts", ())
    return parts if isinstance(parts, tuple) else ()


def history_problems(
    values: tuple[Dated, ...], lines: list[int], start: date, what: str, lapses: bool
) -> Iterator[tuple[int, str]]:
    """A value for every day from the policy's first on (unless it may lapse), and never two."""
    ordered = sorted(zip(values, lines, strict=True), key=lambda pair: pair[0].start)
    expected: date | None = start
    for value, line in ordered:
        if value.end is not None and value.end < value.start:
            yield line, f"{what}：止日早于起日，永远用不到"
            return
        if expected is None or (value.start < expected and value is not ordered[0][0]):
            yield line, f"{what}：{value.start} 已有另一个值"
            return
        if value.start > expected and not lapses:
            yield line, f"{what}：{expected} 起没有值"
        if value.end is not None and value.end < start:
            yield line, f"{what}：在政策施行前已失效，永远用不到"
        expected = None if value.end is None else value.end + timedelta(days=1)
    if expected is not None and not lapses:
        yield ordered[-1][1], f"{what}：{expected} 起没有值"


def _reach(rows: tuple[Row, ...]) -> tuple[Decimal, Decimal]:
    low, high = rows[0].low, rows[-1].high
    return (Decimal("-Infinity") if low is None else low, Decimal("Infinity") if high is None else high)


def _range_problems(
    table: Table, rows: tuple[Row, ...], lines: Mapping[Row, int], day: date
) -> Iterator[tuple[int, str]]:
    """Rows in ascending order that touch without overlapping; two may share one number where a point decides it."""
    before: Row | None = None
    for row in rows:
        line = lines[row]
        low = row.low if row.low is not None else Decimal("-Infinity")
        high = row.high if row.high is not None else Decimal("Infinity")
        if low > high or (low == high and not (row.low_included and row.high_included)):
            yield line, f"表 {table.id}：这一行的范围是空的，永远用不到"
        if before is not None:
            if before.high is None or low < before.high:
                yield line, f"表 {table.id}：与前一行在 {day} 重叠"
            elif low > before.high or not (row.low_included or before.high_included):
                yield line, f"表 {table.id}：与前一行之间在 {day} 有空档"
            elif row.low_included and before.high_included and table.tie is None:
                yield line, f"表 {table.id}：两行都含 {row.low}，须以口径决定（tie）"
        before = row
