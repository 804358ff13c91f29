"""Workbooks of the records: they agree with the fund and the decisions to the fen, and go whole or not at all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from services.case_bench import DATONG, DT, XUNWU, XW, CaseBench, make_bench
from services.clause_dossiers import CLAUSES, DAY, id_of

from caseworker.errors import Cancelled, EnvironmentFault, InvalidInput, Refusal
from caseworker.services.finance_workbooks import SavedWorkbook, ShownColumn
from caseworker.values.money import Money
from caseworker.workbooks import ColumnKind
from caseworker.workbooks.ledgers import About, SummaryLine, summary_tables

MONTHS = (202212, 202301, 202302, 202303, 202304, 202305)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CaseBench:
    """寻乌: one company paid in June, one decided; one refused before. 大同: three people of one company paid."""
    bench = make_bench(tmp_path_factory.mktemp("office"), date(2023, 6, 1))
    paid = bench.to_payment(bench.xw_company(name="甲一客服有限公司"), XUNWU, XW)
    bench.pay(paid)
    bench.to_payment(bench.xw_company(seats=300, name="=乙二客服有限公司"), XUNWU, XW)
    people = bench.to_payment(bench.dt_company(3, MONTHS), DATONG, DT)
    bench.pay(people)
    return bench


def rows_of(path: Path, sheet: int = 0) -> list[list[object]]:
    """What stands below the header, as far as 合计."""
    table: Worksheet = load_workbook(path).worksheets[sheet]
    found = [[cell.value for cell in row] for row in table.iter_rows()]
    start = next(at for at, row in enumerate(found) if row[0] == "序号") + 1
    end = next((at for at, row in enumerate(found) if at >= start and not isinstance(row[0], int)), len(found))
    return found[start:end]


def test_the_summary_agrees_with_the_fund(bench: CaseBench, tmp_path: Path) -> None:
    made = bench.clerk.workbooks.save("summary", tmp_path / "汇总.xlsx", policy=XUNWU, year=2023)
    assert made.sheets == ("按条款", "按单位")
    fund = bench.clerk.programs.fund.year(XUNWU, 2023)
    assert fund is not None
    (clause,) = rows_of(made.path)
    assert clause[2] == 2  # payees
    quarters, other, paid, waiting = clause[3:7], clause[7], clause[8], clause[9]
    assert Decimal(str(paid)) == Decimal(str(fund.paid)) == sum(Decimal(str(q)) for q in quarters)
    assert (quarters[0], other) == (0, 0)
    assert Decimal(str(waiting)) == Decimal(str(fund.committed))
    by_party = rows_of(made.path, 1)
    assert [row[1] for row in by_party] == ["=乙二客服有限公司", "甲一客服有限公司"]
    for column in range(4, 11):
        total = sum(Decimal(str(row[column])) for row in by_party)
        assert total == Decimal(str(clause[column - 1]))


def test_the_people_of_a_batch_and_of_a_case(bench: CaseBench, tmp_path: Path) -> None:
    desk = bench.clerk
    case = next(row for row in desk.cases.page().rows if row.clause == DT)
    batch = next(row for row in desk.payments.page(DATONG).rows)
    made = desk.workbooks.save("people", tmp_path / "人员.xlsx", batch_id=batch.id)
    assert (made.sheets, made.rows) == ((case.number,), 3)
    people = rows_of(made.path)
    assert sum(Decimal(str(row[4])) for row in people) == Decimal(str(batch.total))
    assert all("*" in str(row[2]) for row in people)
    full = desk.workbooks.save("people", tmp_path / "全.xlsx", case_id=case.id, full_numbers=True)
    assert [str(row[2])[0] for row in rows_of(full.path)] == ["E", "E", "E"]
    entry = desk.audit.page().rows[0]
    assert (entry.action, "full_numbers" in str(entry)) == ("导出表格", True)
    first = next(row for row in desk.cases.page().rows if row.clause == XW)
    with pytest.raises(Refusal, match="不按人员兑现"):
        desk.workbooks.save("people", tmp_path / "无.xlsx", case_id=first.id)
    assert not (tmp_path / "无.xlsx").exists()


def test_the_ledger_has_every_case_once(bench: CaseBench, tmp_path: Path) -> None:
    made = bench["head"].workbooks.save("ledger", tmp_path / "台账.xlsx")
    rows = rows_of(made.path)
    cases = {row.number: row for row in bench.clerk.cases.page().rows}
    assert [row[1] for row in rows] == sorted(cases)
    for row in rows:
        case = cases[str(row[1])]
        assert (row[2], row[7], row[6].date()) == (case.party, case.step_name, case.as_of)  # type: ignore[attr-defined]
        assert Decimal(str(row[12])) == Decimal(str(case.amount))
    paid = {row[2]: row[13] for row in rows}
    assert paid["=乙二客服有限公司"] == 0
    assert paid["甲一客服有限公司"] == 780_000
    only = bench.clerk.workbooks.save("ledger", tmp_path / "一.xlsx", policy=DATONG, year=2023)
    assert only.rows == 1
    with pytest.raises(Refusal, match="没有可以导出的内容"):
        bench.clerk.workbooks.save("ledger", tmp_path / "空.xlsx", year=2019)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["一.xlsx", "台账.xlsx"]


def test_the_course_of_the_fund(bench: CaseBench, tmp_path: Path) -> None:
    made = bench.clerk.workbooks.save("fund", tmp_path / "预算.xlsx", policy=XUNWU, year=2023)
    assert made.sheets == ("预算执行", "2023年分月")
    year = next(row for row in rows_of(made.path) if row[1] == "2023年")
    fund = bench.clerk.programs.fund.year(XUNWU, 2023)
    assert fund is not None
    assert [Decimal(str(value)) for value in year[2:7]] == [
        Decimal(str(amount)) for amount in (fund.budget, fund.committed, fund.paid, fund.left, fund.forecast)
    ]
    months = rows_of(made.path, 1)
    assert len(months) == 12
    assert sum(Decimal(str(row[2])) for row in months) == Decimal(str(fund.paid))


@pytest.mark.parametrize(
    ("kind", "words", "wrong"),
    [
        ("nothing", {}, {"kind"}),
        ("people", {}, {"batch_id"}),
        ("people", {"batch_id": 1, "case_id": 1}, {"batch_id"}),
        ("summary", {}, {"policy", "year"}),
        ("fund", {"policy": "no-such", "year": 1}, {"policy", "year"}),
        ("ledger", {"year": 2101}, {"year"}),
    ],
)
def test_wrong_wishes_are_named_together(
    bench: CaseBench, tmp_path: Path, kind: str, words: dict[str, object], wrong: set[str]
) -> None:
    before = bench.clerk.audit.page().total
    with pytest.raises(InvalidInput) as said:
        bench.clerk.workbooks.save(kind, tmp_path / "x.xlsx", **words)  # type: ignore[arg-type]
    assert {problem.path for problem in said.value.problems} == wrong
    assert list(tmp_path.iterdir()) == []
    assert bench.clerk.audit.page().total == before


def test_whole_or_not_at_all(bench: CaseBench, tmp_path: Path) -> None:
    desk = bench.clerk
    target = tmp_path / "台账.xlsx"
    target.write_bytes(b"old")
    before = desk.audit.page().total
    many = [(f"第{number}行",) for number in range(2_000)]
    with pytest.raises(Cancelled):
        desk.workbooks.save_table("表", [ShownColumn("名")], many, target, cancelled=lambda: True)
    with pytest.raises(EnvironmentFault):
        desk.workbooks.save("ledger", tmp_path / "没有的文件夹" / "台账.xlsx")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["台账.xlsx"]
    assert desk.audit.page().total == before
    told: list[tuple[int, int]] = []
    made: SavedWorkbook = desk.workbooks.save_table(
        "表",
        [ShownColumn("名"), ShownColumn("金额", ColumnKind.MONEY)],
        [(f"=第{number}行", Money(number)) for number in range(1, 1_201)],
        target,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(500, 1_200), (1_000, 1_200), (1_200, 1_200)]
    assert made.rows == 1_200
    assert rows_of(target)[-1] == [1_200, "=第1200行", 12]
    assert desk.audit.page().total == before + 1


def test_a_persons_id_number_leaves_in_no_ledger(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, DAY)
    fill, _ = CLAUSES["xw-12-housing-rent"]
    bench.pay(bench.to_payment(fill(bench).party, XUNWU, "xw-12-housing-rent"))
    number = id_of(7)
    for kind in ("ledger", "summary"):
        made = bench.clerk.workbooks.save(kind, tmp_path / f"{kind}.xlsx", policy=XUNWU, year=2023)
        text = str([rows_of(made.path, sheet) for sheet in range(len(made.sheets))])
        assert number[:6] in text
        assert number not in text, kind
    bench.clerk.close()


def test_payees_of_one_name_are_two_and_an_unnamed_sum_is_none() -> None:
    zero = Money.zero()
    quarters = (Money.parse("1"), zero, zero, zero)
    lines = [
        SummaryLine("条款", name, "", quarters, zero, zero, payee)
        for name, payee in (("张三", 1), ("张三", 2), ("（未逐笔登记）", 0))
    ]
    by_clause, _ = summary_tables(About("单位", date(2023, 6, 1), "政策"), 2023, lines)
    ((_, payees, first, *_rest),) = list(by_clause.rows)
    assert (payees, first) == (2, Money.parse("3"))
