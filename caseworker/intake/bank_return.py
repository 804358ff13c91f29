"""回盘文件: what the bank or the finance bureau sends back on a batch, one row a payment. Knows no database.

Banks name the same things in many ways; the words are data below. A row says paid or returned, or nothing that can be
read: that is a problem of its row, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from caseworker.errors import InvalidInput
from caseworker.intake import cells
from caseworker.intake.cells import Cell, CellProblem
from caseworker.intake.field import Field
from caseworker.intake.grid import load, sheet_list
from caseworker.intake.headings import Heading, best, plain_heading
from caseworker.intake.layout import HEAD_ROWS
from caseworker.intake.result import Rejected, Skipped
from caseworker.values.account import normalise
from caseworker.values.money import Money

PAID, RETURNED = "paid", "returned"

FIELDS: tuple[Field, ...] = (
    Field(
        "payee",
        "户名",
        (
            "户名", "收款户名", "收款人户名", "收款方户名", "收款人", "收款人名称", "收款人姓名", "收款方",
            "收款方名称", "收款单位", "收款单位名称", "对方户名", "账户名称", "账户名", "单位", "单位名称",
            "姓名", "客户名称",
        ),
        needed=True,
    ),
    Field(
        "account_number",
        "账号",
        (
            "账号", "收款账号", "收款人账号", "收款方账号", "收款账户", "收款单位账号", "对方账号", "银行账号", "账户",
            "帐号", "收款帐号", "收款人帐号", "卡号", "银行卡号",
        ),
        needed=True,
    ),
    Field(
        "amount",
        "金额",
        (
            "金额", "交易金额", "付款金额", "支付金额", "拨付金额", "发放金额", "转账金额", "实发金额", "实付金额",
            "发生额", "金额小写",
        ),
        needed=True,
    ),
    Field(
        "outcome",
        "处理结果",
        (
            "处理结果", "交易结果", "支付结果", "拨付结果", "结果", "处理状态", "交易状态", "支付状态", "拨付状态",
            "状态", "回盘结果", "回盘状态", "是否成功", "成功标志", "处理标志", "回执", "回单状态", "入账状态",
            "到账情况",
        ),
    ),
    Field(
        "reason",
        "原因",
        (
            "退回原因", "失败原因", "退票原因", "未成功原因", "错误原因", "原因", "处理信息", "错误信息", "返回信息",
            "失败信息", "处理说明", "交易信息", "说明",
        ),
    ),
    Field(
        "day",
        "日期",
        (
            "处理日期", "交易日期", "入账日期", "拨付日期", "支付日期", "付款日期", "到账日期", "退回日期", "退票日期",
            "记账日期", "完成日期", "日期", "交易时间", "处理时间",
        ),
    ),
)  # fmt: skip

_PAID = frozenset(
    {
        "成功", "交易成功", "处理成功", "支付成功", "付款成功", "转账成功", "拨付成功", "发放成功", "已成功", "已支付",
        "已拨付", "已付", "已付款", "已入账", "入账成功", "已到账", "到账", "已完成", "完成", "是", "y", "yes",
        "success", "succeeded", "s", "√", "ok",
    }
)  # fmt: skip
_RETURNED = frozenset(
    {
        "失败", "交易失败", "处理失败", "支付失败", "付款失败", "转账失败", "拨付失败", "发放失败", "未成功", "不成功",
        "退回", "已退回", "退票", "已退票", "退汇", "已退汇", "被退回", "拒绝", "已拒绝", "拒付", "未到账", "未入账",
        "冲正", "已冲正", "否", "n", "no", "fail", "failed", "f", "×", "✗", "x",
    }
)  # fmt: skip
_PAID_STARTS = ("成功", "已付", "已拨付", "已支付")  # 已支付（2023-07-01）
_RETURNED_STARTS = ("退", "失败", "未成功", "拒")  # 退票-账号不存在
_HAN = re.compile(r"[\u3400-\u9fff]+")
_TOTAL = re.compile(r"^(?:本页|总|以上)?(?:合计|总计|小计|共计)")


Wrong = Callable[[str, str, str], None]  # field, code, reason


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """One payment as the bank saw it. `outcome`: paid, returned. `happened_on` None where the file has no date."""

    row: int
    payee: str
    account_number: str
    amount: Money
    outcome: str
    reason: str = ""
    happened_on: date | None = None


@dataclass(frozen=True, slots=True)
class BankReturnSheet:
    """Row numbers are the sheet's own, from 1."""

    sheet: str
    header_row: int
    rows: tuple[ReturnedRow, ...]
    rejected: tuple[Rejected, ...]
    skipped: tuple[Skipped, ...] = field(default=())


def read_bank_return(path: Path, *, sheet: str | None = None, all_as: str | None = None) -> BankReturnSheet:
    """Reads the first visible sheet that has payee, account and amount, or the one named.

    `all_as`: paid or returned, for a file that lists only the one or the other and has no column of results.
    InvalidInput where the file or its table cannot be read, or where results are missing and `all_as` is not given.
    """
    names = [sheet] if sheet is not None else [info.name for info in sheet_list(path) if info.visible]
    for name in names:
        grid = load(path, name, HEAD_ROWS)
        found = _heading(grid.spread_head())
        if found is None:
            continue
        at, columns = found
        if "outcome" not in columns and all_as is None:
            raise InvalidInput(
                "回盘文件中没有“处理结果”一列。如果这份文件只列成功的或只列退回的，请指明后再读入。",
                code="outcome-missing",
            )
        return _read(name, at, columns, list(grid.rows()), all_as)
    raise InvalidInput(
        "没有找到表头：回盘文件至少要有户名、账号、金额三列，请检查是否选对了文件。", code="header-not-found"
    )


def _heading(head: Sequence[Sequence[Cell]]) -> tuple[int, dict[str, int]] | None:
    """(the sheet's row of the headings, field -> column): the row that names most of what is sought."""
    found: tuple[int, dict[str, int]] | None = None
    for number, row in enumerate(head, start=1):
        headings = [Heading("", plain_heading(cell)) for cell in row]
        usable = [place for place, heading in enumerate(headings) if heading.texts]
        columns: dict[str, int] = {}
        for wanted in FIELDS:
            place = best(wanted, headings, [at for at in usable if at not in columns.values()])
            if place is not None:
                columns[wanted.name] = place
        complete = all(wanted.name in columns for wanted in FIELDS if wanted.needed)
        if complete and (found is None or len(columns) > len(found[1])):
            found = (number, columns)
    return found


def _read(
    sheet: str, header: int, columns: dict[str, int], rows: Sequence[Sequence[Cell]], all_as: str | None
) -> BankReturnSheet:
    out: list[ReturnedRow] = []
    rejected: list[Rejected] = []
    skipped: list[Skipped] = []
    labels = {wanted.name: wanted.label for wanted in FIELDS}
    for number, row in enumerate(rows, start=1):
        if number <= header:
            continue
        values = {name: row[at] if at < len(row) else "" for name, at in columns.items()}
        if all(cells.is_blank(cell) for cell in row):
            skipped.append(Skipped(number, "blank-row"))
            continue
        lead = next((cells.text(cell) for cell in row if not cells.is_blank(cell)), "")
        if _TOTAL.search("".join(lead.split())):
            skipped.append(Skipped(number, "total-row"))
            continue
        if cells.is_blank(values["account_number"]) and cells.is_blank(values["amount"]):
            skipped.append(Skipped(number, "note-row"))
            continue
        problems: list[Rejected] = []

        def wrong(name: str, code: str, reason: str, into: list[Rejected] = problems, at: int = number) -> None:
            into.append(Rejected(at, labels[name], code, reason))

        payee = cells.text(values["payee"])
        if not payee:
            wrong("payee", "missing-value", "没有填写户名")
        account = _account(values["account_number"], wrong)
        amount = _amount(values["amount"], wrong)
        outcome = _outcome(values.get("outcome", ""), all_as, wrong)
        happened = None
        if "day" in columns:
            try:
                happened = cells.day(values["day"])
            except CellProblem as problem:
                wrong("day", problem.code, problem.reason)
        if problems or account is None or amount is None or outcome is None:
            rejected.extend(problems)
            continue
        out.append(ReturnedRow(number, payee, account, amount, outcome, cells.text(values.get("reason", "")), happened))
    while skipped and skipped[-1].code == "blank-row" and skipped[-1].row > max((row.row for row in out), default=0):
        skipped.pop()  # blank rows at the end say nothing
    return BankReturnSheet(sheet, header, tuple(out), tuple(rejected), tuple(skipped))


def _account(cell: Cell, wrong: Wrong) -> str | None:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) >= 10**15:
        wrong("account_number", "account-precision-lost", "账号被存成了数字，末几位已丢失，请向银行索取文本格式的文件")
        return None
    account = normalise(cells.text(cell)).strip("'`‘’")
    account = re.sub(r"[\s\-]", "", account)
    if not account:
        wrong("account_number", "missing-value", "没有填写账号")
        return None
    return account


def _amount(cell: Cell, wrong: Wrong) -> Money | None:
    try:
        amount = cells.amount(cell)
    except CellProblem as problem:
        wrong("amount", problem.code, problem.reason)
        return None
    if amount is None:
        wrong("amount", "missing-value", "没有填写金额")
    return amount


def _outcome(cell: Cell, all_as: str | None, wrong: Wrong) -> str | None:
    words = "".join(cells.text(cell).split()).lower().rstrip("。.!！")
    if not words and all_as is not None:
        return all_as
    if words in _PAID:
        return PAID
    if words in _RETURNED:
        return RETURNED
    if words.startswith(_RETURNED_STARTS) and "成功" not in words.replace("未成功", "").replace("不成功", ""):
        return RETURNED
    # 已付款失败, 成功（已冲正）: whatever words follow, they must say the same
    said = _HAN.findall(words)
    if words.startswith(_PAID_STARTS) and all(word in _PAID for word in said):
        return PAID
    wrong(
        "outcome", "outcome-invalid", f"看不懂处理结果“{cells.text(cell)}”，应为成功或退回" if words else "没有处理结果"
    )
    return None
