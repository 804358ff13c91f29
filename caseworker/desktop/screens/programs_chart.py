"""Charts of the programs: the fund through its year, and targets against what is reached; read by pointer and keys."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from caseworker.desktop import theme
from caseworker.desktop.chart import figure, ticks
from caseworker.services.programs import FundPoint, TargetView
from caseworker.values.money import Money

# What a bar is made of, from below: field, words, colour role, how it is filled (not told apart by colour alone)
PARTS = (
    ("paid", "已拨付", "green", Qt.BrushStyle.SolidPattern),
    ("committed", "已承诺", "accent", Qt.BrushStyle.SolidPattern),
    ("forecast", "预计", "amber", Qt.BrushStyle.BDiagPattern),
    ("left", "剩余", "line_strong", Qt.BrushStyle.NoBrush),
)
BUDGET = "预算"
TEN_THOUSAND = Decimal(10_000)
HUNDRED_MILLION = Decimal(100_000_000)
NOTHING = "这一年还没有预计、承诺或拨付的款项"
FEWEST = Decimal(1)


def _yuan(amount: Money) -> Decimal:
    return Decimal(amount.fen) / 100


def point_words(year: int, point: FundPoint) -> str:
    """A month's end, read out."""
    parts = "，".join(f"{words} {getattr(point, name).shown()}" for name, words, *_ in PARTS)
    return f"{year} 年 {point.month} 月底：{BUDGET} {point.budget.shown()}，{parts}（元）"


def shares(point: FundPoint) -> list[tuple[str, Decimal]]:
    """(part, yuan) from below. What is forecast lies within what is left, so the rest of it stands above."""
    left = max(Decimal(0), _yuan(point.left - point.forecast))
    return [(name, left if name == "left" else max(Decimal(0), _yuan(getattr(point, name)))) for name, *_ in PARTS]


class FundChart(QWidget):
    """The fund at the end of each month: paid, committed, forecast and what is left, against the budget's line.

    Arrow keys walk the months, the pointer reads them out.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._year = 0
        self._points: tuple[FundPoint, ...] = ()
        self.chosen: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("各月底的专项资金")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_course(self, year: int, points: tuple[FundPoint, ...]) -> None:
        self._year, self._points = year, points
        self.chosen = None
        self.setAccessibleDescription("；".join(point_words(year, point) for point in points) or NOTHING)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, self.fontMetrics().height() * 14)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("汉") * 26, self.fontMetrics().height() * 10)

    @property
    def words(self) -> str:
        """What the chosen month comes to; nothing while none is."""
        return "" if self.chosen is None else point_words(self._year, self._points[self.chosen])

    # ---- painting ------------------------------------------------------------------------

    @property
    def empty(self) -> bool:
        """Nothing is used and nothing is foreseen: there is only the budget to draw."""
        return not any(point.paid or point.committed or point.forecast for point in self._points)

    def _top(self) -> Decimal:
        highest = max(
            (max(_yuan(point.budget), sum(share for _name, share in shares(point))) for point in self._points),
            default=Decimal(0),
        )
        marks = ticks(Decimal(0), highest * Decimal("1.05") or TEN_THOUSAND, 4)
        step = marks[1] - marks[0] if len(marks) > 1 else TEN_THOUSAND
        return marks[-1] if marks[-1] >= highest and marks[-1] > 0 else marks[-1] + step

    def _area(self) -> QRectF:
        line = self.fontMetrics().height()
        scale = TEN_THOUSAND if self._top() >= TEN_THOUSAND else FEWEST
        widest = max(self.fontMetrics().horizontalAdvance(figure(y / scale)) for y in ticks(Decimal(0), self._top(), 4))
        return QRectF(self.rect()).adjusted(widest + 16, (len(self._legend_lines()) + 0.8) * line, -8, -1.6 * line)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._legend(painter)
        area, top = self._area(), self._top()
        scale = TEN_THOUSAND if top >= TEN_THOUSAND else FEWEST
        line = self.fontMetrics().height()
        for y in ticks(Decimal(0), top, 4):
            at = self._height(area, top, y)
            painter.setPen(QPen(theme.colour("line"), 1))
            painter.drawLine(QPointF(area.left(), at), QPointF(area.right(), at))
            painter.setPen(theme.colour("text_quiet"))
            box = QRectF(0, at - line, area.left() - 8, 2 * line)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, figure(y / scale))
        for place, point in enumerate(self._points):
            self._bar(painter, area, top, place, point)
        self._budget(painter, area, top)
        if self.empty:
            self._nothing(painter, area, top)
        painter.end()

    @staticmethod
    def _height(area: QRectF, top: Decimal, amount: Decimal) -> float:
        return area.bottom() - float(amount / top) * area.height()

    def _column(self, area: QRectF, place: int) -> QRectF:
        step = area.width() / 12
        return QRectF(area.left() + place * step, area.top(), step, area.height())

    def _bar(self, painter: QPainter, area: QRectF, top: Decimal, place: int, point: FundPoint) -> None:
        column = self._column(area, place)
        if place == self.chosen:
            painter.fillRect(column, theme.colour("hover"))
        bottom, width = area.bottom(), min(column.width() * 0.6, 48.0)
        amounts = dict(shares(point))
        for name, _words, role, brush in PARTS:
            height = float(amounts[name] / top) * area.height()
            if height > 0 and not self.empty:
                bar = QRectF(column.center().x() - width / 2, bottom - height, width, height)
                painter.setPen(QPen(theme.colour(role), 1))
                painter.setBrush(QBrush(theme.colour(role), brush))
                painter.drawRect(bar)
                bottom -= height
        painter.setPen(theme.colour("text_quiet"))
        below = QRectF(column.left(), area.bottom() + 4, column.width(), self.fontMetrics().height() + 2)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, f"{point.month}月")

    def _budget(self, painter: QPainter, area: QRectF, top: Decimal) -> None:
        """The fund itself: a line in steps where the budget was changed through the year."""
        painter.setPen(QPen(theme.colour("text"), 2, Qt.PenStyle.DashLine))
        for place, point in enumerate(self._points):
            column, at = self._column(area, place), self._height(area, top, _yuan(point.budget))
            painter.drawLine(QPointF(column.left(), at), QPointF(column.right(), at))

    def _nothing(self, painter: QPainter, area: QRectF, top: Decimal) -> None:
        painter.setPen(theme.colour("text_quiet"))
        painter.drawText(self.room_for_words(area, top), Qt.AlignmentFlag.AlignCenter, NOTHING)

    def room_for_words(self, area: QRectF, top: Decimal) -> QRectF:
        """Between two lines of the grid, near the middle: no line runs through what stands there."""
        heights = [self._height(area, top, mark) for mark in ticks(Decimal(0), top, 4)]
        gaps = list(pairwise(heights))
        below, above = gaps[len(gaps) // 2] if gaps else (area.bottom(), area.top())
        return QRectF(area.left(), above + 1, area.width(), below - above - 2)

    def _legend_lines(self) -> list[list[tuple[str, int]]]:
        """Parts by their place in PARTS (-1: the budget's line), a line as full as the width allows."""
        metrics, line = self.fontMetrics(), self.fontMetrics().height()
        x = metrics.horizontalAdvance("金额（万元）") + 24
        lines: list[list[tuple[str, int]]] = [[]]
        for words, place in (*((part[1], number) for number, part in enumerate(PARTS)), (BUDGET, -1)):
            wide = line + metrics.horizontalAdvance(words) + 20
            if x + wide > self.width() and lines[-1]:
                lines.append([])
                x = metrics.horizontalAdvance("金额（万元）") + 24
            lines[-1].append((words, place))
            x += wide
        return lines

    def _legend(self, painter: QPainter) -> None:
        metrics, line = self.fontMetrics(), self.fontMetrics().height()
        unit = "万元" if self._top() >= TEN_THOUSAND else "元"
        painter.setPen(theme.colour("text_quiet"))
        painter.drawText(QRectF(0, 0, 200, line), Qt.AlignmentFlag.AlignLeft, f"金额（{unit}）")
        for number, parts in enumerate(self._legend_lines()):
            x, y = float(metrics.horizontalAdvance("金额（万元）") + 24), float(number * line)
            for words, place in parts:
                if place < 0:
                    painter.setPen(QPen(theme.colour("text"), 2, Qt.PenStyle.DashLine))
                    painter.drawLine(QPointF(x, y + line * 0.55), QPointF(x + line * 0.8, y + line * 0.55))
                else:
                    _name, _words, role, brush = PARTS[place]
                    painter.setPen(QPen(theme.colour(role), 1))
                    painter.setBrush(QBrush(theme.colour(role), brush))
                    painter.drawRect(QRectF(x, y + line * 0.2, line * 0.7, line * 0.7))
                painter.setPen(theme.colour("text"))
                width = metrics.horizontalAdvance(words)
                painter.drawText(QRectF(x + line, y, width + 4, line), Qt.AlignmentFlag.AlignLeft, words)
                x += line + width + 20

    # ---- values --------------------------------------------------------------------------

    def _choose(self, place: int | None, at: QPointF | None = None) -> None:
        if place != self.chosen:
            self.chosen = place
            self.setAccessibleDescription(self.words)
            self.update()
        if place is None:
            QToolTip.hideText()
        else:
            where = at or QPointF(self._column(self._area(), place).center().x(), self._area().top())
            QToolTip.showText(self.mapToGlobal(where.toPoint()), self.words, self)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area, at = self._area(), event.position()
        inside = bool(self._points) and area.left() <= at.x() < area.right()
        self._choose(int((at.x() - area.left()) / (area.width() / 12)) if inside else None, at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps and self._points:
            start = -1 if self.chosen is None else self.chosen
            self._choose(max(0, min(len(self._points) - 1, start + steps[Qt.Key(event.key())])))
        else:
            super().keyPressEvent(event)


class TargetBars(QWidget):
    """Each target as a bar up to what is reached, with a mark where it stands."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._views: tuple[TargetView, ...] = ()
        self.setAccessibleName("目标与完成")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_targets(self, views: tuple[TargetView, ...]) -> None:
        self._views = views
        self.setAccessibleDescription("；".join(f"{self._name(view)} {self._words(view)}" for view in views))
        self.updateGeometry()
        self.update()

    def _line(self) -> int:
        return self.fontMetrics().height() + 14

    def sizeHint(self) -> QSize:
        return QSize(480, self._line() * len(self._views))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("汉") * 30, self.sizeHint().height())

    @staticmethod
    def _name(view: TargetView) -> str:
        return f"{view.year} 年{view.label}"

    @staticmethod
    def _words(view: TargetView) -> str:
        mark = "已完成" if view.reached else f"完成 {view.percent}%"
        unit, scale = view.unit, Decimal(1)
        if unit == "元" and view.target >= HUNDRED_MILLION:
            unit, scale = "亿元", HUNDRED_MILLION
        return f"{figure(view.actual / scale)} / {figure(view.target / scale)} {unit}　{mark}"

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = self.fontMetrics()
        names = max((metrics.horizontalAdvance(self._name(view)) for view in self._views), default=0) + 12
        words = max((metrics.horizontalAdvance(self._words(view)) for view in self._views), default=0) + 12
        room = max(20.0, self.width() - names - words - 8.0)
        for place, view in enumerate(self._views):
            top, line = place * self._line(), self._line()
            share = min(1.0, float(view.actual / view.target)) if view.target else 1.0
            painter.setPen(theme.colour("text"))
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, top, names, line), middle | Qt.AlignmentFlag.AlignLeft, self._name(view))
            whole = QRectF(names, top + line * 0.28, room, line * 0.44)
            painter.setPen(QPen(theme.colour("line_strong"), 1))
            painter.setBrush(theme.colour("surface"))
            painter.drawRect(whole)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("green" if view.reached else "accent"))
            painter.drawRect(QRectF(whole.left(), whole.top(), whole.width() * share, whole.height()))
            painter.setPen(theme.colour("text"))
            after = QRectF(names + room + 8, top, words, line)
            painter.drawText(after, middle | Qt.AlignmentFlag.AlignLeft, self._words(view))
        painter.end()
