"""The one search box (Ctrl+K): companies, people, cases, letters; the list below it runs by the arrow keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from caseworker.desktop.context import Context
from caseworker.desktop.fields import LineEdit
from caseworker.desktop.icons import icon
from caseworker.services.views import SearchHit

KIND_NAMES = {"party": "企业", "person": "人员", "case": "办件", "document": "文书"}
KIND_ICONS = {"party": "dossiers", "person": "user", "case": "cases", "document": "documents"}
DELAY_MS = 200


class SearchBox(LineEdit):
    """Type, arrow down, Enter. The results are a frame over the work, not a window, so typing goes on."""

    def __init__(self, context: Context, over: QWidget) -> None:
        super().__init__()
        self._context = context
        self._over = over
        self._asked = 0
        self._came_from: QWidget | None = None
        self.setPlaceholderText("搜索企业、人员、办件、文号…  Ctrl+K")
        self.setClearButtonEnabled(True)
        self.setAccessibleName("搜索")
        self.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.results = QFrame(over)
        self.results.setProperty("role", "card")
        self.list = QListWidget()  # at most 20 hits, never a table of records
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(self._open)
        self._note = QLabel()
        self._note.setProperty("role", "quiet")
        inner = QVBoxLayout(self.results)
        inner.setContentsMargins(4, 4, 4, 4)
        inner.addWidget(self.list)
        inner.addWidget(self._note)
        self.results.hide()
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(DELAY_MS)
        self._delay.timeout.connect(self._search)
        self.textEdited.connect(lambda _text: self._delay.start())
        self.textChanged.connect(lambda text: None if text.strip() else self.results.hide())
        over.installEventFilter(self)

    def _search(self) -> None:
        text = self.text().strip()
        self._asked += 1
        asked = self._asked
        if not text:
            self.results.hide()
            return
        desk = self._context.desk
        self._context.ask("正在搜索…", lambda: desk.home.search(text), self, lambda hits: self._found(asked, hits))

    def _found(self, asked: int, hits: tuple[SearchHit, ...]) -> None:
        if asked != self._asked or not self.text().strip():
            return
        self.list.clear()
        for hit in hits:
            words = f"{hit.title}    {hit.detail}" if hit.detail else hit.title
            item = QListWidgetItem(icon(KIND_ICONS.get(hit.kind, "search")), words)
            item.setToolTip(f"{KIND_NAMES.get(hit.kind, '')}：{words}")
            item.setData(Qt.ItemDataRole.UserRole, hit.target)
            self.list.addItem(item)
        self._note.setText("↑↓ 选择，Enter 打开" if hits else "没有找到相符的内容")
        self._note.setContentsMargins(8, 4, 8, 4)
        self.list.setVisible(bool(hits))
        if hits:
            self.list.setCurrentRow(0)
        row = max(self.list.sizeHintForRow(0), 24)
        self.list.setFixedHeight(min(len(hits), 12) * row + 4)
        self.results.setFixedWidth(max(self.width(), self.fontMetrics().horizontalAdvance("汉") * 34))
        self.results.adjustSize()
        place = self.mapTo(self._over, QPoint(0, self.height() + 4))
        right = self._over.width() - self.results.width() - 8
        self.results.move(max(8, min(place.x(), right)), place.y())
        self.results.show()
        self.results.raise_()

    def _open(self, item: QListWidgetItem) -> None:
        kind, key = item.data(Qt.ItemDataRole.UserRole)
        self.results.hide()
        self.clear()
        self._context.go(kind, key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            if self.results.isVisible():
                self.results.hide()
            else:
                self.clear()
                self._back()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.results.isVisible():
            step = 1 if key == Qt.Key.Key_Down else -1
            row = max(0, min(self.list.count() - 1, self.list.currentRow() + step))
            self.list.setCurrentRow(row)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            item = self.list.currentItem()
            if self.results.isVisible() and item is not None:
                self._open(item)
            else:
                self._delay.stop()
                self._search()
        else:
            super().keyPressEvent(event)

    def come(self) -> None:
        """Ctrl+K: what had the keys gets them back when the search is given up."""
        here = QApplication.focusWidget()
        if here is not self:
            self._came_from = here
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def _back(self) -> None:
        before, self._came_from = self._came_from, None
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.focusNextChild()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress and self.results.isVisible():
            self.results.hide()
        return super().eventFilter(watched, event)
