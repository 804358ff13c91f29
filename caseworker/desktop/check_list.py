"""A list of things to be ticked: space ticks the chosen rows, Ctrl+A and space all of them."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from caseworker.desktop.parts import button, label

Index = QModelIndex | QPersistentModelIndex
Thing = tuple[Hashable, str, str]  # key, words, what stands beside them
_LEAST_ROWS = 4
_GAP = 8


class _Model(QAbstractTableModel):
    ticked = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.things: tuple[Thing, ...] = ()
        self.chosen: set[Hashable] = set()

    def show_things(self, things: Sequence[Thing], chosen: Collection[Hashable]) -> None:
        self.beginResetModel()
        self.things, self.chosen = tuple(things), set(chosen)
        self.endResetModel()
        self.ticked.emit()

    def tick(self, rows: Collection[int], on: bool) -> None:
        keys = {self.things[row][0] for row in rows}
        self.chosen = self.chosen | keys if on else self.chosen - keys
        if rows:
            self.dataChanged.emit(self.index(min(rows), 0), self.index(max(rows), 0))
        self.ticked.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.things)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 2

    def flags(self, index: Index) -> Qt.ItemFlag:
        plain = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return plain | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else plain

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        key, words, beside = self.things[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return words if index.column() == 0 else beside
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == 0:
            return Qt.CheckState.Checked if key in self.chosen else Qt.CheckState.Unchecked
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        self.tick([index.row()], Qt.CheckState(value) == Qt.CheckState.Checked)
        return True


class _View(QTableView):
    def keyPressEvent(self, event: QKeyEvent) -> None:
        model = self.model()
        if event.key() == Qt.Key.Key_Space and isinstance(model, _Model):
            rows = {index.row() for index in self.selectionModel().selectedRows()} or {self.currentIndex().row()} - {-1}
            # all of them on, unless all of them are on already
            model.tick(rows, not all(model.things[row][0] in model.chosen for row in rows))
            return
        super().keyPressEvent(event)


class CheckList(QWidget):
    """A title with a count, the list, and below it what is wrong with what was ticked."""

    changed = Signal()

    def __init__(self, title: str, *, beside: bool = False) -> None:
        """`beside`: it stands right of another one."""
        super().__init__()
        self._title = title
        self.heading = label(title, "strong")
        self.all_button = button("全选", self._all, role="link")
        self.none_button = button("全不选", self._none, role="link")
        self.model = _Model(self)
        self.view = _View()
        self.view.setModel(self.model)
        self.view.setAccessibleName(title)
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setShowGrid(False)
        self.view.setTabKeyNavigation(False)
        self.view.setWordWrap(False)
        self.view.horizontalHeader().hide()
        self.view.verticalHeader().hide()
        self.view.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 10)
        self.view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.view.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.view.setMinimumHeight((self.fontMetrics().height() + 10) * _LEAST_ROWS)
        self.error = label("", "error", wrap=True)
        self.error.hide()
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.heading, 1)
        top.addWidget(self.all_button)
        top.addWidget(self.none_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(_GAP if beside else 0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.view, 1)
        column.addWidget(self.error)
        self.setFocusProxy(self.view)
        self.model.ticked.connect(self._ticked)

    def show_things(self, things: Sequence[Thing], chosen: Collection[Hashable]) -> None:
        self.model.show_things(things, chosen)
        if things and any(beside for _, _, beside in things):
            self.view.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        else:
            self.view.horizontalHeader().resizeSection(1, 0)
        if things:
            self.view.setCurrentIndex(self.model.index(0, 0))

    def choose(self, keys: Collection[Hashable]) -> None:
        """Exactly these, as far as the list has them."""
        wanted = set(keys)
        self.model.show_things(self.model.things, [thing[0] for thing in self.model.things if thing[0] in wanted])

    def chosen(self) -> tuple[Any, ...]:
        """The keys that are ticked, in the order of the list."""
        return tuple(thing[0] for thing in self.model.things if thing[0] in self.model.chosen)

    @property
    def whole(self) -> bool:
        return len(self.model.chosen) == len(self.model.things)

    def complain(self, words: str) -> None:
        self.error.setText(words)
        self.error.setVisible(bool(words))

    def _all(self) -> None:
        self.model.tick(range(len(self.model.things)), True)

    def _none(self) -> None:
        self.model.tick(range(len(self.model.things)), False)

    def _ticked(self) -> None:
        self.heading.setText(f"{self._title}（{len(self.chosen())}/{len(self.model.things)}）")
        self.complain("")
        self.changed.emit()
