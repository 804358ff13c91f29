"""成批打印: registered documents as one PDF in the order of their payees, each as it was issued."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from caseworker.documents.bundle import bundle
from caseworker.errors import InvalidInput, Refusal
from caseworker.services.document_kinds import PDF
from caseworker.services.rights import roles_now
from caseworker.store.atomic import write_atomically
from caseworker.store.faults import translated
from caseworker.store.models import Attachment, Document, Party

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

_AT_ONCE = 500  # keys asked for in one query


@dataclass(frozen=True, slots=True)
class _Printed:
    order: tuple[str, str, str, int, int]
    shown: str
    state: str
    media_type: str | None
    sha256: str | None


def print_batch(
    desk: Desk,
    document_ids: Sequence[int],
    path: Path,
    *,
    both_sides: bool = False,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> int:
    """Writes the documents as one PDF in payee order (pinyin, then number); how many. On cancel nothing is written.

    The sealed copy where there is one. Refusal for a voided document or one that is no PDF, naming it.
    """
    roles_now(desk)
    chosen = _chosen(desk, tuple(dict.fromkeys(document_ids)))

    def files() -> Iterator[bytes]:
        for one in chosen:
            assert one.sha256 is not None
            yield desk.file.attachments.get(one.sha256)

    data = bundle(files(), len(chosen), both_sides=both_sides, progress=progress, cancelled=cancelled)
    with desk.file.write(desk.actor, "document.print-batch") as work:
        work.detail(name=path.name, copies=len(chosen), sha256=hashlib.sha256(data).hexdigest())
        with translated(path):
            write_atomically(path, data)
    return len(chosen)


def _chosen(desk: Desk, keys: tuple[int, ...]) -> list[_Printed]:
    if not keys:
        raise InvalidInput("请先选择要打印的文书。")
    found: list[_Printed] = []
    with desk.file.read() as session:
        for start in range(0, len(keys), _AT_ONCE):
            query = (
                select(Document, Party.initials, Party.name, Attachment.media_type, Attachment.sha256)
                .outerjoin(Party, Party.id == Document.party_id)
                .outerjoin(
                    Attachment, Attachment.id == func.coalesce(Document.sealed_attachment_id, Document.attachment_id)
                )
                .where(Document.id.in_(keys[start : start + _AT_ONCE]))
            )
            for row, initials, name, media_type, sha256 in session.execute(query):
                order = (initials or "", name or "", row.kind, row.year or 0, row.number or row.id)
                found.append(_Printed(order, row.shown_number or row.title, row.state, media_type, sha256))
    if len(found) != len(keys):
        raise InvalidInput("所选文书中有的不在登记簿中，请刷新后重新选择。")
    voided = [one.shown for one in found if one.state == "voided"]
    if voided:
        raise Refusal("voided", f"{_named(voided)}已作废，不能打印。请取消选择后再打印。")
    other = [one.shown for one in found if one.media_type != PDF or one.sha256 is None]
    if other:
        raise Refusal("no-pdf", f"{_named(other)}不是 PDF，不能一并打印。请取消选择后再打印。")
    return sorted(found, key=lambda one: one.order)


def _named(shown: list[str]) -> str:
    return "、".join(shown[:3]) + (f"等 {len(shown)} 份" if len(shown) > 3 else "")
