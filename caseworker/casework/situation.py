"""Everything about one case that a move depends on, as plain data that a service gathers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from caseworker.casework.checklist import Checklist
from caseworker.casework.fund import ENOUGH, ZERO, FundCheck, InstalmentState
from caseworker.casework.notice import NoticeFacts
from caseworker.values.money import Money


@dataclass(frozen=True, slots=True)
class Mover:
    """Who wants to make the move. `roles` are ids."""

    user_id: int
    name: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class CalculationFacts:
    """The live calculation. `unmet` are the deciding conditions not met, as sentences."""

    missing: tuple[str, ...] = ()  # labels of facts not known
    problems: tuple[str, ...] = ()
    eligible: bool = False
    amount: Money = ZERO
    unmet: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        return not self.missing and not self.problems


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """The live proposal, its amount that of the frozen result.

    `changed_awards`: what was granted elsewhere since it was frozen, as sentences. `changed_facts`: what would go
    into the calculation differently today, as parts of a sentence.
    """

    outcome: str  # granted, refused, not-accepted
    amount: Money
    proposer_id: int
    changed_awards: tuple[str, ...] = ()
    changed_facts: tuple[str, ...] = ()

    @property
    def against(self) -> bool:
        """Nothing is granted by it."""
        return self.outcome != "granted"


@dataclass(frozen=True, slots=True)
class Situation:
    step: str
    status: str
    today: date
    checklist: Checklist
    calculation: CalculationFacts
    proposal: ProposalFacts | None = None
    repeats: tuple[str, ...] = ()  # earlier grants of the same matter, as sentences
    payee_ended: str = ""  # the sentence that nothing is granted to a payee whose dossier has ended
    open_findings: int = 0  # 核查发现 that nobody has answered for yet
    head_findings: int = 0  # of these, what only the head settles
    head_answered: frozenset[int] = frozenset()  # who settled what only the head settles
    unanswered: tuple[str, ...] = ()  # 协查函 without a reply, as sentences
    answered_since: tuple[str, ...] = ()  # what came from other bureaus after the proposal, as sentences
    reviewer_id: int | None = None
    two_person_mode: bool = False
    notice_days: int = 0
    notice: NoticeFacts | None = None
    fund: FundCheck = ENOUGH
    letter_sealed: bool = False
    refusal_sealed: bool = False  # the letter that tells of the refusal
    instalments: tuple[InstalmentState, ...] = ()
    acceptance_letter: str = ""  # the number of the 受理通知书 in force
    supplement_due: date | None = None  # by when the 补正告知书 in force asks for the papers

    @property
    def circumstances(self) -> frozenset[str]:
        """Which side of each of steps.CIRCUMSTANCES this case is on."""
        outcome = "granted" if self.proposal is None else self.proposal.outcome
        return frozenset(
            {
                "grant" if outcome == "granted" else "refusal",
                "notice" if self.notice_days else "no-notice",
                "not-taken-in" if outcome == "not-accepted" else "taken-in",
            }
        )
