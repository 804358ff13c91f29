"""The life of a case as a policy pack writes it down: ordered steps, and the moves between them.

A pack's `workflow.toml` holds nothing but data; every name in it of a role, a guard, a circumstance or an effect
must be one this program knows, so that a pack with a slip of the pen is refused when it is loaded, not
when a case stands at it. Four eyes is not among the data: it holds for every pack (see `guards`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from caseworker.casework.consultations import InquiryRule, read_rules
from caseworker.casework.instalments import Forecast

ROLES = frozenset({"caseworker", "reviewer", "head", "seal-keeper"})  # an administrator does no casework
STATUSES = frozenset({"open", "suspended", "refused", "not-accepted", "withdrawn", "terminated", "closed"})

STATUS_NAMES = {
    "open": "办理中",
    "suspended": "已中止",
    "refused": "不予兑现",
    "not-accepted": "不予受理",
    "withdrawn": "已撤回",
    "terminated": "已终止",
    "closed": "已归档",
}

# Ids of guards.GUARDS; named here too, so that the data can be checked without importing the rules.
GUARD_IDS = frozenset(
    {
        "papers-complete",
        "facts-complete",
        "eligible",
        "awards-unchanged",
        "still-eligible",
        "notice-over",
        "fund-left",
        "instalments-settled",
        "letter-sealed",
        "refusal-sealed",
        "not-yet-accepted",
        "no-payment-under-way",
        "inquiries-answered",
    }
)

# What a circumstance is about, and its two sides: of moves that share an id exactly one must fit any case.
CIRCUMSTANCES = {"grant": "refusal", "notice": "no-notice", "taken-in": "not-taken-in"}
_OPPOSITES = CIRCUMSTANCES | {other: one for one, other in CIRCUMSTANCES.items()}

# What a move writes beside its line in the log.
EFFECTS = frozenset(
    {
        "propose-grant",  # freezes facts, papers, options and result
        "propose-refusal",
        "propose-not-accepted",  # before anything is worked out: the application is not taken in
        "drop-proposal",  # the live proposal goes back; a later one is numbered anew
        "review",
        "decide-grant",  # decision, instalments, awards; commits the fund
        "decide-refusal",
        "decide-not-accepted",
        "end-instalments",  # what is not paid yet will not be
    }
)

# What an application is not taken in for; the reason of such a move begins with one of them.
PAPERS_LATE = "papers-late"
GROUND_NAMES = {
    "out-of-scope": "不属于本政策的支持范围",
    PAPERS_LATE: "逾期未补正材料",
    "not-competent": "不属于本单位办理",
}


class WorkflowError(ValueError):
    """The pack's step data contradicts itself or names something unknown. For the pack's author."""


@dataclass(frozen=True, slots=True)
class StepRule:
    id: str
    name: str
    working_days: int | None = None  # how long a case may stand here, where the text or the office says so


@dataclass(frozen=True, slots=True)
class MoveRule:
    """One move. `to` None stays at the step; `sets_status` None leaves the status as it is."""

    id: str
    name: str
    steps: frozenset[str]  # from which it may be taken
    to: str | None
    roles: frozenset[str]
    plain: bool  # the straight way; every other move asks for a reason
    statuses: frozenset[str]
    sets_status: str | None
    guards: tuple[str, ...]
    when: frozenset[str]
    effects: tuple[str, ...]
    grounds: tuple[str, ...] = ()  # of GROUND_NAMES: the reason begins with the name of one


@dataclass(frozen=True, slots=True)
class StepRules:
    """Everything a pack says about the life of its cases."""

    prefix: str  # what case numbers begin with: XK-2023-0001
    steps: tuple[StepRule, ...]
    moves: tuple[MoveRule, ...]
    forecasts: Mapping[str, Forecast]  # by clause
    supplement_days: int | None = None  # working days to bring what a 补正告知书 asks for
    ask_within_days: int | None = None  # natural days after acceptance within which it goes out
    decision_days: int | None = None  # working days from acceptance within which a decision is expected
    inquiry_days: int | None = None  # working days that another bureau has for its reply
    inquiries: tuple[InquiryRule, ...] = ()  # whom to ask about what

    @property
    def first(self) -> StepRule:
        return self.steps[0]

    def step(self, step_id: str) -> StepRule:
        return next(step for step in self.steps if step.id == step_id)

    def has_step(self, step_id: str) -> bool:
        return any(step.id == step_id for step in self.steps)

    def order(self, step_id: str) -> int:
        return next(index for index, step in enumerate(self.steps) if step.id == step_id)

    def name_of(self, move_id: str, from_step: str, to_step: str) -> str:
        """What the log calls a move that was made; taking a case in is no move of the pack's."""
        named = self.named(move_id)
        for move in named:
            if from_step in move.steps and (move.to or from_step) == to_step:
                return move.name
        return named[0].name if named else "受理"

    def named(self, move_id: str) -> tuple[MoveRule, ...]:
        return tuple(move for move in self.moves if move.id == move_id)


def load_steps(pack_folder: Path) -> StepRules:
    """Reads `workflow.toml` of a pack folder. WorkflowError names what is wrong in it."""
    path = pack_folder / "workflow.toml"
    try:
        return parse_steps(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise WorkflowError(f"{path.name}: {error}") from error


def parse_steps(data: Mapping[str, Any]) -> StepRules:
    """The rules from the pack's tables. WorkflowError for anything unknown, missing or contradictory."""
    try:
        steps = tuple(StepRule(row["id"], row["name"], row.get("working_days")) for row in data["steps"])
        moves = tuple(_move(row, {step.id for step in steps}) for row in data["moves"])
        rules = StepRules(
            prefix=data["case_number_prefix"],
            steps=steps,
            moves=moves,
            forecasts={
                clause: Forecast(
                    row["count"], row["within_months"], row.get("quote", ""), tuple(row.get("weights", ()))
                )
                for clause, row in data.get("instalments", {}).items()
            },
            supplement_days=_days(data, "supplement_working_days"),
            ask_within_days=_days(data, "ask_for_papers_within_days"),
            decision_days=_days(data, "decision_working_days"),
            inquiry_days=_days(data, "inquiry_working_days"),
            inquiries=_inquiries(data),
        )
    except KeyError as error:
        raise WorkflowError(f"missing: {error.args[0]}") from error
    _check_unambiguous(rules)
    return rules


def _days(data: Mapping[str, Any], name: str) -> int | None:
    value = data.get(name)
    if value is not None and (type(value) is not int or value < 1):
        raise WorkflowError(f"{name}: a number of days from 1 on")
    return value


def _inquiries(data: Mapping[str, Any]) -> tuple[InquiryRule, ...]:
    try:
        return read_rules(data.get("inquiries", ()))
    except ValueError as error:
        raise WorkflowError(str(error)) from error


def _move(row: Mapping[str, Any], steps: set[str]) -> MoveRule:
    name = row["id"]
    move = MoveRule(
        id=name,
        name=row["name"],
        steps=frozenset(row["from"]),
        to=row.get("to"),
        roles=frozenset(row["roles"]),
        plain=row.get("plain", False),
        statuses=frozenset(row.get("statuses", ["open"])),
        sets_status=row.get("sets_status"),
        guards=tuple(row.get("guards", ())),
        when=frozenset(row.get("when", ())),
        effects=tuple(row.get("effects", ())),
        grounds=tuple(row.get("grounds", ())),
    )
    _known(name, "step", move.steps | ({move.to} if move.to else set()), steps)
    _known(name, "role", move.roles, ROLES)
    _known(name, "status", move.statuses | ({move.sets_status} if move.sets_status else set()), STATUSES)
    _known(name, "guard", set(move.guards), GUARD_IDS)
    _known(name, "circumstance", move.when, _OPPOSITES)
    _known(name, "effect", set(move.effects), EFFECTS)
    _known(name, "ground", set(move.grounds), GROUND_NAMES)
    if not move.steps or not move.roles:
        raise WorkflowError(f"move {name}: from nowhere or by nobody")
    return move


def _known(move: str, what: str, used: set[str] | frozenset[str], known: Any) -> None:
    unknown = sorted(name for name in used if name not in known)
    if unknown:
        raise WorkflowError(f"move {move}: unknown {what} {', '.join(unknown)}")


def ground_of(reason: str) -> tuple[str, str]:
    """(ground, what was said besides) of a reason that begins with the name of a ground; empty: it names none."""
    for ground, name in GROUND_NAMES.items():
        if reason.strip().startswith(name):
            return ground, reason.strip().removeprefix(name).strip(" ：:，,。；;\n　")
    return "", reason.strip()


def _check_unambiguous(rules: StepRules) -> None:
    """From one step, at one status and in one set of circumstances, a move id means at most one move."""
    for circumstances in product(*CIRCUMSTANCES.items()):
        seen: set[tuple[str, str, str]] = set()
        for move in rules.moves:
            if not move.when <= set(circumstances):
                continue
            for place in product(move.steps, move.statuses):
                key = (move.id, *place)
                if key in seen:
                    raise WorkflowError(f"move {move.id}: two ways from {place[0]} ({place[1]})")
                seen.add(key)
