"""Plain data about what a dossier keeps beside its form: dated records, people in full, interns, needs of clauses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from caseworker.policy import FactField
from caseworker.values.money import Money

Paper = tuple[int, str]  # attachment id, file name


@dataclass(frozen=True, slots=True)
class RecordKindView:
    """A kind of dated record. `feeds` says in words which facts of which clauses come from it."""

    id: str
    label: str
    fields: tuple[FactField, ...]
    feeds: str


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One record. `shown` stands in the order of the kind's fields; `feeds` is what it gives today, in words."""

    id: int
    kind: str
    valid_from: date
    data: Mapping[str, Any]
    shown: tuple[str, ...]
    source: str
    paper: Paper | None
    feeds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BenefitForm:
    """What another policy paid for the same matter. `amount` in yuan as typed; `policy`, `clause`: to which of ours."""

    policy: str
    clause: str
    title: str
    amount: str
    granted_on: date | None
    source: str
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class BenefitRow:
    id: int
    policy: str
    policy_title: str
    clause: str
    clause_title: str
    person_id: int | None
    person: str
    title: str
    amount: Money
    granted_on: date
    source: str
    paper: Paper | None


@dataclass(frozen=True, slots=True)
class EmploymentRow:
    """One engagement of a person, at whatever party. `here`: at the party whose dossier is open."""

    id: int
    party_id: int
    party: str
    here: bool
    employed_from: date
    employed_to: date | None
    contract_start: date | None
    contract_end: date | None
    position: str
    import_id: int | None
    import_file: str


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month (yyyy-mm) of a person at one party: the wage where one was paid, and whether insurance was."""

    month: str
    party_id: int
    party: str
    here: bool
    wage: Money | None
    insured: bool


@dataclass(frozen=True, slots=True)
class PersonFactRow:
    id: int
    name: str
    label: str
    value: Any
    shown: str
    valid_from: date
    source: str
    paper: Paper | None


@dataclass(frozen=True, slots=True)
class InternForm:
    """One line of an intern list as typed. `education`: secondary, higher, or empty where it does not matter."""

    name: str
    id_number: str
    school: str = ""
    education: str = ""
    intern_from: date | None = None
    intern_to: date | None = None
    hired_from: date | None = None
    hired_to: date | None = None
    id_accepted_reason: str = ""


@dataclass(frozen=True, slots=True)
class InternRow:
    """An internship in force. `education_name` is what a clerk reads; `import_id` None: typed."""

    id: int
    person_id: int
    name: str
    id_masked: str
    school: str
    education: str | None
    education_name: str
    intern_from: date | None
    intern_to: date | None
    hired_from: date | None
    hired_to: date | None
    import_id: int | None
    party_id: int
    party: str


@dataclass(frozen=True, slots=True)
class AwardRow:
    """What was granted for a person, by a case or before this program. `state`: granted, paid, ended, prior."""

    case_id: int | None
    case_number: str
    party: str
    policy: str
    clause: str
    clause_title: str
    amount: Money
    state: str
    state_name: str
    day: date | None


@dataclass(frozen=True, slots=True)
class PersonDetail:
    """Everything on record about one person, seen from one party's dossier."""

    id: int
    party_id: int
    name: str
    id_masked: str
    id_kind: str
    id_accepted_reason: str
    employments: tuple[EmploymentRow, ...]
    months: tuple[MonthRow, ...]
    facts: tuple[PersonFactRow, ...]
    internships: tuple[InternRow, ...]
    awards: tuple[AwardRow, ...]
    benefits: tuple[BenefitRow, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """One thing a clause still lacks.

    `where`: fact:NAME, record:KIND, people (the roster), person-fact:NAME, interns, case (said in the case itself).
    """

    label: str
    where: str
    words: str


@dataclass(frozen=True, slots=True)
class ClauseNeeds:
    """What one clause lacks on a day. `ready`: nothing, the calculation can be made."""

    policy: str
    clause: str
    number: str
    title: str
    ready: bool
    missing: tuple[Need, ...]
    elsewhere: bool = False  # of another place's policy, where the party is known to be of one of the office's places
