"""Forms: label before the field, unit after it, what is wrong in words under it, as it is typed.

A field shows a problem once it was touched, or once saving was tried; then the first wrong one gets the
focus. What was typed stays until it is saved: `typed` and `restore` carry it over as a draft.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from caseworker.desktop.fields import Field, FieldEdit, OwnEdit
from caseworker.errors import Problem

CHECK_DELAY_MS = 350
LONGEST_LABEL = 11  # characters on one line
Checked = Callable[[tuple[Problem, ...]], None]
Checker = Callable[[dict[str, Any], Checked], None]  # asks the services and answers later, in the GUI thread


class Form(QWidget):
    """Fields in one or two columns. `submitted` comes with Ctrl+Enter, or Enter in the last field of a short form."""

    changed = Signal()
    submitted = Signal()

    def __init__(
        self,
        fields: Iterable[Field],
        *,
        columns: int = 1,
        check: Checker | None = None,
        enter_submits: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.fields: dict[str, FieldEdit] = {}
        self._errors: dict[str, QLabel] = {}
        self._labels: dict[str, QLabel] = {}
        self._hidden: set[str] = set()
        self._units: dict[str, QLabel] = {}
        self._touched: set[str] = set()
        self._outside: dict[str, str] = {}  # problems the services found
        self._ask = check
        self._asked = 0
        self._filling = False
        self._tried = False
        self._dirty = False
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(CHECK_DELAY_MS)
        self._delay.timeout.connect(self.check_now)
        self._general = QLabel(self)
        self._general.setProperty("role", "error")
        self._general.setWordWrap(True)
        self._general.hide()

        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        place = 0
        places: dict[str, int] = {}
        for field in fields:
            if field.over:
                self._add(grid, field, places[field.over] // columns, (places[field.over] % columns) * 3, 1)
                continue
            wide = field.kind == "long" or field.wide
            if wide and place % columns:
                place += 1
            places[field.name] = place
            self._add(grid, field, place // columns, (place % columns) * 3, columns if wide else 1)
            place += columns if wide else 1
        for column in range(columns):
            grid.setColumnStretch(column * 3 + 1, 1)
            if column:
                grid.setColumnMinimumWidth(column * 3, self.fontMetrics().horizontalAdvance("汉") * 7)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._general)
        whole.addLayout(grid)

        self._enter_submits = enter_submits
        for name in self.fields:
            self.fields[name].on_enter(partial(self._go_on, name))
        self._take_keys()
        for keys in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            shortcut = QShortcut(QKeySequence(Qt.KeyboardModifier.ControlModifier | keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.submit)
            shortcut.activatedAmbiguously.connect(self.submit)  # the shell has the same keys for the page's main act

    def _add(self, grid: QGridLayout, field: Field, line: int, column: int, span: int) -> None:
        edit = FieldEdit(field)
        label = QLabel(f"{field.label}{' *' if field.required else ''}")
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        label.setBuddy(edit.editor)
        character = self.fontMetrics().horizontalAdvance("汉")
        if len(field.label) > LONGEST_LABEL:  # on two lines, or the fields would have no room
            label.setWordWrap(True)
            label.setFixedWidth(character * (LONGEST_LABEL + 1))
        if field.required:
            label.setToolTip("必填")
        (edit.editor.input() if isinstance(edit.editor, OwnEdit) else edit.editor).setAccessibleName(field.label)
        error = QLabel()
        error.setProperty("role", "error")
        error.setWordWrap(True)
        error.hide()
        after = QHBoxLayout()
        after.setSpacing(8)
        after.addWidget(edit, 0 if field.kind == "long" else 100)
        if field.unit:
            unit = QLabel(field.unit)
            unit.setProperty("role", "quiet")
            after.addWidget(unit)
            self._units[field.name] = unit
        if field.kind != "long":
            after.addStretch(1)  # what the field's own greatest width leaves over
        top = Qt.AlignmentFlag.AlignTop if field.kind == "long" else Qt.AlignmentFlag.AlignVCenter
        grid.addWidget(label, line * 2, column, Qt.AlignmentFlag.AlignRight | top)
        grid.addLayout(after, line * 2, column + 1, 1, span * 3 - 2)
        grid.addWidget(error, line * 2 + 1, column + 1, 1, span * 3 - 2)
        self.fields[field.name] = edit
        self._errors[field.name] = error
        self._labels[field.name] = label
        edit.changed.connect(lambda name=field.name: self._changed(name))

    # ---- values ------------------------------------------------------------------------

    def values(self) -> dict[str, Any]:
        return {name: edit.value() for name, edit in self.fields.items()}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Fills the form as saved: nothing is touched, nothing is wrong yet."""
        self._fill(values)
        self._dirty = False
        self._tried = False
        self._touched.clear()
        self._outside.clear()
        self._show()

    def set_read_only(self) -> None:
        """For whoever only reads."""
        for edit in self.fields.values():
            edit.set_read_only()
        for label in self._labels.values():
            label.setText(label.text().removesuffix(" *"))
            label.setToolTip("")
        self._take_keys()

    def _take_keys(self) -> None:
        """Whoever comes to the form is in its first field that can be read or typed into."""
        first = next((edit for edit in self.fields.values() if edit.editor.isEnabled()), None)
        if first is not None:
            self.setFocusProxy(first.editor)

    def typed(self) -> dict[str, Any]:
        return {name: edit.typed() for name, edit in self.fields.items() if edit.field.kind != "password"}

    def restore(self, typed: Mapping[str, Any]) -> None:
        """Puts a draft back: as typed, and still to be saved."""
        self._fill(typed)
        self._dirty = True
        self._touched.update(name for name in typed if name in self.fields)
        self._delay.start()
        self._show()

    def _fill(self, values: Mapping[str, Any]) -> None:
        self._filling = True
        try:
            for name, value in values.items():
                if name in self.fields:
                    self.fields[name].set_value(value)
        finally:
            self._filling = False

    @property
    def dirty(self) -> bool:
        """Something was typed since the last filling or saving."""
        return self._dirty

    def saved(self) -> None:
        self._dirty = False

    # ---- problems ----------------------------------------------------------------------

    def check_now(self) -> None:
        self._delay.stop()
        if self._ask is not None:
            self._asked += 1
            asked = self._asked
            self._ask(self.values(), lambda problems: self._checked(asked, problems))
        self._show()

    def _checked(self, asked: int, problems: tuple[Problem, ...]) -> None:
        if asked == self._asked:  # an answer to older text is dropped
            self._outside = _by_field(problems)
            self._show()

    def show_problems(self, problems: tuple[Problem, ...]) -> None:
        """What saving found: shown whether touched or not, the first wrong field focused."""
        self._asked += 1
        self._tried = True
        self._outside = _by_field(problems)
        self._show()
        self.focus_first_wrong()

    def show_field(self, name: str, shown: bool) -> None:
        """A field that does not go with what was chosen before it is out of sight, and never wrong."""
        (self._hidden.discard if shown else self._hidden.add)(name)
        for widget in (self.fields[name], self._labels[name], self._units.get(name)):
            if widget is not None:
                widget.setVisible(shown)
        self._show()

    def problem(self, name: str) -> str | None:
        """What is wrong with a field that is shown, said already or not."""
        if name in self._hidden:
            return None
        return self.fields[name].own_problem() or self._outside.get(name)

    def problems_shown(self) -> dict[str, str]:
        return {name: label.text() for name, label in self._errors.items() if not label.isHidden()}

    def focus_first_wrong(self) -> bool:
        for name, edit in self.fields.items():
            if self.problem(name):
                edit.editor.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
        return False

    def _show(self) -> None:
        for name, edit in self.fields.items():
            words = self.problem(name) if self._tried or name in self._touched else None
            label = self._errors[name]
            label.setText(words or "")
            label.setVisible(bool(words))
            edit.mark(bool(words))
            edit.editor.setAccessibleDescription(words or "")
        elsewhere = [words for name, words in self._outside.items() if name not in self.fields]
        self._general.setText("\n".join(elsewhere))
        self._general.setVisible(bool(elsewhere) and self._tried)

    # ---- typing and sending ------------------------------------------------------------

    def _changed(self, name: str) -> None:
        if self._filling:
            return
        self._dirty = True
        self._touched.add(name)
        self._outside.pop(name, None)
        self._delay.start()
        self.changed.emit()

    def _go_on(self, name: str) -> None:
        """Enter: to the next field that is shown; from the last one the form is sent, where it is such a form."""
        names = [known for known in self.fields if known not in self._hidden]
        place = names.index(name) + 1 if name in names else len(names)
        if place < len(names):
            self.fields[names[place]].editor.setFocus(Qt.FocusReason.TabFocusReason)
        elif self._enter_submits:
            self.submit()

    def settle(self) -> None:
        """Ends what input methods were composing."""
        for edit in self.fields.values():
            edit.settle()

    def submit(self) -> None:
        """Sends the form when no field is wrong in itself; the services have the last word on the rest."""
        self.settle()
        self._tried = True
        self._show()
        if any(edit.own_problem() for name, edit in self.fields.items() if name not in self._hidden):
            self.focus_first_wrong()
            return
        self.submitted.emit()


def _by_field(problems: tuple[Problem, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for problem in problems:
        found.setdefault(problem.path, problem.message)
    return found
