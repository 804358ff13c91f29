"""People of a party by its rosters; Enter opens one. ID numbers are masked; showing one is a click, and logged."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.parts import ReasonStrip
from caseworker.desktop.screens.dossier_register import ADD_KEYS, add_keys
from caseworker.desktop.screens.person_facts import PersonEntry
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel
from caseworker.services.views import Page, PersonRow, Role

MOST_NAMED = 6

COLUMNS: tuple[Column[PersonRow], ...] = (
    Column("姓名", lambda row: row.name, "name", width=5),
    Column("证件号码", lambda row: row.id_masked, width=12),
    Column("岗位", lambda row: row.position, width=6, stretch=True),
    Column("入职", lambda row: row.employed_from, "employed_from", width=6),
    Column("离职", lambda row: row.employed_to, "employed_to", width=6),
    Column("合同起", lambda row: row.contract_start, width=6),
    Column("合同止", lambda row: row.contract_end, width=6),
    Column("工资月数", lambda row: row.wage_months, "wage_months", RIGHT, width=4),
    Column("社保月数", lambda row: row.insurance_months, "insurance_months", RIGHT, width=4),
)


class DossierPeople(QWidget):
    def __init__(self, context: Context, party_id: int) -> None:
        super().__init__()
        self._context = context
        self._party_id = party_id
        self._chosen: tuple[PersonRow, ...] = ()  # whom the form is about
        desk = context.desk

        def fetch(offset: int, limit: int, sort: str | None, descending: bool, search: str) -> Page[PersonRow]:
            return context.desk.dossiers.people(party_id, search, offset, limit, sort or "name", descending)

        model = PagedTableModel(COLUMNS, fetch, context.ask, self, sort="name")
        bring = None
        if context.may(Role.CASEWORKER):
            bring = Act("导入花名册…", lambda: context.go("import", party_id), needs_row=False)
        self.entry: PersonEntry | None = None
        acts = [
            Act("显示证件号码…", self._reveal, "eye", button=True),
            Act("打开人员", self._open, "user", button=True),
        ]
        if context.may(Role.CASEWORKER):
            acts.append(Act(f"登记个人情况  {ADD_KEYS}", self.open_entry, "add", button=True, primary=True, keys=""))
            add_keys(self, self.open_entry)
            self.entry = PersonEntry(
                context, party_id, f"party/{party_id}/people-fact", "登记个人情况",
                lambda name, value, since, source, paper: lambda: desk.records.set_people_fact(
                    party_id, tuple(dict.fromkeys(row.id for row in self._chosen)), name, value, since, source,
                    paper=paper,
                ),
            )  # fmt: skip
            self.entry.saved.connect(self.refresh)
        self.list = ListView(
            model,
            "people",
            empty="还没有人员。企业交来的花名册从“导入”读入，不必手工录入。",
            empty_act=bring,
            acts=tuple(acts),
            filter_hint="按姓名、拼音首字母或证件号码筛选",
        )
        self.list.opened.connect(lambda _row: self._open())
        self.reason = ReasonStrip()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.list, 1)
        column.addWidget(self.reason)
        if self.entry is not None:
            column.addWidget(self.entry)
            self.entry.folded.connect(self.list.setFocus)
            self.list.chosen_changed.connect(self._choose)
        self.setFocusProxy(self.list)

    def refresh(self) -> None:
        self.list.refresh()

    # ---- one fact of one or several people -----------------------------------------------------

    def _choose(self) -> None:
        assert self.entry is not None
        self._chosen = tuple(row for row in self.list.chosen() if isinstance(row, PersonRow))
        names = list(dict.fromkeys(row.name for row in self._chosen))
        several = f"等 {len(names)} 人" if len(names) > MOST_NAMED else ""
        whom = f"：{'、'.join(names[:MOST_NAMED])}{several}" if names else "（请先在上面的名单中选择）"
        self.entry.title.setText(f"登记个人情况{whom}")

    def open_entry(self) -> None:
        if self.entry is None:
            return
        self._choose()
        if self._chosen:
            self.entry.open()
        else:
            self._context.tell(
                "先在名单中选择人员（Ctrl 或 Shift 可选多人），再登记个人情况。名单是空的，先导入花名册。", "amber"
            )

    def enter(self, name: str) -> None:
        """A clause lacks this of persons: the form is open for it, and waits for whoever is chosen in the list."""
        if self.entry is not None:
            self._choose()
            self.entry.enter(name)

    def main_act(self) -> None:
        if self.entry is not None and self.entry.is_open:
            self.entry.form.submit()

    def keep(self) -> None:
        if self.entry is not None:
            self.entry.keep()

    # ---- one person ----------------------------------------------------------------------------

    def _open(self) -> None:
        row = self.list.current()
        if isinstance(row, PersonRow):
            self._context.go("person", f"{self._party_id}/{row.id}")

    def _reveal(self) -> None:
        row = self.list.current()
        if not isinstance(row, PersonRow):
            return
        desk = self._context.desk

        def ask(reason: str) -> None:
            self._context.ask("正在读取…", lambda: desk.dossiers.reveal_id(row.id, reason), self, shown)

        def shown(number: str) -> None:
            self.reason.done()
            self._context.tell(f"{row.name} 的证件号码：{number}（本次查看已记入日志）")

        self.reason.ask(f"查看“{row.name}”完整证件号码的事由（将记入日志）：", ask, "显示", needed=False)
