"""Colours: every role readable on what it stands on, in both sets; no literal outside the one file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFont, QIcon, QImage
from PySide6.QtWidgets import QApplication, QMenu, QStatusBar, QTableView, QWidget
from pytestqt.qtbot import QtBot

from caseworker import resources
from caseworker.desktop import icons, theme
from caseworker.desktop.registry import NAVIGATION
from caseworker.desktop.theme import DARK, LIGHT, Mode, Roles, Theme, body_font

PAIRS = [
    *((ink, ground) for ink in ("text", "text_quiet", "accent") for ground in ("window", "surface", "band", "hover")),
    *((ink, ground) for ink in ("text", "accent", "text_quiet") for ground in ("accent_soft",)),
    *((tone, ground) for tone in ("red", "amber", "green") for ground in ("surface", "window", "band", f"{tone}_soft")),
    *((tone, "accent_soft") for tone in ("red", "amber", "green")),
    ("text", "red_soft"),
    ("text", "amber_soft"),
    ("text", "green_soft"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
]


def luminance(name: str) -> float:
    colour = QColor(name)
    parts = [colour.redF(), colour.greenF(), colour.blueF()]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("roles", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_is_readable_on_every_ground_it_is_used_on(roles: Roles, ink: str, ground: str) -> None:
    assert contrast(getattr(roles, ink), getattr(roles, ground)) >= 4.5


@pytest.mark.parametrize("roles", [LIGHT, DARK], ids=["light", "dark"])
def test_style_sheet_names_only_known_roles(roles: Roles) -> None:
    sheet = theme.style_sheet(roles)
    assert "@" not in sheet
    assert roles.accent in sheet


def test_no_colour_is_written_outside_the_theme() -> None:
    literal = re.compile(r"#[0-9A-Fa-f]{6}\b|#[0-9A-Fa-f]{3}\b|rgb\(")
    folder = Path(theme.__file__).parent
    sources = [path for path in folder.rglob("*.py") if path.name != "theme.py"]
    sources.append(resources.path("styles", "desk.qss"))
    assert len(sources) > 20
    assert [path.name for path in sources if literal.search(path.read_text(encoding="utf-8"))] == []


def test_theme_switches_and_tells(theme: Theme, qtbot: object) -> None:
    told: list[None] = []
    theme.changed.connect(lambda: told.append(None))
    theme.set_mode(Mode.DARK)
    assert theme.roles is DARK
    assert len(told) == 1
    theme.set_mode(Mode.LIGHT)
    assert theme.roles is LIGHT


def drawn(icon: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal) -> QImage:
    return icon.pixmap(QSize(20, 20), 1.0, mode).toImage()


def test_icons_are_drawn_in_the_text_colour_of_the_theme(theme: Theme) -> None:
    for entry in NAVIGATION:
        image = drawn(icons.icon(entry.icon))
        inked = [image.pixelColor(x, y) for x in range(20) for y in range(20) if image.pixelColor(x, y).alpha() > 200]
        assert inked, entry.icon
        assert all(colour.name() == QColor(LIGHT.text_quiet).name() for colour in inked if colour.alpha() == 255)
    picture = icons.icon("home")
    light = drawn(picture)
    theme.set_mode(Mode.DARK)
    try:
        assert drawn(picture) != light
    finally:
        theme.set_mode(Mode.LIGHT)


@pytest.mark.parametrize("widget", [QTableView, QMenu, QStatusBar])
def test_lists_and_menus_have_the_rare_characters_of_names_too(
    widget: type[QWidget], qapp: QApplication, theme: Theme, qtbot: QtBot
) -> None:
    """Windows gives such widgets faces of its own, and again whenever the colours change."""
    qapp.setFont(QFont("Tahoma"), "QAbstractItemView")
    qapp.setFont(QFont("Tahoma"), "QMenu")
    qapp.setFont(QFont("Tahoma"), "QStatusBar")
    theme.set_mode(Mode.DARK)
    made = widget()
    qtbot.addWidget(made)
    assert made.font().families() == body_font().families()
    assert "Caseworker Rare" in made.font().families()
