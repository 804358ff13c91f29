"""专项资金: a year's budget, what is committed, paid and left, its course, and every change of the budget."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit, Field
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.parts import Chip, button, card, label
from caseworker.desktop.screens.programs_chart import FundChart
from caseworker.desktop.screens.programs_parts import FormCard, amount_of, year_of
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, listed
from caseworker.services.programs import FundChangeRow, FundLevel, FundPoint, FundYearView
from caseworker.services.views import Role
from caseworker.values.money import Money

CHANGES: tuple[Column[FundChangeRow], ...] = (
    Column("日期", lambda row: row.changed_on, "changed_on", width=7),
    Column("原预算（元）", lambda row: row.before, None, RIGHT, width=9),
    Column("现预算（元）", lambda row: row.after, None, RIGHT, width=9),
    Column("依据", lambda row: row.source, None, width=12, stretch=True),
    Column("登记人", lambda row: row.changed_by, None, width=6),
)
FIELDS = (
    Field("year", "年度", "number", required=True, width=8),
    Field("amount", "预算", "number", unit="元", required=True, width=16),
    Field("source", "依据", required=True, width=30, hint="如预算批复文号"),
)
FIGURES = {"budget": "预算", "committed": "已承诺", "paid": "已拨付", "left": "剩余", "forecast": "预计"}
# A figure and the sums that a click on it opens; what is left is the budget less all that is used
BEHIND = {"committed": "committed", "paid": "paid", "left": "used", "forecast": "forecast"}
LEVELS = {FundLevel.WARN: ("已用到预算的 90% 以上", "amber"), FundLevel.OVER: ("已超出预算", "red")}
NO_FUND = "这项政策没有写明这一年的专项资金，本机构也没有登记。负责人登记年度预算后，这里显示承诺、拨付和剩余。"
READ_ONLY = "年度预算由负责人登记和调整。"


class FundPage(QWidget):
    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._policy: str | None = None
        self._years: dict[int, FundYearView] = {}
        may = context.may(Role.HEAD)
        self.year = ChoiceEdit(())
        self.year.setAccessibleName("年度")
        self.year.setSizeAdjustPolicy(ChoiceEdit.SizeAdjustPolicy.AdjustToContents)
        self.year.currentIndexChanged.connect(lambda _i: self._show_year())
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(label("年度", "quiet"))
        top.addWidget(self.year)
        self.source = label("", "quiet", wrap=True, selectable=True)
        top.addWidget(self.source, 1)
        self.card = FormCard(context, "fund", "登记年度预算", FIELDS, self._save)
        figures, inner = card()
        row = QHBoxLayout()
        row.setSpacing(24)
        self.figures: dict[str, Any] = {}
        for name, words in FIGURES.items():
            column = QVBoxLayout()
            column.setSpacing(2)
            column.addWidget(label(f"{words}（元）", "quiet"))
            if name in BEHIND:
                shown: Any = button("—", partial(self.open_lines, BEHIND[name]), role="figure")
                shown.setToolTip("看是哪些办件")
                shown.setAccessibleDescription(f"{words}，打开这个数背后的办件")
            else:
                shown = label("—", "strong", selectable=True)
            self.figures[name] = shown
            column.addWidget(shown)
            row.addLayout(column)
        row.addStretch(1)
        self.level = Chip()
        row.addWidget(self.level)
        inner.addLayout(row)
        self.warning = label("", "error", wrap=True)
        self.warning.hide()
        inner.addWidget(self.warning)
        self.chart = FundChart()
        model = PagedTableModel(CHANGES, listed((), CHANGES), context.ask, self)
        acts = (Act("登记预算…", self.open_form, "add", needs_row=False, button=True, primary=True),) if may else ()
        self.list = ListView(
            model,
            "fund-changes",
            empty="这一年的预算还没有登记或调整过。" + ("" if may else READ_ONLY),
            acts=acts,
            filter_hint=None,
        )
        below = QHBoxLayout()
        below.setSpacing(16)
        below.addWidget(self.chart, 5)
        below.addWidget(self.list, 4)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.setSpacing(8)
        whole.addLayout(top)
        whole.addWidget(self.card)
        whole.addWidget(figures)
        whole.addLayout(below, 1)
        self.setFocusProxy(self.year)

    def keep(self) -> None:
        self.card.keep()

    def show_policy(self, policy: str) -> None:
        self._policy = policy
        desk = self._context.desk
        self._context.ask(
            "正在读取专项资金…", lambda: desk.programs.fund.years(policy), self, lambda years: self._show(policy, years)
        )

    def _show(self, policy: str, years: tuple[FundYearView, ...]) -> None:
        if policy != self._policy:
            return
        wanted = self.year.currentData()
        self._years = {view.year: view for view in years}
        self.year.blockSignals(True)
        self.year.clear()
        for view in years:
            self.year.addItem(f"{view.year} 年", view.year)
        if not self.year.choose(wanted):
            self.year.choose(self._context.office.today.year)
        self.year.blockSignals(False)
        self._show_year()

    def _show_year(self) -> None:
        view = self._years.get(self.year.currentData())
        for name, shown in self.figures.items():
            shown.setText("—" if view is None else getattr(view, name).shown())
            shown.setEnabled(view is not None)
        rows = () if view is None else view.changes
        self.list.model.set_provider(listed(rows, CHANGES))
        if view is None:
            self.source.setText(NO_FUND)
            self.warning.hide()
            self.level.hide()
            self.chart.show_course(self._context.office.today.year, ())
            return
        self.level.setVisible(view.level in LEVELS)
        if view.level in LEVELS:
            self.level.set(*LEVELS[view.level])
        by = f"按政策原文：“{view.source}”" if view.by_text else f"依据：{view.source}"
        before = f"　其中历史补录 {view.prior.shown()} 元" if view.prior else ""
        self.source.setText(f"{by}{before}")
        short = view.forecast - view.left
        self.warning.setText(f"预计支出超出剩余 {short.shown()} 元，请及早申请调整预算。")
        self.warning.setVisible(short > Money.zero())
        policy, year, desk = view.policy, view.year, self._context.desk

        def arrived(points: tuple[FundPoint, ...]) -> None:
            if (self._policy, self.year.currentData()) == (policy, year):
                self.chart.show_course(year, points)

        self._context.ask("正在读取专项资金…", lambda: desk.programs.fund.course(policy, year), self, arrived)

    def open_lines(self, part: str) -> None:
        """The cases behind a figure."""
        view = self._years.get(self.year.currentData())
        if view is not None:
            self._context.go("fund-lines", f"{view.policy}/{view.year}/{part}")

    def open_form(self) -> None:
        view = self._years.get(self.year.currentData())
        year = self._context.office.today.year if view is None else view.year
        amount = "" if view is None else str(view.budget)
        form = self.card.form
        self.card.open_form({"year": str(year), "amount": amount, "source": ""}, form.fields["amount"].editor)

    def _save(self, values: dict[str, Any]) -> None:
        policy, desk = self._policy, self._context.desk
        year = year_of(self.card, "year", values["year"])
        amount = None if year is None else amount_of(self.card, "amount", values["amount"])
        if policy is None or year is None or amount is None:
            return

        def saved(_nothing: None) -> None:
            self.card.close_form()
            self._context.say(f"{year} 年预算已登记为 {amount.shown()} 元")
            self.show_policy(policy)

        self._context.ask(
            "正在登记预算…",
            lambda: desk.programs.fund.set_budget(policy, year, amount, values["source"]),
            self,
            saved,
            self.card.refused,
        )
