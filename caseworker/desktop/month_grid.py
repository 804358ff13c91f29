"""Wages and insurance by month: a row a year, a column a month, several years at one look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from caseworker.desktop import theme
from caseworker.desktop.tables import CENTER, RIGHT
from caseworker.values.money import Money

Index = QModelIndex | QPersistentModelIndex
MONTHS = 12
TOTAL = MONTHS  # the column after December
LINES_ROLE = Qt.ItemDataRole.UserRole + 10


@dataclass(frozen=True, slots=True)
class MonthCell:
    """One month of one person at one party, and in words what other parties have of it."""

    year: int
    month: int
    gross: Money | None
    insured: bool
    elsewhere: tuple[str, ...] = ()

    @property
    def state(self) -> tuple[str, str]:
        """Words under the amount, and their tone."""
        if self.gross is not None and self.insured:
            return "有社保", "green"
        if self.gross is not None:
            return "缺社保", "amber"
        return ("缺工资", "amber") if self.insured else ("", "quiet")

    def words(self) -> str:
        """A sentence: 2023年3月：工资 5,200.00 元，有社保"""
        parts = []
        if self.gross is not None:
            parts.append(f"工资 {self.gross.shown()} 元")
        if self.gross is not None or self.insured:
            parts.append("有社保记录" if self.insured else "没有社保记录")
            if self.gross is None:
                parts.insert(0, "没有工资流水")
        parts += [f"同月另在{words}" for words in self.elsewhere]
        return f"{self.year}年{self.month}月：{'，'.join(parts) or '没有工资流水，也没有社保记录'}"


class MonthModel(QAbstractTableModel):
    """Rows are years, newest first. A month without anything is an empty cell, not a zero."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._years: list[int] = []
        self._cells: dict[tuple[int, int], MonthCell] = {}

    def show_months(self, cells: tuple[MonthCell, ...]) -> None:
        self.beginResetModel()
        self._cells = {(cell.year, cell.month): cell for cell in cells}
        years = [cell.year for cell in cells]
        self._years = list(range(max(years), min(years) - 1, -1)) if years else []
        self.endResetModel()

    def cell(self, index: Index) -> MonthCell | None:
        """The month at a place; an empty one where nothing is known of it, None beside the months."""
        if not index.isValid() or index.column() >= MONTHS:
            return None
        year, month = self._years[index.row()], index.column() + 1
        return self._cells.get((year, month)) or MonthCell(year, month, None, False)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._years)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else MONTHS + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            if orientation == Qt.Orientation.Vertical:
                return f"{self._years[section]} 年"
            return "全年" if section == TOTAL else f"{section + 1} 月"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return CENTER if orientation == Qt.Orientation.Vertical else RIGHT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT
        if index.column() == TOTAL:
            return self._year(index.row(), role)
        cell = self.cell(index)
        assert cell is not None
        if role == LINES_ROLE:
            words, tone = cell.state
            amount = cell.gross.shown() if cell.gross is not None else ("—" if cell.insured else "")
            return amount, words, tone, bool(cell.elsewhere)
        if role == Qt.ItemDataRole.DisplayRole:
            return str(cell.gross) if cell.gross is not None else ""
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return cell.words()
        return None

    def _year(self, row: int, role: int) -> Any:
        cells = [cell for (year, _), cell in self._cells.items() if year == self._years[row]]
        wages = [cell.gross for cell in cells if cell.gross is not None]
        total = Money(sum(amount.fen for amount in wages))
        insured = sum(cell.insured for cell in cells)
        if role == LINES_ROLE:
            return total.shown(), f"工资{len(wages)}月 社保{insured}月", "quiet", False
        if role == Qt.ItemDataRole.DisplayRole:
            return str(total)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{self._years[row]}年：工资共 {total.shown()} 元，{len(wages)} 个月；社保 {insured} 个月"
        return None


class _Two(QStyledItemDelegate):
    """The amount, and below it in words what is there and what is not."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        blank = QStyleOptionViewItem(option)
        self.initStyleOption(blank, index)
        blank.text = ""
        style = option.widget.style()
        style.drawControl(style.ControlElement.CE_ItemViewItem, blank, painter, option.widget)
        amount, words, tone, elsewhere = index.data(LINES_ROLE)
        painter.save()
        rect = QRect(option.rect).adjusted(4, 4, -6, -4)
        half = rect.height() // 2
        painter.setPen(theme.colour("text"))
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        upper = QRect(rect.left(), rect.top(), rect.width(), half)
        painter.drawText(upper, right, option.fontMetrics.elidedText(amount, Qt.TextElideMode.ElideRight, rect.width()))
        small = QFont(option.font)
        small.setPointSizeF(max(7.0, option.font.pointSizeF() - 1))
        painter.setFont(small)
        lower = QRect(rect.left(), rect.top() + half, rect.width(), half)
        painter.setPen(theme.colour("text_quiet" if tone == "quiet" else tone))
        painter.drawText(lower, right, words)
        if elsewhere:
            painter.setPen(theme.colour("red"))
            painter.drawText(lower, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), "另")
        painter.restore()


class MonthGrid(QTableView):
    """Arrow keys run from month to month; Ctrl+C copies what is chosen as spreadsheets paste it."""

    chosen = Signal(str)  # the month under the cursor, in words

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.months = MonthModel(self)
        self.setModel(self.months)
        self.setItemDelegate(_Two(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setHighlightSections(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() * 2 + 14)
        self.setAccessibleName("工资与社保，按年月")
        self.selectionModel().currentChanged.connect(lambda index, _old: self._tell(index))

    def show_months(self, cells: tuple[MonthCell, ...]) -> None:
        self.months.show_months(cells)
        if self.months.rowCount():
            last = max((cell.year, cell.month) for cell in cells)
            self.setCurrentIndex(self.months.index(0, last[1] - 1))

    def _tell(self, index: QModelIndex) -> None:
        self.chosen.emit(str(index.data(Qt.ItemDataRole.ToolTipRole) or ""))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        metrics = self.fontMetrics()
        least = metrics.horizontalAdvance("00,000.00") + 11
        total = metrics.horizontalAdvance("工资12月 社保12月") + 8
        room = self.viewport().width() - total
        each = max(least, room // MONTHS)
        for column in range(MONTHS):
            self.setColumnWidth(column, each)
        self.setColumnWidth(TOTAL, max(total, self.viewport().width() - each * MONTHS))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        chosen = self.selectionModel().selectedIndexes()
        rows: dict[int, list[QModelIndex]] = {}
        for index in sorted(chosen, key=lambda one: (one.row(), one.column())):
            rows.setdefault(index.row(), []).append(index)
        lines = ["\t".join(str(index.data() or "") for index in line) for line in rows.values()]
        QGuiApplication.clipboard().setText("\n".join(lines))
