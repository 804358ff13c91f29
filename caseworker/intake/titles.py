"""What the words above a table say of all of it: the year that completes a bare 3月, or the sheet's one month."""

from __future__ import annotations

import re
from collections.abc import Sequence

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=年|-|/|\.|\D{0,2}年?度|$|\s|工资|薪|社保|参保|缴费|社会保险)", re.ASCII)
_MONTH = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:年|-|/|\.)(\d{1,2})(?!\d)月?", re.ASCII)
_DAY = r"(?:19|20)\d{2}(?:年|-|/|\.)\d{1,2}(?:月|-|/|\.)\d{1,2}日?"
_MADE_ON = re.compile(
    rf"(?:制表|填表|填报|编制|打印|导出|报送|上报|提交|制作|生成|下载|查询)(?:日期|时间|于)?:?"
    rf"(?:{_DAY}|(?:19|20)\d{{2}}(?:年|-|/|\.)\d{{1,2}}月?)"
)
_ONLY_A_DAY = re.compile(rf"(?:日期|时间)?:?{_DAY}(?:\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?")


def cleared(texts: Sequence[str]) -> list[str]:
    """The texts without white space, and without the day on which the sheet was made or printed."""
    plain = (_MADE_ON.sub("", re.sub(r"\s+", "", text)) for text in texts)
    return [text for text in plain if text and not _ONLY_A_DAY.fullmatch(text)]


def year_of(texts: Sequence[str]) -> int | None:
    """The year that the first text with one names."""
    for text in cleared(texts):
        found = _YEAR.search(text)
        if found is not None:
            return int(found[1])
    return None


def years_of(texts: Sequence[str]) -> list[int]:
    """The years that the first text with any names, in order: two in 2022年7月至2023年6月 and in 2022-2023年."""
    for text in cleared(texts):
        years = {int(y) for y in re.findall(r"(?<!\d)((?:19|20)\d{2})(?!\d)", text)}
        if years and _YEAR.search(text):
            return sorted(years)
    return []


def month_of(texts: Sequence[str]) -> str | None:
    """The one month that the first text with any names; None where it names several, or none does."""
    for text in cleared(texts):
        months = {f"{y}-{int(m):02d}" for y, m in _MONTH.findall(text) if 1 <= int(m) <= 12}
        if len(months) == 1:
            return months.pop()
        if months:
            return None
    return None
