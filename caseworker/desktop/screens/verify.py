"""核验文书: a file, or the text of a letter's QR code, against the register. Nothing is written."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QVBoxLayout

from caseworker.desktop.context import Context
from caseworker.desktop.fields import LineEdit
from caseworker.desktop.parts import Chip, button, label
from caseworker.desktop.screen import Screen
from caseworker.services.views import VerifyView

VERDICTS = {
    "unchanged": ("未改动", "green"),
    "changed": ("内容不符", "red"),
    "voided": ("已作废", "red"),
    "unknown": ("登记簿中没有", "amber"),
}
_ABOUT = (
    "核对一份文书是不是本机构发出的、有没有改动过。选择收到的文件（或拖到这里）；只有纸质件的，用扫码枪或手机扫文书上的二维码，"
    "把读出的文字粘贴到下面，按回车。"
)


class VerifyScreen(Screen):
    title = "核验文书"
    manual = "documents"

    def __init__(self, context: Context, _key: int | str = 0) -> None:
        super().__init__(context)
        self.setAcceptDrops(True)
        self.found: VerifyView | None = None
        self.heading(self.title)
        self.body.addWidget(label(_ABOUT, "quiet", wrap=True))
        self.choose_button = button("选择文件…  Ctrl+O", self._choose, role="primary", picture="import")
        self.choose_button.setShortcut("Ctrl+O")
        self.code = LineEdit()
        self.code.setAccessibleName("二维码的文字")
        self.code.setPlaceholderText("粘贴或扫入二维码的文字，按回车")
        self.code.returnPressed.connect(self.verify_code)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.choose_button)
        row.addWidget(self.code, 1)
        row.addWidget(button("核验", self.verify_code))
        self.body.addLayout(row)
        self.card = QFrame()
        self.card.setProperty("role", "card")
        inner = QVBoxLayout(self.card)
        inner.setContentsMargins(16, 12, 16, 12)
        inner.setSpacing(8)
        self.verdict = Chip()
        self.about = label("", "quiet", wrap=True, selectable=True)
        self.message = label("", "strong", wrap=True, selectable=True)
        self.link = button("", self._open, role="link")
        for part in (self.about, self.verdict, self.message, self.link):
            inner.addWidget(part)
        self.card.hide()
        self.body.addWidget(self.card)
        self.body.addStretch(1)
        self.setFocusProxy(self.code)

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "选择要核验的文书", "", "文书 (*.pdf *.xlsx);;所有文件 (*)")
        if name:
            self.verify_file(Path(name))

    def verify_file(self, path: Path) -> None:
        desk, about = self.context.desk, f"文件：{path.name}"
        self.context.ask("正在核验…", lambda: desk.documents.verify(path), self, lambda found: self._show(about, found))

    def verify_code(self) -> None:
        self.code.settle()
        text = self.code.text().strip()
        if text:
            desk = self.context.desk
            self.context.ask(
                "正在核验…", lambda: desk.documents.verify(text), self, lambda found: self._show("二维码", found)
            )

    def _show(self, about: str, found: VerifyView) -> None:
        self.found = found
        self.about.setText(about)
        self.verdict.set(*VERDICTS[found.verdict])
        self.message.setText(found.message)
        row = found.document
        self.link.setVisible(row is not None)
        if row is not None:
            self.link.setText(f"打开登记簿中的 {row.kind_name} {row.shown_number}".rstrip())
        self.card.show()
        self.code.selectAll()  # the next scan takes the place of this one

    def _open(self) -> None:
        if self.found is not None and self.found.document is not None:
            self.context.go("document", self.found.document.id)

    # ---- dropped files -----------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if len(paths) == 1:
            event.acceptProposedAction()
            self.verify_file(paths[0])
        elif paths:
            self.context.tell("请一次核验一个文件。", "amber")
