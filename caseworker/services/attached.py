"""A file that came in, as its one record: the same content is kept once, whoever handed it in."""

from __future__ import annotations

import mimetypes
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.store.models import Attachment


def attachment_of(session: Session, name: str, digest: str, size: int, at: datetime) -> Attachment:
    """The record of a content that the attachment store holds under `digest`; made where there is none."""
    found = session.scalar(select(Attachment).where(Attachment.sha256 == digest))
    if found is None:
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        found = Attachment(sha256=digest, size=size, name=name, media_type=media_type, added_at=at)
        session.add(found)
        session.flush()
    return found
