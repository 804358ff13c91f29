"""A list as every screen shows it: filter box, buttons, table, count, and words with an act where it is empty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
)
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from caseworker.desktop.icons import icon
from caseworker.desktop.parts import Button
from caseworker.desktop.spoken import NamedByPlace
from caseworker.desktop.table import Table
from caseworker.desktop.tables import PagedTableModel

FILTER_DELAY_MS = 250


@dataclass(frozen=True, slots=True)
class Act:
    """Something to do with the chosen row, in the context menu (and, if said, on a button above the list)."""

    text: str
    run: Callable[[], None]
    icon: str | None = None
    needs_row: bool = True
    button: bool = False
    primary: bool = False
    keys: str = "Ctrl+N"  # of a primary button; empty for none


@runtime_checkable
class Exporter(Protocol):
    """What holds the screens, and writes a list of theirs as a workbook."""

    def export_list(self, view: ListView) -> None: ...


class FilterLine(QLineEdit):
    """Wide enough for its hint; where the window is narrow it gives way to the buttons."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("汉") * 18, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("汉") * 8, super().minimumSizeHint().height())


class ListView(QWidget):
    """A filter box and buttons above a table, a count below, and words where it is empty."""

    opened = Signal(object)  # the row's data
    chosen_changed = Signal()

    def __init__(
        self,
        model: PagedTableModel[Any],
        name: str,
        *,
        empty: str,
        empty_act: Act | None = None,
        acts: tuple[Act, ...] = (),
        filter_hint: str | None = "筛选…",
        filters: tuple[QWidget, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.model = model
        self.table = Table(model, name, self)
        NamedByPlace(self.table, "列表")
        self._acts = acts
        self._empty = empty
        self._buttons: list[tuple[Button, Act]] = []

        self.filter = FilterLine(self)
        self.filter.setPlaceholderText(filter_hint or "")
        self.filter.setAccessibleName((filter_hint or "").rstrip("…"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setVisible(filter_hint is not None)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(FILTER_DELAY_MS)
        self._delay.timeout.connect(self._filter_now)
        self.filter.textChanged.connect(lambda _t: self._delay.start())
        self.filter.returnPressed.connect(self._filter_enter)

        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.filter)
        for widget in filters:
            top.addWidget(widget)
        top.addStretch(1)
        for act in acts:
            if act.button:
                button = Button(act.text)
                if act.icon:
                    button.setIcon(icon(act.icon, "on_accent" if act.primary else "text_quiet"))
                if act.primary:
                    button.setProperty("role", "primary")
                    button.setShortcut(act.keys)
                    button.setToolTip(act.keys)
                button.clicked.connect(lambda _c=False, act=act: act.run())
                top.addWidget(button)
                self._buttons.append((button, act))

        self._note = QLabel(self)
        self._note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._note.setWordWrap(True)
        self._note.setProperty("role", "quiet")
        self._offer = Button(empty_act.text if empty_act else "", self)
        self._offer.setProperty("role", "primary")
        self._offer_act = empty_act
        self._offering = True
        if empty_act is not None:
            self._offer.clicked.connect(lambda: empty_act.run())
        self._blank = QWidget(self)
        self._blank.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        inner = QVBoxLayout(self._blank)
        inner.addStretch(2)
        inner.addWidget(self._note)
        inner.addWidget(self._offer, 0, Qt.AlignmentFlag.AlignCenter)
        inner.addStretch(3)

        self._stack = QStackedLayout()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._blank)
        self._count = QLabel(self)
        self._count.setProperty("role", "quiet")

        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        if filter_hint is not None or filters or self._buttons:
            whole.addLayout(top)
        whole.addLayout(self._stack, 1)
        whole.addWidget(self._count)
        self.setFocusProxy(self.table)

        model.loaded.connect(self._loaded)
        self.table.opened.connect(self._open)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._menu)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._choice_changed())
        self._choice_changed()

    def sizeHint(self) -> QSize:
        return QSize(640, 300)

    def refresh(self) -> None:
        self.model.refresh()

    def set_empty(self, words: str) -> None:
        """What an empty list says from the next answer on."""
        self._empty = words

    def offer_act(self, offering: bool) -> None:
        """Whether an empty list offers its act: not while that is under way already."""
        self._offering = offering
        self._offer.setVisible(offering and self._offer_act is not None and not self.model.search)

    def current(self) -> object | None:
        index = self.table.currentIndex()
        return self.model.row(index.row()) if index.isValid() else None

    def chosen(self) -> list[object]:
        rows = [self.model.row(number) for number in self.table.chosen()]
        return [row for row in rows if row is not None]

    def _filter_now(self) -> None:
        self.model.set_search(self.filter.text().strip())

    def _filter_enter(self) -> None:
        self._delay.stop()
        self._filter_now()
        self.setFocus()

    def _loaded(self) -> None:
        total = self.model.rowCount()
        if total:
            self._show_page(self.table, self.table)
            here = self.table.currentIndex()
            if not here.isValid():
                self.table.setCurrentIndex(self.model.index(0, 0))
            elif not self.table.chosen():  # Qt makes a row current without choosing it where the focus comes first
                self.table.selectRow(here.row())
        else:
            filtered = bool(self.model.search)
            self._note.setText(f"没有与“{self.model.search}”相符的内容" if filtered else self._empty)
            self._blank.setAccessibleName(self._note.text())
            self._offer.setVisible(self._offer_act is not None and self._offering and not filtered)
            if not self.filter.isHidden() and filtered:
                self._show_page(self._blank, self.filter)
            else:
                self._show_page(self._blank, self._blank if self._offer.isHidden() else self._offer)
        self._count.setText(f"共 {total:,} 条" if total else "")

    def _show_page(self, page: QWidget, keys: QWidget) -> None:
        """Turns to the table or to the words; `keys` takes the focus, never a page that is out of sight."""
        leaving = self._stack.currentWidget()
        focus = QApplication.focusWidget()
        inside = False
        if leaving is not None and leaving is not page and focus is not None:
            inside = focus is leaving or leaving.isAncestorOf(focus)
        self._stack.setCurrentWidget(page)
        self.setFocusProxy(keys)
        if inside:
            keys.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choice_changed(self) -> None:
        some = bool(self.table.chosen())
        for button, act in self._buttons:
            button.setEnabled(some or not act.needs_row)
        self.chosen_changed.emit()

    def _open(self, number: int) -> None:
        row = self.model.row(number)
        if row is not None:
            self.opened.emit(row)

    def _export(self) -> None:
        """Ctrl+E as if it had been pressed here: whoever holds the screens hears it."""
        at: QWidget | None = self
        while at is not None and not isinstance(at, Exporter):
            at = at.parentWidget()
        if isinstance(at, Exporter):
            at.export_list(self)

    def _menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        index = self.table.indexAt(at)
        if index.isValid():
            open_it = menu.addAction("打开")
            open_it.triggered.connect(lambda: self._open(index.row()))
        for act in self._acts:
            if index.isValid() or not act.needs_row:
                action = QAction(act.text, menu)
                action.triggered.connect(lambda _c=False, act=act: act.run())
                menu.addAction(action)
        if index.isValid():
            menu.addSeparator()
            menu.addAction("复制").triggered.connect(lambda: self.table.copy())
            menu.addAction("复制（含表头）").triggered.connect(lambda: self.table.copy(with_header=True))
        if self.model.rowCount():
            menu.addSeparator()
            menu.addAction("导出到 Excel…\tCtrl+E").triggered.connect(lambda: self._export())
        if menu.actions():
            menu.exec(self.table.viewport().mapToGlobal(at))
        menu.deleteLater()
