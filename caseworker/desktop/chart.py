"""A plain line chart: axes labelled with units, jumps marked, the value under the pointer or the arrow keys, printable.

Positions on the screen are floats; every figure that is read comes from the exact values of the plot.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPageLayout,
    QPageSize,
    QPainter,
    QPaintEvent,
    QPdfWriter,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from caseworker.desktop import theme
from caseworker.desktop.theme import LIGHT, Roles

TEN_THOUSAND = Decimal(10_000)
MOST_JUMPS = 8


@dataclass(frozen=True, slots=True)
class Dot:
    """One value. `y` None where there is none; `words` are read under the pointer."""

    x: Decimal
    y: Decimal | None
    words: str


@dataclass(frozen=True, slots=True)
class Plot:
    """What is drawn: dots by rising x, and what the axes are. `here`: the x that is typed now, marked."""

    title: str
    x_label: str
    x_unit: str
    y_label: str
    y_unit: str
    dots: tuple[Dot, ...]
    here: Decimal | None = None

    @property
    def x_title(self) -> str:
        return f"{self.x_label}（{self.x_unit}）" if self.x_unit else self.x_label


def jumps(plot: Plot) -> tuple[int, ...]:
    """Indices of the dots at which the line leaps instead of climbing on: where a new rate begins."""
    dots = plot.dots
    known = [dot.y for dot in dots if dot.y is not None]
    if len(dots) < 3 or not known or max(known) == min(known):
        return ()
    least = (max(known) - min(known)) / 200

    def slope(index: int) -> Decimal | None:
        if not 0 < index < len(dots):
            return None
        before, after = dots[index - 1].y, dots[index].y
        return None if before is None or after is None else abs(after - before) / (dots[index].x - dots[index - 1].x)

    found = []
    for index in range(1, len(dots)):
        before, after, own = dots[index - 1].y, dots[index].y, slope(index)
        if before is None or after is None or own is None or abs(after - before) < least:
            continue
        beside = [one for one in (slope(index - 1), slope(index + 1)) if one is not None]
        if beside and own > 4 * max(beside):
            found.append(index)
    return tuple(found) if len(found) <= MOST_JUMPS else ()


def ticks(low: Decimal, high: Decimal, about: int) -> list[Decimal]:
    """Round values (1, 2 or 5 of a power of ten) from low to high, some `about` of them."""
    span = high - low
    if span <= 0:
        return [low]
    raw = span / max(1, about)
    power = Decimal(10) ** math.floor(math.log10(float(raw)))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw)
    first = (low / step).to_integral_value(rounding="ROUND_CEILING") * step
    made = []
    while first <= high:
        made.append(first)
        first += step
    return made


def figure(number: Decimal) -> str:
    """With separators, without noughts at the end: 1,500 or 2.5."""
    whole = number.quantize(Decimal("0.01"))
    return f"{whole:,f}".rstrip("0").rstrip(".") if whole != whole.to_integral_value() else f"{int(whole):,}"


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the plot lies within the paper, and how values become positions."""

    area: QRectF
    left: Decimal
    right: Decimal
    top: Decimal

    def at(self, x: Decimal, y: Decimal) -> QPointF:
        across = float((x - self.left) / (self.right - self.left)) if self.right > self.left else 0.5
        up = float(y / self.top) if self.top else 0.0
        return QPointF(self.area.left() + across * self.area.width(), self.area.bottom() - up * self.area.height())


def _frame(plot: Plot, rect: QRectF, metrics: QFontMetricsF, unit: float) -> _Frame:
    highest = max((dot.y for dot in plot.dots if dot.y is not None), default=Decimal(0))
    top = ticks(Decimal(0), highest * Decimal("1.02") or Decimal(1), 5)
    step = top[1] - top[0] if len(top) > 1 else Decimal(1)
    summit = top[-1] if top[-1] >= highest else top[-1] + step
    line = metrics.height()
    widest = max(metrics.horizontalAdvance(text) for _y, text in _y_marks(plot, summit))
    area = rect.adjusted(widest + 20 * unit, 2.6 * line, -24 * unit, -2.8 * line)
    return _Frame(area, plot.dots[0].x, plot.dots[-1].x, summit)


def _y_marks(plot: Plot, top: Decimal) -> list[tuple[Decimal, str]]:
    scale = TEN_THOUSAND if top >= 100 * TEN_THOUSAND else Decimal(1)
    return [(y, figure(y / scale)) for y in ticks(Decimal(0), top, 5)]


def draw(
    painter: QPainter, rect: QRectF, plot: Plot, roles: Roles, unit: float = 1.0, hover: int | None = None
) -> None:
    """Draws the plot into a rectangle of any device; `unit` is the device's pixels for one of the screen's."""
    if len(plot.dots) < 2:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    metrics = QFontMetricsF(painter.font(), painter.device())
    frame = _frame(plot, rect, metrics, unit)
    _axes(painter, rect, plot, roles, frame, metrics, unit)
    _line(painter, plot, roles, frame, unit)
    _jumps(painter, plot, roles, frame, metrics, unit)
    if hover is not None and 0 <= hover < len(plot.dots):
        _hover(painter, plot, plot.dots[hover], roles, frame, metrics, unit)


def _axes(
    painter: QPainter, rect: QRectF, plot: Plot, roles: Roles, frame: _Frame, metrics: QFontMetricsF, unit: float
) -> None:
    area, line = frame.area, metrics.height()
    quiet = QColor(roles.text_quiet)
    for y, text in _y_marks(plot, frame.top):
        here = frame.at(frame.left, y)
        painter.setPen(QPen(QColor(roles.line), unit))
        painter.drawLine(here, QPointF(area.right(), here.y()))
        painter.setPen(quiet)
        box = QRectF(rect.left(), here.y() - line / 2, area.left() - rect.left() - 8 * unit, line)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
    count = max(2, int(area.width() / (metrics.horizontalAdvance("0,000,000") * 1.6)))
    for x in ticks(frame.left, frame.right, min(10, count)):
        here = frame.at(x, Decimal(0))
        painter.setPen(QPen(QColor(roles.line_strong), unit))
        painter.drawLine(here, here + QPointF(0, 4 * unit))
        painter.setPen(quiet)
        box = QRectF(here.x() - 80 * unit, here.y() + 5 * unit, 160 * unit, line)
        painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, figure(x))
    painter.setPen(QPen(QColor(roles.line_strong), unit))
    painter.drawLine(area.bottomLeft(), area.bottomRight())
    painter.setPen(QColor(roles.text))
    large = frame.top >= 100 * TEN_THOUSAND
    title = f"{plot.y_label}（{'万' if large else ''}{plot.y_unit}）"
    painter.drawText(QRectF(rect.left() + 8 * unit, rect.top(), area.width(), line), Qt.AlignmentFlag.AlignLeft, title)
    below = QRectF(area.left(), area.bottom() + line + 8 * unit, area.width(), line * 1.2)
    painter.drawText(below, Qt.AlignmentFlag.AlignRight, plot.x_title)
    if plot.here is not None and frame.left <= plot.here <= frame.right:
        here = frame.at(plot.here, Decimal(0))
        painter.setPen(QPen(QColor(roles.amber), unit, Qt.PenStyle.DashLine))
        painter.drawLine(here, QPointF(here.x(), area.top()))
        words = f"现填 {figure(plot.here)} {plot.x_unit}".strip()
        width = metrics.horizontalAdvance(words)
        left = min(max(area.left(), here.x() + 4 * unit), area.right() - width)
        painter.drawText(QPointF(left, area.bottom() - 6 * unit), words)


def _runs(plot: Plot) -> Iterator[list[Dot]]:
    """Stretches of the line that hang together: broken at jumps and where there is no value."""
    breaks = set(jumps(plot))
    run: list[Dot] = []
    for index, dot in enumerate(plot.dots):
        if index in breaks or dot.y is None:
            if run:
                yield run
            run = []
        if dot.y is not None:
            run.append(dot)
    if run:
        yield run


def _line(painter: QPainter, plot: Plot, roles: Roles, frame: _Frame, unit: float) -> None:
    painter.setPen(QPen(QColor(roles.accent), 2 * unit))
    few = len(plot.dots) <= 40
    for run in _runs(plot):
        points = [frame.at(dot.x, dot.y) for dot in run if dot.y is not None]
        painter.drawPolyline(QPolygonF(points))
        if few or len(points) == 1:
            for point in points:
                _mark(painter, point, roles.accent, unit)


def _jumps(painter: QPainter, plot: Plot, roles: Roles, frame: _Frame, metrics: QFontMetricsF, unit: float) -> None:
    for index in jumps(plot):
        before, after = plot.dots[index - 1], plot.dots[index]
        if before.y is None or after.y is None:
            continue
        low, high = frame.at(before.x, before.y), frame.at(after.x, after.y)
        painter.setPen(QPen(QColor(roles.accent), unit, Qt.PenStyle.DotLine))
        painter.drawLine(low, high)
        _mark(painter, low, roles.line_strong, unit)
        _mark(painter, high, roles.accent, unit)
        words = f"{figure(after.x)} {plot.x_unit}起".replace(" 起", "起")
        width = metrics.horizontalAdvance(words)
        # to the left of the leap, where the line does not run through the words
        left = min(max(frame.area.left(), high.x() - width - 4 * unit), frame.area.right() - width)
        lift = 8 * unit if after.y > before.y else -(metrics.height() + 2 * unit)
        painter.setPen(QColor(roles.text))
        painter.drawText(QPointF(left, high.y() - lift), words)


def _mark(painter: QPainter, point: QPointF, ink: str, unit: float) -> None:
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ink))
    painter.drawEllipse(point, 3 * unit, 3 * unit)
    painter.restore()


def _hover(
    painter: QPainter, plot: Plot, dot: Dot, roles: Roles, frame: _Frame, metrics: QFontMetricsF, unit: float
) -> None:
    area = frame.area
    here = frame.at(dot.x, dot.y if dot.y is not None else Decimal(0))
    painter.setPen(QPen(QColor(roles.text_quiet), unit))
    painter.drawLine(QPointF(here.x(), area.top()), QPointF(here.x(), area.bottom()))
    if dot.y is not None:
        _mark(painter, here, roles.text, unit)
    width, height = metrics.horizontalAdvance(dot.words) + 16 * unit, metrics.height() + 8 * unit
    left = here.x() + 8 * unit if here.x() + 8 * unit + width <= area.right() else here.x() - 8 * unit - width
    box = QRectF(max(area.left(), left), area.top() - height - 2 * unit, width, height)
    painter.setPen(QPen(QColor(roles.line_strong), unit))
    painter.setBrush(QColor(roles.surface))
    painter.drawRoundedRect(box, 4 * unit, 4 * unit)
    painter.setPen(QColor(roles.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, dot.words)


class LineChart(QWidget):
    """The chart on the screen. Arrow keys step from value to value, Home and End go to the ends."""

    looked_at = Signal(str)  # the words of the dot under the pointer, "" when there is none

    def __init__(self) -> None:
        super().__init__()
        self.plot: Plot | None = None
        self._hover: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("曲线图")

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("汉") * 24, self.fontMetrics().height() * 12)

    def show_plot(self, plot: Plot | None) -> None:
        self.plot = plot
        self._look_at(None)

    @property
    def words(self) -> str:
        """What is read under the pointer."""
        return self.plot.dots[self._hover].words if self.plot is not None and self._hover is not None else ""

    def look_at(self, x: Decimal) -> None:
        """Puts the reading line on the dot nearest to a value."""
        if self.plot is not None and self.plot.dots:
            dots = self.plot.dots
            self._look_at(min(range(len(dots)), key=lambda index: abs(dots[index].x - x)))

    def _look_at(self, index: int | None) -> None:
        self._hover = index
        self.setAccessibleDescription(self.words)
        self.looked_at.emit(self.words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        roles = theme.current()
        painter.setPen(QPen(QColor(roles.accent if self.hasFocus() else roles.line), 1))
        painter.setBrush(QColor(roles.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        if self.plot is not None:
            draw(painter, self._paper(), self.plot, roles, hover=self._hover)
        painter.end()

    def _paper(self) -> QRectF:
        return QRectF(self.rect()).adjusted(8, 8, -8, -8)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.plot is None or len(self.plot.dots) < 2:
            return
        frame = _frame(self.plot, self._paper(), QFontMetricsF(self.font(), self), 1.0)
        share = (event.position().x() - frame.area.left()) / max(1.0, frame.area.width())
        if not -0.02 <= share <= 1.02:
            self._look_at(None)
            return
        self.look_at(frame.left + (frame.right - frame.left) * Decimal(str(round(share, 6))))

    def leaveEvent(self, event: object) -> None:
        if not self.hasFocus():
            self._look_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self.plot.dots) - 1 if self.plot is not None else -1
        here = self._hover
        moves = {
            Qt.Key.Key_Left: 0 if here is None else here - 1,
            Qt.Key.Key_Right: 0 if here is None else here + 1,
            Qt.Key.Key_PageUp: 0 if here is None else here - 10,
            Qt.Key.Key_PageDown: 0 if here is None else here + 10,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        wanted = moves.get(Qt.Key(event.key()))
        if wanted is None or last < 0 or event.modifiers() & Qt.KeyboardModifier.AltModifier:
            super().keyPressEvent(event)
            return
        self._look_at(min(last, max(0, wanted)))


def chart_pdf(plot: Plot, above: tuple[str, ...], below: tuple[str, ...]) -> bytes:
    """The chart on a sheet of A4, lying, in the light colours: for the preview, the printer and saving."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(300)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageOrientation(QPageLayout.Orientation.Landscape)
    writer.setPageMargins(QMarginsF(20, 18, 20, 18), QPageLayout.Unit.Millimeter)
    writer.setTitle(plot.title)
    writer.setCreator("兑现台")
    unit = 300 / 96
    painter = QPainter(writer)
    font = theme.body_font()
    page = QRectF(0, 0, writer.width(), writer.height())
    font.setPointSize(theme.PAGE_POINTS)
    painter.setFont(font)
    height = QFontMetricsF(font, writer).height()
    painter.drawText(QRectF(0, 0, page.width(), height), Qt.AlignmentFlag.AlignHCenter, plot.title)
    top = height * 1.4
    font.setPointSize(theme.BODY_POINTS + 1)
    painter.setFont(font)
    top = _lines(painter, page, top, above)
    line = QFontMetricsF(font, writer).height()
    room = sum(_height(painter, page, text) for text in below) + line
    draw(painter, QRectF(0, top, page.width(), page.height() - top - room), plot, LIGHT, unit)
    painter.setPen(QColor(LIGHT.text))
    _lines(painter, page, page.height() - room + line / 2, below)
    painter.end()
    buffer.close()
    return bytes(data.data())


def _height(painter: QPainter, page: QRectF, text: str) -> float:
    flags = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft)
    return painter.boundingRect(QRectF(0, 0, page.width(), page.height()), flags, text).height() * 1.2


def _lines(painter: QPainter, page: QRectF, top: float, texts: tuple[str, ...]) -> float:
    flags = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft)
    for text in texts:
        height = _height(painter, page, text)
        painter.drawText(QRectF(0, top, page.width(), height), flags, text)
        top += height
    return top
