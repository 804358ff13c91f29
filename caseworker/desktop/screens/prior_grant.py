"""登记一笔: one grant from before this program, typed in; the fields follow the clause."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit, Field
from caseworker.desktop.forms import Form
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import ElidedLabel, button, label, scrolled
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.prior_entry import SCANS
from caseworker.desktop.screens.programs_parts import Picker, parties
from caseworker.services.prior_views import PriorBatchRow, PriorClauseView, PriorFieldView, PriorGrantForm

ABOUT = "保存以后等复核人或负责人确认；确认以前不计入。一次要登记很多笔的，请用补录表读入。"
KINDS = {"int": "number", "date": "date", "choice": "choice"}


class PriorGrantScreen(Screen):
    title = "登记一笔历史兑现"
    manual = "prior"

    def __init__(self, context: Context, _key: int = 0) -> None:
        super().__init__(context)
        self._path: Path | None = None
        self.form: Form | None = None
        self.save_button = button("保存  Ctrl+Enter", self.main_act, role="primary")
        self.heading(self.title, self.save_button)
        self.body.addWidget(label(ABOUT, "quiet", wrap=True))
        card = QFrame()
        card.setProperty("role", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        self.party = Picker(context, "单位", "输入名称或拼音首字母", parties(context))
        column.addWidget(self.party)
        self.clauses = context.desk.prior.clauses()
        self.clause = ChoiceEdit(
            tuple((place, f"{one.policy_title}　{one.title}") for place, one in enumerate(self.clauses))
        )
        self.clause.setAccessibleName("条款")
        row = QHBoxLayout()
        row.setSpacing(8)
        words = label("条款 *")
        words.setBuddy(self.clause)
        row.addWidget(words)
        row.addWidget(self.clause, 1)
        row.addStretch(1)
        column.addLayout(row)
        self._holder = QVBoxLayout()
        column.addLayout(self._holder)
        file = QWidget()
        line = QHBoxLayout(file)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(button("附上扫描件…", self._choose_file, picture="clip"))
        self.file = ElidedLabel("可以不附", "quiet")
        line.addWidget(self.file, 1)
        column.addWidget(file)
        column.addStretch(1)
        self.body.addWidget(scrolled(card), 1)
        self.clause.currentIndexChanged.connect(lambda _i: self._build())
        self._build()
        self.setFocusProxy(self.party.line)

    def keep(self) -> None:
        """What was typed is personal data of one grant: it goes with the page."""

    @property
    def chosen(self) -> PriorClauseView | None:
        place = self.clause.currentData()
        return None if place is None else self.clauses[place]

    def _build(self) -> None:
        """The form for the chosen clause; what was typed under the one before stays where the field is the same."""
        clause = self.chosen
        typed = {} if self.form is None else self.form.typed()
        if self.form is not None:
            self._holder.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()
        fields = [
            Field("granted_on", "兑现日期", "date", required=True, width=12),
            Field("amount", "金额", "number", unit="元", required=True, width=16),
        ]
        if clause is not None and clause.by_person:
            fields.append(Field("name", "姓名", required=True, width=12))
            fields.append(Field("id_number", "证件号码", required=True, width=22))
        fields.extend(_field(one) for one in (() if clause is None else clause.fields))
        fields.append(Field("evidence", "凭据", "long", required=True, hint="如 拨款凭证号、文号、档案盒号"))
        self.form = Form(fields, columns=2)
        self.form.submitted.connect(self.main_act)
        for one in () if clause is None else clause.fields:
            self.form.fields[one.name].setToolTip(one.hint)
        if typed:
            self.form.restore({name: value for name, value in typed.items() if value})
        self._holder.addWidget(self.form)

    def _choose_file(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, "附上扫描件", "", SCANS)
        if name:
            self.attach(Path(name))

    def attach(self, path: Path | None) -> None:
        self._path = path
        self.file.setText("可以不附" if path is None else path.name)

    def main_act(self) -> None:
        clause, party, form = self.chosen, self.party.key, self.form
        if clause is None or form is None:
            return
        if party is None:
            self.party.complain("请选择一个单位")
            self.party.line.setFocus()
            return
        form.settle()
        values = form.values()
        grant = PriorGrantForm(
            party_id=party,
            policy=clause.policy,
            clause=clause.clause,
            granted_on=values["granted_on"],
            amount=values["amount"],
            facts={one.name: _plain(values[one.name]) for one in clause.fields},
            name=values.get("name", ""),
            id_number=values.get("id_number", ""),
        )
        desk, path, evidence = self.context.desk, self._path, values["evidence"]

        def saved(row: PriorBatchRow) -> None:
            form.saved()
            self.context.say(f"已录入第 {row.id} 批，等复核人或负责人确认")
            self.context.go("prior", row.id)

        self.context.ask(
            "正在录入…", lambda: desk.prior.enter_grant(grant, evidence, scan=path), self, saved, self._refused
        )

    def _refused(self, trouble: Trouble) -> bool:
        if trouble.kind != "input" or self.form is None:
            return False
        self.form.show_problems(trouble.problems)
        return True


def _field(one: PriorFieldView) -> Field:
    if one.type == "choice":
        options: tuple[tuple[Any, str], ...] = ((None, "（请选择）"), *one.options)
        return Field(one.name, one.label, "choice", required=one.needed, options=options, width=14)
    if one.type == "parts":
        every: tuple[tuple[Any, str], ...] = ((None, "（请选择）"), *((value, words) for value, words in one.options))
        several = "、".join(words for _, words in one.options)
        return Field(
            one.name, one.label, "choice", required=one.needed, options=(*every, (several, f"{several}一并")), width=16
        )
    width = {"text": 26, "month": 16}.get(one.type, 12)
    hint = {"month": "如 2022-11", "date": ""}.get(one.type, one.hint)  # the whole hint stands in the tool tip
    return Field(one.name, one.label, KINDS.get(one.type, "text"), required=one.needed, hint=hint, width=width)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
