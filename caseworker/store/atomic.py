"""Small files written whole or not at all: temporary name, fsync, rename, fsync of the folder."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

PART = ".part"  # a file of this suffix was never finished and may be removed


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
    """Renames a staged file over `path`; after this the new content survives a power cut."""
    part.replace(path)
    sync_folder(path.parent)


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
