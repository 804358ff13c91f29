"""Dated records, facts of people, interns and benefits: kept, refused with every reason, voided, and their history."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from services.case_bench import DATONG, XUNWU, CaseBench, make_bench

from caseworker.errors import InvalidInput, Refusal
from caseworker.policy import Packs
from caseworker.services.record_kinds import BY_ID, KINDS, good_credit, read_data
from caseworker.services.record_views import BenefitForm, InternForm
from caseworker.services.views import PartyForm
from caseworker.values.id_number import check_character
from caseworker.values.money import Money
from caseworker.values.uscc import check_character as code_check

DAY = date(2023, 6, 1)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, DAY)
    yield made
    made.clerk.close()


def number_of(serial: int) -> str:
    body = f"360734199001010{serial:02d}"
    return body + check_character(body)


def school(bench: CaseBench) -> int:
    body = "12360734MA0000009"
    return bench.clerk.dossiers.create(PartyForm(kind="school", name="寻乌职校", code=body + code_check(body)))


def problems(caught: pytest.ExceptionInfo[InvalidInput]) -> set[str]:
    return {problem.path for problem in caught.value.problems}


# ---- the kinds -----------------------------------------------------------------------------


def test_what_a_kind_gives_is_asked_by_some_clause(bench: CaseBench) -> None:
    """A slip in a fact's name or a choice would leave a record that nothing reads."""
    packs: Packs = bench.clerk.packs
    clauses = {clause.id: clause for pack in packs for clause in pack.clauses.values()}
    for kind in KINDS:
        for feed in kind.feeds:
            assert set(feed.clauses) | set(feed.never) <= set(clauses), feed.fact
            asking = [clause for clause in clauses.values() if clause.fact(feed.fact) and feed.goes_to(clause.id)]
            assert asking, (kind.id, feed.fact)
    fairs, requests = clauses["xw-8-job-fair"].fact("fairs"), clauses["dt-5-services"].fact("requests")
    organizer, asked = BY_ID["fair"].field("organizer"), BY_ID["request"].field("kind")
    assert None not in (fairs, requests, organizer, asked)
    assert fairs is not None
    organizers = fairs.item("organizer")
    assert organizers.options == organizer.options  # type: ignore[union-attr]
    assert requests.options == asked.options  # type: ignore[union-attr]
    grounds, ground = clauses["dt-14-special"].fact("ground"), BY_ID["certificate"].field("kind")
    assert set(grounds.options) <= set(ground.options)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("occupied", "total", "percent"),
    [
        (80, 100, "80"),
        (79, 100, "79"),
        (8, 10, "80"),
        (79_999, 100_000, "79.999"),
        (799_999_999, 1_000_000_000, "79.9999"),  # cut off: rounded up it would be 80
        (2, 3, "66.6666"),
        (0, 5, "0"),
        (5, 5, "100"),
        (1, 200, "0.5"),
    ],
)
def test_occupancy_is_exact_and_never_rounded_up(occupied: int, total: int, percent: str) -> None:
    (feed,) = [feed for feed in BY_ID["seats"].feeds if feed.fact == "occupancy_percent"]
    assert feed.reading({"total": total, "occupied": occupied}, DAY) == percent


def test_without_its_figures_occupancy_says_nothing() -> None:
    (feed,) = [feed for feed in BY_ID["seats"].feeds if feed.fact == "occupancy_percent"]
    assert feed.reading({"total": 0, "occupied": 0}, DAY) is None
    assert feed.reading({"total": 100, "occupied": None}, DAY) is None


BAD, CLEAN = {"finding": "credit"}, {"finding": "clean"}


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([], None),
        ([{"finding": "violation"}], None),  # a breach of the subsidy's rules is no entry in the credit register
        ([CLEAN], True),
        ([BAD], False),
        ([BAD, CLEAN], False),  # a query beside an open record does not lift it
        ([{**BAD, "cleared_on": "2023-06-01"}], True),
        ([{**BAD, "cleared_on": "2023-06-02"}], False),
        ([CLEAN, BAD], False),
    ],
)
def test_credit_is_bad_until_it_is_cleared(records: list[dict[str, Any]], expected: bool | None) -> None:
    assert good_credit([(DAY, one) for one in records], DAY) is expected


WRONG: list[tuple[str, dict[str, Any], set[str]]] = [
    ("seats", {}, {"total"}),
    ("seats", {"total": "260"}, {"total"}),
    ("seats", {"total": -1}, {"total"}),
    (
        "seats",
        {"total": 100, "occupied": 101, "self_invested": 101, "added": 101},
        {"occupied", "self_invested", "added"},
    ),
    ("seats", {"total": 100, "seats": 3}, {"seats"}),
    ("premises-lease", {"address": " ", "lease_start": "2022-02-30"}, {"address", "lease_start", "lease_end"}),
    ("premises-lease", {"address": "园", "lease_start": "2022-01-02", "lease_end": "2022-01-01"}, {"lease_end"}),
    ("premises-purchase", {"address": "园", "area_m2": 1.5}, {"area_m2"}),
    ("fair", {"held_on": "2023-01-01", "name": "甲", "organizer": "university"}, {"organizer"}),
    ("violation", {"finding": "credit", "matter": "失信\x00"}, {"matter"}),
]


@pytest.mark.parametrize(("kind", "data", "fields"), WRONG)
def test_every_wrong_field_of_a_record_is_named(
    bench: CaseBench, kind: str, data: dict[str, Any], fields: set[str]
) -> None:
    party = school(bench) if kind == "fair" else bench.company()
    before = bench.clerk.audit.page().total
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.records.add(party, kind, data, DAY, " ")
    assert problems(caught) == {*fields, "source"}
    assert {problem.path for problem in read_data(BY_ID[kind], data)[1]} == fields
    assert bench.clerk.audit.page().total == before


def test_a_record_of_another_kind_of_dossier_and_a_lost_paper_are_refused(bench: CaseBench, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.records.add(school(bench), "seats", {"total": 1}, DAY, "表", paper=tmp_path / "没有.pdf")
    assert problems(caught) == {"kind", "paper"}
    with pytest.raises(InvalidInput):
        bench.clerk.records.add(1, "no-such", {}, DAY, "表")
    assert [kind.id for kind in bench.clerk.records.kinds("school")] == ["fair", "certificate", "violation"]


def test_records_stand_newest_first_and_say_what_they_give_today(bench: CaseBench, tmp_path: Path) -> None:
    party = bench.company()
    paper = tmp_path / "核查表.pdf"
    paper.write_bytes(b"%PDF-1.7 x")
    records = bench.clerk.records
    old = records.add(party, "seats", {"total": 100}, date(2022, 1, 1), "年初核查", paper=paper)
    now = records.add(party, "seats", {"total": 200, "occupied": 160, "self_invested": 200}, DAY, "现场核查")
    ahead = records.add(party, "seats", {"total": 900}, date(2023, 6, 2), "计划")
    rows = records.page(party, "seats")
    assert [row.id for row in rows] == [ahead, now, old]
    assert [bool(row.feeds) for row in rows] == [False, True, False]
    assert "座席数：200 席（新设立企业座席补贴）" in rows[1].feeds
    assert "企业规模（席）：200 席（坐席补贴）" in rows[1].feeds
    assert "席位入座率：80 %（房屋租金奖补）" in rows[1].feeds
    assert rows[1].shown == ("200 席", "160 席", "200 席", "", "")
    assert rows[2].paper is not None
    key, name = rows[2].paper
    assert records.paper(party, key) == (name, "application/pdf", b"%PDF-1.7 x")
    with pytest.raises(Refusal, match="没有这份材料"):
        records.paper(bench.company("别家公司"), key)
    records.void(now, "数错了")
    assert [row.id for row in records.page(party, "seats") if row.feeds] == [old]
    with pytest.raises(Refusal, match="已经作废"):
        records.void(now, "数错了")


def test_one_fair_is_one_record(bench: CaseBench) -> None:
    party = school(bench)
    fair = {"held_on": "2023-03-01", "name": "春季", "organizer": "undergraduate"}
    key = bench.clerk.records.add(party, "fair", fair, DAY, "简报")
    with pytest.raises(InvalidInput, match="记录有误"):
        bench.clerk.records.add(party, "fair", {**fair, "organizer": "other"}, DAY, "另一份简报")
    bench.clerk.records.add(party, "fair", {**fair, "name": "春季第二场"}, DAY, "简报")
    bench.clerk.records.void(key, "登错")
    bench.clerk.records.add(party, "fair", fair, DAY, "简报")


# ---- people --------------------------------------------------------------------------------


def test_facts_of_people_are_checked_and_voided(bench: CaseBench) -> None:
    party = bench.company()
    one, two = bench.roster(party, 2)
    records = bench.clerk.records
    for name, value, fields in (
        ("no_such", True, {"name", "source"}),
        ("insured_months", 3, {"name", "source"}),  # asked of persons who claim themselves, not of a company's staff
        ("first_paid", True, {"name", "source"}),  # follows from decisions
        ("employed_from", "2023-01-01", {"name", "source"}),  # comes from the roster
        ("newly_hired", "yes", {"value", "source"}),
        ("graduated_on", "2023-02-29", {"value", "source"}),
    ):
        with pytest.raises(InvalidInput) as caught:
            records.set_person_fact(party, one, name, value, DAY, "")
        assert problems(caught) == fields, name
    before = bench.clerk.audit.page().total
    keys = records.set_people_fact(party, [one, two, one], "newly_hired", True, DAY, "花名册")
    assert len(keys) == 2
    assert bench.clerk.audit.page().total == before + 1
    fact = records.person(party, one).facts[0]
    assert (fact.name, fact.label, fact.shown, fact.source) == ("newly_hired", "新招员工", "是", "花名册")
    records.void_person_fact(keys[0], "不是新招")
    assert records.person(party, one).facts == ()
    assert len(records.person(party, two).facts) == 1
    with pytest.raises(Refusal, match="不在本档案"):
        records.set_person_fact(bench.company("别家公司"), one, "newly_hired", True, DAY, "花名册")
    assert {field.name for field in records.person_fields(party)} >= {"newly_hired", "trainee_from", "kind"}


def test_a_person_is_shown_with_everything_at_all_parties(bench: CaseBench) -> None:
    here, there = bench.company(), bench.company("寻乌县别家客服有限公司")
    (person,) = bench.roster(here, 1)
    bench.roster(there, 0, existing=[person])
    bench.months(here, (202301,))
    bench.months(there, (202301, 202302), people=[person])
    bench.clerk.records.add_benefit(
        here, BenefitForm(XUNWU, "xw-6-hiring", "省级用工补贴", "200.00", DAY, "省厅文件", person_id=person)
    )
    detail = bench.clerk.records.person(here, person)
    assert {(row.party, row.here) for row in detail.employments} == {
        ("寻乌县星河客服有限公司", True),
        ("寻乌县别家客服有限公司", False),
    }
    assert [(row.month, row.here, row.insured) for row in detail.months] == [
        ("2023-02", False, True),
        ("2023-01", True, True),
        ("2023-01", False, True),
    ]
    assert [row.wage for row in detail.months] == [Money.parse(4000)] * 3
    assert [(row.title, row.amount, row.clause_title) for row in detail.benefits] == [
        ("省级用工补贴", Money.parse(200), "用工补贴")
    ]
    assert detail.id_masked.startswith("E0")
    assert "*" in detail.id_masked
    with pytest.raises(Refusal, match="找不到这个人员"):
        bench.clerk.records.person(here, 9_999)


def test_the_dossier_of_a_person_puts_that_person_on_record(bench: CaseBench) -> None:
    form = PartyForm(kind="person", name="钟一", code=number_of(1))
    party = bench.clerk.dossiers.create(form)
    own = bench.clerk.records.own_person(party)
    assert own is not None
    assert bench.clerk.records.own_person(bench.company()) is None
    employer = bench.company("寻乌县雇主客服有限公司")
    bench.roster(employer, 0, existing=[own])
    assert [row.party for row in bench.clerk.records.person(party, own).employments] == ["寻乌县雇主客服有限公司"]
    assert bench.clerk.dossiers.find(number_of(1).lower()) == party
    (row,) = bench.clerk.dossiers.page(search="钟一", kind="person").rows
    assert row.code == f"{number_of(1)[:6]}********{number_of(1)[-4:]}"
    clash = PartyForm(kind="person", name="钟二", code=number_of(1))
    assert {problem.path for problem in bench.clerk.dossiers.check(clash, party)} == {"name"}


# ---- interns -------------------------------------------------------------------------------


def intern(serial: int = 1, **changes: Any) -> InternForm:
    values: dict[str, Any] = {"name": "实一", "id_number": number_of(serial), "intern_from": date(2022, 3, 1)}
    return InternForm(**{**values, **changes})


WRONG_INTERNS: list[tuple[InternForm, set[str]]] = [
    (InternForm("", ""), {"name", "id_number", "intern_from"}),
    (intern(id_number=number_of(1)[:17] + "?"), {"id_number"}),
    (intern(education="doctor"), {"education"}),
    (intern(intern_to=date(2022, 2, 28)), {"intern_to"}),
    (intern(hired_from=date(2022, 5, 1), hired_to=date(2022, 4, 30)), {"hired_to"}),
    (intern(hired_to=date(2022, 4, 30)), {"hired_to"}),
    (intern(hired_from=date(2022, 2, 28)), {"hired_from"}),
    (intern(name="实\x07"), {"name"}),
]


@pytest.mark.parametrize(("form", "fields"), WRONG_INTERNS)
def test_every_wrong_field_of_an_intern_is_named(bench: CaseBench, form: InternForm, fields: set[str]) -> None:
    party = school(bench)
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.records.add_internship(party, form)
    assert problems(caught) == fields
    assert bench.clerk.records.internships(party).total == 0


def test_interns_are_listed_once_found_and_voided(bench: CaseBench) -> None:
    party = school(bench)
    records = bench.clerk.records
    key = records.add_internship(party, intern(school="寻乌职校", education="secondary"))
    records.add_internship(party, intern(2, name="曾二", intern_from=date(2021, 3, 1)))
    with pytest.raises(InvalidInput) as caught:
        records.add_internship(party, intern(name="别名"))
    assert problems(caught) == {"name", "intern_from"}
    records.add_internship(party, intern(intern_from=date(2023, 3, 1)))  # a second year of the same student
    assert records.internships(party).total == 3
    assert [row.name for row in records.internships(party, sort="intern_from").rows] == ["曾二", "实一", "实一"]
    for typed in ("曾二", "ze", "ce", number_of(2)[-4:]):
        assert [row.name for row in records.internships(party, search=typed).rows] == ["曾二"], typed
    first = records.internships(party, search="寻乌职校").rows[0]
    assert (first.id, first.education_name, "*" in first.id_masked) == (key, "中职", True)
    records.void_internship(key, "重复")
    assert records.internships(party).total == 2
    refused = number_of(3)[:17] + ("1" if number_of(3)[17] != "1" else "2")
    records.add_internship(party, intern(name="实三", id_number=refused, id_accepted_reason="已核对原件"))
    person = records.internships(party, search="实三").rows[0].person_id
    assert records.person(party, person).id_accepted_reason == "已核对原件"


# ---- benefits ------------------------------------------------------------------------------


def test_benefits_from_elsewhere_are_checked_and_reach_the_clause(bench: CaseBench) -> None:
    party = bench.xw_company()
    records = bench.clerk.records
    with pytest.raises(InvalidInput) as caught:
        records.add_benefit(party, BenefitForm(XUNWU, "no-such", "", "1.234", None, "", person_id=9_999))
    assert problems(caught) == {"clause", "title", "amount", "granted_on", "source", "person_id"}
    with pytest.raises(InvalidInput) as caught:
        records.add_benefit(party, BenefitForm(DATONG, "dt-9-use-of-funds", "奖", "1", DAY, "表"))
    assert problems(caught) == {"clause"}
    with pytest.raises(InvalidInput, match="有误") as caught:
        records.add_benefit(party, BenefitForm(XUNWU, "xw-1-new", "奖", "1", DAY + timedelta(days=1), "表"))
    assert [(one.path, one.message[:10]) for one in caught.value.problems] == [("granted_on", "发放日期不能晚于今天")]
    records.add_benefit(party, BenefitForm(XUNWU, "xw-1-new", "当天", "1", DAY, "表"))
    records.void_benefit(records.benefits(party)[0].id, "只为试一试当天")
    key = records.add_benefit(party, BenefitForm(XUNWU, "xw-1-new", "省级奖励", "50000", DAY, "省厅文件"))
    (row,) = records.benefits(party)
    assert (row.id, row.amount, row.clause_title) == (key, Money.parse(50_000), "新设立企业座席补贴")
    case_id = bench.clerk.cases.accept(party, XUNWU, "xw-1-new")
    assert bench.clerk.cases.calculation(case_id).amount == Money.parse(730_000)
    records.void_benefit(key, "不是同一事项")
    assert bench.clerk.cases.calculation(case_id).amount == Money.parse(780_000)


# ---- facts by year, papers, history --------------------------------------------------------


def test_a_fact_by_year_with_its_paper(bench: CaseBench, tmp_path: Path) -> None:
    party = bench.company()
    paper = tmp_path / "完税证明.pdf"
    paper.write_bytes(b"%PDF-1.7 tax")
    bench.clerk.dossiers.set_fact(party, "tax_paid", "2000000", DAY, "完税证明", year=2022, paper=paper)
    (fact,) = bench.clerk.dossiers.get(party).facts
    assert (fact.year, fact.paper and fact.paper[1]) == (2022, "完税证明.pdf")
    for name, year, fields in (
        ("tax_paid", 1989, {"year"}),
        ("tax_paid", 2025, {"year"}),
        ("in_scope", 2022, {"year"}),
    ):
        with pytest.raises(InvalidInput) as caught:
            bench.clerk.dossiers.set_fact(party, name, True if name == "in_scope" else "1", DAY, "表", year=year)
        assert problems(caught) == fields
    assert bench.clerk.dossiers.yearly_facts("company") >= {"tax_paid", "county_retained", "rent_paid", "offshore_usd"}
    assert "seats" not in bench.clerk.dossiers.yearly_facts("company")


def test_the_history_names_every_change_in_words(bench: CaseBench) -> None:
    party = bench.company()
    (person,) = bench.roster(party, 1)
    records = bench.clerk.records
    key = records.add(party, "seats", {"total": 100, "occupied": 80}, DAY, "核查表")
    records.void(key, "数错")
    records.set_person_fact(party, person, "newly_hired", True, DAY, "花名册")
    records.add_benefit(party, BenefitForm(XUNWU, "xw-1-new", "省级奖励", "50000", DAY, "文件"))
    bench.clerk.dossiers.set_fact(party, "in_scope", True, DAY, "执照")
    history = bench.clerk.dossiers.history(party)
    acts = {row.action: row.changes for row in history}
    name = records.person(party, person).name
    assert ("在寻乌登记注册、经营、纳税并开展客服业务", "（空）", "是") in acts["登记事实"]
    seats = "座席总数 100 席，在用（入座）座席数 80 席"
    assert ("座席", "（空）", seats) in acts["登记记录"]
    assert ("座席", seats, "（作废）") in acts["作废记录"]
    assert (f"{name}的新招员工", "（空）", "是") in acts["登记人员事实"]
    assert {("其他渠道补助", "（空）", "省级奖励"), ("金额", "（空）", "50,000.00 元")} <= set(acts["登记其他渠道补助"])
    assert next(row for row in history if row.action == "作废记录").reason == "数错"
    of = bench.clerk.audit.history_of_field
    assert [row.action for row in of(party, "record:seats")] == ["作废记录", "登记记录"]
    assert [row.action for row in of(party, "fact:in_scope")] == ["登记事实"]
    assert [row.action for row in of(party, "person-fact:newly_hired")] == ["登记人员事实"]
    assert [row.action for row in of(party, "benefits")] == ["登记其他渠道补助"]
    assert of(party, "interns") == ()
    detail = bench.clerk.dossiers.get(party)
    bench.clerk.dossiers.update(party, detail.version, dataclasses.replace(detail.form, phone="0797-2830000"))
    rows = of(party, "phone")
    assert rows[0].changes == (("联系电话", "（空）", "0797-2830000"),)
    with pytest.raises(InvalidInput):
        of(party, "no-such")
