"""监管 in a dossier: whether its money is stopped, every act upon it, and what is ordered back of it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.parts import Message
from caseworker.desktop.screens.oversight_entry import Preset
from caseworker.desktop.screens.oversight_parts import OWN_ACTS, OWN_RECOVERIES
from caseworker.desktop.tables import PagedTableModel
from caseworker.services.oversight_views import ActRow, RecoveryRow
from caseworker.services.views import Page, Role


class DossierOversight(QWidget):
    def __init__(self, context: Context, party_id: int) -> None:
        super().__init__()
        self._context = context
        self._party = party_id
        self.stopped = Message(closable=False)

        def acts(offset: int, limit: int, sort: str | None, descending: bool, search: str) -> Page[ActRow]:
            return context.desk.oversight.page(
                search,
                party_id=party_id,
                offset=offset,
                limit=limit,
                sort=sort or "happened_on",
                descending=descending,
            )

        def money(offset: int, limit: int, sort: str | None, descending: bool, search: str) -> Page[RecoveryRow]:
            return context.desk.recoveries.page(
                search,
                party_id=party_id,
                offset=offset,
                limit=limit,
                sort=sort or "ordered_on",
                descending=descending,
            )

        staff = context.may(Role.CASEWORKER, Role.REVIEWER, Role.HEAD)
        enter = Act("登记监管事项…", self._enter, "add", needs_row=False, button=True)
        order = Act("下达追回…", self._order, needs_row=False, button=True)
        offered = (*((enter,) if staff else ()), *((order,) if context.may(Role.HEAD) else ()))
        self.list = ListView(
            PagedTableModel(OWN_ACTS, acts, context.ask, self, sort="happened_on", descending=True),
            "dossier-oversight",
            empty="对这个单位没有监管事项。",
            acts=offered,
            filter_hint="筛选内容…",
        )
        self.list.opened.connect(lambda row: context.go("oversight", row.id))
        self.money = ListView(
            PagedTableModel(OWN_RECOVERIES, money, context.ask, self, sort="ordered_on", descending=True),
            "dossier-recoveries",
            empty="没有追回。",
            filter_hint=None,
        )
        self.money.opened.connect(lambda row: context.go("recovery", row.id))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(self.stopped)
        whole.addWidget(self.list, 2)
        whole.addWidget(self.money, 1)
        self.setFocusProxy(self.list)

    def refresh(self) -> None:
        desk, party = self._context.desk, self._party
        self._context.ask("正在读取…", lambda: desk.oversight.suspended(party), self, self._show)
        self.list.refresh()
        self.money.refresh()

    def _show(self, act: ActRow | None) -> None:
        if act is None:
            self.stopped.dismiss()
        else:
            self.stopped.tell(f"自 {act.happened_on} 起暂停拨付：{act.title}。解除须由负责人办理。", "red")

    def _enter(self) -> None:
        self._context.go("oversight-entry", Preset(party=self._party).key)

    def _order(self) -> None:
        self._context.go("recovery-entry", self._party)
