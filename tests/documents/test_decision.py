"""兑现决定书: its content, its figures, its code, and the same file for the same letter."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, replace
from datetime import date

import pypdfium2
import pytest
import zxingcpp
from tools import need

from caseworker.documents import decision, verification
from caseworker.documents.decision import DecisionLetter, DecisionLine
from caseworker.documents.faces import FaceSet
from caseworker.documents.parts import Account, Instalment
from caseworker.documents.seal import SealImage, sample_seal_png
from caseworker.errors import InvalidInput
from caseworker.values.money import Money

LONG_NAME = "山西大同云冈数据呼叫标注服务外包产业发展集团科技信息技术股份有限责任公司第一分公司"
RARE = "䶮㛃𬭚𠅤𡈼㼆䲜𫖯𬍛"


def test_the_letter_says_everything(bundled: FaceSet, letter: DecisionLetter, opened) -> None:
    text = opened(decision.render(letter, bundled)).all_text()
    for said in (
        letter.number,
        letter.payee,
        letter.code,
        letter.case_number,
        "2023年6月1日受理",
        "2023年6月20日至2023年6月28日公示",
        "二（一）1 新设立座席补贴",
        "260席",
        "3,000元/席",
        "780,000.00",
        "−50,000.00",
        "合计730,000.00元（大写：人民币柒拾叁万元整）",
        letter.account.bank,
        letter.account.number,
        "涉税支出，由你单位依法承担",
        "寻乌县人民政府申请行政复议",
        "60日内",
        "6个月内",
        "联系人：张经办，联系电话：0797-0000001",
        "附件：测算表",
        "抄送：县财政局，县审计局。",
    ):
        assert said in text, said
    assert "复核与审批由同一人办理" not in text
    assert "｜" not in text


def test_the_other_policy_has_its_own_wording(bundled: FaceSet, letter: DecisionLetter, opened) -> None:
    text = opened(decision.render(replace(letter, policy="datong-2022"), bundled)).all_text()
    assert "数据呼叫（标注）产业发展专项资金" in text
    assert "员工教育经费应不少于坐席补贴总额的20%" in text
    assert "｜" not in text


def test_no_sentence_about_a_notice_that_was_not_given(bundled: FaceSet, letter: DecisionLetter, opened) -> None:
    text = opened(decision.render(replace(letter, notice_from=None, notice_to=None), bundled)).all_text()
    assert "公示" not in text


def test_two_person_offices_say_so(bundled: FaceSet, letter: DecisionLetter, opened) -> None:
    assert "复核与审批由同一人办理" in opened(decision.render(replace(letter, two_person=True), bundled)).all_text()


def test_instalments_are_listed(bundled: FaceSet, letter: DecisionLetter, opened) -> None:
    parts = (Instalment(1, "2023年7月", Money.parse("365000.50")), Instalment(2, "2024年7月", Money.parse("364999.50")))
    text = opened(decision.render(replace(letter, instalments=parts), bundled)).all_text()
    assert "分2期拨付" in text
    assert "第2期2024年7月364,999.50" in text
    assert "一次性拨付" not in text


def test_every_font_is_embedded(bundled: FaceSet, letter: DecisionLetter, tmp_path) -> None:
    tool = need("pdffonts")
    path = tmp_path / "letter.pdf"
    path.write_bytes(decision.render(replace(letter, contact=replace(letter.contact, person=RARE)), bundled))
    out = subprocess.run([tool, str(path)], capture_output=True, check=True, text=True).stdout.splitlines()[2:]
    assert len(out) >= 5
    for row in out:
        assert re.search(r"\+Caseworker-\w+ +TrueType .* yes yes yes ", row), row


def decoded(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        image = document[len(document) - 1].render(scale=300 / 72).to_pil()
    (found,) = zxingcpp.read_barcodes(image)
    return found.text


def test_the_code_is_read_from_the_page_and_matches_the_letter(bundled: FaceSet, letter: DecisionLetter) -> None:
    read = verification.parse(decoded(decision.render(letter, bundled)))
    assert read == decision.verification_of(letter)
    assert read is not None
    assert (read.number, read.day, read.payee, read.amount) == (letter.number, letter.day, letter.payee, letter.total)
    assert re.fullmatch("[0-9a-f]{32}", read.digest)


def test_the_code_of_a_long_rare_name_is_read_too(bundled: FaceSet, letter: DecisionLetter) -> None:
    name = LONG_NAME + RARE
    long = replace(letter, payee=name, account=replace(letter.account, name=name))
    read = verification.parse(decoded(decision.render(long, bundled)))
    assert read is not None
    assert read.payee == name


def test_the_digest_changes_with_every_word_but_not_with_the_seal(letter: DecisionLetter) -> None:
    plain = verification.digest(letter)
    assert verification.digest(replace(letter, seal=SealImage(sample_seal_png()), practice=True)) == plain
    others = [
        replace(letter, total=Money.parse("730000.01")),
        replace(letter, day=date(2023, 7, 4)),
        replace(letter, payee="星联客服科技有限公可"),
        replace(letter, number="寻客办字〔2023〕13号"),
        replace(letter, account=Account(letter.account.name, letter.account.bank, "36050182015500001235")),
        replace(letter, lines=(replace(letter.lines[0], quantity="261席"),)),
        replace(letter, two_person=True),
    ]
    digests = {verification.digest(other) for other in others}
    assert len(digests) == len(others)
    assert plain not in digests


def test_the_same_letter_is_the_same_file(bundled: FaceSet, letter: DecisionLetter) -> None:
    sealed = replace(letter, seal=SealImage(sample_seal_png()), practice=True)
    first = decision.render(sealed, bundled)
    other = "别家有限公司"
    decision.render(replace(letter, payee=other, account=replace(letter.account, name=other)), bundled)
    assert decision.render(sealed, bundled) == first
    assert b"D:20230703" in first
    assert decision.render(replace(sealed, contact=replace(letter.contact, phone="0797-0000002")), bundled) != first


def test_a_forty_character_name_keeps_the_title_short_and_stands_in_the_text(
    bundled: FaceSet, letter: DecisionLetter, opened
) -> None:
    long = replace(letter, payee=LONG_NAME, account=replace(letter.account, name=LONG_NAME))
    pages = opened(decision.render(long, bundled))
    assert LONG_NAME + "：" in pages.text(0)
    assert "".join(c["text"] for c in pages.pages[0].chars if c["size"] == 22) == "关于兑现客服产业发展资金的决定"
    for page in pages.pages:
        for c in page.chars:
            assert c["x0"] >= 28 * 72 / 25.4 - 1
            assert c["x1"] <= 184 * 72 / 25.4 + 1


@pytest.mark.parametrize("count", [1, 6, 15, 40])
def test_many_items_run_over_pages_with_their_header(
    bundled: FaceSet, letter: DecisionLetter, opened, count: int
) -> None:
    lines = tuple(
        DecisionLine(f"二（一）{n} 房屋租金奖补", "1,103席", "3,000元/席", Money.parse("123456789.99"))
        for n in range(1, count + 1)
    )
    many = replace(letter, lines=lines, deduction=Money(0), total=Money.parse("123456789.99") * count)
    pages = opened(decision.render(many, bundled))
    assert pages.all_text().count("房屋租金奖补") == count
    for page in range(len(pages)):
        if "房屋租金奖补" in pages.text(page):
            assert "序号政策条款数量标准金额（元）" in pages.text(page)
    assert many.total.shown() in pages.all_text()


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"total": Money.parse("730000.01")}, "total"),
        ({"deduction": Money(0)}, "total"),
        ({"lines": (), "total": Money.parse("-50000")}, "lines"),
        ({"instalments": (Instalment(1, "现在", Money.parse("1")),)}, "instalments"),
        ({"account": Account("别家有限公司", "某行", "1")}, "account.name"),
        ({"notice_to": None}, "notice_to"),
    ],
)
def test_a_letter_whose_parts_disagree_is_refused(bundled: FaceSet, letter: DecisionLetter, change, path) -> None:
    with pytest.raises(InvalidInput) as caught:
        decision.render(replace(letter, **change), bundled)
    assert path in [problem.path for problem in caught.value.problems]


def test_a_character_without_a_face_is_named_and_nothing_is_printed(bundled: FaceSet, letter: DecisionLetter) -> None:
    with pytest.raises(InvalidInput) as caught:
        decision.render(replace(letter, contact=replace(letter.contact, person="张\ue863")), bundled)
    assert [problem.path for problem in caught.value.problems] == ["U+E863"]


def test_the_check_of_characters_sees_every_text_of_the_letter(letter: DecisionLetter) -> None:
    seen = "".join(decision.texts(replace(letter, instalments=(Instalment(1, "甲乙丙", letter.total),))))
    for said in (
        letter.issuer,
        letter.payee,
        letter.account.bank,
        letter.contact.address,
        letter.lines[0].standard,
        letter.copies_to[0],
        letter.attachments[0],
        letter.reconsider_by,
        "甲乙丙",
    ):
        assert said in seen


def test_practice_letters_are_marked_on_every_page_and_real_ones_on_none(
    bundled: FaceSet, letter: DecisionLetter, opened
) -> None:
    marked = opened(decision.render(replace(letter, practice=True), bundled))
    for page in range(len(marked)):
        assert marked.text(page).count("演示数据") == 3
    assert "演示数据" not in opened(decision.render(letter, bundled)).all_text()


def test_a_policy_without_words_of_its_own_gets_neutral_ones(bundled: FaceSet, letter: DecisionLetter, opened) -> None:
    unknown = replace(letter, policy="elsewhere-1999", policy_title="某县扶持办法")
    text = opened(decision.render(unknown, bundled)).all_text()
    assert "《某县扶持办法》" in text
    assert "产业扶持资金" in text
    assert "客服" not in text.replace(letter.issuer, "").replace(letter.payee, "")
    with pytest.raises(InvalidInput, match="没有政策"):
        decision.render(replace(letter, policy="elsewhere-1999"), bundled)


def test_the_title_of_a_policy_that_has_its_own_words_changes_no_older_digest(letter: DecisionLetter) -> None:
    from caseworker.documents import verification

    assert verification.digest(letter) != verification.digest(replace(letter, policy_title="x"))
    assert "policy_title" not in str(verification._plain(letter))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://example.org",
        "兑现台文书1|a|b",
        "兑现台文书1|n|2023-13-01|p|1.00|" + "0" * 32,
        "兑现台文书1|n|2023-01-01|p|1.001|" + "0" * 32,
    ],
)
def test_other_codes_are_not_ours(text: str) -> None:
    assert verification.parse(text) is None


def test_a_bar_in_a_name_does_not_shift_the_fields() -> None:
    said = verification.Verification("号", date(2023, 1, 1), "甲|乙", Money.parse("1.00"), "0" * 32)
    read = verification.parse(said.text())
    assert read is not None
    assert read.payee == "甲｜乙"


def test_a_field_that_a_later_program_adds_leaves_the_digest_as_it_was() -> None:
    @dataclass(frozen=True)
    class Then:
        number: str
        parts: tuple[str, ...] = ()

    @dataclass(frozen=True)
    class Now:
        number: str
        parts: tuple[str, ...] = ()
        remark: str = ""

    assert verification.digest(Then("1号")) == verification.digest(Now("1号"))
    assert verification.digest(Now("1号", remark="另行通知")) != verification.digest(Now("1号"))
    assert verification.digest(Then("1号", ("a",))) == verification.digest(Now("1号", ("a",)))


def test_other_bureaus_that_agreed_are_named(letter: DecisionLetter, bundled: FaceSet, opened) -> None:
    agreed = replace(letter, reviews=("寻乌县财政局于2023年6月1日", "寻乌县商务局于2023年6月2日"))
    text = opened(decision.render(agreed, bundled)).all_text()
    assert "本件已由寻乌县财政局于2023年6月1日、寻乌县商务局于2023年6月2日出具同意的意见。" in text
    assert "出具同意的意见" not in opened(decision.render(letter, bundled)).all_text()
