"""添加拨付模板: the bureau's own workbook, and which of our columns goes into which of its."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QVBoxLayout

from caseworker.desktop.context import Context
from caseworker.desktop.fields import Field
from caseworker.desktop.forms import Form
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import ElidedLabel, Message, button, clear, label, scrolled
from caseworker.desktop.screen import Screen
from caseworker.services.templates import FIELDS, TemplateLook, TemplateRow

_ABOUT = (
    "选择财政局自己的空表（.xlsx）。程序找出表头，猜一猜各列填什么；核对一遍保存，以后每个批次都照此填写，"
    "格式、公式和表尾不变，行数不够时自动加行。"
)
_OPTIONS: tuple[tuple[Any, str], ...] = ((None, "（不填）"), *FIELDS.items())
_TOP = "name", "sheet", "header_row"


class TemplateEntryScreen(Screen):
    title = "添加拨付模板"
    manual = "notices-payments"

    def __init__(self, context: Context, _key: int | str = 0) -> None:
        super().__init__(context)
        self.path: Path | None = None
        self.found: TemplateLook | None = None
        self.top: Form | None = None
        self.columns: Form | None = None
        self._saving = False
        self.save_button = button("保存  Ctrl+Enter", self.main_act, role="primary", picture="save")
        self.heading(self.title, self.save_button)
        self.message = Message()
        self.body.addWidget(self.message)
        self.body.addWidget(label(_ABOUT, "quiet", wrap=True))
        card = QFrame()
        card.setProperty("role", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        row = QHBoxLayout()
        self.choose_button = button("选择文件…", self._choose, picture="import")
        self.choose_button.setShortcut("Ctrl+O")
        self.choose_button.setToolTip("Ctrl+O")
        self.file = ElidedLabel("还没有选择文件", "quiet")
        row.addWidget(self.choose_button)
        row.addWidget(self.file, 1)
        column.addLayout(row)
        self._holder = QVBoxLayout()
        self._holder.setSpacing(10)
        column.addLayout(self._holder)
        column.addStretch(1)
        self.body.addWidget(scrolled(card), 1)
        self.setFocusProxy(self.choose_button)

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "选择财政局的空表", "", "Excel 工作簿 (*.xlsx)")
        if name:
            self.open_file(Path(name))

    def open_file(self, path: Path, sheet: str | None = None, header_row: int | None = None) -> None:
        desk = self.context.desk
        self.context.ask(
            "正在读取模板…",
            lambda: desk.templates.look(path, sheet, header_row),
            self,
            lambda found: self._show(path, found),
            self._troubled,
        )

    def _show(self, path: Path, found: TemplateLook) -> None:
        name = str(self.top.values()["name"]) if self.top is not None else path.stem
        self.path, self.found = path, found
        self.file.setText(str(path))
        self.message.hide()
        if found.loses:
            self.message.tell(f"模板里的{'、'.join(found.loses)}填写后不会保留。", "amber")
        clear(self._holder)
        self.top = Form(
            (
                Field("name", "模板名称", required=True, hint="如县财政局拨付表"),
                Field("sheet", "工作表", "choice", options=tuple((one, one) for one in found.sheets), required=True),
                Field(
                    "header_row",
                    "表头所在的行",
                    "number",
                    required=True,
                    width=6,
                    unit=f"从第 {found.first_row} 行填起",
                ),
            )
        )
        self.top.set_values({"name": name, "sheet": found.sheet, "header_row": str(found.header_row)})
        self.columns = Form(
            tuple(
                Field(column.letter, f"{column.letter} {column.heading}", "choice", options=_OPTIONS, width=14)
                for column in found.columns
            ),
            columns=2,
        )
        self.columns.set_values({column.letter: column.field for column in found.columns})
        self._holder.addWidget(self.top)
        self._holder.addWidget(label("各列填什么", "section"))
        self._holder.addWidget(self.columns)
        for form in (self.top, self.columns):
            form.submitted.connect(self.main_act)
        self.top.fields["sheet"].changed.connect(self._look_again)
        self.top.fields["header_row"].changed.connect(self._look_again)
        self.top.fields["name"].editor.setFocus()

    def _look_again(self) -> None:
        """Another sheet, or another row of it: what its columns are is found anew."""
        assert self.top is not None
        assert self.found is not None
        values = self.top.values()
        text = str(values["header_row"] or "")
        row = int(text) if text.isdigit() and len(text) < 5 else None
        sheet = str(values["sheet"])
        if sheet != self.found.sheet:
            row = None
        if (
            self.path is not None
            and (sheet, row) != (self.found.sheet, self.found.header_row)
            and (row is not None or sheet != self.found.sheet)
        ):
            self.open_file(self.path, sheet, row)

    def main_act(self) -> None:
        if self._saving or self.path is None or self.top is None or self.columns is None or self.found is None:
            return
        desk, path, found = self.context.desk, self.path, self.found
        name = str(self.top.values()["name"] or "")
        columns = {letter: str(field) for letter, field in self.columns.values().items() if field}
        self._saving = True
        self.context.ask(
            "正在保存模板…",
            lambda: desk.templates.add(name, path, found.sheet, found.header_row, columns),
            self,
            self._saved,
            self._troubled,
            self._done,
        )

    def _done(self) -> None:
        self._saving = False

    def _saved(self, row: TemplateRow) -> None:
        self.context.back()
        self.context.tell(f"已添加模板“{row.name}”。在拨付批次里点“按模板导出…”使用。", "green")

    def _troubled(self, trouble: Trouble) -> bool:
        """Beside the field where it has one, else above; what was chosen stays."""
        if trouble.kind not in ("input", "refusal", "environment"):
            return False
        words = [trouble.message]
        if self.top is not None and self.columns is not None:
            self.top.show_problems(tuple(problem for problem in trouble.problems if problem.path in _TOP))
            words += [problem.message for problem in trouble.problems if problem.path not in _TOP]
        self.message.tell("\n".join(dict.fromkeys(words)), "amber")
        return True
