"""一事一议, 院校, persons paid directly, service records: the same life with their own payees, from door to archive."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pdfplumber
import pytest
from services.case_bench import DATONG, XUNWU, CaseBench, make_bench
from services.clause_dossiers import CLAUSES, DAY, policy_of

from caseworker.errors import Refusal
from caseworker.services.filing import check
from caseworker.values.money import Money


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, DAY)
    yield made
    made.clerk.close()


@pytest.mark.parametrize(
    ("clause", "kind", "you"),
    [
        ("xw-16-special", "company", "你单位"),
        ("dt-14-special", "company", "你单位"),
        ("dt-6-school-interns", "school", "你单位"),
        ("xw-8-job-fair", "school", "你单位"),
        ("xw-5-talent-tax", "person", "你"),
        ("xw-12-housing-rent", "person", "你"),
    ],
)
def test_from_door_to_archive(bench: CaseBench, tmp_path: Path, clause: str, kind: str, you: str) -> None:
    fill, amount = CLAUSES[clause]
    party = fill(bench).party
    detail = bench.clerk.dossiers.get(party)
    assert detail.form.kind == kind
    wrong_kinds = {row[2] for row in bench.clerk.cases.clauses_for(bench.company("寻乌县他人客服有限公司"))}
    assert (clause in wrong_kinds) == (kind == "company")
    if not detail.form.account_number:
        form = replace(
            detail.form,
            account_name=detail.form.name,
            bank_name="中国农业银行寻乌支行",
            account_number="6228480402564890018",
        )
        bench.clerk.dossiers.update(party, detail.version, form)
    case_id = bench.to_payment(party, policy_of(clause), clause)
    shown = bench.clerk.cases.get(case_id)
    assert shown.instalments[0].amount == Money.parse(amount)
    letter = bench.clerk.documents.make("decision", case_id=case_id)
    _name, _kind, data = bench.clerk.documents.data(letter.id)
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        text = re.sub(r"\s", "", "".join(page.extract_text() for page in pdf.pages))
    assert detail.form.name in text
    assert ("你单位" in text) == (you == "你单位")
    assert ("证件号码：" in text, "统一社会信用代码：" in text) == (kind == "person", kind != "person")
    bench.pay(case_id)
    assert {one.state for one in bench.clerk.cases.get(case_id).instalments} <= {"paid", "planned"}
    assert bench.go(case_id, ("clerk", "archive")).status == "closed"
    made = bench.clerk.filing.export(case_id, tmp_path / "out")
    assert check(made.path) == ()
    assert bench.clerk.audit.verify()[0]


@pytest.mark.parametrize("clause", ["xw-11-services", "xw-13-housing-security", "dt-5-services", "dt-9-use-of-funds"])
def test_what_pays_nothing_is_a_record_and_no_case(bench: CaseBench, clause: str) -> None:
    party = CLAUSES[clause][0](bench).party
    policy = XUNWU if clause.startswith("xw") else DATONG
    assert clause not in {row[2] for row in bench.clerk.cases.clauses_for(party)}
    with pytest.raises(Refusal, match=r"登记|计算|办件"):
        bench.clerk.cases.accept(party, policy, clause, date(2023, 6, 1))
