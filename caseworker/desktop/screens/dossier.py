"""One dossier in place: particulars, facts by date, people, imports, cases, history."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import Field
from caseworker.desktop.forms import Form
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import Message, button, card, label, scrolled, tab_widget
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.dossier_cases import DossierCases
from caseworker.desktop.screens.dossier_facts import DossierFacts
from caseworker.desktop.screens.dossier_history import DossierHistory
from caseworker.desktop.screens.dossier_imports import DossierImports
from caseworker.desktop.screens.dossier_people import DossierPeople
from caseworker.desktop.screens.dossiers import PARTY_KINDS
from caseworker.errors import EditConflict, Problem
from caseworker.services.views import PartyDetail, PartyForm, Role
from caseworker.values.masking import mask_account, mask_id_number

FIELDS: tuple[Field, ...] = (
    Field("kind", "档案类型", "choice", options=PARTY_KINDS, required=True, width=12),
    Field("code", "代码", required=True, width=18, hint="统一社会信用代码或证件号码"),
    Field("name", "名称", required=True, width=40),
    Field("registered_on", "成立日期", "date", width=10),
    Field("registered_address", "注册地址", width=40),
    Field("region", "所在地", width=16),
    Field("legal_representative", "法定代表人", width=12),
    Field("legal_representative_id", "法人证件号码", width=18),
    Field("contact", "联系人", width=12),
    Field("phone", "联系电话", width=18),
    Field("account_name", "户名", width=40),
    Field("account_number", "账号", width=22),
    Field("bank_name", "开户行", width=40, hint="开户行全称"),
    Field("bank_code", "联行号", width=14, hint="12 位数字"),
    Field("code_accepted_reason", "代码说明", width=28, hint="校验位不符仍予采用的原因"),
    Field("note", "备注", "long"),
)
LABELS = {field.name: field.label for field in FIELDS}


class DossierScreen(Screen):
    """`party_id` 0 is a new dossier: only the form, until it is saved."""

    title = "企业档案"
    manual = "dossiers"

    def __init__(self, context: Context, party_id: int) -> None:
        super().__init__(context)
        self.party_id = party_id
        self._detail: PartyDetail | None = None
        self._saving = False
        may = context.may(Role.CASEWORKER)
        self.save_button = button("保存  Ctrl+Enter", self.main_act, role="primary", picture="save")
        self.save_button.setVisible(may)
        self.accept_button = button("受理新办件", self._accept, picture="add")
        self.accept_button.setShortcut("Ctrl+N")
        self.accept_button.setToolTip("Ctrl+N")
        self.accept_button.setVisible(may and bool(party_id))
        self._head = self.heading("新建档案" if not party_id else "", self.accept_button, self.save_button)
        self.message = Message(closable=False)
        self.body.addWidget(self.message)

        self.form = Form(FIELDS, columns=2, check=self._check)
        self.form.setEnabled(may)
        self.form.submitted.connect(self._save)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 12, 0, 8)
        frame, inner = card()
        inner.addWidget(self.form)
        if may:
            inner.addWidget(label("带 * 的为必填项。Enter 到下一项，Ctrl+Enter 保存。", "quiet"))
        column.addWidget(frame)
        column.addStretch(1)
        self.tabs = tab_widget()
        self.tabs.addTab(scrolled(holder), "基本资料")
        self._parts: list[Any] = []
        if party_id:
            makers: tuple[tuple[str, Callable[..., Any]], ...] = (
                ("事实", DossierFacts),
                ("人员", DossierPeople),
                ("导入", DossierImports),
                ("办件", DossierCases),
                ("变更记录", DossierHistory),
            )
            for words, make in makers:
                part = make(context, party_id)
                self._parts.append(part)
                self.tabs.addTab(part, words)
        self.tabs.currentChanged.connect(self._tab)
        self.body.addWidget(self.tabs, 1)
        self.setFocusProxy(self.form)
        draft = context.draft(self._draft_key)
        if draft is not None:
            self.form.restore(draft)

    @property
    def _draft_key(self) -> str:
        return f"party/{self.party_id}"

    # ---- reading -------------------------------------------------------------------------

    def refresh(self) -> None:
        if self.party_id:
            desk, key = self.context.desk, self.party_id
            self.context.ask("正在读取档案…", lambda: desk.dossiers.get(key), self, self._show)
        self._tab(self.tabs.currentIndex())

    def _tab(self, place: int) -> None:
        if place > 0:
            self._parts[place - 1].refresh()
        self.save_button.setVisible(place <= 0 and self.context.may(Role.CASEWORKER))

    def _show(self, detail: PartyDetail) -> None:
        self._head.setText(detail.form.name)
        if self.form.dirty:
            if self._detail is None:  # a draft was put back over what is saved now
                self.message.tell("已恢复上次未保存的修改。", "accent")
            self._detail = self._detail or detail
            return
        self._detail = detail
        values = _values(detail.form)
        self.form.set_values(values if self.context.may(Role.CASEWORKER) else _masked(values))
        self.message.dismiss()
        if detail.warnings:
            self.message.tell("；".join(detail.warnings), "amber")

    def keep(self) -> None:
        self.form.settle()
        self.context.keep_draft(self._draft_key, self.form.typed() if self.form.dirty else None)

    # ---- checking and saving -------------------------------------------------------------

    def _check(self, values: dict[str, Any], answer: Callable[[tuple[Problem, ...]], None]) -> None:
        desk, key, form = self.context.desk, self.party_id or None, PartyForm(**values)
        self.context.ask("正在核对…", lambda: desk.dossiers.check(form, key), self, answer)

    def main_act(self) -> None:
        if self.party_id and self.tabs.currentIndex() == 4 and self._parts[3].strip.isVisible():
            self._parts[3].take_in()
        elif self.tabs.currentIndex() == 0 and self.context.may(Role.CASEWORKER):
            self.form.submit()

    def _save(self) -> None:
        if self._saving:
            return
        desk, key, form = self.context.desk, self.party_id, PartyForm(**self.form.values())
        version = self._detail.version if self._detail is not None else 0
        self._saving = True
        self.save_button.setEnabled(False)

        def write() -> int:
            if key:
                desk.dossiers.update(key, version, form)
                return key
            return desk.dossiers.create(form)

        self.context.ask("正在保存…", write, self, self._saved, self._not_saved, self._ended)

    def _ended(self) -> None:
        self._saving = False
        self.save_button.setEnabled(True)

    def _saved(self, party_id: int) -> None:
        self.form.saved()
        self.context.keep_draft(self._draft_key, None)
        self.message.dismiss()
        if not self.party_id:
            self.form.set_values(_values(PartyForm()))
            self.context.say("已建立档案")
            self.context.go("party", party_id)
            return
        self.context.say("档案已保存")
        self._detail = None
        self.refresh()

    def _not_saved(self, trouble: Trouble) -> bool:
        if trouble.kind == "input":
            self.form.show_problems(trouble.problems)
            self.message.tell(trouble.message, "amber")
            return True
        if isinstance(trouble.error, EditConflict):
            self._conflict(trouble.error)
            return True
        return False

    def _conflict(self, error: EditConflict) -> None:
        """Somebody saved meanwhile: both versions in words, what was typed stays in the form."""
        lines = [error.message]
        for name in error.mine:
            here, there = error.mine[name], error.theirs.get(name, "")
            lines.append(f"{LABELS.get(name, name)}：您填写的是“{here}”，现在保存着的是“{there}”")
        lines.append("您的填写仍在表中。核对后再按一次保存，将以您的填写为准。")
        self.message.tell("\n".join(lines), "amber")
        desk, key = self.context.desk, self.party_id
        self.context.ask("正在读取档案…", lambda: desk.dossiers.get(key), self, self._take_version)

    def _take_version(self, detail: PartyDetail) -> None:
        self._detail = detail

    def _accept(self) -> None:
        self.tabs.setCurrentIndex(4)
        self._parts[3].choose_clause()


def _values(form: PartyForm) -> dict[str, Any]:
    return {field.name: getattr(form, field.name) for field in dataclasses.fields(form)}


def _masked(values: dict[str, Any]) -> dict[str, Any]:
    """For whoever only reads: no number that is the key to a person or to an account."""
    shown = {
        **values,
        "legal_representative_id": mask_id_number(values["legal_representative_id"] or ""),
        "account_number": mask_account(values["account_number"] or ""),
    }
    if values["kind"] == "person":
        shown["code"] = mask_id_number(values["code"] or "")
    return shown
