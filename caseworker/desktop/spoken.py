"""What a screen reader says of a part that has no words of its own: the place it is in."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget


def place_of(widget: QWidget) -> str:
    """The name of the tab, the part of a record or else the page that a widget is on."""
    outer: Any = widget.parentWidget()
    while outer is not None:
        if hasattr(outer, "tabText"):  # a QTabWidget, or Sections, whose methods are named like its
            pages = [number for number in range(outer.count()) if _holds(outer.widget(number), widget)]
            if pages:
                return str(outer.tabText(pages[0])).partition("（")[0].rstrip(" 0123456789,")
        title = getattr(outer, "title", "")
        if isinstance(title, str) and title:
            return title
        outer = outer.parentWidget()
    return ""


def _holds(page: QWidget | None, widget: QWidget) -> bool:
    return page is not None and (page is widget or page.isAncestorOf(widget))


class NamedByPlace(QObject):
    """Gives a widget the name of its place when it is first shown, unless it was given one. `kind` stands behind it."""

    def __init__(self, widget: QWidget, kind: str) -> None:
        super().__init__(widget)
        self._kind = kind
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and not watched.accessibleName():
            watched.setAccessibleName(f"{place_of(watched)}{self._kind}")
        return False
