"""The running operation in the status line: what it is, how far, and 取消."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from caseworker.desktop.operations import Runner, Running

POLL_MS = 100


class ProgressLine(QWidget):
    """Hidden until an operation has lasted half a second; shows the newest of several."""

    def __init__(self, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: list[Running] = []
        self._label = QLabel()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(self.fontMetrics().horizontalAdvance("汉") * 12)
        self.cancel = QPushButton("取消")
        self.cancel.setProperty("role", "link")
        self.cancel.clicked.connect(self._cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.addWidget(self._label)
        row.addWidget(self._bar)
        row.addWidget(self.cancel)
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._update)
        runner.announced.connect(self._begin)
        runner.finished.connect(self._end)
        self.hide()

    def _begin(self, running: Running) -> None:
        self._shown.append(running)
        self._poll.start()
        self._update()
        self.show()

    def _end(self, running: Running) -> None:
        if running in self._shown:
            self._shown.remove(running)
        if not self._shown:
            self._poll.stop()
            self.hide()

    def _update(self) -> None:
        if not self._shown:
            return
        running = self._shown[-1]
        done, total = running.steps
        # until something is done it shows that it is at work, not that nothing is
        self._bar.setRange(0, total if done > 0 else 0)
        self._bar.setValue(done)
        count = f"  {done:,} / {total:,}" if total > 0 else ""
        self._label.setText(("正在取消…" if running.is_cancelled else running.operation.label) + count)
        self.cancel.setVisible(running.operation.cancellable)
        self.cancel.setEnabled(not running.is_cancelled)

    def _cancel(self) -> None:
        if self._shown:
            self._shown[-1].cancel()
            self._update()
