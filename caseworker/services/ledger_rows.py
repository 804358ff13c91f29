"""What stands in the workbooks of `finance_workbooks`, from the records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from caseworker.casework.fund import InstalmentState
from caseworker.casework.steps import STATUS_NAMES
from caseworker.errors import Refusal
from caseworker.policy import Packs
from caseworker.services.base import record
from caseworker.services.fund_lines import fund_lines
from caseworker.services.workflow import rules_of
from caseworker.store.models import (
    Case,
    Decision,
    Document,
    Instalment,
    Party,
    PaymentBatch,
    PaymentLine,
    Person,
    PersonAward,
    User,
)
from caseworker.values.masking import mask_id_number
from caseworker.values.money import Money
from caseworker.workbooks.ledgers import FundRow, LedgerLine, SummaryLine
from caseworker.workbooks.people import PeopleList, PersonLine

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

_ZERO = Money.zero()
_PAGE = 500  # cases read at once


def people_sheets(
    desk: Desk, session: Session, batch_id: int | None, case_id: int | None, full_numbers: bool
) -> list[PeopleList]:
    """The persons of each case of a batch, or of one case, as decided. Refusal where none is about persons."""
    if batch_id is not None:
        record(session, PaymentBatch, batch_id, "拨付批次")
        cases = list(
            session.scalars(
                select(Case)
                .join(Instalment, Instalment.case_id == Case.id)
                .join(PaymentLine, PaymentLine.instalment_id == Instalment.id)
                .where(PaymentLine.batch_id == batch_id)
                .order_by(PaymentLine.id)
            ).unique()
        )
    else:
        cases = [record(session, Case, case_id or 0, "办件")]
    office = desk.office()
    sheets = []
    for case in cases:
        awards = session.execute(
            select(Person.name, Person.id_number, PersonAward.amount, PersonAward.claimed_through, PersonAward.state)
            .join(Person, Person.id == PersonAward.person_id)
            .join(Decision, Decision.id == PersonAward.decision_id)
            .where(Decision.case_id == case.id)
            .order_by(PersonAward.id)
        ).all()
        if not awards:
            continue
        clause = desk.packs[case.policy].clauses[case.clause]
        party = session.get_one(Party, case.party_id)
        sheets.append(
            PeopleList(
                title=f"{clause.title}人员名单（{case.number}）",
                office=office.name,
                day=office.today,
                party=party.name,
                people=tuple(
                    PersonLine(name, number, _through(through), amount, "" if state != "ended" else "已终止或追回")
                    for name, number, amount, through, state in awards
                ),
                masked=not full_numbers,
                prepared_by=desk.user.name,
                sheet_name=case.number,
            )
        )
    if not sheets:
        raise Refusal("no-people", "这些办件不按人员兑现，没有人员名单。")
    return sheets


def _through(month: int | None) -> str:
    return "" if month is None else f"计算至 {month // 100} 年 {month % 100} 月"


def summary_lines(session: Session, packs: Packs, policy: str, year: int) -> list[SummaryLine]:
    """What each payee was paid by each clause, as the fund of the year counts it; received recoveries taken off."""
    codes = {row.id: _code(row.kind, row.code) for row in session.execute(select(Party.id, Party.kind, Party.code))}
    sums: dict[tuple[str, str, int], list[Money]] = {}  # two persons of one name are two
    for line in fund_lines(session, packs, policy, year):
        if line.part not in ("paid", "committed"):
            continue
        sum_of = sums.setdefault((line.clause_title, line.party, line.party_id or 0), [_ZERO] * 6)
        if line.part == "committed":
            at = 5
        elif line.on is not None and line.on.year == year:
            at = (line.on.month - 1) // 3
        else:
            at = 4
        sum_of[at] += line.amount
    return [
        SummaryLine(
            clause, party or "（未逐笔登记）", codes.get(key, ""), (one[0], one[1], one[2], one[3]), one[4], one[5], key
        )
        for (clause, party, key), one in sorted(sums.items())
    ]


def _code(kind: str, code: str | None) -> str:
    """As it may leave the office: a person's is an ID number, and masked."""
    return mask_id_number(code) if kind == "person" and code else code or ""


def fund_rows(desk: Desk, policy: str, year: int | None) -> list[FundRow]:
    """Every year with a budget, the latest first; with its months the year asked for."""
    rows = []
    for view in desk.programs.fund.years(policy):
        months = desk.programs.fund.months(policy, view.year) if view.year == year else ()
        rows.append(
            FundRow(
                year=view.year,
                budget=view.budget,
                committed=view.committed,
                paid=view.paid,
                forecast=view.forecast,
                source=view.source,
                months=tuple((month.paid, month.committed, month.forecast) for month in months),
            )
        )
    return rows


class LedgerRows:
    """The cases, in the order of their numbers, read a page at a time each time they are gone through."""

    def __init__(self, session: Session, packs: Packs, policy: str | None, year: int | None) -> None:
        self._session, self._packs = session, packs
        self._where: list[ColumnElement[bool]] = []
        if policy is not None:
            self._where.append(Case.policy == policy)
        if year is not None:
            self._where += [Case.as_of >= date(year, 1, 1), Case.as_of <= date(year, 12, 31)]

    def __iter__(self) -> Iterator[LedgerLine]:
        after = ""
        while True:
            keys = list(
                self._session.execute(
                    select(Case.number, Case.id)
                    .where(*self._where, Case.number > after)
                    .order_by(Case.number)
                    .limit(_PAGE)
                )
            )
            if not keys:
                return
            yield from self._page([row.id for row in keys])
            after = keys[-1].number

    def _page(self, keys: list[int]) -> Iterator[LedgerLine]:
        session = self._session
        decisions = {
            case: (amount, outcome, on)
            for case, amount, outcome, on in session.execute(
                select(Decision.case_id, Decision.amount, Decision.outcome, Decision.decided_on)
                .where(Decision.case_id.in_(keys))
                .order_by(Decision.id)
            )
        }
        issued = session.execute(
            select(Document.case_id, Document.shown_number)
            .where(Document.case_id.in_(keys), Document.kind.in_(("decision", "refusal")))
            .where(Document.state == "issued")
            .order_by(Document.id)
        )
        letters: dict[int | None, str] = {row.case_id: row.shown_number for row in issued}
        sums = session.execute(
            select(Instalment.case_id, func.sum(Instalment.amount).label("paid"))
            .where(Instalment.case_id.in_(keys), Instalment.state == InstalmentState.PAID.value)
            .group_by(Instalment.case_id)
        )
        paid = {row.case_id: row.paid for row in sums}
        rows = session.execute(
            select(Case, Party.name, Party.code, User.name, Party.kind)
            .join(Party, Party.id == Case.party_id)
            .join(User, User.id == Case.officer_id)
            .where(Case.id.in_(keys))
            .order_by(Case.number)
        )
        for case, party, code, officer, kind in rows:
            pack = self._packs.get(case.policy)
            clause = None if pack is None else pack.clauses.get(case.clause)
            amount, outcome, decided_on = decisions.get(case.id, (None, "", None))
            yield LedgerLine(
                number=case.number,
                party=party,
                code=_code(kind, code),
                clause=case.clause if clause is None else f"{clause.number} {clause.title}",
                instalment=f"第{case.instalment_no}期",
                accepted_on=case.as_of,
                step=case.step if pack is None else rules_of(pack).step(case.step).name,
                status=STATUS_NAMES[case.status],
                officer=officer,
                decided_on=decided_on,
                letter=letters.get(case.id, ""),
                amount=amount if outcome == "granted" else None,
                paid=paid.get(case.id, _ZERO),
                closed_on=case.closed_on,
            )
