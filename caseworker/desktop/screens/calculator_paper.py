"""A working paper (an estimate, a chart, a list): looked at, printed, saved. No document of the office, no number."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop import files
from caseworker.desktop.context import Context
from caseworker.desktop.parts import ElidedLabel, button, label
from caseworker.desktop.preview import PdfPreview

ESTIMATE = "仅供参考，不编号，不登记，不能代替决定书。"


class PaperPage(QWidget):
    """In place of the screen it was printed from until it is closed."""

    closed = Signal()

    def __init__(self, context: Context, back: str = "返回计算器", note: str = ESTIMATE) -> None:
        super().__init__()
        self._context = context
        self._name = ""
        self._data = b""
        self.title = ElidedLabel("", "section")
        self.print_button = button("打印…  Ctrl+P", self.print_out, role="primary", picture="print")
        self.save_button = button("另存为…", self._ask_where, picture="save")
        self.preview_button = button("打印预览", lambda: self.preview.print_preview())
        self.back_button = button(back, self.closed.emit, picture="back")
        self.back_button.setToolTip("Esc")
        self.preview = PdfPreview()
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.back_button)
        head.addWidget(self.title, 1)
        for made in (self.save_button, self.preview_button, self.print_button):
            head.addWidget(made)
        zoom = QHBoxLayout()
        for words, act in (
            ("实际大小", lambda: self.preview.zoom(0)),
            ("适合宽度", lambda: self.preview.fit(False)),
            ("整页", lambda: self.preview.fit(True)),
            ("放大", lambda: self.preview.zoom(1.25)),
            ("缩小", lambda: self.preview.zoom(0.8)),
        ):
            zoom.addWidget(button(words, act, role="link"))
        zoom.addWidget(label(note, "quiet"))
        zoom.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(zoom)
        column.addWidget(self.preview, 1)
        self.setFocusProxy(self.preview)
        for keys, act in (("Esc", self.closed.emit), ("Ctrl+P", self.print_out), ("Ctrl+S", self._ask_where)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    @property
    def data(self) -> bytes:
        """What is shown, as PDF."""
        return self._data

    def show_paper(self, title: str, name: str, data: bytes) -> None:
        self._name, self._data = name, data
        self.title.setText(title)
        self.preview.load(data)
        self.preview.fit(False)

    def print_out(self) -> None:
        if self.preview.print_with_dialog():
            self._context.say("已送往打印机")

    def _ask_where(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "另存为", self._name, "PDF 文件 (*.pdf)")
        if name:
            self.save_to(Path(name))

    def save_to(self, path: Path) -> None:
        """In a worker; what hinders it is told in words."""
        data = self._data
        self._context.ask(
            "正在保存…", lambda: files.save(path, data), self, lambda _none: self._context.say(f"已保存到 {path}")
        )
