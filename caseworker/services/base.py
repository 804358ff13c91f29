"""Small shared tools of the services: pages of queries, pinyin initials, edit conflicts in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pypinyin import Style, lazy_pinyin
from sqlalchemy import Row, Select, SQLColumnExpression, func, select
from sqlalchemy.orm import Session

from caseworker.errors import EditConflict, Refusal
from caseworker.services.views import Page
from caseworker.store.base import Record

V = TypeVar("V")
R = TypeVar("R", bound=Record)

MAX_PAGE = 1000


def initials(name: str) -> str:
    """Pinyin initials in lower case for the search box: 星联客服 -> xlkf. Latin and digits stay."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()


def like(text: str) -> str:
    """A LIKE pattern that finds `text` anywhere, its own wildcards escaped with a backslash."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


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
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    *keys, tie = order
    sorting = [key.desc() if descending else key.asc() for key in keys]
    rows = session.execute(query.order_by(*sorting, tie).offset(offset).limit(min(limit, MAX_PAGE)))
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
