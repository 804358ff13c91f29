"""个人情况: what clauses ask of a person and no import gives: certificates, talent, trainees, graduates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import Field
from caseworker.desktop.parts import label
from caseworker.desktop.picks import Answer, PickEdit, narrowed
from caseworker.desktop.screens.dossier_entry import SINCE, SOURCE, Entry, source_of
from caseworker.desktop.screens.dossier_facts import FactValue
from caseworker.desktop.screens.dossier_register import Register, Void
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, listed
from caseworker.policy import FactField
from caseworker.services.record_views import PersonFactRow
from caseworker.services.views import Role

SaveFact = Callable[[str, Any, date, str, Path | None], Callable[[], Any]]

COLUMNS: tuple[Column[PersonFactRow], ...] = (
    Column("情况", lambda row: row.label, "label", width=12, stretch=True),
    Column("内容", lambda row: row.shown, "shown", RIGHT, width=10),
    Column("自何日起", lambda row: row.valid_from, "valid_from", width=7),
    Column("依据材料", lambda row: row.source, "source", width=12, stretch=True),
    Column("扫描件", lambda row: row.paper[1] if row.paper else "", "paper", width=7),
)


class PersonEntry(Entry):
    """The form for one such fact. `save`: (name, value, since, source, paper) to the call for the worker."""

    def __init__(self, context: Context, party_id: int, draft_key: str, title: str, save: SaveFact) -> None:
        self._fields: Mapping[str, FactField] = {}
        self._wanted: str | None = None
        super().__init__(
            context,
            draft_key,
            title,
            (
                Field("name", "情况", "own", required=True, width=40, make=self._picker),
                Field("value", "内容", "own", required=True, width=30, make=FactValue),
                SINCE,
                SOURCE,
            ),
            lambda values: save(values["name"], values["value"], values["valid_from"], *source_of(values)),
            start=lambda: {"valid_from": context.office.today},
        )
        self.form.fields["name"].changed.connect(self._chosen)
        desk = context.desk
        context.ask("正在读取…", lambda: desk.records.person_fields(party_id), self, self._offer)

    def _picker(self) -> PickEdit:
        def look(text: str, answer: Answer) -> None:
            answer(narrowed(((name, field.label) for name, field in self._fields.items()), text))

        return PickEdit(look, hint="输入几个字或拼音首字母，↓ 列出全部", missing="请从列出的情况中选择。")

    def _offer(self, fields: tuple[FactField, ...]) -> None:
        self._fields = {field.name: field for field in fields}
        self._chosen()
        if self._wanted is not None:
            name, self._wanted = self._wanted, None
            self.enter(name)

    def enter(self, name: str) -> None:
        """Opens for one of them, as soon as it is known which there are."""
        if name not in self._fields:
            self._wanted = None if self._fields else name
            return
        self.form.set_values({**self._blank(), "name": (name, self._fields[name].label)})
        self._chosen()
        self.open()
        self.form.fields["value"].editor.setFocus()

    def _chosen(self) -> None:
        editor = self.form.fields["value"].editor
        assert isinstance(editor, FactValue)
        editor.set_field(self._fields.get(self.form.fields["name"].value()))


class PersonFacts(QWidget):
    """The list of them for one person at one party."""

    changed = Signal()

    def __init__(self, context: Context, party_id: int, person_id: int) -> None:
        super().__init__()
        desk = context.desk
        self.entry: PersonEntry | None = None
        if context.may(Role.CASEWORKER):
            self.entry = PersonEntry(
                context, party_id, f"person/{party_id}/{person_id}/fact", "登记个人情况",
                lambda name, value, since, source, paper: lambda: desk.records.set_person_fact(
                    party_id, person_id, name, value, since, source, paper=paper
                ),
            )  # fmt: skip
        self.register = Register(
            context,
            party_id,
            PagedTableModel(COLUMNS, listed((), COLUMNS), context.ask, self),
            "person-facts",
            empty="还没有登记个人情况。证书、人才认定、见习、毕业等条款要问而名册上没有的，登记在这里。",
            entry=self.entry,
            add="登记个人情况",
            void=Void(
                lambda row: f"{row.label} {row.shown}",
                lambda row, why: lambda: desk.records.void_person_fact(row.id, why),
            )
            if self.entry
            else None,
            paper=lambda row: row.paper,
        )
        self.register.changed.connect(self.changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.register)
        self.setFocusProxy(self.register)

    def show_facts(self, rows: tuple[PersonFactRow, ...]) -> None:
        self.register.list.model.set_provider(listed(rows, COLUMNS))

    def enter(self, name: str) -> None:
        if self.entry is not None:
            self.entry.enter(name)

    def main_act(self) -> None:
        self.register.main_act()

    def keep(self) -> None:
        self.register.keep()


class OwnFacts(QWidget):
    """In the dossier of a person: their own facts. The person is known once some list or fact named them."""

    def __init__(self, context: Context, party_id: int) -> None:
        super().__init__()
        self._context = context
        self._party_id = party_id
        self._facts: PersonFacts | None = None
        self._wanted: str | None = None
        self._nothing = label(
            "系统里还没有这个人的人员记录。花名册或实习名单上有同一证件号码的人之后，可以在这里登记其个人情况。",
            "quiet",
            wrap=True,
        )
        self._nothing.hide()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._nothing)

    def refresh(self) -> None:
        desk, key = self._context.desk, self._party_id

        def read() -> tuple[int | None, tuple[PersonFactRow, ...]]:
            person = desk.records.own_person(key)
            return person, () if person is None else desk.records.person(key, person).facts

        self._context.ask("正在读取…", read, self, lambda found: self._show(*found))

    def _show(self, person: int | None, rows: tuple[PersonFactRow, ...]) -> None:
        self._nothing.setVisible(person is None)
        if person is None:
            return
        if self._facts is None:
            self._facts = PersonFacts(self._context, self._party_id, person)
            self._facts.changed.connect(self.refresh)
            self._column.addWidget(self._facts, 1)
            self.setFocusProxy(self._facts)
        self._facts.show_facts(rows)
        if self._wanted is not None:
            name, self._wanted = self._wanted, None
            self._facts.enter(name)

    def enter(self, name: str) -> None:
        if self._facts is None:
            self._wanted = name
        else:
            self._facts.enter(name)

    def main_act(self) -> None:
        if self._facts is not None:
            self._facts.main_act()

    def keep(self) -> None:
        if self._facts is not None:
            self._facts.keep()
