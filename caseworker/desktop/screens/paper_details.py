"""登记材料所载: the name, number and last day that stand on a paper, to be compared with the dossier."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout

from caseworker.desktop.fields import DateEdit, LineEdit
from caseworker.desktop.parts import Asking, button, clear, label
from caseworker.errors import Problem
from caseworker.services.views import PaperView

Keep = Callable[[dict[str, str]], None]


class PaperDetails(Asking):
    """Enter goes to the next field and keeps at the last; Esc gives up. What is typed stays when it is refused."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, LineEdit] = {}
        self._problems: dict[str, QLabel] = {}
        self._keep: Keep | None = None
        self._heading = label("", "strong")
        self._fields = QGridLayout()
        self._fields.setHorizontalSpacing(8)
        self._fields.setVerticalSpacing(4)
        self.save = button("保存", self._give, role="primary")
        foot = QHBoxLayout()
        foot.addWidget(label("留空的不比对；证件号码和账号保存后只显示一部分。", "quiet"), 1)
        foot.addWidget(self.save)
        foot.addWidget(button("取消", self.give_up))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 6)
        column.setSpacing(6)
        column.addWidget(self._heading)
        column.addLayout(self._fields)
        column.addLayout(foot)
        self.hide()

    def ask(self, paper: PaperView, keep: Keep) -> None:
        self._keep = keep
        self._heading.setText(f"“{paper.name}”上所载的内容，与档案比对")
        clear(self._fields)
        self.lines = {}
        self._problems = {}
        for place, field in enumerate(paper.fields):
            line = DateEdit() if field.kind == "date" else LineEdit()
            if field.secret and field.shown:
                line.setPlaceholderText(f"{field.shown}（已登记，不改则留空）")
            elif not field.secret:
                line.setText(field.shown)
            line.setModified(False)
            line.setAccessibleName(field.label)
            line.returnPressed.connect(lambda key=field.key: self._next(key))
            problem = label("", "error", wrap=True)
            problem.hide()
            caption = label(field.label)
            caption.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._fields.addWidget(caption, 2 * place, 0)
            self._fields.addWidget(line, 2 * place, 1)
            self._fields.addWidget(problem, 2 * place + 1, 1)
            self.lines[field.key] = line
            self._problems[field.key] = problem
        self._fields.setColumnStretch(1, 1)
        self.show()
        next(iter(self.lines.values())).setFocus()

    def refused(self, problems: tuple[Problem, ...]) -> bool:
        """Shows what is wrong beside the fields. False where none of it is about them."""
        found = {problem.path: problem.message for problem in problems if problem.path in self.lines}
        for key, shown in self._problems.items():
            shown.setText(found.get(key, ""))
            shown.setVisible(key in found)
        for key in found:
            self.lines[key].setFocus()
            break
        return bool(found)

    def done(self) -> None:
        self.hide()

    def _next(self, key: str) -> None:
        keys = list(self.lines)
        place = keys.index(key) + 1
        if place < len(keys):
            self.lines[keys[place]].setFocus()
        else:
            self._give()

    def _give(self) -> None:
        typed: dict[str, str] = {}
        for key, line in self.lines.items():
            line.settle()
            if line.isModified():
                day = line.value() if isinstance(line, DateEdit) else None
                typed[key] = day.isoformat() if day is not None else line.text().strip()
        if self._keep is not None:
            self._keep(typed)

    def submit(self) -> None:
        self._give()

    def give_up(self) -> None:
        super().give_up()
        self.left.emit()
