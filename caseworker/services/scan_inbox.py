"""New scans in a folder that a scanner writes to: found without reading old ones, told when they are whole."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from caseworker.errors import Cancelled, EnvironmentFault, FaultKind, InvalidInput
from caseworker.intake.scans import look_at

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".pdf"})  # what to look into; the bytes decide
MOST = 300  # the newest ones; nobody assigns more at a sitting


@dataclass(frozen=True, slots=True)
class NewScan:
    """A file that has stopped growing. `problem` is a sentence where it cannot be attached; then nothing is counted.

    `token` knows the file again without saying what it is.
    """

    path: Path
    size: int
    at: datetime
    pages: int
    sha256: str
    token: str
    problem: str = ""

    @property
    def name(self) -> str:
        return self.path.name

    def read(self) -> bytes:
        """To be looked at. EnvironmentFault where it has gone meanwhile."""
        try:
            return self.path.read_bytes()
        except OSError:
            raise EnvironmentFault(FaultKind.MISSING, f"打不开“{self.name}”，可能已被移走或正被占用。") from None


@dataclass(frozen=True, slots=True)
class Looked:
    scans: tuple[NewScan, ...]  # newest first
    growing: int  # files still being written, or seen for the first time
    older: int  # new ones beyond the newest MOST


@dataclass(frozen=True, slots=True)
class _Seen:
    size: int
    changed: int  # ns


class ScanInbox:
    """One folder from a moment on. `look` again and again, one call at a time, never in the window's own thread.

    A file counts as whole when its size and time are what they were at the look before: a scanner still writes the
    others. Only files that came since then are opened, and each only once.
    """

    def __init__(self, folder: Path, since: datetime) -> None:
        self.folder = folder
        self._since = since.timestamp()
        self._last: dict[str, _Seen] = {}
        self._known: dict[str, tuple[_Seen, NewScan]] = {}

    def look(self, cancelled: Callable[[], bool] | None = None) -> Looked:
        """EnvironmentFault where the folder cannot be read, such as a drive that is not connected."""
        found = self._list()
        before, self._last = self._last, {name: seen for name, (seen, _) in found.items()}
        newest = sorted(found, key=lambda name: found[name][1], reverse=True)
        scans, growing = [], 0
        for name in newest[:MOST]:
            if cancelled is not None and cancelled():
                raise Cancelled
            seen, at = found[name]
            if before.get(name) != seen:
                growing += 1
                continue
            scan = self._read(name, seen, at)
            if scan is None:
                growing += 1
            else:
                scans.append(scan)
        self._known = {name: known for name, known in self._known.items() if name in found}
        return Looked(tuple(scans), growing, max(0, len(newest) - MOST))

    def _list(self) -> dict[str, tuple[_Seen, float]]:
        found: dict[str, tuple[_Seen, float]] = {}
        try:
            with os.scandir(self.folder) as entries:
                for entry in entries:
                    if Path(entry.name).suffix.lower() not in SUFFIXES or entry.name.startswith((".", "~")):
                        continue
                    try:
                        if not entry.is_file():
                            continue
                        stat = entry.stat()
                    except OSError:  # gone between the listing and the look
                        continue
                    # a file copied here keeps the time of its making; that it came is told by the other
                    at = max(stat.st_mtime, stat.st_ctime)
                    if at >= self._since:
                        found[entry.name] = (_Seen(stat.st_size, stat.st_mtime_ns), at)
        except FileNotFoundError:
            raise EnvironmentFault(
                FaultKind.MISSING, f"找不到扫描仪文件夹“{self.folder}”，请检查它是否已连接。"
            ) from None
        except OSError as fault:
            words = f"读不了扫描仪文件夹“{self.folder}”：{fault.strerror or '没有权限'}。"
            raise EnvironmentFault(FaultKind.OTHER, words) from None
        return found

    def _read(self, name: str, seen: _Seen, at: float) -> NewScan | None:
        """None while another program holds the file."""
        known = self._known.get(name)
        if known is not None and known[0] == seen:
            return known[1]
        path, when = self.folder / name, datetime.fromtimestamp(at, UTC)
        try:
            file = look_at(path)
        except EnvironmentFault:
            return None
        except InvalidInput as trouble:
            token = _token(f"{name}|{seen.size}|{seen.changed}")
            scan = NewScan(path, seen.size, when, 0, "", token, trouble.message)
        else:
            scan = NewScan(path, file.size, when, file.pages, file.sha256, _token(file.sha256))
        self._known[name] = (seen, scan)
        return scan


def _token(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8"), digest_size=16, person=b"caseworker-scan").hexdigest()
