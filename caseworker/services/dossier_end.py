"""终止档案: a payee that is no more. Its dossier keeps everything; from its day on it is granted and paid nothing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from caseworker.casework.fund import InstalmentState
from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.services.base import record, text_problem
from caseworker.services.oversight_kinds import OPEN
from caseworker.services.suspensions import under_way
from caseworker.store import audit
from caseworker.store.models import Case, Instalment, OversightAct, Party, Recovery, ServiceRecord
from caseworker.values.money import Money
from caseworker.values.text import compact

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

# How a payee ends: id -> words, in the order of the list
WAYS = {
    "deregistered": "注销",
    "revoked": "吊销执照",
    "moved": "迁出",
    "merged": "合并",
    "died": "去世",
    "duplicate": "重复建档",
    "other": "其他",
}
_NOT_OF_PEOPLE = frozenset({"deregistered", "revoked", "merged"})
_ONLY_OF_PEOPLE = frozenset({"died"})
STILL_OPEN = "still-open"  # code of the refusal that names what is still open
_MOST = 900  # of the reason, with the way before it
_NAMED = 5


def ways_of(kind: str) -> tuple[tuple[str, str], ...]:
    """(id, words) of the ways in which a party of this kind can end."""
    not_its = _NOT_OF_PEOPLE if kind == "person" else _ONLY_OF_PEOPLE
    return tuple((way, words) for way, words in WAYS.items() if way not in not_its)


def open_matters(session: Session, party_id: int) -> tuple[str, ...]:
    """What of a party is still open, a sentence each: nothing of it ends by itself with the dossier."""
    said = []
    cases = list(
        session.scalars(
            select(Case.number)
            .where(Case.party_id == party_id, Case.status.in_(("open", "suspended")))
            .order_by(Case.number)
        )
    )
    if cases:
        said.append(f"在办办件 {len(cases)} 件：{_listed(cases)}。今后只能不予兑现或终止办理。")
    due = [InstalmentState.DUE.value, InstalmentState.RETURNED.value]
    amounts = list(
        session.scalars(
            select(Instalment.amount)
            .join(Case, Case.id == Instalment.case_id)
            .where(Case.party_id == party_id, Instalment.state.in_(due))
        )
    )
    if amounts:
        said.append(f"待拨付 {len(amounts)} 笔，共 {sum(amounts, Money.zero()).shown()} 元。今后不能拨付。")
    said += under_way(session, party_id)
    owed = session.execute(
        select(Recovery.amount, Recovery.received).where(Recovery.party_id == party_id, Recovery.state == "ordered")
    ).all()
    if owed:
        left = sum((row.amount - row.received for row in owed), Money.zero())
        said.append(f"追回 {len(owed)} 笔，还有 {left.shown()} 元没有收回。仍须追回。")
    acts = list(
        session.scalars(
            select(OversightAct.title)
            .where(OversightAct.party_id == party_id, OversightAct.state == OPEN)
            .order_by(OversightAct.id)
        )
    )
    if acts:
        said.append(f"监管事项 {len(acts)} 件没有办结：{_listed(acts)}。")
    services = list(
        session.scalars(
            select(ServiceRecord.number)
            .where(ServiceRecord.party_id == party_id, ServiceRecord.state == "open")
            .order_by(ServiceRecord.id)
        )
    )
    if services:
        said.append(f"服务事项 {len(services)} 件没有办结：{_listed(services)}。")
    return tuple(said)


def end(desk: Desk, party_id: int, day: date, way: str, reason: str, despite_open: bool) -> tuple[str, ...]:
    """Refusal `still-open` naming what is open, unless `despite_open`; then that is what it returns."""
    today, reason = desk.clock.today(), reason.strip()
    problems = []
    with desk.file.read() as session:
        party = record(session, Party, party_id, "企业档案")
        if way not in dict(ways_of(party.kind)):
            problems.append(Problem("way", "请选择终止的情形。"))
        if day > today:
            problems.append(Problem("day", "终止日期不能晚于今天。"))
        elif party.registered_on is not None and day < party.registered_on:
            problems.append(Problem("day", f"终止日期不能早于成立日期 {party.registered_on}。"))
    trouble = text_problem(reason, _MOST, lines=True) if reason else "请写明终止的依据，例如哪份文件、哪天核准。"
    if trouble:
        problems.append(Problem("reason", trouble))
    if problems:
        words = "\n".join(problem.message for problem in problems)
        raise InvalidInput(words, tuple(problems))
    with desk.file.write(desk.actor, "dossier.end", reason=f"{WAYS[way]}：{reason}") as work:
        party = record(work.session, Party, party_id, "企业档案")
        work.subject("party", party.id)
        if party.ended_on is not None:
            raise Refusal("ended-already", f"“{party.name}”的档案已于 {party.ended_on} 终止。")
        matters = open_matters(work.session, party.id)
        if matters and not despite_open:
            raise Refusal(STILL_OPEN, "\n".join((f"“{party.name}”还有没有办完的事：", *matters)))
        party.ended_on = day
        work.detail(way=way, **({"still_open": list(matters)} if matters else {}))
        return matters


def resume(desk: Desk, party_id: int, reason: str) -> None:
    """It was ended wrongly. `reason` as it is kept. Refusal where another dossier has its name by now."""
    today = desk.clock.today()
    with desk.file.write(desk.actor, "dossier.resume", reason=reason) as work:
        party = record(work.session, Party, party_id, "企业档案")
        work.subject("party", party.id)
        if party.ended_on is None:
            raise Refusal("not-ended", f"“{party.name}”的档案没有终止，不需要恢复。")
        party.ended_on = None
        names = work.session.execute(
            select(Party.name, Party.code).where(
                Party.id != party.id, Party.kind != "person", or_(Party.ended_on.is_(None), Party.ended_on > today)
            )
        )
        twin = next((row for row in names if compact(row.name) == compact(party.name)), None)
        if twin is not None and party.kind != "person":  # as for a new one: two companies of one name are one
            words = f"“{twin.name}”另有一份在用的档案（{twin.code or '无代码'}），不能恢复。"
            raise Refusal("name-taken", words)


def why_it_ended(session: Session, party: Party) -> str:
    """What was written when it was ended; empty while it goes on."""
    if party.ended_on is None:
        return ""
    ends = [one for one in audit.history(session, Party.__tablename__, party.id) if "ended_on" in (one.after or {})]
    return ends[-1].reason if ends else ""


def _listed(names: list[str]) -> str:
    return "、".join(names[:_NAMED]) + ("等" if len(names) > _NAMED else "")
