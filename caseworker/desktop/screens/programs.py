"""台账: the programs of record beside the paid clauses: fund, targets, special approvals, services without money."""

from __future__ import annotations

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit
from caseworker.desktop.parts import scrolled, tab_widget
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.programs_approvals import ApprovalsPage
from caseworker.desktop.screens.programs_fund import FundPage
from caseworker.desktop.screens.programs_parts import FormCard
from caseworker.desktop.screens.programs_services import ServicesPage
from caseworker.desktop.screens.programs_targets import TargetsPage
from caseworker.policy.model import Pack

ProgramPage = FundPage | TargetsPage | ApprovalsPage | ServicesPage
FUND, TARGETS, APPROVALS, SERVICES = range(4)


class ProgramsScreen(Screen):
    title = "台账"
    manual = "programs"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._packs: list[str] = []
        self.pack = ChoiceEdit(())
        self.pack.setSizeAdjustPolicy(ChoiceEdit.SizeAdjustPolicy.AdjustToContents)
        self.pack.setAccessibleName("政策")
        self.heading(self.title, self.pack)
        self.fund = FundPage(context)
        self.targets = TargetsPage(context)
        self.approvals = ApprovalsPage(context)
        self.services = ServicesPage(context)
        self.pages: tuple[ProgramPage, ...] = (self.fund, self.targets, self.approvals, self.services)
        self.tabs = tab_widget()
        self._add(self.fund, "专项资金")
        self._add(self.targets, "目标完成")
        self._add(self.approvals, "一事一议")
        self._add(self.services, "服务事项")
        self.body.addWidget(self.tabs, 1)
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
        self.context.ask("正在读取政策…", self.context.desk.policies.packs, self, self._show)

    def keep(self) -> None:
        for page in self.pages:
            page.keep()

    def main_act(self) -> None:
        """Ctrl+Enter saves the open form, also from the fields above it."""
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
