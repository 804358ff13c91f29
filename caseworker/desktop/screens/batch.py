"""One payment batch in place: its payments, what the bank sent back, and the rows a clerk has to settle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.document_row import DocumentOffers
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.operations import Operation, Trouble
from caseworker.desktop.parts import Chip, Message, ReasonStrip, button, label, tab_widget
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.batch_return import ReturnCheck
from caseworker.desktop.screens.batch_settle import SettleStrip
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, listed
from caseworker.desktop.words import parse_date
from caseworker.services.return_views import PaymentLineRow, ReturnPreview, ReturnRow, ReturnView
from caseworker.services.templates import TemplateRow
from caseworker.services.views import DocumentRow, PaymentBatchRow, Role


def _said(row: PaymentLineRow) -> str:
    return row.return_reason or (f"仍报原账户：{row.reorder_reason}" if row.reorder_reason else "")


LINE_TONES = {"ordered": "accent", "paid": "green", "returned": "red"}
MATCH_TONES = {"matched": "green", "repeat": "quiet", "differing": "amber", "unknown": "red"}
LINES: tuple[Column[PaymentLineRow], ...] = (
    Column("办件编号", lambda row: row.case_number, "case_number", width=9),
    Column("户名", lambda row: row.payee, "payee", width=18, stretch=True),
    Column("账号", lambda row: row.account_number, "account_number", width=14),
    Column("金额（元）", lambda row: row.amount, "amount", RIGHT, width=9),
    Column("状态", lambda row: row.state_name, "state", width=6, tone=lambda row: LINE_TONES.get(row.state, "quiet")),
    Column("拨付日期", lambda row: row.paid_on, "paid_on", width=7),
    Column("退回原因", lambda row: _said(row), "return_reason", width=12),
)
ROWS: tuple[Column[ReturnRow], ...] = (
    Column("行号", lambda row: row.row, "row", RIGHT, width=4),
    Column("户名", lambda row: row.payee, "payee", width=14),
    Column("金额（元）", lambda row: row.amount, "amount", RIGHT, width=8),
    Column("银行结果", lambda row: row.outcome_name, "outcome", width=5),
    Column("核对", lambda row: row.match_name, "match", width=6, tone=lambda row: MATCH_TONES[row.match]),
    Column("说明", lambda row: row.words or row.reason, "words", width=14, stretch=True),
    Column("账号", lambda row: row.account_number, "account_number", width=12),
    Column("处理", lambda row: row.settled_words or "待处理", "settled", width=10),
)
FILES = "回盘文件 (*.xlsx *.xls *.csv *.et);;所有文件 (*)"


class BatchScreen(Screen):
    title = "拨付批次"
    manual = "notices-payments"

    def __init__(self, context: Context, batch_id: int) -> None:
        super().__init__(context)
        self.setAcceptDrops(True)
        self.batch_id = batch_id
        self.batch: PaymentBatchRow | None = None
        self.returns: tuple[ReturnView, ...] = ()
        self.path: Path | None = None
        may = context.may(Role.CASEWORKER)
        self.state = Chip()
        self.list_button = button("拨付明细表", self._make_list, picture="documents")
        self.read_button = button("读入回盘文件…", self._choose, role="primary", picture="import")
        self.read_button.setShortcut("Ctrl+I")
        self.read_button.setToolTip("Ctrl+I，也可以把文件拖到这里")
        self.paid_button = button("全部登记已拨付…", self._ask_paid)
        self.export_button = button("导出…", self._ask_export, picture="save")
        self.export_button.setToolTip("人员名单，或填进财政局自己的表")
        self._head = self.heading(
            "拨付批次", self.state, self.list_button, self.export_button, self.paid_button, self.read_button
        )
        for widget in (self.list_button, self.export_button, self.read_button, self.paid_button):
            widget.setVisible(may)
        self.letters = DocumentOffers(context, "payment-batch", beside=frozenset({"payment-list"}))
        self.sums = label("", "strong")  # beside the letters: in the heading a narrow window would cut the amount
        beside = QHBoxLayout()
        beside.setSpacing(16)
        beside.addWidget(self.sums)
        beside.addWidget(self.letters, 1)
        self.body.addLayout(beside)
        self.message = Message()
        self.body.addWidget(self.message)
        self.reason = ReasonStrip()
        self.body.addWidget(self.reason)

        self.check = ReturnCheck(context, ROWS, LINES)
        self.check.taken.connect(self._take)
        self.check.left.connect(self._leave_check)
        self.check.all_as_chosen.connect(lambda _as: self._preview())
        self.body.addWidget(self.check, 1)

        self.lines = self._list(LINES, "batch-lines", "这批没有款项。")
        self.lines.opened.connect(lambda row: context.go("case", row.case_id))
        acts = (Act("处理…", self._ask_settle, button=True), Act("撤销这份回盘文件…", self._ask_void))
        self.rows = self._list(ROWS, "batch-returns", "还没有读入过回盘文件。", acts if may else ())
        self.rows.opened.connect(lambda _row: self._ask_settle())
        self.settle = SettleStrip()
        self.settle.settled.connect(self._settle)
        self.note = label("", "quiet", wrap=True)
        self.tabs = tab_widget()
        for parts, words in (((self.lines,), "款项"), ((self.rows, self.settle, self.note), "回盘")):
            page = QWidget()
            column = QVBoxLayout(page)
            column.setContentsMargins(0, 8, 0, 0)
            for part in parts:
                column.addWidget(part, 1 if isinstance(part, ListView) else 0)
            page.setFocusProxy(parts[0])
            self.tabs.addTab(page, words)
        self.body.addWidget(self.tabs, 1)
        self.setFocusProxy(self.lines)
        self.check.hide()

    def _list(self, columns: tuple[Column[Any], ...], name: str, empty: str, acts: tuple[Act, ...] = ()) -> ListView:
        model = PagedTableModel(columns, listed((), columns), self.context.ask, self)
        return ListView(model, name, empty=empty, acts=acts, filter_hint=None)

    # ---- reading -------------------------------------------------------------------------

    def refresh(self) -> None:
        desk, key = self.context.desk, self.batch_id
        self.context.ask(
            "正在读取批次…",
            lambda: (desk.payments.get(key), desk.returns.lines(key), desk.returns.page(key)),
            self,
            lambda found: self._show(*found),
        )

    def _show(self, batch: PaymentBatchRow, lines: tuple[PaymentLineRow, ...], returns: tuple[ReturnView, ...]) -> None:
        self.batch, self.returns = batch, returns
        self.letters.ask(batch.id)
        self._head.setText(batch.shown_number)
        self.sums.setText(f"{batch.lines:,} 笔 {batch.total.shown()} 元")
        self.state.set(batch.state_name, {"ordered": "accent", "settled": "green"}.get(batch.state, "quiet"))
        self.lines.model.set_provider(listed(lines, LINES))
        rows = tuple(row for one in returns if one.voided_reason is None for row in one.rows)
        self.rows.model.set_provider(listed(tuple(sorted(rows, key=lambda row: (not row.open, -row.id))), ROWS))
        left = sum(row.open for row in rows)
        self.tabs.setTabText(1, f"回盘（{left} 条待处理）" if left else "回盘")
        waiting = any(line.state == "ordered" for line in lines)
        self.paid_button.setEnabled(waiting and not left)
        self.paid_button.setToolTip("回盘中还有待处理的记录" if left else "没有回盘文件时，按实际拨付日期登记整批")
        words = [
            f"{one.file_name}（{one.read_by}读入，{len(one.rows)} 条）"
            + (f"已撤销：{one.voided_reason}" if one.voided_reason else "")
            for one in returns
        ]
        self.note.setText("回盘文件：" + "；".join(words) if words else "")

    # ---- workbooks --------------------------------------------------------------------------

    def _ask_export(self) -> None:
        self.context.ask("正在读取模板…", self.context.desk.templates.rows, self, self._show_exports)

    def _show_exports(self, rows: tuple[TemplateRow, ...]) -> None:
        """What can go out, in a menu below the button."""
        menu = QMenu(self)
        menu.addAction("人员名单…").triggered.connect(lambda: self._choose_people())
        menu.addSeparator()
        for row in rows:
            menu.addAction(f"按“{row.name}”填写…").triggered.connect(lambda _c=False, row=row: self._choose_filled(row))
        menu.addAction("添加财政局的模板…").triggered.connect(lambda: self.context.go("template", 0))
        if rows:
            stop = menu.addMenu("停用模板")
            for row in rows:
                stop.addAction(row.name).triggered.connect(lambda _c=False, row=row: self._ask_retire(row))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.export_button.mapToGlobal(self.export_button.rect().bottomLeft()))

    def _choose_filled(self, row: TemplateRow) -> None:
        name, _ = QFileDialog.getSaveFileName(self, f"按“{row.name}”导出", f"{row.name}.xlsx", "Excel 工作簿 (*.xlsx)")
        if name:
            self.save_filled(row, Path(name if name.lower().endswith(".xlsx") else f"{name}.xlsx"))

    def save_filled(self, row: TemplateRow, path: Path) -> None:
        desk, key = self.context.desk, self.batch_id
        self.context.ask(
            "正在按模板导出…",
            lambda: desk.templates.fill(row.id, key, path),
            self,
            lambda count: self.context.tell(f"已按“{row.name}”填入 {count} 行，保存到 {path}。", "green"),
        )

    def _ask_retire(self, row: TemplateRow) -> None:
        desk = self.context.desk

        def retired(_n: None) -> None:
            self.reason.done()
            self.context.say(f"已停用模板“{row.name}”。")

        def retire(reason: str) -> None:
            self.context.ask("正在停用…", lambda: desk.templates.retire(row.id, reason), self, retired)

        self.reason.ask(f"停用模板“{row.name}”的原因：", retire, "停用")

    def _choose_people(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "保存人员名单", "人员名单.xlsx", "Excel 工作簿 (*.xlsx)")
        if name:
            self.save_people(Path(name if name.lower().endswith(".xlsx") else f"{name}.xlsx"))

    def save_people(self, path: Path) -> None:
        desk, key = self.context.desk, self.batch_id
        operation = Operation(
            "正在导出人员名单…",
            lambda progress, cancelled: desk.workbooks.save(
                "people", path, batch_id=key, progress=progress, cancelled=cancelled
            ),
        )
        self.context.run(
            operation, self, lambda made: self.context.tell(f"已导出 {made.rows:,} 人到 {made.path}。", "green")
        )

    # ---- the return file -------------------------------------------------------------------

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "选择银行或财政退回的文件", "", FILES)
        if name:
            self.open_file(Path(name))

    def open_file(self, path: Path) -> None:
        self.path = path
        self.check.start(path.name)
        self._preview()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        urls = event.mimeData().urls()
        if self.context.may(Role.CASEWORKER) and urls and urls[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.open_file(Path(event.mimeData().urls()[0].toLocalFile()))

    def _preview(self) -> None:
        desk, key, path, all_as = self.context.desk, self.batch_id, self.path, self.check.all_as
        if path is None:
            return
        self.message.hide()
        self.context.ask(
            "正在核对回盘文件…",
            lambda: desk.returns.preview(key, path, all_as=all_as),
            self,
            self._previewed,
            self._unreadable,
        )

    def _previewed(self, preview: ReturnPreview) -> None:
        self.tabs.hide()
        self.check.show_preview(preview)

    def _unreadable(self, trouble: Trouble) -> bool:
        if getattr(trouble.error, "code", "") == "outcome-missing":
            self.tabs.hide()
            self.check.ask_outcome()
            return True
        self.message.tell(trouble.message, "amber" if trouble.kind == "input" else "red")
        self._leave_check()
        return True

    def _leave_check(self) -> None:
        self.path = None
        self.check.hide()
        self.tabs.show()
        self.lines.setFocus()

    def main_act(self) -> None:
        if self.check.isVisible():
            self.check.take()

    def _take(self, day_text: str) -> None:
        desk, key, path, all_as = self.context.desk, self.batch_id, self.path, self.check.all_as
        day = parse_date(day_text) if day_text else None
        if path is None:
            return
        if day_text and day is None:
            self.context.tell("日期请写成 2023-06-01 这样。", "amber")
            return
        operation = Operation(
            f"正在登记 {path.name}",
            lambda progress, cancelled: desk.returns.take(
                key, path, all_as=all_as, happened_on=day, progress=progress, cancelled=cancelled
            ),
        )
        self.context.run(operation, self, self._taken, self._not_taken)

    def _taken(self, view: ReturnView) -> None:
        self._leave_check()
        words = f"已登记 {view.file_name}"
        self.context.say(f"{words}，{view.open} 条待处理" if view.open else words)
        self.tabs.setCurrentIndex(1 if view.open else 0)
        self.refresh()

    def _not_taken(self, trouble: Trouble) -> bool:
        lines = [trouble.message, *[problem.message for problem in trouble.problems[:5]]]
        self.message.tell("\n".join(dict.fromkeys(lines)), "amber")
        return True

    # ---- rows that do not agree --------------------------------------------------------------

    def _ask_settle(self) -> None:
        row = self.rows.current()
        if not isinstance(row, ReturnRow) or not row.open:
            return
        desk, key = self.context.desk, self.batch_id
        self.context.ask("正在读取…", lambda: desk.returns.lines(key), self, lambda lines: self.settle.ask(row, lines))

    def _settle(self, row_id: int, as_: str, reason: str, line_id: int | None, day_text: str) -> None:
        desk, day = self.context.desk, parse_date(day_text) if day_text else None

        def done(_view: ReturnView) -> None:
            self.settle.done()
            self.context.say("已处理")
            self.refresh()
            self.rows.setFocus()

        self.context.ask(
            "正在登记…",
            lambda: desk.returns.settle(row_id, as_, reason, line_id=line_id, happened_on=day),
            self,
            done,
        )

    def _ask_void(self) -> None:
        row = self.rows.current()
        if not isinstance(row, ReturnRow):
            return
        taken = next(one for one in self.returns if any(own.id == row.id for own in one.rows))
        desk = self.context.desk

        def void(reason: str) -> None:
            self.context.ask("正在撤销…", lambda: desk.returns.void(taken.id, reason), self, voided)

        def voided(_nothing: object) -> None:
            self.reason.done()
            self.context.say("这份回盘文件已撤销，款项恢复为已报拨款")
            self.refresh()

        self.reason.ask(f"撤销“{taken.file_name}”的原因：", void, "撤销")

    # ---- list and the plain way ------------------------------------------------------------

    def _make_list(self) -> None:
        desk, key = self.context.desk, self.batch_id

        def made(row: DocumentRow) -> None:
            self.context.go("document", row.id)

        self.context.ask(
            "正在制作拨付明细表…", lambda: desk.documents.make("payment-list", payment_batch_id=key), self, made
        )

    def _ask_paid(self) -> None:
        def paid(text: str) -> None:
            day = parse_date(text)
            if day is None:
                self.context.tell("日期请写成 2023-06-01 这样。", "amber")
                return
            desk, key = self.context.desk, self.batch_id
            self.context.ask("正在登记…", lambda: desk.payments.record_paid(key, day), self, recorded)

        def recorded(row: PaymentBatchRow) -> None:
            self.reason.done()
            self.context.say(f"{row.shown_number} 已登记为拨付")
            self.refresh()

        self.reason.line.setText(self.context.office.today.isoformat())
        self.reason.ask("没有回盘文件时按整批登记。实际拨付日期：", paid, "登记已拨付")
