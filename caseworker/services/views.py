"""Plain data that services hand out. Frozen, without sessions behind them: safe on any thread."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from caseworker.values.money import Money

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A slice of a longer list: `total` rows match, `rows` are those from `offset` on."""

    rows: tuple[T, ...]
    total: int
    offset: int


class Role(StrEnum):
    CASEWORKER = "caseworker"
    REVIEWER = "reviewer"
    HEAD = "head"
    SEAL_KEEPER = "seal-keeper"
    ADMINISTRATOR = "administrator"


ROLE_NAMES: dict[Role, str] = {
    Role.CASEWORKER: "经办人",
    Role.REVIEWER: "复核人",
    Role.HEAD: "负责人",
    Role.SEAL_KEEPER: "印章管理员",
    Role.ADMINISTRATOR: "管理员",
}


@dataclass(frozen=True, slots=True)
class UserView:
    id: int
    login: str
    name: str
    roles: frozenset[Role]
    active: bool = True

    def role_names(self) -> str:
        return "、".join(ROLE_NAMES[role] for role in Role if role in self.roles)


@dataclass(frozen=True, slots=True)
class OfficeView:
    name: str
    letter_name: str
    region: str
    address: str
    phone: str
    contact: str
    reconsider_by: str
    policies: tuple[str, ...]
    two_person_mode: bool
    notice_days: int | None  # where a policy's text sets none; None: its usual length, 0: no notice
    is_sample: bool
    practice_date: date | None
    today: date
    idle_lock_minutes: int
    version: int


# ---- dossiers ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PartyRow:
    id: int
    kind: str  # company, school, person, service-body
    name: str
    code: str | None
    region: str
    people: int
    open_cases: int
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class PartyForm:
    """What the clerk types. Every field is text or a date; services check them all and name every problem."""

    kind: str = "company"
    name: str = ""
    code: str = ""
    code_accepted_reason: str = ""
    registered_on: date | None = None
    registered_address: str = ""
    legal_representative: str = ""
    legal_representative_id: str = ""
    contact: str = ""
    phone: str = ""
    account_name: str = ""
    bank_name: str = ""
    account_number: str = ""
    bank_code: str = ""
    region: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class FactRow:
    """One dated fact of a dossier. `value` is what `calculate` takes; `shown` is how a clerk reads it.

    `year`: the calendar year whose figure it is, for facts that are a year's. `paper`: attachment id and file name.
    """

    id: int
    name: str
    label: str
    value: Any
    shown: str
    valid_from: date
    source: str
    year: int | None = None
    paper: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class PartyDetail:
    id: int
    version: int
    form: PartyForm
    ended_on: date | None
    facts: tuple[FactRow, ...]
    warnings: tuple[str, ...]  # such as a code whose check digit fails
    ended_reason: str = ""  # 注销：县市监局 5 月 6 日核准


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as employed by one party. `id_masked` is shown; revealing is a logged act."""

    id: int
    employment_id: int
    name: str
    id_masked: str
    employed_from: date
    employed_to: date | None
    contract_start: date | None
    contract_end: date | None
    position: str
    wage_months: int
    insurance_months: int


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One change of one record, from the audit."""

    at: datetime
    user: str
    action: str
    reason: str
    changes: tuple[tuple[str, str, str], ...]  # field, before, after


# ---- imports -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """A column of the sheet: its header, samples from below it, and the field it is read as (or None)."""

    index: int
    header: str
    samples: tuple[str, ...]
    field: str | None


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Row number of the sheet, from 1. `id_number`: one that fails but that a clerk may accept with a reason."""

    row: int
    column: str
    code: str
    reason: str
    id_number: str = ""


@dataclass(frozen=True, slots=True)
class ImportLook:
    """A sheet whose table was not found by itself: its columns under `header_row` (from 1) of `rows` looked at."""

    kind: str
    sheets: tuple[str, ...]
    sheet: str
    header_row: int
    rows: int
    columns: tuple[ColumnGuess, ...]
    fields: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class ImportPreview:
    kind: str
    sheets: tuple[str, ...]
    sheet: str
    header_row: int
    columns: tuple[ColumnGuess, ...]
    fields: tuple[tuple[str, str, bool], ...]  # (field, Chinese label, required): what a column may be read as
    good: int  # records: with months across, a sheet's row gives several
    rows: tuple[tuple[str, ...], ...]  # the first good rows, as shown
    row_headers: tuple[str, ...]
    problems: tuple[RowProblem, ...]
    skipped: tuple[RowProblem, ...]
    remembered: bool  # the mapping was remembered from an earlier import of this party
    good_rows: int = 0  # rows of the sheet that give them
    year: int | None = None  # what completed bare months
    warnings: tuple[RowProblem, ...] = ()  # worth a look; they reject nothing. Row 0: the sheet as a whole
    accepted: tuple[tuple[str, str], ...] = ()  # numbers that fail and were taken (masked), with the reason


@dataclass(frozen=True, slots=True)
class ImportRow:
    id: int
    kind: str
    kind_name: str
    file_name: str
    rows_taken: int
    rows_rejected: int
    imported_at: datetime
    imported_by: str
    state: str
    may_undo: bool


# ---- cases ---------------------------------------------------------------------------------


class StepMark(StrEnum):
    DONE = "done"
    CURRENT = "current"
    AHEAD = "ahead"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class StepView:
    id: str
    name: str
    mark: StepMark
    note: str = ""  # such as the day it was done and by whom


@dataclass(frozen=True, slots=True)
class MoveView:
    """A move the case could make. `why_not` is None when this user may take it now, else a sentence."""

    id: str
    name: str
    plain: bool  # the straight way; others ask for a reason
    why_not: str | None
    warning: str = ""  # to be shown before the move; where the move is then not plain, the reason answers it
    grounds: tuple[str, ...] = ()  # the reason begins with one of these


@dataclass(frozen=True, slots=True)
class CaseRow:
    id: int
    number: str
    party: str
    policy: str
    clause: str
    clause_title: str
    as_of: date
    step: str
    step_name: str
    status: str
    amount: Money | None
    officer: str


@dataclass(frozen=True, slots=True)
class ScanRow:
    """A scan under a paper. `pages` is None where it was attached before pages were counted."""

    attachment_id: int
    name: str
    size: int  # bytes
    pages: int | None


@dataclass(frozen=True, slots=True)
class PaperFieldView:
    """What a clerk may note of what stands on a paper. `kind`: text, date; `shown` is masked where it is `secret`."""

    key: str  # name, number, valid_until
    label: str
    kind: str
    shown: str
    secret: bool


@dataclass(frozen=True, slots=True)
class PaperChange:
    """One change of a line, as its history shows it: 原件 勾选; 备注 …; 附上 …."""

    at: datetime
    user: str
    changes: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class PaperView:
    """One line of the checklist. `need`: mandatory, conditional, tolerable; `applies` from the facts.

    `lacking` names what it still needs (查验原件, 留存复印件, 加盖公章); `warnings` never hold up a case.
    """

    id: str
    name: str
    need: str
    need_name: str  # 必备 / 视情 / 可容缺
    applies: bool
    wants_original: bool
    wants_copy: bool
    wants_seal: bool
    original_sighted: bool
    copy_kept: bool
    seal_affixed: bool
    complete: bool
    checked_by: str
    checked_at: datetime | None
    tolerated_until: date | None
    note: str
    scans: tuple[ScanRow, ...]
    version: int
    quote: str
    lacking: tuple[str, ...] = ()
    holds_up: bool = False
    warnings: tuple[str, ...] = ()
    fields: tuple[PaperFieldView, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseFactView:
    """A fact as it goes into the calculation, with where it comes from."""

    name: str
    label: str
    unit: str
    kind: str  # as caseworker.policy.model.FACT_TYPES: bool, int, money, date, ..., list
    nullable: bool
    value: Any
    shown: str
    source: str
    origin: str  # dossier, people, case (set by hand), missing
    reason: str  # why it was overridden
    problem: str | None  # in words, when the value cannot be used


@dataclass(frozen=True, slots=True)
class CalculationView:
    """`result` is exactly what `calculate` gives, or None while facts are missing."""

    facts: tuple[CaseFactView, ...]
    missing: tuple[str, ...]  # labels
    request: dict[str, Any] | None
    result: dict[str, Any] | None
    problems: tuple[tuple[str, str], ...]  # path, message
    amount: Money | None
    amount_words: str
    points: tuple[PointView, ...]
    differs_from_proposal: tuple[tuple[str, str, str], ...] = ()  # label, frozen, now
    line_names: dict[str, str] = field(default_factory=dict)  # key of a line (and label of its step) -> person's name


@dataclass(frozen=True, slots=True)
class PointView:
    id: str
    question: str
    option: str
    option_text: str
    decision: str  # the office's decision number, or 程序默认


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One line of the case's log."""

    moved_at: datetime
    office_date: date
    user: str
    move: str
    from_step: str
    to_step: str
    reason: str


@dataclass(frozen=True, slots=True)
class DocumentRow:
    id: int
    kind: str
    kind_name: str
    shown_number: str
    title: str
    dated: date
    case_number: str
    party: str
    state: str  # draft, issued, voided
    sealed: bool
    file_name: str
    voided_reason: str = ""
    made_of: tuple[str, int] | None = None  # the record: act, recovery, payment-batch, notice, case, document; its key
    replaces_id: int | None = None  # the voided document in whose place it was issued
    delivered_on: date | None = None


@dataclass(frozen=True, slots=True)
class DocumentOffer:
    """A document that a record bears: the one in force, if there is; whether this user may make it, or make it anew."""

    kind: str
    title: str
    issued: DocumentRow | None
    may: bool
    once: bool = True  # issued once for its record; anything else may be printed anew


@dataclass(frozen=True, slots=True)
class CaseDetail:
    id: int
    version: int
    number: str
    party_id: int
    party: str
    policy: str
    policy_title: str
    clause: str
    clause_number: str
    clause_title: str
    clause_summary: str
    as_of: date
    step: str
    status: str
    status_name: str
    officer: str
    proposer: str
    reviewer: str
    head: str
    due_on: date | None
    steps: tuple[StepView, ...]
    moves: tuple[MoveView, ...]
    papers: tuple[PaperView, ...]
    papers_note: str  # 7/9 项齐备
    log: tuple[MoveRow, ...]
    documents: tuple[DocumentRow, ...]
    notice: NoticeView | None
    instalments: tuple[InstalmentView, ...]
    open_findings: int = 0  # 核查发现 that nobody has answered for; the findings themselves are `desk.findings`'s
    open_inquiries: int = 0  # 协查函 without a reply; they are `desk.consultations`'s
    supplement_note: str = ""  # until when the 补正告知书 is to go out, or until when it asks for the papers
    supplement_late: bool = False  # one of these days has passed


@dataclass(frozen=True, slots=True)
class NoticeView:
    id: int
    shown_number: str
    policy: str
    first_day: date
    last_day: date
    state: str
    cases: tuple[tuple[int, str, str, Money], ...]  # case id, number, party, amount
    open_objections: int
    closed_on: date | None = None
    closing_note: str = ""


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """异议. `outcome`: open, upheld, dismissed."""

    id: int
    notice_id: int
    case_id: int
    case_number: str
    party: str
    received_on: date
    objector: str
    matter: str
    handling: str
    outcome: str
    outcome_name: str


@dataclass(frozen=True, slots=True)
class InstalmentView:
    id: int
    number: int
    amount: Money
    due_on: date | None
    state: str
    state_name: str


@dataclass(frozen=True, slots=True)
class PaymentBatchRow:
    id: int
    shown_number: str
    policy: str
    made_on: date
    lines: int
    total: Money
    state: str
    state_name: str


# ---- search, oversight ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SearchHit:
    kind: str  # party, person, case, document
    id: int
    title: str
    detail: str
    target: tuple[str, int | str]


@dataclass(frozen=True, slots=True)
class AuditRow:
    seq: int
    at: datetime
    user: str
    action: str
    subject: str
    reason: str
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VerifyView:
    """What 核验文书 found. `verdict`: unchanged, changed, voided, unknown; `message` is the sentence to show."""

    verdict: str
    message: str
    document: DocumentRow | None


@dataclass(frozen=True, slots=True)
class SealView:
    """`certificate`: whose certificate goes with it, empty for none; `certificate_until`: its last day."""

    id: int
    name: str
    diameter_mm: float
    certificate: str = ""
    certificate_until: date | None = None
