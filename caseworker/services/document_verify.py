"""核验文书: a file or the text of a QR code against the register. Writes nothing."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.documents import verification
from caseworker.documents.signing import signatures_of
from caseworker.services.claimed_document import claimed
from caseworker.services.document_build import RECIPES, code_of, frozen_document
from caseworker.services.document_register import row_of
from caseworker.services.views import VerifyView
from caseworker.store.attachments import AttachmentStore
from caseworker.store.faults import translated
from caseworker.store.models import Attachment, Document

_LARGEST = 50_000_000  # bytes of a file that is looked into
_CODED = tuple(kind for kind, recipe in RECIPES.items() if recipe.code is not None)


def verify(session: Session, attachments: AttachmentStore, what: Path | str) -> VerifyView:
    """A file is unchanged when its every byte is what was issued; one that says to be a document of the register, or is
    nearly one, is changed; any other is a stranger's."""
    if isinstance(what, str):
        return _verdict_of_code(session, what)
    with translated(what), what.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    view = _verdict_of_file(session, digest)
    with translated(what):
        data = b"" if what.stat().st_size > _LARGEST else what.read_bytes()
    if view.document is None:
        view = _verdict_of_stranger(session, attachments, data) or view
    return replace(view, message=view.message + _signed_words(data))


def _verdict_of_stranger(session: Session, attachments: AttachmentStore, data: bytes) -> VerifyView | None:
    found = claimed(session, attachments, data)
    if found is None:
        return None
    row = row_of(session, found)
    name = f"{row.kind_name}{row.shown_number}"
    words = f"这个文件写的是{name}，但与登记簿中保存的文件不一致：被改动过，或者不是从登记簿另存的。请以登记簿为准。"
    if found.state == "voided":
        words += f"这份文书已作废：{found.voided_reason}"
    return VerifyView("changed", words, row)


def _verdict_of_file(session: Session, sha256: str) -> VerifyView:
    found = session.scalars(
        select(Document)
        .join(Attachment, Attachment.id.in_((Document.attachment_id, Document.sealed_attachment_id)))
        .where(Attachment.sha256 == sha256)
        .order_by(Document.id.desc())
    ).first()
    if found is None:
        words = "登记簿中没有这个文件，也看不出它是哪一份文书。文书上有二维码的，请扫描二维码再核验。"
        return VerifyView("unknown", words, None)
    return _verdict(session, found, "与登记簿中保存的文件一致")


def _signed_words(data: bytes) -> str:
    """What the signature in a PDF says beside the register's word; a foreign file may bear somebody's too."""
    words = []
    for one in signatures_of(data):
        if not one.intact:
            words.append("文件上的数字签名已失效：签名之后内容被改动")
        else:
            after = "" if one.whole else "，但签名之后又添加过内容"
            words.append(f"文件带有“{one.signer}”的数字签名，签名后未被改动{after}")
    return "".join(f"\n{text}。" for text in words)


def _verdict_of_code(session: Session, text: str) -> VerifyView:
    code = verification.parse(text)
    if code is None:
        return VerifyView("unknown", "这不是本程序文书上的二维码内容。", None)
    found = session.scalars(
        select(Document)
        .where(Document.kind.in_(_CODED), Document.shown_number == code.number)
        .order_by(Document.id.desc())
    ).first()
    if found is None:
        return VerifyView("unknown", f"登记簿中没有{code.number}。", None)
    letter = frozen_document(found)
    says = None if letter is None else code_of(found.kind, letter)
    if says is None or verification.parse(says.text()) != code:
        words = f"{code.number}的内容与登记簿不符，请以登记簿为准。"
        return VerifyView("changed", words, row_of(session, found))
    return _verdict(session, found, "二维码与登记簿一致")


def _verdict(session: Session, found: Document, words: str) -> VerifyView:
    row = row_of(session, found)
    name = f"{row.kind_name}{row.shown_number}"
    if found.state == "voided":
        return VerifyView("voided", f"{name}{words}，但已作废：{found.voided_reason}", row)
    return VerifyView("unchanged", f"{name}{words}，未改动。", row)
