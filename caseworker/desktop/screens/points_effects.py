"""What each reading of a point comes to in the open cases, and which decided cases used which."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.listview import ListView
from caseworker.desktop.operations import IsCancelled, Operation, Progress, Running, Trouble
from caseworker.desktop.parts import button, label
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, listed
from caseworker.services.point_effects import EffectRow
from caseworker.services.points import PointRow, UseRow
from caseworker.values.money import Money

POLL_MS = 100
READINGS = "一二三四五六"
OUTCOMES = {"granted": "准予", "refused": "不予", "not-accepted": "不予受理"}


def difference(row: EffectRow) -> Money | None:
    """Between the dearest and the cheapest reading; None while one of them cannot be worked out."""
    amounts = [reading.amount for reading in row.readings]
    known = [amount for amount in amounts if amount is not None]
    return max(known) - min(known) if known and len(known) == len(amounts) else None


def effect_columns(point: PointRow, seats: bool = False) -> tuple[Column[EffectRow], ...]:
    """`seats`: the point decides how many valid seats there are, so their number under each reading is shown."""
    names = {option.id: f"读法{READINGS[place]}" for place, option in enumerate(point.options)}

    def amount_of(place: int) -> Column[EffectRow]:
        return Column(
            f"读法{READINGS[place]}（元）",
            lambda row: row.readings[place].amount,
            f"reading-{place}",
            RIGHT,
            width=7 if seats else 8,
        )

    def state(row: EffectRow) -> str:
        problem = next((reading.problem for reading in row.readings if reading.problem), "")
        if problem:
            return problem
        return ("有影响" if row.differs else "无影响") + (f"：{row.note}" if row.note else "")

    def tone(row: EffectRow) -> str:
        if any(reading.problem for reading in row.readings):
            return "quiet"
        return "amber" if row.differs else "green"

    counted: Column[EffectRow] = Column("认定席数", _seats, None, RIGHT, width=6)
    return (
        Column("办件编号", lambda row: row.number, "number", width=8),
        Column("单位", lambda row: row.party, "party", width=11, stretch=not seats),
        Column("现用", lambda row: names.get(row.option, row.option), None, width=4),
        *((counted,) if seats else ()),
        *(amount_of(place) for place in range(len(point.options))),
        Column("相差（元）", difference, "difference", RIGHT, width=7),
        Column("影响", state, None, width=8, tone=tone, stretch=seats),
    )


def _seats(row: EffectRow) -> str:
    """1 / 2: under each reading in turn; empty where the number is stated by hand or not known."""
    return " / ".join(f"{reading.seats:,}" for reading in row.readings if reading.seats is not None)


class EffectsPage(QWidget):
    """Worked out when asked: it may take a while with many open cases, and can be cancelled."""

    opened = Signal(int)  # a case

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._point: PointRow | None = None
        self._running: Running | None = None
        self.list: ListView | None = None
        self.legend = label("", "quiet", wrap=True)
        self.total = label("", "strong", wrap=True, selectable=True)
        self.go = button("测算各种读法", self.work_out, role="primary", picture="calculator")
        self.cancel = button("取消", self._cancel)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(self.fontMetrics().horizontalAdvance("汉") * 12)
        self._said = label("", "quiet", wrap=True)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.go)
        line.addWidget(self.bar)
        line.addWidget(self.cancel)
        line.addWidget(self._said, 1)
        self._place = QVBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.legend)
        column.addLayout(line)
        column.addLayout(self._place, 1)
        column.addWidget(self.total)
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._update)
        self._busy(False)

    def show_point(self, point: PointRow) -> None:
        if self._point is not None and (self._point.policy, self._point.id) == (point.policy, point.id):
            self._point = point
            return
        self._cancel()
        self._point = point
        self._running = None
        self._busy(False)
        words = (f"读法{READINGS[place]}：{one.label}" for place, one in enumerate(point.options))
        self.legend.setText("　".join(words))
        self._said.setText("用各种读法分别测算尚未提交初审的办件，比较金额。不改动任何办件。")
        self._fill(())
        self.total.setText("")

    def work_out(self) -> None:
        point, desk = self._point, self._context.desk
        if point is None or self._running is not None:
            return

        def work(progress: Progress, cancelled: IsCancelled) -> tuple[EffectRow, ...]:
            return desk.points.effects(point.policy, point.id, progress=progress, cancelled=cancelled)

        def mine() -> bool:
            return self._running is running

        def arrived(rows: tuple[EffectRow, ...]) -> None:
            if mine():
                self._fill(rows)
                self._sum(rows)

        def failed(trouble: Trouble) -> bool:
            if trouble.kind == "cancelled":
                if mine():
                    self._said.setText("已取消，没有得出结果。")
                return True
            return False

        def ended() -> None:
            if mine():
                self._running = None
                self._busy(False)

        running = self._context.run(Operation("正在测算各种读法…", work), self, arrived, failed, ended)
        self._running = running
        self._said.setText("")
        self._busy(True)

    def _fill(self, rows: tuple[EffectRow, ...]) -> None:
        assert self._point is not None
        columns = effect_columns(self._point, any(_seats(row) for row in rows))
        if self.list is not None:
            self._place.removeWidget(self.list)
            self.list.hide()
            self.list.deleteLater()
        model = PagedTableModel(columns, listed(rows, columns), self._context.ask, self)
        self.list = ListView(
            model,
            "point-effects",
            empty="这里列出受这项口径影响的在办件。点“测算各种读法”得出结果；没有相关的在办件时为空。",
            filter_hint=None,
        )
        self.list.opened.connect(lambda row: self.opened.emit(row.case_id))
        self._place.addWidget(self.list)
        self.list.refresh()

    def _sum(self, rows: tuple[EffectRow, ...]) -> None:
        assert self._point is not None
        counted = [row for row in rows if difference(row) is not None]
        if not rows:
            self._said.setText("没有尚未提交初审、又与这项口径有关的办件。")
            self.total.setText("")
            return
        differing = sum(row.differs for row in rows)
        self._said.setText(f"共 {len(rows)} 件，其中 {differing} 件因读法不同而金额或结论不同。")
        if not counted:
            self.total.setText("")
            self._said.setText(f"共 {len(rows)} 件，都尚不能测算：先在办件中补齐所缺的数据。")
            return
        sums = [
            sum((row.readings[place].amount or Money.zero() for row in counted), Money.zero())
            for place in range(len(self._point.options))
        ]
        words = [f"读法{READINGS[place]} {amount.shown()} 元" for place, amount in enumerate(sums)]
        left_out = len(rows) - len(counted)
        more = f"（{left_out} 件尚不能测算，未计入）" if left_out else ""
        self.total.setText(f"合计：{'，'.join(words)}，相差 {(max(sums) - min(sums)).shown()} 元{more}")

    def _cancel(self) -> None:
        if self._running is not None:
            self._running.cancel()
            self.cancel.setEnabled(False)

    def _busy(self, busy: bool) -> None:
        self.go.setVisible(not busy)
        self.bar.setVisible(busy)
        self.cancel.setVisible(busy)
        self.cancel.setEnabled(busy)
        if busy:
            self.bar.setRange(0, 0)
            self._poll.start()
        else:
            self._poll.stop()

    def _update(self) -> None:
        if self._running is not None:
            done, total = self._running.steps
            self.bar.setRange(0, total if done > 0 else 0)  # one large party may take all the while
            self.bar.setValue(done)


USES: tuple[Column[UseRow], ...] = (
    Column("办件编号", lambda row: row.number, "number", width=8),
    Column("单位", lambda row: row.party, "party", width=11, stretch=True),
    Column("所用读法", lambda row: row.option_text, "option", width=12),
    Column("依据", lambda row: row.decision, "decision", width=8),
    Column(
        "结果",
        lambda row: OUTCOMES.get(row.outcome, row.outcome),
        "outcome",
        width=4,
        tone=lambda row: "green" if row.outcome == "granted" else "red",
    ),
    Column("金额（元）", lambda row: row.amount, "amount", RIGHT, width=8),
    Column("决定日期", lambda row: row.decided_on, "decided_on", width=7),
)


class UsesPage(QWidget):
    """Decided cases, those of one reading together, with a line that counts them."""

    opened = Signal(int)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.summary = label("", "strong", wrap=True)
        model = PagedTableModel(USES, listed((), USES), context.ask, self, sort="option")
        self.list = ListView(
            model,
            "point-uses",
            empty="还没有用到这项口径的决定。办件作出决定后，会按当时所用的读法列在这里。",
            filter_hint="筛选办件、单位、文号…",
        )
        self.list.opened.connect(lambda row: self.opened.emit(row.case_id))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.summary)
        column.addWidget(self.list, 1)

    def show_uses(self, point: PointRow, rows: tuple[UseRow, ...]) -> None:
        lines = []
        for option in point.options:
            same = [row for row in rows if row.option == option.id]
            paid = sum((row.amount for row in same if row.outcome == "granted"), Money.zero())
            lines.append(f"{option.label}：{len(same)} 件，准予 {paid.shown()} 元")
        self.summary.setText("\n".join(lines))
        self.summary.setVisible(bool(rows))
        self.list.model.set_provider(listed(rows, USES))
