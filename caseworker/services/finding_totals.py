"""What a party has in all under a clause, from what was really granted, against what the pack grants it in all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.casework.finding_people import Share
from caseworker.casework.finding_totals import over_party_total
from caseworker.casework.findings import Finding
from caseworker.services.case_awards import party_grants
from caseworker.services.finding_asked import Asked
from caseworker.store.models import Case
from caseworker.values.money import Money


def total_findings(
    session: Session, asked: Asked, request: Mapping[str, Any], result: Mapping[str, Any] | None
) -> Iterator[Finding]:
    """大同 第三条2: 10,000 元/席. Persons change on a seat, so nothing but this sum shows a seat paid for twice.

    Granted is what was decided here and not given up, money sent back by the bank that is still owed too, and 历史补录;
    what was recovered is taken off once it is in.
    """
    rule, case = asked.clause.party_total, asked.case
    if rule is None or result is None:
        return
    number = request["facts"].get(rule.times)
    dated = asked.clause.parameters[rule.parameter].at(max(case.as_of, asked.pack.in_force.start))
    if not isinstance(number, int) or dated is None:
        return
    granted = party_grants(session, case.party_id, case.policy, case.clause, case.id)
    cases = {
        row[0]: row[1] for row in session.execute(select(Case.number, Case.id).where(Case.party_id == case.party_id))
    }
    shares = [
        Share(words, day.isoformat(), amount, cases.get(words.partition("（")[0]))
        for words, amount, day, _ in granted.rows
    ]
    field = asked.clause.fact(rule.times)
    finding = over_party_total(
        asked.clause.title,
        cast(Money, dated.value),
        "" if field is None else field.unit,
        number,
        shares,
        Money.parse(result["amount"]),
        dated.quote,
    )
    if finding is not None:
        yield finding
