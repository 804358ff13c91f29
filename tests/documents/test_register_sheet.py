"""登记簿打印件: every row whole, pages that go on, the same bytes for the same list."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pdfplumber

from caseworker.documents.register_sheet import RegisterSheet, render

SHEET = RegisterSheet(
    title="监管事项登记簿",
    office="寻乌县客服产业发展领导小组办公室",
    day=date(2023, 6, 1),
    made_by="经一",
    which="检查，未办结",
    columns=(("日期", 1.25), ("事项", 1.1), ("内容", 3)),
    rows=(("2023-05-20", "检查", "专项资金使用：查阅账册和花名册"),),
)


def text_of(data: bytes) -> list[str]:
    with pdfplumber.open(io.BytesIO(data)) as book:
        return ["".join((page.extract_text() or "").split()) for page in book.pages]


def test_it_says_what_it_lists_and_how_many() -> None:
    (page,) = text_of(render(SHEET))
    for words in ("监管事项登记簿", "范围：检查，未办结。共1条。", "2023-05-20", "查阅账册和花名册", "制表：经一"):
        assert words in page
    assert render(SHEET) == render(SHEET)


def test_a_long_list_goes_on_with_its_head() -> None:
    rows = tuple((f"2023-05-{day % 28 + 1:02d}", "检查", f"第{day}条" + "内容" * 40) for day in range(60))
    pages = text_of(render(replace(SHEET, rows=rows)))
    assert len(pages) > 1
    assert all("日期" in page and "事项" in page for page in pages)
    whole = "".join(pages)
    assert all(f"第{day}条" in whole for day in range(60))


def test_an_empty_list_says_so() -> None:
    (page,) = text_of(render(replace(SHEET, rows=())))
    assert "没有这样的登记" in page
    assert "共0条" in page
