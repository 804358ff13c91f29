"""A small table of records to type into: people, interns, fairs, other benefits.

Keys: typing or F2 edits, Enter goes on (and adds a row after the last), Insert adds a row, Ctrl+Insert a copy of the
row, Ctrl+Delete removes the chosen rows, Delete empties cells, space turns 是 to 否, Ctrl+V pastes from a spreadsheet.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from caseworker.desktop import theme
from caseworker.desktop.fact_edit import FIGURES, UNITS
from caseworker.desktop.fields import ChoiceEdit, DateEdit, LineEdit
from caseworker.desktop.parts import ElidedLabel, button, label
from caseworker.desktop.words import parse_date, plain_number
from caseworker.policy.model import FactField
from caseworker.values.spans import Month

Index = QModelIndex | QPersistentModelIndex
YES, NO = "是", "否"
WRITTEN = {"date": "请写成 2023-06-01 这样", "month": "请写成 2023-06 这样", "months": "请写成 2023-01至2023-06 这样"}
MOST_ROWS_SHOWN = 7
MOST_PASTED = 2_000
LONGEST_SPAN = 600  # months; longer ones are slips


def options_of(field: FactField) -> tuple[str, ...]:
    """The words a cell can be chosen from; none where it is typed."""
    if field.type == "bool":
        return (YES, NO)
    return tuple(option.label for option in field.options) if field.type == "choice" else ()


def cell_value(field: FactField, text: str) -> Any:
    """What `calculate` takes for a cell's text; None where it is empty. What cannot be read stays text."""
    text = text.strip()
    if not text:
        return None
    if field.type == "bool":
        return {YES: True, NO: False}.get(text, text)
    if field.type == "choice":
        return next((option.id for option in field.options if option.label == text), text)
    if field.type == "date":
        day = parse_date(text)
        return day.isoformat() if day is not None else text
    if field.type in FIGURES:
        figure = plain_number(text)
        return int(figure) if field.type == "int" and figure.lstrip("-").isdecimal() else figure
    if field.type == "months":
        return months_of(text)
    return text


def months_of(text: str) -> list[str]:
    """2023-01、2023-03至2023-06: single months and spans. What cannot be read stays as typed."""
    found: list[str] = []
    for part in text.replace("，", "、").replace(",", "、").replace(" ", "、").split("、"):
        first, _, last = part.replace("到", "至").replace("~", "至").replace("～", "至").partition("至")
        if not first.strip():
            continue
        try:
            start, end = Month.parse(first.strip()), Month.parse((last or first).strip())
        except ValueError:
            found.append(part)
            continue
        if not 0 <= end - start < LONGEST_SPAN:
            found.append(part)
            continue
        found += [str(start + number) for number in range(end - start + 1)]
    return found


class _Delegate(QStyledItemDelegate):
    def __init__(self, fields: tuple[FactField, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self._fields = fields

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        field = self._fields[index.column()]
        words = options_of(field)
        if words:
            choice = ChoiceEdit((("", ""), *((word, word) for word in words)), parent)
            choice.activated.connect(lambda _i: self._done(choice))
            return choice
        line = DateEdit(parent) if field.type == "date" else LineEdit("", parent)
        if field.type in FIGURES:
            line.setAlignment(Qt.AlignmentFlag.AlignRight)
        line.setFrame(False)
        line.setAccessibleName(field.label)
        return line

    def _done(self, editor: QWidget) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        text = str(index.data(Qt.ItemDataRole.EditRole) or "")
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(max(0, editor.findText(text)))
        elif isinstance(editor, LineEdit):
            editor.setText(text)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentText(), Qt.ItemDataRole.EditRole)
        elif isinstance(editor, LineEdit):
            editor.settle()
            model.setData(index, editor.text().strip(), Qt.ItemDataRole.EditRole)


class _Grid(QTableWidget):
    """The cells themselves, with the keys of this table."""

    def __init__(self, owner: RecordTable) -> None:
        super().__init__(0, len(owner.fields))
        self._owner = owner
        self.setItemDelegate(_Delegate(owner.fields, self))
        trigger = QAbstractItemView.EditTrigger
        self.setEditTriggers(trigger.AnyKeyPressed | trigger.EditKeyPressed | trigger.DoubleClicked)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        row = max(30, self.fontMetrics().height() + 12)
        self.verticalHeader().setDefaultSectionSize(row)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().setHighlightSections(False)
        character = self.fontMetrics().horizontalAdvance("汉")
        for column, field in enumerate(owner.fields):
            words = max((len(word) for word in options_of(field)), default=0)
            least = {"date": 7, "key": 5, "months": 12, "text": 9}.get(field.type, 5)
            self.setColumnWidth(column, character * max(least, words + 3, min(14, len(title_of(field)) + 1)) + 20)
            heading = QTableWidgetItem(title_of(field))
            heading.setToolTip(field.label + (f"\n{field.hint}" if field.hint else ""))
            self.setHorizontalHeaderItem(column, heading)

    def sizeHint(self) -> QSize:
        rows = min(MOST_ROWS_SHOWN, max(1, self.rowCount()))
        height = self.horizontalHeader().sizeHint().height() + rows * self.verticalHeader().defaultSectionSize()
        return QSize(super().sizeHint().width(), height + self.horizontalScrollBar().sizeHint().height() + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("汉") * 14, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, control = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key == Qt.Key.Key_Insert:
            self._owner.add_row(copy=control)
        elif key == Qt.Key.Key_Delete:
            if control:
                self._owner.remove_rows()
            else:
                self._owner.empty_cells()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not control:
            self._go_on()
        elif key == Qt.Key.Key_Space and self._owner.turn_cell():
            pass
        elif event.matches(QKeySequence.StandardKey.Paste):
            self._owner.paste(QGuiApplication.clipboard().text())
        elif event.matches(QKeySequence.StandardKey.Copy):
            self._owner.copy_cells()
        else:
            super().keyPressEvent(event)

    def _go_on(self) -> None:
        row, column = self.currentRow(), self.currentColumn()
        if row < 0:
            self._owner.add_row()
        elif column + 1 < self.columnCount():
            self.setCurrentCell(row, column + 1)
        elif row + 1 < self.rowCount():
            self.setCurrentCell(row + 1, 0)
        else:
            self._owner.add_row()


def title_of(field: FactField) -> str:
    unit = field.unit or UNITS.get(field.type, "")
    needed = "" if field.nullable or field.optional else " *"
    return f"{field.label}{f'（{unit}）' if unit else ''}{needed}"


class RecordTable(QWidget):
    """The grid with its buttons, and the first thing wrong in words below. Values as `calculate` takes them."""

    changed = Signal()

    def __init__(self, caption: str, fields: tuple[FactField, ...]) -> None:
        super().__init__()
        self.fields = fields
        self._filling = False
        self.grid = _Grid(self)
        self.grid.setAccessibleName(caption)
        self.setFocusProxy(self.grid)
        self.problem = label("", "error", wrap=True)
        self.problem.hide()
        self._count = ElidedLabel("", "quiet")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(caption, "strong"))
        head.addWidget(self._count, 1)
        for words, act, tip in (
            ("添加", self.add_row, "添加一行（Insert）"),
            ("复制", lambda: self.add_row(copy=True), "照所选的一行再添加一行（Ctrl+Insert）"),
            ("删除", self.remove_rows, "删除所选的行（Ctrl+Delete）"),
        ):
            made = button(words, act, role="link")
            made.setToolTip(tip)
            made.setAccessibleName(f"{caption}：{tip}")
            head.addWidget(made)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.grid)
        column.addWidget(self.problem)
        self.grid.itemChanged.connect(lambda _item: self._tell())
        self._resize()

    # ---- rows --------------------------------------------------------------------------------

    def add_row(self, copy: bool = False) -> None:
        row = self.grid.currentRow() if copy else -1
        texts = self.texts()[row] if row >= 0 else [""] * len(self.fields)
        for column, field in enumerate(self.fields):
            if field.type == "key" and (copy or not field.optional):
                texts[column] = self._next_key(column)
        self._append([texts])
        first = next((n for n, field in enumerate(self.fields) if field.type != "key"), 0)
        self.grid.setCurrentCell(self.grid.rowCount() - 1, first)
        self.grid.setFocus()

    def _next_key(self, column: int) -> str:
        used = {texts[column].strip() for texts in self.texts()}
        return str(next(number for number in range(1, len(used) + 2) if str(number) not in used))

    def _append(self, rows: list[list[str]]) -> None:
        self._filling = True
        for texts in rows:
            place = self.grid.rowCount()
            self.grid.insertRow(place)
            for column, text in enumerate(texts[: len(self.fields)]):
                self.grid.setItem(place, column, self._item(column, text))
        self._filling = False
        self._tell()

    def _item(self, column: int, text: str) -> QTableWidgetItem:
        item = QTableWidgetItem(text)
        if self.fields[column].type in FIGURES:
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return item

    def remove_rows(self) -> None:
        rows = sorted({index.row() for index in self.grid.selectedIndexes()} or {self.grid.currentRow()}, reverse=True)
        for row in rows:
            if row >= 0:
                self.grid.removeRow(row)
        self._tell()

    def empty_cells(self) -> None:
        self._filling = True
        for index in self.grid.selectedIndexes():
            self._set(index.row(), index.column(), "")
        self._filling = False
        self._tell()

    def turn_cell(self) -> bool:
        """Space: the next of the words a cell can have. False where it is typed."""
        row, column = self.grid.currentRow(), self.grid.currentColumn()
        if row < 0 or not (words := options_of(self.fields[column])):
            return False
        here = self._text(row, column)
        self._set(row, column, words[(words.index(here) + 1) % len(words)] if here in words else words[0])
        return True

    def _set(self, row: int, column: int, text: str) -> None:
        item = self.grid.item(row, column)
        if item is None:
            self.grid.setItem(row, column, self._item(column, text))
        else:
            item.setText(text)

    def _text(self, row: int, column: int) -> str:
        item = self.grid.item(row, column)
        return item.text() if item is not None else ""

    # ---- the clipboard ---------------------------------------------------------------------

    def paste(self, text: str) -> None:
        """Tab-separated lines from the present cell on; rows are added as needed."""
        lines = [line.split("\t") for line in text.replace("\r\n", "\n").rstrip("\n").split("\n")][:MOST_PASTED]
        if not text.strip():
            return
        row, column = max(0, self.grid.currentRow()), max(0, self.grid.currentColumn())
        self._filling = True
        for down, cells in enumerate(lines):
            while row + down >= self.grid.rowCount():
                place = self.grid.rowCount()
                keys = [number for number, field in enumerate(self.fields) if field.type == "key"]
                key = self._next_key(keys[0]) if keys and column > keys[0] else ""
                self.grid.insertRow(place)
                if key and not self.fields[keys[0]].optional:
                    self._set(place, keys[0], key)
            for across, cell in enumerate(cells[: len(self.fields) - column]):
                self._set(row + down, column + across, cell.strip().strip('"'))
        self._filling = False
        self._tell()

    def copy_cells(self) -> None:
        chosen = self.grid.selectedIndexes()
        rows, columns = sorted({one.row() for one in chosen}), sorted({one.column() for one in chosen})
        lines = ["\t".join(self._text(row, column) for column in columns) for row in rows]
        QGuiApplication.clipboard().setText("\n".join(lines))

    # ---- values and problems -----------------------------------------------------------------

    def texts(self) -> list[list[str]]:
        columns = range(len(self.fields))
        return [[self._text(row, column) for column in columns] for row in range(self.grid.rowCount())]

    def set_texts(self, rows: list[list[str]]) -> None:
        self.grid.setRowCount(0)
        self._append(rows)

    def records(self) -> list[dict[str, Any]]:
        """One record a row, empty cells left out."""
        made = []
        for texts in self.texts():
            values = {field.name: cell_value(field, text) for field, text in zip(self.fields, texts, strict=True)}
            made.append({name: value for name, value in values.items() if value is not None})
        return made

    def show_problems(self, problems: dict[str, str]) -> tuple[str, ...]:
        """`problems` by row.field (0.contract_start). Gives the labels of cells that are still to be filled in."""
        self._filling = True
        words: list[str] = []
        missing: list[str] = []
        for row in range(self.grid.rowCount()):
            for column, field in enumerate(self.fields):
                text = self._text(row, column).strip()
                paths = [p for p in problems if p == f"{row}.{field.name}" or p.startswith(f"{row}.{field.name}.")]
                if paths and not text:
                    missing.append(field.label)
                said = self._said(field, problems[paths[0]]) if paths and text else ""
                self._mark(row, column, said)
                if said:
                    words.append(f"第 {row + 1} 行{said}")
        words += [problems[path] for path in problems if "." not in path]
        self._filling = False
        self.problem.setText("\n".join(words[:3]) + (f"\n……共 {len(words)} 处" if len(words) > 3 else ""))
        self.problem.setVisible(bool(words))
        return tuple(dict.fromkeys(missing))

    @staticmethod
    def _said(field: FactField, message: str) -> str:
        choices = options_of(field)
        if choices:
            return f"“{field.label}”应为{'、'.join(choices)}之一"
        if field.type in WRITTEN:
            return f"“{field.label}”{WRITTEN[field.type]}"
        return message if message.startswith("“") else f"“{field.label}”{message}"

    def _mark(self, row: int, column: int, said: str) -> None:
        item = self.grid.item(row, column)
        if item is None:
            return
        item.setToolTip(said)
        item.setForeground(QColor(theme.current().red if said else theme.current().text))
        item.setBackground(QColor(theme.current().red_soft) if said else QColor(Qt.GlobalColor.transparent))

    def _tell(self) -> None:
        if self._filling:
            return
        self._resize()
        self.changed.emit()

    def _resize(self) -> None:
        count = self.grid.rowCount()
        self._count.setText(f"{count} 行" if count else "还没有，按“添加”或从表格软件粘贴")
        self.grid.setFixedHeight(self.grid.sizeHint().height())
