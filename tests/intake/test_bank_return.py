"""Return files as banks and finance bureaus make them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from caseworker.errors import InvalidInput
from caseworker.intake.bank_return import ReturnedRow, read_bank_return
from caseworker.values.money import Money

ACCOUNT = "3600123456789012345"  # 19 digits, as text


def book(path: Path, *rows: Sequence[object]) -> Path:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    made.save(path)
    return path


def test_a_bank_s_list_with_title_totals_and_notes(tmp_path: Path) -> None:
    path = book(
        tmp_path / "回盘.xlsx",
        ["批量代发处理结果"],
        ["批次号：20230701001", None, None, "单位：元"],
        ["序号", "收款人户名", "收款人账号", "交易金额", "处理状态", "失败原因", "交易日期"],
        [1, "寻乌县星河客服有限公司", ACCOUNT, "780,000.00", "交易成功", None, "20230701"],
        [2, "云州标注有限公司", "6222 0000-1111", 2500.5, "退票", "账号户名不符", date(2023, 7, 3)],
        [],
        ["合计", None, None, "782,500.50"],
        ["经办：某某"],
    )
    read = read_bank_return(path)
    assert (read.header_row, read.rejected) == (3, ())
    assert read.rows == (
        ReturnedRow(4, "寻乌县星河客服有限公司", ACCOUNT, Money.parse("780000"), "paid", "", date(2023, 7, 1)),
        ReturnedRow(
            5, "云州标注有限公司", "622200001111", Money.parse("2500.50"), "returned", "账号户名不符", date(2023, 7, 3)
        ),
    )
    assert [(skip.row, skip.code) for skip in read.skipped] == [(6, "blank-row"), (7, "total-row"), (8, "note-row")]


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("成功", "paid"),
        ("处理成功。", "paid"),
        ("Ｙ", "paid"),
        ("已支付（2023-07-01）", "paid"),
        ("退票-账号不存在", "returned"),
        ("失败：余额不足", "returned"),
        ("未成功", "returned"),
        ("失败：交易未成功", "returned"),
        ("成功0000", "paid"),
        ("成功-入账成功", "paid"),
        ("N", "returned"),
    ],
)
def test_words_of_results(tmp_path: Path, words: str, outcome: str) -> None:
    path = book(tmp_path / "r.xlsx", ["户名", "账号", "金额", "结果"], ["甲公司", "123456", 1, words])
    assert [row.outcome for row in read_bank_return(path).rows] == [outcome]


@pytest.mark.parametrize(
    "words",
    [
        "处理中", "部分成功", "已支付部分，余款退回", "成功后退回", "已付款失败", "成功（已冲正）", "已支付待确认",
        "退票后重发成功", "?", None, "01",
    ],
)  # fmt: skip
def test_a_result_that_cannot_be_read_is_a_problem_never_a_guess(tmp_path: Path, words: str | None) -> None:
    path = book(tmp_path / "r.xlsx", ["户名", "账号", "金额", "结果"], ["甲公司", "123456", 1, words])
    read = read_bank_return(path)
    assert read.rows == ()
    assert [(r.row, r.column, r.code) for r in read.rejected] == [(2, "处理结果", "outcome-invalid")]


def test_every_problem_of_a_row_is_named_at_once(tmp_path: Path) -> None:
    path = book(
        tmp_path / "r.xlsx",
        ["户名", "账号", "金额", "结果", "日期"],
        [None, 3600123456789012345, -5, "成功", "去年"],
        ["甲公司", None, 12.345, "成功", None],
    )
    read = read_bank_return(path)
    assert read.rows == ()
    assert [(r.row, r.column, r.code) for r in read.rejected] == [
        (2, "户名", "missing-value"),
        (2, "账号", "account-precision-lost"),
        (2, "金额", "amount-invalid"),
        (2, "日期", "date-invalid"),
        (3, "账号", "missing-value"),
        (3, "金额", "amount-invalid"),
    ]


def test_a_list_without_results_asks_what_it_lists(tmp_path: Path) -> None:
    path = book(tmp_path / "退票清单.xlsx", ["户名", "账号", "金额", "退票原因"], ["甲公司", "123456", 1, "销户"])
    with pytest.raises(InvalidInput) as refused:
        read_bank_return(path)
    assert refused.value.code == "outcome-missing"
    (row,) = read_bank_return(path, all_as="returned").rows
    assert (row.outcome, row.reason) == ("returned", "销户")


def test_files_that_are_none(tmp_path: Path) -> None:
    path = book(tmp_path / "r.xlsx", ["户名", "金额", "结果"], ["甲公司", 1, "成功"])
    with pytest.raises(InvalidInput) as refused:
        read_bank_return(path)
    assert refused.value.code == "header-not-found"
    fake = tmp_path / "回盘.xlsx"
    fake.write_bytes(b"%PDF-1.4")
    with pytest.raises(InvalidInput):
        read_bank_return(fake)


def test_a_csv_in_gbk(tmp_path: Path) -> None:
    path = tmp_path / "回盘.csv"
    path.write_bytes(f"户名,账号,金额,处理结果\r\n甲公司,\t{ACCOUNT},2500.00,成功\r\n".encode("gb18030"))
    (row,) = read_bank_return(path).rows
    assert (row.account_number, row.amount, row.outcome) == (ACCOUNT, Money.parse("2500"), "paid")
