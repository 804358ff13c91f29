"""奖励所属年度: the year that a claim is for, where a clause grants by the year. A January claim is most often for the
year just ended; whose cap and figures it takes is then the year's that was claimed, not that of the day of the claim.

二（五）14、15 年服务贸易额、每年奖励最高; 二（二）5 the taxes of a year. Proposed from the figures on record, set by
hand with a reason like any fact of the case, fixed with the proposal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from caseworker.policy import Clause, FactField, Pack
from caseworker.services.views import CaseFactView
from caseworker.store.models import Case

NAME = "award_for_year"  # as a fact of a case, and in the facts of a grant from before this program
LABEL = "奖励所属年度"
FIELD = FactField(NAME, "int", LABEL)
_GRANTED = "granted_this_year"


@dataclass(frozen=True, slots=True)
class AwardYear:
    """`origin`: dossier (proposed, or fixed with the proposal) or case (set by hand, `reason` says why)."""

    year: int
    source: str
    origin: str = "dossier"
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"year": self.year, "source": self.source, "origin": self.origin, "reason": self.reason}


def goes_by_year(clause: Clause) -> bool:
    """Whether the clause's figures, or its cap, are those of the year that is claimed."""
    return any(
        fact.by_year == "as_of" or fact.name == _GRANTED
        for fact in (*clause.facts, *(item for one in clause.facts for item in one.items))
    )


def award_year_of(case: Case, own: tuple[Any, str] | None, known: Iterable[int], first: int) -> AwardYear:
    """`own`: value and reason of a year set by hand; `known`: years that figures are on record for; `first`: the
    policy's first year. Proposed is the latest year, up to that of the claim, that has its figures."""
    if own is not None:
        return AwardYear(int(own[0]), "本办件手工填写", "case", own[1])
    if case.proposer_id is not None or case.head_id is not None:  # fixed; before this was kept it was the claim's year
        return AwardYear(case.award_year or case.as_of.year, "提交初审时确定")
    years = [year for year in known if first <= year <= case.as_of.year]
    if not years:
        return AwardYear(case.as_of.year, "尚无年度数据，暂按受理日期所在年度")
    year = max(years)
    if year == case.as_of.year:
        return AwardYear(year, "受理日期所在年度，已有该年度数据")
    return AwardYear(year, f"{case.as_of.year} 年尚无年度数据，按最近有数据的年度")


def year_of_case(as_of: date, award_year: int | None) -> int:
    """The year whose room a decided case uses up."""
    return as_of.year if award_year is None else award_year


def year_of_prior(granted_on: date, facts: Mapping[str, Any]) -> int:
    year = facts.get(NAME)
    return year if isinstance(year, int) else granted_on.year


def year_problem(pack: Pack, case: Case, value: Any) -> str | None:
    first, last = pack.in_force.start.year, case.as_of.year
    if type(value) is int and first <= value <= last:
        return None
    return f"{LABEL}应为 {first} 至 {last} 之间的年度：政策自 {first} 年起施行，受理时尚未到的年度不能申报。"


def year_view(found: AwardYear) -> CaseFactView:
    return CaseFactView(
        name=NAME,
        label=LABEL,
        unit="",
        kind="integer",
        nullable=False,
        value=found.year,
        shown=f"{found.year} 年",
        source=found.source,
        origin=found.origin,
        reason=found.reason,
        problem=None,
    )
