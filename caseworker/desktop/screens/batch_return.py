"""A return file before it is registered: what agrees, what does not, what it does not name."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit, DateEdit
from caseworker.desktop.listview import ListView
from caseworker.desktop.parts import Chip, button, label, tab_widget
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, listed
from caseworker.services.return_views import PaymentLineRow, ReturnPreview, ReturnRow
from caseworker.services.views import RowProblem

PROBLEMS: tuple[Column[RowProblem], ...] = (
    Column("行号", lambda row: row.row, "row", RIGHT, width=5),
    Column("列", lambda row: row.column, "column", width=9),
    Column("原因", lambda row: row.reason, "reason", width=30, stretch=True),
)
ALL_AS = ((None, "请选择"), ("paid", "全部是拨付成功的"), ("returned", "全部是退回的"))


class ReturnCheck(QWidget):
    """`taken`: register it, with the day typed where the file has none; `left`: not this file."""

    taken = Signal(str)
    left = Signal()
    all_as_chosen = Signal(str)

    def __init__(
        self,
        context: Context,
        rows: tuple[Column[ReturnRow], ...],
        lines: tuple[Column[PaymentLineRow], ...],
    ) -> None:
        super().__init__()
        self._context = context
        checked: tuple[Column[Any], ...] = rows[:-1]  # nothing is settled yet
        wrong: tuple[Column[Any], ...] = PROBLEMS
        waiting: tuple[Column[Any], ...] = lines
        self._columns = (checked, wrong, waiting)
        self.head = label("", "strong")
        self.good = Chip("", "green")
        self.back = Chip("", "red")
        self.other = Chip("", "amber")
        self._as_label = label("文件没有“处理结果”一列，这份文件", "quiet")
        self.outcome = ChoiceEdit(ALL_AS)
        self.outcome.setAccessibleName("文件中的款项")
        self.outcome.currentIndexChanged.connect(self._outcome_chosen)
        self._day_label = label("文件没有日期，实际拨付日期", "quiet")
        self.day = DateEdit()
        self.day.setAccessibleName("实际拨付日期")
        top = QHBoxLayout()
        top.setSpacing(8)
        left: tuple[QWidget, ...] = (self.head, self.good, self.back, self.other)
        right: tuple[QWidget, ...] = (self._as_label, self.outcome, self._day_label, self.day)
        for widget in left:
            top.addWidget(widget)
        top.addStretch(1)
        for widget in right:
            top.addWidget(widget)
        self.lists = (
            self._list(self._columns[0], "return-rows", "文件中没有记录。"),
            self._list(self._columns[1], "return-problems", "没有看不懂的行。"),
            self._list(self._columns[2], "return-missing", "本批款项文件中都有。"),
        )
        self.tabs = tab_widget()
        for part, words in zip(self.lists, ("逐条核对", "看不懂的行", "文件中没有的款项"), strict=True):
            page = QWidget()
            column = QVBoxLayout(page)
            column.setContentsMargins(0, 8, 0, 0)
            column.addWidget(part)
            page.setFocusProxy(part)
            self.tabs.addTab(page, words)
        self.take_button = button("登记  Ctrl+Enter", self.take, role="primary")
        self.note = label("相符的立即登记；不一致和不在本批的先记下来，由您逐条处理。", "quiet")
        foot = QHBoxLayout()
        foot.addWidget(self.note, 1)
        foot.addWidget(button("不登记", self.left.emit))
        foot.addWidget(self.take_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(top)
        whole.addWidget(self.tabs, 1)
        self._filler = QWidget()  # keeps the question at the top while there is nothing to list
        self._filler.hide()
        whole.addLayout(foot)
        whole.addWidget(self._filler, 1)
        self.setFocusProxy(self.lists[0])

    def _list(self, columns: tuple[Column[Any], ...], name: str, empty: str) -> ListView:
        model = PagedTableModel(columns, listed((), columns), self._context.ask, self)
        return ListView(model, name, empty=empty, filter_hint=None)

    @property
    def all_as(self) -> str | None:
        chosen: str | None = self.outcome.currentData()
        return chosen

    def start(self, file_name: str) -> None:
        self.head.setText(file_name)
        self.outcome.blockSignals(True)
        self.outcome.setCurrentIndex(0)
        self.outcome.blockSignals(False)
        self.day.clear()
        self._ask(outcome=False, day=False)

    def ask_outcome(self) -> None:
        """The file does not say what became of its payments: the clerk does."""
        self.tabs.hide()
        self._filler.show()
        for chip in (self.good, self.back, self.other):
            chip.hide()
        self._ask(outcome=True, day=False)
        self.take_button.setEnabled(False)
        self.show()
        self.outcome.setFocus()

    def show_preview(self, preview: ReturnPreview) -> None:
        contents: tuple[tuple[Any, ...], ...] = (preview.rows, preview.problems, preview.missing)
        for part, columns, rows in zip(self.lists, self._columns, contents, strict=True):
            part.model.set_provider(listed(rows, columns))
        words = ("逐条核对", "看不懂的行", "文件中没有的款项")
        for place, (name, rows) in enumerate(zip(words, contents, strict=True)):
            self.tabs.setTabText(place, f"{name} {len(rows):,}" if rows else name)
        other = preview.count("differing") + preview.count("unknown")
        for chip, count, name, tone in (
            (self.good, preview.count("matched", "paid"), "拨付成功", "green"),
            (self.back, preview.count("matched", "returned"), "退回", "red"),
            (self.other, other, "待处理", "amber"),
        ):
            chip.set(f"{name} {count:,} 笔", tone)
            chip.setVisible(count > 0)
        self._ask(outcome=self.all_as is not None, day=preview.needs_date)
        self.take_button.setEnabled(bool(preview.rows) and not preview.problems)
        self.take_button.setToolTip("有看不懂的行，请向银行索取改正的文件" if preview.problems else "")
        self.tabs.setCurrentIndex(1 if preview.problems else 0)
        self.tabs.show()
        self._filler.hide()
        self.show()
        (self.day if preview.needs_date else self.lists[0]).setFocus()

    def take(self) -> None:
        if self.take_button.isEnabled() and self.isVisible():
            self.day.settle()
            self.taken.emit(self.day.text().strip() if self.day.isVisible() else "")

    def _ask(self, *, outcome: bool, day: bool) -> None:
        for shown, widgets in ((outcome, (self._as_label, self.outcome)), (day, (self._day_label, self.day))):
            for widget in widgets:
                widget.setVisible(shown)

    def _outcome_chosen(self, _place: int) -> None:
        if self.all_as is not None:
            self.all_as_chosen.emit(self.all_as)
