"""An act of oversight as one row of a list, and with all it says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from caseworker.services.fact_values import show_value
from caseworker.services.oversight_checks import void_refusal
from caseworker.services.oversight_kinds import BY_ID, FUNDS_REPORT, OPEN, SUSPENSION, ActKind, state_name
from caseworker.services.oversight_views import ActDetail, ActKindView, ActPaper, ActRow
from caseworker.services.rights import roles_now
from caseworker.services.views import Role
from caseworker.store.models import Attachment, Case, OversightAct, OversightScan, Party, User

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

_NO_PAYMENT = "不予兑现"  # the step that ends a claim; a report claims nothing


def act_query() -> tuple[Select[*tuple[Any, ...]], dict[str, Any]]:
    """(query over acts with what a row shows, its sortable columns)."""
    papers = (
        select(func.count(OversightScan.id))
        .where(OversightScan.act_id == OversightAct.id, OversightScan.detached_reason.is_(None))
        .correlate(OversightAct)
        .scalar_subquery()
    )
    query: Select[*tuple[Any, ...]] = (
        select(OversightAct, Party.name, Case.number, User.name, papers)
        .outerjoin(Party, Party.id == OversightAct.party_id)
        .outerjoin(Case, Case.id == OversightAct.case_id)
        .join(User, User.id == OversightAct.entered_by)
    )
    columns: dict[str, Any] = {
        "happened_on": OversightAct.happened_on,
        "due_on": OversightAct.due_on,
        "kind": OversightAct.kind,
        "party": func.coalesce(Party.initials, ""),
        "state": OversightAct.state,
        "closed_on": OversightAct.closed_on,
    }
    return query, columns


def kind_view(kind: ActKind, may: bool) -> ActKindView:
    return ActKindView(
        id=kind.id,
        name=kind.name,
        of_party=kind.of_party,
        basis=kind.basis,
        may=may,
        fields=kind.fields,
        day=kind.day,
        title=kind.title,
        words=kind.words,
        due=kind.due,
        due_name=kind.due_name,
        answers=kind.answers,
        stays_open=bool(kind.outcomes),
    )


def act_row(row: Sequence[Any], today: date) -> ActRow:
    act, party, case, user, papers = row
    kind = BY_ID[act.kind]
    outcome = str(act.data.get("outcome", ""))
    return ActRow(
        id=act.id,
        kind=act.kind,
        kind_name=kind.name,
        party_id=act.party_id,
        party=party or "",
        case_id=act.case_id,
        case_number=case or "",
        spot_check_id=act.spot_check_id,
        follows_id=act.follows_id,
        happened_on=act.happened_on,
        due_on=act.due_on,
        title=act.title,
        words=act.words,
        state=act.state,
        state_name=state_name(kind, act.state),
        overdue=act.state == OPEN and act.due_on is not None and act.due_on < today,
        outcome=outcome,
        outcome_name=kind.outcome_name(outcome),
        closed_on=act.closed_on,
        entered_by=user,
        papers=papers,
    )


def act_detail(desk: Desk, session: Session, act: OversightAct) -> ActDetail:
    kind, today, roles = BY_ID[act.kind], desk.clock.today(), roles_now(desk)
    query, _ = act_query()

    def row(key: int) -> ActRow:
        return act_row(session.execute(query.where(OversightAct.id == key)).one(), today)

    answers = session.execute(query.where(OversightAct.follows_id == act.id).order_by(OversightAct.id))
    papers = session.execute(
        select(OversightScan, Attachment)
        .join(Attachment, Attachment.id == OversightScan.attachment_id)
        .where(OversightScan.act_id == act.id)
        .order_by(OversightScan.id)
    )
    closed_by = None if act.closed_by is None else session.get(User, act.closed_by)
    is_open, may = act.state == OPEN, bool(kind.roles & roles)
    own = act.kind in (SUSPENSION, FUNDS_REPORT)
    result = act.data.get("result", {})
    return ActDetail(
        row=row(act.id),
        day_name=kind.day,
        title_name=kind.title,
        words_name=kind.words,
        basis=kind.basis,
        said=_said(kind, act),
        closing_words=act.closing_words,
        closed_by="" if closed_by is None else closed_by.name,
        voided_reason=act.voided_reason,
        papers=tuple(
            ActPaper(scan.id, file.name, file.media_type, file.size, scan.detached_reason) for scan, file in papers
        ),
        follows=None if act.follows_id is None else row(act.follows_id),
        answers=tuple(act_row(found, today) for found in answers),
        conditions=tuple((bool(one["met"]), str(one["text"])) for one in result.get("conditions", ())),
        trace=tuple(
            (str(step["label"]), str(step["expression"]), str(step["value"]))
            for step in result.get("trace", ())
            if step["label"] != _NO_PAYMENT
        ),
        outcomes=tuple((one.id, one.label) for one in kind.outcomes) if is_open and may and not own else (),
        may_report=is_open and act.kind == FUNDS_REPORT and may,
        may_lift=is_open and act.kind == SUSPENSION and Role.HEAD in roles,
        may_void=bool(roles & {Role.CASEWORKER, Role.REVIEWER, Role.HEAD})
        and void_refusal(session, act, desk.user.id, roles) is None,
    )


def _said(kind: ActKind, act: OversightAct) -> tuple[tuple[str, str], ...]:
    said = [
        (field.label, show_value(field, act.data[field.name]))
        for field in kind.fields
        if act.data.get(field.name) not in (None, "")
    ]
    return tuple(said)


def acts_of_case(session: Session, case_id: int) -> tuple[int, ...]:
    """Ids of the acts about a case and of those that answer them, in order of their days."""
    found = set(session.scalars(select(OversightAct.id).where(OversightAct.case_id == case_id)))
    while True:
        more = set(session.scalars(select(OversightAct.id).where(OversightAct.follows_id.in_(found)))) - found
        if not more:
            break
        found |= more
    rows = select(OversightAct.id).where(OversightAct.id.in_(found))
    return tuple(session.scalars(rows.order_by(OversightAct.happened_on, OversightAct.id)))
