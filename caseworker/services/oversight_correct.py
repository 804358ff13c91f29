"""更正: what an act of oversight says is put right; the act stays the same, and its history says what stood before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.services.oversight_checks import act_problems, correct_refusal, links_problems, soft_warnings
from caseworker.services.oversight_rows import known_kind
from caseworker.services.oversight_views import ActForm
from caseworker.services.rights import require, roles_now
from caseworker.store.models import OversightAct, OversightScan, SpotCheck

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


def put_right(desk: Desk, session: Session, act: OversightAct, form: ActForm) -> tuple[str, ...]:
    """Writes what the form says into the act; what it stands on stays. Warnings in words."""
    kind = known_kind(desk, session, act.kind)
    require(desk, *kind.roles)
    why = correct_refusal(session, act, desk.user.id, roles_now(desk))
    if why is not None:
        raise Refusal(*why)
    form = replace(
        form,
        kind=act.kind,
        party_id=act.party_id,
        case_id=act.case_id,
        spot_check_id=act.spot_check_id,
        follows_id=act.follows_id,
    )
    data, problems = kind.read(form.data)
    links = replace(form, spot_check_id=None, follows_id=None)  # looked at when it was entered; closed by now, perhaps
    form_problems = act_problems(kind, replace(form, spot_check_id=None), desk.clock.today())
    problems = (*form_problems, *problems, *_days(session, act, form), *links_problems(session, kind, links))
    if problems:
        raise InvalidInput(f"{kind.name}有误，尚未保存。", problems)
    if form.happened_on is None:
        raise AssertionError("act_problems asks for the day")
    kept = {name: value for name, value in act.data.items() if name not in data}  # outcome, figures of a report
    before = (act.happened_on, act.due_on, act.title, act.words, act.data)
    after = (form.happened_on, form.due_on, form.title.strip(), form.words.strip(), {**kept, **data})
    if before == after:
        raise InvalidInput("没有改动，不需要更正。", (Problem("words", "没有改动，不需要更正。"),))
    act.happened_on, act.due_on, act.title, act.words, act.data = after
    papers = session.scalar(
        select(func.count(OversightScan.id)).where(
            OversightScan.act_id == act.id, OversightScan.detached_reason.is_(None)
        )
    )
    return soft_warnings(kind, form, papers or 0)


def _days(session: Session, act: OversightAct, form: ActForm) -> tuple[Problem, ...]:
    """The day of an act lies between the draw that it was made for and what came of it."""
    draw = None if act.spot_check_id is None else session.get(SpotCheck, act.spot_check_id)
    if form.happened_on is not None and draw is not None and form.happened_on < draw.drawn_on:
        return (Problem("happened_on", f"不能早于抽取名单的日期 {draw.drawn_on}。"),)
    if form.happened_on is not None and act.closed_on is not None and form.happened_on > act.closed_on:
        return (Problem("happened_on", f"不能晚于办结日期 {act.closed_on}。"),)
    return ()
