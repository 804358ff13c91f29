"""One batch of 历史补录: what it says on the left, the evidence on the right, and the second person's word."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.files import save
from caseworker.desktop.listview import ListView
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import Chip, ElidedLabel, Message, ReasonStrip, button, label
from caseworker.desktop.scan_viewer import ScanViewer
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.prior_page import TONES
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel
from caseworker.services.prior_views import PriorBatchDetail, PriorBatchRow, PriorLine
from caseworker.services.views import Page

LINES: tuple[Column[PriorLine], ...] = (
    Column("事项", lambda row: row.what, None, width=9),
    Column("单位", lambda row: row.party, None, width=14),
    Column("人员", lambda row: row.person, None, width=13),
    Column("金额（元）", lambda row: row.amount, None, RIGHT, width=7),
    Column("日期", lambda row: row.day, None, width=6),
    Column("内容", lambda row: row.detail, None, width=12, stretch=True),
    Column("凭证", lambda row: row.evidence, None, width=8),
)
PARTY, PERSON, EVIDENCE = 1, 2, 6
_MOST_SUMS = 6
_MOST_CASES = 6


class PriorBatchScreen(Screen):
    title = "历史补录"
    manual = "prior"

    def __init__(self, context: Context, batch_id: int) -> None:
        super().__init__(context)
        self.batch_id = batch_id
        self.detail: PriorBatchDetail | None = None
        self._opened: bool | None = None  # whether the scan was asked for
        self.state = Chip()
        self.workbook = button("另存补录表…", self._save_workbook, picture="save")
        self.void_button = button("作废…", self.ask_void)
        self.confirm_button = button("确认  Ctrl+Enter", self.main_act, role="primary")
        self._head = self.heading("历史补录", self.state, self.workbook, self.void_button, self.confirm_button)
        self.message = Message()
        self.reason = ReasonStrip()
        self.about = label("", "quiet", wrap=True, selectable=True)
        self.sums = label("", "strong", wrap=True, selectable=True)
        self.warnings = label("", "due", wrap=True, selectable=True)
        for widget in (self.message, self.reason, self.about, self.sums, self.warnings):
            self.body.addWidget(widget)

        def fetch(offset: int, limit: int, sort: str | None, descending: bool, search: str) -> Page[PriorLine]:
            return context.desk.prior.lines(batch_id, search, offset=offset, limit=limit)

        model = PagedTableModel(LINES, fetch, context.ask, self)
        self.lines = ListView(model, "prior-batch", empty="这一批没有内容。", filter_hint="筛选单位、人员…")
        beside = QWidget()
        column = QVBoxLayout(beside)
        column.setContentsMargins(8, 0, 0, 0)
        column.setSpacing(6)
        top = QHBoxLayout()
        self.paper = ElidedLabel("凭据", "strong")
        top.addWidget(self.paper, 1)
        self.scan = ScanViewer(context)
        self.zooms = [
            button(words, partial(self.scan.zoom, factor), role="link")
            for words, factor in (("适合", 0.0), ("放大", 1.25), ("缩小", 0.8))
        ]
        for one in self.zooms:
            top.addWidget(one)
        column.addLayout(top)
        self.evidence = label("", None, wrap=True, selectable=True)
        column.addWidget(self.evidence)
        column.addWidget(self.scan, 1)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.lines)
        self.split.addWidget(beside)
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 2)
        self.split.setSizes([820, 440])  # in proportion: the list as wide as its columns, the rest for the paper
        self.body.addWidget(self.split, 1)
        self.setFocusProxy(self.lines)

    # ---- reading -------------------------------------------------------------------------

    def refresh(self) -> None:
        desk, key = self.context.desk, self.batch_id
        self.context.ask("正在读取补录…", lambda: desk.prior.get(key), self, self._show)
        self.lines.refresh()

    def _show(self, detail: PriorBatchDetail) -> None:
        self.detail = detail
        row = detail.row
        self._head.setText(f"历史补录第 {row.id} 批　{row.title}")
        self.state.set(row.state_name, TONES[row.state])
        words = [f"{row.kind_name} {row.rows:,} 行", f"{row.entered_by} {row.entered_on} 录入"]
        if detail.people:
            words.insert(1, f"{detail.people:,} 人")
        if row.confirmed_by:
            words.append(f"{row.confirmed_by} {row.confirmed_on} 确认")
        if row.voided_reason:
            words.append(f"已作废：{row.voided_reason}")
        elif row.state == "entered":
            words.append("确认以前不计入" + (f"；{detail.why_not}" if detail.why_not else ""))
        self.about.setText("，".join(words))
        self._show_sums(detail)
        for column in (PARTY, PERSON):
            self.lines.table.setColumnHidden(column, row.kind != "grants" or (column == PERSON and not detail.people))
        self.lines.table.setColumnHidden(EVIDENCE, not detail.own_evidence)
        self.lines.table.horizontalHeader().setStretchLastSection(row.kind != "grants")  # what is left of the columns
        cases = self._cases(detail)
        self.warnings.setText("\n".join((*detail.warnings, *cases)))
        self.warnings.setVisible(bool(detail.warnings or cases))
        self.evidence.setText(row.evidence)
        self.workbook.setVisible(row.has_workbook)
        self.confirm_button.setVisible(detail.may_confirm)
        self.void_button.setVisible(detail.may_void)
        for one in self.zooms:
            one.setVisible(row.has_scan)
        if self._opened is not row.has_scan:
            self._opened = row.has_scan
            desk, key = self.context.desk, self.batch_id
            if row.has_scan:
                self.scan.open(lambda: desk.prior.file(key, "scan")[2])
            else:
                self.scan.tell("没有附扫描件。请取出纸质凭据，对照左边的清单逐笔核对。")

    def _show_sums(self, detail: PriorBatchDetail) -> None:
        row = detail.row
        if row.kind != "grants":
            self.sums.hide()
            return
        parts = [
            f"{what} {count:,} 笔 {amount.shown()} 元" for what, count, amount in detail.sums[:_MOST_SUMS] if amount
        ]
        more = f" 等 {len(detail.sums)} 项" if len(detail.sums) > _MOST_SUMS else ""
        whole = "" if row.total is None else f"合计 {row.total.shown()} 元：" if len(detail.sums) > 1 else ""
        self.sums.setText(whole + "；".join(parts) + more)
        self.sums.show()

    @staticmethod
    def _cases(detail: PriorBatchDetail) -> tuple[str, ...]:
        if not detail.resting or not detail.may_void:
            return ()
        listed = "、".join(detail.resting[:_MOST_CASES])
        more = f"等 {len(detail.resting)} 件" if len(detail.resting) > _MOST_CASES else ""
        return (f"确认以后，{listed}{more}已据此作出决定。",)

    # ---- acting --------------------------------------------------------------------------

    def main_act(self) -> None:
        if self.detail is None or not self.detail.may_confirm:
            return
        desk, key = self.context.desk, self.batch_id

        def confirmed(row: PriorBatchRow) -> None:
            self.message.dismiss()
            self.context.say(f"第 {row.id} 批已确认，从现在起计入")
            self.refresh()

        self.context.ask("正在确认…", lambda: desk.prior.confirm(key), self, confirmed, self._refused)

    def ask_void(self) -> None:
        detail = self.detail
        if detail is None or not detail.may_void:
            return
        desk, key = self.context.desk, self.batch_id
        despite = bool(detail.resting)
        question = f"作废第 {key} 批的原因："
        if despite:
            question = f"已有 {len(detail.resting)} 件据此决定，作废不改变它们。仍要作废的原因："

        def voided(row: PriorBatchRow) -> None:
            self.reason.done()
            self.context.say(f"第 {row.id} 批已作废")
            self.refresh()

        def void(reason: str) -> None:
            self.context.ask(
                "正在作废…", lambda: desk.prior.void(key, reason, despite=despite), self, voided, self._refused
            )

        self.reason.ask(question, void, "作废")

    def _refused(self, trouble: Trouble) -> bool:
        if trouble.kind not in ("refusal", "input"):
            return False
        self.message.tell(trouble.message, "amber")
        return True

    def _save_workbook(self) -> None:
        detail = self.detail
        if detail is None:
            return
        name, _kind = QFileDialog.getSaveFileName(self, "另存补录表", f"{detail.row.title}.xlsx", "工作簿 (*.xlsx)")
        if name:
            desk, key, path = self.context.desk, self.batch_id, Path(name)
            self.context.ask(
                "正在保存…",
                lambda: save(path, desk.prior.file(key, "workbook")[2]),
                self,
                lambda _nothing: self.context.say(f"已保存到 {path}"),
            )
