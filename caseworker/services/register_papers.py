"""Papers of the file and the registers: 送达回证 for a letter, 用印登记表 of a span of days, 档案卷宗目录 of a case."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.documents.closing import chinese_date
from caseworker.documents.delivery_receipt import DeliveryReceipt
from caseworker.documents.seal_register import SealRegister, Use
from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.services.base import record
from caseworker.services.document_draft import Draft, drafted
from caseworker.services.document_kinds import KINDS, PDF
from caseworker.services.letter_shared import name_of
from caseworker.services.not_accepted import title_of
from caseworker.store.models import Document, Office, Party, Seal, SealUse
from caseworker.values.masking import mask_id_number

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


def delivery_receipt_of(desk: Desk, session: Session, office: Office, document_id: int) -> Draft:
    """送达回证 of a letter in force. Refusal for what is not delivered to anybody."""
    row = record(session, Document, document_id, "文书")
    kind = KINDS[row.kind]
    if row.state != "issued":
        raise Refusal("not-issued", f"{row.shown_number}已经作废，不能制作送达回证。")
    if not kind.sealed or not kind.numbered or kind.media_type != PDF:
        raise Refusal("not-delivered", f"{kind.title}不是送达的文书，不需要送达回证。")
    party = None if row.party_id is None else session.get(Party, row.party_id)
    # A hand-over goes to the organ and a request for money to the bureau, not to the party that it is about
    to = str(row.content.get("organ") or row.content.get("bureau") or row.content.get("scope") or "")
    named = party if not to else None
    if named is None and not to:
        raise Refusal("no-addressee", f"{kind.title}没有单一的受送达人，请使用空白的送达回证。")
    code = "" if named is None else named.code or ""
    paper = DeliveryReceipt(
        office=office.name,
        day=row.dated,
        letter=title_of(row.kind, kind.title, row.content),
        number=row.shown_number,
        dated=chinese_date(row.dated),
        addressee=to if named is None else named.name,
        code=mask_id_number(code) if named is not None and named.kind == "person" and code else code,
        place="" if named is None else named.registered_address,
    )
    return drafted(
        "delivery-receipt",
        paper,
        row.shown_number,
        f"{title_of(row.kind, kind.title, row.content)}的送达回证",
        paper.addressee,
        desk.clock.today(),
        about_id=row.id,
        case_id=row.case_id,
        party_id=row.party_id,
    )


def seal_register_of(desk: Desk, session: Session, office: Office, span: tuple[date, date]) -> Draft:
    """用印登记表: every use of a seal from the first day to the last, both included."""
    first, last = span
    if last < first:
        raise InvalidInput("截止日期早于开始日期。", (Problem("last_day", "截止日期早于开始日期。"),))
    today = desk.clock.today()
    rows = session.execute(
        select(SealUse, Seal.name, Document)
        .join(Seal, Seal.id == SealUse.seal_id)
        .join(Document, Document.id == SealUse.document_id)
        .where(SealUse.used_on >= first, SealUse.used_on <= last)
        .order_by(SealUse.number)
    )
    uses = tuple(
        Use(
            number=use.number,
            used_on=use.used_on,
            seal=seal,
            document=title_of(row.kind, KINDS[row.kind].title, row.content) if row.kind in KINDS else row.kind,
            reference=row.shown_number,
            copies=use.copies,
            applicant=name_of(session, use.applicant_id),
            approver=name_of(session, use.approver_id),
            keeper=name_of(session, use.keeper_id),
            remark="已作废" if row.state == "voided" else "",
        )
        for use, seal, row in rows
    )
    paper = SealRegister(office.name, first, last, today, desk.user.name, uses)
    shown = f"{first.isoformat()}至{last.isoformat()}"
    return drafted("seal-register", paper, shown, f"用印登记表（{len(uses)}次）", "", today)


def file_contents_of(desk: Desk, session: Session, office: Office, case_id: int) -> Draft:
    """档案卷宗目录 of what lies in the case's file now."""
    from caseworker.services.filing import contents_of

    paper, case = contents_of(desk, session, case_id)
    return drafted(
        "file-contents",
        paper,
        case.number,
        f"{case.number}卷宗目录",
        paper.party,
        desk.clock.today(),
        case_id=case.id,
        party_id=case.party_id,
    )
