"""One dossier in place: particulars, what is missing, what is kept by date, people, cases, history."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import Field
from caseworker.desktop.forms import Form
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import Chip, Message, button, card, label, scrolled
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.dossier_benefits import DossierBenefits
from caseworker.desktop.screens.dossier_cases import DossierCases
from caseworker.desktop.screens.dossier_end import DossierEnd
from caseworker.desktop.screens.dossier_facts import DossierFacts
from caseworker.desktop.screens.dossier_history import DossierHistory
from caseworker.desktop.screens.dossier_imports import DossierImports
from caseworker.desktop.screens.dossier_interns import DossierInterns
from caseworker.desktop.screens.dossier_needs import DossierNeeds
from caseworker.desktop.screens.dossier_people import DossierPeople
from caseworker.desktop.screens.dossier_records import RecordSection
from caseworker.desktop.screens.dossier_seats import DossierSeatRecords
from caseworker.desktop.screens.dossier_services import DossierServices
from caseworker.desktop.screens.dossiers import PARTY_KINDS
from caseworker.desktop.screens.oversight_dossier import DossierOversight
from caseworker.desktop.screens.person_facts import OwnFacts
from caseworker.desktop.sections import Sections
from caseworker.errors import EditConflict, Problem
from caseworker.services.record_views import RecordKindView
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


# Parts that are lists of dated records: key, name, kinds
RECORDS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("seats", "座席", ("seats",)),
    ("premises", "场所", ("premises-lease", "premises-purchase", "premises-renovation")),
    ("certificates", "证书资质", ("certificate",)),
    ("violations", "违规信用", ("violation",)),
    ("fairs", "招聘会", ("fair",)),
    ("requests", "服务需求", ("request",)),
)
KEPT, PEOPLE, WORK = "登记", "人员", "办理"  # groups of parts


class DossierScreen(Screen):
    """`party_id` 0 is a new dossier: only the form, until it is saved."""

    title = "企业档案"
    manual = "dossiers"

    def __init__(self, context: Context, party_id: int) -> None:
        super().__init__(context)
        self.party_id = party_id
        self._detail: PartyDetail | None = None
        self._end_of: PartyDetail | None = None  # as it was read last, whatever is typed
        self._saving = False
        may = context.may(Role.CASEWORKER)
        self.save_button = button("保存  Ctrl+Enter", self.main_act, role="primary", picture="save")
        self.accept_button = button("受理新办件", self._accept, picture="add")
        self.accept_button.setShortcut("Ctrl+N")
        self.accept_button.setToolTip("Ctrl+N")
        self.state = Chip()
        self.state.hide()
        self.end_button = button("终止档案…", self._ask_end)
        self._may_end = bool(party_id) and context.may(Role.CASEWORKER, Role.HEAD)
        self.end_button.setVisible(False)  # until it is known whether it has ended
        beside = (self.state, self.end_button, self.accept_button, self.save_button)
        self._head = self.heading("新建档案" if not party_id else "", *beside)
        self.save_button.setVisible(may)
        self.accept_button.setVisible(may and bool(party_id))
        self.message = Message(closable=False)
        self.body.addWidget(self.message)
        self.ending = DossierEnd(context, party_id, self._read_anew)
        self.body.addWidget(self.ending)
        self.ending.setVisible(bool(party_id))

        self.form = Form(FIELDS, columns=2, check=self._check)
        if not may:
            self.form.set_read_only()
        self.form.submitted.connect(self._save)
        self.tabs = Sections()
        self.tabs.addTab(self._particulars(may), "基本资料", "particulars")
        self.parts: dict[str, Any] = {}
        if party_id:
            self._add_parts()
        else:
            self.tabs.hide_names()
        self.tabs.currentChanged.connect(lambda _place: self._tab())
        self.body.addWidget(self.tabs, 1)
        self.setFocusProxy(self.form)
        draft = context.draft(self._draft_key)
        if draft is not None:
            self.form.restore(draft)

    def _particulars(self, may: bool) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 8, 0, 8)
        frame, inner = card()
        inner.addWidget(self.form)
        if may:
            inner.addWidget(label("带 * 的为必填项。Enter 到下一项，Ctrl+Enter 保存。", "quiet"))
        column.addWidget(frame)
        column.addStretch(1)
        area = scrolled(holder)
        area.setFocusProxy(self.form.fields["kind"].editor)
        return area

    def _add_parts(self) -> None:
        context, key = self.context, self.party_id

        def add(name: str, words: str, part: QWidget, group: str = "") -> None:
            self.parts[name] = part
            self.tabs.addTab(part, words, name, group)

        needs = DossierNeeds(context, key)
        needs.wanted.connect(self.open_at)
        needs.counted.connect(lambda count: self.tabs.set_count("needs", count))
        add("needs", "还缺什么", needs)
        add("facts", "事实", DossierFacts(context, key), KEPT)
        for name, words, kinds in RECORDS:
            part = DossierSeatRecords(context, key) if name == "seats" else RecordSection(context, key, kinds)
            add(name, words, part, KEPT)
            self.tabs.offer(name, False)  # until it is known what this kind of party keeps
        add("benefits", "其他补助", DossierBenefits(context, key), KEPT)
        add("people", "人员", DossierPeople(context, key), PEOPLE)
        add("own", "个人情况", OwnFacts(context, key), PEOPLE)
        self.tabs.offer("own", False)
        add("interns", "实习见习", DossierInterns(context, key), PEOPLE)
        add("imports", "导入", DossierImports(context, key), WORK)
        add("cases", "办件", DossierCases(context, key), WORK)
        add("oversight", "监管", DossierOversight(context, key), WORK)
        add("services", "服务事项", DossierServices(context, key), WORK)
        add("history", "变更记录", DossierHistory(context, key), WORK)

    @property
    def _draft_key(self) -> str:
        return f"party/{self.party_id}"

    # ---- reading -------------------------------------------------------------------------

    def refresh(self) -> None:
        if self.party_id:
            desk, key = self.context.desk, self.party_id
            self.context.ask("正在读取档案…", lambda: _read(desk, key), self, lambda read: self._show(*read))
        self._tab()

    def _tab(self) -> None:
        key = self.tabs.key()
        part = self.parts.get(key)
        if part is not None:
            part.refresh()
        self.save_button.setVisible(part is None and self.context.may(Role.CASEWORKER))
        self.setFocusProxy(self.form if part is None else part)

    def _show(self, detail: PartyDetail, kinds: tuple[RecordKindView, ...]) -> None:
        self._head.setText(detail.form.name)
        self._show_end(detail)
        for name, _words, _kinds in RECORDS:
            self.tabs.offer(name, self.parts[name].offer(kinds))
        person = detail.form.kind == "person"
        for name in ("people", "interns"):
            self.tabs.offer(name, not person)
        self.tabs.offer("own", person)
        if self.form.dirty:
            if self._detail is None:  # a draft was put back over what is saved now
                self.message.tell("已恢复上次未保存的修改。", "accent")
            self._detail = self._detail or detail
            return
        self._detail = detail
        values = _values(detail.form)
        self.form.set_values(values if self.context.may(Role.CASEWORKER) else _masked(values))
        self.message.dismiss()
        ended = () if detail.ended_on is None else (f"档案已于 {detail.ended_on} 终止。{detail.ended_reason}",)
        if ended or detail.warnings:
            self.message.tell("\n".join((*ended, "；".join(detail.warnings))).strip(), "amber")

    def _show_end(self, detail: PartyDetail) -> None:
        """In the head, whatever part is shown: that it has ended, and the way to end it or to take that back."""
        ended = detail.ended_on is not None
        self.state.set(f"{detail.ended_on} 终止" if ended else "", "amber")
        self.state.setVisible(ended)
        self.end_button.setText("恢复档案…" if ended else "终止档案…")
        self.end_button.setVisible(self._may_end)
        self.accept_button.setVisible(self.context.may(Role.CASEWORKER) and not ended)
        self._end_of = detail

    def _ask_end(self) -> None:
        if self._end_of is not None:
            self.ending.ask(self._end_of)

    def _read_anew(self) -> None:
        if not self.form.dirty:
            self._detail = None
        self.refresh()

    # ---- places inside ---------------------------------------------------------------------

    def open_at(self, where: str) -> None:
        """Where something is entered, as `Need.where` names it, with its form open."""
        what, _, name = where.partition(":")
        if what == "fact":
            self.tabs.show_key("facts")
            self.parts["facts"].enter(name)
        elif what == "record":
            section = next((key for key, _words, kinds in RECORDS if name in kinds), "facts")
            self.tabs.show_key(section)
            if section != "facts":
                self.parts[section].enter(name)
        elif what == "person-fact":
            key = "own" if self.tabs.show_key("own") else "people"
            self.tabs.show_key(key)
            self.parts[key].enter(name)
        else:
            key = {"people": "people", "interns": "interns", "case": "cases"}.get(what, what)
            if self.tabs.show_key(key):
                self.parts[key].setFocus()

    def keep(self) -> None:
        self.form.settle()
        self.context.keep_draft(self._draft_key, self.form.typed() if self.form.dirty else None)
        for part in self.parts.values():
            if hasattr(part, "keep"):
                part.keep()

    # ---- checking and saving -------------------------------------------------------------

    def _check(self, values: dict[str, Any], answer: Callable[[tuple[Problem, ...]], None]) -> None:
        desk, key, form = self.context.desk, self.party_id or None, PartyForm(**values)
        self.context.ask("正在核对…", lambda: desk.dossiers.check(form, key), self, answer)

    def main_act(self) -> None:
        part = self.parts.get(self.tabs.key())
        if part is not None:
            if hasattr(part, "main_act"):
                part.main_act()
        elif self.context.may(Role.CASEWORKER):
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
        desk, party_id = self.context.desk, self.party_id
        self.context.ask("正在读取档案…", lambda: desk.dossiers.get(party_id), self, self._take_version)

    def _take_version(self, detail: PartyDetail) -> None:
        self._detail = detail

    def _accept(self) -> None:
        self.tabs.show_key("cases")
        self.parts["cases"].choose_clause()


def _read(desk: Any, party_id: int) -> tuple[PartyDetail, tuple[RecordKindView, ...]]:
    """In a worker."""
    detail = desk.dossiers.get(party_id)
    return detail, desk.records.kinds(detail.form.kind)


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
