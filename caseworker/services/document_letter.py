"""The decision letter in force: what it fixed about the payee when it was issued, and what has changed since."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from caseworker.documents import verification
from caseworker.documents.decision import DecisionLetter
from caseworker.documents.seal import WetSeal
from caseworker.services.document_content import restored
from caseworker.store.models import Document, Party, PaymentLine, SealUse
from caseworker.store.models import Instalment as InstalmentRow

DECISION = "decision"
MONEY_OUT = ("ordered", "paid")  # of payment lines: the finance bureau has the order, or the payee the money


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is paid and where, as a letter has it or a dossier has it now."""

    name: str
    code: str
    account_name: str
    bank: str
    account: str

    def changed(self, other: Payee) -> list[str]:
        """The Chinese names of what differs."""
        names = {"name": "单位名称", "code": "统一社会信用代码", "account_name": "户名", "bank": "开户行"}
        names["account"] = "账号"
        return [words for field, words in names.items() if _written(self, field) != _written(other, field)]


def _written(payee: Payee, field: str) -> str:
    """Full-width and half-width brackets are the same name; banks write either."""
    text: str = getattr(payee, field)
    return text.strip().replace("(", "（").replace(")", "）")


def payee_now(party: Party) -> Payee:
    return Payee(party.name, party.code or "", party.account_name, party.bank_name, party.account_number)


def payee_of(letter: DecisionLetter) -> Payee:
    account = letter.account
    return Payee(letter.payee, letter.code, account.name, account.bank, account.number)


def frozen_letter(row: Document) -> DecisionLetter | None:
    """The letter as issued; None when what the register holds no longer has its digest."""
    try:
        letter: DecisionLetter = restored(DecisionLetter, row.content, seal=WetSeal())
    except (TypeError, ValueError, KeyError, AttributeError):
        return None
    return letter if verification.digest(letter) == row.digest else None


def used_seal(session: Session, document_id: int) -> bool:
    """Whether the seal register has a use of a seal on this document."""
    query = select(SealUse.id).where(SealUse.document_id == document_id)
    return session.scalar(query.limit(1)) is not None


def sealed_letter(session: Session, case_id: int) -> Document | None:
    """The issued decision letter that bears the seal, on the file itself or by hand."""
    used = exists().where(SealUse.document_id == Document.id)
    return session.scalars(
        select(Document)
        .where(Document.case_id == case_id, Document.kind == DECISION, Document.state == "issued")
        .where(or_(Document.sealed_attachment_id.is_not(None), used))
        .order_by(Document.id.desc())
    ).first()


def last_voided(session: Session, case_id: int) -> Document | None:
    """The decision letter of the case that was voided last."""
    return session.scalars(
        select(Document)
        .where(Document.case_id == case_id, Document.kind == DECISION, Document.state == "voided")
        .order_by(Document.id.desc())
    ).first()


def money_is_out(session: Session, case_id: int) -> bool:
    """Whether a payment of this case is ordered or paid."""
    query = (
        select(PaymentLine.id)
        .join(InstalmentRow, InstalmentRow.id == PaymentLine.instalment_id)
        .where(InstalmentRow.case_id == case_id, PaymentLine.state.in_(MONEY_OUT))
    )
    return session.scalar(query.limit(1)) is not None
