"""The columns of a sheet with samples below, and over each what it is read as."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from caseworker.desktop import theme
from caseworker.services.views import ColumnGuess

Index = QModelIndex | QPersistentModelIndex
READ_AS = 0  # the row of choices; samples follow
NOT_READ = "（不读）"


class ColumnsModel(QAbstractTableModel):
    """One column a column of the sheet; the first row is editable, the rest are samples."""

    chosen = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns: tuple[ColumnGuess, ...] = ()
        self.fields: tuple[tuple[str, str, bool], ...] = ()
        self._read_as: list[str | None] = []

    def show_columns(self, columns: tuple[ColumnGuess, ...], fields: tuple[tuple[str, str, bool], ...]) -> None:
        if [c.header for c in columns] == [c.header for c in self.columns] and fields == self.fields:
            self.columns = columns
            self._read_as = [column.field for column in columns]
            if columns:
                self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, len(columns) - 1))
            return
        self.beginResetModel()
        self.columns, self.fields = columns, fields
        self._read_as = [column.field for column in columns]
        self.endResetModel()

    def mapping(self) -> dict[str, int]:
        """Field -> the column's place in the sheet."""
        return {field: self.columns[place].index for place, field in enumerate(self._read_as) if field is not None}

    def words(self, field: str | None) -> str:
        return next((words for name, words, _needed in self.fields if name == field), NOT_READ)

    def missing(self) -> tuple[str, ...]:
        return tuple(words for name, words, needed in self.fields if needed and name not in self._read_as)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if parent.isValid() or not self.columns:
            return 0
        return 1 + max(len(column.samples) for column in self.columns)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.row() == READ_AS else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column = self.columns[index.column()]
        if index.row() == READ_AS:
            field = self._read_as[index.column()]
            if role == Qt.ItemDataRole.DisplayRole:
                return self.words(field) + " ∨"
            if role == Qt.ItemDataRole.EditRole:
                return field
            if role == Qt.ItemDataRole.ForegroundRole:
                return theme.colour("text_quiet" if field is None else "accent")
            return None
        place = index.row() - 1
        if role == Qt.ItemDataRole.DisplayRole and place < len(column.samples):
            return column.samples[place]
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or index.row() != READ_AS:
            return False
        if self._read_as[index.column()] == value:
            return True
        for place, field in enumerate(self._read_as):  # a field is read from one column only
            if value is not None and field == value:
                self._read_as[place] = None
        self._read_as[index.column()] = value
        self.dataChanged.emit(self.index(READ_AS, 0), self.index(READ_AS, len(self.columns) - 1))
        self.chosen.emit()
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self.columns[section].header if section < len(self.columns) else None
        return "读作" if section == READ_AS else str(section)


class _Choice(QStyledItemDelegate):
    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        model = index.model()
        assert isinstance(model, ColumnsModel)
        box = QComboBox(parent)
        box.addItem(NOT_READ, None)
        for name, words, needed in model.fields:
            box.addItem(words + (" *" if needed else ""), name)

        def choose(_place: int) -> None:
            self.commitData.emit(box)
            self.closeEditor.emit(box)

        box.activated.connect(choose)
        return box

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        editor.setCurrentIndex(max(0, editor.findData(index.data(Qt.ItemDataRole.EditRole))))
        editor.showPopup()

    def setModelData(self, editor: QWidget, model: Any, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        model.setData(index, editor.currentData(), Qt.ItemDataRole.EditRole)


class ColumnsTable(QTableView):
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.columns_model = ColumnsModel(self)
        self.setModel(self.columns_model)
        self.setItemDelegate(_Choice(self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.AnyKeyPressed)
        self.clicked.connect(lambda index: self.edit(index) if index.row() == READ_AS else None)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setWordWrap(False)
        self.setAlternatingRowColors(True)
        self.horizontalHeader().setDefaultSectionSize(self.fontMetrics().horizontalAdvance("汉") * 10)
        self.verticalHeader().setDefaultSectionSize(max(28, self.fontMetrics().height() + 10))
        self.columns_model.chosen.connect(self.changed)

    def mapping(self) -> dict[str, int]:
        return self.columns_model.mapping()

    def show_columns(self, columns: tuple[ColumnGuess, ...], fields: tuple[tuple[str, str, bool], ...]) -> None:
        self.columns_model.show_columns(columns, fields)
