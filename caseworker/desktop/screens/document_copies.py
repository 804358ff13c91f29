"""Beside the issued page: the editable draft, and printing on paper that has the red head already."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from caseworker.desktop import memory
from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit, LineEdit
from caseworker.desktop.files import save
from caseworker.desktop.parts import Strip, button, label
from caseworker.desktop.preview import print_document
from caseworker.desktop.words import plain_number

NO_PRINTER = "打印时选择"
Make = Callable[[float, float], bytes]


def save_draft(context: Context, owner: QWidget, document_id: int, name: str) -> None:
    """Asks where to; the draft is made and written in a worker."""
    stem = name.rpartition(".")[0] or name
    chosen, _ = QFileDialog.getSaveFileName(owner, "另存为可编辑的草稿", f"{stem}（草稿）.docx", "Word 文档 (*.docx)")
    if chosen:
        path = Path(chosen if chosen.lower().endswith(".docx") else f"{chosen}.docx")
        desk = context.desk
        context.ask(
            "正在制作草稿…",
            lambda: desk.documents.export_draft(document_id, path),
            owner,
            lambda saved: context.tell(f"草稿已保存到 {saved}。正式文书仍以盖章的 PDF 为准。", "green"),
        )


class PreprintedStrip(Strip):
    """套打: which printer, how far to move the page, then the test page or the letter itself."""

    def __init__(self, context: Context) -> None:
        super().__init__(self.print_letter)
        self._context = context
        self._document_id = 0
        self.printer = ChoiceEdit(())
        self.printer.setAccessibleName("打印机")
        self.printer.setSizeAdjustPolicy(ChoiceEdit.SizeAdjustPolicy.AdjustToContents)
        for name in ("", *QPrinterInfo.availablePrinterNames()):
            self.printer.addItem(name or NO_PRINTER, name)
        self.printer.choose(QPrinterInfo.defaultPrinterName())
        self.right, self.down = LineEdit(), LineEdit()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(label("打印机"))
        row.addWidget(self.printer)
        for words, line in (("右移", self.right), ("下移", self.down)):
            line.setAccessibleName(f"{words}（毫米）")
            line.setMaximumWidth(self.fontMetrics().horizontalAdvance("汉") * 5)
            row.addWidget(label(words))
            row.addWidget(line)
        row.addWidget(label("毫米（负数为左移、上移）", "quiet"))
        row.addStretch(1)
        row.addWidget(button("测试页…", self.print_ruler))
        row.addWidget(button("套打…", self.print_letter, role="primary", picture="print"))
        row.addWidget(button("取消", self.give_up))
        self.printer.currentIndexChanged.connect(lambda _i: self._recall())
        self._recall()
        self.hide()

    def ask(self, document_id: int) -> None:
        self._document_id = document_id
        self.show()
        self.right.setFocus()

    def print_letter(self) -> None:
        desk, key = self._context.desk, self._document_id
        self._make(lambda right, down: desk.documents.preprinted(key, right, down), "套打")

    def print_ruler(self) -> None:
        self._make(self._context.desk.documents.ruler_page, "测试页")

    def offset(self) -> tuple[float, float] | None:
        """As typed, in millimetres; None with a sentence where it is no number."""
        try:
            return float(plain_number(self.right.text()) or 0), float(plain_number(self.down.text()) or 0)
        except ValueError:
            self._context.tell("右移、下移请填毫米数，如 1.5 或 -2。", "amber")
            return None

    def _make(self, make: Make, words: str) -> None:
        offset = self.offset()
        if offset is None:
            return
        memory.remember_offset(str(self.printer.currentData() or ""), *offset)
        self._context.ask(f"正在准备{words}…", lambda: make(*offset), self, lambda data: self.send(data, words))

    def send(self, data: bytes, words: str) -> None:
        """To the printer through the system's dialog; without any printer, into a file."""
        if not QPrinterInfo.availablePrinterNames():
            name, _ = QFileDialog.getSaveFileName(self, f"没有打印机，{words}另存为", f"{words}.pdf", "PDF (*.pdf)")
            if name:
                self._context.ask(
                    "正在保存…", lambda: save(Path(name), data), self, lambda _n: self._said(f"已保存到 {name}")
                )
            return
        document, buffer = _loaded(data)
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        if self.printer.currentData():
            printer.setPrinterName(str(self.printer.currentData()))
        dialog = QPrintDialog(printer, self)
        if dialog.exec() == QPrintDialog.DialogCode.Accepted and print_document(document, printer):
            self._said(f"{words}已送往打印机")
        document.close()
        buffer.close()

    def _said(self, words: str) -> None:
        self._context.say(words)

    def _recall(self) -> None:
        right, down = memory.offset(str(self.printer.currentData() or ""))
        self.right.setText(f"{right:g}")
        self.down.setText(f"{down:g}")


def _loaded(data: bytes) -> tuple[QPdfDocument, Any]:
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    return document, buffer
