"""How the sources of a case's lists are put in words: names, months, days, when what was imported."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.store.models import Import, InsuranceMonth, WageMonth
from caseworker.values.clock import BEIJING

_MOST_NAMED = 3  # people named in a sentence before 等


def listed(words: list[str]) -> str:
    joined = "、".join(words[:_MOST_NAMED])
    return joined if len(words) <= _MOST_NAMED else f"{joined}等 {len(words)} 件"


def named(names: list[str]) -> str:
    joined = "、".join(names[:_MOST_NAMED])
    return joined if len(names) <= _MOST_NAMED else f"{joined}等 {len(names)} 人"


def months_shown(numbers: Iterable[int], but: frozenset[str] | None = None) -> list[str]:
    shown = map(_month_shown, sorted(numbers))
    return [month for month in shown if month not in but] if but else list(shown)


@lru_cache(maxsize=4096)  # thousands of people have the same few months
def _month_shown(number: int) -> str:
    return f"{number // 100:04d}-{number % 100:02d}"


def day_shown(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def text_of(value: object) -> str | None:
    return None if value is None else str(value)


def import_words(session: Session, party_id: int) -> str:
    """花名册（2023-06-01 导入）；工资流水 2022-12 至 2023-05（2023-06-01 导入）…"""
    kinds = (("roster", "花名册"), ("wages", "工资流水"), ("insurance", "社保记录"))
    return "；".join(imports_shown(session, party_id, kinds))


def imports_shown(
    session: Session, party_id: int, kinds: tuple[tuple[str, str], ...], *, silent: bool = False
) -> list[str]:
    """When each kind was imported, with the months it holds. `silent`: nothing is said of what was not."""
    tables: dict[str, type[WageMonth] | type[InsuranceMonth]] = {"wages": WageMonth, "insurance": InsuranceMonth}
    active = list(
        session.scalars(select(Import).where(Import.party_id == party_id, Import.state == "active").order_by(Import.id))
    )
    words = []
    for kind, name in kinds:
        of_kind = [row for row in active if row.kind == kind]
        if not of_kind:
            words += [] if silent else [f"未导入{name}"]
            continue
        days = "、".join(dict.fromkeys(row.imported_at.astimezone(BEIJING).date().isoformat() for row in of_kind))
        span = ""
        table = tables.get(kind)
        if table is not None:
            ids = [row.id for row in of_kind]
            months = months_shown(session.scalars(select(table.month).where(table.import_id.in_(ids)).distinct()))
            span = f" {months[0]} 至 {months[-1]}" if months else ""
        words.append(f"{name}{span}（{days} 导入）")
    return words
