"""Letters in another form than the registered page: editable drafts, and pages for paper with a printed red head.

Neither is the document: the register keeps, verifies and seals the finished page only.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.documents import ruler_page as rulers
from caseworker.documents.press import MOST_OFFSET_MM, Press, pressed
from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.services.base import record
from caseworker.services.document_build import RECIPES, Draft, Subject, rendered, restored_draft
from caseworker.services.document_kinds import PDF, DocumentKind, letter_prefix
from caseworker.services.document_register import file_name, kind_of
from caseworker.store.atomic import write_atomically
from caseworker.store.faults import translated
from caseworker.store.models import Document, Office

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

DOCX = ".docx"


def draft_to_be(desk: Desk, session: Session, kind: DocumentKind, subject: Subject) -> tuple[str, bytes]:
    """(file name, .docx) of what a letter would say were it made now: its number left open, in no register."""
    _must_be_letter(kind)
    build = RECIPES[kind.id].build
    if build is None:
        raise Refusal("own-way", f"{kind.title}请在办件的“协查”页起草。")
    office = session.scalars(select(Office)).one()
    shown = f"{letter_prefix(office.letter_name, kind)}〔{desk.clock.today().year}〕　号" if kind.numbered else ""
    return _docx(desk, session, kind, build(desk, session, office, subject, shown))


def draft_of_letter(desk: Desk, session: Session, document_id: int) -> tuple[str, bytes]:
    """(file name, .docx) of a registered letter, in its own words of then."""
    row = record(session, Document, document_id, "文书")
    kind = kind_of(row.kind)
    _must_be_letter(kind)
    return _docx(desk, session, kind, restored_draft(session, kind, row))


def _docx(desk: Desk, session: Session, kind: DocumentKind, draft: Draft) -> tuple[str, bytes]:
    with pressed(Press(draft=True)):
        data = rendered(desk, session, draft, seal=None)
    return file_name(kind, draft, "（草稿）").removesuffix(kind.suffix) + DOCX, data


def preprinted(desk: Desk, session: Session, document_id: int, right_mm: float, down_mm: float) -> bytes:
    """套打: the letter without what the paper has printed, moved by millimetres; its place for the wet seal is clear.

    Refusal for what is no letter with a red head or is voided; InvalidInput for more than 20 mm.
    """
    row = record(session, Document, document_id, "文书")
    kind = kind_of(row.kind)
    _must_be_letter(kind)
    if row.number is None:
        raise Refusal("no-head", f"{kind.title}没有红头，请照常打印。")
    if row.state == "voided":
        raise Refusal("voided", f"{row.shown_number}已作废，不能套打。")
    with pressed(_moved(right_mm, down_mm)):
        return rendered(desk, session, restored_draft(session, kind, row), seal=None)


def ruler_page(right_mm: float, down_mm: float) -> bytes:
    """A page to measure by hand how a printer places what it prints."""
    press = _moved(right_mm, down_mm)
    return rulers.render(press.right_mm, press.down_mm)


def save(path: Path, data: bytes) -> None:
    """Writes such a page where the clerk says, whole or not at all."""
    with translated(path):
        write_atomically(path, data)


def _moved(right_mm: float, down_mm: float) -> Press:
    wrong = [
        Problem(name, f"移动应在 {-MOST_OFFSET_MM:g} 至 {MOST_OFFSET_MM:g} 毫米之间。")
        for name, value in (("right_mm", right_mm), ("down_mm", down_mm))
        if not -MOST_OFFSET_MM <= value <= MOST_OFFSET_MM
    ]
    if wrong:
        raise InvalidInput(wrong[0].message, tuple(wrong))
    return Press(head=False, right_mm=right_mm, down_mm=down_mm)


def _must_be_letter(kind: DocumentKind) -> None:
    document: Any = RECIPES[kind.id].document
    if kind.media_type != PDF or not kind.sealed or "seal" not in document.__dataclass_fields__:
        raise Refusal("no-letter", f"{kind.title}是表格，不是公文。请另存为 PDF 或工作簿。")
