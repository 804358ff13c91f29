"""登录: which office, who, password. The sample office shows its users and passwords here and nowhere else."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from caseworker.desktop import memory
from caseworker.desktop.context import PracticeHint
from caseworker.desktop.fields import LineEdit
from caseworker.desktop.operations import Runner, Trouble
from caseworker.desktop.parts import Message, button, card, clear, in_the_middle, label
from caseworker.services import OFFICE_SUFFIX, Desk, logins_of, open_desk

SAMPLE_CASEWORKER = "zhang"


class UserList(QWidget):
    """The sample office's users with their passwords, one click each."""

    picked = Signal(str, str)  # login, password

    def __init__(self, hint: PracticeHint) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(0)
        column.addWidget(label("演示机构的用户（点一下即可登录）", "quiet"))
        character = self.fontMetrics().horizontalAdvance("汉")
        for login, name, roles, password in hint:
            pick = button("", partial(self.picked.emit, login, password), role="user")
            pick.setAccessibleName(f"{name}，{roles}，用户名 {login}，密码 {password}")
            row = QHBoxLayout(pick)
            row.setContentsMargins(8, 0, 8, 0)
            for words, width, role in (
                (name, 5, "strong"),
                (roles, 8, "quiet"),
                (f"用户 {login}", 9, None),
                (f"密码 {password}", 14, None),
            ):
                part = label(words, role)
                part.setMinimumWidth(character * width)
                part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
                row.addWidget(part, 1 if words.startswith("密码") else 0)
            column.addWidget(pick)


class NameLine(QLineEdit):
    """The login: wholly selected when the focus comes, so that another name replaces it."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            QTimer.singleShot(0, self, self.selectAll)  # after the click that brought it


class LoginScreen(QWidget):
    opened = Signal(object, object)  # Desk, Path
    found_wanted = Signal()  # 新建机构
    recover_wanted = Signal(object, str)  # 忘记密码: Path, login

    def __init__(self, runner: Runner, office: Path | None, hint: PracticeHint = ()) -> None:
        super().__init__()
        self.setObjectName("screen")
        self._runner = runner
        self._hint = hint
        self._hinted = office if hint else None
        self._opening = False
        self.office = QComboBox()
        self.office.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.office.setMinimumContentsLength(24)
        self.user = QComboBox()
        self.user.setLineEdit(NameLine())
        self.user.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.password = LineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.returnPressed.connect(self.sign_in)
        self.message = Message(closable=False)
        self.enter = button("登录", self.sign_in, role="primary")
        self._users = QVBoxLayout()

        frame, inner = card(margins=24, spacing=6)
        frame.setMinimumWidth(self.fontMetrics().horizontalAdvance("汉") * 40)
        frame.setMaximumWidth(self.fontMetrics().horizontalAdvance("汉") * 52)
        inner.addWidget(label("兑现台", "page"))
        inner.addWidget(label("产业扶持资金办件台 · 离线使用，数据只在本机", "quiet"))
        inner.addSpacing(4)
        office_row = QHBoxLayout()
        office_row.addWidget(self.office, 1)
        office_row.addWidget(button("选择文件…", self._choose))
        for words, content in (("机构", office_row), ("用户", self.user), ("密码", self.password)):
            caption = label(words, "quiet")
            inner.addWidget(caption)
            if isinstance(content, QWidget):
                caption.setBuddy(content)
                content.setAccessibleName(words)
                inner.addWidget(content)
            else:
                caption.setBuddy(self.office)
                inner.addLayout(content)
        inner.addWidget(self.message)
        inner.addSpacing(4)
        inner.addWidget(self.enter)
        self.found = button("新建机构…", self.found_wanted.emit, role="link")
        self.forgot = button("忘记密码（用恢复密钥）…", self._forgot, role="link")
        others = QHBoxLayout()
        others.addWidget(self.found)
        others.addStretch(1)
        others.addWidget(self.forgot)
        inner.addLayout(others)
        inner.addLayout(self._users)
        in_the_middle(self, frame)
        self._note = QLabel()

        self.office.currentIndexChanged.connect(lambda _i: self._office_chosen())
        self._fill(office)
        QTimer.singleShot(0, self, self._first_focus)

    def _first_focus(self) -> None:
        (self.password if self.user.currentText() else self.user).setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- which office --------------------------------------------------------------------

    def _fill(self, office: Path | None) -> None:
        known = [path for path in memory.recent_offices() if path.exists() and path != office]
        for path in [*([office] if office is not None else []), *known]:
            self._add(path)
        if self.office.count() == 0:
            self.message.tell(
                f"请先选择机构文件（文件名以 {OFFICE_SUFFIX} 结尾）；还没有的，请管理员点“新建机构…”。", "accent"
            )

    def _add(self, path: Path) -> None:
        self.office.addItem(f"{path.stem}　{path.parent}", path)
        self.office.setItemData(self.office.count() - 1, str(path), Qt.ItemDataRole.ToolTipRole)

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "选择机构文件", "", f"机构文件 (*{OFFICE_SUFFIX});;所有文件 (*)")
        if name:
            self.choose(Path(name))

    def choose(self, path: Path) -> None:
        for place in range(self.office.count()):
            if self.office.itemData(place) == path:
                self.office.setCurrentIndex(place)
                return
        self._add(path)
        self.office.setCurrentIndex(self.office.count() - 1)

    @property
    def path(self) -> Path | None:
        value = self.office.currentData()
        return value if isinstance(value, Path) else None

    def _office_chosen(self) -> None:
        self.message.hide()
        clear(self._users)
        path = self.path
        if path is None:
            return
        if self._hint and path == self._hinted:
            users = UserList(self._hint)
            users.picked.connect(self._picked)
            self._users.addWidget(users)
        self.user.clear()
        self._runner.ask("正在读取用户名单…", lambda: logins_of(path), self, self._show_users, self._trouble)

    def _show_users(self, logins: tuple[str, ...]) -> None:
        typed = self.user.currentText()
        self.user.clear()
        self.user.addItems(list(logins))
        self.user.setCurrentText(typed or self._usual(logins))
        if self.user.hasFocus() or self.office.hasFocus() or not self.hasFocus():
            self._first_focus()

    def _usual(self, logins: tuple[str, ...]) -> str:
        """Who signed in to this office last; in the sample office at first the caseworker."""
        last = None if self.path is None else memory.last_user(self.path)
        if last in logins:
            return last
        if self._hint and self.path == self._hinted and SAMPLE_CASEWORKER in logins:
            return SAMPLE_CASEWORKER
        return logins[0] if logins else ""

    def _picked(self, login: str, password: str) -> None:
        self.user.setCurrentText(login)
        self.password.setText(password)
        self.sign_in()

    def _forgot(self) -> None:
        if self.path is None:
            self.message.tell("请先选择机构文件。", "amber")
            return
        self.recover_wanted.emit(self.path, self.user.currentText().strip())

    def welcome(self, path: Path, login: str, words: str) -> None:
        """Ready for this user to sign in, with a word on what has just been done."""
        self.choose(path)
        self.user.setCurrentText(login)
        self.password.clear()
        self.message.tell(words, "green")
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- signing in ----------------------------------------------------------------------

    def sign_in(self) -> None:
        path, login, password = self.path, self.user.currentText().strip(), self.password.text()
        if self._opening:
            return
        if path is None:
            self.message.tell("请先选择机构文件。", "amber")
            return
        if not login or not password:
            self.message.tell("请填写用户和密码。", "amber")
            (self.password if login else self.user).setFocus()
            return
        self.message.hide()
        self._opening = True
        self.enter.setEnabled(False)
        self.enter.setText("正在打开…")
        self._runner.ask(
            "正在打开机构文件…",
            lambda: open_desk(path, login, password),
            self,
            lambda desk: self._opened(desk, path),
            self._trouble,
            self._ended,
        )

    def _opened(self, desk: Desk, path: Path) -> None:
        self.password.clear()
        self.opened.emit(desk, path)

    def _trouble(self, trouble: Trouble) -> bool:
        self.message.tell(trouble.message, "red" if trouble.kind in ("environment", "bug") else "amber")
        self.password.selectAll()
        self.password.setFocus()
        return True

    def _ended(self) -> None:
        self._opening = False
        self.enter.setEnabled(True)
        self.enter.setText("登录")
