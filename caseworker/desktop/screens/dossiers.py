"""企业档案: the list of companies, schools, persons and service bodies."""

from __future__ import annotations

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.screen import Screen
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, Provider
from caseworker.services.views import Page, PartyRow, Role

PARTY_KINDS: tuple[tuple[str, str], ...] = (
    ("company", "企业"),
    ("school", "院校"),
    ("person", "个人"),
    ("service-body", "招商服务主体"),
)
KIND_NAMES = dict(PARTY_KINDS)

COLUMNS: tuple[Column[PartyRow], ...] = (
    Column(
        "名称",
        lambda row: row.name if row.ended_on is None else f"{row.name}（已终止）",
        "name",
        width=24,
        stretch=True,
    ),
    Column("类型", lambda row: KIND_NAMES.get(row.kind, row.kind), width=6),
    Column("统一社会信用代码", lambda row: row.code, "code", width=13),
    Column("所在地", lambda row: row.region, "region", width=10),
    Column("在册人员", lambda row: row.people, "people", RIGHT, width=6),
    Column("在办事项", lambda row: row.open_cases, "open_cases", RIGHT, width=6),
    Column("终止日期", lambda row: row.ended_on, "ended_on", width=7),
)


class DossiersScreen(Screen):
    title = "企业档案"
    manual = "dossiers"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.heading(self.title)
        self.kind = ChoiceEdit(((None, "全部类型"), *PARTY_KINDS))
        self.kind.setAccessibleName("类型")
        self.kind.currentIndexChanged.connect(lambda _i: self._narrow())
        model = PagedTableModel(COLUMNS, self._provider(None), context.ask, self, sort="name")
        acts: tuple[Act, ...] = ()
        new: Act | None = None
        if context.may(Role.CASEWORKER):
            new = Act("新建档案", lambda: context.go("party", 0), "add", needs_row=False, button=True, primary=True)
            acts = (new,)
        self.list = ListView(
            model,
            "dossiers",
            empty="还没有档案。企业第一次来办事时，在这里为它建立档案。",
            empty_act=new,
            acts=acts,
            filter_hint="按名称、拼音首字母、代码或人员筛选",
            filters=(self.kind,),
        )
        self.list.opened.connect(lambda row: context.go("party", row.id))
        self.body.addWidget(self.list, 1)
        self.setFocusProxy(self.list)

    def _provider(self, kind: str | None) -> Provider[PartyRow]:
        """Asks with the kind as chosen now: the worker reads no widget."""
        context = self.context

        def fetch(offset: int, limit: int, sort: str | None, descending: bool, search: str) -> Page[PartyRow]:
            return context.desk.dossiers.page(search, offset, limit, sort or "name", descending, kind=kind)

        return fetch

    def _narrow(self) -> None:
        self.list.model.set_provider(self._provider(self.kind.currentData()))

    def refresh(self) -> None:
        self.list.refresh()
