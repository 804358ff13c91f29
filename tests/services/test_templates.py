"""The bureau's own workbook: kept once with its columns, filled for a batch, replaced, no longer used."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from services.case_bench import XUNWU, XW, CaseBench, make_bench
from workbooks.test_template import FIRST, HEADER, template

from caseworker.errors import EnvironmentFault, InvalidInput, Refusal


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CaseBench:
    bench = make_bench(tmp_path_factory.mktemp("office"), date(2023, 6, 1))
    bench.pay(bench.to_payment(bench.xw_company(name="甲一客服有限公司"), XUNWU, XW))
    return bench


def test_a_template_from_looking_to_its_end(bench: CaseBench, tmp_path: Path) -> None:
    desk = bench.clerk
    file = tmp_path / "财政局表.xlsx"
    file.write_bytes(template())
    found = desk.templates.look(file)
    columns = {one.letter: one.field for one in found.columns if one.field is not None}
    before = desk.audit.page().total
    kept = desk.templates.add(" 县财政局拨付表 ", file, found.sheet, found.header_row, columns)
    assert (kept.name, kept.columns["F"], kept.retired_on) == ("县财政局拨付表", "金额", None)
    file.unlink()  # the office keeps its own
    batch = desk.payments.page(XUNWU).rows[0]
    target = tmp_path / "拨付.xlsx"
    assert desk.templates.fill(kept.id, batch.id, target) == 1
    page = load_workbook(target)["拨付表"]
    assert Decimal(str(page.cell(FIRST, 6).value)) == Decimal(str(batch.total))
    assert page.cell(FIRST, 3).value == "甲一客服有限公司"
    assert page.cell(FIRST, 4).value == desk.returns.lines(batch.id)[0].account_number
    file.write_bytes(template(9))
    newer = desk.templates.add("县财政局拨付表", file, "拨付表", HEADER, {"F": "amount", "B": "party"})
    assert [row.id for row in desk.templates.rows()] == [newer.id]
    assert {row.id for row in desk.templates.rows(retired=True)} == {kept.id, newer.id}
    with pytest.raises(Refusal, match="已经停用"):
        desk.templates.fill(kept.id, batch.id, target)
    desk.templates.retire(newer.id, "财政局换了系统")
    with pytest.raises(Refusal, match="已经停用"):
        desk.templates.retire(newer.id, "再来一次")
    assert desk.templates.rows() == ()
    assert desk.audit.page().total == before + 4
    assert desk.audit.verify()[0]


def test_what_is_wrong_is_said_at_once_and_nothing_is_kept(bench: CaseBench, tmp_path: Path) -> None:
    desk = bench.clerk
    file = tmp_path / "表.xlsx"
    file.write_bytes(template())
    before = desk.audit.page().total
    with pytest.raises(InvalidInput) as said:
        desk.templates.add(" ", file, "拨付表", HEADER, {"Z": "party", "F": "nothing"})
    assert {problem.path for problem in said.value.problems} == {"name", "columns.Z", "columns.F", "columns"}
    file.write_bytes(b"PK")
    with pytest.raises(InvalidInput):
        desk.templates.add("表", file, "拨付表", HEADER, {"F": "amount"})
    with pytest.raises(EnvironmentFault):
        desk.templates.look(tmp_path / "没有.xlsx")
    with pytest.raises(Refusal):
        desk.templates.fill(999, 1, tmp_path / "x.xlsx")
    assert desk.audit.page().total == before
    assert desk.templates.rows(retired=True) == () or all(row.name != "表" for row in desk.templates.rows(retired=True))
