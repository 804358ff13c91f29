"""不予受理: turned away before anything is worked out, by three people, on a ground; its letter before the filing."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pdfplumber
import pytest
from services.case_bench import PASSWORD, XUNWU, XW, CaseBench, make_bench

from caseworker.errors import Refusal
from caseworker.services.desk import Desk
from caseworker.services.supplement import issued_supplement

SCOPE = "不属于本政策的支持范围：企业从事仓储，没有客服业务"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CaseBench]:
    """One office for all: every test has a company of its own."""
    made = make_bench(tmp_path_factory.mktemp("turned away"), date(2023, 6, 1))
    yield made
    made.clerk.close()


def taken(bench: CaseBench, name: str) -> int:
    return bench.clerk.cases.accept(bench.xw_company(name=name), XUNWU, XW)


def why_not(desk: Desk, case_id: int, move: str, reason: str) -> str:
    version = desk.cases.get(case_id).version
    with pytest.raises(Refusal) as caught:
        desk.cases.move(case_id, move, version=version, reason=reason)
    assert desk.cases.get(case_id).version == version
    return caught.value.message


def words(bench: CaseBench, document_id: int) -> str:
    with pdfplumber.open(io.BytesIO(bench.clerk.documents.data(document_id)[2])) as pdf:
        return "".join(char["text"] for page in pdf.pages for char in page.chars)


def test_three_people_turn_an_application_away_and_the_letter_says_why(bench: CaseBench, tmp_path: Path) -> None:
    case_id = taken(bench, "寻乌县仓储有限公司")
    (move,) = [one for one in bench.clerk.cases.get(case_id).moves if one.id == "propose-not-accept"]
    assert (move.name, move.plain, move.why_not) == ("拟不予受理", False, None)
    assert move.grounds == ("不属于本政策的支持范围", "逾期未补正材料", "不属于本单位办理")
    assert "需要写明理由" in why_not(bench.clerk, case_id, "propose-not-accept", " ")
    assert "以下列情形之一开头" in why_not(bench.clerk, case_id, "propose-not-accept", "不想办")
    assert "写明查明的事实" in why_not(bench.clerk, case_id, "propose-not-accept", "不属于本单位办理：")
    detail = bench.go(case_id, ("clerk", "propose-not-accept", SCOPE))
    assert detail.step == "review"
    with pytest.raises(Refusal, match="拟不予受理"):
        bench.clerk.documents.make("acceptance", case_id=case_id)
    bench.go(case_id, ("reviewer", "review-pass"))
    assert "拟不予受理" in why_not(bench["head"], case_id, "decide-grant", "")
    assert "拟不予受理" in why_not(bench["head"], case_id, "decide-refuse", "不符合条件")
    detail = bench.go(case_id, ("head", "decide-not-accept", "经查，该企业营业执照和合同均为仓储业务"))
    assert (detail.status, detail.status_name, detail.instalments) == ("not-accepted", "不予受理", ())
    assert [row.move for row in detail.log if "予受理" in row.move] == ["拟不予受理", "决定不予受理"]
    assert "不予受理决定书尚未用印" in why_not(bench.clerk, case_id, "archive", "")
    asked = [todo.text for todo in bench.clerk.home.overview().todos if detail.number in todo.text]
    assert asked == [f"{detail.number} 待制作不予受理决定书"]
    offer = next(one for one in bench.clerk.documents.offers("case", case_id) if one.kind == "refusal")
    assert offer.title == "不予受理决定书"
    letter = bench.clerk.documents.make("refusal", case_id=case_id)
    assert letter.kind_name == "不予受理决定书"
    said = words(bench, letter.id)
    for part in (
        "关于不予受理寻乌县仓储有限公司客服产业发展资金申请的决定",
        "企业从事仓储，没有客服业务。",
        "营业执照和合同均为仓储业务。",
        "支持范围",
        "60日内向寻乌县人民政府申请行政复议",
        "6个月内",
        "签收人",
    ):
        assert part in said, part
    assert "{" not in said
    assert "不予兑现" not in said
    assert any(letter.shown_number in todo.text for todo in bench["keeper"].home.overview().todos)
    bench["keeper"].documents.record_wet_seal(letter.id, "公章", PASSWORD)
    assert f"{detail.number} 待归档" in [todo.text for todo in bench.clerk.home.overview().todos]
    receipt = bench.clerk.documents.make("delivery-receipt", document_id=letter.id)
    assert receipt.title == "不予受理决定书的送达回证"
    detail = bench.go(case_id, ("clerk", "archive"))
    assert (detail.step, detail.status) == ("archive", "not-accepted"), "how it ended stays on it"
    filed = bench.clerk.filing.export(case_id, tmp_path)
    assert any("不予受理决定书" in path.name for path in filed.path.rglob("*.pdf"))


@pytest.mark.parametrize("who", ["clerk", "reviewer"])
def test_whoever_proposed_or_reviewed_does_not_decide(bench: CaseBench, who: str) -> None:
    case_id = taken(bench, f"寻乌县他办{who}有限公司")
    bench.go(case_id, ("clerk", "propose-not-accept", SCOPE), ("reviewer", "review-pass"))
    assert "您" in why_not(bench[who], case_id, "decide-not-accept", "同意")


def test_papers_are_late_only_after_the_day_they_were_asked_for(bench: CaseBench) -> None:
    case_id = taken(bench, "寻乌县迟交有限公司")
    assert "没有有效的补正告知书" in why_not(bench.clerk, case_id, "propose-not-accept", "逾期未补正材料")
    letter = bench.clerk.documents.make("supplement", case_id=case_id)
    due = bench.clerk.cases.get(case_id).due_on
    assert due is not None
    today = bench.clock.today()
    try:
        bench.clock.set_day(due)
        assert "期满后" in why_not(bench.clerk, case_id, "propose-not-accept", "逾期未补正材料")
        bench.clock.set_day(due + timedelta(days=1))
        bench.go(
            case_id,
            ("clerk", "propose-not-accept", "逾期未补正材料"),
            ("reviewer", "review-pass"),
            ("head", "decide-not-accept", "同意"),
        )
        said = words(bench, bench.clerk.documents.make("refusal", case_id=case_id).id)
    finally:
        bench.clock.set_day(today)
    assert letter.shown_number in said
    assert f"期限至{due.year}年{due.month}月{due.day}日" in said
    assert "仍缺：" in said
    with bench.clerk.file.read() as session:
        assert issued_supplement(session, case_id) is not None


def test_who_was_told_that_it_is_taken_in_is_not_turned_away(bench: CaseBench) -> None:
    case_id = taken(bench, "寻乌县已收有限公司")
    bench.tick_all(case_id)
    letter = bench.clerk.documents.make("acceptance", case_id=case_id)
    said = why_not(bench.clerk, case_id, "propose-not-accept", SCOPE)
    assert letter.shown_number in said
    assert "拟不予兑现" in said


def test_sent_back_it_goes_on_as_any_case(bench: CaseBench) -> None:
    case_id = taken(bench, "寻乌县再看有限公司")
    bench.go(case_id, ("clerk", "propose-not-accept", SCOPE), ("reviewer", "review-return", "有客服业务"))
    bench.tick_all(case_id)
    bench.go(case_id, ("clerk", "papers-complete"), ("clerk", "calculated"), ("clerk", "propose"))
    assert bench.go(case_id, ("reviewer", "review-pass")).step == "notice"
