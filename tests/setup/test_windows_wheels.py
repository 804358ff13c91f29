"""Every pinned package is to be had ready-made for Windows: a clerk's PC has no compiler."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]


def pinned_for_windows(python: str) -> list[str]:
    """The pins of requirements-dev.txt (which holds all others) that a Windows of this Python installs."""
    marks = {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows", "platform_machine": "AMD64"}
    marks |= {"python_version": python, "python_full_version": f"{python}.9"}
    found = []
    for line in (ROOT / "packaging" / "requirements-dev.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith((" ", "#")):
            pin = Requirement(line.rstrip("\\ "))
            if pin.marker is None or pin.marker.evaluate(marks):
                found.append(f"{pin.name}{pin.specifier}")
    return found


def test_what_only_windows_needs_is_pinned() -> None:
    names = {pin.partition("==")[0] for pin in pinned_for_windows("3.11")}
    assert {"colorama", "tzdata", "pyside6-essentials", "sqlcipher3"} <= names


@pytest.mark.parametrize("python", ["3.11", "3.12"])
def test_every_pin_has_a_wheel_for_windows(python: str, tmp_path: Path, outer_environment: dict[str, str]) -> None:
    listed = tmp_path / "pins.txt"
    listed.write_text("\n".join(pinned_for_windows(python)), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--no-input"]
    wheels = ["--no-deps", "--only-binary=:all:", "--implementation=cp", f"--python-version={python}"]
    where = ["--platform=win_amd64", "--target", str(tmp_path / "none"), "-r", str(listed)]
    done = subprocess.run(
        [*pip, "--disable-pip-version-check", *wheels, *where],
        env=outer_environment,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0:  # not an assertion, which would print the variables of the person who runs it
        pytest.fail(done.stderr[-4000:], pytrace=False)
