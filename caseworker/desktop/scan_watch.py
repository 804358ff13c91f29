"""Watches the scanner's folder while its screen is shown; listing and reading happen on a worker."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from caseworker.desktop.context import Context
from caseworker.desktop.operations import IsCancelled, Operation, Progress, Trouble
from caseworker.services.scan_inbox import Looked, NewScan, ScanInbox

GROWING_MS = 1500  # between two looks at a file that may still be written
RESTING_MS = 10_000  # for folders on a network, which tell of no change


def local_today() -> date:
    """By this computer's clock, as the files' times are; the office's date may be a practice date."""
    return datetime.now(UTC).astimezone().date()


class ScanWatch(QObject):
    """`changed` carries what can be assigned, `troubled` a sentence ("" when it is over)."""

    changed = Signal(tuple, int)  # NewScan..., how many are still growing
    troubled = Signal(str)

    def __init__(self, context: Context, parent: QObject, today: Callable[[], date] = local_today) -> None:
        super().__init__(parent)
        self._context = context
        self._today = today
        self._inbox: ScanInbox | None = None
        self._awake = False
        self._looking = False
        self._again = False
        self._ignored: frozenset[str] = frozenset()
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(lambda _path: self.look())
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)

    @property
    def folder(self) -> Path | None:
        return None if self._inbox is None else self._inbox.folder

    def watch(self, folder: Path | None, days: int, ignored: Iterable[str]) -> None:
        """From the first of so many days on; none ends it. Looks at once when awake."""
        if self._watcher.directories():
            self._watcher.removePaths(self._watcher.directories())
        self._timer.stop()
        self._ignored = frozenset(ignored)
        self._inbox = None
        if folder is not None:
            first = self._today() - timedelta(days=days - 1)
            self._inbox = ScanInbox(folder, datetime.combine(first, time.min).astimezone())
        self.changed.emit((), 0)
        self.troubled.emit("")
        self.look()

    def ignore(self, token: str) -> None:
        self._ignored |= {token}

    def wake(self, awake: bool) -> None:
        """Only what is on the screen is watched."""
        self._awake = awake
        if awake:
            self.look()
        else:
            self._timer.stop()

    def look(self) -> None:
        inbox = self._inbox
        if inbox is None or not self._awake:
            return
        if self._looking:
            self._again = True
            return
        self._looking = True
        self._timer.stop()
        desk = self._context.desk

        def work(_progress: Progress, cancelled: IsCancelled) -> tuple[Looked, frozenset[str]]:
            looked = inbox.look(cancelled)
            return looked, desk.cases.attached({scan.sha256 for scan in looked.scans if scan.sha256})

        def seen(found: tuple[Looked, frozenset[str]]) -> None:
            if inbox is self._inbox:
                self._tell(*found)

        def failed(trouble: Trouble) -> bool:
            if inbox is self._inbox and trouble.kind != "cancelled":
                self.troubled.emit(trouble.message)
            return trouble.kind != "bug"

        self._context.run(Operation("正在查看扫描仪文件夹…", work), self, seen, failed, lambda: self._looked(inbox))

    def _tell(self, looked: Looked, attached: frozenset[str]) -> None:
        self._arm()
        scans: list[NewScan] = []
        tokens: set[str] = set()
        for scan in looked.scans:  # the same page twice is shown once
            if scan.sha256 not in attached and scan.token not in self._ignored and scan.token not in tokens:
                tokens.add(scan.token)
                scans.append(scan)
        self.troubled.emit(f"还有 {looked.older} 份更早的没有列出。" if looked.older else "")
        self.changed.emit(tuple(scans), looked.growing)
        self._timer.setInterval(GROWING_MS if looked.growing else RESTING_MS)

    def _arm(self) -> None:
        """A folder that was away and has come back is watched again."""
        folder = str(self.folder)
        if folder not in self._watcher.directories():
            self._watcher.addPath(folder)

    def _looked(self, inbox: ScanInbox) -> None:
        self._looking = False
        if self._again or inbox is not self._inbox:
            self._again = False
            self.look()
        elif self._awake:
            self._timer.start()
