"""The words of each document, from the frozen proposal and the record: what was decided, never what changed since."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseworker.documents.application_form import Applicant, ApplicationForm, AppliedItem, PaperTick
from caseworker.documents.calculation import (
    Benefit,
    CalculationSheet,
    Condition,
    Fact,
    FindingLine,
    PersonLine,
    Point,
    Step,
)
from caseworker.documents.decision import DecisionLetter, DecisionLine
from caseworker.documents.parts import Account, Contact, Instalment
from caseworker.documents.public_notice import NoticeItem, NoticePerson, PublicNotice
from caseworker.documents.seal import WetSeal
from caseworker.errors import Refusal
from caseworker.policy import warning_text
from caseworker.services.base import record
from caseworker.services.case_awards import PERSON_LINES, awards_of
from caseworker.services.case_calculation import frozen_view, line_names, live_view, thaw, work
from caseworker.services.case_facts import dossier_facts
from caseworker.services.case_papers import checklist_of
from caseworker.services.case_situation import live_proposal
from caseworker.services.consultation_rows import agreed_reviews
from caseworker.services.document_letter import sealed_letter
from caseworker.services.document_words import named, notice_result, why_less
from caseworker.services.employment import current_employments
from caseworker.services.finding_views import FindingRow
from caseworker.services.findings import finding_rows
from caseworker.services.record_facts import given, records_on
from caseworker.services.views import CalculationView
from caseworker.store.models import (
    Case,
    Decision,
    Notice,
    NoticeCase,
    Office,
    Party,
    PaymentBatch,
    PaymentLine,
    Person,
    Proposal,
    User,
)
from caseworker.store.models import Instalment as InstalmentRow
from caseworker.values.masking import mask_id_number
from caseworker.values.money import Money
from caseworker.workbooks.payments import PaymentLine as ListedPayment
from caseworker.workbooks.payments import PaymentList

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

# document, shown number, title, payee, date, case id, party id
CaseDocument = tuple[Any, str, str, str, date, int, int]


def application_form_of(desk: Desk, session: Session, office: Office, case_id: int) -> CaseDocument:
    """附件3, filled from the dossier; the item with what the calculation gives now, or gave when proposed."""
    case, party = _case(session, case_id)
    pack = desk.packs[case.policy]
    facts = _dossier_numbers(session, case)
    view, bases = _figures(desk, session, case)
    proposal = live_proposal(session, case.id)
    notice = _notice_of(session, case, proposal)
    other = sum((Money.parse(b["amount"]) for b in (view.request or {}).get("other_benefits", [])), Money.zero())
    elsewhere = "、".join(dict.fromkeys(b["title"] for b in (view.request or {}).get("other_benefits", [])))
    form = ApplicationForm(
        policy=case.policy,
        issued_by=office.name,
        number=case.number,
        day=case.as_of,
        applicant=Applicant(
            name=party.name,
            code=party.code or "",
            registered_on=party.registered_on,
            address=party.registered_address,
            representative=party.legal_representative,
            representative_id=party.legal_representative_id,
            contact=party.contact,
            phone=party.phone,
            employees=facts.get("employees"),
            seats_total=facts.get("seats_total"),
            seats_valid=facts.get("seats_valid"),
        ),
        items=_items(case, view, bases),
        # No entry is no declaration: the applicant ticks the box on paper
        supported_elsewhere=True if other else None,
        elsewhere=f"{elsewhere} {other.shown()} 元" if other else "",
        account=Account(party.account_name, party.bank_name, party.account_number),
        papers=_papers(desk, session, case, view),
        notice_from=notice.first_day if notice else None,
        notice_to=notice.last_day if notice else None,
        notice_result="" if notice is None else notice_result(session, notice, case.id),
        offered=tuple(f"{clause.id} {clause.title}" for clause in pack.clauses.values() if clause.paid_here),
    )
    title = pack.clauses[case.clause].title
    return form, case.number, title, party.name, case.as_of, case.id, party.id


def calculation_sheet_of(
    desk: Desk, session: Session, office: Office, case_id: int, *, live: bool = False
) -> CaseDocument:
    """测算表 of a case: the frozen calculation once proposed, the live one before, or wherever `live` asks for it."""
    case, party = _case(session, case_id)
    view = live_view(work(session, case, desk.packs)) if live else _figures(desk, session, case)[0]
    if view.result is None:
        missing = "、".join(view.missing) or "；".join(message for _, message in view.problems)
        raise Refusal("not-calculated", f"测算尚未完成，缺少：{missing}。")
    result = view.result
    pack = desk.packs[case.policy]
    clause = pack.clauses[case.clause]
    proposal = live_proposal(session, case.id)
    today = desk.clock.today()
    # a person's own step stands beside the person in the list below, not among the steps
    keys = {line["key"] for line in result["lines"]} if clause.lines in PERSON_LINES else set()
    names = line_names(session, clause, result)
    sheet = CalculationSheet(
        policy_title=pack.title,
        clause_number=clause.number,
        clause_title=clause.title,
        payee=party.name,
        code=party.code or "",
        as_of=case.as_of,
        made_on=proposal.proposed_on if proposal else today,
        facts=tuple(
            Fact(fact.label, fact.shown, fact.source, fact.reason) for fact in view.facts if fact.origin != "missing"
        ),
        conditions=tuple(Condition(c["text"], c["met"], c["quote"]) for c in result["conditions"]),
        steps=tuple(
            Step(named(t["label"], names), named(t["expression"], names), t["value"], t["quote"])
            for t in result["trace"]
            if t["label"] not in keys
        ),
        eligible=result["eligible"],
        gross=Money.parse(result["gross_amount"]),
        amount=Money.parse(result["amount"]),
        case_number=case.number,
        points=tuple(Point(point.question, point.option_text, point.decision) for point in view.points),
        benefits=tuple(
            Benefit(b["title"] + (f"（{names[b['key']]}）" if b.get("key") in names else ""), Money.parse(b["amount"]))
            for b in (view.request or {}).get("other_benefits", [])
        ),
        people=_people(session, clause.lines, result),
        schedule=tuple(
            Instalment(part["no"], "", Money.parse(part["amount"]))
            for part in result["schedule"]
            if len(result["schedule"]) > 1
        ),
        warnings=tuple(warning_text(code) for code in result["warnings"]),
        made_by=_name(session, case.proposer_id or case.officer_id),
        checked_by=_name(session, case.reviewer_id),
        issuer=office.name,
        version=proposal.program_version if proposal else "",
        findings=tuple(
            FindingLine(row.kind_name, row.sentence, _answer(row))
            for row in finding_rows(session, case, desk.packs)
            if row.state != "remark"
        ),
    )
    return sheet, case.number, clause.title, party.name, sheet.made_on, case.id, party.id


def estimate_of(desk: Desk, session: Session, office: Office, case_id: int) -> CaseDocument:
    """测算表（仅供参考）: what the dossier gives today, for the counter. It is no part of a decision, so it has no case
    number and nobody who checked it; a proposal that stands already is not what it shows."""
    built = calculation_sheet_of(desk, session, office, case_id, live=True)
    sheet = replace(
        built[0],
        estimate=True,
        case_number="",
        checked_by="",
        version="",
        findings=(),
        made_on=desk.clock.today(),
        made_by=desk.user.name,
    )
    return (sheet, *built[1:4], sheet.made_on, *built[5:])


def decision_letter_of(desk: Desk, session: Session, office: Office, case_id: int, number: str) -> CaseDocument:
    """兑现决定书: only after the head has granted, and with the figures of the proposal that was granted."""
    case, party = _case(session, case_id)
    found = session.execute(
        select(Decision, Proposal)
        .join(Proposal, Proposal.id == Decision.proposal_id)
        .where(Decision.case_id == case.id, Decision.outcome == "granted")
        .order_by(Decision.id.desc())
    ).first()
    if found is None:
        raise Refusal("not-decided", "负责人尚未作出同意兑现的决定，不能制作决定书。")
    decision, proposal = found
    frozen = thaw(proposal)
    result = frozen["result"]
    clause = desk.packs[case.policy].clauses[case.clause]
    gross = Money.parse(result["gross_amount"])
    parts = list(
        session.scalars(
            select(InstalmentRow).where(InstalmentRow.decision_id == decision.id).order_by(InstalmentRow.number)
        )
    )
    notice = _notice_of(session, case, proposal)
    last = max((part.number for part in parts), default=1)
    letter = DecisionLetter(
        policy=case.policy,
        issuer=office.name,
        number=number,
        day=decision.decided_on,
        payee=party.name,
        code=party.code or "",
        case_number=case.number,
        accepted_on=case.as_of,
        lines=_decision_lines(f"{clause.number}　{clause.title}", frozen, gross),
        total=decision.amount,
        account=Account(party.account_name, party.bank_name, party.account_number),
        contact=Contact(office.contact, office.phone, office.address),
        reconsider_by=office.reconsider_by,
        instalments=tuple(
            Instalment(part.number, "" if part.due_on is None else part.due_on.isoformat(), part.amount)
            for part in parts
            if part.state != "planned" and len([p for p in parts if p.state != "planned"]) > 1
        ),
        deduction=gross - decision.amount,
        notice_from=notice.first_day if notice else None,
        notice_to=notice.last_day if notice else None,
        two_person=decision.joint_review,
        you="你" if party.kind == "person" else "你单位",
        code_label="证件号码" if party.kind == "person" else "统一社会信用代码",
        policy_title=desk.packs[case.policy].title,
        part_no=case.instalment_no if last > 1 else 0,
        part_count=last if last > 1 else 0,
        reviews=agreed_reviews(frozen),
        seal=WetSeal(),
    )
    return letter, number, clause.title, party.name, decision.decided_on, case.id, party.id


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
        prepared_by=_name(session, batch.made_by),
    )
    return sheet, shown, title, batch.made_on


def public_notice_of(desk: Desk, session: Session, office: Office, notice_id: int) -> tuple[Any, str, str, date]:
    """公示 of a batch with the frozen figures of the proposals in it; persons with masked numbers."""
    notice = record(session, Notice, notice_id, "公示批次")
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
        quantity, standard = _quantity_words(frozen["bases"])
        items.append(NoticeItem(party.name, f"{clause.number} {clause.title}", quantity, standard, proposal.amount))
        less = why_less(frozen, proposal.amount)
        if less:
            notes.append(f"{party.name}：{less}，拟兑现{proposal.amount.shown()}元。")
        awards = {str(person): amount for person, amount, _ in awards_of(clause, frozen["request"], frozen["result"])}
        listed = _people(session, clause.lines, frozen["result"])
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


# ---- shared parts --------------------------------------------------------------------------


def _case(session: Session, case_id: int) -> tuple[Case, Party]:
    case = record(session, Case, case_id, "办件")
    return case, record(session, Party, case.party_id, "企业档案")


def _figures(desk: Desk, session: Session, case: Case) -> tuple[CalculationView, list[dict[str, Any]]]:
    """The calculation as it counts (frozen once proposed) and its rows of quantity × standard."""
    worked = work(session, case, desk.packs)
    proposal = live_proposal(session, case.id)
    if proposal is not None:
        pack = desk.packs[case.policy]
        return frozen_view(proposal, worked, pack, pack.clauses[case.clause]), thaw(proposal)["bases"]
    found = worked.calculation
    bases = [] if found is None else found.bases
    rows = [{"quantity": b.quantity, "unit": b.unit, "standard": b.standard, "amount": str(b.amount)} for b in bases]
    return live_view(worked), rows


def _papers(desk: Desk, session: Session, case: Case, view: CalculationView) -> tuple[PaperTick, ...]:
    facts = {fact.name: fact.value for fact in view.facts if fact.origin != "missing"}
    papers = desk.packs[case.policy].clauses[case.clause].papers
    checks = checklist_of(session, case, papers, facts, desk.clock.today()).papers
    return tuple(PaperTick(check.paper.name, check.complete) for check in checks if check.applies)


def instalment_words(session: Session, case: Case, instalment: InstalmentRow) -> str:
    """一次性, or which instalment of the claim this is."""
    count = session.scalar(
        select(func.count(InstalmentRow.id)).where(InstalmentRow.decision_id == instalment.decision_id)
    )
    if count == 1 and case.instalment_no == 1:
        return "一次性"
    return f"第{max(instalment.number, case.instalment_no)}期"


def _notice_of(session: Session, case: Case, proposal: Proposal | None) -> Notice | None:
    """The notice that showed this very proposal; one of an earlier proposal showed something else."""
    if proposal is None:
        return None
    return session.scalars(
        select(Notice)
        .join(NoticeCase, NoticeCase.notice_id == Notice.id)
        .where(NoticeCase.case_id == case.id, NoticeCase.proposal_id == proposal.id, Notice.state != "voided")
        .order_by(Notice.id.desc())
    ).first()


def _answer(row: FindingRow) -> str:
    return f"{row.conclusion}：{row.reason}（{row.settled_by}）" if row.state == "settled" else row.state_name


def _name(session: Session, user_id: int | None) -> str:
    user = session.get(User, user_id) if user_id is not None else None
    return user.name if user is not None else ""


def _dossier_numbers(session: Session, case: Case) -> dict[str, int]:
    facts = dossier_facts(session, case.party_id, case.as_of)
    numbers: dict[str, int] = {}
    seats = facts.get("seats") or facts.get("enterprise_seats")
    counted = given(records_on(session, case.party_id, case.as_of), "enterprise_seats", "", case.as_of)
    if seats is not None:
        numbers["seats_total"] = seats.value["value"]
    elif counted is not None:
        numbers["seats_total"] = counted.value  # 座席总数 of the newest record
    rows = current_employments(case.party_id)
    working = session.scalars(
        select(rows.c.person_id)
        .where(rows.c.employed_from <= case.as_of)
        .where(rows.c.employed_to.is_(None) | (rows.c.employed_to >= case.as_of))
        .distinct()
    )
    count = len(list(working))
    if count:
        numbers["employees"] = count
    return numbers


def _items(case: Case, view: CalculationView, bases: list[dict[str, Any]]) -> tuple[AppliedItem, ...]:
    if view.result is None:
        return ()
    if not view.result["eligible"]:
        return (AppliedItem(case.clause, "", "", None),)
    gross = Money.parse(view.result["gross_amount"])
    quantity, standard = _quantity_words(bases)
    return (AppliedItem(case.clause, quantity, standard, gross),)


def _decision_lines(clause: str, frozen: dict[str, Any], gross: Money) -> tuple[DecisionLine, ...]:
    """A line a basis where their amounts make up the gross sum; else one line with the sum."""
    bases = frozen["bases"]
    if bases and sum((Money.parse(b["amount"]) for b in bases), Money.zero()) == gross:
        return tuple(
            DecisionLine(clause, f"{b['quantity']}{b['unit']}", b["standard"], Money.parse(b["amount"])) for b in bases
        )
    quantity, standard = _quantity_words(bases)
    return (DecisionLine(clause, quantity, standard, gross),)


def _quantity_words(bases: list[dict[str, Any]]) -> tuple[str, str]:
    """数量 and 标准 of a claim in one cell each."""
    quantity = "；".join(f"{b['quantity']}{b['unit']}" for b in bases)
    return quantity, "；".join(b["standard"] for b in bases)


def _people(session: Session, lines: str | None, result: dict[str, Any]) -> tuple[PersonLine, ...]:
    """The persons of a clause that pays by the person, by name; an ineligible one with the reason."""
    if lines not in PERSON_LINES:
        return ()
    keys = [int(line["key"]) for line in result["lines"] if line["key"].isdecimal()]
    known: dict[int, Person] = {}
    for start in range(0, len(keys), 900):
        for person in session.scalars(select(Person).where(Person.id.in_(keys[start : start + 900]))):
            known[person.id] = person
    own_step = {step["label"]: step["expression"] for step in result["trace"]}
    people = []
    for line in result["lines"]:
        found = known.get(int(line["key"])) if line["key"].isdecimal() else None
        unmet = "；".join(c["text"] for c in line["conditions"] if not c["met"])
        people.append(
            PersonLine(
                name=found.name if found else line["key"],
                masked_id=mask_id_number(found.id_number) if found else "",
                note=unmet or own_step.get(line["key"], ""),
                eligible=line["eligible"],
                amount=Money.parse(line["amount"]),
            )
        )
    return tuple(people)
