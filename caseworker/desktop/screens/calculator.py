"""政策计算器: at the counter, without a case. Type a few numbers, see the sum, compare, print. Nothing is kept."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit
from caseworker.desktop.parts import button, label, tab_widget
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.calculator_chart import SensitivityPage
from caseworker.desktop.screens.calculator_paper import PaperPage
from caseworker.desktop.screens.calculator_scenario import ScenarioView
from caseworker.policy import Pack
from caseworker.services import estimates
from caseworker.services.estimates import EstimateFile
from caseworker.services.what_if import difference

COMPARE, ONE_ONLY = "对比两种情形  Ctrl+D", "只看情形一  Ctrl+D"


class CalculatorScreen(Screen):
    title = "政策计算器"
    manual = "calculator"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._packs: dict[str, Pack] = {}
        self._filling = False
        self.policy = self._choice("政策", 12)
        self.clause = self._choice("条款", 16)
        self.first = ScenarioView(context, "情形一")
        self.second = ScenarioView(context, "情形二")
        self.second.hide()
        self.paper = PaperPage(context)
        self.chart_page = SensitivityPage(context)
        self.compare_button = button(COMPARE, self._toggle)
        self.compare_button.setCheckable(True)
        self.compare_button.setShortcut("Ctrl+D")
        self.clear_button = button("清空", self.clear)
        self.clear_button.setToolTip("清空所填内容，接待下一位")
        self.estimate_button = button("打印估算单…  Ctrl+P", self.print_estimate, role="primary", picture="print")
        self.estimate_button.setShortcut("Ctrl+P")
        self._build()
        self.policy.currentIndexChanged.connect(lambda _i: self._policy_chosen())
        self.clause.currentIndexChanged.connect(lambda _i: self._clause_chosen())
        self.policy.entered.connect(lambda: self.clause.setFocus(Qt.FocusReason.TabFocusReason))
        self.clause.entered.connect(self._to_first_field)
        for scenario in (self.first, self.second):
            scenario.worked_out.connect(self._worked_out)
        self.tabs.currentChanged.connect(lambda _i: self._tab_shown())
        self.chart_page.printed.connect(self._show_paper)
        self.paper.closed.connect(self._close_paper)
        self.setFocusProxy(self.policy)
        for keys, step in (("Ctrl+Tab", 1), ("Ctrl+Shift+Tab", -1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda step=step: self._next_tab(step))

    def _choice(self, name: str, least: int) -> ChoiceEdit:
        made = ChoiceEdit(())
        made.setAccessibleName(name)
        made.setSizeAdjustPolicy(ChoiceEdit.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.setMinimumContentsLength(least)
        return made

    def _build(self) -> None:
        desk = QWidget()
        column = QVBoxLayout(desk)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(self.title, "page"))
        head.addStretch(1)
        for made in (self.clear_button, self.compare_button, self.estimate_button):
            head.addWidget(made)
        column.addLayout(head)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(label("政策", "quiet"))
        top.addWidget(self.policy, 2)
        top.addWidget(label("条款", "quiet"))
        top.addWidget(self.clause, 3)
        column.addLayout(top)
        self.difference = label("", "section", wrap=True, selectable=True)
        self.difference.setAccessibleName("两种情形的差别")
        self.amounts = label("", "quiet", wrap=True)
        self._strip = QWidget()
        strip = QVBoxLayout(self._strip)
        strip.setContentsMargins(0, 4, 0, 4)
        strip.setSpacing(2)
        strip.addWidget(self.difference)
        strip.addWidget(self.amounts)
        self._strip.hide()
        both = QSplitter(Qt.Orientation.Horizontal)
        both.addWidget(self.first)
        both.addWidget(self.second)
        both.setChildrenCollapsible(False)
        both.setStretchFactor(0, 1)
        both.setStretchFactor(1, 1)
        page = QWidget()
        inside = QVBoxLayout(page)
        inside.setContentsMargins(0, 4, 0, 0)
        inside.setSpacing(4)
        inside.addWidget(self._strip)
        inside.addWidget(both, 1)
        self.tabs = tab_widget()
        self.tabs.addTab(page, "测算")
        self.tabs.addTab(self.chart_page, "随数值变化")
        column.addWidget(self.tabs, 1)
        foot: QLabel = label("只作估算，不建办件，不留记录。正式测算以办件中的为准。", "quiet")
        column.addWidget(foot)
        self.stack = QStackedWidget()
        self.stack.addWidget(desk)
        self.stack.addWidget(self.paper)
        self.body.addWidget(self.stack, 1)

    # ---- policy and clause -----------------------------------------------------------------

    def refresh(self) -> None:
        self.context.ask("正在读取政策…", self.context.desk.policies.packs, self, self._show_packs)

    def _show_packs(self, packs: tuple[Pack, ...]) -> None:
        if list(self._packs.values()) == list(packs):
            for scenario in (self.first, self.second):
                scenario.work_out()  # the office's interpretation points may have changed meanwhile
            return
        self._packs = {pack.id: pack for pack in packs}
        self._filling = True
        self.policy.clear()
        for pack in packs:
            self.policy.addItem(pack.short_title, pack.id)
            self.policy.setItemData(self.policy.count() - 1, pack.title, Qt.ItemDataRole.ToolTipRole)
        self._filling = False
        self._policy_chosen()

    def choose(self, policy: str, clause: str) -> bool:
        """Goes to a clause. False where this office does not work with it."""
        return self.policy.choose(policy) and self.clause.choose(clause)

    def _policy_chosen(self) -> None:
        pack = self._packs.get(self.policy.currentData())
        if self._filling or pack is None:
            return
        self._filling = True
        self.clause.clear()
        for clause in pack.clauses.values():
            self.clause.addItem(f"{clause.number}　{clause.title}", clause.id)
        self._filling = False
        self._clause_chosen()

    def _clause_chosen(self) -> None:
        pack = self._packs.get(self.policy.currentData())
        if self._filling or pack is None or self.clause.currentData() is None:
            return
        clause = pack.clauses[self.clause.currentData()]
        today = self.context.office.today.isoformat()
        self.first.choose(pack, clause, today)
        if self.comparing:
            self.second.choose(pack, clause, today)
        self.estimate_button.setEnabled(False)
        self._tab_shown()

    def _to_first_field(self) -> None:
        if self.first.inputs is not None:
            self.first.inputs.day.setFocus(Qt.FocusReason.TabFocusReason)

    def clear(self) -> None:
        """The next visitor: the same clause, nothing typed."""
        for scenario in (self.first, self.second):
            if scenario.inputs is not None:
                scenario.inputs.clear()
        self.tabs.setCurrentIndex(0)
        self._to_first_field()

    # ---- two scenarios ---------------------------------------------------------------------

    @property
    def comparing(self) -> bool:
        return self.compare_button.isChecked()

    def _toggle(self) -> None:
        """The second scenario starts as a copy of the first."""
        beside = self.comparing
        self.tabs.setCurrentIndex(0)
        self.compare_button.setText(ONE_ONLY if beside else COMPARE)
        self.compare_button.setShortcut("Ctrl+D")  # new words take the old keys away
        self.first.stand(beside)
        self.second.stand(beside)
        self.second.setVisible(beside)
        self._strip.setVisible(beside)
        form = self.first.inputs
        if beside and form is not None:
            self.second.choose(form.pack, form.clause, form.day.text())
            assert self.second.inputs is not None
            self.second.inputs.take_from(form)
            self.second.work_out()
            self.second.inputs.day.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._to_first_field()

    def _worked_out(self) -> None:
        first, second = self.first.worked, self.second.worked
        self.estimate_button.setEnabled(first is not None and first.amount is not None)
        if first is None or second is None or not self.comparing or first.inputs.clause != second.inputs.clause:
            self.difference.setText("")
            self.amounts.setText("")
            return
        found = difference(self._packs[first.inputs.policy], first, second)
        self.difference.setText(found.words)
        parts = []
        for name, worked in (("情形一", first), ("情形二", second)):
            amount = "还没有填完整" if worked.amount is None else f"{worked.amount.shown()} 元"
            parts.append(f"{name} {amount}")
        if found.amount is not None:
            parts.append(f"差额 {found.amount.shown()} 元")
        self.amounts.setText("　·　".join(parts))

    # ---- chart and paper -------------------------------------------------------------------

    def _next_tab(self, step: int) -> None:
        """From anywhere on the page, not only from within the tabs."""
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + step) % self.tabs.count())
        if self.tabs.currentWidget() is self.chart_page:
            self.chart_page.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._to_first_field()

    def _tab_shown(self) -> None:
        if self.tabs.currentWidget() is self.chart_page and self.first.inputs is not None:
            self.chart_page.show_scenario(self.first.inputs)

    def main_act(self) -> None:
        if self.stack.currentIndex() == 0:
            self.print_estimate()

    def print_estimate(self) -> None:
        """The estimate of the scenario that is being typed in, else of the first."""
        scenario = self.first
        focused = self.focusWidget()
        if self.comparing and focused is not None and self.second.isAncestorOf(focused):
            scenario = self.second
        if scenario.inputs is None:
            return
        scenario.inputs.settle()
        desk, inputs = self.context.desk, scenario.inputs.inputs()
        self.context.ask("正在制作估算单…", lambda: estimates.estimate(desk, inputs), self, self._show_estimate)

    def _show_estimate(self, file: EstimateFile) -> None:
        self._show_paper(f"估算单（仅供参考）　{self.clause.currentText()}", file.name, file.data)

    def _show_paper(self, title: str, name: str, data: bytes) -> None:
        self.paper.show_paper(title, name, data)
        self.stack.setCurrentIndex(1)
        self.paper.setFocus(Qt.FocusReason.OtherFocusReason)

    def _close_paper(self) -> None:
        self.stack.setCurrentIndex(0)
        self.estimate_button.setFocus(Qt.FocusReason.OtherFocusReason)
