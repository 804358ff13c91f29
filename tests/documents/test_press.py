"""Letters on paper with a printed red head, and as editable drafts: the same words as on the finished page."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date

import docx
import pytest
from documents.conftest import Pages
from docx.shared import Mm

from caseworker.documents import decision, public_notice
from caseworker.documents.decision import DecisionLetter
from caseworker.documents.draft import DRAFT_MARK
from caseworker.documents.faces import FaceSet
from caseworker.documents.parts import Contact
from caseworker.documents.press import Press, pressed
from caseworker.documents.public_notice import NoticeItem, NoticePerson, PublicNotice
from caseworker.values.money import Money

RARE = "䶮㛃𬭚𠅤𡈼㼆䲜𫖯𬍛"


def words_of(data: bytes) -> str:
    """All text of the body of a .docx, tables where they stand."""
    body = docx.Document(io.BytesIO(data)).element.body
    return "".join(node.text or "" for node in body.iter() if node.tag.endswith("}t"))


def test_a_printed_head_is_left_out_and_all_else_stays(letter: DecisionLetter, bundled: FaceSet) -> None:
    page = Pages(decision.render(letter, bundled))
    with pressed(Press(head=False)):
        bare = Pages(decision.render(letter, bundled))
    red = [char for char in page.pages[0].chars if char["size"] > 24]
    assert "".join(char["text"] for char in red) == letter.issuer
    assert page.text(0).replace(letter.issuer, "", 1) == bare.text(0)
    kept = [(char["text"], round(char["x0"], 3), round(char["top"], 3)) for char in bare.pages[0].chars]
    assert kept == [
        (char["text"], round(char["x0"], 3), round(char["top"], 3)) for char in page.pages[0].chars if char not in red
    ]
    assert len(page.pages[0].lines) == len(bare.pages[0].lines) + 1  # the red rule


def test_the_page_is_moved_by_millimetres(letter: DecisionLetter, bundled: FaceSet) -> None:
    page = Pages(decision.render(letter, bundled))
    with pressed(Press(right_mm=2.5, down_mm=-4)):
        moved = Pages(decision.render(letter, bundled))
    assert len(page) == len(moved)
    for number in range(len(page)):
        for before, after in zip(page.pages[number].chars, moved.pages[number].chars, strict=True):
            assert (after["x0"] - before["x0"]) / 72 * 25.4 == pytest.approx(2.5, abs=0.01)
            assert (after["top"] - before["top"]) / 72 * 25.4 == pytest.approx(-4, abs=0.01)
    assert decision.render(letter, bundled) == decision.render(letter, bundled)  # nothing of it is left behind
    with pytest.raises(ValueError, match="20 mm"):
        Press(right_mm=-20.1)


def test_a_draft_says_what_the_page_says(letter: DecisionLetter, bundled: FaceSet) -> None:
    letter = replace(letter, payee=f"{RARE}有限公司", account=replace(letter.account, name=f"{RARE}有限公司"))
    with pressed(Press(draft=True)):
        data = decision.render(letter, bundled)
    printed = Pages(decision.render(letter, bundled)).all_text()
    draft = words_of(data)
    for text in (
        letter.issuer, letter.number, letter.payee, letter.account.number, "730,000.00", "人民币柒拾叁万元整",
        "2023年7月3日", "行政复议", "抄送：县财政局，县审计局。",
    ):  # fmt: skip
        assert text in draft
    missing = [char for char in set(printed) if char not in draft and char.strip() and char not in "—123扫码核验"]
    assert missing == []
    document = docx.Document(io.BytesIO(data))
    section = document.sections[0]
    measures = (section.page_width, section.left_margin, section.top_margin)
    assert [round(one / Mm(1), 1) for one in measures] == [210, 28, 37]
    assert DRAFT_MARK in section.header.paragraphs[0].text
    (table,) = document.tables
    assert [cell.text for cell in table.rows[-1].cells][-1] == "730,000.00"
    assert "演示数据" not in section.header.paragraphs[0].text
    with pressed(Press(draft=True)):
        practice = decision.render(replace(letter, practice=True), bundled)
    assert "演示数据" in docx.Document(io.BytesIO(practice)).sections[0].header.paragraphs[0].text


def test_a_draft_of_a_notice_has_its_lists(bundled: FaceSet) -> None:
    notice = PublicNotice(
        "datong-2022",
        "大同市数据呼叫产业办公室",
        date(2023, 6, 1),
        date(2023, 6, 1),
        date(2023, 6, 8),
        (NoticeItem("云州标注有限公司", "第三条", "2人", "2,500元/人", Money.parse("5000")),),
        Contact("经一", "0352-0000000", "平城区示例路1号"),
        tuple(
            NoticePerson(name, "140213********001X", "云州", "2,500元", Money.parse("2500"))
            for name in ("王䶮", "李四")
        ),
    )
    with pressed(Press(draft=True)):
        data = public_notice.render(notice, bundled)
    document = docx.Document(io.BytesIO(data))
    assert [len(table.rows) for table in document.tables] == [3, 4]  # header, lines, total
    assert [table.rows[0].cells[1].text for table in document.tables]
    assert "附件1" in words_of(data)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert b"w:tblHeader" in package.read("word/document.xml")
