"""The notes on a case's papers, drawn from what was typed of them, the dossier and the facts."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.casework.paper_notes import (
    NAME,
    NUMBER,
    VALID_UNTIL,
    DossierWords,
    PaperField,
    fields_of,
    paper_notes,
)
from caseworker.errors import Problem
from caseworker.policy import Clause, Paper
from caseworker.services.base import text_problem
from caseworker.store.models import Case, CasePaper, Party, Person
from caseworker.values import account, id_number
from caseworker.values.spans import parse_date

MOST_LETTERS = {NAME: 200, NUMBER: 60}


def dossier_words(party: Party) -> DossierWords:
    return DossierWords(
        name=party.name,
        code=party.code or "",
        representative=party.legal_representative,
        representative_id=party.legal_representative_id,
        account_name=party.account_name,
        account_number=party.account_number,
        person=party.kind == "person",
    )


def said(row: CasePaper) -> dict[str, str]:
    """What was typed of a paper: name, number, valid_until (YYYY-MM-DD)."""
    data = row.data or {}
    return {key: str(data[key]) for key in (NAME, NUMBER, VALID_UNTIL) if data.get(key)}


def notes_of(session: Session, case: Case, clause: Clause, facts: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """Paper id -> sentences, for every paper of the case that has any."""
    rows = session.scalars(select(CasePaper).where(CasePaper.case_id == case.id))
    party = session.get_one(Party, case.party_id)

    def name_of(key: str) -> str:
        found = session.get(Person, int(key)) if key.isdecimal() else None
        return key if found is None else found.name

    noted = {row.paper: said(row) for row in rows}
    return paper_notes(clause, noted, dossier_words(party), facts, case.as_of, name_of)


def read_said(paper: Paper, person: bool, typed: Mapping[str, str]) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """What was typed as it is kept, an empty text for what is taken back; and what is wrong with it, by field."""
    known = {field.key: field for field in fields_of(paper, person)}
    kept: dict[str, str] = {}
    problems: list[Problem] = []
    for key, value in typed.items():
        field = known.get(key)
        if field is None:
            problems.append(Problem(key, f"材料“{paper.name}”上没有这一项可登记。"))
            continue
        kept[key], problem = _read(field, value)
        if problem:
            problems.append(Problem(key, problem))
    return kept, tuple(problems)


def _read(field: PaperField, value: str) -> tuple[str, str | None]:
    text = value.strip()
    if not text:
        return "", None
    if field.kind == "date":
        try:
            return parse_date(text).isoformat(), None
        except ValueError:
            return "", f"{field.label}应为日期，写成 2023-06-01 这样。"
    if field.key == NUMBER:
        text = id_number.normalise(text) if field.secret != "account" else account.normalise(text)
    trouble = text_problem(text, MOST_LETTERS[field.key])
    return text, f"{field.label}{trouble}" if trouble else None
