"""导入, in place: the file, its sheet and columns, what is good and what is wrong, then all good rows or none."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit
from caseworker.desktop.files import save
from caseworker.desktop.listview import ListView
from caseworker.desktop.operations import Operation, Trouble
from caseworker.desktop.parts import (
    Chip,
    ElidedLabel,
    Message,
    button,
    clear,
    label,
    tab_widget,
)
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.import_columns import ColumnsTable
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, listed
from caseworker.services.views import ImportPreview, ImportRow, RowProblem

PROBLEMS: tuple[Column[RowProblem], ...] = (
    Column("行号", lambda row: row.row, "row", RIGHT, width=5),
    Column("列", lambda row: row.column, "column", width=9),
    Column("原因", lambda row: row.reason, "reason", width=30, stretch=True),
)
BLANK = (
    "选择企业交来的花名册、工资流水或社保记录，也可以把文件拖到这里。\n"
    "程序先读出各列和每一行的问题，看过以后再决定是否读入；整个文件要么按您的选择读入，要么什么都不变。"
)
FILES = "工作簿 (*.xlsx *.xls *.csv *.xlsm *.et);;所有文件 (*)"


def _cell(place: int, row: tuple[str, ...]) -> str:
    return row[place] if place < len(row) else ""


def _width(place: int, rows: tuple[tuple[str, ...], ...]) -> int:
    """In characters of Chinese text, by the longest value; digits take half."""
    return max([5, *(len(row[place]) * 2 // 3 + 2 for row in rows if place < len(row))])


class ImportScreen(Screen):
    """`party_id`: whose workbook it is."""

    title = "导入"
    manual = "imports"

    def __init__(self, context: Context, party_id: int) -> None:
        super().__init__(context)
        self.setAcceptDrops(True)
        self.party_id = party_id
        self.path: Path | None = None
        self.preview: ImportPreview | None = None
        self._busy = False
        self._filling = False
        self._asked = 0
        self._head = self.heading("导入工作簿")
        self.message = Message(closable=False)
        self.body.addWidget(self.message)

        top = QHBoxLayout()
        top.setSpacing(8)
        self.kind = ChoiceEdit(())
        self.kind.setAccessibleName("类别")
        self.kind.currentIndexChanged.connect(lambda _i: self._read(fresh=True))
        self.choose_button = button("选择文件…", self._choose, picture="import")
        self.file = ElidedLabel("还没有选择文件，也可以把文件拖到这里", "quiet")
        self.sheet = ChoiceEdit(())
        self.sheet.setAccessibleName("工作表")
        self.sheet.currentIndexChanged.connect(lambda _i: self._read(fresh=True, sheet=True))
        self._sheet_label = label("工作表", "quiet")
        for widget in (label("类别", "quiet"), self.kind, self.choose_button):
            top.addWidget(widget)
        top.addWidget(self.file, 1)
        top.addWidget(self._sheet_label)
        top.addWidget(self.sheet)
        self.body.addLayout(top)

        self.blank = label(BLANK, "quiet", wrap=True)
        self.blank.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.body.addWidget(self.blank, 5)
        self._columns_label = label("各列读作什么（不对的请改正，下次会记住）", "strong")
        self.body.addWidget(self._columns_label)
        self.columns = ColumnsTable()
        self.columns.changed.connect(lambda: self._read(fresh=False))
        self.body.addWidget(self.columns, 2)

        self.tabs = tab_widget()
        self._problems = PagedTableModel(PROBLEMS, listed((), PROBLEMS), context.ask, self)
        self._skipped = PagedTableModel(PROBLEMS, listed((), PROBLEMS), context.ask, self)
        self.problems = ListView(self._problems, "import-problems", empty="没有发现问题。", filter_hint=None)
        self.skipped = ListView(self._skipped, "import-skipped", empty="没有略过的行。", filter_hint=None)
        self.good_page = QWidget()
        self._good_box = QVBoxLayout(self.good_page)
        self._good_box.setContentsMargins(0, 8, 0, 0)
        self.tabs.addTab(self.problems, "有问题的行")
        self.tabs.addTab(self.good_page, "可读入的行")
        self.tabs.addTab(self.skipped, "略过的行")
        self.body.addWidget(self.tabs, 3)

        foot = QHBoxLayout()
        foot.setSpacing(8)
        self.good_chip = Chip("", "green")
        self.bad_chip = Chip("", "red")
        self.remembered = label("已按上次的列对应读取", "quiet")
        foot.addWidget(self.good_chip)
        foot.addWidget(self.bad_chip)
        foot.addWidget(self.remembered)
        foot.addStretch(1)
        self.save_bad = button("保存退回清单…", self._save_rejected, picture="save")
        self.save_bad.setToolTip("有问题的行连同原因存成工作簿，退给企业改正")
        self.take_good = button("只读入没有问题的行", lambda: self._take(good_rows_only=True))
        self.take_all = button("全部读入  Ctrl+Enter", self.main_act, role="primary")
        for widget in (self.save_bad, self.take_good, self.take_all):
            foot.addWidget(widget)
        self.body.addLayout(foot)
        self.setFocusProxy(self.choose_button)
        self._show_state()

    def refresh(self) -> None:
        desk, key = self.context.desk, self.party_id
        self.context.ask(
            "正在读取…", lambda: (desk.dossiers.get(key).form.name, desk.imports.kinds()), self, self._show_party
        )

    def _show_party(self, read: tuple[str, tuple[tuple[str, str], ...]]) -> None:
        name, kinds = read
        self._head.setText(f"导入工作簿 · {name}")
        if self.kind.count() == 0:
            self._filling = True
            for kind, words in kinds:
                self.kind.addItem(words, kind)
            self._filling = False

    # ---- the file ------------------------------------------------------------------------

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "选择企业交来的工作簿", "", FILES)
        if name:
            self.open_file(Path(name))

    def open_file(self, path: Path) -> None:
        self.path = path
        self.file.setText(path.name)
        for place in range(self.kind.count()):  # the name usually says what it is
            if self.kind.itemText(place)[:2] in path.stem:
                self._filling = True
                self.kind.setCurrentIndex(place)
                self._filling = False
        self._read(fresh=True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.open_file(Path(event.mimeData().urls()[0].toLocalFile()))

    def _read(self, *, fresh: bool, sheet: bool = False) -> None:
        """Previews the file. `fresh`: as guessed or remembered, without the columns chosen here."""
        if self._filling or self.path is None or self.kind.currentData() is None or self._busy:
            return
        desk, path, kind, key = self.context.desk, self.path, self.kind.currentData(), self.party_id
        chosen_sheet = self.sheet.currentData() if sheet or not fresh else None
        mapping = None if fresh else self.columns.mapping()
        self._asked += 1
        asked = self._asked
        self.message.hide()
        operation = Operation(
            "正在读取工作簿…",
            lambda progress, cancelled: desk.imports.preview(
                kind, path, key, sheet=chosen_sheet, mapping=mapping, progress=progress, cancelled=cancelled
            ),
        )
        self.context.run(
            operation,
            self,
            lambda preview: self._previewed(preview) if asked == self._asked else None,
            lambda trouble: self._unreadable(trouble, fresh),
        )

    def _unreadable(self, trouble: Trouble, fresh: bool) -> bool:
        lines = [trouble.message, *[problem.message for problem in trouble.problems[:5]]]
        self.message.tell("\n".join(dict.fromkeys(lines)), "red" if trouble.kind in ("environment", "bug") else "amber")
        if fresh:
            self.preview = None
            self._show_state()
        return True

    def _previewed(self, preview: ImportPreview) -> None:
        self.preview = preview
        self._filling = True
        self.sheet.clear()
        for name in preview.sheets:
            self.sheet.addItem(name, name)
        self.sheet.setCurrentText(preview.sheet)
        self._filling = False
        self.columns.show_columns(preview.columns, preview.fields)
        self._problems.set_provider(listed(preview.problems, PROBLEMS))
        self._skipped.set_provider(listed(preview.skipped, PROBLEMS))
        self._show_good(preview)
        self._show_state()
        self.tabs.setCurrentIndex(0 if preview.problems else 1)

    def _show_good(self, preview: ImportPreview) -> None:
        clear(self._good_box)
        columns: tuple[Column[tuple[str, ...]], ...] = tuple(
            Column(words, partial(_cell, place), width=_width(place, preview.rows))
            for place, words in enumerate(preview.row_headers)
        )
        model = PagedTableModel(columns, listed(preview.rows, columns), self.context.ask, self.good_page)
        view = ListView(model, f"import-{preview.kind}", empty="没有可读入的行。", filter_hint=None)
        self._good_box.addWidget(view)
        model.refresh()

    def _show_state(self) -> None:
        preview = self.preview
        known = preview is not None
        several = known and preview is not None and len(preview.sheets) > 1
        self._sheet_label.setVisible(several)
        self.sheet.setVisible(several)
        for widget in (self._columns_label, self.columns, self.tabs, self.good_chip, self.take_all):
            widget.setVisible(known)
        bad = len(preview.problems) if preview is not None else 0
        self.good_chip.set(f"可读入 {preview.good if preview is not None else 0:,} 行", "green")
        self.bad_chip.set(f"{len({p.row for p in preview.problems}) if preview is not None else 0:,} 行有问题", "red")
        self.bad_chip.setVisible(bad > 0)
        self.remembered.setVisible(preview is not None and preview.remembered)
        self.save_bad.setVisible(bad > 0)
        self.take_good.setVisible(bad > 0)
        self.take_good.setEnabled(preview is not None and preview.good > 0 and not self._busy)
        self.take_all.setEnabled(preview is not None and bad == 0 and preview.good > 0 and not self._busy)
        self.take_all.setToolTip("有问题的行改正后才能全部读入" if bad else "")
        self.blank.setVisible(not known)

    # ---- taking in -----------------------------------------------------------------------

    def main_act(self) -> None:
        if self.take_all.isEnabled() and self.take_all.isVisible():
            self._take(good_rows_only=False)

    def _take(self, *, good_rows_only: bool) -> None:
        preview, path = self.preview, self.path
        if preview is None or path is None or self._busy:
            return
        desk, key, mapping = self.context.desk, self.party_id, self.columns.mapping()
        self._busy = True
        self._show_state()
        operation = Operation(
            f"正在导入 {path.name}",
            lambda progress, cancelled: desk.imports.take(
                preview.kind,
                path,
                key,
                sheet=preview.sheet,
                mapping=mapping,
                good_rows_only=good_rows_only,
                progress=progress,
                cancelled=cancelled,
            ),
        )
        self.context.run(operation, self, self._taken, self._not_taken, self._ended)

    def _ended(self) -> None:
        self._busy = False
        self._show_state()

    def _taken(self, row: ImportRow) -> None:
        rejected = f"，{row.rows_rejected:,} 行退回" if row.rows_rejected else ""
        self.preview = None
        self.path = None
        self.file.setText("还没有选择文件，也可以把文件拖到这里")
        done = f"{row.kind_name}“{row.file_name}”已读入 {row.rows_taken:,} 行{rejected}。可以接着选下一个文件。"
        self.message.tell(done, "green")
        self.context.say(f"已读入 {row.rows_taken:,} 行")
        self.choose_button.setFocus()

    def _not_taken(self, trouble: Trouble) -> bool:
        tone = {"environment": "red", "bug": "red", "cancelled": "accent"}.get(trouble.kind, "amber")
        lines = [trouble.message, *[problem.message for problem in trouble.problems[:5]]]
        self.message.tell("\n".join(dict.fromkeys(lines)), tone)
        return True

    def _save_rejected(self) -> None:
        preview, path = self.preview, self.path
        if preview is None or path is None:
            return
        offered = path.with_name(f"{path.stem}（退回改正）.xlsx")
        name, _ = QFileDialog.getSaveFileName(self, "保存退回清单", str(offered), "工作簿 (*.xlsx)")
        if not name:
            return
        desk, key, mapping, target = self.context.desk, self.party_id, self.columns.mapping(), Path(name)

        def write() -> None:
            data = desk.imports.rejected_workbook(preview.kind, path, key, sheet=preview.sheet, mapping=mapping)
            save(target, data)

        self.context.ask("正在写退回清单…", write, self, lambda _n: self.context.say(f"已保存到 {target}"))
