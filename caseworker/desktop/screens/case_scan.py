"""An attached scan, looked at in place of the checklist: a PDF's pages or a picture, fitted to the width."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QObject, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.parts import ElidedLabel, button, clear, label
from caseworker.desktop.preview import PdfPreview
from caseworker.services.views import PaperView

MOST_PIXELS = 3000  # across: sharper than any screen shows, and many pages still fit into memory
UNREADABLE = "这份扫描件不是 PDF 或图片，或者已经损坏，不能在这里查看。"


def is_pdf(data: bytes) -> bool:
    return b"%PDF-" in data[:1024]


def pictures(data: bytes) -> list[QImage]:
    """The pages of a picture file (a TIFF may hold several), turned upright; none when it cannot be read."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    found: list[QImage] = []
    for place in range(max(1, reader.imageCount())):
        if place and not reader.jumpToImage(place):
            break
        if reader.size().width() > MOST_PIXELS:
            reader.setScaledSize(reader.size() * (MOST_PIXELS / reader.size().width()))
        image = reader.read()
        if image.isNull():
            break
        found.append(image)
    del reader  # before the bytes that it reads from: a TIFF is still looked into when it is closed
    return found


class PictureView(QScrollArea):
    """Pages one under the other, as wide as the room times the zoom."""

    def __init__(self) -> None:
        super().__init__()
        self._images: list[QImage] = []
        self._labels: list[QLabel] = []
        self._zoom = 1.0
        holder = QWidget()
        self._column = QVBoxLayout(holder)
        self._column.setSpacing(8)
        self.setWidget(holder)
        self.setWidgetResizable(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # or the width would hunt for its bar

    def show_pictures(self, images: list[QImage]) -> None:
        clear(self._column)
        self._images, self._zoom = images, 1.0
        self._labels = [QLabel() for _ in images]
        for made in self._labels:
            self._column.addWidget(made, 0, Qt.AlignmentFlag.AlignHCenter)
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


class ScanView(QWidget):
    """One paper's scans, one at a time. Esc and Alt+← lead back to the checklist, not out of the case."""

    left = Signal()

    def __init__(self, context: Context, case_id: int) -> None:
        super().__init__()
        self._context = context
        self._case_id = case_id
        self._paper: PaperView | None = None
        self._place = 0
        self._asked = 0
        self.heading = ElidedLabel("", "strong")
        self.pdf = PdfPreview()
        self.picture = PictureView()
        self.words = label("", "quiet", wrap=True)
        self.stack = QStackedWidget()
        for page in (self.words, self.pdf, self.picture):
            self.stack.addWidget(page)
        self.back = button("返回清单  Esc", self.left.emit)
        self.before = button("上一份", lambda: self._turn(-1), role="link")
        self.after = button("下一份", lambda: self._turn(1), role="link")
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addWidget(self.heading, 1)
        row.addWidget(self.before)
        row.addWidget(self.after)
        for words, factor in (("适合", 0.0), ("放大", 1.25), ("缩小", 0.8)):
            row.addWidget(button(words, partial(self._zoom, factor), role="link"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.stack, 1)
        # the views would take Alt+← for scrolling, the window for leaving the case
        self.pdf.view.installEventFilter(self)
        self.picture.installEventFilter(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_scan(self, paper: PaperView, place: int = 0) -> None:
        """Reads the paper's scan at that place and shows it when it has come."""
        self._paper, self._place = paper, place
        attachment_id, name = paper.scans[place].attachment_id, paper.scans[place].name
        count = f"（第 {place + 1} 份，共 {len(paper.scans)} 份）" if len(paper.scans) > 1 else ""
        self.heading.setText(f"{paper.name}　{name}{count}")
        for made, other in ((self.before, place > 0), (self.after, place < len(paper.scans) - 1)):
            made.setVisible(len(paper.scans) > 1)
            made.setEnabled(other)
        self._tell("正在打开…")
        self._asked += 1
        asked, desk, key = self._asked, self._context.desk, self._case_id

        def read() -> tuple[bytes, list[QImage]]:
            _name, _media_type, data = desk.cases.scan(key, paper.id, attachment_id)
            return data, [] if is_pdf(data) else pictures(data)

        def opened(found: tuple[bytes, list[QImage]]) -> None:
            if asked == self._asked:  # an answer to an older wish is dropped
                self._show(*found)

        def failed(_trouble: object) -> bool:
            if asked == self._asked:
                self._tell("没有打开。")
            return False

        self._context.ask("正在打开扫描件…", read, self, opened, failed)

    def _show(self, data: bytes, images: list[QImage]) -> None:
        if images:
            self.picture.show_pictures(images)
            self._turn_to(self.picture)
        elif is_pdf(data) and self.pdf.load(data):
            self.pdf.fit(False)
            self._turn_to(self.pdf)
        else:
            self._tell(UNREADABLE)

    def _tell(self, words: str) -> None:
        self.words.setText(words)
        self._turn_to(self.words)

    def _turn_to(self, page: QWidget) -> None:
        self.stack.setCurrentWidget(page)
        if self.isVisible():
            (self if page is self.words else page).setFocus(Qt.FocusReason.OtherFocusReason)

    def _turn(self, by: int) -> None:
        if self._paper is not None and 0 <= self._place + by < len(self._paper.scans):
            self.show_scan(self._paper, self._place + by)

    def _zoom(self, factor: float) -> None:
        if self.stack.currentWidget() is self.picture:
            self.picture.zoom(factor)
        elif factor:
            self.pdf.zoom(factor)
        else:
            self.pdf.fit(False)

    # ---- the way back --------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        return self._leaves(event) or super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        return self._leaves(event) or super().event(event)

    def _leaves(self, event: QEvent) -> bool:
        """Takes the keys that lead back, before the window makes a shortcut of them."""
        if not isinstance(event, QKeyEvent):
            return False
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if event.key() != Qt.Key.Key_Escape and not (alt and event.key() == Qt.Key.Key_Left):
            return False
        if event.type() == QEvent.Type.KeyPress:
            self.left.emit()
        event.accept()
        return True
