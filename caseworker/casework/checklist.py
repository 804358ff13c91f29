"""The checklist of a case: which papers the facts call for, which of them are in order, what is lacking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from caseworker.casework.calendar import day_words
from caseworker.policy.model import Paper

MANDATORY, CONDITIONAL, TOLERABLE = "mandatory", "conditional", "tolerable"
NEED_NAMES = {MANDATORY: "必备", CONDITIONAL: "视情", TOLERABLE: "可容缺"}


@dataclass(frozen=True, slots=True)
class PaperState:
    """What a clerk has ticked."""

    original_sighted: bool = False
    copy_kept: bool = False
    seal_affixed: bool = False
    tolerated_until: date | None = None


@dataclass(frozen=True, slots=True)
class PaperCheck:
    paper: Paper
    state: PaperState
    applies: bool
    lacking: tuple[str, ...]  # 查验原件, 留存复印件, 加盖公章
    tolerated: bool  # lacking, but its date has not passed

    @property
    def complete(self) -> bool:
        """In order as it lies there; a tolerated paper is not complete, it only does not hold up the case."""
        return self.applies and not self.lacking

    @property
    def holds_up(self) -> bool:
        return self.applies and bool(self.lacking) and not self.tolerated


@dataclass(frozen=True, slots=True)
class Checklist:
    papers: tuple[PaperCheck, ...]

    @property
    def passes(self) -> bool:
        return not any(paper.holds_up for paper in self.papers)

    @property
    def note(self) -> str:
        """7/9 项齐备（容缺 1 项）"""
        wanted = [paper for paper in self.papers if paper.applies]
        note = f"{sum(paper.complete for paper in wanted)}/{len(wanted)} 项齐备"
        tolerated = sum(paper.tolerated for paper in wanted)
        return f"{note}（容缺 {tolerated} 项）" if tolerated else note

    def why_not(self) -> tuple[str, ...]:
        """A sentence for every paper that holds up the case."""
        return tuple(_sentence(paper) for paper in self.papers if paper.holds_up)


def evaluate(
    papers: Sequence[Paper], states: Mapping[str, PaperState], facts: Mapping[str, object], today: date
) -> Checklist:
    """The checklist as it stands today. A conditional paper whose fact is not known yet is asked for, to be safe."""
    return Checklist(tuple(_check(paper, states.get(paper.id, PaperState()), facts, today) for paper in papers))


_MISSING = {"查验原件": "原件（供查验）", "留存复印件": "复印件"}


def required_form(paper: Paper) -> str:
    """原件（供查验）和复印件，加盖公章: how a paper is to be handed in, for the letter that asks for it."""
    kinds = [words for wanted, words in ((paper.original, "原件（供查验）"), (paper.copy, "复印件")) if wanted]
    sealed = "加盖公章" if paper.seal else ""
    return "，".join(part for part in ("和".join(kinds), sealed) if part) or "按要求提交"


def fault_of(check: PaperCheck, note: str = "") -> str:
    """What of a paper is to be supplied: 缺原件（供查验）、复印件；未加盖公章。说明：…"""
    missing = [_MISSING[words] for words in check.lacking if words in _MISSING]
    parts = [f"缺{'、'.join(missing)}"] if missing else []
    if "加盖公章" in check.lacking:
        parts.append("未加盖公章")
    words = "；".join(parts)
    return f"{words}。说明：{note.strip()}" if note.strip() else words


def why_not_tolerate(paper: Paper, until: date, today: date) -> tuple[str, ...]:
    """Reasons against taking the case in with this paper missing until that day."""
    if paper.requirement != TOLERABLE:
        return (f"“{paper.name}”是{NEED_NAMES[paper.requirement]}材料，不能容缺受理。",)
    if until < today:
        return (f"容缺补交期限 {day_words(until)} 已过，请填今天或以后的日期。",)
    return ()


def _check(paper: Paper, state: PaperState, facts: Mapping[str, object], today: date) -> PaperCheck:
    lacking = [
        words
        for wanted, there, words in (
            (paper.original, state.original_sighted, "查验原件"),
            (paper.copy, state.copy_kept, "留存复印件"),
            (paper.seal, state.seal_affixed, "加盖公章"),
        )
        if wanted and not there
    ]
    until = state.tolerated_until
    applies = paper.when is None or paper.when.applies(facts) is not False
    tolerated = bool(lacking) and paper.requirement == TOLERABLE and until is not None and until >= today
    return PaperCheck(paper, state, applies, tuple(lacking), applies and tolerated)


def _sentence(check: PaperCheck) -> str:
    sentence = f"材料“{check.paper.name}”还需{'、'.join(check.lacking)}"
    if check.paper.requirement == TOLERABLE and check.state.tolerated_until is not None:
        return f"{sentence}（容缺期限 {day_words(check.state.tolerated_until)} 已过）。"
    return f"{sentence}。"
