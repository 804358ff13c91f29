"""The wheel holds everything, and works in a clean environment away from the checkout."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Mapping
from configparser import ConfigParser
from pathlib import Path

import pytest
import start_environment

from caseworker import __version__

ROOT = Path(__file__).resolve().parents[2]


def run(command: list[str], cwd: Path, env: Mapping[str, str]) -> str:
    done = subprocess.run(
        command, cwd=cwd, env=dict(env), capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    if done.returncode != 0:  # not an assertion, which would print the variables of the person who runs it
        pytest.fail(
            f"{command} ended with {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}", pytrace=False
        )
    return done.stdout


@pytest.fixture(scope="module")
def clean_environment(outer_environment: dict[str, str]) -> dict[str, str]:
    """The person's own variables without anything that could lead back to the checkout."""
    env = {name: value for name, value in outer_environment.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    env |= {"PYTHONUTF8": "1", "PYTHONNOUSERSITE": "1", "QT_QPA_PLATFORM": "offscreen", "PIP_USER": "0"}
    return env


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, clean_environment: dict[str, str]) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-input", "--disable-pip-version-check"]
    run([*pip, "--no-build-isolation", "--no-deps", "--wheel-dir", str(folder), str(ROOT)], folder, clean_environment)
    (built,) = folder.glob("*.whl")
    return built


def files_below(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }


@pytest.mark.parametrize(("folder", "packed"), [("resources", "_resources"), ("db", "_db")])
def test_wheel_holds_what_lies_beside_the_package(wheel: Path, folder: str, packed: str) -> None:
    prefix = f"caseworker/{packed}/"
    with zipfile.ZipFile(wheel) as archive:
        inside = {name.removeprefix(prefix) for name in archive.namelist() if name.startswith(prefix)}
    assert inside == files_below(ROOT / folder)
    assert inside


def test_wheel_holds_the_whole_package_and_nothing_made(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.removeprefix("caseworker/") for name in names} >= files_below(ROOT / "caseworker")
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]
    assert {name.partition("/")[0] for name in names} == {"caseworker", f"caseworker-{__version__}.dist-info"}


def test_wheel_gives_both_commands_and_the_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        info = f"caseworker-{__version__}.dist-info"
        entries = ConfigParser()
        entries.read_string(archive.read(f"{info}/entry_points.txt").decode("utf-8"))
        names = archive.namelist()
    assert set(entries["console_scripts"]) == {"caseworker"}
    assert set(entries["gui_scripts"]) == {"caseworker-desktop"}
    assert f"{info}/licenses/LICENSE" in names


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory, clean_environment: dict[str, str]) -> Path:
    """The scripts folder of a clean environment with the pinned packages and the wheel."""
    folder = tmp_path_factory.mktemp("away") / "环境 one"
    base = getattr(sys, "_base_executable", None) or sys.executable
    run([base, "-m", "venv", str(folder)], folder.parent, clean_environment)
    python = str(start_environment.venv_python(folder))
    pip = [python, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-compile"]
    pinned = ROOT / "packaging" / start_environment.RUN
    run([*pip, "--require-hashes", "--only-binary=:all:", "-r", str(pinned)], folder.parent, clean_environment)
    # With its dependencies looked at but from nowhere: what the wheel asks for must be there already.
    run([*pip, "--no-index", str(wheel)], folder.parent, clean_environment)
    return Path(python).parent


def script(folder: Path, name: str) -> str:
    return str(folder / (f"{name}.exe" if sys.platform == "win32" else name))


def test_installed_package_comes_from_the_wheel(
    installed: Path, clean_environment: dict[str, str], tmp_path: Path
) -> None:
    python = str(start_environment.venv_python(installed.parent))
    code = (
        "import caseworker, caseworker.resources as r; "
        "print(caseworker.__file__); print(r.path('fonts').is_dir(), r.db_path().is_dir())"
    )
    where, found = run([python, "-c", code], tmp_path, clean_environment).splitlines()
    assert Path(where).is_relative_to(installed.parent)
    assert found == "True True"
    run([python, "-m", "pip", "check"], tmp_path, clean_environment)


def test_installed_program_runs_the_sample_office_s_day(
    installed: Path, clean_environment: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "一天"
    printed = run([script(installed, "caseworker"), "demo", "--out", str(out)], tmp_path, clean_environment)
    for pattern in ("决定书*.pdf", "附件3*.pdf", "拨付明细表*.xlsx", "*.png"):
        made = list(out.rglob(pattern))
        assert made, f"no {pattern} among {sorted(path.name for path in out.rglob('*'))}"
        assert all(path.stat().st_size > 1000 for path in made)
        assert made[0].name in printed, "the demo says what each file is"
    assert Path(script(installed, "caseworker-desktop")).exists()
