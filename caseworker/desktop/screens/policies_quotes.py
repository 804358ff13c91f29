"""引文核对: every quote of a policy and whether the official text has it, the missing ones first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.listview import ListView
from caseworker.desktop.parts import label
from caseworker.desktop.screens.policies_rules import Rule, clause_rules, general_rules
from caseworker.desktop.screens.policies_text import LoadedText
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, listed
from caseworker.policy.model import Pack


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """`clause`: the first clause that rests on it, empty for the policy as a whole. `found` None: not looked up yet."""

    quote: str
    where: str
    clause: str
    found: int | None


def quote_rows(pack: Pack, loaded: LoadedText | None, day: date) -> tuple[QuoteRow, ...]:
    """Each quote once, the missing ones first, else in the order of the clauses."""
    users: dict[str, list[tuple[str, str]]] = {quote: [] for quote, _where in pack.quotes}

    def note(rules: Iterable[Rule], number: str, clause: str) -> None:
        for rule in rules:
            if rule.quote and (number, clause) not in users.setdefault(rule.quote, []):
                users[rule.quote].append((number, clause))

    for clause in pack.clauses.values():
        note(clause_rules(pack, clause, day), clause.number, clause.id)
    note(general_rules(pack), "总则", "")
    rows = [
        QuoteRow(
            quote,
            "、".join(dict.fromkeys(number for number, _clause in places)) or "总则",
            places[0][1] if places else "",
            None if loaded is None else len(loaded.places.get(quote, ())),
        )
        for quote, places in users.items()
    ]
    return tuple(sorted(rows, key=lambda row: row.found != 0))


def _state(row: QuoteRow) -> str:
    return "未核对" if row.found is None else "已找到" if row.found else "未找到"


QUOTES: tuple[Column[QuoteRow], ...] = (
    Column(
        "核对",
        _state,
        None,
        width=5,
        tone=lambda row: {"未核对": "quiet", "已找到": "green"}.get(_state(row), "red"),
    ),
    Column("引文", lambda row: row.quote, None, width=40, stretch=True),
    Column("处数", lambda row: row.found or None, "found", RIGHT, width=4),
    Column("所在条款", lambda row: row.where, None, width=14),
)


class QuotesPage(QWidget):
    opened = Signal(str, str)  # clause, quote

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._rows: tuple[QuoteRow, ...] = ()
        self.verdict = label("", "strong", wrap=True)
        self.only_missing = QCheckBox("只看未找到的")
        self.only_missing.toggled.connect(lambda _on: self._fill())
        model = PagedTableModel(QUOTES, listed((), QUOTES), context.ask, self)
        self.list = ListView(
            model,
            "policy-quotes",
            empty="没有未找到的引文：政策库引用的每一句都在已加载的文本里。",
            filter_hint="筛选引文、条款…",
            filters=(self.only_missing,),
        )
        self.list.opened.connect(lambda row: self.opened.emit(row.clause, row.quote))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.verdict)
        column.addWidget(self.list, 1)
        self.setFocusProxy(self.list)

    def show_quotes(self, pack: Pack, loaded: LoadedText | None, day: date) -> None:
        self._rows = quote_rows(pack, loaded, day)
        missing = sum(row.found == 0 for row in self._rows)
        if loaded is None:
            self.verdict.setText(f"共 {len(self._rows)} 条引文，尚未核对。请先加载政策的正式文本。")
        elif missing:
            self.verdict.setText(
                f"共 {len(self._rows)} 条引文，{missing} 条在“{loaded.file_name}”中没有找到。"
                "请确认加载的是正式文本全文；政策若有修改，请联系编制政策包的人员。"
            )
        else:
            self.verdict.setText(f"共 {len(self._rows)} 条引文，都在“{loaded.file_name}”中找到。")
        self.only_missing.setEnabled(loaded is not None)
        self._fill()

    def _fill(self) -> None:
        rows = self._rows
        if self.only_missing.isChecked():
            rows = tuple(row for row in rows if row.found == 0)
        self.list.model.set_provider(listed(rows, QUOTES))
