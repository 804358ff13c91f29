"""受理 of a claim that came before today, and the days of the 补正告知书: when it goes out, when the papers are due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from services.case_bench import DATONG, DT, PASSWORD, XUNWU, XW, CaseBench, make_bench

from caseworker.errors import InvalidInput

TODAY = date(2023, 6, 1)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, TODAY)
    yield made
    made.clerk.close()


# ---- the day of acceptance -----------------------------------------------------------------


def test_a_claim_that_came_yesterday_is_of_yesterday_and_says_why(bench: CaseBench) -> None:
    party = bench.dt_company()
    case_id = bench.clerk.cases.accept(party, DATONG, DT, date(2023, 5, 31), "昨日下班前收件，今日登记")
    detail = bench.clerk.cases.get(case_id)
    assert detail.as_of == date(2023, 5, 31)
    (first,) = detail.log
    assert (first.office_date, first.reason) == (TODAY, "受理日期 2023-05-31：昨日下班前收件，今日登记")
    entry = bench.clerk.audit.page(limit=1).rows[0]
    assert (entry.reason, entry.detail["accepted_on"]) == ("昨日下班前收件，今日登记", "2023-05-31")


def test_facts_of_a_later_day_do_not_count_for_it(bench: CaseBench) -> None:
    party = bench.xw_company(seats=260)
    bench.clerk.dossiers.set_fact(party, "seats", 300, TODAY, "新的验资报告")
    case_id = bench.clerk.cases.accept(party, XUNWU, XW, date(2023, 5, 31), "昨日收件")
    (seats,) = [fact for fact in bench.clerk.cases.calculation(case_id).facts if fact.name == "seats"]
    assert seats.value == 260


def test_the_number_is_of_the_year_of_acceptance(bench: CaseBench) -> None:
    bench.clock.set_day(date(2024, 1, 3))
    party = bench.xw_company()
    case_id = bench.clerk.cases.accept(party, XUNWU, XW, date(2023, 12, 29), "元旦前收件")
    assert bench.clerk.cases.get(case_id).number == "XK-2023-0001"


@pytest.mark.parametrize(
    ("day", "reason", "field"),
    [
        (TODAY + timedelta(days=1), "明天", "accepted_on"),
        (TODAY - timedelta(days=31), "早收件", "accepted_on"),
        (TODAY - timedelta(days=30), "早收件", ""),
        (TODAY - timedelta(days=1), "  ", "reason"),
        (TODAY, "", ""),
    ],
)
def test_days_that_are_taken(bench: CaseBench, day: date, reason: str, field: str) -> None:
    party = bench.xw_company()
    if not field:
        assert bench.clerk.cases.get(bench.clerk.cases.accept(party, XUNWU, XW, day, reason)).as_of == day
        return
    before = bench.clerk.audit.page().total
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.cases.accept(party, XUNWU, XW, day, reason)
    assert [problem.path for problem in caught.value.problems] == [field]
    assert bench.clerk.cases.page().total == 0
    assert bench.clerk.audit.page().total == before


# ---- the letter's days ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "late", "words"),
    [
        (date(2023, 6, 6), False, "应在 2023年6月6日 前（受理后 5 日内）一次发出"),
        (date(2023, 6, 7), True, "已逾期 1 天"),
    ],
)
def test_until_when_the_letter_is_to_go_out(bench: CaseBench, day: date, late: bool, words: str) -> None:
    case_id = bench.clerk.cases.accept(bench.dt_company(), DATONG, DT)
    bench.clock.set_day(day)
    detail = bench.clerk.cases.get(case_id)
    assert words in detail.supplement_note
    assert detail.supplement_late is late


def test_a_letter_that_went_out_late_says_so_and_binds_the_case(bench: CaseBench) -> None:
    case_id = bench.clerk.cases.accept(bench.dt_company(), DATONG, DT)
    bench.clock.set_day(date(2023, 6, 8))
    letter = bench.clerk.documents.make("supplement", case_id=case_id)
    detail = bench.clerk.cases.get(case_id)
    # 15 working days from 8 June: 端午 is off on the 22nd and 23rd, Sunday the 25th is worked
    assert detail.due_on == date(2023, 6, 30)
    assert "超过受理后 5 日的期限 2 天" in detail.supplement_note
    assert "补正期限 2023年6月30日" in detail.supplement_note
    assert not detail.supplement_late
    bench.clock.set_day(date(2023, 7, 1))
    late = bench.clerk.cases.get(case_id)
    assert late.supplement_late
    assert "补正已逾期 1 天" in late.supplement_note
    (todo,) = [todo for todo in bench.clerk.home.overview().todos if todo.target == ("case", case_id)]
    assert todo.urgency == "overdue"
    assert "2023-06-30" in todo.detail
    bench.clerk.documents.void(letter.id, "漏列一项")
    assert bench.clerk.cases.get(case_id).due_on is None


def test_papers_in_order_end_the_days(bench: CaseBench) -> None:
    case_id = bench.clerk.cases.accept(bench.dt_company(months=(202301,)), DATONG, DT)
    letter = bench.clerk.documents.make("supplement", case_id=case_id)
    bench["keeper"].documents.record_wet_seal(letter.id, "公章", PASSWORD)
    bench.tick_all(case_id)
    bench.clock.set_day(date(2023, 8, 1))
    assert "逾期" not in bench.clerk.cases.get(case_id).supplement_note
    bench.go(case_id, ("clerk", "verify"), ("clerk", "papers-complete"))
    detail = bench.clerk.cases.get(case_id)
    assert (detail.due_on, detail.supplement_note) == (None, "")


def test_a_year_without_holidays_is_said_where_its_days_are_counted(bench: CaseBench) -> None:
    bench.clock.set_day(date(2040, 6, 1))  # nobody has announced that year's holidays
    case_id = bench.clerk.cases.accept(bench.xw_company(), XUNWU, XW)
    bench.clerk.documents.make("supplement", case_id=case_id)
    detail = bench.clerk.cases.get(case_id)
    assert detail.due_on == date(2040, 6, 22)  # by weekdays alone
    assert "2040 年没有节假日数据" in detail.supplement_note
