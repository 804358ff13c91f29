"""What is typed for one scenario: day, the clause's facts, lists, other benefits and interpretation points."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from caseworker.desktop.fact_edit import FactEdit
from caseworker.desktop.fields import ChoiceEdit, DateEdit
from caseworker.desktop.parts import button, label, rule
from caseworker.desktop.screens.calculator_records import WRITTEN, RecordTable
from caseworker.desktop.words import DATE_HINT
from caseworker.policy import Clause, Pack
from caseworker.policy.model import FactField
from caseworker.services.estimates import Inputs, Worked

BENEFIT_FIELDS = (
    FactField("title", "text", "名称"),
    FactField("amount", "money", "金额", "元"),
    FactField("key", "key", "对应人员或事项", optional=True, hint="只抵扣名单中的一行时，填那一行的标识"),
)
MOST_NAMED = 6


class ChoicesEdit(QWidget):
    """Several of some options, each with a box to tick."""

    changed = Signal()

    def __init__(self, field: FactField) -> None:
        super().__init__()
        self._boxes = {option.id: QCheckBox(option.label) for option in field.options}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for box in self._boxes.values():
            box.toggled.connect(lambda _on: self.changed.emit())
            column.addWidget(box)
        self.setFocusProxy(next(iter(self._boxes.values())))

    def value(self) -> list[str] | None:
        return [name for name, box in self._boxes.items() if box.isChecked()] or None

    def set_value(self, value: Any) -> None:
        for name, box in self._boxes.items():
            box.setChecked(name in (value or ()))

    def clear(self) -> None:
        self.set_value(())

    def settle(self) -> None:
        """Nothing is being composed here."""

    def mark(self, wrong: bool) -> None:
        """Boxes cannot be wrong; the words stand below."""


class ScenarioInputs(QWidget):
    """The form of one clause. `changed` comes with every keystroke."""

    changed = Signal()

    def __init__(self, pack: Pack, clause: Clause) -> None:
        super().__init__()
        self.pack, self.clause = pack, clause
        self.edits: dict[str, FactEdit | ChoicesEdit] = {}
        self.tables: dict[str, RecordTable] = {}
        self.points: dict[str, ChoiceEdit] = {}
        self.errors: dict[str, QLabel] = {}
        self._missing: tuple[str, ...] = ()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 2)
        self._grid.setColumnStretch(1, 3)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 4, 12, 8)
        self._column.setSpacing(6)
        self._column.addLayout(self._grid)
        self.day = DateEdit()
        self.day.setAccessibleName("测算日期")
        self.day.setToolTip("按这一天的政策规定测算")
        self.day.setMaximumWidth(self.fontMetrics().horizontalAdvance("汉") * 14)
        self.day.textChanged.connect(lambda _t: self.changed.emit())
        self._line("as_of", "测算日期 *", self.day)
        self._facts()
        self._benefits()
        self._points()
        self._column.addStretch(1)
        self._enter_goes_on()

    # ---- building ----------------------------------------------------------------------------

    def _facts(self) -> None:
        for field in self.clause.facts:
            if field.type == "list":
                continue
            edit = ChoicesEdit(field) if field.type == "choices" else FactEdit(field)
            edit.changed.connect(self.changed)
            needed = "" if field.nullable or field.optional else " *"
            self._line(field.name, f"{field.label}{needed}", edit)
            self.edits[field.name] = edit
        self.fill_button = button("其余按符合条件填", self.fill_as_met, role="link")
        self.fill_button.setToolTip("还没有填的“是/否”条件按符合填，“已发放金额”填 0（Ctrl+J）")
        shortcut = QShortcut(QKeySequence("Ctrl+J"), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.fill_as_met)
        self._grid.addWidget(self.fill_button, self._grid.rowCount(), 1, Qt.AlignmentFlag.AlignLeft)
        self.fill_button.setVisible(bool(self._as_met()))
        for field in self.clause.facts:
            if field.type == "list":
                self._table(field.name, field.label, field.items)

    def _benefits(self) -> None:
        self.benefits: RecordTable | None = None
        if self.clause.pays:
            fields = BENEFIT_FIELDS if self.clause.lines else BENEFIT_FIELDS[:2]
            self.benefits = RecordTable("其他已享受的补助", fields)
            self.benefits.changed.connect(self.changed)
            self._column.addWidget(self.benefits)

    def _points(self) -> None:
        if not self.clause.points:
            return
        self._column.addWidget(rule())
        self._column.addWidget(label("口径", "strong"))
        for name in self.clause.points:
            point = self.pack.points[name]
            edit = ChoiceEdit(((None, "按本单位口径"), *((option.id, option.label) for option in point.options)))
            edit.setAccessibleName(point.question)
            edit.setToolTip(f"{point.question}\n" + "\n".join(f"“{quote}”" for quote in point.quotes))
            edit.setSizeAdjustPolicy(ChoiceEdit.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            edit.setMinimumContentsLength(12)
            edit.currentIndexChanged.connect(lambda _i: self.changed.emit())
            self._column.addWidget(label(point.question, "quiet", wrap=True))
            self._column.addWidget(edit)
            self.points[name] = edit

    def _line(self, name: str, caption: str, edit: QWidget) -> None:
        place = self._grid.rowCount()
        words = label(caption, wrap=True)
        words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        words.setBuddy(edit)
        error = label("", "error", wrap=True)
        error.hide()
        self._grid.addWidget(words, place, 0)
        row = QHBoxLayout()
        row.addWidget(edit)
        row.addStretch(1)
        self._grid.addLayout(row, place, 1)
        self._grid.addWidget(error, place + 1, 1)
        self.errors[name] = error

    def _table(self, name: str, caption: str, fields: tuple[FactField, ...]) -> None:
        table = RecordTable(caption, fields)
        table.changed.connect(self.changed)
        self._column.addWidget(table)
        self.tables[name] = table

    def _enter_goes_on(self) -> None:
        order: list[QWidget] = [self.day, *self.edits.values(), *self.tables.values()]
        if self.benefits is not None:
            order.append(self.benefits)
        order += list(self.points.values())
        for here, following in pairwise(order):
            entered = self.day.returnPressed if here is self.day else getattr(here, "entered", None)
            if entered is not None:
                entered.connect(_focuser(following))

    # ---- values ------------------------------------------------------------------------------

    def inputs(self) -> Inputs:
        """As typed, for `estimates.work_out`."""
        day = self.day.value()
        facts: dict[str, Any] = {}
        for field in self.clause.facts:
            if field.name in self.tables:
                facts[field.name] = self.tables[field.name].records()
            elif (value := self.edits[field.name].value()) is not None:
                facts[field.name] = value
        return Inputs(
            self.pack.id,
            self.clause.id,
            day.isoformat() if day is not None else self.day.text().strip(),
            facts,
            {name: edit.currentData() for name, edit in self.points.items() if edit.currentData() is not None},
            tuple(self.benefits.records()) if self.benefits is not None else (),
        )

    def take_from(self, other: ScenarioInputs) -> None:
        """Everything that has the same name there: another scenario, or the clause chosen before."""
        self.day.setText(other.day.text())
        for name, edit in self.edits.items():
            before = other.edits.get(name)
            if before is not None and before.value() is not None:
                edit.set_value(before.value())
        for name, table in self.tables.items():
            if name in other.tables and other.tables[name].fields == table.fields:
                table.set_texts(other.tables[name].texts())
        if self.benefits is not None and other.benefits is not None and self.benefits.fields == other.benefits.fields:
            self.benefits.set_texts(other.benefits.texts())
        for name, point in self.points.items():
            if name in other.points:
                point.choose(other.points[name].currentData())

    def clear(self) -> None:
        for edit in self.edits.values():
            edit.clear()
        for table in (*self.tables.values(), *((self.benefits,) if self.benefits is not None else ())):
            table.set_texts([])
        for point in self.points.values():
            point.setCurrentIndex(0)

    def _as_met(self) -> dict[str, Any]:
        """What each yes-or-no condition and each 此前未发放 wants to hear."""
        wanted: dict[str, Any] = {}
        for condition in self.clause.conditions:
            fact = condition.args.get("fact", "")
            if condition.kind == "flag":
                wanted[fact] = str(condition.args.get("expect", "true")).lower() != "false"
            elif condition.kind == "zero":
                wanted[fact] = "0"
        return {name: value for name, value in wanted.items() if name in self.edits}

    def fill_as_met(self) -> None:
        for name, value in self._as_met().items():
            if self.edits[name].value() is None:
                self.edits[name].set_value(value)

    def settle(self) -> None:
        for edit in self.edits.values():
            edit.settle()

    # ---- problems ----------------------------------------------------------------------------

    @property
    def missing(self) -> tuple[str, ...]:
        """What is still to be filled in, in the clerk's words."""
        return self._missing

    @property
    def wrong(self) -> dict[str, str]:
        """What is called wrong now, by the name of the field."""
        shown = {name: words.text() for name, words in self.errors.items() if not words.isHidden()}
        tables = {**self.tables, **({"other_benefits": self.benefits} if self.benefits is not None else {})}
        return shown | {name: one.problem.text() for name, one in tables.items() if not one.problem.isHidden()}

    def show_worked(self, worked: Worked) -> None:
        """Each problem beside its field; what is only empty yet is not called wrong."""
        found: dict[str, str] = {}
        for problem in worked.problems:
            found.setdefault(problem.path, problem.message)
        missing: list[str] = []
        self._say("as_of", DATE_HINT if "as_of" in found and self.day.text().strip() else "")
        if not self.day.text().strip():
            missing.append("测算日期")
        for name, edit in self.edits.items():
            said = next((found[p] for p in found if p == f"facts.{name}" or p.startswith(f"facts.{name}.")), "")
            empty = edit.value() is None
            if said and empty:
                missing.append(self._label(name))
            written = WRITTEN.get(self._type(name)) if said else None
            self._say(name, "" if empty else f"“{self._label(name)}”{written}" if written else said)
            edit.mark(bool(said) and not empty)
        for name, table in self.tables.items():
            missing += table.show_problems(_below(found, f"facts.{name}"))
        if self.benefits is not None:
            missing += self.benefits.show_problems(_below(found, "other_benefits"))
        self._missing = tuple(dict.fromkeys(missing))
        office = {point.id: point for point in worked.points}
        for name, box in self.points.items():
            if name in office:
                box.setItemText(0, f"按本单位口径：{office[name].option_text}（{office[name].decision}）")

    def _say(self, name: str, words: str) -> None:
        self.errors[name].setText(words)
        self.errors[name].setVisible(bool(words))
        if name == "as_of" and self.day.property("wrong") != bool(words):
            self.day.setProperty("wrong", bool(words))
            self.day.style().unpolish(self.day)
            self.day.style().polish(self.day)

    def _type(self, name: str) -> str:
        field = self.clause.fact(name)
        return field.type if field is not None else ""

    def _label(self, name: str) -> str:
        field = self.clause.fact(name)
        return field.label if field is not None else name


def still_wanted(missing: tuple[str, ...]) -> str:
    """还要填写：座席数、开始运营日期. Empty when nothing is missing."""
    if not missing:
        return ""
    more = f" 等 {len(missing)} 项" if len(missing) > MOST_NAMED else ""
    return f"还要填写：{'、'.join(missing[:MOST_NAMED])}{more}"


def _below(found: dict[str, str], path: str) -> dict[str, str]:
    """Problems under a path by what follows it; the path's own as the empty name."""
    below = {name.removeprefix(f"{path}."): words for name, words in found.items() if name.startswith(f"{path}.")}
    return below | ({"": found[path]} if path in found else {})


def _focuser(widget: QWidget) -> Callable[[], None]:
    return lambda: widget.setFocus(Qt.FocusReason.TabFocusReason)
