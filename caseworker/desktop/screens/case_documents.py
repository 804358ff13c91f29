"""Documents of a case: those made, and buttons for those that can be made from a case."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.flow import FlowLayout
from caseworker.desktop.listview import ListView
from caseworker.desktop.parts import Chip, button, clear, label
from caseworker.desktop.screens.documents import COLUMNS
from caseworker.desktop.tables import PagedTableModel, listed
from caseworker.services.views import CaseDetail, DocumentRow, Role

# Made from a case; a public notice and a payment list are made where their batches are.
CASE_KINDS = ("application-form", "supplement", "calculation", "decision")
INSTALMENT_TONES = {"paid": "green", "due": "amber", "ordered": "accent"}


class CaseDocuments(QWidget):
    made = Signal()

    def __init__(self, context: Context, case_id: int) -> None:
        super().__init__()
        self._context = context
        self._case_id = case_id
        self._kinds: tuple[tuple[str, str], ...] = ()
        model = PagedTableModel(COLUMNS, listed((), COLUMNS), context.ask, self)
        self.list = ListView(model, "case-documents", empty="本件还没有制作文书。", filter_hint=None)
        self.list.opened.connect(lambda row: context.go("document", row.id))
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._money = FlowLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._buttons)
        column.addWidget(self.list, 1)
        column.addLayout(self._money)
        self.setFocusProxy(self.list)

    def refresh(self) -> None:
        if not self._kinds:
            desk = self._context.desk
            self._context.ask("正在读取…", desk.documents.kinds, self, self._show_kinds)

    def _show_kinds(self, kinds: tuple[tuple[str, str], ...]) -> None:
        self._kinds = kinds
        clear(self._buttons)
        if self._context.may(Role.CASEWORKER, Role.HEAD, Role.SEAL_KEEPER):
            for kind, name in kinds:
                if kind in CASE_KINDS:
                    made = button(f"制作{name}", partial(self.make, kind), picture="documents")
                    self._buttons.addWidget(made)
        self._buttons.addStretch(1)

    def show_detail(self, detail: CaseDetail) -> None:
        self.list.model.set_provider(listed(detail.documents, COLUMNS))
        clear(self._money)
        if detail.instalments:
            self._money.addWidget(label("拨付", "strong"))
        for part in detail.instalments:
            due = f"　{part.due_on.isoformat()}" if part.due_on else ""
            words = f"第 {part.number} 期 {part.amount.shown()} 元　{part.state_name}{due}"
            self._money.addWidget(Chip(words, INSTALMENT_TONES.get(part.state, "quiet")))
        if detail.notice is not None:
            notice = detail.notice
            go = button(
                f"公示 {notice.shown_number}（{notice.first_day.isoformat()} 至 {notice.last_day.isoformat()}）",
                lambda: self._context.go("notice", notice.id),
                role="link",
            )
            self._money.addWidget(go)

    def make(self, kind: str) -> None:
        desk, key = self._context.desk, self._case_id

        def done(row: DocumentRow) -> None:
            self._context.say(f"已制作 {row.kind_name} {row.shown_number}")
            self.made.emit()
            self._context.go("document", row.id)

        self._context.ask("正在制作文书…", lambda: desk.documents.make(kind, case_id=key), self, done)
