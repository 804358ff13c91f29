"""Ruled tables: rows whole, header repeated, the total in company, numbers never cut."""

from __future__ import annotations

from datetime import date

import pytest

from caseworker.documents.faces import Face, FaceSet
from caseworker.documents.grid import BOTTOM, LEFT, TOP, TYPE_WIDTH, compose, draw_layout
from caseworker.documents.sheet import Sheet
from caseworker.documents.tables import Cell, Column, Row, Table

COLUMNS = (Column("序号", 1, "centre"), Column("名称", 4), Column("金额（元）", 2, "right"))


def rows(count: int) -> tuple[Row, ...]:
    made = [Row((str(n), "某某科技有限公司", "1,000.00")) for n in range(1, count + 1)]
    return (*made, Row((Cell("合计", "centre"), "9,999.00"), (2, 1), Face.HEI, with_previous=True))


def drawn(bundled: FaceSet, table: Table) -> bytes:
    sheet = Sheet(bundled, "表", "试", date(2023, 6, 1))
    draw_layout(sheet, compose([table], bundled, TOP, None), None)
    return sheet.finish()


@pytest.mark.parametrize("count", [1, 30, 31, 32, 33, 34, 35, 36, 37, 38, 80])
def test_pages_begin_with_the_header_and_the_total_is_never_alone(bundled: FaceSet, count: int) -> None:
    layout = compose([Table(COLUMNS, rows(count))], bundled, TOP, None)
    header = layout.pages[0].placed[0].piece
    for page in layout.pages:
        assert page.placed[0].piece is header
        assert len(page.placed) >= 2
        assert page.placed[-1].top + page.placed[-1].piece.height <= BOTTOM + 0.1
    assert len(layout.pages[-1].placed) >= 3
    assert sum(len(page.placed) - 1 for page in layout.pages) == count + 1


def test_the_header_is_printed_on_every_page(bundled: FaceSet, opened) -> None:
    pages = opened(drawn(bundled, Table(COLUMNS, rows(80))))
    assert len(pages) == 3
    for page in range(len(pages)):
        assert "序号名称金额（元）" in pages.text(page)
    assert pages.all_text().count("某某科技有限公司") == 80


def test_cells_stay_in_their_columns_and_the_table_in_the_type_area(bundled: FaceSet, opened) -> None:
    long = Row(("12", "名称" * 40, "123,456,789,012.34"))
    pages = opened(drawn(bundled, Table(COLUMNS, (long,))))
    edges = [LEFT + TYPE_WIDTH * share / 7 for share in (0, 1, 5, 7)]
    amount = pages.find(0, "123,456,789,012.34")
    assert len({c["matrix"][5] for c in amount}) == 1
    assert amount[0]["x0"] > edges[2]
    assert amount[-1]["x1"] < edges[3]
    for c in pages.find(0, "名称" * 40):
        assert edges[1] < c["x0"]
        assert c["x1"] < edges[2]
    assert min(r["x0"] for r in pages.pages[0].rects) == pytest.approx(LEFT, abs=0.5)
    assert max(r["x1"] for r in pages.pages[0].rects) == pytest.approx(LEFT + TYPE_WIDTH, abs=0.5)


def test_a_row_that_does_not_fill_the_columns_is_a_mistake(bundled: FaceSet) -> None:
    with pytest.raises(ValueError, match="does not fill"):
        Table(COLUMNS, (Row(("1", "2")),)).pieces(bundled, compose([], bundled, TOP, None).pitch)
