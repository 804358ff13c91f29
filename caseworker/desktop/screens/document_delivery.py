"""登记送达 on the page of a letter: the day, how, who signed, the signed receipt."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from caseworker.desktop.context import Context
from caseworker.desktop.fields import Field
from caseworker.desktop.forms import Form
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import Strip, button, label
from caseworker.desktop.screens.oversight_parts import PapersEdit
from caseworker.services.deliveries import WAYS, DeliveryForm, DeliveryView


class DeliveryStrip(Strip):
    """`done` is called when a delivery was recorded or corrected."""

    def __init__(self, context: Context, done: Callable[[DeliveryView], None]) -> None:
        super().__init__(self.send)
        self._context = context
        self._recorded = done
        self._document_id = 0
        self._known: DeliveryView | None = None
        self.form = Form(
            (
                Field("delivered_on", "送达日期", "date", required=True, width=12),
                Field("way", "送达方式", "choice", options=tuple(WAYS.items()), required=True, width=10),
                Field("receiver", "签收人", required=True, width=12, hint="留置送达的填写见证人"),
                Field("words", "备注", width=16, hint="与受送达人的关系、邮件号等"),
                Field("reason", "更正原因", width=16, hint="已登记过的，更正时必填"),
            ),
            columns=3,
        )
        self.form.submitted.connect(self.send)
        self.papers = PapersEdit()
        self.error = label("", "error", wrap=True)
        self.error.hide()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.papers, 1)
        row.addWidget(button("登记送达  Ctrl+Enter", self.send, role="primary"))
        row.addWidget(button("取消", self.give_up))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        column.addWidget(self.form)
        column.addLayout(row)
        column.addWidget(self.error)
        self.hide()

    def ask(self, document_id: int, known: DeliveryView | None) -> None:
        self._document_id, self._known = document_id, known
        values = (
            {}
            if known is None
            else {name: getattr(known, name) for name in ("delivered_on", "way", "receiver", "words")}
        )
        self.form.set_values(dict.fromkeys(self.form.fields) | {"way": "direct"} | values)
        self.papers.clear()
        self.error.hide()
        self.show()
        self.form.fields["delivered_on"].editor.setFocus()

    def send(self) -> None:
        self.form.settle()
        values = self.form.values()
        form = DeliveryForm(
            values["delivered_on"], values["way"] or "", values["receiver"] or "", values["words"] or ""
        )
        reason = (values["reason"] or "") if self._known is not None else ""
        paths, desk, key = list(self.papers.paths), self._context.desk, self._document_id
        if len(paths) > 1:
            self._say("送达回证只附一个文件。多页的请合成一个 PDF。")
            return

        def done(view: DeliveryView) -> None:
            self.hide()
            self._recorded(view)

        self._context.ask(
            "正在登记送达…",
            lambda: desk.deliveries.enter(key, form, paths[0] if paths else None, reason=reason),
            self,
            done,
            self._refused,
        )

    def _refused(self, trouble: Trouble) -> bool:
        if trouble.kind not in ("input", "refusal"):
            return False
        own = tuple(one for one in trouble.problems if one.path in self.form.fields)
        self.form.show_problems(own)
        rest = [one.message for one in trouble.problems if one not in own]
        self._say("\n".join(rest) if trouble.problems else trouble.message)
        return True

    def _say(self, words: str) -> None:
        self.error.setText(words)
        self.error.setVisible(bool(words))
