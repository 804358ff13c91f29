"""What the bureau asks for beside a batch's list: 汇总表, 预算执行 and 台账."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from caseworker.values.daxie import in_words
from caseworker.values.money import Money
from caseworker.workbooks.sheet import Column, ColumnKind, Frame, Lines, Table, Value, chinese_date

QUARTERS = ("一季度", "二季度", "三季度", "四季度")
_ZERO = Money.zero()


@dataclass(frozen=True, slots=True)
class About:
    """What stands around each of these tables."""

    office: str
    day: date
    policy: str
    prepared_by: str = ""

    def frame(self, title: str, sheet: str, total: Money | None = None) -> Frame:
        return Frame(
            title=title,
            unit_line=f"填报单位：{self.office}",
            date_line=chinese_date(self.day),
            measure="单位：元",
            words_line="" if total is None else f"合计（大写）：{in_words(total)}",
            signatures=(("制表人", self.prepared_by), ("复核人", ""), ("审核人", "")),
            sheet_name=sheet,
        )


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """What one payee was paid by one clause of one year's fund. `quarters`: by the day of payment; `other`: paid in
    another year, or on no known day. `payee`: its id; 0 for a sum that names none."""

    clause: str
    party: str
    code: str
    quarters: tuple[Money, Money, Money, Money]
    other: Money
    waiting: Money  # decided, and not paid yet
    payee: int

    @property
    def paid(self) -> Money:
        return sum(self.quarters, self.other)


def summary_tables(about: About, year: int, lines: Sequence[SummaryLine]) -> tuple[Table, ...]:
    """汇总表 by clause, and by payee and clause; both add up to the same."""
    amounts = [Column(name, ColumnKind.MONEY, total=True) for name in (*QUARTERS, "跨年或日期不明")]
    amounts += [
        Column("已拨付合计", ColumnKind.MONEY, total=True),
        Column("已决定未拨付", ColumnKind.MONEY, total=True),
    ]
    total = sum((line.paid for line in lines), _ZERO)
    by_clause: list[tuple[Value, ...]] = [
        (clause, len({line.payee for line in group if line.payee}), *_added(group))
        for clause, group in _grouped(lines).items()
    ]
    by_party: list[tuple[Value, ...]] = [
        (line.party, line.code, line.clause, *_added([line]))
        for line in sorted(lines, key=lambda line: (line.party, line.clause))
    ]
    columns = [Column("政策条款"), Column("单位数", ColumnKind.INTEGER), *amounts]
    title = f"{about.policy}{year}年度资金汇总表"
    return (
        Table(about.frame(f"{title}（按条款）", "按条款", total), columns, by_clause),
        Table(
            about.frame(f"{title}（按单位）", "按单位", total),
            [Column("单位"), Column("统一社会信用代码"), Column("政策条款"), *amounts],
            by_party,
        ),
    )


def _grouped(lines: Iterable[SummaryLine]) -> dict[str, list[SummaryLine]]:
    groups: dict[str, list[SummaryLine]] = {}
    for line in sorted(lines, key=lambda line: line.clause):
        groups.setdefault(line.clause, []).append(line)
    return groups


def _added(lines: Sequence[SummaryLine]) -> tuple[Money, ...]:
    quarters = [sum((line.quarters[at] for line in lines), _ZERO) for at in range(len(QUARTERS))]
    return (
        *quarters,
        sum((line.other for line in lines), _ZERO),
        sum((line.paid for line in lines), _ZERO),
        sum((line.waiting for line in lines), _ZERO),
    )


@dataclass(frozen=True, slots=True)
class FundRow:
    """A year's fund. `months`: (paid, waiting, forecast) of each of the twelve, only of the year asked for."""

    year: int
    budget: Money
    committed: Money
    paid: Money
    forecast: Money
    source: str
    months: tuple[tuple[Money, Money, Money], ...] = field(default=())

    @property
    def left(self) -> Money:
        return self.budget - self.committed - self.paid


def fund_tables(about: About, rows: Sequence[FundRow]) -> tuple[Table, ...]:
    """预算执行: a row a year, and the months of those years that come with them."""
    columns = [
        Column("年度", centred=True),
        *(Column(name, ColumnKind.MONEY) for name in ("预算", "已承诺未拨付", "已拨付", "结余", "预计后续")),
        Column("执行进度", centred=True),
        Column("依据"),
    ]
    years = [
        (f"{row.year}年", row.budget, row.committed, row.paid, row.left, row.forecast, _share(row), row.source)
        for row in rows
    ]
    tables = [Table(about.frame(f"{about.policy}预算执行表", "预算执行"), columns, years)]
    for row in rows:
        if row.months:
            monthly = [Column("月份", centred=True)]
            monthly += [Column(name, ColumnKind.MONEY, total=True) for name in ("已拨付", "已承诺未拨付", "预计后续")]
            tables.append(
                Table(
                    about.frame(f"{about.policy}{row.year}年分月执行表", f"{row.year}年分月"),
                    monthly,
                    [(f"{number}月", *sums) for number, sums in enumerate(row.months, start=1)],
                )
            )
    return tuple(tables)


def _share(row: FundRow) -> str:
    """How much of the budget is committed or paid, cut off (not rounded up) after one decimal."""
    if not row.budget:
        return "—"
    tenths = int(Fraction(1000 * (row.committed + row.paid).fen, row.budget.fen))
    return f"{tenths // 10}.{tenths % 10}%"


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One case of the 台账. An empty amount: nothing is decided yet."""

    number: str
    party: str
    code: str
    clause: str
    instalment: str
    accepted_on: date
    step: str
    status: str
    officer: str
    decided_on: date | None
    letter: str
    amount: Money | None
    paid: Money
    closed_on: date | None

    def values(self) -> tuple[Value, ...]:
        return (
            self.number,
            self.party,
            self.code,
            self.clause,
            self.instalment,
            self.accepted_on,
            self.step,
            self.status,
            self.officer,
            self.decided_on,
            self.letter,
            self.amount,
            self.paid,
            self.closed_on,
        )


_LEDGER = (
    Column("办件编号"),
    Column("申请单位"),
    Column("统一社会信用代码"),
    Column("政策条款"),
    Column("期次", centred=True),
    Column("受理日期", ColumnKind.DATE),
    Column("环节", centred=True),
    Column("状态", centred=True),
    Column("经办人", centred=True),
    Column("决定日期", ColumnKind.DATE),
    Column("决定书文号"),
    Column("决定金额", ColumnKind.MONEY, total=True),
    Column("已拨付", ColumnKind.MONEY, total=True),
    Column("办结日期", ColumnKind.DATE),
)


class _Values(Lines):
    def __init__(self, lines: Iterable[LedgerLine]) -> None:
        self._lines = lines

    def __iter__(self) -> Iterator[Sequence[Value]]:
        return (line.values() for line in self._lines)


def ledger_table(about: About, title: str, lines: Iterable[LedgerLine]) -> Table:
    """台账: every case with how it stands. `lines` are gone through twice, never held."""
    return Table(about.frame(title, "台账"), _LEDGER, _Values(lines))
