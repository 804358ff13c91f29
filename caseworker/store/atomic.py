"""Small files written whole or not at all: temporary name, fsync, rename, fsync of the folder."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path

PART = ".part"  # a file of this suffix was never finished and may be removed

# Virus scanners and sync programs on Windows open what was just written, for a moment, and nothing open can be renamed.
_WAITS = (0.05, 0.1, 0.2, 0.3, 0.4)
_ACCESS_DENIED, _SHARING_VIOLATION = 5, 32  # Windows' codes


def stage(path: Path, content: bytes) -> Path:
    """Writes and fsyncs `content` beside `path` under a temporary name, which `publish` then renames.

    Raises OSError; then no temporary file is left.
    """
    part = path.with_name(path.name + PART)
    try:
        with part.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink()
        raise
    return part


def publish(part: Path, path: Path) -> None:
    """Renames a staged file or folder to `path`, over a file there; after this the new content survives a power cut.

    Raises OSError; on Windows with winerror 32 where another program holds one of the two open.
    """
    if sys.platform == "win32":
        _replace_on_windows(part, path)
    else:
        part.replace(path)
    sync_folder(path.parent)


def _replace_on_windows(part: Path, path: Path) -> None:
    for wait in _WAITS:
        try:
            part.replace(path)
            return
        except PermissionError:
            time.sleep(wait)
    try:
        part.replace(path)
    except PermissionError as error:
        # A target that is open counts as "access denied", which it is not where both can be written.
        code = getattr(error, "winerror", None)
        if code == _ACCESS_DENIED and all(os.access(each, os.W_OK) for each in (part, path) if each.exists()):
            words = os.strerror(error.errno or 0)
            raise OSError(error.errno, words, str(path), _SHARING_VIOLATION) from error
        raise


def write_atomically(path: Path, content: bytes) -> None:
    publish(stage(path, content), path)


def sync_folder(folder: Path) -> None:
    """Makes renames in `folder` durable. Windows cannot open folders and needs none of this."""
    if os.name == "nt":
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
