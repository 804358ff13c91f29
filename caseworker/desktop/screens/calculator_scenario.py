"""One scenario: what is typed and what comes of it, worked out again with every pause in the typing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QSplitter, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.parts import Chip, clear, label, rule, scrolled
from caseworker.desktop.result_view import ConditionsView, StepsView, amount_shown, right
from caseworker.desktop.screens.calculator_inputs import ScenarioInputs, still_wanted
from caseworker.policy import Clause, Pack
from caseworker.services import estimates
from caseworker.services.estimates import Worked
from caseworker.values.daxie import in_words

DELAY_MS = 250
MOST_LINES = 100


class LinesView(QWidget):
    """Each person or fair of the list: met or not, why not, and the amount."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(2, 1)

    def show_result(self, result: Mapping[str, Any] | None) -> None:
        clear(self._grid)
        lines = result["lines"] if result is not None else ()
        self.setVisible(bool(lines))
        if result is None or not lines:
            return
        sums = {step["label"]: step["expression"] for step in result["trace"]}
        self._grid.addWidget(label("逐项结果", "strong"), 0, 0, 1, 2)
        for place, line in enumerate(lines[:MOST_LINES], start=1):
            unmet = "；".join(condition["text"] for condition in line["conditions"] if not condition["met"])
            top = Qt.AlignmentFlag.AlignTop
            chip = Chip("符合", "green") if line["eligible"] else Chip("不符合", "red")
            self._grid.addWidget(label(line["key"]), place, 0, top)
            self._grid.addWidget(chip, place, 1, top)
            self._grid.addWidget(label(unmet or sums.get(line["key"], ""), "quiet", wrap=True), place, 2, top)
            self._grid.addWidget(right(amount_shown(line["amount"])), place, 3)
        if len(lines) > MOST_LINES:
            rest = f"其余 {len(lines) - MOST_LINES:,} 项不逐一显示，已计入合计。"
            self._grid.addWidget(label(rest, "quiet"), MOST_LINES + 1, 0, 1, 4)


class ScenarioView(QSplitter):
    """Inputs and outcome beside one another, or one above the other when two scenarios stand side by side."""

    worked_out = Signal()

    def __init__(self, context: Context, name: str) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._context = context
        self._asked = 0
        self.inputs: ScenarioInputs | None = None
        self.worked: Worked | None = None
        self.name = label(name, "section")
        self.name.hide()
        self._holder = QWidget()
        self._column = QVBoxLayout(self._holder)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.name)
        self.note = label("", "quiet", wrap=True)
        self.steps = StepsView()
        self.lines = LinesView()
        self._rule = rule()
        self.conditions = ConditionsView()
        outcome = QWidget()
        column = QVBoxLayout(outcome)
        column.setContentsMargins(12, 8, 8, 8)
        column.setSpacing(8)
        for widget in (self.note, self.steps, self.lines, self._rule, self.conditions):
            column.addWidget(widget)
        column.addStretch(1)
        left, panel = scrolled(self._holder), QFrame()
        left.setMinimumWidth(self.fontMetrics().horizontalAdvance("汉") * 20)
        panel.setProperty("role", "panel")
        inside = QVBoxLayout(panel)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(scrolled(outcome))
        self.addWidget(left)
        self.addWidget(panel)
        self.setChildrenCollapsible(False)
        self.stand(False)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(DELAY_MS)
        self._delay.timeout.connect(self.work_out)
        self._show_outcome(None)

    def stand(self, beside: bool) -> None:
        """`beside`: another scenario stands next to this one, so there is room only below."""
        self.name.setVisible(beside)
        self.setOrientation(Qt.Orientation.Vertical if beside else Qt.Orientation.Horizontal)
        self.setSizes([5_000, 5_000] if beside else [4_600, 5_400])  # shares of the room there is

    def choose(self, pack: Pack, clause: Clause, day: str) -> None:
        """Draws the clause's form; what was typed under the same name stays."""
        before = self.inputs
        made = ScenarioInputs(pack, clause)
        if before is not None:
            made.take_from(before)
            self._column.removeWidget(before)
            before.hide()
            before.deleteLater()
        else:
            made.day.setText(day)
        self.inputs = made
        self._column.addWidget(made)
        made.changed.connect(self._delay.start)
        self.worked = None
        self.work_out()

    def work_out(self) -> None:
        if self.inputs is None:
            return
        self._delay.stop()
        self._asked += 1
        asked, desk, inputs = self._asked, self._context.desk, self.inputs.inputs()
        self._context.ask(
            "正在测算…", lambda: estimates.work_out(desk, inputs), self, lambda worked: self._show(asked, worked)
        )

    def _show(self, asked: int, worked: Worked) -> None:
        if asked != self._asked or self.inputs is None:  # an answer to older text is dropped
            return
        self.worked = worked
        self.inputs.show_worked(worked)
        self._show_outcome(worked)
        self.worked_out.emit()

    def _show_outcome(self, worked: Worked | None) -> None:
        result = dict(worked.result) if worked is not None and worked.amount is not None else None
        self._show_note(result is not None)
        self.steps.setVisible(result is not None)
        self._rule.setVisible(result is not None)
        spoken = ""
        if worked is not None and worked.amount is not None and worked.eligible:
            spoken = in_words(worked.amount)
        self.steps.show_result(_without_lines(result), spoken)
        self.lines.show_result(result)
        self.conditions.show_result(self.inputs.clause if self.inputs is not None else None, result)

    def _show_note(self, known: bool) -> None:
        words: list[str] = []
        if self.inputs is not None and not known:
            words = [still_wanted(self.inputs.missing)]
            if self.inputs.wrong:
                words.append("请先改正标红的内容。")
        text = "\n".join(word for word in words if word)
        self.note.setText(text)
        self.note.setVisible(bool(text))


def _without_lines(result: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The result with the steps of single lines left to the list below, where each stands in its row."""
    if result is None:
        return None
    keys = {line["key"] for line in result["lines"]}
    return {**result, "trace": [step for step in result["trace"] if step["label"] not in keys]}
