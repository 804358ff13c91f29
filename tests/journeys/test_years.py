"""What is paid over years: each instalment and each year claimed, worked out, shown and paid by itself, to the last."""

from __future__ import annotations

from datetime import date

import pytest
from journeys.walk import Filed, Walk, told, yearly
from services.clause_dossiers import CLAUSES

from caseworker.errors import Refusal
from caseworker.services.oversight_views import ActForm
from caseworker.values.money import Money


def ended(walk: Walk, filed: Filed) -> list[str]:
    return [row.state for row in walk.bench.clerk.cases.get(filed.case).instalments]


# ---- 大同 第三条 坐席补贴: four instalments in two years ------------------------------------------


def test_four_instalments_of_seats_within_two_years_and_the_report_on_their_use(walk: Walk) -> None:
    made = CLAUSES["dt-3-seat"][0](walk.bench)  # two people, wages and insurance of April and May 2023
    one, two = made.people
    first = walk.whole(made.party, "dt-3-seat", "5000.00")
    # a forecast, half a year apart, of as much again; nobody may be paid on it
    assert told(first.instalments) == [
        (1, "5000.00", "2023-06-08", "paid"),
        (2, "5000.00", "2023-12-08", "planned"),
        (3, "5000.00", "2024-06-08", "planned"),
        (4, "5000.00", "2024-12-08", "planned"),
    ]
    calendar = walk.bench.clerk.payments.calendar()
    assert [(row.number, str(row.due_on), row.state) for row in calendar] == [
        (2, "2023-12-08", "planned"), (3, "2024-06-08", "planned"), (4, "2024-12-08", "planned")
    ]  # fmt: skip
    with pytest.raises(Refusal, match="须另行申报、公示和决定"):
        walk.bench.clerk.payments.order("datong-2022", [first.instalments[1].id])

    walk.on(date(2023, 12, 8))
    assert "没有可发放的金额" in walk.refused(made.party, "dt-3-seat"), "the months of the first are used up"
    walk.bench.months(made.party, (202306, 202307, 202308, 202309, 202310, 202311))
    second = walk.whole(made.party, "dt-3-seat", "5000.00")
    assert [row[0] for row in told(second.instalments)] == [2, 3, 4]
    assert ended(walk, first) == ["paid", "ended", "ended", "ended"], "the new forecast takes the old one's place"
    assert second.decided_on == date(2023, 12, 15)

    walk.on(date(2024, 6, 15))  # the second of the two was away: 2,500 for the one who worked
    walk.bench.months(made.party, (202312, 202401, 202402, 202403, 202404, 202405), [one])
    third = walk.whole(made.party, "dt-3-seat", "2500.00")
    assert told(third.instalments) == [(3, "2500.00", "2024-06-22", "paid"), (4, "2500.00", "2024-12-22", "planned")]

    walk.on(date(2024, 12, 22))
    walk.bench.months(made.party, (202406, 202407, 202408, 202409, 202410, 202411), [one])
    walk.bench.months(made.party, (202405, 202406, 202407, 202408, 202409, 202410), [two])
    last = walk.whole(made.party, "dt-3-seat", "5000.00")
    assert told(last.instalments) == [(4, "5000.00", "2024-12-29", "paid")]
    assert ended(walk, third) == ["paid", "ended"]
    assert walk.bench.clerk.payments.calendar() == ()

    # the first has had 10,000, the second 7,500 and no new months: nothing more
    walk.on(date(2025, 6, 7))
    walk.bench.months(made.party, (202412, 202501, 202502, 202503, 202504, 202505), [one])
    assert "不符合条件" in walk.refused(made.party, "dt-3-seat")
    assert [walk.bench.clerk.programs.fund.year("datong-2022", year).paid for year in (2023, 2024)] == [
        Money.parse(10_000), Money.parse(7_500)
    ]  # fmt: skip

    use_of_funds(walk, made.party, "17500.00")
    walk.end()


def use_of_funds(walk: Walk, party: int, received: str) -> None:
    """第九条: a fifth for education. One fen short is not met and an order to mend follows; on the fen it is met."""
    oversight = walk.bench.clerk.oversight
    assert {str(amount) for amount in oversight.funds_form(party).paid.values()} == {received}
    day = walk.today

    def report(education: str) -> tuple[int, str]:
        form = ActForm(
            "funds-report",
            day,
            "资金使用报告",
            "请报送两年的使用情况",
            party,
            due_on=day,
            data={"period": "2023至2024年"},
        )
        act = oversight.enter(form).id
        figures = {
            "seat_subsidy_received": received,
            "education_spending": education,
            "other_permitted_spending": "14000",
            "other_spending": "0",
        }
        return act, oversight.report_funds(act, figures, day).row.outcome

    act, outcome = report("3499.99")
    assert outcome == "not-met"
    assert "0.01" in {value for _, _, value in oversight.get(act).trace}
    order = ActForm(
        "rectification", day, "教育经费不足", "教育经费 3,499.99 元", party, due_on=day,
        data={"ground": "other", "measures": "补足 0.01 元"},
    )  # fmt: skip
    mended = walk.bench["head"].oversight.enter(order).id
    assert report("3500")[1] == "met"
    assert walk.bench["reviewer"].oversight.close(mended, "mended", "已补足", day).row.outcome == "mended"


# ---- 大同 第四条 场地补贴: five years ------------------------------------------------------------


def test_five_years_of_a_lease(walk: Walk) -> None:
    made = CLAUSES["dt-4-lease"][0](walk.bench)  # three people with twelve months each: three valid seats
    given = []
    for year, amount in enumerate(("7500.00", "7500.00", "7500.00", "3750.00", "3750.00"), start=2023):
        if year > 2023:
            walk.on(date(year, 6, 15))
            walk.bench.months(made.party, [(year - 1) * 100 + month for month in range(1, 13)])
            made.record("violation", walk.today, finding="clean", matter="信用中国查询")
        given.append(walk.whole(made.party, "dt-4-lease", amount))
        assert walk.fund("datong-2022") == (Money.zero(), Money.parse(amount))
        if year == 2023:
            assert [(row[0], row[1]) for row in told(given[0].instalments)] == [
                (1, "7500.00"), (2, "7500.00"), (3, "7500.00"), (4, "3750.00"), (5, "3750.00")
            ]  # fmt: skip
            assert "不能重复兑现" in walk.refused(made.party, "dt-4-lease"), "once a year"
    assert [row.decided_on.year for row in given] == [2023, 2024, 2025, 2026, 2027]
    assert sum((row.amount for row in given), Money.zero()) == Money.parse(30_000)  # 3 × 10,000
    walk.on(date(2028, 6, 15))
    walk.bench["head"].programs.fund.set_budget("datong-2022", 2028, Money.parse(1_000_000), "同财预〔2028〕1号")
    assert "只补贴前 5 年" in walk.refused(made.party, "dt-4-lease")
    walk.end()


def test_five_years_of_a_purchase(walk: Walk) -> None:
    made = CLAUSES["dt-4-purchase"][0](walk.bench)  # 5,000.01 m², paid for 5,000: 2,500,000 yuan in all
    amounts = ("750000.00", "625000.00", "375000.00", "375000.00", "375000.00")  # 30, 25, 15, 15, 15 %
    for year, amount in enumerate(amounts, start=2023):
        if year > 2023:
            walk.on(date(year, 6, 15))
        filed = walk.whole(made.party, "dt-4-purchase", amount)
        if year == 2023:
            assert told(filed.instalments) == [
                (1, "750000.00", "2023-06-08", "paid"),
                (2, "625000.00", "2024-06-08", "planned"),
                (3, "375000.00", "2025-06-08", "planned"),
                (4, "375000.00", "2026-06-08", "planned"),
                (5, "375000.00", "2027-06-08", "planned"),
            ]
    assert told(filed.instalments) == [(5, "375000.00", "2027-06-22", "paid")]
    walk.end()


# ---- 寻乌: claimed by the year, or in parts ------------------------------------------------------


def test_rent_by_the_year_of_operation(walk: Walk) -> None:
    made = CLAUSES["xw-2-rent"][0](walk.bench)  # 30,000 a month, operating since 2022-01-10
    walk.whole(made.party, "xw-2-rent", "300000.00")  # year 1: 10 months
    assert walk.refused(made.party, "xw-2-rent")
    walk.on(date(2024, 1, 15))
    yearly(walk, made.party, 2023, {"rent_paid": "360000"})
    walk.whole(made.party, "xw-2-rent", "240000.00")  # year 2: 8 months
    walk.on(date(2025, 1, 15))
    yearly(walk, made.party, 2024, {"rent_paid": "200000.55"})
    walk.whole(made.party, "xw-2-rent", "200000.55")  # year 3: 7 months would be 210,000, but less was paid
    walk.on(date(2028, 1, 15))
    yearly(walk, made.party, 2027, {"rent_paid": "360000"})
    walk.whole(made.party, "xw-2-rent", "90000.00")  # year 6: 3 months
    walk.end()


def test_three_years_of_taxes(walk: Walk) -> None:
    made = CLAUSES["xw-3-tax"][0](walk.bench)
    walk.whole(made.party, "xw-3-tax", "720000.00")  # 2022: 3,000,000 of taxes, 90 % of 800,000
    for year, paid, kept, amount in (
        (2023, "2999999.99", "500000.55", "400000.44"),  # 80 %
        (2024, "1000000", "300000.01", "240000.01"),  # 80 % of 300,000.01 = 240,000.008
    ):
        walk.on(date(year + 1, 3, 1))
        yearly(walk, made.party, year, {"tax_paid": paid, "county_retained": kept})
        walk.whole(made.party, "xw-3-tax", amount)
    walk.on(date(2026, 3, 1))
    yearly(walk, made.party, 2025, {"tax_paid": "5000000", "county_retained": "900000"})
    assert "不符合条件" in walk.refused(made.party, "xw-3-tax"), "奖励期限为三年"
    walk.end()


def test_a_talents_taxes_year_by_year(walk: Walk) -> None:
    made = CLAUSES["xw-5-talent-tax"][0](walk.bench)
    walk.whole(made.party, "xw-5-talent-tax", "12011.10")
    walk.on(date(2024, 6, 1))
    for name, value in (("wage_tax_retained", "20000.05"), ("equity_tax_retained", "0")):
        walk.bench.clerk.records.set_person_fact(made.party, made.people[0], name, value, walk.today, "完税证明")
    filed = walk.whole(made.party, "xw-5-talent-tax", "18000.05")  # 18,000.045
    assert told(filed.instalments) == [(1, "18000.05", "2024-06-08", "paid")]
    walk.end()


def test_the_two_parts_of_the_hiring_award(walk: Walk) -> None:
    made = CLAUSES["xw-6-hiring"][0](walk.bench)  # three people, on post since 2022-12-01
    walk.whole(made.party, "xw-6-hiring", "1500.00")
    walk.on(date(2024, 11, 30))
    assert walk.refused(made.party, "xw-6-hiring")
    walk.on(date(2024, 12, 1))
    walk.whole(made.party, "xw-6-hiring", "1500.00")
    walk.on(date(2026, 12, 1))
    assert walk.refused(made.party, "xw-6-hiring")
    walk.end()


def test_the_three_parts_of_a_schools_interns(walk: Walk) -> None:
    made = CLAUSES["xw-7-school-interns"][0](walk.bench)  # 100 interns, 30 hired on 2022-05-01
    walk.whole(made.party, "xw-7-school-interns", "29000.00")  # 100 × 200 and, a year being over, 30 × 300
    walk.on(date(2024, 5, 1))
    walk.whole(made.party, "xw-7-school-interns", "15000.00")  # 30 × 500
    assert walk.refused(made.party, "xw-7-school-interns")
    walk.end()


@pytest.mark.parametrize(
    ("clause", "fact", "first", "more", "second", "next_year"),
    [
        # 3 × 5,000; 45 × 5,000 would be 225,000, the year's cap 200,000 less 15,000; the next year 2 × 5,000
        ("xw-14-service-trade", "recognized_usd", "15000.00", "45000000", "185000.00", "10000.00"),
        # 9 × 3,000; 40 × 3,000 would be 120,000, the year's cap 100,000 less 27,000; the next year 2 × 3,000
        ("xw-15-offshore", "offshore_usd", "27000.00", "40000000", "73000.00", "6000.00"),
    ],
)
def test_a_cap_of_the_year_leaves_what_was_not_granted(
    walk: Walk, clause: str, fact: str, first: str, more: str, second: str, next_year: str
) -> None:
    made = CLAUSES[clause][0](walk.bench)
    walk.whole(made.party, clause, first)
    walk.on(date(2023, 12, 1))
    yearly(walk, made.party, 2023, {fact: more})
    walk.whole(made.party, clause, second)
    assert walk.refused(made.party, clause), "the cap of 2023 is used up"
    walk.on(date(2024, 12, 1))
    yearly(walk, made.party, 2024, {fact: "2999999.99"})
    walk.whole(made.party, clause, next_year)
    walk.end()


def test_new_seats_up_to_two_millions_over_the_years(walk: Walk) -> None:
    made = CLAUSES["xw-1-expansion"][0](walk.bench)
    walk.whole(made.party, "xw-1-expansion", "180000.00")  # 120 × 1,500
    walk.on(date(2024, 6, 1))
    made.record("seats", walk.today, total=1700, self_invested=1700, added=1300)
    walk.whole(made.party, "xw-1-expansion", "1820000.00")  # 1,950,000 would pass 2,000,000 in all
    walk.end()
