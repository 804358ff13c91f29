"""Long work off the GUI thread. An operation is a value: what to do and what to call it.

The runner runs it in a `QThreadPool` worker and reports back in the GUI thread. After half a second it
announces itself (the shell shows a progress bar with 取消). Expected failures arrive as the sentences
they carry; anything else is a bug: it is logged without personal data and told in one sentence.
"""

from __future__ import annotations

import gc
import logging
import secrets
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, QTimer, Signal, Slot
from shiboken6 import isValid

from caseworker.errors import Cancelled, CaseworkerError, EnvironmentFault, InvalidInput, Problem, Refusal

T = TypeVar("T")
Progress = Callable[[int, int], None]
IsCancelled = Callable[[], bool]

ANNOUNCE_AFTER_MS = 500
log = logging.getLogger("caseworker.desktop")


@dataclass(frozen=True, slots=True)
class Operation(Generic[T]):
    """`work` gets (progress, cancelled) and touches no widget. `label` reads like 正在导入花名册."""

    label: str
    work: Callable[[Progress, IsCancelled], T]
    cancellable: bool = True


@dataclass(frozen=True, slots=True)
class Trouble:
    """A failure in a clerk's words. `kind`: refusal, input, environment, bug, cancelled."""

    kind: str
    message: str
    problems: tuple[Problem, ...] = ()
    error: BaseException | None = None


def trouble_of(error: BaseException) -> Trouble:
    """The words for a failure. A bug is logged by type and place only: its message may hold a clerk's data."""
    if isinstance(error, Cancelled):
        return Trouble("cancelled", error.message, error=error)
    if isinstance(error, InvalidInput):
        return Trouble("input", error.message, error.problems, error)
    if isinstance(error, Refusal):
        return Trouble("refusal", error.message, error=error)
    if isinstance(error, EnvironmentFault):
        return Trouble("environment", error.message, error=error)
    if isinstance(error, CaseworkerError):
        return Trouble("refusal", error.message, error=error)
    number = log_bug(error)
    return Trouble("bug", f"程序出了意外，这一步没有完成（编号 {number}）。详情已记入日志，请告诉管理员。", error=error)


def log_bug(error: BaseException) -> str:
    """Writes where it broke (types, files, lines; neither messages nor values) and returns the entry's number."""
    number = secrets.token_hex(3).upper()
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        lines.append(type(seen).__qualname__)
        for frame in traceback.extract_tb(seen.__traceback__):
            lines.append(f"  {frame.filename}:{frame.lineno} {frame.name}")
        seen = seen.__cause__ or seen.__context__
    log.error("bug %s\n%s", number, "\n".join(lines))
    return number


class _Work:
    """The worker's side: plain data, so that no QObject is ever released outside the GUI thread."""

    def __init__(self, operation: Operation[Any]) -> None:
        self.operation = operation
        self.cancel = threading.Event()
        self.steps: tuple[int, int] = (0, 0)
        self.result: Any = None
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.result = self.operation.work(self._progress, self.cancel.is_set)
        except BaseException as error:
            self.error = error

    def _progress(self, done: int, total: int) -> None:
        self.steps = (done, total)


class Running(QObject):
    """One operation under way, in the GUI thread."""

    announced = Signal()  # half a second has passed
    done = Signal()  # whatever the outcome, after the callbacks

    def __init__(self, operation: Operation[Any], owner: QObject | None, parent: QObject) -> None:
        super().__init__(parent)
        self.work = _Work(operation)
        self.success: Callable[[Any], None] | None = None
        self.failure: Callable[[Trouble], bool | None] | None = None
        self.finished: Callable[[], None] | None = None
        self.unhandled: Callable[[Trouble], None] | None = None
        self._owner = owner
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.announced)
        self._timer.start(ANNOUNCE_AFTER_MS)

    @property
    def operation(self) -> Operation[Any]:
        return self.work.operation

    @property
    def steps(self) -> tuple[int, int]:
        """Done and total, as the worker last said. (0, 0) while it has said nothing."""
        return self.work.steps

    def cancel(self) -> None:
        self.work.cancel.set()

    @property
    def is_cancelled(self) -> bool:
        return self.work.cancel.is_set()

    def report(self) -> None:
        """Called once by the runner, in the GUI thread, when the worker has ended."""
        self._timer.stop()
        try:
            # A screen that was closed meanwhile is not called back
            if self._owner is None or isValid(self._owner):
                self._call_back()
        finally:
            self.done.emit()

    def _call_back(self) -> None:
        try:
            error = self.work.error
            if error is None:
                if self.success is not None:
                    self.success(self.work.result)
            else:
                trouble = trouble_of(error)
                handled = self.failure(trouble) if self.failure is not None else False
                if not handled and self.unhandled is not None:
                    self.unhandled(trouble)
        finally:
            if self.finished is not None:
                self.finished()


class _Job(QRunnable):
    def __init__(self, number: int, work: _Work, woken: Callable[[int], None]) -> None:
        super().__init__()
        self._number = number
        self._work = work
        self._woken = woken

    def run(self) -> None:
        self._work.run()
        try:
            self._woken(self._number)
        except RuntimeError:  # the application is gone; there is nobody to tell
            log.info("an operation ended after the window")


class Runner(QObject):
    """Starts operations and knows which are under way. Lives as long as the window; `close` ends it."""

    announced = Signal(object)  # Running, after half a second
    finished = Signal(object)  # Running
    troubled = Signal(object)  # Trouble nobody handled
    _woken = Signal(int)

    def __init__(self, parent: QObject | None = None, threads: int = 4) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        self._under_way: dict[int, Running] = {}
        self._count = 0
        self._closed = False
        self._woken.connect(self._wake, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        operation: Operation[T],
        owner: QObject | None,
        success: Callable[[T], None] | None = None,
        failure: Callable[[Trouble], bool | None] | None = None,
        finished: Callable[[], None] | None = None,
    ) -> Running:
        """Starts it. `failure` returns True when it has told the clerk itself; else the shell does.

        Callbacks run in the GUI thread, and not at all when `owner` is gone by then.
        """
        running = Running(operation, owner, self)
        running.success = success
        running.failure = failure
        running.finished = finished
        running.unhandled = self.troubled.emit
        if self._closed:
            return running
        self._count += 1
        self._under_way[self._count] = running
        # The collector runs in whichever thread allocates; a widget it frees outside the GUI thread takes us down
        gc.disable()
        running.announced.connect(lambda: self.announced.emit(running))
        self._pool.start(_Job(self._count, running.work, self._woken.emit))
        return running

    def ask(
        self,
        label: str,
        call: Callable[[], T],
        owner: QObject | None,
        success: Callable[[T], None] | None = None,
        failure: Callable[[Trouble], bool | None] | None = None,
        finished: Callable[[], None] | None = None,
    ) -> Running:
        """For short service calls, which cannot be cancelled half-way."""
        return self.run(Operation(label, lambda _p, _c: call(), cancellable=False), owner, success, failure, finished)

    @property
    def busy(self) -> bool:
        return bool(self._under_way)

    @Slot(int)
    def _wake(self, number: int) -> None:
        running = self._under_way.pop(number, None)
        if running is None:
            return
        if not self._under_way:
            gc.enable()
        try:
            if not self._closed:
                running.report()
        finally:
            self.finished.emit(running)
            running.deleteLater()

    def close(self, timeout_ms: int = 30_000) -> bool:
        """Cancels what can be cancelled, waits for the rest, and starts nothing more. True when all ended."""
        self._closed = True
        for running in self._under_way.values():
            running.cancel()
        ended = self._pool.waitForDone(timeout_ms)
        self._under_way.clear()
        gc.enable()
        return ended
