"""The invented office: the same for the same seed, valid in form, and every clean hand-in reads back to the truth."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caseworker.intake import InternRow, ReadResult, RosterRow, WageRow, YearlyRow, read_workbook
from caseworker.sample_data import HandIn, Manifest, make_office, make_people, make_sample
from caseworker.sample_data.other_hand_ins import INTERN_FILE, INTERNS, YEARLY_FILE
from caseworker.sample_data.people import RARE_NAMES
from caseworker.values import id_number, uscc
from caseworker.values.money import Money


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    return make_sample(tmp_path_factory.mktemp("sample"), 520, 5)


@settings(max_examples=20, deadline=None)
@given(st.integers())
def test_people_are_valid_in_form_and_different(seed: int) -> None:
    people = make_people(60, Random(seed))
    assert len({p.id_number for p in people}) == 60
    assert all(id_number.read(p.id_number).problem is None for p in people)
    assert all(p.id_number[6:14] == f"{p.born:%Y%m%d}" for p in people)
    assert all((int(p.id_number[16]) % 2 == 0) is p.female for p in people)
    assert all(date(1970, 1, 1) <= p.born <= date(2004, 12, 31) for p in people)
    assert [p.name[1:] for p in people[:9]] == list(RARE_NAMES)
    assert all(p.phone.startswith("199-0000-") for p in people)


def test_the_same_seed_gives_the_same_office() -> None:
    assert make_office(520, 5) == make_office(520, 5)
    assert make_office(520, 5) != make_office(520, 6)


def test_companies_codes_accounts_and_size() -> None:
    office = make_office(10_000, 1)
    assert sum(len(c.staff) for c in office.companies) == 10_000
    assert len({e.person.id_number for c in office.companies for e in c.staff}) == 10_000
    for party in (*office.companies, *office.schools):
        assert uscc.form_problem(party.code) is None
        assert uscc.check_digit_ok(party.code)
    assert len({c.account for c in office.companies}) == len(office.companies)
    assert sum(len(c.staff) for c in make_office(1, 1).companies) == 500


def test_the_case_of_xunwu() -> None:
    office = make_office()
    case = office.cases[0]
    company = office.company(case.company)
    assert (case.clause, case.as_of, case.facts["seats"]) == ("xw-1-new", date(2023, 6, 1), 260)
    assert (company.place, company.operation_start) == ("寻乌", date(2022, 5, 20))
    on_post = [e for e in company.staff if e.employed_to is None or e.employed_to >= case.as_of]
    assert len(on_post) == 260


def test_the_case_of_datong() -> None:
    office = make_office()
    case = office.cases[1]
    company = office.company(case.company)
    assert (case.clause, company.place) == ("dt-3-seat", "大同")
    assert len(company.staff) >= 200
    for e in company.staff:
        assert e.contract_end is None or e.contract_end.year - e.contract_start.year >= 1
        evidenced = {m for m, _ in e.wages if m <= "2023-05"} & set(e.insured)
        assert len(evidenced) >= 2  # a first application needs two


def truth_of(hand_in: HandIn, result: ReadResult) -> tuple[list[object], list[object]]:
    if hand_in.kind == "roster":
        got: list[object] = [
            (r.name, r.id_number, r.employed_from, r.employed_to, r.contract_start, r.contract_end, r.position)
            for r in result.rows
            if isinstance(r, RosterRow)
        ]
        return got, list(hand_in.roster())
    if hand_in.kind == "wages":
        return [(r.name, r.id_number, r.month, r.gross) for r in result.rows if isinstance(r, WageRow)], list(
            hand_in.wages()
        )
    return [(r.name, r.id_number, r.month) for r in result.rows if not isinstance(r, RosterRow)], list(
        hand_in.insured()
    )


def test_every_clean_hand_in_reads_back_to_the_truth(manifest: Manifest) -> None:
    assert {h.kind for h in manifest.hand_ins} == {"roster", "wages", "insurance"}
    assert {h.path.suffix for h in manifest.hand_ins} == {".xlsx", ".csv"}
    for hand_in in manifest.hand_ins:
        result = read_workbook(hand_in.kind, hand_in.path)
        assert result.rejected == (), hand_in.path
        assert "blank-row" not in {s.code for s in result.skipped}
        got, truth = truth_of(hand_in, result)
        assert truth
        assert sorted(got, key=str) == sorted(truth, key=str), hand_in.path


def test_the_csv_files_are_gb18030_and_nothing_else(manifest: Manifest) -> None:
    for hand_in in manifest.hand_ins:
        if hand_in.path.suffix == ".csv":
            content = hand_in.path.read_bytes()
            assert "姓名" in content.decode("gb18030")
            with pytest.raises(UnicodeDecodeError):
                content.decode("utf-8")


def test_the_practice_roster_has_exactly_its_errors(manifest: Manifest) -> None:
    result = read_workbook("roster", manifest.problem_file)
    assert [(r.row, r.code) for r in result.rejected] == [(p.row, p.code) for p in manifest.problems]
    assert {p.code for p in manifest.problems} == {
        "id-number-precision-lost",
        "id-number-invalid",
        "missing-value",
        "date-invalid",
        "duplicate-row",
        "same-id-different-name",
    }
    assert len(result.rows) == 4


def test_the_same_seed_writes_the_same_cells(manifest: Manifest, tmp_path: Path) -> None:
    again = make_sample(tmp_path, 520, 5)
    for one, other in zip(manifest.hand_ins, again.hand_ins, strict=True):
        assert read_workbook(one.kind, one.path).to_json() == read_workbook(other.kind, other.path).to_json()


def test_intern_lists_and_yearly_figures_read_without_a_problem(manifest: Manifest) -> None:
    by_name = {path.name: path for path in manifest.others}
    assert set(by_name) == {INTERN_FILE, YEARLY_FILE}
    for path in manifest.others:
        if path.name == INTERN_FILE:
            school = next(school for school in manifest.office.schools if school.name == path.parent.name)
            result = read_workbook("interns", path)
            rows = [row for row in result.rows if isinstance(row, InternRow)]
            assert len(rows) == INTERNS[school.education]
            assert {row.education for row in rows} == {school.education}
            assert all(id_number.read(row.id_number).problem is None for row in rows)
            assert any(row.hired_to for row in rows)
        else:
            result = read_workbook("yearly", path)
            figures = {row.year: row.facts for row in result.rows if isinstance(row, YearlyRow)}
            assert figures[2023]["tax_paid"] == Money.parse("1523000.00")
            assert figures[2022]["first_year_revenue"] == Money.parse("11200000.00")
            assert figures[2023]["first_year_revenue"] is None
        assert result.rejected == ()
