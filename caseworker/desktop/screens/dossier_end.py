"""终止档案 in place: how, from which day, on what paper; what is still open is told before it is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit, DateEdit, LineEdit
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import ReasonStrip, Strip, button, label
from caseworker.services.dossier_end import STILL_OPEN
from caseworker.services.views import PartyDetail

END, DESPITE = "终止档案", "仍然终止"


class DossierEnd(QWidget):
    """Two strips, one of them open at a time; nothing to see while neither is asked for. `done` reads anew."""

    def __init__(self, context: Context, party_id: int, done: Callable[[], None]) -> None:
        super().__init__()
        self._context = context
        self._party = party_id
        self._done = done
        self._kind = ""
        self._despite = False  # what is still open was told
        self.strip = Strip(self.end, self._give_up)
        self.way = ChoiceEdit(())
        self.way.setAccessibleName("终止的情形")
        self.day = DateEdit()
        self.day.setAccessibleName("终止日期")
        self.day.setFixedWidth(self.day.fontMetrics().horizontalAdvance("2023-06-01") + 56)
        self.reason = LineEdit()
        self.reason.setAccessibleName("依据")
        self.reason.setPlaceholderText("依据，例如市监局哪天核准注销")
        self.day.returnPressed.connect(self.way.setFocus)
        self.way.entered.connect(self.reason.setFocus)
        self.reason.returnPressed.connect(self.end)
        self.yes = button(END, self.end, role="primary")
        self.matters = label("", wrap=True, selectable=True)
        self.matters.hide()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label("自"))
        row.addWidget(self.day)
        row.addWidget(label("起终止，情形"))
        row.addWidget(self.way)
        row.addWidget(self.reason, 1)
        row.addWidget(self.yes)
        row.addWidget(button("取消", self.strip.give_up))
        inside = QVBoxLayout(self.strip)
        inside.setContentsMargins(12, 6, 12, 6)
        inside.setSpacing(6)
        inside.addWidget(self.matters)
        inside.addLayout(row)
        self.strip.hide()
        self.back = ReasonStrip()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.strip)
        whole.addWidget(self.back)

    def ask(self, detail: PartyDetail) -> None:
        """Opens the strip that fits: to end it, or to take the end back."""
        if detail.ended_on is not None:
            self.strip.hide()
            self.back.ask("恢复档案的原因：", self._resume, "恢复档案")
            return
        self.back.hide()
        if detail.form.kind != self._kind:
            self._kind = detail.form.kind
            self.way.clear()
            for way, words in self._context.desk.dossiers.ways_to_end(self._kind):
                self.way.addItem(words, way)
        if self.day.value() is None:
            self.day.set_value(self._context.office.today)
        self._tell(())
        self.strip.show()
        self.day.setFocus()
        desk, key = self._context.desk, self._party
        self._context.ask("正在核对…", lambda: desk.dossiers.open_matters(key), self, self._tell)

    def _tell(self, matters: tuple[str, ...]) -> None:
        self._despite = bool(matters)
        self.matters.setText("\n".join(("还有没有办完的事，终止后不会自动了结：", *matters)) if matters else "")
        self.matters.setVisible(bool(matters))
        self.yes.setText(DESPITE if matters else END)

    def _give_up(self) -> None:
        self._tell(())

    def end(self) -> None:
        self.reason.settle()
        day = self.day.value()
        if day is None:
            self._context.tell("终止日期请写成 2023-06-01 这样。", "amber")
            self.day.setFocus()
            return
        self._send(day, str(self.way.currentData()), self.reason.text().strip(), self._despite)

    def _send(self, day: date, way: str, reason: str, despite: bool) -> None:
        desk, key = self._context.desk, self._party

        def ended(_matters: tuple[str, ...]) -> None:
            self.reason.clear()
            self.strip.hide()
            self._context.say("档案已终止")
            self._done()

        def write() -> tuple[str, ...]:
            return desk.dossiers.end(key, day, way, reason, despite_open=despite)

        self._context.ask("正在终止档案…", write, self, ended, self._refused)

    def _refused(self, trouble: Trouble) -> bool:
        if trouble.kind == "refusal" and getattr(trouble.error, "code", "") == STILL_OPEN:
            self._tell(tuple(trouble.message.splitlines()[1:]))  # it came up since the strip was opened
            return True
        return False

    def _resume(self, reason: str) -> None:
        desk, key = self._context.desk, self._party

        def resumed(_nothing: None) -> None:
            self.back.done()
            self._context.say("档案已恢复")
            self._done()

        self._context.ask("正在恢复档案…", lambda: desk.dossiers.resume(key, reason), self, resumed)
