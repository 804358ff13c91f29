"""Facts of a dossier by date and by year, each with the paper that shows it and which clauses ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fact_edit import FactEdit
from caseworker.desktop.fields import ChoiceEdit, Field, OwnEdit
from caseworker.desktop.picks import Answer, PickEdit, narrowed
from caseworker.desktop.screens.dossier_entry import SINCE, SOURCE, Entry, Values, fact_problems, source_of
from caseworker.desktop.screens.dossier_register import Register, Void
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, listed
from caseworker.errors import Problem
from caseworker.policy import FactField
from caseworker.services.fact_values import fact_schema
from caseworker.services.views import FactRow, PartyDetail, Role

ALL, BY_DATE, BY_YEAR, NOW = "all", "date", "year", "now"
KINDS = ((ALL, "全部事实"), (NOW, "只看现行"), (BY_DATE, "按日期登记的"), (BY_YEAR, "按年度登记的"))
CURRENT, REPLACED, COMING = ("现行", "green"), ("已被代替", "quiet"), ("未到日期", "accent")


@dataclass(frozen=True, slots=True)
class Shown:
    """A fact as the list has it: whether it holds today, or another has taken its place."""

    fact: FactRow
    state: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """What a dossier of this kind can keep: the fields, by name, which of them are a year's, and who asks, in words."""

    fields: Mapping[str, FactField]
    yearly: frozenset[str]
    asked_by: Mapping[str, tuple[str, ...]]


COLUMNS: tuple[Column[Shown], ...] = (
    Column("事实", lambda row: row.fact.label, "label", width=12, stretch=True),
    Column("内容", lambda row: row.fact.shown, "shown", RIGHT, width=10),
    Column("年度", lambda row: str(row.fact.year) if row.fact.year else "", "year", width=4),
    Column("自何日起", lambda row: None if row.fact.year else row.fact.valid_from, "valid_from", width=7),
    Column("情况", lambda row: row.state[0], "state", width=6, tone=lambda row: row.state[1]),
    Column("依据材料", lambda row: row.fact.source, "source", width=12, stretch=True),
    Column("扫描件", lambda row: row.fact.paper[1] if row.fact.paper else "", "paper", width=7),
)


class FactValue(OwnEdit):
    """The value of whichever fact was chosen before it, with the editor that goes with it."""

    def __init__(self) -> None:
        super().__init__()
        self._field: FactField | None = None
        self._kept: Any = None  # of a draft put back before it is known which fact it is of
        self.edit = FactEdit()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.edit)
        row.addStretch(1)
        self.setFocusProxy(self.edit)
        self.edit.changed.connect(self.changed)
        self.edit.entered.connect(self.entered)

    def set_field(self, field: FactField | None) -> None:
        if field is not None and field is not self._field:
            self.edit.set_field(field)
            self.setFocusProxy(self.edit)
            if self._kept is not None:
                self.edit.set_value(self._kept)
        self._field = field
        if field is not None:
            self._kept = None

    def value(self) -> Any:
        return self._kept if self._field is None else self.edit.value()

    def set_value(self, value: Any) -> None:
        self._kept = value if self._field is None else None
        if value is None:
            self.edit.clear()
        else:
            self.edit.set_value(value)

    def problem(self) -> str | None:
        if self._field is None:
            return None
        value = self.value()
        if value is None:
            return f"请填写{self._field.label}"
        found = fact_problems((self._field,), {self._field.name: value})
        return found[0].message if found else None

    def settle(self) -> None:
        self.edit.settle()


class DossierFacts(QWidget):
    def __init__(self, context: Context, party_id: int) -> None:
        super().__init__()
        self._context = context
        self._party_id = party_id
        self._known = Known({}, frozenset(), {})
        self._wanted: str | None = None  # a fact to be entered as soon as it is known what can be
        self._facts: tuple[FactRow, ...] = ()
        self.kind = ChoiceEdit(KINDS)
        self.kind.setAccessibleName("显示哪些事实")
        self.kind.currentIndexChanged.connect(lambda _i: self._narrow())
        self.entry = self._make_entry() if context.may(Role.CASEWORKER) else None
        self.register = Register(
            context,
            party_id,
            PagedTableModel(COLUMNS, listed((), COLUMNS), context.ask, self),
            "dossier-facts",
            empty="还没有登记事实。条款要用而别处没有的数据（如开始运营日期、纳税额）登记在这里。",
            entry=self.entry,
            add="登记事实",
            void=self._void() if self.entry else None,
            paper=lambda row: row.fact.paper,
            about=self._about,
            filter_hint="按事实、内容或依据筛选",
            filters=(self.kind,),
        )
        self.register.changed.connect(self.refresh)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.register)
        self.setFocusProxy(self.register)

    # ---- reading ---------------------------------------------------------------------------

    def refresh(self) -> None:
        desk, key = self._context.desk, self._party_id
        self._context.ask("正在读取事实…", lambda: read_facts(desk, key), self, self._show)

    def _show(self, read: tuple[PartyDetail, Known]) -> None:
        detail, self._known = read
        self._facts = detail.facts
        self._narrow()
        if self._wanted is not None:
            name, self._wanted = self._wanted, None
            self.enter(name)
        elif self.entry is not None:
            self._fact_chosen()

    def _narrow(self) -> None:
        kind = self.kind.currentData()
        rows = tuple(
            row
            for row in with_states(self._facts, self._context.office.today)
            if kind == ALL
            or (kind == NOW and row.state is not REPLACED)
            or (kind in (BY_DATE, BY_YEAR) and (row.fact.year is not None) == (kind == BY_YEAR))
        )
        self.register.list.model.set_provider(listed(rows, COLUMNS))

    def _about(self, row: Shown) -> str:
        clauses = self._known.asked_by.get(row.fact.name, ())
        return f"要用这一事实的事项：{'、'.join(clauses)}" if clauses else ""

    # ---- entering --------------------------------------------------------------------------

    def _make_entry(self) -> Entry:
        fields = (
            Field("name", "事实", "own", required=True, width=40, make=self._picker),
            Field("value", "内容", "own", required=True, width=30, make=FactValue),
            SINCE,
            Field("year", "年度", "number", "年", required=True, width=6, hint="2023", over="valid_from"),
            SOURCE,
        )
        entry = Entry(
            self._context, f"party/{self._party_id}/fact", "登记一条事实", fields, self._save,
            start=lambda: {"valid_from": self._context.office.today}, check=self._check, columns=2,
            note="以后有变化再登记一条，旧的保留。",
        )  # fmt: skip
        entry.form.fields["name"].changed.connect(self._fact_chosen)
        entry.form.show_field("year", False)
        return entry

    def _picker(self) -> PickEdit:
        def look(text: str, answer: Answer) -> None:
            answer(narrowed(((name, field.label) for name, field in self._known.fields.items()), text))

        return PickEdit(look, hint="输入几个字或拼音首字母，↓ 列出全部", missing="请从列出的事实中选择。")

    def enter(self, name: str) -> None:
        """Opens the form for a fact; straight away, or when it is known what this dossier can keep."""
        if self.entry is None:
            return
        if name not in self._known.fields:
            self._wanted = name
            return
        self.entry.form.set_values({**self.entry.form.typed(), "name": (name, self._known.fields[name].label)})
        self._fact_chosen()
        self.entry.open()
        self.entry.form.fields["value"].editor.setFocus()

    def _fact_chosen(self) -> None:
        assert self.entry is not None
        form = self.entry.form
        field = self._known.fields.get(form.fields["name"].value())
        editor = form.fields["value"].editor
        assert isinstance(editor, FactValue)
        editor.set_field(field)
        yearly = field is not None and form.fields["name"].value() in self._known.yearly
        form.show_field("year", yearly)
        form.show_field("valid_from", not yearly)

    def _check(self, values: Values) -> tuple[Problem, ...]:
        year = values["year"]
        if values["name"] in self._known.yearly and year and not _year(year):
            return (Problem("year", "年度请写成四位数，如 2023。"),)
        return ()

    def _save(self, values: Values) -> Any:
        desk, key = self._context.desk, self._party_id
        name, value, (source, paper) = values["name"], values["value"], source_of(values)
        year = _year(values["year"]) if name in self._known.yearly else None
        since = values["valid_from"] if year is None else date(year, 1, 1)
        return lambda: desk.dossiers.set_fact(key, name, value, since, source, year=year, paper=paper)

    def _void(self) -> Void:
        desk = self._context.desk
        return Void(
            lambda row: f"{row.fact.label} {row.fact.shown}",
            lambda row, reason: lambda: desk.dossiers.void_fact(row.fact.id, reason),
        )

    def main_act(self) -> None:
        self.register.main_act()

    def keep(self) -> None:
        self.register.keep()


def _year(text: str) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) == 4 and text > "1900" else None


def read_facts(desk: Any, party_id: int) -> tuple[PartyDetail, Known]:
    """In a worker: the dossier, and what it can keep."""
    detail = desk.dossiers.get(party_id)
    asked: dict[str, list[str]] = {}
    offices = desk.office().policies
    for pack in desk.policies.packs():
        for clause in pack.clauses.values():
            if clause.payee != detail.form.kind.replace("-", "_"):
                continue
            for field in clause.facts if pack.id in offices else ():
                asked.setdefault(field.kept_name, []).append(f"{clause.number} {clause.title}")
    known = fact_schema(desk.packs, payee=detail.form.kind)
    yearly = desk.dossiers.yearly_facts(detail.form.kind)
    return detail, Known(known, yearly, {name: tuple(words) for name, words in asked.items()})


def with_states(facts: tuple[FactRow, ...], today: date) -> tuple[Shown, ...]:
    """Of each name and year the entry with the latest day that has come, the newest of those, holds now."""
    holding: dict[tuple[str, int | None], FactRow] = {}
    for fact in sorted(facts, key=lambda one: (one.valid_from, one.id)):
        if fact.valid_from <= today or fact.year is not None:
            holding[fact.name, fact.year] = fact
    return tuple(
        Shown(
            fact,
            CURRENT
            if holding.get((fact.name, fact.year)) is fact
            else (COMING if fact.year is None and fact.valid_from > today else REPLACED),
        )
        for fact in facts
    )
