"""The recovery key of a new office, shown once: to be printed or saved, and locked away, before going on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QCheckBox, QFileDialog, QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop import files
from caseworker.desktop.operations import Runner, Trouble
from caseworker.desktop.parts import Message, button, card, label
from caseworker.desktop.preview import PdfPreview
from caseworker.services import recovery_sheet
from caseworker.values.clock import SystemClock

_ACROSS = 3


class KeyPage(QWidget):
    safe = Signal()  # the clerk says that the key is on paper and locked away, and goes on

    def __init__(self, runner: Runner, office: str, path: Path, key: str) -> None:
        super().__init__()
        self._runner = runner
        self._office = office
        self._path = path
        self._key = key
        self._pdf = b""
        self._preview = PdfPreview()
        self._preview.setParent(self)
        self._preview.hide()
        self.print = button("打印…", self._print, role="primary", picture="print")
        self.save = button("另存为 PDF…", self._choose_file, picture="save")
        for one in (self.print, self.save):
            one.setEnabled(False)
        self.message = Message(closable=False)
        self.kept = QCheckBox("已打印并妥善保管")
        self.enter = button("继续，去登录", self._go_on, role="primary")
        self.enter.setEnabled(False)
        self.kept.toggled.connect(self.enter.setEnabled)

        frame, inner = card(margins=28, spacing=12)
        inner.addWidget(label("恢复密钥", "page"))
        inner.addWidget(label(f"“{office}”已建立。下面的恢复密钥只显示这一次，程序不保存。", wrap=True))
        inner.addLayout(self._groups())
        inner.addWidget(
            label(
                "忘记密码、又没有管理员能够重设时，只有它能打开机构文件。请立即打印，核对后装信封密封，"
                "由负责人锁入保险柜；不要拍照，不要存入电脑。密码和恢复密钥都丢失，任何人都无法打开。",
                wrap=True,
            )
        )
        row = QHBoxLayout()
        row.addWidget(self.print)
        row.addWidget(self.save)
        row.addWidget(label("另存的文件打印后请删除。", "quiet"))
        row.addStretch(1)
        inner.addLayout(row)
        inner.addWidget(self.message)
        inner.addWidget(self.kept)
        row = QHBoxLayout()
        row.addWidget(self.enter)
        row.addStretch(1)
        inner.addLayout(row)
        frame.setMaximumWidth(self.fontMetrics().horizontalAdvance("汉") * 60)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(frame, 4)
        across.addStretch(1)
        outer = QVBoxLayout(self)
        outer.addStretch(1)
        outer.addLayout(across)
        outer.addStretch(2)

    def _groups(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, group in enumerate(self._key.split("-")):
            box = QFrame()
            box.setProperty("role", "card")
            inner = QHBoxLayout(box)
            inner.addWidget(label(str(place + 1), "quiet"), 0, Qt.AlignmentFlag.AlignTop)
            words = label(group, "amount")
            words.setAccessibleName(f"第 {place + 1} 组：{' '.join(group)}")
            font = QFont(words.font())
            font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 4)
            words.setFont(font)
            inner.addWidget(words, 1, Qt.AlignmentFlag.AlignHCenter)
            grid.addWidget(box, place // _ACROSS, place % _ACROSS)
        return grid

    def begin(self) -> None:
        """Sets the page to print; until it is ready there is nothing to print or save."""
        office, name, key, day = self._office, self._path.name, self._key, SystemClock().today()
        self._runner.ask(
            "正在准备打印页…", lambda: recovery_sheet(office, name, key, day), self, self._ready, self._trouble
        )

    def _ready(self, pdf: bytes) -> None:
        self._pdf = pdf
        self._preview.load(pdf)
        for one in (self.print, self.save):
            one.setEnabled(True)
        self.print.setFocus(Qt.FocusReason.OtherFocusReason)

    def _print(self) -> None:
        if self._preview.print_with_dialog():
            self.message.tell("已交打印机。请核对纸上的九组字符与屏幕一致。", "green")

    def _choose_file(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        start = str(Path(folder) / f"恢复密钥-{self._path.stem}.pdf")
        name, _ = QFileDialog.getSaveFileName(self, "另存恢复密钥", start, "PDF 文件 (*.pdf)")
        if name:
            self.save_to(Path(name))

    def save_to(self, path: Path) -> None:
        pdf = self._pdf
        self._runner.ask(
            "正在保存…",
            lambda: files.save(path, pdf),
            self,
            lambda _nothing: self.message.tell(f"已保存：{path}。打印后请删除这个文件。", "green"),
            self._trouble,
        )

    def _trouble(self, trouble: Trouble) -> bool:
        # the key itself stands on the screen: it can be copied by hand
        self.message.tell(trouble.message, "red" if trouble.kind in ("environment", "bug") else "amber")
        return True

    def _go_on(self) -> None:
        if self.kept.isChecked():
            self.safe.emit()
