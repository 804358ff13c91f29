"""What each kind of document is: the dataclass that says it, how it is gathered from the record, how it is rendered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.documents import (
    application_form,
    calculation,
    decision,
    delivery_receipt,
    file_contents,
    inquiry,
    not_accepted,
    orders,
    papers_letters,
    payment_letters,
    public_notice,
    recovery_letter,
    referrals,
    refusal,
    seal_register,
    verification,
    wording,
)
from caseworker.documents.not_accepted import NotAcceptedLetter
from caseworker.documents.seal import SealImage, WetSeal
from caseworker.errors import Refusal
from caseworker.services.document_content import restored
from caseworker.services.document_decision import decision_letter_of
from caseworker.services.document_draft import Draft, drafted
from caseworker.services.document_form import application_form_of
from caseworker.services.document_kinds import DocumentKind, letter_prefix
from caseworker.services.document_lists import payment_list_of, public_notice_of
from caseworker.services.document_sheet import calculation_sheet_of, estimate_of
from caseworker.services.letters_case import acceptance_of, refusal_of
from caseworker.services.letters_oversight import act_letter_of, recovery_letter_of
from caseworker.services.letters_payment import payment_notice_of, payment_request_of
from caseworker.services.own_wording import own_sentences
from caseworker.services.register_papers import delivery_receipt_of, file_contents_of, seal_register_of
from caseworker.services.supplement import supplement_letter_of
from caseworker.store.models import Document, Office, Party
from caseworker.workbooks import payments

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

__all__ = ["Draft", "Subject", "code_of", "draft_of", "frozen_document", "rendered", "restored_draft"]

Subject = int | tuple[date, date]  # a record's key, or the first and last day


@dataclass(frozen=True, slots=True)
class Recipe:
    """`build` None: gathered and issued elsewhere. `code`: what the QR code of a letter that bears one says."""

    document: type
    render: Callable[[Any], bytes]
    build: Callable[[Desk, Session, Office, Any, str], Draft] | None = None
    code: Callable[[Any], verification.Verification] | None = None


def _application_form(desk: Desk, session: Session, office: Office, case_id: int, shown: str) -> Draft:
    return _of_case("application-form", application_form_of(desk, session, office, case_id))


def _calculation(desk: Desk, session: Session, office: Office, case_id: int, shown: str) -> Draft:
    return _of_case("calculation", calculation_sheet_of(desk, session, office, case_id))


def _estimate(desk: Desk, session: Session, office: Office, case_id: int, shown: str) -> Draft:
    return _of_case("estimate", estimate_of(desk, session, office, case_id))


def _decision(desk: Desk, session: Session, office: Office, case_id: int, shown: str) -> Draft:
    return _of_case("decision", decision_letter_of(desk, session, office, case_id, shown))


def _supplement(desk: Desk, session: Session, office: Office, case_id: int, shown: str) -> Draft:
    return _of_case("supplement", supplement_letter_of(desk, session, office, case_id, shown))


def _of_case(kind: str, built: tuple[Any, str, str, str, date, int, int]) -> Draft:
    document, shown, title, payee, dated, case_id, party_id = built
    return drafted(kind, document, shown, title, payee, dated, case_id=case_id, party_id=party_id)


def _public_notice(desk: Desk, session: Session, office: Office, notice_id: int, shown: str) -> Draft:
    document, number, title, dated = public_notice_of(desk, session, office, notice_id)
    return drafted("public-notice", document, number, title, "", dated, notice_id=notice_id)


def _payment_list(desk: Desk, session: Session, office: Office, batch_id: int, shown: str) -> Draft:
    document, number, title, dated = payment_list_of(desk, session, office, batch_id)
    return drafted("payment-list", document, number, title, "", dated, payment_batch_id=batch_id)


def _unnumbered(build: Callable[[Desk, Session, Office, Any], Draft]) -> Callable[..., Draft]:
    return lambda desk, session, office, subject, shown: build(desk, session, office, subject)


def _order(kind: str, document: type, render: Callable[[Any], bytes], code: Callable[[Any], Any]) -> Recipe:
    return Recipe(document, render, partial(act_letter_of, kind=kind), code)


def _refusal(letter: Any) -> bytes:
    return not_accepted.render(letter) if isinstance(letter, NotAcceptedLetter) else refusal.render(letter)


def _refusal_code(letter: Any) -> verification.Verification:
    if isinstance(letter, NotAcceptedLetter):
        return not_accepted.verification_of(letter)
    return refusal.verification_of(letter)


def _type_of(row: Document) -> type:
    """The dataclass that a registered document was made from: 不予受理 is a refusal of its own."""
    if row.kind == "refusal" and "ground" in row.content:
        return NotAcceptedLetter
    return RECIPES[row.kind].document


RECIPES: dict[str, Recipe] = {
    "application-form": Recipe(application_form.ApplicationForm, application_form.render, _application_form),
    "acceptance": Recipe(
        papers_letters.AcceptanceLetter, papers_letters.render_acceptance, acceptance_of, papers_letters.verification_of
    ),
    "supplement": Recipe(
        papers_letters.SupplementLetter, papers_letters.render_supplement, _supplement, papers_letters.verification_of
    ),
    "inquiry": Recipe(inquiry.InquiryLetter, inquiry.render, None, inquiry.verification_of),
    "calculation": Recipe(calculation.CalculationSheet, calculation.render, _calculation),
    "estimate": Recipe(calculation.CalculationSheet, calculation.render, _estimate),
    "public-notice": Recipe(public_notice.PublicNotice, public_notice.render, _public_notice),
    "decision": Recipe(decision.DecisionLetter, decision.render, _decision, decision.verification_of),
    "refusal": Recipe(refusal.RefusalLetter, _refusal, refusal_of, _refusal_code),
    "payment-list": Recipe(payments.PaymentList, payments.payment_list, _payment_list),
    "payment-request": Recipe(
        payment_letters.PaymentRequest,
        payment_letters.render_request,
        payment_request_of,
        payment_letters.verification_of,
    ),
    "payment-notice": Recipe(
        payment_letters.PaymentNotice, payment_letters.render_notice, payment_notice_of, payment_letters.verification_of
    ),
    "rectification": _order("rectification", orders.Rectification, orders.render_rectification, orders.verification_of),
    "suspension": _order("suspension", orders.Suspension, orders.render_suspension, orders.verification_of),
    "resumption": _order("resumption", orders.Resumption, orders.render_resumption, orders.verification_of),
    "criticism": _order("criticism", referrals.Criticism, referrals.render_criticism, referrals.verification_of),
    "transfer": _order("transfer", referrals.Transfer, referrals.render_transfer, referrals.verification_of),
    "recovery": Recipe(
        recovery_letter.RecoveryLetter, recovery_letter.render, recovery_letter_of, recovery_letter.verification_of
    ),
    "delivery-receipt": Recipe(
        delivery_receipt.DeliveryReceipt, delivery_receipt.render, _unnumbered(delivery_receipt_of)
    ),
    "seal-register": Recipe(seal_register.SealRegister, seal_register.render, _unnumbered(seal_register_of)),
    "file-contents": Recipe(file_contents.FileContents, file_contents.render, _unnumbered(file_contents_of)),
}


def draft_of(
    desk: Desk, session: Session, kind: DocumentKind, subject: Subject, number: int | None = None, year: int = 0
) -> Draft:
    """Gathers a document's words from the record. Refusal when the record does not bear it yet."""
    office = session.scalars(select(Office)).one()
    shown = "" if number is None else f"{letter_prefix(office.letter_name, kind)}〔{year}〕{number}号"
    build = RECIPES[kind.id].build
    if build is None:
        raise AssertionError(f"{kind.id} is issued by a service of its own")
    return build(desk, session, office, subject, shown)


def restored_draft(session: Session, kind: DocumentKind, row: Document) -> Draft:
    """The draft of a registered document, from its frozen content. Refusal when its digest no longer agrees."""
    rendering = {"seal": WetSeal()} if kind.sealed else {}
    document: Any = restored(_type_of(row), row.content, **rendering)
    if verification.digest(document) != row.digest:
        raise Refusal("content-changed", f"{row.shown_number}的登记内容与其摘要不符，不能用印。请核对备份。")
    party = session.get(Party, row.party_id) if row.party_id is not None else None
    payee = "" if party is None else party.name
    return Draft(
        kind.id,
        document,
        row.shown_number,
        row.title,
        payee,
        row.dated,
        row.digest,
        row.case_id,
        wording_id=row.wording_id,
    )


def frozen_document(row: Document) -> Any:
    """The sealed kind's document as issued; None when what the register holds no longer has its digest."""
    try:
        document: Any = restored(_type_of(row), row.content, seal=WetSeal())
    except (TypeError, ValueError, KeyError, AttributeError):
        return None
    return document if verification.digest(document) == row.digest else None


def code_of(kind: str, document: Any) -> verification.Verification | None:
    """What the QR code of a letter says; None for a kind that bears none."""
    code = RECIPES[kind].code if kind in RECIPES else None
    return None if code is None else code(document)


def rendered(desk: Desk, session: Session, draft: Draft, *, seal: SealImage | None) -> bytes:
    """The bytes: PDF, or the workbook, in the office's own sentences of the day it was made; else in today's.

    A sample office's pages carry their watermark.
    """
    document = draft.document
    if hasattr(document, "practice"):
        document = replace(document, practice=session.scalars(select(Office.is_sample)).one())
    if hasattr(document, "seal"):
        document = replace(document, seal=seal or WetSeal())
    with wording.spoken(own_sentences(session, draft.wording_id)):
        return RECIPES[draft.kind].render(document)
