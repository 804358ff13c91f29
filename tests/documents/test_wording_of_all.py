"""Every kind of document, both policies: dates without leading zeros, 〔〕 in numbers, every figure with its unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import paper_samples
import pytest
from letter_samples import DATONG, XUNWU
from measured_pages import MM, Pages

from caseworker.documents.faces import FaceSet
from caseworker.documents.kinds import TITLES

# Figures that are no quantities: codes, telephones, accounts, numbers of cases and letters, numbers of clauses
_NAMES = re.compile(
    r"[0-9A-Z]{15,20}|\d{6}\*{8}\d{4}|0\d{3}-\d{7}|[A-Z]{2}-\d{4}-\d{4}|〔\d{4}〕\d+号|\d{4} \d{4}[ \d]*|1-\d\d"
    r"|程序版本 [\d.]+|[）》]\d+|附件：?\d?|[—-] \d+ [—-]"
)
_UNITS = re.compile("[千万亿]*[年月日元席人期项份条个倍号笔张次户天级批页件]|%|[.]|$")  # a figure and a stop: 1.名单
_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")


@pytest.fixture(
    scope="module", params=[(kind, policy) for kind in paper_samples.ALL for policy in (XUNWU, DATONG)], ids=str
)
def said(request: pytest.FixtureRequest, bundled: FaceSet) -> Iterator[tuple[str, Pages, str]]:
    kind, policy = request.param
    pages = Pages(paper_samples.paper(kind, "medium", policy=policy).pdf(bundled))
    yield kind, pages, pages.all_text()
    pages.close()


def test_no_kind_is_without_a_sample() -> None:
    assert set(paper_samples.ALL) - {"not-accepted"} == set(TITLES)


def test_dates_are_written_in_figures_without_leading_noughts(said: tuple[str, Pages, str]) -> None:
    _, _, text = said
    assert not re.search(r"\d年\s*0\d|月\s*0\d日", text)
    assert not re.search(r"\d{4}[-/]\d\d?[-/]\d\d?", text), "a date as machines write it"
    assert not re.search(r"\d{4}\.0\d|\d{4}\.\d+\.0\d", text)
    assert not re.search(r"[〇一二三四五六七八九]{4}年", text)


def test_the_year_of_a_number_stands_in_its_own_brackets(said: tuple[str, Pages, str]) -> None:
    _, _, text = said
    assert not re.search(r"[\[（(【]20\d\d[\]）)】]\s*\d+\s*号", text)
    assert not re.search(r"〔20\d\d〕(?:第|0)", text)
    for year, number in re.findall(r"〔(\d+)〕(\S{0,3})", text):
        assert re.fullmatch(r"20\d\d", year)
        assert re.match(r"[1-9]", number)


def test_no_mark_of_the_wording_files_is_left_over(said: tuple[str, Pages, str]) -> None:
    _, _, text = said
    assert not re.search(r"[{}｜]|None|True|False", text)
    assert "，，" not in text
    assert "。。" not in text
    assert not re.search(r"[一-鿿][,;:?!](?=[一-鿿])", text), "a half-width mark between Chinese characters"


def test_every_figure_of_the_text_has_its_unit(said: tuple[str, Pages, str]) -> None:
    kind, pages, _ = said
    if kind in paper_samples.FORMS:
        return
    for page in range(len(pages)):
        text = "".join("".join(str(c["text"]) for c in line) for line in pages.lines(page))
        text = _NAMES.sub("＃", text)
        for found in _FIGURE.finditer(text):
            assert _UNITS.match(text, found.end()), text[max(0, found.start() - 12) : found.end() + 6]


def test_every_sum_in_a_table_stands_under_its_unit(said: tuple[str, Pages, str]) -> None:
    """In its cell, in the heading of its column, or in 单位：元 above the table."""
    _, pages, _ = said
    for number, page in enumerate(pages.pages):
        whole = re.search("单位：元", pages.text(number)) is not None
        columns = list(_columns(page))
        for heading, cells in columns:
            sums = [cell for cell in cells if re.fullmatch(r"[-−]?[\d,]+\.\d\d", cell)]
            if sums and not whole:
                assert "元" in heading or any("元" in cell for cell in cells), (heading, sums)


def _columns(page: Any) -> Iterator[tuple[str, list[str]]]:
    """The tables' cells by their right edge, the topmost first."""
    boxes = {
        (round(r["x0"], 1), round(r["top"], 1), round(r["x1"], 1), round(r["bottom"], 1))
        for r in page.rects
        if r["width"] > 4 * MM and r["height"] > 3 * MM
    }
    by_edge: dict[float, list[tuple[float, str]]] = {}
    for x0, top, x1, bottom in sorted(boxes):
        inside = [
            c
            for c in page.chars
            if x0 <= (c["x0"] + c["x1"]) / 2 <= x1 and top <= (c["top"] + c["bottom"]) / 2 <= bottom
        ]
        by_edge.setdefault(x1, []).append((top, "".join(str(c["text"]) for c in inside)))
    for cells in by_edge.values():
        ordered = [text for _, text in sorted(cells)]
        yield ordered[0], ordered[1:]
