"""文书登记簿: a document's entry, its file, its row in lists, and which one is in force for a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.errors import InvalidInput
from caseworker.services.document_build import Draft, Subject
from caseworker.services.document_content import as_content
from caseworker.services.document_kinds import ABOUT, KINDS, DocumentKind
from caseworker.services.document_letter import used_seal
from caseworker.services.not_accepted import title_of
from caseworker.services.own_wording import newest_entry
from caseworker.services.views import DocumentRow
from caseworker.store.models import Attachment, Case, Document, Party

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


def kind_of(kind: str) -> DocumentKind:
    if kind not in KINDS:
        raise InvalidInput(f"没有“{kind}”这种文书。", code="unknown-kind")
    return KINDS[kind]


def document_row(row: Document, case_number: str | None, party: str | None, by_hand: bool) -> DocumentRow:
    kind = KINDS.get(row.kind)
    return DocumentRow(
        id=row.id,
        kind=row.kind,
        kind_name=title_of(row.kind, kind.title, row.content) if kind else row.kind,
        shown_number=row.shown_number,
        title=row.title,
        dated=row.dated,
        case_number=case_number or "",
        party=party or "",
        state=row.state,
        sealed=by_hand or row.sealed_attachment_id is not None,
        file_name=f"{row.shown_number}{row.title}{kind.suffix if kind else ''}",
        voided_reason=row.voided_reason,
        made_of=_made_of(row),
        replaces_id=row.replaces_id,
        delivered_on=row.delivered_on,
    )


def _made_of(row: Document) -> tuple[str, int] | None:
    """The record that it was made from: which of `document_kinds.ABOUT`, and its key."""
    if row.about_id is not None:
        return "document", row.about_id
    for about, key in (
        ("act", row.act_id),
        ("recovery", row.recovery_id),
        ("payment-batch", row.payment_batch_id),
        ("notice", row.notice_id),
        ("case", row.case_id),
    ):
        if key is not None:
            return about, key
    return None


def row_of(session: Session, row: Document) -> DocumentRow:
    case = session.get(Case, row.case_id) if row.case_id is not None else None
    party = session.get(Party, row.party_id) if row.party_id is not None else None
    sealed = used_seal(session, row.id)
    return document_row(row, case.number if case else None, party.name if party else None, sealed)


def of_subject(session: Session, kind: DocumentKind, subject: Subject, state: str) -> Document | None:
    """The newest document of this kind and record in that state."""
    if kind.about not in ABOUT:
        return None
    column = getattr(Document, ABOUT[kind.about][0])
    query = select(Document).where(Document.kind == kind.id, Document.state == state, column == subject)
    return session.scalars(query.order_by(Document.id.desc())).first()


def enter(
    desk: Desk, session: Session, kind: DocumentKind, draft: Draft, data: bytes, year: int, number: int | None
) -> Document:
    """Keeps the file and enters the document as issued; one that stands in the place of a voided one says so."""
    attachment = keep(desk, session, file_name(kind, draft), kind.media_type, data)
    before = None
    if kind.once and kind.about in ABOUT:
        before = of_subject(session, kind, getattr(draft, ABOUT[kind.about][0]), "voided")
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
        act_id=draft.act_id,
        recovery_id=draft.recovery_id,
        about_id=draft.about_id,
        content=as_content(draft.document),
        digest=draft.digest,
        attachment_id=attachment.id,
        state="issued",
        made_by=desk.user.id,
        made_at=desk.clock.now(),
        replaces_id=None if before is None else before.id,
        wording_id=newest_entry(session),
    )
    session.add(row)
    session.flush()
    return row


def keep(desk: Desk, session: Session, name: str, media_type: str, data: bytes) -> Attachment:
    digest, size = desk.file.attachments.put(data)
    found = session.scalar(select(Attachment).where(Attachment.sha256 == digest))
    if found is None:
        found = Attachment(sha256=digest, size=size, name=name, media_type=media_type, added_at=desk.clock.now())
        session.add(found)
        session.flush()
    return found


def file_name(kind: DocumentKind, draft: Draft, mark: str = "") -> str:
    """As Windows allows it: no slashes, colons or trailing dots from a company's name."""
    stem = title_of(kind.id, kind.file_stem or kind.title, as_content(draft.document)) if kind.id == "refusal" else ""
    words = "_".join(part for part in (stem or kind.file_stem or kind.title, draft.shown_number, draft.payee) if part)
    safe = "".join("_" if char in '\\/:*?"<>|' or ord(char) < 32 else char for char in words)
    return f"{safe[:120].rstrip('. ')}{mark}{kind.suffix}"
