"""The reply to an inquiry as it is typed in: its day, its number, its words and its scans."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from caseworker.desktop.context import Context
from caseworker.desktop.fields import Field
from caseworker.desktop.forms import Form
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import button, label
from caseworker.desktop.screens.oversight_parts import PapersEdit
from caseworker.errors import Problem
from caseworker.services.consultation_views import LineReply, ReplyForm


class ReplyCard(QFrame):
    sent = Signal(object)  # ReplyForm, without its lines
    all_confirmed = Signal()

    def __init__(self, context: Context, consultation_id: int) -> None:
        super().__init__()
        self._context = context
        self._key = f"consultation-reply/{consultation_id}"
        self.setProperty("role", "card")
        self.form = Form(
            (
                Field("answered_on", "回函日期", "date", required=True, width=12),
                Field("number", "回函文号", width=16, hint="没有可以不填"),
                Field("words", "回函内容", width=24, hint="总的说明，可以不填"),
            ),
            columns=3,
        )
        self.form.submitted.connect(self.send)
        self.papers = PapersEdit()
        self.error = label("", "error", wrap=True)
        self.error.hide()
        self.left = label("", "quiet")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.papers, 1)
        row.addWidget(self.left)
        row.addWidget(button("其余全部属实", self.all_confirmed.emit))
        row.addWidget(button("登记回函  Ctrl+Enter", self.send, role="primary"))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        column.addWidget(self.form)
        column.addLayout(row)
        column.addWidget(self.error)
        self.setFocusProxy(self.form.fields["answered_on"].editor)

    def count(self, left: int, total: int) -> None:
        self.left.setText(f"还有 {left} 项没有结果" if left else f"{total} 项都有结果")

    def keep(self, said: Mapping[int, LineReply]) -> None:
        """What was typed and marked waits for its page to be opened again."""
        self.form.settle()
        kept = {"typed": self.form.typed(), "said": dict(said)} if self.form.dirty or said else None
        self._context.keep_draft(self._key, kept)

    def restore(self) -> dict[int, LineReply]:
        draft = self._context.draft(self._key)
        if draft is None:
            return {}
        self.form.restore(draft["typed"])
        return dict(draft["said"])

    def done(self) -> None:
        self.form.set_values(dict.fromkeys(self.form.fields))
        self.papers.clear()
        self.error.hide()
        self._context.keep_draft(self._key, None)

    def refused(self, trouble: Trouble) -> list[Problem]:
        """Shows what is wrong with its own fields; the problems that are not theirs."""
        self.form.show_problems(tuple(one for one in trouble.problems if one.path in self.form.fields))
        missing = "\n".join(one.message for one in trouble.problems if one.path == "papers")
        self.error.setText(missing)
        self.error.setVisible(bool(missing))
        own = {*self.form.fields, "papers"}
        return [one for one in trouble.problems if one.path not in own]

    def send(self) -> None:
        """The services say all that is wrong at once, of the lines and the scans too."""
        self.form.settle()
        values = self.form.values()
        self.sent.emit(ReplyForm(values["answered_on"], values["number"], values["words"]))
