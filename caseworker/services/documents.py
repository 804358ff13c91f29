"""文书: made from the record, registered with a number, kept, sealed, voided; never changed once issued."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from caseworker.documents.signing import Certificate
from caseworker.errors import Cancelled, InvalidInput, Refusal
from caseworker.services import blank_forms, document_copies, document_sealing
from caseworker.services.answered import INQUIRY_KIND, refuse_answered
from caseworker.services.base import like, page_of, reason_of, record
from caseworker.services.document_build import Draft, Subject, draft_of, rendered
from caseworker.services.document_bundle import print_batch
from caseworker.services.document_kinds import ABOUT, KINDS, STAFF, DocumentKind
from caseworker.services.document_letter import (
    DECISION,
    frozen_letter,
    last_voided,
    money_is_out,
    payee_of,
)
from caseworker.services.document_offers import offers
from caseworker.services.document_register import document_row, enter, kind_of, of_subject, row_of
from caseworker.services.document_verify import verify
from caseworker.services.rights import require, roles_now
from caseworker.services.supplement import SUPPLEMENT, due_of
from caseworker.services.views import DocumentOffer, DocumentRow, Page, Role, SealView, VerifyView
from caseworker.store.atomic import write_atomically
from caseworker.store.faults import translated
from caseworker.store.models import Attachment, Case, Document, Party, SealUse
from caseworker.store.sequences import next_number
from caseworker.store.work import Work

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

__all__ = ["DocumentService", "document_row"]


class _MadeMeanwhile(Exception):
    """Rolls the transaction back and gives the letter that is there already."""

    def __init__(self, row: DocumentRow) -> None:
        super().__init__()
        self.row = row


class DocumentService:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # ---- looking -------------------------------------------------------------------------------

    def kinds(self) -> tuple[tuple[str, str], ...]:
        """(id, Chinese title) of every kind that can be made."""
        return tuple((kind.id, kind.title) for kind in KINDS.values())

    def page(
        self,
        search: str = "",
        kind: str | None = None,
        case_id: int | None = None,
        offset: int = 0,
        limit: int = 100,
        sort: str = "id",
        descending: bool = True,
    ) -> Page[DocumentRow]:
        """The register. `sort`: id, shown_number, kind_name, dated, party."""
        query = (
            select(Document, Case.number, Party.name, exists().where(SealUse.document_id == Document.id))
            .outerjoin(Case, Case.id == Document.case_id)
            .outerjoin(Party, Party.id == Document.party_id)
        )
        if search.strip():
            text = like(search.strip())
            query = query.where(
                Document.shown_number.like(text, escape="\\")
                | Document.title.like(text, escape="\\")
                | Party.name.like(text, escape="\\")
                | Case.number.like(text, escape="\\")
            )
        if kind is not None:
            query = query.where(Document.kind == kind)
        if case_id is not None:
            query = query.where(Document.case_id == case_id)
        keys: dict[str, Any] = {
            "shown_number": Document.shown_number,
            "kind_name": Document.kind,
            "dated": Document.dated,
            "party": Party.initials,
        }
        with self._desk.file.read() as session:
            return page_of(
                session,
                query,
                lambda row: document_row(row[0], row[1], row[2], row[3]),
                offset=offset,
                limit=limit,
                order=(keys.get(sort, Document.id), Document.id),
                descending=descending,
            )

    def offers(self, about: str, subject: int) -> tuple[DocumentOffer, ...]:
        """What a record bears and what of it was made. `about`: one of document_kinds.ABOUT."""
        return offers(self._desk, about, subject)

    def get(self, document_id: int) -> DocumentRow:
        with self._desk.file.read() as session:
            return row_of(session, record(session, Document, document_id, "文书"))

    def data(self, document_id: int) -> tuple[str, str, bytes]:
        """(file name, media type, bytes) as issued, the sealed copy where there is one."""
        with self._desk.file.read() as session:
            row = record(session, Document, document_id, "文书")
            key = row.sealed_attachment_id or row.attachment_id
            if key is None:
                raise Refusal("no-file", "这份文书没有保存文件。")
            attachment = record(session, Attachment, key, "文件")
            return attachment.name, attachment.media_type, self._desk.file.attachments.get(attachment.sha256)

    def export(self, document_id: int, path: Path) -> Path:
        """Writes the document where the clerk says, whole or not at all; the log says that it left the office file."""
        roles_now(self._desk)
        name, _, data = self.data(document_id)
        with self._desk.file.write(self._desk.actor, "document.export") as work:
            work.subject("document", document_id)
            work.detail(name=name, sha256=hashlib.sha256(data).hexdigest())
            with translated(path):
                write_atomically(path, data)
        return path

    def draft(
        self,
        kind: str,
        path: Path,
        *,
        case_id: int | None = None,
        payment_batch_id: int | None = None,
        notice_id: int | None = None,
        act_id: int | None = None,
        recovery_id: int | None = None,
    ) -> Path:
        """Writes as an editable .docx what a letter would say were it made now: no number, in no register."""
        wanted = kind_of(kind)
        require(self._desk, *wanted.makers)
        subjects: dict[str, Subject | None] = {
            "case": case_id,
            "payment-batch": payment_batch_id,
            "notice": notice_id,
            "act": act_id,
            "recovery": recovery_id,
        }
        subject = _subject_of(wanted, subjects)
        with self._desk.file.read() as session:
            name, data = document_copies.draft_to_be(self._desk, session, wanted, subject)
        return self._hand_out(path, name, data)

    def export_draft(self, document_id: int, path: Path) -> Path:
        """Writes a registered letter as an editable .docx, to be passed round; the sealed one is always the PDF."""
        roles_now(self._desk)
        with self._desk.file.read() as session:
            name, data = document_copies.draft_of_letter(self._desk, session, document_id)
        return self._hand_out(path, name, data, document_id)

    def _hand_out(self, path: Path, name: str, data: bytes, document_id: int | None = None) -> Path:
        with self._desk.file.write(self._desk.actor, "document.draft") as work:
            if document_id is not None:
                work.subject("document", document_id)
            work.detail(name=name, sha256=hashlib.sha256(data).hexdigest())
            with translated(path):
                write_atomically(path, data)
        return path

    def preprinted(self, document_id: int, right_mm: float = 0.0, down_mm: float = 0.0) -> bytes:
        """套打: a letter's PDF without its red head, moved by millimetres, for paper that has the head printed."""
        with self._desk.file.read() as session:
            return document_copies.preprinted(self._desk, session, document_id, right_mm, down_mm)

    def ruler_page(self, right_mm: float = 0.0, down_mm: float = 0.0) -> bytes:
        """A PDF page of rulers, to find by how much a printer is out."""
        return document_copies.ruler_page(right_mm, down_mm)

    def blank(self, kind: str, policy: str | None = None) -> tuple[str, bytes]:
        """(file name, PDF) of an empty form to be filled in by hand: no number, in no register.

        `policy` for a form that differs by policy; None where the office has one only. InvalidInput for a kind that
        is no form.
        """
        return blank_forms.blank(self._desk, kind_of(kind), policy)

    def save_blank(self, kind: str, path: Path, policy: str | None = None) -> str:
        """Writes an empty form where the clerk says, whole or not at all; its name. As `blank`."""
        name, data = self.blank(kind, policy)
        with translated(path):
            write_atomically(path, data)
        return name

    def verify(self, what: Path | str) -> VerifyView:
        """核验文书: a PDF or workbook file, or the text of a letter's QR code, against the register. Writes nothing."""
        with self._desk.file.read() as session:
            return verify(session, self._desk.file.attachments, what)

    # ---- making --------------------------------------------------------------------------------

    def make(
        self,
        kind: str,
        *,
        case_id: int | None = None,
        payment_batch_id: int | None = None,
        notice_id: int | None = None,
        act_id: int | None = None,
        recovery_id: int | None = None,
        document_id: int | None = None,
        days: tuple[date, date] | None = None,
    ) -> DocumentRow:
        """Makes and registers a document. A letter that is already issued is given back, not made twice.

        Refusal when the record does not bear it yet (no decision, no batch); InvalidInput when a name holds a
        character that no face has.
        """
        wanted = kind_of(kind)
        require(self._desk, *wanted.makers)
        subject = _subject_of(
            wanted,
            {
                "case": case_id,
                "payment-batch": payment_batch_id,
                "notice": notice_id,
                "act": act_id,
                "recovery": recovery_id,
                "document": document_id,
                "days": days,
            },
        )
        with self._desk.file.read() as session:
            issued = self._issued(session, wanted, subject)
        if issued is not None:
            return issued
        try:
            with self._desk.file.write(self._desk.actor, "document.make") as work:
                # Again inside the transaction: another desk thread may have issued it meanwhile.
                again = self._issued(work.session, wanted, subject)
                if again is not None:
                    raise _MadeMeanwhile(again)
                return self._make(work, wanted, subject)
        except _MadeMeanwhile as other:
            return other.row

    def make_many(
        self,
        kind: str,
        subjects: Sequence[int],
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> tuple[DocumentRow, ...]:
        """One document after another, each its own transaction; what was made before a cancel stays made."""
        wanted = kind_of(kind)
        made = []
        for done, subject in enumerate(subjects):
            if cancelled is not None and cancelled():
                raise Cancelled
            key: dict[str, Any] = {wanted.about.replace("-", "_") + "_id": subject}
            made.append(self.make(kind, **key))
            if progress is not None:
                progress(done + 1, len(subjects))
        return tuple(made)

    def print_batch(
        self,
        document_ids: Sequence[int],
        path: Path,
        *,
        both_sides: bool = False,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> int:
        """Writes registered documents as one PDF in payee order, to be printed in one go; how many it holds."""
        return print_batch(
            self._desk, document_ids, path, both_sides=both_sides, progress=progress, cancelled=cancelled
        )

    def reissue(self, document_id: int, reason: str) -> DocumentRow:
        """作废并重新制作: the letter is voided and made anew from the record of today, both or neither.

        Only for what is issued once; everything else is simply made again.
        """
        require(self._desk, *STAFF)
        reason = reason_of(reason, "请写明作废并重新制作的原因。")
        with self._desk.file.read() as session:
            row = record(session, Document, document_id, "文书")
            wanted = kind_of(row.kind)
            subject = getattr(row, ABOUT[wanted.about][0]) if wanted.about in ABOUT else None
        if not wanted.once or subject is None:
            raise Refusal("not-reissued", f"{wanted.title}不必作废重制，直接重新制作即可。")
        require(self._desk, *wanted.voiders)
        with self._desk.file.write(self._desk.actor, "document.reissue", reason=reason) as work:
            old = self._void(work, document_id, reason)
            work.session.flush()
            made = self._make(work, wanted, subject)
            work.detail(replaces=old.shown_number)
            return made

    def void(self, document_id: int, reason: str) -> None:
        """作废: the number stays used, the letter stays in the register, marked."""
        require(self._desk, *STAFF)
        reason = reason_of(reason, "请写明作废的原因。")
        with self._desk.file.write(self._desk.actor, "document.void", reason=reason) as work:
            self._void(work, document_id, reason)

    # ---- the seal ------------------------------------------------------------------------------

    def seals(self) -> tuple[SealView, ...]:
        """The seals that can be printed; one that is only used by hand has no picture and is not among them."""
        return document_sealing.seals(self._desk)

    def load_seal(self, name: str, png: bytes, diameter_mm: float = 42.0) -> int:
        """Takes in the office's own scanned seal. InvalidInput names everything wrong with the picture."""
        return document_sealing.load_seal(self._desk, name, png, diameter_mm)

    def load_certificate(self, seal_id: int, data: bytes, passphrase: str) -> Certificate:
        """The office's own certificate (PKCS#12) goes with a seal; its passphrase is kept nowhere."""
        return document_sealing.load_certificate(self._desk, seal_id, data, passphrase)

    def remove_certificate(self, seal_id: int, reason: str) -> None:
        """Letters stamped with this seal are no longer signed."""
        document_sealing.remove_certificate(self._desk, seal_id, reason)

    def seal(
        self, document_id: int, seal_id: int, password: str, copies: int = 1, passphrase: str | None = None
    ) -> DocumentRow:
        """Applies the seal: the right, the password again, and a line in the 用印登记. The letter's words stay.

        `passphrase`: of the seal's certificate, where it has one; the PDF is then signed as well.
        """
        return document_sealing.apply_seal(self._desk, document_id, seal_id, password, copies, passphrase)

    def record_wet_seal(self, document_id: int, seal_name: str, password: str, copies: int = 1) -> DocumentRow:
        """登记手工用印: the printed letter was stamped by hand, for an office without a picture of its seal."""
        return document_sealing.record_wet_seal(self._desk, document_id, seal_name, password, copies)

    # ---- inside --------------------------------------------------------------------------------

    def _make(self, work: Work, wanted: DocumentKind, subject: Subject) -> DocumentRow:
        session = work.session
        draft = draft_of(self._desk, session, wanted, subject)
        if wanted.id == DECISION and isinstance(subject, int) and Role.HEAD not in roles_now(self._desk):
            self._same_payee(session, subject, draft)
        # A letter dated in December and made in January has the old year's number, as its date says.
        year, number = draft.dated.year, None
        if wanted.numbered:
            number = next_number(session, wanted.id, year)
            draft = draft_of(self._desk, session, wanted, subject, number, year)
        data = rendered(self._desk, session, draft, seal=None)
        row = enter(self._desk, session, wanted, draft, data, year, number)
        if wanted.id == SUPPLEMENT and row.case_id is not None:
            record(session, Case, row.case_id, "办件").due_on = due_of(row)
        work.subject("document", row.id)
        work.detail(kind=wanted.id, number=draft.shown_number, sha256=hashlib.sha256(data).hexdigest())
        return row_of(session, row)

    def _void(self, work: Work, document_id: int, reason: str) -> Document:
        row = record(work.session, Document, document_id, "文书")
        require(self._desk, *kind_of(row.kind).voiders)
        work.subject("document", row.id)
        if row.state == "voided":
            raise Refusal("already-void", "这份文书已经作废。")
        if row.kind == DECISION and row.case_id is not None and money_is_out(work.session, row.case_id):
            words = f"{row.shown_number}的资金已经报拨款或者拨付，不能作废。"
            raise Refusal("money-out", words + "款项被银行退回并登记后才能作废。")
        if row.kind == INQUIRY_KIND:
            refuse_answered(work.session, row)
        row.state = "voided"
        row.voided_reason = reason
        if row.kind == SUPPLEMENT and row.case_id is not None:
            record(work.session, Case, row.case_id, "办件").due_on = None
        return row

    def _issued(self, session: Session, wanted: DocumentKind, subject: Subject) -> DocumentRow | None:
        """The issued document of this kind and subject, for kinds that are issued once."""
        found = of_subject(session, wanted, subject, "issued") if wanted.once else None
        return None if found is None else row_of(session, found)

    @staticmethod
    def _same_payee(session: Session, case_id: int, draft: Draft) -> None:
        """A letter that pays somebody else than the voided one did is made by the head alone."""
        voided = last_voided(session, case_id)
        if voided is None:
            return
        before = frozen_letter(voided)
        changed = ["内容"] if before is None else payee_of(before).changed(payee_of(draft.document))
        if changed:
            words = f"收款单位的{'、'.join(changed)}与已作废的{voided.shown_number}不同，"
            raise Refusal("payee-changed", words + "须由负责人核实后制作新的决定书。")


def _subject_of(kind: DocumentKind, subjects: Mapping[str, Subject | None]) -> Subject:
    """What a document of this kind is about, out of what was given. InvalidInput where that is not said."""
    if kind.about not in subjects:
        if kind.about == "consultation":
            raise Refusal("own-way", f"{kind.title}请在办件的“协查”页起草、发出。")
        raise Refusal("no-letter", f"{kind.title}是表格，不是公文。请另存为 PDF 或工作簿。")
    subject = subjects[kind.about]
    if subject is None:
        about = "起止日期" if kind.about == "days" else ABOUT[kind.about][1]
        raise InvalidInput(f"制作{kind.title}要指明{about}。")
    return subject
