"""历史兑现补录: entered by one, confirmed by another; then it counts in caps, instalments, fund and numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from prior_book import PriorBook, id_number
from services.case_bench import DATONG, XUNWU, XW, CaseBench, make_bench
from sqlalchemy import func, select

from caseworker.errors import Cancelled, InvalidInput, Refusal
from caseworker.services.prior_views import PriorBatchRow, PriorGrantForm
from caseworker.store.models import Attachment, Case, DocumentSequence, Person, PriorBatch, PriorGrant
from caseworker.values.money import Money

DAY = date(2023, 6, 1)
HALF_YEAR = (202212, 202301, 202302, 202303, 202304, 202305)
EVIDENCE = "拨款凭证 2022-11 号至 2023-03 号，档案盒 7"
MILLION = Money.parse(1_000_000)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, DAY)
    yield made
    made.desks["admin"].close()


@pytest.fixture
def book(bench: CaseBench) -> PriorBook:
    return PriorBook(bench.clerk.prior.template())


def code_of(bench: CaseBench, party: int) -> str:
    return bench.clerk.dossiers.get(party).form.code


def lease(bench: CaseBench, party: int, number: int = 2, **changes: Any) -> dict[str, Any]:
    row = {
        "统一社会信用代码": code_of(bench, party),
        "条款": "dt-4-lease 租赁场地补贴",
        "兑现日期": "2022-12-30",
        "金额": 250000,
        "期次": number,
        "补贴第几年": number,
    }
    return row | changes


def seat(bench: CaseBench, party: int, name: str, number: str, **changes: Any) -> dict[str, Any]:
    row = {
        "统一社会信用代码": code_of(bench, party),
        "姓名": name,
        "证件号码": number,
        "条款": "dt-3-seat 坐席补贴",
        "兑现日期": "2023-03-01",
        "金额": 2500,
        "期次": 1,
        "已用至月份": "2023-01",
    }
    return row | changes


def enter(bench: CaseBench, book: PriorBook, tmp_path: Path, login: str = "clerk") -> tuple[PriorBatchRow, ...]:
    return bench[login].prior.enter(book.save(tmp_path / "历史补录.xlsx"), EVIDENCE)


def facts_of(bench: CaseBench, case_id: int) -> dict[str, Any]:
    return {view.name: view.value for view in bench.clerk.cases.calculation(case_id).facts}


def roster_person(bench: CaseBench, party: int) -> tuple[str, str]:
    with bench.clerk.file.read() as session:
        person = session.scalars(select(Person).order_by(Person.id.desc())).first()
        assert person is not None
        return person.name, person.id_number


def left(bench: CaseBench, policy: str, year: int) -> Money:
    view = bench.clerk.programs.fund.year(policy, year)
    assert view is not None
    return view.left


def counted(bench: CaseBench, table: type[Any]) -> int:
    with bench.clerk.file.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


# ---- entering ------------------------------------------------------------------------------------


def test_a_workbook_becomes_a_batch_a_kind_with_its_files_and_one_entry_in_the_log(
    bench: CaseBench, book: PriorBook, tmp_path: Path
) -> None:
    party = bench.company()
    scan = tmp_path / "凭证.pdf"
    scan.write_bytes(b"%PDF-1.4 evidence")
    book.put("兑现", [lease(bench, party)]).put("人员", [seat(bench, party, "张三", id_number(1))])
    book.put("资金", [{"政策": "大同数据呼叫（标注）产业政策", "年度": 2022, "已拨付": 70}])
    book.put("文号", [{"文书种类": "公示", "年度": 2022, "最后一个号码": 4}])
    path = book.save(tmp_path / "补录一.xlsx")
    before = bench.clerk.audit.page().total
    preview = bench.clerk.prior.preview(path)
    assert (preview.grants, preview.funds, preview.numbers, preview.new_people) == (2, 1, 1, 1)
    assert (preview.total, preview.problems) == (Money.parse(252_500), ())
    assert [line.sheet for line in preview.lines] == ["兑现", "人员", "资金", "文号"]
    assert (bench.clerk.audit.page().total, counted(bench, PriorBatch)) == (before, 0)

    rows = bench.clerk.prior.enter(path, EVIDENCE, scan=scan)
    assert [(row.kind, row.rows, row.state_name, row.total) for row in rows] == [
        ("grants", 2, "待确认", Money.parse(252_500)),
        ("fund", 1, "待确认", Money.parse(70)),
        ("numbers", 1, "待确认", None),
    ]
    page = bench.clerk.audit.page()
    assert (page.total - before, page.rows[0].action, page.rows[0].subject) == (1, "录入历史兑现", "历史兑现补录 1")
    assert bench.clerk.prior.file(rows[0].id, "workbook") == (path.name, rows_media(path), path.read_bytes())
    assert bench.clerk.prior.file(rows[0].id, "scan")[2] == scan.read_bytes()
    lines = bench.clerk.prior.lines(rows[0].id).rows
    assert [(line.party, line.person, line.amount, line.detail, line.evidence) for line in lines] == [
        ("寻乌县星河客服有限公司", "", Money.parse(250_000), "期次 2，补贴第几年 2", EVIDENCE),
        (
            "寻乌县星河客服有限公司",
            "张三 999999********" + id_number(1)[-4:],
            Money.parse(2500),
            lines[1].detail,
            EVIDENCE,
        ),
    ]
    assert lines[1].detail == "期次 1，已用至月份 2023-01"
    assert bench.clerk.prior.lines(rows[0].id, "张").total == 1
    assert bench.clerk.prior.lines(rows[2].id).rows[0].detail == "最后一号 4，从第 5 号接着编"
    assert bench.clerk.audit.verify()[0]


def rows_media(path: Path) -> str:
    assert path.suffix == ".xlsx"
    return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_one_wrong_row_keeps_everything_out(bench: CaseBench, book: PriorBook, tmp_path: Path) -> None:
    party = bench.company()
    good = [seat(bench, party, f"员{n}", id_number(n)) for n in range(5)]
    book.put("人员", [*good, seat(bench, party, "员9", id_number(9), 金额=-1)])
    book.put("文号", [{"文书种类": "公示", "年度": 2022, "最后一个号码": 4}])
    before = (bench.clerk.audit.page().total, counted(bench, Person))
    with pytest.raises(InvalidInput) as caught:
        enter(bench, book, tmp_path)
    assert [problem.path for problem in caught.value.problems] == ["人员.10.金额"]
    assert caught.value.code == "rows-rejected"
    assert (bench.clerk.audit.page().total, counted(bench, Person)) == before
    assert (counted(bench, PriorBatch), counted(bench, PriorGrant)) == (0, 0)


def test_rows_against_the_dossiers(bench: CaseBench, book: PriorBook, tmp_path: Path) -> None:
    party = bench.company()
    enter(bench, book.put("人员", [seat(bench, party, "张三", id_number(1))]), tmp_path)  # 张三 is known now
    book = PriorBook(bench.clerk.prior.template())
    book.put(
        "兑现",
        [
            lease(bench, party) | {"统一社会信用代码": "91360734MA7K2L5T3C"},
            lease(bench, party, 3) | {"单位名称": "寻乌县银河客服有限公司", "兑现日期": "2023-06-02"},
            lease(bench, party, 4) | {"单位名称": "寻乌县 星河客服有限公司", "兑现日期": "2023-06-01"},
            lease(bench, party) | {"条款": "xw-8-job-fair", "期次": None, "补贴第几年": None, "举办日期": "2022-10-01"},
        ],
    )
    book.put(
        "人员",
        [
            seat(bench, party, "张散", id_number(1), 期次=2),
            seat(bench, party, "张三", id_number(1)),
            seat(bench, party, "张三", id_number(1), 兑现日期="2023-03-02"),
            seat(bench, party, "张三", id_number(1), 期次=3, 兑现日期="2023-05-02"),
        ],
    )
    book.put("资金", [{"政策": "寻乌客服产业政策", "年度": 2024, "已拨付": 1}])
    book.put("文号", [{"文书种类": "公示", "年度": 2024, "最后一个号码": 4}])
    preview = bench.clerk.prior.preview(book.save(tmp_path / "二.xlsx"))
    found = {(one.sheet, one.row, one.column, one.code) for one in preview.problems}
    assert found == {
        ("兑现", 5, "统一社会信用代码", "no-such-party"),
        ("兑现", 6, "单位名称", "party-name-differs"),
        ("兑现", 6, "兑现日期", "after-today"),
        ("兑现", 8, "条款", "not-for-party"),
        ("人员", 5, "姓名", "same-id-different-name"),
        ("人员", 6, "", "already-recorded"),
        ("人员", 6, "姓名", "same-id-different-name"),
        ("人员", 7, "姓名", "same-id-different-name"),
        ("人员", 7, "期次", "instalment-twice"),
        ("人员", 7, "期次", "instalment-recorded"),
        ("人员", 8, "姓名", "same-id-different-name"),
        ("资金", 5, "年度", "after-today"),
        ("文号", 5, "年度", "after-today"),
    }


def test_the_same_workbook_again_is_refused_until_the_first_is_voided(
    bench: CaseBench, book: PriorBook, tmp_path: Path
) -> None:
    party = bench.company()
    book.put("兑现", [lease(bench, party)])
    book.put("资金", [{"政策": "寻乌客服产业政策", "年度": 2022, "已拨付": 1}])
    book.put("文号", [{"文书种类": "公示", "年度": 2022, "最后一个号码": 4}])
    path = book.save(tmp_path / "一.xlsx")
    first = bench.clerk.prior.enter(path, EVIDENCE)
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.prior.enter(path, EVIDENCE)
    assert [problem.path for problem in caught.value.problems] == ["兑现.5", "资金.5.年度", "文号.5.文书种类"]
    for row in first:
        bench.clerk.prior.void(row.id, "重新录入")
    again = bench.clerk.prior.enter(path, EVIDENCE)
    assert [row.id for row in again] == [4, 5, 6]
    with bench.clerk.file.read() as session:
        assert session.scalar(select(func.count(Attachment.id))) == 1  # the same content is kept once


def test_nothing_filled_no_evidence_and_giving_up(bench: CaseBench, book: PriorBook, tmp_path: Path) -> None:
    path = book.save(tmp_path / "空.xlsx")
    with pytest.raises(Refusal) as refused:
        bench.clerk.prior.enter(path, EVIDENCE)
    assert refused.value.code == "nothing-to-enter"
    for evidence in ("  ", "凭\x00证", "字" * 501):
        with pytest.raises(InvalidInput) as caught:
            bench.clerk.prior.enter(path, evidence)
        assert [problem.path for problem in caught.value.problems] == ["evidence"]
    party = bench.company()
    path = book.put("兑现", [lease(bench, party)]).save(path)
    asked = 0

    def late() -> bool:
        nonlocal asked
        asked += 1
        return asked > 2  # reading and keeping go through; the writing is given up

    with pytest.raises(Cancelled):
        bench.clerk.prior.enter(path, EVIDENCE, cancelled=late)
    assert (counted(bench, PriorBatch), counted(bench, PriorGrant)) == (0, 0)


def test_one_grant_by_form(bench: CaseBench) -> None:
    party = bench.company()
    form = PriorGrantForm(
        party, DATONG, "dt-4-purchase", date(2023, 1, 5), "750,000.50", {"instalment": "1", "subsidy_year": "1"}
    )
    row = bench.clerk.prior.enter_grant(form, EVIDENCE)
    assert (row.kind, row.rows, row.total) == ("grants", 1, Money.parse("750000.50"))
    assert (row.title, row.has_workbook) == ("寻乌县星河客服有限公司　购买办公用房补贴", False)
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.prior.enter_grant(form, EVIDENCE)
    assert caught.value.problems[0].path == "clause"
    wrong = PriorGrantForm(party, DATONG, "dt-3-seat", None, "0", {"instalment": "七"}, "", "123")
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.prior.enter_grant(wrong, " ")
    assert {problem.path for problem in caught.value.problems} == {
        "granted_on",
        "amount",
        "instalment",
        "claimed_through",
        "name",
        "id_number",
        "evidence",
    }
    months = {"instalment": "1", "claimed_from": "2023-02", "claimed_through": "2023-01"}
    turned = PriorGrantForm(party, DATONG, "dt-3-seat", DAY, "2500", months, "张三", id_number(4))
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.prior.enter_grant(turned, EVIDENCE)
    assert [(problem.path, problem.message[:4]) for problem in caught.value.problems] == [("claimed_from", "起用月份")]
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.prior.enter_grant(PriorGrantForm(party, DATONG, "dt-5-services", DAY, "1"), EVIDENCE)
    assert caught.value.problems[0].path == "clause"
    hiring = PriorGrantForm(
        party, XUNWU, "xw-6-hiring", DAY, "1000", {"parts": ["first", "second"]}, "王五", id_number(4)
    )
    made = bench.clerk.prior.enter_grant(hiring, EVIDENCE)
    assert bench.clerk.prior.lines(made.id).rows[0].detail == "已兑现部分 第一次、第二次"
    with bench.clerk.file.read() as session:
        assert session.scalars(select(PriorGrant.facts).order_by(PriorGrant.id.desc())).first() == {
            "parts": ["first", "second"]
        }


def test_five_thousand_people_in_one_workbook(bench: CaseBench, book: PriorBook, tmp_path: Path) -> None:
    party = bench.company()
    book.put("人员", (seat(bench, party, f"员{n}", id_number(n)) for n in range(5000)))
    heard: list[tuple[int, int]] = []
    path = book.save(tmp_path / "五千人.xlsx")
    (row,) = bench.clerk.prior.enter(path, EVIDENCE, progress=lambda done, total: heard.append((done, total)))
    assert (row.rows, row.total) == (5000, Money.parse(12_500_000))
    assert heard[-1] == (10_000, 10_000)
    assert (counted(bench, Person), counted(bench, PriorGrant)) == (5000, 5000)
    assert bench["reviewer"].prior.confirm(row.id).state == "confirmed"
    assert bench.clerk.prior.get(row.id).people == 5000
    case_id = bench.clerk.cases.accept(party, DATONG, "dt-3-seat")
    views = {view.name: view for view in bench.clerk.cases.calculation(case_id).facts}
    assert views["continuing"].source == "兑现记录 1 笔：历史兑现补录（2023-03-01，12,500,000.00 元）"
    assert bench.clerk.prior.lines(row.id, offset=4990, limit=100).rows[-1].person.startswith("员4999 ")
    assert bench.clerk.audit.verify()[0]


# ---- the second person ---------------------------------------------------------------------------


def test_who_entered_never_confirms_whatever_roles_they_hold(bench: CaseBench, book: PriorBook, tmp_path: Path) -> None:
    party = bench.company()
    (row,) = enter(bench, book.put("兑现", [lease(bench, party)]), tmp_path, login="deputy")
    assert not bench["deputy"].prior.get(row.id).may_confirm
    bench.settings(two_person_mode=True)
    with pytest.raises(Refusal) as caught:
        bench["deputy"].prior.confirm(row.id)
    assert caught.value.code == "same-person"
    assert "两个人" in caught.value.message
    with pytest.raises(Refusal) as caught:
        bench.clerk.prior.confirm(row.id)
    assert caught.value.code == "no-right"
    detail = bench["second"].prior.get(row.id)
    assert (detail.may_confirm, detail.may_void, detail.warnings) == (
        True,
        False,
        ("没有附扫描件，请对照纸质凭据核对以后再确认。",),
    )
    done = bench["second"].prior.confirm(row.id)
    assert (done.state_name, done.confirmed_by, done.confirmed_on) == ("已确认", "经二", DAY)
    with pytest.raises(Refusal, match="已确认"):
        bench["head"].prior.confirm(row.id)


def test_who_may_void_and_when(bench: CaseBench, book: PriorBook, tmp_path: Path) -> None:
    party = bench.company()
    (row,) = enter(bench, book.put("兑现", [lease(bench, party)]), tmp_path)
    with pytest.raises(Refusal) as caught:
        bench["second"].prior.void(row.id, "错")
    assert caught.value.code == "not-yours"
    with pytest.raises(InvalidInput):
        bench.clerk.prior.void(row.id, " ")
    bench["reviewer"].prior.confirm(row.id)
    with pytest.raises(Refusal) as caught:
        bench.clerk.prior.void(row.id, "错")
    assert caught.value.code == "head-only"
    assert not bench.clerk.prior.get(row.id).may_void
    voided = bench["head"].prior.void(row.id, "金额录错")
    assert (voided.state_name, voided.voided_reason, voided.rows) == ("已作废", "金额录错", 1)
    with pytest.raises(Refusal) as caught:
        bench["head"].prior.void(row.id, "再来")
    assert caught.value.code == "already-voided"
    with pytest.raises(Refusal, match="已作废"):
        bench["reviewer"].prior.confirm(row.id)
    assert counted(bench, PriorGrant) == 1  # nothing is deleted
    assert [entry.action for entry in bench.clerk.audit.page().rows[:2]] == ["作废历史兑现", "确认历史兑现"]
    assert [one.state for one in bench.clerk.prior.page(state="voided").rows] == ["voided"]
    assert bench.clerk.prior.page(search="历史补录").total == 1
    assert bench.clerk.prior.page(search="没有这批").total == 0


# ---- it counts -----------------------------------------------------------------------------------


def test_a_persons_cap_and_months_before_and_after_confirmation_and_voiding(
    bench: CaseBench, book: PriorBook, tmp_path: Path
) -> None:
    elsewhere = bench.company("大同市别处有限公司")
    party = bench.dt_company(people=1, months=HALF_YEAR)
    name, number = roster_person(bench, party)
    book.put(
        "人员",
        [
            seat(bench, party, name, number, 该席位首次兑现日期="2022-12-31"),
            seat(bench, elsewhere, name, number, 金额=7000, 已用至月份="2022-06", 兑现日期="2022-09-01"),
        ],
    )
    case_id = bench.clerk.cases.accept(party, DATONG, "dt-3-seat")

    def person() -> tuple[Any, ...]:
        facts = facts_of(bench, case_id)
        (record,) = facts["people"]
        return facts["first_application"], facts["continuing"], record["claimed_through"], record["paid_total"]

    (row,) = enter(bench, book, tmp_path)
    assert person() == (True, False, None, "0.00")
    bench["reviewer"].prior.confirm(row.id)
    assert person() == (False, True, "2023-01", "9500.00")
    assert counted(bench, Person) == 1  # found by the ID number, not made again
    bench["head"].prior.void(row.id, "录错")
    assert person() == (True, False, None, "0.00")


def test_a_once_only_award_and_a_total_over_time(bench: CaseBench, book: PriorBook, tmp_path: Path) -> None:
    party = bench.xw_company()
    row_of = {"统一社会信用代码": code_of(bench, party), "兑现日期": "2022-12-01"}
    book.put("兑现", [row_of | {"条款": "xw-1-new", "金额": "50000.50"}])
    case_id = bench.clerk.cases.accept(party, XUNWU, XW)
    (row,) = enter(bench, book, tmp_path)
    assert bench.clerk.cases.calculation(case_id).amount == Money.parse(780_000)
    bench["head"].prior.confirm(row.id)
    assert facts_of(bench, case_id)["already_granted"] == "50000.50"
    view = bench.clerk.cases.calculation(case_id)
    assert view.result is not None
    assert (view.result["eligible"], view.amount) == (False, Money.zero())
    unmet = [one["id"] for one in view.result["conditions"] if not one["met"]]
    assert unmet[0] == "not-granted-before"
    bench["head"].prior.void(row.id, "录错单位")
    assert bench.clerk.cases.calculation(case_id).amount == Money.parse(780_000)


def test_a_yearly_cap_counts_what_was_paid_in_that_year_only(bench: CaseBench, book: PriorBook, tmp_path: Path) -> None:
    party = bench.xw_company()
    row_of = {"统一社会信用代码": code_of(bench, party), "条款": "xw-14-service-trade"}
    book.put("兑现", [row_of | {"兑现日期": day, "金额": 9000} for day in ("2022-12-31", "2023-01-01")])
    case_id = bench.clerk.cases.accept(party, XUNWU, "xw-14-service-trade")
    (row,) = enter(bench, book, tmp_path)
    bench["reviewer"].prior.confirm(row.id)
    assert facts_of(bench, case_id)["granted_this_year"] == "9000.00"


def test_the_next_instalment_goes_on_after_the_earlier_ones(bench: CaseBench, book: PriorBook, tmp_path: Path) -> None:
    party = bench.company("大同市云州标注有限公司")
    waiting = bench.clerk.cases.accept(party, DATONG, "dt-4-lease")
    book.put("兑现", [lease(bench, party, 1, 兑现日期="2022-12-25"), lease(bench, party, 2)])
    (row,) = enter(bench, book, tmp_path)

    def number(case_id: int) -> int:
        with bench.clerk.file.read() as session:
            return session.get_one(Case, case_id).instalment_no

    assert number(waiting) == 1
    bench["reviewer"].prior.confirm(row.id)
    assert number(waiting) == 3  # taken in before the confirmation, not yet decided
    bench["head"].prior.void(row.id, "年份录错")
    assert number(waiting) == 1
    (row,) = enter(bench, book, tmp_path)
    bench["reviewer"].prior.confirm(row.id)
    bench.go(waiting, ("clerk", "withdraw", "企业撤回"))
    later = bench.clerk.cases.accept(party, DATONG, "dt-4-lease")
    assert number(later) == 3
    assert facts_of(bench, later)["continuing"] is True
    # a clause that pays at once has no instalments, whatever is recorded
    other = bench.xw_company()
    assert number(bench.clerk.cases.accept(other, XUNWU, XW)) == 1


def test_a_decided_third_instalment_is_paid_as_the_third(bench: CaseBench, book: PriorBook, tmp_path: Path) -> None:
    party = bench.company("大同市云州标注有限公司")
    facts: dict[str, Any] = {
        "operating_normally": True,
        "own_use": True,
        "good_credit": True,
        "lease_start": "2021-01-01",
        "lease_end": "2027-12-31",
        "valid_seats": 100,
        "subsidy_year": 3,
    }
    for name, value in facts.items():
        bench.clerk.dossiers.set_fact(party, name, value, date(2023, 1, 1), "租赁合同")
    (row,) = enter(bench, book.put("兑现", [lease(bench, party, 2)]), tmp_path)
    bench["reviewer"].prior.confirm(row.id)
    case_id = bench.to_payment(party, DATONG, "dt-4-lease")
    instalments = [(one.number, one.amount, one.state) for one in bench.clerk.cases.get(case_id).instalments]
    assert instalments == [
        (3, Money.parse(250_000), "due"),
        (4, Money.parse(125_000), "planned"),
        (5, Money.parse(125_000), "planned"),
    ]
    # now a decision rests on the record
    assert len(bench["head"].prior.get(row.id).resting) == 1
    with pytest.raises(Refusal) as caught:
        bench["head"].prior.void(row.id, "录错")
    assert caught.value.code == "decisions-rest-on-it"
    assert bench.clerk.cases.get(case_id).number in caught.value.message
    assert bench["head"].prior.void(row.id, "录错", despite=True).state == "voided"


def test_the_fund_shrinks_by_exactly_what_is_confirmed(bench: CaseBench, book: PriorBook, tmp_path: Path) -> None:
    party = bench.xw_company()
    row_of = {"统一社会信用代码": code_of(bench, party), "条款": "xw-1-new"}
    book.put(
        "兑现", [row_of | {"兑现日期": "2022-12-31", "金额": 100}, row_of | {"兑现日期": "2023-01-01", "金额": "0.01"}]
    )
    book.put("资金", [{"政策": "寻乌客服产业政策", "年度": 2022, "已承诺未拨付": "30.05", "已拨付": "1000000"}])
    full = {year: Money.parse(30_000_000) for year in (2022, 2023)}
    assert {year: left(bench, XUNWU, year) for year in full} == full
    grants, fund = enter(bench, book, tmp_path)
    assert {year: left(bench, XUNWU, year) for year in full} == full
    bench["reviewer"].prior.confirm(grants.id)
    assert left(bench, XUNWU, 2022) == full[2022] - Money.parse(100)
    assert left(bench, XUNWU, 2023) == full[2023] - Money.parse("0.01")
    bench["reviewer"].prior.confirm(fund.id)
    view = bench.clerk.programs.fund.year(XUNWU, 2022)
    assert view is not None
    assert (view.committed, view.paid, view.prior) == (
        Money.parse("30.05"),
        Money.parse(1_000_100),
        Money.parse("1000130.05"),
    )
    months = bench.clerk.programs.fund.months(XUNWU, 2022)
    assert sum((month.paid for month in months), Money.zero()) == view.paid
    assert sum((month.committed for month in months), Money.zero()) == view.committed
    assert (months[11].paid, months[0].paid) == (Money.parse(100), MILLION)
    assert [one.year for one in bench.clerk.programs.fund.years(XUNWU)] == [2023, 2022]
    (bar,) = [one for one in bench.clerk.home.overview().funds if one.policy == XUNWU]
    assert bar.left == left(bench, XUNWU, 2023)
    with pytest.raises(Refusal):
        bench["head"].programs.fund.set_budget(XUNWU, 2022, MILLION, "调整")  # less than was used
    bench["head"].prior.void(fund.id, "重报")
    bench["head"].prior.void(grants.id, "重报")
    assert {year: left(bench, XUNWU, year) for year in full} == full


def test_a_decision_beyond_what_the_earlier_grants_left_needs_the_head_and_a_reason(
    bench: CaseBench, book: PriorBook, tmp_path: Path
) -> None:
    bench["head"].programs.fund.set_budget(XUNWU, 2023, MILLION, "财预〔2023〕1号")
    case_id = bench.to_decision(bench.xw_company(), XUNWU, XW)  # 780,000
    book.put("资金", [{"政策": "寻乌客服产业政策", "年度": 2023, "已拨付": "220000.01"}])
    (row,) = enter(bench, book, tmp_path)
    bench["reviewer"].prior.confirm(row.id)
    with pytest.raises(Refusal, match=r"超出 0\.01 元"):
        bench.go(case_id, ("head", "decide-grant"))
    bench.go(case_id, ("head", "decide-grant", "会议研究同意突破"))


# ---- numbers -------------------------------------------------------------------------------------


def numbers(kind: str, year: int | None, last: int) -> list[dict[str, Any]]:
    return [{"文书种类": kind, "年度": year, "最后一个号码": last}]


def sequence(bench: CaseBench, kind: str, year: int) -> int | None:
    with bench.clerk.file.read() as session:
        return session.scalar(
            select(DocumentSequence.last).where(DocumentSequence.kind == kind, DocumentSequence.year == year)
        )


def test_the_next_letter_goes_on_after_the_last_number(bench: CaseBench, book: PriorBook, tmp_path: Path) -> None:
    case_id = bench.to_payment(bench.xw_company(), XUNWU, XW)
    book.put("文号", numbers("文书：兑现决定书", 2023, 37))
    book.put("文号", numbers("办件编号 XK（寻乌客服产业政策）", 2023, 208), first=6)
    (row,) = enter(bench, book, tmp_path)
    assert sequence(bench, "decision", 2023) is None
    warnings = bench["reviewer"].prior.get(row.id).warnings
    assert any("重叠" in words and "第 209 号" in words for words in warnings)  # case 1 is this program's own
    bench["reviewer"].prior.confirm(row.id)
    assert bench.clerk.documents.make("decision", case_id=case_id).shown_number == "寻客办字〔2023〕38号"
    other = bench.clerk.cases.accept(bench.xw_company(name="寻乌县长河客服有限公司"), XUNWU, XW)
    assert bench.clerk.cases.get(other).number == "XK-2023-0209"
    bench["head"].prior.void(row.id, "录错")
    assert sequence(bench, "decision", 2023) == 38  # lifted sequences stay: those numbers may be on letters


def test_a_last_number_that_this_program_has_passed_is_refused(
    bench: CaseBench, book: PriorBook, tmp_path: Path
) -> None:
    parties = [bench.xw_company(name=f"寻乌县{word}客服有限公司") for word in "甲乙丙"]
    for party in parties[:2]:
        bench.clerk.cases.accept(party, XUNWU, XW)
    kind = "办件编号 XK（寻乌客服产业政策）"
    for last in (1, 2):
        with pytest.raises(InvalidInput) as caught:
            enter(bench, PriorBook(bench.clerk.prior.template()).put("文号", numbers(kind, 2023, last)), tmp_path)
        assert [problem.path for problem in caught.value.problems] == ["文号.5.最后一个号码"]
        assert "已经编到第 2 号" in caught.value.problems[0].message
    (row,) = enter(bench, book.put("文号", numbers(kind, 2023, 3)), tmp_path)
    bench.clerk.cases.accept(parties[2], XUNWU, XW)  # meanwhile
    with pytest.raises(Refusal) as refused:
        bench["reviewer"].prior.confirm(row.id)
    assert refused.value.code == "number-behind"
    assert sequence(bench, "case-XK", 2023) == 3
    assert bench.clerk.prior.get(row.id).row.state == "entered"


def test_a_year_of_its_own_and_a_sequence_without_years(bench: CaseBench, book: PriorBook, tmp_path: Path) -> None:
    book.put("文号", numbers("公示", 2022, 9)).put("文号", numbers("用印登记（不分年度）", None, 55), first=6)
    (row,) = enter(bench, book, tmp_path)
    bench["head"].prior.confirm(row.id)
    assert (sequence(bench, "notice", 2022), sequence(bench, "notice", 2023)) == (9, None)
    assert sequence(bench, "seal-use", 0) == 55


def test_a_grant_after_our_own_decision_is_pointed_out(bench: CaseBench, book: PriorBook, tmp_path: Path) -> None:
    party = bench.xw_company()
    bench.to_payment(party, XUNWU, XW)
    today = bench.clock.today().isoformat()
    row_of = {"统一社会信用代码": code_of(bench, party), "条款": "xw-1-new", "金额": 780000}
    book.put("兑现", [row_of | {"兑现日期": today}, row_of | {"兑现日期": DAY.isoformat()}])
    preview = bench.clerk.prior.preview(book.save(tmp_path / "a.xlsx"))
    assert (preview.problems, len(preview.warnings)) == ((), 1)
    assert "1 笔" in preview.warnings[0]
    (row,) = bench.clerk.prior.enter(tmp_path / "a.xlsx", EVIDENCE)
    assert preview.warnings[0] in bench["reviewer"].prior.get(row.id).warnings


def test_awards_that_run_on_are_named_until_they_are_claimed_here(
    bench: CaseBench, book: PriorBook, tmp_path: Path
) -> None:
    party = bench.company("大同市云州标注有限公司")
    done = bench.company("大同市广灵标注有限公司")
    book.put("兑现", [lease(bench, party, 1, 兑现日期="2021-12-25"), lease(bench, party, 2), lease(bench, done, 5)])
    book.put(
        "人员",
        [
            seat(bench, party, "张三", id_number(1), 期次=2, 兑现日期="2022-12-01", 已用至月份="2022-11"),
            seat(bench, party, "李四", id_number(2), 期次=2, 兑现日期="2023-01-15", 已用至月份="2022-12"),
        ],
    )
    (row,) = enter(bench, book, tmp_path)
    assert bench.clerk.prior.running() == ()
    bench["reviewer"].prior.confirm(row.id)
    seats, office = bench.clerk.prior.running()
    assert (seats.clause, seats.last_number, seats.count) == ("dt-3-seat", 2, 4)
    assert (seats.last_on, seats.last_amount, seats.next_on) == (
        date(2023, 1, 15),
        Money.parse(5000),
        date(2023, 7, 15),
    )
    assert (office.clause, office.last_number, office.next_on) == ("dt-4-lease", 2, date(2023, 12, 30))

    def todos() -> list[tuple[str, str]]:
        found = bench.clerk.home.overview().todos
        return [(todo.urgency, todo.text) for todo in found if "历史补录" in todo.detail]

    bench.clock.set_day(date(2023, 6, 14))
    assert todos() == []
    bench.clock.set_day(date(2023, 6, 15))  # 30 days ahead
    assert todos() == [("normal", "大同市云州标注有限公司 坐席补贴第 3 期可以申报")]
    bench.clock.set_day(date(2023, 7, 15))
    assert todos() == [("due", "大同市云州标注有限公司 坐席补贴第 3 期可以申报")]
    bench.clerk.cases.accept(party, DATONG, "dt-3-seat")
    assert [award.clause for award in bench.clerk.prior.running()] == ["dt-4-lease"]
    bench["head"].prior.void(row.id, "录错")
    assert bench.clerk.prior.running() == ()


def test_what_goes_beyond_a_cap_is_pointed_out_and_not_refused(
    bench: CaseBench, book: PriorBook, tmp_path: Path
) -> None:
    party, other = bench.xw_company(), bench.company("大同市别处有限公司")
    trade = {"统一社会信用代码": code_of(bench, party), "条款": "xw-14-service-trade"}
    book.put(
        "兑现", [trade | {"兑现日期": "2022-12-31", "金额": 200000}, trade | {"兑现日期": "2023-01-02", "金额": 200000}]
    )
    rows = [seat(bench, party, "张三", id_number(1), 金额=5000), seat(bench, other, "张三", id_number(1), 金额=5000)]
    path = book.put("人员", rows).save(tmp_path / "a.xlsx")
    assert bench.clerk.prior.preview(path).warnings == ()  # 10,000 a person, 200,000 a year: just reached
    (row,) = bench.clerk.prior.enter(path, EVIDENCE)
    assert len(bench["reviewer"].prior.get(row.id).warnings) == 1  # only that there is no scan
    book = PriorBook(bench.clerk.prior.template())
    book.put("兑现", [trade | {"兑现日期": "2023-02-01", "金额": "0.01"}])
    book.put("人员", [seat(bench, other, "张三", id_number(1), 期次=2, 兑现日期="2023-05-01", 金额="0.01")])
    preview = bench.clerk.prior.preview(book.save(tmp_path / "b.xlsx"))
    assert preview.problems == ()
    assert preview.warnings == (
        "“寻乌县星河客服有限公司”服务贸易奖励2023 年 200,000.01 元，超过规定的上限 200,000.00 元，请与凭据核对。",
        "“张三”坐席补贴累计 10,000.01 元，超过规定的上限 10,000.00 元，请与凭据核对。",
    )
    (second,) = bench.clerk.prior.enter(tmp_path / "b.xlsx", EVIDENCE)
    assert bench["reviewer"].prior.get(second.id).warnings[1:] == preview.warnings
    bench.clerk.prior.void(row.id, "录错")
    assert len(bench["reviewer"].prior.get(second.id).warnings) == 1


def test_somebody_whose_number_was_taken_with_a_reason_can_be_recorded(bench: CaseBench, tmp_path: Path) -> None:
    """Whoever could not be recorded would be paid a second time."""
    party = bench.dt_company(0)
    good = id_number(7)
    wrong = good[:17] + ("0" if good[17] != "0" else "1")
    form = PriorGrantForm(
        policy=DATONG,
        clause="dt-3-seat",
        party_id=party,
        granted_on=date(2023, 1, 20),
        amount="2500",
        name="张三",
        id_number=wrong,
        facts={"claimed_through": "2022-12", "instalment": 1},
    )
    with pytest.raises(InvalidInput) as unknown:
        bench.clerk.prior.enter_grant(form, "拨款凭证 12 号")
    assert [problem.path for problem in unknown.value.problems] == ["id_number"]
    roster = tmp_path / "花名册.csv"
    roster.write_text(
        f"姓名,身份证号,入职日期,合同开始日期,合同结束日期\n张三,{wrong},2022-12-01,2022-12-01,2025-11-30\n",
        encoding="utf-8",
    )
    bench.clerk.imports.take("roster", roster, party, accepted={wrong: "公安机关证明"}, good_rows_only=False)
    entered = bench.clerk.prior.enter_grant(form, "拨款凭证 12 号")
    bench["reviewer"].prior.confirm(entered.id)
    with bench.clerk.file.read() as session:
        person = session.scalars(select(Person.id)).one()
        assert session.scalars(select(PriorGrant.person_id)).all() == [person], "the same person, not another"
