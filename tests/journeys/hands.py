"""Two hands on a keyboard before the real window: keys only, no mouse, nothing called behind the screen.

What has no name that a screen reader could speak, and what takes the keys while it is out of sight, fails the journey.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAccessible, QInputMethodEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from caseworker.desktop.tables import PagedTableModel
from caseworker.desktop.window import Window
from caseworker.values.clock import SetClock

WAIT_MS = 20_000
MOST_STOPS = 90  # of the tab key in one round of a page


def spoken(widget: QWidget | None) -> str:
    """What a screen reader says of a widget; of the line inside a box that can be typed into, the box's name."""
    if widget is None:
        return ""
    parent = widget.parentWidget()
    if isinstance(widget, QLineEdit) and isinstance(parent, QComboBox):
        return spoken(parent)
    words = widget.accessibleName()
    if not words and isinstance(widget, QComboBox):  # on Linux Qt answers with what is chosen
        words = next((one.text() for one in widget.window().findChildren(QLabel) if one.buddy() is widget), "")
    if not words and not isinstance(widget, QComboBox):
        found = QAccessible.queryAccessibleInterface(widget)
        words = "" if found is None else found.text(QAccessible.Text.Name)
    return words.replace("&", "").strip()


def in_sight(widget: QWidget) -> bool:
    """Some of it is on the screen, not scrolled away and not under anything that was never shown."""
    return widget.isVisible() and not widget.visibleRegion().isEmpty()


class StrayWindows(QObject):
    """Parts that were shown before they had a place, and so flashed up as windows of their own and took the keys."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            asked_for = (Qt.WindowType.Popup, Qt.WindowType.Dialog, Qt.WindowType.ToolTip)
            if watched is not self._window and watched.windowType() not in asked_for:
                words = getattr(watched, "text", str)
                self.seen.append(f"{type(watched).__name__} “{words() if callable(words) else words}”")
        return False


class Hands:
    def __init__(self, window: Window, clock: SetClock, qtbot: QtBot) -> None:
        self.window = window
        self.clock = clock
        self._qtbot = qtbot
        self.stray = StrayWindows(window)
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self.stray)

    # ---- keys ----------------------------------------------------------------------------

    @property
    def here(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None, "no part of the window has the focus"
        return found

    def wait(self) -> None:
        """Until nothing is under way, several times in a row: an answer may ask the next question."""
        quiet = 0
        while quiet < 3:
            if not self._still():
                self._qtbot.waitUntil(self._still, timeout=WAIT_MS)
                quiet = 0
            QApplication.processEvents()
            quiet += 1

    def _still(self) -> bool:
        return not self.window.runner.busy

    def _let_go(self) -> bool:
        """A button's own keys press it for a tenth of a second before it acts."""
        return not any(button.isDown() for button in self.window.findChildren(QPushButton))

    def press(self, keys: str, times: int = 1) -> None:
        """As the keyboard sends it: to the window, which hands it to whatever has the focus."""
        combination = QKeySequence(keys)[0]
        handle = self.window.windowHandle()
        assert handle is not None
        for _ in range(times):
            QTest.keyClick(handle, combination.key(), combination.keyboardModifiers())
            self.wait()
            if combination.keyboardModifiers() & Qt.KeyboardModifier.ControlModifier:
                self._qtbot.waitUntil(self._let_go, timeout=WAIT_MS)
                self.wait()

    def _typed_into(self) -> bool:
        here = self.here
        return isinstance(here, QLineEdit | QPlainTextEdit) or (isinstance(here, QComboBox) and here.isEditable())

    def type(self, text: str) -> None:
        """Latin letters, figures and marks. What stood in the field is replaced."""
        assert self._typed_into(), spoken(self.here)
        self.press("Ctrl+A")
        QTest.keyClicks(self.here, text)
        self.wait()

    def compose(self, text: str) -> None:
        """Chinese, as an input method hands it over."""
        assert self._typed_into(), spoken(self.here)
        self.press("Ctrl+A")
        event = QInputMethodEvent()
        event.setCommitString(text)
        QApplication.sendEvent(self.here, event)
        self.wait()

    def stop(self) -> str:
        """The name of what has the focus now, which must have one and be in sight."""
        name = spoken(self.here)
        assert name, f"nothing speaks for {self.here} in {self.here.parentWidget()}"
        assert in_sight(self.here), f"“{name}” has the focus and cannot be seen"
        return name

    def tab_to(self, name: str, *, back: bool = False) -> None:
        """With the tab key to what is called so; every stop on the way is looked at."""
        seen: list[str] = []
        for _ in range(MOST_STOPS):
            if seen and self.stop().startswith(name):
                return
            if not seen and spoken(self.here).startswith(name):
                return
            self.press("Shift+Tab" if back else "Tab")
            seen.append(self.stop())
        raise AssertionError(f"the tab key never comes to “{name}”, only to {list(dict.fromkeys(seen))}")

    def push(self, name: str) -> None:
        """A button: reached by tab, pressed by the space bar."""
        self.tab_to(name)
        self.press("Space")

    def choose(self, words: str) -> None:
        """In the list of a choice that has the focus, by the arrow keys."""
        box = self.here
        assert isinstance(box, QComboBox), spoken(box)
        self.press("Home")
        for _ in range(box.count()):
            if words in box.currentText():
                return
            self.press("Down")
        raise AssertionError(f"no “{words}” among {[box.itemText(n) for n in range(box.count())]}")

    def row(self, words: str) -> None:
        """In the list that has the focus, down to the row that says so."""
        self.press("Home")
        model = getattr(self.here, "_model", None)
        assert isinstance(model, PagedTableModel), spoken(self.here)
        assert isinstance(self.here, QAbstractScrollArea)
        said: list[str] = []
        for _ in range(model.rowCount()):
            number = self.here.currentIndex().row()  # type: ignore[attr-defined]
            said.append(" ".join(str(model.index(number, c).data() or "") for c in range(model.columnCount())))
            if words in said[-1]:
                return
            self.press("Down")
        raise AssertionError(f"no row with “{words}” among {said}")

    # ---- what the screen says ------------------------------------------------------------

    @property
    def place(self) -> tuple[str, int | str]:
        assert self.window.shell is not None
        return self.window.shell.place

    @property
    def told(self) -> str:
        assert self.window.shell is not None
        return self.window.shell.message.text()

    @property
    def said(self) -> str:
        return self.window.statusBar().currentMessage()

    def tab_page(self, words: str) -> None:
        """Ctrl+Tab until the page of this name shows."""
        tabs = [found for found in self.window.findChildren(QTabWidget) if found.isVisible()]
        outer = tabs[0]
        for _ in range(outer.count()):
            if outer.tabText(outer.currentIndex()).startswith(words):
                return
            self.press("Ctrl+Tab")
        raise AssertionError(f"Ctrl+Tab never comes to “{words}”: {[outer.tabText(n) for n in range(outer.count())]}")

    # ---- ways through the program --------------------------------------------------------

    def sign_in(self, login: str, password: str) -> None:
        """切换用户 by its keys."""
        assert self.window.context is not None
        if self.window.context.desk.user.login == login:
            return
        self.press("Ctrl+Shift+L")
        assert self.window.lock_page is not None
        assert self.said == "", "nothing of the office stays on the screen"
        self.press("Escape")
        assert self.window.lock_page is None
        self.press("Ctrl+Shift+L")
        assert self.window.lock_page is not None
        assert self.stop() == "用户"
        self.type(login)
        self.press("Tab")
        assert self.stop() == "密码"
        self.type(password)
        self.press("Return")
        assert self.window.lock_page is None, self.window.lock_page.message.text()
        assert self.window.context.desk.user.login == login

    def search(self, words: str, kind: str = "") -> None:
        """Ctrl+K, a name, Enter on the first that is found; the delay of typing is not waited for."""
        self.press("Ctrl+K")
        assert self.stop() == "搜索"
        self.type(words) if words.isascii() else self.compose(words)
        self.press("Return")
        self.press("Return")
