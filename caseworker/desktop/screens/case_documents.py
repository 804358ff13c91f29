"""Documents of a case: those made, and buttons for those that it bears as it stands."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.document_row import DocumentOffers
from caseworker.desktop.flow import FlowLayout
from caseworker.desktop.listview import ListView
from caseworker.desktop.parts import Chip, button, clear, label
from caseworker.desktop.screens.documents import COLUMNS
from caseworker.desktop.tables import PagedTableModel, listed
from caseworker.services.views import CaseDetail

INSTALMENT_TONES = {"paid": "green", "due": "amber", "ordered": "accent"}


class CaseDocuments(QWidget):
    made = Signal()

    def __init__(self, context: Context, case_id: int) -> None:
        super().__init__()
        self._context = context
        self._case_id = case_id
        model = PagedTableModel(COLUMNS, listed((), COLUMNS), context.ask, self)
        self.list = ListView(model, "case-documents", empty="本件还没有制作文书。", filter_hint=None)
        self.list.opened.connect(lambda row: context.go("document", row.id))
        self.offers = DocumentOffers(context, "case", links=False)
        self.offers.made.connect(self.made)
        self._money = FlowLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.offers)
        column.addWidget(self.list, 1)
        column.addLayout(self._money)
        self.setFocusProxy(self.list)

    def refresh(self) -> None:
        self.offers.ask(self._case_id)

    def show_detail(self, detail: CaseDetail) -> None:
        self.list.model.set_provider(listed(detail.documents, COLUMNS))
        if self.isVisible():
            self.offers.ask(self._case_id)
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
                f"公示 {notice.shown_number}（{notice.first_day.isoformat()} 至 {notice.last_day.isoformat()}）"
                + ("　已作废" if notice.state == "voided" else ""),
                lambda: self._context.go("notice", notice.id),
                role="link",
            )
            self._money.addWidget(go)

    def make(self, kind: str) -> None:
        self.offers.make(kind)
