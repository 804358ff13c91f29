"""What must not be in any file of the repository: a registry's host, a path of somebody's machine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from tools import need

ROOT = Path(__file__).resolve().parents[2]

# Written in halves, so that this file does not hold what it looks for.
HOSTS = tuple(
    "".join(halves)
    for halves in (
        ("pypi.", "org"),
        ("python", "hosted.org"),
        ("registry.npm", "js.org"),
        ("npm", "mirror.com"),
        ("deb.", "debian.org"),
        ("security.", "debian.org"),
        ("snapshot.", "debian.org"),
        ("mirrors.", "aliyun"),
        ("tuna.", "tsinghua"),
        ("mirrors.", "ustc"),
        ("pypi.", "douban"),
        ("repo.", "huaweicloud"),
        ("crates.", "io"),
        ("files.", "anaconda"),
    )
)
# Home folders on Linux, macOS and Windows, of a person or of root.
HOME_PATH = re.compile(
    "|".join((r"/(?:home|Use" + r"rs)/[A-Za-z][\w.-]*/", "/ro" + "ot/", r"[A-Z]:[\\/]+Use" + r"rs[\\/]+\w"))
)


def tracked_texts() -> list[tuple[str, str]]:
    """Path and content of every text file in git, as it stands in the working folder."""
    git = need("git")
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    texts = []
    for name in listed.decode("utf-8").split("\0"):
        path = ROOT / name
        if not name or not path.is_file():
            continue
        data = path.read_bytes()
        if b"\0" not in data[:8192]:
            texts.append((name, data.decode("utf-8", errors="replace")))
    assert texts
    return texts


def test_no_file_names_a_registry_s_host() -> None:
    found = [f"{name}: {host}" for name, text in tracked_texts() for host in HOSTS if host in text.lower()]
    # The licences beside the type faces are their authors' words and are kept whole.
    assert [hit for hit in found if not hit.partition(":")[0].endswith(".LICENCE.txt")] == []


def test_no_file_names_a_folder_of_somebody_s_machine() -> None:
    here = str(ROOT)
    found = []
    for name, text in tracked_texts():
        match = HOME_PATH.search(text)
        if match is not None:
            found.append(f"{name}: {match[0]}")
        # This checkout's own folder, where it is specific enough not to be an accident.
        if len(ROOT.parts) > 2 and here in text:
            found.append(f"{name}: {here}")
    assert found == []


def test_nothing_that_is_made_is_tracked() -> None:
    made = re.compile(r"(^|/)(__pycache__|\.venv|demo-output|sample-office|dist|build)/|\.pyc$|\.egg-info")
    assert [name for name, _ in tracked_texts() if made.search(name)] == []
