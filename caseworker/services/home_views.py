"""What 工作台 shows: today's list, the fund, targets, notices and instalments ahead, the last backup. Plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from caseworker.casework.fund import FundLevel, level_of
from caseworker.values.money import Money

if TYPE_CHECKING:
    from caseworker.services.target_program import TargetView

Target = tuple[str, int | str]  # where a click goes: ("case", 12), ("notice", 3), ("screen", "payments")


@dataclass(frozen=True, slots=True)
class TodoRow:
    """One thing to do today. `target` is where a click goes."""

    urgency: str  # overdue, due, normal
    text: str
    detail: str
    target: Target


@dataclass(frozen=True, slots=True)
class FundView:
    policy: str
    policy_title: str
    year: int
    budget: Money
    committed: Money
    paid: Money

    @property
    def left(self) -> Money:
        return self.budget - self.committed - self.paid

    @property
    def level(self) -> FundLevel:
        """Whether 90 % of it, or more than the whole, is used up."""
        return level_of(self.committed + self.paid, self.budget)


@dataclass(frozen=True, slots=True)
class TargetsView:
    """A policy's targets as they stand today: the present year's, and of every kind the next one to come."""

    policy: str
    policy_title: str
    targets: tuple[TargetView, ...]


@dataclass(frozen=True, slots=True)
class AheadRow:
    """Something with a day, for whoever plans the next weeks. `days` from today: negative where it has passed."""

    day: date
    days: int
    text: str
    detail: str
    target: Target


@dataclass(frozen=True, slots=True)
class BackupView:
    """The newest verified backup. `days` old by the office's calendar; None where there is none."""

    at: datetime | None
    days: int | None
    warning: str  # empty where it is recent enough


@dataclass(frozen=True, slots=True)
class Home:
    """`todos` the most urgent ones; `more`: how many there are besides. `ahead` lists: the nearest first, and how many
    there are in all."""

    todos: tuple[TodoRow, ...]
    more: int
    funds: tuple[FundView, ...]
    targets: tuple[TargetsView, ...]
    notices: tuple[AheadRow, ...]
    instalments: tuple[AheadRow, ...]
    instalments_total: int
    counts: tuple[tuple[str, str, int], ...]  # step id, step name, open cases there
    backup: BackupView
    gap: str | None  # words about a database older than its high-water file

    @property
    def backup_at(self) -> datetime | None:
        return self.backup.at
