"""Breaking lines: nothing lost, nothing too wide, 避头尾 kept, numbers whole."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caseworker.documents.faces import Face, FaceSet, faces
from caseworker.documents.grid import GIVES, TYPE_WIDTH
from caseworker.documents.sense import break_title, name_parts
from caseworker.documents.typeset import NO_END, NO_START, Span, break_lines, may_break

FACES = faces(bundled_only=True)
RULE = GIVES[0]
ALPHABET = "座席补贴资金县企业一二三，。、；：？！（）“”《》〔〕…—0123456789.%元年月日AB "


def broken(text: str, indent: float = 2) -> list:
    return break_lines((Span(text),), FACES, 16, TYPE_WIDTH, tracking=RULE.tracking, indent=indent * RULE.character)


def test_a_full_line_holds_28_characters_and_the_first_26() -> None:
    lines = broken("县" * 80)
    assert [len(line.text) for line in lines] == [26, 28, 26]
    assert lines[1].width == pytest.approx(TYPE_WIDTH, abs=0.5)
    assert lines[1].tracking == pytest.approx(-0.206, abs=0.02)


def test_the_last_line_is_not_spread() -> None:
    lines = broken("县" * 30)
    assert lines[-1].tracking == pytest.approx(RULE.tracking)


@pytest.mark.parametrize("mark", "，。、；：？！）〕》”")
def test_a_closing_mark_never_begins_a_line(mark: str) -> None:
    for before in range(20, 32):
        for line in broken("县" * before + mark + "县" * 30)[1:]:
            assert line.text[0] not in NO_START


@pytest.mark.parametrize("mark", "（〔《“")
def test_an_opening_mark_never_ends_a_line(mark: str) -> None:
    for before in range(20, 32):
        for line in broken("县" * before + mark + "县" * 30)[:-1]:
            assert line.text[-1] not in NO_END


def test_numbers_and_their_units_stay_whole() -> None:
    for before in range(18, 32):
        lines = [line.text for line in broken("县" * before + "1,234,567.89元" + "县" * 20)]
        assert sum("1,234,567.89元" in line for line in lines) == 1


def test_a_word_longer_than_a_line_is_cut_not_lost() -> None:
    lines = broken("9" * 200)
    assert "".join(line.text for line in lines) == "9" * 200
    assert all(line.indent + line.width <= TYPE_WIDTH + 0.5 for line in lines)


@settings(max_examples=150, deadline=None)
@given(st.text(ALPHABET, min_size=1, max_size=160))
def test_nothing_is_lost_too_wide_or_broken_where_it_must_not_be(text: str) -> None:
    lines = broken(text)
    assert "".join(line.text for line in lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert line.indent + line.width <= TYPE_WIDTH + 0.5
    for a, b in pairwise(lines):
        together = a.text.rstrip() + b.text.lstrip()
        if " " in together or len(a.text) < 12:
            continue  # a run that cannot be broken may fill a line by itself
        assert may_break(a.text[-1], b.text[0])


def test_spans_keep_their_faces_over_line_ends() -> None:
    lines = break_lines((Span("一" * 20, Face.HEI), Span("二" * 20)), FACES, 16, TYPE_WIDTH, tracking=RULE.tracking)
    assert [(span.text, span.face) for span in lines[0].spans] == [("一" * 20, Face.HEI), ("二" * 8, Face.FANG)]


def test_a_title_is_broken_between_its_parts_and_evenly(bundled: FaceSet) -> None:
    parts = ["关于兑现", "星联客服科技有限公司", "客服产业发展资金的", "决定"]
    lines = break_title(parts, lambda text: bundled.width(text, Face.TITLE, 22), TYPE_WIDTH)
    assert lines == ["关于兑现星联客服科技有限公司", "客服产业发展资金的决定"]


@pytest.mark.parametrize(
    "name",
    [
        "寻乌县客服产业发展领导小组办公室",
        "大同市数字政府服务中心",
        "某县人民政府",
        "办公室",
    ],
)
def test_office_names_come_apart_at_words_only(name: str) -> None:
    parts = name_parts(name)
    assert "".join(parts) == name
    assert len(parts) == 1 or all(len(part) > 1 for part in parts)
    assert len(parts[-1]) > 2 or len(parts) == 1
