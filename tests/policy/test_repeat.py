"""What makes a claim unique, as the packs say it."""

from __future__ import annotations

import pytest

from caseworker import resources
from caseworker.policy.loader import load_packs

REPEAT = {
    "xw-2-rent": ("operation_year",),
    "xw-3-tax": ("tax_year",),
    "xw-16-special": ("approval_reference",),
    "dt-4-lease": ("subsidy_year",),
    "dt-4-purchase": ("subsidy_year",),
    "dt-14-special": ("approval_reference",),
}


@pytest.mark.parametrize("policy", ["xunwu-2022-59", "datong-2022"])
def test_the_clauses_without_a_running_total_name_what_repeats(policy: str) -> None:
    pack = load_packs(resources.path("policies"))[policy]
    assert {name: clause.repeat for name, clause in pack.clauses.items() if clause.repeat} == {
        name: facts for name, facts in REPEAT.items() if name in pack.clauses
    }


@pytest.mark.parametrize("policy", ["xunwu-2022-59", "datong-2022"])
def test_every_paying_clause_of_plain_facts_has_a_guard_against_a_repeat(policy: str) -> None:
    for clause in load_packs(resources.path("policies"))[policy].clauses.values():
        if clause.pays and not any(field.type == "list" for field in clause.facts):
            assert clause.repeat or clause.fact("already_granted") or clause.fact("granted_this_year"), clause.id
