"""评价指标: measures line by line with the points they have and the points given; the total below, as it is typed."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from caseworker.desktop.fields import LineEdit, OwnEdit
from caseworker.desktop.parts import button, label
from caseworker.desktop.words import plain_number
from caseworker.errors import Problem

HEADS = ("指标", "满分", "得分")
LEAST_LINES = 3


class CriteriaEdit(OwnEdit):
    """A line more stands ready whenever the last one is begun; empty lines are no measures. Enter goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[LineEdit, LineEdit, LineEdit]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)
        for place, words in enumerate(HEADS):
            self._grid.addWidget(label(words, "quiet"), 0, place)
        self.sum = label("合计 0 / 0 分", "strong")
        self.more = button("再加一项", self._add, role="link")
        for _ in range(LEAST_LINES):
            self._add()
        self.setFocusProxy(self.lines[0][0])

    def _add(self) -> None:
        at = len(self.lines) + 1
        line = (LineEdit(), LineEdit(), LineEdit())
        for place, (editor, words) in enumerate(zip(line, HEADS, strict=True)):
            editor.setAccessibleName(f"第 {at} 项{words}")
            if place:
                editor.setMaximumWidth(self.fontMetrics().horizontalAdvance("汉") * 8)
                editor.setAlignment(Qt.AlignmentFlag.AlignRight)
            editor.textChanged.connect(lambda _t: self._typed())
            editor.returnPressed.connect(lambda editor=editor: self._on(editor))
            self._grid.addWidget(editor, at, place)
        self.lines.append(line)
        self._grid.removeWidget(self.sum)
        self._grid.removeWidget(self.more)
        self._grid.addWidget(self.more, at + 1, 0, Qt.AlignmentFlag.AlignLeft)
        self._grid.addWidget(self.sum, at + 1, 1, 1, 2, Qt.AlignmentFlag.AlignRight)
        previous: QWidget | None = None
        for editor in (one for row in self.lines for one in row):
            if previous is not None:
                QWidget.setTabOrder(previous, editor)
            previous = editor
        if previous is not None:
            QWidget.setTabOrder(previous, self.more)

    def _on(self, editor: LineEdit) -> None:
        """Enter: the next box; after the last one the form's own way goes on."""
        boxes = [one for row in self.lines for one in row]
        place = boxes.index(editor)
        if place + 1 < len(boxes):
            boxes[place + 1].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.entered.emit()

    def _typed(self) -> None:
        if any(box.text().strip() for box in self.lines[-1]):
            self._add()
        points, full = (sum((_number(row[place].text()) for row in self.lines), Decimal(0)) for place in (2, 1))
        self.sum.setText(f"合计 {points:f} / {full:f} 分")
        self.changed.emit()

    def value(self) -> Any:
        """[{name, full, points}] of the lines that hold something; None for none."""
        rows = [
            {"name": name.text().strip(), "full": plain_number(full.text()), "points": plain_number(points.text())}
            for name, full, points in self.lines
            if any(box.text().strip() for box in (name, full, points))
        ]
        return rows or None

    def set_value(self, value: Any) -> None:
        rows = value if isinstance(value, list) else []
        while len(self.lines) < len(rows) + 1:
            self._add()
        for number, row in enumerate(self.lines):
            given = rows[number] if number < len(rows) else {}
            for box, name in zip(row, ("name", "full", "points"), strict=True):
                box.setText(str(given.get(name) or ""))
        self._typed()

    def settle(self) -> None:
        for row in self.lines:
            row[0].settle()


def criteria_problems(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """What is wrong with single measures, gathered beside the list as a whole: 第 2 项：…"""
    found: list[Problem] = []
    wrong: list[str] = []
    for problem in problems:
        head, _, rest = problem.path.partition(".")
        if head == "criteria" and rest:
            wrong.append(f"第 {int(rest.partition('.')[0]) + 1} 项：{problem.message}")
        else:
            found.append(problem)
    if wrong:
        found.append(Problem("criteria", "".join(wrong)))
    return tuple(found)


def _number(text: str) -> Decimal:
    try:
        number = Decimal(plain_number(text) or "0")
    except InvalidOperation:
        return Decimal(0)
    return number if number.is_finite() else Decimal(0)
