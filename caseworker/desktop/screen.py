"""What the shell expects of a screen."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.parts import ElidedLabel


class Screen(QWidget):
    """A page of the work area. `refresh` is called each time it is shown; `manual` names its page of the manual."""

    title = ""
    manual = "index"

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.setObjectName("screen")
        self.setAccessibleName(self.title)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(16, 12, 16, 8)
        self.body.setSpacing(8)

    def refresh(self) -> None:
        """Reads again what is shown."""

    def main_act(self) -> None:
        """What Ctrl+Enter does here."""

    def keep(self) -> None:
        """Called before the screen is left or thrown away: unsaved typing goes into the drafts."""

    def heading(self, text: str, *beside: QWidget) -> ElidedLabel:
        """The page's heading, with what stands beside it at the right."""
        made = ElidedLabel(text, "page")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(made, 1)
        for widget in beside:
            row.addWidget(widget)
        self.body.addLayout(row)
        return made
