"""Says in Chinese what the disk or the database complained about. What is no complaint of theirs is a bug."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from caseworker.errors import EnvironmentFault, FaultKind

_SENTENCES = {
    FaultKind.DISK_FULL: "磁盘空间不足，无法写入{what}。本次操作未保存；请清理磁盘后重试。",
    FaultKind.READ_ONLY: "{what}不可写（只读，或没有权限）。本次操作未保存；请检查文件和文件夹的权限。",
    FaultKind.LOCKED: (
        "{what}正被其他程序占用，等待超时。本次操作未保存；请稍后重试，必要时关闭杀毒或同步软件对该文件夹的扫描。"
    ),
    FaultKind.CORRUPT: "{what}已损坏。请勿继续使用，并从最近一次通过校验的备份恢复。",
    FaultKind.NOT_A_DATABASE: (
        "{what}不是兑现台的数据文件，或与旁边的密钥文件不配套，或文件开头已损坏。请核对所选文件，或从备份恢复。"
    ),
    FaultKind.MISSING: "找不到{what}。请检查文件是否被移动、改名，或移动硬盘是否已插好。",
    FaultKind.IN_USE: "{what}正在被另一个程序打开（如 Excel、WPS 或阅读器）。请先关闭它再重试。",
    FaultKind.TOO_LONG: "{what}的路径太长，系统不能使用。请换一个名称更短、层次更少的文件夹。",
    FaultKind.OTHER: "读写{what}时发生磁盘错误。本次操作未保存；请检查磁盘是否已满、已拔出或有故障。",
}

_NAME = 100  # characters of a file's name in a sentence

# Primary SQLite result codes (the low byte of an extended one); the numbers are part of its file format promise.
_SQLITE = {
    sqlite3.SQLITE_PERM: FaultKind.READ_ONLY,
    sqlite3.SQLITE_BUSY: FaultKind.LOCKED,
    sqlite3.SQLITE_LOCKED: FaultKind.LOCKED,
    sqlite3.SQLITE_READONLY: FaultKind.READ_ONLY,
    sqlite3.SQLITE_IOERR: FaultKind.OTHER,
    sqlite3.SQLITE_CORRUPT: FaultKind.CORRUPT,
    sqlite3.SQLITE_FULL: FaultKind.DISK_FULL,
    sqlite3.SQLITE_CANTOPEN: FaultKind.MISSING,
    sqlite3.SQLITE_NOTADB: FaultKind.NOT_A_DATABASE,
}

# For errors that arrive without a code (some drivers lose it at COMMIT).
_WORDS = (
    ("is full", FaultKind.DISK_FULL),
    ("readonly", FaultKind.READ_ONLY),
    ("is locked", FaultKind.LOCKED),
    ("not a database", FaultKind.NOT_A_DATABASE),
    ("malformed", FaultKind.CORRUPT),
    ("unable to open", FaultKind.MISSING),
    ("disk i/o error", FaultKind.OTHER),
)

_ERRNO = {
    errno.ENOSPC: FaultKind.DISK_FULL,
    errno.EDQUOT: FaultKind.DISK_FULL,
    errno.EFBIG: FaultKind.DISK_FULL,
    errno.EROFS: FaultKind.READ_ONLY,
    errno.EACCES: FaultKind.READ_ONLY,
    errno.EPERM: FaultKind.READ_ONLY,
    errno.EBUSY: FaultKind.IN_USE,
    errno.ETXTBSY: FaultKind.IN_USE,
    errno.ENOENT: FaultKind.MISSING,
    errno.ENOTDIR: FaultKind.MISSING,
    errno.ENODEV: FaultKind.MISSING,
    errno.ENXIO: FaultKind.MISSING,
    errno.ENAMETOOLONG: FaultKind.TOO_LONG,
}

_WINERROR = {
    32: FaultKind.IN_USE,  # ERROR_SHARING_VIOLATION
    33: FaultKind.IN_USE,  # ERROR_LOCK_VIOLATION
    39: FaultKind.DISK_FULL,  # ERROR_HANDLE_DISK_FULL
    112: FaultKind.DISK_FULL,  # ERROR_DISK_FULL
    19: FaultKind.READ_ONLY,  # ERROR_WRITE_PROTECT
    206: FaultKind.TOO_LONG,  # ERROR_FILENAME_EXCED_RANGE
    21: FaultKind.MISSING,  # ERROR_NOT_READY: the drive was pulled out
}


def fault(kind: FaultKind, path: Path | str | None = None) -> EnvironmentFault:
    """The fault with its standard sentence, naming the file (not its folder)."""
    name = "" if path is None else Path(path).name or str(path)  # a drive's root has no name
    what = "数据文件" if path is None else f"“{name if len(name) <= _NAME else name[:_NAME] + '…'}”"
    return EnvironmentFault(kind, _SENTENCES[kind].format(what=what))


def fault_from(error: BaseException, path: Path | str | None = None) -> EnvironmentFault | None:
    """The environment's fault behind `error`, or None where it is our own bug.

    Understands OSError, SQLite and SQLCipher errors, and SQLAlchemy's wrapping of them, at COMMIT too.
    """
    if isinstance(error, EnvironmentFault):
        return error
    if isinstance(error, PoolTimeout):
        return fault(FaultKind.LOCKED, path)
    if isinstance(error, DBAPIError) and error.orig is not None:
        error = error.orig
    if isinstance(error, sqlcipher.Error | sqlite3.Error):
        kind = _database_kind(error)
        if kind is FaultKind.MISSING and path is not None and Path(path).exists():
            kind = FaultKind.READ_ONLY  # it is there, but SQLite may not open it
        return None if kind is None else fault(kind, path)
    if isinstance(error, OSError):
        kind = _WINERROR.get(getattr(error, "winerror", None) or 0) or _ERRNO.get(error.errno or 0, FaultKind.OTHER)
        return fault(kind, path if path is not None else error.filename)
    return None


def _database_kind(error: BaseException) -> FaultKind | None:
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(code, int) and code:
        return _SQLITE.get(code & 0xFF)
    text = str(error).lower()
    return next((kind for words, kind in _WORDS if words in text), None)


@contextmanager
def translated(path: Path | str | None = None) -> Iterator[None]:
    """Turns environment errors inside the block into EnvironmentFault; everything else passes untouched."""
    try:
        yield
    except (OSError, DBAPIError, PoolTimeout, sqlcipher.Error, sqlite3.Error) as error:
        found = fault_from(error, path)
        if found is None:
            raise
        raise found from error


def newer_file(path: Path, file_program: str, file_schema: str, our_program: str, our_schema: str) -> EnvironmentFault:
    """The refusal of a file that a newer program has written, naming both versions."""
    return EnvironmentFault(
        FaultKind.NEWER_FILE,
        f"“{path.name}”由较新版本的兑现台 {file_program}（数据结构 {file_schema}）保存，"
        f"本机程序是 {our_program}（数据结构 {our_schema}），不能打开。请先升级本机程序；文件未作任何改动。",
    )
