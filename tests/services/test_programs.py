"""Fund, targets, special approvals and services without money: records, rights, pages, and what they feed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pdfplumber
import pytest
from services.case_bench import DATONG, XUNWU, XW, CaseBench, make_bench, picture

from caseworker.errors import EditConflict, InvalidInput, Refusal
from caseworker.services.fund_program import fund_months
from caseworker.values.money import Money

DAY = date(2023, 6, 1)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, DAY)
    yield made
    made["admin"].close()


def paths(refused: pytest.ExceptionInfo[InvalidInput]) -> set[str]:
    return {problem.path for problem in refused.value.problems}


# ---- the yearly fund -------------------------------------------------------------------------


def test_the_fund_begins_with_the_policys_own_figure(bench):
    found = bench.clerk.programs.fund.year(XUNWU, 2023)
    assert (found.budget, found.by_text, found.changes) == (Money.parse("30000000"), False, ())
    later = bench.clerk.programs.fund.year(XUNWU, 2031)
    assert (later.budget, later.by_text) == (Money.parse("30000000"), True)
    assert "3千万元" in later.source
    assert bench.clerk.programs.fund.year(XUNWU, 2021) is None
    assert bench.clerk.programs.fund.year(DATONG, 2023) is None  # its text names none


def test_a_budget_is_set_with_its_paper_and_the_changes_stay(bench):
    fund = bench["head"].programs.fund
    fund.set_budget(DATONG, 2023, Money.parse("5000000"), "同财预〔2023〕11号")
    fund.set_budget(DATONG, 2023, Money.parse("6500000"), "同财预〔2023〕40号")
    found = bench.clerk.programs.fund.year(DATONG, 2023)
    assert (found.budget, found.source, found.by_text) == (Money.parse("6500000"), "同财预〔2023〕40号", False)
    assert [(one.before, one.after, one.changed_by) for one in found.changes] == [
        (Money.parse("5000000"), Money.parse("6500000"), "负一"),
        (None, Money.parse("5000000"), "负一"),
    ]
    assert [one.year for one in bench.clerk.programs.fund.years(DATONG)] == [2023]


def test_only_the_head_sets_it_and_every_wrong_field_is_named(bench):
    for login in ("clerk", "admin", "reviewer"):
        with pytest.raises(Refusal, match="负责人"):
            bench[login].programs.fund.set_budget(XUNWU, 2023, Money.parse(1), "x")
    with pytest.raises(InvalidInput) as refused:
        bench["head"].programs.fund.set_budget(XUNWU, 1999, -Money.parse(1), " ")
    assert paths(refused) == {"year", "amount", "source"}


def test_what_is_committed_and_paid_stands_in_the_year_and_its_months(bench):
    paid = bench.to_payment(bench.xw_company(100, "甲公司"), XUNWU, XW)
    bench.pay(paid)
    day = bench.clock.today()
    bench.to_payment(bench.xw_company(200, "乙公司"), XUNWU, XW)
    fund = bench.clerk.programs.fund
    found = fund.year(XUNWU, 2023)
    assert (found.paid, found.committed) == (Money.parse("200000"), Money.parse("400000"))
    assert found.left == Money.parse("29400000")
    months = fund.months(XUNWU, 2023)
    assert len(months) == 12
    assert months[day.month - 1].paid == Money.parse("200000")
    assert sum((one.paid for one in months), Money.zero()) == found.paid
    assert sum((one.committed for one in months), Money.zero()) == found.committed
    assert sum((one.forecast for one in months), Money.zero()) == found.forecast
    with pytest.raises(Refusal, match="不能低于"):
        bench["head"].programs.fund.set_budget(XUNWU, 2023, Money.parse("599999.99"), "调减")
    bench["head"].programs.fund.set_budget(XUNWU, 2023, Money.parse("600000"), "调减")


def test_a_payment_over_the_turn_of_the_year_stays_in_its_fund_year():
    amount = Money.parse(7)
    rows = [
        ("paid", amount, date(2023, 12, 30), date(2024, 1, 5)),
        ("paid", amount, date(2023, 3, 1), date(2023, 4, 1)),
        ("returned", amount, date(2023, 2, 28), None),
        ("planned", amount, date(2023, 1, 31), None),
        ("ended", amount, date(2023, 1, 31), None),
    ]
    months = fund_months(2023, rows)
    assert {one.month for one in months if one.paid} == {4, 12}
    assert [one.month for one in months if one.committed] == [2]
    assert [one.month for one in months if one.forecast] == [1]


# ---- targets ---------------------------------------------------------------------------------


def target(bench: CaseBench, year: int, kind: str = "employed", day: date | None = None):
    return next(
        one for one in bench.clerk.programs.targets.all(XUNWU, day) if (one.year, one.kind) == (year, kind)
    )  # fmt: skip


def test_people_on_post_are_counted_once_from_companies_of_the_policy(bench):
    party = bench.xw_company(100, "甲公司")
    people = bench.roster(party, 7)
    assert target(bench, 2023).actual == 0  # two policies: no case under this one yet
    bench.clerk.cases.accept(party, XUNWU, XW)
    other = bench.xw_company(100, "乙公司")
    bench.roster(other, 2, existing=people[:3])
    bench.clerk.cases.accept(other, XUNWU, XW)
    found = target(bench, 2023)
    assert (found.actual, found.parties, found.target, found.reached) == (Decimal(9), 2, Decimal(5000), False)
    assert (found.on, found.percent) == (DAY, 0)
    assert target(bench, 2022).on == date(2022, 12, 31)
    assert target(bench, 2022).actual == 9
    assert target(bench, 2022, day=date(2022, 11, 30)).actual == 0  # the day before they came


def test_output_is_the_sum_of_the_figures_entered_last(bench):
    party = bench.xw_company(100, "甲公司")
    bench.clerk.cases.accept(party, XUNWU, XW)
    targets = bench.clerk.programs.targets
    bench.clock.set_day(date(2026, 3, 1))
    assert target(bench, 2025, "output").actual == 0
    targets.enter(party, "output", 2025, Money.parse("1500000000"), "年度财务报表")
    wrong = targets.enter(party, "output", 2025, Money.parse("2000000000"), "更正报表")
    found = target(bench, 2025, "output")
    assert (found.actual, found.percent, found.reached, found.parties) == (Decimal("2000000000"), 100, True, 1)
    targets.void(wrong, "录入错误")
    assert target(bench, 2025, "output").percent == 75
    with pytest.raises(Refusal, match="已经作废"):
        targets.void(wrong, "再次")
    page = targets.figures(search="甲", sort="amount", descending=True)
    assert [(str(one.amount), one.voided_reason) for one in page.rows] == [
        ("2000000000.00", "录入错误"), ("1500000000.00", None),
    ]  # fmt: skip
    assert targets.figures(search="没有").total == 0


def test_wrong_figures_are_refused_by_field(bench):
    party = bench.xw_company(100)
    with pytest.raises(InvalidInput) as refused:
        bench.clerk.programs.targets.enter(party, "profit", 2024, -Money.parse(1), " ")
    assert paths(refused) == {"kind", "year", "amount", "source"}
    with pytest.raises(Refusal, match="经办人"):
        bench["head"].programs.targets.enter(party, "output", 2022, Money.parse(1), "报表")


# ---- special approvals -----------------------------------------------------------------------


def approve(bench: CaseBench, party: int, reference: str = "县长办公会纪要〔2023〕5号", **more: object) -> int:
    given = {"approved_on": date(2023, 5, 20), "amount": Money.parse("88000.50"), "matter": "落户支持"} | more
    return bench.clerk.programs.approvals.enter(XUNWU, "xw-16-special", party, reference=reference, **given)  # type: ignore[arg-type]


def test_an_approval_feeds_the_case_and_is_used_once(bench, tmp_path):
    scan = tmp_path / "纪要.pdf"
    scan.write_bytes(b"%PDF-1.4 minutes")
    party = bench.xw_company(100)
    first = approve(bench, party, path=scan)
    approve(bench, party, "县长办公会纪要〔2023〕9号", amount=Money.parse("10"), approved_on=date(2023, 5, 25))
    case = bench.to_payment(party, XUNWU, "xw-16-special")
    view = bench.clerk.cases.calculation(case)
    assert str(view.amount) == "88000.50"
    facts = {one.name: one for one in view.facts}
    assert facts["approval_reference"].value == "县长办公会纪要〔2023〕5号"
    assert "2023-05-20" in facts["approved_amount"].source
    rows = bench.clerk.programs.approvals.page(sort="approved_on", descending=False).rows
    assert [(one.reference, bool(one.used_by), one.attachment_id is not None) for one in rows] == [
        ("县长办公会纪要〔2023〕5号", True, True),
        ("县长办公会纪要〔2023〕9号", False, False),
    ]
    with pytest.raises(Refusal, match="已据此兑现"):
        bench.clerk.programs.approvals.void(first, "错")
    second = bench.clerk.cases.accept(party, XUNWU, "xw-16-special")
    assert str(bench.clerk.cases.calculation(second).amount) == "10.00"  # the first is used up


def test_without_an_approval_the_facts_are_missing(bench):
    party = bench.xw_company(100)
    wrong = approve(bench, party)
    bench.clerk.programs.approvals.void(wrong, "录入错误")
    case = bench.clerk.cases.accept(party, XUNWU, "xw-16-special")
    assert set(bench.clerk.cases.calculation(case).missing) == {"批准金额", "批准文号"}
    approve(bench, party)  # the same reference again, the wrong entry being void
    assert str(bench.clerk.cases.calculation(case).amount) == "88000.50"
    with pytest.raises(Refusal, match="已登记过"):
        approve(bench, party)


def test_wrong_approvals_are_refused_by_field(bench):
    party = bench.xw_company(100)
    with pytest.raises(InvalidInput) as refused:
        approve(bench, party, " ", matter="", amount=Money.zero(), approved_on=date(2023, 6, 2))
    assert paths(refused) == {"reference", "matter", "amount", "approved_on"}
    with pytest.raises(Refusal, match="一事一议"):
        bench.clerk.programs.approvals.enter(
            XUNWU, XW, party, reference="x", approved_on=DAY, amount=Money.parse(1), matter="y"
        )  # fmt: skip
    with pytest.raises(Refusal, match="经办人"):
        bench["head"].programs.approvals.enter(
            XUNWU, "xw-16-special", party, reference="x", approved_on=DAY, amount=Money.parse(1), matter="y"
        )  # fmt: skip
    assert [one[2] for one in bench.clerk.programs.approvals.clauses()] == ["xw-16-special", "dt-14-special"]


# ---- services --------------------------------------------------------------------------------


def test_the_services_of_both_policies(bench):
    kinds = {(one.clause, one.kind): one for one in bench.clerk.programs.services.kinds()}
    assert ("xw-11-services", "free-bus") in kinds
    assert ("xw-11-services", "school-admission") in kinds
    assert kinds["xw-13-housing-security", "referral"].for_person is True
    assert kinds["dt-5-services", "power"].for_person is False
    assert kinds["xw-10-skills", "referral"].for_person is True, "the insurer pays it: people are only sent there"
    assert not any(clause == "dt-9-use-of-funds" for clause, _ in kinds)


def test_a_request_is_handled_once_and_found_again(bench):
    services = bench.clerk.programs.services
    party = bench.dt_company(2)
    first = services.request(DATONG, "dt-5-services", "power", party, requested_on=DAY, request="专线用电")
    other = services.request(DATONG, "dt-5-services", "land", party, requested_on=DAY, request="供地")
    row = services.page(sort="number", descending=False).rows[0]
    assert (row.number, row.kind_name, row.state_name, row.entered_by) == ("FW-2023-0001", "用电", "待办理", "经一")
    bench["second"].programs.services.handle(
        first, version=row.version, handling="已协调供电公司", handled_on=DAY
    )  # fmt: skip
    done = services.page(state="done").rows[0]
    assert (done.handling, done.handled_on, done.handled_by) == ("已协调供电公司", DAY, "经二")
    with pytest.raises(EditConflict):
        services.handle(first, version=row.version, handling="又一次", handled_on=DAY)
    with pytest.raises(Refusal, match="已办理"):
        services.handle(first, version=done.version, handling="又一次", handled_on=DAY)
    with pytest.raises(InvalidInput) as refused:
        services.handle(other, version=1, handling=" ", handled_on=date(2023, 5, 31), declined=True)
    assert paths(refused) == {"handling", "handled_on"}
    services.handle(other, version=1, handling="不属本单位职责", handled_on=DAY, declined=True)
    assert services.page(search="供地").rows[0].state == "declined"
    services.void(other, "重复登记")
    assert services.page(state="voided").total == 1
    assert services.page().total == 2  # nothing is deleted


def test_a_persons_service_names_somebody_of_the_roster(bench):
    services = bench.clerk.programs.services
    party, other = bench.xw_company(100, "甲公司"), bench.xw_company(100, "乙公司")
    (person,) = bench.roster(party, 1)
    common = {"requested_on": DAY, "request": "凭员工证乘车"}
    with pytest.raises(InvalidInput) as refused:
        services.request(XUNWU, "xw-11-services", "free-bus", party, **common)
    assert paths(refused) == {"person_id"}
    with pytest.raises(Refusal, match="花名册"):
        services.request(XUNWU, "xw-11-services", "free-bus", other, person_id=person, **common)
    services.request(XUNWU, "xw-11-services", "free-bus", party, person_id=person, **common)
    assert services.page(search="员工").rows[0].person_id == person
    with pytest.raises(InvalidInput) as refused:
        services.request(DATONG, "dt-5-services", "power", party, person_id=person, **common)
    assert paths(refused) == {"person_id"}
    with pytest.raises(Refusal, match="没有这项服务"):
        services.request(XUNWU, "xw-11-services", "aeroplane", party, person_id=person, **common)
    with pytest.raises(Refusal, match="经办人"):
        bench["head"].programs.services.request(
            XUNWU, "xw-11-services", "free-bus", party, person_id=person, **common
        )  # fmt: skip


def test_a_request_keeps_its_papers_and_is_put_right(bench, tmp_path):
    scan = picture(tmp_path / "用地申请.pdf")
    party = bench.dt_company()
    services = bench.clerk.programs.services
    key = services.request(
        DATONG, "dt-5-services", "land", party, requested_on=DAY, request="申请用地 20 亩", papers=[scan]
    )
    detail = services.get(key)
    assert (detail.row.papers, [paper.name for paper in detail.papers]) == (1, ["用地申请.pdf"])
    assert services.paper(detail.papers[0].id)[2] == scan.read_bytes()
    assert detail.title == "大同数据呼叫（标注）产业政策 第四条2"
    assert "土地供应" in detail.quote
    with pytest.raises(InvalidInput) as refused:
        services.correct(
            key, version=detail.row.version, requested_on=date(2023, 6, 2), request="", handling="已办", reason="错"
        )
    assert paths(refused) == {"requested_on", "request", "handling"}
    services.correct(
        key, version=detail.row.version, requested_on=date(2023, 5, 30), request="申请用地 12 亩", handling="",
        reason="数量写错",
    )  # fmt: skip
    with pytest.raises(EditConflict):
        services.correct(key, version=detail.row.version, requested_on=DAY, request="别的", handling="", reason="错")
    services.detach(detail.papers[0].id, "附错文件")
    assert services.get(key).row.papers == 0
    with pytest.raises(Refusal, match="已经撤下"):
        services.detach(detail.papers[0].id, "再次")
    services.attach(key, [scan])
    assert services.page(search="12 亩").rows[0].papers == 1
    newest = next(one for one in bench.clerk.dossiers.history(party) if one.action == "更正服务事项")
    assert newest.reason == "数量写错"
    assert ("服务事项 FW-2023-0001", "申请用地 20 亩", "申请用地 12 亩") in newest.changes
    assert bench.clerk.audit.history_of_service(key)[-1].action == "登记服务事项"


def test_every_act_stands_in_the_log(bench):
    party = bench.xw_company(100)
    approve(bench, party)
    bench.clerk.programs.targets.enter(party, "output", 2022, Money.parse(5), "报表")
    bench["head"].programs.fund.set_budget(XUNWU, 2024, Money.parse("1"), "批复")
    bench.clerk.programs.services.request(
        DATONG, "dt-5-services", "power", party, requested_on=DAY, request="用电"
    )  # fmt: skip
    actions = {one.action for one in bench["admin"].audit.page(0, 20).rows}
    assert actions >= {"登记一事一议批准", "登记年度数据", "设定年度预算", "登记服务事项"}
    assert bench["admin"].file.verify_audit().ok


# ---- on paper --------------------------------------------------------------------------------


def test_the_paper_shows_what_the_screens_show(bench):
    bench.pay(bench.to_payment(bench.xw_company(100, "甲公司"), XUNWU, XW))
    before = bench["reviewer"].audit.page().total
    made = bench["reviewer"].programs.paper(XUNWU, 2023)
    with pdfplumber.open(io.BytesIO(made.data)) as pdf:
        text = "".join(char["text"] for page in pdf.pages for char in page.chars)
    year = bench.clerk.programs.fund.year(XUNWU, 2023)
    for amount in (year.budget, year.paid, year.left):
        assert amount.shown() in text
    assert year.paid == Money.parse("200000")
    for one in bench.clerk.programs.targets.all(XUNWU):
        assert f"{one.target:,f}{one.unit}" in text
    assert made.name == f"执行情况-寻乌客服产业政策-2023-{bench.clock.today().isoformat()}.pdf"
    assert bench["reviewer"].audit.page().total == before
    with pytest.raises(Refusal, match="无可打印"):
        bench.clerk.programs.paper(DATONG, 2023)
    bench["head"].programs.fund.set_budget(DATONG, 2023, Money.parse("5000000"), "同财预〔2023〕11号")
    assert bench.clerk.programs.paper(DATONG, 2023).data.startswith(b"%PDF-")
    with pytest.raises(Refusal, match="没有这项政策"):
        bench.clerk.programs.paper("no-such-policy", 2023)
