"""What a policy pack says, as plain frozen data: clauses, facts, parameters with dates and quotes, papers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from caseworker.errors import Refusal
from caseworker.values.money import Money

# The types of a fact and what a value of each is once read:
#   bool -> bool, int -> int, money and usd -> Money, percent and area -> Decimal, date -> date, month -> Month | None,
#   months -> frozenset[Month], choice -> str, choices -> tuple[str, ...], text and key -> str, list -> tuple of records
FACT_TYPES = (
    "bool", "int", "money", "usd", "percent", "area", "date", "month", "months", "choice", "choices", "text", "key",
    "list",
)  # fmt: skip
# What may be compared with what: a fact of a family with a parameter of the same one
FACT_FAMILY = {kind: kind for kind in FACT_TYPES} | {"int": "count"}
PARAMETER_FAMILY = {
    "count": "count", "months": "count", "years": "count", "money": "money", "usd": "usd", "percent": "percent",
    "area": "area",
}  # fmt: skip
# What `by_year` may say beside the name of a fact
BY_YEAR = ("as_of", "latest", "earliest")
PAYEES = ("company", "school", "person", "service_body")
# The warning of a clause that another body takes in and pays: no case of this office
PAID_BY_INSURER = "paid-by-insurer"

# What a paper may carry: the applicant's, the representative's and the account's name and number, the last day on
# which the paper is valid, and a contract's term, which the clause's condition of kind "contract" asks for
PAPER_CARRIES = (
    "party-name", "party-code", "representative-name", "representative-id", "account-name", "account-number",
    "valid-until", "term",
)  # fmt: skip

Scalar = int | Money | Decimal | date


class PackError(Exception):
    """A pack that cannot be used: file, line (1-based, 0 where none can be named) and what is wrong, in Chinese."""

    def __init__(self, file: str, line: int, message: str) -> None:
        super().__init__(f"{file}:{line}: {message}")
        self.file = file
        self.line = line
        self.message = message


class PackErrors(Exception):
    """Everything that the lint of a pack found, at once."""

    def __init__(self, errors: tuple[PackError, ...]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Point:
    """An interpretation point (口径): what the text leaves open, and what an office may choose."""

    id: str
    question: str
    options: tuple[Option, ...]
    default: str
    reason: str
    quotes: tuple[str, ...]  # the words that conflict, or that leave it open

    def option(self, option_id: str) -> Option | None:
        return next((option for option in self.options if option.id == option_id), None)


@dataclass(frozen=True, slots=True)
class FactField:
    """One fact of a clause: validates a request and draws a form.

    `nullable`: may be null or left out. `optional`: may be left out (then false), but not null.
    `items`: the fields of each record, for a list; `options`: value and Chinese label, for a choice.

    How a dossier keeps it: `kept_as`, another name than the clause's, where two clauses mean two things by one name.
    `by_year`: it is the figure of a calendar year: the year that a fact of the clause names (a year or a date),
    "as_of"'s, the "latest" or "earliest" on record; `year_one`: what it names counts from that date's year as 1.
    `fresh`: what stood before the last grant of the clause was paid for by it and counts no more; `fresh_also` names
    other clauses that pay for the same things.
    """

    name: str
    type: str
    label: str
    unit: str = ""
    nullable: bool = False
    optional: bool = False
    minimum: int = 0
    filled: bool = False  # a list that may not be empty
    options: tuple[Option, ...] = ()
    items: tuple[FactField, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()  # of a list: (x_from, x_to) and (x_start, x_end) among its items
    hint: str = ""
    kept_as: str = ""
    by_year: str = ""
    year_one: str = ""
    fresh: bool = False
    fresh_also: tuple[str, ...] = ()

    @property
    def kept_name(self) -> str:
        return self.kept_as or self.name

    def item(self, name: str) -> FactField | None:
        return next((field for field in self.items if field.name == name), None)


@dataclass(frozen=True, slots=True)
class Dated:
    """A value with the days it holds for (both included; `end` None: until changed) and the words it comes from."""

    start: date
    end: date | None
    value: Scalar
    quote: str

    def holds(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the policy: rate, threshold, cap, share, count of months, with its history."""

    id: str
    label: str
    type: str
    unit: str
    clause: str  # the clause's number in the text, e.g. 二（一）1
    values: tuple[Dated, ...]
    lapses: bool = False  # may end: the rule that uses it then no longer applies (政策试行期间第一次申请)

    def at(self, day: date) -> Dated | None:
        return next((value for value in self.values if value.holds(day)), None)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: for a range of numbers, or for one choice."""

    start: date
    end: date | None
    value: Scalar
    quote: str
    label: str = ""
    low: Decimal | None = None
    low_included: bool = True
    high: Decimal | None = None
    high_included: bool = True
    choice: str | None = None
    approval: str = ""  # "ceiling": the value is 最高 and a fact may approve less; "fixed": a fact may only repeat it

    def holds(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)

    def covers(self, number: Decimal) -> bool:
        if self.low is not None and (number < self.low or (number == self.low and not self.low_included)):
            return False
        return self.high is None or number < self.high or (number == self.high and self.high_included)


@dataclass(frozen=True, slots=True)
class Table:
    """A parameter that depends on a number (tiers, years) or on a choice.

    `tie`: the point that decides where two neighbouring rows both include one number (options `higher`, `lower`).
    `below_first`: a number below the first row is treated as in it (the condition, not the rate, keeps it out).
    """

    id: str
    label: str
    type: str
    unit: str
    clause: str
    by: str  # "number" or "choice"
    rows: tuple[Row, ...]
    tie: str | None = None
    below_first: bool = False

    def rows_at(self, day: date) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.holds(day))


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of a clause or a line. `args` name facts, parameters, tables and counts, as its kind wants them.

    A text is a Chinese sentence in which {name} is replaced by the fact's, parameter's or count's value, {met} by 是 or
    否, and in `unmet` {lack} by what failed (lacks.py). Without `unmet` the lack follows `text`.
    """

    id: str
    kind: str
    text: str
    quote: str | None  # None: the quote of the parameter `threshold` or `months` in force
    args: Mapping[str, str]
    decides: bool = True
    only_if: tuple[str, str] | None = None  # (point, option): listed only under that option
    waived_if: tuple[str, str] | None = None  # (point, option): always met under that option
    unmet: str | None = None  # the text where it is not met
    absent: str | None = None  # the text where the date that it counts from is not given


@dataclass(frozen=True, slots=True)
class Check:
    """A request that contradicts a limit or another field is refused; see policy/checks.py for the kinds."""

    kind: str
    args: Mapping[str, str]
    message: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many records of a list have served long enough (`start`, `end`: date facts; `months`: a parameter)."""

    id: str
    label: str
    list: str
    start: str | None = None
    end: str | None = None
    months: str | None = None
    of: str | None = None  # count only among those of another count


@dataclass(frozen=True, slots=True)
class PaperRule:
    """When a conditional paper is wanted, tested on the facts of a request. Tests: true, false, given, at-least, is."""

    fact: str
    test: str
    value: str = ""

    def applies(self, facts: Mapping[str, object]) -> bool | None:
        """None where the facts do not say yet."""
        if self.fact not in facts:
            return None
        found = facts[self.fact]
        if self.test == "given":
            return found is not None
        if self.test in ("true", "false"):
            return found is (self.test == "true") if isinstance(found, bool) else None
        if self.test == "is":
            return found == self.value
        try:
            return Decimal(str(found)) >= Decimal(self.value)
        except ArithmeticError:
            return None


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of a clause's checklist. requirement: mandatory 必备, conditional 视情, tolerable 可容缺."""

    id: str
    name: str
    requirement: str
    original: bool  # 查验原件
    copy: bool  # 留存复印件
    seal: bool  # 加盖申请单位公章
    quote: str  # the words that ask for it; empty where the text names no papers (寻乌)
    when: PaperRule | None = None
    note: str = ""
    carries: tuple[str, ...] = ()  # of PAPER_CARRIES: what stands on it that can be compared with the dossier


@dataclass(frozen=True, slots=True)
class Target:
    """A target of the policy (从业人员 people, 产值 yuan) against which the dossiers' figures are shown."""

    kind: str  # "employed" or "output"
    year: int
    value: Decimal
    unit: str
    quote: str


@dataclass(frozen=True, slots=True)
class Fund:
    """The yearly fund: every year from `from_year` on, until another entry."""

    from_year: int
    amount: Money
    quote: str


@dataclass(frozen=True, slots=True)
class Duty:
    """What the policy says of a kind of oversight, or of a record without payment: the article and its words."""

    kind: str  # as the services name it: visit, criticism, performance, resolution, …
    clause: str
    quote: str


@dataclass(frozen=True, slots=True)
class Notice:
    """公示: the least number of days; `by_law` false where an office may set it otherwise."""

    minimum_days: int
    by_law: bool
    before_every_payment: bool
    quote: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """A sentence for a document and the words of the policy that it rests on."""

    text: str
    quote: str


@dataclass(frozen=True, slots=True)
class InForce:
    """When the policy applies; `continuing` is the fact by which a first award carries on after it, under a point."""

    start: date
    end: date | None
    quote: str
    text: str
    text_with_end: str
    continuing: str | None = None
    point: str | None = None
    option: str | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """A service that a clause grants instead of money, by a bool fact of the line."""

    id: str
    label: str
    fact: str
    quote: str


@dataclass(frozen=True, slots=True)
class PartyTotal:
    """What one party may have under a clause in all, over all years: a parameter times a fact (10,000 元/席 × 席)."""

    parameter: str
    times: str


@dataclass(frozen=True, slots=True)
class Clause:
    id: str
    number: str
    title: str
    payee: str
    quote: str  # the words that grant it
    facts: tuple[FactField, ...]
    pairs: tuple[tuple[str, str], ...]
    lines: str | None  # the list fact whose records are the result's lines
    pays: bool  # false for records and findings
    conditions: tuple[Condition, ...]
    line_conditions: tuple[Condition, ...]
    checks: tuple[Check, ...]
    counts: tuple[Count, ...]
    parameters: Mapping[str, Parameter]
    tables: Mapping[str, Table]
    kind: str
    formula: Mapping[str, object]
    points: tuple[str, ...]  # the points that it depends on, `nonduplication` included where it pays
    warnings: tuple[str, ...]
    papers: tuple[Paper, ...]
    services: tuple[Service, ...] = ()
    unit: str = ""
    repeat: tuple[str, ...] = ()  # scalar facts whose values together make a claim unique: a second one is a repeat
    line_repeat: tuple[str, ...] = ()  # facts of a line whose values together are paid for once
    party_total: PartyTotal | None = None

    def fact(self, name: str) -> FactField | None:
        return next((field for field in self.facts if field.name == name), None)

    @property
    def paid_here(self) -> bool:
        """Whether the office itself takes claims in and pays them; false too where an insurer does (寻乌 10)."""
        return self.pays and PAID_BY_INSURER not in self.warnings

    @property
    def line_facts(self) -> tuple[FactField, ...]:
        found = self.fact(self.lines) if self.lines else None
        return found.items if found else ()


@dataclass(frozen=True, slots=True)
class Pack:
    """One published policy."""

    id: str
    title: str
    short_title: str
    document_number: str
    issued_by: str
    issued_on: date
    region: str
    industry: str
    form: str  # the variant of the application form
    office_name: str  # the default office that writes the letters
    letter_prefix: str  # 机关代字 of the office's letters, a default
    in_force: InForce
    nonduplication_quote: str
    nonduplication_text: str
    notice: Notice
    clauses: Mapping[str, Clause]
    points: Mapping[str, Point]
    funds: tuple[Fund, ...]
    targets: tuple[Target, ...]
    permitted_use: Quoted | None
    tax_note: Quoted | None
    quotes: tuple[tuple[str, str], ...]  # every quote, with where it stands (file:line)
    workflow: str = ""  # the text of workflow.toml, for the case layer; empty where the pack brings none
    duties: tuple[Duty, ...] = ()

    def duty(self, kind: str) -> Duty | None:
        """What the text says of a kind of oversight; None where it says nothing of it."""
        return next((duty for duty in self.duties if duty.kind == kind), None)

    def fund_of(self, year: int) -> Fund | None:
        """The fund that stands ready for a calendar year, or None where the policy names none."""
        known = [fund for fund in self.funds if fund.from_year <= year]
        return max(known, key=lambda fund: fund.from_year) if known else None

    def ended_on(self, last_day: date | None) -> Pack:
        """The same pack with the trial's last day as the office recorded it (None: still in force)."""
        return replace(self, in_force=replace(self.in_force, end=last_day))


@dataclass(frozen=True, slots=True)
class Packs:
    """The packs an office works with, by id."""

    by_id: Mapping[str, Pack]

    def __iter__(self) -> Iterator[Pack]:
        return iter(self.by_id.values())

    def __getitem__(self, policy: str) -> Pack:
        """Refusal where the pack is not there, such as one of the office's own whose folder is missing."""
        found = self.by_id.get(policy)
        if found is None:
            raise Refusal(
                "pack-missing",
                f"政策包“{policy}”没有加载。请把它放回政策包文件夹，改正其中的错误，再重新打开机构文件。",
            )
        return found

    def get(self, policy: str) -> Pack | None:
        return self.by_id.get(policy)

    def point(self, point_id: str) -> Point | None:
        """A point of any pack: an office keeps one list of its decisions for all of them."""
        for pack in self.by_id.values():
            if point_id in pack.points:
                return pack.points[point_id]
        return None

    def with_pack(self, pack: Pack) -> Packs:
        return Packs({**self.by_id, pack.id: pack})
