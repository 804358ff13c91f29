"""One notice: its cases, its objections with their handling, the letter, the closing record."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit, DateEdit, LineEdit
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.parts import Chip, ReasonStrip, Strip, button, label, tab_widget
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.notices import notice_state
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, listed
from caseworker.services.views import DocumentRow, NoticeView, ObjectionView, Role
from caseworker.values.money import Money

NoticeCase = tuple[int, str, str, Money]
CASES: tuple[Column[NoticeCase], ...] = (
    Column("办件编号", lambda row: row[1], "number", width=10),
    Column("单位", lambda row: row[2], "party", width=24, stretch=True),
    Column("金额（元）", lambda row: row[3], "amount", RIGHT, width=10),
)
OBJECTIONS: tuple[Column[ObjectionView], ...] = (
    Column("收到日期", lambda row: row.received_on, "received_on", width=7),
    Column("办件编号", lambda row: row.case_number, "case_number", width=9),
    Column("异议人", lambda row: row.objector, width=7),
    Column("内容", lambda row: row.matter, width=18, stretch=True),
    Column("处理情况", lambda row: row.handling, width=16),
    Column(
        "结论",
        lambda row: row.outcome_name,
        width=6,
        tone=lambda row: {"open": "amber", "upheld": "red"}.get(row.outcome, "green"),
    ),
)


class NoticeScreen(Screen):
    title = "公示"
    manual = "notices-payments"

    def __init__(self, context: Context, notice_id: int) -> None:
        super().__init__(context)
        self.notice_id = notice_id
        self.notice: NoticeView | None = None
        self.state = Chip()
        self.days = label("", "quiet")
        self.letter = button("制作公示文书", self._make_letter, picture="documents")
        self.close_button = button("结束公示  Ctrl+Enter", self.main_act, role="primary")
        self.void_button = button("作废公示…", self._ask_void)
        self._head = self.heading("公示", self.state, self.days, self.void_button, self.letter, self.close_button)
        self.closing = label("", "quiet", wrap=True, selectable=True)  # the closing record
        self.closing.hide()
        self.body.addWidget(self.closing)
        self.reason = ReasonStrip()
        self.body.addWidget(self.reason)
        self.body.addWidget(self._build_objection())
        object_acts: tuple[Act, ...] = ()
        if context.may(Role.CASEWORKER, Role.REVIEWER, Role.HEAD):
            object_acts = (Act("登记异议…", self._ask_objection, button=True),)
        cases = PagedTableModel(CASES, listed((), CASES), context.ask, self)
        self.cases = ListView(
            cases,
            "notice-cases",
            empty="这次公示没有办件。",
            acts=object_acts,
            filter_hint=None,
        )
        self.cases.opened.connect(lambda row: context.go("case", row[0]))
        objections = PagedTableModel(OBJECTIONS, listed((), OBJECTIONS), context.ask, self)
        settle = (Act("处理异议…", self._ask_settling, button=True),) if context.may(Role.REVIEWER, Role.HEAD) else ()
        self.objections = ListView(objections, "objections", empty="没有收到异议。", acts=settle, filter_hint=None)
        self.tabs = tab_widget()
        for part, words in ((self.cases, "公示的办件"), (self.objections, "异议")):
            page = QWidget()
            column = QVBoxLayout(page)
            column.setContentsMargins(0, 8, 0, 0)
            column.addWidget(part)
            self.tabs.addTab(page, words)
        self.body.addWidget(self.tabs, 1)
        self.setFocusProxy(self.cases)

    def _build_objection(self) -> QFrame:
        self.strip = Strip(self._send_strip)
        self._words = label()
        self.received = DateEdit()
        self.received.setAccessibleName("收到日期")
        self.received.setFixedWidth(self.received.fontMetrics().horizontalAdvance("2023-06-01") + 56)
        self.who = LineEdit()
        self.what = LineEdit()
        self.who.setAccessibleName("异议人")
        self.who.returnPressed.connect(self.what.setFocus)
        self.outcome = ChoiceEdit((("dismissed", "异议不成立"), ("upheld", "异议成立，退回核查")))
        self.outcome.setAccessibleName("结论")
        self.outcome.entered.connect(self._send_strip)
        self.what.returnPressed.connect(self._send_strip)
        row = QHBoxLayout(self.strip)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(self._words)
        row.addWidget(self.received)
        row.addWidget(self.who, 1)
        row.addWidget(self.what, 3)
        row.addWidget(self.outcome)
        row.addWidget(button("保存", self._send_strip, role="primary"))
        row.addWidget(button("取消", self.strip.give_up))
        self._settling: ObjectionView | None = None
        self._against: int | None = None
        self.strip.hide()
        return self.strip

    # ---- reading -------------------------------------------------------------------------

    def refresh(self) -> None:
        desk, key = self.context.desk, self.notice_id
        self.context.ask(
            "正在读取公示…",
            lambda: (desk.notices.get(key), desk.notices.objections(key)),
            self,
            lambda found: self._show(*found),
        )

    def _show(self, notice: NoticeView, objections: tuple[ObjectionView, ...]) -> None:
        self.notice = notice
        self._head.setText(notice.shown_number)
        self.state.set(*notice_state(notice))
        self.days.setText(f"{notice.first_day.isoformat()} 至 {notice.last_day.isoformat()}")
        self.closing.setText(_ending(notice, len(objections)))
        self.closing.setVisible(notice.closed_on is not None)
        self.cases.model.set_provider(listed(notice.cases, CASES))
        self.objections.model.set_provider(listed(objections, OBJECTIONS))
        self.tabs.setTabText(1, f"异议（{len(objections)}）" if objections else "异议")
        may = self.context.may(Role.CASEWORKER, Role.HEAD)
        self.close_button.setVisible(may and notice.state == "open")
        over = notice.last_day <= self.context.office.today
        self.close_button.setEnabled(over)
        self.close_button.setToolTip("" if over else f"公示期到 {notice.last_day.isoformat()} 才满")
        voided = notice.state == "voided"
        self.void_button.setVisible(may and not voided)
        self.letter.setVisible(not voided and self.context.may(Role.CASEWORKER, Role.HEAD, Role.SEAL_KEEPER))

    # ---- acts ----------------------------------------------------------------------------

    def main_act(self) -> None:
        if self.close_button.isVisible() and self.close_button.isEnabled():
            self.strip.hide()
            self.reason.ask("公示期间收到的情况（没有可不填）：", self._close, "结束公示", needed=False)

    def _close(self, note: str) -> None:
        desk, key = self.context.desk, self.notice_id

        def closed(_notice: NoticeView) -> None:
            self.reason.done()
            self.context.say("公示已结束")
            self.refresh()

        self.context.ask("正在结束公示…", lambda: desk.notices.close(key, note), self, closed)

    def _ask_void(self) -> None:
        self.strip.hide()  # one question at a time
        self.reason.ask("作废公示的原因：", self._void, "作废公示")

    def _void(self, reason: str) -> None:
        desk, key = self.context.desk, self.notice_id

        def voided(notice: NoticeView) -> None:
            self.reason.done()
            self.context.say(f"{notice.shown_number}已作废，{len(notice.cases)} 件办件回到等待公示")
            self.refresh()

        self.context.ask("正在作废公示…", lambda: desk.notices.void(key, reason), self, voided)

    def _make_letter(self) -> None:
        desk, key = self.context.desk, self.notice_id

        def made(row: DocumentRow) -> None:
            self.context.go("document", row.id)

        self.context.ask("正在制作公示…", lambda: desk.documents.make("public-notice", notice_id=key), self, made)

    def _ask_objection(self) -> None:
        row: Any = self.cases.current()
        if row is None:
            return
        self.reason.hide()
        self._against, self._settling = row[0], None
        self._words.setText(f"对 {row[1]} 的异议")
        self.received.set_value(self.context.office.today)
        self.received.setVisible(True)
        self.who.setVisible(True)
        self.who.setPlaceholderText("异议人")
        self.what.setPlaceholderText("异议内容")
        self.what.setAccessibleName("异议内容")
        self.outcome.hide()
        self.strip.show()
        self.who.setFocus()

    def _ask_settling(self) -> None:
        row = self.objections.current()
        if not isinstance(row, ObjectionView) or row.outcome != "open":
            return
        self.reason.hide()
        self._settling, self._against = row, None
        self._words.setText(f"{row.objector}对 {row.case_number} 的异议")
        self.received.hide()
        self.who.hide()
        self.what.setPlaceholderText("核查和处理情况")
        self.what.setAccessibleName("核查和处理情况")
        self.outcome.show()
        self.strip.show()
        self.what.setFocus()

    def _send_strip(self) -> None:
        self.who.settle()
        self.what.settle()
        desk, key = self.context.desk, self.notice_id
        who, what, outcome = self.who.text().strip(), self.what.text().strip(), self.outcome.currentData()
        settling, against, day = self._settling, self._against, self.received.value()
        if settling is None and day is None:
            self.context.tell("收到日期请写成 2023-06-01 这样。", "amber")
            self.received.setFocus()
            return

        def write() -> object:
            if settling is not None:
                return desk.notices.settle_objection(settling.id, what, outcome)
            assert against is not None
            return desk.notices.object(key, against, who, what, day)

        def written(_view: object) -> None:
            self.strip.hide()
            self.who.clear()
            self.what.clear()
            self.context.say("已记录")
            self.refresh()

        self.context.ask("正在保存…", write, self, written)


def _ending(notice: NoticeView, objections: int) -> str:
    """How it ended, in a line; empty while it is out."""
    if notice.closed_on is None:
        return ""
    if notice.state == "voided":
        return f"{notice.closed_on.isoformat()} 作废公示。收到异议 {objections} 件。原因：{notice.closing_note}"
    note = notice.closing_note or "没有其他情况"
    return f"{notice.closed_on.isoformat()} 结束公示。公示期间收到异议 {objections} 件。记录：{note}"
