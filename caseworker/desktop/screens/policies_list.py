"""A short list whose entries wrap over several lines, as wide as the list is."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtWidgets import QListView, QListWidget, QStyledItemDelegate, QStyleOptionViewItem

BESIDE = 32  # the entry's padding, the focus frame and the list's spacing


class _Wrapped(QStyledItemDelegate):
    """Counts lines in the width that is painted; the style counts without its own padding and cuts the last one."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        view = self.parent()
        assert isinstance(view, QListView)
        width = view.viewport().width()
        words = str(index.data() or "")
        room = QRect(0, 0, max(1, width - BESIDE), 100_000)
        wrap = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft)
        height = view.fontMetrics().boundingRect(room, wrap, words).height()
        return QSize(max(1, width - 8), height + 8)


def wrapped_list(name: str) -> QListWidget:
    made = QListWidget()
    made.setItemDelegate(_Wrapped(made))
    made.setWordWrap(True)
    made.setSpacing(2)
    made.setResizeMode(QListView.ResizeMode.Adjust)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setAccessibleName(name)
    return made
