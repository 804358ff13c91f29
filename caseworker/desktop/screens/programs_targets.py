"""目标完成: what a policy wants reached and where it stands, and the yearly figures it is counted from."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import Field
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.parts import ReasonStrip, card, label
from caseworker.desktop.screens.programs_chart import TargetBars
from caseworker.desktop.screens.programs_parts import FormCard, Picker, amount_of, parties, year_of
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel
from caseworker.services.programs import FigureRow, TargetView
from caseworker.services.target_program import FIGURE_KINDS
from caseworker.services.views import Page, Role

FIGURES: tuple[Column[FigureRow], ...] = (
    Column("年度", lambda row: str(row.year), "year", width=4),
    Column("单位", lambda row: row.party, "party", width=16, stretch=True),
    Column("数据", lambda row: row.kind_name, None, width=5),
    Column("金额（元）", lambda row: row.amount, "amount", RIGHT, width=10),
    Column("证明材料", lambda row: row.source, None, width=14),
    Column("登记日期", lambda row: row.entered_on, "entered_on", width=7),
    Column("登记人", lambda row: row.entered_by, None, width=5),
    Column(
        "状态",
        lambda row: "有效" if row.voided_reason is None else f"已作废：{row.voided_reason}",
        None,
        width=6,
        tone=lambda row: "green" if row.voided_reason is None else "quiet",
    ),
)
FIELDS = (
    Field("kind", "数据", "choice", required=True, options=FIGURE_KINDS, width=10),
    Field("year", "年度", "number", required=True, width=8),
    Field("amount", "金额", "number", unit="元", required=True, width=16),
    Field("source", "证明材料", required=True, width=24, hint="如年度财务报表"),
)
NO_TARGETS = "这项政策没有写明目标。"


class TargetsPage(QWidget):
    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._policy: str | None = None
        may = context.may(Role.CASEWORKER)
        frame, inner = card()
        self.bars = TargetBars()
        self.note = label("", "quiet", wrap=True)
        inner.addWidget(self.bars)
        inner.addWidget(self.note)
        self.party = Picker(context, "单位", "输入名称或拼音首字母", parties(context))
        self.card = FormCard(context, "figure", "登记年度数据", FIELDS, self._save, above=(self.party,))
        self.reason = ReasonStrip()

        def fetch(offset: int, limit: int, sort: str | None, descending: bool, search: str) -> Page[FigureRow]:
            return context.desk.programs.targets.figures(
                search, offset=offset, limit=limit, sort=sort or "year", descending=descending
            )

        model = PagedTableModel(FIGURES, fetch, context.ask, self, sort="year", descending=True)
        acts = (
            Act("登记年度数据", self.open_form, "add", needs_row=False, button=True, primary=True),
            Act("作废…", self._void, button=True),
        )
        self.list = ListView(
            model,
            "target-figures",
            empty="还没有登记年度数据。各企业的年产值登记在这里，与政策目标对照；从业人员数取自花名册，不用登记。",
            acts=acts if may else (),
            filter_hint="筛选单位、证明材料…",
        )
        self.list.opened.connect(lambda row: context.go("party", row.party_id))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(frame)
        whole.addWidget(self.reason)
        whole.addWidget(self.card)
        whole.addWidget(self.list, 1)
        self.setFocusProxy(self.list)

    def keep(self) -> None:
        self.card.keep()

    def show_policy(self, policy: str) -> None:
        self._policy = policy
        desk = self._context.desk
        self._context.ask(
            "正在读取目标…", lambda: desk.programs.targets.all(policy), self, lambda views: self._show(policy, views)
        )
        self.list.refresh()

    def _show(self, policy: str, views: tuple[TargetView, ...]) -> None:
        if policy != self._policy:
            return
        self.bars.show_targets(views)
        self.bars.setVisible(bool(views))
        if not views:
            self.note.setText(NO_TARGETS)
            return
        days = dict.fromkeys(view.on.isoformat() for view in views)
        quotes = dict.fromkeys(view.quote for view in views)
        self.note.setText(
            f"统计截至 {'、'.join(days)}，来自 {max(view.parties for view in views)} 家企业的登记和花名册。"
            f"依据：{'；'.join(f'“{quote}”' for quote in quotes)}"
        )

    def open_form(self) -> None:
        values = {"kind": "output", "year": str(self._context.office.today.year), "amount": "", "source": ""}
        self.card.open_form(values, self.party.line)

    def _save(self, values: dict[str, Any]) -> None:
        desk, party = self._context.desk, self.party.key
        if party is None:
            self.party.complain("请选择一个单位")
            self.party.line.setFocus()
            return
        year = year_of(self.card, "year", values["year"])
        amount = None if year is None else amount_of(self.card, "amount", values["amount"])
        if year is None or amount is None:
            return

        def saved(_number: int) -> None:
            self.card.close_form()
            self.party.set(None)
            self._context.say(f"{year} 年数据已登记")
            if self._policy is not None:
                self.show_policy(self._policy)

        self._context.ask(
            "正在登记年度数据…",
            lambda: desk.programs.targets.enter(party, values["kind"], year, amount, values["source"]),
            self,
            saved,
            self.card.refused,
        )

    def _void(self) -> None:
        row = self.list.current()
        if not isinstance(row, FigureRow):
            return
        desk = self._context.desk

        def done(_nothing: None) -> None:
            self.reason.done()
            self._context.say("年度数据已作废")
            if self._policy is not None:
                self.show_policy(self._policy)

        def void(reason: str) -> None:
            self._context.ask("正在作废…", lambda: desk.programs.targets.void(row.id, reason), self, done)

        self.reason.ask(f"作废“{row.party}”{row.year} 年{row.kind_name}的原因：", void, "作废")
