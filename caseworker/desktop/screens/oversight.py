"""监管: acts by kind, state and day, draws with their lists, and money ordered back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.parts import button, tab_widget
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.calculator_paper import PaperPage
from caseworker.desktop.screens.oversight_draw import DRAW_TONES
from caseworker.desktop.screens.oversight_parts import ACTS, RECOVERIES
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel
from caseworker.services.oversight_views import ActKindView, ActRow, DrawRow, RecoveryRow
from caseworker.services.programs import ProgramFile
from caseworker.services.views import Page, Role

STATES = ((None, "全部状态"), ("open", "未办结"), ("overdue", "逾期"), ("closed", "已办结"), ("voided", "已作废"))
MONEY_STATES = (
    (None, "全部状态"), ("ordered", "待收回"), ("overdue", "逾期"), ("received", "已收回"), ("voided", "已作废"),
)  # fmt: skip
DRAWS: tuple[Column[DrawRow], ...] = (
    Column("抽查", lambda row: row.number, "drawn_on", width=9),
    Column("政策", lambda row: row.policy_title, "policy", width=12, stretch=True),
    Column("范围", lambda row: row.basis_name, None, width=6),
    Column("起日", lambda row: row.first_day, None, width=6),
    Column("止日", lambda row: row.last_day, None, width=6),
    Column("办件数", lambda row: row.cases, None, RIGHT, width=5),
    Column("抽取", lambda row: row.drawn, None, RIGHT, width=4),
    Column("已检查", lambda row: row.visited, None, RIGHT, width=5),
    Column("状态", lambda row: row.state_name, "state", width=6, tone=lambda row: DRAW_TONES[row.state]),
    Column("随机种子", lambda row: row.seed, None, width=11),
    Column("抽取人", lambda row: row.drawn_by, None, width=5),
)


class OversightScreen(Screen):
    title = "监管"
    manual = "oversight"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.print_button = button("打印…", self.print_out, picture="print")
        self.print_button.setToolTip("“事项”一栏所列的登记簿（Ctrl+P）")
        self.print_button.setShortcut("Ctrl+P")
        self.heading(self.title, self.print_button)
        self.tabs = tab_widget()
        self.acts = self._acts()
        self.draws = self._draws()
        self.money = self._money()
        for part, words in ((self.acts, "事项"), (self.draws, "抽查"), (self.money, "追回")):
            page = QWidget()
            column = QVBoxLayout(page)
            column.setContentsMargins(0, 8, 0, 0)
            column.addWidget(part)
            page.setFocusProxy(part)
            self.tabs.addTab(page, words)
        self.paper = PaperPage(context, "返回监管", "工作用表，不编号，不登记。按所选的事项、状态和筛选文字列出。")
        self.paper.closed.connect(lambda: self._turn(paper=False))
        self.stack = QStackedWidget()
        self.stack.addWidget(self.tabs)
        self.stack.addWidget(self.paper)
        self.body.addWidget(self.stack, 1)
        self.tabs.currentChanged.connect(lambda _place: self.refresh())
        self.setFocusProxy(self.tabs)

    def refresh(self) -> None:
        if self.kind.count() == 1:
            self.context.ask("正在读取…", self.context.desk.oversight.kinds, self, self._show_kinds)
        (self.acts, self.draws, self.money)[self.tabs.currentIndex()].refresh()

    def print_out(self) -> None:
        """The register as it is filtered, to look at, print or save."""
        desk, kind, state = self.context.desk, self.kind.currentData(), self.state.currentData()
        search = self.acts.model.search
        if self.stack.currentWidget() is self.tabs:
            self.context.ask(
                "正在制作登记簿…", lambda: desk.oversight.print_list(search, kind, state), self, self._show_paper
            )

    def _show_paper(self, file: ProgramFile) -> None:
        self.paper.show_paper(file.title, file.name, file.data)
        self._turn(paper=True)
        self.paper.setFocus(Qt.FocusReason.OtherFocusReason)

    def _turn(self, *, paper: bool) -> None:
        self.stack.setCurrentWidget(self.paper if paper else self.tabs)
        self.print_button.setVisible(not paper)
        if not paper:
            self.print_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_kinds(self, kinds: tuple[ActKindView, ...]) -> None:
        if self.kind.count() == 1:
            for kind in kinds:
                self.kind.addItem(kind.name, kind.id)

    def _acts(self) -> ListView:
        context = self.context
        self.kind = ChoiceEdit(((None, "全部事项"),))
        self.kind.setAccessibleName("事项")
        self.kind.setSizeAdjustPolicy(ChoiceEdit.SizeAdjustPolicy.AdjustToContents)
        self.state = ChoiceEdit(STATES)
        self.state.setAccessibleName("状态")

        def fetch(offset: int, limit: int, sort: str | None, descending: bool, search: str) -> Page[ActRow]:
            return context.desk.oversight.page(
                search,
                self.kind.currentData(),
                self.state.currentData(),
                offset=offset,
                limit=limit,
                sort=sort or "happened_on",
                descending=descending,
            )

        model = PagedTableModel(ACTS, fetch, context.ask, self, sort="happened_on", descending=True)
        enter = Act(
            "登记…", lambda: context.go("oversight-entry", 0), "add", needs_row=False, button=True, primary=True
        )
        staff = context.may(Role.CASEWORKER, Role.REVIEWER, Role.HEAD)
        made = ListView(
            model,
            "oversight-acts",
            empty="没有监管事项。检查、资金使用报告、责令整改、暂停拨付、通报、移送、绩效评价和会议决议都登记在这里。",
            acts=(enter,) if staff else (),
            filter_hint="筛选单位、办件、内容…",
            filters=(self.kind, self.state),
        )
        made.opened.connect(lambda row: context.go("oversight", row.id))
        for box in (self.kind, self.state):
            box.currentIndexChanged.connect(lambda _i: made.refresh())
        return made

    def _draws(self) -> ListView:
        context = self.context

        def fetch(offset: int, limit: int, sort: str | None, descending: bool, search: str) -> Page[DrawRow]:
            return context.desk.spot_checks.page(
                None, offset=offset, limit=limit, sort=sort or "drawn_on", descending=descending
            )

        model = PagedTableModel(DRAWS, fetch, context.ask, self, sort="drawn_on", descending=True)
        draw = Act("随机抽查…", lambda: context.go("spot-draw", 0), "add", needs_row=False, button=True)
        staff = context.may(Role.CASEWORKER, Role.REVIEWER, Role.HEAD)
        made = ListView(
            model,
            "spot-checks",
            empty="还没有抽查。可以从已拨付或已决定的办件中分层随机抽取。",
            acts=(draw,) if staff else (),
            filter_hint=None,
        )
        made.opened.connect(lambda row: context.go("spot-check", row.id))
        return made

    def _money(self) -> ListView:
        context = self.context
        self.money_state = ChoiceEdit(MONEY_STATES)
        self.money_state.setAccessibleName("状态")

        def fetch(offset: int, limit: int, sort: str | None, descending: bool, search: str) -> Page[RecoveryRow]:
            return context.desk.recoveries.page(
                search,
                self.money_state.currentData(),
                offset=offset,
                limit=limit,
                sort=sort or "ordered_on",
                descending=descending,
            )

        model = PagedTableModel(RECOVERIES, fetch, context.ask, self, sort="ordered_on", descending=True)
        order = Act("下达追回…", lambda: context.go("recovery-entry", 0), "add", needs_row=False, button=True)
        made = ListView(
            model,
            "recoveries",
            empty="没有追回。已拨付的款项需要收回的，由负责人在这里下达。",
            acts=(order,) if context.may(Role.HEAD) else (),
            filter_hint="筛选单位、办件、理由…",
            filters=(self.money_state,),
        )
        made.opened.connect(lambda row: context.go("recovery", row.id))
        self.money_state.currentIndexChanged.connect(lambda _i: made.refresh())
        return made
