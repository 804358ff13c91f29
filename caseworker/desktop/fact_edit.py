"""An editor for one fact of a policy: drawn from the pack's schema, giving the value as `calculate` takes it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from caseworker.desktop.fields import ChoiceEdit, DateEdit, LineEdit
from caseworker.desktop.words import plain_number
from caseworker.policy.model import FactField

FIGURES = frozenset({"int", "money", "usd", "percent", "area"})
UNITS = {"money": "元", "usd": "美元", "percent": "%", "area": "㎡"}
HINTS = {"month": "2023-06", "months": "2023-01、2023-02"}


class FactEdit(QWidget):
    """Yes or no, a choice, a date, a figure with its unit, or text. Lists of records have no editor here."""

    changed = Signal()
    entered = Signal()

    def __init__(self, field: FactField | None = None) -> None:
        super().__init__()
        self._field: FactField | None = None
        self._editor: QWidget = LineEdit()
        self._unit = QLabel()
        self._unit.setProperty("role", "quiet")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._editor)
        self._row.addWidget(self._unit)
        self.setFocusProxy(self._editor)
        if field is not None:
            self.set_field(field)

    def set_field(self, field: FactField) -> None:
        self._field = field
        old = self._editor
        self._editor = self._build(field)
        self._editor.setAccessibleName(field.label)
        self._editor.setToolTip(field.hint)
        self._row.replaceWidget(old, self._editor)
        self._editor.show()  # at once: the layout would show it later, and until then it cannot take the focus
        old.hide()
        old.deleteLater()
        self.setFocusProxy(self._editor)
        self._unit.setText(field.unit or UNITS.get(field.type, ""))

    def _build(self, field: FactField) -> QWidget:
        character = self.fontMetrics().horizontalAdvance("汉")
        if field.type in ("bool", "choice"):
            options: list[tuple[Any, str]] = [(None, "（未填）")]
            if field.type == "bool":
                options += [(True, "是"), (False, "否")]
            else:
                options += [(option.id, option.label) for option in field.options]
            choice = ChoiceEdit(tuple(options))
            choice.setMinimumWidth(character * 8)
            choice.currentIndexChanged.connect(lambda _i: self.changed.emit())
            choice.entered.connect(self.entered)
            return choice
        line = DateEdit() if field.type == "date" else LineEdit()
        if field.type in FIGURES:
            line.setAlignment(Qt.AlignmentFlag.AlignRight)
        if field.type in HINTS:
            line.setPlaceholderText(HINTS[field.type])
        elif field.nullable and field.type != "date":
            line.setPlaceholderText("可不填")
        line.setMinimumWidth(character * 8)
        line.setMaximumWidth(character * 14)
        line.textChanged.connect(lambda _t: self.changed.emit())
        line.returnPressed.connect(self.entered)
        return line

    def value(self) -> Any:
        """As JSON for `calculate`, None where nothing is filled in. What cannot be read stays text."""
        field, editor = self._field, self._editor
        if isinstance(editor, ChoiceEdit):
            return editor.currentData()
        assert isinstance(editor, LineEdit)
        text = editor.text().strip()
        if field is None or not text:
            return None
        if isinstance(editor, DateEdit):
            day = editor.value()
            return day.isoformat() if day is not None else text
        if field.type in FIGURES:
            figure = plain_number(text)
            return int(figure) if field.type == "int" and figure.lstrip("-").isdecimal() else figure
        if field.type in ("months", "choices"):
            return [part for part in text.replace("，", "、").replace(",", "、").split("、") if part.strip()]
        return text

    def set_value(self, value: Any) -> None:
        editor = self._editor
        if isinstance(editor, ChoiceEdit):
            for place in range(editor.count()):
                if editor.itemData(place) == value and type(editor.itemData(place)) is type(value):
                    editor.setCurrentIndex(place)
        elif isinstance(editor, LineEdit):
            words = "、".join(value) if isinstance(value, list | tuple) else ("" if value is None else str(value))
            editor.setText(words)

    def clear(self) -> None:
        if isinstance(self._editor, ChoiceEdit):
            self._editor.setCurrentIndex(0)
        elif isinstance(self._editor, LineEdit):
            self._editor.clear()

    def settle(self) -> None:
        if isinstance(self._editor, LineEdit):
            self._editor.settle()

    def mark(self, wrong: bool) -> None:
        self._editor.setProperty("wrong", wrong)
        self._editor.style().unpolish(self._editor)
        self._editor.style().polish(self._editor)
