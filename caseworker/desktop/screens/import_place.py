"""Where the table is: which sheet, under which heading row, and the year of months that name none."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QWidget

from caseworker.desktop.fields import ChoiceEdit, LineEdit
from caseworker.desktop.parts import label


class TablePlace(QWidget):
    """Signals only what the clerk chose; `show_place` sets without a signal."""

    sheet_chosen = Signal()
    row_chosen = Signal()
    year_chosen = Signal()
    year_wrong = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._filling = False
        self._asks_year = False
        self._year_told = ""
        self.sheet = ChoiceEdit(())
        self.sheet.setAccessibleName("工作表")
        self.sheet.currentIndexChanged.connect(lambda _i: None if self._filling else self.sheet_chosen.emit())
        self.row = QSpinBox()
        self.row.setRange(1, 60)
        self.row.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)  # a number typed, or stepped with ↑ and ↓
        self.row.setToolTip("按 ↑ ↓ 或输入行号")
        self.row.setFixedWidth(self.fontMetrics().horizontalAdvance("汉") * 4)
        self.row.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.row.setKeyboardTracking(False)  # asks again only when the clerk has finished with the number
        self.row.setAccessibleName("表头在第几行")
        self.row.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.row.valueChanged.connect(lambda _n: None if self._filling else self.row_chosen.emit())
        self._year = LineEdit()
        self._year.setAccessibleName("月份所属年份")
        self._year.setPlaceholderText("2023")
        self._year.setMaximumWidth(self.fontMetrics().horizontalAdvance("汉") * 5)
        self._year.editingFinished.connect(self._year_given)
        self._parts = {
            "sheet": (label("工作表", "quiet"), self.sheet),
            "row": (label("表头在第几行", "quiet"), self.row),
            "year": (label("月份所属年份", "quiet"), self._year),
        }
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        for words, editor in self._parts.values():
            line.addWidget(words)
            line.addWidget(editor)
        line.addStretch(1)

    @property
    def year(self) -> int | None:
        text = self._year.text().strip()
        return int(text) if _is_year(text) else None

    def show_place(self, sheets: tuple[str, ...], sheet: str, row: int, year: int | None) -> None:
        self._filling = True
        self.sheet.clear()
        for name in sheets:
            self.sheet.addItem(name, name)
        self.sheet.setCurrentText(sheet)
        self.row.setValue(row)
        if year is not None:
            self._year.setText(str(year))
            self._year_told = str(year)
            self._asks_year = True
        self._filling = False
        self.setVisible(True)
        self._show("sheet", len(sheets) > 1)
        self._show("year", self._asks_year)

    def ask_year(self) -> None:
        self._asks_year = True
        self._show("year", True)
        self._year.setFocus()

    def start(self) -> None:
        """A new file: nothing is known of it."""
        self._filling = True
        self._year.clear()
        self._year_told = ""
        self._asks_year = False
        self._filling = False

    def _show(self, part: str, visible: bool) -> None:
        for widget in self._parts[part]:
            widget.setVisible(visible)

    def _year_given(self) -> None:
        text = self._year.text().strip()
        if text == self._year_told:
            return
        self._year_told = text
        if text and not _is_year(text):
            self.year_wrong.emit()
        else:
            self.year_chosen.emit()


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isascii() and text.isdecimal() and text[:2] in ("19", "20")
