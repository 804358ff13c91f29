"""服务事项 in a dossier: every service asked for by or for this party, handled or not, with its paper."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.listview import ListView
from caseworker.desktop.screens.programs_services import SERVICES
from caseworker.desktop.tables import PagedTableModel
from caseworker.services.programs import ServiceRow
from caseworker.services.views import Page

OWN = tuple(column for column in SERVICES if column.title != "单位")


class DossierServices(QWidget):
    def __init__(self, context: Context, party_id: int) -> None:
        super().__init__()

        def fetch(offset: int, limit: int, sort: str | None, descending: bool, search: str) -> Page[ServiceRow]:
            return context.desk.programs.services.page(
                search,
                party_id=party_id,
                offset=offset,
                limit=limit,
                sort=sort or "requested_on",
                descending=descending,
            )

        self.list = ListView(
            PagedTableModel(OWN, fetch, context.ask, self, sort="requested_on", descending=True),
            "dossier-services",
            empty="没有服务事项。用地、要素、招聘、乘车、入学等不发放资金的服务在“台账”的“服务事项”中登记。",
            filter_hint="筛选编号、人员、内容…",
        )
        self.list.opened.connect(lambda row: context.go("service", row.id))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self.list)
        self.setFocusProxy(self.list)

    def refresh(self) -> None:
        self.list.refresh()
