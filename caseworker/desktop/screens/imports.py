"""导入, in place: the file, its sheet and columns, what is good and what is wrong, then all good rows or none."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit
from caseworker.desktop.files import save
from caseworker.desktop.operations import Operation, Trouble
from caseworker.desktop.parts import Chip, ElidedLabel, Message, button, label
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.import_checks import ImportChecks
from caseworker.desktop.screens.import_columns import ColumnsTable
from caseworker.desktop.screens.import_place import TablePlace
from caseworker.services.import_columns import ColumnChoice
from caseworker.services.views import ImportLook, ImportPreview, ImportRow
from caseworker.values.masking import mask_id_number

BLANK = (
    "选择企业交来的花名册、工资流水、社保记录、实习生名单或年度数据，也可以把文件拖到这里。\n"
    "程序先读出各列和每一行的问题，看过以后再决定是否读入；整个文件要么按您的选择读入，要么什么都不变。"
)
FILES = "工作簿 (*.xlsx *.xls *.csv *.xlsm *.et);;所有文件 (*)"
# where a clerk can show what the sheet is
NO_TABLE = frozenset(
    {"header-not-found", "year-missing", "mapping-invalid", "month-repeated", "year-repeated", "month-invalid"}
)


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
        self.looked: ImportLook | None = None  # the sheet as it stands, where no table was found in it
        self.accepted: dict[str, str] = {}  # numbers that fail, taken with a reason
        self._touched = False  # the clerk has said what columns are
        self._busy = False
        self._filling = False
        self._asked = 0
        self._row_given = False  # the clerk has said which row holds the headings
        self._head = self.heading("导入工作簿")
        self.message = Message(closable=False)
        self.body.addWidget(self.message)

        top = QHBoxLayout()
        top.setSpacing(8)
        self.kind = ChoiceEdit(())
        self.kind.setAccessibleName("类别")
        self.kind.setSizeAdjustPolicy(ChoiceEdit.SizeAdjustPolicy.AdjustToContents)
        self.kind.currentIndexChanged.connect(lambda _i: self._read(fresh=True))
        self.choose_button = button("选择文件…", self._choose, picture="import")
        self.file = ElidedLabel("还没有选择文件，也可以把文件拖到这里", "quiet")
        for widget in (label("类别", "quiet"), self.kind, self.choose_button):
            top.addWidget(widget)
        top.addWidget(self.file, 1)
        self.place = TablePlace()
        self.place.sheet_chosen.connect(lambda: self._read(fresh=True, sheet=True))
        self.place.row_chosen.connect(lambda: self._read(fresh=True, sheet=True, row=True))
        self.place.year_chosen.connect(self._read_again)
        self.place.year_wrong.connect(lambda: self.message.tell("年份请写成四位数字，如 2023。", "amber"))
        top.addWidget(self.place)
        self.body.addLayout(top)

        self.blank = label(BLANK, "quiet", wrap=True)
        self.blank.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.body.addWidget(self.blank, 5)
        self._columns_label = label("", "strong")
        self.body.addWidget(self._columns_label)
        self.columns = ColumnsTable()
        self.columns.changed.connect(self._columns_chosen)
        self.body.addWidget(self.columns, 2)

        self.checks = ImportChecks(context)
        self.checks.accepted.connect(self._accept)
        self.checks.taken_back.connect(self._take_back)
        self.body.addWidget(self.checks, 3)

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
        self.accepted = {}
        self.file.setText(path.name)
        self.place.start()
        self._filling = True
        for place in range(self.kind.count()):  # the name usually says what it is
            if self.kind.itemText(place)[:2] in path.stem:
                self.kind.setCurrentIndex(place)
        self._filling = False
        self._read(fresh=True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.open_file(Path(event.mimeData().urls()[0].toLocalFile()))

    # ---- reading -------------------------------------------------------------------------

    def _choice(self, *, columns: bool) -> ColumnChoice | None:
        """What the clerk has said of the sheet; None where everything is as found or remembered."""
        year = self.place.year
        header = self.place.row.value() if self._row_given else None
        if not columns and header is None and year is None:
            return None
        return ColumnChoice(self.columns.mapping() if columns else {}, header, year)

    def _read(self, *, fresh: bool, sheet: bool = False, row: bool = False) -> None:
        """Previews the file. `fresh`: as guessed or remembered, without the columns chosen here; `sheet` and `row`:
        in the sheet and under the heading row that are chosen."""
        if self._filling or self.path is None or self.kind.currentData() is None or self._busy:
            return
        if fresh:
            self._touched = False
        desk, path, kind, key = self.context.desk, self.path, self.kind.currentData(), self.party_id
        chosen_sheet = self.place.sheet.currentData() if sheet or not fresh else None
        self._row_given = row or (self._row_given and not fresh)
        mapping = self._choice(columns=not fresh)
        accepted = dict(self.accepted)
        self._asked += 1
        asked = self._asked
        self.message.hide()
        operation = Operation(
            "正在读取工作簿…",
            lambda progress, cancelled: desk.imports.preview(
                kind,
                path,
                key,
                sheet=chosen_sheet,
                mapping=mapping,
                accepted=accepted,
                progress=progress,
                cancelled=cancelled,
            ),
        )
        self.context.run(
            operation,
            self,
            lambda preview: self._previewed(preview) if asked == self._asked else None,
            lambda trouble: self._unreadable(trouble, fresh, chosen_sheet),
        )

    def _unreadable(self, trouble: Trouble, fresh: bool, sheet: str | None) -> bool:
        lines = [trouble.message, *[problem.message for problem in trouble.problems[:5]]]
        self.message.tell("\n".join(dict.fromkeys(lines)), "red" if trouble.kind in ("environment", "bug") else "amber")
        code = getattr(trouble.error, "code", "")
        if code == "year-missing":
            self.message.tell("月份只写了几月，没有年份。请填写“月份所属年份”，按 Enter 重新读取。", "amber")
        if fresh:
            self.preview = self.looked = None
            self._show_state()
            if code in NO_TABLE and self.path is not None:
                self._look(sheet, year=code == "year-missing")
        return True

    def _look(self, sheet: str | None, *, year: bool) -> None:
        """No table was found: the sheet as it stands, for the clerk to say where and what it is."""
        desk, path, kind = self.context.desk, self.path, self.kind.currentData()
        assert path is not None
        row = self.place.row.value() if self._row_given else None
        asked = self._asked

        def seen(looked: ImportLook) -> None:
            if asked != self._asked:
                return
            self.looked = looked
            self.place.show_place(looked.sheets, looked.sheet, looked.header_row, None)
            self.columns.show_columns(looked.columns, looked.fields)
            self._row_given = True
            self._show_state()
            if year:
                self.place.ask_year()
            else:
                self.columns.setFocus()

        self.context.ask(
            "正在读取表头…",
            lambda: desk.imports.look(kind, path, sheet=sheet, header_row=row),
            self,
            seen,
            lambda _trouble: True,  # what is wrong with the file was told already
        )

    def _previewed(self, preview: ImportPreview) -> None:
        self.preview = preview
        self.looked = None
        self.place.show_place(preview.sheets, preview.sheet, preview.header_row, preview.year)
        self.columns.show_columns(preview.columns, preview.fields)
        self.checks.show_preview(preview)
        self._show_state()

    def _columns_chosen(self) -> None:
        self._touched = True
        missing = self.columns.columns_model.missing()
        if self.looked is not None and missing:
            self.message.tell(f"还要指出哪一列是：{'、'.join(missing)}。", "accent")
            return
        self._read(fresh=False, row=self._row_given)

    def _read_again(self) -> None:
        """The same sheet, with what else the clerk has said meanwhile."""
        self._read(fresh=not self._touched, sheet=True, row=self._row_given and self.looked is None)

    # ---- numbers that fail -----------------------------------------------------------------

    def _accept(self, number: str, reason: str) -> None:
        self.accepted[number] = reason
        self._read_again()

    def _take_back(self, masked: str) -> None:
        own = [number for number in self.accepted if mask_id_number(number) == masked]
        if not own:
            self.context.tell("这个号码是以前采用的，已记在人员资料中，不在这里撤回。", "amber")
            return
        for number in own:
            del self.accepted[number]
        self._read_again()

    def _show_state(self) -> None:
        preview, looked = self.preview, self.looked
        known = preview is not None
        seen = known or looked is not None
        widgets: tuple[QWidget, ...] = (self.place, self._columns_label, self.columns)
        for widget in widgets:
            widget.setVisible(seen)
        self._columns_label.setText(
            "各列读作什么（不对的请改正，下次会记住）" if known else "请在“读作”一行指出各列是什么，下次会记住"
        )
        widgets = (self.checks, self.good_chip, self.take_all)
        for widget in widgets:
            widget.setVisible(known)
        bad = len({problem.row for problem in preview.problems}) if preview is not None else 0
        good = preview.good if preview is not None else 0
        rows = f"（{preview.good_rows:,} 行）" if preview is not None and preview.good_rows != good else ""
        self.good_chip.set(f"可读入 {good:,} 条{rows}", "green")
        self.bad_chip.set(f"{bad:,} 行有问题", "red")
        self.bad_chip.setVisible(bad > 0)
        self.remembered.setVisible(preview is not None and preview.remembered)
        self.save_bad.setVisible(bad > 0)
        self.take_good.setVisible(bad > 0)
        self.take_good.setEnabled(good > 0 and not self._busy)
        self.take_all.setEnabled(known and bad == 0 and good > 0 and not self._busy)
        self.take_all.setToolTip("有问题的行改正后才能全部读入" if bad else "")
        self.blank.setVisible(not seen)

    # ---- taking in -----------------------------------------------------------------------

    def main_act(self) -> None:
        if self.take_all.isEnabled() and self.take_all.isVisible():
            self._take(good_rows_only=False)

    def _take(self, *, good_rows_only: bool) -> None:
        preview, path = self.preview, self.path
        if preview is None or path is None or self._busy:
            return
        desk, key, mapping = self.context.desk, self.party_id, self._taken_as()
        accepted = dict(self.accepted)
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
                accepted=accepted,
                good_rows_only=good_rows_only,
                progress=progress,
                cancelled=cancelled,
            ),
        )
        self.context.run(operation, self, self._taken, self._not_taken, self._ended)

    def _taken_as(self) -> ColumnChoice | None:
        """The choice that the preview on screen was made with."""
        return self._choice(columns=self._touched)

    def _ended(self) -> None:
        self._busy = False
        self._show_state()

    def _taken(self, row: ImportRow) -> None:
        rejected = f"，{row.rows_rejected:,} 行退回" if row.rows_rejected else ""
        self.preview = None
        self.path = None
        self.file.setText("还没有选择文件，也可以把文件拖到这里")
        done = f"{row.kind_name}“{row.file_name}”已读入 {row.rows_taken:,} 条{rejected}。可以接着选下一个文件。"
        self.message.tell(done, "green")
        self.context.say(f"已读入 {row.rows_taken:,} 条")
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
        desk, key, mapping, target = self.context.desk, self.party_id, self._taken_as(), Path(name)
        accepted = dict(self.accepted)

        def write() -> None:
            data = desk.imports.rejected_workbook(
                preview.kind, path, key, sheet=preview.sheet, mapping=mapping, accepted=accepted
            )
            save(target, data)

        self.context.ask("正在写退回清单…", write, self, lambda _n: self.context.say(f"已保存到 {target}"))
