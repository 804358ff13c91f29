"""Colours by role, type face and style sheet: the only place where a colour is written down.

Light and dark are two sets of the same roles. The style sheet in `resources/styles/desk.qss` names
roles with an `@`; painted widgets ask `current()` for the palette in force.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from caseworker import resources

FACES = ("Microsoft YaHei UI", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", "WenQuanYi Micro Hei")
BODY_POINTS = 9
SECTION_POINTS = 12
PAGE_POINTS = 16


@dataclass(frozen=True, slots=True)
class Roles:
    """What a colour is for. Text roles keep 4.5:1 on the grounds they are used on (a test measures it)."""

    dark: bool
    window: str  # behind everything
    surface: str  # tables, fields, cards
    band: str  # header rows, bars
    hover: str
    line: str
    line_strong: str
    text: str
    text_quiet: str
    text_faint: str  # disabled and placeholders only
    accent: str
    accent_hover: str
    accent_soft: str  # selected rows, chips
    on_accent: str
    red: str
    red_soft: str
    amber: str
    amber_soft: str
    green: str
    green_soft: str


LIGHT = Roles(
    dark=False,
    window="#F3F5F8", surface="#FFFFFF", band="#F7F9FB", hover="#EDF2F9",
    line="#DCE1E8", line_strong="#AEB8C5",
    text="#1B2430", text_quiet="#535E6C", text_faint="#8B95A3",
    accent="#1F5FBF", accent_hover="#184E9F", accent_soft="#E3ECF9", on_accent="#FFFFFF",
    red="#B3261E", red_soft="#FBE9E7", amber="#865600", amber_soft="#FFF2D3", green="#1B7039", green_soft="#E2F2E7",
)  # fmt: skip

DARK = Roles(
    dark=True,
    window="#1A1E24", surface="#21262E", band="#262C35", hover="#2C3440",
    line="#363E4A", line_strong="#586374",
    text="#E6EAF0", text_quiet="#AEB7C4", text_faint="#7C8695",
    accent="#6EA8FE", accent_hover="#8DBBFF", accent_soft="#263A5C", on_accent="#0B1A33",
    red="#FF8F86", red_soft="#47282B", amber="#F0BC5E", amber_soft="#42371F", green="#80CF98", green_soft="#213F2D",
)  # fmt: skip


class Mode(StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


MODE_NAMES: dict[Mode, str] = {Mode.SYSTEM: "跟随系统", Mode.LIGHT: "浅色", Mode.DARK: "深色"}


class Theme(QObject):
    """Keeps the application in one of the two sets; follows the system's scheme while the mode says so."""

    changed = Signal()

    def __init__(self, application: QApplication, mode: Mode = Mode.SYSTEM) -> None:
        super().__init__(application)
        self._application = application
        self._mode = mode
        self._roles = LIGHT
        application.setStyle("Fusion")
        application.setFont(body_font())
        application.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._apply()

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def roles(self) -> Roles:
        return self._roles

    def set_mode(self, mode: Mode) -> None:
        if mode != self._mode:
            self._mode = mode
            self._apply()

    def _system_changed(self) -> None:
        if self._mode == Mode.SYSTEM:
            self._apply()

    def _apply(self) -> None:
        global _current
        dark = self._mode == Mode.DARK or (
            self._mode == Mode.SYSTEM and self._application.styleHints().colorScheme() == Qt.ColorScheme.Dark
        )
        self._roles = DARK if dark else LIGHT
        _current = self._roles
        self._application.setPalette(qt_palette(self._roles))
        self._application.setStyleSheet(style_sheet(self._roles))
        self._set_fonts()
        self.changed.emit()

    def _set_fonts(self) -> None:
        """Again after every change of colours: with these the system's own faces for some widgets come back."""
        font = body_font()
        for kind in _SYSTEM_FONTS:
            self._application.setFont(font, kind)  # type: ignore[arg-type]  # Qt takes text; its stubs say bytes


_current = LIGHT
_loaded: dict[str, list[str]] = {}


def current() -> Roles:
    """The roles in force, for widgets that paint themselves."""
    return _current


def colour(role: str) -> QColor:
    return QColor(getattr(_current, role))


# Kinds of widgets for which Windows has faces of its own, without our rare characters.
_SYSTEM_FONTS = ("QAbstractItemView", "QMenu", "QMenuBar", "QMessageBox", "QStatusBar", "QTipLabel")


def body_font() -> QFont:
    """The system's face for Chinese text, then our own: for rare characters in names, and where it has none."""
    installed = set(QFontDatabase.families())
    faces = [face for face in FACES if face in installed]
    faces += _own_faces("rare") if faces else _own_faces("hei", "rare")
    font = QFont(faces)
    font.setPointSize(BODY_POINTS)
    return font


def _own_faces(*names: str) -> list[str]:
    """Families of faces that come with the program for printing, made known to the screen once."""
    families: list[str] = []
    for name in names:
        if name not in _loaded:
            number = QFontDatabase.addApplicationFont(str(resources.path("fonts", f"{name}.ttf")))
            _loaded[name] = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
        families += _loaded[name]
    return families


def style_sheet(roles: Roles) -> str:
    """The style sheet with every `@role` replaced. An unknown role is our bug and raises KeyError."""
    values = {name: str(value) for name, value in asdict(roles).items()}
    tick = resources.path("icons", "tick-dark.svg" if roles.dark else "tick-light.svg").as_posix()
    arrow = resources.path("icons", "arrow-dark.svg" if roles.dark else "arrow-light.svg").as_posix()
    values |= {"tick_image": f'url("{tick}")', "arrow_image": f'url("{arrow}")'}
    text = resources.path("styles", "desk.qss").read_text(encoding="utf-8")
    return re.sub(r"@([a-z_]+)", lambda found: values[found.group(1)], text)


def qt_palette(roles: Roles) -> QPalette:
    """What Fusion draws by itself (tool tips, selections, disabled text) in the same colours."""
    palette = QPalette()
    role = QPalette.ColorRole
    for target, value in (
        (role.Window, roles.window), (role.WindowText, roles.text), (role.Base, roles.surface),
        (role.AlternateBase, roles.band), (role.Text, roles.text), (role.Button, roles.surface),
        (role.ButtonText, roles.text), (role.BrightText, roles.red), (role.Highlight, roles.accent),
        (role.HighlightedText, roles.on_accent), (role.ToolTipBase, roles.surface), (role.ToolTipText, roles.text),
        (role.PlaceholderText, roles.text_faint), (role.Link, roles.accent), (role.Mid, roles.line),
        (role.Accent, roles.accent),
    ):  # fmt: skip
        palette.setColor(target, QColor(value))
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, QColor(roles.text_faint))
    return palette
