"""Pages with their names down the left, in groups: for a record that has more parts than tabs can name."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from caseworker.desktop.parts import label


@dataclass(slots=True)
class _Page:
    key: str
    title: str
    tool: QPushButton
    caption: QLabel | None  # of the group it is in
    shown: bool = True


class Sections(QWidget):
    """Named like a QTabWidget where it does the same. Ctrl+Tab goes on, arrows run along the names."""

    currentChanged = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages: list[_Page] = []
        self._stack = QStackedWidget()
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._names = QFrame()
        self._names.setObjectName("sections")
        self._column = QVBoxLayout(self._names)
        self._column.setContentsMargins(0, 8, 8, 8)
        self._column.setSpacing(2)
        self._column.addStretch(1)
        self._area = _Names(self._names)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._area)
        row.addWidget(self._stack, 1)
        for keys, by in (("Ctrl+Tab", 1), ("Ctrl+Shift+Tab", -1), ("Ctrl+PgDown", 1), ("Ctrl+PgUp", -1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda by=by: self.turn(by))

    def addTab(self, page: QWidget, title: str, key: str = "", group: str = "") -> int:
        """`group`: the words above the first of its pages; a page without belongs to no group."""
        known = next((other.caption for other in self._pages if other.caption and other.caption.text() == group), None)
        caption = known
        if group and caption is None:
            caption = label(group, "quiet")
            caption.setContentsMargins(8, 8, 8, 0)
            self._column.insertWidget(self._column.count() - 1, caption)
        tool = _Name(self)
        tool.setText(title)
        tool.setProperty("inner", bool(group))
        tool.setAccessibleName(title)
        number = len(self._pages)
        tool.clicked.connect(lambda _c=False: self.setCurrentIndex(number))
        self._group.addButton(tool)
        self._column.insertWidget(self._column.count() - 1, tool)
        self._stack.addWidget(page)
        self._pages.append(_Page(key, title, tool, caption))
        if number == 0:
            tool.setChecked(True)
            self.setFocusProxy(page)
        return number

    # ---- as a tab widget has it ----------------------------------------------------------

    def count(self) -> int:
        return len(self._pages)

    def currentIndex(self) -> int:
        return self._stack.currentIndex()

    def currentWidget(self) -> QWidget | None:
        return self._stack.currentWidget()

    def widget(self, number: int) -> QWidget | None:
        return self._stack.widget(number)

    def tabText(self, number: int) -> str:
        return self._pages[number].title

    def isTabVisible(self, number: int) -> bool:
        return self._pages[number].shown

    def setCurrentWidget(self, page: QWidget) -> None:
        self.setCurrentIndex(self._stack.indexOf(page))

    def setCurrentIndex(self, number: int) -> None:
        if not 0 <= number < len(self._pages) or not self._pages[number].shown:
            return
        self._pages[number].tool.setChecked(True)
        self._area.ensureWidgetVisible(self._pages[number].tool, 0, 8)
        if number != self._stack.currentIndex():
            self._stack.setCurrentIndex(number)
            page = self._stack.currentWidget()
            if page is not None:
                self.setFocusProxy(page)
            self.currentChanged.emit(number)

    def hide_names(self) -> None:
        """For a record that has one page so far."""
        self._area.hide()

    # ---- by key --------------------------------------------------------------------------

    def place(self, key: str) -> int:
        """The page's number, -1 where there is none."""
        return next((number for number, page in enumerate(self._pages) if page.key == key), -1)

    def key(self) -> str:
        """Of the page that is shown."""
        number = self.currentIndex()
        return self._pages[number].key if number >= 0 else ""

    def show_key(self, key: str) -> bool:
        number = self.place(key)
        if number < 0 or not self._pages[number].shown:
            return False
        self.setCurrentIndex(number)
        return True

    def offer(self, key: str, offered: bool) -> None:
        """Shows or hides a page's name; a group without pages loses its words."""
        page = self._pages[self.place(key)]
        page.shown = offered
        page.tool.setVisible(offered)
        if page.caption is not None:
            page.caption.setVisible(any(other.shown for other in self._pages if other.caption is page.caption))

    def set_count(self, key: str, count: int | None) -> None:
        """A number behind the name, such as how much is missing."""
        page = self._pages[self.place(key)]
        page.tool.setText(page.title if not count else f"{page.title}　{count}")
        page.tool.setAccessibleName(page.tool.text())
        self._area.updateGeometry()

    def turn(self, by: int) -> None:
        """To the next page that is offered, round and round."""
        number = self.currentIndex()
        for _ in self._pages:
            number = (number + by) % len(self._pages)
            if self._pages[number].shown:
                break
        keep = isinstance(self.focusWidget(), _Name)
        self.setCurrentIndex(number)
        page = self._pages[number].tool if keep else self._stack.currentWidget()
        if page is not None:
            page.setFocus(Qt.FocusReason.TabFocusReason)

    def step_name(self, by: int) -> None:
        """Arrow keys on the names: the focus stays there."""
        self.turn(by)


class _Name(QPushButton):
    """A page's name. Enter shows the page and goes into it."""

    def __init__(self, sections: Sections) -> None:
        super().__init__()
        self._sections = sections
        self.setProperty("role", "section")
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._sections.step_name(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right):
            self.click()
            page = self._sections.currentWidget()
            if page is not None:
                page.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)


class _Names(QScrollArea):
    """As wide as the longest name; scrolls where the window is too low for all."""

    def __init__(self, names: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._inner = names
        self.setWidget(names)

    def sizeHint(self) -> QSize:
        least = self.fontMetrics().horizontalAdvance("汉") * 7 + 24
        wide = self._inner.sizeHint().width()
        bar = self.verticalScrollBar()
        return QSize(max(least, wide) + (bar.sizeHint().width() if bar.isVisible() else 0), 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width(), 80)
