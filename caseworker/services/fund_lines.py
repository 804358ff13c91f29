"""What stands behind the figures of a year's fund: every sum committed, paid or forecast, and the day it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.casework.fund import COMMITTED, INSTALMENT_NAMES, FundEvent, InstalmentState, commitment_events
from caseworker.policy import Packs
from caseworker.services.prior_counts import CONFIRMED, COUNTED
from caseworker.services.prior_running import coming_in
from caseworker.services.recovery_counts import LIVE, prior_back, received_back
from caseworker.store.models import (
    Case,
    Decision,
    Instalment,
    Party,
    PaymentLine,
    PriorBatch,
    PriorFundUse,
    PriorGrant,
    Recovery,
)
from caseworker.values.money import Money

PART_NAMES = {"committed": "已承诺", "paid": "已拨付", "forecast": "预计", "used": "已使用（已承诺和已拨付）"}
PRIOR_NAME = "历史补录"
ZERO = Money.zero()


@dataclass(frozen=True, slots=True)
class FundLine:
    """One sum of a figure. `amount` is what counts in the fund: of a paid one, less what was received back of it.

    `case_id` None: recorded as history before this program; `party_id` None: the rest of a year, as one sum.
    `on`: the day of payment, or of the decision where it is not paid yet.
    """

    part: str
    case_id: int | None
    case_number: str
    party_id: int | None
    party: str
    initials: str
    clause_title: str
    number: int
    amount: Money
    back: Money
    due_on: date | None
    on: date | None
    state_name: str


def fund_lines(session: Session, packs: Packs, policy: str, year: int) -> list[FundLine]:
    """Everything that the year's committed, paid and forecast are made of; their sums are those of the fund."""
    pack = packs[policy]

    def title(clause: str) -> str:
        known = pack.clauses.get(clause)
        return clause if known is None else f"{known.number} {known.title}"

    back = received_back(session, policy=policy)
    lines = []
    for row in _instalments(session, policy, year):
        state = InstalmentState(row.one.state)
        part = "committed" if state in COMMITTED else state.value
        if part not in PART_NAMES and state is not InstalmentState.PLANNED:
            continue
        received = back.get(row.one.id, ZERO)
        lines.append(
            FundLine(
                part="forecast" if state is InstalmentState.PLANNED else part,
                case_id=row.case.id,
                case_number=row.case.number,
                party_id=row.case.party_id,
                party=row.name,
                initials=row.initials,
                clause_title=title(row.case.clause),
                number=row.one.number,
                amount=row.one.amount - received,
                back=received,
                due_on=row.one.due_on,
                on=row.paid_on or (None if state is InstalmentState.PLANNED else row.decided_on),
                state_name=INSTALMENT_NAMES[state],
            )
        )
    grants = (
        select(PriorGrant, Party.name, Party.initials)
        .join(Party, Party.id == PriorGrant.party_id)
        .where(*COUNTED, PriorGrant.policy == policy)
        .where(PriorGrant.granted_on >= date(year, 1, 1), PriorGrant.granted_on <= date(year, 12, 31))
        .order_by(PriorGrant.id)
    )
    given_back = prior_back(session, policy)
    for grant, party, initials in session.execute(grants):
        number, received = grant.facts.get("instalment"), given_back.get(grant.id, ZERO)
        lines.append(
            FundLine(
                "paid", None, PRIOR_NAME, grant.party_id, party, initials, title(grant.clause),
                number if isinstance(number, int) else 1, grant.amount - received, received, None, grant.granted_on,
                "已拨付",
            )
        )  # fmt: skip
    initials_of = dict(session.execute(select(Party.id, Party.initials)).all())
    for coming in coming_in(session, packs, policy, year):
        award = coming.award
        lines.append(
            FundLine(
                "forecast", None, PRIOR_NAME, award.party_id, award.party, initials_of[award.party_id],
                title(award.clause), coming.number, coming.amount, ZERO, coming.due_on, None, "预计，须申报",
            )
        )  # fmt: skip
    for use in _uses(session, policy, year):
        words = use.note or "未逐笔登记的合计"
        for part, amount in (("committed", use.committed), ("paid", use.paid)):
            if amount:
                lines.append(
                    FundLine(
                        part, None, PRIOR_NAME, None, "", "", words, 0, amount, ZERO, None, None,
                        PART_NAMES[part],
                    )
                )  # fmt: skip
    return lines


def fund_events(session: Session, policy: str, year: int) -> Iterator[FundEvent]:
    """What changed the fund of a year, day by day; all of it together is what the fund is now."""
    for row in _instalments(session, policy, year):
        one, case = row.one, row.case
        state = InstalmentState(one.state)
        if state is InstalmentState.PLANNED or (state is InstalmentState.ENDED and one.number != case.instalment_no):
            continue  # a forecast commits nothing, and one that was given up never did
        paid_on = (row.paid_on or one.due_on) if state is InstalmentState.PAID else None
        ended_on = (case.closed_on or one.due_on) if state is InstalmentState.ENDED else None
        yield from commitment_events(one.amount, row.decided_on, paid_on, ended_on)
    returned = (
        select(Recovery.received, Recovery.received_on, Recovery.ordered_on)
        .join(Instalment, Instalment.id == Recovery.instalment_id)
        .join(Case, Case.id == Instalment.case_id)
        .where(Case.policy == policy, Recovery.state.in_(LIVE), Recovery.received > ZERO)
        .where(Instalment.due_on >= date(year, 1, 1), Instalment.due_on <= date(year, 12, 31))
    )
    for received, received_on, ordered_on in session.execute(returned):
        yield FundEvent(received_on or ordered_on, paid=-received)
    returned = (
        select(Recovery.received, Recovery.received_on, Recovery.ordered_on)
        .join(PriorGrant, PriorGrant.id == Recovery.prior_grant_id)
        .where(PriorGrant.policy == policy, Recovery.state.in_(LIVE), Recovery.received > ZERO)
        .where(PriorGrant.granted_on >= date(year, 1, 1), PriorGrant.granted_on <= date(year, 12, 31))
    )
    for received, received_on, ordered_on in session.execute(returned):
        yield FundEvent(received_on or ordered_on, paid=-received)
    grants = select(PriorGrant.granted_on, PriorGrant.amount).where(
        *COUNTED,
        PriorGrant.policy == policy,
        PriorGrant.granted_on >= date(year, 1, 1),
        PriorGrant.granted_on <= date(year, 12, 31),
    )
    for granted_on, amount in session.execute(grants):
        yield FundEvent(granted_on, paid=amount)
    for use in _uses(session, policy, year):  # of these only the year is known
        yield FundEvent(date(year, 1, 1), committed=use.committed, paid=use.paid)


def forecasts(session: Session, packs: Packs, policy: str, year: int) -> list[tuple[date, Money]]:
    """(day due, amount) of every instalment of the year that is planned and not decided, or to come of an award begun
    before this program."""
    planned = [
        (row.one.due_on, row.one.amount)
        for row in _instalments(session, policy, year)
        if row.one.state == InstalmentState.PLANNED and row.one.due_on is not None
    ]
    return planned + [(one.due_on, one.amount) for one in coming_in(session, packs, policy, year)]


def _instalments(session: Session, policy: str, year: int) -> list[_Row]:
    query = (
        select(Instalment, Case, Party.name, Party.initials, Decision.decided_on, PaymentLine.paid_on)
        .join(Case, Case.id == Instalment.case_id)
        .join(Party, Party.id == Case.party_id)
        .join(Decision, Decision.id == Instalment.decision_id)
        .outerjoin(PaymentLine, (PaymentLine.instalment_id == Instalment.id) & (PaymentLine.state == "paid"))
        .where(Case.policy == policy)
        .where(Instalment.due_on >= date(year, 1, 1), Instalment.due_on <= date(year, 12, 31))
        .order_by(Instalment.due_on, Instalment.id)
    )
    return [_Row(*row) for row in session.execute(query)]


@dataclass(frozen=True, slots=True)
class _Row:
    one: Instalment
    case: Case
    name: str
    initials: str
    decided_on: date
    paid_on: date | None


def _uses(session: Session, policy: str, year: int) -> list[PriorFundUse]:
    query = (
        select(PriorFundUse)
        .join(PriorBatch, PriorBatch.id == PriorFundUse.batch_id)
        .where(PriorBatch.state == CONFIRMED, PriorFundUse.policy == policy, PriorFundUse.year == year)
    )
    return list(session.scalars(query))
