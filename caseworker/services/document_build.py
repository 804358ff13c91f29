"""What each kind of document says, gathered from the record; and its rendering."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.documents import (
    application_form,
    calculation,
    decision,
    inquiry,
    papers_letters,
    public_notice,
    verification,
)
from caseworker.documents.seal import SealImage, WetSeal
from caseworker.errors import Refusal
from caseworker.services.document_content import restored
from caseworker.services.document_kinds import DocumentKind
from caseworker.services.document_parts import (
    application_form_of,
    calculation_sheet_of,
    decision_letter_of,
    payment_list_of,
    public_notice_of,
)
from caseworker.services.supplement import letter_name, supplement_letter_of
from caseworker.store.models import Document, Office, Party
from caseworker.workbooks import payments

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Draft:
    """A document ready to be rendered and registered. `document` is the dataclass that says it all."""

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


_CLASSES: dict[str, type] = {
    "application-form": application_form.ApplicationForm,
    "calculation": calculation.CalculationSheet,
    "decision": decision.DecisionLetter,
    "supplement": papers_letters.SupplementLetter,
    "inquiry": inquiry.InquiryLetter,
    "public-notice": public_notice.PublicNotice,
    "payment-list": payments.PaymentList,
}


def draft_of(
    desk: Desk, session: Session, kind: DocumentKind, subject: int, number: int | None = None, year: int = 0
) -> Draft:
    """Gathers a document's words from the record. Refusal when the record does not bear it yet."""
    office = session.scalars(select(Office)).one()
    shown = ""
    if number is not None:
        shown = f"{letter_name(office, kind.id)}〔{year}〕{number}号"
    builders: dict[str, Callable[[], Draft]] = {
        "application-form": lambda: _of_case(application_form_of(desk, session, office, subject), kind),
        "calculation": lambda: _of_case(calculation_sheet_of(desk, session, office, subject), kind),
        "decision": lambda: _of_case(decision_letter_of(desk, session, office, subject, shown), kind),
        "supplement": lambda: _of_case(supplement_letter_of(desk, session, office, subject, shown), kind),
        "public-notice": lambda: _of_notice(public_notice_of(desk, session, office, subject), kind, subject),
        "payment-list": lambda: _of_batch(payment_list_of(desk, session, office, subject), kind, subject),
    }
    return builders[kind.id]()


def restored_draft(session: Session, kind: DocumentKind, row: Document) -> Draft:
    """The draft of a registered document, from its frozen content. Refusal when its digest no longer agrees."""
    rendering = {"seal": WetSeal()} if kind.sealed else {}
    document: Any = restored(_CLASSES[kind.id], row.content, **rendering)
    if verification.digest(document) != row.digest:
        raise Refusal("content-changed", f"{row.shown_number}的登记内容与其摘要不符，不能用印。请核对备份。")
    party = session.get(Party, row.party_id) if row.party_id is not None else None
    payee = "" if party is None else party.name
    return Draft(kind.id, document, row.shown_number, row.title, payee, row.dated, row.digest, row.case_id)


def rendered(desk: Desk, session: Session, draft: Draft, *, seal: SealImage | None) -> bytes:
    """The bytes: PDF, or the workbook. A sample office's pages carry their watermark."""
    practice = session.scalars(select(Office.is_sample)).one()
    document = draft.document
    match draft.kind:
        case "application-form":
            return application_form.render(replace(document, practice=practice))
        case "calculation":
            return calculation.render(replace(document, practice=practice))
        case "decision":
            return decision.render(replace(document, practice=practice, seal=seal or WetSeal()))
        case "supplement":
            return papers_letters.render_supplement(replace(document, practice=practice, seal=seal or WetSeal()))
        case "inquiry":
            return inquiry.render(replace(document, practice=practice, seal=seal or WetSeal()))
        case "public-notice":
            return public_notice.render(replace(document, practice=practice, seal=seal or WetSeal()))
        case "payment-list":
            return payments.payment_list(document)
    raise AssertionError(f"no module renders {draft.kind}")


def _of_case(built: tuple[Any, str, str, str, date, int, int], kind: DocumentKind) -> Draft:
    document, shown, title, payee, dated, case_id, party_id = built
    return Draft(
        kind.id, document, shown, title, payee, dated, verification.digest(document), case_id=case_id, party_id=party_id
    )


def _of_notice(built: tuple[Any, str, str, date], kind: DocumentKind, notice_id: int) -> Draft:
    document, shown, title, dated = built
    return Draft(kind.id, document, shown, title, "", dated, verification.digest(document), notice_id=notice_id)


def _of_batch(built: tuple[Any, str, str, date], kind: DocumentKind, batch_id: int) -> Draft:
    document, shown, title, dated = built
    return Draft(kind.id, document, shown, title, "", dated, verification.digest(document), payment_batch_id=batch_id)
