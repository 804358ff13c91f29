"""The scan behind something in a dossier, looked at in place of the list."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.parts import ElidedLabel, button
from caseworker.desktop.scan_viewer import ScanViewer


class PaperView(QWidget):
    """One scan, fitted to the width. Esc and Alt+← lead back to the list, not out of the dossier."""

    left = Signal()

    def __init__(self, context: Context, party_id: int) -> None:
        super().__init__()
        self._context = context
        self._party_id = party_id
        self.heading = ElidedLabel("", "strong")
        self.viewer = ScanViewer(context)
        self.back = button("返回列表  Esc", self.left.emit)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.back)
        row.addWidget(self.heading, 1)
        for words, factor in (("适合", 0.0), ("放大", 1.25), ("缩小", 0.8)):
            row.addWidget(button(words, partial(self.viewer.zoom, factor), role="link"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.viewer, 1)
        # the views would take Alt+← for scrolling, the window for leaving the dossier
        self.viewer.pdf.view.installEventFilter(self)
        self.viewer.picture.installEventFilter(self)
        self.viewer.shown.connect(self._focus)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_paper(self, attachment_id: int, title: str) -> None:
        """Reads the scan and shows it when it has come."""
        self.heading.setText(title)
        desk, key = self._context.desk, self._party_id
        self.viewer.open(lambda: desk.records.paper(key, attachment_id)[2])

    def _focus(self) -> None:
        if self.isVisible():
            page = self.viewer.stack.currentWidget()
            (self if page is None or page is self.viewer.words else page).setFocus(Qt.FocusReason.OtherFocusReason)

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
