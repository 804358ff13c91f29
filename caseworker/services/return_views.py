"""Plain data about what the bank sent back on a batch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from caseworker.services.views import RowProblem
from caseworker.values.money import Money

MATCH_NAMES = {"matched": "相符", "differing": "不一致", "unknown": "不在本批", "repeat": "已登记过"}
OUTCOME_NAMES = {"paid": "成功", "returned": "退回"}
SETTLED_NAMES = {"paid": "已拨付", "returned": "已退回", "ignored": "不予采用"}


@dataclass(frozen=True, slots=True)
class PaymentLineRow:
    """One payment of a batch as it stands. `account_number` whole: the clerk compares it."""

    id: int
    case_id: int
    case_number: str
    payee: str
    account_number: str
    amount: Money
    state: str
    state_name: str
    paid_on: date | None
    return_reason: str
    reorder_reason: str = ""  # why it went to the account that the bank had sent it back from


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """One row of a return file. `id` is 0 in a preview; `words` say what does not agree."""

    id: int
    row: int
    payee: str
    account_number: str
    amount: Money
    outcome: str
    outcome_name: str
    reason: str
    happened_on: date | None
    match: str
    match_name: str
    words: str
    line_id: int | None
    settled_as: str | None
    settled_words: str

    @property
    def open(self) -> bool:
        return self.settled_as is None


@dataclass(frozen=True, slots=True)
class ReturnPreview:
    """What a file would do. `missing`: payments of the batch that it does not name, which stay ordered."""

    sheet: str
    rows: tuple[ReturnRow, ...]
    problems: tuple[RowProblem, ...]
    missing: tuple[PaymentLineRow, ...]
    needs_date: bool  # rows without a date of their own

    def count(self, match: str, outcome: str | None = None) -> int:
        return sum(row.match == match and outcome in (None, row.outcome) for row in self.rows)


@dataclass(frozen=True, slots=True)
class ReturnView:
    id: int
    file_name: str
    attachment_id: int
    read_at: datetime
    read_by: str
    voided_reason: str | None
    rows: tuple[ReturnRow, ...]

    @property
    def open(self) -> int:
        return sum(row.open for row in self.rows)
