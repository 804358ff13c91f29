"""协查函: who is asked, what by party and by person, whole ID numbers, a reply slip on a page of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from caseworker.documents import inquiry, verification
from caseworker.documents.faces import FaceSet
from caseworker.documents.inquiry import InquiryLetter, InquiryPerson
from caseworker.documents.parts import Contact
from caseworker.errors import InvalidInput
from caseworker.services.document_content import as_content, restored

ASKED = "劳动合同起日：2022-05-20；劳动合同止日：2025-05-19；社保缴纳月份：2022-06 至 2023-05"
LETTER = InquiryLetter(
    issuer="寻乌县客服产业发展领导小组办公室",
    number="寻客办协字〔2023〕2号",
    day=date(2023, 6, 5),
    bureau="寻乌县人力资源和社会保障局",
    payee="星联客服科技有限公司",
    code="91360734MA38XK2L5T",
    case_number="XK-2023-0017",
    policy_title="关于支持客服产业发展若干政策措施（试行）",
    clause="二（一）1　新设立企业座席补贴",
    facts=("座席数：260 席", "该单位是否欠缴社会保险费"),
    people=(InquiryPerson("林远", "360734199001010017", ASKED), InquiryPerson("𬭚䶮", "360734199001010025", ASKED)),
    due=date(2023, 6, 19),
    contact=Contact("张经办", "0797-0000001", "寻乌县长宁镇示例路1号"),
)


def test_the_letter_says_who_asks_what_about_whom_and_by_when(bundled: FaceSet, opened) -> None:
    pages = opened(inquiry.render(LETTER, bundled))
    text = pages.all_text()
    for said in (
        "寻乌县客服产业发展领导小组办公室",
        "寻客办协字〔2023〕2号",
        "寻乌县人力资源和社会保障局：",
        "星联客服科技有限公司（统一社会信用代码：91360734MA38XK2L5T）",
        "《关于支持客服产业发展若干政策措施（试行）》",
        "XK-2023-0017",
        "2023年6月19日前",
        "座席数：260 席",
        "该单位是否欠缴社会保险费",
        "张经办",
    ):
        assert said in text, said
    assert "附件：1.请予核实的事项" in text
    assert "3.协查回执" in text


def test_id_numbers_stand_whole_and_the_letter_says_what_they_are_for(bundled: FaceSet, opened) -> None:
    pages = opened(inquiry.render(LETTER, bundled))
    text = pages.text(len(pages) - 2)
    assert text.startswith("附件2请予核实的人员情况")
    assert "360734199001010017" in text
    assert "𬭚䶮" in text
    assert "*" not in pages.all_text()
    assert "仅供本次核实使用" in pages.all_text()
    nobody = opened(inquiry.render(replace(LETTER, people=()), bundled)).all_text()
    assert "仅供本次核实使用" not in nobody
    assert "请予核实的人员情况" not in nobody


def test_the_slip_has_a_page_of_its_own(bundled: FaceSet, opened) -> None:
    pages = opened(inquiry.render(LETTER, bundled))
    slip = pages.text(len(pages) - 1)
    assert slip.startswith("附件3协查回执")
    for said in ("贵单位《关于协助核实申请兑现有关事实的函》", "核实结论", "附件所列事项全部属实", "核实单位", "日期"):
        assert said in slip, said
    assert "360734199001010017" not in slip
    assert "协查回执" not in pages.text(len(pages) - 2)


def test_three_hundred_people_make_pages_with_the_heading_on_each(bundled: FaceSet, opened) -> None:
    many = tuple(InquiryPerson(f"员工{n}", f"36073419900101{n:04d}", ASKED) for n in range(300))
    pages = opened(inquiry.render(replace(LETTER, people=many, facts=()), bundled))
    lists = [number for number in range(len(pages)) if "姓名证件号码" in pages.text(number)]
    assert len(lists) > 30
    whole = pages.all_text()
    assert all(f"36073419900101{n:04d}" in whole for n in range(300))
    assert pages.text(lists[0]).startswith("附件1请予核实的人员情况")


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"facts": (), "people": ()}, {"facts"}),
        ({"due": LETTER.day}, {"due"}),
        ({"facts": (), "people": (), "due": date(2023, 1, 1)}, {"facts", "due"}),
    ],
)
def test_a_letter_that_asks_nothing_or_too_late_is_refused(bundled: FaceSet, changes, wrong) -> None:
    with pytest.raises(InvalidInput) as caught:
        inquiry.render(replace(LETTER, **changes), bundled)
    assert {problem.path for problem in caught.value.problems} == wrong


def test_a_character_that_no_face_has_is_named(bundled: FaceSet) -> None:
    people = (InquiryPerson("林\U0003134f", "360734199001010017", ASKED),)
    with pytest.raises(InvalidInput):
        inquiry.render(replace(LETTER, people=people), bundled)


def test_equal_letters_are_equal_bytes_and_come_back_from_the_register(bundled: FaceSet) -> None:
    assert inquiry.render(LETTER, bundled) == inquiry.render(LETTER, bundled)
    again = restored(InquiryLetter, as_content(LETTER), seal=LETTER.seal)
    assert again == LETTER
    assert verification.digest(again) == verification.digest(LETTER)
    assert verification.digest(replace(LETTER, due=date(2023, 6, 20))) != verification.digest(LETTER)
