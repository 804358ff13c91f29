"""A PDF on the screen and on paper. The bytes are what was issued; the system's own dialog prints them."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QPageLayout, QPageSize, QPaintEngine, QPainter
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrintPreviewDialog
from PySide6.QtWidgets import QVBoxLayout, QWidget

PREVIEW_DPI = 150
MOST_DPI = 600  # beyond that a page's picture takes more memory than it gains sharpness


class PdfPreview(QWidget):
    """Pages one under the other; Ctrl with the wheel, or the buttons of the screen, zoom."""

    def __init__(self) -> None:
        super().__init__()
        self._buffer: QBuffer | None = None
        self.document = QPdfDocument(self)
        self.view = QPdfView(self)
        self.view.setAccessibleName("文件内容")
        self.view.setDocument(self.document)
        self.view.setPageMode(QPdfView.PageMode.MultiPage)
        self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        self.setFocusProxy(self.view)

    def load(self, data: bytes) -> bool:
        """True when the bytes are a PDF with at least one page."""
        self.document.close()
        buffer = QBuffer(self)
        buffer.setData(QByteArray(data))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self.document.load(buffer)
        if self._buffer is not None:
            self._buffer.deleteLater()
        self._buffer = buffer
        self.view.setZoomMode(QPdfView.ZoomMode.Custom)
        self.view.setZoomFactor(1.0)  # true size: an A4 page fits across the smallest window
        return self.document.status() == QPdfDocument.Status.Ready and self.document.pageCount() > 0

    def zoom(self, factor: float) -> None:
        """Larger or smaller by a factor; 0 is true size."""
        if factor == 0:
            self.view.setZoomMode(QPdfView.ZoomMode.Custom)
            self.view.setZoomFactor(1.0)
            return
        here = self.view.zoomFactor() if self.view.zoomMode() == QPdfView.ZoomMode.Custom else self._fitted()
        self.view.setZoomMode(QPdfView.ZoomMode.Custom)
        self.view.setZoomFactor(max(0.25, min(4.0, here * factor)))

    def fit(self, whole_page: bool) -> None:
        self.view.setZoomMode(QPdfView.ZoomMode.FitInView if whole_page else QPdfView.ZoomMode.FitToWidth)

    def _fitted(self) -> float:
        points = self.document.pagePointSize(0)
        inches = points.width() / 72 if points.width() else 8.27
        return self.view.viewport().width() / (inches * self.logicalDpiX())

    # ---- paper -----------------------------------------------------------------------------

    def print_with_dialog(self) -> bool:
        printer = self._printer()
        dialog = QPrintDialog(printer, self)
        dialog.setMinMax(1, self.document.pageCount())
        dialog.setFromTo(1, self.document.pageCount())
        if dialog.exec() != QPrintDialog.DialogCode.Accepted:
            return False
        return print_document(self.document, printer)

    def print_preview(self) -> None:
        printer = self._printer()  # the dialog does not keep it: without this name it would be gone while it shows
        dialog = QPrintPreviewDialog(printer, self)
        dialog.setWindowTitle("打印预览")
        dialog.paintRequested.connect(lambda printer: print_document(self.document, printer))
        dialog.exec()

    def _printer(self) -> QPrinter:
        """Set to the document's own paper, so that nothing is scaled unless the clerk asks."""
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        size = self.document.pagePointSize(0)
        short, long = sorted((size.width(), size.height()))
        paper = QPageSize(QSize(round(short), round(long)), "", QPageSize.SizeMatchPolicy.FuzzyMatch)
        printer.setPageSize(paper)
        landscape = size.width() > size.height()
        orientation = QPageLayout.Orientation.Landscape if landscape else QPageLayout.Orientation.Portrait
        printer.setPageOrientation(orientation)
        return printer


def print_document(document: QPdfDocument, printer: QPrinter) -> bool:
    """Draws each page at the printer's resolution, at its true size on the sheet. False when the printer refuses."""
    printer.setFullPage(True)
    first = printer.fromPage() or 1
    last = printer.toPage() or document.pageCount()
    painter = QPainter()
    if not painter.begin(printer):
        return False
    dpi = printer.resolution()
    # a preview only records what would be printed: full sharpness there costs memory and time for nothing
    recorded = painter.paintEngine().type() == QPaintEngine.Type.Picture
    drawn = min(dpi, PREVIEW_DPI if recorded else MOST_DPI)
    for number in range(first - 1, min(last, document.pageCount())):
        if number > first - 1:
            printer.newPage()
        points = document.pagePointSize(number)
        pixels = QSize(round(points.width() / 72 * drawn), round(points.height() / 72 * drawn))
        picture = document.render(number, pixels)
        target = QRectF(0, 0, points.width() / 72 * dpi, points.height() / 72 * dpi)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(target, Qt.GlobalColor.white)
        painter.drawImage(target, picture)
    return painter.end()
