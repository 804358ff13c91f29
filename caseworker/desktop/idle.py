"""Locks the window after idle minutes: any key, click or wheel in the application starts the count again."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

_LIVELY = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.InputMethod,
    }
)


class IdleWatch(QObject):
    """Install on the application. `idle` comes once; `start` begins anew. 0 milliseconds: never."""

    idle = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.idle)

    def start(self, milliseconds: int) -> None:
        self._timer.stop()
        self._timer.setInterval(milliseconds)
        if milliseconds > 0:
            self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    @property
    def counting(self) -> bool:
        return self._timer.isActive()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _LIVELY and self._timer.isActive():
            self._timer.start()
        return False
