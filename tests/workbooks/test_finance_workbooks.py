"""The finance bureau's workbooks: cell by cell, with hostile names, and recalculated by LibreOffice."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from tools import need

from caseworker.values.money import Money
from caseworker.workbooks import (
    Column,
    ColumnKind,
    PaymentLine,
    PaymentList,
    PeopleList,
    PersonLine,
    payment_list,
    people_list,
    table_workbook,
)
from caseworker.workbooks.book import write
from caseworker.workbooks.sheet import Frame, Table

HEADER = [
    *("序号", "单位", "统一社会信用代码", "政策条款", "期次", "数量", "标准", "金额"),
    *("户名", "开户行全称", "账号", "联行号", "备注"),
]
LINE = PaymentLine(
    party="星联客服科技有限公司",
    code="91360734MA00000000",
    clause="寻府办字〔2022〕59号 二（一）1",
    instalment="一次性",
    quantity="260 席",
    standard="3,000 元/席",
    amount=Money.parse("730000.00"),
    account_name="星联客服科技有限公司",
    bank="寻乌星河村镇银行营业部",
    account="9900123456789012345",
    bank_code="999123456789",
)
BATCH = PaymentList(
    "客服产业扶持资金拨付明细表",
    "寻乌县客服产业发展领导小组办公室",
    date(2023, 6, 30),
    (LINE, replace(LINE, party="映山话务服务有限公司", amount=Money.parse("0.10")), replace(LINE, amount=Money(20))),
    prepared_by="张经办",
)
HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    "0012",
    "1e5",
    "2023-01-01",
    "'x",
    "王䶮",
    "𬭚𠅤",
    "a\nb",
    "<b>&\"'",
    "#N/A",
    "TRUE",
    "{=1}",
]


def opened(content: bytes) -> Worksheet:
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return sheet


def header_row(sheet: Worksheet) -> int:
    return next(row for row in range(1, 10) if sheet.cell(row, 1).value == "序号")


def recalculated(content: bytes, folder: Path) -> Worksheet:
    """The workbook as LibreOffice opens, calculates and saves it: values instead of formulas."""
    office = need("soffice")
    source = folder / "in" / "table.xlsx"
    source.parent.mkdir()
    source.write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [
        office,
        profile,
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(folder / "out"),
    ]
    subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=180)
    sheet = load_workbook(folder / "out" / "table.xlsx", data_only=True).active
    assert sheet is not None
    return sheet


def test_a_payment_list_cell_by_cell() -> None:
    sheet = opened(payment_list(BATCH))
    assert sheet["A1"].value == BATCH.title
    assert [c.value for c in sheet[2] if c.value] == [
        "填报单位：寻乌县客服产业发展领导小组办公室",
        "2023年6月30日",
        "单位：元",
    ]
    assert [c.value for c in sheet[3]] == HEADER
    assert [c.value for c in sheet[4]] == [
        1,
        LINE.party,
        LINE.code,
        LINE.clause,
        "一次性",
        "260 席",
        "3,000 元/席",
        730000,
        LINE.account_name,
        LINE.bank,
        LINE.account,
        LINE.bank_code,
        None,
    ]
    for letter in "BCDEFGIJKLM":
        assert sheet[f"{letter}4"].number_format == "@"
    for letter in "CKL":
        assert sheet[f"{letter}4"].data_type == "s"
    assert (sheet["H4"].data_type, sheet["H4"].number_format) == ("n", "#,##0.00")
    assert (sheet["A7"].value, sheet["H7"].value) == ("合计", "=ROUND(SUM(H4:H6),2)")
    assert (
        sheet["A8"].value == "合计（大写）：人民币柒拾叁万元叁角整"
        or sheet["A8"].value == "合计（大写）：人民币柒拾叁万元叁角"
    )
    assert [c.value for c in sheet[10] if c.value] == ["制表人：张经办", "复核人：", "审核人："]


def test_the_page_of_a_payment_list() -> None:
    sheet = opened(payment_list(BATCH))
    assert sheet.freeze_panes == "A4"
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.print_area == "'拨付明细表'!$A$1:$M$10"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage is True
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"
    # a code or account never wraps; an amount never shows as ####; the page stays readable at its fitted scale
    assert sheet.column_dimensions["C"].width > len(LINE.code)
    assert sheet.column_dimensions["K"].width > len(LINE.account)
    assert sheet.column_dimensions["H"].width > len(BATCH.total.shown())
    assert sum(sheet.column_dimensions[letter].width for letter in "ABCDEFGHIJKLM") < 240


def test_unit_and_date_take_two_lines_in_a_narrow_table() -> None:
    content = table_workbook(
        "表",
        [Column("姓名")],
        [["张三"]],
        unit_line="填报单位：" + "某" * 20,
        date_line="2023年6月30日",
        measure="单位：元",
    )
    sheet = opened(content)
    assert [sheet["A2"].value, sheet["A3"].value] == ["填报单位：" + "某" * 20, "2023年6月30日　单位：元"]
    assert [c.value for c in sheet[4]] == ["序号", "姓名"]
    assert sheet.print_title_rows == "$4:$4"


def test_long_names_wrap_in_a_row_high_enough() -> None:
    long = replace(LINE, party="某" * 40)
    sheet = opened(payment_list(replace(BATCH, lines=(LINE, long))))
    assert sheet["B5"].alignment.wrap_text
    assert sheet.row_dimensions[5].height >= 4 * 14
    assert sheet.row_dimensions[4].height < sheet.row_dimensions[5].height


def test_an_empty_batch_has_a_total_of_nothing() -> None:
    sheet = opened(payment_list(replace(BATCH, lines=())))
    header = header_row(sheet)
    assert [sheet.cell(header + 1, c).value for c in (1, 8)] == ["合计", 0]
    assert sheet.freeze_panes == f"A{header + 1}"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    line = replace(LINE, party=text, account_name=text, account=text, remark=text)
    content = payment_list(replace(BATCH, title=text, office=text, prepared_by=text, lines=(line,)))
    sheet = opened(content)
    for place in ("A1", "B4", "I4", "K4", "M4"):
        assert (sheet[place].value, sheet[place].data_type) == (text, "s")
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.read("xl/worksheets/sheet1.xml").count(b"<f>") == 1  # the total, and nothing else


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_any_text_can_be_written_and_read(text: str) -> None:
    sheet = opened(table_workbook("表", [Column("文本")], [[text]]))
    kept = sheet["B3"].value or ""
    assert all(char in text for char in kept.replace("\n", ""))
    assert sheet["B3"].data_type == ("s" if kept else "n")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(min_value=-(10**12), max_value=10**13), min_size=1, max_size=6))
def test_amounts_are_written_as_their_exact_decimals(fens: list[int]) -> None:
    content = table_workbook("表", [Column("金额", ColumnKind.MONEY, total=True)], [[Money(f)] for f in fens])
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        xml = package.read("xl/worksheets/sheet1.xml").decode()
    for row, fen in enumerate(fens, start=3):
        written = xml.split(f'<c r="B{row}"')[1].split("<v>")[1].split("</v>")[0]
        assert Decimal(written) == Decimal(fen) / 100


def test_wrong_values_are_refused() -> None:
    money = [Column("金额", ColumnKind.MONEY)]
    with pytest.raises(TypeError):
        table_workbook("表", money, [[1.5]])  # type: ignore[list-item]
    with pytest.raises(TypeError):
        table_workbook("表", money, [["1.50"]])
    with pytest.raises(ValueError, match="row 1"):
        table_workbook("表", money, [[Money(1), Money(2)]])


def test_a_table_as_shown() -> None:
    columns = [Column("企业"), Column("席数", ColumnKind.INTEGER, total=True), Column("受理", ColumnKind.DATE)]
    sheet = opened(table_workbook("办件[1]:*?/\\", columns, [["甲", 260, date(2023, 6, 1)], ["乙", None, None]]))
    assert sheet.title == "办件 1"
    assert [c.value for c in sheet[2]] == ["序号", "企业", "席数", "受理"]
    assert sheet["C3"].value == 260
    assert sheet["D3"].value.date() == date(2023, 6, 1)
    assert sheet["D3"].number_format == "yyyy-mm-dd"
    assert sheet["C4"].value is None
    assert sheet["C5"].value == "=ROUND(SUM(C3:C4),2)"


PEOPLE = PeopleList(
    "坐席补贴人员名单",
    "某某局",
    date(2023, 6, 30),
    "恒域数据标注有限公司",
    (
        PersonLine("王䶮", "36079819900101901X", "2023-01 至 2023-05", Money.parse("2500")),
        PersonLine("=李四", "14029819900101902X"),
    ),
)


def test_people_masked_and_not() -> None:
    sheet = opened(people_list(PEOPLE))
    header = header_row(sheet)
    assert [c.value for c in sheet[header]] == ["序号", "姓名", "身份证号码", "事项", "金额", "备注"]
    assert [sheet.cell(header + 1, c).value for c in (2, 3, 5)] == ["王䶮", "360798********901X", 2500]
    assert sheet.cell(header + 2, 2).data_type == "s"
    assert sheet.cell(header + 3, 5).value == f"=ROUND(SUM(E{header + 1}:E{header + 2}),2)"
    assert sheet.cell(header + 4, 1).value == "合计（大写）：人民币贰仟伍佰元整"
    assert sheet["A2"].value == "单位名称：恒域数据标注有限公司"
    plain = opened(people_list(replace(PEOPLE, masked=False, with_amounts=False)))
    header = header_row(plain)
    assert [plain.cell(header + 1, c).value for c in (2, 3)] == ["王䶮", "36079819900101901X"]
    assert "金额" not in [c.value for c in plain[header]]
    assert "共 2 人" in plain.cell(header - 1, 1).value


def test_libreoffice_reaches_the_same_total_and_keeps_every_text(tmp_path: Path) -> None:
    lines = tuple(replace(LINE, party=text, amount=Money(10 * n + 1)) for n, text in enumerate(HOSTILE * 20, start=1))
    batch = replace(BATCH, lines=lines)
    sheet = recalculated(payment_list(batch), tmp_path)
    last = 3 + len(lines)
    assert sheet.cell(last + 1, 1).value == "合计"
    assert Decimal(repr(sheet.cell(last + 1, 8).value)) == Decimal(str(batch.total))
    for row, line in enumerate(lines, start=4):
        assert sheet.cell(row, 2).value == line.party
        assert sheet.cell(row, 11).value == LINE.account
        assert Decimal(repr(sheet.cell(row, 8).value)) == Decimal(str(line.amount))


LONG = """
import resource, sys
from datetime import date
from pathlib import Path
from caseworker.values.money import Money
from caseworker.workbooks import Column, ColumnKind
from caseworker.workbooks.book import write
from caseworker.workbooks.sheet import Frame, Table

class Rows:
    def __iter__(self):
        for number in range(int(sys.argv[1])):
            yield (f"员工{number}", "36079819900101901X", date(2023, 1, 1), Money(number), "")

columns = [
    Column("姓名"), Column("身份证号码"), Column("日期", ColumnKind.DATE),
    Column("金额", ColumnKind.MONEY, total=True), Column("备注"),
]
with Path(sys.argv[2]).open("wb") as out:
    write((Table(Frame("人员名单"), columns, Rows()),), out)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_a_hundred_thousand_rows_take_the_memory_of_ten_thousand(tmp_path: Path) -> None:
    peaks = []
    for count in (10_000, 100_000):
        target = tmp_path / f"{count}.xlsx"
        done = subprocess.run(
            [sys.executable, "-c", LONG, str(count), str(target)], check=True, capture_output=True, text=True
        )
        peaks.append(int(done.stdout))
    assert peaks[1] <= 1.2 * peaks[0]
    sheet = load_workbook(tmp_path / "100000.xlsx", read_only=True).active
    assert sheet is not None
    assert (sheet.max_row, sheet.max_column) == (100_003, 6)


def test_several_sheets_with_names_that_excel_takes(tmp_path: Path) -> None:
    tables = [
        Table(Frame("某" * 40), [Column("甲")], [["a"]]),
        Table(Frame("某" * 40), [Column("甲"), Column("数", ColumnKind.INTEGER, total=True)], [["b", 2], ["c", 3]]),
        Table(Frame("空", signatures=(("制表人", ""),)), [Column("甲")], []),
    ]
    target = tmp_path / "several.xlsx"
    with target.open("wb") as out:
        assert write(tables, out) == 3
    book = load_workbook(target)
    assert book.sheetnames == ["某" * 31, "某" * 28 + "（2）", "空"]
    first, second, third = book.worksheets
    assert (first["B3"].value, first.dimensions) == ("a", "A1:B3")
    assert [second[place].value for place in ("C3", "C4", "C5")] == [2, 3, "=ROUND(SUM(C3:C4),2)"]
    assert third["A2"].value == "序号"


def test_text_that_a_spreadsheet_might_read_otherwise(tmp_path: Path) -> None:
    texts = ["_x0041_", "_x000D_", "a\r\nb", "a\rb", "\t", " 前后有空格 ", "😀", "\u202e反"]
    sheet = recalculated(table_workbook("表", [Column("文本"), Column("末")], [[one, "尾"] for one in texts]), tmp_path)
    for row, text in enumerate(texts, start=3):
        assert sheet.cell(row, 2).value == text.replace("\r\n", "\n").replace("\r", "\n")
