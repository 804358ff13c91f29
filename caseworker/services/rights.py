"""Who may: one line at the head of every service method that changes something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caseworker.errors import Refusal
from caseworker.services.views import ROLE_NAMES, Role

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


def require(desk: Desk, *roles: Role) -> None:
    """Refusal, naming who may, unless the signed-in user holds one of the roles."""
    if desk.user.active and desk.user.roles & set(roles):
        return
    who = "、".join(ROLE_NAMES[role] for role in Role if role in roles)
    raise Refusal("no-right", f"这项操作由{who}办理，您（{desk.user.name}）没有这一角色。")
