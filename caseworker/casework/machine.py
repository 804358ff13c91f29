"""One state machine for every pack: which moves a case has, and why a move may not be taken now."""

from __future__ import annotations

from dataclasses import dataclass

from caseworker.casework import guards
from caseworker.casework.situation import Mover, Situation
from caseworker.casework.steps import GROUND_NAMES, STATUS_NAMES, MoveRule, StepRules, ground_of

NOT_TAKEN_IN = "decide-not-accept"
ROLE_NAMES = {"caseworker": "经办人", "reviewer": "复核人", "head": "负责人", "seal-keeper": "印章管理员"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reasons` forbid the move; `warnings` are passed by giving a reason, which goes on record."""

    reasons: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        return not self.reasons


def open_moves(rules: StepRules, case: Situation) -> tuple[MoveRule, ...]:
    """The moves there are from where the case stands, whoever asks, in the pack's order."""
    return tuple(
        move
        for move in rules.moves
        if case.step in move.steps and case.status in move.statuses and move.when <= case.circumstances
    )


def find_move(rules: StepRules, case: Situation, move_id: str) -> tuple[MoveRule | None, tuple[str, ...]]:
    """The move of that id from where the case stands, or None and the sentence why there is none."""
    found = [move for move in open_moves(rules, case) if move.id == move_id]
    if found:
        return found[0], ()
    named = rules.named(move_id)
    step = rules.step(case.step).name
    if not named:
        return None, (f"本政策的办理流程中没有“{move_id}”这一操作。",)
    if case.status != "open" and not any(case.status in move.statuses for move in named):
        return None, (f"办件{STATUS_NAMES[case.status]}，不能“{named[0].name}”。",)
    if any(case.step in move.steps and case.status in move.statuses for move in named):
        what = "本政策在本机构不作公示"
        if case.proposal is not None and case.proposal.against:
            what = f"初审意见为拟{STATUS_NAMES[case.proposal.outcome]}"
        elif move_id == NOT_TAKEN_IN:
            what = "初审意见不是拟不予受理"
        return None, (f"{what}，不能“{named[0].name}”。如需改变，请先退回核验。",)
    return None, (f"办件现处于“{step}”，不能“{named[0].name}”。",)


def judge(move: MoveRule, case: Situation, mover: Mover) -> Verdict:
    """Every reason at once why this mover may not take this move now."""
    reasons: list[str] = []
    warnings: list[str] = []
    roles = allowed_roles(move, case.two_person_mode)
    if not roles & mover.roles:
        who = "、".join(name for role, name in ROLE_NAMES.items() if role in roles)
        reasons.append(f"“{move.name}”由{who}办理，您没有这一角色。")
    reasons.extend(guards.four_eyes(move.effects, case, mover))
    reasons.extend(guards.not_repeated(move.effects, case))
    reasons.extend(guards.findings_settled(move.effects, case))
    reasons.extend(guards.payee_stands(move.effects, case))
    reasons.extend(guards.objections_settled(move.effects, case))
    reasons.extend(guards.not_own_answer(move.effects, case, mover))
    for guard in move.guards:
        (warnings if guard in guards.OVERRIDABLE else reasons).extend(guards.GUARDS[guard](case))
    return Verdict(tuple(dict.fromkeys(reasons)), tuple(warnings))


def needs_reason(move: MoveRule, verdict: Verdict) -> bool:
    return not move.plain or bool(verdict.warnings)


def why_not(rules: StepRules, case: Situation, move_id: str, mover: Mover, reason: str) -> tuple[str, ...]:
    """Every sentence that stands against taking the move now with this reason; empty when it may be taken."""
    move, reasons = find_move(rules, case, move_id)
    if move is None:
        return reasons
    verdict = judge(move, case, mover)
    reasons = verdict.reasons
    if needs_reason(move, verdict) and not reason.strip():
        reasons += verdict.warnings or (f"“{move.name}”需要写明理由。",)
    elif move.grounds:
        ground, said = ground_of(reason)
        if ground in move.grounds:
            reasons += guards.ground_stands(ground, said, case)
        else:
            named = "、".join(f"“{GROUND_NAMES[one]}”" for one in move.grounds)
            reasons += (f"“{move.name}”的理由要以下列情形之一开头：{named}。",)
    return reasons


def allowed_roles(move: MoveRule, two_person_mode: bool) -> frozenset[str]:
    """In two-person mode the head also reviews: review and decision by one."""
    if two_person_mode and "review" in move.effects:
        return move.roles | {"head"}
    return move.roles
