"""Every change of a dossier and of its facts: who, when, why, from what to what."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.listview import ListView
from caseworker.desktop.tables import Column, PagedTableModel, listed
from caseworker.services.views import HistoryRow


def _changes(row: HistoryRow) -> str:
    return "；".join(f"{name}：{before or '（空）'} → {after or '（空）'}" for name, before, after in row.changes)


COLUMNS: tuple[Column[HistoryRow], ...] = (
    Column("时间", lambda row: row.at, "at", width=11),
    Column("用户", lambda row: row.user, "user", width=7),
    Column("事项", lambda row: row.action, "action", width=10),
    Column("内容", _changes, width=30, stretch=True),
    Column("原因", lambda row: row.reason, width=14),
)


class DossierHistory(QWidget):
    def __init__(self, context: Context, party_id: int) -> None:
        super().__init__()
        self._context = context
        self._party_id = party_id
        model = PagedTableModel(COLUMNS, listed((), COLUMNS), context.ask, self)
        self.list = ListView(model, "history", empty="还没有变更记录。")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self.list)

    def refresh(self) -> None:
        desk, key = self._context.desk, self._party_id
        self._context.ask(
            "正在读取变更记录…",
            lambda: desk.dossiers.history(key),
            self,
            lambda rows: self.list.model.set_provider(listed(rows, COLUMNS)),
        )
