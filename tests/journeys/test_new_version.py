"""A pack is replaced by its next version while cases are under way: each is paid by the law of the day it came in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from journeys.walk import Walk, open_copy
from services.case_bench import CaseBench
from third_pack import COLD_STORE, ID, write_pack

from caseworker.errors import Refusal
from caseworker.services.packs import pack_folder_beside

DAY = date(2024, 6, 20)
CLAUSE = "yl-1-cold-store"
OLD = 'from = 2024-02-01\nvalue = "80"\nquote = "按每立方米80元补助"\n'
NEW = (
    OLD.replace("value", "until = 2024-06-30\nvalue")
    + """[[parameter]]
id = "rate"
label = "补助标准"
type = "money"
unit = "元/立方米"
from = 2024-07-01
value = "100"
quote = "自2024年7月1日起按每立方米100元补助"
"""
)


def store(bench: CaseBench, name: str) -> int:
    party = bench.company(name)
    for fact, value in (("registered_here", True), ("volume", "2500")):
        bench.clerk.dossiers.set_fact(party, fact, value, date(2024, 2, 1), "验收报告")
    return party


def taken_in(bench: CaseBench, party: int) -> int:
    case = bench.clerk.cases.accept(party, ID, CLAUSE)
    bench.go(case, ("clerk", "verify"))
    bench.tick_all(case)
    bench.go(case, ("clerk", "papers-complete"))
    return case


def test_the_next_version_of_a_pack_midway(template: Path, tmp_path: Path) -> None:
    folder = tmp_path / "office"
    beside = pack_folder_beside(folder / "office.caseworker")
    write_pack(beside)
    bench = open_copy(template, folder, DAY)
    bench["head"].policies.use(ID)
    proposed = taken_in(bench, store(bench, "云岭甲冷链有限公司"))
    bench.go(proposed, ("clerk", "calculated"))
    bench.settle_findings(proposed)
    bench.go(proposed, ("clerk", "propose"), ("reviewer", "review-pass"))
    calculated = taken_in(bench, store(bench, "云岭乙冷链有限公司"))
    bench.clerk.close()

    (beside / ID / "clauses" / f"{CLAUSE}.toml").write_text(COLD_STORE.replace(OLD, NEW), encoding="utf-8")
    bench = open_copy(template, folder, date(2024, 7, 1), copy=False)
    bench.people = 2  # the next company has a code of its own
    walk = Walk(bench, tmp_path / "out")
    assert bench.clerk.policies.refused() == ()
    assert bench.clerk.cases.verify_proposal(proposed)[0], "what was frozen still works out to the same"
    walk.over(walk.shown_for(5, proposed))
    bench.go(proposed, ("clerk", "notice-done"))
    first = walk.granted(proposed, "200000.00")  # 2,500 × 80
    walk.paid(proposed, first, walk.ordered(proposed, first))
    walk.archived(proposed)

    walk.calculated(calculated, "200000.00")  # it came in on the 20th of June
    walk.reviewed(calculated)
    walk.over(walk.shown_for(5, calculated))
    bench.go(calculated, ("clerk", "notice-done"))
    second = walk.granted(calculated, "200000.00")
    walk.paid(calculated, second, walk.ordered(calculated, second))
    walk.archived(calculated)

    third = taken_in(bench, store(bench, "云岭丙冷链有限公司"))
    walk.calculated(third, "250000.00")  # 2,500 × 100
    walk.reviewed(third)
    walk.over(walk.shown_for(5, third))
    bench.go(third, ("clerk", "notice-done"))
    due = walk.granted(third, "250000.00")
    walk.paid(third, due, walk.ordered(third, due))
    walk.archived(third)
    assert [str(amount) for amount in walk.fund(ID)] == ["0.00", "650000.00"]
    walk.end()
    bench.clerk.close()


def test_a_version_that_corrects_the_past_does_not_seep_into_what_was_proposed(template: Path, tmp_path: Path) -> None:
    """A version with a slip set right: higher, the proposal is paid as it was; lower, it goes back to be worked out."""
    folder = tmp_path / "office"
    beside = pack_folder_beside(folder / "office.caseworker")
    write_pack(beside)
    bench = open_copy(template, folder, DAY)
    bench["head"].policies.use(ID)
    case = taken_in(bench, store(bench, "云岭甲冷链有限公司"))
    bench.go(case, ("clerk", "calculated"))
    bench.settle_findings(case)
    bench.go(case, ("clerk", "propose"))
    bench.clerk.close()
    clause = beside / ID / "clauses" / f"{CLAUSE}.toml"
    clause.write_text(COLD_STORE.replace('value = "80"', 'value = "70"'), encoding="utf-8")
    bench = open_copy(template, folder, DAY, copy=False)
    assert not bench.clerk.cases.verify_proposal(case)[0]
    with pytest.raises(Refusal, match=r"测算金额由 200,000.00 元降为 175,000.00 元"):
        bench.go(case, ("reviewer", "review-pass"))
    bench.clerk.close()
    clause.write_text(COLD_STORE.replace('value = "80"', 'value = "90"'), encoding="utf-8")
    bench = open_copy(template, folder, DAY, copy=False)
    view = bench.clerk.cases.calculation(case)
    assert str(view.amount) == "200000.00"
    assert ("200000.00", "225000.00") in {
        (was.split()[0], now.split()[0]) for _, was, now in view.differs_from_proposal
    }
    walk = Walk(bench, tmp_path / "out")
    bench.go(case, ("reviewer", "review-pass"))
    walk.over(walk.shown_for(5, case))
    bench.go(case, ("clerk", "notice-done"))
    due = walk.granted(case, "200000.00")
    walk.paid(case, due, walk.ordered(case, due))
    walk.archived(case)
    walk.end()
    bench.clerk.close()
