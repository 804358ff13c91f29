"""A list inside a dossier with its entry form below, its scans in place of it, and wrong rows voided with a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.parts import ReasonStrip, label
from caseworker.desktop.screens.dossier_entry import Entry
from caseworker.desktop.screens.dossier_paper import PaperView
from caseworker.desktop.tables import PagedTableModel

Paper = tuple[int, str] | None
ADD_KEYS = "Ctrl+D"  # Ctrl+N takes in a case, on every part of a dossier


def add_keys(page: QWidget, act: Callable[[], None]) -> None:
    """Straight away: a button's own keys press it slowly, and what is typed meanwhile would be lost."""
    QShortcut(QKeySequence(ADD_KEYS), page).activated.connect(act)


@dataclass(frozen=True, slots=True)
class Void:
    """How a row is voided: its name in the question, and the service call."""

    name: Callable[[Any], str]
    call: Callable[[Any, str], Callable[[], Any]]


class Register(QWidget):
    """`paper` gives a row's scan, `about` a sentence about the chosen row, shown below the list."""

    changed = Signal()  # something was entered or voided

    def __init__(
        self,
        context: Context,
        party_id: int,
        model: PagedTableModel[Any],
        name: str,
        *,
        empty: str,
        entry: Entry | None = None,
        add: str = "登记",
        void: Void | None = None,
        paper: Callable[[Any], Paper] | None = None,
        about: Callable[[Any], str] | None = None,
        filter_hint: str | None = None,
        filters: tuple[QWidget, ...] = (),
        acts: tuple[Act, ...] = (),
    ) -> None:
        super().__init__()
        self._context = context
        self._void_how = void
        self._paper_of = paper
        self._about_row = about
        self.entry = entry
        self.add_act = (
            Act(f"{add}  {ADD_KEYS}", self.open_entry, "add", needs_row=False, button=True, primary=True, keys="")
            if entry
            else None
        )
        scan = (Act("看扫描件", self.show_paper, "clip", button=True),) if paper else ()
        undo = (Act("作废…", self.void, button=True),) if void else ()
        self.list = ListView(
            model,
            name,
            empty=empty,
            empty_act=self.add_act,
            acts=(*scan, *undo, *acts, *((self.add_act,) if self.add_act else ())),
            filter_hint=filter_hint,
            filters=filters,
        )
        self.about = label("", "quiet", wrap=True, selectable=True)
        self.about.hide()
        self.reason = ReasonStrip()
        self.paper = PaperView(context, party_id)
        self.paper.left.connect(self._back_to_list)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.list, 1)
        column.addWidget(self.about)
        column.addWidget(self.reason)
        if entry is not None:
            column.addWidget(entry)
            entry.saved.connect(self.changed)
            entry.folded.connect(self.list.setFocus)
            entry.opened.connect(lambda: self.list.offer_act(False))
            entry.closed.connect(lambda: self.list.offer_act(True))
            if entry.is_open:  # a draft was put back
                self.list.offer_act(False)
        self.stack = QStackedWidget()
        self.stack.addWidget(page)
        self.stack.addWidget(self.paper)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.stack)
        self.setFocusProxy(self.list)
        if entry is not None:
            add_keys(self, self.open_entry)
        self.list.chosen_changed.connect(self._tell_about)
        model.loaded.connect(self._tell_about)
        if paper is not None:
            self.list.opened.connect(lambda _row: self.show_paper())
        if void is not None:
            delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.list.table)
            delete.setContext(Qt.ShortcutContext.WidgetShortcut)
            delete.activated.connect(self.void)

    # ---- entering --------------------------------------------------------------------------

    def open_entry(self) -> None:
        if self.entry is not None:
            self._back_to_list()
            self.reason.hide()
            self.entry.open()

    def main_act(self) -> None:
        """Ctrl+Enter: what is being entered is saved."""
        if self.entry is not None and self.entry.is_open:
            self.entry.form.submit()

    def keep(self) -> None:
        if self.entry is not None:
            self.entry.keep()

    # ---- the chosen row --------------------------------------------------------------------

    def _tell_about(self) -> None:
        row = self.list.current()
        words = self._about_row(row) if self._about_row is not None and row is not None else ""
        self.about.setText(words)
        self.about.setVisible(bool(words))

    def show_paper(self) -> None:
        row = self.list.current()
        if row is None or self._paper_of is None:
            return
        paper = self._paper_of(row)
        if paper is None:
            self._context.tell("这一条没有附扫描件。", "amber")
            return
        self.stack.setCurrentWidget(self.paper)
        self.paper.show_paper(*paper)
        self.paper.setFocus()

    def _back_to_list(self) -> None:
        if self.stack.currentWidget() is self.paper:
            self.stack.setCurrentIndex(0)
            self.list.setFocus()

    def void(self) -> None:
        row, how = self.list.current(), self._void_how
        if row is None or how is None:
            return

        def go(reason: str) -> None:
            self._context.ask("正在作废…", how.call(row, reason), self, self._voided)

        self.reason.ask(f"作废“{how.name(row)}”的原因：", go, "作废")

    def _voided(self, _nothing: object) -> None:
        self.reason.done()
        self._context.say("已作废，原因记入变更记录")
        self.changed.emit()
        self.list.setFocus()
