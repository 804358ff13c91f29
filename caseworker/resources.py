"""Where the program's own files lie: beside the package in a checkout, inside it in a wheel, in a frozen bundle."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _base(name: str) -> Path:
    packed = _PACKAGE / f"_{name}"
    if packed.is_dir():
        return packed
    return _PACKAGE.parent / name


def path(*parts: str) -> Path:
    """A file or folder under `resources/`. Does not check that it exists."""
    return _base("resources").joinpath(*parts)


def db_path() -> Path:
    """The folder `db/` with the Alembic environment and its migrations."""
    return _base("db")
