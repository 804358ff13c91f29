"""Which document of the register a file says to be, though its bytes are not those that were kept.

So that a letter that was altered is told apart from a stranger's file: by the number that stands alone on a line of its
first page, or by its bytes, nearly all of which are those of one that was issued.
"""

from __future__ import annotations

import contextlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.intake.scans import PDFIUM
from caseworker.store.attachments import AttachmentStore
from caseworker.store.models import Attachment, Document

_ALIKE = 0.9  # of the bytes, of two files of one size
_MOST = 20  # files of one size that are compared
_LINES = 60  # of a first page


def claimed(session: Session, attachments: AttachmentStore, data: bytes) -> Document | None:
    """The document that `data` is a changed copy of, as far as can be seen; None for a stranger's file."""
    return _by_number(session, data) or _by_bytes(session, attachments, data)


def _by_number(session: Session, data: bytes) -> Document | None:
    lines = [line.strip() for line in _first_page(data).splitlines()[:_LINES]]
    numbers = [line for line in lines if "〔" in line and line.endswith("号") and len(line) < 40]
    if not numbers:
        return None
    query = select(Document).where(Document.shown_number.in_(numbers[:5])).order_by(Document.id.desc())
    return session.scalars(query).first()


def _by_bytes(session: Session, attachments: AttachmentStore, data: bytes) -> Document | None:
    query = (
        select(Document, Attachment.sha256)
        .join(Attachment, Attachment.id.in_((Document.attachment_id, Document.sealed_attachment_id)))
        .where(Attachment.size == len(data))
        .order_by(Document.id.desc())
        .limit(_MOST)
    )
    for document, digest in session.execute(query):
        kept = attachments.get(digest)
        if data and sum(map(int.__eq__, kept, data)) >= _ALIKE * len(data):
            return document
    return None


def _first_page(data: bytes) -> str:
    """The text of a PDF's first page; empty for what is no PDF, or none that can be read."""
    if not data.startswith(b"%PDF"):
        return ""
    import pypdfium2

    with PDFIUM, contextlib.suppress(pypdfium2.PdfiumError, ValueError, IndexError):
        pdf = pypdfium2.PdfDocument(data)
        try:
            page = pdf[0]
            text_page = page.get_textpage()
            text = str(text_page.get_text_bounded())
            text_page.close()
            page.close()
            return text
        finally:
            pdf.close()
    return ""
