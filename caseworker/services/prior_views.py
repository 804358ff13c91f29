"""What is shown of 历史兑现补录: previews, batches, their lines. Plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from caseworker.values.money import Money

KIND_NAMES = {"grants": "兑现", "fund": "资金", "numbers": "文号"}
STATE_NAMES = {"entered": "待确认", "confirmed": "已确认", "voided": "已作废"}


@dataclass(frozen=True, slots=True)
class PriorProblemRow:
    """`row` 0: the sheet as a whole; `column` "": the row as a whole."""

    sheet: str
    row: int
    column: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class PriorLine:
    """One line of a batch or of a preview, of any kind, in words. `row` 0: entered by form, or read back."""

    sheet: str
    row: int
    what: str  # the clause, 专项资金 of a policy, or the kind of document
    party: str
    person: str  # name, with the masked ID number
    day: str  # the day of payment, or the year
    amount: Money | None
    detail: str  # instalment, months, last number, …
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class PriorPreview:
    """Nothing is written. `problems` empty: the workbook can be entered. `warnings` do not hinder."""

    file_name: str
    lines: tuple[PriorLine, ...]  # the first ones
    grants: int
    funds: int
    numbers: int
    new_people: int
    total: Money  # of the grants
    problems: tuple[PriorProblemRow, ...]
    skipped: tuple[PriorProblemRow, ...]
    warnings: tuple[str, ...]

    @property
    def rows(self) -> int:
        return self.grants + self.funds + self.numbers


@dataclass(frozen=True, slots=True)
class PriorBatchRow:
    """`total` of grants or of the fund's sums; None for numbers."""

    id: int
    kind: str
    kind_name: str
    title: str
    evidence: str
    rows: int
    total: Money | None
    state: str
    state_name: str
    entered_by: str
    entered_on: date
    confirmed_by: str
    confirmed_on: date | None
    voided_reason: str | None
    has_scan: bool
    has_workbook: bool


@dataclass(frozen=True, slots=True)
class PriorBatchDetail:
    """`sums`: (what, lines, amount). `may_confirm`, `may_void` of this user, with `why_not` in words where not.

    `resting`: cases decided since on what this batch says; voiding names them.
    """

    row: PriorBatchRow
    sums: tuple[tuple[str, int, Money | None], ...]
    people: int
    own_evidence: bool  # whether some line names a paper of its own
    warnings: tuple[str, ...]
    resting: tuple[str, ...]
    may_confirm: bool
    why_not: str
    may_void: bool


@dataclass(frozen=True, slots=True)
class RunningAward:
    """An award of several instalments that began before this program. `next_on` is a forecast, no entitlement."""

    party_id: int
    party: str
    policy: str
    clause: str
    clause_title: str
    last_number: int
    count: int
    last_on: date
    last_amount: Money
    next_on: date


@dataclass(frozen=True, slots=True)
class PriorGrantForm:
    """One earlier grant as typed. `facts` by name, as text; for persons `name` and `id_number`."""

    party_id: int
    policy: str
    clause: str
    granted_on: date | None
    amount: str
    facts: dict[str, Any] = field(default_factory=dict)
    name: str = ""
    id_number: str = ""


@dataclass(frozen=True, slots=True)
class PriorFieldView:
    """A further field of the form. `type`: int, text, date, month, choice, parts."""

    name: str
    label: str
    type: str
    needed: bool
    options: tuple[tuple[str, str], ...]
    hint: str


@dataclass(frozen=True, slots=True)
class PriorClauseView:
    policy: str
    policy_title: str
    clause: str
    title: str
    by_person: bool
    fields: tuple[PriorFieldView, ...]
