"""Use cases: one method, one transaction, one audit entry, plain data out."""

from caseworker.services.desk import (
    OFFICE_SUFFIX,
    Desk,
    NewOffice,
    NewUser,
    bundled_packs,
    create_office,
    logins_of,
    open_desk,
)
from caseworker.services.views import PartyForm, Role, UserView

__all__ = [
    "OFFICE_SUFFIX",
    "Desk",
    "NewOffice",
    "NewUser",
    "PartyForm",
    "Role",
    "UserView",
    "bundled_packs",
    "create_office",
    "logins_of",
    "open_desk",
]
