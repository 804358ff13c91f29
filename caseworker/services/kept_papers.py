"""Photos and scans of a record: acts of oversight, entries of the register, services asked for. One table each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.errors import CaseworkerError, InvalidInput, Problem
from caseworker.intake.scans import look_at
from caseworker.services.attached import attachment_of
from caseworker.services.oversight_views import ActPaper
from caseworker.store.models import Attachment, OversightScan, ServiceScan

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

Scan = type[OversightScan] | type[ServiceScan]  # what `_owner` tells apart
Stored = list[tuple[str, int]]


def store_papers(desk: Desk, papers: Sequence[Path]) -> Stored:
    """Contents are stored before the transaction: what a failed one leaves is swept, never referred to.

    InvalidInput names every file that is no photo or scan; nothing is stored then.
    """
    problems = paper_problems(papers)
    if problems:
        raise InvalidInput("\n".join(problem.message for problem in problems), problems)
    return put_papers(desk, papers)


def put_papers(desk: Desk, papers: Sequence[Path]) -> Stored:
    """For whoever has asked `paper_problems` already."""
    return [desk.file.attachments.put(path) for path in papers]


def paper_problems(papers: Sequence[Path]) -> tuple[Problem, ...]:
    """Files that are not there, cannot be read, or are no picture and no PDF: one sentence each."""
    problems = []
    for path in papers:
        try:
            look_at(path)
        except CaseworkerError as trouble:
            problems.append(Problem("papers", trouble.message))
    return tuple(problems)


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
