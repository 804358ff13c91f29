"""Cases of one party, and taking in a new one: choose the clause, Enter."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.parts import button, label
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
        self.strip = QFrame()
        self.strip.setProperty("role", "notice")
        self.strip.setProperty("tone", "accent")
        self.clause = ChoiceEdit(())
        self.clause.setSizeAdjustPolicy(ChoiceEdit.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.clause.setMinimumContentsLength(20)
        self.clause.setAccessibleName("申请条款")
        self.clause.entered.connect(self.take_in)
        row = QHBoxLayout(self.strip)
        row.setContentsMargins(12, 6, 12, 6)
        self._words = label()
        row.addWidget(self._words)
        row.addWidget(self.clause, 1)
        self.missing = label("请先选择事项", "error")
        self.missing.hide()
        self.clause.currentIndexChanged.connect(lambda _place: self.missing.hide())
        row.addWidget(self.missing)
        self.accept = button("受理", self.take_in, role="primary")
        row.addWidget(self.accept)
        row.addWidget(button("取消", self.strip.hide))
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
        day = self._context.office.today.isoformat()
        self._words.setText(f"受理日期 {day}，申请条款")
        self._context.ask("正在读取条款…", lambda: desk.cases.clauses_for(key), self, self._offer)

    def _offer(self, clauses: tuple[tuple[str, str, str, str, str], ...]) -> None:
        self.clause.clear()
        self.clause.addItem("请选择事项", None)
        for policy, policy_title, clause, number, title in clauses:
            self.clause.addItem(f"{number}　{title}　（{policy_title}）", (policy, clause))
        self.strip.show()
        self.clause.setFocus()

    def main_act(self) -> None:
        if self.strip.isVisible():
            self.take_in()

    def take_in(self) -> None:
        chosen = self.clause.currentData()
        if chosen is None:
            self.missing.show()
            self.clause.setFocus()
            return
        policy, clause = chosen
        desk, key = self._context.desk, self._party_id
        self.accept.setEnabled(False)

        def accepted(case_id: int) -> None:
            self.strip.hide()
            self._context.say("已受理")
            self._context.go("case", case_id)

        self._context.ask(
            "正在受理…",
            lambda: desk.cases.accept(key, policy, clause),
            self,
            accepted,
            finished=lambda: self.accept.setEnabled(True),
        )
