"""The first users of a new office: a row each, with login, name, first password and roles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from caseworker.desktop.fields import LineEdit
from caseworker.desktop.parts import button, label
from caseworker.errors import Problem
from caseworker.services import NewUser, Role
from caseworker.services.views import ROLE_NAMES

FIRST_ROWS = (
    frozenset({Role.ADMINISTRATOR}),
    frozenset({Role.CASEWORKER}),
    frozenset({Role.REVIEWER}),
    frozenset({Role.HEAD}),
    frozenset({Role.SEAL_KEEPER}),
)


@dataclass(frozen=True, slots=True)
class UserRow:
    login: LineEdit
    name: LineEdit
    password: LineEdit
    roles: dict[Role, QCheckBox]
    error: QLabel

    def user(self) -> NewUser | None:
        """None for a row that nobody filled; its ticks alone do not make a user."""
        for edit in (self.login, self.name):
            edit.settle()
        login, name, password = self.login.text().strip(), self.name.text().strip(), self.password.text()
        if not (login or name or password):
            return None
        return NewUser(login, name, frozenset(role for role, box in self.roles.items() if box.isChecked()), password)


class UserRows(QWidget):
    submitted = Signal()  # Ctrl+Enter

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[UserRow] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(4)
        titles = ("登录名", "姓名", "初始密码", *ROLE_NAMES.values())
        for place, words in enumerate(titles):
            self._grid.addWidget(label(words, "quiet"), 0, place)
        self._grid.setColumnStretch(len(titles), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._grid)
        self.shown = QCheckBox("显示密码")
        self.shown.toggled.connect(self._show_passwords)
        row = QHBoxLayout()
        row.addWidget(button("再添一行", self.add_row))
        row.addWidget(self.shown)
        row.addStretch(1)
        column.addLayout(row)
        for roles in FIRST_ROWS:
            self._add(roles)
        first = self.rows[0].roles[Role.ADMINISTRATOR]
        first.setEnabled(False)
        first.setToolTip("第一个用户必须是管理员")
        for keys in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            shortcut = QShortcut(QKeySequence(Qt.KeyboardModifier.ControlModifier | keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.submitted)

    def add_row(self) -> None:
        self._add(frozenset())
        self.rows[-1].login.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self, roles: frozenset[Role]) -> None:
        character = self.fontMetrics().horizontalAdvance("汉")
        number = len(self.rows) + 1
        edits: list[LineEdit] = []
        hints = (("登录名", "zhang", 8), ("姓名", "", 8), ("初始密码", "至少 10 个字符", 12))
        place = 2 * number - 1
        for at, (words, hint, width) in enumerate(hints):
            edit = LineEdit()
            edit.setPlaceholderText(hint)
            edit.setAccessibleName(f"第 {number} 个用户的{words}")
            edit.setFixedWidth(character * width + 16)
            edits.append(edit)
            self._grid.addWidget(edit, place, at)
        edits[2].setEchoMode(self._echo())
        boxes: dict[Role, QCheckBox] = {}
        for at, (role, words) in enumerate(ROLE_NAMES.items(), len(hints)):
            boxes[role] = QCheckBox()
            boxes[role].setAccessibleName(f"第 {number} 个用户是{words}")
            boxes[role].setToolTip(words)
            boxes[role].setChecked(role in roles)
            self._grid.addWidget(boxes[role], place, at, Qt.AlignmentFlag.AlignHCenter)
        error = label("", "error", wrap=True)
        error.hide()
        self._grid.addWidget(error, place + 1, 0, 1, len(hints) + len(boxes) + 1)
        row = UserRow(edits[0], edits[1], edits[2], boxes, error)
        for edit, following in zip(edits, [*edits[1:], None], strict=True):
            edit.returnPressed.connect(self._goes_on(row, following))
        self.rows.append(row)

    def _goes_on(self, row: UserRow, following: LineEdit | None) -> Callable[[], None]:
        """Enter goes to the next field, and from the last one to the next row."""

        def go_on() -> None:
            below = self.rows.index(row) + 1
            target = following or (self.rows[below].login if below < len(self.rows) else None)
            if target is not None:
                target.setFocus(Qt.FocusReason.TabFocusReason)

        return go_on

    def _echo(self) -> QLineEdit.EchoMode:
        return QLineEdit.EchoMode.Normal if self.shown.isChecked() else QLineEdit.EchoMode.Password

    def _show_passwords(self) -> None:
        for row in self.rows:
            row.password.setEchoMode(self._echo())

    # ---- values --------------------------------------------------------------------------

    def _filled(self) -> list[UserRow]:
        """The first row is always one of the users: an office has its administrator."""
        return [row for place, row in enumerate(self.rows) if place == 0 or row.user() is not None]

    def users(self) -> list[NewUser]:
        blank = NewUser("", "", frozenset({Role.ADMINISTRATOR}), "")
        return [row.user() or blank for row in self._filled()]

    def show_problems(self, problems: tuple[Problem, ...]) -> None:
        """Problems named `users.N.field`, N counting the filled rows as `users` gives them."""
        words: dict[int, list[str]] = {}
        for problem in problems:
            words.setdefault(int(problem.path.split(".")[1]), []).append(problem.message)
        for row in self.rows:
            row.error.hide()
        wrong = [row for place, row in enumerate(self._filled()) if place in words]
        for place, row in enumerate(self._filled()):
            if place in words:
                row.error.setText("".join(words[place]))
                row.error.show()
        if wrong:
            wrong[0].login.setFocus(Qt.FocusReason.OtherFocusReason)

    def forget(self) -> None:
        """The passwords leave the screen as soon as the office stands."""
        self.shown.setChecked(False)
        for row in self.rows:
            row.password.clear()
