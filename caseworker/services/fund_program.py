"""专项资金: a year's budget with the papers it rests on, what is committed, paid and forecast, and month by month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.casework.fund import COMMITTED, FundLevel, FundPoint, InstalmentState, fund_course, level_of
from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.policy import Pack, Packs
from caseworker.services.base import text_problem
from caseworker.services.case_situation import fund_facts
from caseworker.services.fund_lines import PART_NAMES, FundLine, forecasts, fund_events, fund_lines
from caseworker.services.prior_counts import prior_fund, prior_fund_years, prior_paid_by_month
from caseworker.services.prior_running import coming_in, coming_instalments
from caseworker.services.recovery_counts import received_back
from caseworker.services.rights import require
from caseworker.services.views import Page, Role
from caseworker.store.models import Case, FundChange, FundYear, Instalment, PaymentLine, User
from caseworker.values.money import Money

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST = Money.parse("100000000000")  # a slip of the keyboard beyond any county's fund


@dataclass(frozen=True, slots=True)
class FundChangeRow:
    """One setting of the budget. `before` None: the first."""

    changed_on: date
    before: Money | None
    after: Money
    source: str
    changed_by: str


@dataclass(frozen=True, slots=True)
class FundYearView:
    """A year's fund. `by_text`: the budget is the policy's own figure, the office has set none."""

    policy: str
    year: int
    budget: Money
    committed: Money
    paid: Money
    forecast: Money
    left: Money
    source: str
    by_text: bool
    prior: Money  # of `committed` and `paid`: what 历史补录 says was used before this program
    changes: tuple[FundChangeRow, ...]  # newest first

    @property
    def level(self) -> FundLevel:
        """Whether 90 % of it, or more than the whole, is used up."""
        return level_of(self.committed + self.paid, self.budget)


@dataclass(frozen=True, slots=True)
class FundMonth:
    """A month's own sums (not cumulated): paid in it, still to be paid of what falls due in it, and forecast."""

    month: int
    paid: Money
    committed: Money
    forecast: Money


class FundProgram:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def years(self, policy: str) -> tuple[FundYearView, ...]:
        """Every year with a budget, an instalment or use before this program, and the present one; the latest first."""
        pack = self._pack(policy)
        with self._desk.file.read() as session:
            known = set(session.scalars(select(FundYear.year).where(FundYear.policy == policy)))
            due = select(Instalment.due_on).join(Case, Case.id == Instalment.case_id).where(Case.policy == policy)
            known |= {day.year for day in session.scalars(due.where(Instalment.due_on.is_not(None)).distinct()) if day}
            known |= prior_fund_years(session, policy)
            known |= {
                one.due_on.year for one in coming_instalments(session, self._desk.packs, policy, until_granted=True)
            }
        known.add(self._desk.clock.today().year)
        views = (self.year(pack.id, year) for year in sorted(known, reverse=True))
        return tuple(view for view in views if view is not None)

    def year(self, policy: str, year: int) -> FundYearView | None:
        """None where neither the office nor the policy names a budget for that year."""
        pack = self._pack(policy)
        with self._desk.file.read() as session:
            facts = fund_facts(session, self._desk.packs, policy, year)
            if facts is None:
                return None
            row = session.scalar(select(FundYear).where(FundYear.policy == policy, FundYear.year == year))
            planned = pack.fund_of(year)
            changes = session.execute(
                select(FundChange, User.name)
                .join(User, User.id == FundChange.changed_by)
                .where(FundChange.policy == policy, FundChange.year == year)
                .order_by(FundChange.id.desc())
            )
            return FundYearView(
                policy=policy,
                year=year,
                budget=facts.budget,
                committed=facts.committed,
                paid=facts.paid,
                forecast=facts.forecast,
                left=facts.left,
                source=row.source if row is not None else ("" if planned is None else planned.quote),
                by_text=row is None,
                prior=prior_fund(session, policy, year).total,
                changes=tuple(
                    FundChangeRow(change.changed_on, change.before, change.after, change.source, name)
                    for change, name in changes
                ),
            )

    def set_budget(self, policy: str, year: int, amount: Money, source: str) -> None:
        """Sets or adjusts a year's budget, with the paper it rests on (预算批复文号). For the head.

        InvalidInput by field (year, amount, source); Refusal for less than is committed and paid already.
        """
        require(self._desk, Role.HEAD)
        pack = self._pack(policy)
        problems = []
        if not FIRST_YEAR <= year <= LAST_YEAR:
            problems.append(Problem("year", f"年度应在 {FIRST_YEAR} 至 {LAST_YEAR} 之间。"))
        if not Money.zero() <= amount <= MOST:
            problems.append(Problem("amount", "预算金额应为不小于 0 的合理数额。"))
        trouble = text_problem(source.strip(), 200) if source.strip() else "请填写依据，例如预算批复文号。"
        if trouble:
            problems.append(Problem("source", trouble))
        if problems:
            raise InvalidInput("预算有误，尚未保存。", tuple(problems))
        with self._desk.file.write(self._desk.actor, "fund.set", reason=source.strip()) as work:
            session = work.session
            facts = fund_facts(session, self._desk.packs, policy, year)
            if facts is not None and amount < facts.used:
                raise Refusal(
                    "fund-used",
                    f"{year} 年已承诺和已拨付共 {facts.used.shown()} 元，预算不能低于这个数。",
                )
            row = session.scalar(select(FundYear).where(FundYear.policy == policy, FundYear.year == year))
            planned = pack.fund_of(year)
            before = row.budget if row is not None else (None if planned is None else planned.amount)
            if row is None:
                session.add(FundYear(policy=policy, year=year, budget=amount, source=source.strip()))
            else:
                row.budget, row.source = amount, source.strip()
            session.add(
                FundChange(
                    policy=policy,
                    year=year,
                    before=before,
                    after=amount,
                    source=source.strip(),
                    changed_on=self._desk.clock.today(),
                    changed_by=self._desk.user.id,
                )
            )
            work.subject("fund", f"{policy}/{year}")

    def months(self, policy: str, year: int) -> tuple[FundMonth, ...]:
        """Twelve months whose sums make up the year's paid, committed and forecast.

        What falls due in the year but was paid in another stands in the month nearest to it. Of the use before this
        program, grants stand in their months; sums of which only the year is known stand in January. Money received
        back is taken from the month that paid it.
        """
        self._pack(policy)
        query = (
            select(Instalment.id, Instalment.state, Instalment.amount, Instalment.due_on, PaymentLine.paid_on)
            .join(Case, Case.id == Instalment.case_id)
            .outerjoin(PaymentLine, (PaymentLine.instalment_id == Instalment.id) & (PaymentLine.state == "paid"))
            .where(Case.policy == policy)
            .where(Instalment.due_on >= date(year, 1, 1), Instalment.due_on <= date(year, 12, 31))
        )
        with self._desk.file.read() as session:
            back, zero = received_back(session, policy=policy), Money.zero()
            rows = session.execute(query)
            net = [(state, amount - back.get(key, zero), due, paid) for key, state, amount, due, paid in rows if due]
            months = fund_months(year, net)
            return _with_prior(session, self._desk.packs, policy, year, months)

    def course(self, policy: str, year: int) -> tuple[FundPoint, ...]:
        """Where the year's fund stood at the end of each month; the last point reached is what `year` says.

        Empty where neither the office nor the policy names a budget.
        """
        self._pack(policy)
        view = self.year(policy, year)
        if view is None:
            return ()
        budgets = [(change.changed_on, change.after) for change in view.changes]
        first = view.changes[-1].before if view.changes else view.budget
        if first is not None:
            budgets.append((date.min, first))
        with self._desk.file.read() as session:
            return fund_course(
                year,
                budgets,
                list(fund_events(session, policy, year)),
                forecasts(session, self._desk.packs, policy, year),
                self._desk.clock.today(),
            )

    def lines(
        self,
        policy: str,
        year: int,
        part: str,
        search: str = "",
        *,
        offset: int = 0,
        limit: int = 100,
        sort: str = "on",
        descending: bool = True,
    ) -> Page[FundLine]:
        """The sums behind a figure of the year: `part` committed, paid, forecast, or used (committed and paid).

        `sort`: on, due_on, case, party, amount. Their amounts add up to the figure.
        """
        self._pack(policy)
        if part not in PART_NAMES:
            raise InvalidInput("没有这个数。", (Problem("part", "没有这个数。"),))
        wanted = {"committed", "paid"} if part == "used" else {part}
        with self._desk.file.read() as session:
            found = [line for line in fund_lines(session, self._desk.packs, policy, year) if line.part in wanted]
        text = search.strip().lower()
        if text:
            found = [
                line
                for line in found
                if text in line.initials or text in f"{line.case_number} {line.party} {line.clause_title}".lower()
            ]
        keys = {
            "on": lambda line: (line.on or line.due_on or date.min, line.case_number),
            "due_on": lambda line: (line.due_on or date.min, line.case_number),
            "case": lambda line: (line.case_number, line.number),
            "party": lambda line: (line.initials, line.case_number),
            "amount": lambda line: (line.amount, line.case_number),
        }
        found.sort(key=keys.get(sort, keys["on"]), reverse=descending)
        return Page(tuple(found[max(0, offset) :][: max(0, limit)]), len(found), max(0, offset))

    def _pack(self, policy: str) -> Pack:
        pack = self._desk.packs.get(policy)
        if pack is None:
            raise Refusal("no-such-policy", "政策库中没有这项政策。")
        return pack


def fund_months(year: int, instalments: Iterable[tuple[str, Money, date, date | None]]) -> tuple[FundMonth, ...]:
    """Sums (state, amount, due day, day paid) into twelve months of the fund year."""
    months = [FundMonth(number, Money.zero(), Money.zero(), Money.zero()) for number in range(1, 13)]
    for state, amount, due_on, paid_on in instalments:
        day = due_on if paid_on is None else min(max(paid_on, date(year, 1, 1)), date(year, 12, 31))
        at = months[day.month - 1]
        if state == InstalmentState.PAID:
            at = replace(at, paid=at.paid + amount)
        elif InstalmentState(state) in COMMITTED:
            at = replace(at, committed=at.committed + amount)
        elif state == InstalmentState.PLANNED:
            at = replace(at, forecast=at.forecast + amount)
        months[day.month - 1] = at
    return tuple(months)


def _with_prior(
    session: Session, packs: Packs, policy: str, year: int, months: tuple[FundMonth, ...]
) -> tuple[FundMonth, ...]:
    before = prior_fund(session, policy, year)
    paid = prior_paid_by_month(session, policy, year)
    paid[1] = paid.get(1, Money.zero()) + before.paid
    with_paid = [replace(month, paid=month.paid + paid.get(month.month, Money.zero())) for month in months]
    with_paid[0] = replace(with_paid[0], committed=with_paid[0].committed + before.committed)
    for coming in coming_in(session, packs, policy, year):
        at = with_paid[coming.due_on.month - 1]
        with_paid[coming.due_on.month - 1] = replace(at, forecast=at.forecast + coming.amount)
    return tuple(with_paid)
