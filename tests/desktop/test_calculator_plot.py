"""The chart's sums: round ticks, where the line leaps, what a figure reads like."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtWidgets import QApplication

from caseworker.desktop.chart import Dot, LineChart, Plot, chart_pdf, figure, jumps, ticks


def plot(*pairs: tuple[int, int | None]) -> Plot:
    dots = tuple(Dot(Decimal(x), None if y is None else Decimal(y), f"{x}") for x, y in pairs)
    return Plot("图", "座席数", "席", "金额", "元", dots)


@pytest.mark.parametrize(
    ("low", "high", "about", "wanted"),
    [
        (0, 100, 5, [0, 20, 40, 60, 80, 100]),
        (90, 400, 6, [100, 200, 300, 400]),
        (0, 1, 5, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (5, 5, 5, [5]),
    ],
)
def test_ticks_are_round(low: int, high: int, about: int, wanted: list[object]) -> None:
    assert ticks(Decimal(low), Decimal(high), about) == [Decimal(str(one)) for one in wanted]


def test_a_leap_is_where_a_new_rate_begins_and_no_steady_climb_is_one() -> None:
    steady = [(x, x * 2000) for x in range(100, 120)]
    assert jumps(plot(*steady)) == ()
    leaping = [(x, x * (2000 if x <= 110 else 3000)) for x in range(100, 120)]
    assert jumps(plot(*leaping)) == (11,)
    assert jumps(plot(*[(x, 5) for x in range(10)])) == ()
    assert jumps(plot((1, 0), (2, None), (3, 900), (4, 901))) == ()  # nothing is said across a gap


def test_figures_have_separators_and_no_idle_noughts() -> None:
    assert [figure(Decimal(one)) for one in ("1500", "2.50", "0.00", "-3", "1234.567")] == [
        "1,500", "2.5", "0", "-3", "1,234.57",
    ]  # fmt: skip


def test_a_chart_paints_whatever_it_is_given(qapp: QApplication) -> None:
    chart = LineChart()
    chart.resize(600, 300)
    blank = chart.grab().toImage()
    for given in (
        plot(),
        plot((1, 1)),
        plot((1, 0), (2, 0)),
        plot((1, None), (2, None)),
        plot((1, 5), (2, 900_000_000)),
    ):
        chart.show_plot(given)
        chart.look_at(Decimal(2))
        assert not chart.grab().isNull()
    assert chart.grab().toImage() != blank


def test_a_printed_chart_is_one_page(qapp: QApplication) -> None:
    data = chart_pdf(plot((1, 5), (2, 900_000)), ("仅供参考",), ("跳档",))
    assert data.startswith(b"%PDF-")
    assert data.rstrip().endswith(b"%%EOF")
