"""The documents that a record bears, in a row: the one in force as a link, and a button for what can be made."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.flow import FlowLayout
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import Button, button, clear, label
from caseworker.services.views import DocumentOffer, DocumentRow

# What a record is called by the service -> the screen that shows it
SCREENS = {
    "case": "case",
    "notice": "notice",
    "payment-batch": "batch",
    "act": "oversight",
    "recovery": "recovery",
    "document": "document",
}
_KEYS = {
    "case": "case_id",
    "notice": "notice_id",
    "payment-batch": "payment_batch_id",
    "act": "act_id",
    "recovery": "recovery_id",
    "document": "document_id",
}


class DocumentOffers(QWidget):
    """`about`: which record, as `documents.offers` calls it. `links`: show what is in force as a link; else the screen
    lists it itself. `beside`: kinds that the screen has a button of its own for."""

    made = Signal()

    def __init__(
        self, context: Context, about: str, *, links: bool = True, beside: frozenset[str] = frozenset()
    ) -> None:
        super().__init__()
        self._context = context
        self._about = about
        self._links = links
        self._beside = beside
        self._subject: int | None = None
        self._flow = FlowLayout(self)
        self.buttons: dict[str, Button] = {}
        self.hide()

    def ask(self, subject: int) -> None:
        """Reads what the record bears now, and shows it."""
        self._subject = subject
        desk, about = self._context.desk, self._about
        self._context.ask("正在读取文书…", lambda: desk.documents.offers(about, subject), self, self._show)

    def _show(self, offers: tuple[DocumentOffer, ...]) -> None:
        clear(self._flow)
        self.buttons.clear()
        shown = [one for one in offers if one.kind not in self._beside]
        if self._links and any(one.issued for one in shown):
            self._flow.addWidget(label("文书", "quiet"))
        for one in shown:
            if self._links and one.issued is not None:
                self._flow.addWidget(self._link(one.issued))
        for one in shown:
            # what is issued once is opened by its link, or from the list, and not made a second time
            if one.may and (one.issued is None or not one.once):
                made = button(f"制作{one.title}", partial(self.make, one.kind), picture="documents")
                self.buttons[one.kind] = made
                self._flow.addWidget(made)
        self.setVisible(self._flow.count() > 0)
        self.updateGeometry()

    def _link(self, row: DocumentRow) -> Button:
        words = f"{row.kind_name} {row.shown_number}".strip() + ("（已用印）" if row.sealed else "")
        return button(words, lambda: self._context.go("document", row.id), role="link")

    def make(self, kind: str) -> None:
        """Makes the document and opens it; one that is in force already is opened."""
        desk, subject = self._context.desk, self._subject
        if subject is None:
            return
        key: dict[str, Any] = {_KEYS[self._about]: subject}

        def done(row: DocumentRow) -> None:
            self._context.say(f"{row.kind_name} {row.shown_number}".strip())
            self.made.emit()
            self._context.go("document", row.id)

        self._context.ask("正在制作文书…", lambda: desk.documents.make(kind, **key), self, done, self._refused)

    def _refused(self, trouble: Trouble) -> bool:
        if trouble.kind not in ("refusal", "input"):
            return False
        self._context.tell(trouble.message, "amber")
        return True
