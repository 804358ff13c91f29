"""办件: the list, by step and state."""

from __future__ import annotations

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit
from caseworker.desktop.listview import ListView
from caseworker.desktop.screen import Screen
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, Provider
from caseworker.services.home_views import Home
from caseworker.services.views import CaseRow, Page

STATUSES: dict[str, tuple[str, str]] = {
    "open": ("在办", "accent"),
    "suspended": ("中止", "amber"),
    "refused": ("不予兑现", "red"),
    "not-accepted": ("不予受理", "red"),
    "withdrawn": ("已撤回", "quiet"),
    "terminated": ("已终止", "quiet"),
    "closed": ("已办结", "green"),
}

COLUMNS: tuple[Column[CaseRow], ...] = (
    Column("办件编号", lambda row: row.number, "number", width=9),
    Column("申请单位", lambda row: row.party, "party", width=18, stretch=True),
    Column("申请条款", lambda row: row.clause_title, "clause", width=13),
    Column("受理日期", lambda row: row.as_of, "as_of", width=7),
    Column("所处步骤", lambda row: row.step_name, "step", width=7),
    Column(
        "状态",
        lambda row: STATUSES.get(row.status, (row.status, ""))[0],
        "status",
        width=6,
        tone=lambda row: STATUSES.get(row.status, ("", "quiet"))[1],
    ),
    Column("测算金额（元）", lambda row: row.amount, "amount", RIGHT, width=9),
    Column("承办人", lambda row: row.officer, "officer", width=6),
)


class CasesScreen(Screen):
    title = "办件"
    manual = "cases"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.heading(self.title)
        self.step = ChoiceEdit(((None, "全部步骤"),))
        self.step.setSizeAdjustPolicy(ChoiceEdit.SizeAdjustPolicy.AdjustToContents)
        self.step.setAccessibleName("步骤")
        self.status = ChoiceEdit(((None, "全部状态"), *((key, words) for key, (words, _tone) in STATUSES.items())))
        self.status.setAccessibleName("状态")
        model = PagedTableModel(COLUMNS, self._provider(None, None), context.ask, self, sort="number", descending=True)
        self.list = ListView(
            model,
            "cases",
            empty="没有办件。新的申请从企业的档案里受理。",
            filter_hint="按编号、单位名称或拼音首字母筛选",
            filters=(self.step, self.status),
        )
        self.list.opened.connect(lambda row: context.go("case", row.id))
        self.body.addWidget(self.list, 1)
        self.setFocusProxy(self.list)
        for box in (self.step, self.status):
            box.currentIndexChanged.connect(lambda _i: self._narrow())

    def _provider(self, step: str | None, status: str | None) -> Provider[CaseRow]:
        context = self.context

        def fetch(offset: int, limit: int, sort: str | None, descending: bool, search: str) -> Page[CaseRow]:
            return context.desk.cases.page(
                search, step, status, None, offset=offset, limit=limit, sort=sort or "number", descending=descending
            )

        return fetch

    def _narrow(self) -> None:
        self.list.model.set_provider(self._provider(self.step.currentData(), self.status.currentData()))

    def refresh(self) -> None:
        desk = self.context.desk
        if self.step.count() == 1:
            self.context.ask("正在读取步骤…", desk.home.overview, self, self._steps)
        else:
            self._wished_step()
        self.list.refresh()

    def _steps(self, home: Home) -> None:
        if self.step.count() == 1:
            for step, name, _count in home.counts:
                self.step.addItem(name, step)
        self._wished_step()

    def _wished_step(self) -> None:
        """The first screen's counts lead here with a step already chosen."""
        wished = self.context.wished("cases")
        if wished is not None:
            self.context.wish("cases", None)
            self.status.setCurrentIndex(1)
            self.step.setCurrentIndex(max(0, self.step.findData(wished)))
