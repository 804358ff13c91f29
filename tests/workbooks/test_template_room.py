"""Templates of every make: what refers to the table's rows reaches the last of them, nothing is written over."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Border, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from caseworker.errors import InvalidInput
from caseworker.values.money import Money
from caseworker.workbooks.template import fill, look

_THIN = Side(style="thin")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_COLUMNS = {"A": "number", "B": "party", "C": "amount"}
_FIRST = 3


def made(rows: int, change: Callable[[Any], None] | None = None) -> bytes:
    """Title, headings, `rows` framed rows, 合计; `change` makes of it what a test wants."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "表"
    page.append(["资金拨付表"])
    page.append(["序号", "单位", "金额", "备注"])
    for row in range(_FIRST, _FIRST + rows):
        for column in range(1, 5):
            page.cell(row, column).border = _BOX
    total = _FIRST + rows
    page.cell(total, 1).value = "合计"
    page.cell(total, 3).value = f"=SUM(C{_FIRST}:C{total - 1})"
    if change is not None:
        change(page)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def filled(data: bytes, count: int) -> Any:
    lines = [{"party": f"第{number}家", "amount": Money.parse("100.05")} for number in range(count)]
    seen = look(data)
    return load_workbook(io.BytesIO(fill(data, seen.sheet, seen.header_row, _COLUMNS, lines)))


def test_a_table_without_a_row_to_fill_keeps_its_total() -> None:
    with pytest.raises(InvalidInput, match="没有可填的行"):
        filled(made(0), 1)


def test_a_total_over_an_array_reaches_the_last_row() -> None:
    def change(page: Any) -> None:
        page["C5"] = ArrayFormula("C5", "=SUM(C3:C4*1)")

    page = filled(made(2, change), 5).active
    assert (page["C8"].value.text, page["C8"].value.ref) == ("=SUM(C3:C7*1)", "C8")


@pytest.mark.parametrize("rows", [1, 2])
@pytest.mark.parametrize(
    ("formula", "last"),
    [
        ("=SUM(B{0}:C{0})", "=SUM(B6:C6)"),
        ("=SUM(C$3:C{0})", "=SUM(C$3:C6)"),
        ("=C{0}*2", "=C6*2"),
        ("=SUM(B{0}:C{0})*E$1", "=SUM(B6:C6)*E$1"),
    ],
)
def test_what_a_row_works_out_of_itself_stays_its_own(rows: int, formula: str, last: str) -> None:
    def change(page: Any) -> None:
        for row in range(_FIRST, _FIRST + rows):
            page[f"D{row}"] = formula.format(row)

    data = made(rows, change)
    assert look(data).room == rows
    page = filled(data, 4).active
    assert page["D6"].value == last
    assert page["D3"].value == formula.format(3)
    assert (page["A7"].value, page["C7"].value) == ("合计", "=SUM(C3:C6)")


def test_a_share_of_the_whole_is_one_of_all_rows() -> None:
    def change(page: Any) -> None:
        page["D3"] = "=C3/SUM(C$3:C$4)"
        page["D4"] = "=C4/SUM(C$3:C$4)"

    page = filled(made(2, change), 4).active
    assert [page[f"D{row}"].value for row in (3, 4, 5, 6)] == [f"=C{row}/SUM(C$3:C$6)" for row in (3, 4, 5, 6)]


def test_an_array_in_every_row() -> None:
    def change(page: Any) -> None:
        page["D3"] = ArrayFormula("D3", "=SUM(C3:C3*2)")

    page = filled(made(2, change), 3).active
    assert [(page[f"D{row}"].value.text, page[f"D{row}"].value.ref) for row in (3, 4, 5)] == [
        (f"=SUM(C{row}:C{row}*2)", f"D{row}") for row in (3, 4, 5)
    ]


def test_cells_merged_over_several_rows_are_filled_one_by_one() -> None:
    def change(page: Any) -> None:
        page.merge_cells("B3:B4")
        page.merge_cells("D3:D4")

    page = filled(made(2, change), 3).active
    assert [page[f"B{row}"].value for row in (3, 4, 5)] == ["第0家", "第1家", "第2家"]


def test_names_tables_filters_choices_and_colours_reach_the_last_row() -> None:
    def change(page: Any) -> None:
        page.parent.defined_names["金额区"] = DefinedName("金额区", attr_text="表!$C$3:$C$4")
        page["C5"] = "=SUM(金额区)"
        page.auto_filter.ref = "A2:D4"
        choice = DataValidation(type="list", formula1='"是,否"')
        choice.add("D3:D4")
        page.add_data_validation(choice)
        red = PatternFill("solid", "FF0000")
        page.conditional_formatting.add("C3:C4", CellIsRule(operator="greaterThan", formula=["100"], fill=red))

    book = filled(made(2, change), 5)
    page = book.active
    assert book.defined_names["金额区"].attr_text == "表!$C$3:$C$7"
    assert page.auto_filter.ref == "A2:D7"
    assert [str(one.sqref) for one in page.data_validations.dataValidation] == ["D3:D7"]
    assert [str(one.sqref) for one in page.conditional_formatting] == ["C3:C7"]


def test_a_table_object_grows_with_its_rows() -> None:
    def change(page: Any) -> None:
        page.add_table(Table(displayName="拨付", ref="A2:D4"))
        page["C5"] = "=SUM(拨付[金额])"

    page = filled(made(2, change), 5).active
    assert page.tables["拨付"].ref == "A2:D7"


@pytest.mark.parametrize("row", [-1, 0, 99, 10**9])
def test_a_heading_where_there_is_none(row: int) -> None:
    with pytest.raises(InvalidInput) as said:
        fill(made(2), "表", row, _COLUMNS, ())
    assert [problem.path for problem in said.value.problems] == ["header_row"]


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("C2", "金额（万元）"),
        ("C2", "拨付金额 万元"),
        ("A1", "资金拨付表（单位：万元）"),
        ("D1", "单位：人民币万元"),
        ("D3", "万元"),
        ("C2", "金额（千元）"),
    ],
)
def test_yuan_never_goes_into_a_table_of_ten_thousands(place: str, words: str) -> None:
    def change(page: Any) -> None:
        page[place] = words

    with pytest.raises(InvalidInput, match="百元、千元）为单位"):
        filled(made(2, change), 1)


def test_ten_thousands_in_a_title_are_no_unit() -> None:
    def change(page: Any) -> None:
        page["A1"] = "营业收入1000万元以上企业资金拨付表（单位：元）"

    assert filled(made(2, change), 1).active["C3"].value == 100.05
