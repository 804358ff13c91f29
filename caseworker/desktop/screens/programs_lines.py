"""The sums behind a figure of the fund: which cases, how much, and the day. Enter opens the case."""

from __future__ import annotations

from caseworker.desktop.context import Context
from caseworker.desktop.listview import ListView
from caseworker.desktop.parts import label
from caseworker.desktop.screen import Screen
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel
from caseworker.services.programs import PART_NAMES, FundLine, FundYearView
from caseworker.services.views import Page
from caseworker.values.money import Money

TONES = {"committed": "accent", "paid": "green", "forecast": "amber"}
LINES: tuple[Column[FundLine], ...] = (
    Column("日期", lambda row: row.on, "on", width=6),
    Column("办件", lambda row: row.case_number, "case", width=8),
    Column("单位", lambda row: row.party, "party", width=13, stretch=True),
    Column("条款", lambda row: row.clause_title, None, width=12, stretch=True),
    Column("期次", lambda row: row.number or None, None, RIGHT, width=3),
    Column("应拨日期", lambda row: row.due_on, "due_on", width=6),
    Column("状态", lambda row: row.state_name, None, width=6, tone=lambda row: TONES[row.part]),
    Column("已收回（元）", lambda row: row.back or None, None, RIGHT, width=7),
    Column("金额（元）", lambda row: row.amount, "amount", RIGHT, width=8),
)
EMPTY = "这一年没有这样的款项。"


class FundLinesScreen(Screen):
    """`key`: POLICY/YEAR/PART."""

    title = "专项资金"
    manual = "programs"

    def __init__(self, context: Context, key: str) -> None:
        super().__init__(context)
        policy, year, self.part = key.rsplit("/", 2)
        self.policy, self.year = policy, int(year)
        self._head = self.heading(f"{self.year} 年{PART_NAMES[self.part]}")
        self.about = label("", "quiet", wrap=True)
        self.body.addWidget(self.about)

        def fetch(offset: int, limit: int, sort: str | None, descending: bool, search: str) -> Page[FundLine]:
            return context.desk.programs.fund.lines(
                self.policy,
                self.year,
                self.part,
                search,
                offset=offset,
                limit=limit,
                sort=sort or "on",
                descending=descending,
            )

        self.list = ListView(
            PagedTableModel(LINES, fetch, context.ask, self, sort="on", descending=True),
            "fund-lines",
            empty=EMPTY,
            filter_hint="筛选单位、办件、条款…",
        )
        self.list.opened.connect(self._open)
        self.body.addWidget(self.list, 1)
        self.setFocusProxy(self.list)

    def refresh(self) -> None:
        desk, policy, year = self.context.desk, self.policy, self.year
        self.context.ask("正在读取…", lambda: desk.programs.fund.year(policy, year), self, self._show)
        self.list.refresh()

    def _show(self, view: FundYearView | None) -> None:
        if view is None:
            self.about.setText(EMPTY)
            return
        amount = view.committed + view.paid if self.part == "used" else getattr(view, self.part)
        left = f"，剩余 {view.left.shown()} 元" if self.part == "used" else ""
        over = "，已超出预算" if view.left < Money.zero() else ""
        self.about.setText(
            f"合计 {amount.shown()} 元；预算 {view.budget.shown()} 元{left}{over}。"
            "跨年才付的期次计入其应拨日期的年度，收回的款项从原年度扣除。"
        )

    def _open(self, row: object) -> None:
        if not isinstance(row, FundLine):
            return
        if row.case_id is not None:
            self.context.go("case", row.case_id)
        elif row.party_id is not None:
            self.context.go("party", row.party_id)
        else:
            self.context.tell("这一笔是历史补录的合计，没有逐笔的办件。", "accent")
