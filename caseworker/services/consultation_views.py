"""Plain data of inquiries to other bureaus and of their reviews on paper: what is typed, and what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class InquiryForm:
    """What is asked of whom. `facts`, `person_facts`: by name. `people`: by id, None for all of the case's people.

    `bureau`: an id of `InquiryChoices.bureaus`. `due_on` None: as many working days as the pack says, from issuing on.
    `questions`: what no fact says, one sentence each.
    """

    case_id: int
    bureau: str
    addressee: str
    due_on: date | None = None
    facts: tuple[str, ...] = ()
    person_facts: tuple[str, ...] = ()
    people: tuple[int, ...] | None = None
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineReply:
    """`outcome`: confirmed, denied, differs; the last two with what the bureau says."""

    outcome: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class ReplyForm:
    """A reply as it came. `lines` by the line's id; `others`: the outcome of every line that is not named there."""

    answered_on: date | None
    number: str = ""
    words: str = ""
    lines: Mapping[int, LineReply] = field(default_factory=dict)
    others: str = ""


@dataclass(frozen=True, slots=True)
class ReviewForm:
    """Another bureau's opinion on paper. `stage`: county, department, finance, other; `opinion`: agreed, reserved,
    disagreed, the last two with words."""

    case_id: int
    stage: str
    bureau: str
    given_on: date | None
    opinion: str
    words: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class BureauChoice:
    """A bureau that can be asked, with what is proposed to be asked of it."""

    id: str
    name: str
    addressee: str
    facts: tuple[str, ...]
    person_facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactChoice:
    """A fact that can be asked about; `shown` is what the office has, empty for facts of people."""

    name: str
    label: str
    shown: str = ""


@dataclass(frozen=True, slots=True)
class PersonChoice:
    id: int
    name: str
    id_masked: str


@dataclass(frozen=True, slots=True)
class InquiryChoices:
    """Everything an inquiry about a case can be drafted from. `due_on`: the day that would be asked for today."""

    case_id: int
    case_number: str
    party: str
    bureaus: tuple[BureauChoice, ...]
    facts: tuple[FactChoice, ...]
    person_facts: tuple[FactChoice, ...]
    people: tuple[PersonChoice, ...]
    due_on: date
    working_days: int


@dataclass(frozen=True, slots=True)
class ConsultationLineView:
    """One line of a letter, or of what a draft would ask (then without id)."""

    id: int | None
    number: int
    person_id: int | None
    subject: str
    id_masked: str
    asked: str
    outcome: str
    outcome_name: str
    words: str


@dataclass(frozen=True, slots=True)
class ConsultationPaper:
    attachment_id: int
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class ConsultationRow:
    """An inquiry or a review. `state`: draft, asked, answered, given (a review), voided."""

    id: int
    case_id: int
    kind: str  # inquiry, review
    kind_name: str
    bureau: str
    matter: str
    state: str
    state_name: str
    overdue: bool
    asked_on: date | None
    due_on: date | None
    answered_on: date | None
    outcome: str
    outcome_name: str
    answer: str
    lines: int
    against: int  # lines denied or differing
    papers: int
    letter_id: int | None
    letter_number: str
    entered_by: str
    version: int


@dataclass(frozen=True, slots=True)
class ConsultationDetail:
    """With what can be done about it now by whoever looks."""

    row: ConsultationRow
    case_number: str
    party: str
    form: InquiryForm | None  # of a draft
    lines: tuple[ConsultationLineView, ...]
    papers: tuple[ConsultationPaper, ...]
    reply_number: str
    answered_by: str
    voided_reason: str | None
    may_change: bool
    may_issue: bool
    may_reply: bool
    may_take_back: bool
    may_void: bool
