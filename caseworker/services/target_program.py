"""目标: what a policy wants reached (从业人员, 产值) against what the dossiers show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.services.base import like, page_of, reason_of, record, text_problem
from caseworker.services.employment import current_employments
from caseworker.services.fund_program import FIRST_YEAR, MOST
from caseworker.services.rights import require
from caseworker.services.views import Page, Role
from caseworker.services.workflow import office_of
from caseworker.store.models import Case, Import, Party, PartyYear, User
from caseworker.values.money import Money

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

TARGET_NAMES = {"employed": "从业人员", "output": "产值"}
FIGURE_KINDS = (("output", "产值"),)


@dataclass(frozen=True, slots=True)
class TargetView:
    """One target and where it stands. `percent` is rounded down, so that 100 is only shown when it is reached.

    `on`: the day the figure is of (the last of the year, or today). `parties`: how many parties it is counted from.
    """

    kind: str
    label: str
    year: int
    target: Decimal
    unit: str
    actual: Decimal
    percent: int
    reached: bool
    on: date
    parties: int
    quote: str


@dataclass(frozen=True, slots=True)
class FigureRow:
    id: int
    party_id: int
    party: str
    kind: str
    kind_name: str
    year: int
    amount: Money
    source: str
    entered_on: date
    entered_by: str
    voided_reason: str | None


class TargetProgram:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def all(self, policy: str, day: date | None = None) -> tuple[TargetView, ...]:
        """Every target of a policy as it stands on `day` (the office's date where none is given).

        Counted from companies; in an office with several policies only from those with a case under this one.
        """
        pack = self._desk.packs.get(policy)
        if pack is None:
            raise Refusal("no-such-policy", "政策库中没有这项政策。")
        day = day or self._desk.clock.today()
        views = []
        with self._desk.file.read() as session:
            alone = len(office_of(session).policies) == 1
            for target in pack.targets:
                last = date(target.year, 12, 31)
                on = min(day, last)
                count = _employed if target.kind == "employed" else _output
                actual, parties = count(session, None if alone else policy, on, target.year)
                views.append(
                    TargetView(
                        kind=target.kind,
                        label=TARGET_NAMES[target.kind],
                        year=target.year,
                        target=target.value,
                        unit=target.unit,
                        actual=actual,
                        percent=int(actual * 100 / target.value) if target.value else 100,
                        reached=actual >= target.value,
                        on=on,
                        parties=parties,
                        quote=target.quote,
                    )
                )
        return tuple(views)

    def figures(
        self,
        search: str = "",
        kind: str | None = None,
        year: int | None = None,
        offset: int = 0,
        limit: int = 100,
        sort: str = "year",
        descending: bool = True,
    ) -> Page[FigureRow]:
        """Yearly figures by party or source. `sort`: year, party, amount, entered_on."""
        query = (
            select(PartyYear, Party.name, User.name)
            .join(Party, Party.id == PartyYear.party_id)
            .join(User, User.id == PartyYear.entered_by)
            .outerjoin(Import, Import.id == PartyYear.import_id)
            .where(or_(PartyYear.import_id.is_(None), Import.state == "active"))
        )
        if search.strip():
            query = query.where(
                or_(
                    Party.name.like(like(search.strip()), escape="\\"),
                    Party.initials.like(like(search.strip().lower()), escape="\\"),
                    PartyYear.source.like(like(search.strip()), escape="\\"),
                )
            )
        if kind is not None:
            query = query.where(PartyYear.kind == kind)
        if year is not None:
            query = query.where(PartyYear.year == year)
        columns = {
            "year": PartyYear.year,
            "party": Party.initials,
            "amount": PartyYear.amount,
            "entered_on": PartyYear.entered_on,
        }
        with self._desk.file.read() as session:
            return page_of(
                session,
                query,
                lambda row: _figure(row[0], row[1], row[2]),
                offset=offset,
                limit=limit,
                order=(columns.get(sort, PartyYear.year), PartyYear.id),
                descending=descending,
            )

    def enter(self, party_id: int, kind: str, year: int, amount: Money, source: str) -> int:
        """Records a party's figure of a year with the paper that shows it; a later one supersedes. For caseworkers."""
        require(self._desk, Role.CASEWORKER)
        today = self._desk.clock.today()
        problems = []
        if kind not in dict(FIGURE_KINDS):
            problems.append(Problem("kind", "没有这种年度数据。"))
        if not FIRST_YEAR <= year <= today.year:
            problems.append(Problem("year", f"年度应在 {FIRST_YEAR} 至 {today.year} 之间。"))
        if not Money.zero() <= amount <= MOST:
            problems.append(Problem("amount", "金额应为不小于 0 的合理数额。"))
        trouble = text_problem(source.strip(), 200) if source.strip() else "请填写证明材料，例如年度财务报表。"
        if trouble:
            problems.append(Problem("source", trouble))
        if problems:
            raise InvalidInput("年度数据有误，尚未保存。", tuple(problems))
        with self._desk.file.write(self._desk.actor, "target.figure") as work:
            party = record(work.session, Party, party_id, "企业档案")
            row = PartyYear(
                party_id=party.id,
                kind=kind,
                year=year,
                amount=amount,
                source=source.strip(),
                entered_on=today,
                entered_by=self._desk.user.id,
            )
            work.session.add(row)
            work.session.flush()
            work.subject("party", party.id)
            return row.id

    def void(self, figure_id: int, reason: str) -> None:
        """Takes a wrong figure back: the one entered before it counts again. For caseworkers."""
        require(self._desk, Role.CASEWORKER)
        reason = reason_of(reason, "请写明作废的原因。")
        with self._desk.file.write(self._desk.actor, "target.void", reason=reason) as work:
            row = record(work.session, PartyYear, figure_id, "年度数据")
            if row.voided_reason is not None:
                raise Refusal("already-voided", "这条年度数据已经作废。")
            work.subject("party", row.party_id)
            row.voided_reason = reason


def _figure(row: PartyYear, party: str, user: str) -> FigureRow:
    return FigureRow(
        id=row.id,
        party_id=row.party_id,
        party=party,
        kind=row.kind,
        kind_name=TARGET_NAMES[row.kind],
        year=row.year,
        amount=row.amount,
        source=row.source,
        entered_on=row.entered_on,
        entered_by=user,
        voided_reason=row.voided_reason,
    )


def _employed(session: Session, policy: str | None, on: date, year: int) -> tuple[Decimal, int]:
    """(people on post on a day by active rosters, each once; parties they are with)."""
    rows = current_employments()
    query = (
        select(func.count(func.distinct(rows.c.person_id)), func.count(func.distinct(rows.c.party_id)))
        .join(Party, Party.id == rows.c.party_id)
        .where(Party.kind == "company", rows.c.employed_from <= on)
        .where(or_(rows.c.employed_to.is_(None), rows.c.employed_to >= on))
    )
    if policy is not None:
        query = query.where(exists().where(Case.party_id == rows.c.party_id, Case.policy == policy))
    people, parties = session.execute(query).one()
    return Decimal(people), parties


def _output(session: Session, policy: str | None, on: date, year: int) -> tuple[Decimal, int]:
    """(yuan of output of the year, parties that reported): of each party the entry made last."""
    newest = (
        select(func.max(PartyYear.id))
        .outerjoin(Import, Import.id == PartyYear.import_id)
        .where(PartyYear.kind == "output", PartyYear.year == year, PartyYear.voided_reason.is_(None))
        .where(or_(PartyYear.import_id.is_(None), Import.state == "active"))
        .group_by(PartyYear.party_id)
    )
    query = select(PartyYear.amount).join(Party, Party.id == PartyYear.party_id).where(PartyYear.id.in_(newest))
    query = query.where(Party.kind == "company")
    if policy is not None:
        query = query.where(exists().where(Case.party_id == PartyYear.party_id, Case.policy == policy))
    amounts = list(session.scalars(query))
    total = sum(amounts, Money.zero())
    return Decimal(total.fen) / 100, len(amounts)
