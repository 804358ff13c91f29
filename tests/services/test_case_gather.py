"""Every clause of both policies from a dossier filled through the services: what it comes to, and what it misses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from services.case_bench import XUNWU, CaseBench, make_bench
from services.clause_dossiers import CLAUSES, DAY, company, gathered, person, policy_of, school, worked
from sqlalchemy import event, insert, select

from caseworker.policy import Packs
from caseworker.services.case_facts import gather
from caseworker.store.models import Case, Employment, InsuranceMonth, PartyFact, PartyRecord, Person, PersonFact


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, DAY)
    yield made
    made.clerk.close()


def test_the_table_holds_every_clause(bench: CaseBench) -> None:
    packs: Packs = bench.clerk.packs
    assert set(CLAUSES) == {clause for pack in packs for clause in pack.clauses}


@pytest.mark.parametrize("clause", CLAUSES)
def test_what_is_on_record_reaches_the_calculation_by_itself(bench: CaseBench, clause: str) -> None:
    fill, amount = CLAUSES[clause]
    made = fill(bench)
    found = gathered(bench, made.party, clause)
    result = worked(bench, made.party, clause)
    assert (result["eligible"], result["amount"]) == (True, amount), result["conditions"]
    assert all(view.source for view in found.views), "each with its source"
    (needs,) = [one for one in bench.clerk.records.needs(made.party) if one.clause == clause]
    assert (needs.ready, needs.missing) == (True, ())


@pytest.mark.parametrize("clause", CLAUSES)
def test_each_fact_that_is_taken_away_is_named(bench: CaseBench, clause: str) -> None:
    """Every row that the dossier keeps is voided by itself; what the clause then lacks is named, or nothing changed."""
    made = CLAUSES[clause][0](bench)
    with bench.clerk.file.read() as session:
        kept = [
            (table, row.id, getattr(row, "name", None) or getattr(row, "kind", None))
            for table in (PartyFact, PartyRecord, PersonFact)
            for row in session.scalars(select(table).where(table.party_id == made.party))
        ]
    fields = {fact.kept_name: fact for fact in bench.clerk.packs[policy_of(clause)].clauses[clause].facts}
    items = {item.name: item for fact in fields.values() for item in fact.items}
    for table, key, name in kept:
        with bench.clerk.file.write(bench.clerk.actor, "test.void") as work:
            work.session.get_one(table, key).voided_reason = "试"
            work.subject("party", made.party)
        (needs,) = [one for one in bench.clerk.records.needs(made.party) if one.clause == clause]
        where = {need.where for need in needs.missing}
        if table is PartyRecord and name in {"seats", "premises-lease", "premises-purchase", "premises-renovation"}:
            assert f"record:{name}" in where, (name, needs)
        elif table is PartyFact and name in fields and not fields[name].nullable:
            assert any(one in where for one in (f"fact:{name}", "record:seats", "record:premises-lease")), (name, needs)
        elif table is PersonFact and sum(one[2] == name for one in kept) > 1:
            assert needs.ready, "whoever has nothing on record is not in the list"
        elif table is PersonFact and not items[str(name)].nullable:
            assert f"person-fact:{name}" in where, (name, needs)
        assert all(need.words.endswith("。") and need.label for need in needs.missing)
        assert needs.ready == (not needs.missing)
        with bench.clerk.file.write(bench.clerk.actor, "test.back") as work:
            work.session.get_one(table, key).voided_reason = None
            work.subject("party", made.party)


@pytest.mark.parametrize("clause", CLAUSES)
def test_of_an_empty_dossier_every_fact_that_must_be_said_is_named(bench: CaseBench, clause: str) -> None:
    rule = bench.clerk.packs[policy_of(clause)].clauses[clause]
    empty = {"company": company, "school": school, "person": person}[rule.payee](bench)
    (needs,) = [one for one in bench.clerk.records.needs(empty.party) if one.clause == clause]
    found = gathered(bench, empty.party, clause)
    lacking = {view.name for view in found.views if view.problem is not None}
    derived = {"already_granted", "granted_this_year", "first_application", "continuing", "subsidy_year"}
    derived |= {"first_paid", "second_paid", "third_paid"}
    expected = {fact.name for fact in rule.facts if not fact.nullable and fact.name not in derived}
    assert lacking == expected
    assert len(needs.missing) == len(found.missing) >= len(expected)
    assert not needs.ready
    assert {need.where.split(":")[0] for need in needs.missing} <= {
        "fact", "record", "people", "person-fact", "interns", "case",
    }  # fmt: skip


def test_ten_thousand_people_are_gathered_in_a_few_queries(bench: CaseBench) -> None:
    made = company(bench)
    made.facts(in_scope=True)
    made.record("seats", total=100)
    count = 10_000
    with bench.clerk.file.write(bench.clerk.actor, "test.people") as work:
        work.bulk(
            insert(Person),
            [
                {"version": 1, "name": f"员工{n}", "initials": "yg", "id_kind": "passport", "id_number": f"E{n:08d}",
                 "id_accepted_reason": ""}
                for n in range(count)
            ],
        )  # fmt: skip
        keys = list(work.session.scalars(select(Person.id).where(Person.id_number.like("E%"))))
        rows = [{"version": 1, "party_id": made.party, "person_id": key} for key in keys]
        contract = {"contract_start": date(2022, 12, 1), "contract_end": None, "employed_to": None, "position": ""}
        work.bulk(insert(Employment), [{**row, **contract, "employed_from": date(2022, 12, 1)} for row in rows])
        fact = {"name": "newly_hired", "value": {"value": True}, "valid_from": DAY, "source": "花名册"}
        work.bulk(insert(PersonFact), [{**row, **fact} for row in rows])
        work.subject("party", made.party)
    statements: list[str] = []

    def count_statement(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    case = Case(policy=XUNWU, clause="xw-6-hiring", party_id=made.party, as_of=DAY)
    with bench.clerk.file.read() as session:
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", count_statement)
        try:
            found = gather(session, case, bench.clerk.packs)
        finally:
            event.remove(engine, "before_cursor_execute", count_statement)
    assert len(found.values["people"]) == count
    assert found.missing == ()
    assert len(statements) < 40, "sets of people, never one by one"
    assert InsuranceMonth.__tablename__ not in " ".join(statements), "months are read only where a clause asks for them"
