"""What a rule sees while one request is worked out: facts, the day, the options chosen, parameters by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import cast

from caseworker.policy.facts import Record
from caseworker.policy.model import Clause, Count, Dated, FactField, Pack, Row, Scalar, Table
from caseworker.values.money import Money
from caseworker.values.spans import Span


class MissingParameter(Exception):
    """A day for which the pack holds no value: the lint refuses such a pack, so this is a bug."""


def plain(amount: Money) -> str:
    """Yuan for an expression: without decimals where there are none."""
    text = str(amount)
    return text[:-3] if text.endswith(".00") else text


def shown(value: object) -> str:
    """A value as it stands in a Chinese sentence or an expression."""
    if value is None:
        return "无"
    if type(value) is bool:
        return "是" if value else "否"
    if isinstance(value, Money):
        return plain(value)
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, frozenset):
        return f"{len(value)}个月"
    return str(value)


def exact(number: Scalar | object) -> Fraction:
    """A count, amount in yuan, area or percentage as an exact fraction."""
    if isinstance(number, Money):
        return Fraction(number.fen, 100)
    return Fraction(cast("int | Decimal", number))


class Context:
    """Read-only view for conditions and formulas. A line's record comes first, then the clause's facts."""

    __slots__ = ("_counts", "_params", "_rows", "as_of", "clause", "day", "facts", "options", "pack")

    def __init__(self, pack: Pack, clause: Clause, as_of: date, facts: Record, options: Mapping[str, str]) -> None:
        self.pack = pack
        self.clause = clause
        self.as_of = as_of
        # Before the policy began its first values are shown; `policy-in-force` is what fails then
        self.day = max(as_of, pack.in_force.start)
        self.facts = facts
        self.options = options
        self._params: dict[str, Dated | None] = {}
        self._rows: dict[str, tuple[Row, ...]] = {}
        self._counts: dict[str, int] = {}

    def chose(self, choice: tuple[str, str] | None) -> bool:
        """Whether the option of (point, option) is in use."""
        return choice is not None and self.options.get(choice[0]) == choice[1]

    def dated_or_none(self, name: str) -> Dated | None:
        if name not in self._params:
            self._params[name] = self.clause.parameters[name].at(self.day)
        return self._params[name]

    def dated(self, name: str) -> Dated:
        found = self.dated_or_none(name)
        if found is None:
            raise MissingParameter(f"{self.clause.id}: {name} at {self.day}")
        return found

    def number(self, name: str) -> int:
        return cast(int, self.dated(name).value)

    def money(self, name: str) -> Money:
        return cast(Money, self.dated(name).value)

    def percent(self, name: str) -> Fraction:
        """A rate out of 100 as a fraction of one."""
        return exact(self.dated(name).value) / 100

    def quote(self, name: str) -> str:
        return self.dated(name).quote

    def rows(self, table: str) -> tuple[Row, ...]:
        found = self._rows.get(table)
        if found is None:
            found = self._rows[table] = self.clause.tables[table].rows_at(self.day)
        return found

    def row(self, table_id: str, key: object) -> Row | None:
        """The table's row for a number or a choice. Where two rows include the number, the table's point decides."""
        table: Table = self.clause.tables[table_id]
        rows = self.rows(table_id)
        if table.by == "choice":
            return next((row for row in rows if row.choice == key), None)
        number = Decimal(str(key)) if isinstance(key, Money) else Decimal(cast("int | Decimal", key))
        found = [row for row in rows if row.covers(number)]
        if len(found) > 1:
            return found[-1] if self.options.get(table.tie or "") == "higher" else found[0]
        if found:
            return found[0]
        first = rows[0]
        if table.below_first and first.low is not None and number <= first.low:
            return first
        return None

    def served(self, record: Record, start: str, end: str | None) -> Span | None:
        """[start, min(as_of, end + 1 day)), or None where it never began."""
        first = cast("date | None", record[start])
        if first is None:
            return None
        return Span.until(first, cast("date | None", record[end]) if end else None, self.as_of)

    def count(self, count_id: str) -> int:
        """How many records of a list have served long enough (see model.Count)."""
        found = self._counts.get(count_id)
        if found is None:
            count = next(count for count in self.clause.counts if count.id == count_id)
            found = self._counts[count_id] = len(self._counted(count))
        return found

    def _counted(self, count: Count) -> list[Record]:
        records: Iterable[Record]
        if count.of is not None:
            records = self._counted(next(other for other in self.clause.counts if other.id == count.of))
        else:
            records = cast("tuple[Record, ...]", self.facts[count.list])
        if count.start is None or count.months is None:
            return list(records)
        months = self.number(count.months)
        kept = []
        for record in records:
            span = self.served(record, count.start, count.end)
            if span is not None and span.at_least(months):
                kept.append(record)
        return kept

    def field(self, name: str) -> FactField | None:
        """The schema of a fact: of a line's record first, then of the clause."""
        return next((field for field in self.clause.line_facts if field.name == name), self.clause.fact(name))

    def show(self, name: str, record: Record) -> str:
        """The value of a fact, parameter or count as a sentence shows it."""
        for values in (record, self.facts):
            if name in values:
                return _labelled(values[name], self.field(name))
        if name in self.clause.parameters:
            found = self.dated_or_none(name)
            return "无" if found is None else shown(found.value)
        return str(self.count(name))


def _labelled(value: object, field: FactField | None) -> str:
    if type(value) is str and field is not None:
        return next((option.label for option in field.options if option.id == value), value)
    return shown(value)
