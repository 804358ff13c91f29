"""The printed recovery key: the paper it stands on, and the way back in with it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import select

from caseworker import __version__
from caseworker.documents.recovery_sheet import RecoverySheet, render_recovery_sheet
from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.services.founding import password_problems
from caseworker.services.views import Role, UserView
from caseworker.store.models import User
from caseworker.store.office_file import STANDARD_COST, Actor, Cost, open_with_recovery_key
from caseworker.store.recovery_key import read_recovery_key
from caseworker.values.clock import Clock, SystemClock

HOLDER = "恢复密钥"  # who the log says acted: whoever held the paper, which the program cannot know


def recover(
    path: Path,
    recovery_key: str,
    login: str,
    new_password: str,
    *,
    clock: Clock | None = None,
    cost: Cost = STANDARD_COST,
) -> UserView:
    """Sets a new password for a login that exists, opened with the recovery key; the log says so (`office.recovered`).

    The key stays valid. InvalidInput names what is mistyped, all at once; EnvironmentFault WRONG_PASSWORD for the
    key of another office, HELD while a desk has the office open, MISSING and the others as in opening.
    Refusal for a login that is not there, or is stopped: stopping a user is not undone by the key.
    """
    clock = clock or SystemClock()
    login = login.strip()
    problems = list(password_problems(new_password, "new_password"))
    if not login:
        problems.append(Problem("login", "请填写要重设密码的登录名。"))
    try:
        read_recovery_key(recovery_key)
    except InvalidInput as slip:
        problems.extend(slip.problems)
    if problems:
        words = problems[0].message if len(problems) == 1 else "填写有误，密码没有改动。"
        raise InvalidInput(words, tuple(problems))
    file = open_with_recovery_key(path, recovery_key, clock=clock, cost=cost, program_version=__version__)
    try:
        with file.write(Actor(None, HOLDER, frozenset()), "office.recovered") as work:
            row = work.session.scalar(select(User).where(User.login == login))
            if row is None:
                raise Refusal("no-such-login", f"没有登录名“{login}”，密码没有改动。")
            if not row.active:
                raise Refusal("user-inactive", f"用户“{login}”已停用。请为一位管理员重设密码，由其恢复该用户。")
            work.subject("user", row.id)
            work.detail(login=row.login)
            # As in adding a user: the wrap is written last, so that a refusal above leaves the keys as they were.
            if login in file.logins():
                file.set_password(login, new_password)
            else:
                file.add_login(login, new_password)
            return UserView(row.id, row.login, row.name, frozenset(Role(role) for role in row.roles), row.active)
    finally:
        file.close()


def recovery_sheet(office_name: str, file_name: str, recovery_key: str, day: date) -> bytes:
    """The page to print and lock away, as PDF. The key stands on it in clear: keep no copy."""
    return render_recovery_sheet(RecoverySheet(office_name, file_name, recovery_key, day))
