"""协查 and other bureaus' reviews on paper: asked by letter, answered line by line, kept with their scans.

An answer against the claim becomes a 核查发现 and is answered for there. Nothing is deleted: a reply entered wrongly is
taken back with a reason, an inquiry or a review voided with one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.casework.consultations import OPEN, OPINIONS, OTHER, REVIEWS, outcome_of
from caseworker.errors import Refusal
from caseworker.intake.scans import ScanFile
from caseworker.services.base import reason_of, record, same_version
from caseworker.services.case_calculation import thaw
from caseworker.services.case_papers import look_at_all, refuse_filed
from caseworker.services.case_situation import live_proposal
from caseworker.services.consultation_checks import check_form, check_reply, check_review
from caseworker.services.consultation_lines import AskedLine, Known, asked_lines, known_of
from caseworker.services.consultation_rows import (
    ANSWERED,
    ASKED,
    DRAFT,
    GIVEN,
    INQUIRY,
    REVIEW,
    detail_view,
    form_of,
    is_frozen,
    lines_of,
    of_case,
    row_view,
    state_of,
    stored_form,
)
from caseworker.services.consultation_views import (
    BureauChoice,
    ConsultationDetail,
    ConsultationLineView,
    ConsultationRow,
    InquiryChoices,
    InquiryForm,
    ReplyForm,
    ReviewForm,
)
from caseworker.services.document_register import row_of
from caseworker.services.inquiry_letter import issue_letter
from caseworker.services.rights import require
from caseworker.services.seats import Cancel, Progress
from caseworker.services.views import DocumentRow, Role
from caseworker.services.workflow import inquiry_days, inquiry_rules, office_of, work_calendar
from caseworker.store.models import Attachment, Case, CaseConsultation, ConsultationScan, Document, Party
from caseworker.values.masking import mask_id_number

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

_WHAT = "协查或部门意见"


class ConsultationService:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # ---- looking ---------------------------------------------------------------------------

    def reviews(self) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
        """(stages, opinions) of reviews, each as (id, Chinese name)."""
        return tuple(REVIEWS.items()), tuple(OPINIONS.items())

    def of_case(self, case_id: int) -> tuple[ConsultationRow, ...]:
        """Inquiries and reviews of a case; those that wait for a reply first."""
        with self._desk.file.read() as session:
            record(session, Case, case_id, "办件")
            return of_case(session, case_id, self._desk.clock.today())

    def get(self, consultation_id: int) -> ConsultationDetail:
        """One of them whole; of a draft what its letter would ask today."""
        with self._desk.file.read() as session:
            return self._detail(session, record(session, CaseConsultation, consultation_id, _WHAT))

    def choices(self, case_id: int, *, progress: Progress = None, cancelled: Cancel = None) -> InquiryChoices:
        """What can be asked about a case and of whom, with what is proposed. Raises errors.Cancelled."""
        with self._desk.file.read() as session:
            case = record(session, Case, case_id, "办件")
            known = known_of(session, case, self._desk.packs, progress=progress, cancelled=cancelled)
            pack = self._desk.packs[case.policy]
            region = office_of(session).region
            bureaus = tuple(
                BureauChoice(
                    rule.bureau,
                    rule.name,
                    rule.addressed(region),
                    tuple(name for name in known.facts if name in rule.facts),
                    tuple(name for name in known.labels if name in rule.people),
                )
                for rule in inquiry_rules(pack)
            )
            days = inquiry_days(pack)
            return InquiryChoices(
                case_id=case.id,
                case_number=case.number,
                party=session.get_one(Party, case.party_id).name,
                bureaus=(*bureaus, BureauChoice(OTHER, "其他单位", "", (), ())),
                facts=known.fact_choices(),
                person_facts=known.person_fact_choices(),
                people=known.person_choices(),
                due_on=work_calendar(session).after_working_days(self._desk.clock.today(), days).day,
                working_days=days,
            )

    def scan(self, consultation_id: int, attachment_id: int) -> tuple[str, str, bytes]:
        """(file name, media type, bytes) of a scan of this reply or review, and of no other."""
        with self._desk.file.read() as session:
            found = session.scalar(
                select(Attachment)
                .join(ConsultationScan, ConsultationScan.attachment_id == Attachment.id)
                .where(
                    ConsultationScan.consultation_id == consultation_id,
                    ConsultationScan.attachment_id == attachment_id,
                    ConsultationScan.detached_reason.is_(None),
                )
            )
            if found is None:
                raise Refusal("not-attached", "这份扫描件不在这次回函或意见下，请刷新后再试。")
            return found.name, found.media_type, self._desk.file.attachments.get(found.sha256)

    # ---- asking ----------------------------------------------------------------------------

    def draft(self, form: InquiryForm, *, progress: Progress = None, cancelled: Cancel = None) -> int:
        """Keeps what is to be asked; nothing goes out. InvalidInput names every field that is wrong."""
        require(self._desk, Role.CASEWORKER)
        self._gather_first(form.case_id, progress, cancelled)
        with self._desk.file.write(self._desk.actor, "consultation.draft") as work:
            case = self._open_case(work.session, form.case_id)
            form = self._checked(work.session, case, form)[0]
            row = CaseConsultation(
                case_id=case.id,
                kind=INQUIRY,
                bureau=form.addressee,
                matter=self._matter(case, form),
                outcome=OPEN,
                due_on=form.due_on,
                entered_by=self._desk.user.id,
                form=stored_form(form),
            )
            work.session.add(row)
            work.session.flush()
            work.subject("case", case.id)
            work.detail(consultation=row.id, bureau=row.bureau)
            return row.id

    def change(
        self,
        consultation_id: int,
        version: int,
        form: InquiryForm,
        *,
        progress: Progress = None,
        cancelled: Cancel = None,
    ) -> ConsultationDetail:
        """Another form for a draft. EditConflict when it changed meanwhile; Refusal once the letter is out."""
        require(self._desk, Role.CASEWORKER)
        self._gather_first(form.case_id, progress, cancelled)
        with self._desk.file.write(self._desk.actor, "consultation.change") as work:
            row = self._in_state(work.session, consultation_id, DRAFT)
            case = self._open_case(work.session, row.case_id)
            work.subject("case", case.id)
            self._same(row, version)
            form = self._checked(work.session, case, replace(form, case_id=case.id))[0]
            row.bureau, row.due_on, row.form = form.addressee, form.due_on, stored_form(form)
            row.matter = self._matter(case, form)
            work.session.flush()
            return self._detail(work.session, row)

    def issue(
        self, consultation_id: int, version: int, *, progress: Progress = None, cancelled: Cancel = None
    ) -> DocumentRow:
        """Sends the draft out as a numbered letter, with the facts as they are today; gives the letter.

        What it asks is then fixed line by line. A letter voided in the register can be issued anew.
        """
        require(self._desk, Role.CASEWORKER)
        today = self._desk.clock.today()
        with self._desk.file.read() as session:
            case_id = record(session, CaseConsultation, consultation_id, _WHAT).case_id
        self._gather_first(case_id, progress, cancelled)
        with self._desk.file.write(self._desk.actor, "consultation.issue") as work:
            session = work.session
            row = self._in_state(session, consultation_id, DRAFT)
            case = self._open_case(session, row.case_id)
            work.subject("case", case.id)
            self._same(row, version)
            form, known = self._checked(session, case, form_of(row))
            if form.due_on is None:
                days = inquiry_days(self._desk.packs[case.policy])
                row.due_on = work_calendar(session).after_working_days(today, days).day
            lines = asked_lines(known, session.get_one(Party, case.party_id).name, form)
            document, data = issue_letter(self._desk, session, row, lines)
            row.document_id, row.asked_on = document.id, today
            people = sum(line.person_id is not None for line in lines)
            work.detail(  # whole ID numbers leave the office with it: the log says of how many people
                consultation=row.id,
                number=document.shown_number,
                bureau=row.bureau,
                people=people,
                sha256=hashlib.sha256(data).hexdigest(),
            )
            session.flush()
            return row_of(session, document)

    def reply(
        self, consultation_id: int, version: int, form: ReplyForm, papers: Sequence[Path], *, cancelled: Cancel = None
    ) -> ConsultationDetail:
        """The bureau's answer: when, line by line, with its scan. InvalidInput names everything wrong at once.

        Lines are named by their id (path: lines.ID). Against the claim, it becomes a finding of the case.
        """
        require(self._desk, Role.CASEWORKER)
        with self._desk.file.read() as session:  # before the files are read
            row = self._in_state(session, consultation_id, ASKED)
            check_reply(form, row, [line.id for line in lines_of(session, row)], papers, self._desk.clock.today())
        looked = self._keep(papers, cancelled)
        with self._desk.file.write(self._desk.actor, "consultation.reply") as work:
            session = work.session
            row = self._in_state(session, consultation_id, ASKED)
            case = record(session, Case, row.case_id, "办件")
            refuse_filed(case)
            work.subject("case", case.id)
            self._same(row, version)
            lines = lines_of(session, row)
            check_reply(form, row, [line.id for line in lines], papers, self._desk.clock.today())
            for line in lines:
                said = form.lines.get(line.id)
                line.outcome = form.others if said is None else said.outcome
                line.words = "" if said is None else said.words.strip()
            row.outcome = outcome_of([line.outcome for line in lines])
            row.answered_on, row.answer = form.answered_on, form.words.strip()
            row.reply_number, row.answered_by = form.number.strip(), self._desk.user.id
            self._hang(session, row.id, looked)
            work.detail(
                consultation=row.id, bureau=row.bureau, outcome=row.outcome, sha256=[one.sha256 for _, one in looked]
            )
            session.flush()
            return self._detail(session, row)

    def take_back(self, consultation_id: int, reason: str) -> ConsultationDetail:
        """A reply entered wrongly: the inquiry waits again, its scans are taken off with the reason."""
        require(self._desk, Role.CASEWORKER)
        reason = reason_of(reason, "请写明撤回回函登记的原因。")
        with self._desk.file.write(self._desk.actor, "consultation.take-back", reason=reason) as work:
            session = work.session
            row = self._in_state(session, consultation_id, ANSWERED)
            self._not_relied_on(session, self._open_case(session, row.case_id), row)
            work.subject("case", row.case_id)
            work.detail(consultation=row.id, bureau=row.bureau)
            for line in lines_of(session, row):
                line.outcome, line.words = OPEN, ""
            self._take_off(session, row.id, reason)
            row.outcome, row.answered_on, row.answer = OPEN, None, ""
            row.reply_number, row.answered_by = "", None
            session.flush()
            return self._detail(session, row)

    # ---- reviews ---------------------------------------------------------------------------

    def review(self, form: ReviewForm, papers: Sequence[Path], *, cancelled: Cancel = None) -> int:
        """Another bureau's opinion on paper, with its scan. Not 同意, it becomes a finding of the case."""
        require(self._desk, Role.CASEWORKER)
        with self._desk.file.read() as session:
            case = self._open_case(session, form.case_id)
            check_review(form, papers, self._desk.clock.today())
        looked = self._keep(papers, cancelled)
        with self._desk.file.write(self._desk.actor, "consultation.review") as work:
            session = work.session
            case = self._open_case(session, form.case_id)
            row = CaseConsultation(
                case_id=case.id,
                kind=REVIEW,
                bureau=form.bureau.strip(),
                matter=form.stage,
                answered_on=form.given_on,
                answer=form.words.strip(),
                outcome=form.opinion,
                reply_number=form.number.strip(),
                entered_by=self._desk.user.id,
                answered_by=self._desk.user.id,
            )
            session.add(row)
            session.flush()
            self._hang(session, row.id, looked)
            work.subject("case", case.id)
            work.detail(
                consultation=row.id, bureau=row.bureau, outcome=row.outcome, sha256=[one.sha256 for _, one in looked]
            )
            return row.id

    def void(self, consultation_id: int, reason: str) -> None:
        """An inquiry no longer wanted, with its letter (the number stays used), or a review entered wrongly.

        Refused for an answered inquiry: its reply is taken back first; and for what a proposal counts with.
        """
        require(self._desk, Role.CASEWORKER)
        reason = reason_of(reason, "请写明作废的原因。")
        with self._desk.file.write(self._desk.actor, "consultation.void", reason=reason) as work:
            session = work.session
            row = record(session, CaseConsultation, consultation_id, _WHAT)
            case = record(session, Case, row.case_id, "办件")
            refuse_filed(case)
            work.subject("case", case.id)
            letter = None if row.document_id is None else session.get_one(Document, row.document_id)
            state = state_of(row, letter)
            if row.voided_reason is not None:
                raise Refusal("already-voided", "这一条已经作废。")
            if state == ANSWERED:
                raise Refusal("answered", "已登记回函，不能作废。登记有误的，请先撤回回函登记。")
            if state == GIVEN:
                self._open_case(session, case.id)
                self._not_relied_on(session, case, row)
                self._take_off(session, row.id, reason)
            if letter is not None and letter.state == "issued":
                letter.state, letter.voided_reason = "voided", reason
            row.voided_reason = reason
            work.detail(consultation=row.id, bureau=row.bureau)

    # ---- inside ----------------------------------------------------------------------------

    def _gather_first(self, case_id: int, progress: Progress, cancelled: Cancel) -> None:
        """Long work before the transaction: what it recognised is then kept, and nobody waits for the file meanwhile.

        Raises errors.Cancelled.
        """
        with self._desk.file.read() as session:
            case = self._open_case(session, case_id)
            known_of(session, case, self._desk.packs, progress=progress, cancelled=cancelled)

    def _open_case(self, session: Session, case_id: int) -> Case:
        case = record(session, Case, case_id, "办件")
        refuse_filed(case)
        if case.head_id is not None:
            raise Refusal("case-decided", "本件已作出决定，不能再发起协查或改动部门意见。决定后的问题请在“监管”登记。")
        return case

    @staticmethod
    def _matter(case: Case, form: InquiryForm) -> str:
        people = "全部人员" if form.people is None else f"{len(form.people)} 人"
        parts = [f"单位事项 {len(form.facts) + len(form.questions)} 项"] if form.facts or form.questions else []
        return "，".join([*parts, *([people] if form.person_facts else [])])

    def _checked(self, session: Session, case: Case, form: InquiryForm) -> tuple[InquiryForm, Known]:
        known = known_of(session, case, self._desk.packs)
        rules = inquiry_rules(self._desk.packs[case.policy])
        return check_form(form, known, {rule.bureau for rule in rules} | {OTHER}, self._desk.clock.today()), known

    def _in_state(self, session: Session, consultation_id: int, state: str) -> CaseConsultation:
        row = record(session, CaseConsultation, consultation_id, _WHAT)
        letter = None if row.document_id is None else session.get_one(Document, row.document_id)
        found = state_of(row, letter)
        if found != state:
            shown = row_view(session, row, self._desk.clock.today())
            wanted = {DRAFT: "还没有发出", ASKED: "已发出、待回复", ANSWERED: "已登记回函"}[state]
            raise Refusal(
                "not-in-state", f"致{shown.bureau}的{shown.kind_name}{shown.state_name}，不是{wanted}的协查。"
            )
        return row

    @staticmethod
    def _same(row: CaseConsultation, version: int) -> None:
        same_version(row, version, "协查", {"回函日期": ""}, {"回函日期": str(row.answered_on or "")})

    @staticmethod
    def _not_relied_on(session: Session, case: Case, row: CaseConsultation) -> None:
        proposal = live_proposal(session, case.id)
        if proposal is not None and is_frozen(thaw(proposal), row):
            raise Refusal("proposed", "初审意见已经依据它提交，不能改动。请先将办件退回核验。")

    def _keep(self, papers: Sequence[Path], cancelled: Cancel) -> list[tuple[Path, ScanFile]]:
        """Contents are kept before the transaction: what a failed one leaves is swept, never referred to."""
        looked = look_at_all(papers, cancelled)
        for path, file in looked:
            digest, _ = self._desk.file.attachments.put(path)
            if digest != file.sha256:
                raise Refusal(
                    "file-changed", f"“{path.name}”刚刚又被改动，可能还在扫描，请稍后再试。没有登记任何内容。"
                )
        return looked

    def _hang(self, session: Session, consultation_id: int, looked: Sequence[tuple[Path, ScanFile]]) -> None:
        for path, file in looked:
            found = session.scalar(select(Attachment).where(Attachment.sha256 == file.sha256))
            if found is None:
                found = Attachment(
                    sha256=file.sha256,
                    size=file.size,
                    name=path.name,
                    media_type=file.media_type,
                    added_at=self._desk.clock.now(),
                )
                session.add(found)
                session.flush()
            session.add(ConsultationScan(consultation_id=consultation_id, attachment_id=found.id))

    @staticmethod
    def _take_off(session: Session, consultation_id: int, reason: str) -> None:
        for scan in session.scalars(
            select(ConsultationScan).where(
                ConsultationScan.consultation_id == consultation_id, ConsultationScan.detached_reason.is_(None)
            )
        ):
            scan.detached_reason = reason

    def _detail(self, session: Session, row: CaseConsultation) -> ConsultationDetail:
        letter = None if row.document_id is None else session.get_one(Document, row.document_id)
        if row.kind == REVIEW or state_of(row, letter) != DRAFT:
            return detail_view(self._desk, session, row)
        case = session.get_one(Case, row.case_id)
        known = known_of(session, case, self._desk.packs)
        lines = asked_lines(known, session.get_one(Party, case.party_id).name, form_of(row))
        return detail_view(self._desk, session, row, [_draft_line(place, one) for place, one in enumerate(lines, 1)])


def _draft_line(number: int, line: AskedLine) -> ConsultationLineView:
    masked = mask_id_number(line.id_number) if line.id_number else ""
    return ConsultationLineView(None, number, line.person_id, line.subject, masked, line.asked, OPEN, "", "")
