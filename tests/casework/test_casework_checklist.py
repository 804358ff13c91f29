"""What the checklist asks for, what is lacking, and what may be missing until when."""

from __future__ import annotations

from datetime import date

from caseworker.casework.checklist import PaperState, evaluate, why_not_tolerate
from caseworker.policy.model import Paper, PaperRule

TODAY = date(2023, 6, 1)
ALL = PaperState(original_sighted=True, copy_kept=True, seal_affixed=True)


def paper(id: str, requirement: str = "mandatory", *, seal: bool = True, when: PaperRule | None = None) -> Paper:
    return Paper(id, f"材料{id}", requirement, True, True, seal, "", when)


def test_complete_when_original_copy_and_seal_are_there() -> None:
    checklist = evaluate([paper("a")], {"a": ALL}, {}, TODAY)
    assert checklist.passes
    assert checklist.note == "1/1 项齐备"


def test_every_missing_mark_is_named() -> None:
    checklist = evaluate([paper("a")], {"a": PaperState(copy_kept=True)}, {}, TODAY)
    assert not checklist.passes
    assert checklist.why_not() == ("材料“材料a”还需查验原件、加盖公章。",)


def test_a_paper_that_wants_no_seal_is_complete_without() -> None:
    state = PaperState(original_sighted=True, copy_kept=True)
    assert evaluate([paper("a", seal=False)], {"a": state}, {}, TODAY).passes


def test_facts_decide_what_is_asked_for() -> None:
    rules = [paper("a", "conditional", when=PaperRule("seats", "at-least", "300"))]
    assert not evaluate(rules, {}, {"seats": 300}, TODAY).passes
    assert evaluate(rules, {}, {"seats": 299}, TODAY).passes
    assert evaluate(rules, {}, {"seats": 299}, TODAY).note == "0/0 项齐备"
    assert not evaluate(rules, {}, {}, TODAY).passes, "an unknown fact asks for the paper"


def test_a_missing_paper_is_tolerated_through_its_day() -> None:
    def passes(until: date | None, requirement: str = "tolerable") -> bool:
        return evaluate([paper("a", requirement)], {"a": PaperState(tolerated_until=until)}, {}, TODAY).passes

    assert not passes(None)
    assert not passes(date(2023, 5, 31))
    assert passes(date(2023, 6, 1))
    assert not passes(date(2023, 6, 30), "mandatory")


def test_a_tolerated_paper_is_not_counted_as_complete() -> None:
    states = {"a": ALL, "b": PaperState(tolerated_until=date(2023, 6, 30))}
    assert evaluate([paper("a"), paper("b", "tolerable")], states, {}, TODAY).note == "1/2 项齐备（容缺 1 项）"


def test_the_overdue_day_is_named() -> None:
    states = {"a": PaperState(original_sighted=True, copy_kept=True, tolerated_until=date(2023, 5, 31))}
    assert evaluate([paper("a", "tolerable")], states, {}, TODAY).why_not() == (
        "材料“材料a”还需加盖公章（容缺期限 2023年5月31日 已过）。",
    )


def test_only_tolerable_papers_get_a_day_and_never_one_past() -> None:
    assert "不能容缺" in why_not_tolerate(paper("a"), date(2023, 6, 2), TODAY)[0]
    assert "已过" in why_not_tolerate(paper("a", "tolerable"), date(2023, 5, 31), TODAY)[0]
    assert why_not_tolerate(paper("a", "tolerable"), TODAY, TODAY) == ()
