"""What was imported for a party; an import is undone as a whole while nothing was decided on it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.parts import ReasonStrip
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, listed
from caseworker.services.views import ImportRow, Role

STATES = {"active": ("有效", "green"), "undone": ("已撤销", "quiet")}

COLUMNS: tuple[Column[ImportRow], ...] = (
    Column("类别", lambda row: row.kind_name, "kind_name", width=7),
    Column("文件", lambda row: row.file_name, "file_name", width=20, stretch=True),
    Column("读入行数", lambda row: row.rows_taken, "rows_taken", RIGHT, width=6),
    Column("退回行数", lambda row: row.rows_rejected, "rows_rejected", RIGHT, width=6),
    Column("时间", lambda row: row.imported_at, "imported_at", width=11),
    Column("经手人", lambda row: row.imported_by, "imported_by", width=6),
    Column(
        "状态",
        lambda row: STATES.get(row.state, (row.state, ""))[0],
        "state",
        width=6,
        tone=lambda row: STATES.get(row.state, ("", "quiet"))[1],
    ),
)


class DossierImports(QWidget):
    def __init__(self, context: Context, party_id: int) -> None:
        super().__init__()
        self._context = context
        self._party_id = party_id
        acts: tuple[Act, ...] = ()
        start: Act | None = None
        if context.may(Role.CASEWORKER):
            start = Act(
                "导入工作簿…",
                lambda: context.go("import", party_id),
                "import",
                needs_row=False,
                button=True,
                primary=True,
                keys="Ctrl+I",
            )
            acts = (start, Act("撤销这次导入…", self._undo))
        model = PagedTableModel(COLUMNS, listed((), COLUMNS), context.ask, self)
        self.list = ListView(
            model,
            "imports",
            empty="还没有导入过。花名册、工资流水、社保记录都从企业交来的表格读入。",
            empty_act=start,
            acts=acts,
            filter_hint=None,
        )
        self.reason = ReasonStrip()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self.list, 1)
        column.addWidget(self.reason)
        self.setFocusProxy(self.list)

    def refresh(self) -> None:
        desk, key = self._context.desk, self._party_id
        self._context.ask(
            "正在读取导入记录…",
            lambda: desk.imports.page(key),
            self,
            lambda rows: self.list.model.set_provider(listed(rows, COLUMNS)),
        )

    def _undo(self) -> None:
        row = self.list.current()
        if not isinstance(row, ImportRow):
            return
        if not row.may_undo:
            self._context.tell("这次导入已撤销，或已有决定以它为依据，不能撤销。", "amber")
            return
        desk = self._context.desk

        def undo(reason: str) -> None:
            self._context.ask("正在撤销导入…", lambda: desk.imports.undo(row.id, reason), self, undone)

        def undone(_nothing: object) -> None:
            self.reason.done()
            self._context.say("这次导入已整体撤销")
            self.refresh()

        self.reason.ask(f"撤销“{row.file_name}”的原因：", undo, "撤销导入")
