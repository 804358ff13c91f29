"""起草协查函: whom to ask, what of the claim to confirm by party and by person, by when."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QSplitter, QVBoxLayout

from caseworker.desktop.check_list import CheckList
from caseworker.desktop.context import Context
from caseworker.desktop.fields import Field
from caseworker.desktop.forms import Form
from caseworker.desktop.operations import IsCancelled, Operation, Progress, Trouble
from caseworker.desktop.parts import Message, button, label, scrolled
from caseworker.desktop.screen import Screen
from caseworker.errors import Problem
from caseworker.services.consultation_views import (
    BureauChoice,
    ConsultationDetail,
    InquiryChoices,
    InquiryForm,
)

_ABOUT = "按申报条款列出本机构掌握的事实，勾选要请对方核实的。保存后可以预览，发出后编号、登记，内容不再改动。"
_KEYS = "空格勾选　Ctrl+A 全部选中　Ctrl+Enter 保存"
_LISTS = ("facts", "person_facts", "people")


class InquiryEntryScreen(Screen):
    """`key` is the case's id, or case id / inquiry id for a draft that is changed: 12 or 12/3."""

    title = "起草协查函"
    manual = "cases"

    def __init__(self, context: Context, key: int | str) -> None:
        super().__init__(context)
        case, _, inquiry = str(key).partition("/")
        self.case_id, self.inquiry_id = int(case), int(inquiry) if inquiry else None
        self.choices: InquiryChoices | None = None
        self._draft: ConsultationDetail | None = None
        self._saving = False
        self._addressee = ""  # as proposed: what was typed over it stays when another bureau is chosen
        self.save_button = button("保存  Ctrl+Enter", self.main_act, role="primary", picture="save")
        self._head = self.heading(self.title, self.save_button)
        self.message = Message()
        self.body.addWidget(self.message)
        self.body.addWidget(label(_ABOUT, "quiet", wrap=True))
        card = QFrame()
        card.setProperty("role", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        self._holder = QVBoxLayout()
        column.addLayout(self._holder)
        self.form: Form | None = None
        self.facts = CheckList("单位事项")
        self.person_facts = CheckList("人员事项", beside=True)
        self.people = CheckList("人员", beside=True)
        self.lists = QSplitter(Qt.Orientation.Horizontal)
        self.lists.setChildrenCollapsible(False)
        for one in (self.facts, self.person_facts, self.people):
            self.lists.addWidget(one)
        self.lists.setSizes([420, 270, 460])
        column.addWidget(self.lists, 1)
        self.body.addWidget(scrolled(card), 1)
        self.body.addWidget(label(_KEYS, "quiet"))
        self.setFocusProxy(self.facts)

    # ---- reading -------------------------------------------------------------------------

    def refresh(self) -> None:
        if self.choices is not None:
            return
        desk, case, inquiry = self.context.desk, self.case_id, self.inquiry_id

        def work(progress: Progress, cancelled: IsCancelled) -> tuple[InquiryChoices, ConsultationDetail | None]:
            choices = desk.consultations.choices(case, progress=progress, cancelled=cancelled)
            return choices, None if inquiry is None else desk.consultations.get(inquiry)

        self.context.run(Operation("正在读取办件…", work), self, lambda found: self._show(*found))

    def _show(self, choices: InquiryChoices, draft: ConsultationDetail | None) -> None:
        self.choices, self._draft = choices, draft
        self._head.setText(f"{self.title}　{choices.case_number}　{choices.party}")
        fields = (
            Field("bureau", "协查单位", "choice", options=tuple((b.id, b.name) for b in choices.bureaus), width=12),
            Field("due_on", "回复期限", "date", width=12, hint=f"留空为发函后 {choices.working_days} 个工作日"),
            Field("addressee", "单位全称", required=True, width=40, wide=True),
            Field("questions", "另行询问", "long", wide=True, hint="上面没有的事项，每行一项，可以不填"),
        )
        self.form = Form(fields, columns=2)
        self.form.submitted.connect(self.main_act)
        self._holder.addWidget(self.form)
        self.facts.show_things([(one.name, one.label, one.shown) for one in choices.facts], ())
        self.person_facts.show_things([(one.name, one.label, "") for one in choices.person_facts], ())
        everybody = [one.id for one in choices.people]
        self.people.show_things([(one.id, one.name, one.id_masked) for one in choices.people], everybody)
        bureau: Any = self.form.fields["bureau"].editor
        if draft is not None and draft.form is not None:
            self._fill(draft.form)
        else:
            self._propose()
        self._restore()
        bureau.currentIndexChanged.connect(lambda _i: self._propose())
        bureau.setFocus()
        self.setFocusProxy(bureau)

    def _fill(self, form: InquiryForm) -> None:
        assert self.form is not None
        self.form.set_values(
            {
                "bureau": form.bureau,
                "addressee": form.addressee,
                "due_on": form.due_on,
                "questions": "\n".join(form.questions),
            }
        )
        self.facts.choose(form.facts)
        self.person_facts.choose(form.person_facts)
        if form.people is not None:
            self.people.choose(form.people)

    @property
    def bureau(self) -> BureauChoice | None:
        if self.form is None or self.choices is None:
            return None
        chosen = self.form.values()["bureau"]
        return next((one for one in self.choices.bureaus if one.id == chosen), None)

    def _propose(self) -> None:
        """What this bureau can confirm is ticked; its name as letters have it, unless another one was typed."""
        bureau = self.bureau
        if bureau is None or self.form is None:
            return
        typed = self.form.values()["addressee"]
        if typed in ("", self._addressee):
            edit = self.form.fields["addressee"]
            edit.set_value(bureau.addressee)
        self._addressee = bureau.addressee
        self.facts.choose(bureau.facts)
        self.person_facts.choose(bureau.person_facts)

    # ---- drafts of the page ----------------------------------------------------------------

    @property
    def _draft_key(self) -> str:
        return f"inquiry-entry/{self.case_id}/{self.inquiry_id or 0}"

    def keep(self) -> None:
        if self.form is None or not self.form.dirty:
            self.context.keep_draft(self._draft_key, None)
            return
        self.form.settle()
        ticked = {name: list(getattr(self, name).chosen()) for name in _LISTS}
        self.context.keep_draft(self._draft_key, {"typed": self.form.typed(), "ticked": ticked})

    def _restore(self) -> None:
        draft = self.context.draft(self._draft_key)
        if draft is None or self.form is None:
            return
        self.form.restore(draft["typed"])
        for name in _LISTS:
            getattr(self, name).choose(draft["ticked"][name])
        self.message.tell("已恢复上次未保存的填写。", "accent")

    # ---- saving ----------------------------------------------------------------------------

    def main_act(self) -> None:
        if self.form is None or self._saving:
            return
        self.form.settle()
        values = self.form.values()
        person_facts = self.person_facts.chosen()
        wanted = InquiryForm(
            case_id=self.case_id,
            bureau=values["bureau"] or "",
            addressee=values["addressee"],
            due_on=values["due_on"],
            facts=self.facts.chosen(),
            person_facts=person_facts,
            people=None if self.people.whole or not person_facts else self.people.chosen(),
            questions=tuple(values["questions"].splitlines()),
        )
        if self.form.problem("due_on"):
            self.form.show_problems(())
            return
        desk, draft = self.context.desk, self._draft

        def save(progress: Progress, cancelled: IsCancelled) -> int:
            service = desk.consultations
            if draft is None:
                return service.draft(wanted, progress=progress, cancelled=cancelled)
            key, version = draft.row.id, draft.row.version
            return service.change(key, version, wanted, progress=progress, cancelled=cancelled).row.id

        self._saving = True
        self.save_button.setEnabled(False)
        self.context.run(Operation("正在保存…", save), self, self._saved, self._refused, self._ended)

    def _ended(self) -> None:
        self._saving = False
        self.save_button.setEnabled(True)

    def _saved(self, inquiry_id: int) -> None:
        if self.form is not None:
            self.form.saved()
        self.context.keep_draft(self._draft_key, None)
        self.context.say("协查已保存，还没有发出")
        self.context.go("consultation", inquiry_id)

    def _refused(self, trouble: Trouble) -> bool:
        if self.form is None or trouble.kind not in ("input", "refusal"):
            return False
        inside = [one for one in trouble.problems if one.path in self.form.fields]
        self.form.show_problems(tuple(inside))
        first: CheckList | None = None
        rest: list[Problem] = []
        for one in trouble.problems:
            if one.path in _LISTS:
                found: CheckList = getattr(self, one.path)
                found.complain(one.message)
                first = first or found
            elif one not in inside:
                rest.append(one)
        if first is not None and not inside:
            first.setFocus()
        words = [one.message for one in rest] or ([] if trouble.problems else [trouble.message])
        if words:
            self.message.tell("\n".join(words), "amber")
        return True
