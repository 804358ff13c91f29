"""The register of documents, their number sequences, seals and the log of their use."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, column_property, mapped_column

from caseworker.store.base import Base, JsonValue, Record


class DocumentSequence(Record, Base):
    """The last number given in a kind and year. Numbers have no gaps; a voided one stays, marked."""

    __tablename__ = "document_sequence"
    __table_args__ = (UniqueConstraint("kind", "year"),)

    kind: Mapped[str]
    year: Mapped[int]
    last: Mapped[int]


class Document(Record, Base):
    """One document as issued: its data frozen, its PDF or workbook kept. `state`: draft, issued, voided."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("kind", "year", "number"),)

    kind: Mapped[str]
    year: Mapped[int | None]
    number: Mapped[int | None]
    shown_number: Mapped[str]  # 寻客办字〔2023〕12号
    title: Mapped[str]
    dated: Mapped[date]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"), index=True)
    payment_batch_id: Mapped[int | None] = mapped_column(ForeignKey("payment_batch.id"), index=True)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"), index=True)
    act_id: Mapped[int | None] = mapped_column(ForeignKey("oversight_act.id"), index=True)
    recovery_id: Mapped[int | None] = mapped_column(ForeignKey("recovery.id"), index=True)
    about_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)  # a receipt: for which letter
    content: Mapped[dict[str, JsonValue]]  # what it was made from
    digest: Mapped[str]  # over number, date, payee, amount and content: printed in the QR code
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    sealed_attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    state: Mapped[str]
    made_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]
    voided_reason: Mapped[str] = mapped_column(default="")
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    if TYPE_CHECKING:
        delivered_on: Mapped[date | None]  # read with the row, kept in Delivery
    wording_id: Mapped[int] = mapped_column(default=0)  # the newest of the office's own sentences when it was made


class Delivery(Record, Base):
    """送达: when, how and to whom a letter was delivered; `attachment_id` the scan of the receipt.

    `way`: one of services.deliveries.WAYS. One a letter: a wrong one is corrected with a reason.
    """

    __tablename__ = "delivery"

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), unique=True)
    delivered_on: Mapped[date]
    way: Mapped[str]
    receiver: Mapped[str]  # who signed, or who witnessed that nobody would
    words: Mapped[str]
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    entered_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    entered_on: Mapped[date]


Document.delivered_on = column_property(
    select(Delivery.delivered_on)
    .where(Delivery.document_id == Document.id)
    .correlate_except(Delivery)
    .scalar_subquery()
)


class Seal(Record, Base):
    """The office's own scanned seal and its diameter in tenths of a millimetre; without picture, used by hand.

    `certificate_id`: the office's PKCS#12 file that stamped PDFs are signed with; its passphrase is kept nowhere.
    """

    __tablename__ = "seal"

    name: Mapped[str]
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    diameter_tenths_mm: Mapped[int] = mapped_column(default=420)
    retired_on: Mapped[date | None]
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    certificate_name: Mapped[str] = mapped_column(default="")
    certificate_until: Mapped[date | None]


class SealUse(Record, Base):
    """用印登记: one use of a seal."""

    __tablename__ = "seal_use"

    number: Mapped[int] = mapped_column(unique=True)
    used_on: Mapped[date]
    seal_id: Mapped[int] = mapped_column(ForeignKey("seal.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    copies: Mapped[int]
    applicant_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    keeper_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
