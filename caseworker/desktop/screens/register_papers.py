"""Beside the register of documents: empty forms to print, and the 用印登记表 of a span of days."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit, LineEdit
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import button, label
from caseworker.desktop.words import parse_date
from caseworker.services.document_kinds import KINDS
from caseworker.services.views import DocumentRow

FORM = "application-form"


class RegisterPapers(QWidget):
    """Two strips, shown one at a time by `ask_blank` and `ask_seals`."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._build_blank())
        column.addWidget(self._build_seals())
        self.hide()

    def _strip(self) -> tuple[QFrame, QHBoxLayout]:
        strip = QFrame()
        strip.setProperty("role", "notice")
        strip.setProperty("tone", "accent")
        row = QHBoxLayout(strip)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        strip.hide()
        return strip, row

    def _build_blank(self) -> QFrame:
        self.blank_strip, row = self._strip()
        self.form = ChoiceEdit(tuple((kind.id, kind.title) for kind in KINDS.values() if kind.blank))
        self.form.setAccessibleName("空白表格")
        self.policy = ChoiceEdit(())
        self.policy.setAccessibleName("政策")
        self.form.currentIndexChanged.connect(lambda _i: self._show_policy())
        for widget in (label("空白表格"), self.form, self.policy):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(button("另存为…", self._choose_file, role="primary", picture="save"))
        row.addWidget(button("取消", self.leave))
        return self.blank_strip

    def _build_seals(self) -> QFrame:
        self.seal_strip, row = self._strip()
        self.first_day, self.last_day = LineEdit(), LineEdit()
        for words, edit in (("用印日期从", self.first_day), ("至", self.last_day)):
            edit.setAccessibleName(words)
            edit.setPlaceholderText("2023-06-01")
            edit.setMaximumWidth(self.fontMetrics().horizontalAdvance("0") * 14)
            edit.returnPressed.connect(self.make_seals)
            row.addWidget(label(words))
            row.addWidget(edit)
        row.addStretch(1)
        row.addWidget(button("制作用印登记表", self.make_seals, role="primary"))
        row.addWidget(button("取消", self.leave))
        return self.seal_strip

    # ---- opening -------------------------------------------------------------------------

    def ask_blank(self) -> None:
        office = self._context.office
        if not self.policy.count():
            packs = self._context.desk.packs
            for policy in office.policies:
                self.policy.addItem(packs[policy].short_title, policy)
        self._show_policy()
        self._open(self.blank_strip)
        self.form.setFocus()

    def ask_seals(self) -> None:
        today = self._context.office.today
        if not self.first_day.text():
            self.first_day.setText(date(today.year, 1, 1).isoformat())
            self.last_day.setText(today.isoformat())
        self._open(self.seal_strip)
        self.first_day.setFocus()
        self.first_day.selectAll()

    def _open(self, strip: QFrame) -> None:
        for one in (self.blank_strip, self.seal_strip):
            one.setVisible(one is strip)
        self.show()

    def leave(self) -> None:
        self.hide()

    def _show_policy(self) -> None:
        self.policy.setVisible(self.form.currentData() == FORM and self.policy.count() > 1)

    # ---- doing ---------------------------------------------------------------------------

    def _choose_file(self) -> None:
        name = f"{self.form.currentText()}（空白）.pdf"
        chosen, _ = QFileDialog.getSaveFileName(self, "另存为", name, "PDF (*.pdf)")
        if chosen:
            self.save_blank(Path(chosen))

    def save_blank(self, path: Path) -> None:
        desk, kind = self._context.desk, self.form.currentData()
        policy = self.policy.currentData() if kind == FORM else None

        def saved(name: str) -> None:
            self._context.say(f"已保存 {name}")
            self.leave()

        self._context.ask("正在制作空白表格…", lambda: desk.documents.save_blank(kind, path, policy), self, saved)

    def make_seals(self) -> None:
        days = parse_date(self.first_day.text()), parse_date(self.last_day.text())
        first, last = days
        if first is None or last is None:
            self._context.tell("日期请写成 2023-06-01 这样。", "amber")
            return
        desk = self._context.desk

        def made(row: DocumentRow) -> None:
            self.leave()
            self._context.go("document", row.id)

        self._context.ask(
            "正在制作用印登记表…",
            lambda: desk.documents.make("seal-register", days=(first, last)),
            self,
            made,
            self._refused,
        )

    def _refused(self, trouble: Trouble) -> bool:
        if trouble.kind not in ("refusal", "input"):
            return False
        self._context.tell(trouble.message, "amber")
        return True
