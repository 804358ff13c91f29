"""What must hold before a move. Each guard answers with sentences that say what to do; none means it holds."""

from __future__ import annotations

from collections.abc import Callable

from caseworker.casework.fund import COMMITTED, ZERO, FundLevel, InstalmentState
from caseworker.casework.notice import why_not_pass, why_objected
from caseworker.casework.situation import Mover, Situation
from caseworker.casework.steps import PAPERS_LATE, STATUS_NAMES

Guard = Callable[[Situation], tuple[str, ...]]


def papers_complete(case: Situation) -> tuple[str, ...]:
    return case.checklist.why_not()


def facts_complete(case: Situation) -> tuple[str, ...]:
    reasons = []
    if case.calculation.missing:
        reasons.append(f"测算还缺：{'、'.join(case.calculation.missing)}。请在企业档案或本办件中补录。")
    reasons.extend(case.calculation.problems)
    return tuple(reasons)


def eligible(case: Situation) -> tuple[str, ...]:
    if not case.calculation.ready:
        return facts_complete(case)
    if not case.calculation.eligible:
        unmet = "；".join(words.rstrip("。；") for words in case.calculation.unmet)
        return (f"测算结论为不符合条件：{unmet or '请看测算步骤'}。如属实，请改走“拟不予兑现”。",)
    if case.calculation.amount <= ZERO:
        return ("测算金额为 0 元，没有可兑现的金额。",)
    return ()


def awards_unchanged(case: Situation) -> tuple[str, ...]:
    return () if case.proposal is None else case.proposal.changed_awards


def still_eligible(case: Situation) -> tuple[str, ...]:
    """What was proposed must still hold today: evidence withdrawn since then is not paid on."""
    if case.proposal is None or case.proposal.against:
        return ()
    now = case.calculation
    if not now.ready:
        found = "现已不能测算：" + "；".join(words.rstrip("。；") for words in facts_complete(case))
    elif not now.eligible:
        found = f"现测算不符合条件：{'；'.join(words.rstrip('。；') for words in now.unmet) or '请看测算步骤'}"
    elif now.amount < case.proposal.amount:
        found = f"测算金额由 {case.proposal.amount.shown()} 元降为 {now.amount.shown()} 元"
    else:
        return ()
    changed = "；".join(case.proposal.changed_facts)
    return (f"提交初审后资料有变{f'（{changed}）' if changed else ''}，{found}。请将本办件退回核验，重新测算。",)


def notice_over(case: Situation) -> tuple[str, ...]:
    return why_not_pass(case.notice, case.notice_days, case.today)


def fund_left(case: Situation) -> tuple[str, ...]:
    return (case.fund.sentence,) if case.fund.level is FundLevel.OVER else ()


def letter_sealed(case: Situation) -> tuple[str, ...]:
    return () if case.letter_sealed else ("决定书尚未用印。请先生成决定书，由印章管理员用印后再办理拨付。",)


def refusal_sealed(case: Situation) -> tuple[str, ...]:
    """A refused applicant is told why and how to object before the case is filed."""
    if case.refusal_sealed:
        return ()
    return (f"{STATUS_NAMES[case.status]}决定书尚未用印。请先生成决定书，由印章管理员用印并送达后再归档。",)


def instalments_settled(case: Situation) -> tuple[str, ...]:
    """All paid, but for forecasts: a later instalment is claimed in a case of its own."""
    owed = sum(state in COMMITTED for state in case.instalments)
    return (f"还有 {owed} 期款项没有拨付完毕，不能归档。",) if owed else ()


def no_payment_under_way(case: Situation) -> tuple[str, ...]:
    if any(state is InstalmentState.ORDERED for state in case.instalments):
        return ("有款项已报拨款、尚未回执。请先登记拨付结果。",)
    return ()


def not_yet_accepted(case: Situation) -> tuple[str, ...]:
    """Who was told in writing that the application is taken in is refused on its merits, not at the door."""
    if not case.acceptance_letter:
        return ()
    return (f"已发出受理通知书 {case.acceptance_letter}，不能再不予受理。不符合条件的请改走“拟不予兑现”。",)


def ground_stands(ground: str, said: str, case: Situation) -> tuple[str, ...]:
    """Why an application cannot be turned away on this ground, as `steps.ground_of` read it from the reason."""
    if ground != PAPERS_LATE:
        return () if said else ("请在情形之后写明查明的事实，申请人要据此知道为什么不予受理。",)
    if case.supplement_due is None:
        return ("没有有效的补正告知书，不能以逾期未补正为由不予受理。请先发出补正告知书。",)
    if case.today <= case.supplement_due:
        return (f"补正期限到 {case.supplement_due}，期满后才能以逾期未补正为由不予受理。",)
    return ("材料已经补齐，不能以逾期未补正为由不予受理。",) if case.checklist.passes else ()


def inquiries_answered(case: Situation) -> tuple[str, ...]:
    """For a pack whose text wants other bureaus' answers first; elsewhere an open inquiry is only shown."""
    return case.unanswered


GUARDS: dict[str, Guard] = {
    "papers-complete": papers_complete,
    "facts-complete": facts_complete,
    "eligible": eligible,
    "awards-unchanged": awards_unchanged,
    "still-eligible": still_eligible,
    "notice-over": notice_over,
    "fund-left": fund_left,
    "letter-sealed": letter_sealed,
    "refusal-sealed": refusal_sealed,
    "instalments-settled": instalments_settled,
    "no-payment-under-way": no_payment_under_way,
    "inquiries-answered": inquiries_answered,
    "not-yet-accepted": not_yet_accepted,
}

# Guards that the one who may take the move can pass with a reason, which goes on record.
OVERRIDABLE = frozenset({"fund-left"})
_GRANTING = frozenset({"propose-grant", "review", "decide-grant"})


def not_repeated(effects: tuple[str, ...], case: Situation) -> tuple[str, ...]:
    """One matter is granted once. Fixed here like four eyes, for every move that proposes, reviews or grants."""
    if case.proposal is not None and case.proposal.against:
        return ()
    return case.repeats if _GRANTING & set(effects) else ()


def payee_stands(effects: tuple[str, ...], case: Situation) -> tuple[str, ...]:
    """Nobody is granted money who is no more: for every pack; refusing and ending such a case stay open."""
    if case.proposal is not None and case.proposal.against:
        return ()
    return (case.payee_ended,) if case.payee_ended and _GRANTING & set(effects) else ()


def objections_settled(effects: tuple[str, ...], case: Situation) -> tuple[str, ...]:
    """Nothing is granted that somebody's objection is open to, even where the office holds no notices any more."""
    return why_objected(case.notice) if "decide-grant" in effects else ()


def findings_settled(effects: tuple[str, ...], case: Situation) -> tuple[str, ...]:
    """What was found across companies is answered for before money is proposed, reviewed or granted; for every pack."""
    if case.proposal is not None and case.proposal.against:
        return ()
    if not case.open_findings or not _GRANTING & set(effects):
        return ()
    head = f"，其中 {case.head_findings} 项只由负责人处理" if case.head_findings else ""
    return (f"还有 {case.open_findings} 项核查发现没有处理结论{head}。请在“核查”页逐项写明结论和理由。",)


def not_own_answer(effects: tuple[str, ...], case: Situation, mover: Mover) -> tuple[str, ...]:
    """What only the head settles is another's word than the proposer's, like the decision itself."""
    if "propose-grant" in effects and mover.user_id in case.head_answered:
        return ("您以负责人身份处理了本件的核查发现，初审意见须由他人提交。",)
    return ()


def four_eyes(effects: tuple[str, ...], case: Situation, mover: Mover) -> tuple[str, ...]:
    """Proposer, reviewer and head of one case are three people; in two-person mode the last two may be one.

    Fixed here and not in any pack: it holds for every move that reviews or decides.
    """
    reviews = "review" in effects
    decides = any(one.startswith("decide-") for one in effects)
    if (not reviews and not decides) or case.proposal is None:
        return ()
    if mover.user_id == case.proposal.proposer_id:
        act = "复核" if reviews else "决定"
        return (f"您是本办件的初审经办人，不能由同一人{act}。",)
    if decides and case.reviewer_id == mover.user_id and not case.two_person_mode:
        return ("您是本办件的复核人，不能由同一人决定（机构未启用两人模式）。",)
    return ()
