"""The desk: an open office file with somebody signed in. Every service hangs on it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from caseworker import __version__
from caseworker.errors import EnvironmentFault, FaultKind, InvalidInput, Refusal
from caseworker.services.base import reason_of, same_version
from caseworker.services.founding import NewOffice, NewUser, create_office, new_user_problems, particulars_problems
from caseworker.services.packs import OfficePacks, bundled_packs, office_packs
from caseworker.services.rights import require, roles_now
from caseworker.services.views import OfficeView, Role, UserView
from caseworker.store.models import Office, User
from caseworker.store.office_file import Actor, OfficeFile, logins_of, open_office_file
from caseworker.store.paths import SUFFIX
from caseworker.values.clock import Clock, PracticeClock, SystemClock

if TYPE_CHECKING:
    from caseworker.services.audit import AuditService
    from caseworker.services.bank_returns import BankReturnService
    from caseworker.services.cases import CaseService
    from caseworker.services.consultations import ConsultationService
    from caseworker.services.deliveries import DeliveryService
    from caseworker.services.documents import DocumentService
    from caseworker.services.dossiers import DossierService
    from caseworker.services.filing import FilingService
    from caseworker.services.finance_workbooks import WorkbookService
    from caseworker.services.findings import FindingService
    from caseworker.services.holidays import HolidayService
    from caseworker.services.home import HomeService
    from caseworker.services.imports import ImportService
    from caseworker.services.notices import NoticeService
    from caseworker.services.oversight import OversightService
    from caseworker.services.oversight_draws import SpotCheckService
    from caseworker.services.own_wording import WordingService
    from caseworker.services.payments import PaymentService
    from caseworker.services.points import PointService
    from caseworker.services.policies import PolicyService
    from caseworker.services.prior import PriorService
    from caseworker.services.programs import ProgramService
    from caseworker.services.records import RecordService
    from caseworker.services.recoveries import RecoveryService
    from caseworker.services.seats import SeatService
    from caseworker.services.templates import TemplateService
    from caseworker.services.users import UserService

OFFICE_SUFFIX = SUFFIX
_PRACTICE_DAYS = 3653  # ten years

__all__ = [
    "OFFICE_SUFFIX",
    "Desk",
    "NewOffice",
    "NewUser",
    "OfficeForm",
    "bundled_packs",
    "create_office",
    "logins_of",
    "new_user_problems",
    "open_desk",
]


@dataclass(frozen=True, slots=True)
class OfficeForm:
    """An office's particulars as its administrator changes them. Field by field as in `NewOffice`."""

    name: str
    letter_name: str
    region: str
    address: str
    phone: str
    contact: str
    reconsider_by: str
    two_person_mode: bool
    notice_days: int | None
    idle_lock_minutes: int


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
            return self._office_view(session.scalars(select(Office)).one())

    def _office_view(self, row: Office) -> OfficeView:
        return OfficeView(
            name=row.name,
            letter_name=row.letter_name,
            region=row.region,
            address=row.address,
            phone=row.phone,
            contact=row.contact,
            reconsider_by=row.reconsider_by,
            policies=tuple(str(policy) for policy in row.policies),
            two_person_mode=row.two_person_mode,
            notice_days=row.notice_days,
            is_sample=row.is_sample,
            practice_date=row.practice_date,
            today=self.clock.today(),
            idle_lock_minutes=row.idle_lock_minutes,
            version=row.version,
        )

    def set_office(self, form: OfficeForm, version: int) -> OfficeView:
        """The office's particulars and its own rules, two-person mode among them; the administrator's act.

        Letters and numbers already issued stay as they are. `version` is of the `OfficeView` that was changed:
        EditConflict with both versions when the office changed meanwhile. InvalidInput names every wrong field.
        """
        require(self, Role.ADMINISTRATOR)
        names = [field.name for field in dataclasses.fields(form)]
        trimmed: dict[str, Any] = {
            name: value.strip() for name in names if isinstance(value := getattr(form, name), str)
        }
        form = dataclasses.replace(form, **trimmed)
        problems = particulars_problems(form)
        if problems:
            raise InvalidInput("机构资料有误，尚未保存。", problems)
        with self.file.write(self.actor, "office.update") as work:
            row = work.session.scalars(select(Office)).one()
            work.subject("office", row.id)
            mine = {name: str(getattr(form, name)) for name in names}
            theirs = {name: str(getattr(row, name)) for name in names}
            same_version(row, version, "机构", mine, theirs)
            for name in names:
                setattr(row, name, getattr(form, name))
            work.session.flush()
            return self._office_view(row)

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
        if (day - self.clock.today()).days > _PRACTICE_DAYS:
            raise Refusal("practice-date-far", "练习日期一次最多向后推进十年，请核对日期。")
        roles_now(self)
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
    def records(self) -> RecordService:
        from caseworker.services.records import RecordService

        return RecordService(self)

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
    def holidays(self) -> HolidayService:
        from caseworker.services.holidays import HolidayService

        return HolidayService(self)

    @cached_property
    def workbooks(self) -> WorkbookService:
        from caseworker.services.finance_workbooks import WorkbookService

        return WorkbookService(self)

    @cached_property
    def templates(self) -> TemplateService:
        from caseworker.services.templates import TemplateService

        return TemplateService(self)

    @cached_property
    def wording(self) -> WordingService:
        from caseworker.services.own_wording import WordingService

        return WordingService(self)

    @cached_property
    def filing(self) -> FilingService:
        from caseworker.services.filing import FilingService

        return FilingService(self)

    @cached_property
    def returns(self) -> BankReturnService:
        from caseworker.services.bank_returns import BankReturnService

        return BankReturnService(self)

    @cached_property
    def oversight(self) -> OversightService:
        from caseworker.services.oversight import OversightService

        return OversightService(self)

    @cached_property
    def spot_checks(self) -> SpotCheckService:
        from caseworker.services.oversight_draws import SpotCheckService

        return SpotCheckService(self)

    @cached_property
    def recoveries(self) -> RecoveryService:
        from caseworker.services.recoveries import RecoveryService

        return RecoveryService(self)

    @cached_property
    def consultations(self) -> ConsultationService:
        from caseworker.services.consultations import ConsultationService

        return ConsultationService(self)

    @cached_property
    def deliveries(self) -> DeliveryService:
        from caseworker.services.deliveries import DeliveryService

        return DeliveryService(self)

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
    def prior(self) -> PriorService:
        from caseworker.services.prior import PriorService

        return PriorService(self)

    @cached_property
    def policies(self) -> PolicyService:
        from caseworker.services.policies import PolicyService

        return PolicyService(self)

    @cached_property
    def findings(self) -> FindingService:
        from caseworker.services.findings import FindingService

        return FindingService(self)

    @cached_property
    def seats(self) -> SeatService:
        from caseworker.services.seats import SeatService

        return SeatService(self)
