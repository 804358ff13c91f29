"""附件3: blank and filled, both policies, everything fits and nothing is cut."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from caseworker.documents import application_form
from caseworker.documents.application_form import (
    Applicant,
    ApplicationForm,
    AppliedItem,
    Opinion,
    PaperTick,
    clause_titles,
)
from caseworker.documents.faces import FaceSet
from caseworker.documents.parts import Account
from caseworker.errors import InvalidInput
from caseworker.values.money import Money

LONG_NAME = "山西大同云冈数据呼叫标注服务外包产业发展集团科技信息技术股份有限责任公司第一分公司"
POLICIES = ("xunwu-2022-59", "datong-2022")
MM = 72 / 25.4


def filled(policy: str, items: int = 6) -> ApplicationForm:
    applicant = Applicant(
        LONG_NAME,
        "91140200MA0K1234XX",
        date(2021, 3, 5),
        "山西省大同市平城区云州街与文兴路交叉口数字经济产业园A座1201至1208室",
        "张𬭚䶮",
        "140202198501011234",
        "王联系",
        "0352-0000001",
        12680,
        12000,
        11030,
        Money.parse("999999999.99"),
        Money.parse("123456789.01"),
    )
    applied = tuple(
        AppliedItem(clause, "11,030席", "2,500元/席（第一次）", Money.parse("123456789.01"))
        for clause in list(clause_titles(policy))[:items]
    )
    return ApplicationForm(
        policy,
        "某办公室",
        "DT-2023-0001",
        date(2023, 6, 1),
        applicant,
        applied,
        True,
        "省级奖励50,000.00元",
        Account(LONG_NAME, "中国某某银行股份有限公司大同平城支行营业部", "0504012309200012345"),
        (PaperTick("营业执照", True), PaperTick("社保记录", False)),
        first_opinion=Opinion("资料齐全，同意兑现。", "李经办", "赵负责", date(2023, 6, 5)),
        notice_from=date(2023, 6, 10),
        notice_to=date(2023, 6, 17),
        notice_result="无异议",
    )


def boxes(pages) -> int:
    """Small squares to tick, as drawn."""
    return sum(1 for r in pages.pages[0].rects if abs(r["width"] - r["height"]) < 0.01 and r["width"] < 4 * MM)


def ticks(pages) -> int:
    """Tick marks: open paths of two strokes."""
    return len([c for c in pages.pages[0].curves if c["linewidth"] > 1])


@pytest.mark.parametrize("policy", POLICIES)
def test_the_blank_form_is_one_page_with_empty_boxes(bundled: FaceSet, opened, policy: str) -> None:
    pages = opened(application_form.render(ApplicationForm(policy), bundled))
    assert len(pages) == 1
    assert boxes(pages) == len(clause_titles(policy)) + 2 + 8
    assert ticks(pages) == 0
    text = pages.text(0)
    for said in (
        "附件3",
        "申请表",
        "统一社会",
        "法定代表人（签字）",
        "年　　月　　日",
        "初审意见",
        "复审意见",
        "财政部门意见",
        "公示时间",
        "账户名称应与单位名称一致",
        "大写",
    ):
        assert said in text, said
    assert "人民币" not in text


@pytest.mark.parametrize("policy", POLICIES)
def test_six_items_a_long_name_and_large_amounts_fit_on_one_page(bundled: FaceSet, opened, policy: str) -> None:
    form = filled(policy)
    pages = opened(application_form.render(form, bundled))
    assert len(pages) == 1
    text = pages.text(0)
    for said in (
        LONG_NAME,
        form.applicant.code,
        form.applicant.representative_id,
        "999,999,999.99",
        "740,740,734.06",
        "人民币柒亿肆仟零柒拾肆万零柒佰叁拾肆元零陆分",
        form.account.number,
        "张𬭚䶮",
        "2021年3月5日",
        "省级奖励50,000.00元",
        "资料齐全，同意兑现。",
        "2023年6月10日至2023年6月17日",
        "无异议",
    ):
        assert said in text, said
    assert text.count("123,456,789.01") == 7
    assert ticks(pages) == 6 + 1 + 1
    cells = pages.pages[0].rects
    for c in pages.pages[0].chars:
        assert c["size"] >= 6.5
        assert c["x0"] >= 20 * MM - 1
        assert c["x1"] <= 190 * MM + 1
        assert c["bottom"] <= 285 * MM
    assert max(r["bottom"] for r in cells) <= 284 * MM


@pytest.mark.parametrize("policy", POLICIES)
def test_numbers_are_made_smaller_rather_than_cut(bundled: FaceSet, opened, policy: str) -> None:
    pages = opened(application_form.render(filled(policy), bundled))
    for number in ("999,999,999.99", "123,456,789.01", "740,740,734.06", "91140200MA0K1234XX"):
        assert len({c["matrix"][5] for c in pages.find(0, number)}) == 1


@pytest.mark.parametrize("policy", POLICIES)
def test_text_stays_in_its_cell(bundled: FaceSet, opened, policy: str) -> None:
    pages = opened(application_form.render(filled(policy), bundled))
    cells = [r for r in pages.pages[0].rects if r["width"] > 6 * MM]
    for words in (LONG_NAME, "中国某某银行股份有限公司大同平城支行营业部", "2,500元/席（第一次）"):
        found = pages.find(0, words)
        first = found[0]
        around = [
            r
            for r in cells
            if r["x0"] <= first["x0"]
            and first["x1"] <= r["x1"]
            and r["top"] <= (first["top"] + first["bottom"]) / 2 <= r["bottom"]
        ]
        cell = min(around, key=lambda r: r["width"] * r["height"])
        for c in found:
            assert cell["x0"] - 0.5 <= c["x0"]
            assert c["x1"] <= cell["x1"] + 0.5
            assert cell["top"] - 1 <= c["top"]
            assert c["bottom"] <= cell["bottom"] + 1


def test_all_sixteen_items_at_once_go_on_to_a_second_page_if_need_be(bundled: FaceSet, opened) -> None:
    form = filled("xunwu-2022-59", items=16)
    pages = opened(application_form.render(form, bundled))
    text = pages.all_text()
    for title in clause_titles("xunwu-2022-59").values():
        assert text.count(title) >= 2
    assert "公示时间" in text


@pytest.mark.parametrize(("answer", "count"), [(None, 0), (True, 1), (False, 1)])
def test_supported_elsewhere_ticks_one_box_or_none(bundled: FaceSet, opened, answer, count: int) -> None:
    pages = opened(application_form.render(ApplicationForm("datong-2022", supported_elsewhere=answer), bundled))
    assert ticks(pages) == count


def test_an_item_of_another_policy_or_twice_or_anothers_account_is_refused(bundled: FaceSet) -> None:
    form = filled("datong-2022", 1)
    wrong = replace(
        form,
        items=(replace(form.items[0], clause="xw-1-new"), form.items[0], form.items[0]),
        account=replace(form.account, name="别家有限公司"),
    )
    with pytest.raises(InvalidInput) as caught:
        application_form.render(wrong, bundled)
    assert [problem.path for problem in caught.value.problems] == ["items.0", "items.2", "account.name"]


def test_text_that_does_not_fit_is_named_not_cut(bundled: FaceSet) -> None:
    form = filled("datong-2022", 1)
    with pytest.raises(InvalidInput) as caught:
        application_form.render(replace(form, elsewhere="省级奖励" * 60), bundled)
    assert caught.value.code == "does-not-fit"


def test_the_same_form_is_the_same_file(bundled: FaceSet) -> None:
    form = filled("xunwu-2022-59")
    assert application_form.render(form, bundled) == application_form.render(form, bundled)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("made", [ApplicationForm, filled], ids=["blank", "full"])
def test_cells_are_large_enough_for_a_hand_and_a_seal(bundled: FaceSet, opened, policy: str, made) -> None:
    (page,) = opened(application_form.render(made(policy), bundled)).pages
    cells = [r for r in page.rects if r["width"] > 6 * MM]
    assert min(r["height"] for r in cells) >= 5.9 * MM
    opinions = [r for r in cells if abs(r["width"] - 170 * MM / 3) < 1]
    assert len(opinions) == 3
    assert min(r["height"] for r in opinions) >= 30 * MM
    declaration = next(c for c in page.chars if c["text"] == "诺")
    around = [r for r in cells if r["top"] < declaration["top"] < r["bottom"] and r["width"] > 100 * MM]
    assert max(r["height"] for r in around) >= 27 * MM
