"""Cases of one party, and taking in a new one: choose the clause, Enter. One that came before today says why."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit, DateEdit, LineEdit, mark_wrong
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import Strip, button, label
from caseworker.desktop.screens.cases import COLUMNS
from caseworker.desktop.tables import PagedTableModel
from caseworker.services.views import CaseRow, Page, Role


class DossierCases(QWidget):
    def __init__(self, context: Context, party_id: int) -> None:
        super().__init__()
        self._context = context
        self._party_id = party_id

        def fetch(offset: int, limit: int, sort: str | None, descending: bool, search: str) -> Page[CaseRow]:
            return context.desk.cases.page(
                search, party_id=party_id, offset=offset, limit=limit, sort=sort or "number", descending=descending
            )

        model = PagedTableModel(COLUMNS, fetch, context.ask, self, sort="number", descending=True)
        new: Act | None = None
        if context.may(Role.CASEWORKER):
            new = Act("受理新办件", self.choose_clause, "add", needs_row=False)
        self.list = ListView(
            model,
            "party-cases",
            empty="这家单位还没有办件。收到申请材料后在这里受理。",
            empty_act=new,
            acts=(new,) if new else (),
            filter_hint=None,
        )
        self.list.opened.connect(lambda row: context.go("case", row.id))
        self.strip = Strip(self.take_in)
        self.clause = ChoiceEdit(())
        self.clause.setSizeAdjustPolicy(ChoiceEdit.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.clause.setMinimumContentsLength(20)
        self.clause.setAccessibleName("申请条款")
        self.clause.entered.connect(self.take_in)
        self.day = DateEdit()
        self.day.setAccessibleName("受理日期")
        self.day.setFixedWidth(self.day.fontMetrics().horizontalAdvance("2023-06-01") + 56)
        self.day.textChanged.connect(lambda _text: self._day_changed())
        self.day.returnPressed.connect(self.take_in)
        self.reason = LineEdit()
        self.reason.setPlaceholderText("如 昨日收件、今日登记")
        self.reason.setAccessibleName("受理日期早于今天的原因")
        self.reason.textChanged.connect(lambda _text: self._told(""))
        self.reason.returnPressed.connect(self.take_in)
        inside = QVBoxLayout(self.strip)
        inside.setContentsMargins(12, 6, 12, 6)
        row = QHBoxLayout()
        row.addWidget(label("受理日期"))
        row.addWidget(self.day)
        row.addWidget(label("申请条款"))
        row.addWidget(self.clause, 1)
        self.accept = button("受理", self.take_in, role="primary")
        row.addWidget(self.accept)
        row.addWidget(button("取消", self.strip.give_up))
        inside.addLayout(row)
        self.earlier = QWidget()
        second = QHBoxLayout(self.earlier)
        second.setContentsMargins(0, 0, 0, 0)
        second.addWidget(label("早于今天的原因"))
        second.addWidget(self.reason, 1)
        inside.addWidget(self.earlier)
        self.missing = label("", "error", wrap=True)
        self.missing.hide()
        self.clause.currentIndexChanged.connect(lambda _place: self._told(""))
        inside.addWidget(self.missing)
        self.strip.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self.strip)
        column.addWidget(self.list, 1)
        self.setFocusProxy(self.list)

    def refresh(self) -> None:
        self.list.refresh()

    def choose_clause(self) -> None:
        desk, key = self._context.desk, self._party_id
        self._context.ask("正在读取条款…", lambda: desk.cases.clauses_for(key), self, self._offer)

    def _day_changed(self) -> None:
        day = self.day.value()
        self.earlier.setVisible(day is not None and day < self._context.office.today)
        self._told("")

    def _told(self, words: str, editor: QWidget | None = None) -> None:
        """What is wrong, below; the field it is about is marked and takes the focus."""
        for one in (self.day, self.reason, self.clause):
            mark_wrong(one, one is editor)
        self.missing.setText(words)
        self.missing.setVisible(bool(words))
        if editor is not None:
            editor.setFocus()

    def _offer(self, clauses: tuple[tuple[str, str, str, str, str], ...]) -> None:
        self.clause.clear()
        self.clause.addItem("请选择事项", None)
        for policy, policy_title, clause, number, title in clauses:
            self.clause.addItem(f"{number}　{title}　（{policy_title}）", (policy, clause))
        self.day.set_value(self._context.office.today)
        self.reason.clear()
        self._day_changed()
        self.strip.show()
        self.clause.setFocus()

    def main_act(self) -> None:
        if self.strip.isVisible():
            self.take_in()

    def take_in(self) -> None:
        chosen, day = self.clause.currentData(), self.day.value()
        if day is None:
            self._told("受理日期请写成 2023-06-01 这样。", self.day)
            return
        if chosen is None:
            self._told("请先选择事项", self.clause)
            return
        policy, clause = chosen
        desk, key = self._context.desk, self._party_id
        reason = self.reason.text().strip() if self.earlier.isVisibleTo(self.strip) else ""
        self.accept.setEnabled(False)

        def accepted(case_id: int) -> None:
            self.strip.hide()
            self._context.say("已受理")
            self._context.go("case", case_id)

        def refused(trouble: Trouble) -> bool:
            editors = {"accepted_on": self.day, "reason": self.reason}
            for problem in trouble.problems:
                if problem.path in editors:
                    self._told(problem.message, editors[problem.path])
                    return True
            return False

        self._context.ask(
            "正在受理…",
            lambda: desk.cases.accept(key, policy, clause, day, reason),
            self,
            accepted,
            refused,
            finished=lambda: self.accept.setEnabled(True),
        )
