"""What the window remembers between runs: sizes, columns, the theme, recent offices. Nothing of any dossier."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from caseworker.desktop.theme import Mode

RECENT_KEPT = 8
IGNORED_KEPT = 2000


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


# ---- the scanner's folder, by user ---------------------------------------------------------


def scan_folder(login: str) -> Path | None:
    """Where this user's scanner writes to on this computer."""
    value = str(settings().value(f"scans/{login}/folder", ""))
    return Path(value) if value else None


def remember_scan_folder(login: str, folder: Path | None) -> None:
    settings().setValue(f"scans/{login}/folder", "" if folder is None else str(folder))


def scan_days(login: str) -> int:
    """New scans of how many days are shown; 1 is today's."""
    value = str(settings().value(f"scans/{login}/days", "1"))
    return int(value) if value.isdecimal() and 0 < int(value) <= 366 else 1


def remember_scan_days(login: str, days: int) -> None:
    settings().setValue(f"scans/{login}/days", str(days))


def ignored_scans(login: str) -> frozenset[str]:
    """Tokens of scans that this user does not want to see again; they say nothing of what was scanned."""
    value = settings().value(f"scans/{login}/ignored", "")
    return frozenset(str(value).split())


def ignore_scan(login: str, token: str) -> None:
    known = [other for other in str(settings().value(f"scans/{login}/ignored", "")).split() if other != token]
    settings().setValue(f"scans/{login}/ignored", " ".join([*known, token][-IGNORED_KEPT:]))


def forget_ignored_scans(login: str) -> None:
    settings().remove(f"scans/{login}/ignored")


def offset(printer: str) -> tuple[float, float]:
    """How far a printer's page is to be moved, right and down, in millimetres; nothing known is nothing moved."""
    text = str(settings().value(f"offset/{printer}", "0 0"))
    try:
        right, down = map(float, text.split())
    except ValueError:
        return 0.0, 0.0
    return right, down


def remember_offset(printer: str, right: float, down: float) -> None:
    settings().setValue(f"offset/{printer}", f"{right} {down}")
