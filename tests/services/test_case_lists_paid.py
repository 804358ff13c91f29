"""Clauses about people, interns and fairs from the dossier to the money: form, sheet, letter, payment, and once."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from services.case_bench import CaseBench, make_bench
from services.clause_dossiers import CLAUSES, DAY, policy_of

from caseworker.errors import Refusal
from caseworker.values.money import Money

LISTED = (
    "xw-5-talent-tax", "xw-6-hiring", "xw-7-school-interns", "xw-8-job-fair", "xw-9-internship", "xw-12-housing-rent",
    "dt-6-school-interns",
)  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, DAY)
    yield made
    made.clerk.close()


@pytest.mark.parametrize("clause", LISTED)
def test_a_list_goes_all_the_way_and_is_not_paid_again(bench: CaseBench, clause: str) -> None:
    fill, amount = CLAUSES[clause]
    made = fill(bench)
    detail = bench.clerk.dossiers.get(made.party)
    account = {"account_name": detail.form.name, "bank_name": "中国银行寻乌支行", "account_number": "6217001234567"}
    bench.clerk.dossiers.update(made.party, detail.version, dataclasses.replace(detail.form, **account))
    case = bench.to_payment(made.party, policy_of(clause), clause)
    for kind in ("application-form", "calculation"):
        assert bench.clerk.documents.make(kind, case_id=case).case_number == bench.clerk.cases.get(case).number
    bench.pay(case)
    paid = bench.clerk.cases.get(case).instalments
    assert [(one.amount, one.state) for one in paid] == [(Money.parse(amount), "paid")]
    ok, words = bench.clerk.cases.verify_proposal(case)
    assert ok, words
    again = bench.clerk.cases.accept(made.party, policy_of(clause), clause)
    view = bench.clerk.cases.calculation(again)
    assert view.amount in (None, Money.zero()), "nothing is left, or nobody is"
    bench.tick_all(again)
    bench.go(again, ("clerk", "verify"))
    with pytest.raises(Refusal):
        bench.go(again, ("clerk", "papers-complete"), ("clerk", "calculated"), ("clerk", "propose"))
