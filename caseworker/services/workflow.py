"""The step rules of the bundled packs, read once, and how an office's settings bear on them."""

from __future__ import annotations

from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker import resources
from caseworker.casework import notice
from caseworker.casework.calendar import WorkCalendar
from caseworker.casework.steps import StepRules, load_steps
from caseworker.policy import Packs
from caseworker.store.models import Holiday, Office


@cache
def rules_of(policy: str) -> StepRules:
    return load_steps(resources.path("policies", policy))


def office_of(session: Session) -> Office:
    return session.scalars(select(Office)).one()


def notice_days(session: Session, packs: Packs, policy: str) -> int:
    """Natural days a notice lasts in this office under this policy; 0 where none is held."""
    return notice.notice_days(packs[policy].notice, office_of(session).notice_days)


def work_calendar(session: Session) -> WorkCalendar:
    return WorkCalendar({row.day: row.is_workday for row in session.scalars(select(Holiday))})
