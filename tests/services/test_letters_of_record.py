"""Letters from the record that causes them: what they say, their numbers, who may make them, what they bind."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from services.case_bench import DATONG, DT, PASSWORD, XUNWU, XW, CaseBench, make_bench

from caseworker.errors import CaseworkerError, InvalidInput, Refusal
from caseworker.services.document_kinds import ABOUT, KINDS
from caseworker.services.oversight_views import ActForm
from caseworker.services.recoveries import RecoveryForm
from caseworker.services.views import DocumentRow
from caseworker.store.models import Recovery
from caseworker.values.money import Money

HALF_YEAR = [202212, 202301, 202302, 202303, 202304, 202305]
MISUSE = {"ground": "misuse"}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CaseBench]:
    """One office for all: every test has a party of its own."""
    made = make_bench(tmp_path_factory.mktemp("letters"), date(2023, 6, 1))
    yield made
    made.clerk.close()


def words(bench: CaseBench, row: DocumentRow) -> str:
    """What the printed letter says, without the page numbers between."""
    with pdfplumber.open(io.BytesIO(bench.clerk.documents.data(row.id)[2])) as pdf:
        text = "".join(char["text"] for page in pdf.pages for char in page.chars)
    screen = re.search(r"年0\d月|月0\d日|(?<!\d)20\d\d-\d\d-\d\d", text)
    assert not screen or row.kind in ("calculation", "estimate"), "a date as screens write it"
    return re.sub(r"— \d+ —", "", text)


def number_in(row: DocumentRow) -> int:
    found = re.search(r"〕(\d+)号$", row.shown_number)
    assert found, row.shown_number
    return int(found[1])


def act(bench: CaseBench, kind: str, party: int, login: str = "reviewer", **changes: Any) -> int:
    today = bench.clock.today()
    data: dict[str, dict[str, Any]] = {
        "rectification": MISUSE | {"measures": "归还挪用的120,000.00元"},
        "criticism": MISUSE | {"scope": "各有关企业"},
        "transfer": {"organ": "judicial", "organ_name": "寻乌县公安局"},
        "suspension": MISUSE | {"condition": "归还挪用的资金"},
    }
    given: dict[str, Any] = {
        "kind": kind,
        "happened_on": today,
        "title": "资金使用检查",
        "words": "2023-05-20 查阅账册，120,000.00元用于购车。",
        "party_id": party,
        "data": data.get(kind, {}),
        "due_on": today + timedelta(days=15) if kind == "rectification" else None,
    }
    form = ActForm(**(given | changes))
    desk = bench[login]
    return (desk.oversight.suspend(form) if kind == "suspension" else desk.oversight.enter(form)).id


# ---- acceptance and refusal ----------------------------------------------------------------


def test_an_acceptance_lists_papers_and_the_day_a_decision_is_expected(bench: CaseBench) -> None:
    party = bench.xw_company(name="寻乌县受理客服有限公司")
    case_id = bench.clerk.cases.accept(party, XUNWU, XW)
    accepted = bench.clock.today()
    with pytest.raises(Refusal) as caught:
        bench.clerk.documents.make("acceptance", case_id=case_id)
    assert caught.value.code == "papers-lacking"
    bench.tick_all(case_id)
    row = bench.clerk.documents.make("acceptance", case_id=case_id)
    assert bench.clerk.documents.make("acceptance", case_id=case_id) == row, "issued once"
    assert row.shown_number.startswith("寻客办受字〔2023〕")
    text = words(bench, row)
    detail = bench.clerk.cases.get(case_id)
    for paper in detail.papers:
        assert not paper.applies or paper.name in text
    expected = re.search(r"预计于(\d+)年(\d+)月(\d+)日前作出决定", text)
    assert expected
    days = (date(*(int(part) for part in expected.groups())) - accepted).days
    assert days > 40, "working days: weekends and holidays come on top"
    assert detail.number in text
    assert row.made_of == ("case", case_id)
    assert row in bench.clerk.cases.get(case_id).documents


def test_a_refusal_is_told_with_its_grounds_before_the_case_is_filed(bench: CaseBench) -> None:
    party = bench.xw_company(seats=99, name="寻乌县不足客服有限公司")
    case_id = bench.to_proposal(party, XUNWU, XW)
    with pytest.raises(Refusal) as caught:
        bench.clerk.documents.make("refusal", case_id=case_id)
    assert caught.value.code == "not-refused"
    bench.go(
        case_id,
        ("clerk", "propose-refusal", "座席不足"),
        ("reviewer", "review-pass"),
        ("head", "decide-refuse", "座席规模未达到政策规定的100席。"),
    )
    (archive,) = [move for move in bench.clerk.cases.get(case_id).moves if move.id == "archive"]
    assert archive.why_not
    assert "不予兑现决定书尚未用印" in archive.why_not
    bench.clerk.dossiers.set_fact(party, "seats", 500, bench.clock.today(), "后来的花名册")
    row = bench.clerk.documents.make("refusal", case_id=case_id)
    text = words(bench, row)
    for said in (
        "关于不予兑现寻乌县不足客服有限公司客服产业发展资金的决定",
        "99",
        "验资报告",
        "座席规模未达到政策规定的100席。",
        "60日内向寻乌县人民政府申请行政复议",
        "6个月内",
        "二（一）1",
        "2022年5月20日",
    ):
        assert said in text, said
    assert "500" not in text, "what changed since the decision is no part of it"
    assert "先生成" in (next(m for m in bench.clerk.cases.get(case_id).moves if m.id == "archive").why_not or "")
    bench["keeper"].documents.record_wet_seal(row.id, "公章", PASSWORD)
    detail = bench.go(case_id, ("clerk", "archive"))
    assert (detail.step, detail.status) == ("archive", "refused")
    assert bench.clerk.documents.get(row.id).sealed


def test_a_refusal_of_a_clause_about_people_says_of_each_why(bench: CaseBench) -> None:
    party = bench.dt_company(people=2, months=(202305,), name="大同市不足标注有限公司")
    case_id = bench.clerk.cases.accept(party, DATONG, DT)
    bench.tick_all(case_id)
    bench.go(
        case_id,
        ("clerk", "verify"),
        ("clerk", "papers-complete"),
        ("clerk", "propose-refusal", "月数不足"),
        ("reviewer", "review-pass"),
        ("head", "decide-refuse", "所报人员的工资和社保月数不足。"),
    )
    text = words(bench, bench.clerk.documents.make("refusal", case_id=case_id))
    assert "附件：人员核查情况" in text
    assert text.count("员工") >= 2
    assert "E0000" not in text, "numbers are masked"
    assert "数据呼叫（标注）产业发展专项资金" in text


# ---- oversight -----------------------------------------------------------------------------


def test_each_act_of_oversight_has_its_letter_and_the_letter_its_act(bench: CaseBench) -> None:
    party = bench.xw_company(name="寻乌县监管客服有限公司")
    bench.clerk.cases.accept(party, XUNWU, XW)
    for kind, mark, said in (
        ("rectification", "改", "归还挪用的120,000.00元"),
        ("suspension", "停", "恢复拨付的条件：归还挪用的资金"),
        ("criticism", "通", "予以通报批评"),
        ("transfer", "移", "寻乌县公安局："),
    ):
        act_id = act(bench, kind, party)
        (offer,) = bench["reviewer"].documents.offers("act", act_id)
        assert (offer.kind, offer.issued, offer.may) == (kind, None, True)
        row = bench["reviewer"].documents.make(kind, act_id=act_id)
        assert row.shown_number == f"寻客办{mark}字〔2023〕1号"
        assert row.made_of == ("act", act_id)
        text = words(bench, row)
        assert said in text
        assert "2023年5月20日查阅账册" in text
        assert "寻乌县监管客服有限公司" in text
        assert "财政每年安排3千万元的客服产业发展资金" in text
        (offer,) = bench.clerk.documents.offers("act", act_id)
        assert offer.issued == row
        with pytest.raises(Refusal, match="请先作废"):
            bench["reviewer" if kind != "suspension" else "head"].oversight.void(act_id, "登记有误")
    suspended = bench.clerk.oversight.suspended(party)
    assert suspended is not None
    lifted = bench["head"].oversight.lift(suspended.id, "资金已归还。").id
    row = bench["head"].documents.make("resumption", act_id=lifted)
    text = words(bench, row)
    assert "《暂停拨付通知书》（寻客办停字〔2023〕1号）" in text
    assert "资金已归还。" in text
    with pytest.raises(Refusal) as caught:
        bench["head"].documents.make("rectification", act_id=lifted)
    assert caught.value.code == "other-act"


def test_an_act_that_was_taken_back_has_no_letter(bench: CaseBench) -> None:
    party = bench.xw_company(name="寻乌县作废客服有限公司")
    bench.clerk.cases.accept(party, XUNWU, XW)
    act_id = act(bench, "criticism", party)
    bench["reviewer"].oversight.void(act_id, "登记有误")
    assert bench.clerk.documents.offers("act", act_id) == ()
    with pytest.raises(Refusal) as caught:
        bench["reviewer"].documents.make("criticism", act_id=act_id)
    assert caught.value.code == "voided"


def test_the_policy_of_a_letter_is_that_of_its_case_or_it_is_asked_for(bench: CaseBench) -> None:
    party = bench.dt_company(people=1, name="大同市新来标注有限公司")
    act_id = act(bench, "criticism", party)
    with pytest.raises(Refusal) as caught:
        bench["reviewer"].documents.make("criticism", act_id=act_id)
    assert caught.value.code == "which-policy"
    bench.clerk.cases.accept(party, DATONG, DT)
    text = words(bench, bench["reviewer"].documents.make("criticism", act_id=act_id))
    assert "第十一条规定：“对挪用、截留或使用虚假材料套取专项资金的单位和个人" in text


# ---- money ---------------------------------------------------------------------------------


def test_a_batch_has_its_request_at_once_and_its_notice_once_paid(bench: CaseBench) -> None:
    party = bench.xw_company(name="寻乌县拨付客服有限公司")
    case_id = bench.to_payment(party, XUNWU, XW)
    bench.seal_letter(case_id)
    due = [one.id for one in bench.clerk.cases.get(case_id).instalments if one.state == "due"]
    batch = bench.clerk.payments.order(XUNWU, due)
    kinds = [offer.kind for offer in bench.clerk.documents.offers("payment-batch", batch.id)]
    assert kinds == ["payment-list", "payment-request"]
    row = bench.clerk.documents.make("payment-request", payment_batch_id=batch.id)
    text = words(bench, row)
    for said in (
        "寻乌县财政局：",
        "1笔，合计780,000.00元（大写：人民币柒拾捌万元整）",
        "公示和决定",
        "寻乌县拨付客服有限公司",
        "一次性",
        "中国银行寻乌支行",
    ):
        assert said in text, said
    with pytest.raises(Refusal) as caught:
        bench.clerk.documents.make("payment-notice", payment_batch_id=batch.id)
    assert caught.value.code == "not-paid"
    bench.clerk.payments.record_paid(batch.id, bench.clock.today())
    row = bench.clerk.documents.make("payment-notice", payment_batch_id=batch.id)
    text = words(bench, row)
    assert "各有关单位：" in text
    assert "中国银行" not in text
    assert row.made_of == ("payment-batch", batch.id)


def test_money_ordered_back_is_told_with_the_people_it_concerns(bench: CaseBench) -> None:
    party = bench.dt_company(people=3, months=HALF_YEAR, name="大同市追回标注有限公司")
    bench.pay(bench.to_payment(party, DATONG, DT))
    (paid,) = bench.clerk.recoveries.payable(party)
    person = paid.people[0].person_id
    today = bench.clock.today()
    form = RecoveryForm(
        paid.instalment_id,
        Money.parse(2500),
        "该人员 2023-03-01 已离职。",
        today + timedelta(days=15),
        {person: Money.parse(2500)},
    )
    recovery = bench["head"].recoveries.order(form)
    row = bench["head"].documents.make("recovery", recovery_id=recovery.id)
    text = words(bench, row)
    for said in (
        "第1期7,500.00元",
        "2,500.00元（大写：人民币贰仟伍佰元整）",
        "涉及人员1人",
        "该人员2023年3月1日已离职。",
        "寻客办追字〔2023〕1号",
        paid.people[0].name,
    ):
        assert said in text, said
    assert row.made_of == ("recovery", recovery.id)
    with pytest.raises(Refusal, match="请先作废"):
        bench["head"].recoveries.void(recovery.id, "下达有误")
    bench["head"].documents.void(row.id, "金额有误")
    bench["head"].recoveries.void(recovery.id, "下达有误")
    with pytest.raises(Refusal) as caught:
        bench["head"].documents.make("recovery", recovery_id=recovery.id)
    assert caught.value.code == "voided"
    with bench.clerk.file.read() as session:
        assert session.get_one(Recovery, recovery.id).state == "voided"


# ---- forms and registers -------------------------------------------------------------------


def test_a_receipt_is_for_one_letter_and_lies_in_its_file(bench: CaseBench) -> None:
    party = bench.xw_company(name="寻乌县送达客服有限公司")
    case_id = bench.clerk.cases.accept(party, XUNWU, XW)
    letter = bench.clerk.documents.make("supplement", case_id=case_id)
    receipt = bench.clerk.documents.make("delivery-receipt", document_id=letter.id)
    text = words(bench, receipt)
    assert letter.shown_number in text
    assert "寻乌县送达客服有限公司" in text
    assert receipt.made_of == ("document", letter.id)
    assert {row.id for row in bench.clerk.cases.get(case_id).documents} == {letter.id, receipt.id}
    with pytest.raises(Refusal) as caught:
        bench.clerk.documents.make("delivery-receipt", document_id=receipt.id)
    assert caught.value.code == "not-delivered"
    act_id = act(bench, "transfer", party)
    handed = bench["reviewer"].documents.make("transfer", act_id=act_id)
    text = words(bench, bench["reviewer"].documents.make("delivery-receipt", document_id=handed.id))
    assert "寻乌县公安局" in text, "a hand-over is delivered to the organ, not to the party that it is about"
    assert "寻乌县送达客服有限公司" not in text
    bench.clerk.documents.void(letter.id, "材料已交齐")
    with pytest.raises(Refusal):
        bench.clerk.documents.make("delivery-receipt", document_id=letter.id)


def test_the_seal_register_lists_the_uses_of_a_span_of_days(bench: CaseBench) -> None:
    party = bench.xw_company(name="寻乌县用印客服有限公司")
    bench.clock.set_day(bench.clock.today() + timedelta(days=40))
    today = bench.clock.today()
    bench.clerk.cases.accept(party, XUNWU, XW)
    letter = bench["reviewer"].documents.make("criticism", act_id=act(bench, "criticism", party))
    bench["keeper"].documents.record_wet_seal(letter.id, "公章", PASSWORD, copies=3)
    row = bench["keeper"].documents.make("seal-register", days=(today, today))
    text = words(bench, row)
    for said in ("公章", "通报批评", letter.shown_number, "复一", "印一", "共用印 1 次，3 份。"):
        assert said in text, said
    empty = bench["keeper"].documents.make("seal-register", days=(today + timedelta(1), today + timedelta(9)))
    assert "没有用印" in words(bench, empty)
    with pytest.raises(InvalidInput):
        bench["keeper"].documents.make("seal-register", days=(today, today - timedelta(1)))


def test_the_list_of_contents_does_not_list_itself(bench: CaseBench) -> None:
    party = bench.xw_company(name="寻乌县卷宗客服有限公司")
    case_id = bench.clerk.cases.accept(party, XUNWU, XW)
    bench.clerk.documents.make("application-form", case_id=case_id)
    first = bench.clerk.documents.make("file-contents", case_id=case_id)
    second = bench.clerk.documents.make("file-contents", case_id=case_id)
    assert words(bench, first) == words(bench, second)
    assert "专项资金申请表" in words(bench, second)


def test_an_estimate_of_a_case_is_marked_and_shows_todays_dossier(bench: CaseBench) -> None:
    party = bench.xw_company(name="寻乌县估算客服有限公司")
    case_id = bench.clerk.cases.accept(party, XUNWU, XW)
    text = words(bench, bench.clerk.documents.make("estimate", case_id=case_id))
    assert "仅供参考，不作为兑现依据" in text
    assert "780,000.00" in text
    assert bench.clerk.cases.get(case_id).number not in text
    assert "仅供参考" not in words(bench, bench.clerk.documents.make("calculation", case_id=case_id))


@pytest.mark.parametrize("kind", [kind.id for kind in KINDS.values() if kind.blank])
def test_blank_forms_are_printed_and_enter_no_register(bench: CaseBench, kind: str) -> None:
    before = (bench.clerk.documents.page().total, bench.clerk.audit.page().total)
    for policy in (XUNWU, DATONG) if kind == "application-form" else (None,):
        name, data = bench.clerk.documents.blank(kind, policy)
        assert "空白" in name
        assert data.startswith(b"%PDF-")
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            assert len(pdf.pages) == 1
    assert (bench.clerk.documents.page().total, bench.clerk.audit.page().total) == before


def test_a_letter_has_no_blank_form_and_two_policies_are_told_apart(bench: CaseBench) -> None:
    with pytest.raises(InvalidInput, match="送达回证"):
        bench.clerk.documents.blank("decision")
    with pytest.raises(InvalidInput, match="指明政策"):
        bench.clerk.documents.blank("application-form")


# ---- numbers -------------------------------------------------------------------------------


def test_a_letter_is_voided_and_issued_anew_in_one_step_and_its_number_stays_used(bench: CaseBench) -> None:
    party = bench.xw_company(name="寻乌县重制客服有限公司")
    bench.clerk.cases.accept(party, XUNWU, XW)
    act_id = act(bench, "rectification", party)
    first = bench["reviewer"].documents.make("rectification", act_id=act_id)
    with pytest.raises(InvalidInput):
        bench["reviewer"].documents.reissue(first.id, " ")
    entries = bench.clerk.audit.page().total
    second = bench["reviewer"].documents.reissue(first.id, "单位名称有误")
    page = bench.clerk.audit.page()
    assert (page.total - entries, page.rows[0].action) == (1, "作废并重新制作文书")
    assert number_in(second) == number_in(first) + 1
    assert second.replaces_id == first.id
    old = bench.clerk.documents.get(first.id)
    assert (old.state, old.voided_reason) == ("voided", "单位名称有误")
    assert old.shown_number == first.shown_number
    with pytest.raises(Refusal, match="已经作废"):
        bench["reviewer"].documents.reissue(first.id, "再来一次")
    assert bench.clerk.documents.get(second.id).state == "issued"
    plain = bench.clerk.documents.make(
        "application-form", case_id=bench.clerk.cases.accept(bench.xw_company(name="又一家"), XUNWU, XW)
    )
    with pytest.raises(Refusal, match="直接重新制作"):
        bench.clerk.documents.reissue(plain.id, "填错了")


def test_a_reissue_that_fails_leaves_the_letter_in_force(bench: CaseBench) -> None:
    party = bench.xw_company(name="寻乌县不变客服有限公司")
    case_id = bench.clerk.cases.accept(party, XUNWU, XW)
    letter = bench.clerk.documents.make("supplement", case_id=case_id)
    bench.tick_all(case_id)
    with pytest.raises(Refusal) as caught:
        bench.clerk.documents.reissue(letter.id, "改期限")
    assert caught.value.code == "nothing-lacking"
    assert bench.clerk.documents.get(letter.id).state == "issued"
    assert bench.clerk.documents.make("supplement", case_id=case_id).id == letter.id


def test_no_two_kinds_share_a_mark_and_every_sequence_is_its_own(bench: CaseBench) -> None:
    marks = [kind.mark for kind in KINDS.values() if kind.numbered]
    assert len(marks) == len(set(marks)) == 13
    assert {kind.about for kind in KINDS.values()} == {*ABOUT, "days", "consultation"}


@pytest.mark.parametrize(
    ("kind", "may"),
    [
        ("acceptance", {"clerk", "second", "head", "deputy", "keeper"}),
        ("refusal", {"clerk", "second", "head", "deputy", "keeper"}),
        ("payment-request", {"clerk", "second", "head", "deputy", "keeper"}),
        ("rectification", {"clerk", "second", "reviewer", "head", "deputy"}),
        ("recovery", {"clerk", "second", "reviewer", "head", "deputy"}),
        ("delivery-receipt", {"clerk", "second", "reviewer", "head", "deputy"}),
    ],
)
def test_who_may_make_which(bench: CaseBench, kind: str, may: set[str]) -> None:
    about = KINDS[kind].about.replace("-", "_") + "_id"
    for login, desk in bench.desks.items():
        with pytest.raises(CaseworkerError) as caught:
            desk.documents.make(kind, **{about: 999_999})
        assert (caught.value.code == "no-right") == (login not in may), login


def test_letters_of_oversight_are_verified_by_their_code(bench: CaseBench, tmp_path: Path) -> None:
    import pypdfium2
    import zxingcpp

    party = bench.xw_company(name="寻乌县核验客服有限公司")
    bench.clerk.cases.accept(party, XUNWU, XW)
    row = bench["reviewer"].documents.make("criticism", act_id=act(bench, "criticism", party))
    path = tmp_path / "letter.pdf"
    bench.clerk.documents.export(row.id, path)
    assert bench.clerk.documents.verify(path).verdict == "unchanged"
    document = pypdfium2.PdfDocument(path.read_bytes())
    try:
        pictures = [document[number].render(scale=3).to_pil() for number in range(len(document))]
        (code,) = [one.text for picture in pictures for one in zxingcpp.read_barcodes(picture)]
    finally:
        document.close()
    assert bench.clerk.documents.verify(code).verdict == "unchanged"
    assert bench.clerk.documents.verify(code.replace("核验客服", "某某客服")).verdict == "changed"
    bench["reviewer"].documents.void(row.id, "通报范围有误")
    assert bench.clerk.documents.verify(code).verdict == "voided"
