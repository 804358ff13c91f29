"""The letters of oversight, each from the act that it tells of, and 追回通知书 from the recovery ordered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.documents.letter_head import Head
from caseworker.documents.orders import Rectification, Resumption, Suspension
from caseworker.documents.recovery_letter import PersonBack, RecoveryLetter
from caseworker.documents.referrals import Criticism, Transfer
from caseworker.documents.seal import WetSeal
from caseworker.errors import Refusal
from caseworker.services.base import record
from caseworker.services.document_draft import Draft, drafted
from caseworker.services.document_kinds import ACT_LETTERS, KINDS
from caseworker.services.letter_shared import head_of, on_paper, policy_of_party
from caseworker.services.oversight_kinds import BY_ID, VOIDED
from caseworker.services.prior_recoveries import payment_amount
from caseworker.store.models import (
    Attachment,
    Case,
    Document,
    Instalment,
    OversightAct,
    OversightScan,
    Party,
    PaymentLine,
    Person,
    PriorGrant,
    Recovery,
)
from caseworker.values.masking import mask_id_number
from caseworker.values.money import Money

if TYPE_CHECKING:
    from caseworker.services.desk import Desk
    from caseworker.store.models import Office

_OTHER = "other"
_SOME = 900  # keys a query


def act_letter_of(desk: Desk, session: Session, office: Office, act_id: int, number: str, kind: str) -> Draft:
    """The letter of an act of oversight. Refusal for an act of another kind, or one that was taken back."""
    act = record(session, OversightAct, act_id, "监管事项")
    if ACT_LETTERS.get(act.kind) != kind or act.party_id is None:
        raise Refusal("other-act", f"“{BY_ID[act.kind].name}”不制作{KINDS[kind].title}。")
    if act.state == VOIDED:
        raise Refusal("voided", "这一条监管事项已经作废，不能制作文书。")
    party = record(session, Party, act.party_id, "企业档案")
    policy = policy_of_party(session, office, party.id, act.case_id)
    today = desk.clock.today()
    head = head_of(desk, office, policy, party, number, today)
    builders: dict[str, Callable[[Session, OversightAct, Head], Any]] = {
        "rectification": _rectification,
        "suspension": _suspension,
        "resumption": _resumption,
        "criticism": _criticism,
        "transfer": _transfer,
    }
    letter = builders[kind](session, act, head)
    return drafted(
        kind, letter, number, act.title, party.name, today, act_id=act.id, case_id=act.case_id, party_id=party.id
    )


def _ground(act: OversightAct) -> str:
    """The ground as the policy's text names it; empty for any other, which rests on other clauses."""
    ground = act.data.get("ground")
    if ground in (None, _OTHER):
        return ""
    field = next(field for field in BY_ID[act.kind].fields if field.name == "ground")
    return next((option.label for option in field.options if option.id == ground), "")


def _said(act: OversightAct, name: str) -> str:
    return on_paper(str(act.data.get(name) or ""))


def _rectification(session: Session, act: OversightAct, head: Head) -> Rectification:
    if act.due_on is None:
        raise Refusal("no-due-day", "这条责令整改没有整改期限，不能制作通知书。")
    return Rectification(head, on_paper(act.words), _said(act, "measures"), act.due_on, _ground(act), seal=WetSeal())


def _suspension(session: Session, act: OversightAct, head: Head) -> Suspension:
    return Suspension(head, on_paper(act.words), act.happened_on, _ground(act), _said(act, "condition"), seal=WetSeal())


def _resumption(session: Session, act: OversightAct, head: Head) -> Resumption:
    suspended = record(session, OversightAct, act.follows_id or 0, "暂停拨付")
    letter = session.scalar(
        select(Document.shown_number)
        .where(Document.act_id == suspended.id, Document.kind == "suspension", Document.state == "issued")
        .order_by(Document.id.desc())
        .limit(1)
    )
    return Resumption(head, on_paper(act.words), suspended.happened_on, act.happened_on, letter or "", seal=WetSeal())


def _criticism(session: Session, act: OversightAct, head: Head) -> Criticism:
    return Criticism(head, _said(act, "scope"), on_paper(act.words), _ground(act), seal=WetSeal())


def _transfer(session: Session, act: OversightAct, head: Head) -> Transfer:
    papers = session.scalars(
        select(Attachment.name)
        .join(OversightScan, OversightScan.attachment_id == Attachment.id)
        .where(OversightScan.act_id == act.id, OversightScan.detached_reason.is_(None))
        .order_by(OversightScan.id)
    )
    return Transfer(
        head,
        _said(act, "organ_name"),
        on_paper(act.words),
        _ground(act),
        tuple(_stem(name) for name in papers),
        act.due_on,
        seal=WetSeal(),
    )


def _stem(name: str) -> str:
    """A file's name without its ending: on the list of papers handed over stands the paper, not the file."""
    stem, dot, ending = name.rpartition(".")
    return stem if dot and stem and len(ending) <= 5 and ending.isalnum() else name


def recovery_letter_of(desk: Desk, session: Session, office: Office, recovery_id: int, number: str) -> Draft:
    """追回通知书: how much of which payment, why, from whose awards. Refusal once it is received or voided."""
    row = record(session, Recovery, recovery_id, "追回")
    if row.state == "voided":
        raise Refusal("voided", "这笔追回已经作废，不能制作通知书。")
    if row.state == "received":
        raise Refusal("received", "款项已经全部收回，不再制作追回通知书。")
    party = record(session, Party, row.party_id, "企业档案")
    if row.due_on is None:
        raise Refusal("no-due-day", "这笔追回没有缴回期限，不能制作通知书。")
    paid = _paid_here(session, row.instalment_id) if row.instalment_id is not None else _paid_before(session, row)
    clause = desk.packs[paid.policy].clauses[paid.clause]
    today = desk.clock.today()
    letter = RecoveryLetter(
        head=head_of(desk, office, paid.policy, party, number, today),
        case_number=paid.case_number,
        clause=f"{clause.number}　{clause.title}",
        decision_number=paid.decision,
        paid=paid.amount,
        paid_on=paid.on,
        reason=on_paper(row.reason),
        amount=row.amount,
        due=row.due_on,
        reconsider_by=office.reconsider_by,
        part_no=paid.part_no,
        people=_people_back(session, row),
        evidence=on_paper(paid.evidence),
        seal=WetSeal(),
    )
    return drafted(
        "recovery",
        letter,
        number,
        clause.title,
        party.name,
        today,
        recovery_id=row.id,
        case_id=paid.case_id,
        party_id=party.id,
    )


@dataclass(frozen=True, slots=True)
class _Paid:
    """The payment that money is ordered back of; `evidence` and no decision where it was before this program."""

    policy: str
    clause: str
    amount: Money
    on: date
    part_no: int
    decision: str = ""
    case_number: str = ""
    case_id: int | None = None
    evidence: str = ""


def _paid_here(session: Session, instalment_id: int) -> _Paid:
    instalment = record(session, Instalment, instalment_id, "款项")
    case = record(session, Case, instalment.case_id, "办件")
    paid_on = session.scalar(
        select(PaymentLine.paid_on).where(PaymentLine.instalment_id == instalment.id, PaymentLine.state == "paid")
    )
    decision = session.scalar(
        select(Document.shown_number)
        .where(Document.case_id == case.id, Document.kind == "decision", Document.state == "issued")
        .order_by(Document.id.desc())
        .limit(1)
    )
    if paid_on is None or decision is None:
        raise Refusal("not-paid", "找不到这笔款项的拨付记录或者决定书，不能制作追回通知书。")
    parts = session.scalars(select(Instalment.id).where(Instalment.decision_id == instalment.decision_id)).all()
    part_no = 0 if len(parts) == 1 and case.instalment_no == 1 else max(instalment.number, case.instalment_no)
    return _Paid(case.policy, case.clause, instalment.amount, paid_on, part_no, decision, case.number, case.id)


def _paid_before(session: Session, row: Recovery) -> _Paid:
    grant = record(session, PriorGrant, row.prior_grant_id or 0, "历史兑现补录")
    number = grant.facts.get("instalment")
    return _Paid(
        grant.policy,
        grant.clause,
        payment_amount(session, grant),
        grant.granted_on,
        number if isinstance(number, int) else 0,
        evidence=grant.evidence,
    )


def _people_back(session: Session, row: Recovery) -> tuple[PersonBack, ...]:
    keys = [int(person) for person in row.people]
    known: dict[int, Person] = {}
    for start in range(0, len(keys), _SOME):
        for person in session.scalars(select(Person).where(Person.id.in_(keys[start : start + _SOME]))):
            known[person.id] = person
    return tuple(
        PersonBack(known[int(key)].name, mask_id_number(known[int(key)].id_number), Money.parse(str(amount)))
        for key, amount in row.people.items()
    )
