"""用户: the administrator adds them, resets a password, stops or restores them. Nobody is deleted."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import Field
from caseworker.desktop.forms import Form
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import ReasonStrip, button, label
from caseworker.desktop.tables import Column, PagedTableModel, listed
from caseworker.services.views import ROLE_NAMES, Role, UserView

COLUMNS: tuple[Column[UserView], ...] = (
    Column("登录名", lambda user: user.login, "login", width=9),
    Column("姓名", lambda user: user.name, "name", width=9),
    Column("角色", lambda user: user.role_names(), None, width=24, stretch=True),
    Column(
        "状态",
        lambda user: "在用" if user.active else "已停用",
        None,
        width=6,
        tone=lambda user: "green" if user.active else "quiet",
    ),
)
FIELDS = (
    Field("login", "登录名", required=True, width=12, hint="小写字母和数字，如 zhang"),
    Field("name", "姓名", required=True, width=12),
    Field("password", "初始密码", "password", required=True, width=18, hint="至少 10 个字符"),
)


class UsersPage(QWidget):
    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        model = PagedTableModel(COLUMNS, listed((), COLUMNS), context.ask, self)
        acts = (
            Act("新增用户", self._open_form, "add", needs_row=False, button=True, primary=True),
            Act("重设密码…", self._reset, button=True),
            Act("停用或恢复…", self._toggle, button=True),
        )
        self.list = ListView(model, "users", empty="还没有用户。", acts=acts, filter_hint=None)
        self.reason = ReasonStrip()
        self.frame = QFrame()
        self.frame.setProperty("role", "card")
        inner = QVBoxLayout(self.frame)
        inner.addWidget(label("新增用户", "section"))
        self.form = Form(FIELDS, columns=1)
        self.form.submitted.connect(self._add)
        inner.addWidget(self.form)
        roles = QHBoxLayout()
        roles.setSpacing(20)
        roles.addWidget(label("角色"))
        self.roles: dict[Role, QCheckBox] = {}
        for role, name in ROLE_NAMES.items():
            self.roles[role] = QCheckBox(name)
            roles.addWidget(self.roles[role])
        roles.addStretch(1)
        inner.addLayout(roles)
        row = QHBoxLayout()
        row.addWidget(button("保存", self.form.submit, role="primary"))
        row.addWidget(button("取消", self.frame.hide))
        row.addStretch(1)
        inner.addLayout(row)
        self.frame.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.reason)
        column.addWidget(self.frame)
        column.addWidget(self.list, 1)

    def refresh(self) -> None:
        desk = self._context.desk
        self._context.ask(
            "正在读取用户…",
            desk.users.page,
            self,
            lambda users: self.list.model.set_provider(listed(users, COLUMNS)),
        )

    def _open_form(self) -> None:
        self.frame.show()
        self.form.fields["login"].editor.setFocus()

    def _add(self) -> None:
        values = self.form.values()
        roles = frozenset(role for role, box in self.roles.items() if box.isChecked())
        desk = self._context.desk

        def added(_user_id: int) -> None:
            self.form.set_values({"login": "", "name": "", "password": ""})
            self.frame.hide()
            self._context.say(f"已新增用户 {values['name']}")
            self.refresh()

        def refused(trouble: Trouble) -> bool:
            if trouble.kind != "input":
                return False
            self.form.show_problems(trouble.problems)
            return True

        self._context.ask(
            "正在新增用户…",
            lambda: desk.users.add(values["login"], values["name"], roles, values["password"]),
            self,
            added,
            refused,
        )

    def _reset(self) -> None:
        user = self.list.current()
        if not isinstance(user, UserView):
            return
        desk = self._context.desk

        def reset(password: str) -> None:
            self._context.ask("正在重设密码…", lambda: desk.users.reset_password(user.id, password), self, done)

        def done(_nothing: None) -> None:
            self.reason.done()
            self._context.say(f"{user.name} 的密码已重设，请当面告知本人")

        self.reason.ask(f"{user.name} 的新密码（至少 10 个字符）：", reset, "重设")

    def _toggle(self) -> None:
        user = self.list.current()
        if not isinstance(user, UserView):
            return
        desk, words = self._context.desk, "停用" if user.active else "恢复"

        def toggle(reason: str) -> None:
            self._context.ask(
                f"正在{words}…", lambda: desk.users.set_active(user.id, not user.active, reason), self, done
            )

        def done(_nothing: None) -> None:
            self.reason.done()
            self._context.say(f"{user.name} 已{words}")
            self.refresh()

        self.reason.ask(f"{words}“{user.name}”的原因：", toggle, words)
