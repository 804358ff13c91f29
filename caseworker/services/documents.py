"""文书: made from the record, registered with a number, kept, sealed, voided; never changed once issued."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from caseworker.documents import verification
from caseworker.documents.decision import verification_of
from caseworker.documents.seal import check_seal
from caseworker.errors import Cancelled, EnvironmentFault, FaultKind, InvalidInput, Problem, Refusal
from caseworker.services.base import like, page_of, reason_of, record, text_problem
from caseworker.services.document_build import Draft, draft_of, rendered, restored_draft
from caseworker.services.document_content import as_content
from caseworker.services.document_kinds import KINDS, DocumentKind
from caseworker.services.document_letter import (
    DECISION,
    frozen_letter,
    last_voided,
    money_is_out,
    payee_of,
    used_seal,
)
from caseworker.services.rights import require, roles_now
from caseworker.services.supplement import SUPPLEMENT, due_of
from caseworker.services.views import DocumentRow, Page, Role, SealView, VerifyView
from caseworker.store.atomic import write_atomically
from caseworker.store.faults import translated
from caseworker.store.models import Attachment, Case, Decision, Document, Party, Seal, SealUse
from caseworker.store.sequences import next_number

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


class _MadeMeanwhile(Exception):
    """Rolls the transaction back and gives the letter that is there already."""

    def __init__(self, row: DocumentRow) -> None:
        super().__init__()
        self.row = row


class DocumentService:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

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

    def make(
        self,
        kind: str,
        *,
        case_id: int | None = None,
        payment_batch_id: int | None = None,
        notice_id: int | None = None,
    ) -> DocumentRow:
        """Makes and registers a document. A letter that is already issued is given back, not made twice.

        Refusal when the record does not bear it yet (no decision, no batch); InvalidInput when a name holds a
        character that no face has.
        """
        require(self._desk, Role.CASEWORKER, Role.HEAD, Role.SEAL_KEEPER)
        wanted = _kind(kind)
        if wanted.about == "consultation":
            raise Refusal("own-way", f"{wanted.title}请在办件的“协查”页起草、发出。")
        subject = {"case": case_id, "payment-batch": payment_batch_id, "notice": notice_id}[wanted.about]
        if subject is None:
            about = {"case": "办件", "payment-batch": "拨付批次", "notice": "公示批次"}[wanted.about]
            raise InvalidInput(f"制作{wanted.title}要指明{about}。")
        with self._desk.file.read() as session:
            issued = self._issued(session, wanted, subject)
        if issued is not None:
            return issued
        try:
            return self._make(wanted, subject)
        except _MadeMeanwhile as other:
            return other.row

    def _make(self, wanted: DocumentKind, subject: int) -> DocumentRow:
        head = Role.HEAD in roles_now(self._desk)
        with self._desk.file.write(self._desk.actor, "document.make") as work:
            # Again inside the transaction: another desk thread may have issued it meanwhile.
            again = self._issued(work.session, wanted, subject)
            if again is not None:
                raise _MadeMeanwhile(again)
            draft = draft_of(self._desk, work.session, wanted, subject)
            if wanted.id == DECISION and not head:
                self._same_payee(work.session, subject, draft)
            # A letter dated in December and made in January has the old year's number, as its date says.
            year, number = draft.dated.year, None
            if wanted.numbered:
                number = next_number(work.session, wanted.id, year)
                draft = draft_of(self._desk, work.session, wanted, subject, number, year)
            data = rendered(self._desk, work.session, draft, seal=None)
            row = self._register(work.session, wanted, draft, data, year, number)
            if wanted.id == SUPPLEMENT:
                record(work.session, Case, subject, "办件").due_on = due_of(row)
            work.subject("document", row.id)
            work.detail(kind=wanted.id, number=draft.shown_number, sha256=hashlib.sha256(data).hexdigest())
            return self._row(work.session, row)

    def get(self, document_id: int) -> DocumentRow:
        with self._desk.file.read() as session:
            return self._row(session, record(session, Document, document_id, "文书"))

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
        name, _, data = self.data(document_id)
        with self._desk.file.write(self._desk.actor, "document.export") as work:
            work.subject("document", document_id)
            work.detail(name=name, sha256=hashlib.sha256(data).hexdigest())
            with translated(path):
                write_atomically(path, data)
        return path

    def seals(self) -> tuple[SealView, ...]:
        """The seals that can be printed; one that is only used by hand has no picture and is not among them."""
        with self._desk.file.read() as session:
            query = select(Seal).where(Seal.retired_on.is_(None), Seal.attachment_id.is_not(None))
            rows = session.scalars(query.order_by(Seal.id))
            return tuple(SealView(row.id, row.name, row.diameter_tenths_mm / 10) for row in rows)

    def load_seal(self, name: str, png: bytes, diameter_mm: float = 42.0) -> int:
        """Takes in the office's own scanned seal. InvalidInput names everything wrong with the picture."""
        require(self._desk, Role.SEAL_KEEPER)
        name = name.strip()
        trouble = text_problem(name, 50) if name else "请填写印章名称。"
        if trouble:
            raise InvalidInput(trouble, (Problem("name", trouble),))
        image = check_seal(png, diameter_mm)
        with self._desk.file.write(self._desk.actor, "seal.load") as work:
            attachment = self._keep(work.session, f"{name}.png", "image/png", image.png)
            row = Seal(name=name, attachment_id=attachment.id, diameter_tenths_mm=round(image.diameter_mm * 10))
            work.session.add(row)
            work.session.flush()
            work.subject("seal", row.id)
            return row.id

    def seal(self, document_id: int, seal_id: int, password: str, copies: int = 1) -> DocumentRow:
        """Applies the seal: the right, the password again, and a line in the 用印登记. The letter's words stay."""
        require(self._desk, Role.SEAL_KEEPER)
        self._may_seal(password, copies)
        with self._desk.file.write(self._desk.actor, "document.seal") as work:
            row, wanted = self._to_be_sealed(work.session, document_id)
            seal = record(work.session, Seal, seal_id, "印章")
            if seal.retired_on is not None:
                raise Refusal("seal-retired", f"印章“{seal.name}”已停用。")
            if seal.attachment_id is None:
                raise Refusal("no-picture", f"印章“{seal.name}”没有图片，只能手工用印后登记。")
            image = record(work.session, Attachment, seal.attachment_id, "印章图片")
            picture = check_seal(self._desk.file.attachments.get(image.sha256), seal.diameter_tenths_mm / 10)
            draft = restored_draft(work.session, wanted, row)
            data = rendered(self._desk, work.session, draft, seal=picture)
            kept = self._keep(work.session, _file_name(wanted, draft, "（已用印）"), wanted.media_type, data)
            row.sealed_attachment_id = kept.id
            self._enter_use(work.session, seal, row, copies)
            work.subject("document", row.id)
            work.detail(number=row.shown_number, copies=copies, sha256=hashlib.sha256(data).hexdigest())
            work.session.flush()
            return self._row(work.session, row)

    def record_wet_seal(self, document_id: int, seal_name: str, password: str, copies: int = 1) -> DocumentRow:
        """登记手工用印: the printed letter was stamped by hand, for an office without a picture of its seal.

        The right, the password again, and a line in the 用印登记; the file stays as issued.
        """
        require(self._desk, Role.SEAL_KEEPER)
        name = seal_name.strip()
        trouble = text_problem(name, 50) if name else "请填写印章名称。"
        if trouble:
            raise InvalidInput(trouble, (Problem("seal_name", trouble),))
        self._may_seal(password, copies)
        with self._desk.file.write(self._desk.actor, "document.wet-seal") as work:
            row, wanted = self._to_be_sealed(work.session, document_id)
            restored_draft(work.session, wanted, row)  # refuses what no longer has its digest
            by_hand = select(Seal).where(Seal.name == name, Seal.attachment_id.is_(None), Seal.retired_on.is_(None))
            seal = work.session.scalars(by_hand.order_by(Seal.id)).first()
            if seal is None:
                seal = Seal(name=name, attachment_id=None)
                work.session.add(seal)
                work.session.flush()
            self._enter_use(work.session, seal, row, copies)
            work.subject("document", row.id)
            work.detail(number=row.shown_number, copies=copies, seal=name)
            work.session.flush()
            return self._row(work.session, row)

    def void(self, document_id: int, reason: str) -> None:
        """作废: the number stays used, the letter stays in the register, marked."""
        require(self._desk, Role.CASEWORKER, Role.HEAD)
        reason = reason_of(reason, "请写明作废的原因。")
        with self._desk.file.write(self._desk.actor, "document.void", reason=reason) as work:
            row = record(work.session, Document, document_id, "文书")
            work.subject("document", row.id)
            if row.state == "voided":
                raise Refusal("already-void", "这份文书已经作废。")
            if row.kind == DECISION and row.case_id is not None and money_is_out(work.session, row.case_id):
                words = f"{row.shown_number}的资金已经报拨款或者拨付，不能作废。"
                raise Refusal("money-out", words + "款项被银行退回并登记后才能作废。")
            row.state = "voided"
            row.voided_reason = reason
            if row.kind == SUPPLEMENT and row.case_id is not None:
                record(work.session, Case, row.case_id, "办件").due_on = None

    def verify(self, what: Path | str) -> VerifyView:
        """核验文书: a PDF or workbook file, or the text of a letter's QR code, against the register. Writes nothing.

        A file is unchanged when its every byte is what was issued; a file that the register does not know may be
        another's or a changed one, which only its QR code can tell.
        """
        with self._desk.file.read() as session:
            if isinstance(what, Path):
                with translated(what), what.open("rb") as stream:
                    digest = hashlib.file_digest(stream, "sha256").hexdigest()
                return self._verdict_of_file(session, digest)
            return self._verdict_of_code(session, what)

    def _verdict_of_file(self, session: Session, sha256: str) -> VerifyView:
        found = session.scalars(
            select(Document)
            .join(Attachment, Attachment.id.in_((Document.attachment_id, Document.sealed_attachment_id)))
            .where(Attachment.sha256 == sha256)
            .order_by(Document.id.desc())
        ).first()
        if found is None:
            words = "登记簿中没有这个文件。它可能不是本机构的文书，或在发出后被改动；请扫描文书上的二维码再核验。"
            return VerifyView("unknown", words, None)
        return self._verdict(session, found, "与登记簿中保存的文件一致")

    def _verdict_of_code(self, session: Session, text: str) -> VerifyView:
        code = verification.parse(text)
        if code is None:
            return VerifyView("unknown", "这不是本程序文书上的二维码内容。", None)
        found = session.scalars(
            select(Document)
            .where(Document.kind == DECISION, Document.shown_number == code.number)
            .order_by(Document.id.desc())
        ).first()
        if found is None:
            return VerifyView("unknown", f"登记簿中没有{code.number}。", None)
        letter = frozen_letter(found)
        if letter is None or verification.parse(verification_of(letter).text()) != code:
            words = f"{code.number}的内容与登记簿不符，请以登记簿为准。"
            return VerifyView("changed", words, self._row(session, found))
        return self._verdict(session, found, "二维码与登记簿一致")

    def _verdict(self, session: Session, found: Document, words: str) -> VerifyView:
        row = self._row(session, found)
        name = f"{row.kind_name}{row.shown_number}"
        if found.state == "voided":
            return VerifyView("voided", f"{name}{words}，但已作废：{found.voided_reason}", row)
        return VerifyView("unchanged", f"{name}{words}，未改动。", row)

    def make_many(
        self,
        kind: str,
        subjects: Sequence[int],
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> tuple[DocumentRow, ...]:
        """One document after another, each its own transaction; what was made before a cancel stays made."""
        wanted = _kind(kind)
        made = []
        for done, subject in enumerate(subjects):
            if cancelled is not None and cancelled():
                raise Cancelled
            made.append(
                self.make(
                    kind,
                    case_id=subject if wanted.about == "case" else None,
                    payment_batch_id=subject if wanted.about == "payment-batch" else None,
                    notice_id=subject if wanted.about == "notice" else None,
                )
            )
            if progress is not None:
                progress(done + 1, len(subjects))
        return tuple(made)

    # ---- inside ----------------------------------------------------------------------------

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

    def _may_seal(self, password: str, copies: int) -> None:
        if copies < 1:
            raise InvalidInput("份数至少为 1。", (Problem("copies", "份数至少为 1。"),))
        if not self._desk.file.check_password(self._desk.user.login, password):
            raise EnvironmentFault(FaultKind.WRONG_PASSWORD, "密码不正确，未用印。")

    @staticmethod
    def _to_be_sealed(session: Session, document_id: int) -> tuple[Document, DocumentKind]:
        row = record(session, Document, document_id, "文书")
        wanted = _kind(row.kind)
        if not wanted.sealed:
            raise Refusal("not-sealed-kind", f"{wanted.title}不用印。")
        if row.state != "issued":
            raise Refusal("not-issued", "这份文书已作废，不能用印。")
        if row.sealed_attachment_id is not None or used_seal(session, row.id):
            raise Refusal("already-sealed", f"{row.shown_number}已经用印。")
        return row, wanted

    def _enter_use(self, session: Session, seal: Seal, row: Document, copies: int) -> None:
        session.add(
            SealUse(
                number=next_number(session, "seal-use", 0),
                used_on=self._desk.clock.today(),
                seal_id=seal.id,
                document_id=row.id,
                copies=copies,
                applicant_id=row.made_by,
                approver_id=self._approver(session, row),
                keeper_id=self._desk.user.id,
            )
        )

    def _issued(self, session: Session, kind: DocumentKind, subject: int) -> DocumentRow | None:
        """The issued document of this kind and subject, for kinds that are issued once."""
        if not kind.once:
            return None
        column = {
            "case": Document.case_id,
            "payment-batch": Document.payment_batch_id,
            "notice": Document.notice_id,
        }[kind.about]
        found = session.scalars(
            select(Document).where(Document.kind == kind.id, Document.state == "issued", column == subject)
        ).first()
        return None if found is None else self._row(session, found)

    def _register(
        self, session: Session, kind: DocumentKind, draft: Draft, data: bytes, year: int, number: int | None
    ) -> Document:
        attachment = self._keep(session, _file_name(kind, draft), kind.media_type, data)
        row = Document(
            kind=kind.id,
            year=year if number is not None else None,
            number=number,
            shown_number=draft.shown_number,
            title=draft.title,
            dated=draft.dated,
            case_id=draft.case_id,
            notice_id=draft.notice_id,
            payment_batch_id=draft.payment_batch_id,
            party_id=draft.party_id,
            content=as_content(draft.document),
            digest=draft.digest,
            attachment_id=attachment.id,
            state="issued",
            made_by=self._desk.user.id,
            made_at=self._desk.clock.now(),
        )
        session.add(row)
        session.flush()
        return row

    def _keep(self, session: Session, name: str, media_type: str, data: bytes) -> Attachment:
        digest, size = self._desk.file.attachments.put(data)
        found = session.scalar(select(Attachment).where(Attachment.sha256 == digest))
        if found is None:
            found = Attachment(
                sha256=digest, size=size, name=name, media_type=media_type, added_at=self._desk.clock.now()
            )
            session.add(found)
            session.flush()
        return found

    @staticmethod
    def _approver(session: Session, row: Document) -> int | None:
        if row.case_id is None:
            return None
        query = select(Decision.decided_by).where(Decision.case_id == row.case_id).order_by(Decision.id.desc())
        return session.scalars(query).first()

    @staticmethod
    def _row(session: Session, row: Document) -> DocumentRow:
        case = session.get(Case, row.case_id) if row.case_id is not None else None
        party = session.get(Party, row.party_id) if row.party_id is not None else None
        sealed = used_seal(session, row.id)
        return document_row(row, case.number if case else None, party.name if party else None, sealed)


def document_row(row: Document, case_number: str | None, party: str | None, by_hand: bool) -> DocumentRow:
    kind = KINDS.get(row.kind)
    return DocumentRow(
        id=row.id,
        kind=row.kind,
        kind_name=kind.title if kind else row.kind,
        shown_number=row.shown_number,
        title=row.title,
        dated=row.dated,
        case_number=case_number or "",
        party=party or "",
        state=row.state,
        sealed=by_hand or row.sealed_attachment_id is not None,
        file_name=f"{row.shown_number}{row.title}{kind.suffix if kind else ''}",
    )


def _kind(kind: str) -> DocumentKind:
    if kind not in KINDS:
        raise InvalidInput(f"没有“{kind}”这种文书。", code="unknown-kind")
    return KINDS[kind]


def _file_name(kind: DocumentKind, draft: Draft, mark: str = "") -> str:
    """As Windows allows it: no slashes, colons or trailing dots from a company's name."""
    words = "_".join(part for part in (kind.file_stem or kind.title, draft.shown_number, draft.payee) if part)
    safe = "".join("_" if char in '\\/:*?"<>|' or ord(char) < 32 else char for char in words)
    return f"{safe[:120].rstrip('. ')}{mark}{kind.suffix}"
