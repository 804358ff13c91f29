"""The day a claim was handed in, where that is not the day it is entered, and what that day sets running."""

from __future__ import annotations

from datetime import date, timedelta

from caseworker.casework.calendar import day_words

MOST_DAYS_BACK = (
    30  # a claim entered later than that after it came is a slip of the pen, or belongs to another register
)


def why_not_accepted_on(day: date, today: date) -> str | None:
    """The sentence against taking a case in as of `day`; None where it may be."""
    if day > today:
        return f"受理日期 {day_words(day)} 晚于今天，请填今天或以前的日期。"
    if (today - day).days > MOST_DAYS_BACK:
        return f"受理日期 {day_words(day)} 距今天超过 {MOST_DAYS_BACK} 天，请核对日期。"
    return None


def last_day_to_ask(accepted_on: date, days: int) -> date:
    """The last day on which everything lacking is asked for at once; the day of acceptance is not counted."""
    return accepted_on + timedelta(days=days)
