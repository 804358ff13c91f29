"""Editors that choose: one of many by a few letters of it, and the paper that shows something with its scan."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, QStringListModel, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QCompleter, QFileDialog, QHBoxLayout, QToolButton

from caseworker.desktop.fields import LineEdit, OwnEdit
from caseworker.desktop.icons import icon
from caseworker.desktop.parts import ElidedLabel, button
from caseworker.services.base import initials

Choices = tuple[tuple[Any, str], ...]  # key and words
Answer = Callable[[Choices], None]
Look = Callable[[str, Answer], None]  # what goes with a text; may answer later, in the GUI thread

LOOK_DELAY_MS = 120
SCANS = "扫描件 (*.pdf *.jpg *.jpeg *.png *.tif *.tiff);;所有文件 (*)"


class _Line(LineEdit):
    """Arrow down asks for the list when there is none."""

    def __init__(self, ask: Callable[[], None]) -> None:
        super().__init__()
        self._ask = ask

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self._ask()
        else:
            super().keyPressEvent(event)


class PickEdit(OwnEdit):
    """One of many: a few letters, arrow down, Enter. What was typed and chosen from no list is a problem in words."""

    def __init__(self, look: Look, *, hint: str = "", missing: str = "请从列出的内容中选择。") -> None:
        super().__init__()
        self._look = look
        self._missing = missing
        self._key: Any = None
        self._asked = 0
        self._found: Choices = ()
        self.line = _Line(self.ask_all)
        self.line.setPlaceholderText(hint)
        self._model = QStringListModel(self)
        self.completer = QCompleter(self._model, self)
        self.completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.completer.setMaxVisibleItems(12)
        popup = self.completer.popup()
        if popup is not None:
            popup.setObjectName("picks")
        self.line.setCompleter(self.completer)
        self.completer.activated[QModelIndex].connect(self._take)  # type: ignore[index]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.line)
        self.setFocusProxy(self.line)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(LOOK_DELAY_MS)
        self._delay.timeout.connect(lambda: self._ask(self.line.text().strip()))
        self.line.textEdited.connect(self._edited)
        self.line.returnPressed.connect(self._enter)

    def ask_all(self) -> None:
        """The list as far as it goes with nothing typed, or with what is typed and not chosen yet."""
        self._ask("" if self._key is not None else self.line.text().strip())

    def _edited(self, _text: str) -> None:
        self._key = None
        self._delay.start()
        self.changed.emit()

    def _ask(self, text: str) -> None:
        self._delay.stop()
        self._asked += 1
        asked = self._asked

        def answer(found: Choices) -> None:
            if asked == self._asked:
                self._found = found
                self._model.setStringList([words for _key, words in found])
                if found and self.line.hasFocus():
                    self.completer.complete()

        self._look(text, answer)

    def _take(self, index: QModelIndex) -> None:
        if 0 <= index.row() < len(self._found):
            self._choose(*self._found[index.row()])

    def _choose(self, key: Any, words: str) -> None:
        self._asked += 1  # a list still on its way comes too late
        self._key = key
        # the completer writes the words itself, after this
        QTimer.singleShot(0, self, lambda: self._written(words))
        self.changed.emit()

    def _written(self, words: str) -> None:
        if self._key is not None and self.line.text() != words:
            self.line.setText(words)
        self.line.setCursorPosition(0)

    def _enter(self) -> None:
        """Enter takes the only one that goes with the text; else it goes on."""
        text = self.line.text().strip()
        if self._key is None and text:
            whole = [pair for pair in self._found if pair[1] == text] or list(self._found)
            if len(whole) != 1:
                self._ask(text)
                return
            self._choose(*whole[0])
        self.entered.emit()

    def value(self) -> Any:
        return self._key

    def typed(self) -> Any:
        text = self.line.text().strip()
        return [self._key, text] if text else None

    def set_value(self, value: Any) -> None:
        """None, or (key, words)."""
        self._key, words = (None, "") if value is None else value
        self.line.setText(words)
        self.line.setCursorPosition(0)
        self.changed.emit()

    def problem(self) -> str | None:
        popup = self.completer.popup()
        if popup is not None and popup.isVisible():
            return None  # still choosing
        return self._missing if self.line.text().strip() and self._key is None else None

    def settle(self) -> None:
        self.line.settle()


class SourceEdit(OwnEdit):
    """The paper that shows it: its name, and the scan of it, chosen, or dropped here. The value is (words, path)."""

    def __init__(self) -> None:
        super().__init__()
        self._path: Path | None = None
        self.line = LineEdit()
        self.line.setPlaceholderText("如 营业执照；租赁合同 2022-05-01")
        self.attach = button("附扫描件…", self.choose, picture="clip")
        self.attach.setToolTip("选择扫描件（PDF、JPG、PNG、TIF），或把文件拖到这里")
        self.name = ElidedLabel("", "quiet")
        self.drop = QToolButton()
        self.drop.setProperty("role", "plain")
        self.drop.setIcon(icon("close"))
        self.drop.setToolTip("去掉扫描件")
        self.drop.clicked.connect(lambda: self.take(None))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.line, 3)
        row.addWidget(self.attach)
        row.addWidget(self.name, 2)
        row.addWidget(self.drop)
        self.setFocusProxy(self.line)
        self.setAcceptDrops(True)
        self.line.textChanged.connect(lambda _t: self.changed.emit())
        self.line.returnPressed.connect(self.entered)
        self._show()

    def choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "选择扫描件", "", SCANS)
        if name:
            self.take(Path(name))

    def take(self, path: Path | None) -> None:
        self._path = path
        if path is not None and not self.line.text().strip():
            self.line.setText(path.stem)
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        some = self._path is not None
        self.name.setText(self._path.name if self._path is not None else "")
        self.name.setVisible(some)
        self.drop.setVisible(some)
        self.attach.setText("换一份…" if some else "附扫描件…")

    def value(self) -> tuple[str, Path | None]:
        return self.line.text().strip(), self._path

    def typed(self) -> Any:
        text, path = self.line.text(), self._path
        return [text, "" if path is None else str(path)] if text.strip() or path is not None else None

    def set_value(self, value: Any) -> None:
        words, path = ("", "") if value is None else value
        self._path = Path(path) if path else None
        self.line.setText(words)
        self._show()

    def problem(self) -> str | None:
        return None if self.line.text().strip() else "请写明由哪份材料证明。"

    def settle(self) -> None:
        self.line.settle()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped(event)
        if path is not None:
            self.take(path)
            event.acceptProposedAction()


def _dropped(event: QDropEvent) -> Path | None:
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return paths[0] if len(paths) == 1 else None


def narrowed(choices: Iterable[tuple[Any, str]], text: str) -> Choices:
    """Those that a text goes with: by their words, or by the pinyin initials of the words."""
    wanted = text.casefold()
    return tuple((key, words) for key, words in choices if wanted in words.casefold() or wanted in initials(words))
