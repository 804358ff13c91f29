"""The programs of record on paper: a year's fund and the policy's targets as they stand today."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from caseworker.documents.program_sheet import FundFigures, MonthFigures, ProgramSheet, TargetFigures, render
from caseworker.errors import Refusal
from caseworker.store.atomic import write_atomically
from caseworker.store.faults import translated

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


@dataclass(frozen=True, slots=True)
class ProgramFile:
    """A PDF and a name to save it under. It takes no number and is not registered."""

    title: str
    name: str
    data: bytes

    def save(self, path: Path) -> None:
        """Whole or not at all. EnvironmentFault in words."""
        with translated(path):
            write_atomically(path, self.data)


def program_paper(desk: Desk, policy: str, year: int) -> ProgramFile:
    """The year's fund, its months and all targets. Refusal for a policy with neither; nothing is written anywhere."""
    pack = desk.packs.get(policy)
    if pack is None:
        raise Refusal("no-such-policy", "政策库中没有这项政策。")
    office = desk.office()
    fund = desk.programs.fund.year(policy, year)
    targets = desk.programs.targets.all(policy)
    if fund is None and not targets:
        raise Refusal("nothing-to-print", f"“{pack.short_title}”{year} 年没有专项资金，也没有目标，无可打印。")
    months = () if fund is None else desk.programs.fund.months(policy, year)
    sheet = ProgramSheet(
        policy=pack.short_title,
        year=year,
        office=office.name,
        day=office.today,
        made_by=desk.user.name,
        fund=None
        if fund is None
        else FundFigures(fund.budget, fund.committed, fund.paid, fund.left, fund.forecast, fund.source),
        months=tuple(MonthFigures(m.month, m.paid, m.committed, m.forecast) for m in months),
        targets=tuple(
            TargetFigures(t.year, t.label, t.unit, t.target, t.actual, t.percent, t.reached, t.on) for t in targets
        ),
        parties=max((t.parties for t in targets), default=0),
        practice=office.is_sample,
    )
    title = f"{pack.short_title} {year} 年执行情况"
    return ProgramFile(title, f"执行情况-{pack.short_title}-{year}-{office.today.isoformat()}.pdf", render(sheet))
