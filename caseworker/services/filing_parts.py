"""What belongs to a case's file: its letters, papers, calculations, notices, payments and the way it went."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from caseworker.documents.file_contents import FiledItem
from caseworker.intake.scans import page_count
from caseworker.services.consultation_filing import filed_replies, in_words
from caseworker.services.deliveries import WAYS, of_letter
from caseworker.services.documents import document_row
from caseworker.services.findings import finding_rows
from caseworker.services.oversight_rows import acts_of_case
from caseworker.store.models import (
    Attachment,
    Case,
    CasePaper,
    CasePaperScan,
    Document,
    Instalment,
    NoticeCase,
    PaymentLine,
    Proposal,
    SealUse,
)
from caseworker.values.clock import BEIJING

if TYPE_CHECKING:
    from caseworker.services.desk import Desk
    from caseworker.services.views import CaseDetail

CONTENTS_KIND = "file-contents"
LETTERS, PAPERS, SUMS, LOG, BUREAUS = "1 文书", "2 申报材料", "3 测算", "4 办理经过", "5 协查和部门意见"
OVERSIGHT = "6 监管"
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')  # what Windows takes in no file name
_LONGEST = 80  # characters of a file name: whole paths on Windows end at 260
_SHORT = 25  # of a part of one, so that the whole stays within 255 bytes too, in Chinese
_RESERVED = re.compile(r"^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FilePart:
    """One file of the folder, its bytes fetched when it is written. `item` without its pages: they are counted then."""

    item: FiledItem
    folder: str
    name: str
    data: Callable[[], bytes]


def safe_name(text: str) -> str:
    """A file name that every system takes, as near to the words as can be."""
    name = _FORBIDDEN.sub("－", text).strip(" .")[:_LONGEST].rstrip(" .") or "未命名"
    return f"_{name}" if _RESERVED.match(name) else name


def _own_name(name: str) -> str:
    """A scan's own name, shortened before its ending: without that nobody could open it."""
    kept = safe_name(name)
    stem, dot, ending = name.rpartition(".")
    if len(kept) <= _SHORT or not stem or not ending.isalnum() or len(ending) > 5:
        return kept[:_SHORT].rstrip(" .")
    return f"{safe_name(stem)[:_SHORT].rstrip(' .')}{dot}{ending}"


def parts_of(desk: Desk, session: Session, case: Case, detail: CaseDetail) -> list[FilePart]:
    """Everything of the case, in the order of the list of contents."""
    return [
        *_letters(desk, session, case),
        *_papers(desk, session, case, detail),
        *_proposals(session, case),
        _log(detail),
        *_findings(desk, session, case),
        *_bureaus(desk, session, case),
        *_oversight(desk, session, case),
    ]


def _letters(desk: Desk, session: Session, case: Case) -> Iterator[FilePart]:
    """Its own documents, the notices that showed it and the lists that paid it, voided ones marked."""
    notices = select(NoticeCase.notice_id).where(NoticeCase.case_id == case.id)
    batches = (
        select(PaymentLine.batch_id)
        .join(Instalment, Instalment.id == PaymentLine.instalment_id)
        .where(Instalment.case_id == case.id)
    )
    query = (
        select(Document)
        .where(Document.kind != CONTENTS_KIND)  # an earlier list of what lies in the file is no part of it
        .where(
            or_(
                Document.case_id == case.id,
                Document.notice_id.in_(notices),
                Document.payment_batch_id.in_(batches),
            )
        )
        .order_by(Document.dated, Document.id)
    )
    for number, row in enumerate(session.scalars(query), start=1):
        by_hand = session.scalar(select(SealUse.id).where(SealUse.document_id == row.id).limit(1)) is not None
        view = document_row(row, case.number, None, by_hand)
        suffix = view.file_name[view.file_name.rfind(".") :]
        remark = "已作废" if row.state != "issued" else ("已用印" if view.sealed else "")
        words = f"{number:02d} {view.kind_name} {row.shown_number}".strip()
        file_name = safe_name(f"{words}{'（作废）' if row.state != 'issued' else ''}") + suffix
        item = FiledItem(view.kind_name, row.shown_number, row.dated, None, f"1-{number:02d}", remark)
        yield FilePart(item, LETTERS, file_name, partial(_document, desk, row.id))
        yield from _delivered(desk, session, row, number, words)


def _delivered(desk: Desk, session: Session, row: Document, number: int, words: str) -> Iterator[FilePart]:
    """The signed receipt of a letter, behind it; without a scan the day and who signed stand in the list alone."""
    found = of_letter(session, row.id)
    if found is None:
        return
    said = f"{found.delivered_on} {WAYS[found.way]}，签收人：{found.receiver}" + (found.words and f"（{found.words}）")
    item = FiledItem("送达回证（签收）", row.shown_number, found.delivered_on, None, f"1-{number:02d}-1", said)
    if found.attachment_id is None:
        data = f"{row.shown_number}\r\n{said}\r\n".encode("utf-8-sig")
        yield FilePart(item, LETTERS, safe_name(f"{words} 送达情况") + ".txt", lambda: data)
        return
    kept = session.get_one(Attachment, found.attachment_id)
    name = f"{safe_name(f'{words} 送达回证')} {_own_name(kept.name)}"
    yield FilePart(item, LETTERS, name, partial(desk.file.attachments.get, kept.sha256))


def _papers(desk: Desk, session: Session, case: Case, detail: CaseDetail) -> Iterator[FilePart]:
    """Scans under the papers of the checklist, in its order; a paper without one is listed by its ticks."""
    query = (
        select(CasePaper.paper, CasePaper.checked_at, Attachment)
        .join(CasePaperScan, CasePaperScan.case_paper_id == CasePaper.id)
        .join(Attachment, Attachment.id == CasePaperScan.attachment_id)
        .where(CasePaper.case_id == case.id, CasePaperScan.detached_reason.is_(None))
        .order_by(CasePaperScan.id)
    )
    scans: dict[str, list[tuple[datetime | None, Attachment]]] = {}
    for paper_id, at, attachment in session.execute(query):
        scans.setdefault(paper_id, []).append((at, attachment))
    for number, paper in enumerate(detail.papers, start=1):
        for place, (at, attachment) in enumerate(scans.get(paper.id, ()), start=1):
            file_name = f"{number:02d}-{place} {safe_name(paper.name)[:_SHORT]} {_own_name(attachment.name)}"
            seen = "、".join(
                words
                for there, words in (
                    (paper.original_sighted, "原件"),
                    (paper.copy_kept, "复印件"),
                    (paper.seal_affixed, "公章"),
                )
                if there
            )
            item = FiledItem(
                paper.name,
                "",
                None if at is None else at.astimezone(BEIJING).date(),
                None,
                f"2-{number:02d}-{place}",
                f"已验{seen}" if seen else "",
            )
            yield FilePart(item, PAPERS, file_name, partial(desk.file.attachments.get, attachment.sha256))


def _proposals(session: Session, case: Case) -> Iterator[FilePart]:
    """What each proposal froze, as it was frozen: facts, papers, parameters, points and result."""
    states = {"live": "", "returned": "已退回", "withdrawn": "已撤回"}
    for row in session.scalars(select(Proposal).where(Proposal.case_id == case.id).order_by(Proposal.number)):
        name = f"初审意见{row.number}（封存的测算）.json"
        item = FiledItem(
            f"第 {row.number} 次初审意见封存的测算",
            row.sha256[:16],
            row.proposed_on,
            None,
            f"3-{row.number:02d}",
            states.get(row.state, row.state),
        )
        yield FilePart(item, SUMS, name, partial(bytes, row.frozen))


def _log(detail: CaseDetail) -> FilePart:
    lines = [f"{detail.number} {detail.party} {detail.clause_title}", ""]
    for move in detail.log:
        way = f"{move.from_step} → {move.to_step}" if move.from_step else move.to_step
        reason = f"　原因：{move.reason}" if move.reason else ""
        lines.append(f"{move.office_date}　{move.user}　{move.move}　{way}{reason}")
    data = "\r\n".join([*lines, ""]).encode("utf-8-sig")
    name = "办理经过.txt"
    last = max((move.office_date for move in detail.log), default=None)
    item = FiledItem("办理经过", "", last, None, "4-01", f"{len(detail.log)} 条")
    return FilePart(item, LOG, name, lambda: data)


def _findings(desk: Desk, session: Session, case: Case) -> Iterator[FilePart]:
    """核查发现 with what was concluded; nothing where nothing was found."""
    rows = finding_rows(session, case, desk.packs)
    if not rows:
        return
    lines = [f"{case.number} 核查发现", ""]
    for row in rows:
        lines.append(f"{row.kind_name}　{row.sentence}")
        by = "" if row.settled_at is None else f"（{row.settled_by} {row.settled_at.astimezone(BEIJING).date()}）"
        lines.append(f"　　{row.conclusion}：{row.reason}{by}" if row.state == "settled" else f"　　{row.state_name}")
    data = "\r\n".join([*lines, ""]).encode("utf-8-sig")
    last = max((row.settled_at.astimezone(BEIJING).date() for row in rows if row.settled_at is not None), default=None)
    item = FiledItem("核查发现及处理", "", last, None, "4-02", f"{len(rows)} 项")
    yield FilePart(item, LOG, "核查发现.txt", lambda: data)


def _bureaus(desk: Desk, session: Session, case: Case) -> Iterator[FilePart]:
    """What other bureaus were asked and said: the scans, and all of it in words."""
    today = desk.clock.today()
    for number, one in enumerate(filed_replies(session, case.id, today), start=1):
        name = f"{number:02d} {safe_name(one.title)[:_SHORT]} {_own_name(one.file_name)}"
        item = FiledItem(one.title, one.number, one.dated, None, f"5-{number:02d}", one.remark)
        yield FilePart(item, BUREAUS, name, partial(desk.file.attachments.get, one.sha256))
    words = in_words(session, case.id, today)
    if words:
        data = "\r\n".join([f"{case.number} 协查和部门意见", "", *words, ""]).encode("utf-8-sig")
        item = FiledItem("协查和部门意见情况", "", None, None, "5-00", "")
        yield FilePart(item, BUREAUS, "00 协查和部门意见.txt", lambda: data)


def _oversight(desk: Desk, session: Session, case: Case) -> Iterator[FilePart]:
    """Visits, orders and what answered them that are about this case, in words, and every photo and paper of theirs."""
    acts = acts_of_case(session, case.id)
    if not acts:
        return
    details = [desk.oversight.get(act) for act in acts]
    lines = [f"{case.number} 监管记录"]
    for number, one in enumerate(details, start=1):
        row = one.row
        lines += ["", f"{number}. {row.kind_name}　{row.title}　{row.state_name}"]
        lines.append(f"　　{one.day_name}：{row.happened_on}" + (f"　期限：{row.due_on}" if row.due_on else ""))
        lines += [f"　　{name}：{words}" for name, words in ((one.words_name, row.words), *one.said) if words]
        if row.closed_on is not None:
            lines.append(f"　　办结：{row.closed_on} {one.closed_by} {row.outcome_name} {one.closing_words}".rstrip())
        if one.voided_reason:
            lines.append(f"　　已作废：{one.voided_reason}")
    data = "\r\n".join([*lines, ""]).encode("utf-8-sig")
    last = max(one.row.happened_on for one in details)
    item = FiledItem("监管记录", "", last, None, "6-01", f"{len(details)} 条")
    yield FilePart(item, OVERSIGHT, "监管记录.txt", lambda: data)
    for number, one in enumerate(details, start=1):
        kept = [paper for paper in one.papers if paper.detached_reason is None]
        for place, paper in enumerate(kept, start=1):
            file_name = f"{number:02d}-{place} {one.row.kind_name} {_own_name(paper.name)}"
            remark = "已作废" if one.voided_reason else ""
            words = f"{one.row.kind_name}附件：{paper.name}"
            item = FiledItem(words, "", one.row.happened_on, None, f"6-{number + 1:02d}-{place}", remark)
            yield FilePart(item, OVERSIGHT, file_name, partial(_oversight_paper, desk, paper.id))


def _oversight_paper(desk: Desk, paper_id: int) -> bytes:
    return desk.oversight.paper(paper_id)[2]


def _document(desk: Desk, document_id: int) -> bytes:
    return desk.documents.data(document_id)[2]


def counted(part: FilePart, data: bytes) -> FiledItem:
    """The item with the pages of a PDF or a picture; None for a workbook and for what cannot be read any more."""
    if part.name.lower().endswith((".xlsx", ".xls", ".csv", ".json", ".txt")):
        return part.item
    return replace(part.item, pages=page_count(data))
