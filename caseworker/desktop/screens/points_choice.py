"""The head's choice at an interpretation point: a form for the head, a sentence for everybody else."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit, Field
from caseworker.desktop.forms import Form
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import button, clear, label
from caseworker.services.points import PointRow
from caseworker.services.views import Role

READ_ONLY = "只有负责人可以登记口径的选择，因为它决定以后受理的申请按哪种读法办理。您可以查看各项内容。"
EMPTY = {"option": None, "decision_number": "", "decided_on": None, "valid_from": None, "reason": ""}


class ChoicePanel(QWidget):
    """Closed it is one button (or the sentence why not); open it is the form. Unsaved typing waits as a draft."""

    chosen = Signal()
    unfolded = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._row: PointRow | None = None
        self._may = context.may(Role.HEAD)
        self.form: Form | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 8, 0, 0)
        self.why = label(READ_ONLY, "quiet", wrap=True)
        self._column.addWidget(self.why)
        self.why.setVisible(not self._may)
        line = QHBoxLayout()
        self.open_button = button("登记选择", self.open, role="primary", picture="add")
        self.open_button.setShortcut("Ctrl+N")
        self.open_button.setToolTip("Ctrl+N")
        line.addWidget(self.open_button)
        line.addStretch(1)
        self._column.addLayout(line)
        self.open_button.setVisible(self._may)
        self.frame = QFrame()
        self.frame.setProperty("role", "card")
        self._inner = QVBoxLayout(self.frame)
        self._inner.setContentsMargins(16, 12, 16, 12)
        self.frame.hide()
        self._column.addWidget(self.frame)

    def show_point(self, row: PointRow) -> None:
        """Another point: its draft comes back if there is one; the same point leaves the typing alone."""
        if self._row is not None and (self._row.policy, self._row.id) == (row.policy, row.id):
            self._row = row
            return
        self.keep()
        self._row = row
        self._close()
        if self._may and self._context.draft(self._draft_key(row)) is not None:
            self.open()

    def open(self) -> None:
        row = self._row
        if row is None or not self._may:
            return
        if self.form is None:
            self._build(row)
        assert self.form is not None
        self.frame.show()
        self.open_button.hide()
        editor = self.form.fields["option"].editor
        editor.setFocus()
        self.unfolded.emit()

    def _build(self, row: PointRow) -> None:
        options = ((None, "（请选择）"), *((one.id, _named(one.label, one.is_default)) for one in row.options))
        self.form = Form(
            (
                Field("option", "采用的读法", "choice", required=True, options=options, width=30),
                Field("decision_number", "决定文号", required=True, width=24, hint="文号或会议纪要编号"),
                Field("decided_on", "决定日期", "date", required=True, width=12),
                Field("valid_from", "适用于何日起受理的", "date", required=True, width=12),
                Field("reason", "理由", "long", hint="为什么这样读，与哪些部门商定"),
            ),
            columns=2,
        )
        option = self.form.fields["option"].editor
        assert isinstance(option, ChoiceEdit)
        option.setSizeAdjustPolicy(ChoiceEdit.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        draft = self._context.draft(self._draft_key(row))
        if draft is not None:
            self.form.restore(draft)
        else:
            today = self._context.office.today
            self.form.set_values({**EMPTY, "decided_on": today, "valid_from": today})
        self.form.submitted.connect(self._save)
        self._inner.addWidget(label("登记选择", "section"))
        self._inner.addWidget(self.form)
        line = QHBoxLayout()
        line.addWidget(button("保存  Ctrl+Enter", self.form.submit, role="primary"))
        line.addWidget(button("取消", self._give_up))
        line.addStretch(1)
        self._inner.addLayout(line)

    def _close(self) -> None:
        self.form = None
        clear(self._inner)
        self.frame.hide()
        self.open_button.setVisible(self._may)

    def _give_up(self) -> None:
        if self._row is not None:
            self._context.keep_draft(self._draft_key(self._row), None)
        self._close()
        self.open_button.setFocus()

    def keep(self) -> None:
        if self._row is not None and self.form is not None:
            typed = self.form.typed() if self.form.dirty else None
            self._context.keep_draft(self._draft_key(self._row), typed)

    @staticmethod
    def _draft_key(row: PointRow) -> str:
        return f"point-{row.policy}-{row.id}"

    def _save(self) -> None:
        row, form, desk = self._row, self.form, self._context.desk
        if row is None or form is None:
            return
        values = form.values()

        def saved(_number: int) -> None:
            self._context.keep_draft(self._draft_key(row), None)
            self._context.say(f"口径选择已登记，自 {values['valid_from']} 起适用")
            if self._row is row or (self._row is not None and self._row.id == row.id):
                self._close()
            self.chosen.emit()

        def refused(trouble: Trouble) -> bool:
            if trouble.kind != "input":
                return False
            form.show_problems(trouble.problems)
            return True

        self._context.ask(
            "正在登记口径选择…",
            lambda: desk.points.choose(
                row.policy,
                row.id,
                values["option"],
                decision_number=values["decision_number"],
                decided_on=values["decided_on"],
                valid_from=values["valid_from"],
                reason=values["reason"],
            ),
            self,
            saved,
            refused,
        )


def _named(words: str, default: bool) -> str:
    return f"{words}（默认）" if default else words
