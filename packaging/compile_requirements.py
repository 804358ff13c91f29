"""Compile packaging/requirements*.in into .txt files: every version pinned, every file's SHA-256 listed.

Needs `uv` on the path (not a dependency of the project). Run it after changing a .in file, then run the tests.
The result holds for Linux and Windows, Python 3.11 and 3.12, and names no index.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = ("requirements", "requirements-signing", "requirements-dev")


def compile_one(uv: str, name: str, extra: list[str]) -> None:
    """Write `name`.txt from `name`.in; `extra` goes to uv, such as `--upgrade-package NAME`."""
    target = HERE / f"{name}.txt"
    command = [
        uv,
        "pip",
        "compile",
        "--universal",
        "--python-version=3.11",
        "--generate-hashes",
        "--no-config",
        "--no-emit-index-url",
        "--no-annotate",
        "--custom-compile-command=python packaging/compile_requirements.py",
        "--quiet",
        f"--output-file={target.name}",
        *extra,
        f"{name}.in",
    ]
    # A larger set keeps the versions of the smaller one it contains.
    position = NAMES.index(name)
    command += [f"--constraint={smaller}.txt" for smaller in NAMES[:position]]
    subprocess.run(command, cwd=HERE, check=True)


def main() -> int:
    uv = shutil.which("uv")
    if uv is None:
        print("uv is not on the path: pip install uv", file=sys.stderr)
        return 3
    for name in NAMES:
        compile_one(uv, name, sys.argv[1:])
        print(f"packaging/{name}.txt")
    return 0


if __name__ == "__main__":
    sys.exit(main())
