"""One desk at a time: a lock file beside the database says who holds the office, and an OS lock proves it.

The file alone could be left over from a crash, and its process number be in use again; the OS lock alone would not
say who. A file left by another computer is believed, because an OS lock does not always cross a network share.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from caseworker.errors import EnvironmentFault, FaultKind
from caseworker.store.faults import translated
from caseworker.values.clock import BEIJING

_BYTE = 1 << 30  # the locked byte lies far behind the text: Windows forbids others to read a locked byte
_LENGTH = 1024  # blanks fill it up, so that a shorter text leaves nothing of a longer one


@dataclass(frozen=True, slots=True)
class Holder:
    host: str
    user: str
    pid: int
    since: str  # ISO, Beijing time


class OfficeLock:
    """Held from `acquire` until `release`."""

    def __init__(self, path: Path, fd: int) -> None:
        self._path = path
        self._fd: int | None = fd

    @classmethod
    def acquire(cls, path: Path, *, user: str, now: datetime, host: str | None = None) -> OfficeLock:
        """Takes the office or raises EnvironmentFault HELD, which names host, user and since when."""
        since = now.astimezone(BEIJING).isoformat("T", "seconds")
        ours = Holder(host or socket.gethostname(), user, os.getpid(), since)
        with translated(path):
            while True:
                fd = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
                try:
                    held = cls._take(path, fd, ours)
                except BaseException:
                    os.close(fd)
                    raise
                if held is not None:
                    return held
                os.close(fd)  # the file was removed between opening and locking: somebody just left

    @classmethod
    def _take(cls, path: Path, fd: int, ours: Holder) -> OfficeLock | None:
        locked = _lock(fd)
        holder = _read(fd)
        if locked is False:
            raise _held(path, holder, removable=False)
        if locked and not _still_there(path, fd):
            return None
        if holder is not None and holder.host != ours.host:
            raise _held(path, holder, removable=True)
        if locked is None and holder is not None and _lives(holder.pid):
            raise _held(path, holder, removable=True)
        os.lseek(fd, 0, os.SEEK_SET)
        os.write(fd, json.dumps(_as_json(ours), ensure_ascii=False).encode("utf-8").ljust(_LENGTH))
        os.fsync(fd)
        return cls(path, fd)

    def release(self) -> None:
        """Removes the file and lets go; a second call does nothing."""
        fd, self._fd = self._fd, None
        if fd is None:
            return
        if sys.platform == "win32":
            # Windows removes no open file; if another desk opens it meanwhile, removal fails and the file is theirs
            os.close(fd)
            with contextlib.suppress(OSError):
                self._path.unlink()
        else:
            with contextlib.suppress(OSError):
                self._path.unlink()
            os.close(fd)


def _lock(fd: int) -> bool | None:
    """True: locked now. False: somebody holds it. None: this file system knows no locks."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(fd, _BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _still_there(path: Path, fd: int) -> bool:
    if sys.platform == "win32":
        return True
    try:
        return os.path.samestat(os.fstat(fd), path.stat())
    except FileNotFoundError:
        return False


def _lives(pid: int) -> bool:
    if sys.platform == "win32":
        return True  # there _lock never answers None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _read(fd: int) -> Holder | None:
    os.lseek(fd, 0, os.SEEK_SET)
    try:
        item: Any = json.loads(os.read(fd, _LENGTH).decode("utf-8"))
        return Holder(str(item["host"]), str(item["user"]), int(item["pid"]), str(item["since"]))
    except (ValueError, KeyError, TypeError):
        return None  # being written this moment, or left half-written by a crash


def _as_json(holder: Holder) -> dict[str, Any]:
    return {"host": holder.host, "user": holder.user, "pid": holder.pid, "since": holder.since}


def _held(path: Path, holder: Holder | None, *, removable: bool) -> EnvironmentFault:
    if holder is None:
        return EnvironmentFault(FaultKind.HELD, "这份数据正在另一个兑现台窗口中打开，请先关闭它。")
    message = (
        f"这份数据正由电脑“{holder.host}”上的用户“{holder.user}”使用，"
        f"自 {holder.since[:16].replace('T', ' ')} 起。请等对方关闭后再打开。"
    )
    if removable:
        message += f"如确认那台电脑上的兑现台已经退出（如曾断电），可删除“{path.name}”后重试。"
    return EnvironmentFault(FaultKind.HELD, message)
