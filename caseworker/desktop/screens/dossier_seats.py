"""有效坐席认定 in place of the list of people: how many, how sure, and who sits on which seat."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.listview import ListView
from caseworker.desktop.operations import IsCancelled, Operation, Progress, Running, Trouble
from caseworker.desktop.parts import button, label
from caseworker.desktop.progress import POLL_MS
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, listed
from caseworker.services.seats import SeatRow, SeatsView
from caseworker.values.spans import Month

COLUMNS: tuple[Column[SeatRow], ...] = (
    Column("席上人员", lambda row: "、".join(row.people), "people", width=16, stretch=True),
    Column("人数", lambda row: len(row.people), "persons", RIGHT, width=5),
    Column("月数", lambda row: row.months, "months", RIGHT, width=5),
    Column("月份", lambda row: spans(row.month_list), width=22, stretch=True),
)


class DossierSeats(QWidget):
    """Works it out when asked; writes nothing. Esc or 返回人员 closes, and gives up what is still under way."""

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
        self.back = button("返回人员", self.close_seats)
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
        column.setContentsMargins(0, 0, 0, 0)
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
        self.hide()

    def work_out(self) -> None:
        """Shows itself and begins."""
        if self._running is not None:
            return
        desk, party = self._context.desk, self._party
        self.count.setText("正在认定有效坐席…")
        self.sure.setText("")
        self.list.hide()
        self.show()
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
        self.hide()
        self.closed.emit()

    def _busy(self, running: Running | None) -> None:
        self._running = running
        self.bar.setVisible(running is not None)
        self.back.setText("返回人员" if running is None else "取消")
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
