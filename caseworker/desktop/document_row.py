"""The documents that a record bears, in a row: the one in force as a link, and a button for what can be made."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.flow import FlowLayout
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import Button, button, clear, label
from caseworker.services.document_kinds import KINDS
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
        letters = [one for one in shown if one.may and one.issued is None and KINDS[one.kind].sealed]
        if letters:
            self.draft_button = button("草稿…", lambda: self._ask_draft(letters), role="link")
            self.draft_button.setToolTip("先存一份可编辑的草稿（.docx），不编号、不登记")
            self._flow.addWidget(self.draft_button)
        self.setVisible(self._flow.count() > 0)
        self.updateGeometry()

    def _link(self, row: DocumentRow) -> Button:
        words = f"{row.kind_name} {row.shown_number}".strip() + ("（已用印）" if row.sealed else "")
        return button(words, lambda: self._context.go("document", row.id), role="link")

    def _ask_draft(self, letters: list[DocumentOffer]) -> None:
        menu = QMenu(self)
        for one in letters:
            menu.addAction(f"{one.title}的草稿…").triggered.connect(lambda _c=False, one=one: self._choose_draft(one))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.draft_button.mapToGlobal(self.draft_button.rect().bottomLeft()))

    def _choose_draft(self, one: DocumentOffer) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, f"保存{one.title}的草稿", f"{one.title}（草稿）.docx", "Word 文档 (*.docx)"
        )
        if name:
            self.save_draft(one.kind, Path(name if name.lower().endswith(".docx") else f"{name}.docx"))

    def save_draft(self, kind: str, path: Path) -> None:
        """What the letter would say now, to be passed round: no number, in no register."""
        desk, subject = self._context.desk, self._subject
        if subject is None:
            return
        key: dict[str, Any] = {_KEYS[self._about]: subject}
        self._context.ask(
            "正在制作草稿…",
            lambda: desk.documents.draft(kind, path, **key),
            self,
            lambda saved: self._context.tell(f"草稿已保存到 {saved}。正式文书仍须制作、登记、用印。", "green"),
            self._refused,
        )

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
