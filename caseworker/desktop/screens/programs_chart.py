"""Charts of the programs: the fund month by month, and targets against what is reached. Values by pointer and keys."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from caseworker.desktop import theme
from caseworker.desktop.chart import figure, ticks
from caseworker.services.programs import FundMonth, TargetView
from caseworker.values.money import Money

# What a month is made of: field, words, colour role, how it is filled (not told apart by colour alone)
PARTS = (
    ("paid", "已拨付", "green", Qt.BrushStyle.SolidPattern),
    ("committed", "已承诺", "accent", Qt.BrushStyle.SolidPattern),
    ("forecast", "预计", "amber", Qt.BrushStyle.BDiagPattern),
)
TEN_THOUSAND = Decimal(10_000)
HUNDRED_MILLION = Decimal(100_000_000)
NOTHING = "这一年还没有预计、承诺或拨付的款项"


def _yuan(amount: Money) -> Decimal:
    return Decimal(amount.fen) / 100


def month_words(year: int, month: FundMonth) -> str:
    parts = "，".join(f"{words} {getattr(month, name).shown()}" for name, words, *_ in PARTS)
    return f"{year} 年 {month.month} 月：{parts}（元）"


class MonthChart(QWidget):
    """Twelve stacked bars: paid, committed and forecast of each month. Arrow keys walk the months."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._year = 0
        self._months: tuple[FundMonth, ...] = ()
        self.chosen: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("各月资金")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_months(self, year: int, months: tuple[FundMonth, ...]) -> None:
        self._year, self._months = year, months
        self.chosen = None
        self.setAccessibleDescription("；".join(month_words(year, month) for month in months))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, self.fontMetrics().height() * 14)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("汉") * 26, self.fontMetrics().height() * 9)

    @property
    def words(self) -> str:
        """What the chosen month comes to; the legend while none is."""
        return "" if self.chosen is None else month_words(self._year, self._months[self.chosen])

    # ---- painting ------------------------------------------------------------------------

    def _top(self) -> Decimal:
        highest = max((_yuan(m.paid + m.committed + m.forecast) for m in self._months), default=Decimal(0))
        marks = ticks(Decimal(0), highest * Decimal("1.05") or TEN_THOUSAND, 4)
        step = marks[1] - marks[0] if len(marks) > 1 else TEN_THOUSAND
        return marks[-1] if marks[-1] >= highest and marks[-1] > 0 else marks[-1] + step

    def _area(self) -> QRectF:
        line = self.fontMetrics().height()
        scale = TEN_THOUSAND if self._top() >= TEN_THOUSAND else Decimal(1)
        widest = max(self.fontMetrics().horizontalAdvance(figure(y / scale)) for y in ticks(Decimal(0), self._top(), 4))
        return QRectF(self.rect()).adjusted(widest + 16, 2.2 * line, -8, -1.6 * line)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._legend(painter)
        area, top = self._area(), self._top()
        scale = TEN_THOUSAND if top >= TEN_THOUSAND else Decimal(1)
        line = self.fontMetrics().height()
        for y in ticks(Decimal(0), top, 4):
            at = area.bottom() - float(y / top) * area.height()
            painter.setPen(QPen(theme.colour("line"), 1))
            painter.drawLine(QPointF(area.left(), at), QPointF(area.right(), at))
            painter.setPen(theme.colour("text_quiet"))
            box = QRectF(0, at - line, area.left() - 8, 2 * line)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, figure(y / scale))
        for place, month in enumerate(self._months):
            self._bar(painter, area, top, place, month)
        if not any(getattr(month, name) for month in self._months for name, *_ in PARTS):
            painter.setPen(theme.colour("text_quiet"))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, NOTHING)
        painter.end()

    def _bar(self, painter: QPainter, area: QRectF, top: Decimal, place: int, month: FundMonth) -> None:
        step = area.width() / 12
        column = QRectF(area.left() + place * step, area.top(), step, area.height())
        if place == self.chosen:
            painter.fillRect(column, theme.colour("hover"))
        bottom, width = area.bottom(), min(step * 0.6, 48.0)
        for name, _words, role, brush in PARTS:
            height = float(_yuan(getattr(month, name)) / top) * area.height()
            if height > 0:
                bar = QRectF(column.center().x() - width / 2, bottom - height, width, height)
                painter.setPen(QPen(theme.colour(role), 1))
                painter.setBrush(QBrush(theme.colour(role), brush))
                painter.drawRect(bar)
                bottom -= height
        painter.setPen(theme.colour("text_quiet"))
        below = QRectF(column.left(), area.bottom() + 4, step, self.fontMetrics().height() + 2)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, f"{month.month}月")

    def _legend(self, painter: QPainter) -> None:
        line = self.fontMetrics().height()
        unit = "万元" if self._top() >= TEN_THOUSAND else "元"
        painter.setPen(theme.colour("text_quiet"))
        painter.drawText(QRectF(0, 0, 200, line), Qt.AlignmentFlag.AlignLeft, f"金额（{unit}）")
        x = float(self.fontMetrics().horizontalAdvance("金额（万元）") + 24)
        for _name, words, role, brush in PARTS:
            painter.setPen(QPen(theme.colour(role), 1))
            painter.setBrush(QBrush(theme.colour(role), brush))
            painter.drawRect(QRectF(x, line * 0.2, line * 0.7, line * 0.7))
            painter.setPen(theme.colour("text"))
            width = self.fontMetrics().horizontalAdvance(words)
            painter.drawText(QRectF(x + line, 0, width + 4, line), Qt.AlignmentFlag.AlignLeft, words)
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
            where = at or QPointF(self._area().left() + (place + 0.5) * self._area().width() / 12, self._area().top())
            QToolTip.showText(self.mapToGlobal(where.toPoint()), self.words, self)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area, at = self._area(), event.position()
        inside = bool(self._months) and area.left() <= at.x() < area.right()
        self._choose(int((at.x() - area.left()) / (area.width() / 12)) if inside else None, at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps and self._months:
            start = -1 if self.chosen is None else self.chosen
            self._choose(max(0, min(len(self._months) - 1, start + steps[Qt.Key(event.key())])))
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
