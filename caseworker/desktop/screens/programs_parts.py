"""What the records of the programs share: a card that opens as a form, and a line that finds a party or a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from caseworker.desktop.context import Context
from caseworker.desktop.fields import Field, LineEdit
from caseworker.desktop.forms import Form
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import button, label
from caseworker.errors import Problem
from caseworker.values.money import Money

DELAY_MS = 200
MOST_SHOWN = 8  # of the entries found, without scrolling
Hit = tuple[int, str]
Search = Callable[[str], tuple[Hit, ...]]


class Picker(QWidget):
    """Type some of the name (or its initials), arrow down, Enter. `search` is called in a worker.

    What is found stands in a list below the line, not in a window over it, so that typing goes on.
    """

    picked = Signal()

    def __init__(self, context: Context, words: str, hint: str, search: Search) -> None:
        super().__init__()
        self._context = context
        self._search = search
        self._key: int | None = None
        self._asked = 0
        self._words = words
        self.line = LineEdit()
        self.line.setPlaceholderText(hint)
        self.line.setAccessibleName(words)
        width = self.fontMetrics().horizontalAdvance("汉") * 32
        self.line.setMaximumWidth(width)
        self.hits = QListWidget()  # at most 20, never a table of records
        self.hits.setAccessibleName(f"找到的{words}")
        self.hits.setMaximumWidth(width)
        self.hits.hide()
        self.hits.itemClicked.connect(self._take)
        self.hits.itemActivated.connect(self._take)
        self.error = label("", "error")
        self.error.hide()
        self.name = name = QLabel(f"{words} *")
        name.setBuddy(self.line)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.addWidget(name, 0, 0)
        grid.addWidget(self.line, 0, 1)
        grid.addWidget(self.error, 0, 2)
        grid.addWidget(self.hits, 1, 1)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(2, 2)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(DELAY_MS)
        self._delay.timeout.connect(self.look_up)
        self.line.textEdited.connect(self._edited)
        self.line.returnPressed.connect(self._enter)
        self.line.installEventFilter(self)

    @property
    def key(self) -> int | None:
        """The id of what was picked; None while the words are no entry."""
        return self._key

    def set(self, hit: Hit | None) -> None:
        self._key = None if hit is None else hit[0]
        self.line.setText("" if hit is None else hit[1])
        self.line.setCursorPosition(0)
        self.hits.hide()
        self.complain("")

    def complain(self, words: str) -> None:
        self.error.setText(words)
        self.error.setVisible(bool(words))

    def _edited(self, _text: str) -> None:
        self._key = None
        self.complain("")
        self._delay.start()

    def look_up(self) -> None:
        self._delay.stop()
        text, search = self.line.text().strip(), self._search
        self._asked += 1
        asked = self._asked
        if not text:
            self.hits.hide()
            return
        self._context.ask("正在查找…", lambda: search(text), self, lambda hits: self._found(asked, hits))

    def _found(self, asked: int, hits: tuple[Hit, ...]) -> None:
        if asked != self._asked or self._key is not None:
            return
        self.hits.clear()
        for key, name in hits:
            item = QListWidgetItem(name)
            item.setData(Qt.ItemDataRole.UserRole, key)
            self.hits.addItem(item)
        self.hits.setCurrentRow(0)
        self.hits.setFixedHeight(min(len(hits), MOST_SHOWN) * max(1, self.hits.sizeHintForRow(0)) + 4)
        self.hits.setVisible(bool(hits))
        if not hits:
            self.complain(f"没有找到这个{self._words}")

    def _enter(self) -> None:
        """Enter in the line takes the marked entry, or looks at once what there is."""
        item = self.hits.currentItem()
        if not self.hits.isHidden() and item is not None and not self._delay.isActive():
            self._take(item)
        elif self._key is None:
            self.look_up()

    def _take(self, item: QListWidgetItem) -> None:
        self.set((item.data(Qt.ItemDataRole.UserRole), item.text()))
        self.line.setFocus()
        self.picked.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and not self.hits.isHidden():
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
            if event.key() in steps:
                place = self.hits.currentRow() + steps[Qt.Key(event.key())]
                self.hits.setCurrentRow(max(0, min(self.hits.count() - 1, place)))
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.hits.hide()
                return True
        return super().eventFilter(watched, event)


class FormCard(QFrame):
    """A form in a card above a list, closed until it is wanted. `save` gets the values and starts the work.

    Unsaved typing waits as a draft under `key` while the window is open.
    """

    def __init__(
        self,
        context: Context,
        key: str,
        title: str,
        fields: tuple[Field, ...],
        save: Callable[[dict[str, Any]], None],
        above: tuple[QWidget, ...] = (),
        below: tuple[QWidget, ...] = (),
        columns: int = 2,
    ) -> None:
        super().__init__()
        self._context = context
        self._key = key
        self._save = save
        self.setProperty("role", "card")
        self.title = label(title, "section", wrap=True)
        self.form = Form(fields, columns=columns)
        self.form.submitted.connect(lambda: self._save(self.form.values()))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.title)
        for part in above:
            column.addWidget(part)
        column.addWidget(self.form)
        for part in below:
            column.addWidget(part)
        row = QHBoxLayout()
        row.addWidget(button("保存  Ctrl+Enter", self.form.submit, role="primary"))
        row.addWidget(button("取消", self.close_form))
        row.addStretch(1)
        column.addLayout(row)
        draft = context.draft(key)
        if draft is not None:
            self.form.restore(draft)
        else:
            self.hide()

    def open_form(self, values: dict[str, Any], first: QWidget | None = None) -> None:
        if not self.form.dirty:
            self.form.set_values(values)
        self.show()
        (first or next(iter(self.form.fields.values())).editor).setFocus()

    def close_form(self) -> None:
        """Saved or given up: the draft goes."""
        self.form.set_values(dict.fromkeys(self.form.fields))
        self._context.keep_draft(self._key, None)
        self.hide()

    def keep(self) -> None:
        dirty = not self.isHidden() and self.form.dirty
        self._context.keep_draft(self._key, self.form.typed() if dirty else None)

    def refused(self, trouble: Trouble) -> bool:
        """What saving found goes beside the fields."""
        if trouble.kind != "input":
            return False
        self.form.show_problems(trouble.problems)
        return True

    def wrong(self, name: str, words: str) -> None:
        self.form.show_problems((Problem(name, words),))


def amount_of(card: FormCard, name: str, typed: str) -> Money | None:
    """The amount as typed; None, and a word beside the field, where it is none."""
    try:
        return Money.parse(typed)
    except ValueError:
        card.wrong(name, "请填写金额，如 1200000 或 1200000.50")
        return None


def year_of(card: FormCard, name: str, typed: str) -> int | None:
    if len(typed) == 4 and typed.isascii() and typed.isdigit():
        return int(typed)
    card.wrong(name, "年度请写成四位数，如 2023")
    return None


def parties(context: Context) -> Search:
    """Finds parties by name, initials or code; called in a worker."""

    def search(text: str) -> tuple[Hit, ...]:
        page = context.desk.dossiers.page(search=text, limit=20)
        return tuple((row.id, row.name) for row in page.rows)

    return search
