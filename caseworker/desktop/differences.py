"""What a proposal fixed and what would be worked out today, side by side, for whoever reviews it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from caseworker.desktop.parts import clear, label, scrolled

HEADS = ("提交初审后有变化", "提交时（按此办理）", "现在")
MOST_LINES = 6  # shown at once; the rest scrolls


class DifferencesView(QFrame):
    """Three columns: what, as it was fixed, as it is now. Hidden where nothing differs."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "notice")
        self.setProperty("tone", "amber")
        self.setAccessibleName("提交前后对照")
        self.rows: tuple[tuple[str, str, str], ...] = ()
        self._inside = QWidget()
        self._grid = QGridLayout(self._inside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(2)
        for column, stretch in enumerate((2, 3, 3)):
            self._grid.setColumnStretch(column, stretch)
        self._scroll = scrolled(self._inside)
        column_of = QVBoxLayout(self)
        column_of.setContentsMargins(12, 6, 12, 6)
        column_of.addWidget(self._scroll)
        self.hide()

    def show_rows(self, rows: Sequence[tuple[str, str, str]]) -> None:
        """(label, when it was proposed, now) of everything that differs."""
        self.rows = tuple(rows)
        clear(self._grid)
        for column, words in enumerate(HEADS):
            self._put(label(words, "strong"), 0, column)
        for place, texts in enumerate(self.rows, start=1):
            for column, text in enumerate(texts):
                role = "due" if column == 2 else None
                made = label(text or "（无）", role, wrap=True, selectable=True)
                self._put(made, place, column)
        line = self.fontMetrics().lineSpacing() + 4
        self._scroll.setFixedHeight(min(self._inside.sizeHint().height() + 4, line * (MOST_LINES + 1)))
        self.setVisible(bool(self.rows))

    def _put(self, made: QLabel, place: int, column: int) -> None:
        self._grid.addWidget(made, place, column, Qt.AlignmentFlag.AlignTop)
        made.show()  # at once: a layout that is on the screen already counts no widget that is still to be shown
