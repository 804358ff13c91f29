"""拨付明细表 of a batch and 公示 of a notice, from the frozen proposals of the cases in them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.documents.parts import Contact
from caseworker.documents.public_notice import NoticeItem, NoticePerson, PublicNotice
from caseworker.documents.seal import WetSeal
from caseworker.errors import Refusal
from caseworker.services.base import record
from caseworker.services.case_awards import awards_of
from caseworker.services.case_calculation import thaw
from caseworker.services.document_letter import sealed_letter
from caseworker.services.document_shared import (
    instalment_words,
    people_of,
    quantity_words,
)
from caseworker.services.document_words import why_less
from caseworker.services.letter_shared import name_of
from caseworker.store.models import (
    Case,
    Decision,
    Notice,
    NoticeCase,
    Office,
    Party,
    PaymentBatch,
    PaymentLine,
    Proposal,
)
from caseworker.store.models import Instalment as InstalmentRow
from caseworker.values.money import Money
from caseworker.workbooks.payments import PaymentLine as ListedPayment
from caseworker.workbooks.payments import PaymentList

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


def payment_list_of(desk: Desk, session: Session, office: Office, batch_id: int) -> tuple[Any, str, str, date]:
    """拨付明细表 of a batch, with accounts as they were when it was ordered."""
    batch = record(session, PaymentBatch, batch_id, "拨付批次")
    rows = session.execute(
        select(PaymentLine, Party, Case, InstalmentRow, Proposal)
        .join(Party, Party.id == PaymentLine.party_id)
        .join(InstalmentRow, InstalmentRow.id == PaymentLine.instalment_id)
        .join(Case, Case.id == InstalmentRow.case_id)
        .join(Decision, Decision.id == InstalmentRow.decision_id)
        .join(Proposal, Proposal.id == Decision.proposal_id)
        .where(PaymentLine.batch_id == batch.id)
        .order_by(PaymentLine.id)
    )
    listed = []
    for line, party, case, instalment, proposal in rows:
        clause = desk.packs[case.policy].clauses[case.clause]
        letter = sealed_letter(session, case.id)
        listed.append(
            ListedPayment(
                party=line.account_name,
                code=party.code or "" if letter is None else str(letter.content["code"]),
                clause=f"{clause.number} {clause.title}",
                instalment=instalment_words(session, case, instalment),
                quantity=line.quantity,
                standard=line.standard,
                amount=line.amount,
                account_name=line.account_name,
                bank=line.bank_name,
                account=line.account_number,
                bank_code=line.bank_code,
                remark="；".join(part for part in (case.number, why_less(thaw(proposal), line.amount)) if part),
            )
        )
    pack = desk.packs[batch.policy]
    shown = f"{batch.year}年第{batch.number}批"
    title = f"{pack.short_title}专项资金拨付明细表（{shown}）"
    sheet = PaymentList(
        title=f"{title}（演示数据）" if office.is_sample else title,
        office=office.name,
        day=batch.made_on,
        lines=tuple(listed),
        prepared_by=name_of(session, batch.made_by),
    )
    return sheet, shown, title, batch.made_on


def public_notice_of(desk: Desk, session: Session, office: Office, notice_id: int) -> tuple[Any, str, str, date]:
    """公示 of a batch with the frozen figures of the proposals in it; persons with masked numbers."""
    notice = record(session, Notice, notice_id, "公示批次")
    if notice.state == "voided":
        raise Refusal("voided", "这次公示已经作废，不能制作公示文书。")
    rows = session.execute(
        select(NoticeCase, Proposal, Case, Party)
        .join(Proposal, Proposal.id == NoticeCase.proposal_id)
        .join(Case, Case.id == NoticeCase.case_id)
        .join(Party, Party.id == Case.party_id)
        .where(NoticeCase.notice_id == notice.id)
        .order_by(NoticeCase.id)
    )
    items: list[NoticeItem] = []
    people: list[NoticePerson] = []
    notes: list[str] = []
    people_notes: list[str] = []
    for _, proposal, case, party in rows:
        frozen = thaw(proposal)
        clause = desk.packs[case.policy].clauses[case.clause]
        quantity, standard = quantity_words(frozen["bases"])
        items.append(NoticeItem(party.name, f"{clause.number} {clause.title}", quantity, standard, proposal.amount))
        less = why_less(frozen, proposal.amount)
        if less:
            notes.append(f"{party.name}：{less}，拟兑现{proposal.amount.shown()}元。")
        awards = {str(person): amount for person, amount, _ in awards_of(clause, frozen["request"], frozen["result"])}
        listed = people_of(session, clause.lines, frozen["result"])
        people.extend(
            NoticePerson(person.name, person.masked_id, party.name, standard, awards[line["key"]])
            for line, person in zip(frozen["result"]["lines"], listed, strict=False)  # empty where lines are no persons
            if line["key"] in awards
        )
        theirs = sum(awards.values(), Money.zero())
        if awards and theirs != proposal.amount:
            people_notes.append(
                f"{party.name}：所列人员合计{theirs.shown()}元，减单位已从其他政策享受的补助"
                f"{(theirs - proposal.amount).shown()}元，拟兑现{proposal.amount.shown()}元。"
            )
    pack = desk.packs[notice.policy]
    shown = f"{notice.year}年第{notice.number}批"
    document = PublicNotice(
        policy=notice.policy,
        issuer=office.name,
        day=notice.first_day,
        notice_from=notice.first_day,
        notice_to=notice.last_day,
        items=tuple(items),
        contact=Contact(office.contact, office.phone, office.address),
        people=tuple(people),
        notes=tuple(notes),
        people_notes=tuple(people_notes),
        policy_title=pack.title,
        seal=WetSeal(),
    )
    return document, shown, f"{pack.short_title}专项资金公示（{shown}）", notice.first_day
