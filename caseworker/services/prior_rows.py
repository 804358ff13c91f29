"""One batch of 历史兑现补录 as rows show it, what a second person should look at, and what rests on it since."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from caseworker.intake.prior_terms import PriorTerms
from caseworker.services.award_years import year_of_prior
from caseworker.services.case_awards import GRANTED_INSTALMENTS
from caseworker.services.prior_caps import CapLine, cap_warnings
from caseworker.services.prior_plan import overlap_warning, own_warnings
from caseworker.services.prior_views import KIND_NAMES, STATE_NAMES, PriorBatchRow
from caseworker.services.recovery_counts import LIVE
from caseworker.store.models import (
    Case,
    Decision,
    Instalment,
    Party,
    Person,
    PersonAward,
    PriorBatch,
    PriorFundUse,
    PriorGrant,
    PriorNumber,
    Proposal,
    Recovery,
    User,
)
from caseworker.store.sequences import last_numbers
from caseworker.values.money import Money


def batch_row(session: Session, batch: PriorBatch) -> PriorBatchRow:
    entered, confirmer = aliased(User), aliased(User)
    names = session.execute(
        select(entered.name, confirmer.name)
        .outerjoin(confirmer, confirmer.id == batch.confirmed_by)
        .where(entered.id == batch.entered_by)
    ).one()
    return PriorBatchRow(
        id=batch.id,
        kind=batch.kind,
        kind_name=KIND_NAMES[batch.kind],
        title=batch.title,
        evidence=batch.evidence,
        rows=batch.rows,
        total=_total(session, batch),
        state=batch.state,
        state_name=STATE_NAMES[batch.state],
        entered_by=names[0],
        entered_on=batch.entered_on,
        confirmed_by=names[1] or "",
        confirmed_on=batch.confirmed_on,
        voided_reason=batch.voided_reason,
        has_scan=batch.attachment_id is not None,
        has_workbook=batch.workbook_id is not None,
    )


def has_own_evidence(session: Session, batch: PriorBatch) -> bool:
    """Whether some line of the batch names a paper beside that of the whole."""
    if batch.kind == "fund":
        own = select(PriorFundUse.id).where(PriorFundUse.batch_id == batch.id, PriorFundUse.note != "")
    else:
        own = select(PriorGrant.id).where(PriorGrant.batch_id == batch.id, PriorGrant.evidence != batch.evidence)
    return session.scalar(own.limit(1)) is not None


def batch_warnings(session: Session, batch: PriorBatch, terms: PriorTerms) -> tuple[str, ...]:
    """What does not hinder, but should be looked at before the batch is confirmed."""
    found: list[str] = []
    if batch.attachment_id is None:
        found.append("没有附扫描件，请对照纸质凭据核对以后再确认。")
    if batch.kind == "numbers":
        sequences = last_numbers(session)
        labels = {one.kind: one.label for one in terms.kinds}
        for row in session.scalars(select(PriorNumber).where(PriorNumber.batch_id == batch.id)):
            label = labels.get(row.kind, row.kind)
            words = overlap_warning(label, row.kind, row.year, row.last, sequences)
            if words is not None:
                found.append(words)
    if batch.kind == "grants":
        grants = session.execute(
            select(PriorGrant.party_id, PriorGrant.policy, PriorGrant.clause, PriorGrant.granted_on).where(
                PriorGrant.batch_id == batch.id
            )
        )
        of_batch = select(PriorGrant.party_id).where(PriorGrant.batch_id == batch.id)
        parties = session.execute(select(Party.id, Party.name).where(Party.id.in_(of_batch)))
        named = {row[0]: row[1] for row in parties}
        found.extend(own_warnings(session, named, [(row[0], row[1], row[2], row[3]) for row in grants]))
        found.extend(cap_warnings(session, terms, _cap_lines(session, batch), batch.id))
    return tuple(found)


def _cap_lines(session: Session, batch: PriorBatch) -> Iterator[CapLine]:
    query = (
        select(PriorGrant, Party.name, Person.name)
        .join(Party, Party.id == PriorGrant.party_id)
        .outerjoin(Person, Person.id == PriorGrant.person_id)
        .where(PriorGrant.batch_id == batch.id)
    )
    for grant, party, person in session.execute(query):
        yield CapLine(
            grant.policy,
            grant.clause,
            grant.party_id,
            grant.person_id or 0,
            person or party,
            grant.granted_on,
            grant.amount,
            year_of_prior(grant.granted_on, grant.facts),
        )


def _total(session: Session, batch: PriorBatch) -> Money | None:
    zero = Money.zero()
    if batch.kind == "grants":
        return session.scalar(select(func.sum(PriorGrant.amount)).where(PriorGrant.batch_id == batch.id)) or zero
    if batch.kind == "fund":
        sums = session.execute(
            select(func.sum(PriorFundUse.committed), func.sum(PriorFundUse.paid)).where(
                PriorFundUse.batch_id == batch.id
            )
        ).one()
        return (sums[0] or zero) + (sums[1] or zero)
    return None


def recovered(session: Session, batch: PriorBatch) -> int:
    """How many orders to give money back stand on the batch: of what was paid on one day all of it stands or falls."""
    mine = select(PriorGrant).where(PriorGrant.batch_id == batch.id).subquery()
    one = aliased(PriorGrant)
    query = (
        select(Recovery.id, Recovery.prior)
        .join(one, one.id == Recovery.prior_grant_id)
        .where(Recovery.state.in_(LIVE), one.party_id.in_(select(mine.c.party_id)))
    )
    rows = session.execute(query).all()
    if not rows:
        return 0
    keys = set(session.scalars(select(mine.c.id)))
    return sum(any(int(grant) in keys for grant in shares) for _, shares in rows)


def resting(session: Session, batch: PriorBatch) -> tuple[str, ...]:
    """Numbers of cases proposed on or after the day of confirmation and granted, for what the batch speaks of.

    Of the same party and clause, or of a person in the batch by the same clause at any party.
    """
    if batch.kind != "grants" or batch.state != "confirmed" or batch.confirmed_on is None:
        return ()
    mine = select(PriorGrant.id).where(PriorGrant.batch_id == batch.id)
    stands = (
        select(Case.number)
        .join(Decision, Decision.case_id == Case.id)
        .join(Proposal, Proposal.id == Decision.proposal_id)
        .join(Instalment, Instalment.decision_id == Decision.id)
        .where(Decision.outcome == "granted", Instalment.state.in_(GRANTED_INSTALMENTS))
        .where(Proposal.proposed_on >= batch.confirmed_on)
    )
    by_party = stands.where(
        mine.where(
            PriorGrant.party_id == Case.party_id, PriorGrant.policy == Case.policy, PriorGrant.clause == Case.clause
        )
        .correlate(Case)
        .exists()
    )
    by_person = stands.join(PersonAward, PersonAward.decision_id == Decision.id).where(
        mine.where(
            PriorGrant.person_id == PersonAward.person_id,
            PriorGrant.policy == PersonAward.policy,
            PriorGrant.clause == PersonAward.clause,
        )
        .correlate(PersonAward)
        .exists()
    )
    return tuple(sorted({*session.scalars(by_party), *session.scalars(by_person)}))
