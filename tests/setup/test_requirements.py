"""Pins: one version each, a hash for every file, the same in every list, and nothing imported that is not pinned."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
NAMES = ("requirements", "requirements-signing", "requirements-dev")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

_PIN = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[0-9][0-9A-Za-z.]*)(?P<marker> ; [^\\]+)?")


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def blocks(name: str) -> list[str]:
    """A compiled file's logical lines, comments left out."""
    text = (PACKAGING / f"{name}.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    return [block.strip() for block in "\n".join(lines).replace("\\\n", " ").splitlines() if block.strip()]


def pins(name: str) -> dict[str, str]:
    """Version by canonical name."""
    found: dict[str, str] = {}
    for block in blocks(name):
        match = _PIN.match(block)
        assert match is not None, block[:80]
        assert canonical(match["name"]) not in found, block[:80]
        found[canonical(match["name"])] = match["version"]
    return found


def wanted(name: str) -> dict[str, str]:
    """The .in file's own pins, by canonical name."""
    lines = (PACKAGING / f"{name}.in").read_text(encoding="utf-8").splitlines()
    return exact(line for line in lines if line and not line.startswith(("#", "-r ")))


def exact(requirements: object) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in requirements:  # type: ignore[attr-defined]
        match = _PIN.fullmatch(line.strip())
        assert match is not None, f"not an exact pin: {line}"
        found[canonical(match["name"])] = match["version"]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_pin_has_hashes(name: str) -> None:
    listed = blocks(name)
    assert listed
    for block in listed:
        assert _PIN.match(block), block[:80]
        hashes = re.findall(r"--hash=(\S+)", block)
        assert hashes, block[:80]
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value) for value in hashes), block[:80]


@pytest.mark.parametrize("name", NAMES)
def test_files_hold_nothing_but_pins(name: str) -> None:
    for block in blocks(name):
        rest = re.sub(r"--hash=sha256:[0-9a-f]{64}", "", _PIN.sub("", block, count=1)).strip()
        assert rest == "", f"an option, an address or an index: {rest[:80]}"


@pytest.mark.parametrize("name", NAMES)
def test_compiled_file_is_of_its_source(name: str) -> None:
    compiled = pins(name)
    for package, pinned in wanted(name).items():
        assert compiled.get(package) == pinned


@pytest.mark.parametrize(("larger", "smaller"), [(NAMES[1], NAMES[0]), (NAMES[2], NAMES[1])])
def test_larger_list_contains_the_smaller_one(larger: str, smaller: str) -> None:
    assert pins(smaller).items() <= pins(larger).items()


def test_package_metadata_asks_for_the_same_versions() -> None:
    assert exact(PROJECT["dependencies"]) == wanted("requirements")
    assert exact(PROJECT["optional-dependencies"]["signing"]) == wanted("requirements-signing")


def test_program_imports_only_what_it_asks_for() -> None:
    distributions = packages_distributions()
    asked = set(wanted("requirements")) | set(wanted("requirements-signing"))
    strangers: set[str] = set()
    # shiboken6 comes with every PySide6 package, at its version
    asked.add("shiboken6")
    for path in (ROOT / "caseworker").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules: list[str] = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                modules = [node.module]
            for top in {module.partition(".")[0] for module in modules}:
                if top in sys.stdlib_module_names or top == "caseworker":
                    continue
                if not asked & {canonical(name) for name in distributions.get(top, [])}:
                    strangers.add(f"{top} in {path.relative_to(ROOT)}")
    assert not strangers


def test_tests_run_on_the_pinned_versions() -> None:
    for package, pinned in wanted("requirements-dev").items() | wanted("requirements").items():
        assert version(package) == pinned
