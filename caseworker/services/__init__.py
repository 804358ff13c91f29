"""Use cases: one method, one transaction, one audit entry, plain data out."""

from caseworker.services.desk import (
    OFFICE_SUFFIX,
    Desk,
    NewOffice,
    NewUser,
    OfficeForm,
    bundled_packs,
    create_office,
    logins_of,
    open_desk,
)
from caseworker.services.founding import FoundingCheck, check_founding
from caseworker.services.recovery import recover, recovery_sheet
from caseworker.services.views import PartyForm, Role, UserView

__all__ = [
    "OFFICE_SUFFIX",
    "Desk",
    "FoundingCheck",
    "NewOffice",
    "NewUser",
    "OfficeForm",
    "PartyForm",
    "Role",
    "UserView",
    "bundled_packs",
    "check_founding",
    "create_office",
    "logins_of",
    "open_desk",
    "recover",
    "recovery_sheet",
]
