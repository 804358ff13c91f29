"""Dated records of a dossier: seats, premises, certificates, credit, fairs, requests; one list a kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fact_edit import FIGURES
from caseworker.desktop.fields import Field
from caseworker.desktop.listview import Act
from caseworker.desktop.screens.dossier_entry import SOURCE, Entry, Values, fact_value, form_field, source_of
from caseworker.desktop.screens.dossier_register import Register, Void
from caseworker.desktop.tables import LEFT, RIGHT, Column, PagedTableModel, listed
from caseworker.errors import Problem
from caseworker.policy import FactField
from caseworker.services.record_kinds import BY_ID, read_data
from caseworker.services.record_views import RecordKindView, RecordRow
from caseworker.services.views import Role

# By kind: what its day is called, and what an empty list says belongs there
DAYS = {
    "seats": "核实日期",
    "fair": "登记日期",
    "request": "提出日期",
    "certificate": "取得日期",
    "violation": "查询（发生）日期",
    "premises-lease": "自何日起适用",
    "premises-purchase": "自何日起适用",
    "premises-renovation": "自何日起适用",
}
# What a day that is not the event's own is for
DAY_NOTE = "“自何日起适用”：这天及以后受理的申请按这一条测算，一般填合同起日；合同、面积变了另登一条，原来的保留。"
EMPTY = {
    "seats": "还没有登记座席。现场核实一次登记一条：总数、在用数、企业自主投资数，按日期保留。",
    "premises-lease": "还没有登记租赁场地。租赁合同的起止、月租金和面积登记在这里。",
    "premises-purchase": "还没有登记购置的场地。",
    "premises-renovation": "还没有登记改造的场地。",
    "fair": "还没有登记专场招聘会。",
    "request": "还没有登记要素、供地、招聘方面的服务需求。",
    "certificate": "还没有登记资质、认定或协议。",
    "violation": "还没有登记信用查询和违规。查询无不良记录的，也登记一条。",
}
WIDTHS = {"int": 4, "money": 8, "area": 6, "date": 6, "bool": 3, "choice": 7}
# Short titles of columns; the form below has the whole words
TITLES = {
    "total": "总数", "occupied": "在用", "self_invested": "自主投资", "added": "当年新增", "lease_start": "合同起",
    "lease_end": "合同止", "own_use": "自用", "area_m2": "面积", "in_designated_area": "在规定区域内",
    "certificate": "产权证书号", "old_stock_or_area": "旧区或存量房", "own_use_or_park": "自用或园区",
    "audited_investment": "审定投资",
}  # fmt: skip


class RecordList(Register):
    """One kind: its list, its form, its scans."""

    def __init__(
        self,
        context: Context,
        party_id: int,
        kind: RecordKindView,
        acts: tuple[Act, ...] = (),
        switches: QWidget | None = None,
    ) -> None:
        self.kind = kind
        self._party = party_id
        self._columns = columns_of(kind)
        entry = None
        if context.may(Role.CASEWORKER):
            fields = (
                *_shortened(kind.fields),
                Field("valid_from", _day(kind.id), "date", required=True, width=12),
                SOURCE,
            )
            entry = Entry(
                context, f"party/{party_id}/{kind.id}", f"登记{kind.label}", fields, self._save,
                start=lambda: {"valid_from": context.office.today}, check=self._check, note=_note(kind),
            )  # fmt: skip
        desk = context.desk
        super().__init__(
            context,
            party_id,
            PagedTableModel(self._columns, listed((), self._columns), context.ask, sort="valid_from", descending=True),
            f"dossier-{kind.id}",
            empty=EMPTY.get(kind.id, f"还没有登记{kind.label}。"),
            entry=entry,
            add=f"登记{kind.label}",
            void=Void(
                lambda row: f"{row.valid_from} {kind.label}",
                lambda row, reason: lambda: desk.records.void(row.id, reason),
            )
            if entry
            else None,
            paper=lambda row: row.paper,
            about=lambda row: f"现用于测算：{'；'.join(row.feeds)}" if row.feeds else "",
            filters=() if switches is None else (switches,),
            acts=acts,
        )
        self.list.model.setParent(self)
        self.changed.connect(self.refresh)

    def refresh(self) -> None:
        desk, party, kind = self._context.desk, self._party, self.kind.id
        self._context.ask("正在读取…", lambda: desk.records.page(party, kind), self, self._show)

    def _show(self, rows: tuple[RecordRow, ...]) -> None:
        self.list.model.set_provider(listed(rows, self._columns))

    def _data(self, values: Values) -> dict[str, Any]:
        return {field.name: fact_value(field, values.get(field.name)) for field in self.kind.fields}

    def _check(self, values: Values) -> tuple[Problem, ...]:
        """As the services will read it, for the fields that hold something; what is empty the form says itself."""
        data = self._data(values)
        _kept, problems = read_data(BY_ID[self.kind.id], data)
        return tuple(problem for problem in problems if data.get(problem.path) is not None)

    def _save(self, values: Values) -> Callable[[], Any]:
        desk, party, kind = self._context.desk, self._party, self.kind.id
        data, since, (source, paper) = self._data(values), values["valid_from"], source_of(values)
        assert isinstance(since, date)
        return lambda: desk.records.add(party, kind, data, since, source, paper=paper)


class RecordSection(QWidget):
    """One or several kinds under one name; where there are several, each list has a switch to the others."""

    def __init__(self, context: Context, party_id: int, kinds: tuple[str, ...], acts: tuple[Act, ...] = ()) -> None:
        super().__init__()
        self._context = context
        self._party_id = party_id
        self._wanted = kinds
        self._acts = acts
        self.lists: dict[str, RecordList] = {}
        self._switches: dict[str, KindSwitch] = {}
        self.stack = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)

    def offer(self, kinds: tuple[RecordKindView, ...]) -> bool:
        """Makes the lists once it is known which kinds this party keeps. True when there is any of these."""
        if not self.lists:
            mine = tuple(kind for kind in kinds if kind.id in self._wanted)
            names = tuple((kind.id, kind.label) for kind in mine)
            for kind in mine:
                switch = KindSwitch(names, kind.id) if len(mine) > 1 else None
                made = RecordList(self._context, self._party_id, kind, self._acts, switch)
                self.lists[kind.id] = made
                self.stack.addWidget(made)
                if switch is not None:
                    self._switches[kind.id] = switch
                    switch.chosen.connect(self._switched)
            drafted = next((made for made in self.lists.values() if made.entry and made.entry.is_open), None)
            if self.lists:
                self.setFocusProxy(drafted or next(iter(self.lists.values())))
            if drafted is not None:  # a draft was put back
                self.turn_to(drafted.kind.id)
        return bool(self.lists)

    @property
    def current(self) -> RecordList | None:
        made = self.stack.currentWidget()
        return made if isinstance(made, RecordList) else None

    def turn_to(self, kind: str) -> None:
        made = self.lists[kind]
        self.stack.setCurrentWidget(made)
        self.setFocusProxy(made)
        made.refresh()

    def _switched(self, kind: str) -> None:
        self.turn_to(kind)
        self._switches[kind].take_focus()

    def enter(self, kind: str) -> None:
        """Opens the form of a kind."""
        if kind in self.lists:
            self.turn_to(kind)
            self.lists[kind].open_entry()

    def refresh(self) -> None:
        if self.current is not None:
            self.current.refresh()

    def main_act(self) -> None:
        if self.current is not None:
            self.current.main_act()

    def keep(self) -> None:
        for made in self.lists.values():
            made.keep()


class KindSwitch(QWidget):
    """The kinds side by side, the one shown marked. Left and right go from one to the next."""

    chosen = Signal(str)

    def __init__(self, kinds: tuple[tuple[str, str], ...], here: str) -> None:
        super().__init__()
        self._kinds = [key for key, _label in kinds]
        self._here = here
        self._tools: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for key, words in kinds:
            tool = _Kind(self._step)
            tool.setProperty("role", "switch")
            tool.setText(words)
            tool.setCheckable(True)
            tool.setChecked(key == here)
            tool.setFocusPolicy(Qt.FocusPolicy.TabFocus if key == here else Qt.FocusPolicy.NoFocus)
            tool.clicked.connect(lambda _c=False, key=key: self._choose(key))
            row.addWidget(tool)
            self._tools[key] = tool

    def _choose(self, key: str) -> None:
        for other, tool in self._tools.items():
            tool.setChecked(other == self._here)  # this bar always shows its own kind
        if key != self._here:
            self.chosen.emit(key)

    def take_focus(self) -> None:
        self._tools[self._here].setFocus(Qt.FocusReason.TabFocusReason)

    def _step(self, by: int) -> None:
        self._choose(self._kinds[(self._kinds.index(self._here) + by) % len(self._kinds)])


class _Kind(QToolButton):
    def __init__(self, step: Callable[[int], None]) -> None:
        super().__init__()
        self._step = step

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step(1 if event.key() == Qt.Key.Key_Right else -1)
        else:
            super().keyPressEvent(event)


def columns_of(kind: RecordKindView) -> tuple[Column[RecordRow], ...]:
    """The day, the fields as a clerk reads them, the paper and its scan."""

    def field_column(place: int, field: FactField) -> Column[RecordRow]:
        figure = field.type in FIGURES
        return Column(
            TITLES.get(field.name, field.label),
            lambda row: row.shown[place] if row.data.get(field.name) is not None else "",
            field.name if not figure else None,
            RIGHT if figure else LEFT,
            width=WIDTHS.get(field.type, 7),
            stretch=field.type == "text",
        )

    return (
        Column(_day(kind.id), lambda row: row.valid_from, "valid_from", width=6),
        *(field_column(place, field) for place, field in enumerate(kind.fields)),
        Column("依据材料", lambda row: row.source, "source", width=8, stretch=True),
        Column("扫描件", lambda row: row.paper[1] if row.paper else "", "paper", width=4),
    )


def _note(kind: RecordKindView) -> str:
    return f"{kind.feeds} {DAY_NOTE}".strip() if kind.id.startswith("premises-") else kind.feeds


def _day(kind: str) -> str:
    return DAYS.get(kind, "自何日起")


def _shortened(fields: tuple[FactField, ...]) -> tuple[Field, ...]:
    return tuple(form_field(field) for field in fields)
