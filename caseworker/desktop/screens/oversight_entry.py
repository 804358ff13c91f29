"""登记监管事项: one act upon a payee, or an entry of the office's register; the fields follow the kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit, Field
from caseworker.desktop.forms import Form
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import Message, button, label, scrolled
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.dossier_entry import fact_value, form_field
from caseworker.desktop.screens.oversight_criteria import CriteriaEdit, criteria_problems
from caseworker.desktop.screens.oversight_parts import PapersEdit
from caseworker.desktop.screens.programs_parts import Picker, parties
from caseworker.services.oversight_rows import NO_BASIS
from caseworker.services.oversight_views import ActForm, ActKindView, Entered
from caseworker.services.views import CaseRow, Page, PartyDetail

SUSPENSION, VISIT = "suspension", "visit"
NO_CASE = "（不限办件）"
_STOPS = "保存后，该单位所有未报的款项立即停止拨付，解除须由负责人办理。"


@dataclass(frozen=True, slots=True)
class Preset:
    """What is known already when the form is asked for: visit/12/3/1/0."""

    kind: str = ""
    party: int = 0
    case: int = 0
    draw: int = 0
    follows: int = 0

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.party}/{self.case}/{self.draw}/{self.follows}"

    @staticmethod
    def read(key: str | int) -> Preset:
        kind, *numbers = str(key).split("/") if key else [""]
        return Preset(kind, *(int(number) for number in numbers))


class ActEntryScreen(Screen):
    title = "登记监管事项"
    manual = "oversight"

    def __init__(self, context: Context, key: str | int = 0) -> None:
        super().__init__(context)
        self.preset = Preset.read(key)
        self.form: Form | None = None
        self._saving = False
        self._policies: dict[int, str] = {}  # of the payee's cases
        self._kinds: dict[str, ActKindView] = {}
        self.save_button = button("保存  Ctrl+Enter", self.main_act, role="primary", picture="save")
        self.heading(self.title, self.save_button)
        self.message = Message()
        self.body.addWidget(self.message)
        self.basis = label("", "quiet", wrap=True)
        self.body.addWidget(self.basis)
        card = QFrame()
        card.setProperty("role", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        self.kind = ChoiceEdit(())
        self.kind.setAccessibleName("事项")
        self.kind.setSizeAdjustPolicy(ChoiceEdit.SizeAdjustPolicy.AdjustToContents)
        self.case = ChoiceEdit(((None, NO_CASE),))
        self.case.setAccessibleName("办件")
        self.case.setSizeAdjustPolicy(ChoiceEdit.SizeAdjustPolicy.AdjustToContents)
        # never narrower than its first words, whatever the screen's scaling does to the style's padding
        self.case.setMinimumWidth(self.fontMetrics().horizontalAdvance(NO_CASE) + 56)
        row = QHBoxLayout()
        row.setSpacing(8)
        for words, editor in (("事项 *", self.kind), ("办件", self.case)):
            name = label(words)
            name.setBuddy(editor)
            row.addWidget(name)
            row.addWidget(editor)
            if editor is self.case:
                self._case_name = name
        row.addStretch(1)
        self.party = Picker(context, "单位", "输入名称或拼音首字母", parties(context))
        self.party.picked.connect(self._read_cases)
        column.addWidget(self.party)
        column.addLayout(row)
        self._holder = QVBoxLayout()
        column.addLayout(self._holder)
        self.papers = PapersEdit()
        column.addWidget(self.papers)
        column.addStretch(1)
        self.body.addWidget(scrolled(card), 1)
        self.kind.currentIndexChanged.connect(lambda _i: self._build())
        self.case.currentIndexChanged.connect(lambda _i: self._show_basis())
        self.setFocusProxy(self.party.line if not self.preset.party else self.kind)

    # ---- reading -------------------------------------------------------------------------

    def refresh(self) -> None:
        if self._kinds:
            self._read_cases()
            return
        self.context.ask("正在读取…", self.context.desk.oversight.kinds, self, self._show_kinds)
        if self.preset.party:
            desk, party = self.context.desk, self.preset.party
            self.context.ask("正在读取…", lambda: desk.dossiers.get(party), self, self._show_party)

    def _show_kinds(self, kinds: tuple[ActKindView, ...]) -> None:
        """Those that this user may enter; an answer to something only from where it belongs."""
        wanted = self.preset.kind
        offered = [one for one in kinds if one.may and (one.id == wanted if wanted else not one.answers)]
        self._kinds = {one.id: one for one in offered}
        self.kind.blockSignals(True)
        self.kind.clear()
        for one in offered:
            self.kind.addItem(one.name, one.id)
        self.kind.blockSignals(False)
        self.kind.setEnabled(len(offered) > 1)
        self._build()
        self._restore()
        if wanted and self.form is not None and self.preset.party:
            self.form.fields["title"].editor.setFocus()

    def _show_party(self, detail: PartyDetail) -> None:
        self.party.set((detail.id, detail.form.name))
        self._read_cases()

    def _read_cases(self) -> None:
        desk, party = self.context.desk, self.party.key
        if party is not None:
            self.context.ask(
                "正在读取办件…", lambda: desk.cases.page(party_id=party, limit=200), self, self._show_cases
            )

    def _show_cases(self, page: Page[CaseRow]) -> None:
        wanted = self.preset.case or self.case.currentData()
        self.case.clear()
        self.case.addItem(NO_CASE, None)
        self._policies = {row.id: row.policy for row in page.rows}
        for row in page.rows:
            self.case.addItem(f"{row.number} {row.clause_title}", row.id)
        if wanted is not None:
            self.case.choose(wanted)
        self.case.setEnabled(not self.preset.draw)
        self._show_basis()

    # ---- drafts --------------------------------------------------------------------------

    @property
    def _draft_key(self) -> str:
        return f"oversight-entry/{self.preset.key}"

    def keep(self) -> None:
        form = self.form
        if form is None or not form.dirty:
            self.context.keep_draft(self._draft_key, None)
            return
        form.settle()
        party = (self.party.key, self.party.line.text()) if self.party.key is not None else None
        self.context.keep_draft(
            self._draft_key, {"kind": self.kind.currentData(), "party": party, "typed": form.typed()}
        )

    def _restore(self) -> None:
        """What this user had typed here before the page was thrown away."""
        draft = self.context.draft(self._draft_key)
        if draft is None or not self.kind.choose(draft["kind"]) or self.form is None:
            return
        if draft["party"] is not None and self.party.key is None:
            self.party.set(draft["party"])
            self._read_cases()
        self.form.restore(draft["typed"])
        self.message.tell("已恢复上次未保存的填写。", "accent")

    # ---- the form ------------------------------------------------------------------------

    @property
    def chosen(self) -> ActKindView | None:
        return self._kinds.get(self.kind.currentData())

    def _build(self) -> None:
        """The form of the chosen kind; what was typed under the one before stays where the field is the same."""
        kind = self.chosen
        typed = {} if self.form is None else self.form.typed()
        if self.form is not None:
            self._holder.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()
            self.form = None
        if kind is None:
            self.basis.setText("您的角色不能登记监管事项。")
            return
        self._show_basis()
        self.party.setVisible(kind.of_party)
        self.party.name.setText("单位" if kind.or_policy else "单位 *")
        for widget in (self.case, self._case_name):
            widget.setVisible(kind.of_party)
        self.form = Form(act_fields(kind), columns=2)
        self.form.submitted.connect(self.main_act)
        self.form.set_values({"happened_on": self.context.office.today})
        if typed:
            self.form.restore({name: value for name, value in typed.items() if value})
        self._holder.addWidget(self.form)
        self._order_tabs(self.form)

    def _show_basis(self) -> None:
        """The article of the policy that the case is under, or of those that the payee has cases under."""
        kind = self.chosen
        if kind is None:
            return
        wanted = {self._policies.get(self.case.currentData())} - {None} or set(self._policies.values())
        words = [words for policy, words in kind.articles if policy in wanted] if wanted else [kind.basis]
        stops = _STOPS if kind.id == SUSPENSION else ""
        self.basis.setText(f"依据：{'、'.join(words) or NO_BASIS}。{stops}")

    def _order_tabs(self, form: Form) -> None:
        """As it reads: party, kind, case, the form, the files."""
        chain: list[QWidget] = [self.party.line, self.kind, self.case]
        chain += [edit.editor for edit in form.fields.values()]
        chain.append(self.papers.add_button)
        for first, second in pairwise(chain):
            QWidget.setTabOrder(first, second)

    # ---- saving --------------------------------------------------------------------------

    def main_act(self) -> None:
        kind, form = self.chosen, self.form
        if kind is None or form is None or self._saving:
            return
        named = self.party.key is not None or (kind.or_policy and not self.party.line.text().strip())
        if kind.of_party and not named:
            self.party.complain("请选择一个单位")
            self.party.line.setFocus()
            return
        form.settle()
        act = replace(
            act_form(kind, form.values()),
            party_id=self.party.key if kind.of_party else None,
            case_id=self.case.currentData() if kind.of_party else None,
            spot_check_id=self.preset.draw or None,
            follows_id=self.preset.follows or None,
        )
        desk, papers = self.context.desk, tuple(self.papers.paths)
        enter = desk.oversight.suspend if kind.id == SUSPENSION else desk.oversight.enter
        self._saving = True
        self.save_button.setEnabled(False)
        self.context.ask("正在登记…", lambda: enter(act, papers), self, self._saved, self._refused, self._ended)

    def _ended(self) -> None:
        self._saving = False
        self.save_button.setEnabled(True)

    def _saved(self, entered: Entered) -> None:
        kind = self.chosen
        if self.form is not None:
            self.form.set_values(dict.fromkeys(self.form.fields))
            self.form.set_values({"happened_on": self.context.office.today})
        self.papers.clear()
        self.context.keep_draft(self._draft_key, None)
        self.message.dismiss()
        self.context.say(f"{'' if kind is None else kind.name}已登记")
        if self.preset.draw:
            self.context.back()
        else:
            self.context.go("oversight", entered.id)
        if entered.warnings:
            stops = kind is not None and kind.id == SUSPENSION
            self.context.tell("\n".join(entered.warnings), "red" if stops else "amber")

    def _refused(self, trouble: Trouble) -> bool:
        if self.form is None or trouble.kind not in ("input", "refusal"):
            return False
        problems = criteria_problems(trouble.problems)
        self.form.show_problems(problems)
        elsewhere = [one.message for one in problems if one.path not in self.form.fields]
        words = elsewhere or ([] if trouble.problems else [trouble.message])
        if words:
            self.message.tell("\n".join(words), "amber")
        return True


def act_fields(kind: ActKindView) -> list[Field]:
    """What is typed about an act of a kind, in the order of the page."""
    fields = [Field("happened_on", kind.day, "date", required=True, width=12)]
    if kind.due:
        fields.append(Field("due_on", kind.due_name, "date", required=kind.due == "must", width=12))
    fields.append(Field("title", kind.title, required=True, width=40))
    fields += [form_field(one) for one in kind.fields]
    if kind.criteria:
        fields.append(Field("criteria", "评价指标", "own", required=True, make=CriteriaEdit, wide=True, width=60))
    fields.append(Field("words", kind.words, "long", required=True, wide=True))
    return fields


def act_form(kind: ActKindView, values: dict[str, Any]) -> ActForm:
    """The typed values as an act of its kind; of whom it is stands elsewhere."""
    data = {one.name: fact_value(one, values[one.name]) for one in kind.fields}
    if kind.criteria:
        data["criteria"] = values["criteria"]
    return ActForm(
        kind=kind.id,
        happened_on=_day(values["happened_on"]),
        title=values["title"],
        words=values["words"],
        due_on=_day(values.get("due_on")),
        data=data,
    )


def _day(value: Any) -> date | None:
    return value if isinstance(value, date) else None
