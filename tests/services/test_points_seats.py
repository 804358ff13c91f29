"""口径 dt-2.rule: how valid seats are counted reaches the open cases, and decided ones keep the rule they used."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pdfplumber
import pytest
from services.case_bench import DATONG, CaseBench, make_bench
from sqlalchemy import select

from caseworker.errors import Cancelled
from caseworker.store.canonical import canonical
from caseworker.store.models import Proposal

RULE = "dt-2.rule"
LEASE = "dt-4-lease"
DAY = date(2023, 12, 1)
YEAR = tuple(range(202301, 202313))
DECISION = "同数服纪要〔2023〕1号"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, DAY)
    yield made
    made["admin"].close()


def lessee(bench: CaseBench, *months: tuple[int, ...], name: str = "大同市云州标注有限公司") -> int:
    """Fulfils every condition of 租赁场地补贴; a person for each of these spans of months."""
    party = bench.dt_company(people=0, name=name)
    for fact, value in (
        ("own_use", True),
        ("good_credit", True),
        ("lease_start", "2023-01-01"),
        ("lease_end", "2027-12-31"),
        ("subsidy_year", 1),
    ):
        bench.clerk.dossiers.set_fact(party, fact, value, date(2023, 1, 1), "租赁合同")
    people = bench.roster(party, len(months))
    for person, span in zip(people, months, strict=True):
        bench.months(party, span, [person])
    return party


# One person all year and two over the same half year: one seat when a month counts once, two when months are added.
TWO_READINGS = (YEAR, YEAR[:6], YEAR[:6])


def summed(bench: CaseBench, valid_from: date = DAY) -> None:
    bench["head"].points.choose(
        DATONG, RULE, "summed", decision_number=DECISION, decided_on=valid_from, valid_from=valid_from
    )


def rule_of(bench: CaseBench, case_id: int) -> tuple[str, str] | None:
    views = bench.clerk.cases.calculation(case_id).points
    return next(((one.option, one.decision) for one in views if one.id == RULE), None)


def test_the_register_names_the_clause_that_counts_seats(bench: CaseBench) -> None:
    row = next(one for one in bench.clerk.points.register(DATONG) if one.id == RULE)
    assert [clause for clause, _, _ in row.clauses] == [LEASE]
    assert (row.option, row.decision) == ("distinct", "程序默认")


def test_each_reading_counts_its_own_seats_and_amount(bench: CaseBench) -> None:
    party = lessee(bench, *TWO_READINGS)
    case_id = bench.clerk.cases.accept(party, DATONG, LEASE)
    (row,) = bench.clerk.points.effects(DATONG, RULE)
    assert (row.case_id, row.option, row.differs, row.note) == (case_id, "distinct", True, "")
    assert [(one.option, one.seats, str(one.amount), one.eligible) for one in row.readings] == [
        ("distinct", 1, "2500.00", True),
        ("summed", 2, "5000.00", True),
    ]
    # what the default reading says is what the case says
    assert bench.clerk.cases.calculation(case_id).amount == row.readings[0].amount
    assert rule_of(bench, case_id) == ("distinct", "程序默认")
    summed(bench)
    (row,) = bench.clerk.points.effects(DATONG, RULE)
    assert row.option == "summed"
    assert [one.seats for one in row.readings] == [1, 2]
    assert bench.clerk.cases.calculation(case_id).amount == row.readings[1].amount
    assert rule_of(bench, case_id) == ("summed", DECISION)


def test_no_seat_under_one_reading_is_not_eligible_there(bench: CaseBench) -> None:
    bench.clerk.cases.accept(lessee(bench, YEAR[:6], YEAR[:6]), DATONG, LEASE)
    (row,) = bench.clerk.points.effects(DATONG, RULE)
    assert [(one.seats, str(one.amount), one.eligible) for one in row.readings] == [
        (0, "0.00", False),
        (1, "2500.00", True),
    ]


def test_both_readings_the_same_make_no_difference(bench: CaseBench) -> None:
    bench.clerk.cases.accept(lessee(bench, YEAR), DATONG, LEASE)
    (row,) = bench.clerk.points.effects(DATONG, RULE)
    assert [(one.seats, str(one.amount)) for one in row.readings] == [(1, "2500.00"), (1, "2500.00")]
    assert not row.differs


def test_a_number_stated_by_hand_is_out_of_the_points_reach(bench: CaseBench) -> None:
    party = lessee(bench, *TWO_READINGS)
    bench.clerk.dossiers.set_fact(party, "valid_seats", 7, date(2023, 1, 1), "上年认定书")
    case_id = bench.clerk.cases.accept(party, DATONG, LEASE)
    (row,) = bench.clerk.points.effects(DATONG, RULE)
    assert [(one.seats, str(one.amount)) for one in row.readings] == [(None, "17500.00"), (None, "17500.00")]
    assert (row.option, row.differs) == ("distinct", False)
    assert "手工" in row.note
    assert rule_of(bench, case_id) is None


def test_without_months_no_reading_can_be_worked_out(bench: CaseBench) -> None:
    bench.clerk.cases.accept(lessee(bench), DATONG, LEASE)
    (row,) = bench.clerk.points.effects(DATONG, RULE)
    assert [(one.amount, one.seats) for one in row.readings] == [(None, None), (None, None)]
    assert "有效席位" in row.readings[1].problem
    assert row.note == ""


def test_other_points_of_the_clause_leave_the_seats_alone(bench: CaseBench) -> None:
    bench.clerk.cases.accept(lessee(bench, *TWO_READINGS), DATONG, LEASE)
    (row,) = bench.clerk.points.effects(DATONG, "dt.after-trial")
    assert [(one.option, one.seats, str(one.amount)) for one in row.readings] == [
        ("continue", None, "2500.00"),
        ("stop", None, "2500.00"),
    ]


def test_decided_cases_are_listed_with_the_rule_they_used(bench: CaseBench) -> None:
    earlier = bench.to_payment(lessee(bench, *TWO_READINGS, name="甲公司"), DATONG, LEASE)
    by_hand = lessee(bench, *TWO_READINGS, name="乙公司")
    bench.clerk.dossiers.set_fact(by_hand, "valid_seats", 7, date(2023, 1, 1), "上年认定书")
    bench.to_payment(by_hand, DATONG, LEASE)
    today = bench.clock.today()
    summed(bench, today)
    later = bench.to_payment(lessee(bench, *TWO_READINGS, name="丙公司"), DATONG, LEASE)
    assert [
        (one.case_id, one.option, one.option_text, one.decision, str(one.amount))
        for one in bench.clerk.points.uses(DATONG, RULE)
    ] == [
        (later, "summed", "各人月份相加", DECISION, "5000.00"),
        (earlier, "distinct", "同一月份只计一次", "程序默认", "2500.00"),
    ]
    assert rule_of(bench, earlier) == ("distinct", "程序默认")
    assert bench.clerk.points.effects(DATONG, RULE) == ()


def test_what_is_frozen_works_out_again_and_the_interface_stays(bench: CaseBench) -> None:
    case_id = bench.to_notice(lessee(bench, *TWO_READINGS), DATONG, LEASE)
    assert bench.clerk.cases.verify_proposal(case_id)[0] is True
    with bench.clerk.file.read() as session:
        frozen = json.loads(session.scalars(select(Proposal.frozen)).one())
    assert {"id": RULE, "option": "distinct", "decision": "程序默认"} in frozen["points"]
    # `calculate` takes the number of seats as a fact: the rule is none of its own points
    assert RULE not in frozen["request"]["interpretations"]
    assert RULE not in frozen["result"]["interpretations"]


def test_the_calculation_sheet_prints_the_rule_and_whose_decision_it_is(bench: CaseBench) -> None:
    summed(bench)
    case_id = bench.to_payment(lessee(bench, *TWO_READINGS), DATONG, LEASE)
    made = bench.clerk.documents.make("calculation", case_id=case_id)
    with pdfplumber.open(io.BytesIO(bench.clerk.documents.data(made.id)[2])) as pdf:
        text = "".join(char["text"] for page in pdf.pages for char in page.chars)
    assert "各人月份相加" in text
    assert DECISION in text
    assert "5,000.00" in text


def test_what_was_frozen_before_the_rule_was_kept_still_verifies(bench: CaseBench) -> None:
    case_id = bench.to_notice(lessee(bench, *TWO_READINGS), DATONG, LEASE)
    with bench.clerk.file.write(bench.clerk.actor, "case.move") as work:
        proposal = work.session.scalars(select(Proposal)).one()
        frozen = json.loads(proposal.frozen)
        frozen["points"] = [one for one in frozen["points"] if one["id"] != RULE]
        proposal.frozen = canonical(frozen)
        proposal.sha256 = digest = hashlib.sha256(proposal.frozen).hexdigest()
        work.subject("case", case_id)
    assert bench.clerk.cases.verify_proposal(case_id)[0] is True
    view = bench.clerk.cases.calculation(case_id)
    assert (str(view.amount), view.differs_from_proposal) == ("2500.00", ())
    assert rule_of(bench, case_id) is None
    notice = bench.clerk.notices.publish([case_id])
    bench.clock.set_day(notice.last_day)
    bench.clerk.notices.close(notice.id)
    bench.go(case_id, ("clerk", "notice-done"), ("head", "decide-grant"))
    assert bench.clerk.points.uses(DATONG, RULE) == ()
    assert [one.case_id for one in bench.clerk.points.uses(DATONG, "dt.after-trial")] == [case_id]
    with bench.clerk.file.read() as session:
        assert session.scalars(select(Proposal.sha256)).one() == digest


def test_a_case_that_counts_no_seats_freezes_what_it_always_froze(bench: CaseBench) -> None:
    bench.to_notice(bench.xw_company(), "xunwu-2022-59", "xw-1-new")
    with bench.clerk.file.read() as session:
        frozen = json.loads(session.scalars(select(Proposal.frozen)).one())
    assert [one["id"] for one in frozen["points"]] == ["xw-1.seats-300", "nonduplication"]


def test_a_rule_changed_behind_a_proposal_is_told(bench: CaseBench) -> None:
    case_id = bench.to_notice(lessee(bench, *TWO_READINGS), DATONG, LEASE)
    summed(bench)  # from the very day the case was accepted
    changed = {label: (was, now) for label, was, now in bench.clerk.cases.calculation(case_id).differs_from_proposal}
    point = bench.clerk.packs[DATONG].points["dt-2.rule"]
    words = {option.id: option.label for option in point.options}
    assert changed[f"口径：{point.question}"] == (words["distinct"], words["summed"])
    assert changed["有效席位"] == ("1 席", "2 席")


def test_recognising_inside_a_case_can_be_given_up_and_says_how_far_it_is(bench: CaseBench) -> None:
    # A mixture of months that no other test has: an answer already known would not be worked out again.
    party = lessee(bench, *(YEAR[start : start + 5] for start in (0, 1, 2, 3, 4, 5, 6)))
    case_id = bench.clerk.cases.accept(party, DATONG, LEASE)
    cases = bench.clerk.cases
    for call in (
        lambda: cases.get(case_id, cancelled=lambda: True),
        lambda: cases.calculation(case_id, cancelled=lambda: True),
        lambda: cases.move(case_id, "verify", version=0, cancelled=lambda: True),
        lambda: bench.clerk.points.effects(DATONG, RULE, cancelled=lambda: True),
    ):
        with pytest.raises(Cancelled):
            call()
    steps: list[tuple[int, int]] = []
    cases.calculation(case_id, progress=lambda done, total: steps.append((done, total)))
    assert steps[-1] == (7, 7)
    steps.clear()
    known = cases.calculation(case_id, progress=lambda done, total: steps.append((done, total)), cancelled=lambda: True)
    assert (steps, known.problems) == ([], ())  # known now: nothing to wait for and nothing to give up
