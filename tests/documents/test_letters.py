"""Letters of refusal, oversight and payment: figures with their units, the clause, the days, the place for the seal."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import letter_samples as samples
import pypdfium2
import pytest
import zxingcpp
from letter_samples import DATONG, XUNWU

from caseworker import resources
from caseworker.documents import orders, payment_letters, recovery_letter, referrals, refusal, verification
from caseworker.documents.faces import FaceSet
from caseworker.errors import InvalidInput
from caseworker.values.money import Money

LETTERS: dict[str, tuple[Callable[..., Any], Callable[..., bytes]]] = {
    "refusal": (samples.refusal, refusal.render),
    "rectification": (samples.rectification, orders.render_rectification),
    "suspension": (samples.suspension, orders.render_suspension),
    "resumption": (samples.resumption, orders.render_resumption),
    "criticism": (samples.criticism, referrals.render_criticism),
    "transfer": (samples.transfer, referrals.render_transfer),
    "recovery": (samples.recovery, recovery_letter.render),
    "payment-request": (samples.request, payment_letters.render_request),
    "payment-notice": (samples.notice, payment_letters.render_notice),
}
TO_PAYEE = ("refusal", "rectification", "suspension", "resumption", "recovery")
TITLES = {
    XUNWU: "关于支持客服产业发展若干政策措施（试行）",
    DATONG: "大同市促进数据呼叫（标注）产业发展的若干政策",
}


@pytest.fixture(scope="module")
def rendered(bundled: FaceSet) -> dict[tuple[str, str], bytes]:
    return {
        (kind, policy): render(make(policy), bundled)
        for kind, (make, render) in LETTERS.items()
        for policy in (XUNWU, DATONG)
    }


@pytest.fixture
def opened(opened):  # type: ignore[no-untyped-def]
    """Pages that also give their text as a reader has it, without the page numbers between."""

    def open_pages(data: bytes) -> Any:
        pages = opened(data)
        pages.said = lambda: re.sub(r"— \d+ —", "", pages.all_text())
        return pages

    return open_pages


def every() -> Any:
    return pytest.mark.parametrize(("kind", "policy"), [(kind, policy) for kind in LETTERS for policy in TITLES])


@every()
def test_it_has_number_day_clause_contact_and_a_code_that_reads(
    rendered: dict[tuple[str, str], bytes], opened, kind: str, policy: str
) -> None:
    data = rendered[kind, policy]
    pages = opened(data)
    text = pages.said()
    letter = LETTERS[kind][0](policy)
    assert "寻客办改字〔2023〕3号" in text
    assert "2023年9月5日" in text
    assert TITLES[policy] in text
    assert "联系人：张经办，联系电话：0797-0000001，地址：寻乌县长宁镇示例路1号。" in text
    assert not re.search(r"\d年0\d月|月0\d日", text), "a date with a leading zero"
    assert "｜" not in text
    assert "{" not in text
    if letter.head.payee:
        assert "星联客服科技有限公司" in text
        assert "统一社会信用代码：91360734MA38XK2L5T" in text
    assert ("签收人（签字）：" in text) == (kind in TO_PAYEE)
    parsed = verification.parse(*qr_texts(data))
    assert parsed is not None
    assert parsed.digest == verification.digest(letter)


def qr_texts(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    try:
        pictures = [document[number].render(scale=3).to_pil() for number in range(len(document))]
        return [code.text for picture in pictures for code in zxingcpp.read_barcodes(picture)]
    finally:
        document.close()


@every()
def test_no_page_holds_only_the_signature_and_the_seal_has_its_place(
    rendered: dict[tuple[str, str], bytes], opened, kind: str, policy: str
) -> None:
    pages = opened(rendered[kind, policy])
    signed = next(n for n in range(len(pages)) if "扫码核验" in pages.text(n))
    lines = ["".join(str(c["text"]) for c in line) for line in pages.lines(signed)]
    day = lines.index("2023年9月5日")
    body = [line for line in lines[:day] if not line.endswith(("产业", "办公室", "服务中心"))]
    assert body, "text of the letter stands on the page of the signature"
    row = pages.lines(signed)[day]
    centre = (float(row[0]["x0"]) + float(row[-1]["x1"])) / 2 / 72 * 25.4
    inset = 184 - float(row[-1]["x1"]) / 72 * 25.4
    pitches = [4 * 156 / characters for characters in (28, 27, 29)]  # the give of 7.3.5.4
    assert any(inset == pytest.approx(pitch, abs=0.3) for pitch in pitches), "4 characters from the right"
    name = pages.lines(signed)[day - 1]
    middle = (float(name[0]["x0"]) + float(name[-1]["x1"])) / 2 / 72 * 25.4
    assert middle == pytest.approx(centre, abs=0.6), "the office's name centred over the day"


@every()
def test_title_and_number_stand_where_the_standard_puts_them(
    rendered: dict[tuple[str, str], bytes], opened, kind: str, policy: str
) -> None:
    pages = opened(rendered[kind, policy])
    number = pages.find(0, "寻客办改字〔2023〕3号", 16)
    middle = (number[0]["x0"] + number[-1]["x1"]) / 2 / 72 * 25.4
    assert middle == pytest.approx(28 + 78, abs=0.5)
    titles = pages.lines(0, 22.0)
    assert 1 <= len(titles) <= 3
    for line in titles:
        assert float(line[0]["x0"]) >= 28 * 72 / 25.4
        assert float(line[-1]["x1"]) <= 184 * 72 / 25.4
        assert len(line) > 3, "no line of a title holds one or two characters"
    right = max(c["x1"] for page in pages.pages for c in page.chars if c["size"] == 16)
    assert right <= 184.6 * 72 / 25.4


@every()
def test_equal_letters_give_equal_bytes(
    rendered: dict[tuple[str, str], bytes], bundled: FaceSet, kind: str, policy: str
) -> None:
    if policy == XUNWU:
        make, render = LETTERS[kind]
        assert render(make(policy), bundled) == rendered[kind, policy]


def test_a_policy_without_words_of_its_own_has_neutral_ones(bundled: FaceSet, opened) -> None:
    for make, render in LETTERS.values():
        letter = make(XUNWU)
        other = replace(letter, head=replace(letter.head, policy="some-2025", policy_title="某县软件产业扶持办法"))
        text = opened(render(other, bundled)).said()
        assert "《某县软件产业扶持办法》" in text
        assert "客服产业发展资金" not in text
        with pytest.raises(InvalidInput, match="政策名称"):
            render(replace(letter, head=replace(letter.head, policy="some-2025")), bundled)


# ---- refusal -------------------------------------------------------------------------------


def test_the_refusal_names_facts_unmet_conditions_and_how_to_object(bundled: FaceSet, opened) -> None:
    text = opened(refusal.render(samples.refusal(), bundled)).said()
    for said in (
        "受理编号：XK-2023-0017",
        "2023年6月1日受理",
        "座席数80席员工花名册",
        "座席规模达到100席，现为80席",
        "“座席规模100-200席（含200席）的给予一次性2000元/席的座席补贴”",
        "依照《关于支持客服产业发展若干政策措施（试行）》二（一）1的规定",
        "60日内向寻乌县人民政府申请行政复议",
        "6个月内依法向人民法院提起行政诉讼",
        "附件：人员核查情况",
        "张𬭚140202********1234劳动合同期不满1年",
    ):
        assert said in text, said
    assert re.findall(r"([一二三四五])、(?:查明|不符合|决定|异议)", text) == ["一", "二", "三", "四"]


def test_sections_of_a_refusal_without_conditions_are_numbered_without_gaps(bundled: FaceSet, opened) -> None:
    letter = samples.refusal(unmet=(), facts=(), people=(), missing=("座席数", "开始运营日期"))
    text = opened(refusal.render(letter, bundled)).said()
    assert "下列事实没有材料证明：座席数、开始运营日期。" in text
    assert re.findall(r"([一二三四五])、(?:查明|不符合|决定|异议)", text) == ["一", "二", "三"]


def test_a_refusal_without_a_ground_does_not_go_out(bundled: FaceSet) -> None:
    with pytest.raises(InvalidInput, match="理由"):
        refusal.render(samples.refusal(unmet=(), reason=" "), bundled)


def test_two_people_instead_of_three_is_stated(bundled: FaceSet, opened) -> None:
    said = "复核与审批由同一人办理"
    assert said in opened(refusal.render(samples.refusal(two_person=True), bundled)).said()
    assert said not in opened(refusal.render(samples.refusal(), bundled)).said()


def test_a_name_of_forty_characters_leaves_the_title(bundled: FaceSet, opened) -> None:
    long = "星联" * 18 + "有限公司"
    for kind in ("refusal", "criticism", "transfer"):
        make, render = LETTERS[kind]
        pages = opened(render(replace(make(), head=samples.head(payee=long)), bundled))
        assert long in pages.said()
        assert 1 <= len(pages.lines(0, 22.0)) <= 2


# ---- oversight -----------------------------------------------------------------------------


def test_an_order_to_mend_says_what_by_when_and_what_follows(bundled: FaceSet, opened) -> None:
    text = opened(orders.render_rectification(samples.rectification(DATONG), bundled)).said()
    for said in (
        "花名册所列260席中有35席无人在岗。",
        "第十一条规定：“对挪用、截留或使用虚假材料套取专项资金的单位和个人，给予通报批评、责令限期整改",
        "退回多领的补贴105,000.00元",
        "请于2023年9月20日前（含当日）完成整改",
        "暂停拨付",
        "书面陈述、申辩",
    ):
        assert said in text, said
    assert "罚款" not in text, "the office imposes no fine"
    other = opened(orders.render_rectification(samples.rectification(DATONG, ground=""), bundled)).said()
    assert "第十一条" not in other
    assert "第九条" in other


def test_a_suspension_says_since_when_and_until_what(bundled: FaceSet, opened) -> None:
    text = opened(orders.render_suspension(samples.suspension(), bundled)).said()
    assert "自2023年9月5日起，暂停向你单位拨付客服产业发展资金" in text
    assert "恢复拨付的条件：退回多领的补贴105,000.00元。条件具备后" in text
    text = opened(orders.render_suspension(samples.suspension(condition=""), bundled)).said()
    assert "恢复拨付的条件" not in text.replace("范围和恢复条件", "")
    assert "上述情形消除后" in text


def test_a_lifting_names_the_suspension_letter_if_one_went_out(bundled: FaceSet, opened) -> None:
    text = opened(orders.render_resumption(samples.resumption(), bundled)).said()
    assert "《暂停拨付通知书》（寻客办停字〔2023〕1号）" in text
    assert "自2023年10月9日起解除暂停" in text
    text = opened(orders.render_resumption(samples.resumption(suspension_number=""), bundled)).said()
    assert "《暂停拨付通知书》" not in text
    with pytest.raises(InvalidInput, match="早于"):
        orders.render_resumption(samples.resumption(lifted_on=date(2023, 9, 4)), bundled)


def test_the_hand_over_lists_its_papers_and_brings_a_slip(bundled: FaceSet, opened) -> None:
    pages = opened(referrals.render_transfer(samples.transfer(), bundled))
    text = pages.said()
    for said in ("寻乌县公安局：", "附件：1.移送材料清单", "2.移送回执", "1检查记录.pdf", "请于2023年10月8日前"):
        assert said in text, said
    assert pages.text(len(pages) - 1).startswith("附件2移送回执")
    pages = opened(referrals.render_transfer(samples.transfer(papers=(), due=None), bundled))
    assert "附件：移送回执" in pages.said()
    assert "附件2" not in pages.said()


def test_criticism_goes_to_its_scope_and_asks_nobody_to_sign(bundled: FaceSet, opened) -> None:
    text = opened(referrals.render_criticism(samples.criticism(scope="各有关企业："), bundled)).said()
    assert "各有关企业：现将星联客服科技有限公司" in text
    assert "决定对星联客服科技有限公司予以通报批评。" in text


def test_money_ordered_back_in_figures_and_words_with_the_people(bundled: FaceSet, opened) -> None:
    text = opened(recovery_letter.render(samples.recovery(part_no=2), bundled)).said()
    for said in (
        "寻客办字〔2023〕12号",
        "第2期780,000.00元已于2023年7月20日拨付",
        "105,000.00元（大写：人民币壹拾万零伍仟元整）",
        "涉及人员42人",
        "请于2023年9月30日前（含当日）",
        "60日内向寻乌县人民政府申请行政复议",
        "合　计105,000.00",
    ):
        assert said in text, said
    assert text.count("140202********") == 42


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"amount": Money.parse("780000.01"), "people": ()}, "amount"),
        ({"amount": Money.zero()}, "amount"),
        ({"amount": Money.parse("105000.01")}, "people"),
        ({"due": date(2023, 9, 4)}, "due"),
    ],
)
def test_a_recovery_whose_figures_disagree_does_not_go_out(bundled: FaceSet, more: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        recovery_letter.render(samples.recovery(**more), bundled)
    assert [problem.path for problem in caught.value.problems] == [path]


@pytest.mark.parametrize("field", ["facts", "measures"])
def test_an_order_without_its_words_does_not_go_out(bundled: FaceSet, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        orders.render_rectification(samples.rectification(**{field: " \n"}), bundled)
    assert [problem.path for problem in caught.value.problems] == [field]


def test_a_character_that_no_face_has_is_named(bundled: FaceSet) -> None:
    with pytest.raises(InvalidInput, match="字体"):
        orders.render_rectification(samples.rectification(measures="改\U000e0041正"), bundled)


# ---- payment -------------------------------------------------------------------------------


def test_the_request_goes_to_the_finance_bureau_with_every_account(bundled: FaceSet, opened) -> None:
    pages = opened(payment_letters.render_request(samples.request(), bundled))
    text = pages.said()
    for said in (
        "寻乌县财政局：",
        "2023年第1批客服产业发展资金3笔，合计49,227.06元（大写：人民币肆万玖仟贰佰贰拾柒元零陆分）",
        "公示和决定",
        "3605 0182 0155 0000 1234",
        "第2期",
        "单位：元",
    ):
        assert said in text, said
    assert text.count("16,409.02") == 3
    assert "公示" not in opened(payment_letters.render_request(samples.request(noticed=False), bundled)).said()
    assert "大同市财政局：" in opened(payment_letters.render_request(samples.request(DATONG), bundled)).said()


def test_the_notice_names_use_and_tax_and_never_an_account(bundled: FaceSet, opened) -> None:
    text = opened(payment_letters.render_notice(samples.notice(DATONG), bundled)).said()
    assert "员工教育经费应不少于坐席补贴总额的20%" in text
    assert "涉税支出" in text
    assert "2023.9.4" in text
    assert "3605" not in text
    assert "银行" not in text


def test_long_lists_repeat_their_heading_and_the_total_never_stands_alone(bundled: FaceSet, opened) -> None:
    lines = tuple(samples.paid_line(n) for n in range(1, 121))
    pages = opened(payment_letters.render_request(samples.request(lines=lines), bundled))
    for page in range(len(pages)):
        if "星联" in pages.text(page) and page > 1:
            assert "政策条款" in pages.text(page)
    assert "合　计" in pages.text(len(pages) - 1)
    assert "星联120号" in pages.text(len(pages) - 1)


def test_payment_letters_without_what_they_need_do_not_go_out(bundled: FaceSet) -> None:
    with pytest.raises(InvalidInput):
        payment_letters.render_request(samples.request(lines=()), bundled)
    with pytest.raises(InvalidInput, match="账户"):
        payment_letters.render_request(samples.request(lines=(samples.paid_line(account=None),)), bundled)
    with pytest.raises(InvalidInput, match="拨付"):
        payment_letters.render_notice(samples.notice(lines=(samples.paid_line(paid_on=None),)), bundled)


# ---- wording -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", LETTERS)
@pytest.mark.parametrize("slip", ["misspelt", "missing", "holder"])
def test_a_misspelt_or_missing_field_is_refused_at_load(
    kind: str, slip: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bundled: FaceSet
) -> None:
    folder = tmp_path / "wording"
    shutil.copytree(resources.path("wording"), folder)
    path = folder / f"{kind}.toml"
    text = path.read_text(encoding="utf-8")
    changed = {
        "misspelt": text.replace("\ncontact =", "\ncontcat =", 1),
        "missing": re.sub(r'\npolicy_title = "[^"]*"', "", text, count=1),
        "holder": text.replace("{phone}", "{telephone}", 1),
    }[slip]
    assert changed != text
    path.write_text(changed, encoding="utf-8", newline="\n")
    whole = resources.path
    monkeypatch.setattr(resources, "path", lambda *parts: folder if parts == ("wording",) else whole(*parts))
    make, render = LETTERS[kind]
    with pytest.raises(InvalidInput) as caught:
        render(make(), bundled)
    paths = {problem.path.rpartition(".")[2] for problem in caught.value.problems}
    assert paths & {"contact", "contcat", "policy_title"}


def test_the_bytes_are_a_pdf_with_its_title(rendered: dict[tuple[str, str], bytes]) -> None:
    document = pypdfium2.PdfDocument(io.BytesIO(rendered["recovery", XUNWU]))
    try:
        assert document.get_metadata_dict()["Title"] == "追回通知书"
    finally:
        document.close()
