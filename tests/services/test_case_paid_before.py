"""What was granted, here or before this program, is known to the next claim: parts, months, years, levels, fairs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from services.case_bench import DATONG, XUNWU, CaseBench, make_bench
from services.clause_dossiers import CLAUSES, DAY, Filled, company, gathered, school, worked
from sqlalchemy import select

from caseworker.errors import Refusal
from caseworker.services.case_repeats import repeats
from caseworker.services.views import PartyForm
from caseworker.store.models import Case, Import, PartyFact, PersonAward, PriorGrant
from caseworker.values.money import Money
from caseworker.values.uscc import check_character


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, DAY)
    yield made
    made.clerk.close()


def prior(
    bench: CaseBench,
    party: int,
    clause: str,
    day: date,
    person: int | None = None,
    confirmed: bool = True,
    **facts: Any,
) -> int:
    """历史兑现补录 of one grant, as its service keeps it."""
    with bench.clerk.file.write(bench.clerk.actor, "test.prior") as work:
        row = PriorGrant(
            party_id=party,
            person_id=person,
            policy=XUNWU if clause.startswith("xw") else DATONG,
            clause=clause,
            granted_on=day,
            amount=Money.parse(1000),
            facts=facts,
            evidence="拨款凭证",
            entered_by=bench.clerk.user.id,
            confirmed_by=bench["second"].user.id if confirmed else None,
        )
        work.session.add(row)
        work.session.flush()
        work.subject("party", party)
        return row.id


def void(bench: CaseBench, table: Any, key: int) -> None:
    with bench.clerk.file.write(bench.clerk.actor, "test.void") as work:
        work.session.get_one(table, key).voided_reason = "试"
        work.subject("party", 1)


def values(bench: CaseBench, party: int, clause: str, day: date | None = None) -> dict[str, Any]:
    return gathered(bench, party, clause, day).values


def grant(bench: CaseBench, made: Filled, clause: str) -> int:
    """Through every step to the decision; gives the case."""
    return bench.to_payment(made.party, XUNWU if clause.startswith("xw") else DATONG, clause)


# ---- 用工补贴: each part once ------------------------------------------------------------------


def test_the_hiring_award_is_paid_in_its_two_parts_once_each(bench: CaseBench) -> None:
    made = CLAUSES["xw-6-hiring"][0](bench)
    case = grant(bench, made, "xw-6-hiring")
    with bench.clerk.file.read() as session:
        awards = session.scalars(select(PersonAward)).all()
        assert [award.facts for award in awards] == [{"parts": ["first"]}] * 3
        assert {award.amount for award in awards} == {Money.parse(500)}
    again = values(bench, made.party, "xw-6-hiring")["people"]
    assert [(one["first_paid"], one["second_paid"]) for one in again] == [(True, False)] * 3
    # on post since 2022-12-01: two years are over on 2024-12-01
    assert worked(bench, made.party, "xw-6-hiring", date(2024, 11, 30))["amount"] == "0.00"
    assert worked(bench, made.party, "xw-6-hiring", date(2024, 12, 1))["amount"] == "1500.00"
    other = Filled(bench, bench.company("寻乌县别家客服有限公司"))
    bench.roster(other.party, 0, existing=made.people)
    bench.clerk.records.set_people_fact(other.party, made.people, "newly_hired", True, DAY, "花名册")
    assert not any(one["first_paid"] for one in values(bench, other.party, "xw-6-hiring")["people"]), "同一企业"
    bench.go(case, ("head", "terminate", "企业放弃"))
    assert not any(one["first_paid"] for one in values(bench, made.party, "xw-6-hiring")["people"])


def test_both_parts_of_the_hiring_award_paid_at_once_are_both_remembered(bench: CaseBench) -> None:
    made = CLAUSES["xw-6-hiring"][0](bench)
    bench.clock.set_day(date(2024, 12, 1))
    grant(bench, made, "xw-6-hiring")
    people = values(bench, made.party, "xw-6-hiring")["people"]
    assert all(one["first_paid"] and one["second_paid"] for one in people)
    assert worked(bench, made.party, "xw-6-hiring")["amount"] == "0.00"


def test_a_part_paid_before_this_program_counts_once_confirmed(bench: CaseBench) -> None:
    made = CLAUSES["xw-6-hiring"][0](bench)
    one, two, three = made.people
    prior(bench, made.party, "xw-6-hiring", date(2022, 12, 30), one, parts=["first"])
    prior(bench, made.party, "xw-6-hiring", date(2022, 12, 30), two, confirmed=False, parts=["first"])
    void(bench, PriorGrant, prior(bench, made.party, "xw-6-hiring", date(2022, 12, 30), three, parts=["first"]))
    paid = [record["first_paid"] for record in values(bench, made.party, "xw-6-hiring")["people"]]
    assert paid == [True, False, False]


# ---- 租房补贴: months ------------------------------------------------------------------------


def test_months_of_rent_aid_are_used_up_by_the_award(bench: CaseBench) -> None:
    made = CLAUSES["xw-12-housing-rent"][0](bench)
    grant(bench, made, "xw-12-housing-rent")
    with bench.clerk.file.read() as session:
        assert session.scalars(select(PersonAward.facts)).one() == {"months_paid": 6}
    (record,) = values(bench, made.party, "xw-12-housing-rent")["people"]
    assert record["months_paid"] == 6
    result = worked(bench, made.party, "xw-12-housing-rent")
    assert (result["eligible"], result["amount"]) == (False, "0.00")


def test_months_paid_before_this_program_are_added_up_and_leave_the_rest(bench: CaseBench) -> None:
    made = CLAUSES["xw-12-housing-rent"][0](bench)
    for months in (1, 2):
        prior(bench, made.party, "xw-12-housing-rent", date(2023, months, 1), made.people[0], months_paid=months)
    assert worked(bench, made.party, "xw-12-housing-rent")["amount"] == "600.00"  # 3 × 200
    prior(bench, made.party, "xw-12-housing-rent", date(2023, 3, 1), made.people[0], months_paid=4)
    (record,) = values(bench, made.party, "xw-12-housing-rent")["people"]
    assert record["months_paid"] == 6, "7 months on paper are no more than the text allows"


# ---- 就业见习: once a person, wherever -------------------------------------------------------


def test_a_trainee_is_paid_for_once_at_whatever_company(bench: CaseBench) -> None:
    made = CLAUSES["xw-9-internship"][0](bench)
    facts = values(bench, made.party, "xw-9-internship")["people"][0]
    own = {name: value for name, value in facts.items() if name != "key"}
    other = Filled(bench, bench.company("寻乌县别家客服有限公司"))
    other.facts(in_scope=True, minimum_wage="1850")
    bench.roster(other.party, 0, existing=made.people[:1])
    other.of(made.people[0], **own)
    waiting = bench.to_proposal(other.party, XUNWU, "xw-9-internship")
    case = grant(bench, made, "xw-9-internship")
    number = bench.clerk.cases.get(case).number
    found = gathered(bench, made.party, "xw-9-internship")
    assert [gap.where for gap in found.gaps] == ["case"]
    assert number in found.missing[0]
    made.of(made.people[1], **own)
    found = gathered(bench, made.party, "xw-9-internship")
    assert [record["key"] for record in found.values["people"]] == [str(made.people[1])]
    source = next(view.source for view in found.views if view.name == "people")
    assert "1 人此前已兑现，未列入" in source
    assert number in source
    with pytest.raises(Refusal):
        bench.go(waiting, ("clerk", "propose"))
    with bench.clerk.file.read() as session:
        held = session.get_one(Case, waiting)
        rule = bench.clerk.packs[XUNWU].clauses["xw-9-internship"]
        (said,) = repeats(session, held, rule, {"people": [facts]})
        assert number in said
        assert "不能重复兑现" in said


# ---- 技能提升: once a level ------------------------------------------------------------------


def test_one_level_of_skill_is_paid_once_and_the_next_by_itself(bench: CaseBench) -> None:
    made = CLAUSES["xw-10-skills"][0](bench)
    prior(bench, made.party, "xw-10-skills", date(2022, 6, 1), made.people[0], certificate_level="intermediate")
    assert gathered(bench, made.party, "xw-10-skills").gaps[0].where == "case"
    day = bench.clock.today()
    for name, value in (
        ("certificate_level", "senior"),
        ("certified_on", day.isoformat()),
        ("applied_on", day.isoformat()),
    ):
        bench.clerk.records.set_person_fact(made.party, made.people[0], name, value, day, "证书")
    assert worked(bench, made.party, "xw-10-skills")["amount"] == "2000.00"
    prior(bench, made.party, "xw-10-skills", date(2022, 6, 1), made.people[0], certificate_level="senior")
    assert "历史兑现补录" in gathered(bench, made.party, "xw-10-skills").missing[0]


# ---- 人才个税: five years, one award each -----------------------------------------------------


def test_award_years_of_a_talent_run_on_and_each_is_paid_once(bench: CaseBench) -> None:
    made = CLAUSES["xw-5-talent-tax"][0](bench)
    assert values(bench, made.party, "xw-5-talent-tax")["people"][0]["award_year"] == 1
    grant(bench, made, "xw-5-talent-tax")
    assert gathered(bench, made.party, "xw-5-talent-tax").gaps[0].where == "case", "this calendar year is paid"
    later = date(2024, 6, 1)
    found = gathered(bench, made.party, "xw-5-talent-tax", later)
    assert [gap.where for gap in found.gaps] == [
        "person-fact:wage_tax_retained",
        "person-fact:equity_tax_retained",
    ], "last year's tax is not paid on again"
    for name in ("wage_tax_retained", "equity_tax_retained"):
        bench.clerk.records.set_person_fact(made.party, made.people[0], name, "1000", later, "完税证明")
    result = worked(bench, made.party, "xw-5-talent-tax", later)
    assert result["amount"] == "1800.00"
    assert values(bench, made.party, "xw-5-talent-tax", later)["people"][0]["award_year"] == 2


@pytest.mark.parametrize(("granted", "award_year", "eligible"), [(2022, 4, True), (2022, 5, False), (2021, 3, True)])
def test_after_the_fifth_year_a_talent_has_no_award(
    bench: CaseBench, granted: int, award_year: int, eligible: bool
) -> None:
    made = CLAUSES["xw-5-talent-tax"][0](bench)
    prior(bench, made.party, "xw-5-talent-tax", date(granted, 7, 1), made.people[0], award_year=award_year)
    assert worked(bench, made.party, "xw-5-talent-tax")["eligible"] is eligible


# ---- schools -------------------------------------------------------------------------------


def test_the_parts_of_a_school_s_year_are_paid_once_each(bench: CaseBench) -> None:
    made = CLAUSES["xw-7-school-interns"][0](bench)
    # hired on 2022-05-01: one year is over on 2023-05-01, two on 2024-05-01
    assert worked(bench, made.party, "xw-7-school-interns", date(2023, 4, 30))["amount"] == "20000.00"
    case = grant(bench, made, "xw-7-school-interns")
    found = values(bench, made.party, "xw-7-school-interns")
    assert [found[name] for name in ("first_paid", "second_paid", "third_paid")] == [True, True, False]
    assert worked(bench, made.party, "xw-7-school-interns", date(2024, 4, 30))["amount"] == "0.00"
    assert worked(bench, made.party, "xw-7-school-interns", date(2024, 5, 1))["amount"] == "15000.00"  # 30 × 500
    for number in range(201, 301):
        made.intern(number, date(2023, 1, 1), date(2023, 3, 31))
    found = values(bench, made.party, "xw-7-school-interns")
    assert (found["year"], found["first_paid"], len(found["interns"])) == (2023, False, 100)
    bench.go(case, ("head", "terminate", "院校放弃"))
    other = bench.clerk.cases.accept(made.party, XUNWU, "xw-7-school-interns")
    bench.clerk.cases.set_fact(other, "year", 2022, "申请 2022 年度")
    facts = {view.name: view.value for view in bench.clerk.cases.calculation(other).facts}
    assert (facts["first_paid"], facts["second_paid"], len(facts["interns"])) == (False, False, 100)
    with pytest.raises(Refusal, match="不能手工填写"):
        bench.clerk.cases.set_fact(other, "first_paid", False, "试")


def test_parts_of_a_school_s_year_paid_before_this_program_count(bench: CaseBench) -> None:
    made = CLAUSES["xw-7-school-interns"][0](bench)
    prior(bench, made.party, "xw-7-school-interns", date(2022, 9, 1), year=2022, parts=["first"])
    prior(bench, made.party, "xw-7-school-interns", date(2022, 9, 1), year=2021, parts=["second"])
    assert worked(bench, made.party, "xw-7-school-interns")["amount"] == "9000.00"  # 30 × 300


@pytest.mark.parametrize(("hired", "amount"), [(29, "20000.00"), (30, "29000.00")])
def test_thirty_per_cent_of_a_school_s_interns_is_the_edge(bench: CaseBench, hired: int, amount: str) -> None:
    made = school(bench)
    for number in range(1, 101):
        made.intern(number, date(2022, 1, 10), date(2022, 4, 9), date(2022, 5, 1) if number <= hired else None)
    assert worked(bench, made.party, "xw-7-school-interns")["amount"] == amount


def test_an_intern_is_awarded_once_whatever_the_school(bench: CaseBench) -> None:
    made = CLAUSES["dt-6-school-interns"][0](bench)
    grant(bench, made, "dt-6-school-interns")
    with bench.clerk.file.read() as session:
        assert len(session.scalars(select(PersonAward)).all()) == 25
    interns = values(bench, made.party, "dt-6-school-interns")["interns"]
    assert sum(one["already_paid"] for one in interns) == 25
    assert worked(bench, made.party, "dt-6-school-interns")["amount"] == "0.00"
    case = bench.clerk.cases.page(party_id=made.party).rows[0].id
    names = bench.clerk.cases.calculation(case).line_names
    assert set(names.values()) == {f"实习{number}" for number in range(1, 51)}


def test_a_fair_is_paid_once_even_when_it_is_entered_anew(bench: CaseBench) -> None:
    made = CLAUSES["xw-8-job-fair"][0](bench)
    grant(bench, made, "xw-8-job-fair")
    left = values(bench, made.party, "xw-8-job-fair")["fairs"]
    assert [fair["key"] for fair in left] == ["2022-05-03 施行前"], "only what was not paid is left"
    key = next(row.id for row in bench.clerk.records.page(made.party, "fair") if row.data["name"] == "春季专场")
    bench.clerk.records.void(key, "重登")
    made.record("fair", DAY, held_on="2022-05-04", name="春季专场", organizer="undergraduate")
    assert [fair["key"] for fair in values(bench, made.party, "xw-8-job-fair")["fairs"]] == ["2022-05-03 施行前"]
    made.record("fair", DAY, held_on="2023-05-04", name="另一场", organizer="junior_college")
    assert worked(bench, made.party, "xw-8-job-fair")["amount"] == "8000.00"
    prior(bench, made.party, "xw-8-job-fair", date(2023, 5, 30), held_on="2023-05-04")
    assert worked(bench, made.party, "xw-8-job-fair")["amount"] == "0.00"


# ---- years ---------------------------------------------------------------------------------


def test_the_earliest_tax_year_that_was_not_granted_is_claimed(bench: CaseBench) -> None:
    made = CLAUSES["xw-3-tax"][0](bench)
    made.year(2023, tax_paid="1000000", county_retained="100000")
    assert values(bench, made.party, "xw-3-tax")["tax_year"] == 2022
    grant(bench, made, "xw-3-tax")
    assert worked(bench, made.party, "xw-3-tax")["amount"] == "80000.00"  # 2023: 80 % of 100,000
    prior(bench, made.party, "xw-3-tax", date(2023, 6, 1), tax_year=2023)
    case = bench.to_proposal(made.party, XUNWU, "xw-3-tax")
    with pytest.raises(Refusal) as caught:
        bench.go(case, ("clerk", "propose"))
    assert "历史兑现补录" in caught.value.message
    assert "不能重复兑现" in caught.value.message


@pytest.mark.parametrize(
    ("confirmed", "voided", "refused"), [(True, False, True), (False, False, False), (True, True, False)]
)
def test_a_grant_before_this_program_repeats_once_confirmed(
    bench: CaseBench, confirmed: bool, voided: bool, refused: bool
) -> None:
    made = CLAUSES["xw-3-tax"][0](bench)
    made.fact("tax_year", 2022)
    key = prior(bench, made.party, "xw-3-tax", date(2022, 12, 1), confirmed=confirmed, tax_year="2022")
    if voided:
        void(bench, PriorGrant, key)
    case = bench.to_proposal(made.party, XUNWU, "xw-3-tax")
    with bench.clerk.file.read() as session:
        found = repeats(
            session, session.get_one(Case, case), bench.clerk.packs[XUNWU].clauses["xw-3-tax"], {"tax_year": 2022}
        )
    assert bool(found) is refused


def test_figures_of_an_undone_import_and_of_another_year_do_not_count(bench: CaseBench) -> None:
    made = CLAUSES["xw-3-tax"][0](bench)
    made.fact("tax_year", 2023)
    lacking = gathered(bench, made.party, "xw-3-tax")
    assert {gap.where for gap in lacking.gaps} == {"fact:tax_paid", "fact:county_retained"}
    assert all("2023 年" in gap.words for gap in lacking.gaps)
    with bench.clerk.file.write(bench.clerk.actor, "test.import") as work:
        row = bench._import(work, made.party, "yearly")
        for name, value in (("tax_paid", "1000000"), ("county_retained", "500000")):
            work.session.add(
                PartyFact(
                    party_id=made.party, name=name, value={"value": value}, valid_from=DAY, source="年度数据表",
                    year=2023, import_id=row.id,
                )
            )  # fmt: skip
        work.subject("party", made.party)
        key = row.id
    assert worked(bench, made.party, "xw-3-tax")["amount"] == "400000.00"
    with bench.clerk.file.write(bench.clerk.actor, "test.undo") as work:
        work.session.get_one(Import, key).state = "undone"
        work.subject("party", made.party)
    assert {gap.where for gap in gathered(bench, made.party, "xw-3-tax").gaps} == {
        "fact:tax_paid", "fact:county_retained",
    }  # fmt: skip
    assert "tax_paid" not in {fact.name for fact in bench.clerk.dossiers.get(made.party).facts if fact.year == 2023}


def test_the_subsidy_year_follows_the_grants_one_a_calendar_year(bench: CaseBench) -> None:
    made = CLAUSES["dt-4-purchase"][0](bench)
    grant(bench, made, "dt-4-purchase")
    assert values(bench, made.party, "dt-4-purchase")["subsidy_year"] == 1, "this year's is granted: a repeat"
    found = values(bench, made.party, "dt-4-purchase", date(2024, 1, 1))
    assert (found["subsidy_year"], found["continuing"]) == (2, True)
    assert worked(bench, made.party, "dt-4-purchase", date(2024, 1, 1))["amount"] == "625000.00"  # 25 %


def test_rent_is_that_of_the_operation_year_by_the_calendar(bench: CaseBench) -> None:
    made = CLAUSES["xw-2-rent"][0](bench)
    assert values(bench, made.party, "xw-2-rent")["operation_year"] == 1
    made.fact("operation_year", 2)
    lacking = gathered(bench, made.party, "xw-2-rent")
    assert [(gap.where, "2023 年" in gap.words) for gap in lacking.gaps] == [("fact:rent_paid", True)]
    made.year(2023, rent_paid="100000", monthly_rent="20000")
    result = worked(bench, made.party, "xw-2-rent")
    assert result["amount"] == "100000.00"  # 8 × 20,000 = 160,000, at most what was paid


def test_new_seats_are_paid_for_once(bench: CaseBench) -> None:
    made = CLAUSES["xw-1-expansion"][0](bench)
    grant(bench, made, "xw-1-expansion")
    lacking = gathered(bench, made.party, "xw-1-expansion")
    assert [gap.where for gap in lacking.gaps] == ["record:seats"]
    made.record("seats", bench.clock.today(), total=400, self_invested=400, added=120)
    assert gathered(bench, made.party, "xw-1-expansion").missing, "entered on the day of the grant they are no new ones"
    bench.clock.set_day(date(2024, 7, 1))
    made.record("seats", date(2024, 6, 30), total=520, self_invested=520, added=110)
    assert worked(bench, made.party, "xw-1-expansion")["amount"] == "165000.00"


def test_seats_paid_for_at_the_founding_are_no_new_seats(bench: CaseBench) -> None:
    """二（一）1 pays a new company's seats once; the seats added are those that came after."""
    made = CLAUSES["xw-1-new"][0](bench)
    made.facts(established_before=True, formerly_self_invested=True, self_invested=True)
    made.record("seats", total=400, self_invested=400, added=120)
    assert worked(bench, made.party, "xw-1-expansion")["amount"] == "180000.00"
    grant(bench, made, "xw-1-new")
    lacking = gathered(bench, made.party, "xw-1-expansion")
    assert [gap.where for gap in lacking.gaps] == ["record:seats"]
    bench.clock.set_day(date(2024, 7, 1))
    made.record("seats", date(2024, 6, 30), total=510, self_invested=510, added=110)
    assert worked(bench, made.party, "xw-1-expansion")["amount"] == "165000.00"


# ---- which of several statements counts ----------------------------------------------------


def test_of_a_fact_and_a_record_the_later_day_counts_and_of_one_day_the_fact(bench: CaseBench) -> None:
    made = company(bench)
    made.record("seats", date(2023, 1, 1), total=120)
    made.fact("seats", 110, date(2023, 1, 1))
    assert values(bench, made.party, "xw-3-tax")["seats"] == 110
    made.record("seats", date(2023, 1, 2), total=130)
    assert values(bench, made.party, "xw-3-tax")["seats"] == 130
    made.fact("seats", 140, date(2023, 1, 3))
    assert values(bench, made.party, "xw-3-tax")["seats"] == 140
    made.record("seats", date(2023, 6, 2), total=150)
    assert values(bench, made.party, "xw-3-tax")["seats"] == 140, "tomorrow's record does not hold yet"
    case = bench.clerk.cases.accept(made.party, XUNWU, "xw-3-tax")
    bench.clerk.cases.set_fact(case, "seats", 99, "现场清点")
    (view,) = [one for one in bench.clerk.cases.calculation(case).facts if one.name == "seats"]
    assert (view.value, view.origin, view.reason) == (99, "case", "现场清点")


def test_new_establishments_are_paid_for_their_own_seats_only(bench: CaseBench) -> None:
    """二（一）1（企业自主投资）: of 260 seats the company paid for 199."""
    made = company(bench)
    made.facts(in_scope=True, new_establishment=True, operation_start="2022-05-20")
    made.record("seats", total=260, self_invested=199)
    lacking = gathered(bench, made.party, "xw-1-new")
    assert [gap.where for gap in lacking.gaps] == ["record:seats"], "whether it counts as self-invested a clerk says"
    made.fact("self_invested", True)
    assert worked(bench, made.party, "xw-1-new")["amount"] == "398000.00"  # 199 × 2,000
    assert values(bench, made.party, "xw-3-tax")["seats"] == 260


@pytest.mark.parametrize(("occupied", "met"), [(159, False), (160, True)])
def test_occupancy_at_the_edge(bench: CaseBench, occupied: int, met: bool) -> None:
    made = CLAUSES["xw-2-rent"][0](bench)
    made.record("seats", date(2022, 6, 1), total=200, occupied=occupied)
    result = worked(bench, made.party, "xw-2-rent")
    assert {one["id"]: one["met"] for one in result["conditions"]}["occupancy-at-least-80"] is met


def test_offshore_and_service_trade_are_two_figures(bench: CaseBench) -> None:
    made = CLAUSES["xw-14-service-trade"][0](bench)
    assert values(bench, made.party, "xw-14-service-trade")["recognized_usd"] == "3999999.99"
    assert values(bench, made.party, "xw-15-offshore")["recognized_usd"] == "9000000"
    found = gathered(bench, made.party, "xw-15-offshore", date(2024, 1, 1))
    assert (found.values["recognized_usd"], found.gaps) == ("9000000", ()), "in January the year just ended is claimed"


def test_a_person_s_employer_answers_for_itself(bench: CaseBench) -> None:
    made = CLAUSES["xw-12-housing-rent"][0](bench)
    found = gathered(bench, made.party, "xw-12-housing-rent")
    source = {view.name: view.source for view in found.views}
    assert source["newly_introduced"].startswith("任职单位“寻乌县新引进客服有限公司”的档案")
    (record,) = found.values["people"]
    assert (record["employed_from"], record["formal_contract"], record["social_insurance"]) == (
        "2022-12-01",
        True,
        True,
    )
    before = worked(bench, made.party, "xw-12-housing-rent", date(2023, 11, 30))
    assert (before["eligible"], before["amount"]) == (False, "0.00"), "a day short of a year"


@pytest.mark.parametrize(
    ("heading", "clause", "other"),
    [
        ("离岸服务外包执行额（万美元）", "xw-15-offshore", "xw-14-service-trade"),
        ("服务贸易额（万美元）", "xw-14-service-trade", "xw-15-offshore"),
    ],
)
def test_the_heading_of_an_imported_figure_says_which_of_the_two_it_is(
    bench: CaseBench, tmp_path: Path, heading: str, clause: str, other: str
) -> None:
    made = company(bench)
    made.facts(in_scope=True)
    file = tmp_path / "年度数据.csv"
    file.write_text(f"年度,{heading}\n2023,300\n", encoding="utf-8")
    assert bench.clerk.imports.preview("yearly", file, made.party).good == 1
    taken = bench.clerk.imports.take("yearly", file, made.party, good_rows_only=False)
    assert worked(bench, made.party, clause)["amount"] == ("9000.00" if clause == "xw-15-offshore" else "15000.00")
    assert gathered(bench, made.party, other).missing
    bench.clerk.imports.undo(taken.id, "重来")
    assert gathered(bench, made.party, clause).missing


# ---- years and months ----------------------------------------------------------------------


def test_a_year_s_room_is_used_by_what_was_claimed_in_it(bench: CaseBench) -> None:
    """Claimed in December and decided in January: the next year's cap is whole."""
    bench.clock.set_day(date(2023, 12, 28))
    made = CLAUSES["xw-14-service-trade"][0](bench)
    case = grant(bench, made, "xw-14-service-trade")
    assert bench.clock.today().year == 2024, "decided after its notice"
    assert bench.clerk.cases.get(case).as_of.year == 2023
    made.year(2024, recognized_usd="5000000")
    assert worked(bench, made.party, "xw-14-service-trade", date(2024, 6, 1))["amount"] == "25000.00"  # 5 × 5,000
    again = values(bench, made.party, "xw-14-service-trade", date(2023, 12, 31))
    assert again["granted_this_year"] == "15000.00"
    prior(bench, made.party, "xw-14-service-trade", date(2024, 1, 5))
    assert values(bench, made.party, "xw-14-service-trade", date(2024, 6, 1))["granted_this_year"] == "1000.00"


def test_months_paid_for_at_another_company_before_this_program_are_used_where_they_are_known(
    bench: CaseBench,
) -> None:
    made = CLAUSES["dt-3-seat"][0](bench)  # two people, April and May 2023
    one, _ = made.people
    bench.people += 10
    other = bench.company("大同市别家有限公司")
    known = {"claimed_from": "2022-12", "claimed_through": "2023-04"}
    waiting = prior(bench, other, "dt-3-seat", date(2023, 5, 20), one, confirmed=False, **known)
    assert worked(bench, made.party, "dt-3-seat")["amount"] == "5000.00"
    void(bench, PriorGrant, waiting)
    held = prior(bench, other, "dt-3-seat", date(2023, 5, 20), one, **known)
    people = values(bench, made.party, "dt-3-seat")["people"]
    assert [record["wage_months"] for record in people] == [["2023-05"], ["2023-04", "2023-05"]]
    assert worked(bench, made.party, "dt-3-seat")["amount"] == "2500.00"
    source = next(view.source for view in gathered(bench, made.party, "dt-3-seat").views if view.name == "people")
    assert "大同市别家有限公司 历史兑现补录（2023-05-20）" in source
    void(bench, PriorGrant, held)
    prior(bench, other, "dt-3-seat", date(2023, 5, 20), one, claimed_from="2022-09", claimed_through="2023-03")
    assert worked(bench, made.party, "dt-3-seat")["amount"] == "5000.00", "the months before are no part of the claim"


@pytest.mark.parametrize(
    ("through", "months"),
    [("2023-03", ""), ("2023-04", "2023-04（1 个月）"), ("2023-12", "2023-04 至 2023-05（2 个月）")],
)
def test_months_that_may_be_paid_for_at_another_company_count_and_are_answered_for(
    bench: CaseBench, through: str, months: str
) -> None:
    """Of a grant of before only its last month is on record: who came from elsewhere is not paid less for it, and
    nobody is paid twice for a month unlooked at."""
    made = CLAUSES["dt-3-seat"][0](bench)
    one, _ = made.people
    bench.people += 10
    other = bench.company("大同市别家有限公司")
    prior(bench, other, "dt-3-seat", date(2023, 5, 20), one, claimed_through=through)
    assert worked(bench, made.party, "dt-3-seat")["amount"] == "5000.00"
    case = bench.clerk.cases.accept(made.party, DATONG, "dt-3-seat")
    rows = bench.clerk.findings.of_case(case).rows
    assert [row.kind for row in rows] == (["months-paid"] if months else [])
    for row in rows:
        assert f"本件所凭的 {months}可能已用于那笔兑现" in row.sentence
        assert "“大同市别家有限公司”有历史兑现（2023-05-20" in row.sentence
        bench.tick_all(case)
        bench.go(case, ("clerk", "verify"), ("clerk", "papers-complete"), ("clerk", "calculated"))
        with pytest.raises(Refusal, match="1 项核查发现"):
            bench.go(case, ("clerk", "propose"))
        bench.clerk.findings.settle(case, [row.digest], "no-effect", "原单位只用了 2022 年的月份")
        bench.go(case, ("clerk", "propose"))


def test_an_intern_on_two_schools_lists_is_answered_for(bench: CaseBench) -> None:
    """二（三）7 pays by the head and keeps no award of each: nobody else would notice 200 yuan paid twice."""
    made = CLAUSES["xw-7-school-interns"][0](bench)
    body = "12360734MA0000108"
    form = PartyForm(kind="school", name="邻县职校", code=body + check_character(body))
    other = Filled(bench, bench.clerk.dossiers.create(form))
    other.intern(1, date(2022, 3, 1), date(2022, 6, 30))  # 实习1 of the first school, in the same year
    other.intern(2, date(2023, 1, 1), date(2023, 3, 31))  # the next year is another matter
    case = bench.clerk.cases.accept(made.party, XUNWU, "xw-7-school-interns")
    (row,) = bench.clerk.findings.of_case(case).rows
    assert (row.kind, row.state) == ("claimed-elsewhere", "open")
    assert "“邻县职校”的实习名单中（2022-03-01 起）" in row.sentence
    (shown,) = bench.clerk.findings.evidence(case, row.digest)
    assert shown.target == ("party", other.party)
    bench.tick_all(case)
    bench.go(case, ("clerk", "verify"), ("clerk", "papers-complete"), ("clerk", "calculated"))
    with pytest.raises(Refusal, match="1 项核查发现"):
        bench.go(case, ("clerk", "propose"))
    bench.settle_findings(case)
    bench.go(case, ("clerk", "propose"))


def test_an_approval_paid_on_before_this_program_gives_way_to_the_next(bench: CaseBench) -> None:
    made = CLAUSES["xw-16-special"][0](bench)
    bench.clerk.programs.approvals.enter(
        XUNWU,
        "xw-16-special",
        made.party,
        reference="寻府纪〔2023〕9号",
        approved_on=DAY,
        amount=Money.parse(99),
        matter="事",
    )
    assert values(bench, made.party, "xw-16-special")["approval_reference"] == "寻府纪〔2023〕1号", "the older first"
    prior(bench, made.party, "xw-16-special", DAY, approval_reference="寻府纪〔2023〕 1号")
    found = values(bench, made.party, "xw-16-special")
    assert (found["approval_reference"], found["approved_amount"]) == ("寻府纪〔2023〕9号", "99.00")
    case = grant(bench, made, "xw-16-special")
    assert gathered(bench, made.party, "xw-16-special").missing, "both are used"
    bench.go(case, ("head", "terminate", "企业放弃"))
    assert values(bench, made.party, "xw-16-special")["approval_reference"] == "寻府纪〔2023〕9号"
