"""绩效评价 (大同 第十三条): of a payee, or of a policy; by criteria with their points, a total and a grade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.errors import Problem
from caseworker.services.base import text_problem
from caseworker.store.models import OversightAct

MOST_CRITERIA = 50
MOST_POINTS = Decimal(1000)
LONGEST = 100
GRADES = (("excellent", "优"), ("good", "良"), ("fair", "中"), ("poor", "差"))


@dataclass(frozen=True, slots=True)
class Criterion:
    """One measure: how many points it has (`full`) and how many were given. At most two decimals."""

    name: str
    full: Decimal
    points: Decimal


def read_criteria(given: Any) -> tuple[tuple[Criterion, ...], tuple[Problem, ...]]:
    """Criteria as typed ({name, full, points}) and everything wrong with them: criteria.N.FIELD, or criteria."""
    if not isinstance(given, Sequence) or isinstance(given, str) or not given:
        return (), (Problem("criteria", "请填写评价指标：每项写明名称、满分和得分。"),)
    if len(given) > MOST_CRITERIA:
        return (), (Problem("criteria", f"评价指标最多 {MOST_CRITERIA} 项。"),)
    found, problems, names = [], [], set()
    for place, one in enumerate(given):
        one = one if isinstance(one, Mapping) else {}
        name = str(one.get("name") or "").strip()
        trouble = text_problem(name, LONGEST) if name else "请填写指标名称。"
        if not trouble and name in names:
            trouble = f"指标“{name}”重复。"
        names.add(name)
        if trouble:
            problems.append(Problem(f"criteria.{place}.name", trouble))
        full, points = _points(one.get("full")), _points(one.get("points"))
        if full is None or full == 0:
            problems.append(Problem(f"criteria.{place}.full", "满分应是大于 0 的数，最多两位小数。"))
        if points is None:
            problems.append(Problem(f"criteria.{place}.points", "得分应是不小于 0 的数，最多两位小数。"))
        elif full is not None and points > full:
            problems.append(Problem(f"criteria.{place}.points", f"得分不能高于满分 {plain(full)}。"))
        if full is not None and points is not None:
            found.append(Criterion(name, full, points))
    return (() if problems else tuple(found)), tuple(problems)


def kept_criteria(criteria: Sequence[Criterion]) -> list[dict[str, str]]:
    """As they stand in the record."""
    return [{"name": one.name, "full": plain(one.full), "points": plain(one.points)} for one in criteria]


def total(criteria: Sequence[Criterion]) -> tuple[Decimal, Decimal]:
    """(points given, points that there are)."""
    return sum((one.points for one in criteria), Decimal(0)), sum((one.full for one in criteria), Decimal(0))


def score_words(data: Mapping[str, Any]) -> str:
    """得分 of a kept review: 88.5 分（满分 100 分）. Of one entered without criteria the bare score."""
    criteria, _ = read_criteria(data.get("criteria"))
    if criteria:
        points, full = total(criteria)
        return f"{plain(points)} 分（满分 {plain(full)} 分）"
    return f"{data['score']} 分" if data.get("score") is not None else ""


def review_words(act: OversightAct) -> str:
    """2022 年度绩效评价 88 分（满分 100 分），良"""
    grade = dict(GRADES).get(str(act.data.get("grade")), "")
    return f"{act.data.get('year')} 年度绩效评价 {score_words(act.data)}，{grade}"


def last_review(session: Session, party_id: int) -> OversightAct | None:
    """The review of a payee's latest year: what a later claim is looked at against (第十三条 重要依据)."""
    acts = session.scalars(
        select(OversightAct)
        .where(OversightAct.party_id == party_id, OversightAct.kind == "performance", OversightAct.state != "voided")
        .order_by(OversightAct.happened_on, OversightAct.id)
    )
    return max(acts, key=lambda act: (int(act.data.get("year") or 0), act.happened_on, act.id), default=None)


def plain(number: Decimal) -> str:
    """Without noughts at the end: 8.50 -> 8.5, 100 -> 100."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _points(given: Any) -> Decimal | None:
    """A number of points: from 0 to 1000, at most two decimals; never a float."""
    if isinstance(given, bool) or not isinstance(given, str | int):
        return None
    try:
        number = Decimal(str(given).strip())
    except InvalidOperation:
        return None
    if not number.is_finite() or not 0 <= number <= MOST_POINTS or number != round(number, 2):
        return None
    return number
