"""An act of oversight as one row of a list, and with all it says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from caseworker.policy import Packs
from caseworker.services.fact_values import show_value
from caseworker.services.kept_papers import papers_of
from caseworker.services.oversight_checks import correct_refusal, void_refusal
from caseworker.services.oversight_kinds import (
    BY_ID,
    CRITERIA,
    FUNDS_REPORT,
    KINDS,
    OPEN,
    PERFORMANCE,
    POLICY,
    SUSPENSION,
    ActKind,
    kind_in,
    state_name,
)
from caseworker.services.oversight_views import ActDetail, ActForm, ActKindView, ActRow
from caseworker.services.performance import score_words
from caseworker.services.rights import roles_now
from caseworker.services.views import Role
from caseworker.services.workflow import office_of
from caseworker.store.models import Case, OversightAct, OversightScan, Party, User

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

NO_BASIS = "政策没有专门规定，按监管职责登记"
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


def basis_of(packs: Packs, policies: Sequence[str], kind: str) -> str:
    """The articles of these policies that speak of a kind; empty where none of them does."""
    found = []
    for policy in policies:
        pack = packs.get(policy)
        duty = None if pack is None else pack.duty(kind)
        if pack is not None and duty is not None:
            found.append(f"{pack.short_title}{duty.clause}")
    return "、".join(found)


def office_kinds(desk: Desk, session: Session) -> tuple[ActKindView, ...]:
    """Every kind as this office has it: with its policies' articles, and its policies to choose from."""
    roles, policies = roles_now(desk), tuple(office_of(session).policies)
    return tuple(
        kind_view(desk.packs, policies, known_kind(desk, session, kind.id), bool(kind.roles & roles)) for kind in KINDS
    )


def known_kind(desk: Desk, session: Session, kind: str) -> ActKind:
    packs = [desk.packs.get(policy) for policy in office_of(session).policies]
    return kind_in(BY_ID[kind], tuple((pack.id, pack.short_title) for pack in packs if pack is not None))


def kind_view(packs: Packs, policies: Sequence[str], kind: ActKind, may: bool) -> ActKindView:
    return ActKindView(
        id=kind.id,
        name=kind.name,
        of_party=kind.of_party,
        basis=basis_of(packs, policies, kind.id) or NO_BASIS,
        may=may,
        fields=kind.fields,
        day=kind.day,
        title=kind.title,
        words=kind.words,
        due=kind.due,
        due_name=kind.due_name,
        answers=kind.answers,
        stays_open=bool(kind.outcomes),
        or_policy=kind.or_policy,
        criteria=kind.id == PERFORMANCE,
        articles=tuple((policy, words) for policy in policies if (words := basis_of(packs, (policy,), kind.id))),
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
    kind, today, roles = known_kind(desk, session, act.kind), desk.clock.today(), roles_now(desk)
    case = None if act.case_id is None else session.get(Case, act.case_id)
    policies = _policies_of(session, act, case)
    query, _ = act_query()

    def row(key: int) -> ActRow:
        return act_row(session.execute(query.where(OversightAct.id == key)).one(), today)

    answers = session.execute(query.where(OversightAct.follows_id == act.id).order_by(OversightAct.id))
    closed_by = None if act.closed_by is None else session.get(User, act.closed_by)
    is_open, may = act.state == OPEN, bool(kind.roles & roles)
    own = act.kind in (SUSPENSION, FUNDS_REPORT)
    result = act.data.get("result", {})
    return ActDetail(
        row=row(act.id),
        day_name=kind.day,
        title_name=kind.title,
        words_name=kind.words,
        basis=basis_of(desk.packs, policies, act.kind) or NO_BASIS,
        said=_said(kind, act),
        closing_words=act.closing_words,
        closed_by="" if closed_by is None else closed_by.name,
        voided_reason=act.voided_reason,
        papers=papers_of(session, OversightScan, act.id),
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
        may_correct=may and correct_refusal(session, act, desk.user.id, roles) is None,
        criteria=tuple((one["name"], one["full"], one["points"]) for one in act.data.get(CRITERIA) or ()),
        form=form_of(act),
        kind=kind_view(desk.packs, policies, kind, may),
    )


def _policies_of(session: Session, act: OversightAct, case: Case | None) -> tuple[str, ...]:
    """What an act rests on: the policy of its case or its review; else those that the payee has cases under, or the
    office's."""
    if case is not None:
        return (case.policy,)
    if act.data.get(POLICY):
        return (str(act.data[POLICY]),)
    claimed = set(session.scalars(select(Case.policy).where(Case.party_id == act.party_id).distinct()))
    policies = tuple(office_of(session).policies)
    return tuple(policy for policy in policies if policy in claimed) or policies


def form_of(act: OversightAct) -> ActForm:
    """The act as it was typed."""
    names = {field.name for field in BY_ID[act.kind].fields} | {CRITERIA}
    return ActForm(
        kind=act.kind,
        happened_on=act.happened_on,
        title=act.title,
        words=act.words,
        party_id=act.party_id,
        due_on=act.due_on,
        data={name: value for name, value in act.data.items() if name in names},
        case_id=act.case_id,
        spot_check_id=act.spot_check_id,
        follows_id=act.follows_id,
    )


def _said(kind: ActKind, act: OversightAct) -> tuple[tuple[str, str], ...]:
    said = [
        (field.label, show_value(field, act.data[field.name]))
        for field in kind.fields
        if act.data.get(field.name) not in (None, "")
    ]
    if kind.id == PERFORMANCE and score_words(act.data):
        said.append(("得分", score_words(act.data)))
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
