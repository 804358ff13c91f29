"""One document: looked at, printed, saved, sealed, voided."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLineEdit, QMenu, QStackedWidget, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.document_row import SCREENS, DocumentOffers
from caseworker.desktop.fields import ChoiceEdit, LineEdit
from caseworker.desktop.flow import FlowLayout
from caseworker.desktop.icons import icon
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import Chip, ReasonStrip, Strip, button, label
from caseworker.desktop.preview import PdfPreview
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.document_copies import PreprintedStrip, save_draft
from caseworker.desktop.screens.document_delivery import DeliveryStrip
from caseworker.desktop.screens.documents import state_of
from caseworker.services.deliveries import DeliveryView
from caseworker.services.document_kinds import KINDS, STAFF
from caseworker.services.views import DocumentRow, Role

PDF = "application/pdf"
RECORDS = {
    "case": "办件",
    "notice": "所属公示",
    "payment-batch": "所属拨付批次",
    "act": "所属监管事项",
    "recovery": "所属追回",
    "document": "所送达的文书",
}


class DocumentScreen(Screen):
    title = "文书"
    manual = "documents"

    def __init__(self, context: Context, document_id: int) -> None:
        super().__init__(context)
        self.document_id = document_id
        self.row: DocumentRow | None = None
        self._name = ""
        self._shown: bytes | None = None
        self.state = Chip()
        self.print_button = button("打印…  Ctrl+P", self.print_out, role="primary", picture="print")
        self.print_button.setShortcut("Ctrl+P")
        self.preview_button = button("打印预览", lambda: self.preview.print_preview())
        self.save_button = button("另存为…", self._save, picture="save")
        self.more_button = button("更多…", self._ask_more)
        self.seal_button = button("用印…", self._ask_seal, picture="seal")
        self.wet_button = button("登记手工用印…", self._ask_wet_seal, picture="seal")
        self.deliver_button = button("登记送达…", self._ask_delivery)
        self.deliver_button.hide()
        self.void_button = button("作废…", self._ask_void)
        self.anew_button = button("作废并重新制作…", self._ask_anew)
        self.record_link = button("", self._go_record, role="link")
        self.before_link = button("原文书（已作废）", self._go_before, role="link")
        self.why_void = label("", "error", wrap=True)
        self.letters = DocumentOffers(context, "document")
        self._head = self.heading("", self.state, self.seal_button, self.print_button)
        # the number stays readable on a small screen: what is wanted less stands below it, in as many lines as it takes
        acts = FlowLayout()
        for other_button in (
            self.preview_button,
            self.save_button,
            self.more_button,
            self.deliver_button,
            self.wet_button,
            self.anew_button,
            self.void_button,
        ):
            acts.addWidget(other_button)
        self.body.addLayout(acts)
        self.preview = PdfPreview()
        belongs = QHBoxLayout()
        belongs.setSpacing(8)
        for widget in (self.record_link, self.before_link):
            widget.hide()
            belongs.addWidget(widget)
        belongs.addWidget(self.letters, 1)
        self.body.addLayout(belongs)
        self.why_void.hide()
        self.body.addWidget(self.why_void)
        self.body.addWidget(self._build_seal())
        self.preprinted = PreprintedStrip(context)
        self.body.addWidget(self.preprinted)
        self.delivered = label("", wrap=True)
        self.delivered.hide()
        self.body.addWidget(self.delivered)
        self.delivery: DeliveryView | None = None
        self.delivery_strip = DeliveryStrip(context, self._delivered)
        self.body.addWidget(self.delivery_strip)
        self.reason = ReasonStrip()
        self.body.addWidget(self.reason)
        zoom = QHBoxLayout()
        for words, act in (
            ("实际大小", lambda: self.preview.zoom(0)),
            ("适合宽度", lambda: self.preview.fit(False)),
            ("整页", lambda: self.preview.fit(True)),
            ("放大", lambda: self.preview.zoom(1.25)),
            ("缩小", lambda: self.preview.zoom(0.8)),
        ):
            zoom.addWidget(button(words, act, role="link"))
        zoom.addStretch(1)
        pdf_page = QWidget()
        column = QVBoxLayout(pdf_page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(zoom)
        column.addWidget(self.preview, 1)
        other = QWidget()
        blank = QVBoxLayout(other)
        self._other = label("", "quiet", wrap=True)
        blank.addWidget(self._other)
        blank.addStretch(1)
        self.stack = QStackedWidget()
        self.stack.addWidget(other)
        self.stack.addWidget(pdf_page)
        self.body.addWidget(self.stack, 1)
        self.setFocusProxy(self.preview)
        self._show_buttons()

    def _build_seal(self) -> QFrame:
        """用印: which seal, how many copies, the password again."""
        self.seal_strip = Strip(self._seal, self._forget)
        self.seal_choice = ChoiceEdit(())
        self.seal_choice.setAccessibleName("印章")
        self.seal_name = LineEdit("公章")
        self.seal_name.setAccessibleName("所用印章的名称")
        self.seal_name.hide()
        self._seals: tuple[Any, ...] = ()
        self._by_hand = False
        self.copies = LineEdit("1")
        self.copies.setAccessibleName("份数")
        self.copies.setMaximumWidth(self.fontMetrics().horizontalAdvance("汉") * 5)
        self.password = LineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName("本人密码")
        self.password.setPlaceholderText("再次输入本人密码")
        self.password.returnPressed.connect(self._seal)
        row = QHBoxLayout(self.seal_strip)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        self.passphrase = LineEdit()
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.passphrase.setAccessibleName("签名证书的密码")
        self.passphrase.setPlaceholderText("签名证书的密码")
        self.passphrase.returnPressed.connect(self._seal)
        for words, widget in (("印章", self.seal_choice), ("份数", self.copies), ("密码", self.password)):
            row.addWidget(label(words))
            row.addWidget(widget)
        self.passphrase_name = label("证书密码")
        row.addWidget(self.passphrase_name)
        row.addWidget(self.passphrase)
        self.seal_choice.currentIndexChanged.connect(lambda _i: self._show_passphrase())
        row.insertWidget(2, self.seal_name)
        row.addStretch(1)
        self.seal_now = button("用印", self._seal, role="primary")
        row.addWidget(self.seal_now)
        row.addWidget(button("取消", self.seal_strip.give_up))
        self.seal_strip.hide()
        return self.seal_strip

    # ---- reading -------------------------------------------------------------------------

    def refresh(self) -> None:
        desk, key = self.context.desk, self.document_id

        def read() -> tuple[DocumentRow, tuple[str, str, bytes], tuple[Any, ...], DeliveryView | None]:
            documents = desk.documents
            return documents.get(key), documents.data(key), documents.seals(), desk.deliveries.get(key)

        self.context.ask("正在读取文书…", read, self, lambda found: self._show(*found))

    def _show(
        self,
        row: DocumentRow,
        data: tuple[str, str, bytes],
        seals: tuple[Any, ...],
        delivery: DeliveryView | None,
    ) -> None:
        self.row, self.delivery = row, delivery
        self.delivered.setText("" if delivery is None else f"送达：{delivery.sentence}")
        self.delivered.setVisible(delivery is not None)
        self._name, media_type, content = data
        self._head.setText(f"{row.kind_name}　{row.shown_number}".strip())
        self.state.set(*state_of(row))
        self._show_record(row)
        self._seals = seals
        if media_type == PDF:
            if content != self._shown:
                self._shown = content
                readable = self.preview.load(content)
                self.stack.setCurrentIndex(1 if readable else 0)
                self._other.setText("" if readable else "这份文件不能预览，请另存后查看。")
        else:
            self.stack.setCurrentIndex(0)
            self._other.setText(f"“{self._name}”是工作簿，不在这里预览。请另存后用 WPS 或 Excel 打开。")
        self._show_buttons()

    def _show_buttons(self) -> None:
        row = self.row
        pdf = self.stack.currentIndex() == 1
        self.print_button.setVisible(pdf)
        self.preview_button.setVisible(pdf)
        self.save_button.setEnabled(row is not None)
        known = None if row is None else KINDS.get(row.kind)
        self.more_button.setVisible(pdf and known is not None and known.sealed)
        issued = row is not None and row.state == "issued"
        unsealed = issued and row is not None and not row.sealed and pdf and self.context.may(Role.SEAL_KEEPER)
        self.seal_button.setVisible(unsealed)
        # an office without a picture of its seal stamps the printed letter
        self.wet_button.setVisible(unsealed and not self._seals)
        by_picture, by_hand = unsealed and bool(self._seals), unsealed and not self._seals
        self.seal_button.setText("用印…  Ctrl+Enter" if by_picture else "用印…")
        self.wet_button.setText("登记手工用印…  Ctrl+Enter" if by_hand else "登记手工用印…")
        for made, main, picture in (
            (self.seal_button, by_picture, "seal"),
            (self.wet_button, by_hand, "seal"),
            (self.print_button, not unsealed, "print"),
        ):
            made.setProperty("role", "primary" if main else None)
            made.setIcon(icon(picture, "on_accent" if main else "text_quiet"))
            made.style().unpolish(made)
            made.style().polish(made)
        kind = None if row is None else KINDS.get(row.kind)
        may = issued and kind is not None and self.context.may(*kind.voiders)
        letter = issued and kind is not None and kind.numbered and row is not None and row.sealed
        self.deliver_button.setText("登记送达…" if self.delivery is None else "更正送达…")
        self.deliver_button.setVisible(letter and pdf and self.context.may(*STAFF))
        self.void_button.setVisible(may)
        self.anew_button.setVisible(may and kind is not None and kind.once and kind.about in SCREENS)

    def _show_record(self, row: DocumentRow) -> None:
        """Where it comes from and what was made for it; of a voided one, why."""
        about = "" if row.made_of is None else row.made_of[0]
        words = f"{RECORDS[about]} {row.case_number if about == 'case' else ''}".strip() if about else ""
        self.record_link.setText(words)
        self.record_link.setVisible(bool(words))
        self.before_link.setVisible(row.replaces_id is not None)
        self.why_void.setText(f"作废原因：{row.voided_reason}")
        self.why_void.setVisible(row.state == "voided" and bool(row.voided_reason))
        self.letters.ask(row.id)

    def _go_record(self) -> None:
        if self.row is not None and self.row.made_of is not None:
            about, key = self.row.made_of
            self.context.go(SCREENS[about], key)

    def _go_before(self) -> None:
        if self.row is not None and self.row.replaces_id is not None:
            self.context.go("document", self.row.replaces_id)

    # ---- paper and files -----------------------------------------------------------------

    def main_act(self) -> None:
        if self.seal_strip.isVisible():
            self._seal()
        elif not self.wet_button.isHidden():
            self._ask_wet_seal()
        elif not self.seal_button.isHidden():
            self._ask_seal()

    def print_out(self) -> None:
        if self.preview.print_with_dialog():
            self.context.say(f"{self._name} 已送往打印机")

    def _save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "另存为", self._name)
        if name:
            self.save_to(Path(name))

    def save_to(self, path: Path) -> None:
        desk, key = self.context.desk, self.document_id
        self.context.ask(
            "正在保存…",
            lambda: desk.documents.export(key, path),
            self,
            lambda saved: self.context.say(f"已保存到 {saved}"),
        )

    def _ask_more(self) -> None:
        """What is wanted now and then of a letter, in a menu below the button."""
        row = self.row
        if row is None:
            return
        menu = QMenu(self)
        menu.addAction("另存为可编辑的草稿（.docx）…").triggered.connect(
            lambda: save_draft(self.context, self, row.id, self._name)
        )
        if row.shown_number and row.state == "issued":
            menu.addAction("套打：用印好红头的纸…").triggered.connect(lambda: self.preprinted.ask(row.id))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.more_button.mapToGlobal(self.more_button.rect().bottomLeft()))

    # ---- seal and void -------------------------------------------------------------------

    def _ask_seal(self) -> None:
        self.seal_choice.clear()
        for seal in self._seals:
            self.seal_choice.addItem(seal.name, seal.id)
        if not self._seals:
            self.context.tell(
                "还没有登记印章。请在“设置”中载入本单位印章；已在纸上盖章的，用“登记手工用印…”。", "amber"
            )
            return
        self._open_strip(by_hand=False)

    def _ask_wet_seal(self) -> None:
        self._open_strip(by_hand=True)

    def _open_strip(self, *, by_hand: bool) -> None:
        self._by_hand = by_hand
        self.seal_choice.setVisible(not by_hand)
        self.seal_name.setVisible(by_hand)
        self.seal_now.setText("登记手工用印" if by_hand else "用印")
        self._show_passphrase()
        self.seal_strip.show()
        self.password.setFocus()

    def _forget(self) -> None:
        self.password.clear()
        self.passphrase.clear()

    def _show_passphrase(self) -> None:
        """Only where the chosen seal signs as well."""
        chosen = self.seal_choice.currentData()
        signs = any(seal.id == chosen and seal.certificate for seal in self._seals)
        for part in (self.passphrase_name, self.passphrase):
            part.setVisible(signs and not self._by_hand)

    def _seal(self) -> None:
        desk, key, seal_id = self.context.desk, self.document_id, self.seal_choice.currentData()
        by_hand, name = self._by_hand, self.seal_name.text()
        password, copies = self.password.text(), self.copies.text().strip()
        if not password or not copies.isdecimal():
            self.context.tell("请填写份数和本人密码。", "amber")
            return
        passphrase = self.passphrase.text() or None
        self._forget()

        def sealed(row: DocumentRow) -> None:
            self.seal_strip.hide()
            self.context.say(f"{row.kind_name} {row.shown_number} {'已登记手工用印' if by_hand else '已用印'}")
            self.refresh()

        self.context.ask(
            "正在用印…",
            lambda: (
                desk.documents.record_wet_seal(key, name, password, int(copies))
                if by_hand
                else desk.documents.seal(key, seal_id, password, int(copies), passphrase)
            ),
            self,
            sealed,
            self._not_sealed,
        )

    def _not_sealed(self, _trouble: Trouble) -> bool:
        self.password.setFocus()
        return False

    def _ask_delivery(self) -> None:
        if self.row is not None:
            self.delivery_strip.ask(self.row.id, self.delivery)

    def _delivered(self, view: DeliveryView) -> None:
        self.context.say(f"已登记送达：{view.delivered_on} {view.way_name}")
        self.refresh()

    def _ask_void(self) -> None:
        desk, key = self.context.desk, self.document_id

        def void(reason: str) -> None:
            self.context.ask("正在作废…", lambda: desk.documents.void(key, reason), self, voided)

        def voided(_nothing: None) -> None:
            self.reason.done()
            self.context.say("已作废，文号保留在登记簿中")
            self.refresh()

        self.reason.ask("作废这份文书的原因：", void, "作废")

    def _ask_anew(self) -> None:
        desk, key = self.context.desk, self.document_id

        def anew(reason: str) -> None:
            self.context.ask("正在重新制作…", lambda: desk.documents.reissue(key, reason), self, made)

        def made(row: DocumentRow) -> None:
            self.reason.done()
            self.context.say(f"原文书已作废，重新制作为 {row.shown_number}")
            self.context.go("document", row.id)

        self.reason.ask("作废并按现在的记录重新制作的原因：", anew, "作废并重制")
