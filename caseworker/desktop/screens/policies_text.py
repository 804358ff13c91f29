"""The official text beside its rules: every quote shown where it stands, the chosen one marked and scrolled to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QStackedLayout, QTextEdit, QVBoxLayout, QWidget

from caseworker.desktop import theme
from caseworker.desktop.context import Context
from caseworker.desktop.parts import Chip, ElidedLabel, label
from caseworker.desktop.words import when
from caseworker.services.policies import PolicyTextView

Places = tuple[tuple[int, int], ...]
EMPTY = "还没有加载这项政策的正式文本。加载后，每条引文都会在原文中核对：找到的在这里标出，找不到的列在“引文核对”里。"


@dataclass(frozen=True, slots=True)
class LoadedText:
    """`places`: where each quote of the pack stands in `text`; none for one that is missing."""

    file_name: str
    loaded_at: datetime
    loaded_by: str
    text: str
    places: Mapping[str, Places]

    @staticmethod
    def of(view: PolicyTextView) -> LoadedText:
        places = {found.quote: found.places for found in view.quotes}
        return LoadedText(view.file_name, view.loaded_at, view.loaded_by, view.text, places)

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(quote for quote, places in self.places.items() if not places)


def document_positions(text: str, places: Places) -> Places:
    """The same places counted as the text widget counts: a rare character outside the first plane takes two."""
    wide = [position for position, char in enumerate(text) if ord(char) > 0xFFFF]
    if not wide:
        return places

    def moved(position: int) -> int:
        return position + sum(1 for at in wide if at < position)

    return tuple((moved(start), moved(end)) for start, end in places)


class TextPane(QWidget):
    """The chosen rule's words above, the official text with all quotes marked below."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._loaded: LoadedText | None = None
        self._quote = ""
        self.rule = label("", "strong", wrap=True, selectable=True)
        self.words = label("", "quote", wrap=True, selectable=True)
        self.state = Chip()
        self.state.hide()
        self.file = ElidedLabel("", "quiet")
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName("政策文本")
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        note = label(EMPTY, "quiet", wrap=True)
        note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        blank = QWidget()
        inner = QVBoxLayout(blank)
        inner.addStretch(2)
        inner.addWidget(note)
        inner.addStretch(3)
        self._stack = QStackedLayout()
        self._stack.addWidget(blank)
        self._stack.addWidget(self.text)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.rule)
        column.addWidget(self.words)
        column.addWidget(self.state)
        column.addLayout(self._stack, 1)
        column.addWidget(self.file)
        context.theme.changed.connect(self._mark)

    def show_text(self, loaded: LoadedText | None) -> None:
        self._loaded = loaded
        self._stack.setCurrentIndex(0 if loaded is None else 1)
        self.file.setText("" if loaded is None else _file_words(loaded))
        self.text.setPlainText("" if loaded is None else loaded.text)
        self.show_quote(self._quote, self.rule.text())

    def show_quote(self, quote: str, rule: str = "") -> None:
        """`rule`: the whole sentence of the rule, which the table may have cut."""
        self._quote = quote
        self.rule.setText(rule)
        self.rule.setVisible(bool(rule))
        self.words.setText(f"“{quote}”" if quote else "原文没有单独写明，按条款和办理需要列出。")
        self.state.hide()
        if self._loaded is not None and quote:
            places = self._loaded.places.get(quote, ())
            more = f"，共 {len(places)} 处" if len(places) > 1 else ""
            self.state.set(f"原文中已找到{more}" if places else "原文中没有找到", "green" if places else "red")
            self.state.show()
        self._mark()
        self._scroll()

    def _chosen(self) -> Places:
        if self._loaded is None or not self._quote:
            return ()
        return document_positions(self._loaded.text, self._loaded.places.get(self._quote, ()))

    def _mark(self) -> None:
        loaded = self._loaded
        if loaded is None:
            self.text.setExtraSelections([])
            return
        every = tuple(place for places in loaded.places.values() for place in places)
        marks = [self._selection(*place, "accent_soft") for place in document_positions(loaded.text, every)]
        marks += [self._selection(*place, "amber_soft", chosen=True) for place in self._chosen()]
        self.text.setExtraSelections(marks)

    def _selection(self, start: int, end: int, role: str, chosen: bool = False) -> QTextEdit.ExtraSelection:
        made = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.text.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        made.cursor = cursor
        look = QTextCharFormat()
        look.setBackground(theme.colour(role))
        if chosen:  # underlined too: not told by colour alone
            look.setForeground(theme.colour("text"))
            look.setFontUnderline(True)
            look.setUnderlineColor(theme.colour("amber"))
        made.format = look
        return made

    def _scroll(self) -> None:
        places = self._chosen()
        if places:
            cursor = QTextCursor(self.text.document())
            cursor.setPosition(places[0][0])
            self.text.setTextCursor(cursor)
            self.text.centerCursor()


def _file_words(loaded: LoadedText) -> str:
    return f"{loaded.file_name}　{when(loaded.loaded_at)}　{loaded.loaded_by} 加载"
