"""The nine rare characters in a name, in every document; and one that nobody has, named before anything is printed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import paper_samples
import pypdfium2
import pytest
from PIL import ImageChops

from caseworker.documents.faces import Face, FaceSet
from caseworker.documents.sheet import Sheet
from caseworker.errors import InvalidInput

RARE = "䶮㛃𬭚𠅤𡈼㼆䲜𫖯𬍛"
NOBODYS = "\U000f1234"
IN_A_LIST = {
    "public-notice": "人员名单",
    "inquiry": "人员名单",
    "recovery": "人员名单",
    "refusal": "人员名单",
    "calculation": "人员明细",
    "estimate": "人员明细",
}


def text_of(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        pages = [document[number].get_textpage().get_text_bounded() for number in range(len(document))]
    return re.sub(r"\s", "", "".join(pages))


@pytest.mark.parametrize("kind", paper_samples.ALL)
def test_a_rare_name_is_read_from_every_document_as_it_was_written(bundled: FaceSet, kind: str) -> None:
    company = f"寻乌{RARE}科技有限公司"
    text = text_of(paper_samples.paper(kind, name=company, person=f"张{RARE}").pdf(bundled))
    assert company in text or f"张{RARE}" in text
    if kind not in ("delivery-receipt",):
        assert f"张{RARE}" in text
    if kind not in ("seal-register", "transfer", "inquiry"):
        assert company in text


@pytest.mark.parametrize("face", [Face.FANG, Face.TITLE, Face.HEI, Face.KAI])
def test_each_has_a_shape_of_its_own_and_none_is_the_empty_box(bundled: FaceSet, face: Face) -> None:
    sheet = Sheet(bundled, "试", "试", date(2023, 6, 1))
    sheet.new_page()
    for number, character in enumerate(RARE):
        sheet.text(60 + 40 * number, 60, character, 24, face=face)
    with pypdfium2.PdfDocument(sheet.finish()) as document:
        picture = document[0].render(scale=2).to_pil().convert("L")
    cells = [picture.crop((2 * (58 + 40 * n), 110, 2 * (58 + 40 * n) + 56, 180)) for n in range(len(RARE))]
    for number, cell in enumerate(cells):
        dark = sum(cell.histogram()[:128])
        assert dark > 120, f"{RARE[number]} is drawn"
        for other in cells[:number]:
            assert ImageChops.difference(cell, other).getbbox() is not None


@pytest.mark.parametrize("kind", paper_samples.ALL)
def test_a_character_nobody_has_is_refused_before_printing(bundled: FaceSet, kind: str) -> None:
    name = f"寻乌{NOBODYS}公司"
    with pytest.raises(InvalidInput, match=r"U\+F1234") as caught:
        paper_samples.paper(kind, name=name, person=f"张{NOBODYS}").pdf(bundled)
    assert caught.value.code == "missing-glyph"
    assert {problem.path for problem in caught.value.problems} == {"U+F1234"}


@pytest.mark.parametrize("kind", IN_A_LIST)
def test_in_a_list_of_people_it_is_said_which_row_and_whose(bundled: FaceSet, kind: str) -> None:
    paper = paper_samples.paper(kind, "medium")
    document: Any = paper.document
    people = list(document.people)
    for row in (2, 6):
        people[row] = replace(people[row], name=f"张{row}{NOBODYS}")
    odd = replace(document, people=tuple(people))
    with pytest.raises(InvalidInput) as caught:
        paper.render(odd, bundled)
    for row in (3, 7):
        where = f"{IN_A_LIST[kind]}第{row}行（张{row - 1}{NOBODYS}）"
        assert where in caught.value.message
        assert any(where in problem.message for problem in caught.value.problems)
    assert caught.value.message.startswith("有 1 个字")


@pytest.mark.parametrize(
    ("kind", "field", "title"),
    [
        ("payment-request", "lines", "拨付明细"),
        ("payment-notice", "lines", "拨付明细"),
        ("seal-register", "uses", "用印登记"),
    ],
)
def test_in_other_lists_too(bundled: FaceSet, kind: str, field: str, title: str) -> None:
    paper = paper_samples.paper(kind, "medium")
    rows = list(getattr(paper.document, field))
    change = {"applicant": f"张{NOBODYS}"} if field == "uses" else {"payee": f"星联{NOBODYS}公司"}
    rows[4] = replace(rows[4], **change)
    document: Any = replace(paper.document, **{field: tuple(rows)})
    with pytest.raises(InvalidInput, match=f"{title}第5行"):
        paper.render(document, bundled)


def test_many_rows_are_counted_and_each_is_among_the_problems(bundled: FaceSet) -> None:
    with pytest.raises(InvalidInput, match="等18行") as caught:
        paper_samples.paper("public-notice", "medium", person=f"张{NOBODYS}").pdf(bundled)
    assert len(caught.value.problems) == 18
