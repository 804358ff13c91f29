"""One matter is granted once: which clauses can tell a repeated claim, and the earlier grants that it repeats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.policy import Clause, warning_text
from caseworker.policy.model import PAID_BY_INSURER
from caseworker.services.case_awards import PERSON_LINES, person_grants
from caseworker.services.case_claims import granted_claims, same_line, text_key
from caseworker.services.case_facts import gathered_lists, show_fact
from caseworker.services.fact_values import AWARD_FIELDS
from caseworker.store.models import Case, Person

# Facts that come from what was granted: with one of them a clause cannot pay the same matter twice
_COUNTED = AWARD_FIELDS | {"already_granted", "granted_this_year"}
_SOME = 900  # keys a query


def why_not_open(clause: Clause) -> str | None:
    """Why no case may be made under the clause, or None: without a guard the same matter could be paid twice."""
    if not clause.pays:
        return f"“{clause.title}”不直接发放资金，不作为办件受理；可在“测算”中使用。"
    if not clause.paid_here:
        return (
            f"“{clause.title}”{warning_text(PAID_BY_INSURER).removeprefix('本项')}不作为办件受理；"
            "可在“测算”中使用，请申请人到该机构申领（可登记为服务事项）。"
        )
    lists = gathered_lists(clause)
    counted = any(
        fact.name in _COUNTED or (fact.name in lists and any(item.name in _COUNTED for item in fact.items))
        for fact in clause.facts
    )
    if clause.repeat or counted or (clause.line_repeat and clause.lines in lists):
        return None
    return f"“{clause.title}”的名单由手工填写，程序还不能查出重复兑现，暂不受理办件；可在“测算”中使用。"


def repeats(session: Session, case: Case, clause: Clause, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Sentences for what was granted before, here or before this program, and is claimed again."""
    return (*_claimed_again(session, case, clause, facts), *_lines_again(session, case, clause, facts))


def _claimed_again(session: Session, case: Case, clause: Clause, facts: Mapping[str, Any]) -> Iterator[str]:
    """The same values of the clause's `repeat` facts."""
    if not clause.repeat or any(facts.get(name) is None for name in clause.repeat):
        return
    mine = [text_key(facts[name]) for name in clause.repeat]
    shown = []
    for name in clause.repeat:
        field = clause.fact(name)
        shown.append(f"{name if field is None else field.label} {show_fact(field, facts[name])}")
    for claim in granted_claims(session, case.party_id, case.policy, clause, case.id):
        if [text_key(claim.facts.get(name)) for name in clause.repeat] == mine:
            yield (
                f"{claim.words} 已就同一事项（{'，'.join(shown)}）决定兑现，不能重复兑现。"
                "请退回核对，或改走“拟不予兑现”。"
            )


def _lines_again(session: Session, case: Case, clause: Clause, facts: Mapping[str, Any]) -> Iterator[str]:
    """Lines of a list with the same values of the clause's `line_repeat` facts."""
    records = facts.get(clause.lines or "") or ()
    if not clause.line_repeat or not records:
        return
    found: dict[str, str] = {}
    if clause.lines in PERSON_LINES:
        keys = [int(record["key"]) for record in records if record["key"].isdecimal()]
        names = tuple(name for name in clause.line_repeat if name != "key")
        grants = person_grants(session, case.party_id, case.policy, case.clause, keys, case.id)
        for record in records:
            held = grants[int(record["key"])].grants if record["key"].isdecimal() else ()
            for words, _, paid in held:
                if all(name not in paid or text_key(paid[name]) == text_key(record[name]) for name in names):
                    found[record["key"]] = words
        shown = _names(session, [int(key) for key in found])
    else:
        paid_lines = [
            (claim.words, line)
            for claim in granted_claims(session, case.party_id, case.policy, clause, case.id)
            for line in claim.lines
        ]
        for record in records:
            for words, line in paid_lines:
                if same_line(clause.line_repeat, record, line):
                    found[record["key"]] = words
        shown = {}
    for key, words in found.items():
        yield f"名单中的“{shown.get(key, key)}”已由{words}兑现，不能重复兑现。请退回核对，或改走“拟不予兑现”。"


def _names(session: Session, people: list[int]) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(people), _SOME):
        some = people[start : start + _SOME]
        for key, name in session.execute(select(Person.id, Person.name).where(Person.id.in_(some))):
            found[str(key)] = name
    return found
