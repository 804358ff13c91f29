"""People of a party by its rosters. ID numbers are masked; showing one is a click, and logged."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.parts import ReasonStrip
from caseworker.desktop.screens.dossier_seats import DossierSeats
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel
from caseworker.services.views import Page, PersonRow, Role

COLUMNS: tuple[Column[PersonRow], ...] = (
    Column("姓名", lambda row: row.name, "name", width=7),
    Column("证件号码", lambda row: row.id_masked, width=13),
    Column("岗位", lambda row: row.position, width=8, stretch=True),
    Column("入职", lambda row: row.employed_from, "employed_from", width=7),
    Column("离职", lambda row: row.employed_to, "employed_to", width=7),
    Column("合同起", lambda row: row.contract_start, width=7),
    Column("合同止", lambda row: row.contract_end, width=7),
    Column("工资月数", lambda row: row.wage_months, "wage_months", RIGHT, width=6),
    Column("社保月数", lambda row: row.insurance_months, "insurance_months", RIGHT, width=6),
)


class DossierPeople(QWidget):
    def __init__(self, context: Context, party_id: int) -> None:
        super().__init__()
        self._context = context

        def fetch(offset: int, limit: int, sort: str | None, descending: bool, search: str) -> Page[PersonRow]:
            return context.desk.dossiers.people(party_id, search, offset, limit, sort or "name", descending)

        model = PagedTableModel(COLUMNS, fetch, context.ask, self, sort="name")
        bring = None
        if context.may(Role.CASEWORKER):
            bring = Act("导入花名册…", lambda: context.go("import", party_id), needs_row=False)
        acts = [Act("显示证件号码…", self._reveal, "eye", button=True)]
        if context.desk.seats.offered(context.office.policies):
            acts.append(Act("有效坐席认定", self.recognise_seats, "calculator", needs_row=False, button=True))
        self.list = ListView(
            model,
            "people",
            empty="还没有人员。企业交来的花名册从“导入”读入，不必手工录入。",
            empty_act=bring,
            acts=tuple(acts),
            filter_hint="按姓名、拼音首字母或证件号码筛选",
        )
        self.list.opened.connect(lambda _row: self._reveal())
        self.reason = ReasonStrip()
        self.seats = DossierSeats(context, party_id)
        self.seats.closed.connect(self._seats_closed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self.list, 1)
        column.addWidget(self.seats, 1)
        column.addWidget(self.reason)

    def refresh(self) -> None:
        self.list.refresh()

    def recognise_seats(self) -> None:
        self.reason.hide()
        self.seats.work_out()
        self.list.hide()

    def _seats_closed(self) -> None:
        self.list.show()
        self.list.setFocus()

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
