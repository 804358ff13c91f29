"""登记部门意见: a review that another bureau gave on paper, with its scan."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QFrame, QVBoxLayout

from caseworker.desktop.context import Context
from caseworker.desktop.fields import Field
from caseworker.desktop.forms import Form
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import Message, button, label, scrolled
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.oversight_parts import PapersEdit
from caseworker.services.consultation_views import ReviewForm

_ABOUT = (
    "县区、主管部门、财政等在纸上给出的意见，登记在本件并附原件扫描件。"
    "意见不是“同意”的，列入核查发现，提交初审前须写明处理理由。"
)
_AGREED = "agreed"
_NOTHING: tuple[tuple[Any, str], ...] = ((None, "（请选择）"),)


class ReviewEntryScreen(Screen):
    """`case_id`: the case that the review is about."""

    title = "登记部门意见"
    manual = "cases"

    def __init__(self, context: Context, case_id: int) -> None:
        super().__init__(context)
        self.case_id = int(case_id)
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
        stages, opinions = context.desk.consultations.reviews()
        self.form = Form(
            (
                Field("stage", "环节", "choice", options=(*_NOTHING, *stages), required=True, width=12),
                Field("opinion", "意见", "choice", options=(*_NOTHING, *opinions), required=True, width=12),
                Field("bureau", "出具单位", required=True, width=40, wide=True),
                Field("given_on", "出具日期", "date", required=True, width=12),
                Field("number", "文号", width=24, hint="没有可以不填"),
                Field("words", "意见内容", "long", wide=True, hint="不是“同意”的必须填写"),
            ),
            columns=2,
        )
        self.form.submitted.connect(self.main_act)
        column.addWidget(self.form)
        self.papers = PapersEdit()
        column.addWidget(self.papers)
        self.papers_error = label("", "error", wrap=True)
        self.papers_error.hide()
        column.addWidget(self.papers_error)
        column.addStretch(1)
        self.body.addWidget(scrolled(card), 1)
        self.setFocusProxy(self.form.fields["stage"].editor)
        self._restore()

    # ---- drafts ----------------------------------------------------------------------------

    @property
    def _draft_key(self) -> str:
        return f"review-entry/{self.case_id}"

    def keep(self) -> None:
        self.form.settle()
        self.context.keep_draft(self._draft_key, {"typed": self.form.typed()} if self.form.dirty else None)

    def _restore(self) -> None:
        draft = self.context.draft(self._draft_key)
        if draft is not None:
            self.form.restore(draft["typed"])
            self.message.tell("已恢复上次未保存的填写。", "accent")

    # ---- saving ----------------------------------------------------------------------------

    def main_act(self) -> None:
        if self._saving:
            return
        self.form.settle()
        values = self.form.values()
        wanted = ReviewForm(
            case_id=self.case_id,
            stage=values["stage"] or "",
            bureau=values["bureau"],
            given_on=values["given_on"],
            opinion=values["opinion"] or "",
            words=values["words"],
            number=values["number"],
        )
        desk, papers = self.context.desk, tuple(self.papers.paths)
        self._saving = True
        self.save_button.setEnabled(False)
        self.context.ask(
            "正在登记…",
            lambda: desk.consultations.review(wanted, papers),
            self,
            self._saved,
            self._refused,
            self._ended,
        )

    def _ended(self) -> None:
        self._saving = False
        self.save_button.setEnabled(True)

    def _saved(self, key: int) -> None:
        agreed = self.form.values()["opinion"] == _AGREED
        self.form.set_values(dict.fromkeys(self.form.fields))
        self.papers.clear()
        self.context.keep_draft(self._draft_key, None)
        self.context.say("部门意见已登记")
        self.context.go("consultation", key)
        if not agreed:
            self.context.tell("意见不是“同意”，已列入本件的核查发现，提交初审前须写明处理理由。", "amber")

    def _refused(self, trouble: Trouble) -> bool:
        if trouble.kind not in ("input", "refusal"):
            return False
        self.form.show_problems(tuple(one for one in trouble.problems if one.path in self.form.fields))
        missing = "\n".join(one.message for one in trouble.problems if one.path == "papers")
        self.papers_error.setText(missing)
        self.papers_error.setVisible(bool(missing))
        if missing and len(trouble.problems) == 1:
            self.papers.add_button.setFocus()
        known = {*self.form.fields, "papers"}
        words = [one.message for one in trouble.problems if one.path not in known]
        words = words or ([] if trouble.problems else [trouble.message])
        if words:
            self.message.tell("\n".join(words), "amber")
        return True
