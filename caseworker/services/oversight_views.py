"""What is shown of oversight: kinds with their fields, acts, papers, draws, recoveries. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from caseworker.policy import FactField
from caseworker.values.money import Money


@dataclass(frozen=True, slots=True)
class ActKindView:
    """A kind that can be entered. `may`: the signed-in user may; `due`: empty, may or must be given. `or_policy`: of a
    party, or of a policy and then of no party. `criteria`: it has a list of measures with their points."""

    id: str
    name: str
    of_party: bool
    basis: str
    may: bool
    fields: tuple[FactField, ...]
    day: str
    title: str
    words: str
    due: str
    due_name: str
    answers: str
    stays_open: bool
    or_policy: bool = False
    criteria: bool = False
    articles: tuple[tuple[str, str], ...] = ()  # (policy, the article of it that speaks of the kind)


@dataclass(frozen=True, slots=True)
class ActForm:
    """What is typed about one act. `data`: the kind's further fields, in the form they are kept."""

    kind: str
    happened_on: date | None
    title: str
    words: str
    party_id: int | None = None
    due_on: date | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    case_id: int | None = None
    spot_check_id: int | None = None
    follows_id: int | None = None


@dataclass(frozen=True, slots=True)
class ActRow:
    id: int
    kind: str
    kind_name: str
    party_id: int | None
    party: str
    case_id: int | None
    case_number: str
    spot_check_id: int | None
    follows_id: int | None
    happened_on: date
    due_on: date | None
    title: str
    words: str
    state: str
    state_name: str
    overdue: bool
    outcome: str
    outcome_name: str
    closed_on: date | None
    entered_by: str
    papers: int


@dataclass(frozen=True, slots=True)
class ActPaper:
    """A photo or scan of an act. `detached_reason` of one taken off."""

    id: int
    name: str
    media_type: str
    size: int
    detached_reason: str | None


@dataclass(frozen=True, slots=True)
class ActDetail:
    """One act with all it says. `said`: further fields as (label, words); `trace`: of a report on the use of funds the
    steps of its sum as (label, expression, value), `conditions` as (met, words)."""

    row: ActRow
    day_name: str
    title_name: str
    words_name: str
    basis: str
    said: tuple[tuple[str, str], ...]
    closing_words: str
    closed_by: str
    voided_reason: str | None
    papers: tuple[ActPaper, ...]
    follows: ActRow | None
    answers: tuple[ActRow, ...]
    conditions: tuple[tuple[bool, str], ...]
    trace: tuple[tuple[str, str, str], ...]
    outcomes: tuple[tuple[str, str], ...]  # it may be closed with, by this user now
    may_report: bool
    may_lift: bool
    may_void: bool
    may_correct: bool
    criteria: tuple[tuple[str, str, str], ...]  # of a review: (measure, points it has, points given)
    form: ActForm  # as it would be corrected
    kind: ActKindView


@dataclass(frozen=True, slots=True)
class Entered:
    """What was entered, and what whoever entered it should know, such as payments already ordered."""

    id: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FundsForm:
    """The figures that a report on the use of funds asks for, and what was really paid as the first of them."""

    policy: str
    clause: str
    title: str
    quote: str
    fields: tuple[FactField, ...]
    paid: Mapping[str, Money]


# ---- spot checks ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DrawForm:
    """`basis`: paid (by the day of payment) or granted (by the day of decision), both days included.

    `bounds`: highest amount of each band but the last; None: three bands of about the same number of cases.
    """

    policy: str
    basis: str
    first_day: date | None
    last_day: date | None
    percent: int
    least: int
    bounds: tuple[Money, ...] | None = None


@dataclass(frozen=True, slots=True)
class StratumRow:
    clause: str
    clause_title: str
    band: str
    cases: int
    drawn: int
    amount: Money


@dataclass(frozen=True, slots=True)
class DrawPreview:
    """What a draw would be made from; it does not say which cases, nobody knows before the seed is."""

    strata: tuple[StratumRow, ...]
    bounds: tuple[Money, ...]

    @property
    def cases(self) -> int:
        return sum(row.cases for row in self.strata)

    @property
    def drawn(self) -> int:
        return sum(row.drawn for row in self.strata)


@dataclass(frozen=True, slots=True)
class DrawRow:
    id: int
    number: str
    policy: str
    policy_title: str
    basis_name: str
    first_day: date
    last_day: date
    cases: int
    drawn: int
    visited: int
    seed: str
    seed_typed: bool
    drawn_on: date
    drawn_by: str
    state: str
    state_name: str


@dataclass(frozen=True, slots=True)
class PickRow:
    """A case that was drawn. `visits`: ids of what was entered of visits to it, the latest last."""

    case_id: int
    case_number: str
    party_id: int
    party: str
    clause_title: str
    band: str
    amount: Money
    visited: bool
    state_name: str
    visits: tuple[int, ...]
    visited_on: date | None
    conclusion: str


@dataclass(frozen=True, slots=True)
class DrawDetail:
    row: DrawRow
    strata: tuple[StratumRow, ...]
    picks: tuple[PickRow, ...]
    voided_reason: str | None
    may_void: bool
    may_close: bool


# ---- recoveries ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonShare:
    person_id: int
    name: str
    amount: Money


@dataclass(frozen=True, slots=True)
class PaidInstalment:
    """A paid instalment that money can be ordered back of: `left` at most. `people`: what is left of each award.

    Of 历史补录 it is a payment from before this program: `prior_grant_id` names it, `instalment_id`, `case_id` are 0,
    `case_number` says so, `number` is 0 where no instalment is on record.
    """

    instalment_id: int
    case_id: int
    case_number: str
    clause_title: str
    number: int
    amount: Money
    left: Money
    paid_on: date | None
    people: tuple[PersonShare, ...]
    prior_grant_id: int = 0

    @property
    def title(self) -> str:
        """XK-2023-0001 第 1 期 or 历史兑现补录 2023-03-01 第 2 期"""
        return self.case_number + (f" 第 {self.number} 期" if self.number else "")


@dataclass(frozen=True, slots=True)
class RecoveryRow:
    """`case_id` 0: of 历史补录, then `case_number` says so and `instalment` may be 0."""

    id: int
    party_id: int
    party: str
    case_id: int
    case_number: str
    clause_title: str
    instalment: int
    paid: Money
    amount: Money
    received: Money
    left: Money
    reason: str
    ordered_on: date
    ordered_by: str
    due_on: date | None
    received_on: date | None
    people: tuple[PersonShare, ...]
    state: str
    state_name: str
    overdue: bool
    voided_reason: str | None
