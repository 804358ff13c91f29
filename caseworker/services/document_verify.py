"""核验文书: a file or the text of a QR code against the register. Writes nothing."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.documents import verification
from caseworker.documents.signing import signatures_of
from caseworker.services.document_build import RECIPES, code_of, frozen_document
from caseworker.services.document_register import row_of
from caseworker.services.views import VerifyView
from caseworker.store.faults import translated
from caseworker.store.models import Attachment, Document

_LARGEST = 50_000_000  # bytes of a file whose signatures are looked for
_CODED = tuple(kind for kind, recipe in RECIPES.items() if recipe.code is not None)


def verify(session: Session, what: Path | str) -> VerifyView:
    """A file is unchanged when its every byte is what was issued; a file that the register does not know may be
    another's or a changed one, which only its QR code can tell."""
    if isinstance(what, Path):
        with translated(what), what.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        view = _verdict_of_file(session, digest)
        return replace(view, message=view.message + _signed_words(what))
    return _verdict_of_code(session, what)


def _verdict_of_file(session: Session, sha256: str) -> VerifyView:
    found = session.scalars(
        select(Document)
        .join(Attachment, Attachment.id.in_((Document.attachment_id, Document.sealed_attachment_id)))
        .where(Attachment.sha256 == sha256)
        .order_by(Document.id.desc())
    ).first()
    if found is None:
        words = "登记簿中没有这个文件。它可能不是本机构的文书，或在发出后被改动；请扫描文书上的二维码再核验。"
        return VerifyView("unknown", words, None)
    return _verdict(session, found, "与登记簿中保存的文件一致")


def _signed_words(path: Path) -> str:
    """What the signature in a PDF says beside the register's word; a foreign file may bear somebody's too."""
    with translated(path):
        if path.stat().st_size > _LARGEST:
            return ""
        found = signatures_of(path.read_bytes())
    words = []
    for one in found:
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
