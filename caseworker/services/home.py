"""工作台: what must be done today, how fund and targets stand, what the next weeks bring, and the search box."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseworker.services.case_situation import fund_facts
from caseworker.services.home_search import search
from caseworker.services.home_todos import SOON_DAYS, Todos
from caseworker.services.home_views import AheadRow, BackupView, FundView, Home, TargetsView
from caseworker.services.instalment_calendar import calendar_of
from caseworker.services.target_program import TargetView
from caseworker.services.views import SearchHit
from caseworker.services.workflow import office_of, rules_of
from caseworker.store.models import Case, Notice, NoticeCase
from caseworker.values.clock import BEIJING

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

MOST_TODOS = 100
MOST_AHEAD = 50
FRESH_DAYS = 3  # a backup of Friday still does on Monday; the desk's own measure


class HomeService:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def overview(self) -> Home:
        """Today's list for the signed-in user, overdue first, and how the office stands."""
        today = self._desk.clock.today()
        with self._desk.file.read() as session:
            todos = Todos(self._desk).all(session, today)
            ahead, total = self._instalments(session, today)
            return Home(
                todos=tuple(todos[:MOST_TODOS]),
                more=max(0, len(todos) - MOST_TODOS),
                funds=self._funds(session, today.year),
                targets=self._targets(session, today),
                notices=self._notices(session, today),
                instalments=ahead,
                instalments_total=total,
                counts=self._counts(session),
                backup=self.backup(),
                gap=self._desk.file.gap.message if self._desk.file.gap is not None else None,
            )

    def backup(self) -> BackupView:
        """How old the newest verified backup is, by the office's own days, and what is wrong with that."""
        found = self._desk.file.latest_backup()
        if found is None:
            return BackupView(None, None, "还没有经过核验的备份。请立即备份，并把备份存到另一个盘上。")
        at = datetime.fromisoformat(found.made_at)
        days = (self._desk.clock.today() - at.astimezone(BEIJING).date()).days
        warning = ""
        if days < 0:
            warning = "最近一次备份的日期晚于今天，请核对电脑的日期。"
        elif days > FRESH_DAYS:
            warning = f"最近一次经过核验的备份已是 {days} 天以前。请立即备份。"
        return BackupView(at, days, warning)

    def search(self, text: str, limit: int = 20) -> tuple[SearchHit, ...]:
        """Companies by name, initials or code, cases and letters by number, people by name or ID number."""
        with self._desk.file.read() as session:
            return search(session, text, limit)

    # ---- parts of the overview -------------------------------------------------------------

    def _funds(self, session: Session, year: int) -> tuple[FundView, ...]:
        views = []
        for policy in office_of(session).policies:
            pack = self._desk.packs.get(policy)
            fund = None if pack is None else fund_facts(session, self._desk.packs, policy, year)
            if pack is not None and fund is not None:
                views.append(FundView(policy, pack.short_title, year, fund.budget, fund.committed, fund.paid))
        return tuple(views)

    def _targets(self, session: Session, today: date) -> tuple[TargetsView, ...]:
        views = []
        for policy in office_of(session).policies:
            pack = self._desk.packs.get(policy)
            if pack is not None and pack.targets:
                wanted = nearest(self._desk.programs.targets.all(policy), today.year)
                views.append(TargetsView(policy, pack.short_title, wanted))
        return tuple(views)

    def _notices(self, session: Session, today: date) -> tuple[AheadRow, ...]:
        """Notices that are out, by their last day."""
        cases = select(func.count(NoticeCase.id)).where(NoticeCase.notice_id == Notice.id).scalar_subquery()
        query = (
            select(Notice, cases).where(Notice.state == "open").order_by(Notice.last_day, Notice.id).limit(MOST_AHEAD)
        )
        rows = []
        for notice, count in session.execute(query):
            days = (notice.last_day - today).days
            words = "已期满，可以结束" if days <= 0 else f"还有 {days} 天期满"
            rows.append(
                AheadRow(
                    notice.last_day,
                    days,
                    f"公示 {notice.year} 年第 {notice.number} 批",
                    f"{count} 件，{words}",
                    ("notice", notice.id),
                )
            )
        return tuple(rows)

    def _instalments(self, session: Session, today: date) -> tuple[tuple[AheadRow, ...], int]:
        """What falls due in the next 30 days or is due already and not paid, by its day."""
        rows = calendar_of(session, self._desk.packs, today, today + timedelta(days=SOON_DAYS))
        return tuple(
            AheadRow(
                row.due_on,
                (row.due_on - today).days,
                f"{row.party} 第 {row.number} 期",
                f"{row.amount.shown()} 元，{row.state_name}",
                row.target,
            )
            for row in rows[:MOST_AHEAD]
        ), len(rows)

    def _counts(self, session: Session) -> tuple[tuple[str, str, int], ...]:
        open_cases = select(Case.step, func.count(Case.id)).where(Case.status == "open").group_by(Case.step)
        found: dict[str, int] = {}
        for step, count in session.execute(open_cases):
            found[step] = count
        names: dict[str, str] = {}
        for policy in office_of(session).policies:
            pack = self._desk.packs.get(policy)
            for rule in () if pack is None else rules_of(pack).steps:
                names.setdefault(rule.id, rule.name)
        return tuple((step, name, found.get(step, 0)) for step, name in names.items())


def nearest(targets: tuple[TargetView, ...], year: int) -> tuple[TargetView, ...]:
    """Of every kind the target of this year, or else the next one, or else the last; then what is to come after it."""
    kinds = dict.fromkeys(target.kind for target in targets)
    chosen = []
    for kind in kinds:
        own = sorted((target for target in targets if target.kind == kind), key=lambda target: target.year)
        coming = [target for target in own if target.year >= year]
        chosen += coming[:2] or own[-1:]
    return tuple(chosen)
