"""The bureau's own workbook filled in: its looks, sums and footer stay, whatever number of rows goes in."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet
from workbooks.test_finance_workbooks import recalculated

from caseworker.errors import InvalidInput
from caseworker.values.money import Money
from caseworker.workbooks.template import FIELDS, fill, look

THIN = Side(style="thin")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
HEADER, FIRST, ROOM = 3, 5, 4


def template(room: int = ROOM, numbered: bool = True) -> bytes:
    """As a county's bureau makes them: two-level headings, framed blank rows, sums, signatures, a second sheet."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "拨付表"
    page["A1"] = "××县财政局资金拨付申请表"
    page["A1"].font = Font(name="黑体", size=20)
    page.merge_cells("A1:H1")
    page["A2"] = "填报单位："
    headings = {
        "A3": "序号",
        "B3": "收款单位",
        "C3": "收款账户信息",
        "F3": "应拨金额（元）",
        "G3": "税率",
        "H3": "备注",
    }
    for place, words in headings.items():
        page[place] = words
    page["C4"], page["D4"], page["E4"] = "户名", "账号", "开户行"
    page.merge_cells("C3:E3")
    for letter in "ABFGH":
        page.merge_cells(f"{letter}3:{letter}4")
    for row in range(3, FIRST + room + 1):
        for column in range(1, 9):
            page.cell(row, column).border = BOX
    for row in range(FIRST, FIRST + room):
        page.row_dimensions[row].height = 25
        page.cell(row, 6).number_format = "#,##0.00"
        page.cell(row, 6).fill = PatternFill("solid", fgColor="FFFFCC")
        if numbered:
            page.cell(row, 1).value = row - FIRST + 1
    page.cell(FIRST, 7).value = f"=F{FIRST}*0.1"
    total = FIRST + room
    page.cell(total, 1).value = "合计"
    page.merge_cells(start_row=total, start_column=1, end_row=total, end_column=5)
    page.cell(total, 6).value = f"=SUM(F{FIRST}:F{total - 1})"
    page.cell(total, 7).value = f"=ROUND(SUM($G${FIRST}:$G${total - 1})+F{total}*0,2)"
    page.cell(total + 2, 1).value = "制表："
    page.merge_cells(start_row=total + 2, start_column=1, end_row=total + 2, end_column=3)
    page.print_area = f"A1:H{total + 2}"
    page.freeze_panes = "A5"
    other = book.create_sheet("封面")
    other["A1"] = f"=拨付表!F{total}"
    other["A2"] = f"=SUM('拨付表'!F{FIRST}:F{total - 1})+SUM(B1:B2)"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def lines(count: int) -> list[dict[str, str | int | Money]]:
    blank: dict[str, str | int | Money] = dict.fromkeys(FIELDS, "")
    return [
        blank
        | {
            "party": f"=第{number}有限公司",
            "account_name": f"第{number}有限公司",
            "account": f"62220000000000{number:05d}",
            "bank": "某某银行",
            "amount": Money(10 * number + 1),
        }
        for number in range(1, count + 1)
    ]


def columns_of(data: bytes) -> dict[str, str]:
    return {column.letter: column.field for column in look(data).columns if column.field is not None}


def filled(data: bytes, count: int) -> bytes:
    return fill(data, "拨付表", HEADER, columns_of(data), lines(count))


def test_the_table_of_a_template_is_found() -> None:
    found = look(template())
    assert (found.sheet, found.sheets) == ("拨付表", ("拨付表", "封面"))
    assert (found.header_row, found.first_row, found.room, found.loses) == (HEADER, FIRST, ROOM, ())
    assert [(one.letter, one.heading, one.field) for one in found.columns] == [
        ("A", "序号", "number"),
        ("B", "收款单位", "party"),
        ("C", "收款账户信息户名", "account_name"),
        ("D", "账号", "account"),
        ("E", "开户行", "bank"),
        ("F", "应拨金额(元)", "amount"),
        ("G", "税率", None),
        ("H", "备注", "remark"),
    ]


@pytest.mark.parametrize("count", [0, 1, ROOM - 1, ROOM, ROOM + 1, 37])
@pytest.mark.parametrize("room", [1, ROOM])
def test_rows_fit_or_room_is_made(count: int, room: int) -> None:
    before = load_workbook(io.BytesIO(template(room)))["拨付表"]
    book = load_workbook(io.BytesIO(filled(template(room), count)))
    page: Worksheet = book["拨付表"]
    more = max(0, count - room)
    total = FIRST + max(room, count)
    last = total - 1
    assert [page.cell(row, 2).value for row in range(FIRST, FIRST + count)] == [
        f"=第{number}有限公司" for number in range(1, count + 1)
    ]
    assert [page.cell(row, 1).value for row in range(FIRST, FIRST + count)] == list(range(1, count + 1))
    assert all(
        page.cell(row, 2).value is None and page.cell(row, 1).value is None for row in range(FIRST + count, total)
    )
    assert page.cell(total, 1).value == "合计"
    assert page.cell(total, 6).value == f"=SUM(F{FIRST}:F{last})"
    assert page.cell(total, 7).value == f"=ROUND(SUM($G${FIRST}:$G${last})+F{total}*0,2)"
    assert page.cell(total + 2, 1).value == "制表："
    assert page.cell(total + 1, 1).value is None
    merged = {str(one) for one in page.merged_cells.ranges}
    assert {f"A{total}:E{total}", f"A{total + 2}:C{total + 2}", "C3:E3", "A1:H1"} <= merged
    assert len(merged) == len(before.merged_cells.ranges)
    assert page.print_area.replace("$", "").endswith(f"A1:H{total + 2}")
    assert book["封面"]["A1"].value == f"=拨付表!F{total}"
    assert book["封面"]["A2"].value == f"=SUM('拨付表'!F{FIRST}:F{last})+SUM(B1:B2)"
    assert page.freeze_panes == "A5"
    for number in range(count):
        row = FIRST + number
        cell = page.cell(row, 6)
        assert (cell.data_type, cell.number_format, cell.fill.fgColor.rgb) == ("n", "#,##0.00", "00FFFFCC")
        assert page.cell(row, 7).value == f"=F{row}*0.1"
        assert page.row_dimensions[row].height == 25
        assert page.cell(row, 4).border.left.style == "thin"
        assert (page.cell(row, 4).data_type, page.cell(row, 2).data_type) == ("s", "s")
    assert more == total - (FIRST + room)


def test_libreoffice_adds_up_the_filled_template(tmp_path: Path) -> None:
    page = recalculated(filled(template(), 23), tmp_path)
    total = FIRST + 23
    expected = sum(Decimal(10 * number + 1) for number in range(1, 24)) / 100
    assert Decimal(repr(page.cell(total, 6).value)) == expected
    assert page.cell(FIRST, 2).value == "=第1有限公司"
    assert page.cell(FIRST + 22, 4).value == "6222000000000000023"


def test_what_can_not_be_used_is_said() -> None:
    for data in (b"", b"not a workbook", template()[:3000], b"PK\x03\x04" + bytes(100)):
        with pytest.raises(InvalidInput, match=r"\.xlsx"):
            look(data)
    with pytest.raises(InvalidInput, match="没有工作表"):
        look(template(), "没有")
    with pytest.raises(InvalidInput, match="表头"):
        look(template(), "封面")
    with pytest.raises(InvalidInput) as said:
        fill(template(), "拨付表", HEADER, {"A": "nothing", "Z": "party", "B": "party"}, lines(1))
    assert {problem.path for problem in said.value.problems} == {"columns.A", "columns.Z", "columns"}


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 6), st.integers(0, 12), st.booleans())
def test_any_room_and_number_keep_the_sum_over_all_rows(room: int, count: int, numbered: bool) -> None:
    page = load_workbook(io.BytesIO(filled(template(room, numbered), count)))["拨付表"]
    total = next(row for row in range(FIRST, FIRST + 40) if page.cell(row, 1).value == "合计")
    assert total == FIRST + max(room, count)
    assert page.cell(total, 6).value == f"=SUM(F{FIRST}:F{total - 1})"
