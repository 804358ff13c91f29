"""测算表, 公示, 补正告知书, 受理通知书."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from caseworker.documents import calculation, papers_letters, public_notice
from caseworker.documents.calculation import (
    Benefit,
    CalculationSheet,
    Condition,
    Fact,
    PersonLine,
    Point,
    Step,
)
from caseworker.documents.faces import FaceSet
from caseworker.documents.kinds import TITLES
from caseworker.documents.papers_letters import (
    AcceptanceLetter,
    FaultyPaper,
    ReceivedPaper,
    SupplementLetter,
    ToleratedPaper,
)
from caseworker.documents.parts import Contact, Instalment
from caseworker.documents.public_notice import NoticeItem, NoticePerson, PublicNotice
from caseworker.errors import InvalidInput
from caseworker.values.money import Money

CONTACT = Contact("张经办", "0797-0000001", "寻乌县长宁镇示例路1号")
OFFICE = "寻乌县客服产业发展领导小组办公室"


def sheet(**more) -> CalculationSheet:
    given = {
        "policy_title": "关于支持客服产业发展若干政策措施（试行）",
        "clause_number": "二（一）1",
        "clause_title": "新设立座席补贴",
        "payee": "星联客服科技有限公司",
        "code": "91360734MA38XK2L5T",
        "as_of": date(2023, 6, 1),
        "made_on": date(2023, 6, 12),
        "case_number": "XK-2023-0017",
        "facts": (Fact("座席数", "260席", "花名册"), Fact("自主投资", "是", "验资报告", "补交说明")),
        "conditions": (Condition("运营满一年", True, "运营满一年后"), Condition("未享受过", False, "一次性")),
        "steps": (Step("应补金额", "260 × 3,000.00", "780,000.00", "给予一次性3000元/席"),),
        "eligible": True,
        "gross": Money.parse("780000"),
        "amount": Money.parse("730000"),
        "points": (Point("重复享受如何处理", "差额补足", "寻客办〔2023〕3号"),),
        "benefits": (Benefit("省级服务外包奖励", Money.parse("50000")),),
        "made_by": "张经办",
        "checked_by": "李复核",
        "issuer": OFFICE,
        "version": "1.2.3",
    }
    return CalculationSheet(**{**given, **more})


def test_the_calculation_shows_facts_conditions_steps_points_and_result(bundled: FaceSet, opened) -> None:
    pages = opened(calculation.render(sheet(attachment_label="附件1"), bundled))
    text = pages.all_text()
    for said in (
        "附件1",
        "新设立座席补贴测算表",
        "座席数260席花名册",
        "（经办人更正：补交说明）",
        "运营满一年符合",
        "未享受过不符合",
        "“给予一次性3000元/席”",
        "260 × 3,000.00",
        "差额补足寻客办〔2023〕3号",
        "省级服务外包奖励50,000.00",
        "780,000.00",
        "730,000.00",
        "人民币柒拾叁万元整",
        "测算：张经办",
        "复核：李复核",
        "2023年6月12日",
        "程序版本 1.2.3",
        "XK-2023-0017",
    ):
        assert said in text, said
    assert "仅供参考" not in text
    label = pages.find(0, "附件1")
    assert label[0]["size"] == 16
    assert "Hei" in label[0]["fontname"]
    assert pages.em_top(label[0]) == pytest.approx(37, abs=0.3)
    title = pages.find(0, "新设立座席补贴测算表")
    assert pages.em_top(title[0]) == pytest.approx(37 + 2 * 225 / 22, abs=0.5)


def test_an_estimate_is_marked_and_has_no_case_number(bundled: FaceSet, opened) -> None:
    text = opened(calculation.render(sheet(estimate=True, case_number=""), bundled)).all_text()
    assert "仅供参考，不作为兑现依据" in text
    assert "受理编号" not in text
    assert "复核：" not in text


def test_not_eligible_says_so_in_place_of_an_amount_in_words(bundled: FaceSet, opened) -> None:
    none = sheet(eligible=False, gross=Money(0), amount=Money(0), benefits=())
    text = opened(calculation.render(none, bundled)).all_text()
    assert "不符合兑现条件，核定金额为零。" in text
    assert "人民币" not in text


def test_people_instalments_and_warnings(bundled: FaceSet, opened) -> None:
    people = tuple(PersonLine("张𬭚", f"140202********{n:04d}", "齐全", True, Money.parse("2500")) for n in range(200))
    more = sheet(
        people=people,
        warnings=("上年收入未填。",),
        schedule=(Instalment(1, "2023年", Money(1)), Instalment(2, "2024年", Money(2))),
    )
    pages = opened(calculation.render(more, bundled))
    text = pages.all_text()
    assert text.count("张𬭚") == 200
    assert "注意：上年收入未填。" in text
    assert "第2期2024年0.02" in text
    for page in range(len(pages)):
        if "********" in pages.text(page):
            assert "姓名证件号码" in pages.text(page)


def test_sections_are_numbered_without_gaps(bundled: FaceSet, opened) -> None:
    for more in ({}, {"points": ()}, {"benefits": (), "points": ()}):
        text = opened(calculation.render(sheet(**more), bundled)).all_text()
        found = re.findall(r"([一二三四五六七八九])、(?:采用|兑现|计算|人员|其他|政策|拨付|测算)", text)
        assert found == list("一二三四五六七八九")[: len(found)]


def notice(**more) -> PublicNotice:
    given = {
        "policy": "datong-2022",
        "issuer": "大同市数字政府服务中心",
        "day": date(2023, 6, 10),
        "notice_from": date(2023, 6, 10),
        "notice_to": date(2023, 6, 17),
        "contact": CONTACT,
        "items": tuple(
            NoticeItem(f"第{n}科技有限公司", "第三条 坐席补贴", "240席", "2,500元/席", Money.parse("600000"))
            for n in range(1, 4)
        ),
        "people": tuple(
            NoticePerson("张𬭚", f"140202********{n:04d}", "第1科技有限公司", "2,500元/席", Money.parse("2500"))
            for n in range(60)
        ),
    }
    return PublicNotice(**{**given, **more})


def test_the_notice_names_payees_people_standards_amounts_and_dates(bundled: FaceSet, opened) -> None:
    pages = opened(public_notice.render(notice(), bundled))
    text = pages.all_text()
    for said in (
        "公示时间：2023年6月10日至2023年6月17日",
        "1,800,000.00",
        "第3科技有限公司",
        "2,500元/席",
        "附件：1.拟兑现数据呼叫（标注）产业发展专项资金单位名单",
        "150,000.00",
    ):
        assert said in text, said
    assert text.count("140202********") == 60
    assert "｜" not in text
    firsts = [pages.find(page, "附件", 16)[0] for page in range(1, len(pages)) if pages.text(page).startswith("附件")]
    assert len(firsts) == 2
    for label in firsts:
        assert pages.em_top(label) == pytest.approx(37, abs=0.3)


def test_a_notice_with_one_list_has_one_unnumbered_attachment(bundled: FaceSet, opened) -> None:
    text = opened(public_notice.render(notice(people=()), bundled)).all_text()
    assert "附件：拟兑现" in text
    assert "附件2" not in text


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"items": ()}, "items"),
        ({"notice_to": date(2023, 6, 9)}, "notice_to"),
        ({"people": (NoticePerson("张", "140202198501011234", "甲", "标准", Money(1)),)}, "people.0.masked_id"),
    ],
)
def test_a_notice_that_must_not_go_out_is_refused(bundled: FaceSet, more, path: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        public_notice.render(notice(**more), bundled)
    assert [problem.path for problem in caught.value.problems] == [path]


def supplement(papers: int = 2) -> SupplementLetter:
    return SupplementLetter(
        OFFICE,
        "寻客办补字〔2023〕3号",
        date(2023, 6, 3),
        "星联客服科技有限公司",
        "XK-2023-0017",
        "二（一）1 新设立座席补贴",
        date(2023, 6, 1),
        tuple(FaultyPaper(f"材料{n}号", "未提供", "原件，加盖公章") for n in range(papers)),
        date(2023, 6, 20),
        CONTACT,
    )


def test_the_supplement_letter_lists_every_paper_its_form_and_the_day(bundled: FaceSet, opened) -> None:
    text = opened(papers_letters.render_supplement(supplement(40), bundled)).all_text()
    assert re.findall(r"材料(\d+)号", text) == [str(n) for n in range(40)]
    assert "请于2023年6月20日前" in text
    assert "签收日期" in text


def test_a_supplement_letter_without_papers_is_refused(bundled: FaceSet) -> None:
    with pytest.raises(InvalidInput):
        papers_letters.render_supplement(supplement(0), bundled)


def test_the_acceptance_letter(bundled: FaceSet, opened) -> None:
    letter = AcceptanceLetter(
        OFFICE,
        "寻客办受字〔2023〕3号",
        date(2023, 6, 3),
        "星联客服科技有限公司",
        "91360734MA38XK2L5T",
        "XK-2023-0017",
        "二（一）1 新设立座席补贴",
        date(2023, 6, 1),
        date(2023, 7, 31),
        (ReceivedPaper("营业执照", "复印件"),),
        CONTACT,
    )
    text = opened(papers_letters.render_acceptance(letter, bundled)).all_text()
    assert "材料齐全" in text
    assert "预计于2023年7月31日前作出决定" in text
    late = replace(letter, tolerated=(ToleratedPaper("验资报告", date(2023, 6, 20)),))
    text = opened(papers_letters.render_acceptance(late, bundled)).all_text()
    assert "材料齐全" not in text
    assert "验资报告2023年6月20日" in text


def test_the_receipt_line_stays_on_the_page(bundled: FaceSet, opened) -> None:
    pages = opened(papers_letters.render_supplement(supplement(), bundled))
    line = pages.find(len(pages) - 1, "签收人（签字）")
    row = [c for c in pages.pages[-1].chars if c["matrix"][5] == line[0]["matrix"][5]]
    assert row[-1]["text"] == "日"
    assert row[-1]["x1"] <= 184 * 72 / 25.4


def test_every_kind_has_a_chinese_title() -> None:
    assert len(TITLES) == 20
    assert all(re.fullmatch("[a-z-]+", kind) and title for kind, title in TITLES.items())
