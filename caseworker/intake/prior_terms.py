"""历史兑现补录: what its workbook asks for. The sheets, their columns, and which facts each clause's grants carry."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from caseworker.values.money import Money

PARTIES, PEOPLE, FUND, NUMBERS = "兑现", "人员", "资金", "文号"
NOTES, CHOICES = "填写说明", "选项"
DATA_SHEETS = (PARTIES, PEOPLE, FUND, NUMBERS)

# The fact under which each is kept -> how the column is headed. Those of the clauses' own facts take their labels.
CODE, PARTY, NAME, ID_NUMBER = "统一社会信用代码", "单位名称", "姓名", "证件号码"
CLAUSE, GRANTED_ON, AMOUNT, EVIDENCE = "条款", "兑现日期", "金额", "凭证"
POLICY, YEAR, COMMITTED, PAID, NOTE = "政策", "年度", "已承诺未拨付", "已拨付", "说明"
KIND, LAST = "文书种类", "最后一个号码"
PARTS = {"first": "第一次", "second": "第二次", "third": "第三次"}

FIXED = {
    PARTIES: (CODE, PARTY, CLAUSE, GRANTED_ON, AMOUNT),
    PEOPLE: (CODE, PARTY, NAME, ID_NUMBER, CLAUSE, GRANTED_ON, AMOUNT),
    FUND: (POLICY, YEAR, COMMITTED, PAID, NOTE),
    NUMBERS: (KIND, YEAR, LAST),
}
NEEDED = {
    PARTIES: (CODE, CLAUSE, GRANTED_ON, AMOUNT),
    PEOPLE: (CODE, NAME, ID_NUMBER, CLAUSE, GRANTED_ON, AMOUNT),
    FUND: (POLICY, YEAR, PAID),
    NUMBERS: (KIND, YEAR, LAST),
}


@dataclass(frozen=True, slots=True)
class PriorField:
    """A further fact of a grant. `type`: int, text, date, month, choice, parts (of which `options` are allowed).

    Kept in a grant's facts by `name`: int as a number, date and month as ISO text, parts as a list.
    """

    name: str
    label: str
    type: str
    needed: bool = True
    minimum: int = 0
    maximum: int | None = None
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class PriorClause:
    """A clause under which grants can be recorded. `by_person`: one row a person, never one for the party.

    `cap`: the most that it grants to one person, to one party over time, or to one party in a year (`cap_per`).
    """

    policy: str
    clause: str
    title: str
    shown: str  # as the drop-down list has it: "第四条1 租赁场地补贴（大同数据呼叫政策）"
    by_person: bool
    payee: str
    fields: tuple[PriorField, ...]
    cap: Money | None = None
    cap_per: str = "party"  # person, party, year

    @property
    def sheet(self) -> str:
        return PEOPLE if self.by_person else PARTIES


@dataclass(frozen=True, slots=True)
class PriorNumberKind:
    """A sequence of numbers. `yearly` false: it runs on through the years (用印登记)."""

    kind: str
    label: str
    yearly: bool = True


@dataclass(frozen=True, slots=True)
class PriorTerms:
    """Everything the workbook may speak of, drawn from the policy packs.

    `accepted`: identity numbers that fail but that a clerk took before, with a reason, as they are kept.
    """

    clauses: tuple[PriorClause, ...]
    policies: tuple[tuple[str, str], ...]  # id, as the drop-down list has it
    kinds: tuple[PriorNumberKind, ...]
    accepted: frozenset[str] = frozenset()

    def clause(self, policy: str, clause: str) -> PriorClause | None:
        return next((one for one in self.clauses if (one.policy, one.clause) == (policy, clause)), None)

    def fields(self, sheet: str) -> tuple[PriorField, ...]:
        """The further columns of a sheet: each fact once, in the order of the clauses."""
        found: dict[str, PriorField] = {}
        for clause in self.clauses:
            if clause.sheet == sheet:
                for one in clause.fields:
                    found.setdefault(one.name, one)
        first = ("instalment", "claimed_through", "claimed_from", "first_paid_on", "parts")
        order = {name: place for place, name in enumerate(first)}
        return tuple(sorted(found.values(), key=lambda one: order.get(one.name, len(first))))

    def users_of(self, sheet: str, name: str) -> tuple[PriorClause, ...]:
        """The clauses of a sheet whose grants carry a fact."""
        return tuple(
            one for one in self.clauses if one.sheet == sheet and any(field.name == name for field in one.fields)
        )

    def columns(self, sheet: str) -> tuple[str, ...]:
        """The headings of a sheet, left to right."""
        if sheet not in (PARTIES, PEOPLE):
            return FIXED[sheet]
        return (*FIXED[sheet], *(one.label for one in self.fields(sheet)), EVIDENCE)


@dataclass(frozen=True, slots=True)
class PriorProblem:
    """What is wrong, by sheet, the sheet's own row (0: the sheet itself) and the column's heading ("" for the row)."""

    sheet: str
    row: int
    column: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class GrantRow:
    """One earlier grant as read: to a party, or through it to a person. `evidence` "" where the batch's holds."""

    sheet: str
    row: int
    code: str
    party_name: str
    policy: str
    clause: str
    granted_on: date
    amount: Money
    facts: dict[str, Any]
    name: str = ""
    id_number: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class FundRow:
    row: int
    policy: str
    year: int
    committed: Money
    paid: Money
    note: str = ""


@dataclass(frozen=True, slots=True)
class NumberRow:
    """`year` 0 for a sequence that runs on through the years."""

    row: int
    kind: str
    year: int
    last: int


@dataclass(slots=True)
class PriorRead:
    grants: list[GrantRow] = field(default_factory=list)
    funds: list[FundRow] = field(default_factory=list)
    numbers: list[NumberRow] = field(default_factory=list)
    problems: list[PriorProblem] = field(default_factory=list)
    skipped: list[PriorProblem] = field(default_factory=list)  # total rows
    wrong_rows: list[tuple[str, int, str]] = field(default_factory=list)  # sheet, row, code of rows not taken as grants

    @property
    def rows(self) -> int:
        return len(self.grants) + len(self.funds) + len(self.numbers)
