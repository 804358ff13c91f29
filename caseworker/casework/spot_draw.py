"""抽查: a stratified random draw that anybody can repeat from its recorded seed, with any program and at any time.

Cases are put into strata by clause and by band of amount. Within a stratum they stand in the order of
SHA-256(seed, line feed, case number; as UTF-8) in hexadecimal, and the first ones are drawn. Nothing depends on the
order in which cases are handed in, nor on any language's own random numbers. Whoever does not choose the seed cannot
know which cases it draws.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from caseworker.errors import Problem
from caseworker.values.money import Money

ALGORITHM = "sha256-1"  # kept with every draw; another way of drawing gets another name
MOST_BANDS = 10
_ALL = 100  # per cent


@dataclass(frozen=True, slots=True)
class DrawCase:
    """One case that may be drawn. `number` is unique; `amount` is what was paid or granted."""

    number: str
    clause: str
    amount: Money


@dataclass(frozen=True, slots=True)
class DrawPlan:
    """`bounds`: the highest amount of each band but the last, which has no end (an amount equal to a bound is within).

    Of each stratum `percent` of a hundred are drawn, rounded up, but at least `least`, or all where there are fewer.
    """

    bounds: tuple[Money, ...]
    percent: int
    least: int


@dataclass(frozen=True, slots=True)
class Stratum:
    """`members` in the order of the draw; the first `size` of them are drawn."""

    clause: str
    band: int
    members: tuple[DrawCase, ...]
    size: int

    @property
    def drawn(self) -> tuple[DrawCase, ...]:
        return self.members[: self.size]


def plan_problems(plan: DrawPlan) -> tuple[Problem, ...]:
    """What is wrong with a plan, by field (bounds, percent, least)."""
    problems = []
    if any(bound <= Money.zero() for bound in plan.bounds) or list(plan.bounds) != sorted(set(plan.bounds)):
        problems.append(Problem("bounds", "金额分档应从小到大，都大于 0，不重复。"))
    elif len(plan.bounds) >= MOST_BANDS:
        problems.append(Problem("bounds", f"最多分 {MOST_BANDS} 档。"))
    if not 0 <= plan.percent <= _ALL:
        problems.append(Problem("percent", "抽查比例应在 0 至 100 之间。"))
    if plan.least < 0:
        problems.append(Problem("least", "每层至少抽取的件数不能小于 0。"))
    elif plan.least == 0 and plan.percent == 0:
        problems.append(Problem("least", "比例和每层件数不能都是 0。"))
    return tuple(problems)


def order_key(seed: str, number: str) -> str:
    """Where a case stands in its stratum: the smaller, the earlier."""
    return hashlib.sha256(f"{seed}\n{number}".encode()).hexdigest()


def band_of(amount: Money, bounds: Sequence[Money]) -> int:
    """The number of the band, 0 the lowest."""
    return bisect_left(bounds, amount)


def sample_size(total: int, plan: DrawPlan) -> int:
    """How many of a stratum of `total` are drawn."""
    return min(total, max(plan.least, -(-total * plan.percent // _ALL)))


def strata(cases: Iterable[DrawCase], plan: DrawPlan, seed: str) -> tuple[Stratum, ...]:
    """The draw, by clause and band in order. ValueError for a number that comes twice or a plan that is none."""
    if plan_problems(plan):
        raise ValueError("not a plan to draw by")
    found: dict[tuple[str, int], list[DrawCase]] = {}
    seen: set[str] = set()
    for case in cases:
        if case.number in seen:
            raise ValueError(f"case {case.number} stands twice")
        seen.add(case.number)
        found.setdefault((case.clause, band_of(case.amount, plan.bounds)), []).append(case)
    return tuple(
        Stratum(
            clause,
            band,
            tuple(sorted(members, key=lambda case: (order_key(seed, case.number), case.number))),
            sample_size(len(members), plan),
        )
        for (clause, band), members in sorted(found.items())
    )


def thirds(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """Bounds that part the amounts into three bands of about the same number; fewer where amounts are alike."""
    known = sorted(amounts)
    if not known:
        return ()
    last = known[-1]
    marks = [known[max(0, -(-len(known) * part // 3) - 1)] for part in (1, 2)]
    return tuple(mark for mark in sorted(set(marks)) if Money.zero() < mark < last)


def band_name(band: int, bounds: Sequence[Money]) -> str:
    """How a band reads: 10,000.00 元以下（含）, 超过 … 元至 … 元, 超过 … 元, 不分档."""
    if not bounds:
        return "不分档"
    if band == 0:
        return f"{bounds[0].shown()} 元以下（含）"
    if band == len(bounds):
        return f"超过 {bounds[-1].shown()} 元"
    return f"超过 {bounds[band - 1].shown()} 元至 {bounds[band].shown()} 元（含）"
