"""Facts of a dossier by date, each with the paper that shows it; a new one below, a wrong one voided with a reason."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fact_edit import FactEdit
from caseworker.desktop.fields import ChoiceEdit, DateEdit, LineEdit
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import Message, ReasonStrip, button, label
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, listed
from caseworker.services.views import FactRow, PartyDetail, Role

COLUMNS: tuple[Column[FactRow], ...] = (
    Column("事实", lambda row: row.label, "label", width=14),
    Column("内容", lambda row: row.shown, "shown", RIGHT, width=12),
    Column("自何日起", lambda row: row.valid_from, "valid_from", width=8),
    Column("依据材料", lambda row: row.source, "source", width=20, stretch=True),
)


class DossierFacts(QWidget):
    def __init__(self, context: Context, party_id: int) -> None:
        super().__init__()
        self._context = context
        self._party_id = party_id
        self._kinds: dict[str, tuple[str, str]] = {}
        may = context.may(Role.CASEWORKER)
        model = PagedTableModel(COLUMNS, listed((), COLUMNS), context.ask, self)
        acts = (Act("作废…", self._void),) if may else ()
        self.list = ListView(
            model,
            "facts",
            empty="还没有登记事实。条款要用的数据（如座席数、开业日期）登记在这里。",
            acts=acts,
            filter_hint=None,
        )
        self.reason = ReasonStrip()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self.list, 1)
        column.addWidget(self.reason)
        self.message = Message(closable=False)
        column.addWidget(self.message)
        self.add_line = QFrame()
        self.add_line.setVisible(may)
        row = QHBoxLayout(self.add_line)
        row.setContentsMargins(0, 0, 0, 8)
        self.name = ChoiceEdit(())
        self.name.setSizeAdjustPolicy(ChoiceEdit.SizeAdjustPolicy.AdjustToContents)
        self.name.setAccessibleName("事实")
        self.value = FactEdit()
        self.since = DateEdit()
        self.since.setAccessibleName("自何日起")
        self.since.setMaximumWidth(self.fontMetrics().horizontalAdvance("汉") * 11)
        self.source = LineEdit()
        self.source.setAccessibleName("依据材料")
        self.source.setPlaceholderText("依据材料，如 营业执照")
        self.source.returnPressed.connect(self._add)
        for words, widget in (("登记", self.name), ("为", self.value), ("自", self.since), ("依据", self.source)):
            row.addWidget(label(words, "quiet"))
            row.addWidget(widget, 1 if widget is self.source else 0)
        row.addWidget(button("登记", self._add, role="primary"))
        column.addWidget(self.add_line)
        self.name.currentIndexChanged.connect(lambda _i: self._fact_chosen())

    def refresh(self) -> None:
        desk, key = self._context.desk, self._party_id
        self._context.ask("正在读取事实…", lambda: self._read(desk, key), self, self._show)

    @staticmethod
    def _read(desk: Any, key: int) -> tuple[PartyDetail, tuple[tuple[str, str, str, str], ...], dict[str, Any]]:
        detail = desk.dossiers.get(key)
        known = desk.dossiers.known_facts(detail.form.kind)
        options: dict[str, Any] = {}
        for pack in desk.policies.packs():
            for clause in pack.clauses.values():
                for field in clause.facts:
                    options.setdefault(field.name, field)
        return detail, known, options

    def _show(self, read: tuple[PartyDetail, tuple[tuple[str, str, str, str], ...], dict[str, Any]]) -> None:
        detail, known, self._schema = read
        self.list.model.set_provider(listed(detail.facts, COLUMNS))
        if [self.name.itemData(place) for place in range(self.name.count())] != [fact[0] for fact in known]:
            self.name.clear()
            for name, words, _unit, _kind in known:
                self.name.addItem(words, name)
        if not self.since.text():
            self.since.set_value(self._context.office.today)

    def _fact_chosen(self) -> None:
        field = self._schema.get(self.name.currentData())
        if field is not None:
            self.value.set_field(field)

    def _add(self) -> None:
        self.source.settle()
        name, since, source = self.name.currentData(), self.since.value(), self.source.text().strip()
        if name is None or since is None:
            self.message.tell("请填写自何日起，日期写成 2023-06-01 这样。", "amber")
            return
        value = self.value.value()
        desk, key = self._context.desk, self._party_id
        self._context.ask(
            "正在登记…",
            lambda: desk.dossiers.set_fact(key, name, value, since, source),
            self,
            self._added,
            self._refused,
        )

    def _added(self, _fact_id: int) -> None:
        self.message.hide()
        self.value.clear()
        self.source.clear()
        self._context.say("已登记")
        self.refresh()

    def _refused(self, trouble: Trouble) -> bool:
        if trouble.kind != "input":
            return False
        self.message.tell("；".join(problem.message for problem in trouble.problems) or trouble.message, "amber")
        return True

    def _void(self) -> None:
        row = self.list.current()
        if not isinstance(row, FactRow):
            return
        desk = self._context.desk

        def void(reason: str) -> None:
            self._context.ask("正在作废…", lambda: desk.dossiers.void_fact(row.id, reason), self, self._voided)

        self.reason.ask(f"作废“{row.label} {row.shown}”的原因：", void, "作废")

    def _voided(self, _nothing: None) -> None:
        self.reason.done()
        self._context.say("已作废")
        self.refresh()
