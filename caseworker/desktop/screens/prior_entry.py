"""读入补录表, in place: the filled workbook, what is good and what is wrong in it, then all of it or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout

from caseworker.desktop.context import Context
from caseworker.desktop.fields import LineEdit
from caseworker.desktop.listview import ListView
from caseworker.desktop.operations import Operation, Trouble
from caseworker.desktop.parts import Chip, ElidedLabel, Message, button, label, tab_widget
from caseworker.desktop.screen import Screen
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, listed
from caseworker.services.prior_views import PriorBatchRow, PriorLine, PriorPreview, PriorProblemRow

PROBLEMS: tuple[Column[PriorProblemRow], ...] = (
    Column("工作表", lambda row: row.sheet, "sheet", width=6),
    Column("行号", lambda row: row.row or None, "row", RIGHT, width=5),
    Column("列", lambda row: row.column, "column", width=9),
    Column("问题", lambda row: row.reason, "reason", width=30, stretch=True),
)
LINES: tuple[Column[PriorLine], ...] = (
    Column("工作表", lambda row: row.sheet, "sheet", width=6),
    Column("行号", lambda row: row.row, "row", RIGHT, width=4),
    Column("事项", lambda row: row.what, "what", width=14),
    Column("单位", lambda row: row.party, "party", width=13, stretch=True),
    Column("人员", lambda row: row.person, "person", width=12),
    Column("金额（元）", lambda row: row.amount, "amount", RIGHT, width=8),
    Column("日期", lambda row: row.day, "day", width=7),
    Column("内容", lambda row: row.detail, "detail", width=14),
)
FILES = "补录表 (*.xlsx *.xls);;所有文件 (*)"
SCANS = "扫描件 (*.pdf *.jpg *.jpeg *.png *.tif *.tiff)"
BLANK = (
    "选择填好的补录表，也可以把文件拖到这里。\n"
    "程序先逐行核对，有一处不对就整个不录入；录入以后还要由另一人确认，才会计入。"
)
NO_FILE = "还没有选择文件，也可以把文件拖到这里"
NO_SCAN = "可以不附；附上后，确认的人可以对照着看"


class PriorEntryScreen(Screen):
    title = "读入补录表"
    manual = "prior"

    def __init__(self, context: Context, _key: int = 0) -> None:
        super().__init__(context)
        self.setAcceptDrops(True)
        self.path: Path | None = None
        self.scan: Path | None = None
        self.preview: PriorPreview | None = None
        self._busy = False
        self._asked = 0
        self.heading("读入补录表")
        self.message = Message(closable=False)
        self.body.addWidget(self.message)

        self.choose_button = button("选择补录表…", self._choose, picture="import")
        self.file = ElidedLabel(NO_FILE, "quiet")
        self.evidence = LineEdit()
        self.evidence.setAccessibleName("凭据")
        self.evidence.setPlaceholderText("这些数字从哪里来，如 2022 年拨款凭证 1 至 36 号，档案盒 7")
        self.evidence.textChanged.connect(lambda _t: self._show_state())
        self.scan_button = button("附上扫描件…", self._choose_scan, picture="clip")
        self.scan_name = ElidedLabel(NO_SCAN, "quiet")
        words = label("凭据 *", "quiet")
        words.setBuddy(self.evidence)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.addWidget(self.choose_button, 0, 0)
        grid.addWidget(self.file, 0, 1)
        grid.addWidget(self.scan_button, 0, 2)
        grid.addWidget(self.scan_name, 0, 3)
        grid.addWidget(words, 1, 0, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.evidence, 1, 1, 1, 3)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(3, 2)
        self.body.addLayout(grid)

        self.blank = label(BLANK, "quiet", wrap=True)
        self.blank.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.body.addWidget(self.blank, 1)
        self.warnings = label("", "due", wrap=True, selectable=True)
        self.body.addWidget(self.warnings)
        self.tabs = tab_widget()
        self.problems = self._list("prior-problems", PROBLEMS, "没有发现问题。")
        self.lines = self._list("prior-lines", LINES, "没有可以录入的内容。")
        self.skipped = self._list("prior-skipped", PROBLEMS, "没有略过的内容。")
        self.tabs.addTab(self.problems, "问题")
        self.tabs.addTab(self.lines, "可录入")
        self.tabs.addTab(self.skipped, "略过")
        self.body.addWidget(self.tabs, 1)

        foot = QHBoxLayout()
        foot.setSpacing(8)
        self.good_chip, self.bad_chip = Chip("", "green"), Chip("", "red")
        self.total = label("", "quiet")
        for widget in (self.good_chip, self.bad_chip, self.total):
            foot.addWidget(widget)
        foot.addStretch(1)
        self.again = button("改好后重新读取", self._read)
        self.take = button("全部录入  Ctrl+Enter", self.main_act, role="primary")
        foot.addWidget(self.again)
        foot.addWidget(self.take)
        self.body.addLayout(foot)
        self.setFocusProxy(self.choose_button)
        self._show_state()

    def _list(self, name: str, columns: tuple[Column[Any], ...], empty: str) -> ListView:
        model = PagedTableModel(columns, listed((), columns), self.context.ask, self)
        return ListView(model, name, empty=empty, filter_hint=None)

    # ---- the files -----------------------------------------------------------------------

    def _choose(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, "选择填好的补录表", "", FILES)
        if name:
            self.open_file(Path(name))

    def _choose_scan(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, "附上凭据的扫描件", "", SCANS)
        if name:
            self.attach(Path(name))

    def attach(self, path: Path | None) -> None:
        self.scan = path
        self.scan_name.setText(NO_SCAN if path is None else path.name)

    def open_file(self, path: Path) -> None:
        self.path = path
        self.file.setText(path.name)
        self._read()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Workbooks are read, anything else is the scanned evidence."""
        for url in event.mimeData().urls():
            path = Path(url.toLocalFile())
            if path.suffix.lower() in (".xlsx", ".xls", ".xlsm", ".et", ".csv"):
                self.open_file(path)
            else:
                self.attach(path)

    def _read(self) -> None:
        if self.path is None or self._busy:
            return
        desk, path = self.context.desk, self.path
        self._asked += 1
        asked = self._asked
        self.message.hide()
        operation = Operation(
            "正在核对补录表…",
            lambda progress, cancelled: desk.prior.preview(path, progress=progress, cancelled=cancelled),
        )
        self.context.run(
            operation, self, lambda found: self._previewed(found) if asked == self._asked else None, self._unreadable
        )

    def _unreadable(self, trouble: Trouble) -> bool:
        self.preview = None
        self.message.tell(trouble.message, "red" if trouble.kind in ("environment", "bug") else "amber")
        self._show_state()
        return True

    def _previewed(self, preview: PriorPreview) -> None:
        self.preview = preview
        self.problems.model.set_provider(listed(preview.problems, PROBLEMS))
        self.lines.model.set_provider(listed(preview.lines, LINES))
        self.skipped.model.set_provider(listed(preview.skipped, PROBLEMS))
        self.tabs.setTabText(0, f"问题（{len(preview.problems):,}）" if preview.problems else "问题")
        most = f"，显示前 {len(preview.lines):,} 行" if preview.rows > len(preview.lines) else ""
        self.tabs.setTabText(1, f"可录入（{preview.rows:,}{most}）")
        self.tabs.setTabText(2, f"略过（{len(preview.skipped):,}）" if preview.skipped else "略过")
        self.tabs.setCurrentIndex(0 if preview.problems else 1)
        self._show_state()
        if not preview.problems and not self.evidence.text().strip():
            self.evidence.setFocus()

    def _show_state(self) -> None:
        preview = self.preview
        known = preview is not None
        for widget in (self.tabs, self.good_chip, self.take, self.again):
            widget.setVisible(known)
        self.blank.setVisible(not known)
        self.bad_chip.setVisible(preview is not None and bool(preview.problems))
        self.warnings.setVisible(preview is not None and bool(preview.warnings))
        self.total.setVisible(preview is not None and preview.grants > 0)
        self.take.setEnabled(False)
        if preview is None:
            return
        self.good_chip.set(f"可录入 {preview.rows:,} 行", "green")
        self.bad_chip.set(f"{len(preview.problems):,} 处问题", "red")
        people = f"，新建人员 {preview.new_people:,} 名" if preview.new_people else ""
        self.total.setText(f"兑现 {preview.grants:,} 笔，合计 {preview.total.shown()} 元{people}")
        self.warnings.setText("\n".join(preview.warnings))
        evident = bool(self.evidence.text().strip())
        self.take.setEnabled(not preview.problems and preview.rows > 0 and evident and not self._busy)
        why = "有问题的行改正后才能录入" if preview.problems else "" if evident else "请先写明凭据"
        self.take.setToolTip(why)

    # ---- entering ------------------------------------------------------------------------

    def main_act(self) -> None:
        self.evidence.settle()
        if not self.take.isEnabled() or self.take.isHidden() or self.path is None:
            return
        desk, path, scan, evidence = self.context.desk, self.path, self.scan, self.evidence.text().strip()
        self._busy = True
        self._show_state()
        operation = Operation(
            f"正在录入 {path.name}",
            lambda progress, cancelled: desk.prior.enter(
                path, evidence, scan=scan, progress=progress, cancelled=cancelled
            ),
        )
        self.context.run(operation, self, self._entered, self._not_entered, self._ended)

    def _ended(self) -> None:
        self._busy = False
        self._show_state()

    def _entered(self, rows: tuple[PriorBatchRow, ...]) -> None:
        self.preview = self.path = None
        self.file.setText(NO_FILE)
        self.evidence.clear()
        self.attach(None)
        batches = "、".join(f"第 {row.id} 批（{row.kind_name}）" for row in rows)
        self.context.say(f"已录入 {batches}，等复核人或负责人确认")
        self.context.go("prior", rows[0].id)

    def _not_entered(self, trouble: Trouble) -> bool:
        tone = {"environment": "red", "bug": "red", "cancelled": "accent"}.get(trouble.kind, "amber")
        lines = [trouble.message, *[problem.message for problem in trouble.problems[:5]]]
        self.message.tell("\n".join(dict.fromkeys(lines)), tone)
        return True
