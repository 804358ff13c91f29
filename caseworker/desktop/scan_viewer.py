"""A scan looked at: a PDF's pages or a picture's, read by a worker, or a sentence where neither can be shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import clear, label
from caseworker.desktop.preview import PdfPreview

MOST_PIXELS = 3000  # across: sharper than any screen shows
MOST_PIXELS_OF_MANY = 1600  # of a picture file with several pages, which all lie in memory
MOST_PAGES = 20
UNREADABLE = "这份扫描件不是 PDF 或图片，或者已经损坏，不能在这里查看。"


@dataclass(frozen=True)
class Shown:
    """What there is to see: a PDF's bytes, or the pages of a picture with how many there are in all."""

    data: bytes = b""
    images: tuple[QImage, ...] = ()
    pages: int = 0


def is_pdf(data: bytes) -> bool:
    return b"%PDF-" in data[:1024]


def read(data: bytes) -> Shown:
    """For a worker: pictures are unpacked here, not in the window's thread."""
    if is_pdf(data):
        return Shown(data)
    images, pages = pictures(data)
    return Shown(b"", tuple(images), pages)


def pictures(data: bytes) -> tuple[list[QImage], int]:
    """The first pages of a picture file (a TIFF may hold several), turned upright, and their number in all."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    count = max(1, reader.imageCount())
    widest = MOST_PIXELS if count == 1 else MOST_PIXELS_OF_MANY
    found: list[QImage] = []
    for place in range(min(count, MOST_PAGES)):
        if place and not reader.jumpToImage(place):
            break
        if reader.size().width() > widest:
            reader.setScaledSize(reader.size() * (widest / reader.size().width()))
        image = reader.read()
        if image.isNull():
            break
        found.append(image)
    del reader  # before the bytes that it reads from: a TIFF is still looked into when it is closed
    return found, count if len(found) == min(count, MOST_PAGES) else len(found)


class PictureView(QScrollArea):
    """Pages one under the other, as wide as the room times the zoom."""

    def __init__(self) -> None:
        super().__init__()
        self._images: tuple[QImage, ...] = ()
        self._labels: list[QLabel] = []
        self._zoom = 1.0
        holder = QWidget()
        self._column = QVBoxLayout(holder)
        self._column.setSpacing(8)
        self.setWidget(holder)
        self.setWidgetResizable(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # or the width would hunt for its bar

    def show_pictures(self, images: tuple[QImage, ...], pages: int) -> None:
        clear(self._column)
        self._images, self._zoom = images, 1.0
        self._labels = [QLabel() for _ in images]
        for made in self._labels:
            self._column.addWidget(made, 0, Qt.AlignmentFlag.AlignHCenter)
        if pages > len(images):
            self._column.addWidget(label(f"共 {pages} 页，这里只显示前 {len(images)} 页。", "quiet"))
        self._column.addStretch(1)
        self._scale()

    def zoom(self, factor: float) -> None:
        """Larger or smaller by a factor; 0 fits the width again."""
        self._zoom = max(0.25, min(4.0, self._zoom * factor)) if factor else 1.0
        self._scale()

    def _scale(self) -> None:
        width = max(100, round((self.viewport().width() - 24) * self._zoom))
        for made, image in zip(self._labels, self._images, strict=True):
            made.setPixmap(QPixmap.fromImage(image.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._scale()


class ScanViewer(QWidget):
    """Shows what was asked for last; an answer to an older wish is dropped."""

    shown = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._asked = 0
        self.pdf = PdfPreview()
        self.picture = PictureView()
        self.words = label("", "quiet", wrap=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words.setMargin(12)
        self.stack = QStackedWidget()
        for page in (self.words, self.pdf, self.picture):
            self.stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)

    def open(self, fetch: Callable[[], bytes]) -> None:
        """`fetch` runs on a worker; a failure is told here, not across the screen."""
        self.tell("正在打开…")
        asked = self._asked

        def opened(found: Shown) -> None:
            if asked == self._asked:
                self._show(found)

        def failed(trouble: Trouble) -> bool:
            if asked == self._asked:
                self.tell(trouble.message or "没有打开。")
            return trouble.kind != "bug"

        self._context.ask("正在打开扫描件…", lambda: read(fetch()), self, opened, failed)

    def tell(self, words: str) -> None:
        self._asked += 1
        self.words.setText(words)
        self._turn_to(self.words)

    @property
    def page_count(self) -> int:
        """Of what is shown; 0 where nothing is."""
        here = self.stack.currentWidget()
        if here is self.pdf:
            return self.pdf.document.pageCount()
        return len(self.picture._images) if here is self.picture else 0

    def zoom(self, factor: float) -> None:
        """Larger or smaller by a factor; 0 fits the width again."""
        if self.stack.currentWidget() is self.picture:
            self.picture.zoom(factor)
        elif factor:
            self.pdf.zoom(factor)
        else:
            self.pdf.fit(False)

    def _show(self, found: Shown) -> None:
        if found.images:
            self.picture.show_pictures(found.images, found.pages)
            self._turn_to(self.picture)
        elif found.data and self.pdf.load(found.data):
            self.pdf.fit(False)
            self._turn_to(self.pdf)
        else:
            self.words.setText(UNREADABLE)
            self._turn_to(self.words)

    def _turn_to(self, page: QWidget) -> None:
        self.stack.setCurrentWidget(page)
        self.shown.emit()
