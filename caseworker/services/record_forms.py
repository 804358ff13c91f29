"""What is typed about people and papers, checked field by field; the person behind a dossier."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.errors import Problem
from caseworker.policy import Clause
from caseworker.services.attached import attachment_of
from caseworker.services.base import MAX_REASON, initials, text_problem
from caseworker.services.record_views import InternForm
from caseworker.store.models import Party, Person
from caseworker.values import id_number
from caseworker.values.names import normalise

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


def attached_id(desk: Desk, session: Session, paper: Path | None, stored: tuple[str, int] | None) -> int | None:
    """The record of a paper whose content was stored as (SHA-256, bytes); None without one."""
    if paper is None or stored is None:
        return None
    return attachment_of(session, paper.name, *stored, desk.clock.now()).id


def may_claim(party: Party, clause: Clause) -> bool:
    return clause.payee == party.kind.replace("-", "_")


def own_person(session: Session, party: Party) -> Person | None:
    """The human being behind a dossier of kind person, found by the ID number."""
    if party.kind != "person" or not party.code:
        return None
    return session.scalar(select(Person).where(Person.id_number == party.code))


def new_person(session: Session, name: str, number: str, accepted_reason: str = "") -> Person:
    """Puts a person on record. `number` normalised and looked for before."""
    person = Person(
        name=normalise(name),
        initials=initials(normalise(name)),
        id_kind=id_number.read(number).kind.value,
        id_number=number,
        id_accepted_reason=accepted_reason.strip(),
    )
    session.add(person)
    session.flush()
    return person


def source_problems(source: str, paper: Path | None) -> tuple[Problem, ...]:
    """What is wrong with the paper named in words, and with the file of it."""
    problems = []
    source = source.strip()
    trouble = text_problem(source, MAX_REASON) if source else "请写明由哪份材料证明。"
    if trouble:
        problems.append(Problem("source", trouble))
    if paper is not None and not paper.is_file():
        problems.append(Problem("paper", f"找不到文件“{paper.name}”，请重新选择。"))
    return tuple(problems)


def intern_problems(form: InternForm) -> list[Problem]:
    """Everything that keeps a typed internship from being saved."""
    problems: list[Problem] = []
    name = form.name.strip()
    for path, text, longest in (("name", name, 100), ("school", form.school.strip(), 200)):
        trouble = text_problem(text, longest)
        if trouble:
            problems.append(Problem(path, trouble))
    if not name:
        problems.append(Problem("name", "请填写姓名。"))
    number = id_number.normalise(form.id_number)
    trouble = id_number.read(number).problem if number else "请填写证件号码。"
    if trouble and not (number and form.id_accepted_reason.strip()):
        hint = "如确属本人证件号码，请写明采信理由。" if number else ""
        problems.append(Problem("id_number", trouble + hint))
    reason = text_problem(form.id_accepted_reason.strip(), MAX_REASON, lines=True)
    if reason:
        problems.append(Problem("id_accepted_reason", reason))
    if form.education not in ("", "secondary", "higher"):
        problems.append(Problem("education", "请选择学历：中职，或高职及以上。"))
    if form.intern_from is None and form.hired_from is None:
        problems.append(Problem("intern_from", "请填写实习起日。"))
    pairs = (("intern_to", form.intern_from, form.intern_to), ("hired_to", form.hired_from, form.hired_to))
    for path, first, last in pairs:
        if last is not None and first is None:
            problems.append(Problem(path, "有止日时请填写起日。"))
        elif last is not None and first is not None and last < first:
            problems.append(Problem(path, "止日早于起日。"))
    if form.intern_from and form.hired_from and form.hired_from < form.intern_from:
        problems.append(Problem("hired_from", "留用就业起日早于实习起日。"))
    return problems
