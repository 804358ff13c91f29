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


@cache
def proposing_moves() -> tuple[str, ...]:
    """The moves, of any bundled pack, that freeze a proposal."""
    packs = (folder.name for folder in resources.path("policies").iterdir() if (folder / "workflow.toml").is_file())
    moves = {move for policy in packs for move in rules_of(policy).moves}
    return tuple(sorted({move.id for move in moves if any(effect.startswith("propose-") for effect in move.effects)}))


def office_of(session: Session) -> Office:
    return session.scalars(select(Office)).one()


def notice_days(session: Session, packs: Packs, policy: str) -> int:
    """Natural days a notice lasts in this office under this policy; 0 where none is held."""
    return notice.notice_days(packs[policy].notice, office_of(session).notice_days)


def work_calendar(session: Session) -> WorkCalendar:
    return WorkCalendar({row.day: row.is_workday for row in session.scalars(select(Holiday))})
