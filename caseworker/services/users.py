"""Users of the office: the administrator adds them, gives roles, resets passwords. Nobody is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.errors import EnvironmentFault, FaultKind, InvalidInput, Problem, Refusal
from caseworker.services.base import reason_of, record
from caseworker.services.desk import NewUser, new_user_problems
from caseworker.services.rights import require, roles_now
from caseworker.services.views import Role, UserView
from caseworker.store.models import User

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


class UserService:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def page(self) -> tuple[UserView, ...]:
        """All users, active ones first."""
        with self._desk.file.read() as session:
            rows = session.scalars(select(User).order_by(User.active.desc(), User.login))
            return tuple(
                UserView(row.id, row.login, row.name, frozenset(Role(r) for r in row.roles), row.active) for row in rows
            )

    def add(self, login: str, name: str, roles: frozenset[Role], password: str) -> int:
        """Adds a user with a wrap of the data key of their own. InvalidInput names every wrong field."""
        require(self._desk, Role.ADMINISTRATOR)
        user = NewUser(login.strip(), name.strip(), roles, password)
        problems = list(new_user_problems(user))
        with self._desk.file.write(self._desk.actor, "user.add") as work:
            if work.session.scalar(select(User.id).where(User.login == user.login)) is not None:
                problems.append(Problem("login", f"登录名“{user.login}”已有人使用。"))
            if problems:
                raise InvalidInput("用户资料有误，尚未保存。", tuple(problems))
            row = User(login=user.login, name=user.name, roles=sorted(role.value for role in roles))
            work.session.add(row)
            work.session.flush()
            work.subject("user", row.id)
            # The wrap is written last: a login without a user row opens nothing, the reverse locks somebody out.
            # One left from a machine that stopped just here is taken over.
            if user.login in self._desk.file.logins():
                self._desk.file.set_password(user.login, password)
            else:
                self._desk.file.add_login(user.login, password)
            return row.id

    def set_roles(self, user_id: int, roles: frozenset[Role]) -> None:
        require(self._desk, Role.ADMINISTRATOR)
        if not roles:
            raise InvalidInput("请至少选择一个角色。", (Problem("roles", "请至少选择一个角色。"),))
        with self._desk.file.write(self._desk.actor, "user.set-roles") as work:
            row = record(work.session, User, user_id, "用户")
            work.subject("user", row.id)
            if Role.ADMINISTRATOR not in roles:
                self._keep_an_administrator(work.session, row)
            row.roles = sorted(role.value for role in roles)

    def set_active(self, user_id: int, active: bool, reason: str = "") -> None:
        """Stops or restores a user. The last active administrator stays."""
        require(self._desk, Role.ADMINISTRATOR)
        reason = reason_of(reason, "") if reason.strip() else ""
        with self._desk.file.write(self._desk.actor, "user.set-active", reason=reason) as work:
            row = record(work.session, User, user_id, "用户")
            work.subject("user", row.id)
            if not active:
                self._keep_an_administrator(work.session, row)
            row.active = active

    def reset_password(self, user_id: int, password: str) -> None:
        """A new password set by the administrator, to be told to the user."""
        require(self._desk, Role.ADMINISTRATOR)
        self._set_password(user_id, password, "user.reset-password")

    def change_own_password(self, old: str, new: str) -> None:
        """Asks the old password again. EnvironmentFault(WRONG_PASSWORD) when it is wrong."""
        roles_now(self._desk)
        if not self._desk.file.check_password(self._desk.user.login, old):
            raise EnvironmentFault(FaultKind.WRONG_PASSWORD, "原密码不正确。")
        self._set_password(self._desk.user.id, new, "user.change-password")

    def _set_password(self, user_id: int, password: str, action: str) -> None:
        if len(password) < 10:
            raise InvalidInput("密码至少 10 个字符。", (Problem("password", "密码至少 10 个字符。"),))
        with self._desk.file.write(self._desk.actor, action) as work:
            row = record(work.session, User, user_id, "用户")
            work.subject("user", row.id)
            self._desk.file.set_password(row.login, password)

    @staticmethod
    def _keep_an_administrator(session: Session, leaving: User) -> None:
        others = session.scalars(select(User).where(User.active.is_(True), User.id != leaving.id))
        if Role.ADMINISTRATOR in leaving.roles and not any(Role.ADMINISTRATOR in other.roles for other in others):
            raise Refusal("last-administrator", "这是最后一名管理员，请先指定另一名管理员。")
