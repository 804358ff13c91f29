"""What every screen is handed: the open office, the runner, where to go, how to tell the clerk something."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from caseworker.desktop.operations import Operation, Runner, Running, Trouble
from caseworker.desktop.theme import Theme
from caseworker.services.views import OfficeView, Role

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

T = TypeVar("T")
Target = tuple[str, int | str]  # ("case", 12), ("party", 3), ("screen", "payments")
PracticeHint = tuple[tuple[str, str, str, str], ...]  # login, name, roles, password: the sample office only


class Context(QObject):
    """One per open window. `desk` changes with 切换用户; screens always ask for it afresh."""

    going = Signal(object)  # Target
    going_back = Signal()
    said = Signal(str)  # a short success for the status line
    told = Signal(str, str)  # a sentence and its tone, for the strip above the work
    office_changed = Signal()

    def __init__(self, desk: Desk, path: Path, runner: Runner, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.path = path
        self.runner = runner
        self.theme = theme
        self.office: OfficeView = desk.office()
        self._drafts: dict[tuple[str, str], dict[str, Any]] = {}
        self._wishes: dict[str, str] = {}

    # ---- work --------------------------------------------------------------------------

    def ask(
        self,
        label: str,
        call: Callable[[], T],
        owner: QObject | None,
        success: Callable[[T], None] | None = None,
        failure: Callable[[Trouble], bool | None] | None = None,
        finished: Callable[[], None] | None = None,
    ) -> Running:
        return self.runner.ask(label, call, owner, success, failure, finished)

    def run(
        self,
        operation: Operation[T],
        owner: QObject | None,
        success: Callable[[T], None] | None = None,
        failure: Callable[[Trouble], bool | None] | None = None,
        finished: Callable[[], None] | None = None,
    ) -> Running:
        return self.runner.run(operation, owner, success, failure, finished)

    # ---- words -------------------------------------------------------------------------

    def say(self, text: str) -> None:
        self.said.emit(text)

    def tell(self, text: str, tone: str = "accent") -> None:
        self.told.emit(text, tone)

    # ---- places ------------------------------------------------------------------------

    def go(self, kind: str, key: int | str) -> None:
        self.going.emit((kind, key))

    def back(self) -> None:
        self.going_back.emit()

    def wish(self, screen: str, what: str | None) -> None:
        """What a screen should show when it is gone to next, such as the cases of one step."""
        if what is None:
            self._wishes.pop(screen, None)
        else:
            self._wishes[screen] = what

    def wished(self, screen: str) -> str | None:
        return self._wishes.get(screen)

    # ---- people and drafts -------------------------------------------------------------

    def may(self, *roles: Role) -> bool:
        return any(role in self.desk.user.roles for role in roles)

    def draft(self, key: str) -> dict[str, Any] | None:
        """What this user had typed into a form and not saved. Kept in memory only: it may hold personal data."""
        return self._drafts.get((self.desk.user.login, key))

    def keep_draft(self, key: str, typed: dict[str, Any] | None) -> None:
        if typed is None:
            self._drafts.pop((self.desk.user.login, key), None)
        else:
            self._drafts[(self.desk.user.login, key)] = typed

    @property
    def has_drafts(self) -> bool:
        return bool(self._drafts)

    def refresh_office(self) -> None:
        """The practice date or the office's particulars changed."""
        self.office = self.desk.office()
        self.office_changed.emit()
