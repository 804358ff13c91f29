"""How values read on the screen and in the clipboard."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

from caseworker.values.clock import BEIJING
from caseworker.values.money import Money

DATE_HINT = "日期请写成 2023-06-01 这样"
_DATE = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")
_SOLID = re.compile(r"(\d{4})(\d{2})(\d{2})")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９－／．，", "0123456789-/.,")


def shown(value: Any) -> str:
    """For a cell: money with separators, dates as 2023-06-01, times in Beijing to the minute, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, Money):
        return value.shown()
    if isinstance(value, datetime):
        return when(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)


def copied(value: Any) -> str:
    """For the clipboard: amounts and counts without separators, so that Excel takes them as numbers."""
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return shown(value)


def when(moment: datetime) -> str:
    """An instant, on Beijing's clock. Naive times are UTC, as the store keeps them."""
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return aware.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def parse_date(text: str) -> date | None:
    """A date as clerks type it: 2023-6-1, 2023/06/01, 2023年6月1日, 20230601. None when it is no such date."""
    text = text.translate(_FULL_WIDTH).strip()
    found = _DATE.fullmatch(text) or _SOLID.fullmatch(text)
    if found is None:
        return None
    try:
        return date(int(found.group(1)), int(found.group(2)), int(found.group(3)))
    except ValueError:
        return None


def plain_number(text: str) -> str:
    """Typed figures without separators, blanks and full-width digits: １，０００ becomes 1000."""
    return text.translate(_FULL_WIDTH).replace(",", "").replace(" ", "").strip()


def size(count: int) -> str:
    """Bytes for people."""
    if count < 1024:
        return f"{count} 字节"
    if count < 1024 * 1024:
        return f"{count / 1024:.0f} KB"
    return f"{count / 1024 / 1024:.1f} MB"
