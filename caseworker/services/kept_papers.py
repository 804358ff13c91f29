"""Photos and scans of a record: acts of oversight, entries of the register, services asked for. One table each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.errors import InvalidInput, Problem
from caseworker.services.attached import attachment_of
from caseworker.services.oversight_views import ActPaper
from caseworker.store.models import Attachment, OversightScan, ServiceScan

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

Scan = type[OversightScan] | type[ServiceScan]  # what `_owner` tells apart
Stored = list[tuple[str, int]]


def store_papers(desk: Desk, papers: Sequence[Path]) -> Stored:
    """Contents are stored before the transaction: what a failed one leaves is swept, never referred to."""
    missing = [path.name for path in papers if not path.is_file()]
    if missing:
        words = f"找不到文件“{'、'.join(missing)}”，请重新选择。"
        raise InvalidInput(words, (Problem("papers", words),))
    return [desk.file.attachments.put(path) for path in papers]


def attach_papers(
    desk: Desk, session: Session, table: Scan, owner_id: int, papers: Sequence[Path], stored: Stored
) -> None:
    """The same content twice is one paper; one that was taken off comes back."""
    scan: Any = table
    owner = _owner(table)
    for path, (digest, size) in zip(papers, stored, strict=True):
        file = attachment_of(session, path.name, digest, size, desk.clock.now())
        known = session.scalar(select(scan).where(owner == owner_id, scan.attachment_id == file.id))
        if known is None:
            session.add(scan(**{owner.key: owner_id, "attachment_id": file.id}))
            session.flush()
        else:
            known.detached_reason = None


def papers_of(session: Session, table: Scan, owner_id: int) -> tuple[ActPaper, ...]:
    scans: Any = table
    rows = session.execute(
        select(scans, Attachment)
        .join(Attachment, Attachment.id == scans.attachment_id)
        .where(_owner(table) == owner_id)
        .order_by(scans.id)
    )
    return tuple(ActPaper(scan.id, file.name, file.media_type, file.size, scan.detached_reason) for scan, file in rows)


def _owner(table: Scan) -> Any:
    return OversightScan.act_id if table is OversightScan else ServiceScan.service_id
