"""The step rules of the packs, read once, and how an office's settings bear on them."""

from __future__ import annotations

import tomllib
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker import resources
from caseworker.casework import notice
from caseworker.casework.calendar import WorkCalendar
from caseworker.casework.consultations import InquiryRule
from caseworker.casework.steps import StepRules, WorkflowError, parse_steps
from caseworker.policy import Pack, Packs
from caseworker.store.models import Holiday, Office


def rules_of(pack: Pack) -> StepRules:
    """The pack's own steps and moves; those common to offices where it brings none. WorkflowError for a bad one."""
    return _parsed(pack.workflow or _common_workflow())


@lru_cache(maxsize=64)
def _parsed(text: str) -> StepRules:
    try:
        return parse_steps(tomllib.loads(text))
    except WorkflowError:
        raise
    except (tomllib.TOMLDecodeError, TypeError, AttributeError) as error:  # a value of the wrong shape
        raise WorkflowError(str(error)) from error


@lru_cache(maxsize=1)
def _common_workflow() -> str:
    return resources.path("policies", "workflow.toml").read_text(encoding="utf-8")


def office_of(session: Session) -> Office:
    return session.scalars(select(Office)).one()


def notice_days(session: Session, packs: Packs, policy: str) -> int:
    """Natural days a notice lasts in this office under this policy; 0 where none is held."""
    return notice.notice_days(packs[policy].notice, office_of(session).notice_days)


def supplement_days(pack: Pack) -> int:
    """Working days that a 补正告知书 gives; those common to offices where the pack's workflow says nothing."""
    days = rules_of(pack).supplement_days or _parsed(_common_workflow()).supplement_days
    if days is None:
        raise WorkflowError("missing: supplement_working_days")
    return days


def ask_within_days(pack: Pack) -> int:
    """Natural days after acceptance within which a 补正告知书 goes out; as `supplement_days` where none is said."""
    days = rules_of(pack).ask_within_days or _parsed(_common_workflow()).ask_within_days
    if days is None:
        raise WorkflowError("missing: ask_for_papers_within_days")
    return days


def inquiry_days(pack: Pack) -> int:
    """Working days that another bureau has for its reply; those common to offices where the pack says nothing."""
    days = rules_of(pack).inquiry_days or _parsed(_common_workflow()).inquiry_days
    if days is None:
        raise WorkflowError("missing: inquiry_working_days")
    return days


def inquiry_rules(pack: Pack) -> tuple[InquiryRule, ...]:
    """Whom to ask about what: the pack's own list, else that common to offices."""
    return rules_of(pack).inquiries or _parsed(_common_workflow()).inquiries


def decision_days(pack: Pack) -> int:
    """Working days from acceptance within which a decision is expected; as `supplement_days` where none is said."""
    days = rules_of(pack).decision_days or _parsed(_common_workflow()).decision_days
    if days is None:
        raise WorkflowError("missing: decision_working_days")
    return days


def work_calendar(session: Session) -> WorkCalendar:
    return WorkCalendar({row.day: row.is_workday for row in session.scalars(select(Holiday))})
