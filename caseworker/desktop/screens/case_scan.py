"""An attached scan, looked at in place of the checklist: a PDF's pages or a picture, fitted to the width."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.checklist import scan_words
from caseworker.desktop.context import Context
from caseworker.desktop.parts import ElidedLabel, button
from caseworker.desktop.scan_viewer import ScanViewer
from caseworker.services.views import PaperView


class ScanView(QWidget):
    """One paper's scans, one at a time. Esc and Alt+← lead back to the checklist, not out of the case."""

    left = Signal()

    def __init__(self, context: Context, case_id: int) -> None:
        super().__init__()
        self._context = context
        self._case_id = case_id
        self._paper: PaperView | None = None
        self._place = 0
        self.heading = ElidedLabel("", "strong")
        self.viewer = ScanViewer(context)
        self.viewer.shown.connect(self._focus)
        self.back = button("返回清单  Esc", self.left.emit)
        self.before = button("上一份", lambda: self._turn(-1), role="link")
        self.after = button("下一份", lambda: self._turn(1), role="link")
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addWidget(self.heading, 1)
        row.addWidget(self.before)
        row.addWidget(self.after)
        for words, factor in (("适合", 0.0), ("放大", 1.25), ("缩小", 0.8)):
            row.addWidget(button(words, partial(self.viewer.zoom, factor), role="link"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.viewer, 1)
        # the views would take Alt+← for scrolling, the window for leaving the case
        self.viewer.pdf.view.installEventFilter(self)
        self.viewer.picture.installEventFilter(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_scan(self, paper: PaperView, place: int = 0) -> None:
        """Reads the paper's scan at that place and shows it when it has come."""
        self._paper, self._place = paper, place
        scan = paper.scans[place]
        count = f"（第 {place + 1} 份，共 {len(paper.scans)} 份）" if len(paper.scans) > 1 else ""
        self.heading.setText(f"{paper.name}　{scan_words(scan)}{count}")
        for made, other in ((self.before, place > 0), (self.after, place < len(paper.scans) - 1)):
            made.setVisible(len(paper.scans) > 1)
            made.setEnabled(other)
        desk, key = self._context.desk, self._case_id
        self.viewer.open(lambda: desk.cases.scan(key, paper.id, scan.attachment_id)[2])

    def _focus(self) -> None:
        page = self.viewer.stack.currentWidget()
        if page is not None and self.isVisible():
            (self if page is self.viewer.words else page).setFocus(Qt.FocusReason.OtherFocusReason)

    def _turn(self, by: int) -> None:
        if self._paper is not None and 0 <= self._place + by < len(self._paper.scans):
            self.show_scan(self._paper, self._place + by)

    # ---- the way back --------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        return self._leaves(event) or super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        return self._leaves(event) or super().event(event)

    def _leaves(self, event: QEvent) -> bool:
        """Takes the keys that lead back, before the window makes a shortcut of them."""
        if not isinstance(event, QKeyEvent):
            return False
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if event.key() != Qt.Key.Key_Escape and not (alt and event.key() == Qt.Key.Key_Left):
            return False
        if event.type() == QEvent.Type.KeyPress:
            self.left.emit()
        event.accept()
        return True
