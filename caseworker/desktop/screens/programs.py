"""台账: what is kept beside the paid clauses: fund, targets, approvals, services, grants of before, and the reports."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit
from caseworker.desktop.parts import button, scrolled, tab_widget
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.calculator_paper import PaperPage
from caseworker.desktop.screens.prior_page import PriorPage
from caseworker.desktop.screens.programs_approvals import ApprovalsPage
from caseworker.desktop.screens.programs_fund import FundPage
from caseworker.desktop.screens.programs_parts import FormCard
from caseworker.desktop.screens.programs_reports import ReportsPage
from caseworker.desktop.screens.programs_services import ServicesPage
from caseworker.desktop.screens.programs_targets import TargetsPage
from caseworker.policy.model import Pack
from caseworker.services.programs import ProgramFile

ProgramPage = FundPage | TargetsPage | ApprovalsPage | ServicesPage | PriorPage | ReportsPage
FUND, TARGETS, APPROVALS, SERVICES, PRIOR, REPORTS = range(6)
PAGES = {"fund": FUND, "targets": TARGETS}  # that other screens may ask for


class ProgramsScreen(Screen):
    title = "台账"
    manual = "programs"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._packs: list[str] = []
        self.pack = ChoiceEdit(())
        self.pack.setSizeAdjustPolicy(ChoiceEdit.SizeAdjustPolicy.AdjustToContents)
        self.pack.setAccessibleName("政策")
        self.print_button = button("打印…", self.print_out, picture="print")
        self.print_button.setToolTip("所选年度的专项资金和各项目标（Ctrl+P）")
        self.print_button.setShortcut("Ctrl+P")
        self.heading(self.title, self.print_button, self.pack)
        self.fund = FundPage(context)
        self.targets = TargetsPage(context)
        self.approvals = ApprovalsPage(context)
        self.services = ServicesPage(context)
        self.prior = PriorPage(context)
        self.reports = ReportsPage(context)
        self.pages: tuple[ProgramPage, ...] = (
            self.fund, self.targets, self.approvals, self.services, self.prior, self.reports,
        )  # fmt: skip
        self.tabs = tab_widget()
        self._add(self.fund, "专项资金")
        self._add(self.targets, "目标完成")
        self._add(self.approvals, "一事一议")
        self._add(self.services, "服务事项")
        self._add(self.prior, "历史补录")
        self._add(self.reports, "报表")
        self.paper = PaperPage(context, "返回台账", "工作用表，不编号，不登记。数字是打印时的情况。")
        self.paper.closed.connect(self._close_paper)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.tabs)
        self.stack.addWidget(self.paper)
        self.body.addWidget(self.stack, 1)
        self.pack.currentIndexChanged.connect(lambda _i: self._show_policy())
        self.setFocusProxy(self.tabs)

    def _add(self, page: ProgramPage, words: str) -> None:
        page.list.setMinimumHeight(self.fontMetrics().height() * 14)  # in a low window the page scrolls instead
        self.tabs.addTab(scrolled(page), words)

    @property
    def policy(self) -> str | None:
        chosen = self.pack.currentData()
        return None if chosen is None else str(chosen)

    def refresh(self) -> None:
        wanted = self.context.wished("programs")
        if wanted in PAGES:
            self.tabs.setCurrentIndex(PAGES[wanted])
            self.context.wish("programs", None)
        self.context.ask("正在读取政策…", self.context.desk.policies.packs, self, self._show)

    def keep(self) -> None:
        for page in self.pages:
            page.keep()

    def main_act(self) -> None:
        """Ctrl+Enter saves the open form, also from the fields above it."""
        if self.stack.currentWidget() is self.paper:
            return
        for card in self.tabs.currentWidget().findChildren(FormCard):
            if card.isVisible():
                card.form.submit()

    def _show(self, packs: tuple[Pack, ...]) -> None:
        if self._packs != [pack.id for pack in packs]:
            wanted = self.policy
            self._packs = [pack.id for pack in packs]
            self.pack.blockSignals(True)
            self.pack.clear()
            for pack in packs:
                self.pack.addItem(pack.short_title, pack.id)
            if wanted is not None:
                self.pack.choose(wanted)
            self.pack.blockSignals(False)
        self._show_policy()

    def _show_policy(self) -> None:
        policy = self.policy
        if policy is not None:
            for page in self.pages:
                page.show_policy(policy)

    # ---- on paper ------------------------------------------------------------------------

    def print_out(self) -> None:
        """The year that the fund's page shows, and the policy's targets; of the services the list as it is filtered."""
        policy, desk = self.policy, self.context.desk
        if policy is None or self.stack.currentWidget() is self.paper:
            return
        if self.tabs.currentIndex() == SERVICES:
            search, state = self.services.list.model.search, self.services.state.currentData()
            self.context.ask(
                "正在制作登记簿…",
                lambda: desk.programs.services_paper(search, policy, state),
                self,
                self._show_paper,
            )
            return
        year = self.fund.year.currentData() or self.context.office.today.year
        self.context.ask("正在制作打印件…", lambda: desk.programs.paper(policy, year), self, self._show_paper)

    def _show_paper(self, file: ProgramFile) -> None:
        self.paper.show_paper(file.title, file.name, file.data)
        self._turn(paper=True)
        self.paper.setFocus(Qt.FocusReason.OtherFocusReason)

    def _close_paper(self) -> None:
        self._turn(paper=False)
        self.print_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _turn(self, *, paper: bool) -> None:
        self.stack.setCurrentWidget(self.paper if paper else self.tabs)
        self.print_button.setVisible(not paper)
        self.pack.setVisible(not paper)
