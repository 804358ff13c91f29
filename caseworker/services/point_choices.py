"""Which option of an interpretation point the office's decisions name on a day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.policy import Point
from caseworker.services.views import PointView
from caseworker.store.models import PolicyPoint

DEFAULT_DECISION = "程序默认"


def choices_on(session: Session, policy: str, day: date) -> dict[str, PolicyPoint]:
    """By point, the office's latest decision that holds on a day; a point without one is left out."""
    rows = session.scalars(
        select(PolicyPoint)
        .where(PolicyPoint.policy == policy, PolicyPoint.valid_from <= day)
        .where(PolicyPoint.voided_reason.is_(None))
        .order_by(PolicyPoint.valid_from, PolicyPoint.id)
    )
    return {row.point: row for row in rows}


def point_view(point: Point, choice: PolicyPoint | None) -> PointView:
    """The point under a choice; under its default where there is none."""
    option = point.default if choice is None else choice.option
    decision = DEFAULT_DECISION if choice is None else choice.decision_number
    return PointView(point.id, point.question, option, option_label(point, option), decision)


def option_label(point: Point, option: str) -> str:
    """The words of an option; its id where the pack no longer knows it."""
    known = point.option(option)
    return option if known is None else known.label
