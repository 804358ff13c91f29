"""The project's virtual environment: `.venv/` in the project folder, with the pinned packages.

A stamp inside it, written only after a complete installation, holds the digest of the requirements that were
installed and the Python it stands on. While both still agree nothing at all is run. Without a valid stamp the
environment was half made, or not made by us, and is made anew: pip cannot tell a half-unpacked package
from a whole one.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

RUN = "requirements.txt"
DEV = "requirements-dev.txt"
# What an installation of each file holds as well (the files are compiled that way; a test compares them).
CONTAINS = {RUN: (RUN,), DEV: (DEV, RUN)}
STAMP = "caseworker-stamp.json"

Say = Callable[[str], None]
# Runs a command and gives its exit status; the tests put a counter here.
Run = Callable[[Sequence[str]], int]


class SetupFault(Exception):
    """The machine does not allow the set-up; the message says what to do about it."""


def venv_python(venv: Path) -> Path:
    if sys.platform == "win32":
        return venv / "Scripts" / "python.exe"
    return venv / "bin" / "python"


def digest(root: Path, name: str) -> str:
    """SHA-256 of a requirements file, the same whether git checked it out with LF or CRLF."""
    text = (root / "packaging" / name).read_bytes().replace(b"\r\n", b"\n")
    return hashlib.sha256(text).hexdigest()


def base_of(venv: Path) -> str | None:
    """The Python that the environment stands on, or None where it is gone or there is no environment."""
    python = venv_python(venv)
    if not python.exists():  # also a symbolic link to a Python that was removed
        return None
    if sys.platform != "win32":
        return str(python.resolve())
    try:
        lines = (venv / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    home = next((line.partition("=")[2].strip() for line in lines if line.partition("=")[0].strip() == "home"), "")
    return home if home and (Path(home) / "python.exe").exists() else None


def _read_stamp(venv: Path) -> dict[str, str] | None:
    """The digests by requirements file that are wholly installed; None where there is no valid environment."""
    try:
        stamp = json.loads((venv / STAMP).read_text(encoding="utf-8"))
        base, installed = stamp["base"], stamp["installed"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if base != base_of(venv) or not isinstance(installed, dict):
        return None
    return installed


def is_ready(root: Path, name: str) -> bool:
    installed = _read_stamp(root / ".venv")
    return installed is not None and installed.get(name) == digest(root, name)


def child_environment(root: Path) -> dict[str, str]:
    """Variables for every program we start: UTF-8, this project's code, nobody else's packages."""
    env = dict(os.environ)
    for name in ("PYTHONHOME", "PYTHONSTARTUP", "PIP_TARGET", "PIP_PREFIX", "__PYVENV_LAUNCHER__"):
        env.pop(name, None)
    env.update(PYTHONUTF8="1", PYTHONNOUSERSITE="1", PYTHONPATH=str(root), PIP_USER="0")
    return env


@contextlib.contextmanager
def _only_one(root: Path, say: Say) -> Iterator[None]:
    """Hold the set-up for ourselves: a second start while the first still installs waits for it."""
    try:
        handle = (root / ".venv.lock").open("w", encoding="utf-8")
    except OSError as error:
        raise SetupFault(
            f"项目文件夹不能写入，请把它放到可写的位置再启动：{error} (the project folder cannot be written)."
        ) from error
    waiting = "另一个启动正在安装，等它完成 (another start is setting up; waiting for it) ..."
    with handle:
        if sys.platform == "win32":
            import msvcrt

            said = False
            while True:
                try:
                    msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)  # tries for ten seconds
                    break
                except OSError:
                    if not said:
                        say(waiting)
                        said = True
        else:
            import fcntl

            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                say(waiting)
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield  # closing the file, or the end of the process, lets go


def can_make_environments() -> bool:
    """Debian leaves ensurepip out of its python3 package, and without it an environment has no pip."""
    return all(importlib.util.find_spec(name) is not None for name in ("venv", "ensurepip"))


def ensure(root: Path, name: str, say: Say, run: Run, quiet: bool) -> Path:
    """Make `.venv/` hold all of packaging/`name`; return its Python. Runs nothing where it already does.

    Raises SetupFault where the environment cannot be made or the packages cannot be installed.
    """
    venv = root / ".venv"
    if is_ready(root, name):
        return venv_python(venv)
    with _only_one(root, say):
        if not is_ready(root, name):
            _build(root, venv, name, say, run, quiet)
    return venv_python(venv)


def _build(root: Path, venv: Path, name: str, say: Say, run: Run, quiet: bool) -> None:
    python = str(venv_python(venv))
    if _read_stamp(venv) is None:
        say("正在建立运行环境 .venv (making the virtual environment) ...")
        # Not sys.executable: where that is .venv's own Python, --clear would remove it under our feet.
        base = getattr(sys, "_base_executable", None) or sys.executable
        if run([base, "-m", "venv", "--clear", str(venv)]) != 0:
            raise SetupFault(
                "运行环境 .venv 没有建成：若兑现台正开着，请先关闭；若磁盘已满，请先腾出 1 GB；然后重新启动"
                " (.venv could not be made: close the program if it is open, free 1 GB of disk, start again)."
            )
    (venv / STAMP).unlink(missing_ok=True)
    say("正在安装依赖，首次约需几分钟 (installing the pinned packages, some minutes the first time) ...")
    command = [python, "-m", "pip", "install", "--require-hashes", "--only-binary=:all:", "--no-input"]
    command += ["--disable-pip-version-check", "-r", str(root / "packaging" / name)]
    if quiet:
        command.append("--quiet")
    if run(command) != 0:
        raise SetupFault(
            "依赖没有装完整：请检查网络（或 pip 的镜像设置）和磁盘空间，然后重新启动，会接着装好"
            " (the packages could not be installed: check network, pip mirror and disk, then start again)."
        )
    base_path = base_of(venv)
    stamp = {"base": base_path, "installed": {part: digest(root, part) for part in CONTAINS[name]}}
    temporary = venv / (STAMP + ".new")
    temporary.write_text(json.dumps(stamp, indent=1), encoding="utf-8")
    temporary.replace(venv / STAMP)
