"""台账打印件: its figures, its bars measured on the page, and policies without a fund or without targets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from caseworker.documents.faces import FaceSet
from caseworker.documents.program_sheet import (
    FundFigures,
    MonthFigures,
    ProgramSheet,
    TargetFigures,
    render,
    ticks,
)
from caseworker.errors import InvalidInput
from caseworker.values.money import Money

DAY = date(2023, 6, 1)
MM = 72 / 25.4


def months(**paid: str) -> tuple[MonthFigures, ...]:
    """Twelve months; m3="100" is paid in March, c3 committed, f3 forecast."""

    def of(letter: str, month: int) -> Money:
        return Money.parse(paid.get(f"{letter}{month}", "0"))

    return tuple(MonthFigures(month, of("m", month), of("c", month), of("f", month)) for month in range(1, 13))


def target(year: int, wanted: int, actual: int) -> TargetFigures:
    percent = actual * 100 // wanted
    return TargetFigures(year, "从业人员", "人", Decimal(wanted), Decimal(actual), percent, actual >= wanted, DAY)


FUND = FundFigures(
    Money.parse("30000000"),
    Money.parse("500000"),
    Money.parse("1000000"),
    Money.parse("28500000"),
    Money.parse("250000"),
    "财政每年安排3千万元",
)
SHEET = ProgramSheet(
    policy="寻乌客服产业政策",
    year=2023,
    office="寻乌县客服产业发展领导小组办公室",
    day=DAY,
    made_by="张经办",
    fund=FUND,
    months=months(m3="1000000", c6="500000", f12="250000"),
    targets=(target(2022, 2000, 2345), target(2023, 5000, 2345)),
    parties=6,
)


def bars(page) -> list[tuple[float, float, float]]:
    """(left, width, height) in mm of every filled area."""
    filled = [rect for rect in page.rects if rect["fill"] and not rect["stroke"]]
    return [(rect["x0"] / MM, rect["width"] / MM, rect["height"] / MM) for rect in filled]


def test_every_figure_stands_on_the_page(bundled: FaceSet, opened) -> None:
    pages = opened(render(SHEET, bundled))
    text = pages.all_text()
    for shown in (
        "寻乌客服产业政策2023年执行情况", "30,000,000.00", "28,500,000.00", "财政每年安排3千万元", "2023年6月1日",
        "1,750,000.00", "2023年从业人员", "5,000人", "2,345人", "46%", "已完成", "6家企业", "张经办",
    ):  # fmt: skip
        assert shown in text, shown
    assert render(SHEET, bundled) == render(SHEET, bundled)


def test_bars_are_as_high_as_their_amounts(bundled: FaceSet, opened) -> None:
    pages = opened(render(SHEET, bundled)).pages
    legend, chart = [], []
    for left, width, height in (bar for page in pages for bar in bars(page)):
        (legend if width < 3.5 and abs(height - 3) < 0.1 else chart).append((left, width, height))
    assert len(legend) == 2  # forecast is hatched with lines
    paid, committed, reached, under_way = chart
    assert paid[2] == pytest.approx(2 * committed[2], rel=1e-3)
    assert committed[0] - paid[0] == pytest.approx(3 * 142 / 12, rel=1e-3)  # March to June
    assert under_way[1] == pytest.approx(reached[1] * 2345 / 5000, rel=1e-3)
    # everything keeps within the type area of 156 mm from 28 mm on
    lines = [line for page in pages for line in (*page.lines, *page.rects)]
    assert min(one["x0"] for one in lines) / MM >= 28 - 0.2
    assert max(one["x1"] for one in lines) / MM <= 28 + 156 + 0.2


def test_hatching_stays_in_its_bar(bundled: FaceSet, opened) -> None:
    plain = replace(SHEET, months=months(m3="1000000"))
    without, with_forecast = (opened(render(one, bundled)).pages[0] for one in (plain, SHEET))
    slanted = [line for line in with_forecast.lines if abs(line["x1"] - line["x0"]) > 0.1 and line["height"] > 0.1]
    legend = [line for line in without.lines if abs(line["x1"] - line["x0"]) > 0.1 and line["height"] > 0.1]
    assert len(slanted) > len(legend) > 0
    boxes = [rect for rect in with_forecast.rects if rect["stroke"]]
    for line in slanted:
        assert any(
            box["x0"] - 0.1 <= line["x0"] and line["x1"] <= box["x1"] + 0.1
            and box["top"] - 0.1 <= line["top"] and line["bottom"] <= box["bottom"] + 0.1
            for box in boxes
        )  # fmt: skip


def test_without_a_fund_or_a_target_or_any_money(bundled: FaceSet, opened) -> None:
    text = opened(render(replace(SHEET, fund=None, months=()), bundled)).all_text()
    assert "没有登记预算" in text
    assert "从业人员" in text
    text = opened(render(replace(SHEET, targets=()), bundled)).all_text()
    assert "目标完成" not in text
    empty = opened(render(replace(SHEET, months=months()), bundled))
    assert "逐月资金图" not in empty.all_text()  # no chart of nothing; the table says it
    assert "12月" in empty.all_text()


def test_a_character_no_face_has_is_named(bundled: FaceSet) -> None:
    with pytest.raises(InvalidInput):
        render(replace(SHEET, made_by="\U0010fffd"), bundled)


@pytest.mark.parametrize(
    ("highest", "marks"),
    [
        ("0", ["0", "1"]),
        ("0.01", ["0", "0.0025", "0.005", "0.0075", "0.01"]),
        ("98", ["0", "25", "50", "75", "100"]),
        ("100", ["0", "25", "50", "75", "100"]),
        ("100.01", ["0", "50", "100", "150"]),
        ("2999", ["0", "1000", "2000", "3000"]),
    ],
)
def test_marks_are_round_and_reach_the_top(highest: str, marks: list[str]) -> None:
    assert ticks(Decimal(highest)) == [Decimal(mark) for mark in marks]
