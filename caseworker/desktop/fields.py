"""The fields of forms: what can be typed, how it reads back, and text under composition never lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import QDate, QLocale, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QCalendarWidget, QComboBox, QFrame, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from caseworker.desktop.icons import icon
from caseworker.desktop.words import DATE_HINT, parse_date, plain_number

CHINESE = QLocale(QLocale.Language.Chinese, QLocale.Country.China)


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `kind`: text, long, date, choice, boolean, number, password, own. `width` in Chinese characters.

    A `choice` takes `options` (value, words); a `boolean` is 是 / 否 / not known; an `own` one makes its editor.
    """

    name: str
    label: str
    kind: str = "text"
    unit: str = ""
    required: bool = False
    options: tuple[tuple[Any, str], ...] = ()
    hint: str = ""
    width: int = 24
    make: Callable[[], OwnEdit] | None = None
    wide: bool = False  # over all columns of the form
    over: str = ""  # an earlier field whose place it shares: only one of the two is shown at a time


class LineEdit(QLineEdit):
    """Keeps what an input method was still composing when the focus moves or the form is sent."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._composing = ""

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        super().inputMethodEvent(event)
        self._composing = event.preeditString()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.settle()
        super().focusOutEvent(event)

    def settle(self) -> None:
        """Asks the input method to finish; what it does not deliver is taken as it stands."""
        if not self._composing:
            return
        QGuiApplication.inputMethod().commit()
        if self._composing:
            left, self._composing = self._composing, ""
            finish = QInputMethodEvent()
            finish.setCommitString(left)
            super().inputMethodEvent(finish)


class DateEdit(LineEdit):
    """A date as clerks type it; a calendar at hand. Read back as 2023-06-01."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setPlaceholderText("如 2023-06-01")
        action = self.addAction(icon("calendar"), QLineEdit.ActionPosition.TrailingPosition)
        action.setToolTip("从日历中选择（Alt+↓）")
        action.triggered.connect(self.show_calendar)
        self.editingFinished.connect(self._tidy)

    def value(self) -> date | None:
        return parse_date(self.text())

    def set_value(self, day: date | None) -> None:
        self.setText(day.isoformat() if day is not None else "")

    def _tidy(self) -> None:
        day = self.value()
        if day is not None and day.isoformat() != self.text():
            self.setText(day.isoformat())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if event.key() == Qt.Key.Key_Down and alt and not self.isReadOnly():
            self.show_calendar()
        else:
            super().keyPressEvent(event)

    def show_calendar(self) -> None:
        popup = QFrame(self, Qt.WindowType.Popup)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.setProperty("role", "card")
        calendar = QCalendarWidget(popup)
        calendar.setLocale(CHINESE)
        calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        day = self.value()
        if day is not None:
            calendar.setSelectedDate(QDate(day.year, day.month, day.day))

        def take(chosen: QDate) -> None:
            self.set_value(date(chosen.year(), chosen.month(), chosen.day()))
            popup.close()
            self.setFocus()

        calendar.clicked.connect(take)
        calendar.activated.connect(take)
        layout = QVBoxLayout(popup)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(calendar)
        popup.move(self.mapToGlobal(QPoint(0, self.height())))
        popup.show()
        calendar.setFocus()


class LongEdit(QPlainTextEdit):
    """A few lines of text; Tab leaves it, as in every other field."""

    def __init__(self, parent: QWidget | None = None, lines: int = 3) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * lines + 18)


class ChoiceEdit(QComboBox):
    """One of some options; does not change under a scrolling wheel that only passes over it."""

    entered = Signal()  # Enter, with the list of options closed

    def __init__(self, options: tuple[tuple[Any, str], ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for value, words in options:
            self.addItem(words, value)

    def choose(self, value: Any) -> bool:
        """Chooses by value; False, and nothing changed, where no option has it."""
        place = _find(self, value)
        if place >= 0:
            self.setCurrentIndex(place)
        return place >= 0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: Any) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class OwnEdit(QWidget):
    """An editor that a screen brings along for a field of kind `own`. `typed` is plain data: a draft keeps it."""

    changed = Signal()
    entered = Signal()

    def value(self) -> Any:
        raise NotImplementedError

    def typed(self) -> Any:
        return self.value()

    def set_value(self, value: Any) -> None:
        """A value, what was typed, or None for nothing."""
        raise NotImplementedError

    def problem(self) -> str | None:
        """What is wrong with what was typed, as far as the editor itself can tell."""
        return None

    def settle(self) -> None:
        """Ends what an input method was composing."""

    def mark(self, wrong: bool) -> None:
        mark_wrong(self.input(), wrong)

    def input(self) -> QWidget:
        """The widget that is typed into."""
        widget: QWidget = self
        while (inner := widget.focusProxy()) is not None:
            widget = inner
        return widget


class FieldEdit(QWidget):
    """The editor of one field, with its value in and out and a problem of its own for what cannot be read."""

    changed = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.editor = self._build()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.editor)
        self.setFocusProxy(self.editor)
        if field.kind != "long":
            self.editor.setMinimumWidth(self.fontMetrics().horizontalAdvance("汉") * min(field.width, 10))
            self.setMaximumWidth(self.fontMetrics().horizontalAdvance("汉") * field.width + 24)

    def _build(self) -> QWidget:
        field = self.field
        if field.kind == "own":
            assert field.make is not None
            own = field.make()
            own.changed.connect(self.changed)
            return own
        if field.kind in ("choice", "boolean"):
            options = field.options
            if field.kind == "boolean":
                options = ((None, "（未知）"), (True, "是"), (False, "否"))
            choice = ChoiceEdit(options)
            choice.currentIndexChanged.connect(lambda _i: self.changed.emit())
            return choice
        if field.kind == "long":
            long = LongEdit()
            long.setPlaceholderText(field.hint)
            long.textChanged.connect(self.changed)
            return long
        line = DateEdit() if field.kind == "date" else LineEdit()
        if field.hint:
            line.setPlaceholderText(field.hint)
        if field.kind == "password":
            line.setEchoMode(QLineEdit.EchoMode.Password)
        if field.kind == "number":
            line.setAlignment(Qt.AlignmentFlag.AlignRight)
        line.textChanged.connect(lambda _t: self.changed.emit())
        return line

    def value(self) -> Any:
        """Text trimmed, a date or None, a choice's value, figures without separators."""
        editor = self.editor
        if isinstance(editor, OwnEdit):
            return editor.value()
        if isinstance(editor, QComboBox):
            return editor.currentData()
        if isinstance(editor, QPlainTextEdit):
            return editor.toPlainText().strip()
        if isinstance(editor, DateEdit):
            return editor.value()
        assert isinstance(editor, QLineEdit)
        if self.field.kind == "password":
            return editor.text()
        if self.field.kind == "number":
            return plain_number(editor.text())
        return editor.text().strip()

    def typed(self) -> Any:
        """As typed, readable or not: what a draft keeps."""
        editor = self.editor
        if isinstance(editor, OwnEdit):
            return editor.typed()
        if isinstance(editor, QComboBox):
            return editor.currentData()
        if isinstance(editor, QPlainTextEdit):
            return editor.toPlainText()
        assert isinstance(editor, QLineEdit)
        return editor.text()

    def set_value(self, value: Any) -> None:
        editor = self.editor
        if isinstance(editor, OwnEdit):
            editor.set_value(value)
        elif isinstance(editor, QComboBox):
            editor.setCurrentIndex(max(0, _find(editor, value)))
        elif isinstance(editor, QPlainTextEdit):
            editor.setPlainText("" if value is None else str(value))
        elif isinstance(editor, DateEdit) and isinstance(value, date):
            editor.set_value(value)
        elif isinstance(editor, QLineEdit):
            editor.setText("" if value is None else str(value))
            editor.setCursorPosition(0)

    def own_problem(self) -> str | None:
        """What this field knows without asking anybody: a date that is none, a required field left empty."""
        if isinstance(self.editor, OwnEdit) and (trouble := self.editor.problem()):
            return trouble
        typed = self.typed()
        empty = typed is None or (isinstance(typed, str) and not typed.strip())
        if empty:
            return f"请填写{self.field.label}" if self.field.required else None
        if isinstance(self.editor, DateEdit) and self.editor.value() is None:
            return DATE_HINT
        return None

    def settle(self) -> None:
        if isinstance(self.editor, LineEdit | OwnEdit):
            self.editor.settle()

    def set_read_only(self) -> None:
        """For whoever only reads: text can be chosen and copied, nothing looks as if it could be typed."""
        editor = self.editor
        editor.setProperty("reading", True)
        if isinstance(editor, QLineEdit | QPlainTextEdit):
            editor.setReadOnly(True)
            editor.setPlaceholderText("")
            for action in editor.actions() if isinstance(editor, DateEdit) else ():
                action.setVisible(False)
        else:
            editor.setEnabled(False)

    def mark(self, wrong: bool) -> None:
        if isinstance(self.editor, OwnEdit):
            self.editor.mark(wrong)
        else:
            mark_wrong(self.editor, wrong)

    def on_enter(self, act: Callable[[], None]) -> None:
        if isinstance(self.editor, QLineEdit):
            self.editor.returnPressed.connect(act)
        elif isinstance(self.editor, ChoiceEdit | OwnEdit):
            self.editor.entered.connect(act)


def mark_wrong(editor: QWidget, wrong: bool) -> None:
    if editor.property("wrong") != wrong:
        editor.setProperty("wrong", wrong)
        editor.style().unpolish(editor)
        editor.style().polish(editor)


def _find(box: QComboBox, value: Any) -> int:
    return next((place for place in range(box.count()) if box.itemData(place) == value), -1)
