"""锁定 and 切换用户: the office stays open behind it, nothing of it is shown until a password is right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from caseworker.desktop.context import Context, PracticeHint
from caseworker.desktop.fields import LineEdit
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import Message, button, card, in_the_middle, label
from caseworker.desktop.screens.login import NameLine, UserList
from caseworker.services import Desk
from caseworker.services.views import UserView


class LockScreen(QWidget):
    """`signed_in` hands over the desk of whoever gave the right password. Switching can be given up, a lock cannot."""

    signed_in = Signal(object)
    gave_up = Signal()

    def __init__(self, context: Context, hint: PracticeHint = (), switching: bool = False) -> None:
        super().__init__()
        self.setObjectName("screen")
        self._context = context
        self._asking = False
        self.user = QComboBox()
        self.user.setLineEdit(NameLine())
        self.user.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.password = LineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.returnPressed.connect(self.sign_in)
        self.message = Message(closable=False)
        self.enter = button("切换" if switching else "解锁", self.sign_in, role="primary")
        frame, inner = card(margins=24, spacing=8)
        frame.setMinimumWidth(self.fontMetrics().horizontalAdvance("汉") * 36)
        inner.addWidget(label("切换用户" if switching else "已锁定", "page"))
        inner.addWidget(label(context.office.name, "quiet"))
        for words, widget in (("用户", self.user), ("密码", self.password)):
            caption = label(words, "quiet")
            caption.setBuddy(widget)
            widget.setAccessibleName(words)
            inner.addWidget(caption)
            inner.addWidget(widget)
        inner.addWidget(self.message)
        inner.addSpacing(4)
        row = QHBoxLayout()
        row.addWidget(self.enter, 1)
        if switching:
            row.addWidget(button("返回", self.gave_up.emit))
        inner.addLayout(row)
        if hint and context.office.is_sample:
            users = UserList(hint)
            users.picked.connect(self._picked)
            inner.addWidget(users)
        in_the_middle(self, frame)
        self._me = context.desk.user.login
        self._switching = switching
        self.user.addItem(self._me)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape gives a switch up; a lock stays."""
        if event.key() == Qt.Key.Key_Escape and self._switching:
            self.gave_up.emit()
        else:
            super().keyPressEvent(event)

    def begin(self) -> None:
        desk = self._context.desk
        self._context.ask("正在读取用户名单…", desk.users.page, self, self._show_users)
        (self.user if self._switching else self.password).setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_users(self, users: tuple[UserView, ...]) -> None:
        typed = self.user.currentText()
        self.user.clear()
        for user in users:
            if user.active:
                self.user.addItem(user.login)
                words = f"{user.name}（{user.role_names()}）"
                self.user.setItemData(self.user.count() - 1, words, Qt.ItemDataRole.ToolTipRole)
        self.user.setCurrentText(typed)
        if self.user.hasFocus() and typed == self._me:
            line = self.user.lineEdit()
            if line is not None:
                line.selectAll()

    def _picked(self, login: str, password: str) -> None:
        self.user.setCurrentText(login)
        self.password.setText(password)
        self.sign_in()

    def sign_in(self) -> None:
        login, password, desk = self.user.currentText().strip(), self.password.text(), self._context.desk
        if self._asking:
            return
        if not login or not password:
            self.message.tell("请填写用户和密码。", "amber")
            return
        self._asking = True
        self.enter.setEnabled(False)
        self._context.ask(
            "正在核对密码…",
            lambda: desk.switch(login, password),
            self,
            self._right,
            self._wrong,
            self._ended,
        )

    def _right(self, desk: Desk) -> None:
        self.password.clear()
        self.signed_in.emit(desk)

    def _wrong(self, trouble: Trouble) -> bool:
        self.message.tell(trouble.message, "red" if trouble.kind in ("environment", "bug") else "amber")
        self.password.selectAll()
        self.password.setFocus()
        return True

    def _ended(self) -> None:
        self._asking = False
        self.enter.setEnabled(True)
