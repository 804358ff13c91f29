"""What would go into a case otherwise today than when it was proposed: facts, points, papers and the amount."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from caseworker.casework.checklist import Checklist
from caseworker.policy import Clause, Pack
from caseworker.services.award_years import LABEL as YEAR_LABEL
from caseworker.services.case_facts import show_fact
from caseworker.services.case_papers import checklist_of
from caseworker.services.point_choices import option_label
from caseworker.services.views import CalculationView
from caseworker.store.models import Case, Proposal

if TYPE_CHECKING:
    from caseworker.services.case_calculation import Worked

AMOUNT_LABEL = "测算金额"


def differences(frozen: dict[str, Any], worked: Worked, pack: Pack, clause: Clause) -> tuple[tuple[str, str, str], ...]:
    """(label, frozen, now) of everything that would go into the calculation differently today."""
    rows: list[tuple[str, str, str]] = []
    then, now = frozen["request"], worked.request
    for field in clause.facts:
        before, after = then["facts"].get(field.name), now["facts"].get(field.name)
        if before == after:
            continue
        if field.type == "list":
            rows.append((field.label, *_list_words(before or [], after or [])))
        else:
            rows.append((field.label, show_fact(field, before), show_fact(field, after)))
    for name in sorted(set(then["interpretations"]) | set(now["interpretations"])):
        one, other = then["interpretations"].get(name), now["interpretations"].get(name)
        if one != other:
            rows.append(_point_words(pack, name, one, other))
    was_for, now_for = frozen.get("award_year"), worked.gathered.award_year
    if was_for is not None and now_for is not None and was_for["year"] != now_for.year:
        rows.append((YEAR_LABEL, f"{was_for['year']} 年", f"{now_for.year} 年"))
    counted = {point["id"]: point["option"] for point in frozen["points"]}  # points of facts stand only here
    for point in worked.gathered.points:
        if counted.get(point.id, point.option) != point.option:
            rows.append(_point_words(pack, point.id, counted[point.id], point.option))
    if then["other_benefits"] != now["other_benefits"]:
        rows.append(("其他渠道补助", _benefit_words(then["other_benefits"]), _benefit_words(now["other_benefits"])))
    was, is_now = _amount_words(frozen["result"]), _amount_words(worked.result)
    if was != is_now:
        rows.append((AMOUNT_LABEL, was, is_now))
    return tuple(rows)


def with_papers(
    session: Session, view: CalculationView, case: Case, proposal: Proposal, worked: Worked, clause: Clause, today: date
) -> CalculationView:
    """The view with the papers that are otherwise marked today beside what is otherwise calculated."""
    checklist = checklist_of(session, case, clause.papers, worked.gathered.values, today)
    papers = paper_changes(json.loads(proposal.frozen), checklist)
    return replace(view, differs_from_proposal=(*view.differs_from_proposal, *papers))


def paper_changes(frozen: dict[str, Any], checklist: Checklist) -> tuple[tuple[str, str, str], ...]:
    """(paper, as it was proposed, now) of every paper of the checklist that is otherwise marked today."""
    now = {check.paper.id: check for check in checklist.papers}
    rows = []
    for row in frozen["papers"]:
        check = now.get(row["id"])
        if check is None:
            continue
        state = check.state
        was = _marks(row["applies"], row["original"], row["copy"], row["seal"])
        is_now = _marks(check.applies, state.original_sighted, state.copy_kept, state.seal_affixed)
        if was != is_now:
            rows.append((f"材料：{row['name']}", was, is_now))
    return tuple(rows)


def _marks(applies: bool, original: bool, copy: bool, seal: bool) -> str:
    marks = "、".join(words for there, words in ((original, "原件"), (copy, "复印件"), (seal, "公章")) if there)
    return (f"已核{marks}" if marks else "未核") if applies else "本件不需要"


def _point_words(pack: Pack, name: str, before: str | None, after: str | None) -> tuple[str, str, str]:
    """An interpretation point by its question, its options in words."""
    point = pack.points[name]
    was, now = ("" if option is None else option_label(point, option) for option in (before, after))
    return f"口径：{point.question}", was, now


def _amount_words(result: dict[str, Any] | None) -> str:
    return "无法测算" if result is None else f"{result['amount']} 元"


def _list_words(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> tuple[str, str]:
    old, new = ({record.get("key", place): record for place, record in enumerate(rows)} for rows in (before, after))
    added = sum(key not in old for key in new)
    gone = sum(key not in new for key in old)
    changed = sum(key in old and old[key] != new[key] for key in new)
    parts = [f"{words} {count} 条" for words, count in (("新增", added), ("减少", gone), ("变动", changed)) if count]
    return f"{len(before)} 条", f"{len(after)} 条（{'，'.join(parts) or '次序不同'}）"


def _benefit_words(benefits: list[dict[str, Any]]) -> str:
    return "、".join(f"{one['title']} {one['amount']} 元" for one in benefits) or "无"
