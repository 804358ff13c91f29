"""Editable drafts and pages for printed paper: of letters only, in the words of their day, never in the register."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import docx
import pdfplumber
import pytest
from services.case_bench import XUNWU, XW, CaseBench, make_bench

from caseworker.errors import EnvironmentFault, InvalidInput, Refusal


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CaseBench:
    return make_bench(tmp_path_factory.mktemp("office"), date(2023, 6, 1))


@pytest.fixture(scope="module")
def case(bench: CaseBench) -> int:
    return bench.to_payment(bench.xw_company(name="甲一䶮㛃客服有限公司"), XUNWU, XW)


def words_of(path: Path) -> str:
    body = docx.Document(str(path)).element.body
    return "".join(node.text or "" for node in body.iter() if node.tag.endswith("}t"))


def page(data: bytes) -> str:
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return "".join(char["text"] for one in pdf.pages for char in one.chars)


def test_a_draft_before_and_after_the_letter(bench: CaseBench, case: int, tmp_path: Path) -> None:
    desk = bench.clerk
    before = desk.audit.page().total
    first = desk.documents.draft("decision", tmp_path / "a.docx", case_id=case)
    assert desk.documents.page(case_id=case).total == 0
    assert desk.audit.page().rows[0].action == "导出文书草稿"
    assert "寻客办字〔2023〕　号" in words_of(first)
    letter = desk.documents.make("decision", case_id=case)
    second = desk.documents.export_draft(letter.id, tmp_path / "b.docx")
    words = words_of(second)
    assert words.replace(letter.shown_number, "寻客办字〔2023〕　号") == words_of(first)
    for text in ("甲一䶮㛃客服有限公司", "780,000.00", "人民币柒拾捌万元整"):
        assert text in words
    assert desk.audit.page().total == before + 3
    with pytest.raises(EnvironmentFault):
        desk.documents.export_draft(letter.id, tmp_path / "nowhere" / "c.docx")
    assert desk.audit.page().total == before + 3
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.docx", "b.docx"]


def test_paper_with_a_printed_head(bench: CaseBench, case: int) -> None:
    desk = bench.clerk
    letter = desk.documents.make("decision", case_id=case)
    issued = page(desk.documents.data(letter.id)[2])
    office = desk.office().name
    bare = page(desk.documents.preprinted(letter.id, 1.5, -2))
    assert issued.count(office) == bare.count(office) + 1
    assert letter.shown_number in bare
    for wrong in ((20.1, 0), (0, -21), (float("nan"), 0)):
        with pytest.raises(InvalidInput, match="20"):
            desk.documents.preprinted(letter.id, *wrong)
        with pytest.raises(InvalidInput):
            desk.documents.ruler_page(*wrong)
    assert "72 毫米" in page(desk.documents.ruler_page(0, 0))


def test_forms_and_lists_are_no_letters(bench: CaseBench, case: int, tmp_path: Path) -> None:
    desk = bench.clerk
    form = desk.documents.make("application-form", case_id=case)
    for call in (
        lambda: desk.documents.draft("application-form", tmp_path / "x.docx", case_id=case),
        lambda: desk.documents.draft("seal-register", tmp_path / "x.docx"),
        lambda: desk.documents.export_draft(form.id, tmp_path / "x.docx"),
        lambda: desk.documents.preprinted(form.id),
    ):
        with pytest.raises(Refusal, match="不是公文"):
            call()
    with pytest.raises(InvalidInput, match="指明办件"):
        desk.documents.draft("decision", tmp_path / "x.docx")
    with pytest.raises(Refusal):
        desk.documents.draft("inquiry", tmp_path / "x.docx", case_id=case)
    assert list(tmp_path.iterdir()) == []
