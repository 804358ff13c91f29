"""公示: cases waiting for their notice, and the notices held."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import DateEdit
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.parts import label, tab_widget
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.cases import COLUMNS as CASE_COLUMNS
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, listed
from caseworker.services.views import CaseRow, NoticeView, Page, Role
from caseworker.values.money import Money

STATES = {"open": ("公示中", "accent"), "closed": ("已结束", "green"), "voided": ("已作废", "quiet")}


def notice_state(row: NoticeView) -> tuple[str, str]:
    return STATES.get(row.state, (row.state, "quiet"))


COLUMNS: tuple[Column[NoticeView], ...] = (
    Column("公示", lambda row: row.shown_number, "number", width=14, stretch=True),
    Column("首日", lambda row: row.first_day, "first_day", width=7),
    Column("末日", lambda row: row.last_day, "last_day", width=7),
    Column("办件数", lambda row: len(row.cases), None, RIGHT, width=5),
    Column("金额合计（元）", lambda row: sum((case[3] for case in row.cases), Money.zero()), None, RIGHT, width=9),
    Column("未结异议", lambda row: row.open_objections, None, RIGHT, width=6),
    Column("状态", lambda row: notice_state(row)[0], "state", width=6, tone=lambda row: notice_state(row)[1]),
)


class NoticesScreen(Screen):
    title = "公示"
    manual = "notices-payments"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.heading(self.title)
        self._may = may = context.may(Role.CASEWORKER, Role.HEAD)
        self.first_day = DateEdit()
        self.first_day.setAccessibleName("公示首日")
        self.first_day.setMaximumWidth(self.fontMetrics().horizontalAdvance("汉") * 11)
        publish = Act("开始公示  Ctrl+Enter", self.publish, "notices", button=True, primary=True, keys="")
        waiting = PagedTableModel(CASE_COLUMNS, listed((), CASE_COLUMNS), context.ask, self)
        self.waiting = ListView(
            waiting,
            "notice-waiting",
            empty="没有等待公示的办件。复核通过、需要公示的办件会出现在这里。",
            acts=(publish,) if may else (),
            filter_hint=None,
            filters=(
                label("公示首日", "quiet"),
                self.first_day,
                label("选中的办件合为一批（Ctrl 或 Shift 多选）", "quiet"),
            ),
        )
        self.waiting.opened.connect(lambda row: context.go("case", row.id))

        def fetch(offset: int, limit: int, sort: str | None, descending: bool, search: str) -> Page[NoticeView]:
            return context.desk.notices.page(
                None, None, offset=offset, limit=limit, sort=sort or "number", descending=descending
            )

        held = PagedTableModel(COLUMNS, fetch, context.ask, self, sort="number", descending=True)
        self.held = ListView(held, "notices", empty="还没有举行过公示。", filter_hint=None)
        self.held.opened.connect(lambda row: context.go("notice", row.id))
        self.tabs = tab_widget()
        self.tabs.addTab(_page(self.waiting), "等待公示")
        self.tabs.addTab(_page(self.held), "公示记录")
        self.body.addWidget(self.tabs, 1)
        self.setFocusProxy(self.waiting)
        self.tabs.currentChanged.connect(lambda place: self.setFocusProxy((self.waiting, self.held)[place]))

    def refresh(self) -> None:
        desk = self.context.desk
        if not self.first_day.text():
            self.first_day.set_value(self.context.office.today)
        self.context.ask("正在读取…", desk.notices.waiting, self, self._show_waiting)
        self.held.refresh()

    def _show_waiting(self, rows: tuple[CaseRow, ...]) -> None:
        self.waiting.model.set_provider(listed(rows, CASE_COLUMNS))
        self.tabs.setTabText(0, f"等待公示（{len(rows)}）" if rows else "等待公示")

    def main_act(self) -> None:
        if self._may and self.tabs.currentIndex() == 0:
            self.publish()

    def publish(self) -> None:
        cases = [row.id for row in self.waiting.chosen() if isinstance(row, CaseRow)]
        first = self.first_day.value()
        if not cases or first is None:
            self.context.tell("请选择办件，并填写公示首日（2023-06-01 这样）。", "amber")
            return
        desk = self.context.desk

        def published(notice: NoticeView) -> None:
            self.context.say(f"已开始公示 {notice.shown_number}，至 {notice.last_day.isoformat()} 止")
            self.context.go("notice", notice.id)

        self.context.ask("正在登记公示…", lambda: desk.notices.publish(cases, first), self, published)


def _page(inner: QWidget) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 8, 0, 0)
    column.addWidget(inner)
    return page
