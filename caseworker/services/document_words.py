"""Small sentences that documents share: why an amount is less, what came of a notice, names for keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.store.models import Notice, Objection
from caseworker.values.money import Money


def why_less(frozen: Mapping[str, Any], amount: Money) -> str:
    """Why `amount` is not quantity × standard, in words; "" where it is."""
    result, bases = frozen["result"], frozen["bases"]
    if result is None:
        return ""
    gross = Money.parse(result["gross_amount"])
    computed = sum((Money.parse(basis["amount"]) for basis in bases), Money.zero()) if bases else gross
    if computed == amount:
        return ""
    parts = [f"按数量和标准计算{computed.shown()}元"]
    if computed != gross:
        parts.append(f"按政策规定核为{gross.shown()}元")
    taken = gross - Money.parse(result["amount"])
    if taken:
        parts.append(f"减已从其他政策享受的补助{taken.shown()}元")
    return "，".join(parts)


def notice_result(session: Session, notice: Notice, case_id: int) -> str:
    """公示结果 of one case: "" while the notice runs."""
    if notice.state != "closed":
        return ""
    outcomes = session.scalars(
        select(Objection.outcome).where(Objection.notice_id == notice.id, Objection.case_id == case_id)
    ).all()
    if not outcomes:
        return "无异议"
    return "异议处理中" if "open" in outcomes else "异议已处理"


def named(text: str, names: Mapping[str, str]) -> str:
    """Names in the place of the keys of persons, which say nothing on paper. A key stands alone or before a word."""
    if text in names:
        return names[text]
    return re.sub(r"(?<![0-9.])([0-9]+)(?=已享受)", lambda found: names.get(found[1], found[1]), text)
