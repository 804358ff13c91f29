"""The paper that documents draw on: points from the top left, our faces only, and the same bytes for the same input."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO

from reportlab.lib.colors import Color
from reportlab.lib.utils import ImageReader, TimeStamp
from reportlab.pdfbase.pdfmetrics import getFont, stringWidth
from reportlab.pdfgen.canvas import Canvas

from caseworker.documents.faces import Face, FaceSet, Run
from caseworker.documents.typeset import Line, Span
from caseworker.documents.units import ASCENT, MM, PAGE_HEIGHT, PAGE_WIDTH

BLACK = Color(0, 0, 0)
RED = Color(0.85, 0.05, 0.05)
GREY = Color(0.45, 0.45, 0.45)
_WATERMARK = Color(0.90, 0.90, 0.90)
PRACTICE_MARK = "演示数据"

# ReportLab keeps a reading position in each font file, so two threads must not write a document at once.
_WRITING = threading.RLock()


class Sheet:
    """One PDF being drawn. `practice` puts 演示数据 behind every page. `moved`: all of it, right and down."""

    def __init__(
        self,
        faces: FaceSet,
        title: str,
        author: str,
        day: date,
        *,
        practice: bool = False,
        landscape: bool = False,
        moved: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        self.faces = faces
        self.practice = practice
        self.width, self.height = (PAGE_HEIGHT, PAGE_WIDTH) if landscape else (PAGE_WIDTH, PAGE_HEIGHT)
        self.page = 0
        self._moved = moved
        self._buffer = BytesIO()
        first = faces.runs("一", Face.FANG)[0].font  # else ReportLab would name Helvetica, which is not embedded
        self._canvas = Canvas(
            self._buffer,
            pagesize=(self.width, self.height),
            invariant=1,
            pageCompression=1,
            initialFontName=first,
            initialFontSize=16,
            lang="zh-CN",
        )
        self._stamp(day)
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self._canvas.setCreator("兑现台")
        self._canvas.setProducer("兑现台")

    def _stamp(self, day: date) -> None:
        """The file's own dates are the document's date: a reprint is the same file."""
        moment = TimeStamp(1)
        moment.YMDhms = (day.year, day.month, day.day, 0, 0, 0)
        moment.lt = datetime(day.year, day.month, day.day).timetuple()  # noqa: DTZ001
        self._canvas._doc._timeStamp = moment

    def new_page(self) -> None:
        """Begin the first or the next page."""
        if self.page:
            self._canvas.showPage()
        self.page += 1
        right, down = self._moved
        if right or down:
            self._canvas.translate(right, -down)
        if self.practice:
            self._watermark()

    def _watermark(self) -> None:
        canvas = self._canvas
        font = self.faces.runs(PRACTICE_MARK, Face.HEI)[0].font
        canvas.saveState()
        canvas.setFillColor(_WATERMARK)
        canvas.setFont(font, 64)
        for share in (0.22, 0.52, 0.82):
            canvas.saveState()
            canvas.translate(self.width / 2, self.height * share)
            canvas.rotate(30)
            canvas.drawCentredString(0, -22, PRACTICE_MARK)
            canvas.restoreState()
        canvas.restoreState()

    # text

    def text(
        self,
        x: float,
        top: float,
        content: str | Sequence[Span],
        size: float,
        *,
        face: Face = Face.FANG,
        tracking: float = 0.0,
        colour: Color = BLACK,
        stretch: float = 1.0,
    ) -> None:
        """Set one line whose em box has its top left corner at (x, top); `stretch` widens or narrows the letters."""
        spans = (Span(content, face),) if isinstance(content, str) else content
        writer = self._canvas.beginText(x, self.height - top - ASCENT * size)
        writer.setFillColor(colour)
        writer.setCharSpace(tracking)
        if stretch != 1.0:
            writer.setHorizScale(stretch * 100)
        for span in spans:
            for run in self.faces.runs(span.text, span.face):
                writer.setFont(run.font, size)
                for part in self._subset_runs(run):
                    # placed anew at every change of subset: some readers forget the tracking there
                    writer.setTextOrigin(x, self.height - top - ASCENT * size)
                    writer.textOut(part)
                    x += (stringWidth(part, run.font, size) + tracking * len(part)) * stretch
        if stretch != 1.0:
            writer.setHorizScale(100)
        writer.setCharSpace(0)
        self._canvas.drawText(writer)

    def _subset_runs(self, run: Run) -> list[str]:
        """The run cut where ReportLab will change from one 256-character subset of the font to another."""
        parts: list[str] = []
        start = 0
        for _, codes in getFont(run.font).splitString(run.text, self._canvas._doc):
            parts.append(run.text[start : start + len(codes)])
            start += len(codes)
        return parts

    def line(self, x: float, top: float, line: Line, size: float, colour: Color = BLACK) -> None:
        """Set a broken line at the left margin x."""
        self.text(x + line.indent, top, line.spans, size, tracking=line.tracking, colour=colour)

    def measure(self, content: str, size: float, face: Face = Face.FANG, tracking: float = 0.0) -> float:
        """The set width in points; the last character's tracking does not count."""
        count = len(content)
        return self.faces.width(content, face, size) + tracking * max(count - 1, 0)

    def centred(
        self,
        centre: float,
        top: float,
        content: str,
        size: float,
        *,
        face: Face = Face.FANG,
        tracking: float = 0.0,
        colour: Color = BLACK,
        stretch: float = 1.0,
    ) -> None:
        width = self.measure(content, size, face, tracking) * stretch
        self.text(centre - width / 2, top, content, size, face=face, tracking=tracking, colour=colour, stretch=stretch)

    def right(
        self,
        edge: float,
        top: float,
        content: str,
        size: float,
        *,
        face: Face = Face.FANG,
        tracking: float = 0.0,
        colour: Color = BLACK,
    ) -> None:
        self.text(
            edge - self.measure(content, size, face, tracking),
            top,
            content,
            size,
            face=face,
            tracking=tracking,
            colour=colour,
        )

    # rules, boxes, marks

    def rule(self, x0: float, y0: float, x1: float, y1: float, thickness_mm: float, colour: Color = BLACK) -> None:
        canvas = self._canvas
        canvas.setStrokeColor(colour)
        canvas.setLineWidth(thickness_mm * MM)
        canvas.line(x0, self.height - y0, x1, self.height - y1)

    def box(self, x: float, top: float, width: float, height: float, thickness_mm: float) -> None:
        canvas = self._canvas
        canvas.setStrokeColor(BLACK)
        canvas.setLineWidth(thickness_mm * MM)
        canvas.rect(x, self.height - top - height, width, height, stroke=1, fill=0)

    def fill(self, x: float, top: float, width: float, height: float, grey: float) -> None:
        canvas = self._canvas
        canvas.setFillColor(Color(grey, grey, grey))
        canvas.rect(x, self.height - top - height, width, height, stroke=0, fill=1)

    def polyline(self, points: Sequence[tuple[float, float]], thickness_mm: float, colour: Color = BLACK) -> None:
        canvas = self._canvas
        canvas.setStrokeColor(colour)
        canvas.setLineWidth(thickness_mm * MM)
        canvas.setLineCap(1)
        path = canvas.beginPath()
        path.moveTo(points[0][0], self.height - points[0][1])
        for x, y in points[1:]:
            path.lineTo(x, self.height - y)
        canvas.drawPath(path, stroke=1, fill=0)
        canvas.setLineCap(0)

    def tick_box(self, x: float, top: float, side: float, ticked: bool) -> None:
        """A square to tick, drawn with lines so that it looks the same in every face."""
        self.box(x, top, side, side, 0.2)
        if ticked:
            self.tick(x + side * 0.12, top + side * 0.1, side * 0.8)

    def tick(self, x: float, top: float, side: float) -> None:
        self.polyline([(x, top + side * 0.5), (x + side * 0.36, top + side * 0.86), (x + side, top + side * 0.05)], 0.4)

    def cross(self, x: float, top: float, side: float) -> None:
        self.polyline([(x, top), (x + side, top + side)], 0.4)
        self.polyline([(x + side, top), (x, top + side)], 0.4)

    def modules(self, x: float, top: float, side: float, matrix: Sequence[Sequence[bool]]) -> None:
        """A square of dark and light modules (a QR code)."""
        canvas = self._canvas
        canvas.setFillColor(BLACK)
        step = side / len(matrix)
        path = canvas.beginPath()
        for row, cells in enumerate(matrix):
            column = 0
            while column < len(cells):
                if not cells[column]:
                    column += 1
                    continue
                first = column
                while column < len(cells) and cells[column]:
                    column += 1
                path.rect(x + first * step, self.height - top - (row + 1) * step, (column - first) * step, step)
        canvas.drawPath(path, stroke=0, fill=1)

    def image(self, png: bytes, x: float, top: float, width: float, height: float) -> None:
        """A picture with its transparency, by points."""
        self._canvas.drawImage(ImageReader(BytesIO(png)), x, self.height - top - height, width, height, mask="auto")

    def finish(self) -> bytes:
        """The finished PDF."""
        self._canvas.showPage()
        with _WRITING:
            self._canvas.save()
        return self._buffer.getvalue()
