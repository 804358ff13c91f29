"""政策计算器: at the counter, without a case. Type a few numbers, see the sum. Nothing is kept."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fact_edit import FactEdit
from caseworker.desktop.fields import ChoiceEdit, DateEdit
from caseworker.desktop.parts import clear, label, rule, scrolled
from caseworker.desktop.result_view import ConditionsView, StepsView
from caseworker.desktop.screen import Screen
from caseworker.policy import Clause, Pack
from caseworker.values.daxie import in_words
from caseworker.values.money import Money

DELAY_MS = 250


class CalculatorScreen(Screen):
    title = "政策计算器"
    manual = "cases"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.heading(self.title)
        self._packs: dict[str, Pack] = {}
        self._clause: Clause | None = None
        self._edits: dict[str, FactEdit] = {}
        self._problems: dict[str, QLabel] = {}
        self._asked = 0
        self.clause = ChoiceEdit(())
        self.clause.setAccessibleName("条款")
        self.clause.setSizeAdjustPolicy(ChoiceEdit.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.clause.setMinimumContentsLength(20)
        self.day = DateEdit()
        self.day.setAccessibleName("计算日期")
        self.day.setMaximumWidth(self.fontMetrics().horizontalAdvance("汉") * 11)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(label("条款", "quiet"))
        top.addWidget(self.clause, 1)
        top.addWidget(label("计算日期", "quiet"))
        top.addWidget(self.day)
        self.body.addLayout(top)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 8, 16, 8)
        self._form = QGridLayout()
        self._form.setHorizontalSpacing(8)
        self._form.setVerticalSpacing(4)
        self._form.setColumnStretch(1, 1)
        column.addLayout(self._form)
        self.note = label("", "due", wrap=True)
        column.addWidget(self.note)
        column.addStretch(1)
        right = QWidget()
        self.steps = StepsView()
        self.steps.hide()
        self.conditions = ConditionsView()
        column = QVBoxLayout(right)
        column.setContentsMargins(16, 8, 8, 8)
        column.addWidget(self.steps)
        self._rule = rule()
        column.addWidget(self._rule)
        column.addWidget(self.conditions)
        column.addStretch(1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(scrolled(left))
        split.addWidget(scrolled(right))
        split.setStretchFactor(0, 5)
        split.setStretchFactor(1, 6)
        split.setChildrenCollapsible(False)
        self.body.addWidget(split, 1)
        self.body.addWidget(label("只作估算，不建办件，不留记录。正式测算以办件中的为准。", "quiet"))
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(DELAY_MS)
        self._delay.timeout.connect(self.work_out)
        self.clause.currentIndexChanged.connect(lambda _i: self._choose())
        self.day.textChanged.connect(lambda _t: self._delay.start())
        self.setFocusProxy(self.clause)

    def refresh(self) -> None:
        if not self.day.text():
            self.day.set_value(self.context.office.today)
        desk = self.context.desk
        self.context.ask("正在读取政策…", desk.policies.packs, self, self._show_packs)

    def _show_packs(self, packs: tuple[Pack, ...]) -> None:
        if list(self._packs) == [pack.id for pack in packs]:
            return
        self._packs = {pack.id: pack for pack in packs}
        self.clause.clear()
        for pack in packs:
            for clause in pack.clauses.values():
                words = f"{clause.number}　{clause.title}　（{pack.short_title}）"
                self.clause.addItem(words, (pack.id, clause.id))

    def _choose(self) -> None:
        """Draws the clause's facts; what was typed under the same name stays."""
        chosen = self.clause.currentData()
        if chosen is None:
            return
        kept = {name: edit.value() for name, edit in self._edits.items()}
        clear(self._form)
        self._edits, self._problems = {}, {}
        policy, clause_id = chosen
        self._clause = self._packs[policy].clauses[clause_id]
        listed = [field.label for field in self._clause.facts if field.type == "list"]
        self.note.setText(
            f"“{'、'.join(listed)}”要按名单逐人计算，请在企业档案中导入名单后受理办件。" if listed else ""
        )
        place = 0
        for field in self._clause.facts:
            if field.type == "list":
                continue
            edit = FactEdit(field)
            if kept.get(field.name) is not None:
                edit.set_value(kept[field.name])
            edit.changed.connect(self._delay.start)
            caption = label(field.label + ("" if field.nullable or field.optional else " *"), wrap=True)
            caption.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            problem = label("", "error", wrap=True)
            problem.hide()
            self._form.addWidget(caption, place, 0)
            self._form.addWidget(edit, place, 1, Qt.AlignmentFlag.AlignLeft)
            self._form.addWidget(problem, place + 1, 1)
            self._edits[field.name] = edit
            self._problems[field.name] = problem
            place += 2
        self.work_out()

    def work_out(self) -> None:
        day, chosen = self.day.value(), self.clause.currentData()
        if chosen is None or self._clause is None:
            return
        facts: dict[str, Any] = {name: edit.value() for name, edit in self._edits.items()}
        facts = {name: value for name, value in facts.items() if value is not None}
        for field in self._clause.facts:
            if field.type == "list":
                facts[field.name] = []
        request = {
            "policy": chosen[0],
            "clause": chosen[1],
            "as_of": day.isoformat() if day is not None else self.day.text(),
            "facts": facts,
        }
        self._asked += 1
        asked, desk = self._asked, self.context.desk
        self.context.ask(
            "正在测算…", lambda: desk.policies.calculate(request), self, lambda result: self._show(asked, facts, result)
        )

    def _show(self, asked: int, facts: dict[str, Any], result: dict[str, Any]) -> None:
        if asked != self._asked:
            return
        problems = {problem["path"]: problem["message"] for problem in result.get("error", {}).get("problems", [])}
        for name, words in self._problems.items():
            message = problems.get(f"facts.{name}", "")
            empty = name not in facts  # what is still to be typed is not called wrong
            words.setText("" if empty else message)
            words.setVisible(bool(message) and not empty)
            self._edits[name].mark(bool(message) and not empty)
        self.day.setProperty("wrong", "as_of" in problems)
        self.day.style().unpolish(self.day)
        self.day.style().polish(self.day)
        found = None if "error" in result else result
        self._rule.setVisible(found is not None)
        self.steps.setVisible(found is not None)
        self.conditions.show_result(self._clause, found)
        spoken = in_words(Money.parse(str(found["amount"]))) if found and found["eligible"] else ""
        self.steps.show_result(found, spoken)
