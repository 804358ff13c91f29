"""拨付明细表: what the finance bureau pays from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from caseworker.values.daxie import in_words
from caseworker.values.money import Money
from caseworker.workbooks.book import build
from caseworker.workbooks.sheet import Column, ColumnKind, Frame, chinese_date

PAYMENT_COLUMNS = (
    Column("单位"),
    Column("统一社会信用代码"),
    Column("政策条款"),
    Column("期次", centred=True),
    Column("数量", centred=True),
    Column("标准", centred=True),
    Column("金额", ColumnKind.MONEY, total=True),
    Column("户名"),
    Column("开户行全称"),
    Column("账号"),
    Column("联行号"),
    Column("备注"),
)


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One payment. `quantity` and `standard` are shown as the trace words them ("260 席", "3,000 元/席")."""

    party: str
    code: str  # 统一社会信用代码, or the ID number of a person paid directly
    clause: str
    instalment: str  # "1/4", "一次性"
    quantity: str
    standard: str
    amount: Money
    account_name: str
    bank: str
    account: str
    bank_code: str = ""  # 联行号
    remark: str = ""


@dataclass(frozen=True, slots=True)
class PaymentList:
    title: str
    office: str
    day: date
    lines: tuple[PaymentLine, ...]
    prepared_by: str = ""
    reviewed_by: str = ""
    approved_by: str = ""

    @property
    def total(self) -> Money:
        return sum((line.amount for line in self.lines), Money.zero())


def payment_list(batch: PaymentList) -> bytes:
    """The 拨付明细表 as .xlsx bytes, its 合计 a live formula, the 大写 of the same total below it."""
    frame = Frame(
        title=batch.title,
        unit_line=f"填报单位：{batch.office}",
        date_line=chinese_date(batch.day),
        measure="单位：元",
        words_line=f"合计（大写）：{in_words(batch.total)}",
        signatures=(("制表人", batch.prepared_by), ("复核人", batch.reviewed_by), ("审核人", batch.approved_by)),
        sheet_name="拨付明细表",
    )
    rows = [
        (
            line.party,
            line.code,
            line.clause,
            line.instalment,
            line.quantity,
            line.standard,
            line.amount,
            line.account_name,
            line.bank,
            line.account,
            line.bank_code,
            line.remark,
        )
        for line in batch.lines
    ]
    return build(frame, PAYMENT_COLUMNS, rows)
