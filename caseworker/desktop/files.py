"""Saving a file where the clerk says: whole or not at all, and what hindered it in words."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from pathlib import Path

from caseworker.errors import EnvironmentFault, FaultKind


def save(path: Path, data: bytes) -> None:
    """Writes beside the target and renames over it. EnvironmentFault when disk, folder or another program forbids."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise _fault(error, path) from error


def _fault(error: OSError, path: Path) -> EnvironmentFault:
    if error.errno == errno.ENOSPC:
        return EnvironmentFault(FaultKind.DISK_FULL, f"磁盘空间不足，“{path.name}”没有保存。请清理磁盘后再试。")
    if error.errno == errno.ENOENT:
        return EnvironmentFault(FaultKind.MISSING, f"文件夹“{path.parent}”不存在，请另选位置。")
    if isinstance(error, PermissionError):
        if path.exists():
            return EnvironmentFault(
                FaultKind.IN_USE, f"“{path.name}”正被别的程序（如 WPS、Excel）打开，或不允许改写。请关闭它或另取名称。"
            )
        return EnvironmentFault(FaultKind.READ_ONLY, f"不能写入“{path.parent}”，请另选位置。")
    return EnvironmentFault(FaultKind.OTHER, f"“{path.name}”没有保存成功，请换一个位置再试。")
