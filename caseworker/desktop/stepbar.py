"""The bar of a case's steps: done ✓, here ●, ahead ○, passed by –; a mark and a word for each, never colour alone."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from caseworker.desktop import theme
from caseworker.services.views import StepMark, StepView

INK = {StepMark.DONE: "green", StepMark.CURRENT: "accent", StepMark.AHEAD: "text_quiet", StepMark.SKIPPED: "text_faint"}
WORDS = {StepMark.DONE: "已完成", StepMark.CURRENT: "当前步骤", StepMark.AHEAD: "未到", StepMark.SKIPPED: "本件不经过"}


class StepBar(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._steps: tuple[StepView, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_steps(self, steps: tuple[StepView, ...]) -> None:
        self._steps = steps
        self.setAccessibleName("；".join(f"{step.name}：{WORDS[step.mark]}" for step in steps))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(600, self.fontMetrics().height() + 18)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def _places(self) -> list[QRect]:
        if not self._steps:
            return []
        width = self.width() / len(self._steps)
        return [QRect(int(n * width), 0, int(width), self.height()) for n in range(len(self._steps))]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = self.fontMetrics()
        middle = self.height() / 2
        places = self._places()
        for number, (step, place) in enumerate(zip(self._steps, places, strict=True)):
            ink = theme.colour(INK[step.mark])
            font = self.font()
            font.setBold(step.mark is StepMark.CURRENT)
            painter.setFont(font)
            words = metrics.elidedText(step.name, Qt.TextElideMode.ElideRight, max(20, place.width() - 30))
            self._mark(painter, QPointF(place.left() + 9, middle), step.mark)
            painter.setPen(QPen(ink))
            room = place.adjusted(20, 0, 0, 0)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
            taken = 20 + painter.fontMetrics().horizontalAdvance(words) + 6
            if number < len(places) - 1 and place.width() - taken > 8:
                painter.setPen(QPen(theme.colour("line_strong"), 1))
                painter.drawLine(QPointF(place.left() + taken, middle), QPointF(place.right() - 2, middle))
        painter.end()

    @staticmethod
    def _mark(painter: QPainter, centre: QPointF, mark: StepMark) -> None:
        ink = theme.colour(INK[mark])
        if mark is StepMark.DONE:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawEllipse(centre, 7, 7)
            painter.setPen(QPen(theme.colour("surface"), 1.6))
            painter.drawPolyline([centre + QPointF(-3, 0.3), centre + QPointF(-0.8, 2.6), centre + QPointF(3.2, -2.4)])
        elif mark is StepMark.CURRENT:
            painter.setPen(QPen(ink, 1.6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, 7, 7)
            painter.setBrush(ink)
            painter.drawEllipse(centre, 3.4, 3.4)
        elif mark is StepMark.AHEAD:
            painter.setPen(QPen(theme.colour("line_strong"), 1.6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, 6.5, 6.5)
        else:
            painter.setPen(QPen(ink, 1.6))
            painter.drawLine(centre + QPointF(-4, 0), centre + QPointF(4, 0))

    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent):
            for step, place in zip(self._steps, self._places(), strict=True):
                if place.contains(event.pos()):
                    note = f"，{step.note}" if step.note else ""
                    QToolTip.showText(event.globalPos(), f"{step.name}：{WORDS[step.mark]}{note}", self)
                    return True
        return super().event(event)  # type: ignore[arg-type]
