"""核查: what the office's data says across companies about this case, each to be answered for with a reason."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit, LineEdit
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.operations import IsCancelled, Operation, Progress, Running, Trouble
from caseworker.desktop.parts import Asking, ReasonStrip, button, label, scrolled
from caseworker.desktop.tables import Column, PagedTableModel, listed
from caseworker.desktop.words import when
from caseworker.services.finding_views import FindingEvidence, FindingRow, FindingsView
from caseworker.services.views import Role

TONES = {"open": "amber", "settled": "green", "remark": "quiet", "unanswered": "quiet"}
SHOWN = (("", "全部"), ("open", "待处理"), ("settled", "已处理"))
KEYS = "Enter 处理（可先选多行一起处理；已处理的作废结论）　Tab 到右边　Ctrl+C 复制"
NONE = "没有需要核查的发现：本件的人员、账号、电话、地址和文件与其他单位没有重复。"

UNANSWERED = {
    "open": "待{who}填写结论和理由，之后才能提交初审。",
    "remark": "提示，不要求填写结论。",
    "unanswered": "办结时没有填写结论。",
}

COLUMNS: tuple[Column[FindingRow], ...] = (
    Column("状态", lambda row: row.state_name, "state", width=5, tone=lambda row: TONES[row.state]),
    Column("类别", lambda row: row.kind_name, "kind", width=6),
    Column("核查发现", lambda row: row.sentence, None, width=10, stretch=True),
)
EVIDENCE: tuple[Column[FindingEvidence], ...] = (
    Column("对象", lambda row: row.subject, "subject", width=5),
    Column("单位或办件", lambda row: row.place, "place", width=9),
    Column("内容", lambda row: row.detail, None, width=7, stretch=True),
)


class SettleStrip(Asking):
    """Asks for a conclusion and a reason, in place: ↑↓ in the reason change the conclusion, Enter answers."""

    def __init__(self) -> None:
        super().__init__()
        self._digests: tuple[str, ...] = ()
        self.question = label()
        self.conclusion = ChoiceEdit(())
        self.conclusion.setAccessibleName("结论")
        self.line = LineEdit()
        self.line.setPlaceholderText("核查的情况和理由（↑↓ 换结论）")
        self.line.setAccessibleName("理由")
        self.line.installEventFilter(self)
        self.yes = button("记下结论", self._give, role="primary")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        for widget in (self.question, self.conclusion):
            row.addWidget(widget)
        row.addWidget(self.line, 1)
        row.addWidget(self.yes)
        row.addWidget(button("取消", self.give_up))
        self.line.returnPressed.connect(self._give)
        self.conclusion.entered.connect(self.line.setFocus)
        self.line.textChanged.connect(lambda text: self.yes.setEnabled(bool(text.strip())))
        self.yes.setEnabled(False)
        self.hide()

    given = Signal(object, str, str)  # digests, conclusion, reason

    def offer(self, conclusions: tuple[tuple[str, str], ...]) -> None:
        if not self.conclusion.count():
            for key, words in conclusions:
                self.conclusion.addItem(words, key)

    def ask(self, digests: tuple[str, ...]) -> None:
        self._digests = digests
        self.question.setText("结论：" if len(digests) == 1 else f"{len(digests)} 项的结论：")
        self.show()
        self.line.setFocus()

    def done(self) -> None:
        """The next answer begins afresh: yesterday's conclusion is not today's."""
        self.line.clear()
        self.conclusion.setCurrentIndex(0)
        self.hide()

    def _give(self) -> None:
        self.line.settle()
        reason = self.line.text().strip()
        if reason and self._digests:
            self.given.emit(self._digests, self.conclusion.currentData(), reason)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self.line and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step:
                place = self.conclusion.currentIndex() + step
                self.conclusion.setCurrentIndex(max(0, min(self.conclusion.count() - 1, place)))
                return True
        return False

    def submit(self) -> None:
        self._give()


class CaseFindings(QWidget):
    settled = Signal()  # a conclusion was given or taken back: the case is read again

    def __init__(self, context: Context, case_id: int) -> None:
        super().__init__()
        self._context = context
        self._case_id = case_id
        self._view: FindingsView | None = None
        self._looked_at = ""
        self.running: Running | None = None
        may = context.may(Role.CASEWORKER, Role.HEAD)
        acts = (Act("处理…（Enter）", self._settle), Act("作废结论…", self._void)) if may else ()
        self.show_only = ChoiceEdit(SHOWN)
        self.show_only.setAccessibleName("显示")
        self.show_only.currentIndexChanged.connect(lambda _place: self._fill())
        model = PagedTableModel(COLUMNS, listed((), COLUMNS), context.ask, self)
        self.list = ListView(
            model,
            "case-findings",
            empty="正在核查…",
            acts=acts,
            filter_hint="按姓名、单位、类别筛选",
            filters=(self.show_only,),
        )
        self.list.opened.connect(lambda _row: self._answer())
        self.list.chosen_changed.connect(self._show_one)
        model.loaded.connect(self._show_one)  # the same place may hold another finding now
        self.sentence = label("", wrap=True, selectable=True)
        self.changed = label("", "due", wrap=True, selectable=True)
        self.conclusion = label("", "quiet", wrap=True, selectable=True)
        said = QWidget()
        words = QVBoxLayout(said)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(6)
        for part in (self.sentence, self.changed, self.conclusion):
            words.addWidget(part)
        words.addStretch(1)
        shown = PagedTableModel(EVIDENCE, listed((), EVIDENCE), context.ask, self)
        self.evidence = ListView(shown, "case-finding-evidence", empty="", filter_hint=None)
        self.evidence.opened.connect(self._open)
        detail = QWidget()
        right = QVBoxLayout(detail)
        right.setContentsMargins(8, 0, 0, 0)
        right.setSpacing(6)
        right.addWidget(scrolled(said), 2)
        right.addWidget(self.evidence, 5)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setChildrenCollapsible(False)
        halves.addWidget(self.list)
        halves.addWidget(detail)
        halves.setSizes([1000, 1000])  # in equal shares of whatever room there is
        self.strip = SettleStrip()
        self.strip.given.connect(self._give)
        self.void_strip = ReasonStrip()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(6)
        column.addWidget(halves, 1)
        column.addWidget(self.strip)
        column.addWidget(self.void_strip)
        column.addWidget(label(KEYS if may else "核查结论由经办人填写，“超单位总额”由负责人填写。", "quiet"))
        self.setFocusProxy(self.list)

    # ---- reading -------------------------------------------------------------------------

    def refresh(self) -> None:
        """Looks again. A look that is under way answers for the file of before, so it is given up."""
        if self.running is not None:
            self.running.cancel()
        desk, key = self._context.desk, self._case_id

        def work(progress: Progress, cancelled: IsCancelled) -> tuple[FindingsView, tuple[tuple[str, str], ...]]:
            return desk.findings.of_case(key, progress=progress, cancelled=cancelled), desk.findings.conclusions()

        def failed(trouble: Trouble) -> bool:
            if trouble.kind != "cancelled":
                return False
            if self.running is running:
                self._context.say("已取消核查。按 F5 重新核查")
            return True

        def ended() -> None:
            if self.running is running:
                self.running = None

        running = self._context.run(
            Operation("正在核查…", work), self, lambda found: self.show_findings(*found), failed, ended
        )
        self.running = running

    def show_findings(self, view: FindingsView, conclusions: tuple[tuple[str, str], ...]) -> None:
        first = self._view is None
        self._view = view
        self.strip.offer(conclusions)
        self.list.set_empty(NONE if not view.decided else "本件决定时没有核查发现。")
        if first and view.open:
            self.show_only.choose("open")
        self._looked_at = ""
        self._fill()

    def _fill(self) -> None:
        if self._view is None:
            return
        wanted = self.show_only.currentData()
        rows = tuple(row for row in self._view.rows if not wanted or row.state == wanted)
        if wanted and self._view.rows and not rows:
            self.list.set_empty("待处理的都已处理完。" if wanted == "open" else "还没有处理过的。")
        self.list.model.set_provider(listed(rows, COLUMNS))

    def _show_one(self) -> None:
        row = self.list.current()
        if not isinstance(row, FindingRow):
            for part in (self.sentence, self.changed, self.conclusion):
                part.setText("")
            self.evidence.model.set_provider(listed((), EVIDENCE))
            self._looked_at = ""
            return
        if row.digest + row.state == self._looked_at:
            return
        self._looked_at = row.digest + row.state
        self.sentence.setText(row.sentence)
        self.changed.setText(row.changed)
        self.changed.setVisible(bool(row.changed))
        if row.settled_at is not None:
            self.conclusion.setText(f"结论：{row.conclusion}。{row.reason}（{row.settled_by}，{when(row.settled_at)}）")
        else:
            self.conclusion.setText(UNANSWERED[row.state].format(who=row.settler_name))
        desk, key, looked_at = self._context.desk, self._case_id, self._looked_at

        def shown(rows: tuple[FindingEvidence, ...]) -> None:
            if looked_at == self._looked_at:
                self.evidence.model.set_provider(listed(rows, EVIDENCE))

        self._context.ask("正在读取…", lambda: desk.findings.evidence(key, row.digest), self, shown)

    def _open(self, row: object) -> None:
        if isinstance(row, FindingEvidence) and row.target is not None:
            self._context.go(*row.target)

    # ---- answering -----------------------------------------------------------------------

    def _chosen(self) -> list[FindingRow]:
        """The chosen rows; with none chosen (Ctrl+click takes one out) the one the keys stand on."""
        return [row for row in self.list.chosen() or [self.list.current()] if isinstance(row, FindingRow)]

    def _answer(self) -> None:
        """What Enter does: settles what is open among the chosen rows; a settled row alone is taken back."""
        if not self._context.may(Role.CASEWORKER, Role.HEAD) or self._view is None or self._view.decided:
            self._context.say("核查结论由经办人在决定之前填写")
            return
        rows = self._chosen()
        if any(row.state == "open" for row in rows):
            self._settle()
        elif len(rows) == 1 and rows[0].settlement_id is not None:
            self._void()
        else:
            self._context.say("这是提示，不要求填写结论")

    def _settle(self) -> None:
        still_open = [row for row in self._chosen() if row.state == "open"]
        wanted = tuple(row.digest for row in still_open if self._context.may(Role(row.settler)))
        if still_open and not wanted:
            self._context.tell(f"“{still_open[0].kind_name}”由{still_open[0].settler_name}处理。", "amber")
            return
        if not wanted:
            self._context.tell("所选的核查发现不需要处理，或已有结论。", "amber")
            return
        self.void_strip.hide()
        self.strip.ask(wanted)

    def _give(self, digests: tuple[str, ...], conclusion: str, reason: str) -> None:
        desk, key = self._context.desk, self._case_id

        def work(progress: Progress, cancelled: IsCancelled) -> int:
            return desk.findings.settle(key, digests, conclusion, reason, progress=progress, cancelled=cancelled)

        def done(count: int) -> None:
            self.strip.done()
            self._context.say(f"已记下 {count} 项核查结论")
            self._answered()

        def refused(trouble: Trouble) -> bool:
            if trouble.kind == "refusal":  # what was seen is no longer so
                self.refresh()
            return False

        self._context.run(Operation("正在记录…", work), self, done, refused)

    def _void(self) -> None:
        row = next((row for row in self._chosen() if row.settlement_id is not None), None)
        settlement = None if row is None else row.settlement_id
        if row is None or settlement is None or self._view is None or self._view.decided:
            self._context.tell("所选的核查发现没有可以作废的结论。", "amber")
            return
        self.strip.hide()
        desk = self._context.desk

        def void(reason: str) -> None:
            self._context.ask("正在作废结论…", lambda: desk.findings.void(settlement, reason), self, voided)

        def voided(_nothing: object) -> None:
            self.void_strip.done()
            self._context.say("核查结论已作废")
            self._answered()

        self.void_strip.ask(f"作废“{row.conclusion}”这一结论，原因：", void, "作废结论")

    def _answered(self) -> None:
        """One row stays chosen, so that the next Enter answers for what is looked at and nothing more."""
        self.list.table.selectRow(min(self.list.table.chosen(), default=0))
        self.refresh()
        self.settled.emit()
        self.list.setFocus()
