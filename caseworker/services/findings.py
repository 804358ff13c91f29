"""核查: the findings of a case, settled one by one or several at once with a conclusion and a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.casework.findings import CONCLUSIONS, KIND_NAMES, REMARKS, Finding, Kind, settler, subject_of
from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.policy import Packs
from caseworker.services.base import reason_of, record
from caseworker.services.finding_views import FindingEvidence, FindingRow, FindingsView
from caseworker.services.findings_standing import is_live, keep, on_file, settlements, standing
from caseworker.services.rights import require, roles_now
from caseworker.services.seats import Cancel, Progress
from caseworker.services.unchanged import last_entry
from caseworker.services.views import ROLE_NAMES, Role
from caseworker.store.models import Case, Decision, FindingSettlement, Proposal, User

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

STATE_NAMES = {"open": "待处理", "settled": "已处理", "remark": "提示", "unanswered": "未作结论"}
_BETWEEN = "："  # a kept reason is the conclusion's name, this, and the clerk's words


class FindingService:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def conclusions(self) -> tuple[tuple[str, str], ...]:
        """(id, Chinese name) of what a clerk may conclude."""
        return tuple(CONCLUSIONS.items())

    def mine(self) -> frozenset[str]:
        """The `FindingRow.settler`s whose findings this user may settle now."""
        return frozenset(role.value for role in roles_now(self._desk) if role in (Role.CASEWORKER, Role.HEAD))

    def of_case(self, case_id: int, *, progress: Progress = None, cancelled: Cancel = None) -> FindingsView:
        """The findings as the whole office's data shows them now; of a decided case those that were on file.

        Raises errors.Cancelled.
        """
        with self._desk.file.read() as session:
            case = record(session, Case, case_id, "办件")
            rows = finding_rows(session, case, self._desk.packs, progress=progress, cancelled=cancelled)
            return FindingsView(case.id, case.number, not is_live(case), rows)

    def evidence(
        self, case_id: int, digest: str, *, progress: Progress = None, cancelled: Cancel = None
    ) -> tuple[FindingEvidence, ...]:
        """The rows that show one finding as it stands now; none when it no longer does. Raises errors.Cancelled."""
        with self._desk.file.read() as session:
            case = record(session, Case, case_id, "办件")
            found = standing(session, case, self._desk.packs, progress=progress, cancelled=cancelled)
            rows = next((one.evidence for one in found if one.digest == digest), ())
            return tuple(FindingEvidence(row.subject, row.place, row.detail, row.target) for row in rows)

    def settle(
        self,
        case_id: int,
        digests: Sequence[str],
        conclusion: str,
        reason: str,
        *,
        progress: Progress = None,
        cancelled: Cancel = None,
    ) -> int:
        """Settles these findings of a case with one conclusion and one reason; gives how many.

        Refusal when one of them is no longer as it was seen, or all are settled, or is another role's to settle
        (`FindingRow.settler`); InvalidInput without a reason.
        """
        require(self._desk, Role.CASEWORKER, Role.HEAD)
        if conclusion not in CONCLUSIONS:
            names = "、".join(CONCLUSIONS.values())
            raise InvalidInput(f"结论应为{names}之一。", (Problem("conclusion", f"结论应为{names}之一。"),))
        reason = reason_of(reason, "请写明核查的情况和理由。")
        with self._desk.file.read() as session:  # long work before the transaction: its answer is kept
            case = record(session, Case, case_id, "办件")
            _refuse_decided(case)
            standing(session, case, self._desk.packs, progress=progress, cancelled=cancelled)
        with self._desk.file.write(self._desk.actor, "finding.settle", reason=reason) as work:
            case = record(work.session, Case, case_id, "办件")
            work.subject("case", case.id)
            _refuse_decided(case)
            found = {one.digest: one for one in standing(work.session, case, self._desk.packs)}
            kept = {digest for _, digest in settlements(work.session, case_id)}
            wanted = [digest for digest in dict.fromkeys(digests) if digest not in kept]
            if not wanted:
                raise Refusal("already-settled", "所选的核查发现已有处理结论。如需改变，请先作废原结论。")
            if any(digest not in found for digest in wanted):
                raise Refusal("finding-changed", "所选的核查发现已有变化或不再存在，请刷新后再处理。")
            self._refuse_others(case, [found[digest].kind for digest in wanted])
            for digest in wanted:
                one = found[digest]
                work.session.add(
                    FindingSettlement(
                        case_id=case.id,
                        kind=one.kind.value,
                        digest=one.digest,
                        sentence=one.sentence,
                        reason=f"{CONCLUSIONS[conclusion]}{_BETWEEN}{reason}",
                        settled_by=self._desk.user.id,
                        settled_at=self._desk.clock.now(),
                        voided_reason=None,
                    )
                )
            work.detail(conclusion=conclusion, count=len(wanted))
            last = last_entry(work.session)
        self._keep(case_id, last, tuple(found.values()))
        return len(wanted)

    def void(self, settlement_id: int, reason: str) -> None:
        """Takes a conclusion back: the finding is open again, if it still stands. Refused once the case is decided."""
        require(self._desk, Role.CASEWORKER, Role.HEAD)
        reason = reason_of(reason, "请写明作废结论的原因。")
        with self._desk.file.write(self._desk.actor, "finding.void", reason=reason) as work:
            row = record(work.session, FindingSettlement, settlement_id, "核查结论")
            work.subject("case", row.case_id)
            case = record(work.session, Case, row.case_id, "办件")
            _refuse_decided(case)
            self._refuse_others(case, [Kind(row.kind)])
            if row.voided_reason is not None:
                raise Refusal("already-voided", "这条核查结论已经作废。")
            row.voided_reason = reason

    def _refuse_others(self, case: Case, kinds: Sequence[Kind]) -> None:
        """Each kind by its own role; what only the head settles never by whoever proposed the case."""
        roles = roles_now(self._desk)
        for kind in dict.fromkeys(kinds):
            role = Role(settler(kind))
            if role not in roles:
                words = f"“{KIND_NAMES[kind]}”由{ROLE_NAMES[role]}处理，您（{self._desk.user.name}）没有这一角色。"
                raise Refusal("no-right", words)
            if role is Role.HEAD and case.proposer_id == self._desk.user.id:
                raise Refusal("same-person", f"您是本办件的初审经办人，“{KIND_NAMES[kind]}”须由另一位负责人处理。")

    def _keep(self, case_id: int, before: int, found: tuple[Finding, ...]) -> None:
        """A conclusion changes nothing of what is found: where nothing else was written, it is not looked for again."""
        with self._desk.file.read() as session:
            if last_entry(session) == before + 1:
                keep(session, record(session, Case, case_id, "办件"), found)


def finding_rows(
    session: Session, case: Case, packs: Packs, *, progress: Progress = None, cancelled: Cancel = None
) -> tuple[FindingRow, ...]:
    """The findings of an undecided case as they stand, of a decided one as they were on file."""
    names = {user.id: user.name for user in session.execute(select(User.id, User.name))}
    if not is_live(case):
        return _rows_on_file(session, case, names)
    return _live_rows(session, case, standing(session, case, packs, progress=progress, cancelled=cancelled), names)


def _refuse_decided(case: Case) -> None:
    if not is_live(case):
        raise Refusal("case-decided", "办件已作出决定或已结束，核查结论不能再改动。")


def _live_rows(session: Session, case: Case, found: Sequence[Finding], names: dict[int, str]) -> tuple[FindingRow, ...]:
    kept = settlements(session, case.id)
    concluded = {subject_of(digest): row for (_, digest), row in kept.items()}
    rows = []
    for one in found:
        settled = kept.get((one.kind.value, one.digest))
        state = "settled" if settled is not None else "open" if one.must_settle else "remark"
        earlier = concluded.get(subject_of(one.digest)) if state == "open" else None
        rows.append(
            _row(
                one.kind,
                one.digest,
                one.sentence,
                state,
                settled,
                names,
                ""
                if earlier is None
                else f"此前的结论（{earlier.reason}）是就“{earlier.sentence}”作出的，情况已有变化。",
            )
        )
    return tuple(sorted(rows, key=lambda row: ("open", "settled", "remark").index(row.state)))


def _rows_on_file(session: Session, case: Case, names: dict[int, str]) -> tuple[FindingRow, ...]:
    proposal = session.scalar(
        select(Proposal)
        .outerjoin(Decision, Decision.proposal_id == Proposal.id)
        .where(Proposal.case_id == case.id)
        .order_by(Decision.id.is_(None), Proposal.number.desc())
        .limit(1)
    )
    if proposal is None:
        found: list[tuple[str, str, str, FindingSettlement | None]] = [
            (row.kind, row.digest, row.sentence, row) for row in settlements(session, case.id).values()
        ]
    else:
        frozen, later = on_file(session, proposal)
        found = []
        for one in frozen:
            key = one["settlement"]
            found.append(
                (
                    one["kind"],
                    one["digest"],
                    one["sentence"],
                    None if key is None else session.get(FindingSettlement, key),
                )
            )
        again = {row.digest for row in later}
        found = [row for row in found if row[1] not in again]
        found += [(row.kind, row.digest, row.sentence, row) for row in later]
    return tuple(
        _row(Kind(kind), digest, sentence, _state_on_file(Kind(kind), row), row, names, "")
        for kind, digest, sentence, row in found
    )


def _state_on_file(kind: Kind, row: FindingSettlement | None) -> str:
    """Only a case that was refused or ended has findings that nobody answered for."""
    if row is not None:
        return "settled"
    return "remark" if kind in REMARKS else "unanswered"


def _row(
    kind: Kind,
    digest: str,
    sentence: str,
    state: str,
    settled: FindingSettlement | None,
    names: dict[int, str],
    changed: str,
) -> FindingRow:
    conclusion, _, reason = ("", "", "") if settled is None else settled.reason.partition(_BETWEEN)
    return FindingRow(
        digest=digest,
        kind=kind.value,
        kind_name=KIND_NAMES[kind],
        sentence=sentence,
        state=state,
        state_name=STATE_NAMES[state],
        conclusion=conclusion,
        reason=reason,
        settled_by="" if settled is None else names[settled.settled_by],
        settled_at=None if settled is None else settled.settled_at,
        settlement_id=None if settled is None else settled.id,
        changed=changed,
        settler=settler(kind),
        settler_name=ROLE_NAMES[Role(settler(kind))],
    )
