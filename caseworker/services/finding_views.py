"""Plain data of a case's findings, as screens and commands show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FindingEvidence:
    """One row that shows it. `target`: where a click goes, ("party", 3) or ("case", 12)."""

    subject: str
    place: str
    detail: str
    target: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding. `state`: open, settled, remark (nobody need answer for it), unanswered (when the case ended).

    `changed` tells of an earlier conclusion that no longer counts, because more or other was found since. `settler`
    (the role) may settle it, `settler_name` in Chinese.
    """

    digest: str
    kind: str
    kind_name: str
    sentence: str
    state: str
    state_name: str
    conclusion: str
    reason: str
    settled_by: str
    settled_at: datetime | None
    settlement_id: int | None
    changed: str
    settler: str = "caseworker"
    settler_name: str = ""


@dataclass(frozen=True, slots=True)
class FindingsView:
    """The findings of a case: as they are today, or (`decided`) as they were on file when it was decided."""

    case_id: int
    number: str
    decided: bool
    rows: tuple[FindingRow, ...]

    @property
    def open(self) -> int:
        return sum(row.state == "open" for row in self.rows)

    @property
    def settled(self) -> int:
        return sum(row.state == "settled" for row in self.rows)
