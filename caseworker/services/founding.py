"""Founding an office: everything that is wrong said at once, then file, keys, users and budgets in one go."""

from __future__ import annotations

import contextlib
import dataclasses
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from caseworker import __version__
from caseworker.errors import CaseworkerError, InvalidInput, Problem
from caseworker.services.base import text_problem
from caseworker.services.holidays import first_table
from caseworker.services.packs import bundled_packs
from caseworker.services.places import refused_place, warnings_of_place
from caseworker.services.views import ROLE_NAMES, Role
from caseworker.store.models import FundYear, Office, User
from caseworker.store.office_file import FAST_COST, STANDARD_COST, Actor, create_office_file, open_office_file
from caseworker.store.paths import OfficePaths
from caseworker.values.clock import Clock, SystemClock

LEAST_PASSWORD = 10  # characters; no composition rules
MOST_NOTICE_DAYS = 365
MOST_IDLE_MINUTES = 240
_LONGEST_LETTER_NAME = 12
_LONGEST_NAME = 80  # what the head of a letter and the recovery sheet hold

# What a letter prints of the office, and how a clerk is asked for it.
PARTICULARS: dict[str, str] = {
    "name": "请填写机构名称，即发文机关的全称。",
    "letter_name": "请填写文号前的机关代字，例如 寻客办字。",
    "region": "请填写行政区域，例如 江西省寻乌县。",
    "address": "请填写地址，它印在通知书上。",
    "phone": "请填写联系电话，它印在通知书上。",
    "contact": "请填写联系人，其姓名印在通知书上。",
    "reconsider_by": "请填写受理行政复议的机关，它印在每份决定书的末尾。",
}


@dataclass(frozen=True, slots=True)
class NewUser:
    login: str
    name: str
    roles: frozenset[Role]
    password: str


@dataclass(frozen=True, slots=True)
class NewOffice:
    """What an office is founded with. `letter_name` is what its document numbers begin with (寻客办字).

    `notice_days`: natural days of public notice where a policy's text sets none; None is the pack's usual length.
    """

    name: str
    letter_name: str
    region: str
    address: str
    phone: str
    contact: str
    reconsider_by: str
    policies: tuple[str, ...]
    is_sample: bool = False
    practice_date: date | None = None
    notice_days: int | None = None
    two_person_mode: bool = False
    idle_lock_minutes: int = 10


@dataclass(frozen=True, slots=True)
class FoundingCheck:
    """`problems` forbid the founding; `warnings` are sentences to be read and confirmed before it."""

    problems: tuple[Problem, ...]
    warnings: tuple[str, ...]


def check_founding(path: Path, office: NewOffice, users: Sequence[NewUser]) -> FoundingCheck:
    """Everything at once: particulars, users (`users.0.login`), the place (`file`). Writes nothing."""
    place = refused_place(path)
    problems = (
        *particulars_problems(office),
        *_policy_problems(office),
        *_user_problems(users),
        *([] if place is None else [Problem("file", place.message)]),
    )
    return FoundingCheck(problems, (*warnings_of_place(path), *_staff_warnings(users, office.two_person_mode)))


def create_office(
    path: Path,
    office: NewOffice,
    users: Sequence[NewUser],
    *,
    clock: Clock | None = None,
    cheap_keys: bool = False,
) -> str:
    """Founds an office file and gives the recovery key, to be printed and locked away; it is kept nowhere.

    The first user must be an administrator. InvalidInput names every problem at once; a place that alone is wrong
    is Refusal (`file-exists`) or EnvironmentFault. `cheap_keys` is for the sample office and tests only.
    """
    clock = clock or SystemClock()
    office = _trimmed(office)
    users = [dataclasses.replace(user, login=user.login.strip(), name=user.name.strip()) for user in users]
    found = check_founding(path, office, users)
    if any(problem.path != "file" for problem in found.problems):
        raise InvalidInput("机构或用户资料有误，未建立机构文件。", found.problems)
    place: CaseworkerError | None = refused_place(path)
    if place is not None:
        raise place
    recovery_key = create_office_file(
        path,
        office_id=secrets.token_hex(8),
        logins={user.login: user.password for user in users},
        clock=clock,
        cost=FAST_COST if cheap_keys else STANDARD_COST,
        program_version=__version__,
    )
    try:
        _register(path, office, users, clock)
    except BaseException:
        _take_back(path)
        raise
    return recovery_key


def _register(path: Path, office: NewOffice, users: Sequence[NewUser], clock: Clock) -> None:
    founder = users[0]
    file = open_office_file(path, founder.login, founder.password, clock=clock, program_version=__version__)
    try:
        roles = frozenset(role.value for role in founder.roles)
        with file.write(Actor(None, founder.login, roles), "office.found") as work:
            values = {field.name: getattr(office, field.name) for field in dataclasses.fields(office)}
            row = Office(**(values | {"policies": list(office.policies)}))
            work.session.add(row)
            for user in users:
                work.session.add(User(login=user.login, name=user.name, roles=sorted(r.value for r in user.roles)))
            for policy in office.policies:
                year = (office.practice_date or clock.today()).year
                fund = bundled_packs()[policy].fund_of(year)
                if fund is not None:
                    work.session.add(FundYear(policy=policy, year=year, budget=fund.amount, source=fund.quote))
            work.session.add_all(first_table())
            work.session.flush()
            work.subject("office", row.id)
    finally:
        file.close()


def _take_back(path: Path) -> None:
    """An office without its own record opens for nobody; what was made a moment ago goes again."""
    paths = OfficePaths(path)
    beside = (path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm"))
    for file in (paths.database, *beside, paths.keys, paths.high_water):
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)


def _trimmed(office: NewOffice) -> NewOffice:
    return dataclasses.replace(office, **{name: getattr(office, name).strip() for name in PARTICULARS})


# ---- what can be wrong ---------------------------------------------------------------------


def particulars_problems(office: object) -> tuple[Problem, ...]:
    """What is wrong with the fields of an office; for founding and for changing it later."""
    problems: list[Problem] = []
    for name, missing in PARTICULARS.items():
        value = str(getattr(office, name))
        trouble = text_problem(value, _LONGEST_NAME if name == "name" else 200) if value.strip() else missing
        if trouble is None:
            trouble = _wrong_kind(name, value.strip())
        if trouble:
            problems.append(Problem(name, trouble))
    days, minutes = getattr(office, "notice_days", None), getattr(office, "idle_lock_minutes", 0)
    if days is not None and not 0 <= days <= MOST_NOTICE_DAYS:
        problems.append(Problem("notice_days", f"公示天数应为 0 至 {MOST_NOTICE_DAYS}；0 表示不公示。"))
    if not 0 <= minutes <= MOST_IDLE_MINUTES:
        problems.append(Problem("idle_lock_minutes", f"应为 0 至 {MOST_IDLE_MINUTES} 分钟；0 表示不自动锁定。"))
    return tuple(problems)


def _wrong_kind(name: str, value: str) -> str | None:
    if name == "letter_name":
        if any(not letter.isalpha() or letter.isascii() for letter in value):
            return "机关代字只写汉字，如 寻客办字；年份和序号由程序加上。"
        if len(value) > _LONGEST_LETTER_NAME:
            return f"机关代字最多 {_LONGEST_LETTER_NAME} 个字。"
    if name == "phone" and len(re.findall(r"[0-9]", value)) < 5:
        return "电话号码应有至少 5 位数字，例如 0797-2831234。"
    return None


def _policy_problems(office: NewOffice) -> tuple[Problem, ...]:
    if not office.policies:
        return (Problem("policies", "请至少选择一项政策。"),)
    return tuple(
        Problem("policies", f"政策库中没有“{policy}”。")
        for policy in office.policies
        if bundled_packs().get(policy) is None
    )


def _user_problems(users: Sequence[NewUser]) -> tuple[Problem, ...]:
    problems: list[Problem] = []
    if not users or Role.ADMINISTRATOR not in users[0].roles:
        problems.append(Problem("users.0.roles", "第一个用户必须是管理员。"))
    seen: set[str] = set()
    for index, user in enumerate(users):
        if user.login in seen:
            problems.append(Problem(f"users.{index}.login", f"登录名“{user.login}”重复。"))
        seen.add(user.login)
        problems.extend(Problem(f"users.{index}.{p.path}", p.message) for p in new_user_problems(user))
    return tuple(problems)


def new_user_problems(user: NewUser) -> tuple[Problem, ...]:
    """What is wrong with a user to be added. At least 10 characters for a password, no composition rules."""
    problems: list[Problem] = []
    if re.fullmatch(r"[a-z0-9]{1,32}", user.login) is None:
        problems.append(Problem("login", "登录名用小写字母和数字，最多 32 个，例如 zhang。"))
    trouble = text_problem(user.name, 50) if user.name.strip() else "请填写姓名。"
    if trouble:
        problems.append(Problem("name", trouble))
    if not user.roles:
        problems.append(Problem("roles", "请至少选择一个角色。"))
    problems.extend(password_problems(user.password))
    return tuple(problems)


def password_problems(password: str, field: str = "password") -> tuple[Problem, ...]:
    if len(password) < LEAST_PASSWORD:
        return (Problem(field, f"密码至少 {LEAST_PASSWORD} 个字符。"),)
    return ()


def _staff_warnings(users: Sequence[NewUser], two_person_mode: bool) -> tuple[str, ...]:
    """Whether the users can bring one case to its end: who proposes neither reviews nor decides."""
    holders = {role: {user.login for user in users if role in user.roles} for role in Role}
    needed = [Role.CASEWORKER, Role.HEAD] if two_person_mode else [Role.CASEWORKER, Role.REVIEWER, Role.HEAD]
    lacking = [ROLE_NAMES[role] for role in needed if not holders[role]]
    if lacking:
        return (f"还没有{'、'.join(lacking)}，办件走不到底。可以建立后在“设置—用户”里添加。",)
    if _different_people([sorted(holders[role]) for role in needed]):
        return ()
    names = "、".join(ROLE_NAMES[role] for role in needed)
    return (f"{names}应由{'两' if two_person_mode else '三'}个不同的人担任，现在的用户不够分，办件走不到底。",)


def _different_people(choices: list[list[str]], taken: frozenset[str] = frozenset()) -> bool:
    if not choices:
        return True
    return any(_different_people(choices[1:], taken | {one}) for one in choices[0] if one not in taken)
