"""The view of every list: filter box, sortable header, remembered columns, copying, an empty state with an act."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QFontMetrics,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from caseworker.desktop import memory, theme
from caseworker.desktop.icons import icon
from caseworker.desktop.tables import TONE_ROLE, Column, Index, PagedTableModel
from caseworker.desktop.words import copied

ROW_HEIGHT = 30
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


class _Delegate(QStyledItemDelegate):
    """Whole rows, no cell focus box; toned cells as a dot and the word; a tool tip where text is cut off."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideRight

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tone = index.data(TONE_ROLE)
        if not tone:
            super().paint(painter, option, index)
            return
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        blank = QStyleOptionViewItem(option)
        self.initStyleOption(blank, index)
        blank.text = ""
        style = option.widget.style()
        style.drawControl(style.ControlElement.CE_ItemViewItem, blank, painter, option.widget)
        draw_chip(painter, option.rect.adjusted(8, 0, -8, 0), text, tone, option.fontMetrics)

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        if event.type() == QEvent.Type.ToolTip and index.isValid():
            text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
            width = option.fontMetrics.horizontalAdvance(text)
            if width > view.visualRect(index).width() - 18:
                QToolTip.showText(event.globalPos(), text, view)
            else:
                QToolTip.hideText()
            return True
        return super().helpEvent(event, view, option, index)


def draw_chip(painter: QPainter, rect: QRect, text: str, tone: str, metrics: QFontMetrics) -> None:
    """A dot in the tone and the word beside it, so that no state is told by colour alone."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ink = theme.colour("text_quiet" if tone == "quiet" else tone)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    middle = rect.center().y() + 1
    painter.drawEllipse(QPoint(rect.left() + 4, middle), 3, 3)
    painter.setPen(QPen(ink))
    room = rect.adjusted(12, 0, 0, 0)
    painter.drawText(
        room,
        Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
        metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width()),
    )
    painter.restore()


class Table(QTableView):
    """A QTableView over a paged model, as every list of the program shows it."""

    opened = Signal(int)  # row

    def __init__(self, model: PagedTableModel[Any], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._model = model
        self.setModel(model)
        self.setItemDelegate(_Delegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(max(ROW_HEIGHT, self.fontMetrics().height() + 12))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsMovable(False)
        header.setMinimumSectionSize(36)
        self._sortable()
        self._restore_widths()
        header.sectionResized.connect(self._resized)
        self._widths = QTimer(self)
        self._widths.setSingleShot(True)
        self._widths.setInterval(300)
        self._widths.timeout.connect(self._remember_widths)
        self._by_user = False
        self.verticalScrollBar().valueChanged.connect(lambda _v: model.look_at(self.rowAt(0)))
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))

    def _sortable(self) -> None:
        model, header = self._model, self.horizontalHeader()
        header.setSectionsClickable(True)
        for number, column in enumerate(model.columns):
            if column.sort is not None and column.sort == model.sort_key:
                order = Qt.SortOrder.DescendingOrder if model.descending else Qt.SortOrder.AscendingOrder
                header.setSortIndicator(number, order)
        if model.sort_key is None:
            header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorShown(any(column.sort for column in model.columns))
        header.sectionClicked.connect(self._sort)

    def _sort(self, section: int) -> None:
        column, header = self._model.columns[section], self.horizontalHeader()
        if column.sort is None:  # the arrow stays where the order really is
            for number, other in enumerate(self._model.columns):
                if other.sort is not None and other.sort == self._model.sort_key:
                    header.setSortIndicator(number, header.sortIndicatorOrder())
            return
        descending = column.sort == self._model.sort_key and not self._model.descending
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        header.setSortIndicator(section, order)
        self._model.sort(section, order)

    # ---- column widths -----------------------------------------------------------------

    def _restore_widths(self) -> None:
        known = memory.column_widths(self._name)
        character = self.fontMetrics().horizontalAdvance("汉")
        for number, column in enumerate(self._model.columns):
            wanted = max(column.width, len(column.title) + 1) * character + 20
            self.setColumnWidth(number, known.get(column.title, wanted))

    def _resized(self, _section: int, _old: int, _new: int) -> None:
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._by_user = True
            self._widths.start()

    def _remember_widths(self) -> None:
        widths = {column.title: self.columnWidth(number) for number, column in enumerate(self._model.columns)}
        memory.remember_column_widths(self._name, widths)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fill()

    def _fill(self) -> None:
        """Room left over goes to the stretching column, unless the clerk has set the widths."""
        if memory.column_widths(self._name) or self._by_user:
            return
        stretching = [number for number, column in enumerate(self._model.columns) if column.stretch]
        if not stretching:
            return
        target = stretching[0]
        others = sum(self.columnWidth(n) for n in range(len(self._model.columns)) if n != target)
        column = self._model.columns[target]
        least = max(column.width, len(column.title) + 1) * self.fontMetrics().horizontalAdvance("汉") + 20
        self.setColumnWidth(target, max(least, self.viewport().width() - others))

    # ---- keys --------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif (
            key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
            and self.currentIndex().isValid()
        ):
            self.opened.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def chosen(self) -> list[int]:
        return sorted({index.row() for index in self.selectionModel().selectedRows()})

    def copy(self, with_header: bool = False) -> None:
        """The chosen rows as tab-separated text, the way spreadsheets paste it."""
        QGuiApplication.clipboard().setText(self.as_text(self.chosen(), with_header))

    def as_text(self, rows: Iterable[int], with_header: bool = False) -> str:
        columns = self._model.columns
        lines = ["\t".join(column.title for column in columns)] if with_header else []
        for number in rows:
            row = self._model.row(number)
            if row is not None:
                lines.append("\t".join(_cell(_copied(column, row)) for column in columns))
        return "\n".join(lines)


def _copied(column: Column[Any], row: object) -> str:
    value = column.get(row)
    plain = copied(value)
    return plain if plain.lstrip("-").replace(".", "", 1).isdigit() else column.show(value)


def _cell(text: str) -> str:
    """A cell of pasted text: quoted when it holds a tab, a line end or a quote."""
    if any(mark in text for mark in '\t\n\r"'):
        return '"' + text.replace('"', '""') + '"'
    return text


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
        self._acts = acts
        self._empty = empty
        self._buttons: list[tuple[QPushButton, Act]] = []

        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText(filter_hint or "")
        self.filter.setClearButtonEnabled(True)
        self.filter.setMinimumWidth(self.fontMetrics().horizontalAdvance("汉") * 18)
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
                button = QPushButton(act.text)
                if act.icon:
                    button.setIcon(icon(act.icon, "on_accent" if act.primary else "text_quiet"))
                if act.primary:
                    button.setProperty("role", "primary")
                    button.setShortcut("Ctrl+N")
                    button.setToolTip("Ctrl+N")
                button.clicked.connect(lambda _c=False, act=act: act.run())
                top.addWidget(button)
                self._buttons.append((button, act))

        self._note = QLabel(self)
        self._note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._note.setWordWrap(True)
        self._note.setProperty("role", "quiet")
        self._offer = QPushButton(empty_act.text if empty_act else "", self)
        self._offer.setProperty("role", "primary")
        self._offer_act = empty_act
        if empty_act is not None:
            self._offer.clicked.connect(lambda: empty_act.run())
        blank = QWidget(self)
        inner = QVBoxLayout(blank)
        inner.addStretch(2)
        inner.addWidget(self._note)
        inner.addWidget(self._offer, 0, Qt.AlignmentFlag.AlignCenter)
        inner.addStretch(3)

        self._stack = QStackedLayout()
        self._stack.addWidget(self.table)
        self._stack.addWidget(blank)
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
        self.table.setFocus()

    def _loaded(self) -> None:
        total = self.model.rowCount()
        if total:
            self._stack.setCurrentIndex(0)
            if not self.table.currentIndex().isValid():
                self.table.setCurrentIndex(self.model.index(0, 0))
        else:
            filtered = bool(self.model.search)
            self._note.setText(f"没有与“{self.model.search}”相符的内容" if filtered else self._empty)
            self._offer.setVisible(self._offer_act is not None and not filtered)
            self._stack.setCurrentIndex(1)
        self._count.setText(f"共 {total:,} 条" if total else "")

    def _choice_changed(self) -> None:
        some = bool(self.table.chosen())
        for button, act in self._buttons:
            button.setEnabled(some or not act.needs_row)
        self.chosen_changed.emit()

    def _open(self, number: int) -> None:
        row = self.model.row(number)
        if row is not None:
            self.opened.emit(row)

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
        if menu.actions():
            menu.exec(self.table.viewport().mapToGlobal(at))
        menu.deleteLater()
