"""What the window remembers between runs: sizes, columns, the theme, recent offices. Nothing of any dossier."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from caseworker.desktop.theme import Mode

RECENT_KEPT = 8


def settings() -> QSettings:
    """An INI file in the user's folder, the same on every system; tests point it elsewhere with QSettings.setPath."""
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "Caseworker", "Desk")


def recent_offices() -> list[Path]:
    """Office files opened here before, latest first. May no longer exist."""
    value = settings().value("recent_offices", [])
    names = [value] if isinstance(value, str) else list(value) if isinstance(value, list) else []
    return [Path(name) for name in names]


def remember_office(path: Path) -> None:
    known = [path, *[other for other in recent_offices() if other != path]]
    settings().setValue("recent_offices", [str(item) for item in known[:RECENT_KEPT]])


def last_user(path: Path) -> str | None:
    """The login that opened this office here last."""
    value = settings().value("last_users", {})
    return str(value[str(path)]) if isinstance(value, dict) and str(path) in value else None


def remember_user(path: Path, login: str) -> None:
    known = {str(office): user for office in recent_offices() if (user := last_user(office)) is not None}
    settings().setValue("last_users", {**known, str(path): login})


def column_widths(table: str) -> dict[str, int]:
    """Column title to width in device-independent pixels."""
    value = settings().value(f"columns/{table}", {})
    if not isinstance(value, dict):
        return {}
    return {str(title): int(width) for title, width in value.items()}


def remember_column_widths(table: str, widths: dict[str, int]) -> None:
    settings().setValue(f"columns/{table}", widths)


def theme_mode() -> Mode:
    try:
        return Mode(str(settings().value("theme", Mode.SYSTEM.value)))
    except ValueError:
        return Mode.SYSTEM


def remember_theme(mode: Mode) -> None:
    settings().setValue("theme", mode.value)


def window_geometry() -> QByteArray | None:
    value = settings().value("window")
    return value if isinstance(value, QByteArray) else None


def remember_window(geometry: QByteArray) -> None:
    settings().setValue("window", geometry)


def flag(name: str, default: bool = False) -> bool:
    return str(settings().value(name, "true" if default else "false")) == "true"


def remember_flag(name: str, value: bool) -> None:
    settings().setValue(name, "true" if value else "false")
