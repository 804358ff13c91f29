"""What the program needs of a Linux machine beside Python: Qt's libraries, a Chinese font, the tests' tools.

Each is looked for as itself (a library that loads, a font file, a command), not as a package, so the answer is right
on any distribution. Only Debian and its kin get anything installed, by apt; elsewhere the libraries are named.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Need:
    """One thing the machine must have: its Debian package, and what to look for."""

    package: str
    thing: str
    kind: str  # library, command or font

    def found(self) -> bool:
        if self.kind == "library":
            try:
                ctypes.CDLL(self.thing)
            except OSError:
                return False
            return True
        if self.kind == "command":
            return shutil.which(self.thing) is not None
        return _has_chinese_font()


OFFSCREEN = tuple(
    Need(package, soname, "library")
    for package, soname in (
        ("libglib2.0-0", "libglib-2.0.so.0"),
        ("libgl1", "libGL.so.1"),
        ("libegl1", "libEGL.so.1"),
        ("libxkbcommon0", "libxkbcommon.so.0"),
        ("libfontconfig1", "libfontconfig.so.1"),
        ("libfreetype6", "libfreetype.so.6"),
        ("libdbus-1-3", "libdbus-1.so.3"),
        ("libbrotli1", "libbrotlidec.so.1"),
    )
)
FONT = (Need("fonts-wqy-microhei", "", "font"),)
WINDOW = tuple(
    Need(package, soname, "library")
    for package, soname in (
        ("libxkbcommon-x11-0", "libxkbcommon-x11.so.0"),
        ("libxcb-cursor0", "libxcb-cursor.so.0"),
        ("libxcb-icccm4", "libxcb-icccm.so.4"),
        ("libxcb-image0", "libxcb-image.so.0"),
        ("libxcb-keysyms1", "libxcb-keysyms.so.1"),
        ("libxcb-render-util0", "libxcb-render-util.so.0"),
        ("libxcb-shape0", "libxcb-shape.so.0"),
        ("libxcb-xkb1", "libxcb-xkb.so.1"),
        ("libcups2", "libcups.so.2"),  # without it Qt's print dialog offers no printer
    )
)
TESTS = (
    Need("xvfb", "Xvfb", "command"),
    Need("xauth", "xauth", "command"),
    Need("poppler-utils", "pdffonts", "command"),
    Need("libreoffice-calc", "localc", "command"),
)

_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
_FONT_MARKS = (
    *("wqy", "cjk", "notosanssc", "notoserifsc", "sourcehan", "droidsansfallback", "uming", "ukai"),
    *("msyh", "simsun", "simhei", "simfang", "simkai", "wenkai", "harmonyos_sans_sc", "fandol"),
)


def _has_chinese_font() -> bool:
    """Whether a font file is installed whose name is that of a known Chinese face."""
    for folder in _FONT_FOLDERS:
        for _, _, names in os.walk(Path(folder).expanduser()):
            for name in names:
                flat = name.lower().replace("-", "").replace(" ", "")
                if flat.endswith((".ttf", ".ttc", ".otf", ".otc", ".pcf.gz")) and any(m in flat for m in _FONT_MARKS):
                    return True
    return False


def missing(*groups: tuple[Need, ...]) -> tuple[Need, ...]:
    """Those of the needs that this machine lacks; none at all outside Linux."""
    if not sys.platform.startswith("linux"):
        return ()
    return tuple(need for group in groups for need in group if not need.found())


def is_debian() -> bool:
    """Debian or a distribution made from it: apt-get is there to ask."""
    return (
        sys.platform.startswith("linux")
        and shutil.which("apt-get") is not None
        and Path("/etc/debian_version").exists()
    )


def venv_package() -> str:
    return f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"


def apt_command(packages: tuple[str, ...], prefix: str = "sudo ") -> str:
    """What a person with the right types to install these packages."""
    names = " ".join(packages)
    return f"{prefix}apt-get update && {prefix}apt-get install -y --no-install-recommends {names}"


def _right_to_install() -> list[str] | None:
    """The words before apt-get: none for root, sudo where it asks no password, None without the right."""
    if sys.platform == "win32":
        return None
    if os.geteuid() == 0:
        return ["env"]
    sudo = shutil.which("sudo")
    if sudo is not None and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n", "env"]
    return None


def provide(packages: tuple[str, ...], say: Say) -> bool:
    """Install Debian packages through apt; where that is not possible say the exact command. True if installed."""
    if not packages:
        return True
    names = " ".join(packages)
    if not is_debian():
        say(f"系统缺少下列组件，请用本机的包管理器安装 (please install these, here by their Debian names): {names}")
        return False
    right = _right_to_install()
    if right is None:
        prefix = "sudo " if shutil.which("sudo") else ""
        who = "" if prefix else "以 root 身份 (as root) "
        say(f"系统缺少组件，请{who}输入下面这条命令 (please type this command):\n  {apt_command(packages, prefix)}")
        return False
    say(f"正在用 apt 安装系统组件 (installing through apt): {names}")
    apt = [*right, "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    # A failed update may still leave lists good enough to install from, so only the installation counts.
    subprocess.run([*apt, "update"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    done = subprocess.run(
        [*apt, "install", "-y", "--no-install-recommends", *packages],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        tail = "\n  ".join(done.stdout.strip().splitlines()[-5:])
        say(f"apt 没有装成 (apt failed):\n  {tail}\n请稍后输入 (please type later):\n  {apt_command(packages)}")
    return done.returncode == 0
