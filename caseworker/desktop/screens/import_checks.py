"""What a workbook gives, below its columns: wrong rows, good rows, rows passed over, numbers taken with a reason."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.parts import ReasonStrip, clear, label, tab_widget
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, listed
from caseworker.services.views import ImportPreview, RowProblem

PROBLEMS: tuple[Column[RowProblem], ...] = (
    Column("行号", lambda row: row.row or "全表", "row", RIGHT, width=5),
    Column("列", lambda row: row.column, "column", width=9),
    Column("原因", lambda row: row.reason, "reason", width=30, stretch=True),
)
ACCEPTED: tuple[Column[tuple[str, str]], ...] = (
    Column("证件号码", lambda row: row[0], "number", width=12),
    Column("采用的原因", lambda row: row[1], "reason", width=30, stretch=True),
)
NO_ACT = "按“保存退回清单…”把这些行连同原因退给企业改正。"
MAY_ACCEPT = "与证件原件核对无误的，选中该行按 Enter，写明原因后采用这个号码；其余的退给企业改正。"


def _cell(place: int, row: tuple[str, ...]) -> str:
    return row[place] if place < len(row) else ""


def _width(place: int, rows: tuple[tuple[str, ...], ...]) -> int:
    """In characters of Chinese text, by the longest value; digits take half."""
    return max([5, *(len(row[place]) * 2 // 3 + 2 for row in rows if place < len(row))])


class ImportChecks(QWidget):
    """`accepted`: a number that fails and the reason for taking it; `taken_back`: the masked number of one taken."""

    accepted = Signal(str, str)
    taken_back = Signal(str)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.problems = self._list("import-problems", "没有发现问题。")
        self.problems.opened.connect(self._ask)
        self.problems.chosen_changed.connect(self._show_reason)
        self.skipped = self._list("import-skipped", "没有略过的行。")
        self.warnings = self._list("import-warnings", "没有需要留意的地方。")
        model = PagedTableModel(ACCEPTED, listed((), ACCEPTED), context.ask, self)
        back = Act("不再采用这个号码", self._take_back, button=True)
        self.taken = ListView(model, "import-accepted", empty="没有。", acts=(back,), filter_hint=None)
        self.whole_reason = label("", wrap=True, selectable=True)
        self.hint = label("", "quiet", wrap=True)
        self.strip = ReasonStrip()

        problem_page = QWidget()
        column = QVBoxLayout(problem_page)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.problems, 1)
        column.addWidget(self.whole_reason)
        column.addWidget(self.hint)
        column.addWidget(self.strip)
        problem_page.setFocusProxy(self.problems)
        self.good_page = QWidget()
        self._good_box = QVBoxLayout(self.good_page)
        self._good_box.setContentsMargins(0, 8, 0, 0)
        self.good_note = label("", "quiet")

        self.tabs = tab_widget()
        self._pages = (
            (problem_page, "有问题的行"),
            (self.good_page, "可读入的内容"),
            (self.warnings, "需要留意"),
            (self.taken, "采用的号码"),
            (self.skipped, "略过的行"),
        )
        for page, words in self._pages:
            self.tabs.addTab(page, words)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.tabs)
        self.setFocusProxy(self.tabs)

    def _list(self, name: str, empty: str) -> ListView:
        model = PagedTableModel(PROBLEMS, listed((), PROBLEMS), self._context.ask, self)
        return ListView(model, name, empty=empty, filter_hint=None)

    def show_preview(self, preview: ImportPreview) -> None:
        self.problems.model.set_provider(listed(preview.problems, PROBLEMS))
        self.skipped.model.set_provider(listed(preview.skipped, PROBLEMS))
        self.warnings.model.set_provider(listed(preview.warnings, PROBLEMS))
        self.taken.model.set_provider(listed(preview.accepted, ACCEPTED))
        self._show_good(preview)
        counts = (
            len({problem.row for problem in preview.problems}),
            preview.good,
            len(preview.warnings),
            len(preview.accepted),
            len(preview.skipped),
        )
        for place, ((_page, words), count) in enumerate(zip(self._pages, counts, strict=True)):
            self.tabs.setTabText(place, f"{words} {count:,}" if count else words)
        self.tabs.setTabVisible(2, bool(preview.warnings))
        self.tabs.setTabVisible(3, bool(preview.accepted))
        self.strip.hide()
        may = any(problem.id_number for problem in preview.problems)
        self.hint.setText(MAY_ACCEPT if may else NO_ACT)
        self.hint.setVisible(bool(preview.problems))
        self.whole_reason.setText("")
        self.tabs.setCurrentIndex(0 if preview.problems else 1)

    def _show_good(self, preview: ImportPreview) -> None:
        clear(self._good_box)
        columns: tuple[Column[tuple[str, ...]], ...] = tuple(
            Column(words, partial(_cell, place), width=_width(place, preview.rows))
            for place, words in enumerate(preview.row_headers)
        )
        model = PagedTableModel(columns, listed(preview.rows, columns), self._context.ask, self.good_page)
        view = ListView(model, f"import-{preview.kind}", empty="没有可读入的新内容。", filter_hint=None)
        self._good_box.addWidget(view)
        if preview.good > len(preview.rows):
            self._good_box.addWidget(label(f"先列出前 {len(preview.rows)} 条，全部为 {preview.good:,} 条。", "quiet"))
        self.good_page.setFocusProxy(view)
        model.refresh()

    # ---- the chosen wrong row --------------------------------------------------------------

    def _show_reason(self) -> None:
        row = self.problems.current()
        self.whole_reason.setText(f"第 {row.row} 行：{row.reason}" if isinstance(row, RowProblem) else "")

    def _ask(self, row: object) -> None:
        if not isinstance(row, RowProblem):
            return
        if not row.id_number:
            self._context.tell("这一处不能由经办人采用，请企业改正后重新导入。", "amber")
            return

        def take(reason: str) -> None:
            self.strip.done()
            self.problems.setFocus()  # the next row by keyboard
            self.accepted.emit(row.id_number, reason)

        self.strip.ask(f"第 {row.row} 行的号码与证件原件一致，采用的原因：", take, "采用")

    def _take_back(self) -> None:
        row = self.taken.current()
        if isinstance(row, tuple):
            self.taken_back.emit(row[0])
