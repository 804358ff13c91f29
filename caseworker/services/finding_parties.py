"""What a party shares with others: account, telephone, address; and files that lie in two cases or at two parties."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from caseworker.casework.findings import (
    Finding,
    Neighbour,
    shared_account,
    shared_address,
    shared_phone,
    shared_scans,
    shared_workbooks,
)
from caseworker.intake import Kind as ImportKind
from caseworker.policy import Packs
from caseworker.store.models import (
    Attachment,
    Case,
    CasePaper,
    CasePaperScan,
    Import,
    Party,
    PaymentBatch,
    PaymentLine,
)
from caseworker.values.masking import mask_account, mask_phone
from caseworker.values.text import compact, half_width

_GIVEN_UP = ("refused", "not-accepted", "withdrawn", "terminated")
_SHORTEST_PHONE = 7  # digits; shorter is an extension


def phones(text: str) -> frozenset[str]:
    """The numbers of a telephone field, digits only, without country code or extension."""
    parts = (re.sub(r"^\s*(\+86|0086)", "", part) for part in re.split(r"[,;、/]", half_width(text).replace("；", ";")))
    found = (re.sub(r"\D", "", re.split(r"转", part)[0]) for part in parts)
    return frozenset(number for number in found if len(number) >= _SHORTEST_PHONE)


def address_key(text: str) -> str:
    """An address to be compared: width, white space and punctuation aside."""
    return re.sub(r"[，。、,.()（）\-—#]", "", compact(text))


def party_findings(session: Session, party_id: int) -> list[Finding]:
    rows = session.execute(
        select(
            Party.id, Party.name, Party.phone, Party.registered_address, Party.account_number, Party.ended_on
        ).order_by(Party.id)
    ).all()
    mine = next(row for row in rows if row.id == party_id)
    others = [row for row in rows if row.id != party_id]

    def neighbours(same: Callable[..., bool]) -> list[Neighbour]:
        return [
            Neighbour(row.id, row.name, "档案" if row.ended_on is None else f"档案（{row.ended_on} 已终止）")
            for row in others
            if same(row)
        ]

    found: list[Finding | None] = []
    if mine.account_number:
        same = neighbours(lambda row: row.account_number == mine.account_number)
        same += _paid_to(session, mine.account_number, {party_id, *(one.id for one in same)})
        found.append(shared_account(mine.account_number, mask_account(mine.account_number), same))
    # Somebody who closed one company and opened another keeps the telephone: ended dossiers count
    numbers = {row.id: phones(row.phone) for row in rows if row.phone}
    for number in sorted(numbers.get(party_id, ())):
        same = neighbours(lambda row, number=number: number in numbers.get(row.id, ()))
        found.append(shared_phone(number, mask_phone(number), same))
    address = address_key(mine.registered_address)
    if address:  # who ended has moved out
        same = neighbours(lambda row: row.ended_on is None and address_key(row.registered_address) == address)
        found.append(shared_address(address, mine.registered_address.strip(), same))
    return [one for one in found if one is not None]


def _paid_to(session: Session, account: str, known: set[int]) -> list[Neighbour]:
    """Parties that were paid to this account while it stood in their dossier."""
    rows = session.execute(
        select(Party.id, Party.name, PaymentBatch.made_on)
        .join(PaymentLine, PaymentLine.party_id == Party.id)
        .join(PaymentBatch, PaymentBatch.id == PaymentLine.batch_id)
        .where(PaymentLine.account_number == account, Party.id.not_in(known))
        .order_by(Party.id, PaymentBatch.made_on)
    )
    latest = {key: Neighbour(key, name, f"{made_on} 曾以此账号拨付") for key, name, made_on in rows}
    return list(latest.values())


def file_findings(session: Session, case: Case, packs: Packs) -> list[Finding]:
    return [*_scans(session, case, packs), *_workbooks(session, case.party_id)]


def _scans(session: Session, case: Case, packs: Packs) -> Iterable[Finding]:
    """The same file in another case. The party's own earlier case counts too, unless that came to nothing."""
    one, two = aliased(CasePaperScan), aliased(CasePaperScan)
    here, there = aliased(CasePaper), aliased(CasePaper)
    rows = session.execute(
        select(Case, Party.name, Attachment.sha256, Attachment.name, here.paper, there.paper)
        .select_from(here)
        .join(one, one.case_paper_id == here.id)
        .join(two, two.attachment_id == one.attachment_id)
        .join(there, there.id == two.case_paper_id)
        .join(Case, Case.id == there.case_id)
        .join(Party, Party.id == Case.party_id)
        .join(Attachment, Attachment.id == one.attachment_id)
        .where(here.case_id == case.id, there.case_id != case.id)
        .where(one.detached_reason.is_(None), two.detached_reason.is_(None))
        .order_by(Case.id, here.id, one.id)
    )
    by_case: dict[int, tuple[Case, str, dict[str, tuple[str, str, str, str]]]] = {}
    for other, party, sha, name, mine, theirs in rows:
        if other.party_id == case.party_id and other.status in _GIVEN_UP:
            continue
        files = by_case.setdefault(other.id, (other, party, {}))[2]
        files.setdefault(sha, (sha, name, _paper_name(packs, case, mine), _paper_name(packs, other, theirs)))
    for other, party, files in by_case.values():
        same_party = other.party_id == case.party_id
        yield shared_scans(other.number, party, other.id, same_party, list(files.values()))


def _paper_name(packs: Packs, case: Case, paper_id: str) -> str:
    pack = packs.get(case.policy)
    clause = None if pack is None else pack.clauses.get(case.clause)
    papers = () if clause is None else clause.papers
    return next((paper.name for paper in papers if paper.id == paper_id), paper_id)


def _workbooks(session: Session, party_id: int) -> Iterable[Finding]:
    mine, theirs = aliased(Import), aliased(Import)
    rows = session.execute(
        select(Party.id, Party.name, Attachment.sha256, Attachment.name, mine.kind, theirs.kind)
        .select_from(mine)
        .join(theirs, theirs.attachment_id == mine.attachment_id)
        .join(Party, Party.id == theirs.party_id)
        .join(Attachment, Attachment.id == mine.attachment_id)
        .where(mine.party_id == party_id, theirs.party_id != party_id)
        .where(mine.state == "active", theirs.state == "active")
        .order_by(Party.id, mine.id)
    )
    by_party: dict[int, tuple[Neighbour, list[tuple[str, str, str, str]]]] = {}
    for key, name, sha, file, my_kind, their_kind in rows:
        files = by_party.setdefault(key, (Neighbour(key, name), []))[1]
        row = (sha, file, ImportKind(my_kind).label, ImportKind(their_kind).label)
        if row not in files:
            files.append(row)
    for other, files in by_party.values():
        yield shared_workbooks(other, files)
