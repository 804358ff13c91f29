"""The desk on the screen: navigation, title line, the work area with its places and the way back."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from caseworker.desktop import memory
from caseworker.desktop.context import Context, Target
from caseworker.desktop.export import choose_and_save, focused_list
from caseworker.desktop.forms import Form
from caseworker.desktop.icons import icon
from caseworker.desktop.listview import ListView
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import Asking, Message, ToolButton, rule
from caseworker.desktop.registry import NAVIGATION, RECORDS, Entry
from caseworker.desktop.screen import Screen
from caseworker.desktop.titleline import TitleLine

KEPT_RECORDS = 12
NARROW = 76  # characters
DIGITS = 10  # Ctrl+1 … Ctrl+9, then Ctrl+0
TONES = {"refusal": "amber", "input": "amber", "environment": "red", "bug": "red", "cancelled": "accent"}


class Navigation(QFrame):
    """Icons and words; folded to icons. Arrow keys run along it, Enter goes."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("navigation")
        self._tools: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(0)
        for entry in [entry for entry in NAVIGATION if not entry.apart]:
            column.addWidget(self._tool(entry))
        column.addSpacing(8)
        column.addWidget(rule())
        column.addSpacing(8)
        for entry in [entry for entry in NAVIGATION if entry.apart]:
            column.addWidget(self._tool(entry))
        column.addStretch(1)
        self.fold(memory.flag("navigation_folded"))

    def _tool(self, entry: Entry) -> QToolButton:
        tool = ToolButton()
        tool.setProperty("role", "navigation")
        tool.setText(f"  {entry.title}")
        tool.setIcon(icon(entry.icon))
        tool.setIconSize(QSize(18, 18))
        tool.setCheckable(True)
        place = len(self._tools) + 1
        tool.setToolTip(f"{entry.title}（Ctrl+{place % DIGITS}）" if place <= DIGITS else entry.title)
        tool.setAccessibleName(entry.title)
        tool.clicked.connect(lambda _c=False: self.chosen.emit(entry.id))
        self._group.addButton(tool)
        self._tools[entry.id] = tool
        return tool

    def mark(self, screen: str) -> None:
        if screen in self._tools:
            self._tools[screen].setChecked(True)

    @property
    def folded(self) -> bool:
        return self._folded

    def fold(self, folded: bool) -> None:
        self._folded = folded
        character = self.fontMetrics().horizontalAdvance("汉")
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if folded else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        width = 46 if folded else character * 8 + 48
        for tool in self._tools.values():
            tool.setToolButtonStyle(style)
            tool.setFixedWidth(width)
        self.setFixedWidth(width + 1)


class Shell(QWidget):
    """Everything after signing in."""

    switch_wanted = Signal()
    lock_wanted = Signal()
    manual_wanted = Signal(str)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.navigation = Navigation()
        self.message = Message()
        self.stack = QStackedWidget()
        self.title = TitleLine(context, self)
        self._screens: dict[Target, Screen] = {}
        self._history: list[Target] = []
        self._narrow = False

        work = QWidget()
        work.setObjectName("workarea")
        column = QVBoxLayout(work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        strip = QVBoxLayout()
        strip.setContentsMargins(16, 8, 16, 0)
        strip.addWidget(self.message)
        column.addLayout(strip)
        column.addWidget(self.stack, 1)
        below = QHBoxLayout()
        below.setSpacing(0)
        below.addWidget(self.navigation)
        below.addWidget(work, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.title)
        whole.addLayout(below, 1)

        self.navigation.chosen.connect(lambda screen: self.go(("screen", screen)))
        context.going.connect(self.go)
        context.going_back.connect(self.back)
        context.told.connect(self.message.tell)
        context.said.connect(lambda _text: self.message.hide())
        context.runner.troubled.connect(self.show_trouble)
        context.office_changed.connect(self._refresh_current)
        self.title.fold_wanted.connect(self._fold)
        self.title.switch_wanted.connect(self.switch_wanted)
        self.title.lock_wanted.connect(self.lock_wanted)
        self.title.manual_wanted.connect(self._manual)
        self._shortcuts()

    def _shortcuts(self) -> None:
        def on(keys: QKeySequence | str | int, act: object) -> None:
            QShortcut(QKeySequence(keys), self).activated.connect(act)

        on("Ctrl+K", self._focus_search)
        on("Alt+Left", self.back)
        on("Ctrl+B", self._fold)
        on("Ctrl+L", self.lock_wanted)
        on("Ctrl+Shift+L", self.switch_wanted)
        on("F1", self._manual)
        on("F5", self.context.refresh_office)  # the day may have turned meanwhile; the page is read again with it
        on("Ctrl+E", self.export_list)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(self._main_act)
            shortcut.activatedAmbiguously.connect(self._submit_form)
        for place, entry in enumerate(NAVIGATION[:DIGITS], start=1):
            on(f"Ctrl+{place % DIGITS}", lambda entry=entry: self.go(("screen", entry.id)))

    # ---- places --------------------------------------------------------------------------

    @property
    def current(self) -> Screen | None:
        widget = self.stack.currentWidget()
        return widget if isinstance(widget, Screen) else None

    @property
    def place(self) -> Target:
        return self._history[-1] if self._history else ("screen", "home")

    def go(self, target: Target) -> None:
        kind, key = target
        if kind == "screen" and key not in {entry.id for entry in NAVIGATION}:
            return
        if kind != "screen" and kind not in RECORDS:
            return
        if target in self._history:  # going round in circles does not grow the way back
            self._history.remove(target)
        self._history.append(target)
        self._show(target)

    def back(self) -> None:
        if len(self._history) > 1:
            self._history.pop()
            self._show(self._history[-1])
        elif self.place != ("screen", "home"):
            self.go(("screen", "home"))

    def replace(self, target: Target) -> None:
        """Goes there without a way back to the present place (a new record was saved under its number)."""
        if self._history:
            self._throw_away(self._history.pop())
        self.go(target)

    def _show(self, target: Target) -> None:
        if self.current is not None:
            self.current.keep()
        self.message.hide()
        screen = self._screens.get(target)
        if screen is None:
            screen = self._make(target)
            self._screens[target] = screen
            self.stack.addWidget(screen)
        self.stack.setCurrentWidget(screen)
        kind, key = target
        self.navigation.mark(str(key) if kind == "screen" else RECORDS[kind][1])
        self.title.back.setEnabled(len(self._history) > 1)
        if screen.focusProxy() is None:  # a page to be read: the keys are on it, not on what happens to come next
            screen.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        screen.refresh()
        screen.setFocus(Qt.FocusReason.OtherFocusReason)
        self._forget_old()

    def _make(self, target: Target) -> Screen:
        kind, key = target
        if kind == "screen":
            return next(entry for entry in NAVIGATION if entry.id == key).make(self.context)
        return RECORDS[kind][0](self.context, key)

    def _forget_old(self) -> None:
        records = [target for target in self._screens if target[0] != "screen" and target != self.place]
        for target in records[: max(0, len(records) - KEPT_RECORDS)]:
            self._throw_away(target)

    def _throw_away(self, target: Target) -> None:
        screen = self._screens.pop(target, None)
        if screen is not None:
            screen.keep()
            self.stack.removeWidget(screen)
            screen.deleteLater()

    def leave_user(self) -> None:
        """Before another user takes over: every screen goes, its unsaved typing kept for whoever typed it."""
        for target in list(self._screens):
            self._throw_away(target)

    def user_changed(self) -> None:
        """Another user sits here now: the same place, seen with their rights."""
        self.leave_user()
        self.context.refresh_office()
        self._show(self.place)

    # ---- acts of the shell ---------------------------------------------------------------

    def keep(self) -> None:
        if self.current is not None:
            self.current.keep()

    def show_trouble(self, trouble: Trouble) -> None:
        lines = [trouble.message, *[problem.message for problem in trouble.problems[:8]]]
        self.message.tell("\n".join(dict.fromkeys(lines)), TONES.get(trouble.kind, "red"))

    def _refresh_current(self) -> None:
        if self.current is not None:
            self.current.refresh()

    def _main_act(self) -> None:
        """A reason being typed for a side way must not become the straight way: what is asked comes first."""
        widget: QWidget | None = self.focusWidget()
        while widget is not None and not isinstance(widget, Asking):
            widget = widget.parentWidget()
        if widget is not None:
            widget.submit()
        elif self.current is not None:
            self.current.main_act()

    def _submit_form(self) -> None:
        """Ctrl+Enter inside a form sends the form: Qt asks one of the two in turn, and either does the same."""
        widget: QWidget | None = self.focusWidget()
        while widget is not None and not isinstance(widget, Form):
            widget = widget.parentWidget()
        if widget is not None:
            widget.submit()

    def _focus_search(self) -> None:
        self.title.search.come()

    def _fold(self) -> None:
        self.navigation.fold(not self.navigation.folded)
        if not self._narrow:  # opened for a moment on a small screen, it is no wish for others
            memory.remember_flag("navigation_folded", self.navigation.folded)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a narrow window, as at 150 % on a small screen, the words of the navigation give way to the work."""
        super().resizeEvent(event)
        narrow = self.width() < self.fontMetrics().horizontalAdvance("汉") * NARROW
        if narrow != self._narrow:
            self._narrow = narrow
            self.navigation.fold(narrow or memory.flag("navigation_folded"))

    def export_list(self, view: ListView | None = None) -> None:
        """The list that has the focus, or the only one in sight, as a workbook where the clerk says."""
        screen = self.current
        if screen is None:
            return
        view = view or focused_list(screen, QApplication.focusWidget())
        if view is None:
            self.context.tell("请先点一下要导出的列表，再按 Ctrl+E。", "amber")
        elif not view.model.rowCount():
            self.context.tell("列表是空的，没有可以导出的内容。", "amber")
        else:
            choose_and_save(self.context, view, screen.title or "列表")

    def _manual(self) -> None:
        self.manual_wanted.emit(self.current.manual if self.current is not None else "index")
