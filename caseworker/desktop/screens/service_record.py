"""One service asked for, in place: what was asked and done, its scans beside it, and its changes."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit, Field
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import Chip, Message, ReasonStrip, button, card, clear, scrolled
from caseworker.desktop.scan_viewer import ScanViewer
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.oversight_parts import FILES, Said, dropped, facts_grid
from caseworker.desktop.screens.oversight_said import show_history
from caseworker.desktop.screens.programs_parts import FormCard
from caseworker.services.programs import ServiceDetail
from caseworker.services.views import HistoryRow

TONES = {"open": "amber", "done": "green", "declined": "red", "voided": "quiet"}
CORRECTION = (
    Field("requested_on", "申请日期", "date", required=True, width=12),
    Field("request", "申请内容", "long", required=True, wide=True),
    Field("handling", "办理情况", "long", wide=True, hint="还没有办理的留空"),
    Field("reason", "更正原因", required=True, wide=True, width=60),
)
NO_PAPERS = "没有附扫描件。可以用“附文件”选择，也可以拖到这里。"


class ServiceScreen(Screen):
    title = "服务事项"
    manual = "programs"

    def __init__(self, context: Context, record_id: int) -> None:
        super().__init__(context)
        self.record_id = record_id
        self.detail: ServiceDetail | None = None
        self._paper: int | None = None
        self.setAcceptDrops(True)
        self.state = Chip()
        self.attach_button = button("附文件…", self._choose, picture="clip")
        self.correct_button = button("更正…", self.open_correction)
        self._head = self.heading(self.title, self.state, self.attach_button, self.correct_button)
        self.message = Message()
        self.reason = ReasonStrip()
        self.card = FormCard(context, f"service-correct/{record_id}", "更正", CORRECTION, self._correct)
        for widget in (self.message, self.reason, self.card):
            self.body.addWidget(widget)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        frame, self._inner = card()
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 8, 0)
        column.addWidget(frame)
        column.addStretch(1)
        split.addWidget(scrolled(holder))
        split.addWidget(self._right())
        split.setSizes([760, 500])
        self.body.addWidget(split, 1)
        for one in (self.attach_button, self.correct_button):
            one.hide()
        self.setFocusProxy(self.correct_button)

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
        desk, key = self.context.desk, self.record_id
        self.context.ask(
            "正在读取…",
            lambda: (desk.programs.services.get(key), desk.audit.history_of_service(key)),
            self,
            self._show,
        )

    def _show(self, found: tuple[ServiceDetail, tuple[HistoryRow, ...]]) -> None:
        detail, history = found
        self.detail = detail
        row = detail.row
        self._head.setText(f"{row.number}　{row.kind_name}　{row.party}")
        self.state.set(row.state_name, TONES[row.state])
        clear(self._inner)
        pairs: list[Said] = [("依据", detail.title, None)]
        if detail.quote:
            pairs.append(("原文", f"“{detail.quote}”", None))
        pairs.append(("单位", row.party, ("party", row.party_id)))
        if row.person:
            pairs.append(("人员", row.person, ("person", f"{row.party_id}/{row.person_id}")))
        pairs += [("申请日期", row.requested_on.isoformat(), None), ("申请内容", row.request, None)]
        if row.handled_on is not None:
            pairs.append(("办理情况", row.handling, None))
            pairs.append(("办理日期", f"{row.handled_on}（{row.handled_by}）", None))
        pairs.append(("登记人", row.entered_by, None))
        self._inner.addLayout(facts_grid(pairs, self.context.go))
        show_history(self._inner, history)
        for one in (self.attach_button, self.correct_button):
            one.setVisible(detail.may)
        self._show_papers(detail)

    def _show_papers(self, detail: ServiceDetail) -> None:
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
        self.detach_button.setVisible(bool(standing) and detail.may)
        if standing:
            self._show_paper()
        else:
            self._paper = None
            self.scan.tell(NO_PAPERS)

    def _show_paper(self) -> None:
        key, desk = self.papers.currentData(), self.context.desk
        if key is not None and key != self._paper:
            self._paper = key
            self.scan.open(lambda: desk.programs.services.paper(key)[2])

    # ---- putting right -------------------------------------------------------------------

    def main_act(self) -> None:
        """Ctrl+Enter sends the open form."""
        if self.card.isVisible():
            self.card.form.submit()

    def open_correction(self) -> None:
        if self.detail is not None and self.detail.may:
            row = self.detail.row
            self.card.open_form({"requested_on": row.requested_on, "request": row.request, "handling": row.handling})

    def _correct(self, values: dict[str, Any]) -> None:
        detail, desk, key = self.detail, self.context.desk, self.record_id
        if detail is None:
            return
        self._act(
            "正在更正…",
            lambda: desk.programs.services.correct(
                key,
                version=detail.row.version,
                requested_on=values["requested_on"],
                request=values["request"],
                handling=values["handling"] or "",
                reason=values["reason"],
            ),
            "已更正",
            self.card,
        )

    def _act(self, doing: str, call: Any, said: str, form: FormCard | None = None) -> None:
        def done(_answer: object) -> None:
            if form is not None:
                form.close_form()
            self.reason.done()
            self.message.dismiss()
            self.context.say(said)
            self.refresh()

        def refused(trouble: Trouble) -> bool:
            if form is not None and form.refused(trouble):
                return True
            if trouble.kind not in ("refusal", "input"):
                return False
            self.message.tell(trouble.message, "amber")
            return True

        self.context.ask(doing, call, self, done, refused)

    # ---- files -----------------------------------------------------------------------------

    def _choose(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, "附扫描件", "", FILES)
        self.attach([Path(name) for name in names])

    def attach(self, paths: list[Path]) -> None:
        if paths:
            desk, key = self.context.desk, self.record_id
            self._act("正在保存附件…", lambda: desk.programs.services.attach(key, paths), "附件已保存")

    def _ask_detach(self) -> None:
        desk, paper = self.context.desk, self.papers.currentData()
        if paper is None:
            return

        def detach(reason: str) -> None:
            self._act("正在撤下…", lambda: desk.programs.services.detach(paper, reason), "附件已撤下")

        self.reason.ask(f"撤下“{self.papers.currentText()}”的原因：", detach, "撤下")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if not self.attach_button.isHidden() and dropped(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.attach(dropped(event.mimeData()))
        event.acceptProposedAction()

    def keep(self) -> None:
        self.card.keep()
