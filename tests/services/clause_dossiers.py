"""For every clause of both policies a dossier filled through the services that fulfils it, and what it comes to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.case_bench import DATONG, XUNWU, CaseBench

from caseworker.policy import calculate
from caseworker.services.case_facts import Gathered, gather
from caseworker.services.record_views import InternForm
from caseworker.services.views import PartyForm
from caseworker.store.models import Case
from caseworker.values.id_number import check_character
from caseworker.values.money import Money
from caseworker.values.uscc import check_character as code_check

DAY = date(2023, 6, 1)
OLD = date(2022, 5, 20)


def id_of(number: int) -> str:
    body = f"36073419{90 + number % 10}0101{number:03d}"[:17]
    return body + check_character(body)


@dataclass
class Filled:
    """A dossier with everything that one clause asks. `person`: the key of its people, where it has some."""

    bench: CaseBench
    party: int
    people: list[int] = field(default_factory=list)

    def fact(self, name: str, value: Any, since: date = OLD, **more: Any) -> None:
        self.bench.clerk.dossiers.set_fact(self.party, name, value, since, "证明材料", **more)

    def facts(self, **values: Any) -> None:
        for name, value in values.items():
            self.fact(name, value)

    def year(self, year: int, **values: Any) -> None:
        for name, value in values.items():
            self.fact(name, value, DAY, year=year)

    def record(self, kind: str, since: date = OLD, /, **data: Any) -> int:
        return self.bench.clerk.records.add(self.party, kind, data, since, "现场核查表")

    def of(self, person: int, **values: Any) -> None:
        for name, value in values.items():
            self.bench.clerk.records.set_person_fact(self.party, person, name, value, DAY, "本人材料")

    def intern(
        self, number: int, start: date, end: date | None, hired: date | None = None, kind: str = "higher"
    ) -> None:
        form = InternForm(f"实习{number}", id_of(number), "寻乌职校", kind, start, end, hired)
        self.bench.clerk.records.add_internship(self.party, form)


def company(bench: CaseBench) -> Filled:
    return Filled(bench, bench.company())


def school(bench: CaseBench) -> Filled:
    body = "12360734MA0000009"
    return Filled(bench, _payee(bench, "school", "寻乌职校", body + code_check(body)))


def _payee(bench: CaseBench, kind: str, name: str, code: str) -> int:
    """With an account in its own name, as money asks for."""
    return bench.clerk.dossiers.create(
        PartyForm(
            kind=kind,
            name=name,
            code=code,
            account_name=name,
            bank_name="中国银行寻乌支行",
            account_number="1000556600009999",
        )
    )


def person(bench: CaseBench) -> Filled:
    party = _payee(bench, "person", "钟一", id_of(7))
    own = bench.clerk.records.own_person(party)
    assert own is not None
    return Filled(bench, party, [own])


# ---- a dossier that fulfils each clause, and what it comes to by hand ------------------------


def xw_1_new(bench: CaseBench) -> Filled:
    made = company(bench)
    made.facts(in_scope=True, new_establishment=True, operation_start="2022-05-20")
    made.record("seats", total=260, occupied=250, self_invested=260)
    return made


def xw_1_expansion(bench: CaseBench) -> Filled:
    made = company(bench)
    made.facts(in_scope=True, established_before=True, formerly_self_invested=True, self_invested=True)
    made.record("seats", total=400, self_invested=400, added=120)
    return made


def xw_1_late(bench: CaseBench) -> Filled:
    made = company(bench)
    made.facts(in_scope=True, established_before=True, formerly_not_self_invested=True, self_invested=True)
    made.record("seats", total=400, self_invested=150, added=150)
    return made


def xw_2_rent(bench: CaseBench) -> Filled:
    made = company(bench)
    made.facts(in_scope=True, new_establishment=True, operation_start="2022-01-10")
    made.record("seats", total=200, occupied=160)
    made.record(
        "premises-lease", address="产业园", lease_start="2022-01-01", lease_end="2031-12-31", monthly_rent="30000"
    )
    made.year(2022, rent_paid="360000")
    return made


def xw_2_purchase(bench: CaseBench) -> Filled:
    made = company(bench)
    made.facts(in_scope=True, new_establishment=True)
    made.record("seats", total=120)
    made.record("premises-purchase", address="产业园", area_m2="1200.5", own_use=True)
    return made


def xw_3_tax(bench: CaseBench) -> Filled:
    made = company(bench)
    made.facts(in_scope=True, new_establishment=True, first_tax_year=2022)
    made.record("seats", total=120)
    made.year(2022, tax_paid="3000000", county_retained="800000")
    return made


def xw_4_revenue(bench: CaseBench) -> Filled:
    made = company(bench)
    made.facts(in_scope=True)
    made.year(2022, first_year_revenue="10000000")
    return made


def xw_5_talent(bench: CaseBench) -> Filled:
    made = person(bench)
    made.facts(in_scope=True)
    made.of(made.people[0], is_high_level_talent=True, wage_tax_retained="12345.67", equity_tax_retained="1000")
    return made


def roster_of(made: Filled, count: int) -> Filled:
    made.people = made.bench.roster(made.party, count)
    return made


def xw_6_hiring(bench: CaseBench) -> Filled:
    made = roster_of(company(bench), 3)  # since 2022-12-01: six months on 2023-06-01
    made.facts(in_scope=True)
    made.record("seats", total=100)
    bench.clerk.records.set_people_fact(made.party, made.people, "newly_hired", True, DAY, "花名册")
    return made


def xw_7_interns(bench: CaseBench) -> Filled:
    made = school(bench)
    for number in range(1, 101):
        made.intern(number, date(2022, 1, 10), date(2022, 4, 9), date(2022, 5, 1) if number <= 30 else None)
    return made


def xw_8_fair(bench: CaseBench) -> Filled:
    made = school(bench)
    made.record("fair", DAY, held_on="2022-05-04", name="春季专场", organizer="undergraduate")
    made.record("fair", DAY, held_on="2023-06-01", name="夏季专场", organizer="junior_college")
    made.record("fair", DAY, held_on="2022-05-03", name="施行前", organizer="undergraduate")
    return made


def xw_9_trainee(bench: CaseBench) -> Filled:
    made = roster_of(company(bench), 2)
    made.facts(in_scope=True, minimum_wage="1850")
    made.of(
        made.people[0],
        kind="graduate",
        graduated_on="2022-06-30",
        employed_elsewhere=False,
        trainee_from="2023-01-01",
        trainee_to="2023-04-30",
        lowest_monthly_stipend="1850",
        retained=True,
    )
    return made


def xw_10_skills(bench: CaseBench) -> Filled:
    made = person(bench)
    made.of(
        made.people[0],
        insured_months=12,
        insured_since="2022-03-01",
        certificate_level="intermediate",
        certified_on="2022-06-01",
        applied_on="2023-06-01",
    )
    return made


def xw_11_services(bench: CaseBench) -> Filled:
    made = person(bench)
    made.facts(in_scope=True)
    made.of(made.people[0], has_employee_card=True, has_professional_title=False)
    return made


def xw_12_rent(bench: CaseBench) -> Filled:
    made = person(bench)
    employer = bench.company("寻乌县新引进客服有限公司")
    for name in ("in_scope", "newly_introduced"):
        bench.clerk.dossiers.set_fact(employer, name, True, OLD, "招商协议")
    bench.roster(employer, 0, existing=made.people)
    bench.months(employer, (202301,))
    made.of(made.people[0], owns_home_in_county_town=False)
    bench.clock.set_day(date(2023, 12, 1))
    return made


def xw_13_housing(bench: CaseBench) -> Filled:
    made = person(bench)
    made.facts(in_scope=True)
    made.of(made.people[0], is_specialist=True)
    return made


def xw_14_trade(bench: CaseBench) -> Filled:
    made = company(bench)
    made.facts(in_scope=True)
    made.year(2023, recognized_usd="3999999.99")
    made.year(2023, offshore_usd="9000000")
    return made


def xw_15_offshore(bench: CaseBench) -> Filled:
    return xw_14_trade(bench)


def xw_16_special(bench: CaseBench) -> Filled:
    made = company(bench)
    made.facts(in_scope=True)
    bench.clerk.programs.approvals.enter(
        XUNWU,
        "xw-16-special",
        made.party,
        reference="寻府纪〔2023〕1号",
        approved_on=DAY,
        amount=Money.parse(88),
        matter="事",
    )
    return made


def dt_3_seat(bench: CaseBench) -> Filled:
    made = roster_of(company(bench), 2)
    made.facts(operating_normally=True)
    made.record("seats", total=200)
    bench.months(made.party, (202304, 202305))
    return made


def dt_4_lease(bench: CaseBench) -> Filled:
    made = roster_of(company(bench), 3)
    made.facts(operating_normally=True)
    made.record("premises-lease", address="园区", lease_start="2022-12-01", lease_end="2027-11-30", own_use=True)
    made.record("violation", finding="clean", matter="信用中国查询")
    months = [202201 + month for month in range(12)]
    bench.months(made.party, months)
    return made


def dt_4_renovation(bench: CaseBench) -> Filled:
    made = company(bench)
    made.facts(operating_normally=True)
    made.record("violation", finding="clean", matter="信用中国查询")
    made.record(
        "premises-renovation", address="旧厂房", old_stock_or_area=True, own_use_or_park=True,
        completed_on="2023-06-01", audited_investment="1234567.89",
    )  # fmt: skip
    return made


def dt_4_purchase(bench: CaseBench) -> Filled:
    made = company(bench)
    made.facts(operating_normally=True)
    made.record("violation", finding="clean", matter="信用中国查询")
    made.record("premises-purchase", address="园区", area_m2="5000.01", own_use=True, in_designated_area=True)
    return made


def dt_5_services(bench: CaseBench) -> Filled:
    made = company(bench)
    made.record("request", kind="recruitment", words="招 50 人")
    made.record("request", kind="power", words="增容")
    return made


def dt_6_interns(bench: CaseBench) -> Filled:
    made = school(bench)
    made.record("certificate", kind="agreement", name="产教融合协议")
    for number in range(1, 51):
        hired = date(2022, 12, 1) if number <= 25 else None
        made.intern(number, date(2022, 9, 1), None, hired, "secondary" if number <= 10 else "higher")
    return made


def dt_14_special(bench: CaseBench) -> Filled:
    made = company(bench)
    made.facts(qualifying_site=True)
    made.record("certificate", kind="outsourcing", name="服务外包企业备案")
    made.record("seats", total=1000)
    bench.clerk.programs.approvals.enter(
        DATONG,
        "dt-14-special",
        made.party,
        reference="同政纪〔2023〕2号",
        approved_on=DAY,
        amount=Money.parse(99),
        matter="事",
    )
    return made


def dt_9_funds(bench: CaseBench) -> Filled:
    made = company(bench)
    made.year(2022, seat_subsidy_received="100000", education_spending="20000")
    made.year(2022, other_permitted_spending="0", other_spending="0")
    return made


CLAUSES: dict[str, tuple[Callable[[CaseBench], Filled], str]] = {
    "xw-1-new": (xw_1_new, "780000.00"),  # 260 × 3,000
    "xw-1-expansion": (xw_1_expansion, "180000.00"),  # 120 × 1,500
    "xw-1-late-investment": (xw_1_late, "300000.00"),  # 150 × 2,000
    "xw-2-rent": (xw_2_rent, "300000.00"),  # year 1: 10 months × 30,000, paid 360,000
    "xw-2-purchase": (xw_2_purchase, "360150.00"),  # 1,200.5 × 300
    "xw-3-tax": (xw_3_tax, "720000.00"),  # 800,000 × 90 %
    "xw-4-revenue": (xw_4_revenue, "50000.00"),
    "xw-5-talent-tax": (xw_5_talent, "12011.10"),  # 13,345.67 × 90 % = 12,011.103
    "xw-6-hiring": (xw_6_hiring, "1500.00"),  # 3 × 500
    "xw-7-school-interns": (xw_7_interns, "29000.00"),  # 100 × 200 + 30 × 300; two years are not over
    "xw-8-job-fair": (xw_8_fair, "18000.00"),
    "xw-9-internship": (xw_9_trainee, "4116.00"),  # 4 × 1,029
    "xw-10-skills": (xw_10_skills, "1500.00"),
    "xw-11-services": (xw_11_services, "0.00"),
    "xw-12-housing-rent": (xw_12_rent, "1200.00"),  # 6 × 200
    "xw-13-housing-security": (xw_13_housing, "0.00"),
    "xw-14-service-trade": (xw_14_trade, "15000.00"),  # 3 × 5,000
    "xw-15-offshore": (xw_15_offshore, "27000.00"),  # 9 × 3,000
    "xw-16-special": (xw_16_special, "88.00"),
    "dt-3-seat": (dt_3_seat, "5000.00"),  # 2 × 2,500
    "dt-4-lease": (dt_4_lease, "7500.00"),  # 3 valid seats × 2,500
    "dt-4-renovation": (dt_4_renovation, "370370.37"),  # 1,234,567.89 × 30 % = 370,370.367
    "dt-4-purchase": (dt_4_purchase, "750000.00"),  # 500 × 5,000 × 30 %
    "dt-5-services": (dt_5_services, "0.00"),
    "dt-6-school-interns": (dt_6_interns, "23000.00"),  # 10 × 800 + 15 × 1,000
    "dt-14-special": (dt_14_special, "99.00"),
    "dt-9-use-of-funds": (dt_9_funds, "0.00"),
}


def policy_of(clause: str) -> str:
    return XUNWU if clause.startswith("xw") else DATONG


def gathered(bench: CaseBench, party: int, clause: str, day: date | None = None) -> Gathered:
    case = Case(policy=policy_of(clause), clause=clause, party_id=party, as_of=day or bench.clock.today())
    with bench.clerk.file.read() as session:
        return gather(session, case, bench.clerk.packs)


def worked(bench: CaseBench, party: int, clause: str, day: date | None = None) -> dict[str, Any]:
    found = gathered(bench, party, clause, day)
    assert found.missing == (), found.missing
    request = {
        "policy": policy_of(clause),
        "clause": clause,
        "as_of": (day or bench.clock.today()).isoformat(),
        "facts": found.values,
        "other_benefits": list(found.other_benefits),
    }
    result = calculate(request, bench.clerk.packs)
    assert "error" not in result, result
    return result
