"""期次日历: every instalment that is still to come, here or begun before this program, by its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.casework.fund import InstalmentState
from caseworker.policy import Packs
from caseworker.services.prior_running import coming_instalments
from caseworker.services.suspensions import suspended_parties
from caseworker.store.models import Case, Instalment, Party
from caseworker.values.money import Money

PLANNED, DUE, ORDERED, RETURNED = (
    state.value
    for state in (InstalmentState.PLANNED, InstalmentState.DUE, InstalmentState.ORDERED, InstalmentState.RETURNED)
)
_WORDS = {
    PLANNED: "预计，须另行申报",
    DUE: "待拨付",
    ORDERED: "已报拨款",
    RETURNED: "退回，待重报",
}


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """`state`: planned, due, ordered, returned, or prior (begun before this program). A planned amount is a forecast.

    `late`: its day has passed and nothing was paid. `target` is what a click opens.
    """

    due_on: date
    party: str
    clause_title: str
    number: int
    amount: Money
    state: str
    state_name: str
    late: bool
    case_number: str
    target: tuple[str, int]


def calendar_of(session: Session, packs: Packs, today: date, until: date | None) -> tuple[CalendarRow, ...]:
    """By day, then party. Without `until` all that is known; money of a suspended payee is named as such."""
    suspended = set(session.scalars(suspended_parties()))
    query = (
        select(Instalment, Case, Party.name)
        .join(Case, Case.id == Instalment.case_id)
        .join(Party, Party.id == Case.party_id)
        .where(Instalment.state.in_(_WORDS), Instalment.due_on.is_not(None))
        .where(Case.status.in_(("open", "suspended", "closed")))
    )
    rows = [_row(packs, today, suspended, *found) for found in session.execute(query)]
    for coming in coming_instalments(session, packs):
        words = "历史补录的后续，须申报"
        rows.append(
            CalendarRow(
                due_on=coming.due_on,
                party=coming.award.party,
                clause_title=coming.award.clause_title,
                number=coming.number,
                amount=coming.amount,
                state="prior",
                state_name=f"{words}（已暂停拨付）" if coming.award.party_id in suspended else words,
                late=coming.due_on < today,
                case_number="",
                target=("party", coming.award.party_id),
            )
        )
    wanted = [row for row in rows if until is None or row.due_on <= until]
    return tuple(sorted(wanted, key=lambda row: (row.due_on, row.party, row.number)))


def _row(packs: Packs, today: date, suspended: set[Any], instalment: Instalment, case: Case, party: str) -> CalendarRow:
    pack = packs.get(case.policy)
    assert instalment.due_on is not None
    words = _WORDS[instalment.state]
    if case.party_id in suspended:
        words = f"{words}（已暂停拨付）"
    elif case.status == "suspended":
        words = f"{words}（办件已中止）"
    return CalendarRow(
        due_on=instalment.due_on,
        party=party,
        clause_title=case.clause if pack is None else pack.clauses[case.clause].title,
        number=instalment.number,
        amount=instalment.amount,
        state=instalment.state,
        state_name=words,
        late=instalment.due_on < today,
        case_number=case.number,
        target=("case", case.id),
    )
