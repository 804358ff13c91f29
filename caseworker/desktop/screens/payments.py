"""拨付: instalments that are due, and the batches ordered, each with its workbook for the finance bureau."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtWidgets import QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import ReasonStrip, label, tab_widget
from caseworker.desktop.screen import Screen
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, listed
from caseworker.errors import Refusal
from caseworker.services.instalment_calendar import CalendarRow
from caseworker.services.payments import SAME_ACCOUNT
from caseworker.services.views import CaseRow, InstalmentView, Page, PaymentBatchRow, Role
from caseworker.values.money import Money

Due = tuple[InstalmentView, CaseRow]
DUE: tuple[Column[Due], ...] = (
    Column("办件编号", lambda row: row[1].number, "number", width=10),
    Column("单位", lambda row: row[1].party, "party", width=20, stretch=True),
    Column("条款", lambda row: row[1].clause_title, "clause", width=13),
    Column("期次", lambda row: row[0].number, None, RIGHT, width=4),
    Column("应拨日期", lambda row: row[0].due_on, "due_on", width=7),
    Column("金额（元）", lambda row: row[0].amount, "amount", RIGHT, width=9),
    Column("状态", lambda row: row[0].state_name, width=6, tone=lambda _row: "amber"),
)
TONES = {"ordered": "accent", "settled": "green", "voided": "quiet"}
BATCHES: tuple[Column[PaymentBatchRow], ...] = (
    Column("批次", lambda row: row.shown_number, "number", width=14, stretch=True),
    Column("报拨款日期", lambda row: row.made_on, "made_on", width=8),
    Column("笔数", lambda row: row.lines, None, RIGHT, width=5),
    Column("金额合计（元）", lambda row: row.total, "total", RIGHT, width=10),
    Column("状态", lambda row: row.state_name, "state", width=7, tone=lambda row: TONES.get(row.state, "quiet")),
)
CALENDAR_TONES = {"due": "amber", "returned": "red", "ordered": "accent"}


def _tone(row: CalendarRow) -> str:
    return "red" if row.late else CALENDAR_TONES.get(row.state, "quiet")


CALENDAR: tuple[Column[CalendarRow], ...] = (
    Column("日期", lambda row: row.due_on, "due_on", width=7),
    Column("单位", lambda row: row.party, "party", width=18, stretch=True),
    Column("条款", lambda row: row.clause_title, "clause", width=12),
    Column("期次", lambda row: row.number, None, RIGHT, width=4),
    Column("金额（元）", lambda row: row.amount, "amount", RIGHT, width=9),
    Column(
        "状态", lambda row: row.state_name, "state", width=12, tone=lambda row: CALENDAR_TONES.get(row.state, "quiet")
    ),
    Column("办件编号", lambda row: row.case_number, "number", width=9),
)
SPANS = ((30, "30 天内"), (90, "90 天内"), (366, "一年内"))


class PaymentsScreen(Screen):
    title = "拨付"
    manual = "notices-payments"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.heading(self.title)
        may = context.may(Role.CASEWORKER)
        due = PagedTableModel(DUE, listed((), DUE), context.ask, self)
        order = Act("报拨款，生成批次", self.order, "payments", button=True, primary=True)
        self.due = ListView(
            due,
            "payments-due",
            empty="没有到期待拨的款项。决定书用印后，应拨的款项会出现在这里。",
            acts=(order,) if may else (),
            filter_hint=None,
        )
        self.due.opened.connect(lambda row: context.go("case", row[1].id))

        def fetch(offset: int, limit: int, sort: str | None, descending: bool, search: str) -> Page[PaymentBatchRow]:
            return context.desk.payments.page(
                None, offset=offset, limit=limit, sort=sort or "number", descending=descending
            )

        batches = PagedTableModel(BATCHES, fetch, context.ask, self, sort="number", descending=True)
        self.batches = ListView(batches, "payment-batches", empty="还没有拨付批次。", filter_hint=None)
        self.batches.opened.connect(lambda row: context.go("batch", row.id))
        calendar = PagedTableModel(CALENDAR, listed((), CALENDAR), context.ask, self)
        self.calendar = ListView(
            calendar,
            "payments-calendar",
            empty="没有将要拨付或申报的期次。分期、按年兑现的事项决定之后，以后各期的日子列在这里。",
            filter_hint="筛选单位、条款…",
        )
        self.calendar.opened.connect(lambda row: context.go(*row.target))
        self.sums = label("", "quiet", wrap=True)
        self.warned = label("", "due", wrap=True, selectable=True)
        self.warned.hide()
        self.reason = ReasonStrip()
        self.tabs = tab_widget()
        for part, words in ((self.due, "待拨付"), (self.batches, "拨付批次"), (self.calendar, "期次日历")):
            page = QWidget()
            column = QVBoxLayout(page)
            column.setContentsMargins(0, 8, 0, 0)
            column.addWidget(part)
            if part is self.due:
                column.addWidget(self.warned)
                column.addWidget(self.reason)
            if part is self.calendar:
                column.addWidget(self.sums)
            self.tabs.addTab(page, words)
        self.body.addWidget(self.tabs, 1)
        self.setFocusProxy(self.due)
        lists = (self.due, self.batches, self.calendar)
        self.tabs.currentChanged.connect(lambda place: self.setFocusProxy(lists[place]))

    def refresh(self) -> None:
        desk = self.context.desk
        if self.context.wished("payments") == "calendar":
            self.tabs.setCurrentIndex(2)
            self.context.wish("payments", None)
        self.context.ask("正在读取…", desk.payments.due, self, self._show_due)
        self.context.ask("正在读取期次…", desk.payments.calendar, self, self._show_calendar)
        self.batches.refresh()

    def _show_calendar(self, rows: tuple[CalendarRow, ...]) -> None:
        self.calendar.model.set_provider(listed(rows, CALENDAR))
        today, parts = self.context.office.today, []
        for days, words in SPANS:
            soon = [row.amount for row in rows if row.due_on <= today + timedelta(days=days)]
            if soon:
                total = sum(soon, Money.zero())
                parts.append(f"{words} {len(soon)} 笔 {total.shown()} 元")
        self.sums.setText("；".join(parts) + "。预计的后续期次不是承诺，届时另行申报、测算。" if parts else "")

    def _show_due(self, rows: tuple[Due, ...]) -> None:
        self.due.model.set_provider(listed(rows, DUE))
        self.tabs.setTabText(0, f"待拨付（{len(rows)}）" if rows else "待拨付")

    def order(self) -> None:
        chosen: list[Due] = list(self.due.chosen())  # type: ignore[arg-type]
        if not chosen:
            return
        policies = {case.policy for _part, case in chosen}
        if len(policies) > 1:
            self.context.tell("一个批次只能有一项政策的款项，请分开选择。", "amber")
            return
        self._order(policies.pop(), [part.id for part, _case in chosen], "")

    def _order(self, policy: str, parts: list[int], reason: str) -> None:
        desk = self.context.desk
        self.warned.hide()
        self.reason.hide()

        def ordered(batch: PaymentBatchRow) -> None:
            self.reason.done()
            self.context.say(f"已生成 {batch.shown_number}，{batch.lines} 笔，{batch.total.shown()} 元")
            self.context.go("batch", batch.id)

        def refused(trouble: Trouble) -> bool:
            if not isinstance(trouble.error, Refusal) or trouble.error.code != SAME_ACCOUNT:
                return False
            self.warned.setText(trouble.message)
            self.warned.show()
            self.reason.ask(
                "仍报同一账户的理由：", lambda words: self._order(policy, parts, words), "仍报原账户，生成批次"
            )
            return True

        self.context.ask(
            "正在生成拨付批次…",
            lambda: desk.payments.order(policy, parts, same_account_reason=reason),
            self,
            ordered,
            refused,
        )
