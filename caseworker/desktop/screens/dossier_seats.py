"""座席: what was counted on site by date, and 有效坐席认定: how many the imports show, how sure, who sits where."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.operations import IsCancelled, Operation, Progress, Running, Trouble
from caseworker.desktop.parts import button, label
from caseworker.desktop.progress import POLL_MS
from caseworker.desktop.screens.dossier_records import RecordSection
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, listed
from caseworker.services.record_views import RecordKindView
from caseworker.services.seats import SeatRow, SeatsView
from caseworker.values.spans import Month

COLUMNS: tuple[Column[SeatRow], ...] = (
    Column("席上人员", lambda row: "、".join(row.people), "people", width=16, stretch=True),
    Column("人数", lambda row: len(row.people), "persons", RIGHT, width=5),
    Column("月数", lambda row: row.months, "months", RIGHT, width=5),
    Column("月份", lambda row: spans(row.month_list), width=22, stretch=True),
)


class DossierSeatRecords(QWidget):
    """The records of seats; in their place the recognition of valid seats, where a policy of the office knows them."""

    def __init__(self, context: Context, party_id: int) -> None:
        super().__init__()
        acts: tuple[Act, ...] = ()
        if context.desk.seats.offered(context.office.policies):
            acts = (Act("有效坐席认定", self.recognise_seats, "calculator", needs_row=False, button=True),)
        self.records = RecordSection(context, party_id, ("seats",), acts)
        self.seats = DossierSeats(context, party_id)
        self.seats.closed.connect(self._back)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.records)
        self.stack.addWidget(self.seats)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)
        self.setFocusProxy(self.records)

    def offer(self, kinds: tuple[RecordKindView, ...]) -> bool:
        return self.records.offer(kinds)

    def enter(self, kind: str) -> None:
        self._back()
        self.records.enter(kind)

    def refresh(self) -> None:
        self.records.refresh()

    def recognise_seats(self) -> None:
        self.stack.setCurrentWidget(self.seats)
        self.setFocusProxy(self.seats)
        self.seats.work_out()

    def _back(self) -> None:
        self.stack.setCurrentWidget(self.records)
        self.setFocusProxy(self.records)
        self.records.setFocus()

    def main_act(self) -> None:
        if self.stack.currentWidget() is self.records:
            self.records.main_act()

    def keep(self) -> None:
        self.records.keep()


class DossierSeats(QWidget):
    """Works it out when asked; writes nothing. Esc or 返回座席 closes, and gives up what is still under way."""

    closed = Signal()

    def __init__(self, context: Context, party_id: int) -> None:
        super().__init__()
        self._context = context
        self._party = party_id
        self._running: Running | None = None
        self.count = label("", "strong", selectable=True)
        self.sure = label("", "quiet", wrap=True, selectable=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(self.fontMetrics().horizontalAdvance("汉") * 12)
        self.back = button("返回座席", self.close_seats)
        self.back.setToolTip("Esc")
        self.model = PagedTableModel(COLUMNS, listed((), COLUMNS), context.ask, self)
        self.list = ListView(
            self.model,
            "seats",
            empty="没有凑足月数的坐席。同一人同一月份既有工资流水又有社保记录的，才计入。",
            filter_hint="按姓名或月份筛选",
        )
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.count)
        line.addWidget(self.bar)
        line.addStretch(1)
        line.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addLayout(line)
        column.addWidget(self.sure)
        column.addWidget(self.list, 1)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.close_seats)
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._update)
        self.setFocusProxy(self.list)

    def work_out(self) -> None:
        """Shows itself and begins."""
        if self._running is not None:
            return
        desk, party = self._context.desk, self._party
        self.count.setText("正在认定有效坐席…")
        self.sure.setText("")
        self.list.hide()
        self.back.setFocus()

        def work(progress: Progress, cancelled: IsCancelled) -> SeatsView:
            return desk.seats.recognise(party, progress=progress, cancelled=cancelled)

        def mine() -> bool:
            return self._running is running

        def arrived(view: SeatsView) -> None:
            if mine():
                self._show(view)

        def failed(trouble: Trouble) -> bool:
            if mine():
                self.close_seats()
            return trouble.kind == "cancelled"

        def ended() -> None:
            if mine():
                self._busy(None)

        running = self._context.run(Operation("正在认定有效坐席…", work), self, arrived, failed, ended)
        self._busy(running)

    def close_seats(self) -> None:
        if self._running is not None:
            self._running.cancel()
            self._busy(None)
        self.closed.emit()

    def _busy(self, running: Running | None) -> None:
        self._running = running
        self.bar.setVisible(running is not None)
        self.back.setText("返回座席" if running is None else "取消")
        if running is None:
            self._poll.stop()
        else:
            self._update()
            self._poll.start()

    def _update(self) -> None:
        if self._running is not None:
            done, total = self._running.steps
            self.bar.setRange(0, max(0, total))
            self.bar.setValue(done)

    def _show(self, view: SeatsView) -> None:
        self.count.setText(f"有效坐席 {view.count:,} 席")
        self.sure.setText(in_words(view))
        self.model.set_provider(listed(view.seats, COLUMNS))
        self.list.show()
        self.list.setFocus()


def in_words(view: SeatsView) -> str:
    """How sure the number is, on which day and under which reading."""
    sure = "已证明是最多的席数" if view.optimal else f"最多不会超过 {view.upper_bound:,} 席，尚未证明现有席数为最多"
    left = f"另有 {view.unused:,} 人未计入坐席" if view.unused else "花名册上的人员全部计入"
    found = f"{sure}；{left}" if view.count or view.unused else "花名册上还没有人员"
    return f"{found}。截至 {view.day}，口径：{view.rule_text}。"


def spans(months: tuple[str, ...]) -> str:
    """Ascending months as runs: 2022-12 至 2023-05、2023-08"""
    runs: list[list[Month]] = []
    for month in map(Month.parse, months):
        if runs and month - runs[-1][-1] == 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    return "、".join(str(run[0]) if len(run) == 1 else f"{run[0]} 至 {run[-1]}" for run in runs)
