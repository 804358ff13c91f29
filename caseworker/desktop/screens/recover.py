"""忘记密码: a new password for a user, with the recovery key from its envelope."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.fields import Field
from caseworker.desktop.forms import Form
from caseworker.desktop.operations import Runner, Trouble
from caseworker.desktop.parts import Message, button, card, label
from caseworker.errors import EnvironmentFault, FaultKind, Problem
from caseworker.services import UserView, recover

FIELDS = (
    Field("login", "用户", required=True, width=18, hint="登录名"),
    Field("recovery_key", "恢复密钥", required=True, width=40, hint="九组，每组四个字符；横线和空格可以不输"),
    Field("new_password", "新密码", "password", required=True, width=18, hint="至少 10 个字符"),
    Field("again", "再输一遍", "password", required=True, width=18),
)


class RecoverScreen(QWidget):
    recovered = Signal(object)  # UserView
    gave_up = Signal()

    def __init__(self, runner: Runner, path: Path, login: str = "") -> None:
        super().__init__()
        self.setObjectName("screen")
        self._runner = runner
        self._path = path
        self._busy = False
        self.form = Form(FIELDS, enter_submits=True)
        self.form.set_values({"login": login})
        self.form.submitted.connect(self.recover)
        self.message = Message(closable=False)
        self.enter = button("设置新密码", self.form.submit, role="primary")
        frame, inner = card(margins=28, spacing=10)
        frame.setMaximumWidth(self.fontMetrics().horizontalAdvance("汉") * 60)
        inner.addWidget(label("用恢复密钥重设密码", "page"))
        inner.addWidget(label(f"{path.stem}　{path.parent}", "quiet", wrap=True))
        inner.addWidget(
            label(
                "如果还有管理员能登录，请由其在“设置—用户”里重设，不必启封恢复密钥。使用恢复密钥会记入操作日志。",
                wrap=True,
            )
        )
        inner.addWidget(self.form)
        inner.addWidget(self.message)
        row = QHBoxLayout()
        row.addWidget(self.enter)
        row.addWidget(button("返回登录", self.gave_up.emit))
        row.addStretch(1)
        inner.addLayout(row)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(frame, 4)
        across.addStretch(1)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addLayout(across)
        outer.addStretch(3)

    def start(self) -> None:
        name = "recovery_key" if self.form.values()["login"] else "login"
        self.form.fields[name].editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def recover(self) -> None:
        values, path = self.form.values(), self._path
        if self._busy:
            return
        if values["new_password"] != values["again"]:
            self.form.show_problems((Problem("again", "两次输入的新密码不一致。"),))
            return
        self._busy = True
        self.message.hide()
        self.enter.setEnabled(False)
        self._runner.ask(
            "正在用恢复密钥打开…",
            lambda: recover(path, values["recovery_key"], values["login"], values["new_password"]),
            self,
            self._recovered,
            self._trouble,
            self._ended,
        )

    def _recovered(self, user: UserView) -> None:
        self.form.set_values({"recovery_key": "", "new_password": "", "again": ""})
        self.recovered.emit(user)

    def _trouble(self, trouble: Trouble) -> bool:
        error = trouble.error
        if isinstance(error, EnvironmentFault) and error.kind is FaultKind.WRONG_PASSWORD:
            self.form.show_problems((Problem("recovery_key", trouble.message),))
        elif trouble.kind == "input":
            self.form.show_problems(trouble.problems)
        else:
            self.message.tell(trouble.message, "red" if trouble.kind in ("environment", "bug") else "amber")
        return True

    def _ended(self) -> None:
        self._busy = False
        self.enter.setEnabled(True)
