"""GB/T 9704-2012 measured from finished PDFs, in millimetres, to one millimetre."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from caseworker.documents import decision
from caseworker.documents.closing import Closing, Colophon
from caseworker.documents.decision import DecisionLetter
from caseworker.documents.faces import FaceSet
from caseworker.documents.grid import BOTTOM, GIVES, TOP, Blank, Paragraph, compose, lay
from caseworker.documents.letter import Letter, attachment_note, render_letter
from caseworker.documents.seal import CLEAR, SealImage, sample_seal_png

MM = 72 / 25.4
SEALS = {"clear": CLEAR, "sealed": SealImage(sample_seal_png()), "unsealed": None}


def plain_letter(lines: int, **more) -> Letter:
    given = {
        "issuer": "大同市数字政府服务中心",
        "number": "同数政函〔2023〕7号",
        "day": date(2023, 6, 1),
        "title": "关于测试的决定",
        "seal": CLEAR,
        "blocks": tuple(Paragraph("县" * 20) for _ in range(lines)),
    }
    return Letter(**{**given, **more})


def test_a_full_page_has_22_lines_of_28_characters_on_156_by_225_mm(bundled: FaceSet, opened) -> None:
    long = plain_letter(1, blocks=(Paragraph("县" * 28 * 60),))
    pages = opened(render_letter(long, bundled))
    lines = pages.lines(1)
    assert len(lines) == 22
    assert {len(line) for line in lines} == {28}
    assert pages.em_top(lines[0][0]) == pytest.approx(37, abs=0.2)
    assert [pages.em_top(line[0]) for line in lines] == pytest.approx([37 + n * 225 / 22 for n in range(22)], abs=0.2)
    for line in lines:
        assert line[0]["x0"] / MM == pytest.approx(28, abs=0.2)
        assert line[-1]["x1"] / MM == pytest.approx(28 + 156, abs=0.2)
    assert (lines[0][1]["x0"] - lines[0][0]["x0"]) / MM == pytest.approx(156 / 28, abs=0.02)


def test_the_first_line_of_a_paragraph_stands_two_characters_in(bundled: FaceSet, opened) -> None:
    pages = opened(render_letter(plain_letter(40), bundled))
    assert pages.lines(1)[0][0]["x0"] / MM == pytest.approx(28 + 2 * 156 / 28, abs=0.2)


def test_the_red_head(bundled: FaceSet, letter: DecisionLetter, opened) -> None:
    pages = opened(decision.render(letter, bundled))
    name = pages.find(0, letter.issuer)
    assert pages.em_top(name[0]) == pytest.approx(37 + 35, abs=0.5)
    assert (name[0]["x0"] + name[-1]["x1"]) / 2 / MM == pytest.approx(28 + 78, abs=1)
    assert (name[-1]["x1"] - name[0]["x0"]) / MM <= 156.2
    assert "Title" in name[0]["fontname"]
    red = name[0]["non_stroking_color"]
    assert red[0] > 0.7
    assert max(red[1:]) < 0.2
    number = pages.find(0, letter.number)
    assert number[0]["size"] == 16
    name_foot = pages.em_top(name[0]) + name[0]["size"] / MM
    assert pages.em_top(number[0]) - name_foot == pytest.approx(2 * 225 / 22, abs=0.5)
    assert (number[0]["x0"] + number[-1]["x1"]) / 2 / MM == pytest.approx(106, abs=1)
    (rule,) = [line for line in pages.pages[0].lines if line["stroking_color"][0] > 0.7]
    assert (rule["x1"] - rule["x0"]) / MM == pytest.approx(156, abs=0.1)
    assert rule["x0"] / MM == pytest.approx(28, abs=0.1)
    assert 0.35 <= rule["linewidth"] / MM <= 0.5
    number_foot = pages.em_top(number[0]) + 16 / MM
    assert rule["top"] / MM - number_foot == pytest.approx(4, abs=0.3)
    title = pages.find(0, "关于兑现", 22)
    assert pages.em_top(title[0]) - rule["top"] / MM == pytest.approx(2 * 225 / 22, abs=0.5)


def test_title_then_one_line_then_the_addressee_flush_left(bundled: FaceSet, letter: DecisionLetter, opened) -> None:
    pages = opened(decision.render(letter, bundled))
    last_title = pages.find(0, "决定", 22)
    to = pages.find(0, "星联客服科技有限公司：", 16)
    assert pages.em_top(to[0]) - pages.em_top(last_title[0]) == pytest.approx(2 * 225 / 22, abs=0.5)
    assert to[0]["x0"] / MM == pytest.approx(28, abs=0.2)


def test_headings_are_hei_the_text_is_fang(bundled: FaceSet, letter: DecisionLetter, opened) -> None:
    pages = opened(decision.render(letter, bundled))
    assert {"Hei" in c["fontname"] for c in pages.find(1, "二、拨付方式")} == {True}
    assert {"Fang" in c["fontname"] for c in pages.find(1, "核定资金一次性拨付")} == {True}


def test_page_numbers_odd_right_even_left(bundled: FaceSet, opened) -> None:
    pages = opened(render_letter(plain_letter(60), bundled))
    assert len(pages) >= 3
    for page in range(len(pages)):
        label = pages.find(page, f"— {page + 1} —", 14)
        if page % 2 == 0:
            assert label[-1]["x1"] / MM == pytest.approx(28 + 156 - 14 / MM, abs=1)
        else:
            assert label[0]["x0"] / MM == pytest.approx(28 + 14 / MM, abs=1)
        figure = label[2]
        middle_of_dash = 297 - figure["matrix"][5] / MM - 0.36 * 14 / MM
        assert middle_of_dash - (37 + 225) == pytest.approx(7, abs=1)
        assert "Song" in figure["fontname"]


@pytest.mark.parametrize("issuer", ["大同市数字政府服务中心", "寻乌县客服产业发展领导小组办公室"])
def test_sealed_signature(bundled: FaceSet, opened, issuer: str) -> None:
    pages = opened(render_letter(plain_letter(10, issuer=issuer, seal=SEALS["sealed"]), bundled))
    page = len(pages) - 1
    day = pages.find(page, "2023年6月1日", 16)
    assert (184 - day[-1]["x1"] / MM) / (156 / 28) == pytest.approx(4, abs=0.15)
    (seal,) = pages.pages[page].images
    centre = (seal["x0"] + seal["x1"]) / 2 / MM
    assert centre == pytest.approx((day[0]["x0"] + day[-1]["x1"]) / 2 / MM, abs=0.5)
    assert (seal["x1"] - seal["x0"]) / MM == pytest.approx(42, abs=0.1)
    assert (seal["bottom"] - seal["top"]) / MM == pytest.approx(42, abs=0.1)
    signature = [line for line in pages.lines(page) if pages.em_top(line[0]) <= pages.em_top(day[0]) + 0.1]
    names = [line for line in signature if "县县" not in "".join(c["text"] for c in line)][:-1]
    assert "".join(c["text"] for line in names for c in line) == issuer
    for line in names:
        assert (line[0]["x0"] + line[-1]["x1"]) / 2 / MM == pytest.approx(centre, abs=0.5)
        assert line[-1]["x1"] / MM <= 184.2
    middle = (pages.em_top(names[0][0]) + pages.em_top(day[0]) + 16 / MM) / 2
    below = middle - (seal["top"] + seal["bottom"]) / 2 / MM
    assert 1 <= below <= 6.5
    body = [line for line in pages.lines(page) if "县县" in "".join(c["text"] for c in line)]
    gap = seal["top"] / MM - (pages.em_top(body[-1][0]) + 16 / MM)
    assert 0 <= gap <= 225 / 22
    assert seal["bottom"] / MM <= 262.1


def test_unsealed_signature(bundled: FaceSet, opened) -> None:
    pages = opened(render_letter(plain_letter(4, seal=None), bundled))
    name = pages.find(len(pages) - 1, "大同市数字政府服务中心", 16)
    day = pages.find(len(pages) - 1, "2023年6月1日", 16)
    character = 156 / 28
    body = [line for line in pages.lines(len(pages) - 1) if "县县" in "".join(c["text"] for c in line)]
    assert (184 - name[-1]["x1"] / MM) / character == pytest.approx(2, abs=0.15)
    assert (day[0]["x0"] - name[0]["x0"]) / MM / character == pytest.approx(2, abs=0.15)
    assert pages.em_top(name[0]) - pages.em_top(body[-1][0]) == pytest.approx(2 * 225 / 22, abs=0.3)


def test_unsealed_with_a_name_shorter_than_the_date(bundled: FaceSet, opened) -> None:
    pages = opened(render_letter(plain_letter(4, issuer="某县", seal=None, day=date(2023, 12, 31)), bundled))
    day = pages.find(len(pages) - 1, "2023年12月31日", 16)
    assert (184 - day[-1]["x1"] / MM) / (156 / 28) == pytest.approx(2, abs=0.15)


def test_the_clear_circle_holds_nothing_but_name_and_date(bundled: FaceSet, letter: DecisionLetter, opened) -> None:
    pages = opened(decision.render(letter, bundled))
    sealed = opened(decision.render(replace(letter, seal=SEALS["sealed"]), bundled))
    last = len(pages) - 1
    (seal,) = sealed.pages[last].images
    assert not pages.pages[last].images
    x, y = (seal["x0"] + seal["x1"]) / 2, (seal["top"] + seal["bottom"]) / 2
    inside = [
        c
        for c in pages.pages[last].chars
        if ((c["x0"] + c["x1"]) / 2 - x) ** 2 + ((c["top"] + c["bottom"]) / 2 - y) ** 2 < (21 * MM) ** 2
    ]
    signature = letter.issuer + "2023年7月3日"
    assert inside
    assert {c["text"] for c in inside} <= set(signature)
    assert len(inside) <= len(signature)
    for shape in pages.pages[last].rects + pages.pages[last].curves + pages.pages[last].lines:
        assert shape["x1"] < x - 21 * MM or shape["top"] > y + 21 * MM or shape["bottom"] < y - 21 * MM


def test_colophon_rules_and_place(bundled: FaceSet, letter: DecisionLetter, opened) -> None:
    pages = opened(decision.render(letter, bundled))
    rules = sorted(pages.pages[-1].lines, key=lambda line: line["top"])
    assert [rule["linewidth"] / MM for rule in rules] == pytest.approx([0.35, 0.25, 0.35], abs=0.01)
    assert rules[-1]["top"] / MM == pytest.approx(37 + 225, abs=0.3)
    for rule in rules:
        assert (rule["x0"] / MM, rule["x1"] / MM) == pytest.approx((28, 184), abs=0.1)
    copies = pages.find(len(pages) - 1, "抄送：县财政局，县审计局。")
    assert copies[0]["size"] == 14
    assert copies[0]["x0"] / MM == pytest.approx(28 + 14 / MM, abs=0.3)
    printed = pages.find(len(pages) - 1, "2023年7月3日印发")
    assert printed[-1]["x1"] / MM == pytest.approx(184 - 14 / MM, abs=0.3)


def test_attachment_note(bundled: FaceSet, opened) -> None:
    blocks = (Paragraph("县" * 26), *attachment_note(("测算表", "人员名单")))
    pages = opened(render_letter(plain_letter(1, blocks=blocks), bundled))
    body, first, second = pages.find(0, "县" * 26), pages.find(0, "附件：1.测算表"), pages.find(0, "2.人员名单")
    assert pages.em_top(first[0]) - pages.em_top(body[0]) == pytest.approx(2 * 225 / 22, abs=0.3)
    assert (first[0]["x0"] / MM - 28) / (156 / 28) == pytest.approx(2, abs=0.1)
    assert second[0]["x0"] == pytest.approx(first[3]["x0"], abs=1)
    assert "。" not in "".join(c["text"] for c in first + second)


# No page holds only the signature.


def closing(bundled: FaceSet, seal, copies: bool, coded: bool) -> Closing:
    colophon = Colophon(("县财政局",), "寻乌县客服产业发展领导小组办公室", date(2023, 6, 1)) if copies else None
    code = ([[True] * 30] * 30, "扫码核验") if coded else None
    return Closing("寻乌县客服产业发展领导小组办公室", date(2023, 6, 1), seal, bundled, code, colophon)


@pytest.mark.parametrize("seal", sorted(SEALS))
@pytest.mark.parametrize("copies", [False, True])
@pytest.mark.parametrize("notes", [0, 3])
def test_the_signature_is_never_alone_whatever_the_length(bundled: FaceSet, seal, copies: bool, notes: int) -> None:
    tail = closing(bundled, SEALS[seal], copies, True).tail()
    pages_seen = set()
    for lines in range(2, 60):
        blocks = [Paragraph("县" * 20)] * lines + attachment_note(tuple("名单" for _ in range(notes)))
        layout = compose(blocks, bundled, 150 * MM, tail)
        last = layout.pages[-1]
        assert last.tail_top is not None
        assert all(page.tail_top is None for page in layout.pages[:-1])
        assert [page.holds_text() for page in layout.pages] == [True] * len(layout.pages), lines
        assert last.tail_top + tail.height(layout.pitch) <= BOTTOM + 0.1
        placed = [item for page in layout.pages for item in page.placed if item.piece.kind == "text"]
        assert len(placed) == lines
        for page in layout.pages:
            for item in page.placed:
                assert item.top + item.piece.needs <= BOTTOM + 0.1
        pages_seen.add(len(layout.pages))
    assert pages_seen >= {2, 3}


def test_the_spacing_gives_before_text_is_carried_over_and_no_more_than_it_must(bundled: FaceSet) -> None:
    tail = closing(bundled, CLEAR, False, False).tail()
    given = {compose([Paragraph("县" * 26)] * lines, bundled, TOP, tail).pitch for lines in range(1, 45)}
    assert GIVES[0] in given
    assert len(given) > 1
    for pitch in given:
        assert abs(pitch.line - GIVES[0].line) < 0.8 * MM


@pytest.mark.parametrize("pitch", GIVES, ids=str)
def test_a_page_holds_as_many_lines_as_its_pitch_says(bundled: FaceSet, pitch) -> None:
    layout = lay([Paragraph("县" * 20)] * 60, bundled, pitch, TOP, None)
    assert len(layout.pages[0].placed) == pitch.lines


def test_text_is_carried_over_where_no_spacing_helps(bundled: FaceSet) -> None:
    from caseworker.documents.grid import Tail

    # so tall a closing part that no page with a full page of text can hold it
    tail = Tail(lambda pitch: 20 * GIVES[0].line, lambda sheet, top, pitch: None)
    layout = compose([Paragraph("县" * 26)] * 20, bundled, TOP, tail)
    assert len(layout.pages) == 2
    assert sum(item.piece.kind == "text" for item in layout.pages[1].placed) >= 1


def test_a_heading_is_never_the_last_line_of_a_page(bundled: FaceSet) -> None:
    for lines in range(15, 25):
        blocks = [Paragraph("县" * 26)] * lines + [Paragraph("一、标题", keep_next=True), Paragraph("县" * 26)]
        layout = compose(blocks, bundled, TOP, None)
        for page in layout.pages:
            assert not page.placed[-1].piece.keep_next


def test_blank_lines_do_not_begin_a_page(bundled: FaceSet) -> None:
    layout = compose([Paragraph("县" * 26)] * 22 + [Blank(), Paragraph("县")], bundled, TOP, None)
    assert layout.pages[1].placed[0].top == pytest.approx(TOP)


def test_spacing_that_gave_shows_in_the_pdf_and_no_page_is_bare(bundled: FaceSet, opened) -> None:
    for lines in range(8, 16):
        pages = opened(render_letter(plain_letter(lines, seal=SEALS["sealed"]), bundled))
        for page in range(len(pages)):
            assert "县县" in pages.text(page)


def test_mixed_text_is_flush_on_both_margins_across_font_subsets(bundled: FaceSet, opened) -> None:
    text = "经核验材料、测算，核定座席260席，标准3,000元/席，张𬭚䶮等人符合《政策措施（试行）》规定。" * 8
    pages = opened(render_letter(plain_letter(1, blocks=(Paragraph(text),)), bundled))
    lines = [line for page in range(len(pages)) for line in pages.lines(page) if len(line) > 24]
    assert len(lines) >= 10
    for line in lines[:-1]:
        if line[0]["x0"] / MM < 30:
            assert line[0]["x0"] / MM == pytest.approx(28, abs=0.2)
        assert line[-1]["x1"] / MM == pytest.approx(184, abs=0.3)
