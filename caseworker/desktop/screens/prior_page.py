"""历史补录 in the 台账: what was granted before this program, batch by batch, and the ways to enter more."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit
from caseworker.desktop.files import save
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.parts import button, label
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel
from caseworker.services.prior_views import PriorBatchRow
from caseworker.services.views import Page, Role

TONES = {"entered": "amber", "confirmed": "green", "voided": "quiet"}
COLUMNS: tuple[Column[PriorBatchRow], ...] = (
    Column("编号", lambda row: row.id, "entered_on", RIGHT, width=4),
    Column("类别", lambda row: row.kind_name, "kind", width=5),
    Column("状态", lambda row: row.state_name, "state", width=6, tone=lambda row: TONES[row.state]),
    Column("标题", lambda row: row.title, "title", width=18, stretch=True),
    Column("行数", lambda row: row.rows, "rows", RIGHT, width=5),
    Column("金额（元）", lambda row: row.total, None, RIGHT, width=9),
    Column("录入", lambda row: f"{row.entered_by} {row.entered_on}", None, width=10),
    Column("确认", lambda row: f"{row.confirmed_by} {row.confirmed_on}" if row.confirmed_by else "", None, width=10),
)
STATES = ((None, "全部"), ("entered", "待确认"), ("confirmed", "已确认"), ("voided", "已作废"))
ABOUT = (
    "启用本程序以前的兑现、资金和文号在这里补录。一人录入，复核人或负责人核对凭据后确认；"
    "确认以后才计入限额、期次、专项资金和文号。"
)
EMPTY = "还没有补录。先保存空白表，照着旧台账填好，再读入；只有一两笔的，可以直接登记。"


class PriorPage(QWidget):
    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.state = ChoiceEdit(STATES)
        self.state.setAccessibleName("状态")

        def fetch(offset: int, limit: int, sort: str | None, descending: bool, search: str) -> Page[PriorBatchRow]:
            return context.desk.prior.page(
                search,
                self.state.currentData(),
                offset=offset,
                limit=limit,
                sort=sort or "entered_on",
                descending=descending,
            )

        model = PagedTableModel(COLUMNS, fetch, context.ask, self, sort="entered_on", descending=True)
        acts: tuple[Act, ...] = ()
        if context.may(Role.CASEWORKER):
            acts = (
                Act("登记一笔…", lambda: context.go("prior-grant", 0), needs_row=False, button=True),
                Act(
                    "读入补录表…",
                    lambda: context.go("prior-entry", 0),
                    "import",
                    needs_row=False,
                    button=True,
                    primary=True,
                ),
            )
        self.list = ListView(
            model, "prior-batches", empty=EMPTY, acts=acts, filter_hint="筛选标题、凭据…", filters=(self.state,)
        )
        self.state.currentIndexChanged.connect(lambda _i: self.list.refresh())
        self.list.opened.connect(lambda row: context.go("prior", row.id))
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(label(ABOUT, "quiet", wrap=True), 1)
        self.template = button("保存空白补录表…", self.ask_template, picture="save")
        top.addWidget(self.template)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.setSpacing(8)
        whole.addLayout(top)
        whole.addWidget(self.list, 1)
        self.setFocusProxy(self.list)

    def keep(self) -> None:
        """Nothing is typed here."""

    def show_policy(self, _policy: str) -> None:
        """A workbook holds all policies of the office, so the list is one for all."""
        self.list.refresh()

    def ask_template(self) -> None:
        name, _kind = QFileDialog.getSaveFileName(self, "保存空白补录表", "历史兑现补录.xlsx", "工作簿 (*.xlsx)")
        if name:
            self.save_template(Path(name))

    def save_template(self, path: Path) -> None:
        desk = self._context.desk
        self._context.ask(
            "正在写补录表…",
            lambda: save(path, desk.prior.template()),
            self,
            lambda _nothing: self._context.say(f"已保存到 {path}"),
        )
