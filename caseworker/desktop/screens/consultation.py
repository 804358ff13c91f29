"""One inquiry or review in place: what was asked, the letter, the answer line by line, its scans."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit
from caseworker.desktop.listview import ListView
from caseworker.desktop.operations import IsCancelled, Operation, Progress, Trouble
from caseworker.desktop.parts import Chip, Message, ReasonStrip, button, card, clear, label
from caseworker.desktop.scan_viewer import ScanViewer
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.case_consultations import outcome_words, state_tone, state_words
from caseworker.desktop.screens.consultation_reply import ReplyCard
from caseworker.desktop.screens.oversight_parts import Said, facts_grid
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, listed
from caseworker.services.consultation_views import ConsultationDetail, ConsultationLineView, LineReply, ReplyForm
from caseworker.services.views import DocumentRow

T = TypeVar("T")
OUTCOME_KEYS = {Qt.Key.Key_1: "confirmed", Qt.Key.Key_2: "denied", Qt.Key.Key_3: "differs"}
OUTCOME_WORDS = {"confirmed": "属实", "denied": "不属实", "differs": "有出入"}
_TONES = {"confirmed": "green", "denied": "red", "differs": "amber"}
_REPLYING = "1 属实　2 不属实　3 有出入（接着写对方的说明）　Enter 改说明　Ctrl+Enter 登记回函"

LINES: tuple[Column[ConsultationLineView], ...] = (
    Column("序号", lambda line: line.number, None, RIGHT, width=3),
    Column("对象", lambda line: line.subject, "subject", width=8),
    Column("证件号码", lambda line: line.id_masked, None, width=10),
    Column("请核实的事项", lambda line: line.asked, None, width=16, stretch=True),
    Column(
        "结果",
        lambda line: line.outcome_name or "待核",
        None,
        width=5,
        tone=lambda line: _TONES.get(line.outcome, "quiet"),
    ),
    Column("对方的说明", lambda line: line.words, None, width=10, stretch=True),
)


class ConsultationScreen(Screen):
    title = "协查"
    manual = "cases"

    def __init__(self, context: Context, consultation_id: int) -> None:
        super().__init__(context)
        self.consultation_id = int(consultation_id)
        self.detail: ConsultationDetail | None = None
        self._said: dict[int, LineReply] = {}
        self._scan: int | None = None
        self._busy = False
        self.state = Chip()
        self.void_button = button("作废…", self._ask_void)
        self.back_button = button("撤回回函登记…", self._ask_take_back)
        self.change_button = button("修改…", self._change)
        self.letter_button = button("协查函", self._open_letter, picture="documents")
        self.scans_button = button("", self._turn, picture="eye")
        self.next_button = button("", self.main_act, role="primary")
        self._acts = (
            self.void_button,
            self.back_button,
            self.change_button,
            self.letter_button,
            self.scans_button,
            self.next_button,
        )
        self._head = self.heading(self.title, self.state, *self._acts)
        self.message = Message()
        self.reason = ReasonStrip()
        self.words = ReasonStrip()  # what the bureau says of one line
        self.body.addWidget(self.message)
        self.body.addWidget(self.reason)
        self.body.addWidget(self.words)
        frame, self._inner = card(margins=12)
        self.body.addWidget(frame)
        self.reply = ReplyCard(context, self.consultation_id)
        self.reply.sent.connect(self._send)
        self.reply.all_confirmed.connect(self._confirm_rest)
        self.body.addWidget(self.reply)
        model = PagedTableModel(LINES, listed((), LINES), context.ask, self)
        self.lines = ListView(model, "consultation-lines", empty="", filter_hint="按姓名、事项筛选")
        self.lines.opened.connect(lambda _row: self._ask_words())
        self.lines.table.installEventFilter(self)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.lines)
        self.pages.addWidget(self._scan_page())
        self.body.addWidget(self.pages, 1)
        self.hint = label("", "quiet")
        self.body.addWidget(self.hint)
        for one in (*self._acts, self.reply):
            one.hide()
        self.setFocusProxy(self.lines)

    def _scan_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        top = QHBoxLayout()
        self.papers = ChoiceEdit(())
        self.papers.setAccessibleName("扫描件")
        self.papers.currentIndexChanged.connect(lambda _i: self._show_scan())
        top.addWidget(self.papers, 1)
        self.viewer = ScanViewer(self.context)
        self.viewer.shown.connect(lambda: QTimer.singleShot(0, self.viewer, partial(self.viewer.zoom, 0.0)))
        for words, factor in (("适合", 0.0), ("放大", 1.25), ("缩小", 0.8)):
            top.addWidget(button(words, partial(self.viewer.zoom, factor), role="link"))
        column.addLayout(top)
        column.addWidget(self.viewer, 1)
        return page

    # ---- reading -------------------------------------------------------------------------

    def refresh(self) -> None:
        desk, key = self.context.desk, self.consultation_id
        self.context.ask("正在读取协查…", lambda: desk.consultations.get(key), self, self._show)

    def keep(self) -> None:
        self.reply.keep(self._said)

    def _show(self, detail: ConsultationDetail) -> None:
        first = self.detail is None
        self.detail = detail
        row = detail.row
        review = row.kind == "review"
        self._head.setText(f"{row.kind_name}　{row.bureau}")
        self.state.set(state_words(row), state_tone(row))
        self._show_said(detail)
        self.void_button.setVisible(detail.may_void)
        self.back_button.setVisible(detail.may_take_back)
        self.change_button.setVisible(detail.may_change)
        self.letter_button.setVisible(row.letter_id is not None)
        self.scans_button.setVisible(bool(detail.papers) and not review)
        self.next_button.setText("发出协查函  Ctrl+Enter")
        self.next_button.setVisible(detail.may_issue)
        self.reply.setVisible(detail.may_reply)
        self.hint.setText(_REPLYING if detail.may_reply else "")
        if first and detail.may_reply:
            self._said = self.reply.restore()
        self._show_lines()
        self.papers.blockSignals(True)
        self.papers.clear()
        for paper in detail.papers:
            self.papers.addItem(paper.name, paper.attachment_id)
        self.papers.blockSignals(False)
        self._turn_to(1 if review and detail.papers else 0)
        self.lines.setVisible(not review)
        if detail.may_reply and first:
            self.reply.setFocus()

    def _show_said(self, detail: ConsultationDetail) -> None:
        row = detail.row
        clear(self._inner)
        pairs: list[Said] = [("办件", f"{detail.case_number}　{detail.party}", ("case", row.case_id))]
        if row.kind == "inquiry":
            letter = "　".join(one for one in (row.letter_number, str(row.asked_on or "")) if one) or "还没有发出"
            due = f"，应于 {row.due_on} 前回复{'（已逾期）' if row.overdue else ''}" if row.due_on else ""
            pairs.append(("协查", f"{row.matter}　{letter}{due}", None))
        if row.answered_on is not None:
            name = "意见" if row.kind == "review" else "回函"
            parts = (str(row.answered_on), detail.reply_number, outcome_words(row), row.answer)
            by = f"（登记人 {detail.answered_by}）"
            pairs.append((name, "　".join(one for one in parts if one) + by, None))
        if detail.voided_reason:
            pairs.append(("作废原因", detail.voided_reason, None))
        self._inner.addLayout(facts_grid(pairs, self.context.go))

    def _show_lines(self) -> None:
        detail = self.detail
        if detail is None:
            return
        lines = detail.lines
        if detail.may_reply:
            lines = tuple(self._as_said(line) for line in lines)
            left = sum(not line.outcome_name for line in lines)
            self.reply.count(left, len(lines))
        self.lines.model.set_provider(listed(lines, LINES))

    def _as_said(self, line: ConsultationLineView) -> ConsultationLineView:
        said = self._said.get(line.id or 0)
        if said is None:
            return line
        return replace(line, outcome=said.outcome, outcome_name=OUTCOME_WORDS[said.outcome], words=said.words)

    # ---- sending it out ---------------------------------------------------------------------

    def main_act(self) -> None:
        detail = self.detail
        if detail is None or self._busy:
            return
        if detail.may_reply:
            self.reply.send()
        elif detail.may_issue:
            self._issue(detail)

    def _issue(self, detail: ConsultationDetail) -> None:
        desk, row = self.context.desk, detail.row

        def issued(letter: DocumentRow) -> None:
            self.context.say(f"已发出 {letter.kind_name} {letter.shown_number}")
            self.context.go("document", letter.id)

        def work(progress: Progress, cancelled: IsCancelled) -> DocumentRow:
            return desk.consultations.issue(row.id, row.version, progress=progress, cancelled=cancelled)

        self._wait()
        self.context.run(Operation("正在制作协查函…", work), self, issued, self._refused, self._ended)

    def _change(self) -> None:
        if self.detail is not None:
            self.context.go("inquiry-entry", f"{self.detail.row.case_id}/{self.consultation_id}")

    def _open_letter(self) -> None:
        if self.detail is not None and self.detail.row.letter_id is not None:
            self.context.go("document", self.detail.row.letter_id)

    # ---- the answer ---------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        replying = self.detail is not None and self.detail.may_reply
        if replying and watched is self.lines.table and isinstance(event, QKeyEvent):
            outcome = OUTCOME_KEYS.get(Qt.Key(event.key()))
            if outcome is not None and event.modifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            ):
                if event.type() == QEvent.Type.KeyPress:
                    self._mark(outcome)
                return True
        return super().eventFilter(watched, event)

    def _chosen(self) -> list[ConsultationLineView]:
        rows = self.lines.chosen() or [self.lines.current()]
        return [row for row in rows if isinstance(row, ConsultationLineView) and row.id is not None]

    def _mark(self, outcome: str) -> None:
        for line in self._chosen():
            assert line.id is not None
            before = self._said.get(line.id)
            words = "" if outcome == "confirmed" or before is None else before.words
            self._said[line.id] = LineReply(outcome, words)
        self._show_lines()
        if outcome != "confirmed":
            self._ask_words()

    def _confirm_rest(self) -> None:
        """Whatever was not marked otherwise is as the office has it."""
        if self.detail is None:
            return
        for line in self.detail.lines:
            if line.id is not None:
                self._said.setdefault(line.id, LineReply("confirmed"))
        self._show_lines()

    def _ask_words(self) -> None:
        """The bureau's own words on the chosen lines that it does not confirm."""
        keys = [line.id for line in self._chosen() if line.id is not None]
        keys = [key for key in keys if key in self._said and self._said[key].outcome != "confirmed"]
        if self.detail is None or not self.detail.may_reply or not keys:
            return
        self.words.line.setText(self._said[keys[0]].words)

        def keep(words: str) -> None:
            for key in keys:
                self._said[key] = LineReply(self._said[key].outcome, words)
            self.words.done()
            self._show_lines()
            self.lines.setFocus()

        count = f"（{len(keys)} 项）" if len(keys) > 1 else ""
        self.words.ask(f"对方的说明{count}：", keep, "记下")
        self.words.line.setPlaceholderText("照回函写明对方掌握的情况")

    def _send(self, form: ReplyForm) -> None:
        detail = self.detail
        if detail is None or self._busy:
            return
        desk, row, papers = self.context.desk, detail.row, tuple(self.reply.papers.paths)
        whole = replace(form, lines=dict(self._said))

        def answered(found: ConsultationDetail) -> None:
            self.reply.done()
            self._said = {}
            self.context.say("回函已登记")
            self._show(found)
            if found.row.against:
                words = f"回函有 {found.row.against} 项与申报不符，已列入本件的核查发现，提交初审前须写明处理理由。"
                self.message.tell(words, "amber")

        self._act(
            "正在登记回函…",
            lambda: desk.consultations.reply(row.id, row.version, whole, papers),
            answered,
            self._reply_refused,
        )

    def _reply_refused(self, trouble: Trouble) -> bool:
        if trouble.kind != "input" or self.detail is None:
            return self._refused(trouble)
        names = {f"lines.{line.id}": f"第 {line.number} 项 {line.subject}" for line in self.detail.lines}
        elsewhere = self.reply.refused(trouble)
        words = [f"{names[one.path]}：{one.message}" if one.path in names else one.message for one in elsewhere]
        if words:
            self.message.tell("\n".join(words[:8]), "amber")
        return True

    # ---- taking back ----------------------------------------------------------------------------

    def _ask_void(self) -> None:
        desk, key = self.context.desk, self.consultation_id

        def void(reason: str) -> None:
            self._act(
                "正在作废…", lambda: desk.consultations.void(key, reason), lambda _nothing: self._undone("已作废")
            )

        letter = "，协查函一并作废" if self.detail is not None and self.detail.row.state == "asked" else ""
        self.reason.ask(f"作废{letter}，原因：", void, "作废")

    def _ask_take_back(self) -> None:
        desk, key = self.context.desk, self.consultation_id

        def take_back(reason: str) -> None:
            self._act(
                "正在撤回…",
                lambda: desk.consultations.take_back(key, reason),
                lambda _detail: self._undone("回函登记已撤回"),
            )

        self.reason.ask("撤回回函登记，原因：", take_back, "撤回")

    def _undone(self, said: str) -> None:
        self.reason.done()
        self.message.dismiss()
        self.context.say(said)
        self.refresh()

    def _act(
        self,
        doing: str,
        call: Callable[[], T],
        done: Callable[[T], None],
        refused: Callable[[Trouble], bool] | None = None,
    ) -> None:
        """One act at a time: the buttons wait for its end."""
        self._wait()
        self.context.ask(doing, call, self, done, refused or self._refused, self._ended)

    def _wait(self) -> None:
        self._busy = True
        for one in self._acts:
            one.setEnabled(False)

    def _ended(self) -> None:
        self._busy = False
        for one in self._acts:
            one.setEnabled(True)

    def _refused(self, trouble: Trouble) -> bool:
        if trouble.kind not in ("refusal", "input"):
            return False
        words = [trouble.message, *(one.message for one in trouble.problems)]
        self.message.tell("\n".join(dict.fromkeys(words)), "amber")
        return True

    # ---- scans ------------------------------------------------------------------------------------

    def _turn(self) -> None:
        self._turn_to(1 - self.pages.currentIndex())

    def _turn_to(self, page: int) -> None:
        self.pages.setCurrentIndex(page)
        count = self.papers.count()
        self.scans_button.setText(f"回函扫描件（{count}）" if page == 0 else "返回事项")
        if page == 1:
            self._show_scan()

    def _show_scan(self) -> None:
        key = self.papers.currentData()
        if key is None or self.pages.currentIndex() == 0:
            return
        desk, mine = self.context.desk, self.consultation_id
        self.viewer.open(lambda: desk.consultations.scan(mine, key)[2])
