"""Public notice: how long it lasts, when it may be closed, what an objection holds up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from caseworker.casework.calendar import day_words
from caseworker.policy.model import Notice

MOST_DAYS_AHEAD = 60  # a first day later than that is a slip of the pen


class NoticeState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """The notice a case stands in with its present proposal."""

    state: NoticeState
    first_day: date
    last_day: date
    days: int
    open_objections: int = 0  # to this case, in whichever notice it was shown; not to others of the batch
    upheld_objections: int = 0  # to this very proposal: what was upheld before was answered by a new one


def notice_days(rule: Notice, office_days: int | None) -> int:
    """Natural days a notice lasts. Where the text sets the least, an office may lengthen it, never shorten it;
    where it sets none the office's own setting holds (0: no notice), or the pack's usual length."""
    if rule.by_law:
        return max(rule.minimum_days, office_days or 0)
    return rule.minimum_days if office_days is None else office_days


def earliest_last_day(first_day: date, days: int) -> date:
    """Published on day D, a notice of n days ends no earlier than D + n: D itself is not counted (民法典 §201)."""
    if days < 0:
        raise ValueError("a notice lasts no negative number of days")
    return first_day + timedelta(days=days)


def why_not_publish(first_day: date, today: date) -> tuple[str, ...]:
    """Reasons against a notice that begins on `first_day`: what was not shown cannot be said to have been."""
    if first_day < today:
        return (f"公示首日 {day_words(first_day)} 早于今天，不能倒签；请填今天或以后的日期。",)
    if (first_day - today).days > MOST_DAYS_AHEAD:
        return (f"公示首日 {day_words(first_day)} 距今天超过 {MOST_DAYS_AHEAD} 天，请核对日期。",)
    return ()


def why_not_close(state: NoticeState, last_day: date, today: date) -> tuple[str, ...]:
    """Reasons against closing: a notice is closed once, and not before its last day."""
    if state is not NoticeState.OPEN:
        return ("这次公示已经结束或作废，不能再次结束。",)
    if today < last_day:
        return (f"公示期未满，最早 {day_words(last_day)} 才能结束公示。",)
    return ()


def why_not_void(state: NoticeState, decided: tuple[str, ...]) -> tuple[str, ...]:
    """Reasons against voiding: what was decided rests on its notice. `decided`: numbers of such cases."""
    if state is NoticeState.VOIDED:
        return ("这次公示已经作废。",)
    if decided:
        return (f"{'、'.join(decided)}已经依据这次公示作出决定，不能作废公示。",)
    return ()


def why_not_pass(notice: NoticeFacts | None, days: int, today: date) -> tuple[str, ...]:
    """Reasons why a case has not come through its notice of `days` days."""
    if notice is None or notice.state is NoticeState.VOIDED:
        return (f"尚未公示。请在“公示”中发布，公示期不少于 {days} 天。",)
    reasons = []
    earliest = max(notice.last_day, earliest_last_day(notice.first_day, days))
    if today < earliest:
        reasons.append(f"公示期未满，最早 {day_words(earliest)} 才能结束公示。")
    elif notice.state is NoticeState.OPEN:
        reasons.append("公示期已满但尚未结束公示。请先在“公示”中办理结束。")
    return (*reasons, *why_objected(notice))


def why_objected(notice: NoticeFacts | None) -> tuple[str, ...]:
    """Reasons against deciding what somebody objected to: while it is open, and where it was upheld."""
    reasons = []
    if notice is not None and notice.open_objections:
        reasons.append(f"有 {notice.open_objections} 件异议尚未处理完毕。请先记录处理情况和结论。")
    if notice is not None and notice.upheld_objections:
        reasons.append("有异议成立。本办件应当退回重新核验，不能按原方案继续。")
    return tuple(reasons)
