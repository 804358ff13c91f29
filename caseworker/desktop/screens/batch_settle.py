"""One row of a return file that does not agree: which payment it is, what became of it, on what ground."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from caseworker.desktop.fields import ChoiceEdit, DateEdit, LineEdit
from caseworker.desktop.parts import Asking, button, label
from caseworker.services.return_views import PaymentLineRow, ReturnRow

ACTS = (("paid", "按已拨付登记"), ("returned", "按退回登记"), ("ignored", "不予采用"))


class SettleStrip(Asking):
    """`settled`: row id, paid / returned / ignored, reason, payment or None, day as typed."""

    settled = Signal(int, str, str, object, str)

    def __init__(self) -> None:
        super().__init__()
        self._row: ReturnRow | None = None
        self.words = label("", wrap=True)
        self.act = ChoiceEdit(ACTS)
        self.act.setAccessibleName("处理方式")
        self.act.currentIndexChanged.connect(lambda _i: self._show_needs())
        self.line = ChoiceEdit(())
        self.line.setAccessibleName("本批的哪一笔")
        self.day = DateEdit()
        self.day.setAccessibleName("实际拨付日期")
        self.day.setMaximumWidth(self.fontMetrics().horizontalAdvance("汉") * 11)
        self.reason = LineEdit()
        self.reason.setAccessibleName("处理的依据")
        self.reason.setPlaceholderText("处理的依据，如银行回单、企业来函")
        self.reason.returnPressed.connect(self._give)
        for field in (self.act.entered, self.line.entered, self.day.returnPressed):
            field.connect(lambda: self.focusNextPrevChild(True))
        which = QHBoxLayout()
        which.setSpacing(8)
        for widget in (self.act, self.line, self.day):
            which.addWidget(widget)
        which.addStretch(1)
        why = QHBoxLayout()
        why.setSpacing(8)
        why.addWidget(self.reason, 1)
        why.addWidget(button("登记", self._give, role="primary"))
        why.addWidget(button("取消", self.give_up))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 6)
        column.addWidget(self.words)
        column.addLayout(which)
        column.addLayout(why)
        self.hide()

    def ask(self, row: ReturnRow, lines: tuple[PaymentLineRow, ...]) -> None:
        self._row = row
        self.words.setText(
            f"第 {row.row} 行：{row.payee} {row.account_number} {row.amount.shown()} 元，银行结果为{row.outcome_name}。"
            f"{row.words}。"
        )
        self.line.clear()
        self.line.addItem("请选择是哪一笔", None)
        for line in lines:
            self.line.addItem(f"{line.case_number} {line.payee} {line.amount.shown()} 元（{line.state_name}）", line.id)
        self.line.choose(row.line_id)
        self.act.choose("ignored" if row.match == "unknown" else row.outcome)
        self.day.set_value(row.happened_on)
        self._show_needs()
        self.show()
        self.act.setFocus()

    def done(self) -> None:
        self.reason.clear()
        self.hide()

    def _show_needs(self) -> None:
        act = self.act.currentData()
        self.line.setVisible(act != "ignored")
        self.day.setVisible(act == "paid")

    def _give(self) -> None:
        self.reason.settle()
        if self._row is None:
            return
        act = self.act.currentData()
        line = None if act == "ignored" else self.line.currentData()
        self.settled.emit(self._row.id, act, self.reason.text().strip(), line, self.day.text().strip())

    def submit(self) -> None:
        self._give()
