"""Whether a window can be opened here: a display that is named is not yet a display that answers."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

_PROBE = "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"


def named_display(env: Mapping[str, str]) -> str | None:
    """The display that this session names, for the messages; None where there is none to try."""
    if env.get("QT_QPA_PLATFORM", "").partition(":")[0] in ("offscreen", "minimal", "vnc"):
        return None
    if sys.platform in ("win32", "darwin"):
        return sys.platform
    return env.get("WAYLAND_DISPLAY") or env.get("DISPLAY") or None


def x_answers(display: str) -> bool:
    """Whether something listens where an X display such as `:0` or `host:10.0` says it is."""
    found = re.fullmatch(r"(?:[a-z]+/)?(?P<host>[^:]*):(?P<number>\d+)(?:\.\d+)?", display)
    if found is None:
        return False
    host, number = found["host"], int(found["number"])
    if host in ("", "unix") and sys.platform != "win32":
        path = f"/tmp/.X11-unix/X{number}"
        return any(_connects(socket.AF_UNIX, address) for address in (path, "\0" + path))
    return _connects(socket.AF_INET, (host, 6000 + number))


def _connects(family: int, address: str | tuple[str, int]) -> bool:
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_STREAM) as link:
        link.settimeout(3)
        link.connect(address)
        return True
    return False


def can_open_window(python: Path, env: Mapping[str, str]) -> bool:
    """Try it, on Linux: libraries missing, a wrong display or a missing permission all make Qt abort.

    Tried in another process, because that abort takes the process with it.
    """
    if sys.platform in ("win32", "darwin"):
        return True
    display = env.get("DISPLAY")
    if not env.get("WAYLAND_DISPLAY") and (not display or not x_answers(display)):
        return False
    try:
        probe = subprocess.run(
            [os.fspath(python), "-c", _PROBE], env=dict(env), capture_output=True, timeout=60, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return probe.returncode == 0
