"""办理经过: every move of the case, with its reason."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.listview import ListView
from caseworker.desktop.tables import Column, PagedTableModel, listed
from caseworker.services.views import MoveRow


def _way(row: MoveRow) -> str:
    if not row.from_step:
        return row.to_step
    return row.from_step if row.from_step == row.to_step else f"{row.from_step} → {row.to_step}"


COLUMNS: tuple[Column[MoveRow], ...] = (
    Column("办理日期", lambda row: row.office_date, width=7),
    Column("办理人", lambda row: row.user, width=7),
    Column("事项", lambda row: row.move, width=10),
    Column("步骤", _way, width=14),
    Column("原因", lambda row: row.reason, width=24, stretch=True),
    Column("记录时间", lambda row: row.moved_at, width=11),
)


class CaseLog(QWidget):
    def __init__(self, context: Context) -> None:
        super().__init__()
        model = PagedTableModel(COLUMNS, listed((), COLUMNS), context.ask, self)
        self.list = ListView(model, "case-log", empty="还没有办理记录。", filter_hint=None)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self.list)

    def show_log(self, log: tuple[MoveRow, ...]) -> None:
        self.list.model.set_provider(listed(log, COLUMNS))
