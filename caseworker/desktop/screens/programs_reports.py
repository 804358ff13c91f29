"""报表: the workbooks beside those of a payment, for a policy and a year, saved where the clerk says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.operations import Operation
from caseworker.desktop.parts import label
from caseworker.desktop.tables import Column, PagedTableModel, listed
from caseworker.services.finance_workbooks import SavedWorkbook
from caseworker.services.views import Role

YEARS_BACK = 10


@dataclass(frozen=True, slots=True)
class Report:
    kind: str
    name: str
    about: str
    of_policy: bool = True
    of_year: bool = True


REPORTS = (
    Report("summary", "资金汇总表", "所选政策和资金年度：按条款、按单位，各季度已拨付和已决定未拨付的数额"),
    Report("fund", "预算执行表", "所选政策：历年预算、已承诺、已拨付、结余和执行进度，所选年度分月"),
    Report("ledger", "办件台账（本年受理）", "所选政策在所选年度受理的每个办件和它现在的情况"),
    Report("ledger", "办件台账（全部）", "所有政策、所有年度的每个办件", of_policy=False, of_year=False),
)
COLUMNS: tuple[Column[Report], ...] = (
    Column("报表", lambda row: row.name, width=12),
    Column("内容", lambda row: row.about, width=30, stretch=True),
)


class ReportsPage(QWidget):
    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._policy = ""
        self.year = ChoiceEdit(())
        self.year.setAccessibleName("年度")
        self.year.setSizeAdjustPolicy(ChoiceEdit.SizeAdjustPolicy.AdjustToContents)
        this_year = context.office.today.year
        for year in range(this_year, this_year - YEARS_BACK, -1):
            self.year.addItem(f"{year} 年", year)
        model = PagedTableModel(COLUMNS, listed(REPORTS, COLUMNS), context.ask, self)
        may = context.may(Role.CASEWORKER, Role.REVIEWER, Role.HEAD)
        acts = (Act("导出…", self._choose, "save", button=True, primary=True, keys="Ctrl+S"),) if may else ()
        self.list = ListView(model, "reports", empty="", acts=acts, filter_hint=None, filters=(self.year,))
        if may:
            self.list.opened.connect(lambda _row: self._choose())
        words = label(
            "数字是导出时的情况，不编号，不登记；每次导出记入日志。拨付明细表、人员名单在拨付批次里。",
            "quiet",
            wrap=True,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(words)
        column.addWidget(self.list, 1)
        self.setFocusProxy(self.list)

    def keep(self) -> None:
        """Nothing is typed here."""

    def show_policy(self, policy: str) -> None:
        self._policy = policy
        self.list.refresh()

    def _choose(self) -> None:
        report = self.list.current()
        if not isinstance(report, Report):
            return
        mark = f"{self.year.currentData()}年" if report.of_year else ""
        name, _ = QFileDialog.getSaveFileName(
            self, f"导出{report.name}", f"{mark}{report.name}.xlsx", "Excel 工作簿 (*.xlsx)"
        )
        if name:
            self.save(report, Path(name if name.lower().endswith(".xlsx") else f"{name}.xlsx"))

    def save(self, report: Report, path: Path) -> None:
        desk, year = self._context.desk, int(self.year.currentData())
        policy = self._policy if report.of_policy else ""
        operation = Operation(
            f"正在导出{report.name}…",
            lambda progress, cancelled: desk.workbooks.save(
                report.kind,
                path,
                policy=policy,
                year=year if report.of_year else None,
                progress=progress,
                cancelled=cancelled,
            ),
        )
        self._context.run(operation, self, self._told)

    def _told(self, made: SavedWorkbook) -> None:
        self._context.tell(f"已导出 {made.rows:,} 行到 {made.path}。", "green")
