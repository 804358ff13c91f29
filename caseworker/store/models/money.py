"""Decisions, instalments, payments, the yearly fund, and grants from before this program."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caseworker.store.base import Base, JsonValue, Record
from caseworker.values.money import Money


class Decision(Record, Base):
    """The head's decision on a proposal. `outcome`: granted, refused, not-accepted."""

    __tablename__ = "decision"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), unique=True)
    outcome: Mapped[str]
    amount: Mapped[Money]
    decided_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    decided_on: Mapped[date]
    reason: Mapped[str] = mapped_column(default="")
    joint_review: Mapped[bool] = mapped_column(default=False)  # two-person mode: review and decision by one


class Instalment(Record, Base):
    """期次. `state`: planned, due, ordered, paid, returned, ended. `amount` of a planned one is a forecast."""

    __tablename__ = "instalment"
    __table_args__ = (UniqueConstraint("decision_id", "number"),)

    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    number: Mapped[int]
    amount: Mapped[Money]
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(index=True)


class PaymentBatch(Record, Base):
    """拨付批次: what goes to the finance bureau as one workbook. `state`: ordered, settled, voided."""

    __tablename__ = "payment_batch"
    __table_args__ = (UniqueConstraint("year", "number"),)

    policy: Mapped[str]
    year: Mapped[int]
    number: Mapped[int]
    made_on: Mapped[date]
    made_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    state: Mapped[str]
    total: Mapped[Money]


class PaymentLine(Record, Base):
    """One payee and amount of a batch, with the account as it was when ordered.

    An instalment stands on at most one line whose `state` is not returned: paying twice is impossible
    because `open_instalment_id` is unique and emptied only when the bank returns the money.
    """

    __tablename__ = "payment_line"

    batch_id: Mapped[int] = mapped_column(ForeignKey("payment_batch.id"), index=True)
    instalment_id: Mapped[int] = mapped_column(ForeignKey("instalment.id"), index=True)
    open_instalment_id: Mapped[int | None] = mapped_column(ForeignKey("instalment.id"), unique=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    quantity: Mapped[str]
    standard: Mapped[str]
    amount: Mapped[Money]
    account_name: Mapped[str]
    bank_name: Mapped[str]
    account_number: Mapped[str]
    bank_code: Mapped[str]
    state: Mapped[str]  # ordered, paid, returned
    paid_on: Mapped[date | None]
    return_reason: Mapped[str] = mapped_column(default="")
    # why it was ordered to the account that the bank had sent it back from
    reorder_reason: Mapped[str] = mapped_column(default="")


class BankReturn(Record, Base):
    """回盘文件: what the bank or the finance bureau sent back on a batch."""

    __tablename__ = "bank_return"

    batch_id: Mapped[int] = mapped_column(ForeignKey("payment_batch.id"), index=True)
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    sheet: Mapped[str]
    rows: Mapped[int]
    read_at: Mapped[datetime]
    read_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    voided_reason: Mapped[str | None]


class BankReturnRow(Record, Base):
    """One row of it. `outcome` as the file says: paid, returned. `match`: matched, differing, unknown.

    Every row is settled: a matched one by itself, the others by a clerk with a reason (`settled_as`: paid, returned,
    ignored).
    """

    __tablename__ = "bank_return_row"

    return_id: Mapped[int] = mapped_column(ForeignKey("bank_return.id"), index=True)
    row: Mapped[int]
    payee: Mapped[str]
    account_number: Mapped[str]
    amount: Mapped[Money | None]
    outcome: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    happened_on: Mapped[date | None]
    line_id: Mapped[int | None] = mapped_column(ForeignKey("payment_line.id"), index=True)
    match: Mapped[str]
    # how the payment stood before, so that a wrong file can be taken back
    was: Mapped[str] = mapped_column(default="")
    was_on: Mapped[date | None]
    was_reason: Mapped[str] = mapped_column(default="")
    settled_as: Mapped[str | None]
    settled_reason: Mapped[str] = mapped_column(default="")
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    settled_at: Mapped[datetime | None]


class Recovery(Record, Base):
    """追回: money of a paid instalment, or of 历史补录, to be given back. `state`: ordered, received, voided.

    `people`: whose awards it takes back, {person id: amount in yuan}; empty where it concerns no person. Of 历史补录
    it is of what one party was paid on one day by one clause: `prior_grant_id` is the first of those grants, `prior`
    says how much of each, {grant id: amount in yuan}.
    """

    __tablename__ = "recovery"
    __table_args__ = (CheckConstraint("(instalment_id IS NULL) <> (prior_grant_id IS NULL)", name="of_one_grant"),)

    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    instalment_id: Mapped[int | None] = mapped_column(ForeignKey("instalment.id"), index=True)
    prior_grant_id: Mapped[int | None] = mapped_column(ForeignKey("prior_grant.id"), index=True)
    amount: Mapped[Money]
    reason: Mapped[str]
    ordered_on: Mapped[date]
    ordered_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    due_on: Mapped[date | None]
    received: Mapped[Money]
    received_on: Mapped[date | None]
    people: Mapped[dict[str, JsonValue]]
    prior: Mapped[dict[str, JsonValue]] = mapped_column(default=dict)
    state: Mapped[str]
    voided_reason: Mapped[str | None]


class PersonAward(Record, Base):
    """What a granted decision gives for one person: caps run over all companies, months are claimed once.

    `state`: granted, paid, ended (terminated or recovered: gives its room back). `amount` is after any
    deduction for other benefits; `claimed_through` (yyyymm) is the last month this award used up, null where
    the clause counts no months. `facts` say what it was for, as `PriorGrant.facts` do: parts, months_paid, award_year.
    """

    __tablename__ = "person_award"
    __table_args__ = (
        UniqueConstraint("decision_id", "person_id"),
        Index("ix_person_award_person", "person_id", "policy", "clause"),
        Index("ix_person_award_party", "party_id", "policy", "clause"),
    )

    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    policy: Mapped[str]
    clause: Mapped[str]
    amount: Mapped[Money]
    claimed_through: Mapped[int | None]
    paid_on: Mapped[date | None]
    state: Mapped[str]
    facts: Mapped[dict[str, JsonValue]] = mapped_column(default=dict)


class FundYear(Record, Base):
    """专项资金: a policy's budget of a year."""

    __tablename__ = "fund_year"
    __table_args__ = (UniqueConstraint("policy", "year"),)

    policy: Mapped[str]
    year: Mapped[int]
    budget: Mapped[Money]
    source: Mapped[str] = mapped_column(default="")


class PriorBatch(Record, Base):
    """历史兑现补录, one workbook or sheet of paper at a time; it counts once a second person has confirmed it.

    `kind`: grants, fund, numbers. `state`: entered, confirmed, voided. `workbook_id` is the file it was read from,
    `attachment_id` the scanned evidence.
    """

    __tablename__ = "prior_batch"

    kind: Mapped[str]
    title: Mapped[str]
    evidence: Mapped[str]
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    workbook_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    rows: Mapped[int]
    state: Mapped[str] = mapped_column(index=True)
    entered_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    entered_on: Mapped[date]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    confirmed_on: Mapped[date | None]
    voided_reason: Mapped[str | None]


class PriorFundUse(Record, Base):
    """What a year's fund had committed and paid before this program, beyond the grants entered one by one."""

    __tablename__ = "prior_fund_use"

    batch_id: Mapped[int] = mapped_column(ForeignKey("prior_batch.id"), index=True)
    policy: Mapped[str]
    year: Mapped[int]
    committed: Mapped[Money]
    paid: Mapped[Money]
    note: Mapped[str] = mapped_column(default="")


class PriorNumber(Record, Base):
    """The last document number of a kind and year that was given before this program."""

    __tablename__ = "prior_number"

    batch_id: Mapped[int] = mapped_column(ForeignKey("prior_batch.id"), index=True)
    kind: Mapped[str]
    year: Mapped[int]
    last: Mapped[int]


class PriorGrant(Record, Base):
    """历史兑现补录: what was granted before this program, with evidence and a second person's confirmation."""

    __tablename__ = "prior_grant"

    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    policy: Mapped[str]
    clause: Mapped[str]
    granted_on: Mapped[date]
    amount: Mapped[Money]
    facts: Mapped[dict[str, JsonValue]]  # such as claimed_through, instalment
    evidence: Mapped[str]
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    entered_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    voided_reason: Mapped[str | None]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("prior_batch.id"), index=True)
    entered_on: Mapped[date | None]
    confirmed_on: Mapped[date | None]
