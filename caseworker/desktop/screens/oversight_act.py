"""One act of oversight in place: what it says, its photos and scans beside it, and what may come next."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.document_row import DocumentOffers
from caseworker.desktop.fields import ChoiceEdit, Field
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import Chip, Message, ReasonStrip, button, card, label, scrolled
from caseworker.desktop.scan_viewer import ScanViewer
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.dossier_entry import fact_value, form_field
from caseworker.desktop.screens.oversight_criteria import criteria_problems
from caseworker.desktop.screens.oversight_entry import Preset, act_fields, act_form
from caseworker.desktop.screens.oversight_parts import FILES, act_state, act_tone, dropped
from caseworker.desktop.screens.oversight_said import show_said
from caseworker.desktop.screens.programs_parts import FormCard
from caseworker.services.oversight_views import ActDetail, Entered, FundsForm
from caseworker.services.views import HistoryRow, Role

_MEND = {"visit", "funds-report"}  # an order to mend may follow from these


class ActScreen(Screen):
    title = "监管"
    manual = "oversight"

    def __init__(self, context: Context, act_id: int) -> None:
        super().__init__(context)
        self.act_id = act_id
        self.detail: ActDetail | None = None
        self._history: tuple[HistoryRow, ...] = ()
        self._paper: int | None = None
        self._funds: FundsForm | None = None
        self.setAcceptDrops(True)
        self.state = Chip()
        self.void_button = button("作废…", self._ask_void)
        self.attach_button = button("附文件…", self._choose, picture="clip")
        self.correct_button = button("更正…", self.open_correction)
        self.mend_button = button("责令整改…", lambda: self._follow("rectification"))
        self.answer_button = button("登记整改报告…", lambda: self._follow("mend-report"))
        self.next_button = button("", self.main_act, role="primary")
        self._head = self.heading(
            self.title,
            self.state,
            self.void_button,
            self.correct_button,
            self.attach_button,
            self.mend_button,
            self.answer_button,
            self.next_button,
        )
        self.letters = DocumentOffers(context, "act")
        self.message = Message()
        self.reason = ReasonStrip()
        self.close_card: FormCard | None = None
        self.funds_card: FormCard | None = None
        self.correct_card: FormCard | None = None
        for widget in (self.letters, self.message, self.reason):
            self.body.addWidget(widget)
        self._cards = QVBoxLayout()
        self.body.addLayout(self._cards)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self._left())
        self.split.addWidget(self._right())
        self.split.setSizes([760, 500])
        self.body.addWidget(self.split, 1)
        for one in (
            self.void_button,
            self.correct_button,
            self.attach_button,
            self.mend_button,
            self.answer_button,
            self.next_button,
        ):
            one.hide()
        self.setFocusProxy(self.next_button)

    def _left(self) -> QWidget:
        frame, self._inner = card()
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 8, 0)
        column.addWidget(frame)
        column.addStretch(1)
        return scrolled(holder)

    def _right(self) -> QWidget:
        beside = QWidget()
        column = QVBoxLayout(beside)
        column.setContentsMargins(8, 0, 0, 0)
        column.setSpacing(6)
        top = QHBoxLayout()
        self.papers = ChoiceEdit(())
        self.papers.setAccessibleName("附件")
        self.papers.currentIndexChanged.connect(lambda _i: self._show_paper())
        top.addWidget(self.papers, 1)
        self.scan = ScanViewer(self.context)
        # a picture is scaled to the room it had before it was shown: once it is there, to the room it has
        self.scan.shown.connect(lambda: QTimer.singleShot(0, self.scan, partial(self.scan.zoom, 0.0)))
        self.zooms = [
            button(words, partial(self.scan.zoom, factor), role="link")
            for words, factor in (("适合", 0.0), ("放大", 1.25), ("缩小", 0.8))
        ]
        self.detach_button = button("撤下…", self._ask_detach, role="link")
        for one in (*self.zooms, self.detach_button):
            top.addWidget(one)
        column.addLayout(top)
        column.addWidget(self.scan, 1)
        return beside

    # ---- reading -------------------------------------------------------------------------

    def refresh(self) -> None:
        desk, key = self.context.desk, self.act_id
        self.context.ask(
            "正在读取…", lambda: (desk.oversight.get(key), desk.audit.history_of_act(key)), self, self._show_all
        )

    def _show_all(self, found: tuple[ActDetail, tuple[HistoryRow, ...]]) -> None:
        self._history = found[1]
        self._show(found[0])

    def _show(self, detail: ActDetail) -> None:
        self.detail = detail
        row = detail.row
        self._head.setText(f"{row.kind_name}　{row.party or '机构登记簿'}")
        self.state.set(act_state(row), act_tone(row))
        self.letters.ask(row.id)
        show_said(self._inner, detail, self._history, self.context.go)
        may = self.context.may(Role.CASEWORKER, Role.REVIEWER, Role.HEAD)
        standing = may and row.state != "voided"
        self.void_button.setVisible(detail.may_void)
        self.correct_button.setVisible(detail.may_correct)
        self.attach_button.setVisible(standing)
        self.mend_button.setVisible(
            standing and row.kind in _MEND and row.state == "closed" and self.context.may(Role.REVIEWER, Role.HEAD)
        )
        self.answer_button.setVisible(standing and row.kind == "rectification" and row.state == "open")
        words = self._next_words(detail)
        self.next_button.setText(f"{words}  Ctrl+Enter")
        self.next_button.setVisible(bool(words))
        self._show_papers(detail)

    @staticmethod
    def _next_words(detail: ActDetail) -> str:
        if detail.may_report:
            return "登记报告数据…"
        if detail.may_lift:
            return "解除暂停…"
        return "办结…" if detail.outcomes else ""

    # ---- putting right -----------------------------------------------------------------------

    def open_correction(self) -> None:
        """Its form with what was typed; a reason goes with it."""
        detail = self.detail
        if detail is None or not detail.may_correct:
            return
        if self.correct_card is None:
            reason = Field("reason", "更正原因", required=True, wide=True, width=60)
            fields = (*act_fields(detail.kind), reason)
            self.correct_card = FormCard(
                self.context, f"oversight-correct/{self.act_id}", "更正", fields, self._correct
            )
            self._cards.addWidget(self.correct_card)
        form = detail.form
        values = {"happened_on": form.happened_on, "due_on": form.due_on, "title": form.title, "words": form.words}
        known = {
            name: value for name, value in {**values, **form.data}.items() if name in self.correct_card.form.fields
        }
        self.correct_card.open_form(known)

    def _correct(self, values: dict[str, Any]) -> None:
        detail, desk, key = self.detail, self.context.desk, self.act_id
        if detail is None:
            return
        form, reason = act_form(detail.kind, values), values["reason"]
        self._act("正在更正…", lambda: desk.oversight.correct(key, form, reason), "已更正", self.correct_card)

    def _show_papers(self, detail: ActDetail) -> None:
        standing = [one for one in detail.papers if one.detached_reason is None]
        self.papers.blockSignals(True)
        self.papers.clear()
        for one in standing:
            self.papers.addItem(one.name, one.id)
        if self._paper is not None:
            self.papers.choose(self._paper)
        self.papers.blockSignals(False)
        for widget in (self.papers, *self.zooms):
            widget.setVisible(bool(standing))
        self.detach_button.setVisible(bool(standing) and not self.attach_button.isHidden())
        if standing:
            self._show_paper()
        else:
            self._paper = None
            self.scan.tell("没有附照片或扫描件。可以用“附文件”选择，也可以拖到这里。")

    def _show_paper(self) -> None:
        key = self.papers.currentData()
        if key is None or key == self._paper:
            return
        self._paper = key
        desk = self.context.desk
        self.scan.open(lambda: desk.oversight.paper(key)[2])

    # ---- what comes next -------------------------------------------------------------------

    def main_act(self) -> None:
        """The next thing to do with it; with its form open, Ctrl+Enter sends the form."""
        for form in (self.close_card, self.funds_card, self.correct_card):
            if form is not None and form.isVisible():
                form.form.submit()
                return
        detail = self.detail
        if detail is None:
            return
        if detail.may_report:
            self._open_funds()
        elif detail.may_lift:
            self.reason.ask("解除暂停拨付的理由：", self._lift, "解除暂停")
        elif detail.outcomes:
            self._open_close(detail)

    def _open_close(self, detail: ActDetail) -> None:
        if self.close_card is None:
            options: tuple[tuple[Any, str], ...] = ((None, "（请选择）"), *detail.outcomes)
            fields = (
                Field("outcome", "办理结果", "choice", options=options, required=True, width=12),
                Field("closed_on", "办结日期", "date", required=True, width=12),
                Field("words", "办理情况", "long", required=True, wide=True),
            )
            self.close_card = FormCard(self.context, f"oversight-close/{self.act_id}", "办结", fields, self._close)
            self._cards.addWidget(self.close_card)
        self.close_card.open_form({"closed_on": self.context.office.today})

    def _close(self, values: dict[str, Any]) -> None:
        desk, key = self.context.desk, self.act_id
        self._act(
            "正在办结…",
            lambda: desk.oversight.close(key, values["outcome"] or "", values["words"], values["closed_on"]),
            "已办结",
            self.close_card,
        )

    def _open_funds(self) -> None:
        detail, desk = self.detail, self.context.desk
        if detail is None or detail.row.party_id is None:
            return
        party = detail.row.party_id
        if self._funds is not None:
            self._show_funds(self._funds)
        else:
            self.context.ask("正在读取…", lambda: desk.oversight.funds_form(party), self, self._show_funds)

    def _show_funds(self, form: FundsForm) -> None:
        if self.funds_card is None:
            self._funds = form
            fields = [Field("handed_in_on", "收到日期", "date", required=True, width=12)]
            fields += [form_field(one) for one in form.fields]
            fields.append(Field("words", "说明", "long", wide=True))
            paid = "；".join(f"{title} {amount.shown()} 元" for title, amount in form.paid.items())
            note = label(
                f"本系统记录的实际拨付：{paid or '没有'}。报告中的数字与此不符的，请先核对。", "quiet", wrap=True
            )
            self.funds_card = FormCard(
                self.context, f"oversight-funds/{self.act_id}", form.title, tuple(fields), self._report, above=(note,)
            )
            self._cards.addWidget(self.funds_card)
        self.funds_card.open_form({"handed_in_on": self.context.office.today})

    def _report(self, values: dict[str, Any]) -> None:
        form, desk, key = self._funds, self.context.desk, self.act_id
        if form is None:
            return
        figures = {one.name: fact_value(one, values[one.name]) for one in form.fields}
        self._act(
            "正在核算…",
            lambda: desk.oversight.report_funds(key, figures, values["handed_in_on"], values["words"] or ""),
            "报告已登记",
            self.funds_card,
        )

    def _act(self, doing: str, call: Any, said: str, form: FormCard | None) -> None:
        def done(answer: object) -> None:
            if form is not None:
                form.close_form()
            if isinstance(answer, Entered) and answer.warnings:
                self.context.tell("\n".join(answer.warnings), "amber")
            self.reason.done()
            self.message.dismiss()
            self.context.say(said)
            self.refresh()

        def refused(trouble: Trouble) -> bool:
            trouble = replace(trouble, problems=criteria_problems(trouble.problems))
            return (form is not None and form.refused(trouble)) or self._refused(trouble)

        self.context.ask(doing, call, self, done, refused)

    def _refused(self, trouble: Trouble) -> bool:
        if trouble.kind not in ("refusal", "input"):
            return False
        self.message.tell(trouble.message, "amber")
        return True

    def _lift(self, reason: str) -> None:
        desk, key = self.context.desk, self.act_id

        def done(entered: Entered) -> None:
            self.reason.done()
            self.context.say("已解除暂停，款项可以继续拨付")
            self.context.go("oversight", entered.id)

        self.context.ask("正在解除…", lambda: desk.oversight.lift(key, reason), self, done, self._refused)

    def _follow(self, kind: str) -> None:
        if self.detail is not None and self.detail.row.party_id is not None:
            row = self.detail.row
            preset = Preset(kind, row.party_id or 0, row.case_id or 0, 0, row.id)
            self.context.go("oversight-entry", preset.key)

    def _ask_void(self) -> None:
        desk, key = self.context.desk, self.act_id

        def void(reason: str) -> None:
            self._act("正在作废…", lambda: desk.oversight.void(key, reason), "已作废", None)

        self.reason.ask("作废的原因：", void, "作废")

    # ---- files -----------------------------------------------------------------------------

    def _choose(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, "附照片、扫描件", "", FILES)
        self.attach([Path(name) for name in names])

    def attach(self, paths: list[Path]) -> None:
        if paths:
            desk, key = self.context.desk, self.act_id
            self._act("正在保存附件…", lambda: desk.oversight.attach(key, paths), "附件已保存", None)

    def _ask_detach(self) -> None:
        desk, paper = self.context.desk, self.papers.currentData()
        if paper is None:
            return

        def detach(reason: str) -> None:
            self._act("正在撤下…", lambda: desk.oversight.detach(paper, reason), "附件已撤下", None)

        self.reason.ask(f"撤下“{self.papers.currentText()}”的原因：", detach, "撤下")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if not self.attach_button.isHidden() and dropped(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.attach(dropped(event.mimeData()))
        event.acceptProposedAction()

    def keep(self) -> None:
        for form in (self.close_card, self.funds_card, self.correct_card):
            if form is not None:
                form.keep()
