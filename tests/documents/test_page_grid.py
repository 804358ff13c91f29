"""Every kind of letter, short, medium and long, measured from its finished PDF against GB/T 9704, in millimetres."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import paper_samples
import pytest
from measured_pages import Pages

from caseworker.documents.closing import chinese_date
from caseworker.documents.faces import FaceSet
from caseworker.documents.seal import CLEAR

MM = 72 / 25.4
CHARACTER = 156 / 28
# the rule, and the give of 7.3.5.4 where a signature would stand alone: 20 to 24 lines, 27 to 29 characters
PITCHES = (225 / 22, 225 / 21 - 0.25, 225 / 20 - 0.25, (225 - 16 / MM) / 22, (225 - 16 / MM) / 23)
NEVER_FIRST = "，。、；：？！）〕》〉】」』”’％"
NEVER_LAST = "（〔《〈【「『“‘"
SLIPS = ("协查回执", "移送回执")  # forms at the end of a letter, not lists
Char = dict[str, Any]


@pytest.fixture(scope="module", params=[(k, n) for k in paper_samples.LETTERS for n in paper_samples.LENGTHS], ids=str)
def page_set(request: pytest.FixtureRequest, bundled: FaceSet) -> Iterator[tuple[Any, Any]]:
    kind, length = request.param
    sample = paper_samples.paper(kind, length)
    pages = Pages(sample.pdf(bundled))
    yield sample, pages
    pages.close()


def head_of(sample: paper_samples.Paper) -> tuple[str, str, str]:
    """Issuer, number and date of a letter; a notice that is posted up has no number."""
    of: Any = getattr(sample.document, "head", sample.document)
    return of.issuer, getattr(of, "number", ""), chinese_date(of.day)


def said(line: list[Char]) -> str:
    return "".join(c["text"] for c in line)


def at(page: Any, text: str, size: float = 16.0) -> list[Char]:
    """The characters of the line of this size that is, or ends with, this text."""
    return next(line for line in reversed(page) if said(line).replace(" ", "").endswith(text))


def signed_page(pages: Any, day: str) -> int:
    """The page with the signature: a line that holds the date alone."""
    return next(n for n in range(len(pages)) if any(said(line) == day for line in pages.lines(n)))


def cells(page: Any) -> list[tuple[tuple[float, ...], list[list[Char]]]]:
    """The cells of the page's tables, each with its lines."""
    boxes = sorted(
        {(r["x0"], r["top"], r["x1"], r["bottom"]) for r in page.rects if r["height"] > 8 and r["width"] > 12},
        key=lambda b: (b[2] - b[0]) * (b[3] - b[1]),
    )
    found: dict[tuple[float, ...], dict[float, list[Char]]] = {}
    for c in page.chars:
        x, y = (c["x0"] + c["x1"]) / 2, (c["top"] + c["bottom"]) / 2
        for box in boxes:
            if box[0] <= x <= box[2] and box[1] <= y <= box[3]:
                found.setdefault(box, {}).setdefault(round(c["matrix"][5], 1), []).append(c)
                break
    return [
        (box, [sorted(rows[base], key=lambda c: c["x0"]) for base in sorted(rows, reverse=True)])
        for box, rows in found.items()
    ]


def test_nothing_stands_outside_the_type_area_but_the_page_number(page_set) -> None:
    _, pages = page_set
    for number, page in enumerate(pages.pages):
        label = f"— {number + 1} —"
        assert said(page.chars).count(label) == 1
        last = pages.find(number, label, 14)
        for c in page.chars:
            if c in last:
                continue
            assert c["x0"] / MM >= 27.5
            assert c["x1"] / MM <= 184.6
            top = pages.em_top(c)
            assert top >= 36.5
            assert top + c["size"] / MM <= 262.5
        for shape in page.rects + page.lines:
            assert shape["x0"] / MM >= 27.9
            assert shape["x1"] / MM <= 184.1
            assert shape["bottom"] / MM <= 262.4


def test_margins_and_a_line_pitch_of_a_twenty_second_of_225_mm(page_set) -> None:
    sample, pages = page_set
    _, _, day = head_of(sample)
    signed = signed_page(pages, day)
    left = min(c["x0"] for n in range(signed + 1) for line in pages.lines(n) for c in line) / MM
    # a notice that is posted up has no addressee: where its paragraphs are all of one line nothing reaches the margin
    assert left == pytest.approx(28, abs=1)
    steps = []
    for number in range(signed + 1):
        body = pages.lines(number)
        if number:
            held = [pages.em_top(body[0][0])] if body else []
            tables = [box[1] / MM for box, _ in cells(pages.pages[number])]
            assert min([*held, *tables]) == pytest.approx(37, abs=1)
        body = body if number or not head_of(sample)[1] else body[1:]  # the number is not on the grid
        steps += [pages.em_top(b[0]) - pages.em_top(a[0]) for a, b in pairwise(body)]
    fitting = [
        p for p in PITCHES if all(abs(step / p - round(step / p)) * p < 0.6 and step > 0.9 * p for step in steps)
    ]
    assert fitting, steps


def test_letters_stand_a_twenty_eighth_of_156_mm_apart(page_set) -> None:
    sample, pages = page_set
    signed = signed_page(pages, head_of(sample)[2])
    gaps = sorted(
        (b["x0"] - a["x0"]) / MM
        for n in range(signed + 1)
        for line in pages.lines(n)
        for a, b in pairwise(line)
        if "一" <= a["text"] <= "鿿" and "一" <= b["text"] <= "鿿"
    )
    assert any(gaps[len(gaps) // 2] == pytest.approx(156 / count, abs=0.1) for count in (28, 27, 29))


def test_name_number_rule_and_title_stand_in_their_places(page_set) -> None:
    sample, pages = page_set
    issuer, number, _ = head_of(sample)
    page = pages.pages[0]
    title = pages.lines(0, 22.0)
    for line in title:
        assert (line[0]["x0"] + line[-1]["x1"]) / 2 / MM == pytest.approx(106, abs=1)
    for above, below in pairwise(title):
        assert pages.em_top(below[0]) - pages.em_top(above[0]) == pytest.approx(225 / 22, abs=0.3)
    if not number:
        assert pages.em_top(title[0][0]) == pytest.approx(37 + 2 * 225 / 22, abs=1)
        return
    name = [c for c in page.chars if c["non_stroking_color"] and c["non_stroking_color"][0] > 0.7]
    assert said(name) == issuer
    assert pages.em_top(name[0]) == pytest.approx(37 + 35, abs=1)
    assert (name[0]["x0"] + name[-1]["x1"]) / 2 / MM == pytest.approx(106, abs=1)
    shown = pages.find(0, number, 16)
    foot = pages.em_top(name[0]) + name[0]["size"] / MM
    assert pages.em_top(shown[0]) - foot == pytest.approx(2 * 225 / 22, abs=1)
    assert (shown[0]["x0"] + shown[-1]["x1"]) / 2 / MM == pytest.approx(106, abs=1)
    (rule,) = [line for line in page.lines if line["stroking_color"][0] > 0.7]
    assert (rule["x0"] / MM, rule["x1"] / MM) == pytest.approx((28, 184), abs=1)
    assert rule["top"] / MM - pages.em_top(shown[0]) - 16 / MM == pytest.approx(4, abs=1)
    assert pages.em_top(title[0][0]) - rule["top"] / MM == pytest.approx(2 * 225 / 22, abs=1)
    addressee = pages.lines(0)[1]
    assert addressee[0]["x0"] / MM == pytest.approx(28, abs=1)
    assert said(addressee).endswith("：")
    assert pages.em_top(addressee[0]) - pages.em_top(title[-1][0]) == pytest.approx(2 * 225 / 22, abs=1)


def test_the_title_is_broken_by_sense(page_set) -> None:
    _, pages = page_set
    lines = [said(line) for line in pages.lines(0, 22.0)]
    assert 1 <= len(lines) <= 3
    for line in lines:
        assert len(line) >= 4
        assert not line.startswith(("的", "和", "等", *NEVER_FIRST))
        assert not line.endswith(NEVER_LAST)
    whole = "".join(lines)
    for words in (paper_samples.NAME, "产业发展资金", "通知书", "告知书", "有限公司", "决定", "的函", "通知", "申请"):
        if words in whole:
            assert any(words in line for line in lines), f"{words} is broken over two lines"


def test_date_and_name_stand_where_the_seal_will_be(page_set) -> None:
    sample, pages = page_set
    issuer, _, day = head_of(sample)
    signed = signed_page(pages, day)
    lines = pages.lines(signed)
    row = next(line for line in reversed(lines) if said(line) == day)
    inset = (184 - row[-1]["x1"] / MM) / 4
    assert any(inset == pytest.approx(156 / count, abs=0.25) for count in (28, 27, 29)), "4 characters from the right"
    centre = (row[0]["x0"] + row[-1]["x1"]) / 2 / MM
    above = lines[: lines.index(row)]
    names: list[list[Char]] = []
    while said([c for line in names for c in line]) != issuer:
        names.insert(0, above.pop())
    for line in names:
        assert (line[0]["x0"] + line[-1]["x1"]) / 2 / MM == pytest.approx(centre, abs=1)
    middle = (pages.em_top(names[0][0]) + pages.em_top(row[0]) + 16 / MM) / 2
    free = [
        c
        for c in pages.pages[signed].chars
        if c not in row
        and not any(c in line for line in names)
        and abs((c["x0"] + c["x1"]) / 2 / MM - centre) < CLEAR.diameter_mm / 2 - 3
        and middle - 18 < pages.em_top(c) + c["size"] / 2 / MM < middle + 12
    ]
    assert free == [], "nothing stands where the seal goes"


def test_no_page_holds_only_the_signature(page_set) -> None:
    sample, pages = page_set
    issuer, _, day = head_of(sample)
    signed = signed_page(pages, day)
    lines = [said(line) for line in pages.lines(signed)]
    text = [line for line in lines if line != day and line not in issuer and not line.startswith("附件：")]
    assert text or cells(pages.pages[signed])
    for number in range(len(pages)):
        rest = pages.text(number).replace(f"— {number + 1} —", "").strip()
        assert len(rest) > 10, "no page is bare"


def test_page_numbers_stand_outside_seven_mm_below(page_set) -> None:
    _, pages = page_set
    for number in range(len(pages)):
        label = pages.find(number, f"— {number + 1} —", 14)
        edge = 184 - label[-1]["x1"] / MM if number % 2 == 0 else label[0]["x0"] / MM - 28
        assert edge == pytest.approx(14 / MM, abs=1)
        assert 297 - label[2]["matrix"][5] / MM - 0.36 * 14 / MM - 262 == pytest.approx(7, abs=1)


def test_no_line_begins_or_ends_with_the_wrong_mark(page_set) -> None:
    _, pages = page_set
    for number in range(len(pages)):
        for line in pages.lines(number):
            assert line[0]["text"] not in NEVER_FIRST, said(line)
            assert line[-1]["text"] not in NEVER_LAST, said(line)
        for _, lines in cells(pages.pages[number]):
            for line in lines:
                assert line[0]["text"] not in NEVER_FIRST, said(line)
                assert line[-1]["text"] not in NEVER_LAST, said(line)


def test_a_table_begins_every_page_with_its_heading_and_breaks_between_rows(page_set) -> None:
    _, pages = page_set
    for number, page in enumerate(pages.pages):
        if any(slip in pages.text(number) for slip in SLIPS):
            continue
        found = cells(page)
        if not found:
            continue
        top = min(box[1] for box, _ in found)
        for box, lines in found:
            if box[1] == top:
                assert {"Hei" in c["fontname"] for line in lines for c in line} == {True}, said(lines[0])
            for line in lines:
                for c in line:
                    assert box[0] - 0.5 <= c["x0"]
                    assert c["x1"] <= box[2] + 0.5
                    assert pages.em_top(c) * MM >= box[1] - 0.5
                    assert (pages.em_top(c) * MM + c["size"]) <= box[3] + 0.5


def test_the_head_is_of_the_letter(page_set) -> None:
    """Numbers as the rule writes them: year in 〔〕, no 第, no leading zeros."""
    sample, pages = page_set
    number = head_of(sample)[1]
    if number:
        assert re.fullmatch(r"\D+字〔20\d\d〕[1-9]\d*号", number)
        assert number in pages.text(0)
