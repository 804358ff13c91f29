"""The registers on paper: acts of oversight and entries of the office's register, and services, as they were listed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from caseworker.documents.register_sheet import RegisterSheet, render
from caseworker.services.base import MAX_PAGE
from caseworker.services.oversight_kinds import BY_ID
from caseworker.services.oversight_views import ActRow
from caseworker.services.program_paper import ProgramFile
from caseworker.services.service_records import STATES, ServiceRow
from caseworker.services.views import Page

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

R = TypeVar("R")
_ACT_STATES = {"open": "未办结", "closed": "已办结", "voided": "已作废", "overdue": "逾期"}
_ACTS = (("日期", 1.25), ("事项", 1.1), ("单位", 1.9), ("内容", 2.6), ("状态", 1.0), ("期限", 1.25), ("登记人", 0.9))
_SERVICES = (("编号", 1.4), ("日期", 1.25), ("服务", 1.0), ("单位和人员", 1.9), ("申请内容", 2.2), ("办理", 2.2))


def acts_paper(desk: Desk, search: str, kind: str | None, state: str | None, party_id: int | None) -> ProgramFile:
    """The acts of a list, the oldest first, with what they were chosen by."""

    def fetch(offset: int, limit: int) -> Page[ActRow]:
        return desk.oversight.page(search, kind, state, party_id, offset=offset, limit=limit, descending=False)

    rows = tuple(
        (
            row.happened_on.isoformat(),
            row.kind_name,
            row.party or "机构登记簿",
            f"{row.title}：{row.words}",
            row.state_name
            + (f"（{row.outcome_name}）" if row.outcome_name else "")
            + ("，逾期" if row.overdue else ""),
            "" if row.due_on is None else row.due_on.isoformat(),
            row.entered_by,
        )
        for row in _all(fetch)
    )
    which = _which("" if kind is None else BY_ID[kind].name, _ACT_STATES.get(state or "", ""), search)
    return _paper(desk, "监管事项登记簿", which, _ACTS, rows)


def services_paper(desk: Desk, search: str, policy: str | None, state: str | None) -> ProgramFile:
    """The services of a list, the oldest first, handled or not."""

    def fetch(offset: int, limit: int) -> Page[ServiceRow]:
        return desk.programs.services.page(search, policy, None, state, offset=offset, limit=limit, descending=False)

    rows = tuple(
        (
            row.number,
            row.requested_on.isoformat(),
            row.kind_name,
            f"{row.party} {row.person}".strip(),
            row.request,
            row.state_name if row.handled_on is None else f"{row.state_name} {row.handled_on}：{row.handling}",
        )
        for row in _all(fetch)
    )
    pack = None if policy is None else desk.packs.get(policy)
    which = _which("" if pack is None else pack.short_title, STATES.get(state or "", ""), search)
    return _paper(desk, "服务事项登记簿", which, _SERVICES, rows)


def _which(what: str, state: str, search: str) -> str:
    parts = (what, state, f"含“{search.strip()}”" if search.strip() else "")
    return "，".join(part for part in parts if part)


def _all(fetch: Callable[[int, int], Page[R]]) -> list[R]:
    found: list[R] = []
    while True:
        page = fetch(len(found), MAX_PAGE)
        found += page.rows
        if not page.rows or len(found) >= page.total:
            return found


def _paper(
    desk: Desk, title: str, which: str, columns: tuple[tuple[str, float], ...], rows: Sequence[tuple[str, ...]]
) -> ProgramFile:
    office = desk.office()
    sheet = RegisterSheet(
        title=title,
        office=office.name,
        day=office.today,
        made_by=desk.user.name,
        which=which or "全部",
        columns=columns,
        rows=tuple(rows),
        practice=office.is_sample,
    )
    return ProgramFile(title, f"{title}-{office.today.isoformat()}.pdf", render(sheet))
