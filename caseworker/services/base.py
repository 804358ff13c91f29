"""Small shared tools of the services: pages of queries, pinyin initials, edit conflicts in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pypinyin import Style, lazy_pinyin
from sqlalchemy import Row, Select, SQLColumnExpression, false, func, select
from sqlalchemy.orm import Session

from caseworker.errors import EditConflict, InvalidInput, Problem, Refusal
from caseworker.services.views import Page
from caseworker.store.base import Record

V = TypeVar("V")
R = TypeVar("R", bound=Record)

MAX_PAGE = 1000
MAX_SEARCH = 200  # longer than any name or number that can be found
MAX_REASON = 1000

# Nothing a clerk types on purpose: control characters, direction marks, zero-width characters, halves of characters
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufffe\uffff]")


def text_problem(text: str, longest: int, *, lines: bool = False) -> str | None:
    """What is wrong with typed text in words, or None. `lines`: line ends and tabs may stand in it."""
    if _UNSEEN.search(re.sub(r"[\r\n\t]", "", text) if lines else text):
        return "含有看不见的控制字符，请重新输入。"
    return f"最多 {longest} 个字。" if len(text) > longest else None


def reason_of(text: str, missing: str, field: str = "reason") -> str:
    """A reason as it is kept. InvalidInput when it is empty or holds what nobody can read."""
    text = text.strip()
    trouble = text_problem(text, MAX_REASON, lines=True) if text else missing
    if trouble:
        raise InvalidInput(trouble, (Problem(field, trouble),))
    return text


# Surnames that are read otherwise than the character usually is, or in two ways: the first letters of each reading.
# Whoever looks for 曾 types what they would say: zeng as a surname, ceng as the character.
_READINGS = {
    "曾": "zc", "单": "sdc", "仇": "qc", "解": "xj", "区": "oq", "查": "zc", "翟": "zd", "朴": "p", "覃": "qt",
    "召": "sz", "乐": "yl", "柏": "b", "秘": "bm", "折": "sz", "种": "cz", "隗": "wk", "谌": "cs", "郇": "xh",
    "祭": "zj", "员": "y", "盛": "s", "沈": "s", "繁": "pf", "黑": "h", "缪": "m", "尉": "yw", "逄": "p", "晁": "c",
    "芈": "m", "句": "gj", "洗": "x", "冼": "x", "过": "g", "佘": "s", "瞿": "q", "车": "c", "石": "s", "重": "cz",
    "都": "d", "行": "hx", "仝": "t", "訾": "z", "褚": "c", "适": "ks", "撒": "s", "阚": "k", "应": "y", "任": "r",
}  # fmt: skip
_DOUBLE_READINGS = {"尉迟": ("yc", "wc"), "万俟": ("mq", "wq", "ws"), "长孙": ("zs", "cs"), "澹台": ("tt", "dt")}


def initials(name: str) -> str:
    """Pinyin initials in lower case for the search box: 星联客服 -> xlkf. Latin and digits stay.

    A name whose surname may be read in two ways has both, with a blank between: 曾小明 -> zxm cxm.
    """
    read = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()
    if name[:2] in _DOUBLE_READINGS:
        known: tuple[str, ...] = _DOUBLE_READINGS[name[:2]]
        rest = "".join(lazy_pinyin(name[2:], style=Style.FIRST_LETTER)).lower()
    else:
        known = tuple(_READINGS.get(name[:1], ""))
        rest = "".join(lazy_pinyin(name[1:], style=Style.FIRST_LETTER)).lower()
    return " ".join(dict.fromkeys([*(first + rest for first in known), read]))


def like(text: str) -> str:
    """A LIKE pattern that finds `text` anywhere, its own wildcards escaped with a backslash."""
    text = _UNSEEN.sub("", text)[:MAX_SEARCH]  # SQLite's LIKE ends at a NUL and refuses very long patterns
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


LAST_DIGITS = 4  # of a number, as people name it: 尾号


def number_found(column: Any, text: str) -> Any:
    """Whether a number holds what was typed: four characters are its end, more of them any piece, fewer say nothing."""
    text = "".join(text.split()).upper()
    if len(text) < LAST_DIGITS or not text.isascii():
        return false()
    return column.like(like(text) if len(text) > LAST_DIGITS else like(text)[:-1], escape="\\")


def page_of(
    session: Session,
    query: Select[*tuple[Any, ...]],
    shape: Callable[[Row[*tuple[Any, ...]]], V],
    *,
    offset: int,
    limit: int,
    order: tuple[SQLColumnExpression[Any], ...],
    descending: bool = False,
) -> Page[V]:
    """One page of a query. The last of `order` is the tie-breaker, always ascending."""
    offset = max(0, offset)
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    *keys, tie = order
    sorting = [key.desc() if descending else key.asc() for key in keys]
    rows = session.execute(query.order_by(*sorting, tie).offset(offset).limit(max(0, min(limit, MAX_PAGE))))
    return Page(tuple(shape(row) for row in rows), total, offset)


def record(session: Session, table: type[R], key: int, what: str) -> R:
    """The record by its key. Refusal when there is none: the list on screen is stale."""
    found = session.get(table, key)
    if found is None:
        raise Refusal("not-found", f"找不到这个{what}，请刷新列表后再试。")
    return found


def same_version(found: Record, version: int, what: str, mine: Mapping[str, str], theirs: Mapping[str, str]) -> None:
    """Raises EditConflict, with the fields that differ, when the record changed since it was read."""
    if found.version == version:
        return
    differing = [name for name in mine if mine[name] != theirs.get(name, "")]
    raise EditConflict(
        f"这个{what}在您打开之后已被修改。请核对两个版本后再保存。",
        {name: mine[name] for name in differing},
        {name: theirs.get(name, "") for name in differing},
    )
