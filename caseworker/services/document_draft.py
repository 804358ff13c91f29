"""A document gathered from the record, ready to be rendered and registered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from caseworker.documents import verification


@dataclass(frozen=True, slots=True)
class Draft:
    """`document` is the dataclass that says it all. The keys below it are those of the records that it is about."""

    kind: str
    document: Any
    shown_number: str
    title: str
    payee: str
    dated: date
    digest: str
    case_id: int | None = None
    notice_id: int | None = None
    payment_batch_id: int | None = None
    party_id: int | None = None
    act_id: int | None = None
    recovery_id: int | None = None
    about_id: int | None = None
    wording_id: int | None = None  # of a document made before: whose sentences it has; None: today's


def drafted(kind: str, document: Any, shown: str, title: str, payee: str, dated: date, **records: int | None) -> Draft:
    """A draft with its digest; `records` are the keys of what it is about (case_id, party_id, …)."""
    return Draft(kind, document, shown, title, payee, dated, verification.digest(document), **records)
