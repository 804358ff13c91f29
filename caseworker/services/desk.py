"""The desk: an open office file with somebody signed in. Every service hangs on it."""

from __future__ import annotations

import dataclasses
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from caseworker import __version__
from caseworker.errors import EnvironmentFault, FaultKind, InvalidInput, Problem, Refusal
from caseworker.services.base import reason_of, text_problem
from caseworker.services.packs import OfficePacks, bundled_packs, office_packs
from caseworker.services.rights import require
from caseworker.services.views import OfficeView, Role, UserView
from caseworker.store.models import FundYear, Office, User
from caseworker.store.office_file import (
    FAST_COST,
    STANDARD_COST,
    Actor,
    OfficeFile,
    create_office_file,
    logins_of,
    open_office_file,
)
from caseworker.values.clock import Clock, PracticeClock, SystemClock

if TYPE_CHECKING:
    from caseworker.services.audit import AuditService
    from caseworker.services.cases import CaseService
    from caseworker.services.documents import DocumentService
    from caseworker.services.dossiers import DossierService
    from caseworker.services.home import HomeService
    from caseworker.services.imports import ImportService
    from caseworker.services.notices import NoticeService
    from caseworker.services.payments import PaymentService
    from caseworker.services.points import PointService
    from caseworker.services.policies import PolicyService
    from caseworker.services.programs import ProgramService
    from caseworker.services.users import UserService

OFFICE_SUFFIX = ".caseworker"

__all__ = ["OFFICE_SUFFIX", "Desk", "NewOffice", "NewUser", "bundled_packs", "create_office", "logins_of", "open_desk"]


@dataclass(frozen=True, slots=True)
class NewUser:
    login: str
    name: str
    roles: frozenset[Role]
    password: str


@dataclass(frozen=True, slots=True)
class NewOffice:
    """What an office is founded with. `letter_name` is what its document numbers begin with (寻客办字)."""

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


def create_office(
    path: Path,
    office: NewOffice,
    users: Sequence[NewUser],
    *,
    clock: Clock | None = None,
    cheap_keys: bool = False,
) -> str:
    """Founds an office file and gives the recovery key, to be printed and locked away.

    The first user must be an administrator. `cheap_keys` is for the sample office and tests only.
    """
    clock = clock or SystemClock()
    problems = (*_office_problems(office), *_user_problems(users))
    if problems:
        raise InvalidInput("机构或用户资料有误，未建立机构文件。", problems)
    recovery_key = create_office_file(
        path,
        office_id=secrets.token_hex(8),
        logins={user.login: user.password for user in users},
        clock=clock,
        cost=FAST_COST if cheap_keys else STANDARD_COST,
        program_version=__version__,
    )
    founder = users[0]
    file = open_office_file(path, founder.login, founder.password, clock=clock, program_version=__version__)
    try:
        roles = frozenset(role.value for role in founder.roles)
        with file.write(Actor(None, founder.login, roles), "office.found") as work:
            row = Office(
                name=office.name,
                letter_name=office.letter_name,
                region=office.region,
                address=office.address,
                phone=office.phone,
                contact=office.contact,
                reconsider_by=office.reconsider_by,
                policies=list(office.policies),
                notice_days=office.notice_days,
                is_sample=office.is_sample,
                practice_date=office.practice_date,
            )
            work.session.add(row)
            for user in users:
                work.session.add(User(login=user.login, name=user.name, roles=sorted(r.value for r in user.roles)))
            for policy in office.policies:
                pack = bundled_packs()[policy]
                year = (office.practice_date or clock.today()).year
                fund = pack.fund_of(year)
                if fund is not None:
                    work.session.add(FundYear(policy=policy, year=year, budget=fund.amount, source=fund.quote))
            work.session.flush()
            work.subject("office", row.id)
    finally:
        file.close()
    return recovery_key


def open_desk(path: Path, login: str, password: str, *, clock: Clock | None = None) -> Desk:
    """Opens the office file and signs in.

    EnvironmentFault for a wrong password, a file held by another desk, damaged or from a newer program;
    Refusal for a user who is no longer active.
    """
    clock = clock or SystemClock()
    file = open_office_file(path, login, password, clock=clock, program_version=__version__)
    try:
        return _sign_in(file, login, clock, office_packs(path))
    except BaseException:
        file.close()
        raise


def _sign_in(file: OfficeFile, login: str, clock: Clock, packs: OfficePacks) -> Desk:
    with file.read() as session:
        user = session.scalar(select(User).where(User.login == login))
        office = session.scalars(select(Office)).one()
        if user is None or not user.active:
            raise Refusal("user-inactive", f"用户“{login}”已停用，请联系管理员。")
        view = UserView(user.id, user.login, user.name, frozenset(Role(role) for role in user.roles), user.active)
        if office.practice_date is not None and not isinstance(clock, PracticeClock):
            clock = PracticeClock(clock, office.practice_date)
    file.clock = clock
    return Desk(file, view, clock, packs)


def _office_problems(office: NewOffice) -> tuple[Problem, ...]:
    problems: list[Problem] = []
    for field in dataclasses.fields(office):
        value = getattr(office, field.name)
        if isinstance(value, str) and (trouble := text_problem(value, 200)):
            problems.append(Problem(field.name, trouble))
    if not office.name.strip():
        problems.append(Problem("name", "请填写机构名称。"))
    if not office.letter_name.strip():
        problems.append(Problem("letter_name", "请填写文号前的机构代字，例如 寻客办字。"))
    if not office.policies:
        problems.append(Problem("policies", "请至少选择一项政策。"))
    for policy in office.policies:
        if bundled_packs().get(policy) is None:
            problems.append(Problem("policies", f"政策库中没有“{policy}”。"))
    return tuple(problems)


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
    if len(user.password) < 10:
        problems.append(Problem("password", "密码至少 10 个字符。"))
    return tuple(problems)


class Desk:
    """An open office with a signed-in user. Methods of its services may be called from any thread."""

    def __init__(self, file: OfficeFile, user: UserView, clock: Clock, packs: OfficePacks) -> None:
        self.file = file
        self.user = user
        self.clock = clock
        self.office_packs = packs
        self.packs = packs.packs
        self.actor = Actor(user.id, user.login, frozenset(role.value for role in user.roles))

    def office(self) -> OfficeView:
        with self.file.read() as session:
            row = session.scalars(select(Office)).one()
            return OfficeView(
                name=row.name,
                letter_name=row.letter_name,
                region=row.region,
                address=row.address,
                phone=row.phone,
                contact=row.contact,
                policies=tuple(row.policies),
                two_person_mode=row.two_person_mode,
                is_sample=row.is_sample,
                practice_date=row.practice_date,
                today=self.clock.today(),
                idle_lock_minutes=row.idle_lock_minutes,
            )

    def switch(self, login: str, password: str) -> Desk:
        """切换用户: the same open file with another user. This desk object must not be used afterwards."""
        if not self.file.check_password(login, password):
            raise EnvironmentFault(FaultKind.WRONG_PASSWORD, "登录名或密码不正确。")
        return _sign_in(self.file, login, self.clock, self.office_packs)

    def set_practice_date(self, day: date) -> None:
        """Moves the sample office's date forward, so that a notice period or an instalment comes due."""
        if not isinstance(self.clock, PracticeClock):
            raise Refusal("not-sample", "只有演示机构可以调整练习日期。")
        if day < self.clock.today():
            raise Refusal("practice-date-back", "练习日期只能向后推进，不能回退。")
        with self.file.write(self.actor, "office.practice-date") as work:
            row = work.session.scalars(select(Office)).one()
            work.subject("office", row.id)
            row.practice_date = day
        self.clock.set_day(day)

    def accept_gap(self, reason: str) -> None:
        """The head confirms that the file lies behind what was once saved; numbers go on after the lost ones.

        Refusal when there is no gap, or for anybody but the head.
        """
        require(self, Role.HEAD)
        if self.file.gap is None:
            raise Refusal("no-gap", "数据文件没有缺口，不需要确认。")
        self.file.accept_gap(self.actor, reason_of(reason, "请写明核对的情况。"))

    def backup_now(self, folder: Path | None = None) -> Path:
        """A verified backup, beside the office file or in `folder`."""
        return self.file.backup_now(folder).database

    def close(self) -> None:
        self.file.close()

    @cached_property
    def home(self) -> HomeService:
        from caseworker.services.home import HomeService

        return HomeService(self)

    @cached_property
    def dossiers(self) -> DossierService:
        from caseworker.services.dossiers import DossierService

        return DossierService(self)

    @cached_property
    def imports(self) -> ImportService:
        from caseworker.services.imports import ImportService

        return ImportService(self)

    @cached_property
    def cases(self) -> CaseService:
        from caseworker.services.cases import CaseService

        return CaseService(self)

    @cached_property
    def notices(self) -> NoticeService:
        from caseworker.services.notices import NoticeService

        return NoticeService(self)

    @cached_property
    def payments(self) -> PaymentService:
        from caseworker.services.payments import PaymentService

        return PaymentService(self)

    @cached_property
    def documents(self) -> DocumentService:
        from caseworker.services.documents import DocumentService

        return DocumentService(self)

    @cached_property
    def users(self) -> UserService:
        from caseworker.services.users import UserService

        return UserService(self)

    @cached_property
    def audit(self) -> AuditService:
        from caseworker.services.audit import AuditService

        return AuditService(self)

    @cached_property
    def points(self) -> PointService:
        from caseworker.services.points import PointService

        return PointService(self)

    @cached_property
    def programs(self) -> ProgramService:
        from caseworker.services.programs import ProgramService

        return ProgramService(self)

    @cached_property
    def policies(self) -> PolicyService:
        from caseworker.services.policies import PolicyService

        return PolicyService(self)
