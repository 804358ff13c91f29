"""测算: left the clause's words and the conditions, right the facts with their sources, the steps and the amount."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.differences import DifferencesView
from caseworker.desktop.fact_edit import FactEdit
from caseworker.desktop.fields import LineEdit
from caseworker.desktop.listview import ListView
from caseworker.desktop.operations import IsCancelled, Operation, Progress, Running, Trouble
from caseworker.desktop.parts import ElidedLabel, Message, Strip, button, clear, label, rule, scrolled
from caseworker.desktop.result_view import ConditionsView, StepsView, right
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, listed
from caseworker.policy.model import Clause
from caseworker.services import Desk
from caseworker.services.award_years import FIELD as YEAR_FIELD
from caseworker.services.views import CalculationView, CaseDetail, CaseFactView, Role
from caseworker.values.money import Money

ORIGINS = {"case": ("手工填写", "amber"), "missing": ("缺", "red")}
LISTS = frozenset({"list", "months", "choices"})

Line = dict[str, Any]
LINES: tuple[Column[Line], ...] = (
    Column("序号", lambda line: line["place"], "place", RIGHT, width=4),
    Column("姓名", lambda line: line["name"], "name", width=8),
    Column(
        "结果",
        lambda line: "符合" if line["eligible"] else "不符合",
        "eligible",
        width=6,
        tone=lambda line: "green" if line["eligible"] else "red",
    ),
    Column("金额（元）", lambda line: Money.parse(line["amount"]), "amount", RIGHT, width=8),
    Column("计算", lambda line: line["sum"], None, width=18),
    Column("不符合的条件", lambda line: line["unmet"], "unmet", width=20, stretch=True),
)


class CaseCalculation(QWidget):
    fact_changed = Signal()
    given_up = Signal(object)  # Trouble: the clerk cancelled the calculation

    def __init__(self, context: Context, case_id: int) -> None:
        super().__init__()
        self._context = context
        self._case_id = case_id
        self._view: CalculationView | None = None
        self.running: Running | None = None
        self.message = Message(closable=False)
        self.differences = DifferencesView()
        self.conditions = ConditionsView()
        right_side = QWidget()
        column = QVBoxLayout(right_side)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(16)
        self._facts.setVerticalSpacing(2)
        self._facts.setColumnStretch(2, 1)
        column.addLayout(self._facts)
        column.addWidget(rule())
        self.steps = StepsView()
        column.addWidget(self.steps)
        lines = PagedTableModel(LINES, listed((), LINES), context.ask, self)
        self.lines = ListView(lines, "case-lines", empty="没有名单。")
        self.lines.setMinimumHeight(220)
        self.lines.hide()
        column.addWidget(self.lines)
        column.addStretch(1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        for side in (self.conditions, right_side):
            panel = scrolled(side)
            panel.setStyleSheet("")
            panel.setAccessibleName("条款和条件" if side is self.conditions else "事实和测算过程")
            self.setFocusProxy(panel)  # in the end the sum: arrow keys scroll it
            frame = QFrame()
            frame.setProperty("role", "panel")
            inside = QVBoxLayout(frame)
            inside.setContentsMargins(0, 0, 0, 0)
            inside.addWidget(panel)
            self.splitter.addWidget(frame)
        self.splitter.setStretchFactor(0, 4)
        self.splitter.setStretchFactor(1, 6)
        self.splitter.setChildrenCollapsible(False)
        self.points = ElidedLabel("", "quiet")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.setSpacing(6)
        whole.addWidget(self.message)
        whole.addWidget(self.differences)
        whole.addWidget(self.splitter, 1)
        whole.addWidget(self._build_strip())
        whole.addWidget(self.points)

    def _build_strip(self) -> QFrame:
        """Overriding a fact: its value and why, in place."""
        self.strip = Strip(self._keep_fact, self._left_strip)
        self._words = label()
        self.value = FactEdit()
        self.value.entered.connect(self._to_reason)
        self.reason = LineEdit()
        self.reason.setPlaceholderText("理由和依据，如 现场复核记录")
        self.reason.setAccessibleName("理由")
        self.reason.returnPressed.connect(self._keep_fact)
        self.withdraw = button("改回档案的值", self._withdraw)
        row = QHBoxLayout(self.strip)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(self._words)
        row.addWidget(self.value)
        row.addWidget(label("理由", "quiet"))
        row.addWidget(self.reason, 1)
        self.keep_button = button("采用", self._keep_fact, role="primary")
        row.addWidget(self.keep_button)
        row.addWidget(self.withdraw)
        self.cancel = button("取消", self.strip.give_up)
        row.addWidget(self.cancel)
        self._editing: CaseFactView | None = None
        self._edit_buttons: dict[str, QPushButton] = {}
        self._back_to = ""  # the fact whose 改 takes the focus when the facts are drawn anew
        self.strip.hide()
        return self.strip

    # ---- reading -------------------------------------------------------------------------

    def refresh(self) -> None:
        desk, key = self._context.desk, self._case_id

        def read(
            progress: Progress, cancelled: IsCancelled
        ) -> tuple[CaseDetail, Clause, CalculationView, dict[str, str]]:
            detail = desk.cases.get(key, progress=progress, cancelled=cancelled)
            view = desk.cases.calculation(key, progress=progress, cancelled=cancelled)
            names = _names(desk, detail.party_id) if view.result is not None and view.result["lines"] else {}
            return detail, desk.policies.clause(detail.policy, detail.clause), view, names

        def failed(trouble: Trouble) -> bool:
            if trouble.kind == "cancelled":
                self.given_up.emit(trouble)
                return True
            return False

        def ended() -> None:
            if self.running is running:
                self.running = None

        running = self._context.run(
            Operation("正在测算…", read), self, lambda found: self.show_calculation(*found), failed, ended
        )
        self.running = running

    def show_calculation(
        self, detail: CaseDetail, clause: Clause, view: CalculationView, names: dict[str, str]
    ) -> None:
        self._view = view
        self._clause = clause
        self._open = detail.status == "open" and not detail.proposer
        self.conditions.show_result(clause, view.result)
        self._show_facts(view)
        self.steps.setVisible(view.result is not None)
        self.steps.show_result(_without_lines(view.result), view.amount_words)
        self._show_lines(view, names)
        self._show_message(view)
        points = [f"{point.question}{point.option_text}（{point.decision}）" for point in view.points]
        self.points.setText("口径：" + "　·　".join(points) if points else "")
        self.points.setVisible(bool(points))

    def _show_message(self, view: CalculationView) -> None:
        if view.missing:
            self.message.tell("还不能测算，缺少：" + "、".join(view.missing), "amber")
        elif view.problems:
            self.message.tell("\n".join(["还不能测算：", *(message for _path, message in view.problems)]), "amber")
        elif view.differs_from_proposal:
            self.message.tell("以下为提交初审时固定的测算，办理以它为准。提交后档案有变化，前后对照如下。", "amber")
        else:
            self.message.hide()
        self.differences.show_rows(view.differs_from_proposal)

    def _show_facts(self, view: CalculationView) -> None:
        clear(self._facts)
        self._edit_buttons.clear()
        self._facts.addWidget(label("事实", "strong"), 0, 0)
        self._facts.addWidget(label("来源", "quiet"), 0, 2)
        may = self._context.may(Role.CASEWORKER) and self._open
        for place, fact in enumerate(view.facts, start=1):
            top = Qt.AlignmentFlag.AlignTop
            self._facts.addWidget(label(fact.label, wrap=True), place, 0, top)
            self._facts.addWidget(right(fact.shown or "（缺）", "error" if fact.problem else None), place, 1)
            source = fact.problem or fact.source
            if fact.origin in ORIGINS and not fact.problem:
                source = f"{ORIGINS[fact.origin][0]}：{fact.reason or fact.source}"
            role = "error" if fact.problem else ("due" if fact.origin == "case" else "quiet")
            self._facts.addWidget(label(source, role, wrap=True), place, 2, top)
            if may and fact.kind not in LISTS:
                edit = button("改", partial(self._edit, fact), role="link")
                edit.setToolTip(f"只在本件中另填“{fact.label}”，须写理由")
                edit.setAccessibleName(f"改“{fact.label}”")
                self._facts.addWidget(edit, place, 3, top)
                self._edit_buttons[fact.name] = edit
        if self._back_to:
            self._focus_fact(self._back_to)
            self._back_to = ""

    def _show_lines(self, view: CalculationView, names: dict[str, str]) -> None:
        found = view.result["lines"] if view.result is not None else []
        sums = {step["label"]: step["expression"] for step in view.result["trace"]} if view.result is not None else {}
        rows = tuple(
            {
                **line,
                "place": place,
                "name": names.get(line["key"], line["key"]),
                "sum": sums.get(line["key"], ""),
                "unmet": "；".join(
                    c["text"].rstrip("。；") for c in line["conditions"] if c["decides"] and not c["met"]
                ),
            }
            for place, line in enumerate(found, start=1)
        )
        self.lines.setVisible(bool(rows))
        if rows:
            self.lines.model.set_provider(listed(rows, LINES))

    # ---- a fact set by hand --------------------------------------------------------------

    def _edit(self, fact: CaseFactView) -> None:
        field = YEAR_FIELD if fact.name == YEAR_FIELD.name else self._clause.fact(fact.name)
        if field is None:
            return
        if self._editing is None or self._editing.name != fact.name:
            self.reason.clear()  # a reason typed for another fact is not a reason for this one
        self._editing = fact
        self._words.setText(f"本件的“{fact.label}”")
        self.value.set_field(field)
        self.value.set_value(fact.value)
        self.withdraw.setVisible(fact.origin == "case")
        if fact.origin == "case":
            self.reason.setText(fact.reason)
        self.strip.show()
        # the value's editor is made anew for each fact, so it comes last in the order unless it is told its place
        editor = self.value.focusProxy() or self.value
        order: tuple[QWidget, ...] = (editor, self.reason, self.keep_button, self.withdraw, self.cancel)
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)
        self.value.setFocus(Qt.FocusReason.OtherFocusReason)

    def _to_reason(self) -> None:
        self.value.settle()
        self.reason.setFocus(Qt.FocusReason.TabFocusReason)

    def _left_strip(self) -> None:
        """Goes back to where the clerk was."""
        fact, self._editing = self._editing, None
        self.reason.clear()
        if fact is not None:
            self._focus_fact(fact.name)

    def _focus_fact(self, name: str) -> None:
        found = self._edit_buttons.get(name)
        if found is not None:
            found.show()  # just drawn, it would be shown only when the event loop comes round, and could not be focused
            found.setFocus(Qt.FocusReason.OtherFocusReason)

    def _keep_fact(self) -> None:
        fact = self._editing
        if fact is None:
            return
        self.value.settle()
        self.reason.settle()
        desk, key, value, reason = self._context.desk, self._case_id, self.value.value(), self.reason.text().strip()
        self._context.ask(
            "正在保存…", lambda: desk.cases.set_fact(key, fact.name, value, reason), self, self._kept, self._not_kept
        )

    def _withdraw(self) -> None:
        fact = self._editing
        if fact is None:
            return
        desk, key = self._context.desk, self._case_id
        self._context.ask(
            "正在保存…", lambda: desk.cases.withdraw_fact(key, fact.name), self, self._kept, self._not_kept
        )

    def _kept(self, _nothing: None) -> None:
        self._back_to = self._editing.name if self._editing is not None else ""
        self.strip.give_up()
        self._context.say("已更新，测算重新进行")
        self.refresh()
        self.fact_changed.emit()

    def _not_kept(self, trouble: Trouble) -> bool:
        lines = [problem.message for problem in trouble.problems] or [trouble.message]
        self._context.tell("\n".join(lines), "red" if trouble.kind in ("environment", "bug") else "amber")
        return True


def _names(desk: Desk, party_id: int) -> dict[str, str]:
    """The names of a party's people by the key that the calculation knows them by."""
    names: dict[str, str] = {}
    read = 0
    while True:
        page = desk.dossiers.people(party_id, offset=read, limit=1000)
        names.update((str(person.id), person.name) for person in page.rows)
        read += len(page.rows)
        if not page.rows or read >= page.total:
            return names


def _without_lines(result: dict[str, Any] | None) -> dict[str, Any] | None:
    """The result with the steps of single persons left to the list below, where each stands in its row."""
    if result is None:
        return None
    keys = {line["key"] for line in result["lines"]}
    return {**result, "trace": [step for step in result["trace"] if step["label"] not in keys]}
