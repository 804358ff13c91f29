"""Who may: one line at the head of every service method that changes something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from caseworker.errors import Refusal
from caseworker.services.views import ROLE_NAMES, Role
from caseworker.store.models import User

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


def roles_now(desk: Desk) -> frozenset[Role]:
    """The roles that the signed-in user has and still holds. Refusal when the user was stopped meanwhile."""
    with desk.file.read() as session:
        row = session.execute(select(User.active, User.roles).where(User.id == desk.user.id)).first()
    if row is None or not row.active or not desk.user.active:
        raise Refusal("user-inactive", f"用户“{desk.user.login}”已停用，不能再办理。请联系管理员。")
    return frozenset(role for role in desk.user.roles if role.value in row.roles)


def require(desk: Desk, *roles: Role) -> None:
    """Refusal, naming who may, unless the signed-in user holds one of the roles."""
    if roles_now(desk) & set(roles):
        return
    who = "、".join(ROLE_NAMES[role] for role in Role if role in roles)
    raise Refusal("no-right", f"这项操作由{who}办理，您（{desk.user.name}）没有这一角色。")
