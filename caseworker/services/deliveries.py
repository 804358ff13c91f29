"""送达: the day a letter was delivered, how, and who signed; from that day on the payee may object to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.casework.calendar import WorkCalendar
from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.services.attached import attachment_of
from caseworker.services.base import MAX_REASON, reason_of, record, text_problem
from caseworker.services.document_kinds import KINDS, PDF, STAFF
from caseworker.services.document_letter import used_seal
from caseworker.services.kept_papers import store_papers
from caseworker.services.rights import require
from caseworker.services.workflow import work_calendar
from caseworker.store.models import Attachment, Delivery, Document, User
from caseworker.values.spans import add_months

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

# As the form of the 送达回证 names them
WAYS = {
    "direct": "直接送达",
    "left": "留置送达",
    "post": "邮寄送达",
    "entrusted": "委托送达",
    "electronic": "电子送达",
    "forwarded": "转交送达",
    "public": "公告送达",
    "other": "其他",
}
# Letters that decide on somebody's rights, so that 行政复议 and 行政诉讼 are open against them
OPEN_TO_OBJECTION = frozenset({"decision", "refusal", "rectification", "suspension", "recovery"})
_RECONSIDER_DAYS = 60  # 行政复议法 第二十条
_SUE_MONTHS = 6  # 行政诉讼法 第四十六条
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class DeliveryForm:
    """`receiver`: who signed; of a letter left behind, the witness. `words`: relation, tracking number, remarks."""

    delivered_on: date | None
    way: str
    receiver: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """`reconsider_until`, `sue_until`: the last days on which the payee may object; None where nobody can."""

    document_id: int
    delivered_on: date
    way: str
    way_name: str
    receiver: str
    words: str
    scan_name: str  # empty: none was kept
    entered_by: str
    entered_on: date
    reconsider_until: date | None
    sue_until: date | None

    @property
    def sentence(self) -> str:
        """As the page of the letter says it."""
        said = f"{self.delivered_on} {self.way_name}，签收人：{self.receiver}"
        said += f"（{self.words}）" if self.words else ""
        if self.reconsider_until is None:
            return said + "。"
        return f"{said}。行政复议申请期限至 {self.reconsider_until}，行政诉讼起诉期限至 {self.sue_until}。"


class DeliveryService:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def ways(self) -> tuple[tuple[str, str], ...]:
        """(id, Chinese name) of every way of delivery."""
        return tuple(WAYS.items())

    def get(self, document_id: int) -> DeliveryView | None:
        """None while the letter is not known to be delivered."""
        with self._desk.file.read() as session:
            row = of_letter(session, document_id)
            return None if row is None else _view(session, row)

    def scan(self, document_id: int) -> tuple[str, str, bytes]:
        """(file name, media type, bytes) of the signed receipt. Refusal where none was kept."""
        with self._desk.file.read() as session:
            row = of_letter(session, document_id)
            if row is None or row.attachment_id is None:
                raise Refusal("no-scan", "没有保存这份文书的送达回证。")
            kept = record(session, Attachment, row.attachment_id, "文件")
            return kept.name, kept.media_type, self._desk.file.attachments.get(kept.sha256)

    def enter(
        self, document_id: int, form: DeliveryForm, scan: Path | None = None, *, reason: str = ""
    ) -> DeliveryView:
        """Records the delivery of a sealed letter; one that is there already is corrected, with a reason.

        InvalidInput names every field that is wrong; Refusal for a letter that is not sealed, not in force, or no
        letter. A correction without a scan keeps the one that is there.
        """
        require(self._desk, *STAFF)
        with self._desk.file.read() as session:
            row = record(session, Document, document_id, "文书")
            self._deliverable(session, row)
            known = of_letter(session, document_id)
            self._check(form, row.dated, None if known is None else reason)
        stored = [] if scan is None else store_papers(self._desk, [scan])
        action = "document.deliver" if known is None else "document.correct-delivery"
        with self._desk.file.write(self._desk.actor, action, reason=reason.strip()) as work:
            session = work.session
            row = record(session, Document, document_id, "文书")
            self._deliverable(session, row)
            found = of_letter(session, document_id)
            if (found is None) != (known is None):
                raise Refusal("delivered-meanwhile", "这份文书的送达刚刚由他人登记。请刷新后核对。")
            assert form.delivered_on is not None
            made = found or Delivery(document_id=document_id)
            made.delivered_on, made.way = form.delivered_on, form.way
            made.receiver, made.words = form.receiver.strip(), form.words.strip()
            made.entered_by, made.entered_on = self._desk.user.id, self._desk.clock.today()
            if scan is not None:
                digest, size = stored[0]
                made.attachment_id = attachment_of(session, scan.name, digest, size, self._desk.clock.now()).id
            session.add(made)
            session.flush()
            work.subject("document", document_id)
            work.detail(number=row.shown_number, delivered_on=form.delivered_on.isoformat(), way=form.way)
            return _view(session, made)

    @staticmethod
    def _deliverable(session: Session, row: Document) -> None:
        kind = KINDS.get(row.kind)
        if kind is None or not kind.sealed or not kind.numbered or kind.media_type != PDF:
            raise Refusal("not-delivered", "这份文书不是送达的公文，不登记送达。")
        if row.state != "issued":
            raise Refusal("not-issued", f"{row.shown_number}已经作废，不能登记送达。")
        if row.sealed_attachment_id is None and not used_seal(session, row.id):
            raise Refusal("not-sealed", f"{row.shown_number}还没有用印。请先用印，送达后再登记。")

    def _check(self, form: DeliveryForm, dated: date, reason: str | None) -> None:
        """`reason` None for a first entry."""
        problems = []
        day = form.delivered_on
        if day is None:
            problems.append(Problem("delivered_on", "请填写送达日期。"))
        elif day < dated:
            problems.append(Problem("delivered_on", f"送达日期早于文书日期 {dated}。"))
        elif day > self._desk.clock.today():
            problems.append(Problem("delivered_on", "送达日期在将来，送达以后再登记。"))
        if form.way not in WAYS:
            problems.append(Problem("way", "请选择送达方式。"))
        if not form.receiver.strip():
            problems.append(Problem("receiver", "请填写签收人；留置、公告送达的，填写见证人或者公告载体。"))
        for name, text, longest in (("receiver", form.receiver, _LONGEST_NAME), ("words", form.words, MAX_REASON)):
            trouble = text_problem(text.strip(), longest)
            if trouble:
                problems.append(Problem(name, f"{'签收人' if name == 'receiver' else '备注'}{trouble}"))
        if reason is not None and not reason.strip():
            problems.append(Problem("reason", "送达已经登记过，更正要写明原因。"))
        if problems:
            raise InvalidInput("\n".join(problem.message for problem in problems), tuple(problems))
        if reason is not None:
            reason_of(reason, "请写明更正的原因。")


def of_letter(session: Session, document_id: int) -> Delivery | None:
    return session.scalar(select(Delivery).where(Delivery.document_id == document_id))


def last_days(delivered_on: date, calendar: WorkCalendar) -> tuple[date, date]:
    """(last day for 行政复议, for 行政诉讼): the day of delivery is not counted; a day off moves to the next worked.

    行政复议法 第二十条、第八十八条; 行政诉讼法 第四十六条; 民事诉讼法 第八十五条.
    """

    def worked(day: date) -> date:
        return day if calendar.is_working_day(day) else calendar.after_working_days(day, 1).day

    return worked(delivered_on + timedelta(days=_RECONSIDER_DAYS)), worked(add_months(delivered_on, _SUE_MONTHS))


def _view(session: Session, row: Delivery) -> DeliveryView:
    letter = session.get_one(Document, row.document_id)
    until: tuple[date | None, date | None] = (None, None)
    if letter.kind in OPEN_TO_OBJECTION:
        until = last_days(row.delivered_on, work_calendar(session))
    scan = None if row.attachment_id is None else session.get(Attachment, row.attachment_id)
    return DeliveryView(
        row.document_id,
        row.delivered_on,
        row.way,
        WAYS.get(row.way, row.way),
        row.receiver,
        row.words,
        "" if scan is None else scan.name,
        session.get_one(User, row.entered_by).name,
        row.entered_on,
        *until,
    )
