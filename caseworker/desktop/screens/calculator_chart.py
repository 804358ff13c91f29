"""随数值变化: what the clause pays as one number moves and everything else stays as typed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.chart import Dot, LineChart, Plot, chart_pdf, figure, jumps
from caseworker.desktop.context import Context
from caseworker.desktop.fact_edit import UNITS
from caseworker.desktop.fields import ChoiceEdit, LineEdit
from caseworker.desktop.operations import Operation, Running, Trouble
from caseworker.desktop.parts import button, label
from caseworker.desktop.screens.calculator_inputs import ScenarioInputs, still_wanted
from caseworker.desktop.words import plain_number
from caseworker.policy.model import FactField
from caseworker.services import what_if
from caseworker.services.estimates import Inputs
from caseworker.services.what_if import Range, Reading

DELAY_MS = 350
NOT_ELIGIBLE = "不符合条件"


def unit_of(fact: FactField) -> str:
    return fact.unit or UNITS.get(fact.type, "")


def plot_of(title: str, fact: FactField, readings: tuple[Reading, ...], here: Any) -> Plot:
    """The readings as they are drawn; the words under the pointer hold the exact amount."""
    unit = unit_of(fact)
    dots = []
    for one in readings:
        if one.amount is None:
            words = "不能取这个值"
        else:
            words = f"{one.amount.shown()} 元" + ("" if one.eligible else f"（{NOT_ELIGIBLE}）")
        y = None if one.amount is None else Decimal(str(one.amount))
        dots.append(Dot(one.value, y, f"{figure(one.value)} {unit}：{words}".replace(" ：", "：")))
    return Plot(title, fact.label, unit, "兑现金额", "元", tuple(dots), _number(here))


def steps_in_words(plot: Plot) -> tuple[str, ...]:
    """Each leap of the line: 200 席 400,000.00 元 → 201 席 603,000.00 元."""
    return tuple(
        f"{plot.dots[index - 1].words.replace('：', ' ')} → {plot.dots[index].words.replace('：', ' ')}"
        for index in jumps(plot)
    )


class SensitivityPage(QWidget):
    """Which number, from where to where; then the picture, its steps in words, and the way to paper."""

    printed = Signal(str, str, bytes)  # title, file name, PDF

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._form: ScenarioInputs | None = None
        self._running: Running | None = None
        self._facts: dict[str, FactField] = {}
        self._bounds: tuple[Decimal, ...] = ()
        self._filling = False
        self._asked = 0
        character = self.fontMetrics().horizontalAdvance("汉")
        self.fact = ChoiceEdit(())
        self.fact.setAccessibleName("变动的数值")
        self.fact.setSizeAdjustPolicy(ChoiceEdit.SizeAdjustPolicy.AdjustToContents)
        self.low, self.high, self.step = LineEdit(), LineEdit(), LineEdit()
        self.unit = label("", "quiet")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label("数值", "quiet"))
        row.addWidget(self.fact)
        for words, edit in (("从", self.low), ("到", self.high), ("每隔", self.step)):
            edit.setAccessibleName(words)
            edit.setAlignment(Qt.AlignmentFlag.AlignRight)
            edit.setMinimumWidth(character * 4)
            edit.setMaximumWidth(character * 9)
            edit.textChanged.connect(lambda _t: self._typed())
            row.addWidget(label(words, "quiet"))
            row.addWidget(edit)
        row.addWidget(self.unit)
        row.addStretch(1)
        self.cancel_button = button("停止", self.cancel)
        self.cancel_button.setEnabled(False)
        self.print_button = button("打印曲线…", self.print_out, picture="print")
        self.print_button.setEnabled(False)
        row.addWidget(self.cancel_button)
        row.addWidget(self.print_button)
        self.note = label("", "error", wrap=True)
        self.note.hide()
        self.chart = LineChart()
        self.chart.setToolTip("指向曲线或用 ← → 键逐点查看")
        self.words = label("", "quiet", wrap=True, selectable=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.note)
        column.addWidget(self.chart, 1)
        column.addWidget(self.words)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(DELAY_MS)
        self._delay.timeout.connect(self.draw)
        self.fact.currentIndexChanged.connect(lambda _i: self._suggest())
        for edit, following in ((self.low, self.high), (self.high, self.step), (self.step, self.chart)):
            edit.returnPressed.connect(lambda following=following: following.setFocus(Qt.FocusReason.TabFocusReason))
        self.setFocusProxy(self.fact)

    # ---- what is asked ----------------------------------------------------------------------

    def show_scenario(self, form: ScenarioInputs) -> None:
        """Draws for what is typed in the calculator now; the number and the range stay while the clause does."""
        same = self._form is not None and self._form.clause is form.clause
        self._form = form
        if same:
            self.draw()
            return
        self._facts = {fact.name: fact for fact in what_if.numeric_facts(form.clause)}
        self._filling = True
        self.fact.clear()
        for fact in self._facts.values():
            self.fact.addItem(fact.label, fact.name)
        self._filling = False
        self.fact.choose(self._most_telling(form))
        self._suggest()

    def _most_telling(self, form: ScenarioInputs) -> str | None:
        """The number for which the text draws the most lines."""
        today = self._context.office.today
        ranked = {n: len(what_if.range_of(form.clause, fact, today).bounds) for n, fact in self._facts.items()}
        return max(ranked, key=lambda name: ranked[name]) if ranked else None

    def _day(self) -> date:
        assert self._form is not None
        return what_if.day_of(self._form.inputs(), self._context.office.today)

    def _suggest(self) -> None:
        if self._filling or self._form is None:
            return
        fact = self._facts.get(self.fact.currentData())
        if fact is None:
            self._clear("这项条款没有可以变动的数值。")
            return
        over = what_if.range_of(self._form.clause, fact, self._day(), self._form.edits[fact.name].value())
        self._filling = True
        for edit, number in ((self.low, over.low), (self.high, over.high), (self.step, over.step)):
            edit.setText(figure(number))
        self._filling = False
        self._bounds = over.bounds
        self.unit.setText(unit_of(fact))
        self.draw()

    def _typed(self) -> None:
        if not self._filling:
            self._delay.start()

    def range(self) -> Range | None:
        """As typed; None while one of the three is no number."""
        numbers = [_number(plain_number(edit.text())) for edit in (self.low, self.high, self.step)]
        low, high, step = numbers
        if low is None or high is None or step is None:
            return None
        return Range(low, high, step, self._bounds)

    # ---- drawing ----------------------------------------------------------------------------

    def draw(self) -> None:
        """Starts it in a worker; a drawing under way is cancelled."""
        self._delay.stop()
        self.cancel()
        fact = self._facts.get(self.fact.currentData())
        if self._form is None or fact is None:
            return
        over = self.range()
        if over is None:
            self._clear("起点、终点和步长都要填数字。")
            return
        inputs, desk = self._form.inputs(), self._context.desk
        self._asked += 1
        asked = self._asked
        title = f"{self._form.clause.title}：兑现金额随{fact.label}的变化"
        self.cancel_button.setEnabled(True)
        self._running = self._context.run(
            Operation(
                "正在画图…",
                lambda progress, cancelled: what_if.sensitivity(desk, inputs, fact.name, over, progress, cancelled),
            ),
            self,
            lambda readings: self._show(asked, title, fact, readings, inputs),
            lambda trouble: self._failed(asked, trouble),
            lambda: self._ended(asked),
        )

    def cancel(self) -> None:
        if self._running is not None:
            self._running.cancel()
            self._running = None
        self.cancel_button.setEnabled(False)

    def _ended(self, asked: int) -> None:
        if asked == self._asked:
            self._running = None
            self.cancel_button.setEnabled(False)

    def _show(self, asked: int, title: str, fact: FactField, readings: tuple[Reading, ...], inputs: Inputs) -> None:
        if asked != self._asked:
            return
        self.note.hide()
        plot = plot_of(title, fact, readings, inputs.facts.get(fact.name))
        self.chart.show_plot(plot)
        steps = steps_in_words(plot)
        self.words.setText("跳档：" + "；".join(steps) if steps else "这一范围内没有跳档。")
        self.words.show()
        self.print_button.setEnabled(True)

    def _failed(self, asked: int, trouble: Trouble) -> bool:
        if asked != self._asked or trouble.kind == "cancelled":
            return True
        if trouble.kind != "input" or self._form is None:
            return False
        missing = still_wanted(self._form.missing)
        self._clear(f"{trouble.message}{missing}" if missing else trouble.message)
        return True

    def _clear(self, words: str) -> None:
        self.note.setText(words)
        self.note.show()
        self.chart.show_plot(None)
        self.words.hide()
        self.print_button.setEnabled(False)

    # ---- paper ------------------------------------------------------------------------------

    def print_out(self) -> None:
        plot, form = self.chart.plot, self._form
        if plot is None or form is None:
            return
        inputs, office = form.inputs(), self._context.office
        above = (
            f"仅供参考，不作为兑现依据　　{form.pack.short_title}　{form.clause.number} {form.clause.title}"
            f"　　测算日期 {inputs.as_of}",
        )
        below = (self.words.text(), f"其余各项按所填不变。{office.name}　{office.today.isoformat()}")
        data = chart_pdf(plot, above, below)
        self.printed.emit(plot.title, f"估算曲线-{form.clause.title}-{office.today.isoformat()}.pdf", data)


def _number(value: Any) -> Decimal | None:
    try:
        number = Decimal(plain_number(str(value)))
    except ArithmeticError:
        return None
    return number if number.is_finite() else None
