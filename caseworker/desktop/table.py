"""One table as every list shows it: whole rows, toned cells, remembered columns, copying as spreadsheets paste."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
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
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from caseworker.desktop import memory, theme
from caseworker.desktop.tables import TONE_ROLE, Column, Index, PagedTableModel
from caseworker.desktop.words import copied

ROW_HEIGHT = 30
MEASURED = 60  # rows whose texts decide how wide a column begins
WIDEST = 36  # characters that a column begins with at most


class _Delegate(QStyledItemDelegate):
    """Whole rows, no cell focus box; toned cells as a dot and the word; a tool tip where text is cut off."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideRight

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tone = index.data(TONE_ROLE)
        if not tone or not index.data():
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
        self._content: list[int] = [0] * len(model.columns)  # widest text seen, a column
        model.loaded.connect(self._measure)
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

    def _measure(self) -> None:
        """How wide the texts at hand are: the columns of a list that nobody has set follow them."""
        before = list(self._content)
        first = max(0, self.rowAt(0))
        for row in range(first, min(first + MEASURED, self._model.rowCount())):
            for number in range(len(self._content)):
                text = self._model.index(row, number).data(Qt.ItemDataRole.DisplayRole)
                if text:
                    wide = self.fontMetrics().horizontalAdvance(str(text))
                    self._content[number] = max(self._content[number], wide)
        if self._content != before:
            self._fill()

    def _fill(self) -> None:
        """Every text whole as far as the room goes; what is left over, or lacking, is the stretching columns'."""
        if memory.column_widths(self._name) or self._by_user:
            return
        columns = self._model.columns
        character = self.fontMetrics().horizontalAdvance("汉")
        least = [max(column.width, len(column.title) + 1) * character + 20 for column in columns]
        most = [max(WIDEST * character, width) for width in least]
        content = [wide + 24 + (16 if column.tone else 0) for wide, column in zip(self._content, columns, strict=True)]
        widths = [max(low, min(high, wide)) for low, high, wide in zip(least, most, content, strict=True)]
        stretching = [number for number, column in enumerate(columns) if column.stretch]
        lacking = sum(widths) - self.viewport().width()
        for group in (stretching, [number for number in range(len(columns)) if number not in stretching]):
            room = sum(widths[number] - least[number] for number in group)
            if lacking > 0 and room > 0:
                part = min(1.0, lacking / room)
                for number in group:
                    give = min(lacking, -int(-(widths[number] - least[number]) * part // 1))
                    widths[number] -= give
                    lacking -= give
        for place, number in enumerate(stretching):
            share = max(0, -lacking) // (len(stretching) - place)
            widths[number] += share
            lacking += share
        for number, width in enumerate(widths):
            self.setColumnWidth(number, width)

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
