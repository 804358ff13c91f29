"""有效坐席认定 over a party's imports, and the fact that a case of 场地补贴 takes from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from services.case_bench import DATONG, CaseBench, make_bench
from sqlalchemy import select

from caseworker.errors import Cancelled, Refusal
from caseworker.services.views import CaseFactView
from caseworker.store.models import Import

DAY = date(2023, 12, 20)
YEAR = tuple(range(202301, 202313))  # 2023-01 to 2023-12


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, DAY)
    yield made
    made["admin"].close()


def party_of(bench: CaseBench, *months: tuple[int, ...]) -> int:
    """A company with a person for each of these spans of months."""
    party = bench.dt_company(people=0)
    people = bench.roster(party, len(months))
    for person, span in zip(people, months, strict=True):
        bench.months(party, span, [person])
    return party


def choose_summed(bench: CaseBench, valid_from: date = DAY) -> None:
    bench["head"].points.choose(
        DATONG, "dt-2.rule", "summed", decision_number="同数服纪要〔2023〕1号", decided_on=DAY, valid_from=valid_from
    )


def valid_seats(bench: CaseBench, case_id: int) -> CaseFactView:
    return next(fact for fact in bench.clerk.cases.calculation(case_id).facts if fact.name == "valid_seats")


def test_a_seat_alone_a_seat_of_two_and_one_left_over(bench: CaseBench) -> None:
    party = party_of(bench, YEAR, YEAR[:7], YEAR[7:], YEAR[:3])
    before = bench.clerk.audit.page().total
    view = bench.clerk.seats.recognise(party)
    assert (view.count, view.upper_bound, view.optimal, view.unused, view.day) == (2, 2, True, 1, DAY)
    assert (view.rule, view.rule_text) == ("distinct", "同一月份只计一次")
    alone, shared = view.seats
    assert (len(alone.people), alone.months) == (1, 12)
    assert (len(shared.people), shared.months) == (2, 12)
    assert shared.month_list == tuple(f"2023-{month:02d}" for month in range(1, 13))
    assert set(alone.people).isdisjoint(shared.people)
    assert bench.clerk.audit.page().total == before


@pytest.mark.parametrize(
    ("months", "day", "count"),
    [(YEAR[:11], DAY, 0), (YEAR, DAY, 1), (YEAR, date(2023, 11, 30), 0), (YEAR, date(2023, 12, 1), 1)],
)
def test_twelve_months_up_to_the_day(bench: CaseBench, months: tuple[int, ...], day: date, count: int) -> None:
    assert bench.clerk.seats.recognise(party_of(bench, months), day).count == count


@pytest.mark.parametrize(("people", "count"), [(3, 1), (4, 0)])
def test_at_most_three_people_on_a_seat(bench: CaseBench, people: int, count: int) -> None:
    each = 12 // people
    party = party_of(bench, *(YEAR[place * each : (place + 1) * each] for place in range(people)))
    assert bench.clerk.seats.recognise(party).count == count


def test_the_reading_in_force_on_the_day_decides(bench: CaseBench) -> None:
    party = party_of(bench, YEAR[:6], YEAR[:6])
    choose_summed(bench)
    assert bench.clerk.seats.recognise(party, date(2023, 12, 19)).count == 0
    view = bench.clerk.seats.recognise(party, DAY)
    assert (view.count, view.rule, view.rule_text) == (1, "summed", "各人月份相加")
    assert view.seats[0].months == 12
    assert len(view.seats[0].month_list) == 6


def test_an_undone_import_counts_for_nothing(bench: CaseBench) -> None:
    party = party_of(bench, YEAR)
    assert bench.clerk.seats.recognise(party).count == 1
    with bench.clerk.file.read() as session:
        insurance = session.scalars(select(Import.id).where(Import.party_id == party, Import.kind == "insurance")).one()
    case_id = bench.clerk.cases.accept(party, DATONG, "dt-4-lease")
    assert valid_seats(bench, case_id).value == 1
    bench.clerk.imports.undo(insurance, "错")
    assert bench.clerk.seats.recognise(party).count == 0
    assert valid_seats(bench, case_id).origin == "missing"


def test_it_reaches_a_case_until_somebody_states_the_number(bench: CaseBench) -> None:
    party = party_of(bench, YEAR, YEAR[:6], YEAR[6:])
    case_id = bench.clerk.cases.accept(party, DATONG, "dt-4-lease")
    fact = valid_seats(bench, case_id)
    assert (fact.value, fact.origin, fact.problem) == (2, "people", None)
    assert fact.source == "有效坐席认定：花名册、工资流水、社保记录，共 2 席（口径：同一月份只计一次）"
    bench.clerk.dossiers.set_fact(party, "valid_seats", 7, date(2023, 1, 1), "上年认定书")
    fact = valid_seats(bench, case_id)
    assert (fact.value, fact.origin) == (7, "dossier")
    assert "上年认定书" in fact.source


def test_without_months_the_case_says_what_is_missing(bench: CaseBench) -> None:
    party = bench.dt_company(people=2)
    assert bench.clerk.seats.recognise(party).count == 0
    fact = valid_seats(bench, bench.clerk.cases.accept(party, DATONG, "dt-4-lease"))
    assert (fact.origin, fact.problem) == ("missing", "缺少“有效席位”。")


def test_it_can_be_given_up_and_says_how_far_it_is(bench: CaseBench) -> None:
    party = party_of(bench, YEAR, YEAR)
    steps: list[tuple[int, int]] = []
    bench.clerk.seats.recognise(party, progress=lambda done, total: steps.append((done, total)))
    assert steps[-1] == (2, 2)
    with pytest.raises(Cancelled):
        bench.clerk.seats.recognise(party, cancelled=lambda: True)


def test_only_where_a_policy_knows_valid_seats(bench: CaseBench) -> None:
    seats = bench.clerk.seats
    assert seats.offered((DATONG,))
    assert not seats.offered(("xunwu-2022-59", "no-such-policy"))
    with pytest.raises(Refusal, match="找不到"):
        seats.recognise(999_999)
    party = party_of(bench, YEAR)
    bench.settings(policies=["xunwu-2022-59"])
    with pytest.raises(Refusal, match="没有有效坐席"):
        seats.recognise(party)
