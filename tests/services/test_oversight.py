"""监管: acts with their papers, suspensions that stop money at once, reports on the use of funds, what is overdue."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from services.case_bench import DATONG, DT, XUNWU, XW, CaseBench, make_bench, picture

from caseworker.errors import EnvironmentFault, InvalidInput, Refusal
from caseworker.services.oversight_views import ActForm
from caseworker.services.views import Role

DAY = date(2023, 6, 1)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, DAY)
    yield made
    made.clerk.close()


def criteria(*rows: tuple[str, Any, Any]) -> list[dict[str, Any]]:
    return [{"name": name, "full": full, "points": points} for name, full, points in rows]


def an_act(kind: str, party: int | None, bench: CaseBench, **changes: Any) -> ActForm:
    data: dict[str, dict[str, Any]] = {
        "visit": {"visitors": "经一、经二", "conclusion": "none"},
        "funds-report": {"period": "2023 年"},
        "rectification": {"ground": "misuse", "measures": "三十日内归还原渠道"},
        "suspension": {"ground": "misuse"},
        "criticism": {"ground": "false-papers", "scope": "全县"},
        "transfer": {"organ": "judicial", "organ_name": "某公安局"},
        "performance": {
            "year": 2022,
            "grade": "good",
            "assessor": "财政局",
            "criteria": criteria(("资金使用", 100, 88)),
        },
        "resolution": {"reference": "2023 年第 1 次"},
        "accountability": {"person": "某某", "fault": "careless", "measure": "批评教育"},
        "fair": {"organizer": "产业园", "cost": "12000.50", "companies": 12},
    }
    values: dict[str, Any] = {
        "kind": kind,
        "happened_on": bench.clock.today(),
        "title": "专项资金使用",
        "words": "查阅账册和花名册",
        "party_id": party,
        "data": data.get(kind, {}),
    }
    if kind in ("funds-report", "rectification"):
        values["due_on"] = bench.clock.today() + timedelta(days=30)
    return ActForm(**(values | changes))


def paths(caught: pytest.ExceptionInfo[InvalidInput]) -> set[str]:
    return {problem.path for problem in caught.value.problems}


def due_case(bench: CaseBench, seats: int = 260, name: str = "寻乌县星河客服有限公司") -> tuple[int, int]:
    """(party, instalment that could be ordered now)."""
    party = bench.xw_company(seats, name)
    case = bench.to_payment(party, XUNWU, XW)
    bench.seal_letter(case)
    (one,) = [one.id for one in bench.clerk.cases.get(case).instalments if one.state == "due"]
    return party, one


REVIEW = {
    "year": 2022,
    "grade": "good",
    "assessor": "财政局",
    "criteria": [{"name": "资金使用", "full": "100", "points": "88"}],
}


# ---- suspensions ---------------------------------------------------------------------------


def test_a_suspension_stops_the_payee_at_every_desk_and_nobody_else(bench: CaseBench) -> None:
    party, stopped = due_case(bench)
    _, free = due_case(bench, 150, "寻乌县甲客服有限公司")
    entered = bench["reviewer"].oversight.suspend(an_act("suspension", party, bench))
    assert entered.warnings == ()
    for desk in (bench.clerk, bench["second"], bench["deputy"]):
        with pytest.raises(Refusal, match=r"已于 .* 暂停拨付（专项资金使用），不能拨付") as caught:
            desk.payments.order(XUNWU, [stopped])
        assert caught.value.code == "payment-refused"
        with pytest.raises(Refusal, match="暂停拨付"):  # one stopped payment keeps the whole batch back
            desk.payments.order(XUNWU, [stopped, free])
    names = {view.id: view.state_name for view, _ in bench.clerk.payments.due()}
    assert names == {stopped: "暂停拨付", free: "待拨付"}
    assert any(todo.text == "1 笔补贴待拨付" for todo in bench.clerk.home.overview().todos)
    assert bench.clerk.payments.order(XUNWU, [free]).lines == 1


def test_lifting_restores_payment_and_only_the_head_lifts_with_a_reason(bench: CaseBench) -> None:
    party, stopped = due_case(bench)
    act = bench["reviewer"].oversight.suspend(an_act("suspension", party, bench)).id
    for login in ("clerk", "reviewer", "second"):
        with pytest.raises(Refusal, match="负责人"):
            bench[login].oversight.lift(act, "已归还")
    with pytest.raises(InvalidInput):
        bench["head"].oversight.lift(act, "  ")
    assert bench.clerk.oversight.suspended(party) is not None
    lifting = bench["head"].oversight.lift(act, "资金已归还原渠道").id
    assert bench.clerk.oversight.suspended(party) is None
    assert bench.clerk.payments.order(XUNWU, [stopped]).lines == 1
    with pytest.raises(Refusal, match="已经办结"):
        bench["head"].oversight.lift(act, "再来一次")
    detail = bench.clerk.oversight.get(act)
    assert (detail.row.state_name, detail.closing_words, detail.closed_by) == ("已解除", "资金已归还原渠道", "负一")
    assert [one.id for one in detail.answers] == [lifting]
    with pytest.raises(Refusal, match="不能作废"):
        bench["head"].oversight.void(lifting, "错")


def test_payments_already_ordered_are_named_and_go_on(bench: CaseBench) -> None:
    party, one = due_case(bench)
    batch = bench.clerk.payments.order(XUNWU, [one])
    entered = bench["head"].oversight.suspend(an_act("suspension", party, bench))
    assert len(entered.warnings) == 1
    assert "780,000.00 元已报拨款" in entered.warnings[0]
    assert "2023年第1批" in entered.warnings[0]
    bench.clerk.payments.record_paid(batch.id, bench.clock.today())  # what the bank did is entered all the same


def test_a_second_suspension_is_refused_and_one_by_the_clerk_too(bench: CaseBench) -> None:
    party = bench.xw_company()
    with pytest.raises(Refusal) as caught:
        bench.clerk.oversight.suspend(an_act("suspension", party, bench))
    assert caught.value.code == "no-right"
    with pytest.raises(Refusal, match="专门的操作"):  # not through the general door either
        bench["head"].oversight.enter(an_act("suspension", party, bench))
    bench["reviewer"].oversight.suspend(an_act("suspension", party, bench))
    with pytest.raises(Refusal, match="不需要重复暂停"):
        bench["head"].oversight.suspend(an_act("suspension", party, bench))


def test_a_suspension_entered_by_mistake_is_voided_by_the_head_alone(bench: CaseBench) -> None:
    party, one = due_case(bench)
    act = bench["reviewer"].oversight.suspend(an_act("suspension", party, bench)).id
    with pytest.raises(Refusal, match="负责人"):
        bench["reviewer"].oversight.void(act, "登错单位")
    bench["head"].oversight.void(act, "登错单位")
    assert bench.clerk.payments.order(XUNWU, [one]).lines == 1


def test_of_a_suspension_and_an_order_at_once_none_pays_after_the_suspension(bench: CaseBench) -> None:
    party, one = due_case(bench)
    barrier = threading.Barrier(2)
    answers: dict[str, object] = {}

    def run(name: str, act: Any) -> None:
        barrier.wait()
        try:
            answers[name] = act()
        except Exception as error:
            answers[name] = error

    threads = [
        threading.Thread(target=run, args=("order", lambda: bench.clerk.payments.order(XUNWU, [one]))),
        threading.Thread(
            target=run,
            args=("stop", lambda: bench["reviewer"].oversight.suspend(an_act("suspension", party, bench))),
        ),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entered = answers["stop"]
    if isinstance(answers["order"], Refusal):
        assert "暂停拨付" in answers["order"].message
        assert entered.warnings == ()  # type: ignore[attr-defined]
    else:  # it went out first, and whoever suspends is told so
        assert not isinstance(answers["order"], Exception), answers["order"]
        assert len(entered.warnings) == 1  # type: ignore[attr-defined]


# ---- acts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "changes", "wrong"),
    [
        ("visit", {"title": " ", "words": ""}, {"title", "words"}),
        ("visit", {"happened_on": None}, {"happened_on"}),
        ("visit", {"happened_on": DAY + timedelta(days=1)}, {"happened_on"}),
        ("visit", {"data": {}}, {"visitors", "conclusion"}),
        ("visit", {"party_id": None}, {"party_id"}),
        ("visit", {"due_on": DAY}, {"due_on"}),
        ("visit", {"case_id": 999}, {"case_id"}),
        ("visit", {"spot_check_id": 1}, {"spot_check_id"}),
        ("rectification", {"due_on": None}, {"due_on"}),
        ("rectification", {"due_on": DAY - timedelta(days=1)}, {"due_on"}),
        ("mend-report", {}, {"follows_id"}),
        ("performance", {"data": {"year": 2022, "grade": "good", "assessor": "甲"}}, {"criteria"}),
        ("performance", {"data": REVIEW | {"criteria": []}}, {"criteria"}),
        ("performance", {"data": REVIEW | {"grade": "A"}}, {"grade"}),
        (
            "performance",
            {"data": REVIEW | {"criteria": [{"name": "", "full": "0", "points": "-1"}]}},
            {"criteria.0.name", "criteria.0.full", "criteria.0.points"},
        ),
        (
            "performance",
            {"data": REVIEW | {"criteria": [{"name": "甲", "full": "10", "points": "10.01"}]}},
            {"criteria.0.points"},
        ),
        (
            "performance",
            {"data": REVIEW | {"criteria": [{"name": "甲", "full": 10, "points": 1.5}]}},
            {"criteria.0.points"},
        ),
        (
            "performance",
            {"data": REVIEW | {"criteria": [{"name": "甲", "full": "10", "points": "1"}] * 2}},
            {"criteria.1.name"},
        ),
        ("performance", {"party_id": None}, {"party_id"}),
        ("visit", {"data": {"visitors": "甲、乙", "conclusion": "none", "criteria": []}}, {"criteria"}),
        ("fair", {"data": {"organizer": "甲", "cost": "1.234"}, "party_id": None}, {"cost"}),
        ("resolution", {}, {"party_id"}),
    ],
)
def test_what_is_wrong_is_said_by_field_and_nothing_is_kept(
    bench: CaseBench, kind: str, changes: dict[str, Any], wrong: set[str]
) -> None:
    party = bench.xw_company()
    before = bench.clerk.audit.page().total
    with pytest.raises(InvalidInput) as caught:
        bench["deputy"].oversight.enter(an_act(kind, party, bench, **changes))
    assert paths(caught) == wrong
    assert bench.clerk.oversight.page().total == 0
    assert bench.clerk.audit.page().total == before


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ((("资金使用", 100, 0),), "0 分（满分 100 分）"),
        ((("资金使用", 100, 100),), "100 分（满分 100 分）"),
        ((("资金使用", "40", "38.5"), ("就业", "60", "49.75")), "88.25 分（满分 100 分）"),
    ],
)
def test_a_review_is_the_sum_of_its_criteria(bench: CaseBench, rows: Any, shown: str, tmp_path: Path) -> None:
    report = picture(tmp_path / "绩效评价报告.pdf")
    form = an_act("performance", bench.xw_company(), bench, data=REVIEW | {"criteria": criteria(*rows)})
    entered = bench.clerk.oversight.enter(form, [report])
    assert entered.warnings == ()
    detail = bench.clerk.oversight.get(entered.id)
    assert ("得分", shown) in detail.said
    assert ("等次", "良") in detail.said
    assert [name for name, _full, _points in detail.criteria] == [row[0] for row in rows]
    assert bench.clerk.oversight.enter(form).warnings[0].startswith("没有附绩效评价报告")


def test_the_last_review_stands_before_whoever_proposes_a_later_claim(bench: CaseBench) -> None:
    party = bench.dt_company(people=3, months=[202212, 202301, 202302, 202303, 202304, 202305])
    bench.clerk.oversight.enter(an_act("performance", party, bench, data=REVIEW | {"year": 2021, "grade": "poor"}))
    last = bench.clerk.oversight.enter(an_act("performance", party, bench, data=REVIEW)).id
    case = bench.to_proposal(party, DATONG, DT)
    (propose,) = [move for move in bench.clerk.cases.get(case).moves if move.id == "propose"]
    assert "2022 年度绩效评价 88 分（满分 100 分），良" in propose.warning
    assert "重要依据" in propose.warning
    bench.clerk.oversight.void(last, "登错")
    (propose,) = [move for move in bench.clerk.cases.get(case).moves if move.id == "propose"]
    assert "2021 年度绩效评价" in propose.warning
    county = bench.xw_company()
    bench.clerk.oversight.enter(an_act("performance", county, bench))
    case = bench.to_proposal(county, XUNWU, XW)
    assert not any("绩效" in move.warning for move in bench.clerk.cases.get(case).moves), "寻乌 says nothing of it"


def test_a_policy_as_a_whole_is_reviewed_in_the_register(bench: CaseBench) -> None:
    form = an_act("performance", None, bench, data=REVIEW | {"policy": DATONG})
    act = bench.clerk.oversight.enter(form).id
    detail = bench.clerk.oversight.get(act)
    assert (detail.row.party_id, detail.basis) == (None, "大同数据呼叫（标注）产业政策第十三条")
    assert ("评价的政策", "大同数据呼叫（标注）产业政策") in detail.said
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.oversight.enter(an_act("performance", None, bench, data=REVIEW | {"policy": "nowhere"}))
    assert paths(caught) == {"policy"}


# ---- the article that is cited -------------------------------------------------------------


def test_the_article_cited_is_the_policy_s_own(bench: CaseBench) -> None:
    kinds = {kind.id: kind.basis for kind in bench.clerk.oversight.kinds()}
    assert kinds["visit"] == "大同数据呼叫（标注）产业政策第十条"
    assert kinds["fair"] == "寻乌客服产业政策二（三）8、大同数据呼叫（标注）产业政策第六条1"
    assert kinds["resolution"] == "寻乌客服产业政策三（一）"
    party = bench.xw_company()
    case = bench.clerk.cases.accept(party, XUNWU, XW)
    act = bench.clerk.oversight.enter(an_act("visit", party, bench, case_id=case)).id
    assert "没有专门规定" in bench.clerk.oversight.get(act).basis, "a case of 寻乌, whose text has no 第十条"
    without_case = bench.clerk.oversight.enter(an_act("visit", party, bench)).id
    assert "没有专门规定" in bench.clerk.oversight.get(without_case).basis, "its only case is of 寻乌"
    other = bench.company("大同市云州标注有限公司")
    assert "第十条" in bench.clerk.oversight.get(bench.clerk.oversight.enter(an_act("visit", other, bench)).id).basis
    bench.settings(policies=[XUNWU])
    assert "大同" not in {kind.id: kind.basis for kind in bench.clerk.oversight.kinds()}["visit"]
    every = [kind for kind in bench.clerk.oversight.kinds() if "寻乌" in kind.basis]
    assert {kind.id for kind in every} == {"resolution", "fair"}


@pytest.mark.parametrize(
    ("visitors", "conclusion", "warned"),
    [
        ("经一", "none", True),
        ("经一、经一", "none", True),
        ("经一", "unreached", False),
        ("经一、经二", "none", False),
        ("经一，经二", "none", False),
        ("经一 经二", "none", False),
    ],
)
def test_a_visit_by_one_alone_is_said_and_not_refused(
    bench: CaseBench, visitors: str, conclusion: str, warned: bool
) -> None:
    form = an_act("visit", bench.xw_company(), bench, data={"visitors": visitors, "conclusion": conclusion})
    assert bool(bench.clerk.oversight.enter(form).warnings) is warned


# ---- putting right -------------------------------------------------------------------------


def test_what_was_entered_wrongly_is_put_right_and_the_history_says_so(bench: CaseBench) -> None:
    party = bench.xw_company()
    act = bench.clerk.oversight.enter(an_act("visit", party, bench)).id
    form = bench.clerk.oversight.get(act).form
    with pytest.raises(InvalidInput, match="没有改动"):
        bench.clerk.oversight.correct(act, form, "核对")
    with pytest.raises(InvalidInput, match="更正的原因"):
        bench.clerk.oversight.correct(act, replace(form, title="座席核查"), " ")
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.oversight.correct(act, replace(form, title=" ", data={}), "笔误")
    assert paths(caught) == {"title", "visitors", "conclusion"}
    with pytest.raises(Refusal, match="登记人或负责人"):
        bench["second"].oversight.correct(act, replace(form, title="座席核查"), "笔误")
    right = replace(form, title="座席核查", data=form.data | {"visitors": "经一、经三"}, party_id=999)
    bench.clerk.oversight.correct(act, right, "检查人员写错")
    detail = bench.clerk.oversight.get(act)
    assert (detail.row.title, detail.row.party_id) == ("座席核查", party)
    assert ("检查人员", "经一、经三") in detail.said
    newest = bench.clerk.audit.history_of_act(act)[0]
    assert (newest.action, newest.reason) == ("更正监管事项", "检查人员写错")
    assert ("检查", "专项资金使用", "座席核查") in newest.changes
    assert any("经一、经二" in before and "经一、经三" in after for _name, before, after in newest.changes)
    assert bench.clerk.dossiers.history(party)[0] == newest
    bench["head"].oversight.correct(act, replace(detail.form, words="查阅账册"), "补充")


def test_what_may_not_be_put_right(bench: CaseBench) -> None:
    party = bench.xw_company()
    stop = bench["reviewer"].oversight.suspend(an_act("suspension", party, bench)).id
    with pytest.raises(Refusal, match="不能更正"):
        bench["head"].oversight.correct(stop, bench.clerk.oversight.get(stop).form, "错")
    order = bench["reviewer"].oversight.enter(an_act("rectification", party, bench)).id
    bench["reviewer"].oversight.close(order, "mended", "已改", bench.clock.today())
    form = bench["reviewer"].oversight.get(order).form
    bench.clock.set_day(DAY + timedelta(days=3))
    with pytest.raises(InvalidInput) as caught:
        bench["reviewer"].oversight.correct(order, replace(form, happened_on=DAY + timedelta(days=1)), "错")
    assert paths(caught) == {"happened_on"}
    bench["reviewer"].oversight.correct(order, replace(form, words="借给股东"), "写得更清楚")
    assert bench.clerk.oversight.get(order).row.outcome_name == "整改到位", "what came of it stays"
    bench["reviewer"].oversight.void(order, "重复")
    with pytest.raises(Refusal, match="已经作废"):
        bench["reviewer"].oversight.correct(order, form, "错")


@pytest.mark.parametrize("kind", ["rectification", "criticism", "transfer", "accountability"])
def test_what_only_reviewer_and_head_enter(bench: CaseBench, kind: str) -> None:
    party = None if kind == "accountability" else bench.xw_company()
    with pytest.raises(Refusal) as caught:
        bench.clerk.oversight.enter(an_act(kind, party, bench))
    assert caught.value.code == "no-right"
    assert bench["reviewer"].oversight.enter(an_act(kind, party, bench)).id
    offered = {one.id: one.may for one in bench.clerk.oversight.kinds()}
    assert not offered[kind]


def test_an_order_to_mend_from_day_to_day_until_it_is_closed(bench: CaseBench) -> None:
    party = bench.xw_company()
    due = bench.clock.today() + timedelta(days=30)
    act = bench["reviewer"].oversight.enter(an_act("rectification", party, bench, due_on=due)).id
    bench.clock.set_day(due)
    assert bench.clerk.oversight.page(state="overdue").total == 0  # the last day is still in time
    assert not any("逾期" in todo.text for todo in bench.clerk.home.overview().todos)
    bench.clock.set_day(due + timedelta(days=1))
    assert [row.id for row in bench.clerk.oversight.page(state="overdue").rows] == [act]
    (todo,) = [todo for todo in bench.clerk.home.overview().todos if "逾期" in todo.text]
    assert (todo.urgency, todo.text, todo.target) == (
        "overdue",
        "责令整改逾期：寻乌县星河客服有限公司",
        ("oversight", act),
    )
    report = bench.clerk.oversight.enter(an_act("mend-report", party, bench, follows_id=act)).id
    assert bench.clerk.oversight.get(report).follows is not None
    with pytest.raises(Refusal):  # what the reviewer ordered, the clerk does not close
        bench.clerk.oversight.close(act, "mended", "已归还", bench.clock.today())
    close = bench["reviewer"].oversight.close
    for outcome, words, day, field in (
        ("lifted", "已归还", bench.clock.today(), "outcome"),
        ("mended", " ", bench.clock.today(), "words"),
        ("mended", "已归还", DAY - timedelta(days=1), "closed_on"),
        ("mended", "已归还", bench.clock.today() + timedelta(days=1), "closed_on"),
    ):
        with pytest.raises(InvalidInput) as caught:
            close(act, outcome, words, day)
        assert paths(caught) == {field}
    detail = close(act, "partly", "归还一半，余款再限期", bench.clock.today())
    assert (detail.row.state_name, detail.row.outcome_name, detail.row.overdue) == ("已办结", "部分整改", False)
    assert bench.clerk.oversight.page(state="overdue").total == 0
    with pytest.raises(InvalidInput, match="已经办结"):
        bench.clerk.oversight.enter(an_act("mend-report", party, bench, follows_id=act))
    with pytest.raises(Refusal, match="据此登记"):
        bench["head"].oversight.void(act, "错")


def test_only_what_belongs_together_is_linked(bench: CaseBench) -> None:
    party, other = bench.xw_company(), bench.xw_company(name="寻乌县甲客服有限公司")
    case = bench.clerk.cases.accept(other, XUNWU, XW)
    with pytest.raises(InvalidInput, match="不是该单位的"):
        bench.clerk.oversight.enter(an_act("visit", party, bench, case_id=case))
    act = bench["reviewer"].oversight.enter(an_act("rectification", other, bench)).id
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.oversight.enter(an_act("mend-report", party, bench, follows_id=act))
    assert paths(caught) == {"follows_id"}
    visit = bench.clerk.oversight.enter(an_act("visit", other, bench, case_id=case)).id
    assert bench.clerk.oversight.get(visit).row.case_number == "XK-2023-0001"
    assert bench.clerk.oversight.page("XK-2023-0001").total == 1


def test_the_offices_register_has_no_party(bench: CaseBench) -> None:
    for kind in ("resolution", "accountability", "fair"):
        bench["head"].oversight.enter(an_act(kind, None, bench))
    rows = bench.clerk.oversight.page(sort="kind", descending=False).rows
    assert [(row.kind_name, row.party, row.state_name) for row in rows] == [
        ("责任追究", "", "已登记"),
        ("招聘活动", "", "已登记"),
        ("联席会议决议", "", "待落实"),
    ]
    fair = bench.clerk.oversight.get(rows[1].id)
    assert ("园区统筹的参会参展费用", "12,000.50 元") in fair.said


# ---- papers --------------------------------------------------------------------------------


def test_photos_are_kept_taken_off_and_put_back(bench: CaseBench, tmp_path: Path) -> None:
    photo, scan = tmp_path / "现场.jpg", tmp_path / "笔录.pdf"
    picture(photo)
    picture(scan)
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.oversight.enter(an_act("visit", bench.xw_company(), bench), [tmp_path / "无.jpg"])
    assert paths(caught) == {"papers"}
    party = bench.xw_company(name="寻乌县甲客服有限公司")
    act = bench.clerk.oversight.enter(an_act("visit", party, bench), [photo]).id
    papers = bench.clerk.oversight.attach(act, [scan, photo])  # the same picture again is the same picture
    assert [paper.name for paper in papers] == ["现场.jpg", "笔录.pdf"]
    assert bench.clerk.oversight.paper(papers[0].id) == ("现场.jpg", "image/jpeg", photo.read_bytes())
    bench.clerk.oversight.detach(papers[0].id, "拍错地方")
    assert bench.clerk.oversight.get(act).row.papers == 1
    assert bench.clerk.oversight.get(act).papers[0].detached_reason == "拍错地方"
    with pytest.raises(Refusal):
        bench.clerk.oversight.detach(papers[0].id, "再撤")
    bench.clerk.oversight.attach(act, [photo])
    assert bench.clerk.oversight.get(act).row.papers == 2
    with pytest.raises((Refusal, EnvironmentFault)):
        bench.clerk.oversight.paper(999)


# ---- the use of funds ----------------------------------------------------------------------

FIGURES = {
    "seat_subsidy_received": "10000",
    "education_spending": "2000",
    "other_permitted_spending": "8000",
    "other_spending": "0",
}


@pytest.mark.parametrize(
    ("changes", "outcome", "unmet"),
    [
        ({}, "符合规定", 0),  # 20 % is enough
        ({"education_spending": "1999.99"}, "不符合规定", 1),
        ({"education_spending": "2000.01"}, "符合规定", 0),
        ({"other_spending": "0.01"}, "不符合规定", 1),
        ({"education_spending": "0", "other_spending": "8000"}, "不符合规定", 2),
    ],
)
def test_the_report_is_worked_out_by_the_policy_and_kept(
    bench: CaseBench, changes: dict[str, str], outcome: str, unmet: int
) -> None:
    party = bench.company("大同市云州标注有限公司")
    act = bench.clerk.oversight.enter(an_act("funds-report", party, bench)).id
    detail = bench.clerk.oversight.report_funds(act, FIGURES | changes, bench.clock.today())
    assert (detail.row.state_name, detail.row.outcome_name) == ("已报送", outcome)
    assert [met for met, _ in detail.conditions].count(False) == unmet
    assert detail.trace
    with pytest.raises(Refusal, match="已经办结"):
        bench.clerk.oversight.report_funds(act, FIGURES, bench.clock.today())


def test_figures_that_are_none_and_days_that_cannot_be(bench: CaseBench) -> None:
    party = bench.company("大同市云州标注有限公司")
    act = bench.clerk.oversight.enter(an_act("funds-report", party, bench)).id
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.oversight.report_funds(
            act, {"seat_subsidy_received": "一万", "education_spending": "-1"}, bench.clock.today()
        )
    assert paths(caught) == set(FIGURES)
    for day in (DAY - timedelta(days=1), DAY + timedelta(days=1)):
        with pytest.raises(InvalidInput) as caught:
            bench.clerk.oversight.report_funds(act, FIGURES, day)
        assert paths(caught) == {"handed_in_on"}
    with pytest.raises(Refusal, match="专门的操作"):  # nobody simply says that it was all right
        bench["head"].oversight.close(act, "met", "好", bench.clock.today())
    assert bench.clerk.oversight.get(act).row.state == "open"


def test_money_stays_bound_after_the_policy_has_run_out(bench: CaseBench) -> None:
    party = bench.dt_company(people=3, months=[202212, 202301, 202302, 202303, 202304, 202305])
    case = bench.to_payment(party, DATONG, DT)
    bench.pay(case)
    form = bench.clerk.oversight.funds_form(party)
    (paid,) = form.paid.values()
    assert paid.shown() == "7,500.00"
    bench.clock.set_day(date(2024, 3, 1))
    act = bench.clerk.oversight.enter(an_act("funds-report", party, bench)).id
    figures = {**FIGURES, "seat_subsidy_received": "7500", "education_spending": "1500"}
    assert bench.clerk.oversight.report_funds(act, figures, bench.clock.today()).row.outcome_name == "符合规定"


# ---- lists, history, log -------------------------------------------------------------------


def test_the_list_by_kind_state_and_payee(bench: CaseBench) -> None:
    one, two = bench.xw_company(), bench.xw_company(name="寻乌县甲客服有限公司")
    bench.clerk.oversight.enter(an_act("visit", one, bench))
    bench.clerk.oversight.enter(an_act("visit", two, bench, title="百分之百_核对"))
    bench["reviewer"].oversight.enter(an_act("rectification", one, bench))
    page = bench.clerk.oversight.page
    assert page().total == 3
    assert page(kind="visit").total == 2
    assert page(state="open").total == 1
    assert page(party_id=one).total == 2
    assert page("甲客服").total == page("xjkf").total == 1 or page("jkf").total == 1
    assert page("之百_核").total == 1
    assert page("100%").total == 0
    assert page(due_by=bench.clock.today() + timedelta(days=29)).total == 0
    assert page(due_by=bench.clock.today() + timedelta(days=30)).total == 1
    assert [row.party for row in page(limit=1, offset=2).rows]


def test_a_file_that_is_no_photo_or_scan_is_not_attached(bench: CaseBench, tmp_path: Path) -> None:
    photo, empty, note = picture(tmp_path / "现场.jpg"), tmp_path / "空.jpg", tmp_path / "笔记.pdf"
    empty.write_bytes(b"")
    note.write_text("不是 PDF", encoding="utf-8")
    clerk, party = bench.clerk.oversight, bench.xw_company()
    act = clerk.enter(an_act("visit", party, bench), [photo]).id
    before = bench.clerk.audit.page().total
    with pytest.raises(InvalidInput) as caught:
        clerk.attach(act, [photo, empty, note])
    assert [problem.message.split("”")[0] for problem in caught.value.problems] == ["“空.jpg", "“笔记.pdf"]
    with pytest.raises(InvalidInput):
        bench["head"].oversight.suspend(an_act("suspension", party, bench), [note])
    assert clerk.suspended(party) is None
    assert [paper.name for paper in clerk.get(act).papers] == ["现场.jpg"]
    assert bench.clerk.audit.page().total == before


def test_what_is_typed_what_it_points_to_and_its_files_are_told_in_one_go(bench: CaseBench, tmp_path: Path) -> None:
    party, other = bench.xw_company(), bench.xw_company(name="寻乌县甲客服有限公司")
    case = bench.to_proposal(other, XUNWU, XW)
    note = tmp_path / "笔记.txt"
    note.write_text("记", encoding="utf-8")
    form = an_act("visit", party, bench, title=" ", case_id=case, follows_id=999, data={"conclusion": "none"})
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.oversight.enter(form, [note])
    assert [problem.path for problem in caught.value.problems] == [
        *("title", "visitors", "case_id", "follows_id", "papers")
    ]
    assert bench.clerk.oversight.page().total == 0


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(1999, 12, 31), "检查日期早于 2000 年，请核对年份。"),
        (date(2000, 1, 1), None),
        (DAY, None),
        (DAY + timedelta(days=1), "检查日期不能晚于今天。"),
    ],
)
def test_a_day_too_early_and_one_to_come_each_have_their_sentence(
    bench: CaseBench, day: date, words: str | None
) -> None:
    form = an_act("visit", bench.xw_company(), bench, happened_on=day)
    if words is None:
        assert bench.clerk.oversight.enter(form).id
        return
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.oversight.enter(form)
    assert [(problem.path, problem.message) for problem in caught.value.problems] == [("happened_on", words)]


def test_every_act_stands_in_the_dossiers_history_and_makes_one_entry(bench: CaseBench, tmp_path: Path) -> None:
    party = bench.xw_company()
    file = picture(tmp_path / "a.pdf")
    head = bench["head"]
    acts: list[tuple[str, Any]] = [
        ("登记监管事项", lambda: head.oversight.enter(an_act("rectification", party, bench))),
        ("附监管材料", lambda: head.oversight.attach(1, [file])),
        ("撤下监管材料", lambda: head.oversight.detach(1, "错")),
        ("办结监管事项", lambda: head.oversight.close(1, "mended", "已归还", bench.clock.today())),
        ("暂停拨付", lambda: head.oversight.suspend(an_act("suspension", party, bench))),
        ("解除暂停拨付", lambda: head.oversight.lift(2, "已归还")),
        ("作废监管事项", lambda: head.oversight.void(1, "登错")),
    ]
    for name, act in acts:
        before = bench.clerk.audit.page().total
        act()
        page = bench.clerk.audit.page()
        assert (page.total - before, page.rows[0].action) == (1, name)
        assert page.rows[0].subject == f"档案 {bench.clerk.dossiers.get(party).form.name}"
    history = bench.clerk.audit.history_of_party(party)
    said = {(row.action, label, after) for row in history for label, _, after in row.changes}
    assert ("登记监管事项", "责令整改", "专项资金使用") in said
    assert ("办结监管事项", "状态", "已办结") in said
    assert ("暂停拨付", "暂停拨付", "专项资金使用") in said
    assert ("解除暂停拨付", "状态", "已解除") in said
    assert ("作废监管事项", "作废原因", "登错") in said
    assert bench.clerk.audit.verify()[0]


def test_who_entered_it_or_the_head_voids_it(bench: CaseBench) -> None:
    party = bench.xw_company()
    act = bench.clerk.oversight.enter(an_act("visit", party, bench)).id
    with pytest.raises(Refusal, match="登记人或负责人"):
        bench["second"].oversight.void(act, "错")
    with pytest.raises(InvalidInput):
        bench.clerk.oversight.void(act, "")
    bench.clerk.oversight.void(act, "登错单位")
    with pytest.raises(Refusal, match="已经作废"):
        bench["head"].oversight.void(act, "错")
    row = bench.clerk.oversight.get(act)
    assert (row.row.state_name, row.voided_reason, row.may_void) == ("已作废", "登错单位", False)
    assert bench.clerk.oversight.page(state="voided").total == 1


def test_what_may_be_done_is_offered_to_who_may(bench: CaseBench) -> None:
    party = bench.xw_company()
    mend = bench["reviewer"].oversight.enter(an_act("rectification", party, bench)).id
    stop = bench["reviewer"].oversight.suspend(an_act("suspension", party, bench)).id
    offered = {
        login: (bool(bench[login].oversight.get(mend).outcomes), bench[login].oversight.get(stop).may_lift)
        for login in ("clerk", "reviewer", "head")
    }
    assert offered == {"clerk": (False, False), "reviewer": (True, False), "head": (True, True)}
    assert Role.HEAD in bench["head"].user.roles


def test_a_visit_that_found_something_waits_on_the_head_s_list_until_something_is_ordered(bench: CaseBench) -> None:
    party = bench.company()

    def waiting(login: str) -> int:
        return sum("检查发现" in todo.text for todo in bench[login].home.overview().todos)

    fine = an_act("visit", party, bench)
    bench.clerk.oversight.enter(replace(fine, data={**fine.data, "conclusion": "none"}), ())
    assert waiting("head") == 0
    bench.clerk.oversight.enter(replace(fine, data={**fine.data, "conclusion": "mend"}), ())
    assert (waiting("head"), waiting("reviewer"), waiting("clerk")) == (1, 1, 0)
    other = bench.company("寻乌县别家客服有限公司")
    bench["reviewer"].oversight.enter(an_act("rectification", other, bench), ())
    assert waiting("head") == 1, "an order to another payee answers nothing"
    order = bench["reviewer"].oversight.enter(an_act("rectification", party, bench), ())
    assert waiting("head") == 0
    bench["reviewer"].oversight.void(order.id, "登错")
    assert waiting("head") == 1


# ---- on paper ------------------------------------------------------------------------------


def test_the_register_is_printed_as_it_is_listed(bench: CaseBench) -> None:
    party = bench.xw_company(name="寻乌县甲木客服有限公司")
    bench.clerk.oversight.enter(an_act("visit", party, bench, title="座席现场核查"))
    bench.clerk.oversight.enter(an_act("resolution", None, bench, title="产业发展联席会议"))
    paper = bench.clerk.oversight.print_list(kind="resolution", state="open", search="联席")
    with pdfplumber.open(io.BytesIO(paper.data)) as book:
        words = "".join("".join((page.extract_text() or "").split()) for page in book.pages)
    assert "范围：联席会议决议，未办结，含“联席”。共1条。" in words
    assert "产业发展联席会议" in words
    assert "座席现场核查" not in words
    with pdfplumber.open(io.BytesIO(bench.clerk.oversight.print_list().data)) as book:
        words = "".join("".join((page.extract_text() or "").split()) for page in book.pages)
    assert "范围：全部。共2条。" in words
    assert "座席现场核查" in words
    bench.clerk.programs.services.request(
        DATONG, "dt-5-services", "land", party, requested_on=DAY, request="申请用地 20 亩"
    )
    with pdfplumber.open(io.BytesIO(bench.clerk.programs.services_paper(policy=DATONG).data)) as book:
        words = "".join("".join((page.extract_text() or "").split()) for page in book.pages)
    assert "FW-2023-0001" in words
    assert "申请用地20亩" in words
