"""The one search box: companies, cases, letters and people by whatever a clerk types of them."""

from __future__ import annotations

from sqlalchemy import SQLColumnExpression, func, literal, or_, select, union
from sqlalchemy.orm import Session

from caseworker.services.base import like, number_found
from caseworker.services.dossiers import code_shown
from caseworker.services.employment import current_employments, current_internships
from caseworker.services.views import SearchHit
from caseworker.store.models import Case, Document, Party, Person, PersonFact
from caseworker.values.masking import mask_id_number

# 〔2023〕 is typed in whatever brackets the keyboard has
_BRACKETS = {
    "[": "〔",
    "（": "〔",
    "(": "〔",
    "【": "〔",
    "［": "〔",
    "]": "〕",
    "）": "〕",
    ")": "〕",
    "】": "〕",
    "］": "〕",
}


def _fold(text: str) -> str:
    """Brackets of letter numbers in one form, white space left out."""
    return "".join("".join(_BRACKETS.get(sign, sign) for sign in text).split())


def _folded(column: SQLColumnExpression[str]) -> SQLColumnExpression[str]:
    for sign, kept in _BRACKETS.items():
        column = func.replace(column, sign, kept)
    return func.replace(column, " ", "")


def search(session: Session, text: str, limit: int) -> tuple[SearchHit, ...]:
    """Companies by name, initials or code, cases and letters by number, people by name or ID number."""
    text = text.strip()
    if not text:
        return ()
    anywhere = like(text)
    hits: list[SearchHit] = []
    parties = (
        select(Party)
        .where(
            or_(
                Party.name.like(anywhere, escape="\\"),
                Party.initials.like(like(text.lower()), escape="\\"),
                number_found(Party.code, text),
            )
        )
        .order_by(Party.initials, Party.id)
        .limit(limit)
    )
    for party in session.scalars(parties):
        code = code_shown(party.kind, party.code) or ""
        hits.append(SearchHit("party", party.id, party.name, code, ("party", party.id)))
    cases = (
        select(Case.id, Case.number, Party.name)
        .join(Party, Party.id == Case.party_id)
        .where(Case.number.like(anywhere, escape="\\"))
        .order_by(Case.id.desc())
        .limit(limit)
    )
    for case_id, number, party_name in session.execute(cases):
        hits.append(SearchHit("case", case_id, number, party_name, ("case", case_id)))
    documents = (
        select(Document.id, Document.shown_number, Document.title, Document.case_id)
        .where(_folded(Document.shown_number).like(like(_fold(text)), escape="\\"))
        .order_by(Document.id.desc())
        .limit(limit)
    )
    for document_id, number, title, _ in session.execute(documents):
        hits.append(SearchHit("document", document_id, number, title, ("document", document_id)))
    hits.extend(_people(session, text, limit))
    return tuple(hits[:limit])


def _people(session: Session, text: str, limit: int) -> list[SearchHit]:
    """People by name, by the whole of their initials, or by number, once for every party that knows them."""
    readings = literal(" ").concat(Person.initials).concat(" ")
    those = session.execute(
        select(Person.id, Person.name, Person.id_number)
        .where(
            or_(
                Person.name.like(like(text), escape="\\"),
                readings.like(like(f" {text.lower()} "), escape="\\"),
                number_found(Person.id_number, text),
            )
        )
        .order_by(Person.name, Person.id)
        .limit(limit)
    ).all()
    ids = [row.id for row in those]
    employed, interns = current_employments(), current_internships()
    knows = union(
        select(employed.c.person_id, employed.c.party_id).where(employed.c.person_id.in_(ids)),
        select(interns.c.person_id, interns.c.party_id).where(interns.c.person_id.in_(ids)),
        select(PersonFact.person_id, PersonFact.party_id)
        .where(PersonFact.person_id.in_(ids))
        .where(PersonFact.voided_reason.is_(None)),
        select(Person.id, Party.id)
        .join(Party, (Party.code == Person.id_number) & (Party.kind == "person"))
        .where(Person.id.in_(ids)),
    ).subquery("knows")
    query = (
        select(knows.c.person_id, Party.id, Party.name)
        .join(Party, Party.id == knows.c.party_id)
        .order_by(knows.c.person_id, Party.id)
    )
    parties: dict[int, list[tuple[int, str]]] = {}
    for person, party_id, party in session.execute(query):
        parties.setdefault(person, []).append((party_id, party))
    return [
        SearchHit("person", key, name, f"{mask_id_number(number)}  {party}", ("person", f"{party_id}/{key}"))
        for key, name, number in those
        for party_id, party in parties.get(key, ())
    ]
