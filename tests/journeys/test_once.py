"""Every clause that pays at once, from the door to the archive, by the hand-computed amount to the fen."""

from __future__ import annotations

import pytest
from journeys.walk import Walk, told
from services.clause_dossiers import CLAUSES

ONCE = (
    "xw-1-new", "xw-1-expansion", "xw-1-late-investment", "xw-2-purchase", "xw-4-revenue", "xw-8-job-fair",
    "xw-9-internship", "xw-12-housing-rent", "xw-16-special", "dt-4-renovation", "dt-6-school-interns", "dt-14-special",
)  # fmt: skip


@pytest.mark.parametrize("clause", ONCE)
def test_a_clause_that_pays_once(walk: Walk, clause: str) -> None:
    fill, amount = CLAUSES[clause]
    made = fill(walk.bench)
    filed = walk.whole(made.party, clause, amount)
    assert told(filed.instalments) == [(1, amount, str(walk.today), "paid")]
    assert walk.refused(made.party, clause), "the same claim again comes to nothing"
    walk.end()
