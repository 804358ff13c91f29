"""Beside the checklist: the chosen paper's scan, what was done on its line, and what the scanner has just brought."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from caseworker.desktop.checklist import scan_words
from caseworker.desktop.context import Context
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import ElidedLabel, button
from caseworker.desktop.scan_viewer import ScanViewer
from caseworker.desktop.screens.new_scans import NewScans
from caseworker.desktop.words import size, when
from caseworker.services.scan_inbox import NewScan
from caseworker.services.views import PaperChange, PaperView, Role

AFTER_MS = 150  # arrows run down the list faster than scans are read


class PaperPane(QWidget):
    def __init__(self, context: Context, case_id: int) -> None:
        super().__init__()
        self._context = context
        self._case_id = case_id
        self._paper: PaperView | None = None
        self._place = 0
        self._shown: tuple[object, ...] = ()
        self._asked = 0
        self.heading = ElidedLabel("", "strong")
        self.viewer = ScanViewer(context)
        self.history = QPlainTextEdit()
        self.history.setReadOnly(True)
        self.history.setTabChangesFocus(True)
        self.history.setAccessibleName("核验经过")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.viewer)
        self.stack.addWidget(self.history)
        self.turn_to = button("经过 H", self.turn_page, role="link")
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.heading, 1)
        top.addWidget(self.turn_to)
        upper = QWidget()
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.stack, 1)
        self.scans = NewScans(context)
        if not context.may(Role.CASEWORKER):
            self.scans.hide()
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.addWidget(upper)
        self.split.addWidget(self.scans)
        self.split.setSizes([600, 360])  # in this proportion, where the strip has its least rows
        self.split.setChildrenCollapsible(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 0, 0, 0)
        whole.addWidget(self.split)
        self.scans.looked_at.connect(self._look_at)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(AFTER_MS)
        self._later.timeout.connect(self._show)

    def show_paper(self, paper: PaperView | None) -> None:
        """The paper's first scan, a moment later; the same one again is not read again."""
        if paper is None or self._paper is None or paper.id != self._paper.id:
            self._place = 0
        self._paper = paper
        self.scans.aim("" if paper is None else paper.name)
        self._later.start()

    def show_last(self) -> None:
        """What was just attached."""
        if self._paper is not None:
            self._place = max(0, len(self._paper.scans) - 1)
            self._later.start()

    def turn(self, by: int) -> None:
        if self._paper is not None and 0 <= self._place + by < len(self._paper.scans):
            self._place += by
            self._later.start()

    @property
    def place(self) -> int:
        return self._place

    def turn_page(self) -> None:
        """Between the scan and the history of the line."""
        self.stack.setCurrentWidget(self.history if self.stack.currentWidget() is self.viewer else self.viewer)
        self.turn_to.setText("预览 H" if self.stack.currentWidget() is self.history else "经过 H")
        self._shown = ()
        self._show()

    def _show(self) -> None:
        paper = self._paper
        if paper is None or not self.isVisible():
            return
        if self.stack.currentWidget() is self.history:
            self._show_history(paper)
            return
        self._place = min(self._place, max(0, len(paper.scans) - 1))
        wanted = (paper.id, paper.scans[self._place].attachment_id if paper.scans else None)
        if wanted == self._shown:
            return
        self._shown = wanted
        if not paper.scans:
            self.heading.setText(paper.name)
            self.viewer.tell("还没有附扫描件。\n按 A 选择文件，或者把文件拖到这一行。")
            return
        scan = paper.scans[self._place]
        count = f"（{self._place + 1}/{len(paper.scans)} ← →）" if len(paper.scans) > 1 else ""
        self.heading.setText(f"{count}{scan_words(scan)}")
        desk, key = self._context.desk, self._case_id
        self.viewer.open(lambda: desk.cases.scan(key, paper.id, scan.attachment_id)[2])

    def _look_at(self, scan: NewScan | None) -> None:
        """A new scan is looked at while its strip has the focus."""
        if scan is None or not self.scans.table.hasFocus():
            return
        self._later.stop()
        if self.stack.currentWidget() is self.history:
            self.turn_page()
        self._shown = (scan.token,)
        pages = "" if scan.problem else f"　{scan.pages} 页"
        self.heading.setText(f"新：{scan.name}{pages}　{size(scan.size)}")
        if scan.problem:
            self.viewer.tell(scan.problem)
        else:
            self.viewer.open(scan.read)

    def preview_new(self) -> None:
        self._look_at(self.scans.current())

    def _show_history(self, paper: PaperView) -> None:
        wanted = (paper.id, paper.version, len(paper.scans))
        self.heading.setText(f"{paper.name}　核验经过")
        if wanted == self._shown:
            return
        self._shown = wanted
        self._asked += 1
        asked, desk, key = self._asked, self._context.desk, self._case_id
        self.history.setPlainText("")

        def told(changes: tuple[PaperChange, ...]) -> None:
            if asked == self._asked:
                self.history.setPlainText("\n".join(map(_line, changes)) or "这一项还没有核验过。")

        def failed(trouble: Trouble) -> bool:
            if asked == self._asked:
                self.history.setPlainText(trouble.message)
            return trouble.kind != "bug"

        self._context.ask("正在读取核验经过…", lambda: desk.cases.paper_history(key, paper.id), self, told, failed)


def _line(change: PaperChange) -> str:
    reason = f"（{change.reason}）" if change.reason else ""
    return f"{when(change.at)}　{change.user}\n　　{'；'.join(change.changes)}{reason}"
