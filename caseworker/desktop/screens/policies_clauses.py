"""条款: clauses left, the rules of the chosen one in the middle, the official text right."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidgetItem, QSplitter, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.listview import ListView
from caseworker.desktop.parts import label
from caseworker.desktop.screens.policies_list import wrapped_list
from caseworker.desktop.screens.policies_rules import Rule, clause_rules, general_rules, rule_columns
from caseworker.desktop.screens.policies_text import LoadedText, TextPane
from caseworker.desktop.tables import PagedTableModel, listed
from caseworker.policy.model import Pack

GENERAL = ""  # the entry for the policy as a whole


class ClausesPage(QWidget):
    point_wanted = Signal(str)  # an interpretation point was opened

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._pack: Pack | None = None
        self._day: date = context.office.today
        self._loaded: LoadedText | None = None
        self._wanted = ""  # the quote to select when the rules are here
        self.clauses = wrapped_list("条款")  # a policy has some twenty clauses
        self.clauses.currentItemChanged.connect(lambda _item, _old: self._show_clause())
        columns = rule_columns(self._day, None)
        model = PagedTableModel(columns, listed((), columns), context.ask, self)
        self.title = label("", "section", wrap=True)
        self.rules = ListView(model, "policy-rules", empty="这一条没有列出规则。", filter_hint="筛选条件、参数、材料…")
        self.rules.chosen_changed.connect(self._show_rule)
        self.rules.opened.connect(self._open)
        model.loaded.connect(self._select_wanted)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(12, 0, 12, 0)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.rules, 1)
        self.pane = TextPane(context)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        for part, stretch in ((self.clauses, 2), (middle, 5), (self.pane, 4)):
            self.split.addWidget(part)
            self.split.setStretchFactor(self.split.count() - 1, stretch)
        self.split.setChildrenCollapsible(False)
        character = self.fontMetrics().horizontalAdvance("汉")
        self.split.setSizes([character * 15, character * 51, character * 34])
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.addWidget(self.split)
        self.setFocusProxy(self.clauses)

    def show_pack(self, pack: Pack, day: date) -> None:
        place = self.clauses.currentRow() if self._pack is not None and self._pack.id == pack.id else 0
        self._pack, self._day = pack, day
        self.clauses.blockSignals(True)
        self.clauses.clear()
        for clause in pack.clauses.values():
            self._add(f"{clause.number}\n{clause.title}", clause.id)
        self._add("总则\n施行期、资金、目标、公示", GENERAL)
        self.clauses.setCurrentRow(max(0, place))
        self.clauses.blockSignals(False)
        self._show_clause()

    def show_text(self, loaded: LoadedText | None) -> None:
        self._loaded = loaded
        self.pane.show_text(loaded)
        self._columns()
        self.rules.table.viewport().update()

    def go_to(self, clause: str, quote: str) -> None:
        """Shows a quote where the policy rests on it."""
        self._wanted = quote
        for place in range(self.clauses.count()):
            if self.clauses.item(place).data(Qt.ItemDataRole.UserRole) == clause:
                if place == self.clauses.currentRow():
                    self._select_wanted()
                self.clauses.setCurrentRow(place)
        self.rules.setFocus()

    def _add(self, words: str, clause: str) -> None:
        item = QListWidgetItem(words)
        item.setData(Qt.ItemDataRole.UserRole, clause)
        self.clauses.addItem(item)

    def _columns(self) -> None:
        found = None
        if self._loaded is not None:
            found = {quote: bool(places) for quote, places in self._loaded.places.items()}
        self.rules.model.columns = rule_columns(self._day, found)

    def _show_clause(self) -> None:
        item, pack = self.clauses.currentItem(), self._pack
        if item is None or pack is None:
            return
        clause = pack.clauses.get(item.data(Qt.ItemDataRole.UserRole))
        rules = general_rules(pack) if clause is None else clause_rules(pack, clause, self._day)
        self.title.setText("总则" if clause is None else f"{clause.number}　{clause.title}")
        self._columns()
        self.rules.model.set_provider(listed(rules, self.rules.model.columns))
        self.rules.table.setCurrentIndex(self.rules.model.index(0, 0))

    def _show_rule(self) -> None:
        rule = self.rules.current()
        if isinstance(rule, Rule):
            self.pane.show_quote(rule.quote, f"{rule.text}　{rule.value}".strip())

    def _select_wanted(self) -> None:
        model, wanted = self.rules.model, self._wanted
        if not wanted:
            self._show_rule()
            return
        for place in range(model.rowCount()):
            rule = model.row(place)
            if rule is not None and rule.quote == wanted:
                self._wanted = ""
                self.rules.table.setCurrentIndex(model.index(place, 0))
                return

    def _open(self, rule: Rule) -> None:
        if rule.point:
            self.point_wanted.emit(rule.point)
        else:
            self.pane.text.setFocus()
