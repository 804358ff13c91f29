"""变更记录: every field over time. Choose one, and see its values: when, who, from what to what, why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtWidgets import QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit
from caseworker.desktop.listview import ListView
from caseworker.desktop.tables import Column, PagedTableModel, listed
from caseworker.services.action_names import COLUMN_NAMES
from caseworker.services.views import HistoryRow

EMPTY = "（空）"
ALL_FIELDS = "全部字段"


SINCE, SOURCE, WHY = (COLUMN_NAMES[name] for name in ("valid_from", "source", "voided_reason"))


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of one change; of a dated fact also its day and its paper. `field` is empty where there is none."""

    at: datetime
    user: str
    action: str
    reason: str
    field: str
    before: str
    after: str
    since: str = ""
    source: str = ""


COLUMNS: tuple[Column[FieldChange], ...] = (
    Column("时间", lambda row: row.at, "at", width=10),
    Column("用户", lambda row: row.user, "user", width=5),
    Column("字段", lambda row: row.field, "field", width=6, stretch=True),
    Column("改前", lambda row: row.before, width=4, stretch=True),
    Column("改后", lambda row: row.after, width=8, stretch=True),
    Column("自何日起", lambda row: row.since, width=6),
    Column("依据材料", lambda row: row.source, width=5, stretch=True),
    Column("事项", lambda row: row.action, "action", width=5),
    Column("原因", lambda row: row.reason, width=4, stretch=True),
)


class DossierHistory(QWidget):
    def __init__(self, context: Context, party_id: int) -> None:
        super().__init__()
        self._context = context
        self._party_id = party_id
        self._changes: tuple[FieldChange, ...] = ()
        self.field = ChoiceEdit(((None, ALL_FIELDS),))
        self.field.setAccessibleName("看哪个字段")
        self.field.setSizeAdjustPolicy(ChoiceEdit.SizeAdjustPolicy.AdjustToContents)
        self.field.setMaxVisibleItems(20)
        self.field.currentIndexChanged.connect(lambda _i: self._narrow())
        model = PagedTableModel(COLUMNS, listed((), COLUMNS), context.ask, self)
        self.list = ListView(
            model,
            "dossier-history",
            empty="还没有变更记录。",
            filter_hint="按用户、内容或原因筛选",
            filters=(self.field,),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self.list)
        self.setFocusProxy(self.list)

    def refresh(self) -> None:
        desk, key = self._context.desk, self._party_id
        self._context.ask("正在读取变更记录…", lambda: by_field(desk.dossiers.history(key)), self, self._show)

    def _show(self, changes: tuple[FieldChange, ...]) -> None:
        self._changes = changes
        chosen = self.field.currentData()
        names = sorted({change.field for change in changes if change.field})
        self.field.blockSignals(True)
        self.field.clear()
        self.field.addItem(ALL_FIELDS, None)
        for name in names:
            self.field.addItem(name, name)
        self.field.choose(chosen)
        self.field.blockSignals(False)
        self._narrow()

    def show_field(self, name: str) -> None:
        self.field.choose(name)

    def _narrow(self) -> None:
        name = self.field.currentData()
        rows = tuple(change for change in self._changes if name is None or change.field == name)
        self.list.model.set_provider(listed(rows, COLUMNS))


def by_field(rows: tuple[HistoryRow, ...]) -> tuple[FieldChange, ...]:
    """Newest first, a line a field. A fact's day and paper stand beside its value; a lone change of them is a line."""
    found: list[FieldChange] = []
    for row in rows:
        beside = {name: after for name, _before, after in row.changes if name in (SINCE, SOURCE, WHY)}
        changes = [change for change in row.changes if change[0] not in beside]
        if not changes:
            changes = [change for change in row.changes if change[0] != WHY] or [("", "", "")]
            beside = {}
        for name, before, after in changes:
            found.append(
                FieldChange(
                    row.at,
                    row.user,
                    row.action,
                    row.reason,
                    name,
                    (before or EMPTY) if name else "",
                    (after or EMPTY) if name else "",
                    _known(beside.get(SINCE, "")),
                    _known(beside.get(SOURCE, "")),
                )
            )
    return tuple(found)


def _known(words: str) -> str:
    return "" if words == EMPTY else words
